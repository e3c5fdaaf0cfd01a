#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets: small files, right ones and each way of being wrong that has hurt a reader.

Usage: seeds.py [--check]     --check only compares what is there with what would be written.
What fuzzing finds becomes one of them, with a name that says what it is.
"""
import json
import pathlib
import struct
import sys

from seed_checkpoints import CONFIG, LOCK, ST
from seed_files import FILES
from seed_gguf import GGUF, TOP

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE / "corpus"

# ---- Registry ----


def small_registry():
    lines = [line.strip() for line in (HERE.parent / "small_registry.h").read_text().splitlines() if line.strip().startswith('"')]
    return "".join(json.loads(line.rstrip(";")) for line in lines).encode()


VERSION = b"edgeplan_registry: 1.0\n"
REGISTRY = {
    "small": small_registry(),
    "version-only": VERSION,
    "newer": b"edgeplan_registry: 1.9\nfuture: 1\n",
    "merge": VERSION + b"targets: [{id: t, name: Other, ram: [12 GiB, 16 GiB]}]\nlimits: [{id: l, rules: null}]\n",
    "remove": VERSION + b"models: [{id: m, config: null}]\nruntimes: [{id: r, presets: null, context: null, calibrations: null}]\n",
    "release-of-a-runtime": VERSION + b"runtimes: [{id: r@v2, name: Two, rules: v2, extends: r, context: {step: 1}}]\n",
    "extends-itself": VERSION + b"runtimes: [{id: a, extends: b}, {id: b, extends: a}]\nchips: [{id: c, extends: c}]\n",
    "replaced-in-a-circle": VERSION + b"targets: [{id: a, replaced_by: b}, {id: b, replaced_by: a}]\n",
    "quantities": VERSION + b"chips: [{id: c, memory: {peak_bandwidth: 1e999 GB/s, bus: -1 bit}}]\ntargets: [{id: t, ram: [99999999999 GiB, 0 B]}]\n",
    "shares": VERSION + b"limits: [{id: l, rules: [{id: all, kind: total, counts: charged, safe_share: 1e300, hard_share: -1}]}]\n",
    "model-overflows": VERSION + b"models: [{id: m, config: {hidden_size: 18446744073709551615, num_hidden_layers: 4096}}]\n",
    "layers-most": VERSION + b"models: [{id: m, config: {hidden_size: 10000, num_hidden_layers: 4096}}]\n",
    "anchor": VERSION + b"sources: &a [*a]\n",
    "tag": VERSION + b"sources: !!binary abc\n",
    "merge-key": VERSION + b"chips: [{<<: {id: c}}]\n",
    "deep": VERSION + b"sources: " + b"[" * 200 + b"\n",
    "key-twice": VERSION + b"chips: []\nchips: []\n",
    "two-documents": VERSION + b"---\na: 1\n",
    "tab": VERSION + b"chips:\n\t- id: c\n",
    "not-utf-8": VERSION + b"chips: [{id: \xff\xfe}]\n",
    "block-text": VERSION + b"sources:\n  - id: s\n    title: |\n      a\n       b\n    url: >-\n      x\n      y\n",
    "empty": b"",
}

# ---- Budgets ----

BUDGET_HEAD = b"edgeplan: 1\n"
ONE_OF_EACH = BUDGET_HEAD + b"devices: [{id: d, target: t}]\nmodels: [{id: a, model: m, format: q4_0, devices: [d]}]\n"
BUDGET = {
    "one-of-each": ONE_OF_EACH,
    "every-limit": ONE_OF_EACH + b"""limits:
  verdict: {at_least: fits, level: error}
  memory: {max: 3 GB, level: error}
  largest_buffer: {max: 1 GB}
  largest_file: {max: 2 GB}
  download: {max: 2 GB, level: warn}
  decode: {min: 8 tok/s, estimate: expected, sustained: no, level: error}
  ttft: {max: 3 s, estimate: expected, level: warn}
  context: {min: 4096 tokens}
  loss: {max: 0.1 nat}
  basis: {min: cited, level: warn}
""",
    "platform-and-group": BUDGET_HEAD + b"""registry: {digest: "0123456789abcdef"}
