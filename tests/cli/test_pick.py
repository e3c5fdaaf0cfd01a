#!/usr/bin/env python3
"""What pick says on the command line. usage: test_pick.py BINARY   (python3, standard library only; node for one)"""
import json
import math
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

from test_cli import HERE, Skip, llama_3_2_1b, main

AUDIENCE = 'device,share\n"iPhone17,1",0.3\ngalaxy-s24-ultra,20%\nchrome-mac-m3,0.1\nSomething Else,0.1\niphone-12,0.2\n'


def pick_says_0_1_or_2(edgeplan):
    edgeplan.expect(0, "pick", "llama-3.2-1b", "--target", "macbook-pro-m3-max")
    done = edgeplan.expect(1, "pick", "llama-3.1-8b", "--target", "macbook-pro-m3-max", "--runtime", "mlx", "--max-download-bytes", "1000")
    assert "nothing meets what is asked for" in done.stdout, done.stdout
    with tempfile.TemporaryDirectory() as folder: # a device whose limits nobody knows
        path = pathlib.Path(folder) / "new.yaml"
        path.write_text("edgeplan_registry: 1.0\nsources: [{id: s, title: A sheet, url: \"https://example.com\", seen: 2026-11-27}]\n"
                        "targets:\n  - {id: new, name: New, platform: android, class: phone, chip: snapdragon-8-elite, ram: [8 GiB],\n"
                        "     runtimes: [llama.cpp], source: s, confidence: cited}\n", encoding="utf-8")
        done = edgeplan.expect(2, "pick", "llama-3.1-8b", "--target", "new", "--registry", path)
    assert "cannot be decided" in done.stdout, done.stdout
    for bound, lacks in (("--max-ttft", "time to the first token"), ("--max-first-load", "read rate of storage")):
        done = edgeplan.expect(2, "pick", "llama-3.2-3b", "--target", "iphone-16-pro", bound, "2")
        assert f"cannot be decided: no {lacks}" in done.stdout and "ship" not in done.stdout, done.stdout


def who_hears_is_exported_as_such(edgeplan):
    """The README of ExecuTorch's Whisper exports it by the task automatic-speech-recognition."""
    done = edgeplan.expect(0, "pick", "whisper-small", "--target", "iphone-16", "--runtime", "executorch")
    assert "--task automatic-speech-recognition " in done.stdout and "text-generation" not in done.stdout, done.stdout


def what_was_published_in_4_bits_runs_as_it_is(edgeplan):
    """vLLM's recipe of gpt-oss: works on Ampere by default (rt-vllm-gpt-oss)."""
    for target in ("jetson-agx-orin-64gb", "jetson-agx-thor-t5000"):
        done = edgeplan.expect(0, "pick", "gpt-oss-20b", "--target", target, "--runtime", "vllm", "--format", "mxfp4-experts")
        assert "     vllm serve openai/gpt-oss-20b " in done.stdout, done.stdout
    done = edgeplan.expect(0, "pick", "gpt-oss-20b", "--target", "macbook-pro-m3-max", "--runtime", "mlx", "--format", "mlx-4bit-g64")
    assert re.search(r"mlx_lm.convert --hf-path openai/gpt-oss-20b .* -d\n", done.stdout), done.stdout # quantize_model leaves MXFP4 alone


def what_makes_it_tight_is_said(edgeplan):
    """Jetson Linux 36.5 lifts what NvMap grants (lim-jetson-nvmap); on an iPhone nobody knows whether mapped weights count."""
    done = edgeplan.expect(0, "pick", "llama-3.2-1b", "--target", "jetson-orin-nano-super")
    assert "\n  tight until firmware 36.5 (jetson-orin-nano-nvmap): " in done.stdout, done.stdout
    done = edgeplan.expect(0, "pick", "llama-3.2-1b", "--target", "jetson-orin-nano-super", "--firmware", "36.5")
    assert "tight" not in done.stdout.split("how to make it")[0], done.stdout
    done = edgeplan.expect(0, "pick", "llama-3.1-8b", "--target", "iphone-16-pro")
    assert "\n  tight (ios-8gb): " in done.stdout, done.stdout


