#!/usr/bin/env python3
"""run.py --bin PROGRAM: what real servers and clients say on the loopback interface, taken apart.

Starts nginx and a Python server on free ports, has curl fetch and send files, records the packets
with tcpdump and gives them to the program with -e http. Each body must be the file that was served
or sent, byte for byte, and the report must say that it is complete. Needs nginx, curl, tcpdump,
brotli and zstd, and the right to record on lo; what is missing is named, and nothing is tested."""
import argparse
import collections
import contextlib
import gzip
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zlib
from xml.etree import ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = ('nginx', 'curl', 'tcpdump', 'brotli', 'zstd')
END = 'packed/gzip?that-is-all'
PATIENCE = 20  # seconds for anything to start or to end

NGINX = '''daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off; default_type application/octet-stream; keepalive_requests 1000;
  types {{ text/html html; text/plain txt; image/png png; application/json json; }}
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/t1; fastcgi_temp_path {folder}/t2;
  uwsgi_temp_path {folder}/t3; scgi_temp_path {folder}/t4;
  gzip on; gzip_min_length 100; gzip_types application/json text/plain;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
'''


def content_of(path):
    with open(path, 'rb') as file:
        return file.read()


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            sys.exit(f'servers: {what} did not happen within {PATIENCE} s')
        time.sleep(0.02)


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(('127.0.0.1', port), 1):
        return True
    return False


def make_files(folder):
    """Name -> content of what is served; the same on every machine."""
    noise = b''.join(hashlib.sha256(b'%d' % i).digest() for i in range(6000))
    files = {'page.html': b'<!DOCTYPE html>\n<p>page\n' * 40,
             'list.json': b'[1, 2, 3, 4]\n' * 5000, 'note.txt': b'a note\n',
             'noise.bin': noise, 'picture.png': b'\x89PNG\r\n\x1a\n' + noise}
    os.makedirs(os.path.join(folder, 'files'))
    for name, content in files.items():
        with open(os.path.join(folder, 'files', name), 'wb') as file:
            file.write(content)
    return files


def packed(name, content):
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    tools = {'br': ['brotli', '-c', '-q', '9'], 'zstd': ['zstd', '-c', '-q', '-9']}
    if name in tools:
        return subprocess.run(tools[name], input=content, stdout=subprocess.PIPE, check=True).stdout
    return {'gzip': lambda: gzip.compress(content[:999]) + gzip.compress(content[999:]),
            'x-gzip': lambda: gzip.compress(content), 'deflate': lambda: zlib.compress(content),
            'raw': lambda: raw.compress(content) + raw.flush()}[name]()


class Run:
    """One recording, and what must come out of it."""

    def __init__(self, folder):
        self.folder, self.files = folder, make_files(folder)
        self.expected = collections.Counter()
        self.nginx, self.python = free_port(), free_port()

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def expect(self, content):
        self.expected[hashlib.sha256(content).hexdigest()] += 1

    def curl(self, *words, stdin=None):
        subprocess.run(['curl', '-s', '-S', '--max-time', str(PATIENCE), '--noproxy', '*', *words],
                       input=stdin, stdout=subprocess.DEVNULL, check=True)

    def url(self, port, name):
        return f'http://127.0.0.1:{port}/{name}'

    def talk_to_nginx(self):
        keep = [self.url(self.nginx, name) for name in self.files]
        self.curl(*keep)
        self.curl('--compressed', *keep)
        for _ in range(2):
            for content in self.files.values():
                self.expect(content)
        self.curl('-I', self.url(self.nginx, 'page.html'), '--next', '-s', keep[1])
        self.expect(self.files['list.json'])
        self.curl('-r', '100-1099', self.url(self.nginx, 'noise.bin'))
        self.expect(self.files['noise.bin'][100:1100])
        self.curl('-0', keep[3])
        self.expect(self.files['noise.bin'])

    def talk_to_python(self):
        for coding in ('gzip', 'x-gzip', 'deflate', 'raw', 'br', 'zstd'):
            self.curl(self.url(self.python, f'packed/{coding}'))
            self.curl(self.url(self.python, f'chunked/{coding}'))
            for _ in range(2):
                self.expect(self.files['list.json'])
        self.curl(self.url(self.python, 'until-close'))
        self.expect(self.files['noise.bin'])

    def upload(self):
        source = self.path('files', 'noise.bin')
        noise, answer = self.files['noise.bin'], b'taken\n'
        self.curl('-T', source, '-H', 'Expect: 100-continue', self.url(self.python, 'put/1'))
        self.curl('-T', '-', self.url(self.python, 'put/2'), stdin=noise)
        self.curl('--data-binary', '@' + source, self.url(self.python, 'post'))
        for _ in range(3):
            self.expect(noise)
        self.curl('-F', 'text=some words', '-F', f'file=@{source}', self.url(self.python, 'form'))
        for part in (b'some words', noise):
            self.expect(part)
        for _ in range(4):
            self.expect(answer)

    def pipeline(self):
        names = list(self.files) * 3
        questions = b''.join(b'GET /%s HTTP/1.1\r\nHost: h\r\n%s\r\n' % (
            name.encode(), b'Connection: close\r\n' if i == len(names) - 1 else b'')
            for i, name in enumerate(names))
        with socket.create_connection(('127.0.0.1', self.nginx), PATIENCE) as link:
            link.sendall(questions)
            while link.recv(65536):
                pass
        for name in names:
            self.expect(self.files[name])


