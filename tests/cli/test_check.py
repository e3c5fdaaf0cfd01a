#!/usr/bin/env python3
"""The gate as a build sees it: check, init and explain. usage: test_check.py BINARY   (python3, standard library only)"""
import json
import pathlib
import re
import sys
import tempfile
import xml.etree.ElementTree

from test_cli import ROOT, Skip, llama_3_2_1b, main

BUDGET = ROOT / "tests" / "data" / "gate" / "edgeplan.yaml"
GATE = ["check", BUDGET, "--today", "2026-11-22"]
MESSAGE = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):(?P<column>\d+): (?P<severity>error|warning|note): \[(?P<rule>EP-[A-Z]+)\] .+$", re.M)
KEPT = """edgeplan: 1
defaults: {runtime: llama.cpp, context: %d}
devices: [{id: phone, target: iphone-16-pro, accelerators: [gpu]}]
models: [{id: chat, model: llama-3.2-1b, format: q4_0}]
limits:
  memory: {max: 1.5 GB}
"""


class Folder:
    """A folder with files of a few lines."""

    def __init__(self, **files):
        self.files = files

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(self.folder.name)
        for name, text in self.files.items():
            (path / name.replace("_", ".")).write_text(text, encoding="utf-8")
        return path

    def __exit__(self, *failure):
        self.folder.cleanup()


def document(edgeplan, *words):
    return json.loads(edgeplan.run(*words, "--json").stdout)


def broken(checks):
    return [check for check in checks if check["status"] in ("failed", "unknown")]


# --- check ----------------------------------------------------------------------------------------------------------------------


def exit_codes(edgeplan):
    with Folder(kept_yaml=KEPT % 2048, long_yaml=KEPT % 32768, wrong_yaml=KEPT.replace("memory", "memroy") % 2048,
                gone_yaml=KEPT.replace("model: llama-3.2-1b", "file: no-such.gguf") % 2048) as folder:
        edgeplan.expect(0, "check", folder / "kept.yaml")
        edgeplan.expect(1, "check", folder / "long.yaml")
        done = edgeplan.expect(2, "check", folder / "wrong.yaml")
        assert "unknown key 'memroy'; did you mean 'memory'?" in done.stderr and done.stdout == "", done.stderr
        done = edgeplan.expect(2, "check", folder / "gone.yaml")
        assert "gone.yaml:4:27: error: the model cannot be opened: 'no-such.gguf' [models[0].file]" in done.stderr, done.stderr
    for words in (["check"], ["check", "/no/such.yaml"], ["check", BUDGET, "--today", "2026-13-01"],
                  ["check", BUDGET, "--today", "2026-02-30"], ["check", BUDGET, "--json", "--sarif"],
                  ["check", BUDGET, "--baseline", "/no/such.json"], ["check", BUDGET, "--baseline", BUDGET], ["explain", "EP-NONE"],
                  ["init", "llama-3.2-1b"], ["init", "--target", "iphone-16-pro"], ["constants", BUDGET], ["check", BUDGET, "--context", "5"]):
        done = edgeplan.run(*words)
        assert done.returncode == 2 and "error: " in done.stderr, "%s: exit %d" % (words, done.returncode)


def a_lock_file_stands_for_its_model(edgeplan):
    """And a device is found by its name as by what it reports."""
    budget = "edgeplan: 1\ndevices: [{id: a, target: \"iPhone17,1\"}, {id: b, target: iPhone 16 Pro}]\nmodels: [{id: chat, file: %s}]\n"
    with Folder() as folder:
        (folder / "m.gguf").write_bytes(llama_3_2_1b())
        lock = edgeplan.expect(0, "models", "--lock", folder / "m.gguf").stdout
        (folder / "m.lock").write_text(lock, encoding="utf-8")
        said = []
        for name in ("m.gguf", "m.lock"):
            (folder / "b.yaml").write_text(budget % name, encoding="utf-8")
            said.append(document(edgeplan, "check", folder / "b.yaml")["checks"])
    assert said[0] == said[1] and {check["target"] for check in said[0]} == {"iphone-16-pro"}, said


