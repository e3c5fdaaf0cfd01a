"""The estimate of a decode step, fitted: time = bytes/(eta x peak) + layers x layer_time + recurrent layers x recurrent_time, routed experts
and the cache at shares of eta.

Levels, from the whole to the part: a runtime's accelerator and format group; of that a class of devices, and an architecture, which says
more of an engine than the case it sits in; of both, devices of one class and architecture; of these a chip; of that one format. Each is
fitted with a pull towards the one above it, so that few rows move a figure little. Weights make every device count the same.

The time of a recurrent layer is not handed down: what the OpenCL kernels of phones take for one says nothing of CUDA. A level without rows
of such models has none, and neither has one that devices share unless two of them were measured.
"""
import math
from dataclasses import dataclass, replace

from robust import huber, median, minimize, quantile

HUBER_WIDTH = 0.15        # of a natural logarithm: beyond 15 % a row pulls no harder
# Levels that hold for devices not measured, the last one first. An architecture of any class says nothing of a CPU, where it is an
# instruction set, and less of prefill than the class does.
SHARED = {"cpu": ("class", "kind"), "gpu": ("class", "architecture", "kind"), "npu": ("class", "architecture", "kind")}
WHOLE = dict.fromkeys(SHARED, ("whole",))
BOARDS = ("embedded",)     # reach less of a memory they share than cards of their architecture do of their own, so these say nothing of them
LEAST_RECURRENT_CHIPS = {"class": 2, "architecture": 2, "kind": 2}
BOUNDS = {"eta": (0.02, 1.0), "layer_seconds": (1e-7, 5e-3), "recurrent_seconds": (1e-7, 5e-3),
          "experts": (0.2, 1.0), "cache": (0.1, 1.0)}
DEEP_SHARE = 0.1          # of the traffic: from here on a row tells something of the cache
FIRST_ETA, FIRST_LAYER_SECONDS, FIRST_RECURRENT_SECONDS, FIRST_EXPERTS, FIRST_CACHE = 0.5, 5e-5, 1e-4, 1.0, 1.0
# How far a part may lie from its whole before it costs as much as a row that far off, as a natural logarithm; a chip's own rows may say
# more against its kin.
SPREADS = {"eta": 0.3, "layer_seconds": 1.0, "recurrent_seconds": 2.0, "experts": 0.4, "cache": 0.3}
OWN_FREEDOM = {"chip": 3.0, "format": 3.0}
ABOVE = {"whole": None, "class": "whole", "architecture": "whole", "kind": "architecture", "chip": "kind", "format": "chip"}
LEVELS = tuple(ABOVE)     # from the least specific to the most, as the library chooses


@dataclass(frozen=True)
class Figures:
    eta: float
    layer_seconds: float
    experts: float
    cache: float
    recurrent_seconds: float # 0: not known
    shared: bool = False     # of other devices too: the engine's own stream bounds them

    def seconds(self, row):
        traffic = row.traffic_bytes + row.routed_bytes * (1 / self.experts - 1) + row.cache_bytes * (1 / self.cache - 1)
        rate = self.eta * row.peak_bytes_per_s
        if self.shared and row.stream_bytes_per_s:
            rate = min(rate, row.stream_bytes_per_s)
        return traffic / rate + row.layers * self.layer_seconds + row.recurrent_layers * self.recurrent_seconds

    def tok_per_s(self, row):
        rate = row.batch / self.seconds(row)
        return min(rate, row.ceiling_tok_per_s) if row.ceiling_tok_per_s else rate


FIRST = Figures(FIRST_ETA, FIRST_LAYER_SECONDS, FIRST_EXPERTS, FIRST_CACHE, FIRST_RECURRENT_SECONDS)


def key_of(row, level):
    """Names the group of a row at a level; the first three are those of the whole."""
    parts = {"whole": (), "class": (row.target_class, ""), "architecture": (row.target_class if row.target_class in BOARDS else "", row.architecture),
             "kind": (row.target_class, row.architecture), "chip": (row.target_class, row.architecture, row.chip),
             "format": (row.target_class, row.architecture, row.chip, row.format)}
    return (row.runtime, row.accelerator, row.group) + parts[level]


