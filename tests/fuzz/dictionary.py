#!/usr/bin/env python3
"""Writes a libFuzzer dictionary: the words that stand as literals in the readers' sources, so that it knows every key they know.

Usage: dictionary.py OUTPUT SOURCE...
"""
import pathlib
import re
import sys

WORD = re.compile(r'"((?:[A-Za-z0-9_@.]|(?<=\w)[-/])[A-Za-z0-9_@./-]{1,39})"')
# What the formats are made of. https://llvm.org/docs/LibFuzzer.html#dictionaries: a backslash and x begin a byte.
GRAMMAR = ["GGUF", r"\x03\x00\x00\x00", r"\x08\x00\x00\x00", r"\x09\x00\x00\x00", r"\xff\xff\xff\xff\xff\xff\xff\xff",
           r"\x00\x00\x00\x00\x00\x00\x00\x80", r"\xff\xff\xff\xff\xff\xff\x1f\x00", "-00001-of-00002.gguf", "blk.0.", ".weight",
           r"\"", "null", "true", "false", "NaN", "Infinity", "{", "}", "[", "]", ": ", ", ", r"\x0a  - ", "1e308", "-1", "4096",
           "18446744073709551615", "9007199254740991", "0.5", "edgeplan_registry: 1.0", "GB/s", "GiB", "tok/s", "Tflop/s"]


def main(output, sources):
    words = set()
    for source in sources:
        text = pathlib.Path(source).read_text()
        words.update(WORD.findall("\n".join(line for line in text.splitlines() if not line.startswith("#include"))))
    lines = [f'"{word}"' for word in GRAMMAR + sorted(words)]
    pathlib.Path(output).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