def what_is_unknown_beside_what_is_expected(edgeplan):
    """Of a model with a state MLX's rate has no ends: nobody measured one (recurrent_low of calibrations)."""
    budget = ("edgeplan: 1\ndevices: [{id: phone, target: iphone-16}]\nmodels: [{id: r, model: rwkv-7-1.5b, format: mlx-6bit-g64}]\n"
              "limits: {decode: {min: 1 tok/s, estimate: low, sustained: %s}}\n")
    for hot in ("yes", "no"):
        with Folder(edgeplan_yaml=budget % hot) as folder:
            said = edgeplan.expect(1, "check", folder / "edgeplan.yaml").stdout
            assert re.search(r"\[EP-DECODE\] r on phone: unknown beyond the [0-9.]+ tok/s expected, 1 tok/s required", said), said


def a_version_is_held_against_paths(edgeplan):
    """Core AI comes with iOS 27; a version that no figure is of is named, with its place."""
    budget = ("edgeplan: 1\ndevices:\n  - {id: phone, target: iphone-17-pro, os: %s, runtime: core-ai}\n"
              "models: [{id: chat, model: qwen3-4b, format: coreai-4bit-palettized}]\nlimits: {verdict: {at_least: tight}}\n")
    with Folder(old_yaml=budget % "26.0", new_yaml=budget % "27.0", next_yaml=budget % "28.0") as folder:
        old = edgeplan.expect(1, "check", folder / "old.yaml")
        assert "[EP-PATH] chat on phone: cannot run: Core AI (ane-ios) needs a newer operating system, from 27.0" in old.stdout, old.stdout
        assert re.search(r"would pass: (.*, )?os 27\.0 \(npu\)", old.stdout), old.stdout
        new, beyond = (edgeplan.run("check", folder / name) for name in ("new.yaml", "next.yaml"))
        assert "EP-PATH" not in new.stdout + beyond.stdout and "warning" not in new.stderr and not old.stderr, new.stdout
        assert "next.yaml:3:44: warning: the figures are of other versions than '28.0' [devices[0].os]" in beyond.stderr, beyond.stderr
    # with no runtime named, the one that knows the format says what it lacks
    old = edgeplan.expect(2, "fit", "llama-3.2-1b", "--target", "chrome-mac-m3", "--os", "112", "--format", "mlc-q4f16_1").stderr
    assert "takes mlc-q4f16_1: WebLLM (webgpu-f16) needs webgpu, from 113" in old, old


def a_folder_is_no_budget(edgeplan):
    assert "is a folder, not a file" in edgeplan.expect(2, "check", ROOT).stderr


def text_points_at_the_budget(edgeplan):
    done = edgeplan.run(*GATE)
    lines = BUDGET.read_text(encoding="utf-8").splitlines()
    found = list(MESSAGE.finditer(done.stdout))
    assert done.stderr == "" and found
    for match in found:
        assert match["file"] == str(BUDGET) and int(match["column"]) <= len(lines[int(match["line"]) - 1]), match[0]
    assert {"EP-MEMORY": 13, "EP-DOWNLOAD": 14}.items() <= {m["rule"]: int(m["line"]) for m in found}.items(), done.stdout
    checks = document(edgeplan, *GATE)["checks"]
    assert sum(m["severity"] == "error" for m in found) == len(broken(checks)) > 0
    assert sum(m["severity"] == "note" for m in found) == sum(check["status"] == "waived" for check in checks) == 1
    assert len(found) == sum(check["status"] != "passed" for check in checks)


