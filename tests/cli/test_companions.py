#!/usr/bin/env python3
"""Models beside the first, drafts, and layers left to the CPU. usage: test_companions.py BINARY   (python3, standard library only)"""
import json
import os
import struct
import sys
import tempfile

from test_cli import main


def a_draft_that_is_too_slow_always_loses(edgeplan):
    done = edgeplan.run("fit", "llama-3.2-1b", "--target", "galaxy-s24-ultra", "--runtime", "llama.cpp", "--accelerator", "cpu",
                        "--with", "llama-3.2-3b:draft", "--draft-tokens", 4, "--acceptance", 0.5)
    assert "it loses however fast verifying is" in done.stdout and "0 plain" not in done.stdout, done.stdout + done.stderr


def a_model_beside_it_counts(edgeplan):
    words = ("fit", "llama-3.2-3b", "--target", "galaxy-s26", "--runtime", "genie", "--json")
    alone = json.loads(edgeplan.expect(0, *words).stdout)["plans"][0]["memory"]
    plan = json.loads(edgeplan.expect(0, *words, "--with", "whisper-small:stt").stdout)["plans"][0]
    both, extra = plan["memory"], plan["extra_models"]
    assert [(one["role"], one["model"], one["runtime"], one["total_bytes"]) for one in extra] == [
        ("stt", "whisper-small", "qnn", both["extra_models_bytes"])], extra
    row = next(line for line in edgeplan.expect(0, *words[:-1], "--with", "whisper-small:stt").stdout.splitlines()
               if line.startswith("stt "))
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
        assert both["extra_models"][0]["total_high_bytes"] is None, both["extra_models"]
        known = edgeplan.plan("fit", "qwen3.5-27b", *words[2:6], "--format", "q4_k_m", "--with", "qwen3.5-27b:projector")
        (tower,) = known["extra_models"]  # 460,730,096 parameters and the scratch of 8464 patches, 260 MB as llama.cpp reserves it
        assert tower["total_low_bytes"] < 2 * 460730096 + 260149504 < tower["total_high_bytes"], tower
        assert tower["format"] == "f16", tower  # llama-quantize has no rule for it
        image = (*words[2:6], "--format", "q4_k_m", "--with", "qwen3.5-27b:projector", "--image")
        plan = edgeplan.plan("fit", "qwen3.5-27b", *image, "1920x1080")  # 60 x 34 tokens of 32 x 32 pixels, as held already
        assert plan["extra_models"][0]["total_high_bytes"] == tower["total_high_bytes"], plan["extra_models"]
        assert plan["extra_models"][0]["image_tokens"] == 60 * 34 and plan["request"]["image_width_pixels"] == 1920, plan["request"]
        assert known["request"]["image_width_pixels"] is None and "image_tokens" not in tower, tower
        large = edgeplan.expect(0, "fit", "qwen3.5-27b", *image, "2688x1504")
        assert "an image of that size takes 3948 tokens of the prompt" in large.stdout, large.stdout
        assert "the prompt has no room for the 3948 tokens of an image" in large.stdout, large.stdout
        roomy = edgeplan.plan("fit", "qwen3.5-27b", *image, "2688x1504", "--context", "8192", "--prompt", "4000")
        assert not [a for a in roomy["assumptions"] if a["code"] == "image"], roomy["assumptions"]
        for wrong in ("1920", "1920x", "0x5", "5x0", "1920x1080p", "70000x5", "-5x5"):
            assert "is no WIDTHxHEIGHT" in edgeplan.expect(2, "fit", "qwen3.5-27b", *image, wrong).stderr, wrong
        alone = edgeplan.plan("fit", "qwen3-4b", *words[2:6], "--image", "640x480")
        assert [a["code"] for a in alone["assumptions"]].count("image") == 1, alone["assumptions"]
        (tower,) = edgeplan.plan("fit", "qwen3.5-27b", *words[2:4], "--runtime", "mlx", "--format", "mlx-4bit-g64",
                                 "--with", "qwen3.5-27b:projector")["extra_models"]  # nor has mlx-vlm
        assert (tower["total_low_bytes"], tower["total_high_bytes"], tower["format"]) == (2 * 460730096, None, "f16"), tower
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
    assert (told["role"], told["draft_tokens"], told["acceptance_fraction"],
            round(told["kept_tokens_per_round"], 4)) == ("draft", 4, 0.9, 4.0951), told
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
    further = edgeplan.run("fit", "qwen3.5-27b", *words[2:6], "--with", "qwen3.5-27b:mtp", "--draft-tokens", "1", "--acceptance",
                           "0.8").stdout
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


TESTS = [a_draft_that_is_too_slow_always_loses, a_model_beside_it_counts, a_projector_counts_as_its_file_is,
         further_tokens_come_from_the_registry, a_draft_gains_or_loses, layers_are_shared_out]


if __name__ == "__main__":
    sys.exit(main(TESTS, __doc__))
