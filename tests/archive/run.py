#!/usr/bin/env python3
"""run.py [--bin PROGRAM] [--only GLOB] [--jobs N] [-v]

What --archive writes, taken apart by the programs that people use, must be what the program writes
as files: the same names, bytes, permissions and times (of a zip: whole seconds), and the same
archive for every number of threads. Takes the captures and options of the whole-program cases, and
cases of its own for a full disk, signals, pipes, and streams that are many or large.
Readers that are not installed are left out, and named. Exit status 0 if all agree."""
import argparse
import concurrent.futures
import fcntl
import fnmatch
import glob
import os
import random
import re
import resource
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tarfile
import tempfile
import termios
import time
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, 'tests', 'e2e'))
import http_captures  # noqa: E402
import wire  # noqa: E402
CASES = os.path.join(TOP, 'tests', 'e2e', 'cases')
EXAMPLE = os.path.join(TOP, 'examples', 'web.pcap')
TIMEOUT = 60
# Besides -r FILE and the like of a case: names that meet, folders, side files.
MORE = ([], ['-I', '--keep-alternatives'], ['-T', '%A-%B'], ['-Fk', '--gap=mark', '-b', '700'])
# With these a case is not about flow files, or writes them elsewhere.
NOT_THESE = ('-c', '-C', '-K', '-FX', '-o', '-D', '-J', '-B', '-0', '-w', '-X', '-x', '-g', '-s',
             '--summary', '--archive', '--http-log', '--transcript')


def run(command, folder, **more):
    """(exit status, stdout, stderr)"""
    env = dict(os.environ, TZ='UTC', LC_ALL='C.UTF-8')
    done = subprocess.run(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, timeout=TIMEOUT,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    return done.returncode, done.stdout, done.stderr.decode('utf-8', 'replace')


def must(command, folder, **more):
    status, out, err = run(command, folder, **more)
    assert status == 0, f'{command}: exit {status}: {err}'
    return out


# Each takes an archive apart into the current folder of `folder`.
def by_unzip(path, folder):
    must(['unzip', '-q', '-o', path], folder)


def by_tar(path, folder):
    must(['tar', '-xpf', path], folder)


def by_bsdtar(path, folder):
    must(['bsdtar', '-xpf', path], folder)


def by_tarfile(path, folder):
    with tarfile.open(path) as archive:
        names = archive.getnames()
        assert len(names) == len(set(names)), 'a name is in the archive twice'
        archive.extractall(folder)


def by_zipfile(path, folder):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names)), 'a name is in the archive twice'
        for info in archive.infolist():
            kind = zipfile.ZIP_STORED if info.file_size < 4096 else zipfile.ZIP_DEFLATED
            assert info.compress_type == kind, f'{info.filename}: method {info.compress_type}'
            # Sums stand behind the bytes, and a name may be UTF-8.
            assert info.flag_bits & ~0x808 == 0, f'{info.filename}: flags {info.flag_bits}'
            os.chmod(archive.extract(info, folder), info.external_attr >> 16 & 0o7777)


def by_zstd(path, folder):
    must(['zstd', '-q', '-d', path, '-o', 'inner.tar'], folder)
    by_tar(os.path.join(folder, 'inner.tar'), folder)
    os.remove(os.path.join(folder, 'inner.tar'))


READERS = [('.zip', by_unzip, 'unzip'), ('.zip', by_zipfile, None), ('.zip', by_bsdtar, 'bsdtar'),
           ('.tar', by_tar, 'tar'), ('.tar', by_tarfile, None), ('.tar', by_bsdtar, 'bsdtar'),
           ('.tar.zst', by_zstd, 'zstd')]


def tree(folder, with_times):
    """Path -> (octets, permissions, time) of each file but the report."""
    files = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            with open(path, 'rb') as file:
                octets = file.read()
            about = os.stat(path)
            is_beside = name.endswith(('.findx', '.alternatives'))
            stamp = about.st_mtime_ns if with_times and not is_beside else None
            files[os.path.relpath(path, folder)] = (octets, about.st_mode & 0o7777, stamp)
    files.pop('report.xml', None)
    return files


