#!/usr/bin/env python3
"""Fits the decode estimate to the observations and says how well it does.

    fit.py LIBRARY              prints what it found
    fit.py LIBRARY --write      rewrites lib/registry/calibrations.yaml and the tables of docs/accuracy.md
    fit.py LIBRARY --check      fails if the committed files are not what it would write

LIBRARY is a built libedgeplan.so. Rows are observations of grade a or b, no claims, of one sequence, on a chip whose peak bandwidth is
known. The ends of an estimate are what held-out rows say: of a chip's own figures, rows whose (chip, model) pair was left out; of a
class, rows whose chip was.
"""
import math
import os
import pathlib
import re
import sys
from dataclasses import replace

import accuracy
import batch_fit
import decode_fit as fitting
import evidence
import kernel_fit
import prefill_fit
from bands import COVERAGE, LEAST_DEVICES, SHARED_COVERAGE, Bands, own_bands, shared_bands

ROOT = pathlib.Path(__file__).resolve().parent.parent
CALIBRATIONS = ROOT / "lib" / "registry" / "calibrations.yaml"
PAGE = ROOT / "docs" / "accuracy.md"
LEAST_OTHER_MODELS = 3    # of a chip, in the same runtime and format group, for it to have figures of its own
LEAST_FORMAT_ROWS = 4     # and of one format
# Runtimes of which only one group was measured on several chips: the classes in which its figures stand for the other groups.
EVERY_WIDTH = {("mlx", "gpu", "4-bit"): "[laptop, desktop]"}
HANDHELD = ("phone", "tablet")
FORMAT_KEY = 6            # length of a chip's key; a format's is longer
PREFILL_OWN = dict.fromkeys(fitting.SHARED, ("whole", "chip"))
PREFILL_SHARED = dict.fromkeys(fitting.SHARED, ("whole", "class", "kind"))
TENSOR_CORES = "products: int8" # these are alike, whatever device they are in and however wide the weights are that they are given


def usable(found):
    return [row for row in found.rows if row.grade in "ab" and row.batch == 1 and row.decode_tok_per_s > 0 and row.peak_bytes_per_s > 0]


def batches(found):
    return [row for row in found.rows if row.grade in "ab" and row.batch > 1 and row.decode_tok_per_s > 0 and row.peak_bytes_per_s > 0]


def prompts(found):
    return [row for row in found.rows if row.grade in "ab" and row.batch == 1 and row.prefill_tok_per_s > 0 and row.prompt_tokens > 0]


def types_of(rows):
    """By runtime and accelerator, the number types of what is multiplied in prompts."""
    types = {}
    for row in rows:
        types.setdefault((row.runtime, row.accelerator), set()).add(row.products)
    return types


def by_products(row, types):
    """With the number type of its products in the words for its group, where there are several: a share of one is none of another."""
    words = f"products: {row.products}"
    if len(types.get((row.runtime, row.accelerator), ())) < 2:
        return row
    return replace(row, group=words if words == TENSOR_CORES else f"{row.group}, {words}")


def worked(found):
    """Prompts on engines whose arithmetic is known."""
    rows = [row for row in prompts(found) if row.prefill_work_seconds > 0]
    return [by_products(row, types_of(rows)) for row in rows]


def held_out_prompts(measure_of, rows):
    """As held_out(), for prefill. `measure_of` makes of rows how they are measured."""
    calibrated, unseen = [], []
    for group in families(rows).values():
        for chip in sorted({row.chip for row in group}):
            own, rest = [r for r in group if r.chip == chip], [r for r in group if r.chip != chip]
            if rest:
                of = measure_of([row for row in rows if row.chip != chip])
                found, levels = prefill_fit.fit_levels(of, rest), PREFILL_SHARED[own[0].accelerator]
                unseen += [(row, of.error(prefill_fit.predict(found, row, levels), row)) for row in own]
            for model in sorted({row.model for row in own}):
                if has_own(group, chip, without=model):
                    of = measure_of([row for row in rows if not (row.chip == chip and row.model == model)])
                    found = prefill_fit.fit_levels(of, [r for r in group if not (r.chip == chip and r.model == model)])
                    calibrated += [(row, of.error(prefill_fit.predict(found, row), row)) for row in own if row.model == model]
    return calibrated, unseen


