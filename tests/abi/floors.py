#!/usr/bin/env python3
"""The house keeps its floors (design §4). floors.py [ROOT] prints every breach and exits 1.

1. A file includes its own folder and lower floors only.
2. Of floors 2 and 3, sizing/ and speed/ include only the headers of plain numbers.
3. Base names are unique in lib/: the sources also build as one plain folder, whose objects lie side by side.
4. No file is longer than 500 lines.
5. No name of a family, runtime, chip or device in a string literal of sizing/, speed/, plan/ or report/.
"""
import os
import re
import sys

FLOORS = ["base", "source", "model", "registry", "sizing", "speed", "plan", "report", "api"]
PURE = {"sizing", "speed"}
PLAIN_NUMBERS = {"model/run.h", "model/element.h", "model/storage.h", "registry/rules.h"}
PURE_BASE = {"base/checked.h", "base/known.h", "base/number.h"}
NAMELESS = {"sizing", "speed", "plan", "report"}
MAX_LINES = 500
# Names that the registry may not hold yet.
NAMES = """llama qwen gemma mistral mixtral phi deepseek falcon granite mamba jamba lfm2 smollm olmo nemotron gpt-oss rwkv
llama.cpp ollama mlx vllm sglang litert litert-lm genie qnn executorch core-ml coreml onnxruntime tensorrt tensorrt-llm mlc webllm wllama
openvino iphone ipad macbook galaxy pixel jetson orin thor apple snapdragon adreno hexagon mali dimensity exynos tensor-g4 qualcomm
nvidia intel amd ios android chrome safari firefox windows""".split()


def registry_names(root):
    """Ids of runtimes, targets and chips, without a YAML parser: lists of `- id: x` under a section that begins a line."""
    names = set()
    files = [os.path.join(root, "edge-targets.yaml")]
    folder = os.path.join(root, "lib", "registry")
    if os.path.isdir(folder):
        files += [os.path.join(folder, f) for f in sorted(os.listdir(folder)) if f.endswith(".yaml")]
    for path in files:
        if not os.path.exists(path):
            continue
        section = None
        for line in open(path, encoding="utf-8"):
            head = re.match(r"([a-z_]+):", line)
            if head:
                section = head.group(1)
            entry = re.match(r"\s{0,4}- id: *\"?([a-z0-9._@-]+)", line)
            if entry and section in ("runtimes", "targets", "chips", "platforms"):
                names.add(entry.group(1))
    return names


def strip_comments(text):
    """Comments become blanks; strings and lines stay."""
    def blank(match):
        part = match.group(0)
        return part if part[0] in "\"'" else re.sub(r"[^\n]", " ", part)
    return re.sub(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|/\*.*?\*/|//[^\n]*", blank, text, flags=re.S)


def check_includes(folder, name, text, complain):
    own = FLOORS.index(folder)
    for number, line in enumerate(text.split("\n"), 1):
        found = re.match(r"\s*#\s*include\s+\"([^\"]+)\"", line)
        if not found:
            continue
        included = found.group(1)
        other = included.split("/")[0] if "/" in included else None
        where = f"lib/{folder}/{name}:{number}"
        if other not in FLOORS:
            complain(f"{where}: \"{included}\": write the folder, as in \"base/text.h\"")
            continue
        if other != folder and FLOORS.index(other) > own:
            complain(f"{where}: {folder}/ is floor {own} and may not include {other}/, floor {FLOORS.index(other)}")
        if folder in PURE and other not in PURE and included not in PLAIN_NUMBERS | PURE_BASE:
            complain(f"{where}: a pure floor may not include {included}")


def check_names(folder, name, text, names, complain):
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r"\s*#\s*include", line):
            continue
        for literal in re.findall(r"\"((?:\\.|[^\"\\])*)\"", line):
            words = {w.strip(".-") for w in re.split(r"[^a-z0-9._@-]+", literal.lower())}
            for word in sorted(words & names):
                complain(f"lib/{folder}/{name}:{number}: the name \"{word}\" belongs in the registry or a reader, not in {folder}/")


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    complaints = []
    complain = complaints.append
    names = set(NAMES) | registry_names(root)
    seen = {}
    count = 0
    for folder in sorted(os.listdir(os.path.join(root, "lib"))):
        path = os.path.join(root, "lib", folder)
        if not os.path.isdir(path):
            continue
        if folder not in FLOORS:
            complain(f"lib/{folder}: not a floor of the house")
            continue
        for name in sorted(os.listdir(path)):
            if not name.endswith((".c", ".h")):
                continue
            count += 1
            text = open(os.path.join(path, name), encoding="utf-8").read()
            if name in seen:
                complain(f"lib/{folder}/{name}: base name also in lib/{seen[name]}/")
            seen.setdefault(name, folder)
            lines = text.count("\n")
            if lines > MAX_LINES:
                complain(f"lib/{folder}/{name}: {lines} lines, at most {MAX_LINES}")
            code = strip_comments(text)
            check_includes(folder, name, code, complain)
            if folder in NAMELESS:
                check_names(folder, name, code, names, complain)
    if count == 0:
        complain(f"{root}/lib: no source file found")
    for complaint in complaints:
        print("floors:", complaint, file=sys.stderr)
    if complaints:
        return 1
    print("floors: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
