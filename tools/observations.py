#!/usr/bin/env python3
"""Turns tables of published measurements into lib/registry/observations.yaml.

observations.py [--write | --output FILE] [--keep RULES] [--local] TABLE...

A TABLE is a CSV with the columns of docs/observations.md; so is one of your own. Every row either becomes an observation of the
registry's targets, runtimes, models and formats, or is left out by the first of the rules below that it meets. Rules 1 to 17 were
written before any estimate was fitted to the rows, 18 to 20 after the first; none looks at what the library says about the speed of a row.

--write        rewrite lib/registry/observations.yaml below its marker line: rows of these tables as they are now, and those of others,
               which stay; so does what stands above it, written by hand
--output FILE  write a registry file of its own instead, for --registry
--keep RULES   keep what these rules would leave out, such as 9,15, to see what a rule does; not with --write
--local        keep rows whose terms are unknown (rule 1); not with --write
--list RULE    print the rows that this rule leaves out
"""
import argparse
import csv
import os
import re
import sys
from collections import Counter, namedtuple

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TABLES = os.path.join(ROOT, 'tools', 'observations')
REGISTRY = os.path.join(ROOT, 'lib', 'registry')
SHIPPED = os.path.join(REGISTRY, 'observations.yaml')
MARKER = '  # ---- from here on written by tools/observations.py ----\n'
HEAD = '# Observations written by tools/observations.py.\nedgeplan_registry: 1.0\n\n'
COLUMNS = ('id device chip accelerator runtime runtime_version model format model_bytes context_tokens prompt_tokens chunk_tokens batch '
           'decode_tok_s prefill_tok_s ttft_ms peak_memory_mb date source_url notes').split()
RULES = {
    1: 'terms of the collection unknown',
    2: 'device not named, or none of the registry',
    3: 'runtime not in the registry',
    4: 'model not in the registry',
    5: 'no stated format',
    6: 'format not in the registry',
    7: 'accelerator not stated',
    8: 'speculative decoding',
    9: 'prefill inside the rate',
    10: 'marked NEGATIVE',
    11: 'marked implausibly high or low',
    12: 'secondary: relayed, not read at its source',
    13: 'contradicted, and nothing decides',
    14: 'machine in swap',
    15: 'source of grade c',
    16: 'neither a decode nor a prefill rate',
    17: 'stated by hand already',
    18: 'engine held back, or most of the weights off it',
    19: 'an older release, which the source says was of another speed',
    20: 'a format the engine leaves to another, says the registry',
}
WORDS = {8: r'speculative decoding|\+ ?(?:mtp|eagle)|speculative on|\(speculative\)|\) speculative',
         9: r'prefill included|prefill (?:time )?(?:is )?inside', 10: r'NEGATIVE', 11: r'implausibly', 12: r'\bsecondary\b',
         14: r'\bin swap\b|\bswapping\b', 18: r'with only \d+ threads|most of the weights off the engine'}
SPOKEN = re.compile('speculative', re.I)
WITHOUT = re.compile(r'\b(?:without|no) speculation', re.I)
QUANTIZATION = re.compile(r'[-.](?:UD-)?(?:Q\d\w*|MXFP4|F16|BF16)(?:\.gguf)?$', re.I)
LLAMA_BENCH = re.compile(r'\b(?:pp|tg)\d')

Source = namedtuple('Source', 'id grade depth title url note')


def table(name):
    """The rows of one of the mapping tables."""
    with open(os.path.join(TABLES, name), encoding='utf-8', newline='') as file:
        return list(csv.DictReader(line for line in file if not line.startswith('#')))


def section(path, name):
    """The text of one section of a registry file."""
    with open(path, encoding='utf-8') as file:
        found = re.search(rf'^{name}:\n(.*?)(?=^\w|\Z)', file.read(), re.S | re.M)
    return found.group(1) if found else ''


def entries(text):
    """Each entry of a section, comments before it left out."""
    return re.findall(r'^  - .*?(?=^  - |^  #|^$|\Z)', text, re.S | re.M)


