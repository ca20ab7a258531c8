#!/usr/bin/env python3
"""run.py [--bin PROGRAM] [--walks N] [--seed N] [-v]

Asks the running Linux kernel what it makes of overlapping segments and fragments, and compares it
with `tcpflow --overlap-policy linux` and `--fragment-policy linux_modern` on the same packets.
Needs root and /dev/net/tun; without them it says "skipped" and succeeds. Exit status 0 if all
agree.

Every sequence of three intervals on a grid of four cells is tried. The cell before the grid comes
after them, so that all of them wait; what no interval covers, and the cell behind the grid, are
filled before it. Fragments are tried once more with the second one claiming to be the last, and
pairs of them with a second one that has three octets too many, or no more than three. Long
walks of many intervals on a larger grid follow for segments: only they make the kernel's tree of
blocks turn."""
import argparse
import itertools
import os
import random
import struct
import subprocess
import sys
import tempfile

import endpoint
from endpoint import ACK, FIN, PSH, Fragment, ip, tcp

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
# Octets of a cell. Fragments are cut at multiples of 8; in long walks the kernel joins segments
# only as long as they fit into the room that it happened to get for the first of them.
CELLS = {'segments': 8, 'fragments': 8, 'ends': 8, 'odd': 8, 'scrap': 8, 'walk': 2}
ODD_OCTETS = 3
FIRST_PORT = 10000
FILLER, HOLE, RETRY = ord('.'), ord('-'), ord('~')


def intervals(cells):
    return [(a, b) for a in range(cells) for b in range(a + 1, cells + 1)]


def pairs():
    return [list(each) for each in itertools.product(intervals(4), repeat=2)]


def triples():
    return [list(each) for each in itertools.product(intervals(4), repeat=3)]


def walks(count, seed):
    chance = random.Random(seed)
    for _ in range(count):
        cells = chance.choice([8, 16, 40])
        walk = []
        for _ in range(chance.choice([6, 12, 40])):
            begin = chance.randrange(cells)
            walk.append((begin, min(cells, begin + chance.choice([1, 1, 2, 3, 6]))))
        yield walk


def uncovered(arrivals):
    """The cells that no interval covers, up to one behind the last, as intervals."""
    return [(i, i + 1) for i in range(max(end for _, end in arrivals) + 1)
            if not any(begin <= i < end for begin, end in arrivals)]


def cell(letter):
    """Octets that tell who sent them, and that add nothing to a checksum, whoever did."""
    return bytes([letter, letter, 255 - letter, 255 - letter]) * 2


