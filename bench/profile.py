#!/usr/bin/env python3
"""profile.py [--patterns A,B] [--modes files,-FX] [--scale 0.02] [--top 12] [--bin FILE]

Where the time goes, by counting instructions with callgrind (valgrind), which noise does not touch:
for each pattern the instructions a packet takes (the difference between two amounts of traffic, so
that the start of the program does not count), and the functions that execute most of them, by
themselves (self) and with all that they call (inclusive). The kernel's work is not in it; see
README.md."""
import argparse
import collections
import os
import re
import subprocess
import sys

import measuring
from growth import MODES, modes_of
from rows import PATTERNS

# "1,234,567 (12.34%)  ???:tcpflow::Engine::run(tcpflow::PacketSource&) [/path/to/tcpflow]"
LISTED = re.compile(r'^\s*([\d,]+) \(\s*[\d.]+%\)\s+\S*?:(\D.*?)(?: \[.*\])?$')
TOTAL = re.compile(r'^\s*([\d,]+) \(100\.0%\)\s+PROGRAM TOTALS', re.MULTILINE)
ALL = 'PROGRAM TOTALS'


def short(name):
    """A function's name without namespaces and arguments that tell nothing here."""
    name = re.sub(r'tcpflow::|\(anonymous namespace\)::|std::|__cxx11::', '', name)
    name = re.sub(r'\(.*\)( const)?$', '', name)
    return name if len(name) <= 72 else name[:69] + '...'


def annotated(data, inclusive):
    """Function -> instructions; PROGRAM TOTALS is one of them."""
    command = ['callgrind_annotate', '--auto=no', '--threshold=100',
               f'--inclusive={"yes" if inclusive else "no"}', data]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    counts = collections.Counter()
    for found in filter(None, map(LISTED.match, text.splitlines())):
        counts[short(found[2])] += int(found[1].replace(',', ''))
    counts[ALL] = int(TOTAL.search(text)[1].replace(',', ''))
    return counts


def counted(options, pattern, mode, scale):
    """(packets, self counts, inclusive counts) of one run."""
    with measuring.Traffic(options, pattern, scale) as traffic:
        data = os.path.join(traffic.work.name, 'callgrind.out')
        folder = os.path.join(traffic.work.name, 'out')
        os.makedirs(folder)
        command = ['valgrind', '--tool=callgrind', f'--callgrind-out-file={data}', '-q',
                   os.path.abspath(options.bin), *MODES[mode], '-r', traffic.path]
        subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return traffic.packets, annotated(data, False), annotated(data, True)


def show(options, pattern, mode):
    fewer, *small = counted(options, pattern, mode, options.scale / 2)
    packets, *large = counted(options, pattern, mode, options.scale)
    by_packet = [{name: (count - before[name]) / (packets - fewer) for name, count in after.items()}
                 for before, after in zip(small, large)]
    total = by_packet[0][ALL]
    print(f'\n## {pattern}, {mode}: {total:,.0f} instructions a packet')
    for title, costs in zip(('self', 'inclusive'), by_packet):
        print(f'  {title}:')
        ranked = sorted(((cost, name) for name, cost in costs.items() if name not in ('', ALL)),
                        reverse=True)
        for cost, name in ranked[:options.top]:
            print(f'    {cost:8,.0f}  {100 * cost / total:5.1f} %  {name}')
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    measuring.add_places(parser)
    parser.add_argument('--patterns', default=','.join(PATTERNS))
    parser.add_argument('--modes', help='of files, -FX and --udp; all that suit by default')
    parser.add_argument('--scale', type=float, default=0.02)
    parser.add_argument('--top', type=int, default=12, help='functions of each list')
    options = parser.parse_args()
    options.tools = options.tools or measuring.build()
    for pattern in options.patterns.split(','):
        for mode in modes_of(pattern, options.modes):
            show(options, pattern, mode)
    return 0


if __name__ == '__main__':
    sys.exit(main())
