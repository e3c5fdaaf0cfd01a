#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets: small files, right ones and each way of being wrong that has hurt a reader.

Usage: seeds.py [--check]     --check only compares what is there with what would be written.
The files that fuzzing itself found (their names are hashes, or begin with `found-`) are left alone.
"""
import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
U8, I8, U16, I16, U32, I32, F32, BOOL, TEXT, ARRAY, U64, I64, F64 = range(13)
TYPE_F32, TYPE_F16, TYPE_Q4_0, TYPE_Q8_0, TYPE_Q4_K = 0, 1, 2, 8, 12
TOP = (1 << 64) - 1

# ---- GGUF: ggml docs/gguf.md ----


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


def shapes(layers=2, kind=TYPE_F16, attention=True, experts=0, tied=False, per_layer=()):
    out = [("token_embd.weight", [64, 96], kind), ("output_norm.weight", [64], TYPE_F32)]
    if not tied:
        out.append(("output.weight", [64, 96], kind))
    for i in range(layers):
        block = f"blk.{i}."
        out.append((block + "attn_norm.weight", [64], TYPE_F32))
        if attention:
            out += [(block + "attn_q.weight", [64, 64], kind), (block + "attn_k.weight", [64, 32], kind),
                    (block + "attn_v.weight", [64, 32], kind), (block + "attn_output.weight", [64, 64], kind)]
        if experts:
            out += [(block + "ffn_gate_inp.weight", [64, experts], TYPE_F32), (block + "ffn_gate_exps.weight", [64, 128, experts], kind),
                    (block + "ffn_up_exps.weight", [64, 128, experts], kind), (block + "ffn_down_exps.weight", [128, 64, experts], kind)]
        else:
            out += [(block + "ffn_gate.weight", [64, 128], kind), (block + "ffn_up.weight", [64, 128], kind),
                    (block + "ffn_down.weight", [128, 64], kind)]
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
    "llama-whole": gguf(head("llama", 1), packed(shapes(1, TYPE_Q8_0, tied=True))) + bytes(24000),
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

# ---- Several files behind a callback: see fuzz_files.c ----

HONEST, SHORT, TOO_MANY, FAILING, SHRINKING, CHANGING, STUTTERING, ENDLESS = range(8)


def folder(files, behaviour=HONEST, since=0, options=0):
    out = bytes((behaviour, since, options))
    for name, raw in files:
        out += bytes((len(name),)) + name.encode() + struct.pack("<I", len(raw)) + raw
    return out


def shards(split_no=None, count=2, tensors=None):
    """A model in two files, told truly or not."""
    out = []
    for i in range(2):
        mine = packed(shapes()[i::2])
        keys = [number("split.no", i if split_no is None else split_no), number("split.count", count),
                number("split.tensors.count", len(shapes()) if tensors is None else tensors)]
        out.append((f"m-{i + 1:05}-of-00002.gguf", gguf((LLAMA if i == 0 else []) + keys, mine)))
    return out


LIARS = {"short": SHORT, "too-many": TOO_MANY, "failing": FAILING, "shrinking": SHRINKING, "changing": CHANGING, "stuttering": STUTTERING,
         "endless": ENDLESS}


GOOD = shards()

FILES = {
    "gguf-two-shards": folder(GOOD),
    "gguf-second-shard-first": folder(GOOD[::-1]),
    "gguf-two-shards-complete": folder([(n, raw + bytes(9000)) for n, raw in GOOD], options=2),
    "gguf-shard-missing": folder(GOOD[:1]),
    "gguf-same-shard-twice": folder([GOOD[0], (GOOD[1][0], GOOD[0][1])]),
    "gguf-count-absurd": folder(shards(count=99999)),
    "gguf-number-beyond-count": folder(shards(split_no=7)),
    "gguf-tensor-count-wrong": folder(shards(tensors=3)),
    "gguf-name-without-number": folder([("model.gguf", GOOD[0][1]), GOOD[1]]),
    "gguf-name-leaves-the-folder": folder([("../m-00001-of-00002.gguf", GOOD[0][1]), GOOD[1]]),
    "one-file": folder([("", GGUF["llama"])]),
    "config-in-pieces": folder([("config.json", b'{"model_type":"llama","hidden_size":64,"num_hidden_layers":2,"num_attention_heads":4,'
                                 b'"intermediate_size":128,"vocab_size":256}')], SHORT),
}
FILES.update({f"gguf-{name}-from-{since}": folder(GOOD, behaviour, since) for name, behaviour in LIARS.items() for since in (0, 1, 3)})

# ---- config.json ----

LLAMA_CONFIG = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
                "intermediate_size": 128, "vocab_size": 256, "max_position_embeddings": 2048, "tie_word_embeddings": False}


def config(without=(), **more):
    return json.dumps({k: v for k, v in {**LLAMA_CONFIG, **more}.items() if k not in without}).encode()


CONFIG = {
    "llama": config(),
    "gemma3-nested": json.dumps({"model_type": "gemma3", "text_config": {**LLAMA_CONFIG, "model_type": "gemma3_text", "head_dim": 16,
                                 "sliding_window": 32, "sliding_window_pattern": 6, "num_hidden_layers": 6}, "vision_config": {}}).encode(),
    "qwen3-moe": config(model_type="qwen3_moe", num_experts=4, num_experts_per_tok=2, moe_intermediate_size=32, head_dim=16),
    "layer-types": config(model_type="qwen3", layer_types=["full_attention", "sliding_attention"], sliding_window=8, use_sliding_window=True),
    "deepseek": config(model_type="deepseek_v3", kv_lora_rank=32, q_lora_rank=None, qk_nope_head_dim=16, qk_rope_head_dim=8, v_head_dim=16,
                       n_routed_experts=4, num_experts_per_tok=2, moe_intermediate_size=32, first_k_dense_replace=1, n_shared_experts=1),
    "mamba2": config(model_type="mamba2", state_size=16, conv_kernel=4, expand=2, num_heads=8, head_dim=16, n_groups=1),
    "whisper": json.dumps({"model_type": "whisper", "d_model": 64, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4,
                           "decoder_attention_heads": 4, "encoder_ffn_dim": 128, "decoder_ffn_dim": 128, "vocab_size": 256,
                           "max_source_positions": 1500, "max_target_positions": 448, "num_mel_bins": 80}).encode(),
    "lists": config(model_type="gemma3n", intermediate_size=[128, 64]),
    "unknown-family": config(model_type="nobody-knows"),
    # Written by Python: literals that JSON lacks, numbers as floats and texts.
    "python-literals": b'{"model_type":"llama","hidden_size":64.0,"num_hidden_layers":"2","rope_theta":Infinity,"eps":NaN,"x":-Infinity}',
    # Dimensions that divide, multiply or index badly.
    "heads-none": config(num_attention_heads=0),
    "heads-more-than-width": config(num_attention_heads=4096, num_key_value_heads=4096),
    "layers-most": config(num_hidden_layers=4096),
    "layers-beyond": config(num_hidden_layers=4097),
    "layers-negative": config(num_hidden_layers=-1),
    "width-largest": config(hidden_size=(1 << 64) - 1, intermediate_size=1 << 62, vocab_size=1 << 63),
    "width-exponent": config().replace(b'"hidden_size": 64', b'"hidden_size": 1e308'),
    "number-endless": config().replace(b'"hidden_size": 64', b'"hidden_size": ' + b"9" * 3000),
    "fraction": config().replace(b'"hidden_size": 64', b'"hidden_size": 64.5'),
    "key-twice": config()[:-1] + b',"hidden_size":128}',
    # Texts that grow a stack or never end.
    "nested-lists": b"[" * 3000,
    "nested-maps": b'{"a":' * 3000,
    "text-config-in-itself": b'{"text_config":' * 30 + b"{}" + b"}" * 30,
    "text-unclosed": b'{"model_type":"' + b"l" * 200,
    "escape-cut": b'{"model_type":"\\ud83d',
    "surrogate-alone": b'{"model_type":"\\udc00\\u0000"}',
    "not-utf-8": b'{"model_type":"\xc0\x80\xff"}',
    "nul": b'{"model_type"\0:1}',
    "mark": b"\xef\xbb\xbf{}",
    "empty": b"",
    "list": b"[1,2]",
}

# ---- Lock files ----

GROUPED = {"attention": "grouped", "query_heads": 4, "kv_heads": 2, "key_width": 16, "value_width": 16, "feed_forward": "dense",
           "ffn_width": 128}
EMBEDDING = {"role": "token_embedding", "element_type": "f16", "rows": 96, "columns": 64, "stored_bytes": 12288}


def lock(**more):
    parts = {"edgeplan_lock": "1.0", "model": {"id": "m", "name": "M", "family": "llama", "format": "f16"},
             "artefact": {"files": 1, "file_bytes": 45056, "largest_file_bytes": 45056},
             "head": {"hidden_width": 64, "vocabulary": 96, "trained_context_tokens": 2048, "parameters": 22528,
                      "active_parameters": 22528, "tied_head": "on"},
             "layers": [{"repeat": 2, **GROUPED}],
             "tensors": [EMBEDDING, {"role": "ffn_down", "element_type": "f16", "rows": 64, "columns": 128, "stored_bytes": 16384,
                                     "layers": [[0, 1]]}],
             "assumptions": ["A sentence."]}
    return json.dumps({**parts, **more}).encode()


LOCK = {
    "llama": lock(),
    "newer": lock(edgeplan_lock="1.7", future=1),
    "version-other": lock(edgeplan_lock="2.0"),
    "sum-wrong": lock(head={"hidden_width": 64, "vocabulary": 96, "parameters": 1, "active_parameters": 1, "tied_head": "on"}),
    # The room that was left for layers wrapped around, and 2^53 of them were made.
    "repeat-beyond-the-most": lock(layers=[{"repeat": 4096, **GROUPED}, GROUPED, {"repeat": (1 << 53) - 1, **GROUPED}]),
    "repeat-most": lock(layers=[{"repeat": 4096, **GROUPED}]),
    "repeat-none": lock(layers=[{"repeat": 0, **GROUPED}]),
    "ranges-most": lock(tensors=[EMBEDDING] + [{**EMBEDDING, "role": "ffn_up", "layers": [[0, 4095]]}] * 17),
    "range-backwards": lock(tensors=[EMBEDDING, {**EMBEDDING, "layers": [[9, 1], [4095, 4095]]}]),
    "range-of-one": lock(tensors=[{**EMBEDDING, "layers": [[1]]}]),
    "numbers-largest": lock(tensors=[{**EMBEDDING, "rows": (1 << 53) - 1, "columns": (1 << 53) - 1, "slices": (1 << 53) - 1}]),
    "cache-in-a-circle": lock(layers=[{"repeat": 2, **GROUPED, "kv_source": 2}]),
    # A tensor of no type: what is missing of the footprint must be missing of each limit's demand.
    "type-missing": lock(tensors=[EMBEDDING, {"role": "ffn_down", "rows": 64, "columns": 128, "layers": [[0, 1]]}]),
    "artefact-contradicts-itself": lock(artefact={"files": 0, "file_bytes": 45056}),
    "parts-missing": b'{"edgeplan_lock":"1.0"}',
    "list": b"[]",
}

# ---- safetensors: see fuzz_safetensors.c ----


def safetensors(entries, length=None, raw=None):
    """A header; `entries` are name, dtype, shape, begin and end."""
    head_ = raw if raw is not None else json.dumps({n: {"dtype": d, "shape": s, "data_offsets": [b, e]} for n, d, s, b, e in entries}).encode()
    return struct.pack("<Q", len(head_) if length is None else length) + head_


def checkpoint(kind="BF16", size=2, layers=2, prefix="model."):
    sides = [("embed_tokens.weight", [256, 64]), ("norm.weight", [64])]
    for i in range(layers):
        at = f"layers.{i}."
        sides += [(at + "self_attn.q_proj.weight", [64, 64]), (at + "self_attn.k_proj.weight", [32, 64]),
                  (at + "self_attn.v_proj.weight", [32, 64]), (at + "self_attn.o_proj.weight", [64, 64]),
                  (at + "mlp.gate_proj.weight", [128, 64]), (at + "mlp.up_proj.weight", [128, 64]), (at + "mlp.down_proj.weight", [64, 128])]
    out, end = [], 0
    for name, shape in [(prefix + n, s) for n, s in sides] + [("lm_head.weight", [256, 64])]:
        begin, count = end, 1
        for side in shape:
            count *= side
        end = begin + count * size
        out.append((name, kind, shape, begin, end))
    return out


def quantized(module, pieces):
    """The checkpoint with one matrix in the pieces of a scheme."""
    out, end = [], 0
    for name, kind, shape, begin, last in checkpoint():
        if name != module + ".weight":
            out.append((name, kind, shape, end, end + last - begin))
            end += last - begin
            continue
        for piece, kind_, shape_, size in pieces:
            out.append((module + piece, kind_, shape_, end, end + size))
            end += size
    return out


def pair(file, description=None):
    description = config() if description is None else description
    return struct.pack("<H", len(description)) + description + file


DOWN = "model.layers.0.mlp.down_proj"
AWQ = quantized(DOWN, [(".qweight", "I32", [128, 8], 4096), (".qzeros", "I32", [1, 8], 32), (".scales", "F16", [1, 64], 128)])
FP8 = quantized(DOWN, [(".weight", "F8_E4M3", [64, 128], 8192), (".weight_scale", "F32", [1], 4)])
NVFP4 = quantized(DOWN, [(".weight", "U8", [64, 64], 4096), (".weight_scale", "F8_E4M3", [64, 8], 512), (".weight_scale_2", "F32", [], 4)])
MLX = quantized(DOWN, [(".weight", "U32", [64, 16], 4096), (".scales", "F16", [64, 2], 256), (".biases", "F16", [64, 2], 256)])
ST = {
    "llama": pair(safetensors(checkpoint())),
    "llama-whole": pair(safetensors([("model.embed_tokens.weight", "F16", [4, 4], 0, 32)]) + bytes(32)),
    "awq": pair(safetensors(AWQ), config(quantization_config={"quant_method": "awq", "bits": 4, "group_size": 128})),
    "fp8": pair(safetensors(FP8), config(quantization_config={"quant_method": "fp8"})),
    "nvfp4": pair(safetensors(NVFP4), config(quantization_config={"quant_algo": "NVFP4", "config_groups": {"g": {"weights": {
        "num_bits": 4, "group_size": 16, "type": "float"}}}})),
    "mlx": pair(safetensors(MLX), config(quantization={"bits": 4, "group_size": 64, DOWN: {"bits": 8, "group_size": 32}})),
    "group-none": pair(safetensors(AWQ), config(quantization_config={"quant_method": "awq", "bits": 0, "group_size": 0})),
    "bits-huge": pair(safetensors(MLX), config(quantization={"bits": 1 << 53, "group_size": 1 << 60})),
    # huggingface/safetensors README: what a reader must refuse, and CVE-2026-7482 again.
    "header-length-largest": pair(struct.pack("<Q", TOP) + b"{}"),
    "header-length-huge": pair(struct.pack("<Q", 100000000) + b"{}"),
    "header-cut": pair(safetensors(checkpoint(), 3000)[:500]),
    "hole": pair(safetensors([("a", "F32", [1], 4, 8)])),
    "overlap": pair(safetensors([("a", "F32", [2], 0, 8), ("b", "F32", [2], 4, 12)])),
    "ends-before-it-begins": pair(safetensors([("a", "F32", [1], 8, 4)])),
    "size-wrong": pair(safetensors([("a", "F32", [3], 0, 4)])),
    "shape-wraps": pair(safetensors([("a", "F32", [1 << 32, 1 << 32], 0, 0)])),
    "shape-wraps-by-bits": pair(safetensors([("a", "U64", [1 << 58], 0, 1 << 61)])),
    "shape-zero": pair(safetensors([("a", "F32", [0, 1 << 52], 0, 0)])),
    "shape-negative": pair(safetensors([("a", "F32", [-1], 0, 4)])),
    "shape-of-nine": pair(safetensors([("a", "F32", [1] * 9, 0, 4)])),
    "bits-odd": pair(safetensors([("a", "F4", [3], 0, 2)])),
    "type-unknown": pair(safetensors([("a", "Q4", [1], 0, 1)])),
    "name-twice": pair(safetensors([], raw=b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}')),
    "metadata-no-text": pair(safetensors([], raw=b'{"__metadata__":{"format":1}}')),
    "header-list": pair(safetensors([], raw=b"[]")),
    "header-deep": pair(safetensors([], raw=b'{"a":' * 100)),
    "no-tensors": pair(safetensors([], raw=b"{}   ")),
    "config-missing": pair(safetensors(checkpoint()), b""),
    "layers-fewer": pair(safetensors(checkpoint(layers=1))),
    "layers-more": pair(safetensors(checkpoint(layers=3))),
}


def index(files, **more):
    """A checkpoint in two files with an index, and what else is said."""
    every = checkpoint()
    parts = []
    for i in range(2):
        mine, end = [], 0
        for name, kind, shape, begin, last in every[i::2]:
            mine.append((name, kind, shape, end, end + last - begin))
            end += last - begin
        parts.append((f"model-{i + 1:05}-of-00002.safetensors", safetensors(mine)))
    where = {name: parts[i % 2][0] for i, (name, *_) in enumerate(every)}
    where.update(more.pop("where", {}))
    return folder([("model.safetensors.index.json", json.dumps({"metadata": {}, "weight_map": where}).encode()), *parts,
                   ("config.json", config())] + files, **more)


FILES.update({
    "index": index([]),
    "index-complete": index([], options=2),
    "index-names-itself": index([], where={"model.norm.weight": "model.safetensors.index.json"}),
    "index-leaves-the-folder": index([], where={"model.norm.weight": "../../etc/passwd"}),
    "index-names-nothing": index([], where={"model.norm.weight": ""}),
    "index-names-missing": index([], where={"model.norm.weight": "model-00003-of-00002.safetensors"}),
    "index-tensor-elsewhere": index([], where={"model.norm.weight": "model-00001-of-00002.safetensors"}),
    "index-quantization-endless": index([("hf_quant_config.json", b"{")], behaviour=ENDLESS),
})
FILES.update({f"index-{name}": index([], behaviour=behaviour, since=2) for name, behaviour in LIARS.items()})

# ---- Registry ----

ROOT = HERE.parent.parent


def small_registry():
    lines = [line.strip() for line in (HERE.parent / "small_registry.h").read_text().splitlines() if line.strip().startswith('"')]
    return "".join(json.loads(line.rstrip(";")) for line in lines).encode()


VERSION = b"edgeplan_registry: 1.0\n"
REGISTRY = {
    "small": small_registry(),
    "version-only": VERSION,
    "newer": b"edgeplan_registry: 1.9\nfuture: 1\n",
    "merge": VERSION + b"targets: [{id: t, name: Other, ram: [12 GiB, 16 GiB]}]\nlimits: [{id: l, rules: null}]\n",
    "remove": VERSION + b"models: [{id: m, config: null}]\nruntimes: [{id: r, presets: null, context: null, calibrations: null}]\n",
    "release-of-a-runtime": VERSION + b"runtimes: [{id: r@v2, name: Two, rules: v2, extends: r, context: {step: 1}}]\n",
    "extends-itself": VERSION + b"runtimes: [{id: a, extends: b}, {id: b, extends: a}]\nchips: [{id: c, extends: c}]\n",
    "replaced-in-a-circle": VERSION + b"targets: [{id: a, replaced_by: b}, {id: b, replaced_by: a}]\n",
    "quantities": VERSION + b"chips: [{id: c, memory: {peak_bandwidth: 1e999 GB/s, bus: -1 bit}}]\ntargets: [{id: t, ram: [99999999999 GiB, 0 B]}]\n",
    "shares": VERSION + b"limits: [{id: l, rules: [{id: all, kind: total, counts: charged, safe_share: 1e300, hard_share: -1}]}]\n",
    "model-overflows": VERSION + b"models: [{id: m, config: {hidden_size: 18446744073709551615, num_hidden_layers: 4096}}]\n",
    "anchor": VERSION + b"sources: &a [*a]\n",
    "tag": VERSION + b"sources: !!binary abc\n",
    "merge-key": VERSION + b"chips: [{<<: {id: c}}]\n",
    "deep": VERSION + b"sources: " + b"[" * 200 + b"\n",
    "key-twice": VERSION + b"chips: []\nchips: []\n",
    "two-documents": VERSION + b"---\na: 1\n",
    "tab": VERSION + b"chips:\n\t- id: c\n",
    "not-utf-8": VERSION + b"chips: [{id: \xff\xfe}]\n",
    "block-text": VERSION + b"sources:\n  - id: s\n    title: |\n      a\n       b\n    url: >-\n      x\n      y\n",
    "empty": b"",
}

# ---- Budgets ----

BUDGET_HEAD = b"edgeplan: 1\n"
ONE_OF_EACH = BUDGET_HEAD + b"devices: [{id: d, target: t}]\nmodels: [{id: a, model: m, format: q4_0, devices: [d]}]\n"
BUDGET = {
    "one-of-each": ONE_OF_EACH,
    "every-limit": ONE_OF_EACH + b"""limits:
  verdict: {at_least: fits, level: error}
  memory: {max: 3 GB, level: error}
  largest_buffer: {max: 1 GB}
  largest_file: {max: 2 GB}
  download: {max: 2 GB, level: warn}
  decode: {min: 8 tok/s, estimate: expected, sustained: no, level: error}
  ttft: {max: 3 s, estimate: expected, level: warn}
  context: {min: 4096 tokens}
  loss: {max: 0.1 nat}
  basis: {min: cited, level: warn}
