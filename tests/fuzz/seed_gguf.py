"""Seeds in GGUF: ggml docs/gguf.md."""
import struct

U8, I8, U16, I16, U32, I32, F32, BOOL, TEXT, ARRAY, U64, I64, F64 = range(13)
TYPE_F32, TYPE_F16, TYPE_Q4_0, TYPE_Q8_0, TYPE_Q4_K = 0, 1, 2, 8, 12
TOP = (1 << 64) - 1



def text(value):
    raw = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<Q", len(raw)) + raw


def key(name, kind, raw):
    return text(name) + struct.pack("<I", kind) + raw


def number(name, value, kind=U32):
    return key(name, kind, struct.pack({U8: "<B", U32: "<I", I32: "<i", U64: "<Q", F32: "<f", BOOL: "<B"}[kind], value))


def word(name, value):
    return key(name, TEXT, text(value))


def numbers(name, values, kind=U32):
    return key(name, ARRAY, struct.pack("<IQ", kind, len(values)) + b"".join(struct.pack("<I" if kind != BOOL else "<B", v) for v in values))


def tensor(name, sizes, kind=TYPE_F32, offset=0):
    return text(name) + struct.pack("<I", len(sizes)) + b"".join(struct.pack("<Q", s) for s in sizes) + struct.pack("<IQ", kind, offset)


def gguf(keys, tensors, version=3, key_count=None, tensor_count=None):
    return (b"GGUF" + struct.pack("<IQQ", version, len(tensors) if tensor_count is None else tensor_count,
                                  len(keys) if key_count is None else key_count) + b"".join(keys) + b"".join(tensors))


BLOCK_BYTES = {TYPE_F32: (1, 4), TYPE_F16: (1, 2), TYPE_Q4_0: (32, 18), TYPE_Q8_0: (32, 34), TYPE_Q4_K: (256, 144)}


