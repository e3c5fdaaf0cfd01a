"""Seeds of models in several files behind a callback: see fuzz_files.c."""
import json
import struct

from seed_checkpoints import checkpoint, config, safetensors
from seed_gguf import GGUF, gguf, head, number, packed, shapes

HONEST, SHORT, TOO_MANY, FAILING, SHRINKING, CHANGING, STUTTERING, ENDLESS = range(8)


def folder(files, behaviour=HONEST, since=0, options=0):
    out = bytes((behaviour, since, options))
    for name, raw in files:
        out += bytes((len(name),)) + name.encode() + struct.pack("<I", len(raw)) + raw
    return out


def shards(split_no=None, count=2, tensors=None):
    """A model in two files, told truly or not."""
    out = []
    for i in range(2):
        mine = packed(shapes(1)[i::2])
        keys = [number("split.no", i if split_no is None else split_no), number("split.count", count),
                number("split.tensors.count", len(shapes(1)) if tensors is None else tensors)]
        out.append((f"m-{i + 1:05}-of-00002.gguf", gguf((head("llama", 1) if i == 0 else []) + keys, mine)))
    return out


LIARS = {"short": SHORT, "too-many": TOO_MANY, "failing": FAILING, "shrinking": SHRINKING, "changing": CHANGING, "stuttering": STUTTERING,
         "endless": ENDLESS}


GOOD = shards()

FILES = {
    "gguf-two-shards": folder(GOOD),
    "gguf-second-shard-first": folder(GOOD[::-1]),
    "gguf-shard-missing": folder(GOOD[:1]),
    "gguf-same-shard-twice": folder([GOOD[0], (GOOD[1][0], GOOD[0][1])]),
    "gguf-count-absurd": folder(shards(count=99999)),
    "gguf-number-beyond-count": folder(shards(split_no=7)),
    "gguf-tensor-count-wrong": folder(shards(tensors=3)),
    "gguf-name-without-number": folder([("model.gguf", GOOD[0][1]), GOOD[1]]),
    "gguf-name-leaves-the-folder": folder([("../m-00001-of-00002.gguf", GOOD[0][1]), GOOD[1]]),
    "one-file": folder([("", GGUF["llama"])]),
    "config-in-pieces": folder([("config.json", b'{"model_type":"llama","hidden_size":64,"num_hidden_layers":2,"num_attention_heads":4,'
                                 b'"intermediate_size":128,"vocab_size":256}')], SHORT),
}
FILES.update({f"gguf-{name}-from-{since}": folder(GOOD, behaviour, since) for name, behaviour in LIARS.items() for since in (0, 1, 3)})


def index(files, **more):
    """A checkpoint in two files with an index, and what else is said."""
    every = checkpoint(layers=1)
    parts = []
    for i in range(2):
        mine, end = [], 0
        for name, kind, shape, begin, last in every[i::2]:
            mine.append((name, kind, shape, end, end + last - begin))
            end += last - begin
        parts.append((f"model-{i + 1:05}-of-00002.safetensors", safetensors(mine)))
    where = {name: parts[i % 2][0] for i, (name, *_) in enumerate(every)}
    where.update(more.pop("where", {}))
    return folder([("model.safetensors.index.json", json.dumps({"metadata": {}, "weight_map": where}).encode()), *parts,
                   ("config.json", config(num_hidden_layers=1))] + files, **more)


FILES.update({
    "index": index([]),
    "index-complete": index([], options=2),
    "index-names-itself": index([], where={"model.norm.weight": "model.safetensors.index.json"}),
    "index-leaves-the-folder": index([], where={"model.norm.weight": "../../etc/passwd"}),
    "index-names-nothing": index([], where={"model.norm.weight": ""}),
    "index-names-missing": index([], where={"model.norm.weight": "model-00003-of-00002.safetensors"}),
    "index-tensor-elsewhere": index([], where={"model.norm.weight": "model-00001-of-00002.safetensors"}),
    "index-quantization-endless": index([("hf_quant_config.json", b"{")], behaviour=ENDLESS),
})
FILES.update({f"index-{name}": index([], behaviour=behaviour, since=2) for name, behaviour in LIARS.items()})
