#!/usr/bin/env python3
"""The temporary buffers of MLC's compiled libraries, and the memory WebLLM's list asks for, against this library.

Usage: mlc_plans.py BUILD_DIRECTORY     Needs no browser: the figures are in tests/data/mlc-plans.csv and tests/data/lists/webllm.json.

A library states what each of its functions takes. WebLLM calls `prefill` (mlc-ai/web-llm src/llm_chat.ts at c51c9c0), and that is what is
planned. The list adds the largest of them to weights and cache; where the vocabulary is fixed when a library is compiled that is
`batch_verify`, which keeps the logits of a whole chunk in f32 and which WebLLM does not call.
"""
import json
import pathlib
import sys
from ctypes import byref

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import ours

MIB = 2 ** 20
TARGET = "chrome-mac-m3"
CONTEXT, CHUNK = 4096, 1024
ABOVE = 1.3 # of what is stated: the plan is an upper bound for Gemma, and for the smallest Qwen
BELOW = 0.96 # a twenty-fifth less, for attention wider than the feed-forward part
LIST = 0.02 # of the whole; Qwen3 normalizes its heads, and larger Llamas are listed with what speculation takes
ARCHITECTURES = {"llama": "LlamaForCausalLM", "mistral": "MistralForCausalLM", "qwen2": "Qwen2ForCausalLM", "gemma": "GemmaForCausalLM",
                 "gemma2": "Gemma2ForCausalLM", "phi3": "Phi3ForCausalLM"}
HEADS, HEAD_WIDTH, VOCABULARY = 8, 64, 32000 # of made models: the stated buffers do not depend on them
LISTED = {"Llama-3.2-1B-Instruct": "llama-3.2-1b", "Llama-3.2-3B-Instruct": "llama-3.2-3b", "Llama-3.1-8B-Instruct": "llama-3.1-8b",
          "Qwen3-0.6B": "qwen3-0.6b", "Qwen3-1.7B": "qwen3-1.7b", "Qwen3-4B": "qwen3-4b", "Qwen3-8B": "qwen3-8b",
          "Qwen2.5-0.5B-Instruct": "qwen2.5-0.5b", "Qwen2.5-1.5B-Instruct": "qwen2.5-1.5b", "Qwen2.5-3B-Instruct": "qwen2.5-3b",
          "Qwen2.5-7B-Instruct": "qwen2.5-7b", "Phi-3.5-mini-instruct": "phi-3.5-mini", "Mistral-7B-Instruct-v0.3": "mistral-7b",
          "SmolLM2-1.7B-Instruct": "smollm2-1.7b", "gemma-2-2b-it": "gemma-2-2b", "gemma-2-9b-it": "gemma-2-9b",
          "TinyLlama-1.1B-Chat-v1.0": "tinyllama-1.1b"}
FIXED_VOCABULARY = ("qwen2", "qwen3") # mlc-ai/mlc-llm python/mlc_llm/model at 79d603f


def config_of(row):
    return {"architectures": [ARCHITECTURES[row["family"]]], "model_type": row["family"], "hidden_size": int(row["hidden"]),
            "intermediate_size": int(row["ffn"]), "num_hidden_layers": 2, "num_attention_heads": HEADS, "num_key_value_heads": HEADS,
            "head_dim": HEAD_WIDTH, "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT, "torch_dtype": "bfloat16"}


def own_workspace(chunk, heads, kv_heads, width, vocabulary):
    """What cpp/serve/config.cc at 79d603f counts beside the temporary buffers, for one sequence and without FlashInfer's 48 MiB."""
    return (2 * 88 + chunk * (heads + 1) * 8 + chunk * width * (heads + kv_heads) * 4 + 1.25 * CONTEXT
            + chunk * 4 + 4 + (2 * chunk + 1) * heads * width * 2 + 20 + vocabulary * 16.125)


def temporary(planner, model, memory, chunk):
    """Bytes of the plan beside MLC's own workspace."""
    head, layer = planner.library.new("head"), planner.library.new("layer")
    planner.library.check(planner.library.call.model_head(model.pointer, byref(head)))
    planner.library.check(planner.library.call.model_layer(model.pointer, 0, byref(layer)))
    return memory.compute_bytes - own_workspace(chunk, layer.query_heads, layer.kv_heads, layer.key_width, head.vocabulary)


def libraries(planner):
    for row in ours.measured("mlc-plans.csv"):
        model = planner.of_config(config_of(row))
        deployment = planner.registry.deploy(model, TARGET, "webllm", "mlc-" + row["quantization"], "gpu")
        chunk = int(row["chunk"])
        memory = planner.memory(deployment, context_tokens=CONTEXT, chunk_tokens=chunk)
        logits = 4 * int(row["vocabulary"]) if row["vocabulary"] else 0
        mine, stated = temporary(planner, model, memory, chunk) + logits, int(row["prefill"])
        verify = int(row["batch_verify"]) - stated
        yield (BELOW <= mine / stated <= ABOVE and (not logits or abs(verify / (logits * chunk) - 1) < 0.01),
               "%s: %.1f MiB, stated %.1f, and %.1f to verify" % (row["library"], mine / MIB, stated / MIB, verify / MIB))


def listed(planner):
    for entry in json.loads((ours.HERE.parent / "data" / "lists" / "webllm.json").read_text())["model_list"]:
        name, _, rest = entry["model_id"].rpartition("-q")
        if name not in LISTED or not rest.endswith("-MLC"):
            continue
        model = planner.registry.model(LISTED[name])
        deployment = planner.registry.deploy(model, TARGET, "webllm", "mlc-q" + rest[:-len("-MLC")], "gpu")
        memory = planner.memory(deployment, context_tokens=entry["overrides"]["context_window_size"], chunk_tokens=CHUNK)
        head = planner.library.new("head")
        planner.library.check(planner.library.call.model_head(model.pointer, byref(head)))
        verify = 4 * CHUNK * head.vocabulary if planner.library.call.model_family(model.pointer).decode().startswith(FIXED_VOCABULARY) else 0
        mine = (memory.weights_bytes + memory.kv_bytes + temporary(planner, model, memory, CHUNK) + verify) / MIB
        published = entry["vram_required_MB"]
        yield abs(mine / published - 1) <= LIST, "%s: %.0f MiB, listed %.0f (%+.1f %%)" % (
            entry["model_id"], mine, published, 100 * (mine / published - 1))


def main(build):
    planner = ours.Planner(build)
    results = [*libraries(planner), *listed(planner)]
    for good, text in results:
        if not good:
            print("FAIL " + text)
    failed = sum(not good for good, text in results)
    print("%d passed, %d failed, 0 skipped" % (len(results) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
