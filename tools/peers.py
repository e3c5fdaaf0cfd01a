"""What two other calculators say of a row: their formulas, restated from their sources in August 2026 and given this registry's bandwidths
and sizes. So they are better off here than in use: their own tables name 92 graphics cards and no phone, Jetson or GB10.

llmfit: https://github.com/AlexsJones/llmfit/blob/3f44fd30a43d/llmfit-core/src/fit.rs
    dense: bandwidth / (parameters x bytes each) x 0.55, on a CPU x 0.3 again; a mixture of experts: bandwidth / (active expert parameters x
    bytes each + the other active parameters x 3.2). Left out: its discount for a nearly full card.
canirun.ai: https://github.com/midudev/canirun.ai at 6c44096, packages/compatibility
    bandwidth / (size in memory x active share) x 0.70, Apple 0.65, phones and tablets 0.40; the size is parameters x bytes each x 1.1
    + 0.5 GB. It has no context.
"""
LLMFIT_BYTES = {"2-bit": 0.37, "3-bit": 0.48, "4-bit": 0.5, "5-bit": 0.625, "6-bit": 0.75, "8-bit": 1.0, "16-bit": 2.0}
CANIRUN_BYTES = {"2-bit": 0.3125, "3-bit": 0.4375, "4-bit": 0.5, "5-bit": 0.625, "6-bit": 0.75, "8-bit": 1.0, "16-bit": 2.0}


def bytes_each(table, row):
    return table["-".join(row.group.split("-")[:2])] # 2-bit-iq is 2-bit to both


def llmfit(row):
    each = bytes_each(LLMFIT_BYTES, row)
    if row.routed_bytes:
        routed = row.active_parameters * row.routed_bytes / (row.traffic_bytes - row.cache_bytes)
        return row.peak_bytes_per_s / (routed * each + (row.active_parameters - routed) * 3.2)
    return row.peak_bytes_per_s / (row.parameters * each) * 0.55 * (0.3 if row.accelerator == "cpu" else 1.0)


def canirun(row):
    handheld = row.target_class in ("phone", "tablet")
    share = 0.40 if handheld else 0.65 if row.chip.startswith("apple-") else 0.70
    size = row.parameters * bytes_each(CANIRUN_BYTES, row) * 1.1 + 0.5 * 2 ** 30
    return row.peak_bytes_per_s / (size * row.active_parameters / row.parameters) * share


PEERS = {"llmfit": llmfit, "canirun.ai": canirun}
