#!/usr/bin/env python3
"""Writes texts as a C file of byte arrays: embed.py OUTPUT SYMBOL FILE...

The table SYMBOL and its length SYMBOL_count are declared in lib/registry/builtin.h.
Only the base names of the files are kept, so that builds are reproducible.
"""
import os
import sys

LINE = 40  # bytes a line: short enough for tools that read lines


def array(number, data):
    rows = (data[i:i + LINE] for i in range(0, len(data), LINE))
    body = ',\n'.join(','.join(map(str, row)) for row in rows)
    return f'static const unsigned char text_{number}[] = {{\n{body}{"," if data else ""}0}};\n'


def main(output, symbol, *paths):
    texts = []
    for path in paths:
        with open(path, 'rb') as file:
            texts.append((os.path.basename(path), file.read().replace(b'\r\n', b'\n')))
    parts = ['/* Written by tools/embed.py; do not edit. */\n#define EP_BUILTIN_DEFINES\n#include "registry/builtin.h"\n\n']
    parts += [array(i, data) for i, (_, data) in enumerate(texts)]
    rows = ''.join(f'    {{"{name}", text_{i}, sizeof text_{i} - 1}},\n' for i, (name, _) in enumerate(texts))
    parts.append(f'\nconst ep_builtin_text {symbol}[] = {{\n{rows}}};\nconst size_t {symbol}_count = {len(texts)};\n')
    with open(output, 'w', encoding='ascii', newline='\n') as file:
        file.write(''.join(parts))


if __name__ == '__main__':
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
