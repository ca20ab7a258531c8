#!/usr/bin/env python3
"""run.py [--bin PROGRAM]

The scanner python in whole runs that the cases of tests/e2e cannot show: that the function gets
what files have, of every capture of these cases, in one call at a time; where its prints go; a
signal before and while it is called; what a script that cannot be loaded leaves behind; the user
of -U (as root only); and the program where it is installed. Skipped where the module with Python
was not built."""
import argparse
import contextlib
import glob
import hashlib
import json
import os
import pwd
import re
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f'{TOP}/tests/e2e')
from wire import Talk, pcap  # noqa: E402, behind the path to it

PATIENCE = 60  # seconds for a signal to end a run; only one that hangs takes them
THREADS = ('1', '2')
ONLY_GAP = re.compile(rb'(\n\[tcpflow: [^\n]*\n?)?')  # with --gap mark
RESULT = '{http://afflib.org/tcpflow/}result'
# `slow` says that it was called and then waits until something is written into the pipe `go`.
SCRIPT = '''
import atexit, hashlib, os, time
USER = os.getuid()
atexit.register(lambda: open('ended', 'w').close())

def length(data):
    return f'{len(data)} bytes'

def slow(data):
    if data.startswith(b'first'):
        print('called', flush=True)
        with open('go') as go:
            return go.read()
    return 'second'

def users(data):
    return f'{USER} {os.getuid()}'

def prints(data):
    print('hello')

inside = 0
def alone(data):
    global inside
    inside += 1
    most = inside
    for _ in range(100):
        time.sleep(0)  # lets other threads have Python's lock
        most = max(most, inside)
    inside -= 1
    return str(most)

def digest(data, flow):
    return hashlib.sha256(data).hexdigest() + ('+' if flow['truncated'] else '')
'''


class Failure(Exception):
    pass


def require(condition, text):
    if not condition:
        raise Failure(text)


def talk(**how):
    return Talk(**how).syn().c(b'first').s(b'first, too').fin()


def options_for(function, module='script'):
    return ['-e', 'python', '-S', f'py_module={module}', '-S', f'py_function={function}']


def script_folder():
    """A folder with the script, that others may enter."""
    folder = tempfile.TemporaryDirectory()
    os.chmod(folder.name, 0o755)
    with open(f'{folder.name}/script.py', 'w', encoding='utf-8') as file:
        file.write(SCRIPT)
    return folder


