#!/usr/bin/env python3
"""Instruction counts under callgrind against a committed baseline: 10 % more fails. Counts do not depend on the machine's load.

Usage: instructions.py BUILD_DIRECTORY [--accept]
"""
import json
import pathlib
import re
import subprocess
import sys

BASELINE = pathlib.Path(__file__).with_name("instructions.json")
KINDS = {"registry": "open_registry", "deployment": "open_deployment", "fit": "fit", "longest_context": "longest_context",
         "recommend": "recommend", "gguf_header": "open_header", "gate": "gate", "broken_gate": "broken_gate",
         "fit_replayed": "fit_replayed", "longest_replayed": "longest_replayed"}


def instructions(bench, kind):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--toggle-collect={KINDS[kind]}", str(bench), kind]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    total = int(re.search(r"Collected : (\d+)", done.stderr).group(1))
    if kind in ("registry", "deployment"):
        total //= 2  # the program opens one before it is asked to
    return total


def main(build, accept):
    bench = pathlib.Path(build) / "tests/bench"
    counts = {kind: instructions(bench, kind) for kind in KINDS}
    if accept:
        BASELINE.write_text(json.dumps(counts, indent=2) + "\n", encoding="utf-8")
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    failed = 0
    for kind, count in counts.items():
        over = count > baseline.get(kind, 0) * 1.10
        failed += over
        print(f"{'FAIL' if over else 'ok  '} {kind}: {count} instructions, baseline {baseline.get(kind, 'not recorded')}")
    print(f"{len(counts) - failed} passed, {failed} failed, 0 skipped")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--accept" in sys.argv))
