#!/usr/bin/env python3
"""run.py [--runs 5] [--scale 1] [--patterns A,B] [--modes files,-c] [--bin FILE] [--other FILE]

Measures the program against tcpflow 1.6.1 (if installed) and cp, in turn so that a change of the
machine's mood meets all alike, on traffic generated into /dev/shm. Prints a Markdown table of the
medians: wall time, CPU time (user and system), peak memory, and how the program stands to 1.6.1."""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PATTERNS = ('long_flows', 'one_elephant', 'many_short_http', 'tiny_flows', 'half_open', 'many_open',
            'reordered', 'lossy')
GIGABYTES = {'long_flows': 1.17, 'one_elephant': 1.17, 'many_short_http': 0.86, 'reordered': 0.6,
             'lossy': 0.6}  # of the capture at scale 1; the others stay below 0.4
MODES = {'files': [], '-c': ['-c'], '-C': ['-C'], '-FX': ['-FX']}


class Sample:
    """One run of one program, from the line that `measure` prints."""

    def __init__(self, line, status):
        wall, cpu, kilobytes = line.split()
        self.wall, self.cpu, self.megabytes = float(wall), float(cpu), int(kilobytes) / 1024
        self.status = status


def build():
    """Builds what is measured and what generates; returns the folder of the tools."""
    subprocess.run(['make', 'all'], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
    folder = os.path.join(TOP, 'build', 'bench')
    flags = ['-DCMAKE_BUILD_TYPE=Release', '-DTCPFLOW_TESTS=OFF', '-DTCPFLOW_BENCH=ON']
    subprocess.run(['cmake', '-S', TOP, '-B', folder, '-G', 'Ninja', *flags], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(['cmake', '--build', folder, '--target', 'make_traffic', 'measure'],
                   check=True, stdout=subprocess.DEVNULL)
    return os.path.join(folder, 'bench')


def measure(options, command, folder):
    """Runs the command within an empty folder that goes afterwards."""
    os.makedirs(folder)
    limited = [options.tools + '/measure', 'timeout', '-k', '1', str(options.limit), *command]
    done = subprocess.run(limited, cwd=folder, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    shutil.rmtree(folder)
    return Sample(done.stderr.strip().splitlines()[-1], done.returncode)


def commands(options, capture, mode):
    """Name -> command line."""
    words = [*MODES[mode], '-r', capture]
    result = {'tcpflow': [os.path.abspath(options.bin), *words]}
    other = shutil.which(options.other)
    if other:
        quiet = ['-S', 'enable_report=NO'] if mode in ('-c', '-C') else []
        result['1.6.1'] = [other, *quiet, *words]
    if mode == 'files':
        result['cp'] = ['cp', capture, 'copy']
    return result


def row(pattern, mode, name, samples, against):
    wall = statistics.median(s.wall for s in samples)
    cells = [pattern, mode, name, f'{wall:.2f}',
             f'{statistics.median(s.cpu for s in samples):.2f}',
             f'{statistics.median(s.megabytes for s in samples):.0f}',
             f'{against / wall:.1f}x' if against and name == 'tcpflow' else '']
    failed = sorted({s.status for s in samples} - {0})
    if failed:
        cells[-1] += f' exit {failed[0]}' + (' (time limit)' if failed[0] in (124, 137) else '')
    return '| ' + ' | '.join(cells) + ' |'


def bench(options, capture, pattern, mode):
    samples = {name: [] for name in commands(options, capture, mode)}
    for _ in range(options.runs):
        for name, command in commands(options, capture, mode).items():
            folder = os.path.join(os.path.dirname(capture), 'out')
            samples[name].append(measure(options, command, folder))
    old = [s.wall for s in samples.get('1.6.1', ())]
    for name, list_ in samples.items():
        print(row(pattern, mode, name, list_, statistics.median(old) if old else None), flush=True)


def enough_room(options, pattern):
    """The capture, its copy or its streams, and some to spare."""
    needed = 2.2 * GIGABYTES.get(pattern, 0.4) * options.scale * 10**9
    return shutil.disk_usage(options.folder).free > needed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('--scale', type=float, default=1.0, help='of the amount of traffic')
    parser.add_argument('--patterns', default=','.join(PATTERNS))
    parser.add_argument('--modes', default=','.join(MODES))
    parser.add_argument('--bin', default=os.path.join(TOP, 'build/release/tcpflow'))
    parser.add_argument('--other', default='/usr/bin/tcpflow')
    parser.add_argument('--folder', default='/dev/shm')
    parser.add_argument('--limit', type=int, default=300, help='seconds a run may take')
    options = parser.parse_args()
    options.tools = build()
    print('| pattern | mode | program | wall s | CPU s | peak MB | against 1.6.1 |')
    print('|---|---|---|---:|---:|---:|---:|')
    for pattern in options.patterns.split(','):
        if not enough_room(options, pattern):
            print(f'skipped: {pattern} (too little room in {options.folder})')
            continue
        with tempfile.TemporaryDirectory(dir=options.folder, prefix='bench.') as work:
            capture = os.path.join(work, 'in.pcap')
            subprocess.run([options.tools + '/make_traffic', pattern, capture,
                            str(options.scale)], check=True, stdout=subprocess.DEVNULL)
            for mode in options.modes.split(','):
                bench(options, capture, pattern, mode)
    return 0


if __name__ == '__main__':
    sys.exit(main())
