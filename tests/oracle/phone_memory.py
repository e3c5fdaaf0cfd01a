#!/usr/bin/env python3
"""Buffers that llama.cpp reported on phones, against this library: weights, cache and scratch together, by back end.

Usage: phone_memory.py BUILD_DIRECTORY     Needs no phone: the reports are in tests/data/phone-memory.csv.

A row within 5 % is a case that passed. Each back end has a committed least share; what the registry does not offer there is not within.
"""
import collections
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import ours

TOLERANCE = 0.05
LEAST = {"cpu": 1, "opencl": 1, "hexagon": 0.94} # of all rows of a back end
ACCELERATORS = {"cpu": "cpu", "opencl": "gpu", "hexagon": "npu"}
MIB = 2 ** 20


def planned_mib(planner, model, row):
    """None if the registry has no such path."""
    try:
        deployment = planner.deploy(model, row["device"], row["format"], ACCELERATORS[row["backend"]])
    except ours.edgeplan.Error:
        return None
    memory = planner.memory(deployment, context_tokens=2048, chunk_tokens=512, mmap=ours.SWITCH[False],
                            preset=ours.PRESETS["library"], flash_attention=ours.SWITCH[row["flash_attention"] == "1"])
    cache = memory.kv_bytes if row["kv_mib"] else 0
    return (memory.weights_bytes + memory.weights_duplicated_bytes + cache + memory.compute_bytes) / MIB


def main(build):
    planner = ours.Planner(build)
    models, seen = {}, collections.defaultdict(list)
    for row in ours.measured("phone-memory.csv"):
        name = row["model"]
        if name not in models:
            models[name] = planner.described(name)
        real = float(row["weights_mib"]) + float(row["kv_mib"] or 0) + float(row["compute_mib"])
        mine = planned_mib(planner, models[name], row)
        seen[row["backend"]].append(None if mine is None else mine / real - 1)
        if mine is not None and abs(mine / real - 1) > TOLERANCE:
            print("note %s: %+.1f %%" % (" ".join(list(row.values())[:5]), 100 * (mine / real - 1)))
    passed, failed = 0, 0
    for backend, errors in seen.items():
        known = [abs(error) for error in errors if error is not None]
        within = sum(error <= TOLERANCE for error in known)
        print("%s: %d of %d rows planned, %d within 5 %%, median %.2f %%" % (
            backend, len(known), len(errors), within, 100 * sorted(known)[len(known) // 2]))
        passed += within
        if within < LEAST[backend] * len(errors):
            print("FAIL %s: less than %.0f %% of the rows are within 5 %%" % (backend, 100 * LEAST[backend]))
            failed += 1
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
