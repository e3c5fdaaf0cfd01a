#!/usr/bin/env python3
"""Writes pins.c and frozen.c after the headers and the field table: what `./dev abi-accept` does besides the baseline, until 1.0.

From 1.0 on the pins and the copies are kept as they were released, and this only refuses.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = pathlib.Path(__file__).resolve().parent
BYTES = {"U32": 4, "U64": 8, "F64": 8}
TYPES = {"U32": "uint32_t", "U64": "uint64_t", "F64": "double"}
ORDER = ["base", "diagnostics", "model", "registry", "deployment", "plan", "recommend", "gate"]


def head_of(path, first):
    """What stands before the recorded part: the comment and the macros."""
    text = path.read_text(encoding="utf-8")
    return text[:text.index(first)]


def enums():
    headers = ROOT / "include" / "edgeplan"
    names = ORDER + sorted(p.stem for p in headers.glob("*.h") if p.stem not in ORDER)
    for name in names:
        text = (headers / f"{name}.h").read_text(encoding="utf-8")
        for match in re.finditer(r"^typedef enum (\w+) \{(.*?)^\}", text, re.S | re.M):
            yield match[1], re.findall(r"^\s*(EDGEPLAN_\w+) = (\w+)", match[2], re.M)


def structs():
    text = (ROOT / "lib" / "api" / "fields.h").read_text(encoding="utf-8")
    order = re.findall(r"^    S\((\w+), \w+\)", text, re.M)
    fields = {}
    for struct, kind, field in re.findall(r"^    F\((\w+), (U32|U64|F64), (\w+)\)", text, re.M):
        fields.setdefault(struct, []).append((kind, field))
    return [(name, fields[name]) for name in order]


def pins():
    blocks = []
    for name, values in enums():
        blocks.append("\n".join([f"SIZE({name}, 4);"] + [f"PIN({word}, {value});" for word, value in values]))
    for name, fields in structs():
        offset, lines = 0, []
        for kind, field in fields:
            lines.append(f"OFFSET({name}, {field}, {offset});")
            offset += BYTES[kind]
        blocks.append("\n".join(lines + [f"SIZE({name}, {offset});"]))
    return "\n\n".join(blocks) + "\n"


def frozen():
    copies, checks = [], []
    for name, fields in structs():
        then = name.replace("edgeplan_", "released_0_1_")
        copies.append("\n".join([f"typedef struct {then} {{"] + [f"    {TYPES[kind]} {field};" for kind, field in fields] + [f"}} {then};"]))
        checks.append("\n".join([f"SAME({name}, {then}, {field});" for _, field in fields] + [f"GREW({name}, {then});"]))
    return "\n\n".join(copies + checks) + "\n"


def main():
    version = re.search(r"EDGEPLAN_VERSION_MAJOR (\d+)", (ROOT / "include/edgeplan/base.h").read_text(encoding="utf-8"))
    if int(version[1]) >= 1:
        print("record: from 1.0 on pins and frozen structs are only added to, by hand", file=sys.stderr)
        return 1
    for name, first, recorded in (("pins.c", "SIZE(edgeplan_status", pins), ("frozen.c", "typedef struct released_0_1_limits", frozen)):
        path = HERE / name
        path.write_text(head_of(path, first) + recorded(), encoding="utf-8")
    table = ROOT / "lib" / "api" / "fields.h"
    text = table.read_text(encoding="utf-8")
    for name, fields in structs():
        text = re.sub(rf"^    S\({name}, \w+\)", f"    S({name}, {fields[-1][1]})", text, flags=re.M)
    table.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