defaults: {runtime: r, context: 1024, prompt: 512, output: 128, kv: f16, preset: cli, mmap: yes, app_bytes: 190 MB}
devices: [{id: all, platform: p, required: no, ram: 8 GiB, os: 1.0, app_state: foreground, accelerators: [cpu]}]
models: [{id: a, model: m, devices: [all], context: 2048}, {id: b, model: m}]
groups: [{id: g, members: [a, b]}]
audience: [{target: t, share: 0.6}, {identifier: "X1", share: 0.4}]
coverage: {min: 0.9, verdict: tight}
waivers: [{rule: EP-FIT, model: a, device: all, reason: "known", until: 2027-03-01}, {rule: EP-TTFT, model: b, device: all, reason: r, until: 2020-01-01}]
""",
    "ids-missing": BUDGET_HEAD + b"devices: [{id: d, target: nowhere}]\nmodels: [{id: a, model: none, devices: [x]}]\ngroups: [{id: g, members: [g]}]\n",
    "file": BUDGET_HEAD + b"devices: [{id: d, target: t}]\nmodels: [{id: a, file: m.gguf}, {id: b, config: ../config.json}]\n",
    "numbers": ONE_OF_EACH + b"defaults: {context: 9007199254740991, prompt: 9007199254740992, output: -1, app_bytes: 1e300 GB}\ncoverage: {min: 2}\n",
    "share-above-one": ONE_OF_EACH + b"audience: [{target: t, share: 1e308}, {target: t, share: 1e308}]\ncoverage: {min: 0.5}\n",
    "date": ONE_OF_EACH + b"waivers: [{rule: EP-FIT, reason: r, until: 9999-99-99}, {rule: EP-NONE, reason: r, until: 2026-02-30}]\n",
    "version": b"edgeplan: 2\n",
    "list": b"- 1\n",
    "empty": b"",
}

# ---- The caller's structs: see fuzz_request.c and fuzz_builder.c ----


def struct_bytes(fields, given=0, size=None):
    """What fuzz_struct() takes: whether the size is the bytes' own, the size, then all after `struct_size`."""
    return struct.pack("<BI", size is not None, size or 0) + struct.pack("<IQ", 0, given) + fields


def request(context=0, prompt=0, cached=0, output=0, sequences=0, batch=0, chunk=0, kv=(1, 1), switches=(0,) * 8, tail=(0,) * 5, **more):
    return struct_bytes(struct.pack("<7Q", context, prompt, cached, output, sequences, batch, chunk) + struct.pack("<2I", *kv)
                        + struct.pack("<8I", *switches) + struct.pack("<5Q", *tail), **more)


def criteria(prefer=0, accelerators=0, charged=0, download=0, decode=0.0, ttft=0.0, loss=0.0):
    return struct_bytes(struct.pack("<IIQQddd", prefer, accelerators, charged, download, decode, ttft, loss))


RESULT = struct_bytes(bytes(15 * 8 + 8)) + bytes(2)
REQUEST = {
    "defaults": bytes((3, 0, 5, 0, 0, 0)) + request(kv=(0, 0)) + RESULT + criteria(),
    "every-model": bytes((3, 2, 9, 2, 1, 4)) + request(8192, 512, 0, 128, 4, 4, 512, (8, 8)) + RESULT + criteria(2, 2, 1 << 32, 1 << 32, 5.0),
    "largest-numbers": bytes((3, 1, 3, 0, 0, 0)) + request(*(((1 << 53) - 1),) * 7, tail=((1 << 53) - 1,) * 5) + RESULT + criteria(),
    "beyond-the-largest": bytes((3, 1, 3, 0, 0, 0)) + request(*(TOP,) * 7, switches=(0xffffffff,) * 8, tail=(TOP,) * 5) + RESULT,
    "many-sequences": bytes((1, 3, 30, 1, 0, 0)) + request(131072, 131071, 1, 1, 1024, 1024, 131072) + RESULT,
    # Each step of the context was looked at, 2^27 of them.
    "chunks-as-long-as-the-context": bytes((1, 3, 30, 1, 0, 0)) + request(131072, 131071, 1, 1, 1 << 18, 0, 1 << 49, kv=(0, 0),
                                                                          tail=(0, 0, 0, 1 << 48, 0)) + RESULT,
    "nothing-available": bytes((3, 0, 5, 0, 0, 0)) + request(given=TOP >> 40) + RESULT + criteria(),
    # A runtime that says nothing of its cache's types: the largest buffer was 2^64 - 1.
    "cache-of-no-type": bytes((1, 2, 117, 3, 0, 0)) + request(kv=(0, 0)) + RESULT,
    "size-small": bytes((0, 0, 5, 0, 0, 0)) + request(size=15),
    "size-newer": bytes((0, 0, 5, 0, 0, 0)) + request(size=4096),
    "size-absurd": bytes((0, 0, 5, 0, 0, 0)) + request(size=0xffffffff),
    "criteria-not-finite": bytes((2, 0, 5, 0, 0, 0)) + request() + criteria(decode=float("nan"), ttft=float("inf"), loss=-1.0),
}


