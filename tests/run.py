#!/usr/bin/env python3
"""Every test that needs no special host: the cmocka programs, the command line, the examples, the repository's own rules.

Usage: run.py BUILD_DIRECTORY
"""
import os
import pathlib
import re
import sys

from report import Checks

ROOT = pathlib.Path(__file__).resolve().parent.parent


def cmocka_counts(text):
    """cmocka's closing lines, summed over the groups of a program. It names what failed or was skipped twice."""
    passed = sum(int(n) for n in re.findall(r"^\[  PASSED  \] (\d+) test", text, re.M))
    failed = len(set(re.findall(r"^\[  FAILED  \] (?!\d+ test)(\w+)", text, re.M)))
    skipped = len(set(re.findall(r"^\[  SKIPPED \] (?!\d+ test)(\w+)", text, re.M)))
    return passed, failed, skipped


def plain_counts(text):
    match = re.findall(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", text, re.M)
    return tuple(int(n) for n in match[-1]) if match else None


def main(build):
    checks = Checks()
    build = pathlib.Path(build).resolve()
    env = dict(os.environ, EDGEPLAN_TEST_DATA=str(ROOT / "tests" / "data"))
    programs = sorted(p for p in (build / "tests").glob("test_*") if os.access(p, os.X_OK) and p.is_file())
    if not programs:
        checks.record("cmocka programs", False, f"none in {build / 'tests'}")
    for program in programs:
        checks.run(program.name, [str(program)], cwd=ROOT, env=env, count=cmocka_counts)
    for replay in sorted((build / "tests" / "fuzz").glob("replay_*")):
        if os.access(replay, os.X_OK) and replay.is_file():
            corpus = ROOT / "tests/fuzz/corpus" / replay.name.removeprefix("replay_")
            checks.run(f"corpus {corpus.name}", [str(replay), str(corpus)], cwd=ROOT, count=plain_counts, timeout=120)
    checks.run("seeds of the corpora", ["python3", "tests/fuzz/seeds.py", "--check"], cwd=ROOT)
    checks.run("command line", ["python3", "tests/cli/test_cli.py", str(build / "examples/edgeplan/edgeplan")], cwd=ROOT,
               count=plain_counts)
    for name in ("fit", "companions", "voice", "pick"):
        checks.run(f"command line: {name}", ["python3", f"tests/cli/test_{name}.py", str(build / "examples/edgeplan/edgeplan")], cwd=ROOT,
                   count=plain_counts)
    for name, script in (("the gate", "test_check.py"), ("constants", "test_constants.py")):
        checks.run(name, ["python3", f"tests/cli/{script}", str(build / "examples/edgeplan/edgeplan")], cwd=ROOT, count=plain_counts)
    checks.run("verdicts", ["python3", "tests/verdicts/run.py", str(build / "examples/edgeplan/edgeplan")], cwd=ROOT,
               count=plain_counts)
    checks.run("caches beside other planners", ["python3", "tests/peers/run.py", str(build / "examples/edgeplan/edgeplan")], cwd=ROOT,
               count=plain_counts)
    checks.run("what to ship", ["python3", "tests/pick/matrix.py", str(build / "lib" / "libedgeplan.so.0"), "4096"], cwd=ROOT,
               count=plain_counts)
    checks.run("the same answers", ["python3", "tests/pick/same_answers.py", str(build)], cwd=ROOT, count=plain_counts)
    checks.run("observations", ["python3", "tests/observations/run.py", str(build / "lib" / "libedgeplan.so.0")], cwd=ROOT,
               count=plain_counts)
    checks.run("claims", ["python3", "tools/claims.py", str(build / "lib" / "libedgeplan.so.0"), "--check"], cwd=ROOT, count=plain_counts)
    for example in sorted((ROOT / "examples").glob("*.c")):
        checks.run(f"example {example.stem}", [str(build / "examples" / example.stem)], cwd=ROOT)
    for script in ("process_memory.py", "phone_memory.py", "browser_memory.py", "onnx_memory.py", "webllm_memory.py",
                   "mlc_plans.py", "decode_share.py"):
        checks.run(f"measured: {script}", ["python3", f"tests/oracle/{script}", str(build)], cwd=ROOT, count=plain_counts)
    checks.run("examples in the pages", ["python3", "tests/docs/blocks.py", str(build)], cwd=ROOT, count=plain_counts)
    for script in ("floors.py", "docs.py"):
        checks.run(f"rules of the house: {script}", ["python3", f"tests/abi/{script}"], cwd=ROOT)
    library = str(build / "lib" / "libedgeplan.so.0")
    for script in ("exports.sh", "undefined.sh", "segments.sh"):
        checks.run(f"library: {script}", ["sh", f"tests/abi/{script}", library], cwd=ROOT)
    return checks.close()


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    sys.exit(main(sys.argv[1]))