def json_says_the_same_in_numbers(edgeplan):
    gate = document(edgeplan, *GATE)
    checks, summary = gate["checks"], gate["summary"]
    assert summary["checks"] == len(checks) and summary["plans"] == len(gate["plans"])
    for word in ("passed", "failed", "warned", "unknown", "waived"):
        assert summary[word] == sum(check["status"] == word for check in checks), word
    for check in checks:
        if check["rule"] == "EP-MEMORY":
            plan = gate["plans"][check["plan"]]
            assert check["actual"] == plan["memory"]["charged_high_bytes"] == check["bytes"]
            assert check["required"] == 3e9 and check["unit"] == "bytes"
            assert (check["actual"] > check["required"]) == (check["status"] != "passed"), check
            # what would pass, does
            context = re.search(r"context (\d+)", check["hint"] or "")
            if context:
                again = edgeplan.plan("fit", "llama-3.2-3b", "--target", plan["target"], "--runtime", "llama.cpp", "--accelerator", "gpu",
                                      "--format", "q4_k_m", "--app-bytes", "190MB", "--prompt", "512", "--context", context[1])
                assert again["memory"]["charged_high_bytes"] <= 3e9
        if check["rule"] == "EP-FIT":
            assert check["actual"] == gate["plans"][check["plan"]]["verdict"]
    assert gate["waivers"] == [{"rule": "EP-MEMORY", "model": "chat", "device": "robot", "reason": "nothing else runs there",
                                "until": "2027-03-01", "state": "used", "location": {"file": str(BUDGET), "line": 17, "column": 5}}]


def json_follows_its_schema(edgeplan):
    try:
        import jsonschema
    except ImportError:
        raise Skip("no python3-jsonschema") from None
    schema = json.loads((ROOT / "docs" / "edgeplan.schema.json").read_text(encoding="utf-8"))
    for mistake in jsonschema.Draft202012Validator(schema).iter_errors(document(edgeplan, *GATE)):
        raise AssertionError("%s: %s" % (mistake.json_path, mistake.message[:200]))


def a_waiver_ends(edgeplan):
    last, after = (document(edgeplan, "check", BUDGET, "--today", day)["summary"] for day in ("2027-03-01", "2027-03-02"))
    assert last["waived"] == 1 and after["waived"] == 0 and after["failed"] == last["failed"] + 1


def strict_fails_on_warnings(edgeplan):
    plain, strict = document(edgeplan, *GATE), document(edgeplan, *GATE, "--strict")
    assert plain["summary"]["warned"] > 0 and strict["summary"]["warned"] == 0
    assert len(broken(strict["checks"])) == len(broken(plain["checks"])) + plain["summary"]["warned"]


