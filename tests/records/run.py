#!/usr/bin/env python3
"""run.py [--bin PROGRAM] [--capture FILE ...]

Records as others read them: lines of --json parse, name only members that docs/json.md tells of,
and say the same as the tables of --sqlite, at any number of threads; queries of docs/sqlite.md
run; a signal and a full disk leave both readable. Without --capture: the captures of the
whole-program cases."""
import argparse
import collections
import contextlib
import glob
import json
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TABLES = {'flow_end': 'flows', 'http': 'http', 'object': 'objects', 'gap': 'gaps',
          'conflict': 'conflicts'}
ALWAYS = {'stream', 'id', 'proto', 'ip_version', 'src', 'src_port', 'dst', 'dst_port'}
OF_RUN = ('run', 'summary')


class Failure(Exception):
    pass


def require(condition, text):
    if not condition:
        raise Failure(text)


def words_of(path):
    """All that stands in backquotes."""
    with open(path, encoding='utf-8') as file:
        return set(re.findall(r'`([a-z_0-9]+)`', file.read()))


def run(program, args, folder, **more):
    return subprocess.run([program, *args], cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **more)


def lines_of(octets):
    require(octets.endswith(b'\n'), 'the last line has no end')
    return [json.loads(line) for line in octets.decode('utf-8').splitlines()]


def check_lines(lines, known):
    require(lines[0]['event'] == 'run' and lines[0]['schema'] == 1, 'no run at first')
    require(lines[-1]['event'] == 'summary', 'no summary at last')
    for line in lines[1:-1]:
        require(line['event'] not in OF_RUN, 'run or summary in between')
        missing = ALWAYS - set(line)
        require(not missing, f'{line["event"]} without {missing}')
    halves = [half for line in lines for half in line.get('halves', ())]
    for part in [*lines[:-1], *halves]:
        unknown = set(part) - known - {'event', 'ts'}
        require(not unknown, f'members that docs/json.md does not tell of: {unknown}')
    open_flows = collections.Counter()
    for line in lines:
        open_flows[line.get('id')] += {'flow_start': 1, 'flow_end': -1}.get(line['event'], 0)
    require(not any(open_flows.values()), 'flows without start or end')


def check_tables(path, lines):
    counts = collections.Counter(line['event'] for line in lines)
    with contextlib.closing(sqlite3.connect(path)) as base:
        require(base.execute('PRAGMA integrity_check').fetchone() == ('ok',), 'broken database')
        for event, table in TABLES.items():
            rows = base.execute(f'SELECT count(*) FROM {table}').fetchone()[0]
            require(rows == counts[event], f'{rows} rows of {table}, {counts[event]} lines')
        rows = base.execute('SELECT count(*) FROM streams').fetchone()[0]
        halves = sum(len(line.get('halves', ())) for line in lines)
        require(rows == halves, f'{rows} rows of streams, {halves} halves')


def same_but_for_the_run(octets):
    of_run = re.compile(rb'\{"event":"(run|summary)"')
    return [line for line in octets.splitlines() if not of_run.match(line)]


def check_capture(program, capture, known):
    with tempfile.TemporaryDirectory() as folder:
        outs = []
        for threads in ('1', '2', '7'):
            args = ['-j', threads, '-FX', '-e', 'http', '--udp', '-S', 'enable_report=NO',
                    '--json', '-', '--sqlite', 'x.db', '-r', capture]
            done = run(program, args, folder)
            require(done.returncode in (0, 1), f'exit status {done.returncode}')
            if not done.stdout:
                return 0  # no capture: the case is about that
            outs.append(same_but_for_the_run(done.stdout))
            require(outs[-1] == outs[0], f'-j{threads} says something else')
            lines = lines_of(done.stdout)
            check_lines(lines, known)
            check_tables(f'{folder}/x.db', lines)
        return len(outs[0])


