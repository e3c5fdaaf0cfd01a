"""Writes the head of a GGUF file: metadata and tensor list are real, the weights are a hole that costs no space.

Layout: docs/gguf.md of ggml-org/ggml. Element types and block sizes: ggml/include/ggml.h and ggml-common.h.
"""
import struct

from tensors import metadata_of, tensors_of

ALIGNMENT = 32
U32, F32, BOOL, STRING, ARRAY = 4, 6, 7, 8, 9
F32_TYPE, F16_TYPE = 0, 1
BLOCKS = {0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 10: (256, 84), 11: (256, 110),
          12: (256, 144), 13: (256, 176), 14: (256, 210), 20: (32, 18), 23: (256, 136), 30: (1, 2), 39: (32, 17)}

# Two-dimensional tensors the converter leaves in F32. Source: conversion/base.py of llama.cpp v0.5.0.
KEPT = ("ffn_gate_inp", "ssm_conv1d", "shortconv.conv", "time_mix_w1", "time_mix_w2", "time_mix_lerp_fused", "altup_correct_coef",
        "altup_predict_coef")


def converted_type(name, shape):
    """Type in the F16 file that convert_hf_to_gguf.py would write."""
    flat = all(n == 1 for n in shape[1:])
    if flat or name.endswith("_norm.weight") or not name.endswith(".weight") or any(part in name for part in KEPT):
        return F32_TYPE
    return F16_TYPE


def tensor_bytes(shape, element_type):
    elements, size = BLOCKS[element_type]
    count = 1
    for n in shape:
        count *= n
    return count // elements * size


def _string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value):
    """Type number and bytes of a metadata value."""
    if isinstance(value, str):
        return STRING, _string(value)
    if isinstance(value, bool):
        return BOOL, struct.pack("<?", value)
    if isinstance(value, float):
        return F32, struct.pack("<f", value)
    if isinstance(value, list):
        items = [_value(item) for item in value]
        return ARRAY, struct.pack("<IQ", items[0][0], len(items)) + b"".join(data for _, data in items)
    return U32, struct.pack("<I", value)


def write(path, model, types=None):
    """Writes `model` with the element types in `types` (name: number), or as converted to F16. Returns (name, shape, type)s."""
    listed = [(name, shape, (types or {}).get(name, converted_type(name, shape))) for name, shape in tensors_of(model)]
    metadata = metadata_of(model)
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(listed), len(metadata))
    for key, value in metadata:
        number, data = _value(value)
        head += _string(key) + struct.pack("<I", number) + data
    offset = 0
    infos = []
    for name, shape, element_type in listed:
        infos.append(_string(name) + struct.pack("<I%dQIQ" % len(shape), len(shape), *shape, element_type, offset))
        offset += -(-tensor_bytes(shape, element_type) // ALIGNMENT) * ALIGNMENT
    with open(path, "wb") as file:
        file.write(head + b"".join(infos))
        start = -(-file.tell() // ALIGNMENT) * ALIGNMENT
        file.truncate(start + offset)
    return listed