""",
    "platform-and-group": BUDGET_HEAD + b"""registry: {digest: "0123456789abcdef"}
defaults: {runtime: r, context: 1024, prompt: 512, output: 128, kv: f16, preset: cli, mmap: yes, app_bytes: 190 MB}
devices: [{id: all, platform: p, required: no, ram: 8 GiB, os: 1.0, app_state: foreground, accelerators: [cpu]}]
models: [{id: a, model: m, devices: [all], context: 2048}, {id: b, model: m}]
groups: [{id: g, members: [a, b]}]
audience: [{target: t, share: 0.6}, {identifier: "X1", share: 0.4}]
coverage: {min: 0.9, verdict: tight}
waivers: [{rule: EP-FIT, model: a, device: all, reason: "known", until: 2027-03-01}, {rule: EP-TTFT, model: b, device: all, reason: r, until: 2020-01-01}]
""",
    "ids-missing": BUDGET_HEAD + b"devices: [{id: d, target: nowhere}]\nmodels: [{id: a, model: none, devices: [x]}]\ngroups: [{id: g, members: [g]}]\n",
    "file": BUDGET_HEAD + b"devices: [{id: d, target: t}]\nmodels: [{id: a, file: m.gguf}, {id: b, config: ../config.json}]\n",
    "numbers": ONE_OF_EACH + b"defaults: {context: 9007199254740991, prompt: 9007199254740992, output: -1, app_bytes: 1e300 GB}\ncoverage: {min: 2}\n",
    "share-above-one": ONE_OF_EACH + b"audience: [{target: t, share: 1e308}, {target: t, share: 1e308}]\ncoverage: {min: 0.5}\n",
    "date": ONE_OF_EACH + b"waivers: [{rule: EP-FIT, reason: r, until: 9999-99-99}, {rule: EP-NONE, reason: r, until: 2026-02-30}]\n",
    "version": b"edgeplan: 2\n",
    "list": b"- 1\n",
    "empty": b"",
}

# ---- The caller's structs: see fuzz_request.c and fuzz_builder.c ----


def struct_bytes(fields, given=0, size=None):
    """What fuzz_struct() takes: whether the size is the bytes' own, the size, then all after `struct_size`."""
    return struct.pack("<BI", size is not None, size or 0) + struct.pack("<IQ", 0, given) + fields


