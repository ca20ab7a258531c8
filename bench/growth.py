#!/usr/bin/env python3
"""growth.py [--patterns A,B] [--modes=files,-FX] [--runs 5] [--base 0.125] [--write]

Does twice the traffic take twice the time, and what does it take of memory? Measures the program on
each pattern at 1, 2, 4 and 8 times the base scale. Prints a Markdown table of the medians: CPU time
by packet, peak memory by 1,000 packets above what the smallest run takes, and how much more the
largest amount costs by packet than the smallest; with --write it also goes into bench/README.md."""
import argparse
import os
import sys

import measuring
import tables
from rows import PATTERNS

STEPS = (1, 2, 4, 8)
MODES = {'files': (), '-FX': ('-FX',), '--udp': ('--udp',)}
LEFT = ('traffic', 'mode')
RIGHT = ('packets at 1x', *(f'ns a packet at {step}x' for step in STEPS), '8x to 1x',
         *(f'MB at {step}x' for step in STEPS), 'KB more by 1,000 packets')


def modes_of(pattern, wanted):
    """UDP is not recorded without its option."""
    chosen = ('--udp',) if pattern == 'udp' else ('files', '-FX')
    return [mode for mode in chosen if not wanted or mode in wanted.split(',')]


def measured(options, pattern, mode):
    """[(packets, CPU seconds, megabytes)] for each step."""
    points = []
    for step in STEPS:
        with measuring.Traffic(options, pattern, step * options.base) as traffic:
            command = [os.path.abspath(options.bin), *MODES[mode], '-r', traffic.path]
            samples = traffic.in_turns({'ours': command}, options.runs)['ours']
            points.append((traffic.packets, samples.median('cpu'), samples.median('megabytes')))
            if samples.failure():
                print(f'{pattern}, {mode}, {step}x: {samples.failure()}', file=sys.stderr)
    return points


def row(pattern, mode, points):
    by_packet = [cpu / packets * 1e9 for packets, cpu, _ in points]
    (first, _, low), (last, _, high) = points[0], points[-1]
    more = (high - low) * 1024 / max(last - first, 1) * 1000
    return tables.line([pattern, mode, f'{first:,}', *(f'{ns:.0f}' for ns in by_packet),
                        f'{by_packet[-1] / by_packet[0]:.2f}',
                        *(f'{megabytes:.0f}' for _, _, megabytes in points), f'{more:.1f}'])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    measuring.add_arguments(parser)
    parser.add_argument('--patterns', default=','.join(PATTERNS))
    parser.add_argument('--modes', help='of files, -FX and --udp; all that suit by default')
    parser.add_argument('--base', type=float, default=0.125, help='the scale that is 1x')
    options = parser.parse_args()
    options.tools = options.tools or measuring.build()
    table = tables.head(LEFT, RIGHT)
    print('\n'.join(table), flush=True)
    for pattern in options.patterns.split(','):
        if not measuring.enough_room(options, pattern, STEPS[-1] * options.base):
            print(f'{pattern}: left out, too little room in {options.folder}', file=sys.stderr)
            continue
        for mode in modes_of(pattern, options.modes):
            table.append(row(pattern, mode, measured(options, pattern, mode)))
            print(table[-1], flush=True)
    if options.write:
        if options.runs < 5:
            parser.error('--write: only medians of at least 5 runs')
        order = [(pattern, mode) for pattern in PATTERNS for mode in MODES]
        tables.write('growth', tables.machine(options.runs), table, order)
    return 0


if __name__ == '__main__':
    sys.exit(main())
