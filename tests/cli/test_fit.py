#!/usr/bin/env python3
"""What fit, ceilings, backtest and probe answer on the command line. usage: test_fit.py BINARY   (python3, standard library only)"""
import json
import pathlib
import re
import sys
import tempfile

from test_cli import PHONE, main


def near(value, wanted, share):
    assert value is not None and abs(value - wanted) <= share * wanted, "%s is not %g within %g %%" % (value, wanted, 100 * share)


# --- verdicts: figures from the requirements of the project ---------------------------------------------------------------------


def phone_at_8192_tokens(edgeplan):
    plain = edgeplan.plan(*PHONE, "--context", "8192")
    near(plain["memory"]["charged_high_bytes"], 6.2e9, 0.03)
    near(plain["memory"]["charged_low_bytes"], 1.3e9, 0.08)
    assert plain["verdict"] != "fits", plain["verdict"]
    entitled = edgeplan.plan(*PHONE, "--context", "8192", "--entitlement", "increased-memory")
    assert entitled["verdict"] == "tight", entitled["verdict"]


def phone_at_32768_tokens(edgeplan):
    for kind, wanted in (("f16", 9.4e9), ("q8_0", 7.4e9), ("q4_0", 6.3e9)):
        near(edgeplan.plan(*PHONE, "--context", "32768", "--kv", kind)["memory"]["charged_high_bytes"], wanted, 0.03)


def what_was_not_run_is_derived(edgeplan):
    """The oracle runs llama.cpp on a CPU: its scratch is replayed there, and elsewhere an estimate that rests on no measurement."""
    for target, accelerator, basis, confidence in (("galaxy-s26", "cpu", "rule", "measured"),
                                                   ("galaxy-s26", "gpu", "approximate", "derived"),
                                                   ("mac-m1", "gpu", "approximate", "derived"),
                                                   ("rtx-4060-laptop", "gpu", "approximate", "derived")):
        plan = edgeplan.plan("fit", "llama-3.2-1b", "--target", target, "--runtime", "llama.cpp", "--accelerator", accelerator,
                             "--format", "q4_0")
        assert plan["memory"]["basis"] == basis, (target, plan["memory"]["basis"])
        said = {source["confidence"] for source in plan["sources"] if ".compute" in source["fact"]}
        assert said == {confidence}, (target, accelerator, said)


def no_word_is_empty(edgeplan):
    """What is not known is left out or called so; nothing left is nothing; what a card cannot hold fails and is not paged."""
    for words in (["fit", "llama-3.2-3b", "--target", "chrome-android-pixel-8-pro", "--runtime", "webllm"],
                  ["fit", "llama-3.1-8b", "--target", "rtx-4060-laptop", "--format", "f16"], PHONE + ["--available-bytes", "0"]):
        text = edgeplan.run(*words).stdout
        assert not re.search(r"(basis:|bound by) *[;)\n]|\b1 B\b", text), text
        assert "read from storage" not in text and "RAM of" not in text, text
    plan = edgeplan.plan(*PHONE, "--available-bytes", "0")
    assert plan["budget"]["safe_bytes"] == plan["budget"]["hard_bytes"] == 0, plan["budget"]
    card = edgeplan.plan("fit", "llama-3.1-8b", "--target", "rtx-4060-laptop", "--format", "f16", "--gpu-layers", "14")
    assert card["verdict"] == "fits" and "host" in {said["code"] for said in card["assumptions"]}


def a_reason_is_the_runtimes_own(edgeplan):
    """Where a runtime says of a whole accelerator why it cannot be planned, that is the reason, with a format and without."""
    for format_ in ([], ["--format", "q4_0"]):
        done = edgeplan.expect(2, "fit", "qwen3-0.6b", "--target", "chrome-mac-m4-max", "--runtime", "wllama", "--accelerator", "gpu",
                               *format_)
        assert "WebGPU from 3.1" in done.stderr, done.stderr