def request(context=0, prompt=0, cached=0, output=0, sequences=0, batch=0, chunk=0, kv=(1, 1), switches=(0,) * 8, tail=(0,) * 5, **more):
    return struct_bytes(struct.pack("<7Q", context, prompt, cached, output, sequences, batch, chunk) + struct.pack("<2I", *kv)
                        + struct.pack("<8I", *switches) + struct.pack("<5Q", *tail), **more)


def criteria(prefer=0, accelerators=0, charged=0, download=0, decode=0.0, ttft=0.0, loss=0.0):
    return struct_bytes(struct.pack("<IIQQddd", prefer, accelerators, charged, download, decode, ttft, loss))


RESULT = struct_bytes(bytes(15 * 8 + 8)) + bytes(2)
REQUEST = {
    "defaults": bytes((15, 0, 5, 0, 0, 0)) + request(kv=(0, 0)) + RESULT + criteria(),
    "every-model": bytes((15, 2, 9, 2, 1, 4)) + request(8192, 512, 0, 128, 4, 4, 512, (8, 8)) + RESULT + criteria(2, 2, 1 << 32, 1 << 32, 5.0),
    "largest-numbers": bytes((15, 1, 3, 0, 0, 0)) + request(*(((1 << 53) - 1),) * 7, tail=((1 << 53) - 1,) * 5) + RESULT + criteria(),
    "beyond-the-largest": bytes((15, 1, 3, 0, 0, 0)) + request(*(TOP,) * 7, switches=(0xffffffff,) * 8, tail=(TOP,) * 5) + RESULT,
    "many-sequences": bytes((1, 3, 30, 1, 0, 0)) + request(131072, 131071, 1, 1, 1024, 1024, 131072) + RESULT,
    "nothing-available": bytes((15, 0, 5, 0, 0, 0)) + request(given=TOP >> 40) + RESULT + criteria(),
    "size-small": bytes((0, 0, 5, 0, 0, 0)) + request(size=15),
    "size-newer": bytes((0, 0, 5, 0, 0, 0)) + request(size=4096),
    "size-absurd": bytes((0, 0, 5, 0, 0, 0)) + request(size=0xffffffff),
    "criteria-not-finite": bytes((14, 0, 5, 0, 0, 0)) + request() + criteria(decode=float("nan"), ttft=float("inf"), loss=-1.0),
}


