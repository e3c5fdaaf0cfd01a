"""Prefill: how much of an engine's arithmetic a prompt reaches, or how much arithmetic that is where nobody says what the engine has. A
figure is by level as for decoding (decode_fit.py): the median over devices of each device's median, so that no device and no outlier
decides.

Of a chunk an expert sees tokens x used / experts, and its product takes as long as if it had some more, for tiles that are not full and
weights unpacked for few. How many more is one figure of all GPUs, for it hardly differs between them: that which makes what mixtures
reach, and in chunks of whatever length, most like what the same chip reaches otherwise.
"""
import math

from decode_fit import LEVELS, key_of
from robust import median

PADDING = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 128, 192, 256) # tokens that are tried
PADDED = "gpu"            # what multiplies in tiles
LEAST_PROMPT_TOKENS = 64  # for a row to tell of products; fewer take as long as starting does
READS, LEAST_WORK = 0.9, 0.5 # peaks that take longer than arithmetic are of reading, and a row of which it is more than half tells of nothing else
LEAST_CHIPS = 2           # with mixtures, for a figure of these


class Share:
    """The arithmetic of a prompt, with that of padding, over the measured time; above 1 accuses a throughput."""
    most, most_spread = 1.0, math.inf

    def __init__(self, expert_rows=0):
        self.expert_rows = expert_rows

    def work(self, row):
        return row.prefill_work_seconds + self.expert_rows * row.padding_seconds

    def value(self, row):
        return self.work(row) * row.prefill_tok_per_s / row.prompt_tokens

    def error(self, value, row):
        """Natural logarithm of predicted over measured rate."""
        return math.log(row.prompt_tokens / row.prefill_tok_per_s / max(self.work(row) / value, row.prefill_peak_seconds))

    def figure(self, value, accelerator):
        return f"utilisation: {value:.3g}" + (f", expert_rows: {self.expert_rows} tokens" if accelerator == PADDED and self.expert_rows else "")


class Reached:
    """Operations in a second. An estimate whose ends are further apart than `most_spread` tells nobody anything."""
    most, most_spread = math.inf, 4.0

    def value(self, row):
        return (row.prompt_flop + row.prompt_attention_flop) * row.prefill_tok_per_s / row.prompt_tokens

    def error(self, value, row):
        return math.log(value / self.value(row))

    def figure(self, value, _):
        return f"reached: {float(f'{value / 1e9:.3g}'):g} Gflop/s"


def telling(rows):
    """Those whose time is not mostly that of reading weights or of starting; all where there are none such."""
    rows = [row for row in rows if row.prompt_tokens >= LEAST_PROMPT_TOKENS] or rows
    some = [row for row in rows if row.prefill_peak_seconds <= row.prefill_work_seconds / READS or
            row.prefill_peak_seconds * row.prefill_tok_per_s <= LEAST_WORK * row.prompt_tokens]
    return some or rows


def padding(rows):
    """Tokens beside those of an expert; 0 where too few chips tell."""
    rows = [row for row in telling(rows) if row.accelerator == PADDED]
    chips = {row.chip for row in rows if row.padding_seconds}
    told = {}
    for row in rows:
        if row.chip in chips:
            told.setdefault(row.chip, {}).setdefault((row.runtime, row.group), []).append(row)

    def apart(count):
        """How far the rows of a chip and group lie from their median, every chip counting the same."""
        of, total = Share(count), 0.0
        for groups in told.values():
            off = []
            for group in groups.values():
                values = [math.log(of.value(row)) for row in group]
                off += [abs(value - median(values)) for value in values]
            total += sum(off) / len(off)
        return total

    return min(PADDING, key=apart) if len(chips) >= LEAST_CHIPS else 0


def share_of(rows):
    return Share(padding(rows))


def reached_of(_):
    return Reached()


def of_group(of, rows):
    devices = {}
    for row in telling(rows):
        devices.setdefault(row.chip, []).append(of.value(row))
    return min(median([median(values) for values in devices.values()]), of.most)


def fit_levels(of, rows):
    groups = {}
    for level in LEVELS:
        for row in rows:
            groups.setdefault(key_of(row, level), []).append(row)
    return {key: of_group(of, members) for key, members in groups.items()}


def predict(found, row, levels=LEVELS[:-1]):
    """No format of a chip has a line of its own."""
    for level in reversed(levels):
        if key_of(row, level) in found:
            return found[key_of(row, level)]
    return None