def an_older_system_has_fewer_paths(edgeplan):
    """Core AI comes with iOS 27, WebGPU with Chrome 113 and Safari 26, shader-f16 with Chrome 120 (lim-mdn-bcd)."""
    def paths(model, target, version, *more):
        done = edgeplan.run("pick", model, "--target", target, "--os", version, "--all", "--json", *more)
        document = json.loads(done.stdout)
        return {plan["format"] for plan in document["plans"]}, "\n".join(out["reason"] for out in document["rejected"])

    on_npu = {version: paths("qwen3-4b", "iphone-17-pro", version, "--accelerator", "npu") for version in ("26.0", "27.0")}
    assert "coreai-4bit-palettized" in on_npu["27.0"][0] and "coreai-4bit-palettized" not in on_npu["26.0"][0], on_npu
    assert "needs a newer operating system, from 27.0" in on_npu["26.0"][1], on_npu
    for target, version, says in (("chrome-mac-m3", "100", "needs webgpu, from 113.0"),
                                  ("safari-iphone-16", "18.2", "needs webgpu, from 26.0"),
                                  ("chrome-android-pixel-6a", "120", "needs webgpu, from 121.0")):
        formats, reasons = paths("llama-3.2-1b", target, version)
        assert not any(name.startswith(("mlc-", "tjs-q4f16")) for name in formats), (target, formats)
        assert says in reasons, (target, reasons)
    formats, reasons = paths("llama-3.2-1b", "chrome-mac-m3", "115")
    assert "mlc-q4f32_1" in formats and "mlc-q4f16_1" not in formats, formats
    assert "needs shader-f16, from 120.0" in reasons, reasons
    plan = json.loads(edgeplan.expect(0, "fit", "llama-3.2-1b", "--target", "chrome-mac-m3", "--os", "100", "--json").stdout)["plans"][0]
    assert plan["accelerator"] == "cpu", plan["accelerator"]
    assert any("figures are those of 134.0 to 157.0" in one["message"] for one in plan["assumptions"]), plan["assumptions"]
    edgeplan.expect(2, "fit", "llama-3.2-1b", "--target", "chrome-mac-m3", "--os", "100", "--runtime", "webllm")


def the_largest_model_at_a_rate(edgeplan):
    """None larger keeps the rate, as asking each model says."""
    words = ["--target", "iphone-16", "--context", "4096", "--min-decode", "20", "--json"]
    found = json.loads(edgeplan.expect(0, "pick", "largest", *words).stdout)["plans"][0]["model"]
    sizes = {}
    for line in edgeplan.expect(0, "models").stdout.splitlines()[1:]:
        size = re.match(r"(\S+) .* ([\d.]+) B ", line)
        if size:
            sizes[size[1]] = float(size[2])
    assert len(sizes) > 90, len(sizes)
    larger = [model for model in sizes if sizes[model] > sizes[found] * 1.01]
    assert len(larger) > 10, larger
    for model in larger:
        done = edgeplan.run("pick", model, *words)  # 2: of some path nobody knows the rate
        assert done.returncode in (1, 2) and json.loads(done.stdout)["plans"] == [], (model, done)
    edgeplan.expect(1, "pick", "largest", "--target", "iphone-16", "--runtime", "mlx", "--min-decode", "100000")
    # one that was not trained for the context is none, however few bytes its window keeps
    reach = json.loads(edgeplan.run("models", "--show", "phi-mini-moe", "--json").stdout)["trained_context_tokens"]
    words = ["pick", "llama-3.2-1b", "--target", "iphone-16", "--context"]
    assert reach < 1000000 and "phi-mini-moe" not in edgeplan.expect(1, *words, "1000000").stdout
    strict = edgeplan.expect(1, "pick", "llama-3.1-8b", "--target", "iphone-13", "--strict").stdout
    assert strict.startswith("iPhone 13: nothing surely fits; the best is "), strict