def builder_head(hidden=64, vocabulary=256, context=2048, tied=1):
    return b"\0" + struct_bytes(struct.pack("<6Q", hidden, vocabulary, context, 0, 0, tied))


def builder_layer(repeat=2, kinds=(1, 0, 0, 1), numbers_=(4, 2, 16, 16, 0, 0, 0, 0, 0, 0, 128, 0, 0, 0)):
    return b"\1" + struct_bytes(struct.pack("<4I14Q", *kinds, *numbers_)) + struct.pack("<H", repeat)


def builder_tensor(role=1, kind=1, layer=0, rows=256, columns=64, slices=1, stored=0):
    return b"\2" + struct_bytes(struct.pack("<2I5Q", role, kind, layer, rows, columns, slices, stored))


BUILDER = {
    "llama": b"\1" + builder_head() + builder_layer() + b"\3",
    "gemma3": b"\2" + builder_head() + builder_layer(5, (1, 1, 0, 1), (4, 2, 16, 16, 0, 0, 32, 0, 0, 0, 128, 0, 0, 0)) + builder_layer(1),
    "experts": b"\1" + builder_head() + builder_layer(2, (1, 0, 0, 2), (4, 2, 16, 16, 0, 0, 0, 0, 0, 0, 32, 8, 2, 64)),
    "latent": b"\0" + builder_head() + builder_layer(2, (2, 0, 0, 1), (4, 1, 24, 16, 32, 8, 0, 0, 0, 0, 128, 0, 0, 0)),
    "recurrent": b"\0" + builder_head() + builder_layer(2, (0, 0, 1, 1), (0, 0, 0, 0, 0, 0, 0, 0, 384, 2048, 128, 0, 0, 0)),
    "shared-cache": b"\0" + builder_head() + builder_layer(2) + builder_layer(2, numbers_=(4, 2, 16, 16, 0, 0, 0, 1, 0, 0, 128, 0, 0, 0)),
    "shared-cache-in-a-circle": b"\0" + builder_head() + builder_layer(2, numbers_=(4, 2, 16, 16, 0, 0, 0, 2, 0, 0, 128, 0, 0, 0)),
    "tensors": b"\1" + builder_head() + builder_layer(1) + builder_tensor() + builder_tensor(10, 12, 1, 64, 256) + builder_tensor(22, 190, 1, 64, 128, 1, 5000),
    # Numbers of what a layer has not, which its lock once told and could not read again.
    "numbers-of-absent-parts": b"\1" + builder_head() + builder_layer(1, (0, 1, 0, 1), (TOP, 3, TOP, TOP, TOP, TOP, TOP, 9, TOP, TOP, 128, TOP, 9, 0))
    + builder_layer(1, (1, 0, 0, 0), (4, 2, 16, 16, 1 << 60, 0, 7, 0, 5, 5, TOP, TOP, 9, TOP)),
    "nothing": b"\0",
    "head-only": b"\0" + builder_head(),
    "layers-most": b"\1" + builder_head() + builder_layer(4096) + b"\3" + builder_layer(1),
    "numbers-largest": b"\1" + builder_head(TOP, TOP, TOP) + builder_layer(1, (1, 1, 1, 2), (TOP,) * 14) + builder_tensor(1, 1, TOP, TOP, TOP, TOP, TOP),
    "products-overflow": b"\1" + builder_head(1 << 20, 1 << 24) + builder_layer(4096, (1, 0, 0, 2), (1 << 16, 1 << 16, 1 << 20, 1 << 20, 0, 0, 0, 0, 1 << 50, 1 << 50, 1 << 20, 1 << 16, 1, 1 << 20)),
}

SEEDS = {"gguf": GGUF, "files": FILES, "config": CONFIG, "lock": LOCK, "safetensors": ST, "registry": REGISTRY, "budget": BUDGET,
         "request": REQUEST, "builder": BUILDER}


def main(check):
    differ = []
    for target, seeds in SEEDS.items():
        place = CORPUS / target
        place.mkdir(parents=True, exist_ok=True)
        for name, raw in seeds.items():
            path = place / name
            if path.exists() and path.read_bytes() == raw:
                continue
            if check:
                differ.append(f"{target}/{name}")
            else:
                path.write_bytes(raw)
    for name in differ:
        print(f"{name} is not what seeds.py writes")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