def prefill_lines(of, rows, calibrated, unseen):
    """Lines by runtime: what devices share, and chips that keep three models."""
    own, others = Bands(calibrated, PREFILL_OWN), Bands(unseen, PREFILL_SHARED)
    lines = {}

    def add(key, place, value, band, note):
        if band[1] > of.most_spread * band[0]:
            return
        lines.setdefault(key[0], []).append(
            f"      - {{accelerator: {key[1]}, {'' if key[2] == TENSOR_CORES else 'group: '}{key[2]}{place and ', '}{place}, {of.figure(value, key[1])},\n"
            f"         prefill_low: {band[0]:.3g}, prefill_high: {band[1]:.3g}, source: fit-prefill, confidence: derived, note: {note}}}\n")

    for key, group in sorted(families(rows).items()):
        found = prefill_fit.fit_levels(of, group)
        for name, place, members in shared(group, PREFILL_SHARED):
            add(key, place, found[name], others.of_key(name, members[0]), f"{len(members)} rows")
        for chip in sorted({row.chip for row in group}):
            if has_own(group, chip):
                members = [row for row in group if row.chip == chip]
                add(key, f"chips: [{chip}]", found[fitting.key_of(members[0], "chip")], own.of_row(members[0]), f"{len(members)} rows")
    return lines


def shared(group, levels, places=None):
    """Parts of a group that hold for devices not measured: (key, words of the registry, rows), of two chips or more, or of `places`."""
    told = []
    for level in levels[group[0].accelerator]:
        for key in sorted({fitting.key_of(row, level) for row in group}):
            members = [row for row in group if fitting.key_of(row, level) == key]
            enough = len({row.chip for row in members}) >= LEAST_DEVICES and not (level == "kind" and members in told) and \
                (level != "whole" or key[2] == TENSOR_CORES)
            if key in places if places is not None else enough:
                told.append(members)
                words = [f"{word}: [{name}]" for word, name in zip(("classes", "architectures"), key[3:]) if name]
                yield key, ", ".join(words), members


def families(rows):
    groups = {}
    for row in rows:
        groups.setdefault(fitting.key_of(row, "whole"), []).append(row)
    return groups


def has_own(rows, chip, without=None):
    """Whether a chip keeps figures of its own when a model is left out."""
    return len({row.model for row in rows if row.chip == chip and row.model != without}) >= LEAST_OTHER_MODELS


def told(rows, places=None):
    """What the library gets of a family, by key: (level, figures, rows). `places`: keys that devices share, else those of two chips."""
    found, lines = fitting.fit_levels(rows), {}
    for name, _, members in shared(rows, fitting.SHARED, places):
        lines[name] = (found[name], members)
    for chip in sorted({row.chip for row in rows if has_own(rows, row.chip)}):
        members = [row for row in rows if row.chip == chip]
        key = fitting.key_of(members[0], "chip")
        lines[key] = (found[key], members)
        formats = sorted({row.format for row in members})
        for name in formats if len(formats) > 1 else ():
            of_format = [row for row in members if row.format == name]
            if len({row.model for row in of_format}) >= LEAST_OTHER_MODELS and len(of_format) >= LEAST_FORMAT_ROWS:
                key = fitting.key_of(of_format[0], "format")
                lines[key] = (found[key], of_format)
    return lines


def figures_for(lines, row, levels=fitting.LEVELS):
    """The figures the library chooses for a row: those of the most specific line; None where there is none."""
    return next((lines[key][0] for key in (fitting.key_of(row, level) for level in reversed(levels)) if key in lines), None)


def places_of(rows):
    return {name for name, _, _ in shared(rows, fitting.SHARED)}