def sarif_has_what_2_1_0_requires(edgeplan):
    """The required properties of the schema of SARIF 2.1.0 for what is written, and its closed lists of words."""
    sarif = json.loads(edgeplan.expect(1, *GATE, "--sarif").stdout)
    assert sarif["version"] == "2.1.0" and len(sarif["runs"]) == 1
    run = sarif["runs"][0]
    driver = run["tool"]["driver"]
    assert driver["name"] == "edgeplan"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids)
    checks = [check for check in document(edgeplan, *GATE)["checks"] if check["status"] != "passed"]
    assert len(run["results"]) == len(checks)
    for result, check in zip(run["results"], checks):
        assert result["message"]["text"].startswith(check["message"]) and ids[result["ruleIndex"]] == result["ruleId"] == check["rule"]
        assert result["level"] in ("none", "note", "warning", "error")
        place = result["locations"][0]["physicalLocation"]
        assert place["region"]["startLine"] == check["location"]["line"] and place["region"]["startColumn"] == check["location"]["column"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", place["artifactLocation"]["uri"])
        for suppression in result.get("suppressions", []):
            assert suppression["kind"] in ("inSource", "external")
        assert ("suppressions" in result) == (check["status"] == "waived")


def junit_counts_its_cases(edgeplan):
    suite = xml.etree.ElementTree.fromstring(edgeplan.expect(1, *GATE, "--junit").stdout).find("testsuite")
    cases, summary = suite.findall("testcase"), document(edgeplan, *GATE)["summary"]
    assert int(suite.get("tests")) == len(cases) == summary["checks"]
    for tag, attribute, count in (("failure", "failures", summary["failed"]), ("error", "errors", summary["unknown"]),
                                  ("skipped", "skipped", summary["waived"])):
        assert int(suite.get(attribute)) == sum(case.find(tag) is not None for case in cases) == count, tag


def github_gets_commands(edgeplan):
    lines = edgeplan.expect(1, *GATE, "--github").stdout.splitlines()
    assert not lines[0].startswith("::") and "checks failed" in lines[0], "the summary comes first"
    for line in lines[1:]:
        match = re.fullmatch(r"::(error|warning|notice) file=([^,:]+),line=\d+,col=\d+,title=EP-[A-Z]+::(.+)", line)
        assert match and "\r" not in match[3], line


def a_baseline_lets_through_what_was_there(edgeplan):
    with Folder(short_yaml=KEPT % 8192, long_yaml=KEPT % 16384) as folder:
        short, long = folder / "short.yaml", folder / "long.yaml"
        (folder / "before.json").write_text(edgeplan.expect(1, "check", long, "--json").stdout, encoding="utf-8")
        done = edgeplan.expect(0, "check", long, "--baseline", folder / "before.json")
        assert "as in the baseline" in done.stdout and ": error: " not in done.stdout, done.stdout
        edgeplan.expect(0, "check", short, "--baseline", folder / "before.json")
        (folder / "before.json").write_text(edgeplan.run("check", short, "--json").stdout, encoding="utf-8")
        worse = edgeplan.expect(1, "check", long, "--baseline", folder / "before.json")
        assert "nothing but the registry" not in worse.stdout, "the context changed as well"


def what_is_unknown_is_named(edgeplan):
    """No figure is said to be unknown without the fact that is missing, and no path is proposed that breaks EP-FIT."""
    budget = ("edgeplan: 1\ndevices: [{id: board, target: jetson-xavier-nx}, {id: phone, target: galaxy-s24-ultra}]\n"
              "models:\n  - {id: chat, model: llama-3.2-1b, format: q8_0}\n"
              "  - {id: large, model: gpt-oss-20b, format: mlx-4bit-g64, devices: [phone]}\n"
              "limits: {decode: {min: 30 tok/s, sustained: yes}, ttft: {max: 0.5 s}, basis: {min: measured}}\n"
              "audience: [{target: galaxy-s24-ultra, share: 0.7}, {target: mac-m3, share: 0.3}]\ncoverage: {min: 0.2}\n")
    with Folder(b_yaml=budget) as folder:
        said = edgeplan.expect(1, "check", folder / "b.yaml").stdout
    assert "unknown s" not in said and "unknown tok/s" not in said and "unknown," not in said, said
    assert "EP-DECODE] chat on board: unknown once hot (no thermal figure of Jetson Xavier NX), 30 tok/s required" in said, said
    assert re.search(r"EP-TTFT\] chat on board: unknown \(no .+\), at most 0.5 s allowed\n.*\n    no single .* a measurement would\n", said), said
    assert re.search(r"EP-BASIS\] chat on phone: .*\n    would pass: available of the device", said), said
    path = re.search(r"EP-PATH\] large on phone: .*\n    (.+)\n", said)[1]
    assert path == "no runtime of the device takes this model in this format and keeps the verdict promised", path
    assert re.search(r"EP-COVERAGE\] .*\n    would pass: also serving (galaxy-s24-ultra|mac-m3)\n", said), said


def newer_firmware_would_pass(edgeplan):
    """As in fit: the release that lifts the limit that binds, and none where the system cannot have the one that sets it."""
    budget = ("edgeplan: 1\ndefaults: {runtime: llama.cpp}\nmodels: [{id: chat, model: llama-3.2-3b, format: q4_k_m}]\n"
              "devices: [{id: nano, target: jetson-orin-nano-super%s}]\n")
    with Folder(old_yaml=budget % ", firmware: 36.4", new_yaml=budget % ", firmware: 36.5", seven_yaml=budget % ", os: 7.0") as folder:
        assert "would pass: firmware 36.5\n" in edgeplan.expect(1, "check", folder / "old.yaml").stdout
        edgeplan.expect(0, "check", folder / "new.yaml")
        edgeplan.expect(0, "check", folder / "seven.yaml")


def a_shorter_context_still_holds_the_request(edgeplan):
    """Prompt and answer, here 1500 and 128 tokens, must go into the context that would pass."""
    budget = ("edgeplan: 1\ndefaults: {runtime: llama.cpp, context: 8192, prompt: %d}\n"
              "devices: [{id: phone, target: iphone-16-pro, accelerators: [gpu]}]\n"
              "models: [{id: chat, model: llama-3.2-3b, format: q4_0}]\n")
    with Folder(short_yaml=budget % 1500, long_yaml=budget % 4000) as folder:
        assert "would pass: context 2048," in edgeplan.expect(1, "check", folder / "short.yaml").stdout
        assert "would pass: context" not in edgeplan.expect(1, "check", folder / "long.yaml").stdout


def the_same_verdict_of_more_bytes_is_worse(edgeplan):
    """A broken promise of a verdict is no better than before because its word is the same."""
    budget = ("edgeplan: 1\ndefaults: {runtime: llama.cpp, context: %d}\ndevices: [{id: phone, target: iphone-12}]\n"
              "models:\n  - {id: a, model: llama-3.2-3b, format: q8_0}\n  - {id: b, model: llama-3.2-1b, format: q4_0}\n"
              "groups: [{id: both, members: [a, b]}]\n")
    with Folder(now_yaml=budget % 4096, more_yaml=budget % 8192) as folder:
        for name in "now", "more":
            checks = document(edgeplan, "check", folder / (name + ".yaml"))["checks"]
            assert [check["actual"] for check in checks if check["rule"] == "EP-GROUP"] == ["tight"], checks
            (folder / (name + ".json")).write_text(edgeplan.run("check", folder / (name + ".yaml"), "--json").stdout, encoding="utf-8")
        edgeplan.expect(0, "check", folder / "now.yaml", "--baseline", folder / "more.json")
        more = edgeplan.expect(1, "check", folder / "more.yaml", "--baseline", folder / "now.json").stdout
        assert re.search(r"error: \[EP-GROUP\].*together: tight, ", more), more


def a_registry_alone_is_named(edgeplan):
    overlay = ("edgeplan_registry: 1.0\nlimits:\n  - id: mine\n    source: mine\n    confidence: measured\n    visible: 1\n"
               "    rules: [{id: all, kind: total, safe: 0.1 GB, hard: 0.2 GB}]\n"
               "sources: [{id: mine, title: Mine}]\ntargets: [{id: iphone-16-pro, limits: mine}]\n")
    with Folder(kept_yaml=KEPT % 2048, mine_yaml=overlay) as folder:
        (folder / "before.json").write_text(edgeplan.expect(0, "check", folder / "kept.yaml", "--json").stdout, encoding="utf-8")
        done = edgeplan.expect(1, "check", folder / "kept.yaml", "--registry", folder / "mine.yaml", "--baseline", folder / "before.json")
        assert "nothing but the registry changed since the baseline" in done.stdout, done.stdout


def a_pinned_registry_is_held(edgeplan):
    digest = document(edgeplan, *GATE)["edgeplan"]["registry_digest"]
    with Folder(same_yaml=KEPT % 2048 + 'registry: {digest: "%s"}\n' % digest,
                other_yaml=KEPT % 2048 + 'registry: {digest: "0123456789abcdef"}\n') as folder:
        assert document(edgeplan, "check", folder / "same.yaml")["summary"]["warned"] == 0
        done = edgeplan.expect(0, "check", folder / "other.yaml")
        assert "[EP-REGISTRY]" in done.stdout and digest in done.stdout, done.stdout


def a_stamp_is_made_when_it_passes(edgeplan):
    with Folder(kept_yaml=KEPT % 2048, long_yaml=KEPT % 32768) as folder:
        edgeplan.expect(1, "check", folder / "long.yaml", "--stamp", folder / "stamp")
        assert not (folder / "stamp").exists()
        done = edgeplan.expect(0, "check", folder / "kept.yaml", "--stamp", folder / "stamp", "--json", "--output", folder / "out.json")
        assert (folder / "stamp").exists() and done.stdout == "" and "0 of 3 checks failed" in done.stderr, done.stderr
        assert json.loads((folder / "out.json").read_text(encoding="utf-8"))["summary"]["passed"] == 3
        edgeplan.expect(2, "check", folder / "kept.yaml", "--output", folder / "no" / "where")


def models_lie_beside_the_budget(edgeplan):
    with Folder(own_yaml=KEPT.replace("model: llama-3.2-1b", "config: mine/config.json") % 2048, same_yaml=KEPT % 2048) as folder:
        (folder / "mine").mkdir()
        (folder / "mine" / "config.json").write_bytes((ROOT / "tests" / "data" / "configs" / "llama-3.2-1b.json").read_bytes())
        own, same = (document(edgeplan, "check", folder / name)["plans"][0] for name in ("own.yaml", "same.yaml"))
        assert own["model"] == "chat" and own["memory"] == same["memory"]


BESIDE = """edgeplan: 1
devices: [{id: laptop, target: macbook-pro-m3-max}]
defaults: {runtime: llama.cpp, context: 4096, kv: f16}
models:
  - {id: chat, model: qwen3.5-27b, format: q4_k_m%s}
limits: {memory: {max: 1 GB}, download: {max: 1 GB}, decode: {min: 1 tok/s}}
"""


def models_beside_are_counted(edgeplan):
    """As `fit` counts them; 820 to 1140 MB of Kokoro are measured, and nobody knows its files."""
    beside = ", with: [{role: mtp, model: qwen3.5-27b}, {role: draft, model: qwen3.5-0.8b}%s]"
    with Folder(alone_yaml=BESIDE % "", both_yaml=BESIDE % (beside % ""), three_yaml=BESIDE % (beside % ", {role: tts, model: kokoro-82m}"),
                none_yaml=BESIDE % ", with: [{role: mtp, model: qwen3-4b}]",
                wrong_yaml=BESIDE % ", with: [{role: drafts, model: qwen3-4b}, {role: draft}]") as at:
        alone, both, three = (document(edgeplan, "check", at / name) for name in ("alone.yaml", "both.yaml", "three.yaml"))
        fit = edgeplan.plan("fit", "qwen3.5-27b", "--target", "macbook-pro-m3-max", "--runtime", "llama.cpp", "--format", "q4_k_m", "--kv-k",
                            "f16", "--kv-v", "f16", "--context", "4096", "--with", "qwen3.5-27b:mtp", "--with", "qwen3.5-0.8b:draft")
        assert both["plans"][0]["memory"] == fit["memory"]
        assert [one["role"] for one in both["plans"][0]["extra_models"]] == ["mtp", "draft"]
        value = lambda said, rule: next(check["actual"] for check in said["checks"] if check["rule"] == rule)
        assert value(both, "EP-MEMORY") == fit["memory"]["charged_high_bytes"] > value(alone, "EP-MEMORY")
        assert value(three, "EP-MEMORY") == value(both, "EP-MEMORY") + 1140000000
        small = edgeplan.plan("fit", "qwen3.5-0.8b", "--target", "macbook-pro-m3-max", "--runtime", "llama.cpp", "--format", "q4_k_m")
        files = value(both, "EP-DOWNLOAD") - value(alone, "EP-DOWNLOAD") - small["artefact"]["file_bytes"]
        assert 424.7e6 * 4.5 / 8 < files < 424.7e6 * 6 / 8 + 20e6, files
        assert value(three, "EP-DOWNLOAD") is None
        assert "models[0].with[0].model" in edgeplan.expect(2, "check", at / "none.yaml").stderr
        wrong = edgeplan.expect(2, "check", at / "wrong.yaml").stderr
        assert "unknown word 'drafts'" in wrong and "models[0].with[1]" in wrong, wrong


def hostile_budgets_fail_fast(edgeplan):
    for text in ("", "[" * 100_000, "{" * 100_000, "edgeplan: 1\nmodels: 5\n", "edgeplan: 1\ndevices: [5, [], {}]\nmodels: [x]\n", "\x00",
                 "edgeplan: 1\nmodels: &a [*a]\n", "edgeplan: 1\nwaivers: [[]]\naudience: [1]\ngroups: [~]\n",
                 "edgeplan: 1\ndevices:\n" + "- {id: a, target: iphone-16-pro}\n" * 5000 + "models: [{id: m, model: llama-3.2-1b, format: q4_0}]\n"):
        with Folder(b_yaml=text) as folder:
            edgeplan.expect(2, "check", folder / "b.yaml", seconds=5)


# --- explain, init ----------------------------------------------------------------------------------------------------------------


def explain_says_what_the_page_says(edgeplan):
    page = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
    rules = re.findall(r"^### (EP-[A-Z]+)\n\n(.+?)\n\n", page, re.S | re.M)
    of_gate, of_warnings = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").split("# The rules of warnings")
    listed = re.findall(r"`(EP-[A-Z]+)`", of_gate)
    warnings = re.findall(r"^\* `(EP-[A-Z0-9-]+)`", of_warnings, re.M)
    known = re.findall(r"EP-[A-Z0-9-]+", edgeplan.run("explain", "EP-NOTHING").stderr)[1:]
    assert [rule for rule, _ in rules] == listed == known[:16] and len(rules) == 16
    assert sorted(warnings) == sorted(known[16:]), known
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "lib").glob("*/*.c")]
    printed = {rule for source in sources for rule in re.findall(r'"(EP-[A-Z0-9-]+)"', source)}
    assert printed == set(known), printed ^ set(known)
    for rule in known:
        assert edgeplan.expect(0, "explain", rule.lower()).stdout.startswith(rule + "\n"), rule
    assert "did you mean `EP-PAGING`?" in edgeplan.expect(2, "explain", "EP-PAGIN").stderr
    for rule, text in rules:
        head, said = edgeplan.expect(0, "explain", rule).stdout.split("\n", 1)
        assert head == rule and said.strip() == " ".join(text.split()), rule


