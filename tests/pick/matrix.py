#!/usr/bin/env python3
"""Every tier of every platform, six models, four contexts: an answer, or a refusal that names a limit.

usage: matrix.py LIBRARY [--write | CONTEXT...]   (python3, standard library only; without a context all four)

The lines are compared with tests/golden/pick-matrix.txt, which guards against change and proves nothing; --write renews it. What proves
something: of the cells that a published run shows to be feasible (observations of the registry, cases of tests/verdicts that ran), at least
60 % are answered. A run counts for its context and every shorter one, and 2,048 tokens where it states none.
"""
import csv
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "examples" / "python"))
import edgeplan  # noqa: E402

GOLDEN = HERE.parent / "golden" / "pick-matrix.txt"
CASES = HERE.parent / "verdicts" / "cases.csv"
OBSERVATIONS = ROOT / "lib" / "registry" / "observations.yaml"
# One model of the registry for each size: 0.6, 1, 3, 8, 21 and 30 billion parameters. Only its own runs prove a cell.
MODELS = ["qwen3-0.6b", "llama-3.2-1b", "llama-3.2-3b", "llama-3.1-8b", "gpt-oss-20b", "qwen3-30b-a3b"]
CONTEXTS = [2048, 4096, 8192, 32768]
PLATFORMS = ["ios", "android", "browser", "jetson", "macos", "windows", "linux", "pc-gpu"]
LEAST_ANSWERED = 0.60
# How a refusal names its limit: one that is exceeded, one that is not known, or the list of a runtime that has none of the model.
LIMIT = re.compile(r" limit of |; at most | of visible RAM$|cannot be decided: no | takes only ")


def longest_runs():
    """(target, model) to the longest context that ran. Observations are flow maps or blocks: the keys are looked for, not parsed."""
    longest = {}

    def add(target, model, context):
        longest[target, model] = max(longest.get((target, model), 0), context, CONTEXTS[0])

    for entry in re.split(r"^  - ", OBSERVATIONS.read_text(encoding="utf-8"), flags=re.M)[1:]:
        value = {key: re.search(rf"\b{key}: *\"?([\w.+-]+)", entry) for key in ("target", "model", "context")}
        if value["target"] and value["model"] and not re.search(r"\bclaim: *yes", entry):
            context = value["context"] and re.match(r"\d+", value["context"][1])
            add(value["target"][1], value["model"][1], int(context[0]) if context else 0)
    with CASES.open(encoding="utf-8", newline="") as file:
        for case in csv.DictReader(file):
            if case["outcome"] == "ran":
                context = re.search(r"--context (\d+)", case["options"])
                add(case["target"], case["model"], int(context[1]) if context else 0)
    return longest


class Cell:
    """One model and context on one target: what comes first, or the limit that refuses it."""

    def __init__(self, registry, platform, target, models, name, context):
        # The smallest model comes second: where it runs, the registry is not searched for the largest that does.
        ranked = registry.recommend([models[name], models[MODELS[0]]], target, context_tokens=context)
        best = ranked.best()
        self.platform, self.target, self.model, self.context = platform, target, name, context
        self.answer = " ".join(best[1:]) if best and best[0] == name else None
        reasons = [] if self.answer else [why for model, _, why in ranked.rejected() if model == name]
        self.limit = next(filter(LIMIT.search, reasons), None if reasons else "no runtime of the registry runs there")

    def __str__(self):
        return "%s %s %d" % (self.target, self.model, self.context)


def ask_all(registry, contexts):
    models = {name: registry.model(name) for name in MODELS}
    return [Cell(registry, platform, target, models, name, context) for platform in PLATFORMS for name in MODELS for context in contexts
            for target in registry.targets_of(platform)]


def tiers(cells):
    """Targets of one answer are a line. So are those that are refused, with what the first of them says."""
    members = {}
    for cell in cells:
        members.setdefault((cell.platform, cell.model, cell.context, cell.answer), []).append(cell)
    for (platform, model, context, answer), found in members.items():
        yield "%s %s %d, %d from %s: %s" % (platform, model, context, len(found), found[0].target,
                                            answer or "refused, %s" % found[0].limit)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    write = sys.argv[2:] == ["--write"]
    contexts = CONTEXTS if write else [int(word) for word in sys.argv[2:]] or CONTEXTS
    cells, longest = ask_all(edgeplan.Registry(library=edgeplan.Library(sys.argv[1])), contexts), longest_runs()
    lines = list(tiers(cells))
    silent = [str(cell) for cell in cells if not cell.answer and not cell.limit]
    feasible = [cell for cell in cells if longest.get((cell.target, cell.model), 0) >= cell.context]
    missed = [str(cell) for cell in feasible if not cell.answer]
    answered = len(feasible) - len(missed)
    if write:
        GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")
    golden = [line for line in GOLDEN.read_text(encoding="utf-8").splitlines() if int(re.search(r" (\d+),", line)[1]) in contexts]
    changed = sorted(set(lines) - set(golden)) + ["gone: " + line for line in sorted(set(golden) - set(lines))]
    checks = [(not silent, "a refusal names no limit: %s" % silent[:8]),
              (len(feasible) >= 20 and answered >= LEAST_ANSWERED * len(feasible), "too few are answered; not: %s" % ", ".join(missed[:8])),
              (not changed, "%d lines differ from the golden file (--write renews it), such as: %s" % (len(changed), changed[:2]))]
    for good, what in checks:
        if not good:
            print("FAIL " + what)
    print("%d of %d cells that a published run proves feasible are answered" % (answered, len(feasible)))
    print("%d passed, %d failed, 0 skipped" % (sum(good for good, _ in checks), sum(not good for good, _ in checks)))
    return 0 if all(good for good, _ in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
