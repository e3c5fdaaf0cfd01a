"""The ends of an estimate: what held-out rows of the same group were off."""
import math

import decode_fit as fitting
from robust import median

COVERAGE = 0.8
# Errors of a few devices lie closer together than the next device will: of shared figures more is held, and of more devices, so that three
# quarters of the rows of a device that is not among them are inside.
SHARED_COVERAGE, LEAST_SHARED_CHIPS = 0.92, 4
LEAST_ROWS, LEAST_DEVICES = 5, 2 # of a group, for it to have ends of its own; of a stratum, to be validated


class Bands:
    """Low and high of groups from their held-out errors. The next wider group stands in for one of too few rows or chips: that of the
    runtime and format group, of the runtime's accelerator, all. Those of a device can be left out."""

    def __init__(self, pairs, levels, without=None, coverage=COVERAGE, least_chips=1):
        self.levels, groups = levels, {}
        pairs = [(row, error) for row, error in pairs if row.chip != without]
        for row, error in pairs:
            for key in self._keys(row):
                groups.setdefault(key, []).append((row, error))
        self.all = fitting.spread([error for _, error in pairs], coverage)
        self.groups = {key: fitting.spread([error for _, error in some], coverage) for key, some in groups.items()
                       if len(some) >= LEAST_ROWS and len({row.chip for row, _ in some}) >= least_chips}

    def _keys(self, row):
        """From the most specific group to the widest."""
        whole = fitting.key_of(row, "whole")
        return list(dict.fromkeys([fitting.key_of(row, level) for level in reversed(self.levels[row.accelerator])] + [whole, whole[:2]]))

    def of_key(self, key, row):
        """Of a line with that key, one of whose rows is `row`: groups that hold all its devices."""
        keys = [wider for wider in self._keys(row) if all(name in ("", other) for name, other in zip(wider, key))]
        return next((self.groups[wider] for wider in keys if wider in self.groups), self.all)

    def of_row(self, row):
        return next((self.groups[key] for key in self._keys(row) if key in self.groups), self.all)


def shared_bands(pairs, without=None):
    return Bands(pairs, fitting.SHARED, without, SHARED_COVERAGE, LEAST_SHARED_CHIPS)


def own_bands(pairs, without=None):
    return Bands(pairs, fitting.WHOLE, without)


def inside_of(pairs, bands):
    """Share of rows inside their band, and the median of high over low."""
    inside = sum(low <= math.exp(-error) <= high for (_, error), (low, high) in zip(pairs, bands))
    return inside / len(pairs), median([high / low for low, high in bands])


def bands_of(pairs, cut, by_clock, apart=False):
    """The band of each row: of its element types where the library has figures of those, else of its group, as `cut` makes it. `apart`:
    without the errors of its own device, so that no row is held against ends it was cut into."""
    clocked = {row.id: family for family in by_clock for row, _ in family}
    grouped, found = {}, []
    for row, _ in pairs:
        without = row.chip if apart else None
        if row.id in clocked:
            key = (id(clocked[row.id]), without)
            if key not in grouped:
                grouped[key] = fitting.spread([error for other, error in clocked[row.id] if other.chip != without],
                                              SHARED_COVERAGE if cut is shared_bands else COVERAGE)
            found.append(grouped[key])
        else:
            if without not in grouped:
                grouped[without] = cut(pairs, without)
            found.append(grouped[without].of_row(row))
    return found