def init_writes_what_passes(edgeplan):
    words = ["init", "llama-3.2-1b", "qwen3-0.6b", "--target", "iphone-16-pro", "--target", "macbook-pro-m3-max", "--runtime", "llama.cpp",
             "--format", "q4_0", "--context"]
    with Folder() as folder:
        edgeplan.expect(0, *words, 2048, "--output", folder / "edgeplan.yaml")
        edgeplan.expect(2, *words, 2048, "--output", folder / "edgeplan.yaml")  # what is there stays
        gate = document(edgeplan, "check", folder / "edgeplan.yaml")
        assert not broken(gate["checks"]) and gate["summary"]["warned"] == 0
        memory = [check for check in gate["checks"] if check["rule"] == "EP-MEMORY"]
        assert len(memory) == 4 and 1.25 <= memory[0]["required"] / max(check["actual"] for check in memory) < 1.26
        text = (folder / "edgeplan.yaml").read_text(encoding="utf-8")
        (folder / "edgeplan.yaml").write_text(text.replace("context: 2048", "context: 32768"), encoding="utf-8")
        edgeplan.expect(1, "check", folder / "edgeplan.yaml")


def init_tells_a_mistake_once(edgeplan):
    for option, wrong in (("--runtime", "lama.cpp"), ("--format", "q4km")):
        told = edgeplan.expect(2, "init", "llama-3.2-1b", "--target", "iphone-16-pro", option, wrong).stderr
        assert told.count("\n") == 1 and wrong in told, told


