#!/usr/bin/env python3
"""Constants that apps carry, checked and emitted. usage: test_constants.py BINARY   (python3, standard library only)"""
import json
import re
import sys

from test_cli import ROOT, main
from test_check import Folder

MLC = {"device": "iphone", "model_list": [
    {"model": "HF://mlc-ai/Llama-3.2-3B-Instruct-q4f16_1-MLC", "model_id": "Llama-3.2-3B-Instruct-q4f16_1-MLC",
     "estimated_vram_bytes": 9000000000, "overrides": {"context_window_size": 2048, "prefill_chunk_size": 128}},
    {"model": "HF://mlc-ai/Qwen3-0.6B-q4f16_1-MLC", "model_id": "Qwen3-0.6B-q4f16_1-MLC", "estimated_vram_bytes": 1000000,
     "overrides": {"context_window_size": 4096}}]}
WEBLLM = [{"model_id": "Llama-3.2-1B-Instruct-q4f16_1-MLC", "vram_required_MB": 1.5, "low_resource_required": True,
           "overrides": {"context_window_size": 4096}}]
LISTS = ROOT / "tests" / "data" / "lists"


def constants_are_checked_and_emitted(edgeplan):
    for name, lists, target, severities in (("mlc", MLC, "iphone-16-pro", ["warning", "error"]),
                                            ("webllm", WEBLLM, "chrome-macbook-pro-m3-max", ["error"])):
        with Folder(list_json=json.dumps(lists, indent=1)) as folder:
            path = folder / "list.json"
            done = edgeplan.expect(1, "constants", path, "--target", target)
            assert re.findall(r"^\S+:\d+: (\w+): ", done.stdout, re.M) == severities, name + done.stdout
            right = edgeplan.expect(0, "constants", path, "--target", target, "--emit").stdout
            path.write_text(right, encoding="utf-8")
            edgeplan.expect(0, "constants", path, "--target", target)
            emitted = json.loads(right)
            entry = (emitted["model_list"] if isinstance(emitted, dict) else emitted)[0]
            value = entry.get("estimated_vram_bytes") or entry["vram_required_MB"] * 2 ** 20
            runtime, fmt = ("mlc-llm" if name == "mlc" else "webllm"), "mlc-q4f16_1"
            words = ["llama-3.2-3b", "--context", "2048", "--chunk", "128"] if name == "mlc" else ["llama-3.2-1b", "--context", "4096"]
            memory = edgeplan.plan("fit", *words, "--target", target, "--runtime", runtime, "--format", fmt)["memory"]
            wanted = memory["total_bytes"] - memory["runtime_bytes"]
            assert wanted <= value < wanted + 1e6, "%s: %g, not %g" % (name, value, wanted)
            entry.pop("estimated_vram_bytes", entry.pop("vram_required_MB", None))
            before = json.loads(json.dumps(lists["model_list"] if name == "mlc" else lists))[0]
            before.pop("estimated_vram_bytes", before.pop("vram_required_MB", None))
            assert entry == before, "nothing else changes"


def constants_that_cannot_be_checked_are_2(edgeplan):
    gallery = {"models": [{"name": "Somebody-7B-int4", "modelId": "somebody/Somebody-7B-int4", "minDeviceMemoryInGb": 8}]}
    with Folder(list_json=json.dumps(gallery), none_json='{"models": []}', broken_json='{"models": [') as folder:
        assert "is no model of the registry" in edgeplan.expect(2, "constants", folder / "list.json", "--target", "galaxy-s24-ultra").stdout
        edgeplan.expect(2, "constants", folder / "none.json", "--target", "galaxy-s24-ultra")
        assert "not well-formed" in edgeplan.expect(2, "constants", folder / "broken.json", "--target", "galaxy-s24-ultra").stderr


def judged(edgeplan, name, target):
    """Right, wrong and unknown of a published list, and what was said of each model that is not right."""
    done = edgeplan.run("constants", LISTS / (name + ".json"), "--target", target)
    counts = tuple(map(int, re.search(r": (\d+) right, (\d+) wrong, (\d+) not known$", done.stdout, re.M).groups()))
    return counts, dict(re.findall(r"^\S+:\d+: (\w+: \S+): (.*)$", done.stdout, re.M))


def lists_that_apps_ship_are_judged(edgeplan):
    """Entries as published, each file with its source."""
    counts, said = judged(edgeplan, "webllm", "chrome-macbook-pro-m3-max")
    assert sum(counts) == 163 + 4, counts                      # vram_required_MB, buffer_size_required_bytes
    wrong = {line.split(": ")[1] for line in said if not line.startswith("note")}
    published = {entry["model_id"] for entry in json.loads((LISTS / "webllm.json").read_text(encoding="utf-8"))["model_list"]}
    llama = {name for name in published if re.match(r"(Llama-3.*(q4f|q0f)|Mistral-7B-Instruct-v0.3|SmolLM2-1.7B|Phi-3)", name)
             and "vision" not in name}
    assert len(llama) > 20 and not llama & wrong, sorted(llama & wrong)
    for name, target in (("mlc-ios", "iphone-16-pro"), ("mlc-android", "galaxy-s24-ultra")):
        counts, said = judged(edgeplan, name, target)
        assert counts[2] == 0 and sum(counts) == 6, (name, counts, said)
        assert not any("Mistral" in line for line in said), said        # 4115131883 and 3316000000 bytes: typed by nobody
    assert "warning: Qwen3-1.7B-q4f16_1-MLC" in said                    # the 3000000000 bytes of every other


def lists_of_ai_edge_gallery_are_judged(edgeplan):
    counts, said = judged(edgeplan, "gallery-1_0_14", "galaxy-s24-ultra")
    assert counts == (6, 1, 2), (counts, said)                 # a RAM of each of nine; the two functiongemma are no models of ours
    assert list(said)[0] == "warning: litert-community/Gemma3-1B-IT", said
    counts, said = judged(edgeplan, "gallery-2025-05", "galaxy-s24-ultra")
    assert counts == (0, 4, 0), (counts, said)
    needed = float(re.search(r", (\d+) MB needed", said["warning: litert-community/Gemma3-1B-IT"])[1])
    # the file and 2048 tokens of 26 layers, 512 values of 4 bytes each; by the model card 1009 to 1138 MB are resident at 4096 and 1280
    assert 554661246 + 2048 * 26 * 512 * 4 < needed * 1e6 < 1138e6, needed


TESTS = [constants_are_checked_and_emitted, constants_that_cannot_be_checked_are_2, lists_that_apps_ship_are_judged,
         lists_of_ai_edge_gallery_are_judged]


if __name__ == "__main__":
    sys.exit(main(TESTS, __doc__))