@contextlib.contextmanager
def started(words, is_ready, what):
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_for(lambda: process.poll() is not None or is_ready(), what)
        if process.poll() is not None:
            raise OSError(process.stderr.read().decode(errors='replace').strip())
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        process.stderr.close()


def record(run):
    config, capture = run.path('nginx.conf'), run.path('lo.pcap')
    with open(config, 'w', encoding='utf-8') as file:
        file.write(NGINX.format(folder=run.folder, port=run.nginx))
    for coding in ('gzip', 'x-gzip', 'deflate', 'raw', 'br', 'zstd'):
        with open(run.path('packed-' + coding), 'wb') as file:
            file.write(packed(coding, run.files['list.json']))
    server = [sys.executable, os.path.join(HERE, 'server.py'), run.folder, str(run.python)]
    ports = f'tcp port {run.nginx} or tcp port {run.python}'
    sniffer = ['tcpdump', '-i', 'lo', '-U', '--immediate-mode', '-B', '65536', '-w', capture, ports]
    with started(['nginx', '-e', run.path('nginx.log'), '-c', config],
                 lambda: answers(run.nginx), 'nginx'), \
            started(server, lambda: answers(run.python), 'the Python server'), \
            started(sniffer, lambda: os.path.exists(capture) and os.path.getsize(capture) >= 24,
                    'tcpdump'):
        run.talk_to_nginx()
        run.talk_to_python()
        run.upload()
        run.pipeline()
        # Packets are recorded in their order: once this one is there, all before it are.
        run.curl(run.url(run.python, END))
        wait_for(lambda: END.encode() in content_of(capture), 'the end of the packets')
    return capture


def judge(program, capture, run):
    output = run.path('out')
    subprocess.run([program, '-q', '-e', 'http', '-o', output, '-r', capture], check=True)
    found, faults = collections.Counter(), []
    for name in os.listdir(output):
        if '-HTTPBODY-' in name:
            with open(os.path.join(output, name), 'rb') as file:
                found[hashlib.sha256(file.read()).hexdigest()] += 1
    for digest, count in run.expected.items():
        if found[digest] < count:
            faults.append(f'{count - found[digest]} of {count} missing of {digest}')
    # The form as a whole, and the body of what marks the end.
    if sum(found.values()) != sum(run.expected.values()) + 2:
        faults.append('there are others')
    for facts in ElementTree.parse(os.path.join(output, 'report.xml')).iter('http'):
        if facts.get('state') != 'complete':
            faults.append(f'{facts.get("state")}: {facts.get("request")}')
    print(f'servers: {sum(run.expected.values())} bodies expected, {sum(found.values())} found, '
          f'{len(faults)} faults')
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--bin', required=True)
    program = os.path.abspath(parser.parse_args().bin)
    os.environ['PATH'] += ':/usr/sbin'
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        return print('servers: skipped, there is no ' + ', '.join(missing))
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        run = Run(folder)
        try:
            capture = record(run)
        except OSError as error:
            return print(f'servers: skipped, {error}')
        faults = judge(program, capture, run)
    for fault in faults:
        print('  ' + fault)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