def init_takes_a_folder(edgeplan):
    """A checkpoint's folder stays what it is in the budget, by its description alone or with its tensors."""
    with Folder() as folder:
        (folder / "mine").mkdir()
        config = (ROOT / "tests" / "data" / "configs" / "llama-3.2-1b.json").read_text(encoding="utf-8")
        (folder / "mine" / "config.json").write_text(config, encoding="utf-8")
        edgeplan.expect(0, "init", folder / "mine", "--target", "iphone-16-pro", "--output", folder / "edgeplan.yaml")
        gate = document(edgeplan, "check", folder / "edgeplan.yaml")
        assert not broken(gate["checks"]) and gate["plans"][0]["model"] == "mine", gate["checks"]


def init_names_one_artefact_for_all(edgeplan):
    """A phone of Apple and one of Samsung take no format of each other's own runtimes."""
    with Folder() as folder:
        phones = ["--target", "iphone-16", "--target", "galaxy-s24-ultra"]
        edgeplan.expect(0, "init", "llama-3.2-3b", *phones, "--output", folder / "edgeplan.yaml")
        gate = document(edgeplan, "check", folder / "edgeplan.yaml")
        assert not broken(gate["checks"]), gate["checks"]
        assert len({plan["format"] for plan in gate["plans"]}) == 1 and len(gate["plans"]) == 2, gate["plans"]
    # one device alone, and one of several that can run the model, have what pick says
    best = json.loads(edgeplan.expect(0, "pick", "gpt-oss-20b", "--target", "macbook-pro-m3-max", "--json").stdout)["plans"][0]["format"]
    for more in ([], ["--target", "iphone-16"]):
        assert f"format: {best}}}" in edgeplan.expect(0, "init", "gpt-oss-20b", *more, "--target", "macbook-pro-m3-max").stdout, (best, more)