def a_row_for_each_entitlement(edgeplan):
    """Also where both say the same, and nowhere else than where there are entitlements."""
    for words in (PHONE, PHONE + ["--app-state", "extension"], PHONE + ["--app-state", "background"], PHONE + ["--entitlement", "none"],
                  ["fit", "llama-3.2-1b", "--target", "ipad-pro-m4"]):
        lines = edgeplan.run(*words).stdout.splitlines()
        first = next(i for i, line in enumerate(lines) if line.startswith("entitlement "))
        assert [line.split()[0] for line in lines[first + 1:first + 3]] == ["none", "increased-memory"], words
    for target in ("galaxy-s26", "mac-m1"):
        assert "entitlement " not in edgeplan.run("fit", "llama-3.2-1b", "--target", target).stdout, target


def exit_codes_follow_the_verdict(edgeplan):
    for words in (PHONE, PHONE + ["--context", "65536"], PHONE + ["--available-bytes", "0"],
                  PHONE + ["--context", "8192", "--entitlement", "increased-memory"], ["fit", "llama-3.2-1b", "--target", "macbook-pro-m3-max"]):
        verdict = edgeplan.plan(*words)["verdict"]
        for strict in ([], ["--strict"]):
            wanted = {"fits": 0, "tight": 1 if strict else 0, "does_not_fit": 1, "unknown": 2}[verdict]
            edgeplan.expect(wanted, *words, *strict)
            edgeplan.expect(wanted, *words, *strict, "--json")
    assert edgeplan.plan(*PHONE, "--available-bytes", "0", code=1)["verdict"] == "does_not_fit"
    edgeplan.expect(0, "fit", "llama-3.2-1b", "--target", "macbook-pro-m3-max", "--strict")


def a_sweep_is_csv(edgeplan):
    lines = edgeplan.expect(0, *PHONE, "--context", "6000", "--context-sweep").stdout.splitlines()
    assert lines[0] == ("context_tokens,total_bytes,charged_low_bytes,charged_high_bytes,verdict,decode_ceiling_tok_per_s,"
                        "decode_low_tok_per_s,decode_tok_per_s,decode_high_tok_per_s"), lines[0]
    rows = [line.split(",") for line in lines[1:]]
    assert [int(row[0]) for row in rows] == [256, 512, 1024, 2048, 4096, 6000], rows
    for row in rows:
        plan = edgeplan.plan(*PHONE, "--context", row[0])
        fields = [plan["memory"][key] for key in lines[0].split(",")[1:4]] + [plan["verdict"]]
        assert list(map(str, fields)) == row[1:5], row
        full = edgeplan.plan(*PHONE, "--context", row[0], "--prompt", "1", "--output", "1", "--cached", str(int(row[0]) - 2))["speed"]
        for key, cell in zip(lines[0].split(",")[5:], row[5:]):
            near(float(cell), full[key], 0.005)  # the table shows three digits
    rates = [float(row[5]) for row in rows]
    assert rates == sorted(rates, reverse=True) and rates[0] > rates[-1], rates  # a longer cache is more to read
    assert len(edgeplan.expect(0, *PHONE, "--context", "1", "--context-sweep").stdout.splitlines()) == 1 + 1
    assert len(edgeplan.expect(0, *PHONE, "--context-sweep").stdout.splitlines()) == 1 + 10  # to the trained 131072 by doublings


