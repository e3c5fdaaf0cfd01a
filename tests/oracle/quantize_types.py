#!/usr/bin/env python3
"""Writes tests/data/quantize/types.txt: the element types that llama.cpp's own quantizer chooses for small models of every kind.

Usage: quantize_types.py LIBRARIES SOURCE [--check]
LIBRARIES is the folder of libllama.so (npm @node-llama-cpp/linux-x64, bins/linux-x64), SOURCE a checkout of the same release, of which only
the headers are used. --check compares with the file instead of writing it. The models have no weights: a header and a hole.
"""
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / 'data/quantize/types.txt'
U32, F32, BOOL, STRING, ARRAY = 4, 6, 7, 8, 9

# Our role of a tensor, by the last part of its name.
ROLES = {
    'output': 'output_head', 'token_embd': 'token_embedding', 'per_layer_token_embd': 'per_layer_embedding', 'output_norm': 'norm',
    'attn_norm': 'norm', 'ffn_norm': 'norm', 'attn_q': 'attention_query', 'attn_k': 'attention_key', 'attn_v': 'attention_value',
    'attn_qkv': 'attention_qkv', 'attn_output': 'attention_output', 'ffn_gate': 'ffn_gate', 'ffn_up': 'ffn_up', 'ffn_down': 'ffn_down',
    'ffn_gate_inp': 'router', 'ffn_gate_exps': 'expert_gate', 'ffn_up_exps': 'expert_up', 'ffn_down_exps': 'expert_down',
    'ffn_gate_inp_shexp': 'router', 'ffn_gate_shexp': 'shared_gate', 'ffn_up_shexp': 'shared_up', 'ffn_down_shexp': 'shared_down',
    'shortconv.conv': 'convolution', 'shortconv.in_proj': 'recurrent', 'shortconv.out_proj': 'recurrent',
}


class Model:
    """Dimensions, and the tensors as (name, columns, rows, slices) outside the layers and in each of them."""

    def __init__(self, name, arch, layers=16, hidden=512, ffn=1024, heads=8, kv=2, vocabulary=1024, experts=0, shared=0, tied=False,
                 fused=False, gate=True, biased_experts=False, per_layer=0, attention=None):
        self.name, self.arch, self.layers, self.hidden, self.ffn, self.vocabulary = name, arch, layers, hidden, ffn, vocabulary
        self.heads, self.kv, self.experts, self.shared, self.per_layer = heads, kv, experts, shared, per_layer
        self.attention = range(layers) if attention is None else attention  # layers that have it; the others have a short convolution
        self.width = hidden // heads
        self.outer = [('token_embd.weight', hidden, vocabulary, 1), ('output_norm.weight', hidden, 1, 1)]
        if not tied:
            self.outer.append(('output.weight', hidden, vocabulary, 1))
        if per_layer:
            self.outer.append(('per_layer_token_embd.weight', per_layer * layers, vocabulary, 1))
        self.fused, self.gate, self.biased_experts = fused, gate, biased_experts

    def attention_part(self):
        kv = self.kv * self.width
        projections = [('attn_qkv', self.hidden + 2 * kv)] if self.fused else [('attn_q', self.hidden), ('attn_k', kv), ('attn_v', kv)]
        return [(name + '.weight', self.hidden, rows, 1) for name, rows in projections] + [
            ('attn_output.weight', self.hidden, self.hidden, 1)]

    def convolution_part(self):
        return [('shortconv.conv.weight', 3, self.hidden, 1), ('shortconv.in_proj.weight', self.hidden, 3 * self.hidden, 1),
                ('shortconv.out_proj.weight', self.hidden, self.hidden, 1)]

    def feed_forward_part(self):
        hidden, ffn = self.hidden, self.ffn
        if not self.experts:
            up = [('ffn_gate.weight', hidden, ffn, 1), ('ffn_up.weight', hidden, ffn, 1)] if self.gate else [
                ('ffn_up.weight', hidden, ffn * (2 if self.arch == 'phi3' else 1), 1)]
            return up + [('ffn_down.weight', ffn, hidden, 1)]
        part = [('ffn_gate_inp.weight', hidden, self.experts, 1), ('ffn_gate_exps.weight', hidden, ffn, self.experts),
                ('ffn_up_exps.weight', hidden, ffn, self.experts), ('ffn_down_exps.weight', ffn, hidden, self.experts)]
        if self.biased_experts:
            part.append(('ffn_down_exps.bias', hidden, self.experts, 1))
        if self.shared:
            part += [('ffn_gate_inp_shexp.weight', hidden, 1, 1), ('ffn_gate_shexp.weight', hidden, self.shared, 1),
                     ('ffn_up_shexp.weight', hidden, self.shared, 1), ('ffn_down_shexp.weight', self.shared, hidden, 1)]
        return part

    def distinct(self):
        """(name, columns, rows, slices, layers) of each distinct tensor; no layers: outside of them."""
        rest = [i for i in range(self.layers) if i not in self.attention]
        inner = [(t, self.attention) for t in self.attention_part()] + [(t, rest) for t in self.convolution_part() if rest]
        inner += [(t, range(self.layers)) for t in [('attn_norm.weight', self.hidden, 1, 1)] + self.feed_forward_part()]
        return [t + (None,) for t in self.outer] + [t + (list(layers),) for t, layers in inner]

    def tensors(self):
        for name, columns, rows, slices, layers in self.distinct():
            for full in [name] if layers is None else ['blk.%d.%s' % (i, name) for i in layers]:
                yield full, [columns] + ([rows] if rows > 1 or slices > 1 else []) + ([slices] if slices > 1 else [])

    def metadata(self):
        kv = [self.kv if i in self.attention else 0 for i in range(self.layers)]
        values = [('block_count', U32, self.layers), ('context_length', U32, 4096), ('embedding_length', U32, self.hidden),
                  ('feed_forward_length', U32, self.ffn), ('attention.head_count', U32, self.heads),
                  ('attention.head_count_kv', ARRAY, kv) if 0 in kv else ('attention.head_count_kv', U32, self.kv),
                  ('attention.key_length', U32, self.width), ('attention.value_length', U32, self.width),
                  ('attention.layer_norm_epsilon', F32, 1e-5), ('attention.layer_norm_rms_epsilon', F32, 1e-5),
                  ('attention.sliding_window', U32, 128), ('shortconv.l_cache', U32, 3), ('vocab_size', U32, self.vocabulary)]
        if self.experts:
            values += [('expert_count', U32, self.experts), ('expert_used_count', U32, 2), ('expert_feed_forward_length', U32, self.ffn),
                       ('expert_shared_feed_forward_length', U32, self.shared)]
        if self.per_layer:
            values += [('embedding_length_per_layer_input', U32, self.per_layer), ('attention.shared_kv_layers', U32, 0),
                       ('attention.key_length_swa', U32, self.width), ('attention.value_length_swa', U32, self.width),
                       ('attention.sliding_window_pattern', ARRAY, [False] * self.layers)]
        return [('general.architecture', STRING, self.arch), ('tokenizer.ggml.model', STRING, 'no_vocab')] + [
            (self.arch + '.' + key, kind, value) for key, kind, value in values]


