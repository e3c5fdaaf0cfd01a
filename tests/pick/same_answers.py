#!/usr/bin/env python3
"""What to ship, and what a gate says, is the same through the C API, through ctypes and through the program: byte for byte, as JSON.

usage: same_answers.py BUILD   (python3, standard library only)
"""
import json
import os
import pathlib
import re
import subprocess
import sys

BUILD, ROOT = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples" / "python"))
import edgeplan  # noqa: E402

# Ranked, nothing that fits, nothing that can be decided; every family of targets.
QUESTIONS = [("llama-3.2-3b", "iphone-16", 4096), ("qwen3-0.6b", "galaxy-s25-ultra", 32768), ("llama-3.1-8b", "jetson-agx-orin-64gb", 8192),
             ("gpt-oss-20b", "jetson-orin-nano-super", 2048), ("llama-3.1-8b", "chrome-macbook-pro-m3-max", 4096),
             ("llama-3.1-8b", "lunar-lake-laptop", 2048), ("llama-3.2-1b", "ipad-10", 4096)]
DAYS = ("20261122", "20270302")  # before and after a waiver of the budget has ended
# What the program adds to a recommendation.
ADDED = re.compile(r',"fallbacks":\[[^]]*\]\}\n$')


def said(*command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    if done.returncode not in (0, 1, 2) or done.stderr:
        raise AssertionError("%s: exit %d: %s" % (" ".join(map(str, command)), done.returncode, done.stderr.strip()))
    return done.stdout


def this_computer():
    """As the program tells of it: system, RAM and free disk, of which the tests leave enough either way."""
    if sys.platform == "win32":
        return 3, 0, 0
    free = os.statvfs(".")
    return (2 if sys.platform == "darwin" else 1), os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), free.f_bavail * free.f_frsize


def differences(registry, model, target, context):
    system, ram, disk = this_computer()
    wanted = said(BUILD / "tests" / "answer", model, target, context, system, ram, disk)
    bound = registry.recommend([registry.model(model)], target, context_tokens=context, computer_system=system, computer_ram_bytes=ram,
                               computer_disk_bytes=disk).json()
    printed = said(BUILD / "examples/edgeplan/edgeplan", "pick", model, "--target", target, "--context", context, "--json")
    if len(wanted) < 1000 or '"rejected":[' not in wanted:
        yield "the C API says too little: " + wanted[:100]
    if bound != wanted:
        yield "ctypes says something else than the C API"
    if not ADDED.search(printed) or ADDED.sub("}", printed) != wanted:
        yield "the program says something else than the C API"


def differences_of_gate(registry, budget, day):
    """The program ends its document with a new line, as text files end."""
    wanted = said(BUILD / "tests" / "answer", "check", budget, day)
    gate = registry.gate(budget, today=int(day))
    printed = said(BUILD / "examples/edgeplan/edgeplan", "check", budget, "--today", "%s-%s-%s" % (day[:4], day[4:6], day[6:]), "--json")
    if gate.json() != wanted:
        yield "ctypes says something else than the C API"
    if printed != wanted + "\n":
        yield "the program says something else than the C API"
    document = json.loads(wanted)
    keys = ("status", "rule", "model", "device", "message", "hint")
    if [tuple(check[key] or "" for key in keys) for check in document["checks"]] != list(gate.checks()):
        yield "the checks of ctypes are not those of the document"
    summary = gate.summary()
    if any(summary.get(key) != document["summary"][key] for key in document["summary"]) or summary.get("failed") == 0:
        yield "the summary of ctypes is not that of the document, or nothing failed"


def main():
    registry = edgeplan.Registry(library=edgeplan.Library(str(BUILD / "lib" / "libedgeplan.so.0")))
    failed = 0
    for question in QUESTIONS:
        wrong = list(differences(registry, *question))
        failed += bool(wrong)
        for mistake in wrong:
            print("FAIL %s on %s, %d tokens: %s" % (*question, mistake))
    for day in DAYS:
        for mistake in differences_of_gate(registry, ROOT / "tests/data/gate/edgeplan.yaml", day):
            print("FAIL the gate on %s: %s" % (day, mistake))
            failed += 1
    print("%d passed, %d failed, 0 skipped" % (len(QUESTIONS) + len(DAYS) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
