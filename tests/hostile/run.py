#!/usr/bin/env python3
"""run.py --build DIR [--packets 10000000]: memory under attack.

Feeds the program of a build with hostile packets through a pipe: floods of SYNs and of lonely
segments, islands of one byte, holes without end, fragments that never finish, tunnels in tunnels,
doubtful SYNs, one pair of addresses on a million VLANs, noise. Every limit must have been reached,
as the report counts them, and the memory at its peak must have stayed below what the limits come
to, and must not grow with the number of packets. Exits with 1 otherwise."""
import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

# Small ones, so that each is reached early.
LIMITS = ['--max-flows', '20000', '--max-half-open', '1000', '--max-held', '32M',
          '--max-held-per-half', '1M', '--max-fragments', '1000', '--max-fragment-bytes', '4M']
# Of each group one.
REACHED = (('max_flows',), ('max_half_open',), ('max_held', 'max_held_per_half'),
           ('max_fragments', 'max_fragment_bytes'))
# 32 + 4 MiB of limits, 20,000 flows of about 2 KiB, a batch of input, the program and its
# libraries.
MOST_MEGABYTES = 150
TAIL = 64 << 10  # octets of a report that hold its last element
GROWTH = 1.25  # from a tenth of the packets to all of them


def attack(build, packets):
    """Returns the peak memory in MiB and the report."""
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, 'report.xml')
        traffic = subprocess.Popen([f'{build}/hostile_traffic', str(packets)],
                                   stdout=subprocess.PIPE)
        program = subprocess.Popen([f'{build}/tcpflow', '-q', '-FX', '-o', folder, '-r', '-',
                                    *LIMITS], stdin=traffic.stdout)
        traffic.stdout.close()
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        if traffic.wait() != 0 or program.returncode != 0:
            sys.exit(f'hostile: traffic {traffic.returncode}, program {program.returncode}')
        return usage.ru_maxrss / 1024, facts_of(report)


def facts_of(report):
    """The last element of the report. All of it is hundreds of megabytes, which this process must
    not read: a child's peak begins with its parent's size."""
    with open(report, 'rb') as file:
        file.seek(max(os.path.getsize(report) - TAIL, 0))
        tail = file.read().decode()
    tail = tail[tail.index('<processing>'):tail.index('</dfxml>')]
    return xml.etree.ElementTree.fromstring(tail)


def limits_of(root):
    return {limit.get('name'): int(limit.get('times')) for limit in root.iter('limit_reached')}


def check(build, packets):
    """Yields what is wrong."""
    early, _ = attack(build, packets // 10)
    peak, root = attack(build, packets)
    reached = limits_of(root)
    print(f'hostile: {packets:,} packets, peak {peak:.0f} MiB, {early:.0f} MiB after a tenth; '
          + ', '.join(f'{name} {times:,}' for name, times in reached.items()))
    if int(root.findtext('packets_read')) != packets:
        yield f"{root.findtext('packets_read')} packets were read of {packets}"
    for names in REACHED:
        if not any(name in reached for name in names):
            yield f'limit {" or ".join(names)} was not reached: the attack is too weak'
    if peak > MOST_MEGABYTES:
        yield f'{peak:.0f} MiB at the peak, {MOST_MEGABYTES} are allowed'
    if peak > early * GROWTH:
        yield f'memory grew from {early:.0f} to {peak:.0f} MiB'


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument('--build', required=True)
    options.add_argument('--packets', type=int, default=10_000_000)
    given = options.parse_args()
    faults = list(check(given.build, given.packets))
    for fault in faults:
        print(f'hostile: {fault}', file=sys.stderr)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