def names(file, name):
    """Ids and aliases of a section, each with its id."""
    found = {}
    for entry in entries(section(file, name)):
        ident = re.search(r'\bid: ([\w.-]+)', entry).group(1)
        found[ident.lower()] = ident
        aliases = re.search(r'\baliases: \[(.*?)\]', entry, re.S)
        for alias in aliases.group(1).replace('\n', ' ').split(',') if aliases else ():
            alias = alias.strip().strip('"').lower()
            found.setdefault(alias, ident)
            found.setdefault(alias.rpartition('/')[2], ident)
    return found


class Mapping:
    """Spellings of the tables, and what they are in the registry, with the files of one's `own`. An id or an alias of the registry needs no
    line in a table."""

    def __init__(self, own=()):
        def ids(file, name):
            return {ident: to for path in (os.path.join(ROOT, file), *own) for ident, to in names(path, name).items()}

        self.targets = ids('edge-targets.yaml', 'targets')
        self.runtime_ids = ids('lib/registry/runtimes.yaml', 'runtimes')
        self.format_ids = ids('lib/registry/formats.yaml', 'formats')
        self.model_ids = ids('lib/registry/models.yaml', 'models')
        self.devices = {(row['device'], row['chip']): row for row in table('devices.csv')}
        self.runtimes = {row['spelling']: row for row in table('runtimes.csv')}
        self.formats = {(row['runtime'], row['spelling']): row for row in table('formats.csv')}
        self.models = {row['spelling']: row for row in table('models.csv')}
        self.sources = sorted(table('sources.csv'), key=lambda row: -len(row['url']))
        self.listed = table('listed.csv')
        self.chunks = table('chunks.csv')

    def target(self, row):
        line = self.devices.get((row['device'], row['chip'])) or self.devices.get(('*', row['chip']))
        if line:
            return line['target'], line['note']
        return self.targets.get(row['device'].lower(), ''), ''

    def runtime(self, row):
        line = self.runtimes.get(row['runtime'])
        if line:
            return line['runtime'], line['accelerator'], line['note']
        return self.runtime_ids.get(row['runtime'].lower(), ''), '', ''

    def model(self, row):
        for spelling in (row['model'], QUANTIZATION.sub('', row['model'])):
            line = self.models.get(spelling)
            if line:
                return line['model'], line['note']
            found = self.model_ids.get(spelling.lower())
            if found:
                return found, ''
        return '', ''

    def format(self, row, runtime):
        line = self.formats.get((runtime, row['format']))
        if line:
            return line['format'], line['note']
        return self.format_ids.get(row['format'].lower(), ''), ''

    def chunk(self, row):
        """Tokens of a prefill step, where they are stated."""
        return row['chunk_tokens'] or next((line['tokens'] for line in self.chunks if row['source_url'].startswith(line['url']) and
                                            row['device'].startswith(line['device'])), '')

    def source(self, row):
        for line in self.sources:
            before, braces, after = line['url'].partition('{}')
            if row['source_url'].startswith(before) and after in row['source_url']:
                rest = row['source_url'][len(before):].rpartition(after)[0] if after else row['source_url'][len(before):]
                slug = re.sub(r'[^a-z0-9.]+', '-', rest.lower()).strip('-')
                ident = line['id'].replace('{}', slug) if braces else line['id']
                grade = 'b' if line['grade'] == 'c+' and LLAMA_BENCH.search(row['notes']) else line['grade'][0]
                return Source(ident, grade, line['depth'], line['title'].replace('{}', rest), row['source_url'], line['note'])
        return Source('own', 'b', 'depth', row['source_url'] or 'own measurements', row['source_url'], '')


def number(text):
    """A figure as it is printed; whole where it is whole."""
    return text[:-2] if text.endswith('.0') else text