def held_out(rows):
    """Lists of (row, error): chips with figures of their own, a pair of chip and model left out; whole chips left out, where devices of
    their class or architecture get an estimate; and a guess from all the others, where they get none."""
    calibrated, unseen, guessed = [], [], []
    for group in families(rows).values():
        places = places_of(group)
        for chip in sorted({row.chip for row in group}):
            own, rest = [r for r in group if r.chip == chip], [r for r in group if r.chip != chip]
            lines = told(rest, places) if rest else {}
            for row in own if rest else ():
                figures = figures_for(lines, row)
                (unseen if figures else guessed).append((row, fitting.error(figures or whole_of(rest), row)))
            for model in sorted({row.model for row in own}):
                if has_own(group, chip, without=model):
                    lines = told([r for r in group if not (r.chip == chip and r.model == model)], places)
                    calibrated += [(row, fitting.error(figures_for(lines, row), row)) for row in own if row.model == model]
    return calibrated, unseen, guessed


def whole_of(rows):
    return fitting.fit(rows, fitting.FIRST)


def unlike(rows):
    """(row, error) of models with recurrent layers, as if no row of their family had any."""
    pairs = []
    for group in families(rows).values():
        rest = [row for row in group if not row.recurrent_layers]
        lines = told(rest, places_of(group)) if rest else {}
        pairs += [(row, fitting.error(figures_for(lines, row), row)) for row in group if row.recurrent_layers and figures_for(lines, row)]
    return pairs


def experts_of(figures, rows, own):
    """The words for what reading routed experts reaches: of a chip's `own` rows, or handed down from others where none is of a mixture."""
    if own and any(row.routed_bytes for row in rows):
        return f", experts: {figures.experts:.3g}"
    if figures.experts >= 0.995:
        return ""
    return f", experts: {{value: {figures.experts:.3g}, confidence: assumed}}" if own else f", experts: {figures.experts:.3g}"


def entry(fields, figures, band, unlike_band, source, note, experts):
    low, high = band
    extra = f", recurrent_time: {round(figures.recurrent_seconds * 1e6, 1):g} us" if figures.recurrent_seconds else ""
    ends = f"low: {low:.3g}, high: {high:.3g}"
    if not figures.recurrent_seconds:
        ends += f", recurrent_low: {low * unlike_band[0]:.3g}, recurrent_high: {high * unlike_band[1]:.3g}"
    extra += experts
    if figures.cache < 0.995:
        extra += f", cache: {figures.cache:.3g}"
    return (f"      - {{{fields}, eta: {figures.eta:.3g}, layer_time: {round(figures.layer_seconds * 1e6, 1):g} us{extra},\n"
            f"         {ends}, source: {source}, confidence: derived, note: {note}}}\n")


def judge_kernels(of, rows):
    """By family: its rows, and the errors of held_out()."""
    return {key: (group, *kernel_fit.held_out(of, group, has_own)) for key, group in kernel_fit.families(rows).items()}


def kernel_lines(steps, prompts):
    """Lines by runtime: what devices of a class share, and chips that keep three models."""
    lines = {}

    def band(pairs, coverage=COVERAGE):
        return fitting.spread([error for _, error in pairs], coverage)

    for key, (group, own, unseen) in steps.items():
        asked, asked_own, asked_unseen = prompts.get(key, ([], [], []))
        whole = kernel_fit.fit(kernel_fit.Step(), group)
        prompt = kernel_fit.fit(kernel_fit.Prompt(), asked) if asked else None
        found = lines.setdefault(key[0], [])
        found.append(kernel_fit.entry(f"accelerator: {key[1]}, classes: [{key[2]}]", whole, band(unseen, SHARED_COVERAGE), prompt,
                                      band(asked_unseen), "fit-decode", f"{len(group)} rows of {len({row.chip for row in group})} chips"))
        for chip in sorted({row.chip for row in group}):
            members, of_prompts = ([row for row in rows if row.chip == chip] for rows in (group, asked))
            if has_own(group, chip):
                found.append(kernel_fit.entry(
                    f"accelerator: {key[1]}, chips: [{chip}]", kernel_fit.fit(kernel_fit.Step(), members, whole), band(own),
                    kernel_fit.fit(kernel_fit.Prompt(), of_prompts, prompt) if of_prompts else None, band(asked_own), "fit-decode",
                    f"{len(members)} rows"))
    return lines