class Trial:
    """One connection: the intervals that overlap, and what the kernel's socket read."""

    def __init__(self, version, kind, arrivals):
        self.version, self.kind, self.arrivals = version, kind, arrivals
        self.cell = CELLS[kind]
        self.length = (2 + max(end for _, end in arrivals)) * self.cell
        self.port, self.read = 0, b''

    def name(self):
        grid = ' '.join(f'[{a},{b})' for a, b in self.arrivals)
        return f'IPv{self.version} {self.kind} {grid}'

    def file_name(self):
        if self.version == 6:
            return f'fd77::2.{self.port:05}-fd77::1.{endpoint.PORT:05}'
        return f'010.077.000.002.{self.port:05}-010.077.000.001.{endpoint.PORT:05}'

    def run(self, host, port):
        self.port = port
        isn = port * 65536 % 2**32
        connection, expected = host.connect(self.version, port, isn)
        with connection:
            whole = tcp(self.version, port, isn + 1, expected, PSH | ACK,
                        cell(RETRY) * (self.length // len(cell(RETRY))))
            if self.kind not in ('segments', 'walk'):
                self.send_fragments(host, whole)
            else:
                self.send_segments(host, isn + 1, expected)
            fin = tcp(self.version, port, isn + 1 + self.length, expected, FIN | ACK)
            host.send(ip(self.version, fin))
            self.read = endpoint.read_all(connection)

    def pieces(self):
        """(begin, end, letter) in the order in which they are sent, the cell before the grid left
        out."""
        letters = [(a, b, ord('A') + i) for i, (a, b) in enumerate(self.arrivals)]
        return letters + [(a, b, FILLER) for a, b in uncovered(self.arrivals)]

    def send_segments(self, host, first, expected):
        for begin, end, letter in self.pieces() + [(-1, 0, HOLE)]:
            data = cell(letter)[:self.cell] * (end - begin)
            segment = tcp(self.version, self.port, first + (1 + begin) * self.cell, expected,
                          PSH | ACK, data)
            host.send(ip(self.version, segment))

    def send_fragments(self, host, whole):
        """The fragments of one segment; then the same segment whole with other content, which
        counts only if the kernel gave up the fragments."""
        head = whole[:endpoint.TCP_HEADER] + cell(HOLE)
        for number, (begin, end, letter) in enumerate(self.pieces()):
            is_last = (1 + end) * self.cell == self.length
            more = int(not is_last and not (self.kind == 'ends' and number == 1))
            place = Fragment(self.port, len(head) // 8 + begin, more)
            data = cell(letter) * (end - begin)
            if self.kind == 'odd' and number == 1 and more:
                data += data[:ODD_OCTETS]
            if self.kind == 'scrap' and number == 1:
                data = data[:ODD_OCTETS]
            host.send(ip(self.version, data, place))
        host.send(ip(self.version, head, Fragment(self.port, 0, 1)))
        host.send(ip(self.version, whole))


def write_capture(path, packets):
    with open(path, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 101))  # raw IP
        for number, packet in enumerate(packets):
            file.write(struct.pack('<IIII', 1700000000 + number // 100000,
                                   number % 100000 * 10, len(packet), len(packet)) + packet)


def dissent(binary, packets, trials):
    """The trials of which the program's file is not what the kernel read, with that file."""
    with tempfile.TemporaryDirectory() as folder:
        write_capture(f'{folder}/in.pcap', packets)
        subprocess.run([binary, '-r', f'{folder}/in.pcap', '-o', f'{folder}/out',
                        '--overlap-policy', 'linux', '--fragment-policy', 'linux_modern'],
                       check=True)
        for trial in trials:
            octets = b''
            if os.path.exists(f'{folder}/out/{trial.file_name()}'):
                with open(f'{folder}/out/{trial.file_name()}', 'rb') as file:
                    octets = file.read()
            if octets != trial.read:
                yield trial, octets


def letters(trial, octets):
    """A stream in short: a letter for each cell."""
    return octets[::trial.cell].decode('latin-1')


def make_trials(options, versions):
    for version in versions:
        for kind in ('segments', 'fragments', 'ends'):
            yield from (Trial(version, kind, arrivals) for arrivals in triples())
        for kind in ('odd', 'scrap'):
            yield from (Trial(version, kind, arrivals) for arrivals in pairs())
        yield from (Trial(version, 'walk', arrivals)
                    for arrivals in walks(options.walks, options.seed))


def run(options):
    host = endpoint.Endpoint()
    trials = list(make_trials(options, host.versions))
    for number, trial in enumerate(trials):
        trial.run(host, FIRST_PORT + number)
        if options.verbose:
            print(f'{trial.name()}: {letters(trial, trial.read)}')
    failed = list(dissent(os.path.abspath(options.bin), host.sent, trials))
    for trial, octets in failed[:20]:
        print(f'FAIL {trial.name()}')
        print(f'    kernel  {letters(trial, trial.read)}\n    program {letters(trial, octets)}')
    print(f'kernel oracle: {len(trials) - len(failed)} agreed with Linux {os.uname().release}, '
          f'{len(failed)} did not')
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--bin', default=os.path.join(TOP, 'build/release/tcpflow'))
    parser.add_argument('--walks', type=int, default=500)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('-v', '--verbose', action='store_true')
    try:
        return run(parser.parse_args())
    except endpoint.Unavailable as reason:
        print(f'skipped: kernel oracle: {reason}')
        return 0


if __name__ == '__main__':
    sys.exit(main())
