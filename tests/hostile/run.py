#!/usr/bin/env python3
"""run.py --build DIR [--packets 10000000]: memory under attack.

Feeds the program of a build with hostile packets through a pipe: floods of SYNs and of lonely
segments, islands of one byte, holes without end, fragments that never finish, tunnels in tunnels,
doubtful SYNs, one pair of addresses on a million VLANs, noise. Every limit must have been reached,
as the report counts them, and the memory at its peak must have stayed below what the limits come
to, and must not grow with the number of packets. Then each kind of them alone, in several ways of
running, with one limit for all: --memory-limit. The peak of the whole program must stay below it,
and the report must say what it cost. Last, one response of HTTP that does not end, in all ways of
telling of it: ten times as much of it must take no more memory. Exits with 1 otherwise."""
import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

# With --memory-limit: the kind of traffic, how the program runs, the limit in MiB, thousands of
# packets, and what the report must say was given up for it.
LIMITED = (
    ('mixed', ['-FX', '-j1'], 64, 1000, ('memory_limit', 'max_held', 'max_fragment_bytes')),
    ('mixed', ['-FX', '-j2'], 128, 2000, ('memory_limit', 'max_held')),
    ('mixed', ['-FX', '-j7', '--strict', '--udp'], 384, 2000, ()),
    ('mixed', ['-c', '-D', '-X', 'report.xml', '-j1'], 64, 500, ('memory_limit', 'max_held')),
    ('mixed', ['-j2', '-e', 'md5', '-I'], 128, 200, ('memory_limit',)),
    ('syns', ['-FX', '-j1', '--max-half-open', '4000000', '--max-flows', '4000000'], 64, 3000,
     ('memory_limit',)),
    ('syns', ['-FX', '-j2', '--max-half-open', '4000000', '--max-flows', '4000000'], 128, 3000,
     ('memory_limit',)),
    ('segments', ['-FX', '-j1'], 64, 1000, ('memory_limit',)),
    ('connections', ['-FX', '-j2'], 128, 2000, ('memory_limit',)),
    ('connections', ['-j1'], 64, 500, ('memory_limit',)),
    ('connections', ['-j2', '--gap', 'mark'], 128, 500, ('memory_limit',)),
    ('islands', ['-FX', '-j1'], 64, 2000, ('max_held_per_half',)),
    ('released', ['-j1', '--gap', 'mark'], 64, 500, ()),
    ('released', ['-c', '-D', '-X', 'report.xml', '-j2', '--gap', 'mark'], 128, 1000, ()),
    ('gaps', ['-FX', '-j2'], 128, 1000, ('max_held',)),
    ('fragments', ['-FX', '-j1'], 64, 1000, ('max_fragment_bytes',)),
    ('closed', ['-FX', '-j1'], 64, 2000, ()),
    ('conversations', ['-FX', '-j2', '--udp'], 128, 2000, ('max_udp',)),
    ('conversations', ['-j1', '--udp'], 64, 200, ('max_udp',)),
    ('connections', ['-K'], 64, 500, ()),
    ('mixed', ['-FX', '-j2', '--transcript', 'talk.txt'], 128, 1000, ('memory_limit',)),
    ('released', ['-FX', '-j1', '--transcript', 'talk.txt'], 64, 500, ('transcript',)),
    ('connections', ['-FX', '-j1', '--transcript', 'talk.txt'], 64, 500, ('transcript',)),
)
# The same with the scanner http, whose objects are files: the kind, the limit in MiB, packets, and
# what the report must say was reached; "state=limit" is of objects.
HTTP = (
    ('open_brotli', ['-j1'], 128, 1000, ('http_unpacking', 'state=limit')),
    ('open_brotli', ['-j2'], 192, 1000, ('http_unpacking', 'state=limit')),
    ('brotli_in_turn', ['-j1'], 128, 500, ()),
    ('requests', ['-j1'], 128, 25_000, ('http_requests',)),
    ('heads', ['-j1'], 128, 10_000, ('http_heads',)),
    ('heads', ['-j2'], 128, 10_000, ('http_heads',)),
    ('header', ['-j1'], 128, 75_000, ()),
    ('parts', ['-j1'], 128, 25_000, ('http_parts',)),
    ('gzip_bomb', ['-j1'], 128, 7200, ('http_unpacked', 'state=limit')),
    ('zlib_bomb', ['-j1'], 128, 7200, ('http_unpacked', 'state=limit')),
    ('raw_bomb', ['-j1'], 128, 7200, ('http_unpacked', 'state=limit')),
    ('stacked_bomb', ['-j1'], 128, 7200, ('http_unpacked', 'state=limit')),
    ('brotli_bomb', ['-j1'], 128, 7200, ('http_unpacked', 'state=limit')),
    ('zstd_bomb', ['-j1'], 128, 7200, ('http_unpacked', 'state=limit')),
    ('gzip_bomb', ['-j1', '--archive', 'a.tar'], 128, 7200, ('http_unpacked',)),
)
# A response that does not end: ways in which memory must not grow with it.
ENDLESS = (['-j1'], ['-j2'], ['-c', '-X', 'report.xml'],
           ['-FX', '--json', 'x.json', '--sqlite', 'x.db', '--http-log', '-X', 'report.xml'],
           ['-j1', '--archive', 'a.tar'],
           ['-j1', '--transcript', 'talk.txt', '--memory-limit', '64M'])