def results_in(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    require(text.endswith('</dfxml>\n'), 'the report is not whole')
    return re.findall(r'<tcpflow:result [^>]*>([^<]*)<', text)


def give_up(*_):
    raise Failure(f'no end within {PATIENCE} s')


@contextlib.contextmanager
def start(program, args, folder):
    """A run that reads from a pipe; it does not outlive the `with`."""
    with subprocess.Popen([program, *args, '-r', '-'], cwd=folder, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def feed(process, frames):
    process.stdin.write(pcap(frames))
    process.stdin.flush()


def end_orderly(process, folder):
    """Waits for the end that a signal has asked for. The input stays open until then."""
    status = process.wait()
    said = process.stderr.read().decode()
    require(status == 0, f'the signal failed the run: {status}, {said}')
    require('terminating orderly' in said, f'no word about the signal: {said}')
    require(os.path.exists(f'{folder}/ended'), 'Python did not come to its end')


def check_signal_while_it_waits(program, sent, threads):
    """The flow is open and Python is there: the function is called at the end."""
    with script_folder() as folder:
        args = ['-j', threads, '-d', '1', '--json', '-', *options_for('length')]
        with start(program, args, folder) as process:
            feed(process, talk().frames[:-3])
            while json.loads(process.stdout.readline())['event'] != 'flow_start':
                pass
            process.send_signal(sent)
            end_orderly(process, folder)
        results = results_in(f'{folder}/report.xml')
        require(results == ['5 bytes', '10 bytes'], f'results: {results}')


def check_signal_while_it_runs(program, sent, threads):
    """The first connection is over, as the time of the second one shows; its call is under way when
    the signal comes, and returns after that."""
    with script_folder() as folder:
        os.mkfifo(f'{folder}/go')
        args = ['-j', threads, '-d', '1', *options_for('slow')]
        later = Talk(sport=40001, start=3_600_000).syn().c(b'later').frames
        with start(program, args, folder) as process:
            feed(process, talk().frames + later)
            for answer in ('one', 'two'):
                require(process.stdout.readline() == b'called\n', 'the function is not called')
                if answer == 'one':
                    process.send_signal(sent)
                with open(f'{folder}/go', 'w', encoding='utf-8') as go:
                    go.write(answer)
            end_orderly(process, folder)
        results = results_in(f'{folder}/report.xml')
        require(results == ['one', 'two', 'second'], f'results: {results}')


def check_signals(program):
    for sent in (signal.SIGINT, signal.SIGTERM):
        for threads in THREADS:
            for check in (check_signal_while_it_waits, check_signal_while_it_runs):
                signal.alarm(PATIENCE)
                check(program, sent, threads)
    signal.alarm(0)


def run_on_file(program, args, folder, frames=None):
    with open(f'{folder}/in.pcap', 'wb') as file:
        file.write(pcap(frames or talk().frames))
    return subprocess.run([program, *args, '-r', 'in.pcap'], cwd=folder, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)


def digests_in(folder):
    """(digest of each flow file with bytes, what the function said of it, its name)"""
    for flow in xml.etree.ElementTree.parse(f'{folder}/report.xml').iter('fileobject'):
        name = flow.findtext('filename')
        if name is None:
            continue
        with open(f'{folder}/{name}', 'rb') as file:
            content = file.read()
        if not ONLY_GAP.fullmatch(content):
            yield hashlib.sha256(content).hexdigest(), flow.findtext(RESULT), name


def check_same_as_files(program):
    """Number of files; one that has too many zeros for scanners is marked instead."""
    count = 0
    for capture in sorted(glob.glob(f'{TOP}/tests/e2e/cases/*/in.pcap')):
        for more in (['--gap', 'zero'], ['--gap', 'skip'], ['--gap', 'mark', '-b', '40']):
            with script_folder() as folder:
                args = ['-j', '2', '-q', '--udp', *more, *options_for('digest'), '-r', capture]
                subprocess.run([program, *args], cwd=folder, check=False,
                               stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                if not os.path.exists(f'{folder}/report.xml'):
                    continue  # no capture: the case is about that
                for of_file, of_function, name in digests_in(folder):
                    is_cut = of_function is not None and of_function.endswith('+')
                    if is_cut and '-b' in more:  # as the file is
                        is_cut, of_function = False, of_function.rstrip('+')
                    require(of_function == of_file or is_cut,
                            f'{capture} {more}: {name}: the function got something else')
                    count += not is_cut
    require(count > 1000, f'only {count} files')
    return count


def check_one_at_a_time(program):
    """A call does not begin while one of another thread is under way, though that one waits."""
    frames = [frame for port in range(50) for frame in talk(sport=40000 + port).frames]
    with script_folder() as folder:
        done = run_on_file(program, ['-j', '7', *options_for('alone')], folder, frames)
        require(done.returncode == 0, f'exit status {done.returncode}, {done.stderr}')
        results = results_in(f'{folder}/report.xml')
        require(results == ['1'] * 100, f'calls at a time: {sorted(set(results))}')


def check_print(program):
    """What a function prints comes not between the lines of a record."""
    with script_folder() as folder:
        done = run_on_file(program, [*options_for('prints'), '-FX', '--json', '-'], folder)
        require(done.returncode == 0 and b'hello' in done.stderr, f'it says: {done.stderr}')
        require(all(json.loads(line) for line in done.stdout.splitlines()), 'no JSON')
        done = run_on_file(program, [*options_for('prints'), '-o', 'out'], folder)
        require(done.stdout == b'hello\n' * 2, f'it prints: {done.stdout}')


def check_no_module(program):
    with script_folder() as folder:
        done = run_on_file(program, [*options_for('f', 'nosuch'), '-o', 'new'], folder)
        require(done.returncode == 1, f'exit status {done.returncode}')
        require(b"No module named 'nosuch'" in done.stderr, f'it says: {done.stderr}')
        require(not os.path.exists(f'{folder}/new'), 'a folder is left behind')
        args = [*options_for('f'), '-S', 'py_path=no/such', '-o', 'new']
        done = run_on_file(program, args, folder)
        require(b'py_path=no/such: No such file' in done.stderr, f'it says: {done.stderr}')


def check_user(program):
    """The script is loaded, and its function called, as the user of -U."""
    if os.geteuid() != 0:
        return 'no -U without root'
    user = pwd.getpwnam('nobody')
    with script_folder() as folder:
        done = run_on_file(program, ['-U', 'nobody', *options_for('users'), '-o', 'new'], folder)
        require(done.returncode == 0, f'-U: exit status {done.returncode}, {done.stderr}')
        results = results_in(f'{folder}/new/report.xml')
        require(results == [f'{user.pw_uid} {user.pw_uid}'] * 2, f'-U: results: {results}')
        require(os.stat(f'{folder}/new/report.xml').st_uid == user.pw_uid, '-U: of another owner')
    return '-U'


def check_installed(program):
    """The program finds its module where both are installed, wherever that is."""
    build = os.path.dirname(program)
    if not os.path.exists(f'{build}/cmake_install.cmake'):
        return 'not installed'
    with script_folder() as folder:
        subprocess.run(['cmake', '--install', build, '--prefix', f'{folder}/to'], check=True,
                       stdout=subprocess.DEVNULL)
        done = run_on_file(f'{folder}/to/bin/tcpflow', options_for('length'), folder)
        require(done.returncode == 0, f'installed: exit status {done.returncode}, {done.stderr}')
        require(results_in(f'{folder}/report.xml') == ['5 bytes', '10 bytes'], 'installed: results')
    return 'installed'


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--bin', default=f'{TOP}/build/release/tcpflow')
    program = os.path.abspath(parser.parse_args().bin)
    if not os.path.exists(f'{os.path.dirname(program)}/tcpflow_python.so'):
        print('python: skipped, tcpflow_python.so was not built')
        return 0
    signal.signal(signal.SIGALRM, give_up)
    try:
        files = check_same_as_files(program)
        check_signals(program)
        check_one_at_a_time(program)
        check_print(program)
        check_no_module(program)
        more = [check_user(program), check_installed(program)]
    except Failure as failure:
        print(f'FAIL {failure}')
        return 1
    print(f'python: {files} files, signals, a missing module, {", ".join(more)}: as they should be')
    return 0


if __name__ == '__main__':
    sys.exit(main())
