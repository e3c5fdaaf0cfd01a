#!/usr/bin/env python3
"""What ONNX Runtime took in a browser and in a process, against this library.

Usage: onnx_memory.py BUILD_DIRECTORY     Needs neither: what they took is in tests/data/onnx-memory.csv.

A row is a case. Weights are the file's but for its tables of angles, which grow with the trained context and are a quarter of the smallest
file: of that a page's growth is not compared. What else a process grew by is within a fifth, buffers on the GPU within a tenth, and no heap
is larger than what is planned beside the page's own copy of the file. No buffer on the GPU is larger than a table in it or the logits, which
are in 32 bits in every format.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import ours

MIB = 2 ** 20
TARGETS = {"transformers.js": "chrome-mac-m3", "onnxruntime-genai": "lunar-lake-laptop"}
TRAINED = 32768
TOKENIZER = 400 # bytes planned for each entry of the vocabulary
HOST, DEVICE = 1, 2 # edgeplan_place
GROWN, BUFFERS = 0.2, 0.1


def config_of(row):
    return {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": int(row["hidden"]),
            "intermediate_size": int(row["ffn"]), "num_hidden_layers": int(row["layers"]), "num_attention_heads": int(row["heads"]),
            "num_key_value_heads": int(row["kv_heads"]), "vocab_size": int(row["vocabulary"]), "max_position_embeddings": TRAINED,
            "torch_dtype": "bfloat16", "tie_word_embeddings": False}


def planned(planner, row):
    deployment = planner.registry.deploy(planner.of_config(config_of(row)), TARGETS[row["runtime"]], row["runtime"], row["format"],
                                         row["accelerator"])
    asked = {"context_tokens": int(row["context"]), "prompt_tokens": int(row["prompt"]), "output_tokens": 1}
    return [planner.memory(deployment, place, **asked) for place in (0, HOST, DEVICE)]


def mistakes(memory, row):
    everywhere, host, device = memory
    tokenizer = TOKENIZER * int(row["vocabulary"])
    width = 2 if row["format"].endswith("f16") else 4
    angles = TRAINED * int(row["hidden"]) // int(row["heads"]) * width # sines and cosines of half a head each
    angles /= MIB
    weights, heap, buffers, grown = (float(row[key] or 0) for key in ("weights", "heap", "buffers", "grown"))
    mine = everywhere.weights_bytes / MIB + angles
    if abs(mine / weights - 1) > 0.01:
        yield "weights %.1f, of the file %s" % (mine, weights)
    if not heap:
        took = everywhere.charged_low_bytes # mapped weights are the system's
    else:
        took = everywhere.total_bytes if row["accelerator"] == "cpu" else host.total_bytes
    took = (took - tokenizer) / MIB
    if (not heap or angles < weights / 10) and abs(took / grown - 1) > GROWN:
        yield "%.0f, grown by %s" % (took, grown)
    if heap and heap > took - weights:
        yield "%.0f beside the file, with a heap of %s" % (took - weights, heap)
    largest = 4 * int(row["vocabulary"]) * max(int(row["prompt"]), int(row["hidden"]) * width // 4)
    if buffers and device.largest_buffer_bytes != largest:
        yield "a buffer of %d, the largest is of %d" % (device.largest_buffer_bytes, largest)
    on_gpu = device.total_bytes / MIB + angles
    if buffers and abs(on_gpu / buffers - 1) > BUFFERS:
        yield "on the GPU %.1f, buffers of %s" % (on_gpu, buffers)


def main(build):
    planner = ours.Planner(build)
    return ours.compare("onnx-memory.csv", 11, lambda row: mistakes(planned(planner, row), row))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