def pick_tells_winners_apart(edgeplan):
    """Of the plans with both rates known, and of no other."""
    document = json.loads(edgeplan.expect(0, "pick", "llama-3.1-8b", "--target", "rtx-4090", "--json").stdout)
    rates = {plan["rank"]: (plan["speed"]["decode_tok_per_s"], plan["speed"]["prefill_tok_per_s"]) for plan in document["plans"]}
    assert any(None in pair for pair in rates.values()), rates
    known = {rank: pair for rank, pair in rates.items() if None not in pair}
    decodes, prefills = (max(known, key=lambda rank, i=i: known[rank][i]) for i in (0, 1))
    assert known[decodes][0] > 1.5 * known[prefills][0] or known[prefills][1] > 1.5 * known[decodes][1], known
    assert document["winners"] == [{"target": "rtx-4090", "decode_rank": decodes, "prefill_rank": prefills}]
    both = edgeplan.expect(0, "pick", "llama-3.2-3b,llama-3.2-1b", "--target", "iphone-16").stdout
    assert "formats are ranked, not models" in both, both


def the_best_is_on_the_front(edgeplan):
    """And of the plans with every figure known none on the front is beaten by another in all of them."""
    for target in ("iphone-16-pro", "macbook-pro-m3-max", "jetson-agx-orin-64gb", "lunar-lake-laptop"):
        for prefer in ((), ("--prefer", "speed"), ("--prefer", "quality"), ("--prefer", "memory")):
            plans = json.loads(edgeplan.expect(0, "pick", "llama-3.2-3b", "--target", target, *prefer, "--json").stdout)["plans"]
            assert plans[0]["on_front"] and sum(plan["on_front"] for plan in plans) < len(plans), (target, prefer)
            if not prefer:
                continue
            figures = {}
            for plan in plans:
                speed, loss = plan["speed"], plan["quality"]["loss_nats"]
                if plan["verdict"] == "fits" and loss is not None and speed["ttft_seconds"] and speed["decode_tok_per_s"]:
                    time = speed["ttft_seconds"] + plan["request"]["output_tokens"] / speed["decode_tok_per_s"]
                    figures[plan["rank"]] = loss, time, plan["memory"]["charged_high_bytes"]
            for rank, mine in figures.items():
                beaten = [other for other, its in figures.items() if its != mine and all(a <= b for a, b in zip(its, mine))]
                assert not (beaten and plans[rank - 1]["on_front"]), (target, prefer, rank, beaten)
    text = edgeplan.expect(0, "pick", "llama-3.2-3b", "--target", "iphone-16-pro").stdout
    assert re.search(r"^ +1\* ", text, re.M) and "* no other is better" in text, text


def a_path_may_be_asked_for(edgeplan):
    """By runtime and format: others are neither ranked nor out, and what cannot be decided tells its steps, filled in."""
    words = ["pick", "llama-3.2-3b", "--target"]
    one = json.loads(edgeplan.expect(0, *words, "iphone-16", "--runtime", "llama.cpp", "--format", "q5_k_m", "--json").stdout)
    assert {(plan["runtime"], plan["format"]) for plan in one["plans"]} == {("llama.cpp", "q5_k_m")}, one["plans"]
    assert {(out["runtime"], out["format"]) for out in one["rejected"]} <= {("llama.cpp", "q5_k_m")}, one["rejected"]
    assert one["plans"][0]["pipeline"][-1]["output"] == "llama-3.2-3b-q5_k_m.gguf", one["plans"][0]["pipeline"]
    all_of = json.loads(edgeplan.expect(0, *words, "iphone-16", "--runtime", "llama.cpp", "--json").stdout)
    assert {out["runtime"] for out in all_of["plans"] + all_of["rejected"]} == {"llama.cpp"} and len(all_of["plans"]) > len(one["plans"])
    text = edgeplan.expect(2, *words, "galaxy-s24-ultra", "--runtime", "litert-lm", "--format", "litert-int4").stdout
    assert "with litert-lm on the cpu: how to make it" in text and "--model=meta-llama/Llama-3.2-3B-Instruct --output_dir" in text, text
    assert edgeplan.expect(1, *words, "iphone-16", "--runtime", "genie").stdout.startswith("iPhone 16: Qualcomm Genie is not listed for iPhone 16\n")
    edgeplan.expect(2, *words, "iphone-16", "--format", "q4_k")


