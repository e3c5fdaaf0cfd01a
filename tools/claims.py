#!/usr/bin/env python3
"""Holds the numbers of the project's founding notes against the registry and its formulas, and writes docs/claims.md.

    claims.py LIBRARY            prints the table
    claims.py LIBRARY --write    rewrites what stands between the markers of docs/claims.md
    claims.py LIBRARY --check    fails if the page is not what it would write

A verdict follows from a rule, never from an opinion. *confirmed*: our figure, or a published run on the same chip and path, is within
5 % of the number (TOLERANCE), or all of what we find is inside its range. *contradicted*: it is above a ceiling, no run of the same path
comes within 5 %, a run that the registry sets against it says otherwise, or what we find reaches outside its range. *no source*: neither.
"""
import ctypes
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "examples" / "python"))
import edgeplan  # noqa: E402

PAGE = ROOT / "docs" / "claims.md"
BEGIN, END = "<!-- claims: made by tools/claims.py -->\n", "<!-- claims end -->\n"
TOLERANCE = 0.05
CHIPS, OBSERVATIONS = 2, 9  # sections of the registry
F16, Q8_0, Q4_0 = "f16", "q8_0", "q4_0"
TEXTS = ("id", "target", "runtime", "model", "format", "source", "url", "release", "date", "note")
YES = 2


def near(a, b):
    return abs(a / b - 1) <= TOLERANCE


class Facts:
    """What the library says, in the words a claim is judged with."""

    def __init__(self, library):
        self.library = library
        self.registry = edgeplan.Registry(library=library)
        self.call = library.call
        self.rows = list(self._observations())

    def _observations(self):
        index = 0
        while handle := self.call.observation_at(self.registry.pointer, index):
            row = {name: self.call.observation_text(handle, number).decode() for number, name in enumerate(TEXTS)}
            facts = self.library.new("observation_facts")
            self.library.check(self.call.observation_get(handle, ctypes.byref(facts)))
            row["chip"] = self.chip(row["target"])
            row["contradicts"] = self.contradicted_by(row["id"])
            yield row | {name: facts.get(name) for name in ("decode_tok_per_s", "ttft_seconds", "encode_seconds", "claim", "prompt_tokens")}
            index += 1

    def contradicted_by(self, name):
        found = re.search(r"contradicts: ([\w.-]+)", self.described(OBSERVATIONS, name))
        return found.group(1) if found else None

    def described(self, section, name):
        buffer = ctypes.create_string_buffer(1 << 15)
        self.library.check(self.call.registry_describe(self.registry.pointer, section, name.encode(), buffer, len(buffer), None))
        return buffer.value.decode()

    def chip(self, target):
        return self.call.target_chip(self.registry.find("target", target)).decode()

    def peak(self, target):
        facts = self.library.new("target_facts")
        self.library.check(self.call.target_get(self.registry.find("target", target), ctypes.byref(facts)))
        return facts.get("peak_bandwidth_bytes_per_s")

    def phones(self):
        index = 0
        while target := self.call.target_at(self.registry.pointer, index):
            if self.call.target_class(target) == b"phone":
                yield self.call.target_id(target).decode()
            index += 1

    def plan(self, model, target, runtime=None, form=None, accelerator="any", **request):
        return self.registry.deploy(self.registry.model(model), target, runtime, form, accelerator).plan(**request)

    def npu_ops(self, chip):
        return float(re.search(r"type: int8\s+rate: (\d+(?:\.\d+)?) Top/s", self.described(CHIPS, chip)).group(1))

    def kv_bytes(self, model, context, kind):
        code = ctypes.c_uint32()
        self.library.check(self.call.element_type_find(kind.encode(), ctypes.byref(code)))
        plan = self.plan(model, "macbook-pro-m3-max", "llama.cpp", "q4_k_m", context_tokens=context, kv_k=code.value, kv_v=code.value)
        return plan.numbers("memory").get("kv_bytes")


