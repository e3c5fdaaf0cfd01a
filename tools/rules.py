#!/usr/bin/env python3
"""What each rule of docs/observations.md leaves out, and what the fit would miss by without it:

    rules.py LIBRARY TABLE...            prints the block of docs/accuracy.md
    rules.py LIBRARY TABLE... --write    rewrites it

A TABLE is what observations.py takes. For each rule the rows that it alone leaves out join those of the registry, and all is fitted once
more. Rules 2 to 6 leave out what cannot be said in the registry's words, and rule 7 what can be of several engines: no fit takes those.
"""
import os
import pathlib
import re
import sys
import tempfile
from argparse import Namespace

import fit
import kernel_fit
import observations
from fit import accuracy, evidence

PLACED = [rule for rule in observations.RULES if rule not in (2, 3, 4, 5, 6, 7, 16, 17, evidence.RULE_LEFT_TO_ANOTHER)]
WEAK = {1, 15} # a leaderboard of unknown terms is of grade c as well
BEGIN, END = "<!-- rules: made by tools/rules.py -->\n", "<!-- rules end -->\n"
EDGE_LLM = "tensorrt-edge-llm"


def without(tables, rule, mapping):
    """Rows that no other rule leaves out."""
    for path in tables:
        for row in observations.read(path):
            placed = observations.Placed(row, mapping)
            broken = set(observations.breaks(placed, mapping, set()))
            if broken == {rule} or rule == 1 in broken and broken <= WEAK:
                placed.source = placed.source._replace(grade="b")
                yield placed


def judged(library, extra=(), every=False):
    """Rows of the fit, and medians over devices: a model held out, a chip held out; the mean error of TensorRT Edge-LLM's tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "extra.yaml")
        if extra:
            known = {re.search(r"\bid: ([\w.-]+)", entry).group(1): entry for entry in
                     observations.entries(observations.section(observations.SHIPPED, "sources"))}
            observations.write(path, extra, known, "")
        found = evidence.load(*([path] if extra else []), library=library, every=every)
    rows = fit.usable(found)
    calibrated, unseen, _ = fit.held_out(rows)
    steps = fit.judge_kernels(kernel_fit.Step(), rows).values()
    calibrated = accuracy.corrected(calibrated, [own for _, own, _ in steps])
    unseen = accuracy.corrected(unseen, [out for _, _, out in steps])
    tables = [error for row, error in calibrated if row.runtime == EDGE_LLM]
    return len(rows), accuracy.over_devices(calibrated)[0], accuracy.over_devices(unseen)[0], accuracy.mean_error(tables)


def block(library, tables):
    mapping = observations.Mapping()
    hand = observations.section(observations.SHIPPED, "observations").partition(observations.MARKER)[0]
    kept, first, alone, _ = observations.sort_out(tables, mapping, observations.by_hand(hand), Namespace(keep=set(), list=None))
    base = judged(library)
    lines = [f"Of {len(kept) + sum(first.values())} rows of the table that was collected {len(kept)} were kept; the others of the registry "
             "came from a second one, of phones, a third, of batches, and a fourth, of reports found outside them. A row counts at the first "
             "rule it meets; *alone* are those that no other rule leaves out. "
             "Errors are medians over devices of a fit to which those rows are added, and what rule 17 keeps to one statement "
             "(the terms of rule 1 are unknown, so its rows are looked at here and not shipped).", "",
             "| rule | | left out | alone | rows of the fit | a model held out | a chip held out | Edge-LLM's tables, mean |",
             "|---:|---|---:|---:|---:|---:|---:|---:|",
             "| all | as fitted | | | " + cells(base)]
    for rule, text in observations.RULES.items():
        extra = list(without(tables, rule, mapping)) if rule in PLACED else []
        counts = f"{first[rule]} | {alone[rule]}"
        if rule == evidence.RULE_LEFT_TO_ANOTHER:
            shipped = evidence.load(library=library)
            counts, result = f"{shipped.dropped.get(evidence.LEFT_TO_ANOTHER, 0)} | ", judged(library, every=True)
        else:
            result = judged(library, extra) if extra else None
        lines.append(f"| {rule} | {text} | {counts} | " + (cells(result) if result else "– | – | – | – |"))
        print(lines[-1], file=sys.stderr)
    return "\n".join(lines) + "\n"


def cells(result):
    return f"{result[0]} | " + " | ".join(accuracy.percent(value) for value in result[1:]) + " |"


def main(arguments):
    library = evidence.edgeplan.Library(arguments[0])
    text = block(library, [argument for argument in arguments[1:] if argument != "--write"])
    if "--write" in arguments:
        page = fit.PAGE.read_text(encoding="utf-8")
        pathlib.Path(fit.PAGE).write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: BEGIN + text + END, page, flags=re.S), encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
