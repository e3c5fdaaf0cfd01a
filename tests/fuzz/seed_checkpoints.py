"""Seeds of config.json, lock files and safetensors."""
import json
import struct

from seed_gguf import TOP

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
    # Of all families this one has the most tensors a layer: 18 MB.
    "layers-most-tensors": b'{"model_type": "gemma3n", "num_hidden_layers": 4096, "tie_word_embeddings": false}',
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
