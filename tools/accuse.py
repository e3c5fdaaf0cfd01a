#!/usr/bin/env python3
"""Lists the observations that are faster than the library says is possible: accuse.py [--all] [REGISTRY_FILE...]

Nobody can beat the peak bandwidth over the least traffic, nor the arithmetic of a prompt over all that the engine has. Where a
measurement does, one of three facts is wrong: the bandwidth or the throughput, the bytes or what is multiplied in, or the measurement;
each line names them, so that somebody can look. A run of what the registry refuses accuses the refusal. Claims and rows of grade c are listed with --all only: they are no evidence. Exit code 1 if anything is listed.

EDGEPLAN_LIBRARY=build/lib/libedgeplan.so.0 tools/accuse.py
"""
import os
import sys
from collections import Counter

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'examples', 'python'))
import edgeplan  # noqa: E402

ACCELERATORS = {number: name for name, number in edgeplan.ACCELERATORS.items()}
TEXTS = ('id', 'target', 'runtime', 'model', 'format', 'source', 'url')
GRADES = {1: 'a', 2: 'b', 3: 'c'}
YES = 2
ROUNDING = 1.005  # rates are printed with two or three digits


def observations(registry):
    """Each observation of the registry: its texts, and its figures."""
    call, library = registry.library.call, registry.library
    index = 0
    while handle := call.observation_at(registry.pointer, index):
        texts = {name: call.observation_text(handle, number).decode() for number, name in enumerate(TEXTS)}
        facts = library.new('observation_facts')
        library.check(call.observation_get(handle, edgeplan.byref(facts)))
        yield texts, facts
        index += 1


def ceiling(registry, texts, facts):
    """Tokens a second nobody can beat under the observation's conditions, with the chip; or None and the reason."""
    batch, depth = facts.batch or 1, facts.get('context_tokens') or 1
    try:
        deployment = registry.deploy(registry.model(texts['model']), texts['target'], texts['runtime'], texts['format'],
                                     ACCELERATORS[facts.accelerator])
        plan = deployment.plan(context_tokens=(depth + 1) * batch, prompt_tokens=1, cached_tokens=depth - 1, output_tokens=1,
                               sequences=batch, batch=batch)
    except edgeplan.Error as error:
        return None, str(error).split('\n', maxsplit=1)[0]
    rate = plan.numbers('speed').get('decode_ceiling_tok_per_s')
    missing = [text for text in plan.messages('missing') if 'bandwidth' in text or 'bytes' in text or 'size' in text]
    return rate, '' if rate else (missing or ['no ceiling'])[0]


def prompt_ceiling(registry, texts, facts):
    """The same of a prompt, in one chunk, for a run may have had longer ones than the runtime's usual; None where it is not known."""
    prompt, depth = facts.get('prompt_tokens'), facts.get('context_tokens') or 0
    if not facts.get('prefill_tok_per_s') or not prompt:
        return None
    cached = depth if depth > prompt else 0
    try:
        deployment = registry.deploy(registry.model(texts['model']), texts['target'], texts['runtime'], texts['format'],
                                     ACCELERATORS[facts.accelerator])
        plan = deployment.plan(context_tokens=prompt + cached + 1, prompt_tokens=prompt, cached_tokens=cached, chunk_tokens=prompt)
    except edgeplan.Error:
        return None
    return plan.numbers('speed').get('prefill_ceiling_tok_per_s')


def main(arguments):
    every = '--all' in arguments
    registry = edgeplan.Registry(*(path for path in arguments if path != '--all'))
    call = registry.library.call
    accused, refused, held, asked, silent = [], [], 0, 0, Counter()
    for texts, facts in observations(registry):
        rate = facts.get('decode_tok_per_s')
        weak = facts.claim == YES or GRADES.get(facts.grade) == 'c'
        if weak and not every:
            continue
        chip = call.target_chip(registry.find('target', texts['target'])).decode()
        most = prompt_ceiling(registry, texts, facts)
        asked += most is not None
        if most and facts.prefill_tok_per_s > most * ROUNDING:
            accused.append((facts.prefill_tok_per_s / most, texts, f"chips[{chip}].engines.throughput", 'products',
                            facts.prefill_tok_per_s, most))
        if rate is None:
            continue
        most, why = ceiling(registry, texts, facts)
        if most is None:
            if 'REFUSED' in why:
                refused.append(texts)
            else:
                silent[f"{texts['target']}, {texts['runtime']}, {texts['format']}: {why}"] += 1
            continue
        held += 1
        if rate > most * ROUNDING:
            accused.append((rate / most, texts, f"chips[{chip}].memory.peak_bandwidth", 'storage', rate, most))
    for ratio, texts, fact, what, rate, most in sorted(accused, key=lambda line: -line[0]):
        print(f"{texts['id']}: {rate:g} tok/s, {100 * ratio:.0f} % of {most:.4g}: {texts['model']} on {texts['target']} through "
              f"{texts['runtime']}\n  accuses {fact}, {what} of {texts['model']} in {texts['format']}, or {texts['url']}")
    for texts in refused:
        print(f"{texts['id']}: {texts['model']} in {texts['format']} on {texts['target']} was run\n  accuses the refusal of "
              f"runtimes[{texts['runtime']}], or {texts['url']}")
    print(f'{held} observations held against a ceiling, and {asked} of their prompts: {len(accused)} above it. {len(refused)} of what is refused, '
          f'{sum(silent.values())} without a ceiling')
    for text, count in sorted(silent.items()):
        print(f'  {count} {text}')
    return 1 if accused or refused else 0


if __name__ == '__main__':
    try:
        sys.exit(main(sys.argv[1:]))
    except edgeplan.Error as error:
        sys.exit(f'accuse.py: {error}')