def rate(facts, ident):
    """A claimed rate that the registry keeps as an observation: its ceiling, its estimate, and runs beside it."""
    claim = next(row for row in facts.rows if row["id"] == ident)
    said = claim["decode_tok_per_s"]
    runs = [row for row in facts.rows if row["claim"] != YES and row["chip"] == claim["chip"] and row["decode_tok_per_s"]]
    against = [row for row in runs if row["contradicts"] == ident]
    same = [row for row in runs if all(row[key] == claim[key] for key in ("runtime", "model", "format"))]
    ours = ""
    try:
        speed = facts.plan(claim["model"], claim["target"], claim["runtime"], claim["format"],
                           available_bytes=1 << 50, ram_bytes=1 << 50).numbers("speed")
    except edgeplan.Error:
        speed = facts.plan(claim["model"], claim["target"], None, claim["format"], available_bytes=1 << 50,
                           ram_bytes=1 << 50).numbers("speed")
        ours = f"the registry knows no path of {claim['runtime']} with {claim['format']}; with another runtime "
    ceiling, low, high = (speed.get(f"decode_{name}tok_per_s") for name in ("ceiling_", "low_", "high_"))
    ours += "; ".join(text for text in (f"ceiling {ceiling:.1f} tok/s" if ceiling else "",
                                        f"estimate {low:.1f} to {high:.1f}" if low else "no estimate") if text)
    shown = sorted(against or same, key=lambda row: abs(row["decode_tok_per_s"] - said))
    source = shown[0] if shown else None
    if shown:
        rates = dict.fromkeys("%.4g" % row["decode_tok_per_s"] for row in shown[:3])
        ours += f"; measured {', '.join(rates)} tok/s, the nearest {100 * (shown[0]['decode_tok_per_s'] / said - 1):+.0f} %"
    if any(near(row["decode_tok_per_s"], said) for row in same) and not against:
        return ours, "confirmed", source
    return ours, "contradicted" if against or same or (ceiling and said > ceiling) else "no source", source


def gap(facts):
    centre = facts.peak("h100-sxm")
    peaks = [peak for peak in map(facts.peak, facts.phones()) if peak]
    ratios = sorted(centre / peak for peak in peaks if 50e9 <= peak <= 90e9)
    inside = sum(30 / (1 + TOLERANCE) <= ratio <= 50 * (1 + TOLERANCE) for ratio in ratios)
    ours = (f"H100 SXM against the {len(ratios)} of {len(peaks)} phones that have 50 to 90 GB/s: {ratios[0]:.0f} to {ratios[-1]:.0f}×; "
            f"{inside} of them inside 30 to 50×, 5 % allowed")
    return ours, "confirmed" if inside == len(ratios) else "contradicted", None


def ops(chip, said):
    def judge(facts):
        ours = facts.npu_ops(chip)
        return f"{ours:g} int8 Top/s; decode waits for memory, not for these", "confirmed" if near(ours, said) else "contradicted", None
    return judge


def paper_ceiling(bandwidth, said):
    def judge(facts):
        ours = facts.call.decode_ceiling(3.5e9, bandwidth)
        return f"{ours:.1f} tok/s", "confirmed" if near(ours, said) else "contradicted", None
    return judge


def phone_ceiling(facts):
    bare = facts.call.decode_ceiling(3.5e9, facts.peak("galaxy-s24-ultra"))
    plan = facts.plan("llama-2-7b", "galaxy-s24-ultra", "llama.cpp", "q4_0", "cpu", available_bytes=1 << 50,
                      ram_bytes=1 << 50).numbers("speed")
    real = plan.get("decode_ceiling_tok_per_s")
    ours = f"{bare:.1f} tok/s over 3.5 GB; {real:.1f} with the bytes of Q4_0 and its cache"
    return ours, "confirmed" if near(bare, 22) else "contradicted", None


def fits(*cases):
    def judge(facts):
        words = [(model, facts.plan(model, target, "llama.cpp", "q4_k_m", "gpu").verdict) for model, target in cases]
        return ", ".join(f"{model}: {word}" for model, word in words), \
            "contradicted" if any(word == "does_not_fit" for _, word in words) else "confirmed", None
    return judge


def t4000(facts):
    ratio = facts.peak("jetson-t4000") / facts.peak("jetson-agx-orin-64gb")
    return f"bandwidth {ratio:.2f}×: a decoding of one sequence cannot gain more", "confirmed" if ratio >= 2 else "contradicted", None


def cache(facts):
    sizes = {kind: facts.kv_bytes("llama-3.1-8b", 32768, kind) / 1e9 for kind in (F16, Q8_0, Q4_0)}
    ours = ", ".join(f"{size:.2f} GB as {kind}" for kind, size in sizes.items())
    return f"Llama-3.1-8B: {ours}", "confirmed" if near(sizes[F16], 2) else "contradicted", None