ENDLESS_PACKETS = 100_000
# Small ones, so that each is reached early.
LIMITS = ['--max-flows', '20000', '--max-half-open', '1000', '--max-held', '32M',
          '--max-held-per-half', '1M', '--max-fragments', '1000', '--max-fragment-bytes', '4M']
# Of each group one.
REACHED = (('max_flows',), ('max_half_open',), ('max_held', 'max_held_per_half'),
           ('max_fragments', 'max_fragment_bytes'))
# 32 + 4 MiB of limits, 20,000 flows of about 2 KiB, a batch of input, the program and its
# libraries.
MOST_MEGABYTES = 150
FAST = '/dev/shm' if os.path.isdir('/dev/shm') else None  # for hundreds of thousands of files
TAIL = 64 << 10  # octets of a report that hold its last element
GROWTH = 1.25  # from a tenth of the packets to all of them


def attack(build, traffic, words):
    """Returns the peak memory in MiB and the report."""
    folder = tempfile.mkdtemp(dir=FAST)
    try:
        packets = subprocess.Popen([f'{build}/hostile_traffic', *map(str, traffic)],
                                   stdout=subprocess.PIPE)
        program = subprocess.Popen([f'{build}/tcpflow', '-q', '-o', folder, '-r', '-', *words],
                                   stdin=packets.stdout, stdout=subprocess.DEVNULL, cwd=folder)
        packets.stdout.close()
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        if packets.wait() != 0 or program.returncode != 0:
            sys.exit(f'hostile: traffic {packets.returncode}, program {program.returncode}')
        return usage.ru_maxrss / 1024, facts_of(os.path.join(folder, 'report.xml'))
    finally:
        # Not by this process: a list of so many files makes it large, see facts_of().
        subprocess.run(['rm', '-rf', folder], check=True)


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
    early, _ = attack(build, [packets // 10], ['-FX', *LIMITS])
    peak, root = attack(build, [packets], ['-FX', *LIMITS])
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


def check_limited(build, scale):
    """Yields what is wrong with --memory-limit."""
    for kind, words, most, thousands, costs in LIMITED:
        traffic = [max(int(thousands * 1000 * scale), 1), kind]
        peak, root = attack(build, traffic, [*words, '--memory-limit', f'{most}M'])
        shares = {limit.get('name') for limit in root.iter('limit_reached')
                  if limit.get('share_of') or limit.get('name') == 'memory_limit'}
        what = f"{kind} {' '.join(words)} --memory-limit {most}M"
        print(f"hostile: {what}: peak {peak:.0f} MiB; {', '.join(sorted(shares))}")
        if peak > most:
            yield f'{what}: {peak:.0f} MiB at the peak'
        for cost in costs if scale >= 1 else ():
            if cost not in shares:
                yield f'{what}: the report does not tell of {cost}'


def check_http(build):
    """Yields what is wrong with -e http and --memory-limit."""
    for kind, words, most, packets, costs in HTTP:
        words = ['-e', 'http', *words, '--memory-limit', f'{most}M']
        peak, root = attack(build, [packets, kind], words)
        reached = set(limits_of(root))
        objects = root.find('objects')
        if objects is not None and int(objects.get('limit', 0)) > 0:
            reached.add('state=limit')
        what = f"{kind} {' '.join(words)}"
        print(f"hostile: {what}: peak {peak:.0f} MiB; {', '.join(sorted(reached))}")
        if peak > most:
            yield f'{what}: {peak:.0f} MiB at the peak'
        for cost in costs:
            if cost not in reached:
                yield f'{what}: the report does not tell of {cost}'


def check_endless(build):
    """Yields where more of one response takes more memory."""
    for words in ENDLESS:
        words = ['-e', 'http', '-q', *words]
        early, _ = attack(build, [ENDLESS_PACKETS // 10, 'endless'], words)
        peak, _ = attack(build, [ENDLESS_PACKETS, 'endless'], words)
        what = f"endless {' '.join(words)}"
        print(f'hostile: {what}: peak {peak:.0f} MiB, {early:.0f} MiB after a tenth')
        if peak > early * GROWTH:
            yield f'{what}: memory grew from {early:.0f} to {peak:.0f} MiB'


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument('--build', required=True)
    options.add_argument('--packets', type=int, default=10_000_000)
    options.add_argument('--scale', type=float, default=1, help='of the rest')
    options.add_argument('--only-limited', action='store_true')
    options.add_argument('--only-http', action='store_true')
    given = options.parse_args()
    build = os.path.abspath(given.build)  # the program runs in a folder of its own
    faults = [] if given.only_limited or given.only_http else list(check(build, given.packets))
    faults += [] if given.only_http else list(check_limited(build, given.scale))
    faults += check_http(build)
    faults += check_endless(build)
    for fault in faults:
        print(f'hostile: {fault}', file=sys.stderr)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
