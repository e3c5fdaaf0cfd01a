#!/usr/bin/env python3
"""The command-line program as a shell sees it. usage: test_cli.py BINARY   (python3, standard library only)"""
import json
import math
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MISTAKES = HERE / "ten-mistakes.yaml"
SUBCOMMANDS = ["fit", "pick", "ceilings", "targets", "models", "formats", "runtimes", "backtest", "probe",
               "check", "init", "explain", "constants"]
PHONE = ["fit", "llama-3.1-8b", "--target", "iphone-16-pro", "--runtime", "llama.cpp", "--format", "q4_k_m", "--accelerator", "gpu"]
DIAGNOSTIC = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):(?P<column>\d+): error: .+$", re.M)


class Skip(Exception):
    """What a test needs is not on this machine."""


class Runner:
    def __init__(self, binary):
        self.binary, self.counts = str(pathlib.Path(binary).resolve()), {"passed": 0, "failed": 0, "skipped": 0}

    def run(self, *words, seconds=20, **environment):
        return subprocess.run([self.binary, *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=seconds, env={**os.environ, **environment}, encoding="utf-8", check=False)

    def expect(self, code, *words, **more):
        done = self.run(*words, **more)
        assert done.returncode == code, "%s: exit %d, not %d: %s" % (
            " ".join(map(str, words)), done.returncode, code, done.stderr.strip() or done.stdout[:200])
        return done

    def plan(self, *words, code=None):
        done = self.run(*words, "--json")
        assert code is None or done.returncode == code, "%s: exit %d, not %d" % (" ".join(map(str, words)), done.returncode, code)
        assert done.stderr == "", done.stderr
        return json.loads(done.stdout)["plans"][0]

    def test(self, function):
        try:
            function(self)
            outcome = "passed"
        except Skip as reason:
            outcome = "skipped"
            print("SKIP %s: %s" % (function.__name__, reason))
        except Exception as failure:  # a crash of the program or a wrong answer: both are failures
            outcome = "failed"
            print("FAIL %s: %s: %s" % (function.__name__, type(failure).__name__, failure))
        self.counts[outcome] += 1


# --- manners ------------------------------------------------------------------------------------------------------------------


def help_names_every_subcommand(edgeplan):
    done = edgeplan.expect(0, "--help")
    assert done.stderr == "" and done.stdout.startswith("Examples"), "help begins with examples, on stdout"
    for name in SUBCOMMANDS:
        assert re.search(r"^ +%s " % name, done.stdout, re.M), name
        one = edgeplan.expect(0, name, "--help").stdout
        assert one.startswith("edgeplan %s" % name) and "--registry" in one, name


def version_names_library_and_registry(edgeplan):
    assert re.fullmatch(r"edgeplan \d+\.\d+\.\d+, registry \d+\.\d+ [0-9a-f]{16}\n", edgeplan.expect(0, "--version").stdout)


def usage_errors_are_2_and_on_stderr(edgeplan):
    for words in ([], ["nonsense"], ["--nonsense"], ["fit"], ["fit", "a", "b", "--target", "iphone-16-pro"], ["fit", "llama-3.2-1b"],
                  ["fit", "llama-3.2-1b", "--target"], ["fit", "llama-3.2-1b", "--target", "no-such-target"],
                  ["fit", "no-such-model", "--target", "iphone-16-pro"], ["pick", "llama-3.2-1b"],
                  ["pick", "llama-3.2-1b,no-such-model", "--target", "iphone-16-pro"], ["ceilings", "--platform", "no-such-platform"],
                  ["ceilings", "--model", "no-such-model"], ["ceilings", "surplus"], ["targets", "--nonsense"],
                  ["targets", "--show", "no-such-target"], ["targets", "--find", "no-such-target"], ["formats", "--context", "5"],
                  ["models", "--show", "no-such-model"], ["targets", "--validate", "/nonexistent.yaml"],
                  ["targets", "--registry", "/nonexistent.yaml"], PHONE + ["--context", "many"], PHONE + ["--context", "-1"],
                  PHONE + ["--context", "99999999999999999999999"], PHONE + ["--kv", "q9_9"], PHONE + ["--ram", "8 apples"],
                  PHONE + ["--os", "eighteen"], PHONE + ["--runtime", "no-such-runtime"], PHONE + ["--format", "no-such-format"],
                  PHONE + ["--format", "mlx-4bit-g64"], PHONE + ["--app-state", "asleep"]):
        done = edgeplan.run(*words)
        assert done.returncode == 2, "%s: exit %d" % (words, done.returncode)
        assert done.stdout == "", "%s: stdout says %s" % (words, done.stdout[:80])
        assert ": error: " in done.stderr, "%s: stderr says %s" % (words, done.stderr[:80])


def data_is_on_stdout_and_talk_on_stderr(edgeplan):
    for words in (["targets"], ["models"], ["formats"], ["runtimes"], ["ceilings"], ["targets", "--missing"], PHONE,
                  ["targets", "--show", "iphone-16-pro"], ["models", "--show", "llama-3.2-1b"], ["formats", "--show", "q4_k_m"],
                  ["runtimes", "--show", "llama.cpp"], ["pick", "llama-3.2-1b", "--target", "galaxy-s24-ultra"]):
        done = edgeplan.run(*words)
        assert done.stdout != "" and done.stderr == "", "%s: %s" % (words, done.stderr[:200])


def nothing_is_coloured(edgeplan):
    for environment in ({}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "xterm-256color"}):
        assert "\x1b" not in edgeplan.run(*PHONE, **environment).stdout


