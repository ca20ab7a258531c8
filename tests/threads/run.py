#!/usr/bin/env python3
"""run.py --build DIR [--packets 5000]: the same for every number of threads.

Feeds the program of a build with hostile packets (floods, holes, fragments, tunnels, tenants,
noise) with one, two and seven threads, in several modes: every file with its time, the report and
what is printed must be the same, octet by octet. Exits with 1 otherwise."""
import argparse
import hashlib
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'e2e'))
import run as e2e

MODES = {
    'files': ['--udp', '-I', '-e', 'md5'],
    'numbers in names': ['-Fg', '-T', '%N-%S', '-w', 'unused.pcap'],
    'one name for all': ['-T', 'same', '--strict', '--gap', 'mark'],
    'console': ['-c', '--udp', '--gap', 'mark'],
    'times': ['--max-idle', '1', '--max-lifetime', '3', '-C', '-J'],
    'zip': ['--archive', 'a.zip', '--udp', '-I', '-e', 'md5'],
    'tar, one name for all': ['--archive', 'a.tar', '-T', 'same', '--keep-alternatives'],
    'transcript': ['--transcript', '-', '--udp', '-o', '.', '-e', 'http'],
    'told of files': ['-S', 'tcp_alert_fd=1', '-FT'],
}


def digest(octets):
    return hashlib.sha256(octets).hexdigest()


def outcome(binary, capture, words, threads):
    """Name -> digest and time of all that a run made."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([binary, '-q', '-j', str(threads), '-r', capture, *words],
                              cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        made = {'status': done.returncode, 'stdout': digest(done.stdout), 'stderr': done.stderr}
        for where, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(where, name)
                octets = e2e.read(path)
                if e2e.REPORT.search(name):
                    octets = e2e.normal_report(octets)
                is_flow = name[0].isdigit() and '.' not in name[-6:]
                time = os.stat(path).st_mtime_ns if is_flow else 0
                made[os.path.relpath(path, folder)] = (digest(octets), time)
        return made


def check(binary, capture):
    """Yields what is wrong."""
    for mode, words in MODES.items():
        one = outcome(binary, capture, words, 1)
        if one['status'] != 0 or one['stderr']:
            yield f'{mode}: status {one["status"]}, {one["stderr"].decode()}'
        for threads in (2, 7):
            other = outcome(binary, capture, words, threads)
            differ = sorted(name for name in set(one) | set(other)
                            if one.get(name) != other.get(name))
            if differ:
                yield f'{mode}: -j {threads} differs in {", ".join(differ[:5])}'
        print(f'threads: {mode}: {len(one)} things compared', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', required=True)
    parser.add_argument('--packets', type=int, default=5_000)
    options = parser.parse_args()
    build = os.path.abspath(options.build)
    with tempfile.NamedTemporaryFile(suffix='.pcap') as capture:
        subprocess.run([f'{build}/hostile_traffic', str(options.packets)], stdout=capture,
                       check=True)
        faults = list(check(f'{build}/tcpflow', capture.name))
    for fault in faults:
        print(f'threads: {fault}', file=sys.stderr)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
