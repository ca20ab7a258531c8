"""Runs programs on generated captures and takes their time and memory."""
import os
import re
import shutil
import statistics
import subprocess
import tempfile

from rows import ROOM

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OLD_VERSION = '1.6.1'


class Sample:
    """One run of one program, from the line that `measure` prints."""

    def __init__(self, line, status):
        wall, user, kernel, kilobytes = line.split()
        self.wall, self.kernel, self.megabytes = float(wall), float(kernel), int(kilobytes) / 1024
        self.cpu = float(user) + self.kernel
        self.status = status


class Samples:
    """All runs of one program in one row."""

    def __init__(self):
        self.all = []

    def median(self, figure):
        return statistics.median(getattr(sample, figure) for sample in self.all)

    def spread(self):
        """How far apart the walls are, as a share of their median."""
        walls = [sample.wall for sample in self.all]
        return (max(walls) - min(walls)) / statistics.median(walls)

    def failure(self):
        failed = sorted({sample.status for sample in self.all} - {0})
        if not failed:
            return ''
        return f'exit {failed[0]}' + (' (time limit)' if failed[0] in (124, 137) else '')


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


def add_places(parser):
    parser.add_argument('--bin', default=os.path.join(TOP, 'build/release/tcpflow'))
    parser.add_argument('--folder', default='/dev/shm', help='where captures and output go')
    parser.add_argument('--tools', help='folder of make_traffic and measure; without this they '
                        'are built, and so is the program')
    parser.add_argument('--write', action='store_true',
                        help='write the table into bench/README.md')


def add_arguments(parser):
    add_places(parser)
    parser.add_argument('--runs', type=int, default=5, help='of each program; the median counts')
    parser.add_argument('--limit', type=int, default=300, help='seconds a run may take')


def knows(program, words):
    """True if the help of `program` names every option among `words`."""
    text = subprocess.run([program, '-h'], capture_output=True, text=True).stdout
    options = [word for word in words if re.match(r'-[a-zA-Z]$|--', word)]
    return all(re.search(rf'^ +(-., )?{re.escape(option)}\b', text, re.MULTILINE)
               for option in options)


def old_program(path):
    """`path` if 1.6.1 is there, nothing otherwise: not every tcpflow is that one."""
    if not shutil.which(path):
        return None
    shown = subprocess.run([path, '-V'], capture_output=True, text=True)
    return path if OLD_VERSION in shown.stdout + shown.stderr else None


def enough_room(options, pattern, scale):
    return shutil.disk_usage(options.folder).free > ROOM[pattern] * scale * 1.1e9


class Traffic:
    """A generated capture in a folder of its own, which goes at the end of the `with`."""

    def __init__(self, options, pattern, scale):
        self.options, self.pattern, self.scale = options, pattern, scale

    def __enter__(self):
        self.work = tempfile.TemporaryDirectory(dir=self.options.folder, prefix='bench.')
        self.path = os.path.join(self.work.name, 'in.pcap')
        made = subprocess.run([self.options.tools + '/make_traffic', self.pattern, self.path,
                               str(self.scale)], check=True, stdout=subprocess.PIPE, text=True)
        self.packets = int(made.stdout.split()[0])
        return self

    def __exit__(self, *_):
        self.work.cleanup()

    def measure(self, command):
        """Runs the command within an empty folder that goes afterwards."""
        folder = os.path.join(self.work.name, 'out')
        os.makedirs(folder)
        limited = [self.options.tools + '/measure', 'timeout', '-k', '1',
                   str(self.options.limit), *command]
        done = subprocess.run(limited, cwd=folder, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        shutil.rmtree(folder)
        return Sample(done.stderr.strip().splitlines()[-1], done.returncode)

    def in_turns(self, commands, runs):
        """Name -> Samples. All programs run once before any runs again, so that a change of the
        machine's mood meets all alike."""
        samples = {name: Samples() for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                samples[name].all.append(self.measure(command))
        return samples