def first_text(target, speech, form):
    def judge(facts):
        chip = facts.chip(target)
        heard = next(row for row in facts.rows
                     if (row["chip"], row["model"], row["format"]) == (chip, speech, form) and row["encode_seconds"])
        asked = min((row for row in facts.rows if (row["chip"], row["model"]) == (chip, "llama-3.2-3b") and row["ttft_seconds"]),
                    key=lambda row: row["ttft_seconds"])
        ours = heard["encode_seconds"] + 10 / heard["decode_tok_per_s"] + asked["ttft_seconds"]
        return f"{ours * 1e3:.0f} ms: {speech} {form}, 10 tokens heard, then Llama-3.2-3B, 128 tokens of prompt", \
            "confirmed" if ours < 0.5 else "contradicted", heard
    return judge


def nothing(why):
    return lambda facts: (why, "no source", None)


CLAIMS = [
    ("datacentre memory is 30 to 50× faster than a phone's", gap),
    ("7B in Q4 at 50 GB/s: ceiling about 14 tok/s", paper_ceiling(50e9, 14)),
    ("the same at 90 GB/s: about 25 tok/s", paper_ceiling(90e9, 25)),
    ("the same at 3 TB/s: 830 tok/s", paper_ceiling(3e12, 830)),
    ("Apple M4 Neural Engine: 38 TOPS", ops("apple-m4", 38)),
    ("Apple A18 Neural Engine: 38 TOPS", ops("apple-a18", 38)),
    ("Snapdragon X Elite Hexagon: 45 TOPS", ops("snapdragon-x-elite", 45)),
    ("M3 Max, Llama 3.1 8B Q4, native: 55 tok/s", lambda facts: rate(facts, "claim-m3-max-native-8b")),
    ("M3 Max, the same with WebLLM: 41 tok/s", lambda facts: rate(facts, "claim-m3-max-webllm-8b")),
    ("iPhone 16 Pro, 8B Q4: 3 tok/s", lambda facts: rate(facts, "claim-iphone-16-pro-8b")),
    ("Snapdragon 8 Gen 3, 7B Q4: 6 to 8 tok/s", lambda facts: rate(facts, "claim-8-gen-3-7b")),
    ("Snapdragon 8 Gen 3 at 77 GB/s, 7B Q4: ceiling about 22 tok/s", phone_ceiling),
    ("Chrome on Android, 8B Q4: 4 to 8 tok/s", lambda facts: rate(facts, "claim-chrome-android-8b")),
    ("WebGPU reaches 70 to 75 % of mobiles", nothing("no public statistics were found")),
    ("Jetson Orin Nano Super 8 GB fits Llama 3.2 3B and Phi-3", fits(("llama-3.2-3b", "jetson-orin-nano-super"),
                                                                     ("phi-3.5-mini", "jetson-orin-nano-super"))),
    ("AGX Orin, gpt-oss-20b with vLLM: about 40 tok/s", lambda facts: rate(facts, "claim-agx-orin-gpt-oss-20b")),
    ("Jetson T4000 is 2× AGX Orin", t4000),
    ("2 GB of KV cache for 32K tokens", cache),
    ("voice, first token in 500 ms: Snapdragon 8 Elite Gen 5", first_text("galaxy-s26", "whisper-small", "qnn-w8a16")),
    ("the same with Whisper Turbo: Snapdragon X Elite", first_text("snapdragon-x-elite-laptop", "whisper-large-v3-turbo", "qnn-f16")),
]


def table(facts):
    lines = ["| the notes say | the library says | verdict | source of what speaks to it |", "|---|---|---|---|"]
    for text, judge in CLAIMS:
        ours, verdict, source = judge(facts)
        cited = f"[{source['source']}]({source['url']})" if source else "registry and formulas"
        lines.append(f"| {text} | {ours} | {verdict} | {cited if verdict != 'no source' or source else '–'} |")
    return "\n".join(lines) + "\n"


def main(arguments):
    if not arguments:
        sys.exit(__doc__)
    made = table(Facts(edgeplan.Library(arguments[0])))
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    wanted = head + BEGIN + made + END + rest.split(END)[1]
    if "--write" in arguments:
        PAGE.write_text(wanted, encoding="utf-8")
    elif "--check" in arguments:
        print(f"{int(page == wanted)} passed, {int(page != wanted)} failed, 0 skipped")
        return int(page != wanted)
    else:
        print(made, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
