#!/usr/bin/env python3
"""Adds the closing lines of several logs and prints one. A log without a closing line is a failure."""
import re
import sys

LINE = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")


def closing_counts(path):
    counts = None
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            match = LINE.match(line.strip())
            if match:
                counts = [int(group) for group in match.groups()]
    return counts


def main(paths):
    total = [0, 0, 0]
    for path in paths:
        counts = closing_counts(path)
        if counts is None:
            print(f"{path}: ended without a count")
            counts = [0, 1, 0]
        total = [a + b for a, b in zip(total, counts)]
    print("{} passed, {} failed, {} skipped".format(*total))
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
