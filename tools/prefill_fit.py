"""Prefill: how much of an engine's arithmetic a prompt reaches, or how much arithmetic that is where nobody says what the engine has. A
figure is by level as for decoding (decode_fit.py): the median over devices of each device's median, so that no device and no outlier
decides."""
import math

from decode_fit import LEVELS, key_of
from robust import median


class Share:
    """The floor of the library over the measured time; above 1 accuses a throughput."""
    most, most_spread = 1.0, math.inf

    def value(self, row):
        return row.prefill_floor_seconds * row.prefill_tok_per_s / row.prompt_tokens

    def figure(self, value):
        return f"utilisation: {value:.3g}"


class Reached:
    """Operations in a second. An estimate whose ends are further apart than `most_spread` tells nobody anything."""
    most, most_spread = math.inf, 4.0

    def value(self, row):
        return (row.prompt_flop + row.prompt_attention_flop) * row.prefill_tok_per_s / row.prompt_tokens

    def figure(self, value):
        return f"reached: {float(f'{value / 1e9:.3g}'):g} Gflop/s"


def of_group(of, rows):
    devices = {}
    for row in rows:
        devices.setdefault(row.chip, []).append(of.value(row))
    return min(median([median(values) for values in devices.values()]), of.most)


def fit_levels(of, rows):
    groups = {}
    for level in LEVELS:
        for row in rows:
            groups.setdefault(key_of(row, level), []).append(row)
    return {key: of_group(of, members) for key, members in groups.items()}


def predict(found, row, levels=LEVELS):
    for level in reversed(levels):
        if key_of(row, level) in found:
            return found[key_of(row, level)]
    return None


def error(of, predicted, row):
    """Natural logarithm of predicted over measured rate."""
    return math.log(predicted / of.value(row))