def a_loss_by_class_is_called_so(edgeplan):
    """MLX's 4 bit is of class c, whose middle is 0.0325 nat."""
    budget = KEPT.replace("llama.cpp", "mlx").replace("q4_0", "mlx-4bit-g64").replace("llama-3.2-1b", "llama-3.1-8b").replace(
        "iphone-16-pro", "mac-m1").replace("memory: {max: 1.5 GB}", "loss: {max: 0.01 nat}") % 4096
    with Folder(edgeplan_yaml=budget) as folder:
        told = edgeplan.expect(1, "check", folder / "edgeplan.yaml").stdout
        assert re.search(r"quality loss of 0\.03\d* nat by its class, at most 0\.01 nat allowed", told), told


TESTS = [exit_codes, a_lock_file_stands_for_its_model, what_is_unknown_beside_what_is_expected, a_version_is_held_against_paths,
         a_folder_is_no_budget, text_points_at_the_budget, json_says_the_same_in_numbers, json_follows_its_schema, a_waiver_ends,
         strict_fails_on_warnings, sarif_has_what_2_1_0_requires, junit_counts_its_cases, github_gets_commands,
         a_baseline_lets_through_what_was_there, what_is_unknown_is_named, newer_firmware_would_pass,
         a_shorter_context_still_holds_the_request, the_same_verdict_of_more_bytes_is_worse, a_registry_alone_is_named,
         a_pinned_registry_is_held, a_stamp_is_made_when_it_passes, models_lie_beside_the_budget, models_beside_are_counted,
         hostile_budgets_fail_fast, explain_says_what_the_page_says, init_writes_what_passes, init_tells_a_mistake_once,
         init_takes_a_folder, init_names_one_artefact_for_all, a_loss_by_class_is_called_so]


if __name__ == "__main__":
    sys.exit(main(TESTS, __doc__))