def builder_head(hidden=64, vocabulary=256, context=2048, tied=1):
    return b"\0" + struct_bytes(struct.pack("<6Q", hidden, vocabulary, context, 0, 0, tied))


def builder_layer(repeat=2, kinds=(1, 0, 0, 1), numbers_=(4, 2, 16, 16, 0, 0, 0, 0, 0, 0, 128, 0, 0, 0)):
    return b"\1" + struct_bytes(struct.pack("<4I14Q", *kinds, *numbers_)) + struct.pack("<H", repeat)


def builder_tensor(role=1, kind=1, layer=0, rows=256, columns=64, slices=1, stored=0):
    return b"\2" + struct_bytes(struct.pack("<2I5Q", role, kind, layer, rows, columns, slices, stored))


BUILDER = {
    "llama": b"\1" + builder_head() + builder_layer() + b"\3",
    "gemma3": b"\2" + builder_head() + builder_layer(5, (1, 1, 0, 1), (4, 2, 16, 16, 0, 0, 32, 0, 0, 0, 128, 0, 0, 0)) + builder_layer(1),
    "experts": b"\1" + builder_head() + builder_layer(2, (1, 0, 0, 2), (4, 2, 16, 16, 0, 0, 0, 0, 0, 0, 32, 8, 2, 64)),
    "latent": b"\0" + builder_head() + builder_layer(2, (2, 0, 0, 1), (4, 1, 24, 16, 32, 8, 0, 0, 0, 0, 128, 0, 0, 0)),
    "recurrent": b"\0" + builder_head() + builder_layer(2, (0, 0, 1, 1), (0, 0, 0, 0, 0, 0, 0, 0, 384, 2048, 128, 0, 0, 0)),
    "shared-cache": b"\0" + builder_head() + builder_layer(2) + builder_layer(2, numbers_=(4, 2, 16, 16, 0, 0, 0, 1, 0, 0, 128, 0, 0, 0)),
    "shared-cache-in-a-circle": b"\0" + builder_head() + builder_layer(2, numbers_=(4, 2, 16, 16, 0, 0, 0, 2, 0, 0, 128, 0, 0, 0)),
    "tensors": b"\1" + builder_head() + builder_layer(1) + builder_tensor() + builder_tensor(10, 12, 1, 64, 256) + builder_tensor(22, 190, 1, 64, 128, 1, 5000),
    # Numbers of what a layer has not, which its lock once told and could not read again.
    "numbers-of-absent-parts": b"\1" + builder_head() + builder_layer(1, (0, 1, 0, 1), (TOP, 3, TOP, TOP, TOP, TOP, TOP, 9, TOP, TOP, 128, TOP, 9, 0))
    + builder_layer(1, (1, 0, 0, 0), (4, 2, 16, 16, 1 << 60, 0, 7, 0, 5, 5, TOP, TOP, 9, TOP)),
    "nothing": b"\0",
    "head-only": b"\0" + builder_head(),
    "layers-most": b"\1" + builder_head() + builder_layer(4096) + b"\3" + builder_layer(1),
    "numbers-largest": b"\1" + builder_head(TOP, TOP, TOP) + builder_layer(1, (1, 1, 1, 2), (TOP,) * 14) + builder_tensor(1, 1, TOP, TOP, TOP, TOP, TOP),
    "products-overflow": b"\1" + builder_head(1 << 20, 1 << 24) + builder_layer(4096, (1, 0, 0, 2), (1 << 16, 1 << 16, 1 << 20, 1 << 20, 0, 0, 0, 0, 1 << 50, 1 << 50, 1 << 20, 1 << 16, 1, 1 << 20)),
}

SEEDS = {"gguf": GGUF, "files": FILES, "config": CONFIG, "lock": LOCK, "safetensors": ST, "registry": REGISTRY, "budget": BUDGET,
         "request": REQUEST, "builder": BUILDER}


def main(check):
    differ = []
    for target, seeds in SEEDS.items():
        place = CORPUS / target
        place.mkdir(parents=True, exist_ok=True)
        for name, raw in seeds.items():
            path = place / name
            if path.exists() and path.read_bytes() == raw:
                continue
            if check:
                differ.append(f"{target}/{name}")
            else:
                path.write_bytes(raw)
    for name in differ:
        print(f"{name} is not what seeds.py writes")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