def pick_reckons_the_whole_request(edgeplan):
    """Asked for speed: what is known of prompt and answer is in order, and a path whose prompts nobody timed does not win by that."""
    words = ["gpt-oss-20b", "--prefer", "speed", "--context", "4096"]
    for prompt, output in ((3800, 64), (64, 3800)):
        done = edgeplan.expect(0, "pick", *words, "--target", "macbook-pro-m3-max", "--prompt", prompt, "--output", output, "--json")
        plans = json.loads(done.stdout)["plans"]
        times = [plan["speed"]["ttft_seconds"] + output / plan["speed"]["decode_tok_per_s"] for plan in plans
                 if plan["verdict"] == "fits" and plan["speed"]["ttft_seconds"] and plan["speed"]["decode_tok_per_s"]]
        assert len(times) > 3 and times == sorted(times), (prompt, times)
        assert plans[0]["accelerator"] == "gpu", plans[0]["accelerator"]
    done = edgeplan.expect(0, "pick", "llama-3.2-1b", "--prefer", "speed", "--target", "galaxy-s24-ultra")
    assert "nobody knows how fast genie reads one there" in done.stdout, done.stdout


def a_phone_shows_burst_and_sustained(edgeplan):
    done = edgeplan.expect(0, "pick", "llama-3.2-3b", "--target", "iphone-16")
    assert "decode tok/s  sustained" in done.stdout, done.stdout
    rates = [edgeplan.plan("pick", "llama-3.2-3b", "--target", "iphone-16", "--prefer", "speed", "--minutes", minutes, code=0)
             ["speed"]["sustained_decode_tok_per_s"] for minutes in ("0", "10")]
    assert rates[1] >= rates[0] > 0, rates
    done = edgeplan.expect(0, "pick", "rwkv-7-1.5b", "--target", "iphone-16", "--runtime", "mlx", "--format", "mlx-6bit-g64")
    speed = edgeplan.plan("fit", "rwkv-7-1.5b", "--target", "iphone-16", "--runtime", "mlx", "--format", "mlx-6bit-g64", code=0)["speed"]
    assert speed["sustained_decode_low_tok_per_s"] is None # then what is expected stands alone
    assert "  %.3g  " % speed["sustained_decode_tok_per_s"] in done.stdout and "0 – 0" not in done.stdout, done.stdout


def pick_keeps_to_licences(edgeplan):
    done = edgeplan.expect(0, "pick", "llama-3.2-3b,qwen3-0.6b", "--target", "galaxy-s24-ultra", "--licence", "MIT,Apache-2.0")
    assert "ship qwen3-0.6b" in done.stdout and "Llama 3.2 Community is not among MIT,Apache-2.0" in done.stderr, done
    assert edgeplan.expect(1, "pick", "llama-3.2-3b", "--target", "galaxy-s24-ultra", "--licence", "MIT").stdout == ""
    words = "pick", "qwen3-8b", "--target", "safari-iphone-16", "--json"
    plans = json.loads(edgeplan.expect(0, "pick", "qwen3-8b", "--target", "galaxy-s24-ultra", "--json").stdout)["plans"]
    assert {plan["licence"] for plan in plans} == {"Apache-2.0"}, plans[0]["licence"]
    smaller = {licence: json.loads(edgeplan.expect(1, *words, *licence).stdout)["fallbacks"][0]["model"]
               for licence in ((), ("--licence", "Apache-2.0"))}
    assert smaller == {(): "lfm2-2.6b", ("--licence", "Apache-2.0"): "granite-3.3-2b"}, smaller  # the first is under LFM's own


