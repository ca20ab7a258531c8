#!/usr/bin/env python3
"""run.py [--patterns A,B] [--modes=A,B] [--runs 5] [--scale 1] [--write]

Measures the program against tcpflow 1.6.1 (if installed) and cp, in turn so that a change of the
machine's mood meets all alike, on traffic generated into /dev/shm. rows.py says what is measured.
Prints a Markdown table of the medians; with --write it also goes into bench/README.md, in place of
what stood there for the same rows."""
import argparse
import os
import sys

import measuring
import tables
from rows import PATTERNS, ROWS

LEFT = ('traffic', 'mode')
RIGHT = ('wall s', 'CPU s', 'kernel s', 'MB', '-j1 wall s', '1.6.1 wall s', '1.6.1 CPU s',
         '1.6.1 MB', 'cp wall s', 'against 1.6.1', '-j1 against 1.6.1', 'against cp', 'spread')
TARGET = ('target', 'reached')


def commands(options, row, capture):
    """Name -> command line."""
    ours = [os.path.abspath(options.bin), *row.words, '-r', capture]
    result = {'ours': ours}
    if options.has_threads:
        result['-j1'] = [*ours, '-j', '1']
    if options.old and row.other is not False:
        result['1.6.1'] = [options.old, *row.other, '-r', capture]
    result['cp'] = ['cp', capture, 'copy']
    return result


def ratio(above, below):
    return above / below if above and below else None


def times(value):
    return f'{value:.1f}x' if value else ''


def cells_of(row, samples):
    wall = {name: one.median('wall') for name, one in samples.items()}
    old = samples.get('1.6.1')
    figures = {'wall': wall['ours'], 'megabytes': samples['ours'].median('megabytes'),
               'old': ratio(wall.get('1.6.1'), wall['ours']),
               'cpu': ratio(samples['ours'].median('cpu'), old.median('cpu')) if old else None,
               'cp': ratio(wall['ours'], wall['cp'])}
    numbers = [f'{wall["ours"]:.2f}', f'{samples["ours"].median("cpu"):.2f}',
               f'{samples["ours"].median("kernel"):.2f}',
               f'{figures["megabytes"]:.0f}',
               f'{wall["-j1"]:.2f}' if '-j1' in wall else '',
               f'{wall["1.6.1"]:.2f}' if old else '',
               f'{old.median("cpu"):.2f}' if old else '',
               f'{old.median("megabytes"):.0f}' if old else '', f'{wall["cp"]:.2f}',
               times(figures['old']), times(ratio(wall.get('1.6.1'), wall.get('-j1'))),
               times(figures['cp']), f'{100 * samples["ours"].spread():.0f} %']
    failures = [f'{name}: {one.failure()}' for name, one in samples.items() if one.failure()]
    verdict = '; '.join(failures) or row.target.verdict(figures)
    return [row.pattern, row.mode, *numbers, row.target.text, verdict]


def bench(options, pattern, chosen):
    """The rows of one pattern, as they are measured."""
    if not measuring.enough_room(options, pattern, options.scale):
        print(f'{pattern}: left out, too little room in {options.folder}', file=sys.stderr)
        return
    with measuring.Traffic(options, pattern, options.scale) as traffic:
        for row in chosen:
            if not measuring.knows(options.bin, row.words):
                print(f'{pattern}, {row.mode}: left out, the program has no such option',
                      file=sys.stderr)
                continue
            samples = traffic.in_turns(commands(options, row, traffic.path), options.runs)
            yield tables.line(cells_of(row, samples))


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    measuring.add_arguments(parser)
    parser.add_argument('--patterns', default=','.join(PATTERNS))
    parser.add_argument('--modes', help='only these; those of all rows by default')
    parser.add_argument('--scale', type=float, default=1.0, help='of the amount of traffic')
    parser.add_argument('--other', default='/usr/bin/tcpflow', help='where 1.6.1 is')
    options = parser.parse_args()
    if options.write and (options.scale != 1 or options.runs < 5):
        parser.error('--write: only medians of at least 5 runs on all of the traffic')
    options.tools = options.tools or measuring.build()
    options.old = measuring.old_program(options.other)
    if not options.old:
        print(f'{options.other} is not tcpflow 1.6.1; nothing is compared with it',
              file=sys.stderr)
    options.has_threads = measuring.knows(options.bin, ['-j'])
    return options


def main():
    options = parse()
    modes = options.modes.split(',') if options.modes else {row.mode for row in ROWS}
    table = tables.head(LEFT, (*RIGHT, *TARGET))
    print('\n'.join(table), flush=True)
    for pattern in options.patterns.split(','):
        chosen = [row for row in ROWS if row.pattern == pattern and row.mode in modes]
        for text in bench(options, pattern, chosen):
            print(text, flush=True)
            table.append(text)
    if options.write:
        order = [(row.pattern, row.mode) for row in ROWS]
        tables.write('figures', tables.machine(options.runs), table, order)
    return 0


if __name__ == '__main__':
    sys.exit(main())
