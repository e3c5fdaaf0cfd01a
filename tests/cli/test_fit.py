#!/usr/bin/env python3
"""What fit, ceilings, backtest, probe and voice answer on the command line. usage: test_fit.py BINARY   (python3, standard library only)"""
import json
import os
import pathlib
import re
import struct
import sys
import tempfile

from test_cli import PHONE, ROOT, main


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


def stages(document):
    return {stage["stage"]: stage for stage in document["voice"]["stages"] + [document["voice"]["first_text"], document["voice"]["first_audio"]]}


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


def voice(edgeplan, *words):
    return json.loads(edgeplan.run("voice", *words, "--json").stdout)["voice"]


def a_voice_loop_is_timed(edgeplan):
    """Published passes: Whisper-small w8a16 27.9 and 4.3 ms, a 3B's first token 58.0 ms; large-v3-turbo on an X Elite 580.5 ms alone."""
    words = ("voice", "--tts", "kokoro-82m", "--llm", "llama-3.2-3b", "--json")
    done = edgeplan.expect(2, *words, "--target", "galaxy-s26", "--stt", "whisper-small@qnn-w8a16")
    first = stages(json.loads(done.stdout))
    assert abs(first["first text"]["seconds"] - (0.0279 + 10 * 0.0043 + 0.0580 + 0.001)) < 0.002, first["first text"]
    assert first["speech synthesis"]["seconds"] is None and first["first sound"]["seconds"] is None, first
    slow = edgeplan.expect(1, *words, "--target", "snapdragon-x-elite-laptop", "--stt", "whisper-large-v3-turbo")
    assert stages(json.loads(slow.stdout))["first text"]["low_seconds"] > 0.5, slow.stdout
    whole = edgeplan.expect(0, *words, "--target", "oneplus-12", "--stt", "whisper-tiny", "--max-first-audio", "9s")
    document = json.loads(whole.stdout)["voice"]
    assert document["missing"] == [] and document["charged_high_bytes"] > 2e9 and document["changes"] == [], document


SPEECH_ROW = re.compile(r"- \{id: speech-.*?\}\n", re.S)
SECONDS = {"ms": 1e-3, "s": 1.0}


def speech_rows(edgeplan):
    """What the registry's rows of speech say, read without the library."""
    chips, rows = {}, []
    for text in SPEECH_ROW.findall((ROOT / "lib" / "registry" / "observations.yaml").read_text(encoding="utf-8")):
        row = dict(re.findall(r"(\w+): ([^,{}\"]+)", text.split("note:")[0]))
        if row["target"] not in chips:
            chips[row["target"]] = re.search(r"^ *chip: (\S+)", edgeplan.run("targets", "--show", row["target"]).stdout, re.M).group(1)
        value, unit = row["encode"].split()
        rows.append({"path": (chips[row["target"]], row["runtime"], row["accelerator"], row["model"], row.get("format")),
                     "pass": float(value) * SECONDS[unit], "rate": float(row["decode"].split()[0]) if "decode" in row else None})
    return rows


def repeats(rows, time):
    groups = {}
    for row in rows:
        groups.setdefault(row["path"], []).append(time(row))
    return {path: sorted(times) for path, times in groups.items()}


