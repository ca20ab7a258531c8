#!/usr/bin/env python3
"""run.py [--bin PROGRAM] [--only GLOB] [--threads 1,2,7] [--args="-q"] [--jobs N] [--update] [-v]
       [--self-test]

Runs the program on every case of cases/ in an empty folder and compares all that can be seen of the
run, once for each number of threads (-j): it must be the same for all of them, but for cases with a
file `one_thread`, which are about limits that threads share. README.md beside this file says what a
case consists of. --update writes what came out as the
expectation (read the diff before you commit it). Exit status 0 if all agree."""
import argparse
import calendar
import concurrent.futures
import contextlib
import difflib
import fnmatch
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
TIMEOUT = 60
SANITIZER_EXIT = 99
# What a report says of the machine, the build and the moment, not of the packets.
VOLATILE = ('version', 'compiler', 'CPPFLAGS', 'CFLAGS', 'CXXFLAGS', 'LDFLAGS', 'LIBS',
            'compilation_date', 'os_sysname', 'os_release', 'os_version', 'host', 'arch',
            'command_line', 'uid', 'username', 'start_time', 'utime', 'stime', 'maxrss', 'minflt',
            'majflt', 'nswap', 'inblock', 'oublock', 'clocktime')
VOLATILE_ELEMENT = re.compile(rb'<(%s)>[^<]*</\1>' % '|'.join(VOLATILE).encode())
LIBRARY = re.compile(rb'\s*<library [^>]*/>')
# The same of the first and the last line of --json.
JSON_RUN = re.compile(rb'^(\{"event":"(?:run|summary)","ts":)"[^"]*"', re.M)
JSON_PROGRAM = re.compile(rb'"version":"[^"]*","command_line":\[[^\n]*\]\}')
DATABASE_VOLATILE = ('version', 'command_line', 'started', 'ended')
REPORT = re.compile(r'(^|/)report\.xml$|\.report$')


class Outcome:
    """All that can be seen of a run, as a dict of aspect -> octets."""

    def __init__(self, aspects, times):
        self.aspects, self.times = aspects, times


def read(path, default=None):
    if not os.path.exists(path):
        return default
    with open(path, 'rb') as file:
        return file.read()


def lines_of(path):
    return (read(path, b'')).decode().splitlines()


def normal_report(octets):
    return LIBRARY.sub(b'', VOLATILE_ELEMENT.sub(rb'<\1>*</\1>', octets))


def normal_json(octets):
    return JSON_PROGRAM.sub(b'"version":*}', JSON_RUN.sub(rb'\1*', octets))