def of_every_width(key, figures, band, unlike_band, rows):
    """A line for the groups without figures of their own, with room for what the rows of these did."""
    other = [row for row in rows if fitting.key_of(row, "whole")[:2] == key[:2] and row.group != key[2]]
    reached = [math.exp(-fitting.error(figures, row)) for row in other]
    band = min([band[0], *reached]), max([band[1], *reached])
    return entry(f"accelerator: {key[1]}, classes: {EVERY_WIDTH[key]}", figures, band, unlike_band, "fit-decode",
                 f"\"as fitted for {key[2]}; {len(other)} rows of other widths reach {min(reached):.2f} to {max(reached):.2f} of it\"",
                 experts_of(figures, rows, False))


def steps_of(found):
    """Steps of several sequences for which there are figures of one."""
    lines, reached, asked = {}, {}, worked(found)
    types = types_of(asked)
    share = prefill_fit.share_of(asked)
    for group in families(usable(found)).values():
        lines.update(told(group))
    for group in families(asked).values():
        levels = prefill_fit.fit_levels(share, group)
        keys = [key for key, _, _ in shared(group, PREFILL_SHARED)]
        keys += [fitting.key_of(row, "chip") for row in group if has_own(group, row.chip)]
        reached.update((key, (levels[key], group)) for key in keys)
    return [batch_fit.Step(row, figures, figures_for(reached, by_products(row, types)), share.expert_rows)
            for row, figures in ((row, figures_for(lines, row)) for row in batches(found)) if figures]


def handheld(row):
    return row.target_class in HANDHELD


def calibrations(rows, held, unmeasured, clocked, more):
    """The registry file, as text. `unmeasured`: errors of unlike(). Chips of `clocked` rows have figures by element type; `more` are lists of
    lines by runtime to add."""
    own, others = own_bands(held[0]), shared_bands(held[1])
    apart = {of: fitting.spread([error for row, error in unmeasured if handheld(row) == of], COVERAGE) for of in (False, True)}
    runtimes = {}
    for family, group in sorted(families(rows).items()):
        lines = runtimes.setdefault(family[0], [])
        words = {key: place for key, place, _ in shared(group, fitting.SHARED)}
        for key, (figures, members) in told(group).items():
            chip = members[0].chip
            if key not in words and (family[0], family[1], chip) in clocked:
                continue
            place = words.get(key, f"chips: [{chip}]") + (f", formats: [{members[0].format}]" if len(key) > FORMAT_KEY else "")
            note = f"{len(members)} rows" + (f" of {len({row.chip for row in members})} chips" if key in words else "")
            band = others.of_key(key, members[0]) if key in words else own.of_key(family, members[0])
            lines.append(entry(f"accelerator: {family[1]}, group: {family[2]}, {place}", figures, band, apart[handheld(members[0])],
                               "fit-decode", note, experts_of(figures, members, key not in words)))
        if family in EVERY_WIDTH: # what devices not measured share
            figures, members = told(group)[list(words)[-1]]
            lines.append(of_every_width(family, figures, others.of_key(list(words)[-1], members[0]), apart[handheld(members[0])], rows))
    text = ("# Written by tools/fit.py from the observations; docs/accuracy.md says how well it does. Do not edit: add observations.\n"
            "edgeplan_registry: 1.0\n\nsources:\n"
            "  - {id: fit-decode, title: \"Fit over the observations of the registry (tools/fit.py)\",\n"
            "     url: \"docs/accuracy.md\", seen: 2026-11-27}\n"
            "  - {id: fit-prefill, title: \"Prefill of the observations over the floor of its arithmetic (tools/fit.py)\",\n"
            "     url: \"docs/accuracy.md\", seen: 2026-11-27}\n\nruntimes:\n")
    for runtime in sorted(set(runtimes).union(*more)):
        lines = [line for part in (runtimes, *more) for line in part.get(runtime, [])]
        if lines:
            text += f"  - id: {runtime}\n    fitted:\n" + "".join(lines)
    return text


