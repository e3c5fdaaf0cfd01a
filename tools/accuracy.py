"""The page that says how well the fit does: docs/accuracy.md between its markers."""
import io
import math
from contextlib import redirect_stdout

import accuse
import batch_fit
import decode_fit as fitting
import prefill_fit
from bands import LEAST_DEVICES, LEAST_ROWS, bands_of, inside_of, own_bands, shared_bands
from peers import PEERS
from robust import median

STRATA = ("phone CPU", "phone GPU", "phone NPU", "iPhone", "Jetson", "PC NPU", "unified GPU", "discrete GPU", "PC CPU", "browser",
          "single board")
GOAL_OWN, GOAL_TABLES, GOAL_CLASS, GOAL_STRATUM = 0.05, 0.03, 0.15, 0.25
GOAL_RATIO, GOAL_INSIDE = (1.5, 2.5), (0.75, 0.85)


def stratum(row):
    if row.platform == "browser":
        return "browser"
    if row.target_class == "board":
        return "single board"
    if row.platform == "jetson":
        return "Jetson"
    if row.platform == "ios":
        return "iPhone"
    if row.target_class in ("phone", "tablet"):
        return "phone " + row.accelerator.upper()
    if row.accelerator == "npu":
        return "PC NPU"
    if row.accelerator == "cpu":
        return "PC CPU"
    discrete = row.platform == "pc-gpu" or row.target_class == "datacenter"
    return "discrete GPU" if discrete else "unified GPU"


def by_device(pairs):
    """Errors of each device."""
    devices = {}
    for row, error in pairs:
        devices.setdefault((row.chip, row.accelerator), []).append(error)
    return devices


def over_devices(pairs):
    """Median and mean over devices of each device's median error, so that a device with many rows counts once; and how many there are."""
    errors = [fitting.median_error(errors) for errors in by_device(pairs).values()]
    return median(errors), sum(errors) / len(errors), len(errors)


def percent(value):
    return f"{100 * value:.1f} %"


def corrected(pairs, by_clock):
    """Errors of what the library says: by element type where it can."""
    better = {row.id: error for family in by_clock for row, error in family}
    return [(row, better.get(row.id, error)) for row, error in pairs]


def held_line(name, pairs, cut, by_clock):
    middle, mean, devices = over_devices(pairs)
    inside, ratio = inside_of(pairs, bands_of(pairs, cut, by_clock))
    apart, _ = inside_of(pairs, bands_of(pairs, cut, by_clock, apart=True))
    return (f"| {name} | {len(pairs)} | {devices} | {percent(fitting.median_error([error for _, error in pairs]))} | {percent(middle)} | "
            f"{percent(mean)} | {percent(inside)} | {percent(apart)} | {ratio:.2f} |")


def goals(calibrated, unseen, clocks, tables_error):
    """Of each goal, what it came to. `clocks`: errors by element type, of a model and of a chip held out."""
    inside, ratio = {}, {}
    for name, pairs, cut, clock in (("model", calibrated, own_bands, clocks[0]), ("chip", unseen, shared_bands, clocks[1])):
        inside[name], _ = inside_of(pairs, bands_of(pairs, cut, clock, apart=True))
        _, ratio[name] = inside_of(pairs, bands_of(pairs, cut, clock))
    strata = {name: over_devices([pair for pair in unseen if stratum(pair[0]) == name])[0] for name in STRATA
              if len({row.chip for row, _ in unseen if stratum(row) == name}) >= LEAST_DEVICES}
    missed = ", ".join(f"{name} {percent(value)}" for name, value in strata.items() if value > GOAL_STRATUM)
    held = (("a model held out, median over devices", over_devices(calibrated)[0], GOAL_OWN, percent),
            ("TensorRT Edge-LLM's tables, mean", tables_error, GOAL_TABLES, percent),
            ("a chip held out, median over devices", over_devices(unseen)[0], GOAL_CLASS, percent),
            ("high over low, a model held out", ratio["model"], GOAL_RATIO[0], "{:.2f}".format),
            ("high over low, a chip held out", ratio["chip"], GOAL_RATIO[1], "{:.2f}".format))
    lines = ["| goal | at most | here | |", "|---|---:|---:|---|"]
    lines += [f"| {name} | {told(most)} | {told(value)} | {'met' if value <= most else f'missed by {told(value - most)}'} |"
              for name, value, most, told in held]
    lines += [f"| {len(strata)} strata, each | {percent(GOAL_STRATUM)} | {percent(max(strata.values()))} | "
              f"{'missed: ' + missed if missed else 'met'} |"]
    return lines + [f"| rows inside low and high, a {name} held out | 75 to 85 % | {percent(value)} | "
                    f"{'met' if GOAL_INSIDE[0] <= value <= GOAL_INSIDE[1] else 'missed'} |" for name, value in inside.items()] + [""]