def rows_of(path):
    """A database as lines of text: what any sqlite3 sees in it."""
    with contextlib.closing(sqlite3.connect(path)) as base:
        tables = [name for name, in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")]
        for table in tables:
            rows = base.execute(f'SELECT * FROM {table}')
            yield f'{table}: {" ".join(column[0] for column in rows.description)}'
            for row in rows:
                is_volatile = table == 'run' and row[0] in DATABASE_VOLATILE
                yield ' '.join(['*' if is_volatile and i else repr(v) for i, v in enumerate(row)])


def normal_file(path, octets):
    if octets[:15] == b'SQLite format 3':
        with tempfile.NamedTemporaryFile() as copy:
            copy.write(octets)
            copy.flush()
            return ''.join(line + '\n' for line in rows_of(copy.name)).encode()
    if path.endswith('.json'):
        return normal_json(octets)
    return normal_report(octets) if REPORT.search(path) else octets


def members(path):
    """(name, octets, time in ns) of each entry of an archive; of a tar, time to the microsecond."""
    if path.endswith('.zip'):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                seconds = calendar.timegm(info.date_time)
                yield info.filename, archive.read(info), seconds * 10**9
        return
    with tarfile.open(path) as archive:
        for info in archive:
            yield info.name, archive.extractfile(info).read(), round(info.mtime * 10**6) * 1000


def tree(folder, times=None):
    """Path -> octets of each file below `folder`; an archive stands for a folder. Fills `times`."""
    files, times = {}, {} if times is None else times
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            rel = os.path.relpath(path, folder)
            if rel.endswith(('.zip', '.tar')):
                for member, octets, stamp in members(path):
                    files[f'{rel}/{member}'], times[f'{rel}/{member}'] = octets, stamp
                continue
            files[rel] = normal_file(rel, read(path))
            times[rel] = os.stat(path).st_mtime_ns
    return files


def environment(case):
    env = dict(os.environ, TZ='UTC', LC_ALL='C')
    for tool in ('ASAN', 'UBSAN', 'TSAN', 'LSAN'):
        given = env.get(f'{tool}_OPTIONS')
        env[f'{tool}_OPTIONS'] = f'{given + ":" if given else ""}exitcode={SANITIZER_EXIT}'
    env.update(line.split('=', 1) for line in lines_of(f'{case}/env') if line)
    return env


def execute(binary, more, case, folder):
    """(exit status, stdout, stderr) of one run within `folder`."""
    if os.path.isdir(f'{case}/setup'):
        shutil.copytree(f'{case}/setup', folder, dirs_exist_ok=True)
    words = shlex.split(read(f'{case}/args').decode().replace('{case}', case))
    stdin = lines_of(f'{case}/stdin')
    with open(os.path.join(case, stdin[0]) if stdin else os.devnull, 'rb') as source:
        try:
            done = subprocess.run([binary, *more, *words], cwd=folder, stdin=source,
                                  env=environment(case), stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return f'no end within {TIMEOUT} s', b'', b''
    return done.returncode, done.stdout, done.stderr


def run(binary, more, case):
    with tempfile.TemporaryDirectory() as folder:
        status, out, err = execute(binary, more, case, folder)
        aspects = {'exit': b'%s\n' % str(status).encode(),
                   'stdout': normal_json(out.replace(case.encode(), b'{case}')),
                   'stderr': err.replace(case.encode(), b'{case}')}
        times = {}
        for path, octets in tree(folder, times).items():
            is_named = REPORT.search(path) or path.endswith('.json')
            named = octets.replace(case.encode(), b'{case}') if is_named else octets
            aspects['tree/' + path] = named
    return Outcome(aspects, times)


def expected_aspects(case):
    """What the case states; an output it does not mention must be empty."""
    base = f'{case}/expected'
    aspects = {'exit': read(f'{base}/exit', b'0\n'), 'stdout': read(f'{base}/stdout', b''),
               'stderr': read(f'{base}/stderr', b'')}
    aspects.update(('tree/' + path, octets) for path, octets in tree(f'{base}/tree').items())
    return aspects


def stderr_agrees(expected, actual):
    """Line by line; an expected line that begins with "~ " is a regular expression, "..." stands
    for any number of lines."""
    pattern = ''
    for line in expected.decode().splitlines():
        if line == '...':
            pattern += r'(?:.*\n)*?'
        else:
            pattern += (line[2:] if line.startswith('~ ') else re.escape(line)) + r'\n'
    return re.fullmatch(pattern, actual.decode('utf-8', 'replace')) is not None


def show(expected, actual):
    """The first differing lines, or the first differing octet of what is no text."""
    try:
        pair = [text.decode().splitlines() for text in (expected, actual)]
    except UnicodeDecodeError:
        at = next((i for i, (a, b) in enumerate(zip(expected, actual)) if a != b),
                  min(len(expected), len(actual)))
        return [f'{len(expected)} octets expected, got {len(actual)}; they part at {at}']
    lines = list(difflib.unified_diff(*pair, 'expected', 'got', n=1, lineterm=''))
    return [line[:160] for line in lines[:20]] or ['they differ in line ends']


def compare_times(case, outcome):
    for line in lines_of(f'{case}/expected/times'):
        stamp, name = line.split(' ', 1)
        seconds, nanos = stamp.split('.')
        wanted = int(seconds) * 10**9 + int(nanos.ljust(9, '0'))
        got = outcome.times.get(name)
        if got != wanted:
            yield f'time of {name}: expected {wanted} ns, got {got}'


def compare(case, outcome):
    """Differences as lines of text; none if the run was as the case states."""
    expected, actual = expected_aspects(case), outcome.aspects
    unchecked = lines_of(f'{case}/expected/unchecked')
    optional = lines_of(f'{case}/expected/optional')
    faults = []
    if re.search(rb'Sanitizer|runtime error:', actual['stderr']):
        text = actual['stderr'].decode('utf-8', 'replace')
        faults.append('a sanitizer speaks up:\n' + text[:3000])
    for name in unchecked:
        if name not in actual:
            faults.append(f'{name}: missing')
    for name in sorted(set(expected) | set(actual)):
        if name in unchecked or (name in optional and name not in expected):
            continue
        if name not in actual:
            faults.append(f'{name}: missing')
        elif name not in expected:
            faults.append(f'{name}: not expected ({len(actual[name])} octets)')
        elif name == 'stderr' and stderr_agrees(expected[name], actual[name]):
            continue
        elif expected[name] != actual[name]:
            faults.append('\n      '.join([f'{name}:', *show(expected[name], actual[name])]))
    return faults + list(compare_times(case, outcome))


def write(path, octets):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(octets)


def update(case, outcome):
    base = f'{case}/expected'
    unchecked = lines_of(f'{base}/unchecked') + lines_of(f'{base}/optional')
    shutil.rmtree(f'{base}/tree', ignore_errors=True)
    for name, octets in outcome.aspects.items():
        default = {'exit': b'0\n', 'stdout': b'', 'stderr': b''}.get(name)
        if name in unchecked:
            continue
        if name == 'stderr' and stderr_agrees(read(f'{base}/{name}', b''), octets):
            continue
        if octets != default:
            write(f'{base}/{name}', octets)
        elif os.path.exists(f'{base}/{name}'):
            os.remove(f'{base}/{name}')
    if os.path.exists(f'{base}/times'):
        names = [line.split(' ', 1)[1] for line in lines_of(f'{base}/times')]
        stamps = [(outcome.times[name], name) for name in names if name in outcome.times]
        text = ''.join(f'{ns // 10**9}.{ns % 10**9:09} {name}\n' for ns, name in stamps)
        write(f'{base}/times', text.encode())


def all_cases(pattern):
    cases = os.path.join(HERE, 'cases')
    return [os.path.join(cases, name) for name in sorted(os.listdir(cases))
            if fnmatch.fnmatch(name, pattern) and os.path.exists(f'{cases}/{name}/args')]


def lacks(case, binary):
    """The file that the case needs beside the program and that was not built, or None."""
    folder = os.path.dirname(os.path.abspath(binary))
    return next((name for name in lines_of(f'{case}/needs')
                 if not os.path.exists(f'{folder}/{name}')), None)


def all_runs(options):
    """(case, number of threads) of each run."""
    numbers = options.threads.split(',')[:1 if options.update else None]
    cases = all_cases(options.only)
    for case in cases:
        if lacks(case, options.bin):
            print(f'skip {os.path.basename(case)}: {lacks(case, options.bin)} was not built')
    cases = [case for case in cases if not lacks(case, options.bin)]
    return [(case, number) for case in cases for number in numbers
            if number == '1' or not os.path.exists(f'{case}/one_thread')]


def run_all(options):
    binary, more = os.path.abspath(options.bin), shlex.split(options.args)
    runs, failed = all_runs(options), 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        outcomes = pool.map(lambda one: run(binary, [*more, '-j', one[1]], one[0]), runs)
        for (case, number), outcome in zip(runs, outcomes):
            if options.update:
                update(case, outcome)
            faults = compare(case, outcome)
            failed += bool(faults)
            if faults or options.verbose:
                print(f'{"FAIL" if faults else "ok  "} {os.path.basename(case)} -j {number}')
            for fault in faults:
                print('    ' + fault)
    print(f'e2e: {len(runs) - failed} passed, {failed} failed')
    return 1 if failed or not runs else 0


PROGRAM = '''#!/bin/sh
printf 'out:%s' "$*"; echo "line 1" >&2; echo "$PWD is /x" >&2
mkdir d; printf data > d/f; printf '<utime>%s</utime><uid>x</uid>%s' $$ $4 > report.xml
touch -d @1500000000.5 d/f; tar cf a.tar d/f; cat; exit 3
'''


def self_test():
    """A shell script as the program; each change of the expectation must be noticed."""
    good = {'args': 'a "b c" {case}/in', 'stdin': 'in', 'in': 'fed', 'expected/exit': '3\n',
            'expected/stdout': 'out:-x a b c {case}/infed',
            'expected/stderr': 'line 1\n~ /.* is /x\n', 'expected/tree/d/f': 'data',
            'expected/tree/a.tar/d/f': 'data',
            'expected/tree/report.xml': '<utime>1</utime><uid>2</uid>{case}/in',
            'expected/times': '1500000000.5 d/f\n1500000000.0 a.tar/d/f\n'}
    changes = [({}, ''), ({'expected/exit': '0\n'}, 'exit'), ({'expected/stdout': 'x'}, 'stdout'),
               ({'expected/stderr': 'line 1\n'}, 'stderr'), ({'expected/stderr': '...\n'}, ''),
               ({'expected/tree/d/f': 'date'}, 'tree/d/f'), ({'expected/tree/g': ''}, 'missing'),
               ({'expected/times': '1500000000.4 d/f\n'}, 'time of d/f'),
               ({'expected/times': '1500000001.0 a.tar/d/f\n'}, 'time of a.tar/d/f'),
               ({'expected/tree/a.tar/d/f': 'date'}, 'tree/a.tar/d/f'),
               ({'setup/extra': 'y'}, 'not expected'),
               ({'setup/extra': 'y', 'expected/optional': 'tree/extra\n'}, ''),
               ({'expected/unchecked': 'stdout\ntree/d/f\n', 'expected/tree/d/f': 'no'}, '')]
    for change, wanted in changes:
        with tempfile.TemporaryDirectory() as top:
            for path, text in {**good, **change, 'program': PROGRAM}.items():
                write(f'{top}/{path}', text.encode())
            os.chmod(f'{top}/program', 0o755)
            faults = compare(top, run(f'{top}/program', ['-x'], top))
        assert bool(faults) == bool(wanted) and wanted in ''.join(faults), (change, faults)
    print(f'e2e: self-test passed, {len(changes)} runs')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--bin', default=os.path.join(TOP, 'build/release/tcpflow'))
    parser.add_argument('--only', default='*', metavar='GLOB')
    parser.add_argument('--threads', default='1,2,7', help='run each case with each of these')
    parser.add_argument('--args', default='', help='put before the arguments of each case')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--update', action='store_true')
    parser.add_argument('-v', '--verbose', action='store_true')
    parser.add_argument('--self-test', action='store_true')
    options = parser.parse_args()
    return self_test() if options.self_test else run_all(options)


if __name__ == '__main__':
    sys.exit(main())