def backtest_counts_every_observation(edgeplan):
    done = edgeplan.run("backtest", "--by", "class", "--json", seconds=60)
    assert done.returncode in (0, 1), done.stderr
    document = json.loads(done.stdout)
    assert document["rows"] == sum(group["rows"] for group in document["groups"]) > 50
    shown = edgeplan.run("backtest", "--by", "class", seconds=60).stdout
    assert "median error" in shown and str(document["rows"]) + " rows" in shown
    edgeplan.expect(2, "backtest", "--by", "colour")
    with tempfile.TemporaryDirectory() as folder:
        claimed = pathlib.Path(folder) / "claimed.yaml"
        claimed.write_text("edgeplan_registry: 1.0\nsources:\n  - {id: own, title: own, url: \"https://example.com/\", seen: 2026-11-01}\n"
                           "observations:\n  - {id: too-fast, target: iphone-16-pro, runtime: llama.cpp, accelerator: gpu, "
                           "model: llama-3.1-8b, format: q4_k_m, decode: 1000 tok/s, grade: b, source: own}\n", encoding="utf-8")
        assert json.loads(edgeplan.expect(1, "backtest", "--json", "--observations", claimed).stdout)["above_ceiling"] == ["too-fast"]
        assert "above the ceiling: too-fast\n" in edgeplan.expect(1, "backtest", "--observations", claimed).stdout
        board = pathlib.Path(folder) / "board.yaml"  # whichever is named first, rows lie over the device that they are of
        board.write_text("edgeplan_registry: 1.0\ntargets:\n  - {id: mine, name: Mine, platform: ios, class: phone, chip: apple-a18-pro, "
                         "ram: [8 GiB], runtimes: [llama.cpp], limits: ios, source: hw-a18-17-percent, confidence: assumed}\n",
                         encoding="utf-8")
        claimed.write_text(claimed.read_text(encoding="utf-8").replace("iphone-16-pro", "mine"), encoding="utf-8")
        for words in (("--observations", claimed, "--registry", board), ("--registry", board, "--observations", claimed)):
            assert "above the ceiling: too-fast\n" in edgeplan.expect(1, "backtest", *words).stdout, words


def probe_prints_a_target_that_plans(edgeplan):
    done = edgeplan.expect(0, "probe", seconds=120)
    with tempfile.TemporaryDirectory() as folder:
        block = pathlib.Path(folder) / "host.yaml"
        block.write_text(done.stdout, encoding="utf-8")
        edgeplan.expect(0, "targets", "--validate", block)
        plan = edgeplan.plan("fit", "llama-3.2-1b", "--target", "this-host", "--registry", block, "--format", "q4_0")
        assert plan["speed"]["decode_ceiling_tok_per_s"] > 0.1, plan["speed"]


def the_least_bandwidth_for_a_rate(edgeplan):
    """Needs × ceiling is peak × rate: the ceiling is peak bandwidth over the least traffic."""
    lines = edgeplan.expect(0, "ceilings", "--model", "llama-3.2-3b", "--platform", "jetson", "--min-decode", "30").stdout.splitlines()
    rows = [re.match(r"\S+ +([\d.]+) +([\d.]+) +([\d.]+) ", line) for line in lines[3:]]
    rows = [list(map(float, row.groups())) for row in rows if row]
    assert len(rows) >= 5, lines
    for peak, needs, ceiling in rows:
        near(needs * ceiling, peak * 30, 0.02)


def the_ladder_fits_a_terminal(edgeplan):
    """Every device of the registry in 100 columns, each with its path below it or with what it lacks."""
    for model in ("llama-3.1-8b", "gpt-oss-20b"):
        lines = edgeplan.expect(0, "ceilings", "--model", model).stdout.splitlines()
        assert max(map(len, lines)) <= 100, max(lines, key=len)
        listed = {line.split()[0] for line in lines if line and line[0] != " "}
        devices = set(re.findall(r"^([a-z]\S*)  ", edgeplan.expect(0, "targets").stdout.partition("\n\n")[0].partition("\n")[2], re.M))
        assert len(devices) > 200 and devices <= listed, devices - listed
        assert sum(line.startswith(" ") for line in lines) > 190, len(lines)


TWELVE_LINES = """edgeplan_registry: 1.0
sources: [{id: mine, title: my data sheet}]
targets:
  - id: my-board
    name: My Board
    platform: android
    class: phone
    chip: snapdragon-8-elite
    ram: [12 GiB]
    limits: android
    runtimes: [llama.cpp, genie]
    source: mine
    confidence: cited
"""


