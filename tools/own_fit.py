#!/usr/bin/env python3
"""Lets your own measurements set the estimates of your devices.

    own_fit.py LIBRARY TABLE --output FILE

TABLE is a CSV as docs/observations.md has it. FILE is a registry file for --registry: the rows as observations, and for each target,
runtime, accelerator and format group of theirs a calibration of that target, which goes before every other. Its figures are those that
the fit has for such a path, made slower or faster until the median of your rows is met; where the fit has none, a share of the memory's
bandwidth. Its ends are those of the estimate as it was, wide enough for your rows; where there were none, those of three rows or more.
"""
import argparse
import csv
import math
import os
import re
import sys
from dataclasses import replace

import decode_fit as fitting
import fit
import observations
import prefill_fit
from fit import evidence
from robust import median

LEAST_ROWS = 3            # for their spread to be ends
OBSERVATIONS = 9          # section of the registry


def check_columns(table):
    with open(table, encoding="utf-8", newline="") as file:
        strange = [name for name in next(csv.reader(file), []) if name not in observations.COLUMNS]
    if strange:
        print(f"{table}: no columns of docs/observations.md: {', '.join(strange)}", file=sys.stderr)


def own_rows(found, library):
    """Those the built-in registry does not have."""
    registry, known, call = evidence.edgeplan.Registry(library=library), set(), library.call
    while name := call.registry_id(registry.pointer, OBSERVATIONS, len(known)):
        known.add(name.decode())
    return [row for row in found.rows if row.id not in known and row.batch == 1]


def possible(rows):
    """Those no faster than their ceiling. A figure would bend to the others, which are mistakes of the table or of the registry."""
    above = [row for row in rows if 0 < row.ceiling_tok_per_s < row.decode_tok_per_s]
    for row in above:
        print(f"{row.id} not fitted: {row.decode_tok_per_s:g} tok/s is above the ceiling of {row.ceiling_tok_per_s:.3g}")
    return [row for row in rows if row not in above]


def ends(errors, before=None):
    """Factors on the expected rate that hold rows off by `errors`, and the ends of the estimate `before`."""
    low, high = min(math.exp(-error) for error in errors), max(math.exp(-error) for error in errors)
    if before and all(before):
        return min(low, before[0] / before[1]), max(high, before[2] / before[1])
    return (low, high) if len(errors) >= LEAST_ROWS else None


def decode_words(own, lines):
    """The figures of a path that its rows agree with in the median."""
    figures = fit.figures_for(lines, own[0]) or replace(fitting.FIRST, eta=1.0, layer_seconds=0.0, recurrent_seconds=0.0)
    figures = replace(figures, shared=False)
    slower = median([row.seconds / figures.seconds(row) for row in own])
    figures = replace(figures, eta=figures.eta / slower, layer_seconds=figures.layer_seconds * slower,
                      recurrent_seconds=figures.recurrent_seconds * slower)
    band = ends([fitting.error(figures, row) for row in own], own[0].estimate)
    words = [f"eta: {figures.eta:.4g}", f"layer_time: {round(figures.layer_seconds * 1e6, 1):g} us"]
    if figures.recurrent_seconds:
        words.append(f"recurrent_time: {round(figures.recurrent_seconds * 1e6, 1):g} us")
    words += [f"{name}: {value:.3g}" for name, value in (("experts", figures.experts), ("cache", figures.cache)) if value < 0.995]
    return words + ([f"low: {band[0]:.3g}", f"high: {band[1]:.3g}"] if band else [])


def prefill_words(own, share):
    of = share if own[0].prefill_work_seconds else prefill_fit.Reached()
    value = prefill_fit.of_group(of, own)
    band = ends([of.error(value, row) for row in own])
    return [of.figure(value, own[0].accelerator)] + ([f"prefill_low: {band[0]:.3g}", f"prefill_high: {band[1]:.3g}"] if band else [])


def entries(found, own):
    """Lines by runtime."""
    rows, lines = fit.usable(found), {}
    rest = [row for row in rows if row not in own]
    share = prefill_fit.share_of([row for row in fit.prompts(found) if row.prefill_work_seconds > 0])
    for group in fit.families(rest).values():
        if any(fitting.key_of(row, "whole") == fitting.key_of(group[0], "whole") for row in own):
            lines.update(fit.told(group))
    text = {}
    for path in sorted({(row.runtime, row.accelerator, row.group, row.target) for row in own}):
        of_path = [row for row in own if (row.runtime, row.accelerator, row.group, row.target) == path]
        steps = [row for row in of_path if row.decode_tok_per_s and row.peak_bytes_per_s]
        asked = [row for row in of_path if row.prefill_tok_per_s and row.prompt_tokens]
        words = (decode_words(steps, lines) if steps else []) + (prefill_words(asked, share) if asked else [])
        if not words:
            print(f"nothing fitted to {len(of_path)} rows of {path[3]}: the peak bandwidth of its memory is not known")
        else:
            text.setdefault(path[0], []).append(
                f"      - {{accelerator: {path[1]}, group: {path[2]}, targets: [{path[3]}], {', '.join(words)},\n"
                f"         source: own-fit, confidence: measured, note: {len(of_path)} rows}}\n")
    return text


def shipped(runtime):
    """The lines the built-in registry has of a runtime: a list that is laid over another replaces it."""
    found = re.search(rf"^  - id: {re.escape(runtime)}\n    fitted:\n(.*?)(?=^  - id: |\Z)", fit.CALIBRATIONS.read_text(encoding="utf-8"),
                      re.S | re.M)
    return found[1] if found else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", metavar="LIBRARY")
    parser.add_argument("table", metavar="TABLE")
    parser.add_argument("--output", metavar="FILE", required=True)
    parser.add_argument("--registry", metavar="FILE", action="append", default=[], help="what TABLE needs beside the built-in registry")
    options = parser.parse_args()
    check_columns(options.table)
    mapping, kept = observations.Mapping(options.registry), []
    for row in observations.read(options.table):
        placed = observations.Placed(row, mapping)
        broken = observations.breaks(placed, mapping, set())
        if broken:
            told = ", ".join(filter(None, (row["device"] or row["chip"], row["runtime"], row["model"], row["format"])))
            print(f"{row['id']} left out: {observations.RULES[broken[0]]} ({told})")
        else:
            kept.append(placed)
    if not kept:
        sys.exit(f"{options.table}: no row is left, so there is nothing to fit")
    observations.write(options.output, kept, {}, "")
    os.environ["EDGEPLAN_LIBRARY"] = os.path.abspath(options.library)
    library = evidence.edgeplan.Library(options.library)
    found = evidence.load(*options.registry, options.output, library=library)
    own = own_rows(found, library)
    fitted = possible(own)
    found.rows = [row for row in found.rows if row in fitted or row not in own]
    lines = entries(found, fitted)
    with open(options.output, encoding="utf-8") as file:
        text = file.read()
    text = text.replace("sources:\n", f"sources:\n  - {{id: own-fit, title: \"Fit over {os.path.basename(options.table)}\"}}\n", 1)
    text += "\nruntimes:\n" + "".join(f"  - id: {runtime}\n    fitted:\n{''.join(of)}{shipped(runtime)}" for runtime, of in lines.items())
    with open(options.output, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    print(f"{len(kept)} rows, {sum(map(len, lines.values()))} calibrations: {options.output}")


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except evidence.edgeplan.Error as error:
        sys.exit(str(error))
