#!/usr/bin/env python3
"""Verdicts against loads that people reported: cases.csv says what was loaded where and whether it ran.

usage: run.py BINARY [--write]   (python3, standard library only)

No load that failed may get `fits`, none that ran `does_not_fit`; few may get `tight` or `unknown`, and each of these says why. A limit
is no evidence for the case it was taken from: the document a limit rests on must not be the one that reports the case, nor its figure the
one that the report states (the column `limit`), unless a program computes it for every device: then its source is what the limit rests
on, and the report only prints it. --write renews the table at the head of docs/accuracy.md; without it the table is compared.
"""
import collections
import concurrent.futures
import csv
import json
import pathlib
import re
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from page import keep_table  # noqa: E402

VERDICTS = ["fits", "tight", "unknown", "does_not_fit"]
OUTCOMES = ["ran", "failed"]
UNITS = {"GB": 10**9, "MiB": 2**20, "GiB": 2**30}
SAME = 0.02  # a stated figure is rounded
PROGRAM = re.compile(r"\.(c|cc|cpp|h|js|swift|ts)$")
WRONG = {("failed", "fits"), ("ran", "does_not_fit")}
LEAST = {"ios": 8, "android": 10, "browser": 5, "jetson": 5, "npu": 4, "macos": 10, "pc": 10}  # cases of each platform that must stay
LEAST_CASES, LEAST_OF_OUTCOME, MOST_TIGHT, MOST_UNKNOWN = 40, 15, 0.30, 0.10


def plan_of(binary, case):
    """The plan, or what is said instead of one."""
    words = [binary, "fit", case["model"], "--target", case["target"], "--runtime", case["runtime"], "--accelerator",
             case["accelerator"], "--format", case["format"], *shlex.split(case["options"]),
             "--registry", str(HERE / "models.yaml"), "--json"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20, encoding="utf-8",
                          check=False)
    if done.stderr or not done.stdout:
        return "no plan: " + done.stderr.strip()
    return json.loads(done.stdout)["plans"][0]


def document(source):
    """One spelling for `owner/name path` and the address of the same file, issue or page."""
    plain = re.sub(r"^https://github\.com/", "", source.strip())
    return re.sub(r"/(blob|tree)/[^/]+/", " ", plain).rstrip("/").lower()


def states(case, fact):
    """Whether the report itself gives the figure of a limit."""
    if not case["limit"] or not fact["fact"].endswith((".safe", ".hard")):
        return False
    number, unit = case["limit"].split()
    stated = float(number) * UNITS[unit]
    return abs(fact["value"] - stated) <= SAME * stated


def reason(plan):
    """Why a verdict is neither yes nor no, in words that name what decides."""
    words = [plan["binding"], plan["verdict_reason"], *plan["missing"]]
    return ": ".join(str(word) for word in words if word)


def mistakes_of(case, plan):
    verdict = plan["verdict"]
    if (case["outcome"], verdict) in WRONG:
        yield "%s, but the verdict is %s (%s)" % (case["outcome"], verdict, reason(plan))
    if verdict == "unknown" and not plan["missing"] or verdict == "tight" and not plan["verdict_reason"]:
        yield "%s without a reason" % verdict
    for fact in plan["sources"]:
        if not fact["fact"].startswith("limits["):
            continue
        if document(fact["url"]) == document(case["source"]):
            yield "%s rests on the document that reports the case" % fact["fact"]
        if states(case, fact) and not PROGRAM.search(fact["url"]):
            yield "%s is the figure that the case's report states" % fact["fact"]


def mistakes_of_all(cases, verdicts):
    if len({case["case"] for case in cases}) != len(cases):
        yield "a case has the name of another"
    counts = collections.Counter(case["platform"] for case in cases) + collections.Counter(case["outcome"] for case in cases)
    for name, least in [*LEAST.items(), *((outcome, LEAST_OF_OUTCOME) for outcome in OUTCOMES)]:
        if counts[name] < least:
            yield "%d cases of %s, fewer than %d" % (counts[name], name, least)
    if len(cases) < LEAST_CASES:
        yield "%d cases, fewer than %d" % (len(cases), LEAST_CASES)
    for verdict, most in (("tight", MOST_TIGHT), ("unknown", MOST_UNKNOWN)):
        if verdicts.count(verdict) > most * len(cases):
            yield "%d of %d %s, more than %.0f %%" % (verdicts.count(verdict), len(cases), verdict, 100 * most)


def page_table(cases, verdicts):
    counts = collections.Counter((case["platform"], case["outcome"], verdict) for case, verdict in zip(cases, verdicts))
    lines = ["| platform | outcome | " + " | ".join(VERDICTS) + " |", "|---|---|" + "---:|" * len(VERDICTS)]
    for platform in [*dict.fromkeys(case["platform"] for case in cases), "all"]:
        for outcome in OUTCOMES:
            row = [sum(n for (p, o, v), n in counts.items() if o == outcome and v == verdict and platform in (p, "all"))
                   for verdict in VERDICTS]
            lines.append("| %s | %s | %s |" % (platform, outcome, " | ".join(map(str, row))))
    share = ["%d of %d %s" % (verdicts.count(v), len(cases), v) for v in ("tight", "unknown")]
    return "\n".join(lines) + "\n\n" + ", ".join(share) + ".\n"


def main(binary, write):
    with open(HERE / "cases.csv", newline="", encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    binary = str(pathlib.Path(binary).resolve())
    with concurrent.futures.ThreadPoolExecutor() as pool:
        plans = list(pool.map(lambda case: plan_of(binary, case), cases))
    passed, failed, verdicts = 0, 0, []
    for case, plan in zip(cases, plans):
        verdicts.append(plan["verdict"] if isinstance(plan, dict) else "none")
        wrong = list(mistakes_of(case, plan)) if isinstance(plan, dict) else [plan]
        passed, failed = passed + (not wrong), failed + bool(wrong)
        for mistake in wrong:
            print("FAIL %s: %s" % (case["case"], mistake))

    failed += keep_table("verdicts", "tests/verdicts/run.py", page_table(cases, verdicts), write)
    for mistake in mistakes_of_all(cases, verdicts):
        print("FAIL suite: " + mistake)
        failed += 1
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--write" in sys.argv[2:]))