def check_queries(program):
    with open(f'{TOP}/docs/sqlite.md', encoding='utf-8') as file:
        queries = re.findall(r'```sql\n(.*?)```', file.read(), re.S)
    require(len(queries) >= 5, 'no queries in docs/sqlite.md')
    with tempfile.TemporaryDirectory() as folder:
        run(program, ['-FX', '-e', 'http', '--sqlite', 'x.db', '-r', f'{TOP}/examples/web.pcap'],
            folder)
        with contextlib.closing(sqlite3.connect(f'{folder}/x.db')) as base:
            answers = [len(base.execute(query).fetchall()) for query in queries]
    require(sum(answer > 0 for answer in answers) > len(queries) // 2, f'few answers: {answers}')
    return len(queries)


def check_signal(program):
    """The input is a pipe that stays open; SIGTERM ends the run."""
    with tempfile.TemporaryDirectory() as folder, open(f'{TOP}/examples/web.pcap', 'rb') as file:
        args = ['-FX', '-e', 'http', '--json', 'x.json', '--sqlite', 'x.db', '-r', '-']
        with subprocess.Popen([program, *args], cwd=folder, stdin=subprocess.PIPE) as process:
            process.stdin.write(file.read())
            process.stdin.flush()
            while b'"http"' not in open(f'{folder}/x.json', 'rb').read() \
                    if os.path.exists(f'{folder}/x.json') else True:
                require(process.poll() is None, 'it ended by itself')
            process.send_signal(signal.SIGTERM)
            require(process.wait() == 0, 'the signal failed the run')
        lines = lines_of(open(f'{folder}/x.json', 'rb').read())
        require(lines[-1].get('signal') == 'SIGTERM', 'the summary knows of no signal')
        check_tables(f'{folder}/x.db', lines)


def check_full_disk(program, captures):
    """A limit on the size of files stands for the disk."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for option, name, capture in zip(('--json', '--sqlite', '--transcript'),
                                     ('x.json', 'x.db', 'x.txt'), captures):
        with tempfile.TemporaryDirectory() as folder:
            args = ['-FX', '-S', 'enable_report=NO', option, name, '-r', capture]
            done = run(program, args, folder, preexec_fn=limit)
            require(done.returncode == 1, f'{option}: exit status {done.returncode}')
            require(name.encode() in done.stderr, f'{option}: no message: {done.stderr}')
            if name == 'x.json':
                last = lines_of(open(f'{folder}/{name}', 'rb').read())[-1]
                # It is there if there was room; then it says what is missing.
                require(last['event'] != 'summary' or last['errors'], 'it says that all is there')
            if name != 'x.db':
                with open(f'{folder}/{name}', 'rb') as file:
                    require(file.read().endswith(b'\n'), f'{option}: half a line')
                continue
            with contextlib.closing(sqlite3.connect(f'{folder}/{name}')) as base:
                require(base.execute('PRAGMA integrity_check').fetchone() == ('ok',), 'broken')


def many_flows(folder, says):
    """A capture of 2,000 connections that end at once, written by the builder of the cases."""
    sys.path.insert(0, f'{TOP}/tests/e2e')
    from wire import Talk, pcap
    frames = []
    for port in range(2000):
        talk = Talk(sport=1024 + port, start=port).syn()
        frames += (talk.c(b'a line\n' * 9) if says else talk).frames
    path = f'{folder}/{"said" if says else "silent"}.pcap'
    with open(path, 'wb') as file:
        file.write(pcap(frames))
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--bin', default=f'{TOP}/build/release/tcpflow')
    parser.add_argument('--capture', action='append')
    options = parser.parse_args()
    program = os.path.abspath(options.bin)
    captures = options.capture or sorted(glob.glob(f'{TOP}/tests/e2e/cases/*/in.pcap'))
    known = words_of(f'{TOP}/docs/json.md')
    lines, failed = 0, 0
    for capture in captures:
        try:
            lines += check_capture(program, capture, known)
        except Failure as failure:
            failed += 1
            print(f'FAIL {capture}: {failure}')
    queries = check_queries(program)
    check_signal(program)
    with tempfile.TemporaryDirectory() as folder:
        silent, said = many_flows(folder, False), many_flows(folder, True)
        check_full_disk(program, (silent, silent, said))
    print(f'records: {len(captures) - failed} captures with {lines} lines agree, {failed} do not; '
          f'{queries} queries, a signal, a full disk')
    return 1 if failed or not lines else 0


if __name__ == '__main__':
    sys.exit(main())