def an_audience_is_read_as_written(edgeplan):
    def read(text, *more):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "audience.csv"
            path.write_text(text, encoding="utf-8")
            return edgeplan.run("pick", "llama-3.2-1b", "--audience", path, *more)

    swallowed = read("iPhone 16 Pro,50\ngalaxy-s24-ultra,0.5\n")
    assert swallowed.returncode == 2 and "csv:1: a line is a device, a comma and its share, from 0 to 1 or with a %" in swallowed.stderr
    assert "add up to 101 %" in read("iPhone 16 Pro,50%\ngalaxy-s24-ultra,51%\n").stderr
    for head in ("device,share\n", "# ours\n\nmodel,users\n", ""):
        served = read(head + "iPhone 16 Pro,0.8\ngalaxy-s24-ultra,20 %\n", "--coverage", "0.8")
        assert re.search(r": 1 serves \d+ %|: [2-9] serve \d+ %", served.stdout), (head, served.stdout, served.stderr)
    assert read("model,users\nmodel,users\niPhone 16 Pro,1\n").returncode == 2


def an_identifier_names_a_target(edgeplan):
    plans = [edgeplan.plan("fit", "llama-3.2-1b", "--target", target)["target"] for target in ("iPhone17,1", "iphone-16-pro")]
    assert plans == ["iphone-16-pro"] * 2, plans


def an_audience_is_served_by_few(edgeplan):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "audience.csv"
        path.write_text(AUDIENCE, encoding="utf-8")
        words = ["pick", "llama-3.2-3b", "--audience", path]
        assert "not in the registry: Something Else" in edgeplan.expect(1, *words).stdout
        document = json.loads(edgeplan.expect(0, *words, "--coverage", "0.8", "--json").stdout)
        shares, chosen = document["audience"], document["artefact_set"]
        assert math.isclose(shares["unknown_fraction"], 0.2), shares  # one is a stranger, and a tenth is not in the file
        assert math.isclose(sum(shares[key] for key in shares if key.endswith("_fraction")), 1), shares
        assert shares["not_in_registry"] == ["Something Else"] and chosen["exact"] and chosen["served_fraction"] > 0.8 - 1e-9, chosen
        serves = {}
        for plan in document["plans"]:
            serves.setdefault((plan["model"], plan["runtime"], plan["format"]), set()).add(plan["target"])
        share = {"iphone-16-pro": 0.3, "galaxy-s24-ultra": 0.2, "chrome-mac-m3": 0.1, "iphone-12": 0.2}
        fewer = max(sum(share[target] for target in one) for one in serves.values())
        assert len(chosen["artefacts"]) == (1 if fewer > 0.8 - 1e-9 else 2), chosen
        best = {plan["target"]: plan for plan in document["plans"] if plan["rank"] == 1}
        for lost in chosen["losses"]:
            assert lost["best_decode_tok_per_s"] == best[lost["target"]]["speed"]["decode_tok_per_s"] and lost["rank"] > 1, lost
            assert lost["best_loss_nats"] == best[lost["target"]]["quality"]["loss_nats"] and lost["loss_nats"] >= 0, lost
        for text in ("galaxy-s24-ultra,0.7\niphone-12,0.7\n", "a,b\nc,d\n", "", "galaxy-s24-ultra,-1\niphone-12,2\n"):
            path.write_text(text, encoding="utf-8")
            edgeplan.expect(2, *words)


def a_platform_has_tiers(edgeplan):
    document = json.loads(edgeplan.run("pick", "llama-3.2-3b", "--platform", "ios", "--json").stdout)
    members = [target for tier in document["tiers"] for target in tier["targets"]]
    best = {plan["target"]: plan for plan in document["plans"] if plan["rank"] == 1}
    assert len(members) == len(set(members)) == document["audience"]["devices"], members
    for tier in document["tiers"]:
        for target in tier["targets"]:
            plan = best.get(target, dict.fromkeys(("model", "runtime", "accelerator", "format")))
            assert all(tier[key] == plan[key] for key in ("model", "runtime", "accelerator", "format")), (tier, target)