MODELS = [
    Model('grouped', 'llama', layers=32),
    Model('multi-head-tied', 'qwen2', kv=8, tied=True),
    Model('row-of-96', 'qwen2', hidden=96, ffn=352, heads=3, kv=1),
    Model('row-of-96-tied', 'qwen2', hidden=96, ffn=352, heads=3, kv=3, tied=True),
    Model('row-of-80', 'llama', hidden=80, ffn=208, heads=5, kv=1),
    Model('row-of-384', 'llama', hidden=384, ffn=512, heads=6, kv=1),
    Model('fused-qkv', 'phi3', kv=8, fused=True, gate=False),
    Model('experts-8', 'llama', layers=32, kv=8, experts=8),
    Model('experts-4', 'qwen3moe', kv=4, experts=4),
    Model('experts-2', 'llama', layers=24, kv=4, experts=2),
    Model('experts-16-shared', 'qwen2moe', experts=16, shared=768),
    Model('experts-biased', 'gpt-oss', hidden=288, ffn=288, heads=9, kv=1, experts=32, biased_experts=True),
    Model('falcon', 'falcon', layers=32, kv=1, fused=True, gate=False),
    Model('falcon-tied', 'falcon', kv=1, fused=True, gate=False, tied=True),
    Model('layers-80-grouped', 'llama', layers=80, hidden=256),
    Model('layers-80-multi-head', 'llama', layers=80, hidden=256, kv=8),
    Model('layers-80-qwen2', 'qwen2', layers=80, hidden=256, kv=8),
    Model('layers-80-deci', 'deci', layers=80, hidden=256, kv=8),
    Model('layers-80-olmo', 'olmo', layers=80, hidden=256, kv=8),
    Model('layers-68-jais2', 'jais2', layers=68, hidden=256, kv=8),
    Model('per-layer-embedding', 'gemma4', per_layer=32, tied=True),
    Model('convolution-first', 'lfm2', tied=True, attention=[2, 5, 8, 11, 14]),
]


def text(value):
    return struct.pack('<Q', len(value)) + value.encode()


def packed(kind, value):
    if kind == STRING:
        return text(value)
    if kind == ARRAY:
        if isinstance(value[0], bool):
            return struct.pack('<IQ', BOOL, len(value)) + bytes(value)
        return struct.pack('<IQ', U32, len(value)) + struct.pack('<%dI' % len(value), *value)
    return struct.pack('<f' if kind == F32 else '<I', value)