def differences(wanted, got):
    for name in sorted(set(wanted) | set(got)):
        if name not in got or name not in wanted:
            yield f'{name}: {"missing" if name in wanted else "not expected"}'
            continue
        for what, a, b in zip(('octets', 'permissions', 'time'), wanted[name], got[name]):
            if a != b:
                yield f'{name}: {what} differ' + ('' if what == 'octets' else f': {a}, {b}')


def to_unit(files, unit, more=0):
    """Times rounded down once `more` is added."""
    return {name: (octets, mode, stamp and (stamp + more) // unit * unit)
            for name, (octets, mode, stamp) in files.items()}


def case_options(case):
    """The words of a case that reads captures and writes flow files, or None."""
    with open(os.path.join(case, 'args')) as file:
        words = shlex.split(file.read().replace('{case}', case))
    if os.path.exists(f'{case}/stdin') or os.path.exists(f'{case}/setup') or \
            os.path.exists(f'{case}/expected/exit'):
        return None
    refused = any(word.startswith(bad) for word in words for bad in NOT_THESE)
    has_hooks = any(hook in ' '.join(words) for hook in ('_cmd=', '_alert_fd='))
    return None if refused or has_hooks else words


def check_words(binary, words):
    """The faults of one command line."""
    with tempfile.TemporaryDirectory() as top:
        plain = os.path.join(top, 'files')
        os.mkdir(plain)
        must([binary, *words], plain)
        wanted = tree(plain, True)
        for end in sorted({end for end, _, _ in READERS}):
            archive = os.path.join(top, 'a' + end)
            must([binary, *words, '--archive', archive], top)
            yield from differs_with_threads(binary, words, archive)
            for its_end, reader, tool in READERS:
                if its_end != end or (tool and not shutil.which(tool)):
                    continue
                folder = os.path.join(top, reader.__name__)
                shutil.rmtree(folder, ignore_errors=True)
                os.mkdir(folder)
                if os.path.getsize(archive) > 22:  # unzip complains of an empty zip
                    reader(archive, folder)
                # Neither zipfile nor a plain zstd says more of times than the zip or tar within.
                times = reader is not by_zipfile
                got = tree(folder, times)
                some = wanted if times else {k: (*v[:2], None) for k, v in wanted.items()}
                if reader is by_tarfile:  # times are fractions of doubles there
                    some, got = to_unit(some, 1000, 500), to_unit(got, 1000, 500)
                elif end == '.zip':
                    some = to_unit(some, 10**9)
                for fault in differences(some, got):
                    yield f'{end} by {reader.__name__}: {fault}'


def differs_with_threads(binary, words, archive):
    """Faults: archives of other numbers of threads that differ. Limits are shared out."""
    if any(word.startswith('--max-') for word in words):
        return
    wanted = octets_of(archive)
    for threads in ('1', '2', '7'):
        with tempfile.TemporaryDirectory() as folder:
            again = os.path.join(folder, os.path.basename(archive))
            must([binary, *words, '-j', threads, '--archive', again], folder)
            if octets_of(again) != wanted:
                yield f'{os.path.basename(archive)}: differs with -j {threads}'


def octets_of(path):
    with open(path, 'rb') as file:
        return file.read()


def all_words(only):
    for case in sorted(glob.glob(CASES + '/*')):
        words = case_options(case) if fnmatch.fnmatch(os.path.basename(case), only) else None
        for more in MORE if words is not None else ():
            if not any(option[:2] in [word[:2] for word in words] for option in more[:1]):
                yield words + more


# Cases of their own. Each raises AssertionError.
def a_full_disk_leaves_a_readable_archive(binary, folder):
    for end, opener in (('.zip', zipfile.ZipFile), ('.tar', tarfile.open)):
        path = os.path.join(folder, 'full' + end)
        command = [binary, '-r', EXAMPLE, '-S', 'enable_report=NO', '--archive', path]
        must(command, folder)
        most = os.path.getsize(path) * 3 // 4

        def limit(most=most):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        status, _, err = run(command, folder, preexec_fn=limit)
        assert status == 1 and err.count('File too large') == 1, (status, err)
        assert os.path.getsize(path) <= most
        with opener(path) as archive:
            names = archive.namelist() if end == '.zip' else archive.getnames()
        assert names, f'nothing is in {path}'


def standard_output_takes_a_tar(binary, folder):
    out = must([binary, '-r', EXAMPLE, '--archive', '-'], folder)
    with open(os.path.join(folder, 'o.tar'), 'wb') as file:
        file.write(out)
    with tarfile.open(os.path.join(folder, 'o.tar')) as archive:
        assert archive.getnames()


def a_reader_that_goes_ends_the_run(binary, folder):
    command = f'{shlex.quote(binary)} -r {shlex.quote(EXAMPLE)} --archive - | head -c 1 | wc -c; ' \
              'exit ${PIPESTATUS[0]}'
    status, _, err = run(['bash', '-c', command], folder)
    assert status in (0, 1) and len(err.splitlines()) <= 2, (status, err)


def a_device_that_is_full_is_told_once(binary, folder):
    os.symlink('/dev/full', os.path.join(folder, 'x.tar'))
    status, _, err = run([binary, '-r', EXAMPLE, '--archive', 'x.tar'], folder)
    assert status == 1 and err.count('No space left on device') == 1, (status, err)


def a_full_file_system_leaves_a_readable_archive(binary, folder):
    """What the report says of each stream is true, whatever thread it was on."""
    capture, disk = os.path.join(folder, 'in.pcap'), os.path.join(folder, 'disk')
    with open(capture, 'wb') as file:
        write_large(file, 30)
    os.mkdir(disk)
    if run(['mount', '-t', 'tmpfs', '-o', 'size=2m', 'none', disk], folder)[0] != 0:
        return  # only root may
    try:
        for end in ('.zip', '.tar'):
            for threads in ('1', '2', '7'):
                archive = os.path.join(disk, 'a' + end)
                words = ['-r', capture, '-j', threads, '-o', 'out', '--archive', archive]
                status, _, err = run([binary, *words, '-e', 'md5'], folder)
                assert status == 1 and err.count('No space left on device') == 1, (status, err)
                names = names_in(archive)
                with open(os.path.join(folder, 'out/report.xml'), encoding='utf-8') as file:
                    report = file.read()
                told = re.findall('<filename>(.*)</filename>', report)
                assert names and sorted(names) == sorted(told), (end, threads, names, told)
                missing = re.findall('<error>.* in .*: No space left on device</error>', report)
                assert len(missing) == 30 - len(names), missing
                assert f"files='{len(names)}'" in report, (end, threads)
                os.remove(archive)
    finally:
        must(['umount', disk], folder)


def names_in(path):
    """Of an archive that is whole."""
    if path.endswith('.zip'):
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            return archive.namelist()
    with tarfile.open(path) as archive:
        for member in archive:
            archive.extractfile(member).read()
        return archive.getnames()


def a_signal_leaves_a_readable_archive(binary, folder):
    """The input is a pipe that stays open, so only the signal ends the run."""
    with open(EXAMPLE, 'rb') as file:
        octets = file.read()
    for end, number, threads in (('.zip', signal.SIGINT, '1'), ('.zip', signal.SIGTERM, '7'),
                                 ('.tar', signal.SIGTERM, '2')):
        path = os.path.join(folder, 'a' + end)
        child = subprocess.Popen([binary, '-r', '-', '-j', threads, '--archive', path], cwd=folder,
                                 stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        child.stdin.write(octets)
        child.stdin.flush()
        while child.poll() is None and octets_waiting(child.stdin):
            time.sleep(0.01)
        child.send_signal(number)
        child.communicate(timeout=TIMEOUT)
        assert names_in(path)


def a_signal_at_any_moment_leaves_a_readable_archive(binary, folder):
    capture = os.path.join(folder, 'many.pcap')
    with open(capture, 'wb') as file:
        write_many(file, 60000)
    for i in range(12):
        path = os.path.join(folder, 'a.zip' if i % 2 else 'a.tar')
        child = subprocess.Popen([binary, '-r', capture, '-j', '7', '--archive', path], cwd=folder,
                                 stderr=subprocess.PIPE)
        time.sleep(0.03 + i * 0.03)  # by then it hears signals
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=TIMEOUT)
        assert child.returncode in (0, -signal.SIGTERM, 128 + signal.SIGTERM), child.returncode
        if os.path.exists(path) and child.returncode != -signal.SIGTERM:
            names_in(path)


def octets_waiting(pipe):
    """How many octets nobody has read yet."""
    answer = fcntl.ioctl(pipe, termios.FIONREAD, b'\0' * 4)
    return int.from_bytes(answer, sys.byteorder)


def nothing_is_left_beside_it(binary, folder):
    must([binary, '-r', EXAMPLE, '--archive', 'x.zip', '-o', 'out'], folder)
    assert sorted(os.listdir(folder)) == ['out', 'x.zip'], os.listdir(folder)
    assert os.listdir(os.path.join(folder, 'out')) == ['report.xml']


def more_than_65535_entries_are_right(binary, folder):
    capture = os.path.join(folder, 'many.pcap')
    with open(capture, 'wb') as file:
        write_many(file, 70000)
    for end, reader in (('.zip', zipfile.ZipFile), ('.tar', tarfile.open)):
        path = os.path.join(folder, 'many' + end)
        must([binary, '-r', capture, '--archive', path, '-S', 'enable_report=NO'], folder)
        with reader(path) as archive:
            names = archive.namelist() if end == '.zip' else archive.getnames()
        assert len(set(names)) == 70000, len(set(names))
        if end == '.zip' and shutil.which('unzip'):
            must(['unzip', '-qt', path], folder)


def write_many(file, count):
    """A pcap with a segment of one byte from each of `count` clients."""
    file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
    for i in range(count):
        segment(file, i, 1024 + (i >> 16), 1, i & 0xffff)


def write_large(file, count, octets=200_000):
    """A pcap with `count` streams side by side, in segments of 1,000 octets without a pattern."""
    file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
    octet = random.Random(5)
    for place in range(0, octets, 1000):
        for stream in range(count):
            segment(file, place + stream, 2000 + stream, 1 + place, stream, octet.randbytes(1000))


def large_streams_are_right(binary, folder):
    """More of one than memory takes, and more of all; those wait in the temporary file."""
    capture = os.path.join(folder, 'large.pcap')
    with open(capture, 'wb') as file:
        write_large(file, 12, 700_000)
    faults = list(check_words(binary, ['-r', capture, '-I']))
    assert not faults, faults


def http_talk(number):
    """A connection with responses: large ones, one with a hole, one packed, and small ones."""
    octet = random.Random(number)
    talk = wire.Talk(sport=41000 + number, cisn=1000 * number, sisn=7000 * number)
    talk.syn()
    bodies = [b'small', octet.randbytes(300_000), octet.randbytes(5000), b'', b'last'] * 2
    for body in bodies:
        talk.c(http_captures.get(f'/{number}'))
        answer = http_captures.reply(body, 'Content-Type: application/octet-stream')
        if len(body) == 5000:
            packed = http_captures.gzipped(body)
            answer = http_captures.reply(packed, 'Content-Encoding: gzip')
        for place in range(0, len(answer), 1400):
            piece = answer[place:place + 1400]
            talk.s(piece)
            if place == 70_000 and number % 3 == 0:
                del talk.frames[-1]
    return talk.fin()


def objects_are_right(binary, folder):
    """Beside their streams, large and small, whatever thread they are on."""
    capture = os.path.join(folder, 'http.pcap')
    talks = [http_talk(number) for number in range(1, 8)]
    longest = max(len(talk.frames) for talk in talks)
    frames = [talk.frames[i] for i in range(longest) for talk in talks if i < len(talk.frames)]
    with open(capture, 'wb') as file:
        file.write(wire.pcap(frames))
    for words in ([], ['-I'], ['-T', '%N', '-Fk'], ['-T', 'same'], ['--http-names']):
        words = ['-e', 'http', '-r', capture, *words]
        must([binary, *words], os.path.join(folder))
        assert sum('HTTPBODY' in name for _, _, names in os.walk(folder) for name in names) > 40
        faults = list(check_words(binary, words))
        assert not faults, (words, faults)


def names_that_meet_are_right(binary, folder):
    """Whatever threads their streams are on."""
    capture = os.path.join(folder, 'many.pcap')
    with open(capture, 'wb') as file:
        write_many(file, 3000)
    for name in ('same', '%b', '%N-%S', '%K/%A'):
        faults = list(check_words(binary, ['-r', capture, '-I', '-T', name]))
        assert not faults, (name, faults)


def segment(file, number, port, sequence, host=1, payload=b'x'):
    """A packet."""
    head = struct.pack('>BBHHHBBHI4s', 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0,
                       0x0a010000 + host, bytes([192, 0, 2, 1]))
    tcp = struct.pack('>HHIIBBHHH', port, 80, sequence, 0, 0x50, 0x18, 1000, 0, 0)
    packet = head + tcp + payload
    file.write(struct.pack('<IIII', 1500000000 + number // 1000, number % 1000, len(packet),
                           len(packet)) + packet)


def large_holes_are_right(binary, folder):
    """A tar has them as holes, a zip as zeros."""
    capture = os.path.join(folder, 'holes.pcap')
    with open(capture, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
        places = [1 + i * 3_000_000 for i in range(5)]
        places += [places[-1] + i for i in (512, 600, 1535, 1536, 1700, 2600, 2_000_000)]
        for i, place in enumerate(places):
            segment(file, i, 1024, place)
    faults = list(check_words(binary, ['-r', capture]))
    assert not faults, faults
    must([binary, '-r', capture, '--archive', 'x.tar'], folder)
    assert os.path.getsize(os.path.join(folder, 'x.tar')) < 10000


OWN = (a_full_disk_leaves_a_readable_archive, standard_output_takes_a_tar,
       a_reader_that_goes_ends_the_run, a_device_that_is_full_is_told_once,
       a_signal_leaves_a_readable_archive, nothing_is_left_beside_it,
       more_than_65535_entries_are_right, large_holes_are_right,
       a_full_file_system_leaves_a_readable_archive, large_streams_are_right,
       a_signal_at_any_moment_leaves_a_readable_archive, names_that_meet_are_right,
       objects_are_right)


def check_own(binary, test):
    with tempfile.TemporaryDirectory() as folder:
        try:
            test(binary, folder)
        except (AssertionError, OSError, tarfile.TarError, zipfile.BadZipFile) as fault:
            yield f'{type(fault).__name__}: {fault}'


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--bin', default=os.path.join(TOP, 'build/release/tcpflow'))
    parser.add_argument('--only', default='*', metavar='GLOB', help='cases of tests/e2e/cases')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('-v', '--verbose', action='store_true')
    options = parser.parse_args()
    binary = os.path.abspath(options.bin)
    jobs = [(' '.join(words[1:]), check_words, words) for words in all_words(options.only)]
    jobs += [(test.__name__, check_own, test) for test in OWN]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(lambda job: list(job[1](binary, job[2])), jobs)
        for (name, _, _), faults in zip(jobs, results):
            failed += bool(faults)
            if faults or options.verbose:
                print(f'{"FAIL" if faults else "ok  "} {name}')
            for fault in faults[:10]:
                print('    ' + fault)
    absent = sorted({tool for _, _, tool in READERS if tool and not shutil.which(tool)})
    if absent:
        print('archive: left out, for want of ' + ', '.join(absent))
    print(f'archive: {len(jobs) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