def predictions(rows):
    """(row, tokens a second) by the figures that were fitted, None where there are none: what the library has to say."""
    lines, kernels = {}, {}
    for group in families(rows).values():
        lines.update(told(group))
    for key, group in kernel_fit.families(rows).items():
        kernels[key] = whole = kernel_fit.fit(kernel_fit.Step(), group)
        for chip in {row.chip for row in group if has_own(group, row.chip)}:
            kernels[key + (chip,)] = kernel_fit.fit(kernel_fit.Step(), [row for row in group if row.chip == chip], whole)
    for row in rows:
        key = (row.runtime, row.accelerator, row.target_class)
        kernel = kernels.get(key + (row.chip,), kernels.get(key)) if row.elements else None
        figures = figures_for(lines, row)
        if kernel and kernel.covers(row):
            yield row, row.decode_tok_per_s * math.exp(kernel.error(row))
        else:
            yield row, figures.tok_per_s(row) if figures else None


def into_page(text):
    page = PAGE.read_text(encoding="utf-8")
    block = f"<!-- decode: made by tools/fit.py -->\n{text}<!-- decode end -->"
    if "<!-- decode: made" in page:
        return re.sub(r"<!-- decode: made.*?<!-- decode end -->", lambda _: block, page, flags=re.S)
    return page.rstrip("\n") + "\n\n## Decode estimates against measurements\n\n" + block + "\n"


def main(arguments):
    os.environ["EDGEPLAN_LIBRARY"] = os.path.abspath(arguments[0])
    found = evidence.load(library=evidence.edgeplan.Library(arguments[0]))
    rows = usable(found)
    held, unmeasured = held_out(rows), unlike(rows)
    steps, asked = judge_kernels(kernel_fit.Step(), rows), judge_kernels(kernel_fit.Prompt(), prompts(found))
    clocked = {(row.runtime, row.accelerator, row.chip) for group, _, _ in steps.values() for row in group}
    prefill = [("its arithmetic", prefill_fit.share_of, worked(found)),
               ("what others reached", prefill_fit.reached_of, [row for row in prompts(found) if row.prefill_floor_seconds == 0 and
                                                               (row.runtime, row.accelerator, row.chip) not in clocked])]
    prefill = [(known, measure_of(some), some, *held_out_prompts(measure_of, some)) for known, measure_of, some in prefill]
    several = steps_of(found)
    text = calibrations(rows, held, unmeasured, clocked,
                        (batch_fit.lines(several), kernel_lines(steps, asked), *(prefill_lines(*judged) for _, *judged in prefill)))
    judged = [(known, *judged) for known, _, *judged in prefill] + [("its clock", *judged) for judged in asked.values()]
    page = (accuracy.tables(rows, held, steps, found, unmeasured) + accuracy.batches(several) + accuracy.accused() +
            accuracy.prefill_table(judged, prefill[0][1]))
    if "--write" in arguments:
        CALIBRATIONS.write_text(text, encoding="utf-8")
        PAGE.write_text(into_page(page), encoding="utf-8")
    elif "--check" in arguments:
        stale = [path.name for path, wanted in ((CALIBRATIONS, text), (PAGE, into_page(page)))
                 if not path.exists() or path.read_text(encoding="utf-8") != wanted]
        print("out of date: " + ", ".join(stale) + "; tools/fit.py --write renews them" if stale else "fit: ok")
        return 1 if stale else 0
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
