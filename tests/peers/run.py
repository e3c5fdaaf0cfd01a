#!/usr/bin/env python3
"""The KV cache of six models at 32,768 tokens, ours and other planners', against what llama.cpp v0.5.0 reports in a dry run.

usage: run.py BINARY [--write]   (python3, standard library only)

cases.csv holds the MiB that llama.cpp reported (flash attention, f16, chunks of 512) and the dimensions of its GGUF file; where a planner
reads config.json instead, that file's. One planner was run on the same file (gguf-parser-go at 8dc7a62). The others' formulas are restated
below, each from the source it names; MLA counts as one KV head in GGUF. --write renews the table in docs/accuracy.md.
"""
import csv
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from page import keep_table  # noqa: E402

TOKENS, F16 = 32768, 2


def from_hidden(case, kv_heads):
    """Heads as wide as the model divided by their number."""
    return kv_heads and 2 * case["layers"] * kv_heads * (case["hidden"] / case["heads"]) * TOKENS * F16


def ollama(case):  # llm/llama_server.go at fb30760: the fewest KV heads of any layer
    return from_hidden(case, case["kv_heads_least"])


def hf_mem(case):  # src/hf_mem/gguf/kv_cache.py at e994679: refuses a list of heads by layer
    return from_hidden(case, case["kv_heads"])


def pocketpal(case):  # src/utils/memoryEstimator.ts at a3a4c34: with a window, every layer has it
    tokens = min(TOKENS, case["window"] or TOKENS)
    return case["kv_heads"] and case["layers"] * case["kv_heads"] * (case["key"] + case["value"]) * tokens * F16


def llmfit(case):  # llmfit-core/src/models.rs at 3f44fd3: every layer keeps everything
    return 2 * case["layers"] * case["config_kv_heads"] * case["config_head"] * TOKENS * F16


def whichllm(case):  # engine/vram.py at a897551: 3.5 MiB per 1,024 tokens and billion parameters; of experts four times what is active
    whole = case["whole_layers"] / case["layers"] if case["window"] else 1
    return case["billions_read"] * (TOKENS / 1024) * 3.5 * 2**20 * (whole + (1 - whole) * case["window"] / TOKENS)


RESTATED = [("Ollama", ollama), ("hf-mem, GGUF", hf_mem), ("PocketPal", pocketpal), ("whichllm", whichllm), ("llmfit", llmfit)]


def numbers_of(row):
    return {key: value if key == "model" else float(value) if value else None for key, value in row.items()}


def our_bytes(binary, model):
    words = [binary, "fit", model, "--target", "mac-m2-max", "--runtime", "llama.cpp", "--accelerator", "cpu", "--format", "q4_k_m",
             "--context", str(TOKENS), "--preset", "cli", "--json"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=20, encoding="utf-8", check=False)
    return json.loads(done.stdout)["plans"][0]["memory"]["kv_bytes"]


def error(bytes_, exact):
    return "–" if bytes_ is None else "%+.0f %%" % (100 * (bytes_ / exact - 1)) if bytes_ != exact else "0"


def main(binary, write):
    with open(HERE / "cases.csv", newline="", encoding="utf-8") as file:
        cases = [numbers_of(row) for row in csv.DictReader(file)]
    names = ["this library, bytes", "gguf-parser-go, run", *("%s, restated" % name for name, _ in RESTATED)]
    lines = ["| model | llama.cpp, MiB | " + " | ".join(names) + " |", "|---|" + "---:|" * (len(names) + 1)]
    failed = 0
    for case in cases:
        exact = int(case["mib"]) << 20
        off = our_bytes(str(pathlib.Path(binary).resolve()), case["model"]) - exact
        if off:
            print("FAIL %s: %+d bytes" % (case["model"], off))
            failed += 1
        run = exact * (1 + case["gguf_parser"] / 100)
        row = ["%+d" % off if off else "0", error(run, exact), *(error(formula(case), exact) for _, formula in RESTATED)]
        lines.append("| %s | %d | %s |" % (case["model"], case["mib"], " | ".join(row)))
    passed = len(cases) - failed
    failed += keep_table("peers", "tests/peers/run.py", "\n".join(lines) + "\n", write)
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--write" in sys.argv[2:]))
