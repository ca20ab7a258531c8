#!/usr/bin/env python3
"""run.py [--bin PROGRAM] [--seeds N] [--keep FOLDER] [-v]

Generates traffic by seed (traffic.py), and compares what this program writes with what tshark
follows and with what was sent, byte by byte and in both directions. Where tshark is not installed
it says so and succeeds. Exit status 0 if all agree."""
import argparse
import ipaddress
import os
import re
import shutil
import subprocess
import sys
import tempfile

import traffic

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
FIRST_SEED = 20170714
TIMEOUT = 120
# Stands alone in a line in the place of what the capture lacks.
LOSS = re.compile(rb'\[(\d+) bytes missing in capture file\]\0?')
NODE = re.compile(r'Node ([01]): (.*):(\d+)$')


class Stream:
    """What tshark followed: the stream's number, the two ends, and the octets of each."""

    def __init__(self, number):
        self.number, self.nodes, self.sides = number, [None, None], [b'', b'']

    def add(self, line):
        octets = bytes.fromhex(line.strip())
        loss = LOSS.fullmatch(octets)
        self.sides[line.startswith('\t')] += bytes(int(loss[1])) if loss else octets

    def sent_by(self, end):
        return self.sides[self.nodes.index(end)]


def follow(capture, protocol, count):
    """The first `count` streams, in the order of their first packets."""
    home = os.path.dirname(capture)  # without what a user has set up for tshark
    env = dict(os.environ, HOME=home, XDG_CONFIG_HOME=home, LC_ALL='C')
    words = ['tshark', '-n', '-q', '-r', capture]
    for number in range(count):
        words += ['-z', f'follow,{protocol},raw,{number}']
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                          timeout=TIMEOUT, check=True)
    streams = []
    for line in done.stdout.decode().splitlines():
        node = NODE.match(line)
        if line.startswith('Filter:'):
            streams.append(Stream(int(line.split()[-1])))
        elif node:
            streams[-1].nodes[int(node[1])] = (node[2].strip('[]'), int(node[3]))
        elif re.fullmatch('\t?[0-9a-f]+', line):
            streams[-1].add(line)
    return sorted(streams, key=lambda stream: stream.number)  # it prints the last one first


def followed(streams, expected, side):
    """What tshark has for a half; empty where it has nothing."""
    source, destination = expected.ends(side)
    same = [stream for stream in streams if sorted(stream.nodes) == sorted((source, destination))]
    return same[expected.counter].sent_by(source) if expected.counter < len(same) else b''


def shown(end):
    host, port = end
    if ':' not in host:
        host = '.'.join(f'{octet:03}' for octet in ipaddress.ip_address(host).packed)
    return f'{host}.{port:05}'


def file_of(expected, side):
    """The name that the half's file must have."""
    source, destination = expected.ends(side)
    vlan = f'--{expected.tags[0][1]}' if expected.tags else ''
    suffix = f'c{expected.counter}' if expected.counter else ''
    suffix += '.udp' if expected.protocol == 'udp' else ''
    return f'{shown(source)}-{shown(destination)}{vlan}{suffix}'


def read(path):
    if not os.path.exists(path):
        return b''
    with open(path, 'rb') as file:
        return file.read()


def parted(one, other):
    at = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    return f'{len(one)} and {len(other)} octets, they part at {at}'


def compare(capture, expectations, folder):
    """Differences as lines of text."""
    count = {name: sum(e.protocol == name for e in expectations) for name in ('tcp', 'udp')}
    # The tunnel's outer conversations, one for each direction, count as streams of UDP.
    theirs = {'tcp': follow(capture, 'tcp', count['tcp']),
              'udp': follow(capture, 'udp', count['udp'] + 2)}
    names = set()
    for expected in expectations:
        for side, sent in enumerate(expected.sides):
            name = file_of(expected, side)
            names.add(name)
            ours = read(os.path.join(folder, name))
            if ours != sent:
                yield f'{name}: written and sent: {parted(ours, sent)}'
            other = followed(theirs[expected.protocol], expected, side)
            if ours != other:
                yield f'{name}: written and followed by tshark: {parted(ours, other)}'
    for name in sorted(set(os.listdir(folder)) - names - {'report.xml'}):
        yield f'{name}: not expected'


def run_seed(binary, seed, folder):
    octets, expectations = traffic.make(seed)
    capture, out = os.path.join(folder, f'{seed}.pcap'), os.path.join(folder, str(seed))
    with open(capture, 'wb') as file:
        file.write(octets)
    done = subprocess.run([binary, '--udp', '-o', out, '-r', capture], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=TIMEOUT)
    if done.returncode != 0 or done.stdout:
        return [f'exit status {done.returncode}: {done.stdout.decode("utf-8", "replace")[:3000]}']
    return list(compare(capture, expectations, out))


def is_noticed(folder):
    """Changes one octet of what the first seed gave: the comparison must see it twice."""
    _, expectations = traffic.make(FIRST_SEED)
    out = os.path.join(folder, str(FIRST_SEED))
    name = next(file_of(e, 0) for e in expectations if e.sides[0])
    with open(os.path.join(out, name), 'r+b') as file:
        first = file.read(1)
        file.seek(0)
        file.write(bytes([first[0] ^ 1]))
    faults = list(compare(os.path.join(folder, f'{FIRST_SEED}.pcap'), expectations, out))
    return len(faults) == 2 and all(fault.startswith(name) for fault in faults)


def run(options, folder):
    failed = 0
    for seed in range(FIRST_SEED, FIRST_SEED + options.seeds):
        faults = run_seed(os.path.abspath(options.bin), seed, folder)
        failed += bool(faults)
        if faults or options.verbose:
            print(f'{"FAIL" if faults else "ok  "} seed {seed}')
        for fault in faults:
            print('    ' + fault)
    if not failed and not is_noticed(folder):
        print('FAIL a changed octet was not noticed')
        failed += 1
    print(f'differential: {options.seeds - failed} seeds agree with tshark, {failed} do not')
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--bin', default=os.path.join(TOP, 'build/release/tcpflow'))
    parser.add_argument('--seeds', type=int, default=6)
    parser.add_argument('--keep', metavar='FOLDER', help='leave captures and files there')
    parser.add_argument('-v', '--verbose', action='store_true')
    options = parser.parse_args()
    if not shutil.which('tshark'):
        print('skipped: tshark is not installed')
        return 0
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
        return run(options, options.keep)
    with tempfile.TemporaryDirectory() as folder:
        return run(options, folder)


if __name__ == '__main__':
    sys.exit(main())
