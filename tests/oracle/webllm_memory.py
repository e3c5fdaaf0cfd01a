#!/usr/bin/env python3
"""What pages with WebLLM took in a browser, against this library.

Usage: webllm_memory.py BUILD_DIRECTORY     Needs no browser: what they took is in tests/data/webllm-memory.csv.

A row is a case. Weights are those of the library's own list to the byte; what the page grew by is within a tenth, and so is the most of it
while loading, once the 48 MiB that belong to the GPU are left out. Buffers hold weights, cache and what attention works in, and no prompt's
temporary ones, so they lie between the two.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import ours

MIB = 2 ** 20
F32 = 0 # edgeplan_element_type
TARGET = "chrome-mac-m3"
PAGE = 0.1
ATTENTION = 48 # MiB that libraries of v0_2_48 took, of FlashInfer's size


def mistakes(memory, row):
    heap, grown, loading, buffers = (float(row[key]) for key in ("heap", "grown", "loading", "buffers"))
    high = memory.total_high_bytes - memory.total_bytes + memory.runtime_bytes
    held = memory.weights_bytes + memory.kv_bytes
    if memory.weights_bytes != int(row["weights_bytes"]):
        yield "weights %d, of the library %s" % (memory.weights_bytes, row["weights_bytes"])
    if abs(memory.runtime_bytes / MIB / grown - 1) > PAGE:
        yield "the page %.0f, grown by %s with a heap of %s" % (memory.runtime_bytes / MIB, grown, heap)
    if abs((high / MIB - ATTENTION) / loading - 1) > PAGE:
        yield "loading %.0f, grown by %s" % (high / MIB - ATTENTION, loading)
    if not held < buffers * MIB < held + memory.compute_bytes + ATTENTION * MIB:
        yield "on the GPU %.1f and %.1f, buffers of %s" % (held / MIB, memory.compute_bytes / MIB, buffers)


def planned(planner, row):
    deployment = planner.registry.deploy(planner.registry.model(row["model"]), TARGET, "webllm", row["format"], "gpu")
    return planner.memory(deployment, context_tokens=4096, kv_k=F32, kv_v=F32)


def main(build):
    planner = ours.Planner(build)
    return ours.compare("webllm-memory.csv", 2, lambda row: mistakes(planned(planner, row), row))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
