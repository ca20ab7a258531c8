#!/usr/bin/env python3
"""profile.py [--patterns A,B] [--modes=files,-FX] [--scale 0.02] [--top 12] [--write]

Where the time goes, by counting instructions with callgrind (valgrind), which noise does not touch:
for each pattern the instructions a packet takes (the difference between two amounts of traffic, so
that the start of the program does not count), and the functions that execute most of them, by
themselves (self) and with all that they call (inclusive). The kernel's work is not in it. With
--write the first of each list go into bench/README.md."""
import argparse
import collections
import os
import re
import subprocess
import sys

import measuring
import tables
from growth import MODES, modes_of
from rows import PATTERNS

# "1,234,567 (12.34%)  ???:tcpflow::Engine::run(tcpflow::PacketSource&) [/path/to/tcpflow]"
LISTED = re.compile(r'^\s*([\d,]+) \(\s*[\d.]+%\)\s+\S*?:(\D.*?)(?: \[.*\])?$')
TOTAL = re.compile(r'^\s*([\d,]+) \(100\.0%\)\s+PROGRAM TOTALS', re.MULTILINE)
ALL = 'PROGRAM TOTALS'
LEFT = ('traffic', 'mode')
RIGHT = ('instructions a packet', 'most of them in')
IN_TABLE = 5


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


def by_packet(options, pattern, mode):
    """Self costs and inclusive costs as Counters of function -> instructions a packet."""
    fewer, *small = counted(options, pattern, mode, options.scale / 2)
    packets, *large = counted(options, pattern, mode, options.scale)
    return [collections.Counter({name: (count - before[name]) / (packets - fewer)
                                 for name, count in after.items() if name})
            for before, after in zip(small, large)]


def top(costs, count):
    return [(name, cost) for name, cost in costs.most_common(count + 1) if name != ALL][:count]


def show(options, pattern, mode):
    """Prints both lists; returns the row of the table."""
    alone, inclusive = by_packet(options, pattern, mode)
    total = alone[ALL]
    print(f'\n## {pattern}, {mode}: {total:,.0f} instructions a packet')
    for title, costs in (('self', alone), ('inclusive', inclusive)):
        print(f'  {title}:')
        for name, cost in top(costs, options.top):
            print(f'    {cost:8,.0f}  {100 * cost / total:5.1f} %  {name}')
    sys.stdout.flush()
    most = ', '.join(f'`{name}` {100 * cost / total:.0f} %' for name, cost in top(alone, IN_TABLE))
    return tables.line([pattern, mode, f'{total:,.0f}', most])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    measuring.add_places(parser)
    parser.add_argument('--patterns', default=','.join(PATTERNS))
    parser.add_argument('--modes', help='of files, -FX and --udp; all that suit by default')
    parser.add_argument('--scale', type=float, default=0.02)
    parser.add_argument('--top', type=int, default=12, help='functions of each list')
    options = parser.parse_args()
    options.tools = options.tools or measuring.build()
    table = tables.head(LEFT, RIGHT)
    for pattern in options.patterns.split(','):
        for mode in modes_of(pattern, options.modes):
            table.append(show(options, pattern, mode))
    if options.write:
        order = [(pattern, mode) for pattern in PATTERNS for mode in MODES]
        about = f'{tables.today()}, GCC `-O3`, by callgrind; the kernel is not in it.'
        tables.write('profile', about, table, order)
    return 0


if __name__ == '__main__':
    sys.exit(main())