def a_device_of_twelve_lines_is_on_the_ladder(edgeplan):
    """Its ceiling is that of a phone with the same chip: the bandwidth is the chip's."""
    assert len(TWELVE_LINES.splitlines()) <= 3 + 10  # a head of three, and the device
    with tempfile.TemporaryDirectory() as folder:
        own = pathlib.Path(folder, "own.yaml")
        own.write_text(TWELVE_LINES, encoding="utf-8")
        plans = json.loads(edgeplan.expect(0, "ceilings", "--model", "llama-3.2-3b", "--registry", own, "--json").stdout)["plans"]
    rate = {plan["target"]: plan["speed"] for plan in plans}
    assert rate["my-board"]["decode_ceiling_tok_per_s"] == rate["galaxy-s25"]["decode_ceiling_tok_per_s"] > 10, rate["my-board"]
    assert 0 < rate["my-board"]["decode_low_tok_per_s"] < rate["my-board"]["decode_high_tok_per_s"], rate["my-board"]


def the_ladder_shows_a_path_that_fits(edgeplan):
    """An 8B in MLX's 4 bits is beyond an iPhone 17 Pro; llama.cpp maps its file and runs."""
    plans = json.loads(edgeplan.expect(0, "ceilings", "--target", "iphone-17-pro", "--json").stdout)["plans"]
    assert plans[0]["runtime"] == "llama.cpp" and plans[0]["speed"]["bound"] != "capacity", plans[0]


def a_compiled_prompt_takes_whole_chunks(edgeplan):
    """Published for a 3B on this phone: 58.016 ms for up to 128 tokens; one more takes a second chunk."""
    words = ("fit", "llama-3.2-3b", "--target", "galaxy-s26", "--runtime", "genie", "--prompt")
    for tokens, chunks in ((1, 1), (128, 1), (129, 2), (256, 2), (1000, 8)):
        speed = edgeplan.plan(*words, tokens, code=0)["speed"]
        assert abs(speed["ttft_seconds"] - chunks * 0.058016) < 1e-9, (tokens, speed["ttft_seconds"])
        assert speed["ttft_low_seconds"] < speed["ttft_seconds"] < speed["ttft_high_seconds"], speed
        assert abs(speed["prefill_tok_per_s"] - tokens / speed["ttft_seconds"]) < 1e-6 * tokens, speed


def what_nobody_measured_is_not_called_measured(edgeplan):
    words = ("--target", "jetson-agx-orin-64gb", "--runtime", "tensorrt-edge-llm")
    dense, mixture = (edgeplan.plan("fit", model, *words) for model in ("qwen3-8b", "qwen3-30b-a3b"))
    assert dense["speed"]["basis"] == "measured" and mixture["speed"]["basis"] == "device", mixture["speed"]
    ends = [p["speed"]["decode_high_tok_per_s"] / p["speed"]["decode_low_tok_per_s"] for p in (dense, mixture)]
    assert ends[0] < ends[1], ends
    assert [a["code"] for a in mixture["assumptions"]].count("experts") == 1, mixture["assumptions"]
    hybrid = edgeplan.plan("fit", "qwen3.5-9b", "--target", "jetson-agx-orin-64gb", "--runtime", "vllm")
    assert hybrid["speed"]["decode_low_tok_per_s"] is None, hybrid["speed"]
    assert "recurrent" in [a["code"] for a in hybrid["assumptions"]], hybrid["assumptions"]


def a_batch_has_its_sequences(edgeplan):
    words = ("fit", "llama-3.1-8b", "--target", "rtx-4090", "--runtime", "llama.cpp", "--batch", 8)
    plan = edgeplan.plan(*words)
    assert plan["request"]["sequences"] == plan["request"]["batch"] == 8, plan["request"]
    assert "batch" in [a["code"] for a in plan["assumptions"]], plan["assumptions"]
    assert edgeplan.plan(*words, "--sequences", 8)["speed"] == plan["speed"]
    one = edgeplan.plan(*words[:-2])
    assert "batch" not in [a["code"] for a in one["assumptions"]]
    ends = [p["speed"]["decode_high_tok_per_s"] / p["speed"]["decode_low_tok_per_s"] for p in (one, plan)]
    assert ends[0] < ends[1], ends                                      # of published batches
    words = ("fit", "llama-3.1-8b", "--target", "jetson-agx-orin-64gb", "--runtime", "vllm", "--batch", 8)
    speed = edgeplan.plan(*words)["speed"]                              # of which there are none here
    assert speed["decode_tok_per_s"] and speed["decode_low_tok_per_s"] is None, speed
    assert "--batch" in edgeplan.expect(2, *words, "--sequences", 4).stderr


