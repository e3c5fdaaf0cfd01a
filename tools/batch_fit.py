"""Several sequences: the share of an engine's arithmetic that its kernels for few tokens reach. What they multiply for the first token of a
product hides behind reading its weights, and is in the figures of one sequence; what they multiply for the others comes on top, until the
kernels that prompts are multiplied with are faster, tiles and all. It is one figure of all GPUs: that which batches are least off by in
the mean over devices.
"""
import math

from bands import LEAST_DEVICES, LEAST_ROWS, SHARED_COVERAGE
from decode_fit import spread

SHARES = tuple(hundredths / 100 for hundredths in range(6, 41)) # that are tried


class Step:
    """Of a row of several sequences: its time by figures of one, and what its products take at all that the engine has, by kernels for few
    tokens and by those for many. `reached`: the share of it in prompts, `room`: tokens in their tiles; None and 0 where not known."""

    def __init__(self, row, figures, reached, room):
        self.row, self.read_seconds = row, figures.seconds(row)
        self.repeated_seconds = row.products_seconds(-1)
        self.tiled_seconds = row.products_seconds(room) / reached if reached else math.inf

    def error(self, share):
        """Natural logarithm of predicted over measured rate; without a share by reading alone."""
        seconds = self.read_seconds + (min(self.repeated_seconds / share, self.tiled_seconds) if share else 0.0)
        rate = self.row.batch / seconds
        return math.log((min(rate, self.row.ceiling_tok_per_s) if self.row.ceiling_tok_per_s else rate) / self.row.decode_tok_per_s)


def share_of(steps):
    def off(share):
        devices = {}
        for step in steps:
            devices.setdefault(step.row.chip, []).append(abs(step.error(share)))
        return sum(sum(errors) / len(errors) for errors in devices.values())

    return min(SHARES, key=off)


def held_out(steps, name):
    """(row, error) by a share of the rows that differ in `name`."""
    pairs = []
    for value in sorted({getattr(step.row, name) for step in steps}):
        share = share_of([step for step in steps if getattr(step.row, name) != value])
        pairs += [(step.row, step.error(share)) for step in steps if getattr(step.row, name) == value]
    return pairs


def ends(pairs, accelerator, without=None):
    """Those of an accelerator, whatever the runtime: too few rows to tell them apart. None where too few chips were measured."""
    some = [(row, error) for row, error in pairs if row.accelerator == accelerator and row.chip != without]
    enough = len(some) >= LEAST_ROWS and len({row.chip for row, _ in some}) >= LEAST_DEVICES
    return spread([error for _, error in some], SHARED_COVERAGE) if enough else None


def lines(steps):
    """Lines by runtime that was measured with batches. Ends are what chips held out were off by."""
    found, share, pairs = {}, share_of(steps), held_out(steps, "chip")
    for runtime, accelerator in sorted({(row.runtime, row.accelerator) for row, _ in pairs}):
        low, high = ends(pairs, accelerator) or (None, None)
        if low:
            rows = [row for row, _ in pairs if row.accelerator == accelerator]
            found.setdefault(runtime, []).append(
                f"      - {{accelerator: {accelerator}, batch_utilisation: {share:.3g}, batch_low: {low:.3g}, batch_high: {high:.3g},\n"
                f"         source: fit-decode, confidence: derived, note: {len(rows)} rows of {len({row.chip for row in rows})} chips}}\n")
    return found