def strata_lines(rows, calibrated, unseen):
    lines = ["| stratum | rows | devices | whole chip held out: median over devices | mean | "
             "a model held out: median over devices | mean | |",
             "|---|---:|---:|---:|---:|---:|---:|---|"]
    for name in STRATA:
        of = [row for row in rows if stratum(row) == name]
        cells = []
        for pairs in (unseen, calibrated):
            some = [(row, error) for row, error in pairs if stratum(row) == name]
            cells += [percent(value) for value in over_devices(some)[:2]] if some else ["–", "–"]
        devices = len({row.chip for row in of})
        valid = len(of) >= LEAST_ROWS and devices >= LEAST_DEVICES and cells[0] != "–"
        lines.append(f"| {name} | {len(of)} | {devices} | {' | '.join(cells)} | {'' if valid else 'not validated'} |")
    return lines


def far_off(pairs, goal):
    """Devices beyond a goal, the worst first, in words."""
    errors = {device: (fitting.median_error(errors), len(errors)) for device, errors in by_device(pairs).items()}
    return ", ".join(f"{chip} {accelerator} {percent(error)} ({count} rows)" for (chip, accelerator), (error, count) in
                     sorted(errors.items(), key=lambda item: -item[1][0]) if error > goal)


def recurrent_text(pairs):
    parts = {name: [error for row, error in pairs if stratum(row) == name] for name in STRATA}
    return ", ".join(f"{percent(fitting.median_error(errors))} on {name} ({len(errors)} rows)" for name, errors in parts.items() if errors)


def peers_lines(calibrated, unseen):
    """Median over devices, on the rows that a fit without their chip, or without their model, predicts."""
    names = list(PEERS)
    lines = ["| rows of | rows | devices | here | " + " | ".join(names) + " |", "|---|---:|---:|---:|" + "---:|" * len(names)]
    for name in ("a model held out", "a chip held out") + STRATA:
        pairs = calibrated if name == "a model held out" else \
            [(row, error) for row, error in unseen if name in ("a chip held out", stratum(row))]
        if pairs:
            middle, _, devices = over_devices(pairs)
            theirs = [over_devices([(row, math.log(of(row) / row.decode_tok_per_s)) for row, _ in pairs])[0] for of in PEERS.values()]
            lines.append(f"| {name} | {len(pairs)} | {devices} | {' | '.join(percent(value) for value in [middle] + theirs)} |")
    return lines


def tables(rows, held, judged, found, apart):
    """`held`: lists of held_out(); `judged`: by family of element types; `apart`: errors of layers nobody measured."""
    own_clock, class_clock = [own for _, own, _ in judged.values()], [out for _, _, out in judged.values()]
    calibrated, unseen, guessed = corrected(held[0], own_clock), corrected(held[1], class_clock), held[2]
    unused = {"rule 15: of grade c": sum(row.grade == "c" for row in found.rows),
              "several sequences": sum(row.grade != "c" and row.batch > 1 for row in found.rows)} | found.dropped
    trt = [error for row, error in calibrated if row.runtime == "tensorrt-edge-llm"]
    lines = goals(calibrated, unseen, (own_clock, class_clock), mean_error(trt))
    lines += [f"{len(rows)} rows of {len({row.chip for row in rows})} chips, {len({row.model for row in rows})} models and "
             f"{len({row.runtime for row in rows})} runtimes. Not used: " +
             ", ".join(f"{count} ({reason})" for reason, count in sorted(unused.items())) + ".", "",
             "| held out | rows | devices | median error | median over devices | mean over devices | inside low–high | "
             "the same, ends without its device | median high/low |", "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
             held_line("a model of a chip that keeps three others", calibrated, own_bands, own_clock),
             held_line("the whole chip", unseen, shared_bands, class_clock), "",
             "A device's error is the median of its rows. Ends are cut from the same errors that the first count of rows inside them "
             "looks at; the second cuts them anew for each device without its rows.", "",
             f"Devices beyond {percent(GOAL_OWN)} with a model held out: {far_off(calibrated, GOAL_OWN)}.", "",
             f"Devices beyond {percent(GOAL_STRATUM)} when held out whole: {far_off(unseen, GOAL_STRATUM)}.", "",
             f"{len(guessed)} rows are of chips whose class and architecture have no second one in the same runtime: nothing like them "
             f"gets an estimate (*physics*). Guessing it from all other devices would be off by: {far_off(guessed, 0)}.", ""]
    lines += strata_lines(rows, calibrated, unseen)
    if trt:
        lines += ["", f"TensorRT Edge-LLM's own tables, a model left out: mean error {percent(mean_error(trt))} over {len(trt)} rows."]
    lines += ["", "Models with recurrent layers, as if no such row were in the fit (what the library does on a path without one): median "
              f"error {recurrent_text(apart)}.", "",
              "Beside it what two other calculators say of the same rows (`tools/peers.py`, their formulas with this registry's "
              "bandwidths), median over devices:", ""] + peers_lines(calibrated, unseen)
    return "\n".join(lines) + "\n"