def a_kind_of_device_nobody_ran_says_so(edgeplan):
    """No run of a language model on a single-board computer has been published here; of phones there are hundreds."""
    for target, runtime, told in (("raspberry-pi-5", "llama.cpp", True), ("galaxy-s24-ultra", "llama.cpp", False)):
        plan = edgeplan.plan("fit", "llama-3.2-1b", "--target", target, "--runtime", runtime, "--accelerator", "cpu")
        assert plan["speed"]["basis"] == "class", plan["speed"]
        assert ("class" in [a["code"] for a in plan["assumptions"]]) == told, (target, plan["assumptions"])


def most_devices_get_an_answer(edgeplan):
    """The share of devices and browsers that are answered: whether it fits 90 %, how fast 80 %."""
    asked = fit = fast = 0
    for model in ("llama-3.2-1b", "llama-3.2-3b", "llama-3.1-8b"):
        for plan in json.loads(edgeplan.expect(0, "ceilings", "--model", model, "--json").stdout)["plans"]:
            asked += 1
            fit += plan["verdict"] != "unknown"
            fast += plan["speed"]["bound"] == "capacity" or plan["speed"]["decode_low_tok_per_s"] is not None
    assert asked > 600 and fit >= 0.9 * asked and fast >= 0.8 * asked, (asked, fit, fast)


def ones_own_rows_stand_beside_the_estimate(edgeplan):
    words = ("fit", "llama-3.2-3b", "--target", "galaxy-s25", "--runtime", "genie")
    with tempfile.TemporaryDirectory() as folder:
        own = pathlib.Path(folder, "own.yaml")
        own.write_text("edgeplan_registry: 1.0\nsources: [{id: mine, title: my bench}]\nobservations:\n"
                       "  - {id: mine-1, target: galaxy-s25, runtime: genie, accelerator: npu, model: llama-3.2-3b,\n"
                       "     format: qnn-w4a16, decode: 30 tok/s, grade: a, source: mine}\n", encoding="utf-8")
        plan = edgeplan.plan(*words, "--registry", own)
        assert {"decode_tok_per_s": 30, "source": "my bench"} in plan["observed"], plan["observed"]
        assert plan["speed"] == edgeplan.plan(*words)["speed"], "a row is no calibration"
        assert re.search(r"observed +30\.0 tok/s", edgeplan.run(*words, "--registry", own).stdout), "not in the text"
        own.write_text("edgeplan_registry: 1.0\nsources: [{id: mine, title: my bench}]\nruntimes:\n  - id: genie\n    calibrations:\n"
                       "      - {accelerator: npu, targets: [galaxy-s25], eta: 0.5, low: 0.9, high: 1.1, source: mine,\n"
                       "         confidence: measured}\n", encoding="utf-8")
        speed = edgeplan.plan(*words, "--registry", own)["speed"]
        expected = 0.5 * 84.8e9 / speed["traffic_bytes_per_step"]
        assert abs(speed["decode_tok_per_s"] / expected - 1) < 0.01, (speed["decode_tok_per_s"], expected)


