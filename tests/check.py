#!/usr/bin/env python3
"""The slow gates: other compilers, sanitizers, another locale, the ABI, consumers of an installed library, instruction counts.

Usage: check.py BUILD_DIRECTORY
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from report import Checks
from run import cmocka_counts, plain_counts

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = pathlib.Path(tempfile.mkdtemp(prefix="edgeplan-check-"))


def configure(name, *options, env=None):
    """A build of its own; its directory, or None if it failed (then the failure is recorded)."""
    directory = WORK / name
    environment = dict(os.environ, **(env or {}))
    ok = checks.run(f"{name}: configure", ["meson", "setup", str(directory), "--werror", *options], cwd=ROOT, env=environment)
    ok = ok and checks.run(f"{name}: build", ["ninja", "-C", str(directory)], cwd=ROOT)
    return directory if ok else None


def run_programs(name, directory, env=None):
    environment = dict(os.environ, EDGEPLAN_TEST_DATA=str(ROOT / "tests/data"), **(env or {}))
    for program in sorted((directory / "tests").glob("test_*")):
        if os.access(program, os.X_OK) and program.is_file():
            checks.run(f"{name}: {program.name}", [str(program)], cwd=ROOT, env=environment, count=cmocka_counts)


def comma_locale():
    """A locale whose decimal sign is a comma, made here if the machine has none."""
    place = WORK / "locale"
    place.mkdir()
    made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", str(place / "de_DE.UTF-8")], capture_output=True)
    if not (place / "de_DE.UTF-8").is_dir():
        checks.skip("comma locale", "localedef cannot make de_DE.UTF-8: " + made.stderr.decode()[:80])
        return None
    return {"LOCPATH": str(place), "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}


def other_compilers():
    gcc_json = clang_json = None
    plain = configure("clang", env={"CC": "clang"})
    if plain:
        run_programs("clang", plain)
        clang_json = documents(plain)
        gcc_json = documents(build)
        checks.record("gcc and clang print the same bytes", gcc_json == clang_json and len(gcc_json) > 1000)
    sanitized = configure("sanitizers", "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dbuildtype=debugoptimized")
    if sanitized:
        run_programs("sanitizers", sanitized, {"ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"})
        for script in ("test_cli.py", "test_fit.py", "test_companions.py", "test_voice.py", "test_pick.py"):
            checks.run(f"sanitizers: {script}", ["python3", f"tests/cli/{script}", str(sanitized / "examples/edgeplan/edgeplan")], cwd=ROOT,
                       count=plain_counts)
    threads = configure("threads", "-Db_sanitize=thread", "-Db_lundef=false", env={"CC": "clang"})
    if threads:
        checks.run("threads: test_threads", [str(threads / "tests/test_threads")], cwd=ROOT, count=cmocka_counts)


def fuzzing(seconds=20):
    """A short run of each target from its corpus, with one seed: what fails, fails again. docs/security.md says how to run them for long."""
    if shutil.which("clang") is None:
        checks.skip("fuzzing", "clang is not there")
        return
    directory = configure("fuzz", "-Dfuzz=true", "-Dexamples=false", "-Dbuildtype=debugoptimized", env={"CC": "clang"})
    for target in sorted((directory / "tests/fuzz").glob("fuzz_*")) if directory else ():
        if not (os.access(target, os.X_OK) and target.is_file()):
            continue
        name = target.name.removeprefix("fuzz_")
        found = WORK / "found" / name
        found.mkdir(parents=True)
        checks.run(f"fuzzing {name}", [str(target), f"-max_total_time={seconds}", "-seed=1", "-timeout=20", "-rss_limit_mb=2048", "-max_len=16384",
                                       f"-dict={directory / 'tests/fuzz/words.dict'}", f"-artifact_prefix={ROOT}/build/found-{name}-",
                                       str(found), str(ROOT / "tests/fuzz/corpus" / name)], cwd=ROOT)


def documents(directory):
    """JSON over targets and models, for comparing builds."""
    edgeplan = str(directory / "examples/edgeplan/edgeplan")
    text = b""
    for arguments in (["ceilings", "--json"], ["fit", "llama-3.1-8b", "--target", "iphone-16-pro", "--json"],
                      ["pick", "llama-3.2-3b", "--platform", "android", "--json"]):
        text += subprocess.run([edgeplan, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return text


def abi():
    library = str(build / "lib/libedgeplan.so.0")
    internal = str(build / "lib/libedgeplan_internal.a")
    checks.run("library: globals.sh", ["sh", "tests/abi/globals.sh", internal], cwd=ROOT)
    small = configure("small", "-Doptimization=s", "-Ddebug=false", "-Dtests=false", "-Dexamples=false")
    if small:
        checks.run("library: size.sh", ["sh", "tests/abi/size.sh", str(small / "lib/libedgeplan.so.0")], cwd=ROOT)
    checks.run("library: abidiff.sh", ["sh", "tests/abi/abidiff.sh", library, "tests/abi/edgeplan.abi"], cwd=ROOT)
    checks.run("headers under every standard", ["sh", "tests/abi/headers.sh"], cwd=ROOT)
    checks.run("layouts for nine targets", ["sh", "tests/abi/layouts.sh"], cwd=ROOT)


def consumers():
    prefix = WORK / "prefix"
    installed = WORK / "install"
    ok = checks.run("install: configure", ["meson", "setup", str(installed), f"--prefix={prefix}", "-Dtests=false",
                                           "-Ddefault_library=both"], cwd=ROOT) # in the system's own libdir
    if ok and checks.run("install", ["meson", "install", "-C", str(installed)], cwd=ROOT):
        checks.run("consumers", ["sh", "tests/consumers/run.sh", str(prefix), str(ROOT)], cwd=ROOT, count=plain_counts)


def other_locale():
    env = comma_locale()
    if env:
        run_programs("comma locale", build, env)
        checks.record("comma locale prints the same bytes", documents(build) == documents_under(env))


def documents_under(env):
    saved = dict(os.environ)
    os.environ.update(env)
    try:
        return documents(build)
    finally:
        os.environ.clear()
        os.environ.update(saved)


def main():
    other_locale()
    abi()
    consumers()
    other_compilers()
    checks.run("oracle", ["python3", "tests/oracle/run.py", str(build)], cwd=ROOT, count=plain_counts)
    checks.run("decoding on this machine", ["python3", "tests/oracle/decode.py", str(build)], cwd=ROOT, count=plain_counts)
    checks.run("what to ship", ["python3", "tests/pick/matrix.py", str(build / "lib/libedgeplan.so.0")], cwd=ROOT, count=plain_counts)
    checks.run("the fit is of these observations", ["python3", "tools/fit.py", str(build / "lib/libedgeplan.so.0"), "--check"], cwd=ROOT)
    fuzzing()
    checks.run("instruction counts", ["python3", "tests/perf/instructions.py", str(build)], cwd=ROOT, count=plain_counts)
    checks.run("SARIF", ["python3", "tests/cli/sarif_types.py", str(build / "examples/edgeplan/edgeplan")], cwd=ROOT, count=plain_counts)
    checks.run("GGUF readers", ["python3", "tests/perf/gguf_peers.py", str(build)], cwd=ROOT, count=plain_counts)
    for script in sorted((ROOT / "tests/platforms").glob("*.sh")):
        checks.run(f"platform {script.stem}", ["sh", str(script), str(build)], cwd=ROOT)
    shutil.rmtree(WORK, ignore_errors=True)
    return checks.close()


if __name__ == "__main__":
    build = pathlib.Path(sys.argv[1]).resolve()
    checks = Checks()
    sys.exit(main())