def weights(rows):
    """Every device counts the same, however many rows it has; and within it every model."""
    count = {}
    for row in rows:
        count[row.chip] = count.get(row.chip, {})
        count[row.chip][row.model] = count[row.chip].get(row.model, 0) + 1
    share = [1.0 / (len(count[row.chip]) * count[row.chip][row.model]) for row in rows]
    scale = len(rows) / sum(share)
    return [value * scale for value in share]


def clamp(value, low, high):
    return low if value < low else high if value > high else value


def names_of(rows):
    """Which figures these rows can tell: experts need mixtures, the cache needs depth, recurrent layers need some."""
    names = ["eta", "layer_seconds"]
    if any(row.routed_bytes for row in rows):
        names.append("experts")
    if any(row.cache_bytes > DEEP_SHARE * row.traffic_bytes for row in rows):
        names.append("cache")
    if any(row.recurrent_layers for row in rows):
        names.append("recurrent_seconds")
    return names


def figures_of(point, names, whole):
    values = {name: clamp(math.exp(value), *BOUNDS[name]) for name, value in zip(names, point)}
    return replace(whole, **values)


def fit(rows, whole, freedom=1.0):
    """Figures of some rows, pulled towards those of the level above."""
    names = names_of(rows)
    share = weights(rows)
    start = [math.log(getattr(whole, name) or getattr(FIRST, name)) for name in names]

    def cost(point):
        figures = figures_of(point, names, whole)
        total = sum(weight * huber(math.log(figures.seconds(row) / row.seconds) / HUBER_WIDTH, 1.0) for row, weight in zip(rows, share))
        pull = sum(0.5 * ((value - at) / (freedom * SPREADS[name])) ** 2 for value, at, name in zip(point, start, names))
        outside = sum(max(0.0, value - math.log(BOUNDS[name][1])) + max(0.0, math.log(BOUNDS[name][0]) - value)
                      for value, name in zip(point, names))
        return total + pull + 10.0 * outside

    best = minimize(cost, start, [0.7 if name.endswith("seconds") else 0.2 for name in names])
    return figures_of(best, names, whole)


def fit_levels(rows):
    """Figures of every group at every level, as a dictionary from key to Figures."""
    found, sizes = {}, {}
    for level, above in ABOVE.items():
        groups = {}
        for row in rows:
            groups.setdefault(key_of(row, level), []).append(row)
        for key, members in sorted(groups.items()):
            over = key_of(members[0], above) if above else None
            whole = found[over] if above else FIRST
            if level == "kind" and sizes[over] == len(members): # the same rows: nothing more to say
                found[key] = whole
                continue
            found[key] = fit(members, replace(whole, shared=False), OWN_FREEDOM.get(level, 1.0))
            recurrent = {row.chip for row in members if row.recurrent_layers}
            if level != "format" and len(recurrent) < LEAST_RECURRENT_CHIPS.get(level, 1):
                found[key] = replace(found[key], recurrent_seconds=0.0)
            found[key] = replace(found[key], shared=level in LEAST_RECURRENT_CHIPS)
            sizes[key] = len(members)
    return found


def predict(found, row, levels=LEVELS):
    """Figures for a row: of the most specific of these levels that there is; None if nothing is known of the runtime."""
    for level in reversed(levels):
        figures = found.get(key_of(row, level))
        if figures:
            return figures, level
    return None, None


def error(figures, row):
    """Natural logarithm of predicted over measured rate: positive is too fast."""
    return math.log(figures.tok_per_s(row) / row.decode_tok_per_s)


def spread(errors, coverage=0.8):
    """Factors on the expected rate that hold the middle `coverage` of what was measured."""
    if not errors:
        return None
    low = quantile([-e for e in errors], (1 - coverage) / 2)
    high = quantile([-e for e in errors], 1 - (1 - coverage) / 2)
    return math.exp(min(low, 0.0)), math.exp(max(high, 0.0))


def median_error(errors):
    return median([abs(math.exp(e) - 1) for e in errors])