def a_stage_is_as_wide_as_what_was_published(edgeplan):
    rows = speech_rows(edgeplan)
    heard = repeats([row for row in rows if row["rate"]], lambda row: row["pass"] + 10 / row["rate"])
    words = ("--target", "galaxy-s26", "--llm", "llama-3.2-3b", "--tts", "melotts-en", "--stt")
    for model in ("whisper-small@qnn-w8a16", "whisper-large-v3-turbo@qnn-f16"):
        name, form = model.split("@")
        runs = next(times for path, times in heard.items() if path[0] == "snapdragon-8-elite-gen-5" and path[3:] == (name, form))
        stage = voice(edgeplan, *words, model)["stages"][1]
        assert len(runs) >= 3 and stage["low_seconds"] < stage["seconds"] < stage["high_seconds"], (runs, stage)
        for key, wanted in (("low_seconds", runs[0]), ("seconds", runs[len(runs) // 2]), ("high_seconds", runs[-1])):
            near(stage[key], wanted, 1e-9)
    passes = repeats(rows, lambda row: row["pass"])  # one run or two are as wide as four of five of all that were repeated
    ratios = sorted(time / times[len(times) // 2] for times in passes.values() if len(times) > 1 for time in times)
    low, high = ratios[int(0.1 * (len(ratios) - 1) + 0.5)], ratios[int(0.9 * (len(ratios) - 1) + 0.5)]
    stage = voice(edgeplan, *words, "whisper-tiny")["stages"][4]
    runs = next(times for path, times in passes.items() if path[0] == "snapdragon-8-elite-gen-5" and path[3] == "melotts-en")
    assert len(runs) == 2 and f" {len(ratios)} repeated runs" in stage["basis"], (runs, stage)
    near(stage["seconds"], runs[1], 1e-9)
    near(stage["low_seconds"], min(runs[0], runs[1] * low), 1e-9)
    near(stage["high_seconds"], max(runs[1], runs[1] * high), 1e-9)


def a_change_is_what_the_loop_becomes(edgeplan):
    """Each change planned as the loop itself gives its figure, and one token of prompt more is too late."""
    base = {"--target": "galaxy-s26", "--llm": "llama-3.2-1b", "--stt": "whisper-small@qnn-w8a16", "--tts": "melotts-en",
            "--prompt": "1500", "--max-first-audio": "600ms"}

    def planned(**other):
        return voice(edgeplan, *sum({**base, **{"--" + key: value for key, value in other.items()}}.items(), ()))

    changes = planned()["changes"]
    assert {"prompt", "cached_prefix"} <= {change["kind"] for change in changes} and all(change["in_time"] for change in changes), changes
    assert [c["first_audio_seconds"] for c in changes] == sorted(c["first_audio_seconds"] for c in changes), changes
    for change in changes:
        assert change["first_audio_seconds"] <= 0.6 and change["verdict"] in ("fits", "tight"), change
    by_kind = {change["kind"]: change for change in changes}
    tokens = int(by_kind["prompt"]["to"].split()[0])
    assert planned(prompt=str(tokens))["first_audio"]["seconds"] == by_kind["prompt"]["first_audio_seconds"], by_kind
    assert planned(prompt=str(tokens + 1))["first_audio"]["seconds"] > 0.6, tokens
    assert planned(prompt="10", cached="1490")["first_audio"]["seconds"] == by_kind["cached_prefix"]["first_audio_seconds"], by_kind
    slow = planned(**{"stt": "whisper-large-v3-turbo", "llm": "llama-3.2-3b,qwen3-0.6b", "prompt": "128", "max-first-audio": "800ms"})["changes"]
    kinds = {change["kind"] for change in slow}
    assert {"stt", "llm", "clause"} <= kinds and any(change["to"] == "llama-3.2-1b" for change in slow), slow
    for change in slow:
        if change["kind"] in ("stt", "llm"):
            again = planned(**{"stt": "whisper-large-v3-turbo", "llm": "llama-3.2-3b", "prompt": "128", change["kind"]: change["to"]})
            assert again["first_audio"]["seconds"] == change["first_audio_seconds"], (change, again["first_audio"])
    *none, together = planned(prompt="128", llm="llama-3.2-3b", stt="whisper-large-v3-turbo", **{"max-first-audio": "100ms"})["changes"]
    assert together["kind"] == "together", together
    assert none and not any(change["in_time"] for change in none), none
    assert len({change["kind"] for change in none}) == len(none), "not one of each kind"
    assert together["first_audio_seconds"] < min(change["first_audio_seconds"] for change in none), (together, none)
    assert all(change["to"] in together["to"] for change in none if change["kind"] in ("stt", "llm")), together


def another_engine_is_a_change(edgeplan):
    """The path of the loop has a published first token; another engine of another runtime is expected to be faster."""
    words = ("--target", "galaxy-s24-ultra", "--llm", "llama-3.2-3b", "--stt", "whisper-tiny", "--tts", "kokoro-82m")
    (path,) = [change for change in voice(edgeplan, *words)["changes"] if change["kind"] == "format"]
    runtime, engine, form = path["to"].split()
    again = voice(edgeplan, *words, "--runtime", runtime, "--accelerator", engine, "--format", form)
    assert again["first_audio"]["seconds"] == path["first_audio_seconds"] < voice(edgeplan, *words)["first_audio"]["seconds"], path


def a_compiled_prompt_takes_whole_chunks(edgeplan):
    """Published for a 3B on this phone: 58.016 ms for up to 128 tokens; one more takes a second chunk."""
    words = ("fit", "llama-3.2-3b", "--target", "galaxy-s26", "--runtime", "genie", "--prompt")
    for tokens, chunks in ((1, 1), (128, 1), (129, 2), (256, 2), (1000, 8)):
        speed = edgeplan.plan(*words, tokens, code=0)["speed"]
        assert abs(speed["ttft_seconds"] - chunks * 0.058016) < 1e-9, (tokens, speed["ttft_seconds"])
        assert speed["ttft_low_seconds"] < speed["ttft_seconds"] < speed["ttft_high_seconds"], speed
        assert abs(speed["prefill_tok_per_s"] - tokens / speed["ttft_seconds"]) < 1e-6 * tokens, speed


def a_voice_that_does_not_fit_says_so(edgeplan):
    words = ("voice", "--target", "iphone-17-pro", "--llm", "llama-3.1-8b", "--format", "mlx-4bit-g64", "--stt", "whisper-small",
             "--tts", "kokoro-82m")
    done = edgeplan.expect(1, *words)
    assert done.stdout.startswith("DOES NOT FIT") and "no calibration" not in done.stdout, done.stdout
    assert "the language model does not fit" in done.stdout, done.stdout


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


def a_draft_that_is_too_slow_always_loses(edgeplan):
    done = edgeplan.run("fit", "llama-3.2-1b", "--target", "galaxy-s24-ultra", "--runtime", "llama.cpp", "--accelerator", "cpu",
                        "--with", "llama-3.2-3b:draft", "--draft-tokens", 4, "--acceptance", 0.5)
    assert "it loses however fast verifying is" in done.stdout and "0 plain" not in done.stdout, done.stdout + done.stderr


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


def a_model_beside_it_counts(edgeplan):
    words = ("fit", "llama-3.2-3b", "--target", "galaxy-s26", "--runtime", "genie", "--json")
    alone = json.loads(edgeplan.expect(0, *words).stdout)["plans"][0]["memory"]
    plan = json.loads(edgeplan.expect(0, *words, "--with", "whisper-small:stt").stdout)["plans"][0]
    both, extra = plan["memory"], plan["extra_models"]
    assert [(one["role"], one["model"], one["runtime"], one["total_bytes"]) for one in extra] == [
        ("stt", "whisper-small", "qnn", both["extra_models_bytes"])], extra
    row = next(line for line in edgeplan.expect(0, *words[:-1], "--with", "whisper-small:stt").stdout.splitlines() if line.startswith("stt "))
    assert "whisper-small" in row and f"{extra[0]['runtime']} " in row and extra[0]["format"] in row, row
    assert alone["extra_models_bytes"] == 0 and both["extra_models_bytes"] > 241734912, both
    assert both["total_bytes"] - alone["total_bytes"] == both["extra_models_bytes"], (alone, both)
    spoken = json.loads(edgeplan.expect(0, *words, "--with", "kokoro-82m:tts").stdout)["plans"][0]
    assert spoken["extra_models"] == [{"role": "tts", "model": "kokoro-82m", "total_low_bytes": 820000000, "total_bytes": 980000000,
                                       "total_high_bytes": 1140000000}], spoken["extra_models"]
    assert any("memory-usage" in (source["url"] or "") for source in spoken["sources"]), spoken["sources"]
    assert edgeplan.run(*words, "--with", "whisper-small:parrot").returncode == 2


def a_projector_counts_as_its_file_is(edgeplan):
    """27 matrices of 4304 by 1152 in F16; what an encoder needs whose projector is not named is not known, so nothing fits for sure."""
    name, at = "general.architecture", lambda text: struct.pack("<Q", len(text)) + text.encode()
    tensors = b"".join(at(f"v.blk.{i}.ffn_down.weight") + struct.pack("<IQQIQ", 2, 4304, 1152, 1, i * 4304 * 1152 * 2) for i in range(27))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "mmproj.gguf")
        with open(path, "wb") as file:
            file.write(b"GGUF" + struct.pack("<IQQ", 3, 27, 1) + at(name) + struct.pack("<I", 8) + at("clip") + tensors)
        words = ("fit", "qwen3-4b", "--target", "macbook-pro-m3-max", "--runtime", "llama.cpp", "--json")
        alone = json.loads(edgeplan.expect(0, *words).stdout)["plans"][0]
        both = json.loads(edgeplan.expect(0, *words, "--with", path + ":projector").stdout)["plans"][0]
        extra = both["memory"]["extra_models_bytes"] - 27 * 4304 * 1152 * 2
        assert 0 <= extra < 1e6, extra
        assert alone["verdict"] == "fits" and both["verdict"] == "tight", both["verdict_reason"]
        assert any("working memory of an encoder" in line for line in both["missing"]), both["missing"]
        known = edgeplan.plan("fit", "qwen3.5-27b", *words[2:6], "--format", "f16", "--with", "qwen3.5-27b:projector")
        (tower,) = known["extra_models"]  # 460,730,096 parameters and the scratch of 8464 patches, 260 MB as llama.cpp reserves it
        assert tower["total_low_bytes"] < 2 * 460730096 + 260149504 < tower["total_high_bytes"], tower
        assert "describes no tower" in edgeplan.expect(2, *words, "--with", "qwen3-4b:projector").stderr


def further_tokens_come_from_the_registry(edgeplan):
    """424,699,392 parameters in 16 bits beside the model, and 4096 tokens of 4 heads of 256 keys and values."""
    words = ("fit", "qwen3.5-27b", "--target", "macbook-pro-m3-max", "--runtime", "llama.cpp", "--format", "f16", "--json")
    plan = json.loads(edgeplan.run(*words, "--with", "qwen3.5-27b:mtp").stdout)["plans"][0]
    (beside,) = plan["extra_models"]
    assert beside["role"] == "mtp", beside
    assert 0 <= beside["total_low_bytes"] - 2 * 424699392 - 4096 * 4 * 512 * 2 < 200e6, beside
    assert "no layers predict further tokens" in edgeplan.expect(2, *words, "--with", "qwen3-4b:mtp").stderr


def a_draft_gains_or_loses(edgeplan):
    """(1 - 0.9^5) / 0.1 = 4.0951 tokens a round; experts of a sparse model differ from token to token, so its round costs more."""
    words = ("fit", "llama-3.1-8b", "--target", "macbook-pro-m3-max", "--format", "q4_k_m", "--with", "llama-3.2-1b:draft", "--acceptance")
    kept = edgeplan.expect(0, *words, "0.9").stdout
    assert "4.10 kept a round, a gain at best" in kept, kept
    assert "a loss even at best" in edgeplan.expect(0, *words, "0.3").stdout
    told = json.loads(edgeplan.expect(0, *words, "0.9", "--json").stdout)["drafting"]
    assert (told["role"], told["draft_tokens"], told["acceptance_fraction"], round(told["kept_tokens_per_round"], 4)) == ("draft", 4, 0.9, 4.0951), told
    assert abs(told["decode_factor_high"] * (4 * told["draft_steps"] + told["verify_low_steps"]) / 4.0951 - 1) < 1e-6, told
    assert abs(told["verify_most_steps"] + 4 * told["draft_steps"] - 4.0951) < 1e-6, told
    untold = json.loads(edgeplan.expect(0, *words[:-1], "--json").stdout)["drafting"]
    assert untold["draft_steps"] == told["draft_steps"] and untold["decode_factor_high"] is None is untold["acceptance_fraction"], untold
    batch = json.loads(edgeplan.expect(0, *words, "0.9", "--batch", "2", "--sequences", "2", "--json").stdout)["drafting"]
    assert batch["draft_steps"] is None and batch["draft_tokens"] == 4, batch
    other = (*words[:-2], "qwen3-0.6b:draft")
    assert "vocabularies differ (128256 and 151936 tokens)" in edgeplan.expect(0, *other).stdout and "vocabular" not in kept, kept
    assert told["same_vocabulary"] and not json.loads(edgeplan.expect(0, *other, "--json").stdout)["drafting"]["same_vocabulary"]
    for wrong in (("1.9",), ("-0.1",), ("0.5", "--draft-tokens", "65"), ("0.5", "--draft-tokens", "0")):  # no speed-up can be told of these
        edgeplan.expect(2, *words, *wrong)
    assert "verified in 1" in kept, kept
    sparse = edgeplan.expect(0, "fit", "qwen3-30b-a3b", *words[2:4], "--format", "q4_k_m", "--with", "qwen3-0.6b:draft").stdout
    further = edgeplan.run("fit", "qwen3.5-27b", *words[2:6], "--with", "qwen3.5-27b:mtp", "--draft-tokens", "1", "--acceptance", "0.8").stdout
    share = float(further.split("drafted at ")[1].split()[0])  # its layer and the shared head of 26.9e9 parameters, at best
    assert 0.4247 / 26.9 + 0.03 < share < 0.2, further
    assert "1.80 kept a round, a gain at best" in further, further
    cost = float(sparse.split("verified in ")[1].split()[0])
    assert 2 < cost < 5, sparse  # 5 tokens reach 35 of 128 experts, 4.4 times the 8 of one


def layers_are_shared_out(edgeplan):
    laptop = ["fit", "qwen3-14b", "--target", "rtx-4060-laptop", "--format", "q4_k_m", "--context", "8192"]
    whole = edgeplan.plan(*laptop, code=1)
    assert whole["request"]["gpu_layers"] is None and "memory_device" not in whole
    most = next(int(fix["to"]) for fix in whole["fixes"] if fix["kind"] == "gpu_layers" and fix["verdict"] == "fits")
    part = edgeplan.plan(*laptop, "--gpu-layers", most, code=0)
    assert part["request"]["gpu_layers"] == most
    for key in ("weights_bytes", "kv_bytes", "compute_bytes", "total_bytes"):
        assert part["memory_host"][key] + part["memory_device"][key] == part["memory"][key], key
        assert part["memory_host"][key] > 0 and part["memory_device"][key] > 0, key
    text = edgeplan.expect(0, *laptop, "--gpu-layers", most).stdout
    assert "on the host" in text and "on the accelerator" in text and "speed with layers on two engines" in text
    assert ", %d layers on the gpu\n" % most in text
    assert edgeplan.plan(*laptop, "--gpu-layers", "auto", code=0) == part
    assert edgeplan.plan(*laptop, "--gpu-layers", most + 1)["verdict"] != "fits"
    small = edgeplan.plan("fit", "llama-3.2-1b", *laptop[2:], "--gpu-layers", "auto", code=0)  # all of it fits
    assert small["request"]["gpu_layers"] == 17 and small["memory_host"]["kv_bytes"] == 0 and small["verdict"] == "fits"
    idle = edgeplan.plan("fit", "qwen3-0.6b", "--target", "iphone-16", "--runtime", "mlx", "--gpu-layers", "auto")
    assert idle["request"]["gpu_layers"] is None and any(a["code"] == "gpu_layers" for a in idle["assumptions"])
    assert "--gpu-layers: `auto` is no N" in edgeplan.expect(2, "pick", *laptop[1:], "--gpu-layers", "auto").stderr
    none = edgeplan.plan(*laptop, "--gpu-layers", "0", code=0)
    assert none["request"]["gpu_layers"] == 0 and none["memory_device"]["weights_bytes"] == 0
    phone = edgeplan.plan("fit", "qwen3-0.6b", "--target", "iphone-16", "--runtime", "mlx", "--gpu-layers", "3")
    assert phone["request"]["gpu_layers"] is None and any(a["code"] == "gpu_layers" for a in phone["assumptions"])
    mlx = ["fit", "llama-3.2-1b", "--target", "macbook-pro-m3-max", "--runtime", "mlx", "--json"]
    for preset, said in (("server", True), ("cli", False)):
        plan = json.loads(edgeplan.expect(0, *mlx, "--preset", preset).stdout)["plans"][0]
        assert any(a["code"] == "preset" and "no such preset" in a["message"] for a in plan["assumptions"]) == said, preset


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
         a_device_of_twelve_lines_is_on_the_ladder, the_ladder_shows_a_path_that_fits, a_voice_loop_is_timed,
         a_stage_is_as_wide_as_what_was_published, a_change_is_what_the_loop_becomes, another_engine_is_a_change, a_compiled_prompt_takes_whole_chunks,
         a_voice_that_does_not_fit_says_so, what_nobody_measured_is_not_called_measured, a_batch_has_its_sequences,
         a_kind_of_device_nobody_ran_says_so, a_draft_that_is_too_slow_always_loses, most_devices_get_an_answer,
         ones_own_rows_stand_beside_the_estimate, a_model_beside_it_counts, a_projector_counts_as_its_file_is,
         further_tokens_come_from_the_registry, a_draft_gains_or_loses, layers_are_shared_out, what_changes_nothing_is_said,
         soft_limits_are_named_beside_the_longest_context, an_unknown_type_names_what_the_runtime_takes, another_runtime_may_be_the_fix]


if __name__ == "__main__":
    sys.exit(main(TESTS, __doc__))
