#!/usr/bin/env python3
"""The shares of a CPU's own reading at which llama.cpp reads weights, as the registry states them, against the measured series.

Needs no llama.cpp: the measurements are in tests/data/decode-share.csv.

A group's share is the median of its series, low and high their ends over it. A share above 1 tells of a reading that was disturbed, not of
decoding, and counts as 1.
"""
import pathlib
import re
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import ours

TOLERANCE = 0.01 # the registry states two or three digits
GROUPS = {"q4_0": "4-bit", "q4_k_m": "4-bit", "q8_0": "8-bit", "f16": "16-bit"}
STATED = re.compile(r"of: stream.*?group: (\S+?),.*?eta: ([\d.]+).*?low: ([\d.]+).*?high: ([\d.]+)", re.S)


def main():
    registry = (ours.HERE.parent.parent / "lib/registry/runtimes.yaml").read_text(encoding="utf-8")
    stated = {group: list(map(float, numbers)) for group, *numbers in STATED.findall(registry)}
    series = {}
    for row in ours.measured("decode-share.csv"):
        series.setdefault(GROUPS[row["format"]], []).append(min(float(row["share"]), 1))
    failed = 0
    for group, shares in series.items():
        middle = statistics.median(shares)
        wanted = [middle, min(shares) / middle, max(shares) / middle]
        good = group in stated and all(abs(a - b) <= TOLERANCE for a, b in zip(stated[group], wanted))
        failed += not good
        print("%s %s: %d series, median %.3f, from %.2f to %.2f of it; stated %s"
              % ("ok  " if good else "FAIL", group, len(shares), *wanted, stated.get(group, "nothing")))
    print("%d passed, %d failed, 0 skipped" % (len(series) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
