#!/usr/bin/env python3
"""Every example in README.md and docs/ is a file that is built, or what a command really prints.

    blocks.py BUILD_DIRECTORY [--update]

A comment above a fenced block says where it comes from; the block must be equal to that, and `--update` makes it so:

    <!-- file: examples/will_it_fit.c -->
    <!-- run: edgeplan fit llama-3.1-8b --target iphone-16-pro -->

A fenced block of C, C++, Python, CMake or console output without such a comment is a mistake.
"""
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BLOCK = re.compile(r"(?P<origin><!-- (?P<kind>file|run): (?P<what>.+?) -->\n)?^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.S | re.M)
MUST_NAME_THEIR_ORIGIN = {"c", "cpp", "python", "cmake", "meson", "console"}


def printed(build, command):
    """The command as a reader would type it, and what it prints. 1 and 2 are answers too; a failure prints nothing."""
    words = shlex.split(command)
    program = build / "examples" / "edgeplan" / "edgeplan" if words[0] == "edgeplan" else build / "examples" / words[0]
    done = subprocess.run([program, *words[1:]], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1, 2) or not done.stdout:
        raise RuntimeError(f"`{command}` exits {done.returncode}")
    return f"$ {command}\n" + done.stdout.decode()


def wanted(build, kind, what):
    if kind == "file":
        return (ROOT / what).read_text(encoding="utf-8")
    return printed(build, what)


def check(path, build, update):
    """Mistakes in one page; with `update` the page is rewritten first."""
    mistakes = []

    def one(match):
        if not match["kind"]:
            if match["language"] in MUST_NAME_THEIR_ORIGIN:
                mistakes.append(f"a {match['language']} block names no file and no command: {match['body'].splitlines()[0]}")
            return match[0]
        try:
            body = wanted(build, match["kind"], match["what"])
        except (OSError, RuntimeError) as failure:
            mistakes.append(str(failure))
            return match[0]
        if body != match["body"] and not update:
            mistakes.append(f"the block of `{match['what']}` is out of date; blocks.py --update renews it")
        return f"{match['origin']}```{match['language']}\n{body}```"

    text = path.read_text(encoding="utf-8")
    renewed = BLOCK.sub(one, text)
    if update and renewed != text:
        path.write_text(renewed, encoding="utf-8")
    return mistakes


def main(build, update):
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    passed = failed = 0
    for page in pages:
        mistakes = check(page, build, update)
        for mistake in mistakes:
            print(f"FAIL {page.relative_to(ROOT)}: {mistake}")
        failed += bool(mistakes)
        passed += not mistakes
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), "--update" in sys.argv[2:]))
