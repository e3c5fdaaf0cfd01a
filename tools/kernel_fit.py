"""The estimate of a decode step on a CPU, fitted: time = (sum of bytes/rate over element types + cache/rate) / clock + layers x layer_time
+ recurrent layers x recurrent_time.

What the cores of a phone draw is set by how many there are and how fast they run, long before its memory is busy: a product with a matrix
takes as many clocks per byte as its element type asks for, on one chip as on another. The clock is the sum over out-of-order cores.
"""
import math
from dataclasses import dataclass

from decode_fit import HUBER_WIDTH
from robust import linear

LEAST_CHIPS = 3           # of a class with the same runtime, for rates to be told by the clock
LEAST_TYPE_ROWS = 3       # that read a noticeable share of an element type, for it to have a rate
LEAST_SHARE = 0.03        # of a step's bytes, to be noticeable
LEAST_KNOWN = 0.95        # of a step's bytes, to be of types with a rate; as in lib/plan/figures.c
FIRST_CLOCKS, FIRST_LAYER_SECONDS, FIRST_RECURRENT_SECONDS = 0.7, 5e-5, 1e-4
FIRST_PULL, PULL = 0.05, 0.3  # towards the first guess, and of a chip towards its kin, in rows that far off


@dataclass(frozen=True)
class Kernels:
    clocks_per_byte: dict
    cache_clocks_per_byte: float
    layer_seconds: float
    recurrent_seconds: float

    @property
    def point(self):
        return [*self.clocks_per_byte.values(), self.cache_clocks_per_byte, self.layer_seconds, self.recurrent_seconds]

    def covers(self, row):
        return sum(row.elements.get(name, 0) for name in self.clocks_per_byte) >= LEAST_KNOWN * sum(row.elements.values())

    def tok_per_s(self, row):
        rate = 1 / sum(value * per for value, per in zip(self.point, terms(row, self.clocks_per_byte)))
        return min(rate, row.ceiling_tok_per_s)


def key_of(row):
    return row.runtime, row.accelerator, row.target_class


def families(rows):
    """Rows of chips whose clock is known, where there are chips enough."""
    groups = {}
    for row in rows:
        if row.clock_per_s and row.elements:
            groups.setdefault(key_of(row), []).append(row)
    return {key: group for key, group in groups.items() if len({row.chip for row in group}) >= LEAST_CHIPS}


def terms(row, names):
    """What the figures multiply in the time of a step. Types without a rate are read as the others are together."""
    known = sum(row.elements.get(name, 0) for name in names)
    stretched = (row.traffic_bytes - row.cache_bytes) / known if known else 0.0
    return [row.elements.get(name, 0) * stretched / row.clock_per_s for name in names] + \
        [row.cache_bytes / row.clock_per_s, row.layers, row.recurrent_layers]


def types_of(rows):
    names = sorted({name for row in rows for name in row.elements})
    return [name for name in names
            if sum(row.elements.get(name, 0) > LEAST_SHARE * row.traffic_bytes for row in rows) >= LEAST_TYPE_ROWS]


def weights(rows):
    """Every chip counts the same, and within it every row: those of a model differ in their types."""
    count = {chip: sum(row.chip == chip for row in rows) for chip in {row.chip for row in rows}}
    return [len(rows) / (len(count) * count[row.chip]) for row in rows]


def fit(rows, above=None):
    """Figures of some rows; of a chip, pulled towards those of its kin."""
    names = list(above.clocks_per_byte) if above else types_of(rows)
    first = above.point if above else [FIRST_CLOCKS] * (len(names) + 1) + [FIRST_LAYER_SECONDS, FIRST_RECURRENT_SECONDS]
    relative = [[value / row.seconds for value in terms(row, names)] for row in rows]
    point = linear(relative, weights(rows), first, PULL if above else FIRST_PULL, HUBER_WIDTH)
    return Kernels(dict(zip(names, point)), *point[len(names):])


def error(figures, row):
    """Natural logarithm of predicted over measured rate: positive is too fast."""
    return math.log(figures.tok_per_s(row) / row.decode_tok_per_s)


def held_out(rows, has_own):
    """As held_out() of fit.py: of chips with figures of their own, a model left out; and whole chips left out."""
    own, unseen = [], []
    for chip in sorted({row.chip for row in rows}):
        mine, rest = [row for row in rows if row.chip == chip], [row for row in rows if row.chip != chip]
        found = fit(rest)
        unseen += [(row, error(found, row)) for row in mine if found.covers(row)]
        for model in sorted({row.model for row in mine}):
            if has_own(rows, chip, without=model):
                others = [row for row in mine if row.model != model]
                found = fit(others, fit(rest + others))
                own += [(row, error(found, row)) for row in mine if row.model == model and found.covers(row)]
    return own, unseen


def entry(place, figures, band, source, note):
    """Of the registry."""
    rates = [f"{{type: {name}, per_clock: {1 / clocks:.3g} B}}" for name, clocks in figures.clocks_per_byte.items()]
    lines = [", ".join(rates[at:at + 3]) for at in range(0, len(rates), 3)]
    return (f"      - {{{place}, layer_time: {round(figures.layer_seconds * 1e6, 1):g} us, "
            f"recurrent_time: {round(figures.recurrent_seconds * 1e6, 1):g} us, cache_per_clock: {1 / figures.cache_clocks_per_byte:.3g} B,\n"
            "         kernels: [" + ",\n                   ".join(lines) + "],\n"
            f"         low: {band[0]:.3g}, high: {band[1]:.3g}, source: {source}, confidence: derived, note: {note}}}\n")
