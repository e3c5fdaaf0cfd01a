"""Decoding and prefill on a CPU, fitted. Of a step: time = (sum of bytes/rate over element types + cache/rate) / clock
+ layers x layer_time + recurrent layers x recurrent_time. Of a prompt: time = (tokens x sum of bytes/rate + attention/rate) / clock.

What the cores of a phone draw is set by how many there are and how fast they run, long before its memory is busy: a product with a matrix
takes as many clocks per byte as its element type asks for, on one chip as on another. The clock is the sum over out-of-order cores.
"""
import math
from dataclasses import dataclass

from decode_fit import HUBER_WIDTH
from robust import linear

LEAST_CHIPS = 3           # of a class with the same runtime, for rates to be told by the clock
LEAST_TYPE_ROWS = 3       # that read a noticeable share of an element type, for it to have a rate
LEAST_SHARE = 0.03        # of the bytes, to be noticeable
LEAST_KNOWN = 0.95        # of the bytes, to be of types with a rate; as in lib/plan/figures.c
FIRST_PULL, PULL = 0.01, 0.3  # towards the first guess, and of a chip towards its kin, in rows that far off


class Step:
    """A step of decoding."""
    first = 0.7                  # clocks per byte
    first_others = (0.7, 5e-5, 1e-4) # of the cache, and seconds of a layer and of a recurrent one

    def elements(self, row):
        return row.elements

    def bytes(self, row):
        return row.traffic_bytes - row.cache_bytes

    def others(self, row):
        return [row.cache_bytes / row.clock_per_s, row.layers, row.recurrent_layers]

    def seconds(self, row):
        return 1 / row.decode_tok_per_s


class Prompt:
    """A prompt as long as the source says."""
    first = 0.2                  # clocks per byte and token
    first_others = (0.6,)        # per operation of attention

    def elements(self, row):
        return row.prompt_elements

    def bytes(self, row):
        return row.prompt_tokens * sum(row.prompt_elements.values())

    def others(self, row):
        return [row.prompt_attention_flop / row.clock_per_s]

    def seconds(self, row):
        return row.prompt_tokens / row.prefill_tok_per_s


@dataclass(frozen=True)
class Kernels:
    of: object
    names: tuple
    point: tuple # of each name, and of what the task knows besides

    def covers(self, row):
        elements = self.of.elements(row)
        return sum(elements.get(name, 0) for name in self.names) >= LEAST_KNOWN * sum(elements.values())

    def error(self, row):
        """Natural logarithm of predicted over measured rate: positive is too fast."""
        return math.log(self.of.seconds(row) / sum(value * per for value, per in zip(self.point, terms(self.of, row, self.names))))


def families(rows):
    """Rows by runtime, accelerator and class of chips whose clock is known, where there are chips enough."""
    groups = {}
    for row in rows:
        if row.clock_per_s and row.elements:
            groups.setdefault((row.runtime, row.accelerator, row.target_class), []).append(row)
    return {key: group for key, group in groups.items() if len({row.chip for row in group}) >= LEAST_CHIPS}


def terms(of, row, names):
    """What the figures multiply in the measured time. Types without a rate are read as the others are together."""
    elements = of.elements(row)
    known = sum(elements.get(name, 0) for name in names)
    stretched = of.bytes(row) / known / row.clock_per_s if known else 0.0
    return [elements.get(name, 0) * stretched for name in names] + of.others(row)


def types_of(of, rows):
    def noticeable(row, name):
        return of.elements(row).get(name, 0) > LEAST_SHARE * sum(of.elements(row).values())
    return tuple(name for name in sorted({name for row in rows for name in of.elements(row)})
                 if sum(noticeable(row, name) for row in rows) >= LEAST_TYPE_ROWS)


def weights(rows):
    """Every chip counts the same, and within it every row: those of a model differ in their types."""
    count = {chip: sum(row.chip == chip for row in rows) for chip in {row.chip for row in rows}}
    return [len(rows) / (len(count) * count[row.chip]) for row in rows]


def fit(of, rows, above=None):
    """Figures of some rows; of a chip, pulled towards those of its kin."""
    names = above.names if above else types_of(of, rows)
    first = above.point if above else [of.first] * len(names) + list(of.first_others)
    relative = [[value / of.seconds(row) for value in terms(of, row, names)] for row in rows]
    return Kernels(of, names, tuple(linear(relative, weights(rows), first, PULL if above else FIRST_PULL, HUBER_WIDTH)))


def held_out(of, rows, has_own):
    """As held_out() of fit.py: of chips with figures of their own, a model left out; and whole chips left out."""
    own, unseen = [], []
    for chip in sorted({row.chip for row in rows}):
        mine, rest = [row for row in rows if row.chip == chip], [row for row in rows if row.chip != chip]
        found = fit(of, rest)
        unseen += [(row, found.error(row)) for row in mine if found.covers(row)]
        for model in sorted({row.model for row in mine}):
            if has_own(rows, chip, without=model):
                others = [row for row in mine if row.model != model]
                found = fit(of, others, fit(of, rest + others))
                own += [(row, found.error(row)) for row in mine if row.model == model and found.covers(row)]
    return own, unseen


def entry(place, step, band, prompt, prompt_band, source, note):
    """Of the registry: figures of steps, and of prompts where they are known."""
    rates = {name: f"per_clock: {1 / clocks:.3g} B" for name, clocks in zip(step.names, step.point)}
    for name, clocks in zip(prompt.names, prompt.point) if prompt else ():
        rates[name] = ", ".join(filter(None, (rates.get(name), f"prompt_per_clock: {1 / clocks:.3g} B")))
    lines = [f"{{type: {name}, {rate}}}" for name, rate in rates.items()]
    cache, layer, recurrent = step.point[len(step.names):]
    text = (f"      - {{{place}, layer_time: {round(layer * 1e6, 1):g} us, recurrent_time: {round(recurrent * 1e6, 1):g} us, "
            f"cache_per_clock: {1 / cache:.3g} B,\n         kernels: [" + ",\n                   ".join(lines) + "],\n"
            f"         low: {band[0]:.3g}, high: {band[1]:.3g},")
    if prompt:
        text += (f" attention_per_clock: {1 / prompt.point[-1]:.3g}, prefill_low: {prompt_band[0]:.3g}, "
                 f"prefill_high: {prompt_band[1]:.3g},\n        ")
    return f"{text} source: {source}, confidence: derived, note: {note}}}\n"