def write_gguf(model, path):
    metadata, tensors = model.metadata(), list(model.tensors())
    head = b'GGUF' + struct.pack('<IQQ', 3, len(tensors), len(metadata))
    head += b''.join(text(key) + struct.pack('<I', kind) + packed(kind, value) for key, kind, value in metadata)
    offset = 0
    for name, shape in tensors:
        small = len(shape) == 1 or 'gate_inp' in name or 'shortconv.conv' in name or name.endswith('bias')  # as the converter writes them
        elements = 1
        for n in shape:
            elements *= n
        head += text(name) + struct.pack('<I%dQIQ' % len(shape), len(shape), *shape, 0 if small else 1, offset)
        offset += (elements * (4 if small else 2) + 31) // 32 * 32
    with open(path, 'wb') as file:
        file.write(head + b'\0' * (-len(head) % 32))
        file.truncate(file.tell() + offset)


LINE = re.compile(r'^\[ *\d+/ *\d+\] +(\S+) +- \[.*?type = +(\w+),.*?size = +[\d.]+ MiB(?: -> +[\d.]+ MiB \((\w+)\))?', re.M)


def folded(types):
    runs = []
    for t in types:
        if runs and runs[-1][0] == t:
            runs[-1][1] += 1
        else:
            runs.append([t, 1])
    return runs[0][0] if len(runs) == 1 else ','.join(t + ('*%d' % n if n > 1 else '') for t, n in runs)


def spans(layers):
    if layers is None:
        return '-'
    return '%d..%d' % (layers[0], layers[-1]) if len(layers) == layers[-1] - layers[0] + 1 else ','.join(map(str, layers))


def describe(model, program):
    with tempfile.TemporaryDirectory() as folder:
        path = folder + '/model.gguf'
        write_gguf(model, path)
        out = subprocess.run([program, path], capture_output=True, text=True, check=True).stdout
    lines = ['', 'model %s %s hidden=%d vocabulary=%d layers=%d query_heads=%d kv_heads=%d experts=%d' % (
        model.name, model.arch, model.hidden, model.vocabulary, model.layers, model.heads, model.kv, model.experts)]
    for name, columns, rows, slices, layers in model.distinct():
        role = 'bias' if name.endswith('.bias') else ROLES[name[:-len('.weight')]]
        if role == 'bias':  # one row an expert
            rows, slices = 1, rows
        lines.append('tensor %s %dx%dx%d %s' % (role, slices, rows, columns, spans(layers)))
    answers, needs = {}, []
    for name, imatrix, log, failed in re.findall(r'^== (\S+) (\d)\n(.*?)^== end (\d)', out, re.M | re.S):
        types = {n: (new or old).lower() for n, old, new in LINE.findall(log)}
        answer = 'error' if failed != '0' else ' '.join(
            folded([types[name]] if layers is None else [types['blk.%d.%s' % (i, name)] for i in layers])
            for name, _, _, _, layers in model.distinct())
        if failed != '0' and 'fallback' not in log:
            sys.exit('%s %s: %s' % (model.name, name, log[-2000:]))
        answers.setdefault(name, []).append(answer)
        if 'will require an imatrix' in log:
            needs.append(name)
    lines.append('needs ' + ' '.join(needs))
    for name, (without, with_matrix) in answers.items():
        if without == with_matrix:
            lines.append('%s both %s' % (name, without))
        else:
            lines += ['%s without %s' % (name, without), '%s with %s' % (name, with_matrix)]
    return lines


HEAD = """\
# Element types that llama-quantize chooses, from the dry run of llama.cpp {version} (npm node-llama-cpp); written by
# tests/oracle/quantize_types.py.
# model NAME ARCHITECTURE dimensions
# tensor ROLE SLICESxROWSxCOLUMNS LAYERS     - means outside the layers; in layers without attention the heads are 0
# needs FILE TYPES                           those llama-quantize refuses to make without an importance matrix
# FILE-TYPE MATRIX TYPES                     with or without a matrix, or both alike; the types of the tensors above in their order, over
#                                            the layers in runs (type*times); `error` where it finds no type for a tensor"""


def main():
    libraries, source = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        program = folder + '/quantize_types'
        subprocess.run(['g++', '-O1', '-std=c++17', '-I' + source + '/include', '-I' + source + '/ggml/include',
                        str(HERE / 'quantize_types.cpp'), '-o', program, '-L' + libraries]
                       + ['-l:' + next(pathlib.Path(libraries).glob(p)).name
                          for p in ('libllama.v*.so', 'libggml.v*.so', 'libggml-base.so')]
                       + ['-Wl,-rpath,' + libraries], check=True)
        version = subprocess.run([program, '--version'], capture_output=True, text=True, check=True).stdout.strip()
        lines = HEAD.format(version=version).split('\n')
        for model in MODELS:
            lines += describe(model, program)
    now = '\n'.join(lines) + '\n'
    if '--check' not in sys.argv:
        DATA.parent.mkdir(exist_ok=True)
        DATA.write_text(now)
    elif DATA.read_text() != now:
        sys.exit('%s is not what llama.cpp %s chooses' % (DATA, version))


if __name__ == '__main__':
    main()