def depth(row, source):
    """Tokens in the cache while decoding, where the source's context column tells them."""
    if not row['context_tokens'] or source.depth == 'window':
        return ''
    return str(int(row['context_tokens']) // 2) if source.depth == 'generated' else row['context_tokens']


class Placed:
    """A row, and what of it is in the registry."""

    def __init__(self, row, mapping):
        self.row = row
        self.source = mapping.source(row)
        self.target, device = mapping.target(row)
        self.runtime, implied, engine = mapping.runtime(row)
        self.accelerator = row['accelerator'] or implied
        self.model, shape = mapping.model(row)
        self.format, block = mapping.format(row, self.runtime)
        self.chunk = mapping.chunk(row)
        self.notes = [device, shape, engine, block]
        if row['batch'] not in ('', '1'):
            self.notes.append('total over the batch')

    def key(self):
        return self.target, self.runtime, self.model, self.format

    def entry(self):
        row = self.row
        pairs = [('id', row['id'].lower()), ('target', self.target), ('runtime', self.runtime),
                 ('release', f'"{row["runtime_version"]}"' if row['runtime_version'] else ''), ('accelerator', self.accelerator),
                 ('model', self.model), ('format', self.format)]
        batch = row['batch'] if row['batch'] != '1' else ''
        for name, text, unit in (('context', depth(row, self.source), ' tokens'), ('prompt', prompt(row), ' tokens'),
                                 ('chunk', self.chunk if row['prefill_tok_s'] else '', ' tokens'),
                                 ('batch', batch, ''), ('decode', row['decode_tok_s'], ' tok/s'),
                                 ('prefill', row['prefill_tok_s'], ' tok/s'), ('ttft', row['ttft_ms'], ' ms'),
                                 ('memory', row['peak_memory_mb'], ' MB')):
            pairs.append((name, number(text) + unit if text else ''))
        note = '; '.join(part for part in self.notes if part)
        pairs += [('grade', self.source.grade), ('date', row['date']), ('source', self.source.id),
                  ('note', '"' + note.replace('"', '\\"') + '"' if note else '')]
        return '  - {' + ', '.join(f'{name}: {value}' for name, value in pairs if value) + '}\n'


def prompt(row):
    """Of a length that the source prints in thousands, what its rate and its time come to."""
    if row['prompt_tokens'] or not re.search(r'prompt length printed as \d+K', row['notes']):
        return row['prompt_tokens']
    return str(round(float(row['prefill_tok_s']) * float(row['ttft_ms']) / 1000))


def by_hand(text):
    """What the hand-written entries state: (source, model, format, decode, batch). Spellings of devices differ, figures do not."""
    stated = set()
    for entry in entries(text):
        flat = ' '.join(entry.split())
        field = dict(re.findall(r'(\w+): ("[^"]*"|[^,}]+)', flat))
        stated.add((field.get('source'), field.get('model'), field.get('format'), number(field.get('decode', '').split(' ')[0]),
                    field.get('batch', '1')))
    return stated


def breaks(placed, mapping, hand):
    """Every rule that leaves this row out, in the order of their numbers."""
    row = placed.row
    said = ' '.join((row['notes'], row['runtime'], row['model']))
    broken = {1: row['id'].startswith('lmx-'), 2: not placed.target, 3: not placed.runtime, 4: not placed.model,
              5: not row['format'] or row['format'] == 'QUANTIZED', 6: not placed.format, 7: not placed.accelerator,
              15: placed.source.grade == 'c', 16: not (row['decode_tok_s'] or row['prefill_tok_s']),
              17: (placed.source.id, placed.model, placed.format, number(row['decode_tok_s']), row['batch'] or '1') in hand}
    for rule, words in WORDS.items():
        broken[rule] = bool(re.search(words, said, 0 if rule == 10 else re.I))
    broken[8] = broken[8] or (bool(SPOKEN.search(said)) and not WITHOUT.search(said))
    for line in mapping.listed:
        if all(row[column].startswith(line[name]) for name, column in
               (('url', 'source_url'), ('device', 'device'), ('model', 'model'), ('release', 'runtime_version'))):
            broken[int(line['rule'])] = True
    return [rule for rule in RULES if broken.get(rule)]


def read(path):
    with open(path, encoding='utf-8', newline='') as file:
        for row in csv.DictReader(file):
            yield {column: (row.get(column) or '').strip() for column in COLUMNS}


def sort_out(paths, mapping, hand, options):
    """The rows that stay, and for each rule the rows it leaves out first and those it alone leaves out."""
    kept, first, alone, listed = [], Counter(), Counter(), []
    for path in paths:
        for row in read(path):
            placed = Placed(row, mapping)
            broken = [rule for rule in breaks(placed, mapping, hand) if rule not in options.keep]
            if not broken:
                kept.append(placed)
                continue
            first[broken[0]] += 1
            alone[broken[0]] += len(broken) == 1
            if broken[0] == options.list:
                listed.append(row)
    return kept, first, alone, listed


def source_text(source):
    note = f',\n     note: "{source.note}"' if source.note else ''
    title = source.title.replace('"', "'")
    return f'  - {{id: {source.id}, title: "{title}",\n     url: "{source.url}", seen: 2026-11-22{note}}}\n'


def written(text):
    """Rows below the marker, by id: target, runtime and id, and the line."""
    return {row[1]: ((row[2], row[3], row[1]), row[0]) for row in
            re.finditer(r'^  - {id: ([^,]+), target: ([^,]+), runtime: ([^,]+), .*\n', text, re.M)}


def write(path, kept, known, hand, others=()):
    """The file: sources that are used, the hand-written part, then a line for each row that stays, by target; `others` are of written()."""
    used, addresses = dict(known), {}
    for placed in kept:
        used.setdefault(placed.source.id, source_text(placed.source))
        if addresses.setdefault(placed.source.id, placed.source.url) != placed.source.url:
            sys.exit(f'{placed.source.id}: two addresses; give its line of sources.csv a {{}}')
    body, last = [], None
    for (target, _, _), line in sorted([((placed.target, placed.runtime, placed.row['id'].lower()), placed.entry()) for placed in kept] +
                                       list(others)):
        if target != last:
            last = target
            body.append(f'\n  # {target}\n')
        body.append(line)
    wanted = set(re.findall(r'\bsource: ([\w.-]+)', hand + ''.join(body)))
    head = HEAD
    if path == SHIPPED:
        with open(path, encoding='utf-8') as file:
            head = file.read().partition('sources:\n')[0]
    with open(path, 'w', encoding='utf-8', newline='\n') as file:
        file.write(head + 'sources:\n' + ''.join(text for ident, text in used.items() if ident in wanted))
        file.write('\nobservations:\n' + hand.rstrip('\n') + ('\n\n' if hand else '') + MARKER + ''.join(body))


def numbers(text):
    return {int(part) for part in text.split(',') if part}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('tables', nargs='+', metavar='TABLE')
    parser.add_argument('--write', action='store_true')
    parser.add_argument('--output', metavar='FILE')
    parser.add_argument('--keep', type=numbers, default=set(), metavar='RULES')
    parser.add_argument('--local', action='store_true')
    parser.add_argument('--list', type=int, metavar='RULE')
    options = parser.parse_args(arguments)
    if options.write and (options.keep or options.local or options.output):
        parser.error('--write ships what the rules leave, nothing else')
    if options.keep & {2, 3, 4, 5, 6}:
        parser.error('what is not placed cannot be kept')
    options.keep |= {1} if options.local else set()

    hand, _, below = section(SHIPPED, 'observations').partition(MARKER)
    known = {re.search(r'\bid: ([\w.-]+)', entry).group(1): entry for entry in entries(section(SHIPPED, 'sources'))}
    kept, first, alone, listed = sort_out(options.tables, Mapping(), set() if options.output else by_hand(hand), options)
    for row in listed:
        print(row['id'], row['device'], row['runtime'], row['model'], row['format'], row['decode_tok_s'], sep='\t')
    if options.output:
        write(options.output, kept, known, '')
    elif options.write:
        given = {row['id'].lower() for path in options.tables for row in read(path)}
        others = [row for ident, row in written(below).items() if ident not in given]
        write(SHIPPED, kept, known, hand, others)
        print(f'{len(others)} rows of other tables stay')
    print('rule  rows  alone')
    for rule, text in RULES.items():
        print(f'{rule:4}{first[rule]:6}{alone[rule]:7}  {text}')
    pairs = len({(placed.target, placed.model) for placed in kept})
    print(f'kept{len(kept):6}         rows: {len({placed.target for placed in kept})} targets, {pairs} pairs of target and model, '
          f'{len({placed.runtime for placed in kept})} runtimes')


if __name__ == '__main__':
    sys.exit(main())
