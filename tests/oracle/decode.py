#!/usr/bin/env python3
"""A real llama.cpp decoding on this machine, against what is planned for it from `edgeplan probe`.

Usage: decode.py BUILD_DIRECTORY

The rate must be under the ceiling and within the stated range. Other work on the machine takes bandwidth from one of the two
measurements and not from the other, so they are made anew a few times before they disagree.
"""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import gguf_write
import ours
import run

ROUNDS, TOKENS, TRIES = 5, 16, 6
Q4_0 = "2" # llama_ftype


def write_model(place):
    """Llama 3.2 1B as Q4_0, with the types that the quantizer chooses: far more than any cache."""
    path, model = place / "decode.gguf", ours.DESCRIPTIONS["llama-3.2-1b"]
    gguf_write.write(path, model)
    gguf_write.write(path, model, run.Oracle(place).ask("types", path, Q4_0)[0]["types"])
    return path


def probed(edgeplan, path, place):
    """What is planned for this machine: speed of the first plan."""
    block = place / "this-host.yaml"
    block.write_text(subprocess.run([edgeplan, "probe"], check=True, capture_output=True, text=True).stdout, encoding="utf-8")
    fit = [edgeplan, "fit", path, "--target", "this-host", "--registry", block, "--context", "256", "--prompt", "1",
           "--output", str(TOKENS), "--json"]
    return json.loads(subprocess.run(fit, check=True, capture_output=True, text=True).stdout)["plans"][0]["speed"]


def decoded(path, place):
    """tok/s, at the number of threads that is fastest."""
    rates = []
    for threads in sorted({1, len(os.sched_getaffinity(0))}):
        words = [place / "decode", place / "library", path, threads, TOKENS, ROUNDS]
        done = subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True)
        rates.append(float(done.stdout))
    return max(rates)


def main(build):
    place, edgeplan = run.set_up(build), pathlib.Path(build).resolve() / "examples/edgeplan/edgeplan"
    path = write_model(place)
    try:
        for _ in range(TRIES):
            speed, real = probed(edgeplan, path, place), decoded(path, place)
            low, high, ceiling = (speed["decode_%stok_per_s" % part] for part in ("low_", "high_", "ceiling_"))
            print("llama.cpp decodes %.1f tok/s; planned %.1f to %.1f, at most %.1f" % (real, low, high, ceiling))
            if low <= real <= min(high, ceiling):
                print("1 passed, 0 failed, 0 skipped")
                return 0
    finally:
        path.unlink()
    print("FAIL llama.cpp decodes outside of what is planned")
    print("0 passed, 1 failed, 0 skipped")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