def a_full_disk_is_noticed(edgeplan):
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([edgeplan.binary, "targets"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2 and done.stderr != b""


def a_comma_locale_changes_nothing(edgeplan):
    if shutil.which("localedef") is None:
        raise Skip("no localedef")
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", folder + "/de_DE.UTF-8"], capture_output=True, check=False)
        if not os.path.isdir(folder + "/de_DE.UTF-8"):
            raise Skip("localedef: " + made.stderr.decode(errors="replace").strip())
        for words in (PHONE, PHONE + ["--json"], ["ceilings"], ["pick", "llama-3.2-1b", "--target", "iphone-16-pro", "--min-decode", "1.5"]):
            plain = edgeplan.run(*words, LC_ALL="C")
            german = edgeplan.run(*words, LC_ALL="de_DE.UTF-8", LOCPATH=folder)
            assert (plain.stdout, plain.returncode) == (german.stdout, german.returncode), words


def the_same_question_has_the_same_bytes(edgeplan):
    for words in (["ceilings", "--json"], PHONE + ["--json"]):
        assert edgeplan.run(*words).stdout == edgeplan.run(*words).stdout, words


def what_a_runtime_does_not_take_is_refused_with_its_reason(edgeplan):
    """A format it cannot have, none of its formats, a cache it does not keep."""
    for words, reason in ((["--runtime", "mlx", "--format", "q4_k_m"], "mlx-lm reads Hugging Face safetensors"),
                          (["--runtime", "vllm"], "vLLM is not listed for iPhone 15"),
                          (["--runtime", "core-ai", "--accelerator", "npu"], "Core AI takes only qwen3-0.6b, qwen3-4b, qwen2.5-1.5b, qwen3-1.7b, deepseek-r1-distill-qwen-1.5b here"),
                          (["--runtime", "mlx", "--kv", "q5_1"], "takes no keys or values as q5_1, only as f16, bf16, q8_0, q4_0")):
        done = edgeplan.expect(2, "fit", "llama-3.2-1b", "--target", "iphone-15", *words)
        assert reason in done.stderr and done.stdout == "", (words, done.stderr)


def a_part_of_a_name_finds_all_that_have_it(edgeplan):
    names = {line.split("  ")[0] for line in edgeplan.expect(0, "targets").stdout.splitlines()}
    for text in ("s24", "Pixel", "galaxy s2"):
        found = {line.split("  ")[0] for line in edgeplan.expect(0, "targets", "--find", text).stdout.splitlines()}
        assert found >= {name for name in names if text.lower().replace(" ", "-") in name} and len(found) > 1, (text, found)


def a_wrong_value_is_told_what_it_takes(edgeplan):
    """What it should look like; and options that contradict each other or mean nothing alone."""
    phone = ["fit", "llama-3.2-1b", "--target", "iphone-16-pro"]
    for words, says in ((["--context", "8k"], "`8k` is no N, a whole number from 1, such as 4096"),
                        (["--ram", "8gb"], "`8gb` is no SIZE, such as 8GiB, 1.5GB or 4096"),
                        (["--app-state", "widget"], "`widget` is none of foreground|service|background|extension"),
                        (["--os", "latest"], "`latest` is no VERSION, such as 18.4"),
                        (["--acceptance", "0.5"], "need a draft: --with MODEL:draft"),
                        (["--json", "--context-sweep"], "give one of them"),
                        (["qwen3-4b"], "`qwen3-4b` is too much")):
        done = edgeplan.expect(2, *phone, *words)
        assert says in done.stderr and done.stdout == "", (words, done.stderr)
    assert "only with --show" in edgeplan.expect(2, "models", "--json").stderr
    bounded = ["pick", "llama-3.2-1b", "--target", "galaxy-s24-ultra", "--json", "--max-ttft"]
    assert edgeplan.run(*bounded, "3500ms").stdout == edgeplan.run(*bounded, "3.5").stdout


def a_context_holds_what_is_asked_for(edgeplan):
    """Prompt, cache and output; where it is given and cannot, the plan says so. And what no such device is sold with."""
    def told(*words):
        plan = edgeplan.plan(*PHONE, *words)
        return plan["request"], "\n".join(one["message"] for one in plan["assumptions"])
    request, said = told("--prompt", "6000", "--output", "300")
    assert request["context_tokens"] == 6400 and "as many as were asked for" in said, (request, said)  # in steps of 256
    request, said = told("--cached", "9000")
    assert request["context_tokens"] >= 9000 + request["prompt_tokens"] + request["output_tokens"], request
    request, said = told("--prompt", "600", "--context", "512")
    assert request["context_tokens"] == 512 and "are 600 tokens together, more than the context" in said, (request, said)
    assert "together" not in told("--prompt", "400", "--context", "512")[1]
    assert "is not sold with so much" in told("--ram", "12GiB")[1] and "not sold" not in told("--ram", "8GiB")[1]


def a_wrong_name_gets_its_nearest(edgeplan):
    """One edit, two, or the beginning of a name; and none is guessed where none is near."""
    for words, meant in ((["fit", "llama-3.2-1b", "--target", "iphne-15"], "did you mean `iphone-15`?"),
                         (["fit", "lama-3.2-1b", "--target", "iphone-15"], "did you mean `llama-3.2-1b`?"),
                         (["fit", "llama-3.2-1b", "--target", "iphone-15", "--format", "Q4KM"], "no format `Q4KM`"),
                         (["fit", "llama-3.2-1b", "--target", "iphone-15", "--format", "Q4K_M"], "did you mean `q4_k_m`?"),
                         (["fit", "llama-3.2-1b", "--target", "iphone-15", "--runtime", "llama"], "did you mean `llama.cpp`?"),
                         (["fit", "llama-3.2-1b", "--target", "iphone-15", "--kv", "q8"], "did you mean `q8_0`?"),
                         (["pick", "llama-3.2-1b", "--platform", "andriod"], "did you mean `android`?"),
                         (["fit", "llama-3.2-1b", "--target", "orin-nano-8gb"], "did you mean `jetson-orin-nano-8gb`?"),
                         (["pick", "llama-3.2-1b", "--prefer", "sped"], "did you mean `speed`?"),
                         (["pick", "llama-3.2-1b", "--contxt=4096"], "did you mean --context?"),
                         (["formats", "--show", "q8_O"], "did you mean `q8_0`?"),
                         (["pik", "llama-3.2-1b"], "did you mean `pick`?"),
                         (["fit", "llama-3.2-1b", "--target", "Galaxy Z"], "Others: edgeplan targets --find 'Galaxy Z'"),
                         (["fit", "llama-3.2-1b", "--target", "toaster"], "no target `toaster`; see edgeplan targets")):
        done = edgeplan.expect(2, *words)
        assert meant in done.stderr and done.stdout == "", (words, done.stderr)


# --- JSON ---------------------------------------------------------------------------------------------------------------------

def every_model_is_listed(edgeplan):
    """Each entry of the registry, speech models with what they do."""
    text = (ROOT / "lib" / "registry" / "models.yaml").read_text(encoding="utf-8")
    rows = {line.split()[0]: line for line in edgeplan.expect(0, "models").stdout.splitlines()[1:]}
    assert set(rows) == set(re.findall(r"^  - id: (\S+)$", text, re.M)), set(re.findall(r"^  - id: (\S+)$", text, re.M)) ^ set(rows)
    for name, role in (("whisper-small", "stt"), ("kokoro-82m", "tts"), ("llama-3.2-1b", "llm")):
        assert re.search(rf"\b{role}\b", rows[name]), rows[name]
    assert "role: tts" in edgeplan.expect(0, "models", "--show", "kokoro-82m").stdout
    edgeplan.expect(2, "models", "--show", "kokoro-82m", "--json")
    for name, shape in (("DeepSeek-R1-Distill-Llama-8B", "Llama 3.1 8B"), ("qwen3.6-27b", "Qwen3.5 27B"), ("lfm2.5-1.2b", "LFM2 1.2B")):
        assert edgeplan.expect(0, "models", "--show", name).stdout.startswith(shape), name


def what_a_system_reports_is_found(edgeplan):
    """Names as uname, Build.MODEL, a device tree, DMI and drivers print them. Sources: those of the targets."""
    for reported, wanted in (("iPhone18,1", "iphone-17-pro"), ("SM-S948B", "galaxy-s26-ultra"), ("SM-S942B", "galaxy-s26-exynos"),
                             ("SM-S942U", "galaxy-s26"), ("Pixel 10 Pro XL", "pixel-10-pro-xl"), ("Galileo", "steam-deck-oled"),
                             ("nvidia,p4071-0000+p3834-0008", "jetson-agx-thor-t5000"), ("Mac17,2", "mac-m5"),
                             ("Raspberry Pi 5 Model B Rev 1.1", "raspberry-pi-5"), ("Intel(R) Arc(TM) 140T GPU (16GB)", "arrow-lake-h-laptop")):
        assert edgeplan.expect(0, "targets", "--find", reported).stdout.startswith(wanted + " "), reported


DOCUMENTS = [PHONE, [*PHONE, "--with", "llama-3.2-1b:draft", "--acceptance", "0.7"], ["ceilings"], ["pick", "llama-3.2-1b", "--target", "galaxy-s24-ultra"],
             ["pick", "llama-3.2-3b,llama-3.2-1b", "--platform", "ios"],
             ["voice", "--target", "galaxy-s26", "--llm", "llama-3.2-3b", "--stt", "whisper-small", "--tts", "kokoro-82m"],
             ["voice", "--target", "oneplus-12", "--llm", "llama-3.2-3b", "--stt", "whisper-tiny", "--tts", "kokoro-82m"]]


def json_parses(edgeplan):
    for words in DOCUMENTS:
        done = edgeplan.run(*words, "--json")
        document = json.loads(done.stdout, parse_constant=lambda word: sys.exit("NaN or infinity in JSON: " + word))
        assert document["format_version"].startswith("1.") and document["plans"], words
        assert done.stdout.endswith("}\n"), words


def json_follows_its_schema(edgeplan):
    schema = ROOT / "docs" / "edgeplan.schema.json"
    try:
        import jsonschema
    except ImportError:
        raise Skip("no python3-jsonschema") from None
    if not schema.exists():
        raise Skip("no docs/edgeplan.schema.json")
    validator = jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    for words in DOCUMENTS:
        for mistake in validator.iter_errors(json.loads(edgeplan.run(*words, "--json").stdout)):
            raise AssertionError("%s: %s: %s" % (words, mistake.json_path, mistake.message[:200]))


# --- input --------------------------------------------------------------------------------------------------------------------


def ten_mistakes_are_ten_lines(edgeplan):
    text = MISTAKES.read_text(encoding="utf-8").splitlines()
    wanted = [number for number, line in enumerate(text, 1) if "# mistake:" in line]
    done = edgeplan.expect(2, "targets", "--validate", MISTAKES)
    found = [(match["file"], int(match["line"])) for match in DIAGNOSTIC.finditer(done.stderr)]
    assert done.stdout == "" and len(done.stderr.splitlines()) == len(found), done.stderr
    assert all(name.endswith("ten-mistakes.yaml") for name, _ in found), found
    assert sorted(line for _, line in found) == wanted and len(wanted) == 10, "lines %s, not %s\n%s" % (
        sorted(line for _, line in found), wanted, done.stderr)


def hostile_files_fail_fast(edgeplan):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "hostile"
        for content in (b"[" * 100_000, b"{" * 100_000, b"- " * 50_000, b"\xff\xfe\x00", b"", b"a: &a [*a]\n", b'{"model_type": "llama"',
                        b'{"model_type": "llama", "hidden_size": -1}', b'{"hidden_size": 1e999}'):
            path.write_bytes(content)
            for words in (["targets", "--validate", path], ["models", "--show", path], ["targets", "--registry", path]):
                start = time.monotonic()
                done = edgeplan.run(*words)
                assert done.returncode == 2, "%s with %r: exit %d" % (words[:2], content[:30], done.returncode)
                assert time.monotonic() - start < 2, "%s with %r: slow" % (words[:2], content[:30])


def an_overlay_adds_a_device(edgeplan):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "board.yaml"
        path.write_text("edgeplan_registry: 1.0\ntargets:\n  - {id: iphone-16-pro, name: My own phone}\n", encoding="utf-8")
        assert "valid" in edgeplan.expect(0, "targets", "--validate", path).stdout
        assert "My own phone" in edgeplan.expect(0, "targets", "--registry", path).stdout
        assert "My own phone" in edgeplan.run(*PHONE, "--registry", path).stdout


def a_config_is_a_model(edgeplan):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "config.json"
        path.write_bytes((HERE.parent / "data" / "configs" / "llama-3.2-1b.json").read_bytes())
        words = ["--target", "iphone-16-pro", "--runtime", "llama.cpp", "--format", "q4_k_m"]
        registry = edgeplan.plan("fit", "llama-3.2-1b", *words)
        for name in (path, folder):
            assert "family llama" in edgeplan.expect(0, "models", "--show", name).stdout
            assert edgeplan.plan("fit", name, *words)["memory"] == registry["memory"], name


def what_is_not_there_is_told(edgeplan):
    """Of a clone without its weights: the shard that is missing or only a pointer, and that the description alone is enough."""
    index = {"weight_map": {"model.embed_tokens.weight": "model-00001-of-00001.safetensors"}}
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    with tempfile.TemporaryDirectory() as folder:
        clone = pathlib.Path(folder) / "clone"
        clone.mkdir()
        shutil.copy(ROOT / "tests" / "data" / "configs" / "llama-3.2-1b.json", clone / "config.json")
        (clone / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
        for shard, says in ((None, "model-00001-of-00001.safetensors: error: there is no such file"),
                            (pointer, "model-00001-of-00001.safetensors: error: is a Git LFS pointer, not the file")):
            if shard is not None:
                (clone / "model-00001-of-00001.safetensors").write_text(shard, encoding="utf-8")
            done = edgeplan.expect(2, "fit", clone, "--target", "iphone-16-pro")
            assert says in done.stderr and "note: %s alone is enough" % (clone / "config.json") in done.stderr, done.stderr
        assert edgeplan.expect(0, "fit", clone / "config.json", "--target", "iphone-16-pro").stderr == ""
        (clone / "tuned.gguf").write_text(pointer, encoding="utf-8")
        assert "is a Git LFS pointer" in edgeplan.expect(2, "fit", clone / "tuned.gguf", "--target", "iphone-16-pro").stderr
    assert "the name of a model is empty" in edgeplan.expect(2, "pick", "llama-3.2-1b,", "--target", "iphone-16-pro").stderr


def gguf_header(architecture, keys, tensors):
    """A GGUF file up to its data: numbers as u32, matrices as F16, vectors as F32."""
    def text(string):
        return struct.pack("<Q", len(string)) + string.encode()
    out = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys) + 1) + text("general.architecture") + struct.pack("<I", 8) + text(architecture)
    for key, value in keys.items():
        out += text(f"{architecture}.{key}") + struct.pack("<II", 4, value)
    offset = 0
    for name, sizes in tensors.items():
        out += text(name) + struct.pack(f"<I{len(sizes)}QIQ", len(sizes), *sizes, len(sizes) > 1, offset)
        offset += -(-math.prod(sizes) * (2 if len(sizes) > 1 else 4) // 32) * 32
    return out


def llama_3_2_1b():
    keys = {"block_count": 16, "context_length": 131072, "embedding_length": 2048, "feed_forward_length": 8192, "attention.head_count": 32,
            "attention.head_count_kv": 8}
    tensors = {"token_embd.weight": (2048, 128256), "output_norm.weight": (2048,)}
    for layer in range(16):
        for name, sizes in {"attn_norm": (2048,), "attn_q": (2048, 2048), "attn_k": (2048, 512), "attn_v": (2048, 512),
                            "attn_output": (2048, 2048), "ffn_norm": (2048,), "ffn_gate": (2048, 8192), "ffn_up": (2048, 8192),
                            "ffn_down": (8192, 2048)}.items():
            tensors[f"blk.{layer}.{name}.weight"] = sizes
    return gguf_header("llama", keys, tensors)


def every_command_takes_a_gguf_and_its_lock(edgeplan):
    with tempfile.TemporaryDirectory() as folder:
        model, lock = pathlib.Path(folder) / "model.gguf", pathlib.Path(folder) / "model.lock"
        model.write_bytes(llama_3_2_1b())
        lock.write_text(edgeplan.expect(0, "models", "--lock", model).stdout, encoding="utf-8")
        assert lock.stat().st_size < 4096 and edgeplan.expect(0, "models", "--lock", lock).stdout == lock.read_text(encoding="utf-8")
        described = edgeplan.plan("fit", "llama-3.2-1b", "--target", "iphone-16-pro", "--runtime", "llama.cpp", "--format", "f16")
        path = ["--target", "iphone-16-pro", "--runtime", "llama.cpp"]
        plans = [edgeplan.plan("fit", name, *path) for name in (model, lock)]
        assert plans[0] == plans[1]
        for key in ("format", "memory", "speed", "verdict"): # as planned from the published dimensions
            assert plans[0][key] == described[key], key
        assert plans[0]["artefact"]["file_bytes"] > plans[0]["memory"]["weights_bytes"]
        for words in (["pick", "{}", "--target", "iphone-16-pro"], ["ceilings", "--model", "{}", "--target", "iphone-16-pro"],
                      ["models", "--show", "{}"], ["models", "--show", "{}", "--json"]):
            answers = [edgeplan.expect(0, *(str(name) if word == "{}" else word for word in words)).stdout for name in (model, lock)]
            assert answers[0] == answers[1] and answers[0], words


def a_model_is_shown_in_full(edgeplan):
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder) / "model.gguf"
        model.write_bytes(llama_3_2_1b())
        text = edgeplan.expect(0, "models", "--show", model).stdout
        for part in ("family llama", "parameters 1235814400", "embedding 262668288", "stored as f16, 16", "32768 bytes per token", "ffn_down"):
            assert part in text, part
        shown = json.loads(edgeplan.expect(0, "models", "--show", model, "--json").stdout)
        assert (shown["parameters"], shown["kv_bytes_per_token"], shown["format"]) == (1235814400, 32768, "f16")
        assert sum(row["elements"] for row in shown["tensors"]) == 1235814400
        assert sum(row["tensors"] for row in shown["tensors"]) == 146
        assert shown["assumptions"] == []


def a_head_says_how_much_it_needs(edgeplan):
    with tempfile.TemporaryDirectory() as folder:
        head, whole = pathlib.Path(folder) / "head.gguf", llama_3_2_1b()
        size = 100
        while size < len(whole):
            head.write_bytes(whole[:size])
            said = edgeplan.expect(2, "models", "--show", head).stderr
            needed = int(re.search(r"at least (\d+) bytes are needed", said).group(1))
            assert size < needed <= len(whole), said
            size = needed
        head.write_bytes(whole[:24] + b"\xff" * 8 + whole[32:])
        assert " at byte 24" in edgeplan.expect(2, "models", "--show", head).stderr
        piped = subprocess.run([edgeplan.binary, "models", "--show", "/dev/stdin"], input=whole, capture_output=True, timeout=20, check=False)
        assert piped.returncode == 0 and b"parameters 1235814400" in piped.stdout, piped.stderr
        assert edgeplan.expect(2, "models", "--show", "/dev/null").stderr


def a_wrong_type_is_answered_with_the_types(edgeplan):
    said = edgeplan.expect(2, "pick", "llama-3.2-1b", "--target", "galaxy-s25", "--kv", "q9").stderr
    assert "`q9` is no TYPE" in said and "types are f32, f16, q4_0, " in said, said


def an_architecture_that_nothing_runs_on_is_named(edgeplan):
    with tempfile.TemporaryDirectory() as folder:
        board = pathlib.Path(folder) / "board.yaml"
        board.write_text("edgeplan_registry: 1.0\nsources: [{id: me, title: me}]\nchips:\n  - {id: my-chip, name: My Chip, "
                         "engines: [{accelerator: gpu, architecture: my-gpu}], source: me, confidence: measured}\n"
                         "targets:\n  - {id: my-board, name: My Board, platform: linux, class: board, chip: my-chip, ram: [8 GiB], "
                         "runtimes: [llama.cpp], limits: linux, source: me, confidence: measured}\n", encoding="utf-8")
        for words in ((), ("--runtime", "llama.cpp"), ("--accelerator", "gpu")):
            words = ["llama-3.2-1b", "--target", "my-board", "--registry", board, *words]
            for said in (edgeplan.expect(2, "fit", *words).stderr, edgeplan.expect(1, "pick", *words).stdout):
                assert "no runtime is known to run on the architecture my-gpu\n" in said, said


def things_are_found_by_what_a_person_types(edgeplan):
    for text in ("iphone-16-pro", "iphone16pro", "iPhone 16 Pro", "iPhone17,1"):
        assert edgeplan.expect(0, "targets", "--find", text).stdout.startswith("iphone-16-pro "), text


def main(tests, about):
    if len(sys.argv) != 2:
        sys.exit(about)
    edgeplan = Runner(sys.argv[1])
    for function in tests:
        edgeplan.test(function)
    print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % edgeplan.counts)
    return 1 if edgeplan.counts["failed"] else 0


TESTS = [help_names_every_subcommand, version_names_library_and_registry, usage_errors_are_2_and_on_stderr,
         data_is_on_stdout_and_talk_on_stderr, nothing_is_coloured, a_full_disk_is_noticed, a_comma_locale_changes_nothing,
         the_same_question_has_the_same_bytes, what_a_runtime_does_not_take_is_refused_with_its_reason, a_wrong_name_gets_its_nearest,
         a_part_of_a_name_finds_all_that_have_it, a_wrong_value_is_told_what_it_takes, a_context_holds_what_is_asked_for,
         json_parses, json_follows_its_schema, ten_mistakes_are_ten_lines, hostile_files_fail_fast, an_overlay_adds_a_device,
         a_config_is_a_model, what_is_not_there_is_told, every_command_takes_a_gguf_and_its_lock, a_model_is_shown_in_full, a_head_says_how_much_it_needs,
         a_wrong_type_is_answered_with_the_types, an_architecture_that_nothing_runs_on_is_named,
         things_are_found_by_what_a_person_types, every_model_is_listed, what_a_system_reports_is_found]


if __name__ == "__main__":
    sys.exit(main(TESTS, __doc__))