def what_changes_nothing_is_said(edgeplan):
    def idle(*words):
        plan = json.loads(edgeplan.run("fit", "llama-3.2-1b", *words, "--json").stdout)["plans"][0]
        return {a["code"] for a in plan["assumptions"] if "changes nothing" in a["message"]}

    asked = ["--no-flash-attention", "--no-mmap", "--entitlement", "increased-memory", "--firmware", "36.4"]
    assert idle("--target", "iphone-16", "--runtime", "mlx", *asked) == {"flash_attention", "mmap", "firmware"}
    assert idle("--target", "iphone-16", "--runtime", "llama.cpp", *asked) == {"firmware"}
    assert idle("--target", "mac-m1", "--runtime", "llama.cpp", *asked) == {"entitlement", "firmware"}
    assert idle("--target", "jetson-orin-nano-super", "--runtime", "llama.cpp", *asked[4:]) == set()
    assert idle("--target", "iphone-16", "--runtime", "mlx", "--entitlement", "none") == set()


def soft_limits_are_named_beside_the_longest_context(edgeplan):
    words = ["fit", "qwen3-1.7b", "--target", "galaxy-s23", "--format", "q4_0", "--os"]
    plan = edgeplan.plan(*words, "17.0")
    told = [a["message"] for a in plan["assumptions"] if a["code"] == "soft_limit"]
    tokens = int(told[0].split(" allows ")[1].split()[0])
    assert len(told) == 1 and "android-17-foreground-8" in told[0] and 0 < tokens < plan["max_context_tokens"], told
    row = r"\nwithin soft limits +%d tokens, ended by android-17-foreground-8\n" % tokens
    assert re.search(row, edgeplan.expect(0, *words, "17.0").stdout)
    for context, keeps in ((tokens, True), (tokens + 256, False)):  # of the expected demand, as the longest context is
        at = edgeplan.plan(*words, "17.0", "--context", context)["memory"]["charged_bytes"]
        assert (at <= 2.25 * 2**30) == keeps, (context, at)
    assert not [a for a in edgeplan.plan(*words, "16.0")["assumptions"] if a["code"] == "soft_limit"]


def an_unknown_type_names_what_the_runtime_takes(edgeplan):
    said = edgeplan.expect(2, "fit", "llama-3.2-1b", "--target", "iphone-16", "--runtime", "mlx", "--kv", "q9").stderr
    assert "`q9` is no TYPE" in said and "MLX (mlx-lm) takes keys and values only as f16, bf16, q8_0, q4_0" in said, said


def another_runtime_may_be_the_fix(edgeplan):
    """What it offers is what it says of that path when asked for it."""
    words = ["fit", "llama-3.1-8b", "--target", "iphone-17-pro", "--json"]
    plan = json.loads(edgeplan.expect(1, *words, "--runtime", "mlx").stdout)["plans"][0]
    offered = {fix["to"]: fix for fix in plan["fixes"] if fix["kind"] == "runtime"}
    fix = offered["llama.cpp gpu q4_0"]
    there = json.loads(edgeplan.expect(0, *words, "--runtime", "llama.cpp", "--accelerator", "gpu", "--format", "q4_0").stdout)["plans"][0]
    assert (fix["verdict"], fix["charged_high_bytes"]) == (there["verdict"], there["memory"]["charged_high_bytes"]) and fix["verdict"] == "tight"


TESTS = [phone_at_8192_tokens, phone_at_32768_tokens, what_was_not_run_is_derived, no_word_is_empty, a_reason_is_the_runtimes_own,
         a_row_for_each_entitlement, exit_codes_follow_the_verdict, a_sweep_is_csv, backtest_counts_every_observation,
         probe_prints_a_target_that_plans, the_least_bandwidth_for_a_rate, the_ladder_fits_a_terminal,
         a_device_of_twelve_lines_is_on_the_ladder, the_ladder_shows_a_path_that_fits, a_compiled_prompt_takes_whole_chunks,
         what_nobody_measured_is_not_called_measured, a_batch_has_its_sequences, a_kind_of_device_nobody_ran_says_so,
         most_devices_get_an_answer, ones_own_rows_stand_beside_the_estimate, what_changes_nothing_is_said,
         soft_limits_are_named_beside_the_longest_context, an_unknown_type_names_what_the_runtime_takes, another_runtime_may_be_the_fix]


if __name__ == "__main__":
    sys.exit(main(TESTS, __doc__))
