#!/usr/bin/env python3
"""Resident and anonymous memory of processes that ran llama.cpp, against what this library says is touched and charged.

Usage: process_memory.py BUILD_DIRECTORY     Needs no llama.cpp: the measurements are in tests/data/process-memory.csv.

A row within 3 % is a case that passed; rows outside fail where they are more than the committed number.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import ours

TOLERANCE = 0.03
MOST_OUTSIDE = {"anonymous": 0, "resident": 0}
BATCH_TOKENS = 512
ELEMENTS = {"f16": 1, "q8_0": 8}
TOUCHED, CHARGED = 1, 2 # edgeplan_measure


def request_of(row):
    preset = "library" if row["outputs"] == "0" else "server" if row["sequences"] != "1" else "cli"
    kind = ELEMENTS[row["kv_type"]]
    return {"context_tokens": int(row["context"]), "sequences": int(row["sequences"]), "kv_k": kind, "kv_v": kind,
            "flash_attention": ours.SWITCH[row["flash_attention"] == "1"], "mmap": ours.SWITCH[row["mapped"] == "1"],
            "preset": ours.PRESETS[preset], "prompt_tokens": BATCH_TOKENS, "output_tokens": 0}


def main(build):
    planner = ours.Planner(build)
    rows, models, passed, failed, outside = ours.measured("process-memory.csv"), {}, 0, 0, {"anonymous": 0, "resident": 0}
    for row in rows:
        name = row["model"]
        if name not in models:
            models[name] = planner.described(name)
        machine = "oracle-avx512" if row["repacked"] == "1" else "oracle-plain"
        deployment, request = planner.deploy(models[name], machine, row["format"]), request_of(row)
        planned = {"anonymous": planner.memory(deployment, measure=CHARGED, **request).total_low_bytes,
                   "resident": planner.memory(deployment, measure=TOUCHED, **request).total_bytes}
        for measure, bytes_ in planned.items():
            error = bytes_ / int(row[measure + "_bytes"]) - 1
            if abs(error) <= TOLERANCE:
                passed += 1
                continue
            outside[measure] += 1
            print("note %s: %s memory %+.1f %%" % (" ".join(list(row.values())[:9]), measure, 100 * error))
    for measure, count in outside.items():
        print("%s memory: %d of %d rows within 3 %%" % (measure, len(rows) - count, len(rows)))
        if count > MOST_OUTSIDE[measure]:
            print("FAIL %s memory: more than %d rows outside" % (measure, MOST_OUTSIDE[measure]))
            failed += 1
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