def packed(shapes):
    """Tensors one behind the other, each at a multiple of 32."""
    tensors, at = [], 0
    for name, sizes, kind in shapes:
        elements, size = BLOCK_BYTES[kind]
        tensors.append(tensor(name, sizes, kind, at))
        count = 1
        for s in sizes:
            count *= s
        at += -(-(count // elements * size) // 32) * 32
    return tensors


def head(arch, layers=2, **more):
    keys = [word("general.architecture", arch), word("general.name", "Seed"), number("general.file_type", 1),
            number(f"{arch}.block_count", layers), number(f"{arch}.context_length", 2048), number(f"{arch}.embedding_length", 64),
            number(f"{arch}.feed_forward_length", 128), number(f"{arch}.attention.head_count", 4),
            number(f"{arch}.attention.head_count_kv", 2)]
    return keys + [number(f"{arch}.{name.replace('__', '.')}", value) for name, value in more.items()]


def shapes(layers=2, kind=TYPE_F16, attention=True, experts=0, tied=False, per_layer=(), width=64):
    out = [("token_embd.weight", [width, 96], kind), ("output_norm.weight", [width], TYPE_F32)]
    if not tied:
        out.append(("output.weight", [width, 96], kind))
    for i in range(layers):
        block = f"blk.{i}."
        out.append((block + "attn_norm.weight", [width], TYPE_F32))
        if attention:
            out += [(block + "attn_q.weight", [width, width], kind), (block + "attn_k.weight", [width, width // 2], kind),
                    (block + "attn_v.weight", [width, width // 2], kind), (block + "attn_output.weight", [width, width], kind)]
        if experts:
            out += [(block + "ffn_gate_inp.weight", [width, experts], TYPE_F32), (block + "ffn_gate_exps.weight", [width, 2 * width, experts], kind),
                    (block + "ffn_up_exps.weight", [width, 2 * width, experts], kind), (block + "ffn_down_exps.weight", [2 * width, width, experts], kind)]
        else:
            out += [(block + "ffn_gate.weight", [width, 2 * width], kind), (block + "ffn_up.weight", [width, 2 * width], kind),
                    (block + "ffn_down.weight", [2 * width, width], kind)]
        out += [(block + name, sizes, TYPE_F32) for name, sizes in per_layer]
    return out


MAMBA = (("ssm_in.weight", [64, 256]), ("ssm_conv1d.weight", [4, 128]), ("ssm_a", [1, 8]), ("ssm_out.weight", [128, 64]))
STATE = dict(ssm__conv_kernel=4, ssm__inner_size=128, ssm__state_size=16, ssm__time_step_rank=8, ssm__group_count=1)
TOKENS = [key("tokenizer.ggml.tokens", ARRAY, struct.pack("<IQ", TEXT, 3) + text("<s>") + text("a") + text("é")),
          key("tokenizer.ggml.scores", ARRAY, struct.pack("<IQfff", F32, 3, 0, 1, 2))]
LLAMA = head("llama") + TOKENS
ONE = [word("general.architecture", "llama")]


def experts_apart():
    """Mixtral's files from before experts were stacked."""
    return [(f"blk.{i}.ffn_{part}.{e}.weight", [128, 64] if part == "down" else [64, 128], TYPE_F16)
            for i in range(2) for e in range(2) for part in ("gate", "up", "down")]


GGUF = {
    # Right ones, each taking another way through the reader.
    "llama": gguf(LLAMA, packed(shapes())),
    "llama-whole": gguf(head("llama", 1), packed(shapes(1, TYPE_Q4_0, tied=True, width=32))) + bytes(8000),
    "llama-version-2": gguf(LLAMA, packed(shapes()), version=2),
    "llama-q4-0": gguf(head("llama"), packed(shapes(kind=TYPE_Q4_0, tied=True))),
    "mixtral-stacked": gguf(head("llama", expert_count=4, expert_used_count=2), packed(shapes(experts=4))),
    "mixtral-apart": gguf(head("llama", expert_count=2, expert_used_count=2), packed(
        [s for s in shapes() if "ffn" not in s[0]] + experts_apart())),
    "gemma3-window": gguf(head("gemma3", 6, attention__sliding_window=32, attention__key_length=16, attention__value_length=16),
                          packed(shapes(6, tied=True))),
    "gemma4-listed-window": gguf(head("gemma4", 4, attention__sliding_window=32, attention__shared_kv_layers=2)
                                 + [numbers("gemma4.attention.sliding_window_pattern", [1, 0, 1, 0], BOOL)], packed(shapes(4))),
    "mamba2": gguf(head("mamba2", **STATE), packed([s for s in shapes(attention=False, per_layer=MAMBA) if "ffn" not in s[0]])),
    "granite-dense-with-state-keys": gguf(head("granite", **STATE), packed(shapes())),
    "falcon-h1-side-by-side": gguf(head("falcon-h1", **STATE), packed(shapes(per_layer=MAMBA))),
    "lfm2-short-convolution": gguf(head("lfm2", shortconv__l_cache=3), packed(shapes(per_layer=(("shortconv.conv.weight", [3, 64]),)))),
    "deepseek2-latent": gguf(head("deepseek2", attention__key_length=576, attention__key_length_mla=192, attention__value_length_mla=128,
                                  attention__kv_lora_rank=32, rope__dimension_count=8), packed(shapes())),
    "list-per-layer": gguf([k for k in head("llama") if b"head_count_kv" not in k]
                           + [numbers("llama.attention.head_count_kv", [2, 2])], packed(shapes())),
    "unknown-architecture": gguf(head("nobody-knows"), packed(shapes())),
    # What no single key makes wrong, but the layers that follow from all of them: the mistake must still name the file.
    "experts-used-beyond-experts": gguf(head("llama", expert_count=4, expert_used_count=9), packed(shapes(experts=4))),
    "vocabulary-only": gguf(LLAMA, []),
    "refused-encoder": gguf(head("bert"), packed(shapes())),
    "ffn-width-wrong": gguf(head("lfm2")[:6] + [number("lfm2.feed_forward_length", 12288)] + head("lfm2")[7:], packed(shapes())),
    # ggml-org/llama.cpp issue 24884: a key without a name, 37 bytes in all, ended the process.
    "37-bytes-empty-key": gguf([key("", U8, b"\x01")], []),
    # ggml-org/llama.cpp issue 26366, pull request 26946: a division by the dimension 0; 96 bytes.
    "zero-dimension": gguf([], [tensor("t.weight", [4, 0])]).ljust(96, b"\0"),
    "zero-dimension-of-a-model": gguf(LLAMA, [tensor("token_embd.weight", [64, 0]), tensor("blk.0.attn_q.weight", [0, 64])]),
    # CVE-2025-53630, CVE-2026-27940: the sum of the tensors' sizes wraps around.
    "sizes-sum-wraps": gguf(ONE, [tensor("a", [1 << 61], TYPE_F32, 0), tensor("b", [1 << 61], TYPE_F32, 1 << 63)]),
    "sizes-sum-wraps-by-padding": gguf(ONE, [tensor("a", [(1 << 53) - 8], U8 + 24, 0), tensor("b", [8], TYPE_F32, (1 << 53) - 32)]),
    "offset-near-the-top": gguf(ONE, [tensor("a", [8], TYPE_F32, TOP - 31)]),
    # CVE-2026-33298: elements × bytes of a block wraps around.
    "bytes-of-a-tensor-wrap": gguf(ONE, [tensor("a", [1 << 62, 1, 1, 1], TYPE_F32)]),
    "elements-wrap": gguf(ONE, [tensor("a", [1 << 32, 1 << 32, 1, 1], TYPE_Q4_0)]),
    "dimension-negative": gguf(ONE, [tensor("a", [TOP, 2], TYPE_F32)]),
    # CVE-2026-7482: the shape tells of more bytes than the file has.
    "data-shorter-than-its-shape": gguf(LLAMA, packed(shapes())) + bytes(100),
    # CVE-2025-52566, CVE-2026-21869: a negative length or count taken for a large one, or the other way round.
    "text-length-negative": gguf([text("general.name") + struct.pack("<IQ", TEXT, TOP)], []),
    "token-count-negative": gguf([key("tokenizer.ggml.tokens", ARRAY, struct.pack("<IQ", TEXT, TOP))], []),
    "token-length-negative": gguf([key("tokenizer.ggml.tokens", ARRAY, struct.pack("<IQQ", TEXT, 2, TOP))], []),
    "token-length-wraps": gguf([key("tokenizer.ggml.tokens", ARRAY, struct.pack("<IQQ", TEXT, 2, TOP - 40))], []),
    "head-count-negative": gguf(head("llama")[:7] + [number("llama.attention.head_count", -4, I32)], packed(shapes())),
    # CVE-2024-21802, -21825, -21836, -23496, -23605: counts and lengths of the header trusted before memory was asked for.
    "tensor-count-huge": gguf(ONE, [], tensor_count=1 << 60),
    "tensor-count-at-most": gguf(ONE, [], tensor_count=1000000),
    "key-count-huge": gguf(ONE, [], key_count=TOP),
    "key-count-at-most": gguf(ONE, [], key_count=100000),
    "key-length-huge": gguf([struct.pack("<Q", TOP) + b"abcd"], []),
    "array-count-huge": gguf([key("a", ARRAY, struct.pack("<IQ", U64, 1 << 61))], []),
    "array-count-wraps": gguf([key("a", ARRAY, struct.pack("<IQ", U64, (1 << 61) + 1))], []),
    "name-too-long": gguf(ONE, [tensor("n" * 64, [4])]),
    # ggml-org/ggml pull request 1516, antirez/gguf-tools issues 25 and 28: alignment without bound or 0; more than 8 dimensions.
    "alignment-zero": gguf(ONE + [number("general.alignment", 0)], [tensor("a", [4])]),
    "alignment-huge": gguf(ONE + [number("general.alignment", 1 << 31)], [tensor("a", [4])]),
    "alignment-three": gguf(ONE + [number("general.alignment", 3)], [tensor("a", [4])]),
    "dimensions-nine": gguf(ONE, [tensor("a", [1] * 9)]),
    "dimensions-none": gguf(LLAMA, [tensor("token_embd.weight", [])]),
    # ggml-org/llama.cpp pull requests 24988, 26690, 27188, issue 25378: a key of another type than the reader takes it for.
    "alignment-signed": gguf(ONE + [number("general.alignment", 32, I32)], []),
    "alignment-array": gguf(ONE + [numbers("general.alignment", [32])], []),
    "architecture-number": gguf([number("general.architecture", 7)], []),
    "layers-text": gguf(ONE + [word("llama.block_count", "2")], packed(shapes())),
    "layers-empty-array": gguf(ONE + [numbers("llama.block_count", [])], packed(shapes())),
    "layers-none": gguf(head("llama", 0), packed(shapes())),
    "layers-most": gguf(head("llama", 4096), packed(shapes())),
    "heads-none": gguf(head("llama")[:7] + [number("llama.attention.head_count", 0)], packed(shapes())),
    "array-of-arrays": gguf([key("a", ARRAY, struct.pack("<IQIQ", ARRAY, 1, ARRAY, 1) * 20)], []),
    "type-unknown": gguf([key("a", 13, b"")], []),
    "element-type-unknown": gguf(ONE, [tensor("a", [32], 43)]),
    "element-type-retired": gguf(ONE, [tensor("a", [32], 4)]),
    "row-no-multiple": gguf(ONE, [tensor("a", [31], TYPE_Q4_0)]),
    "key-twice": gguf(ONE + ONE, [tensor("a", [4])]),
    "tensor-twice": gguf(ONE, [tensor("a", [4]), tensor("a", [4], TYPE_F32, 32)]),
    "tensors-overlap": gguf(ONE, [tensor("a", [16]), tensor("b", [16], TYPE_F32, 32)]),
    "hole-in-the-data": gguf(ONE, [tensor("a", [16]), tensor("b", [16], TYPE_F32, 4096)]),
    "offset-unaligned": gguf(ONE, [tensor("a", [16], TYPE_F32, 4)]),
    "name-with-nul": gguf(ONE, [tensor("a\0b", [4])]),
    "text-not-utf-8": gguf([word("general.architecture", b"\xff\xfe"), word("general.name", b"\x80\x1b[2J")], packed(shapes())),
    "version-1": gguf(ONE, [], version=1),
    "version-big-endian": gguf(ONE, [], version=3 << 24),
    "empty": b"",
    "magic-only": b"GGUF",
}
# A head of each length is what a range request gives.
GGUF.update({f"head-of-{n}-bytes": GGUF["llama"][:n] for n in (5, 24, 60, 200, 700, 1200)})
