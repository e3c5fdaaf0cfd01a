#!/usr/bin/env python3
"""Buffers that wllama reported in a browser, against this library: weights, cache, output and scratch.

Usage: browser_memory.py BUILD_DIRECTORY     Needs no browser: the reports are in tests/data/browser-memory.csv.

A row is a case. Weights, cache and output are what was reported to its last digit; scratch is short by the embeddings of one chunk (twice
with a quantized cache), which the graphs of a newer llama.cpp hold; and what the page's process grew by is within a fifth.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import ours

MIB = 2 ** 20
TARGET = "chrome-mac-m3"
ELEMENT_TYPES = {"f16": 1, "q8_0": 8} # edgeplan_element_type
DIGIT = 0.006 # MiB; two decimals are reported
PER_CELL = 18 # bytes a cell that attention to rows of a shared cache takes beyond
GROWN = 0.2


def config_of(row):
    mixture = {"num_local_experts": int(row["experts"]), "num_experts_per_tok": 2} if row["experts"] != "0" else {}
    return {"architectures": [{"llama": "LlamaForCausalLM", "mixtral": "MixtralForCausalLM"}[row["family"]]], "model_type": row["family"],
            "hidden_size": int(row["hidden"]), "intermediate_size": int(row["ffn"]), "num_hidden_layers": int(row["layers"]),
            "num_attention_heads": int(row["heads"]), "num_key_value_heads": int(row["kv_heads"]), "vocab_size": int(row["vocabulary"]),
            "max_position_embeddings": 131072, "torch_dtype": "bfloat16", "tie_word_embeddings": False, **mixture}


def planned(planner, row):
    deployment = planner.registry.deploy(planner.of_config(config_of(row)), TARGET, "wllama", row["format"], "cpu")
    kv = ELEMENT_TYPES[row["kv"]]
    return planner.memory(deployment, context_tokens=int(row["context"]), chunk_tokens=int(row["chunk"]), sequences=int(row["sequences"]),
                          kv_k=kv, kv_v=kv, flash_attention=ours.SWITCH[row["flash_attention"] == "1"])


def mistakes(memory, row):
    chunk = int(row["chunk"]) * int(row["hidden"]) * 4 * (1 if row["kv"] == "f16" else 2)
    most = (chunk + PER_CELL * int(row["context"])) / MIB + DIGIT
    whole = memory.total_bytes / MIB
    for name, mine in (("weights", memory.weights_bytes), ("kv_cache", memory.kv_bytes), ("output", memory.output_bytes)):
        if abs(mine / MIB - float(row[name])) > DIGIT:
            yield "%s %.2f, reported %s" % (name, mine / MIB, row[name])
    if not -DIGIT <= float(row["compute"]) - memory.compute_bytes / MIB <= most:
        yield "compute %.2f, reported %s" % (memory.compute_bytes / MIB, row["compute"])
    settled = float(row["weights"]) > 500 and row["flash_attention"] == "1" # without, a short prompt leaves most of the scratch alone
    if settled and abs(whole / float(row["grown"]) - 1) > GROWN:
        yield "whole %.0f, grown by %s" % (whole, row["grown"])


def main(build):
    planner = ours.Planner(build)
    return ours.compare("browser-memory.csv", 14, lambda row: mistakes(planned(planner, row), row))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
