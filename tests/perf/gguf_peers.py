#!/usr/bin/env python3
"""Opening a 5.6 MB GGUF header, in one run: this library, a plain read of the file, and @huggingface/gguf from npm.

Usage: gguf_peers.py BUILD_DIRECTORY

Times are minima of ten. Fails above 2 ms, or if this library is not the faster reader. Says what is missing where the peer cannot be had.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PACKAGE = "@huggingface/gguf@0.4.6"
LIMIT_US = 2000
SCRIPT = """
import { gguf } from "@huggingface/gguf";
let best = Infinity, tensors = 0;
for (let i = 0; i < 10; i++) {
  const begin = process.hrtime.bigint();
  const { tensorInfos } = await gguf(process.argv[2], { allowLocalFile: true });
  best = Math.min(best, Number(process.hrtime.bigint() - begin) / 1e3);
  tensors = tensorInfos.length;
}
console.log(JSON.stringify({ best, tensors }));
"""


def ours(bench):
    """Microseconds by kind, from `bench time`."""
    text = subprocess.run([bench, "time"], capture_output=True, text=True, check=True).stdout
    return {kind: float(us) for kind, us in re.findall(r"^(gguf_\w+)\s+([\d.]+) us$", text, re.M)}


def peer(folder, header):
    """Microseconds of the peer, or why it cannot be measured."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            return None, program
    done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", PACKAGE], cwd=folder, capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        return None, f"{PACKAGE} from npm"
    script = folder / "peer.mjs"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(["node", str(script), str(header)], capture_output=True, text=True, check=False)
    found = re.search(r'\{"best":([\d.]+),"tensors":(\d+)\}', done.stdout)
    if not found or found.group(2) != "292":
        return None, f"a run of {PACKAGE}: {done.stderr.strip().splitlines()[-1:] or done.stdout}"
    return float(found.group(1)), None


def main(build):
    bench = str(pathlib.Path(build).resolve() / "tests/bench")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        header = folder / "header.gguf"
        subprocess.run([bench, "write-gguf", str(header)], check=True)
        times = ours(bench)
        theirs, missing = peer(folder, header)
        print(f"header of {header.stat().st_size} bytes")
    for kind, us in times.items():
        print(f"     {kind:<20} {us:10.0f} us")
    failed = times["gguf_header"] > LIMIT_US
    print(f"{'FAIL' if failed else 'ok  '} opened within {LIMIT_US} us")
    if theirs is None:
        print(f"skip {PACKAGE}: missing {missing}")
    else:
        print(f"     {PACKAGE:<20} {theirs:10.0f} us")
        slower = times["gguf_header"] >= theirs
        failed += slower
        print(f"{'FAIL' if slower else 'ok  '} {theirs / times['gguf_header']:.1f} times as fast as {PACKAGE}")
    print(f"{2 - failed - (theirs is None)} passed, {int(failed)} failed, {int(theirs is None)} skipped")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
