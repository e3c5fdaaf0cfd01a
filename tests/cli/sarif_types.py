#!/usr/bin/env python3
"""What check writes as SARIF, against the types of SARIF 2.1.0 that its users in TypeScript have (npm @types/sarif): names of properties,
which are required, what they hold, and the closed lists of words. usage: sarif_types.py BINARY   (python3, node, npm)"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

from test_check import BUDGET, GATE, KEPT

PACKAGES = ["typescript@5.9.3", "@types/sarif@2.1.7"]
# Each breaks one rule of the format: a word, a required property, a kind, a name.
BROKEN = [('"level": "error"', '"level": "fatal"'), ('"text": ', '"texts": '), ('"startLine": ', '"startLine": "x" + '),
          ('"ruleId": ', '"ruleIdentity": ')]


def compiles(folder, log):
    (folder / "log.ts").write_text('import type { Log } from "sarif";\nexport const log: Log = %s;\n' % log, encoding="utf-8")
    done = subprocess.run([str(folder / "node_modules/.bin/tsc"), "--noEmit", "--strict", "log.ts"], cwd=folder, capture_output=True,
                          text=True, check=False)
    return done.returncode == 0, done.stdout.strip()


def main(binary):
    passed, wrong = 0, []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        lacks = [program for program in ("node", "npm") if shutil.which(program) is None]
        install = ["npm", "install", "--no-audit", "--no-fund", "--silent", *PACKAGES]
        if not lacks and subprocess.run(install, cwd=folder, check=False).returncode:
            lacks = ["%s from npm" % " and ".join(PACKAGES)]
        if lacks:
            print("skip SARIF: %s\n0 passed, 0 failed, 1 skipped" % ", ".join(lacks))
            return 0
        (folder / "kept.yaml").write_text(KEPT % 2048, encoding="utf-8")
        gates = [list(map(str, GATE)), ["check", str(BUDGET), "--today", "2027-03-02", "--strict"], ["check", str(folder / "kept.yaml")]]
        logs = [subprocess.run([binary, *words, "--sarif"], capture_output=True, text=True, check=False).stdout for words in gates]
        for log in logs:
            good, said = compiles(folder, log)
            passed += good
            wrong += [] if good else [said]
        for before, after in BROKEN:
            refused = before in logs[0] and not compiles(folder, logs[0].replace(before, after))[0]
            passed += refused
            wrong += [] if refused else ["`%s` instead of `%s` is taken" % (after, before)]
    for mistake in wrong:
        print("FAIL SARIF: " + mistake)
    print("%d passed, %d failed, 0 skipped" % (passed, len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(str(pathlib.Path(sys.argv[1]).resolve())))