def each_step_says_whether_this_computer_can_take_it(edgeplan):
    """The system and the memory are looked up: MLX needs macOS, llm-compressor 2 bytes of RAM for each of 70,553,706,496 weights."""
    phone = edgeplan.expect(0, "pick", "llama-3.2-3b", "--target", "iphone-16-pro").stdout
    assert ("this computer: no, it runs linux" in phone) == (sys.platform == "linux"), phone
    words = ["pick", "llama-3.1-70b", "--target", "h200"]
    steps = edgeplan.plan(*words, code=0)["pipeline"]
    assert steps[0]["ram_bytes"] == 2 * 70553706496 and steps[0]["systems"] == ["linux"], steps
    assert all(step["evidence"] in ("run", "reported", "documented") and step["date"] and step["url"] for step in steps), steps
    mlx = [step for step in edgeplan.plan("pick", "llama-3.2-3b", "--target", "iphone-16-pro", code=0)["pipeline"] if not step["published"]]
    assert [(step["can_take"], step["lacks"]) for step in mlx] == [(sys.platform == "darwin", None if sys.platform == "darwin" else "system")], mlx
    ram = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    text = edgeplan.expect(0, *words).stdout
    free = shutil.disk_usage(".").free
    assert ("this computer: no, it has " in text) == (ram < steps[0]["ram_bytes"] or free < (steps[0]["disk_bytes"] or 0)), text
    npu = edgeplan.expect(0, "pick", "llama-3.2-3b", "--target", "galaxy-s24-ultra", "--runtime", "genie", "--format", "qnn-w4a16").stdout
    if sys.platform == "linux":
        assert "40.0 GB on its GPU" in npu and "this computer: unknown: needs a GPU with 40.0 GB" in npu, npu
    tiers = edgeplan.run("pick", "llama-3.2-3b", "--platform", "ios").stdout
    assert "each of its" in tiers and "in the registry counting alike" in tiers, tiers
    assert tiers.count("how to make it") == tiers.count("mlx_lm.convert") == 1, tiers


def what_is_at_hand_is_not_downloaded(edgeplan):
    """A folder given stands for checkpoint and folder; a file in the format chosen needs no steps; a registry's model keeps them."""
    words = ["--target", "iphone-16-pro", "--runtime", "llama.cpp"]
    with tempfile.TemporaryDirectory() as folder:
        own = pathlib.Path(folder) / "tuned"
        own.mkdir()
        shutil.copy(HERE.parent / "data" / "configs" / "llama-3.2-1b.json", own / "config.json")
        steps = edgeplan.plan("pick", own, *words, "--format", "q4_k_m", code=0)["pipeline"]
        assert steps == edgeplan.plan("pick", own / "config.json", *words, "--format", "q4_k_m", code=0)["pipeline"]
        assert steps[0]["command"] == f"python3 convert_hf_to_gguf.py {own} --outtype bf16 --outfile tuned-bf16.gguf", steps[0]
        assert not any("hf download" in step["command"] or step["published"] or "{" in step["command"] for step in steps), steps
        mlx = edgeplan.plan("pick", own, "--target", "iphone-16-pro", "--format", "mlx-4bit-g64", code=0)["pipeline"]
        assert [step["input"] for step in mlx] == [str(own)] and f"--hf-path {own} " in mlx[0]["command"], mlx
        alone = pathlib.Path(shutil.copy(own / "config.json", pathlib.Path(folder) / "llama-3.2-1b.json"))  # called like another's
        steps = edgeplan.plan("pick", alone, *words, "--format", "q4_k_m", code=0)["pipeline"]
        assert not any(step["published"] or "meta-llama" in step["command"] for step in steps), steps
        model = pathlib.Path(folder) / "model.gguf"
        model.write_bytes(llama_3_2_1b())
        assert edgeplan.plan("pick", model, *words, "--format", "f16", code=0)["pipeline"] == []
        assert "nothing to convert" in edgeplan.expect(0, "pick", model, *words, "--format", "f16").stdout
        steps = edgeplan.plan("pick", model, *words, "--format", "q4_k_m", code=0)["pipeline"]
        assert all(not set("{}") & set(step["command"] + step["input"] + step["output"]) for step in steps), steps
        assert "CHECKPOINT stands for the folder or repository of the model as published" in steps[0]["input"], steps[0]
        blank = own.rename(pathlib.Path(folder) / "my tuned one")
        step = edgeplan.plan("pick", blank, *words, "--format", "q8_0", code=0)["pipeline"][0]
        assert shlex.split(step["command"])[2:] == [str(blank), "--outtype", "q8_0", "--outfile", "my tuned one-q8_0.gguf"], step
    published = edgeplan.plan("pick", "llama-3.2-1b", *words, "--format", "q4_k_m", code=0)["pipeline"]
    assert any("hf download meta-llama" in step["command"] for step in published), published