def mean_error(errors):
    return sum(abs(math.exp(error) - 1) for error in errors) / len(errors)


def batches(steps):
    """Of rows of several sequences."""
    apart = batch_fit.held_out(steps, "chip")
    judged = (("a chip's batches", apart), ("a model's batches", batch_fit.held_out(steps, "model")),
              ("nothing, and no products counted", [(step.row, step.error(None)) for step in steps]))
    lines = ["", f"Several sequences, {len(steps)} rows of {len({step.row.chip for step in steps})} chips, by their figures of one sequence; "
             f"products of the others reach {percent(batch_fit.share_of(steps))} of an engine's arithmetic:", "",
             "| held out | median error | median over devices | mean over devices | in the median | at worst |",
             "|---|---:|---:|---:|---:|---:|"]
    for name, pairs in judged:
        errors = [error for _, error in pairs]
        worst = math.exp(max(errors, key=abs)) - 1
        middle, mean, _ = over_devices(pairs)
        lines.append(f"| {name} | {percent(fitting.median_error(errors))} | {percent(middle)} | {percent(mean)} | "
                     f"{100 * (math.exp(median(errors)) - 1):+.1f} % | {100 * worst:+.1f} % |")
    held = [(error, batch_fit.ends(apart, row.accelerator, without=row.chip)) for row, error in apart]
    inside = [low <= math.exp(-error) <= high for error, (low, high) in ((error, ends) for error, ends in held if ends)]
    return "\n".join(lines) + f"\n\nEnds from the other chips hold {percent(sum(inside) / len(inside))} of them.\n"


def accused():
    """What tools/accuse.py found, its last line."""
    text = io.StringIO()
    with redirect_stdout(text):
        accuse.main([])
    told = text.getvalue().split("\n")
    summary = next(line for line in told if "observations held" in line)
    return f"\nAgainst the ceilings (`tools/accuse.py`): {summary}.\n"


def bias(pairs, mixtures):
    """Median of predicted over measured, as a percentage off."""
    errors = [error for row, error in pairs if bool(row.routed_bytes) == mixtures]
    return f"{100 * (math.exp(median(errors)) - 1):+.1f} % in the median of {len(errors)} rows"


def ends(rows, pick):
    return pick(prefill_fit.padding([row for row in rows if row.chip != chip]) for chip in {row.chip for row in rows if row.padding_seconds})


def prefill_table(judged, share):
    """Of (what is known, rows, errors of a model held out, errors of a chip held out), the first of them measured as `share`."""
    lines = ["", "Prefill, by what is known of the engine:", "",
             "| known | held out | rows | devices | median error | median over devices | mean over devices |",
             "|---|---|---:|---:|---:|---:|---:|"]
    for known, _, calibrated, unseen in judged:
        for name, pairs in (("a model of a chip that keeps three others", calibrated), ("the whole chip", unseen)):
            if pairs:
                middle, mean, devices = over_devices(pairs)
                lines.append(f"| {known} | {name} | {len(pairs)} | {devices} | "
                             f"{percent(fitting.median_error([e for _, e in pairs]))} | {percent(middle)} | {percent(mean)} |")
    _, rows, calibrated, unseen = judged[0]
    lines += ["", f"Of its arithmetic, a model held out: {bias(calibrated, True)} with mixtures of experts, {bias(calibrated, False)} without; "
              f"chips held out: {bias(unseen, True)} with, {bias(unseen, False)} without. The product of an expert costs {share.expert_rows} "
              "tokens beside those it has. That is one figure of all GPUs, and what it is without one of them lies between "
              f"{' and '.join(str(ends(rows, pick)) for pick in (min, max))}."]
    faster = [row for row in rows if row.prefill_floor_seconds * row.prefill_tok_per_s > row.prompt_tokens]
    inside = {row.id for row in faster if row.prefill_least_seconds * row.prefill_tok_per_s <= row.prompt_tokens}

    def named(rows):
        return ", ".join(sorted(row.id for row in rows)) or "none"

    lines += ["", "Faster than the floor whatever the chunk, so that they accuse a throughput: "
              f"{named(row for row in faster if row.id not in inside)}. Faster than the floor in chunks as long as the runtime's usual ones, "
              "yet not in one chunk, so that they say only that the run had longer chunks than the plan assumes: "
              f"{named(row for row in faster if row.id in inside)}."]
    return "\n".join(lines) + "\n"
