"""Runs commands as named checks and counts them. Shared by run.py and check.py."""
import re
import subprocess
import time

SKIPPED = 77  # exit code of a check that lacks a tool; it must say which

MISSING = re.compile(r"^(?:missing|SKIP [^:]*): (.+)$", re.M)  # how a test program says what it lacks


class Checks:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def record(self, name, ok, detail="", seconds=None):
        self.passed += ok
        self.failed += not ok
        took = f" ({seconds:.1f} s)" if seconds is not None and seconds > 1 else ""
        if not ok:
            print(f"FAIL {name}{took}\n{detail.rstrip()}", flush=True)
        elif seconds is not None:
            print(f"ok   {name}{took}", flush=True)

    def skip(self, name, why):
        self.skipped += 1
        print(f"skip {name}: {why}", flush=True)

    def run(self, name, command, cwd=None, env=None, count=None, timeout=900):
        """Runs a command. `count` turns its output into (passed, failed, skipped); else it counts as one."""
        begin = time.monotonic()
        try:
            done = subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
            code, text = done.returncode, done.stdout.decode("utf-8", "replace")
        except subprocess.TimeoutExpired as late:
            code, text = -1, f"no end after {timeout} s\n" + (late.stdout or b"").decode("utf-8", "replace")
        except FileNotFoundError as absent:
            code, text = -1, str(absent)
        seconds = time.monotonic() - begin
        if code == SKIPPED:
            self.skip(name, (text.strip().splitlines() or ["no reason given"])[-1])
            return False
        counts = count(text) if count else None
        if counts and counts[0] + counts[1]:
            self.passed += counts[0]
            self.failed += counts[1]
            self.skipped += counts[2]
            good = code == 0 and counts[1] == 0
            if code != 0 and counts[1] == 0:
                self.failed += 1
            print(f"{'ok  ' if good else 'FAIL'} {name}: {counts[0]} of {counts[0] + counts[1]}" + ("" if good else "\n" + text),
                  flush=True)
            for missing in sorted(set(MISSING.findall(text)) if counts[2] else ()):
                print(f"skip {name}: {missing}", flush=True)
            return good
        if count and code == 0:
            code, text = -1, text + "\nran no test"
        self.record(name, code == 0, text, seconds)
        return code == 0

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed or not self.passed else 0