def what_a_checkpoint_is_stored_in_tells_its_bytes(edgeplan):
    """openai/gpt-oss-20b: what config.json calls it, and the total_size of model.safetensors.index.json; without the former 16 bits."""
    config = json.loads((HERE.parent / "data" / "configs" / "gpt-oss-20b.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        own = pathlib.Path(folder) / "config.json"
        for quantization, disk in (({"quantization_config": {"quant_method": "mxfp4"}}, 13761264768), ({}, 2 * 20914757184)):
            own.write_text(json.dumps(config | quantization), encoding="utf-8")
            words = ["--target", "jetson-agx-orin-64gb", "--runtime", "llama.cpp", "--format", "q4_0"]
            steps = edgeplan.plan("pick", own, *words, code=0)["pipeline"]
            assert steps[0]["disk_bytes"] == disk, steps[0]
            assert ("--allow-requantize" in steps[-1]["command"]) == bool(quantization), steps # llama-quantize refuses it otherwise
            lock = pathlib.Path(folder) / "lock.json"
            lock.write_text(edgeplan.expect(0, "models", "--lock", own).stdout, encoding="utf-8")
            for model in (own, lock):
                mlx = edgeplan.plan("pick", model, "--target", "mac-m3-pro", "--runtime", "mlx", "--format", "mlx-4bit-g64", code=0)
                assert len(mlx["pipeline"]) == (2 if quantization else 1), mlx["pipeline"]  # what is in MXFP4 is expanded first
    words = ["pick", "ministral-3-3b", "--target", "iphone-16-pro", "--runtime", "llama.cpp", "--format", "q4_k_m"]
    download = edgeplan.plan(*words, code=0)["pipeline"][0]
    layer = 2 * 3072 * 4096 + 2 * 3072 * 1024 + 3 * 3072 * 9216
    assert abs(download["disk_bytes"] / (26 * layer + 131072 * 3072 * 2) - 1) < 1e-3, download  # FP8 but for the embedding
    assert "--exclude 'consolidated*'" in download["command"], download


def a_file_that_is_no_model_is_called_that(edgeplan):
    with tempfile.TemporaryDirectory() as folder:
        for content, says in (("", "is empty"), ("# a text\n", "is neither GGUF nor safetensors, and no JSON text")):
            path = pathlib.Path(folder) / "model.gguf"
            path.write_text(content, encoding="utf-8")
            assert says in edgeplan.expect(2, "pick", path, "--target", "iphone-16").stderr, content


def rejects_speak_plainly(edgeplan):
    edgeplan.expect(2, "pick", "llama-3.2-3b", "--target", "iphone-16", "--context", "0")
    words = ["pick", "llama-3.2-3b", "--target", "galaxy-s24-ultra", "--all"]
    text = edgeplan.expect(0, *words, "--context", "8192").stdout
    assert re.search(r"genie npu qnn-w4a16 +context 8192 is not compiled; at most 4096\n", text), text
    several = edgeplan.expect(0, "pick", "llama-3.1-8b, llama-3.2-1b", "--target", "safari-iphone-16").stdout
    assert "ship llama-3.2-1b" in several, several
    assert "ship qwen3-0.6b" in edgeplan.expect(0, "pick", "qwen3-0.6b", "--target", "iphone-16", "--licence", "mit, apache-2.0").stdout
    assert "its licence is not known\n" in edgeplan.expect(1, "pick", "bitnet-2b-4t", "--target", "iphone-16", "--licence", "MIT").stderr


def a_browser_has_fallbacks(edgeplan):
    words = ["pick", "llama-3.2-3b", "--target", "safari-iphone-16"]
    online, offline = edgeplan.expect(1, *words).stdout, edgeplan.expect(1, *words, "--offline").stdout
    assert "a smaller model" in online and "prompts leave the device, needs a network" in online, online
    assert "a smaller model" in offline and "needs a network" not in offline, offline
    assert "without WebGPU: " in edgeplan.expect(0, "pick", "llama-3.2-1b", "--target", "chrome-mac-m3", "--offline").stdout


def the_switch_of_a_page_follows_what_it_has(edgeplan):
    if shutil.which("node") is None:
        raise Skip("no node")
    done = subprocess.run(["node", str(HERE / "fallback_test.js")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
                          check=False)
    assert done.returncode == 0, done.stdout


def a_class_stands_for_a_loss(edgeplan):
    """MLX's 4 bit has scores of tasks and a class, c: 0.02 to 0.045 nat per token."""
    path = ["pick", "llama-3.1-8b", "--target", "macbook-pro-m3-max", "--context", "4096", "--all"]
    offered = {plan["format"]: plan for plan in json.loads(edgeplan.expect(0, *path, "--max-loss", "0.05", "--json").stdout)["plans"]}
    quality = offered["mlx-4bit-g64"]["quality"]
    assert quality["basis"] == "class" and abs(quality["format_nats"] - (0.02 + 0.045) / 2) < 1e-9, quality
    assert "quality_class" in {line["code"] for line in offered["mlx-4bit-g64"]["assumptions"]}
    assert offered["mlx-8bit-g64"]["quality"]["basis"] == "derived", offered["mlx-8bit-g64"]["quality"]
    assert "mlx-3bit-g64" not in offered
    assert re.search(r"mlx-4bit-g64 +quality loss, by its class, of 0.0325 nat is above 0.01 nat", edgeplan.run(*path, "--max-loss", "0.01").stdout)
    odd = edgeplan.run(*path, "--kv-k", "q5_1", "--kv-v", "q5_1", "--max-loss", "0.5").stdout
    assert re.search(r"q4_k_m +cannot be decided: no quality loss of its KV type", odd), odd


TESTS = [pick_says_0_1_or_2, what_makes_it_tight_is_said, who_hears_is_exported_as_such, what_was_published_in_4_bits_runs_as_it_is,
         an_older_system_has_fewer_paths, the_largest_model_at_a_rate,
         pick_tells_winners_apart, the_best_is_on_the_front, a_path_may_be_asked_for, pick_reckons_the_whole_request,
         a_phone_shows_burst_and_sustained, pick_keeps_to_licences, an_audience_is_read_as_written, an_identifier_names_a_target,
         an_audience_is_served_by_few, a_platform_has_tiers, each_step_says_whether_this_computer_can_take_it,
         what_is_at_hand_is_not_downloaded, what_a_checkpoint_is_stored_in_tells_its_bytes, a_file_that_is_no_model_is_called_that,
         rejects_speak_plainly, a_browser_has_fallbacks, the_switch_of_a_page_follows_what_it_has, a_class_stands_for_a_loss]


if __name__ == "__main__":
    sys.exit(main(TESTS, __doc__))
