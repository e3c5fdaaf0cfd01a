"""Prefill: how much of an engine's arithmetic a prompt reaches. A share is the floor of the library over the measured time, by level as
for decoding (decode_fit.py): the median over devices of each device's median, so that no device and no outlier decides."""
import math

from decode_fit import LEVELS, key_of, spread
from robust import median

MOST_SHARE = 1.0


def share(row):
    """Of the floor, what was measured; above 1 accuses a throughput."""
    return row.prefill_floor_seconds * row.prefill_tok_per_s / row.prompt_tokens


def of_group(rows):
    devices = {}
    for row in rows:
        devices.setdefault(row.chip, []).append(share(row))
    return min(median([median(values) for values in devices.values()]), MOST_SHARE)


def fit_levels(rows):
    groups = {}
    for level in LEVELS:
        for row in rows:
            groups.setdefault(key_of(row, level), []).append(row)
    return {key: of_group(members) for key, members in groups.items()}


def predict(found, row, levels=LEVELS):
    for level in reversed(levels):
        if key_of(row, level) in found:
            return found[key_of(row, level)]
    return None


def error(utilisation, row):
    """Natural logarithm of predicted over measured rate."""
    return math.log(utilisation / share(row))


__all__ = ["error", "fit_levels", "predict", "share", "spread"]
