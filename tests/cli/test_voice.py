#!/usr/bin/env python3
"""What voice answers on the command line. usage: test_voice.py BINARY   (python3, standard library only)"""
import json
import re
import sys

from test_cli import ROOT, main
from test_fit import near

SPEECH_ROW = re.compile(r"- \{id: speech-.*?\}\n", re.S)
SECONDS = {"ms": 1e-3, "s": 1.0}


def stages(document):
    return {stage["stage"]: stage for stage in document["voice"]["stages"] + [document["voice"]["first_text"], document["voice"]["first_audio"]]}


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


def a_speech_model_is_one_of_the_registry(edgeplan):
    """Misspelt it is told; called by an alias it has the same measurements."""
    words = ["voice", "--target", "galaxy-s26", "--llm", "llama-3.2-3b"]
    for stt, tts, says in (("whisper-smal", "kokoro-82m", "--stt: no model `whisper-smal` in the registry; did you mean `whisper-small`?"),
                           ("whisper-small", "kokoro", "--tts: no model `kokoro` in the registry; did you mean `kokoro-82m`?"),
                           ("whisper-small@qnn-w8a61", "kokoro-82m", "--stt: no format `qnn-w8a61`; did you mean `qnn-w8a16`?")):
        done = edgeplan.expect(2, *words, "--stt", stt, "--tts", tts)
        assert says in done.stderr and done.stdout == "", done.stderr
    spoken = [edgeplan.run(*words, "--tts", "kokoro-82m", "--json", "--stt", stt).stdout for stt in ("whisper-small", "openai/whisper-small")]
    assert stages(json.loads(spoken[0])) == stages(json.loads(spoken[1])) and json.loads(spoken[0])["voice"]["first_text"]["seconds"], spoken


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


def a_mac_is_timed(edgeplan):
    """Of whisper.cpp's bench on an M4 Max 62.59 ms and 2.78 ms a token are the middle of four; Kokoro speaks 350 characters a second there, the
    ten tokens of a clause in 10/22 of what 88 take. Nobody published a voice on an M1 Pro."""
    words = ("voice", "--llm", "llama-3.2-3b", "--stt", "whisper-small", "--tts", "kokoro-82m", "--json")
    told = stages(json.loads(edgeplan.expect(0, *words, "--target", "mac-m4-max").stdout))
    near(told["speech to text"]["seconds"], 0.06259 + 10 * 0.00278, 1e-3)
    near(told["speech synthesis"]["seconds"], 88 / 350 * 10 / 22, 1e-2)
    half = json.loads(edgeplan.expect(2, *words, "--target", "mac-m1-pro").stdout)
    assert stages(half)["speech to text"]["seconds"] > 0.2 and stages(half)["first sound"]["seconds"] is None, half
    assert [change["to"] for change in half["voice"]["changes"] if change["kind"] == "stt"] == ["whisper-tiny"], half["voice"]["changes"]


def another_engine_is_a_change(edgeplan):
    """The path of the loop has a published first token; another engine of another runtime is expected to be faster."""
    words = ("--target", "galaxy-s24-ultra", "--llm", "llama-3.2-3b", "--stt", "whisper-tiny", "--tts", "kokoro-82m")
    (path,) = [change for change in voice(edgeplan, *words)["changes"] if change["kind"] == "format"]
    runtime, engine, form = path["to"].split()
    again = voice(edgeplan, *words, "--runtime", runtime, "--accelerator", engine, "--format", form)
    assert again["first_audio"]["seconds"] == path["first_audio_seconds"] < voice(edgeplan, *words)["first_audio"]["seconds"], path


def a_voice_that_does_not_fit_says_so(edgeplan):
    words = ("voice", "--target", "iphone-17-pro", "--llm", "llama-3.1-8b", "--format", "mlx-4bit-g64", "--stt", "whisper-small",
             "--tts", "kokoro-82m")
    done = edgeplan.expect(1, *words)
    assert done.stdout.startswith("DOES NOT FIT") and "no calibration" not in done.stdout, done.stdout
    assert "the language model does not fit" in done.stdout, done.stdout


TESTS = [a_voice_loop_is_timed, a_speech_model_is_one_of_the_registry, a_stage_is_as_wide_as_what_was_published,
         a_change_is_what_the_loop_becomes, a_mac_is_timed,
         another_engine_is_a_change, a_voice_that_does_not_fit_says_so]


if __name__ == "__main__":
    sys.exit(main(TESTS, __doc__))
