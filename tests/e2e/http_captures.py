"""Captures of the whole-program cases about HTTP: name of the case -> what makes its inputs."""
import struct
import zlib

from wire import Talk, pcap

HTML = b'<!DOCTYPE html>\n<title>here</title>\n<p>Some page.\n'
JSON = b'{"list": [1, 2, 3], "text": "packed"}\n'
PNG = (b'\x89PNG\r\n\x1a\n' + struct.pack('>I4sIIBBBBB', 13, b'IHDR', 1, 1, 8, 6, 0, 0, 0) +
       b'\x1f\x15\xc4\x89')


def gzipped(data):
    """Stored blocks only, which every zlib writes alike."""
    packer = zlib.compressobj(0, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    trailer = struct.pack('<II', zlib.crc32(data), len(data))
    return b'\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff' + body + trailer


def head(start, *fields):
    return '\r\n'.join((start, *fields, '', '')).encode('latin-1')


def get(path, method='GET'):
    return head(f'{method} {path} HTTP/1.1', 'Host: www.example')


def reply(body, *fields, status='200 OK'):
    return head(f'HTTP/1.1 {status}', f'Content-Length: {len(body)}', *fields) + body


def chunks(*parts, trailer=b''):
    lines = [b'%x\r\n%s\r\n' % (len(part), part) for part in parts]
    return b''.join(lines) + b'0\r\n' + trailer + b'\r\n'


def keep_alive():
    """One connection with most of what ends a body."""
    talk = Talk().syn().c(get('/')).s(reply(HTML, 'Content-Type: text/html; charset=utf-8'))
    packed = reply(gzipped(JSON), 'Content-Type: application/json', 'Content-Encoding: gzip')
    talk.c(get('/list')).s(packed[:70]).s(packed[70:])
    length = f'Content-Length: {len(HTML)}'
    talk.c(get('/', 'HEAD')).s(head('HTTP/1.1 200 OK', length, 'Content-Type: text/html'))
    talk.c(get('/')).s(head('HTTP/1.1 304 Not Modified', length))
    chunked = head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Content-Type: image/png')
    body = chunks(PNG[:7], PNG[7:], trailer=b'Checksum: none\r\n')
    talk.c(get('/dot.png')).s(chunked).s(body[:9]).s(body[9:])
    talk.c(get('/last')).s(head('HTTP/1.1 200 OK', 'Connection: close')).s(b'up to ').s(b'the end')
    return pcap(talk.fin().frames)


def pipelined():
    """Questions first, all answers in two segments."""
    answers = reply(b'one') + reply(b'two', 'Content-Type: text/plain') + reply(b'three')
    talk = Talk().syn().c(get('/1') + get('/2') + get('/3'))
    return pcap(talk.s(answers[:60]).s(answers[60:]).fin().frames)


def upload():
    parts = (b'preamble\r\n--frontier\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello'
             b'\r\n--frontier\r\nContent-Disposition: form-data; name="file"; '
             b'filename="dot.png"\r\nContent-Type: image/png\r\n\r\n' + PNG +
             b'\r\n--frontier--\r\n')
    question = head('POST /form HTTP/1.1', 'Host: www.example', f'Content-Length: {len(parts)}',
                    'Content-Type: multipart/form-data; boundary=frontier', 'Expect: 100-continue')
    talk = Talk().syn().c(question).s(head('HTTP/1.1 100 Continue')).c(parts[:50]).c(parts[50:])
    talk.s(reply(b'', status='201 Created'))
    return pcap(talk.c(head('PUT /file HTTP/1.1', 'Transfer-Encoding: chunked'))
                .c(chunks(b'put ', b'there')).s(reply(b'done')).fin().frames)


def midstream():
    """The capture begins within a response, and the next one is whole."""
    talk = Talk()
    talk.next = [5000, 90000]
    talk.s(b'the end of something</html>\n').c(get('/next'))
    return pcap(talk.s(reply(HTML, 'Content-Type: text/html')).fin().frames)


def holes():
    """A body with a hole, and a packed one, a hole over the end of a message, and one more."""
    talk = Talk().syn().c(get('/1')).s(reply(bytes(range(65, 91)))[:-16]).sent(1, 6)
    talk.s(b'QRSTUVWXYZ')
    packed = reply(gzipped(JSON), 'Content-Encoding: gzip')
    talk.c(get('/2')).s(packed[:-30]).sent(1, 10).s(packed[-20:])
    talk.c(get('/3')).s(reply(b'1234567890')[:-5]).sent(1, 30).s(b'what?')
    return pcap(talk.c(get('/4')).s(reply(b'whole')).fin().frames)


def names():
    """What senders call things, to be taken with care."""
    talk = Talk().syn().c(get('/a/report%202.pdf?page=1')).s(reply(b'by its path'))
    evil = 'Content-Disposition: attachment; filename="../../.bashrc"'
    talk.c(get('/download')).s(reply(b'by its header', evil, 'Content-Type: text/plain'))
    return pcap(talk.c(get('/')).s(reply(HTML, 'Content-Type: text/html')).fin().frames)


def broken():
    """Senders that do not keep to RFC 9112, but are understood by browsers."""
    lines = head('HTTP/1.1  200   fine', 'Content-Length : 4', 'Content-Length: 4 octets', 'what')
    talk = Talk().syn().c(get('/1')).s(lines + b'body')
    chunked = head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked;')
    talk.c(get('/2')).s(chunked + b'4  \r\nwith\r\n7; name=value\r\n blanks\r\n0\r\n\r\n')
    talk.c(get('/3')).s(reply(JSON, 'Content-Encoding: gzip'))
    talk.c(get('/4')).s(b'junk\r\n' + reply(b'found again'))
    bad = head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked') + b'5\r\nfirst\r\nno size\r\n'
    return pcap(talk.c(get('/5')).s(bad).c(get('/6')).s(reply(b'and again')).fin().frames)


def log():
    """Exchanges of several connections at a time, one unanswered, one with a path to be escaped."""
    one = Talk(sport=40001).syn().c(get('/slow'))
    two = Talk(sport=40002, start=10).syn().c(head('GET /a\xe4%20b HTTP/1.1', 'Host: h\xe4')) \
        .s(reply(b'two', 'Content-Type: text/plain; charset=utf-8')).c(get('/never'))
    three = Talk(sport=40003, start=20).syn()
    three.c(head('POST http://www.example/form HTTP/1.1', 'Content-Length: 5') + b'hello')
    three.s(reply(gzipped(JSON), 'Content-Encoding: gzip', 'Content-Type: application/json',
                  status='404 Not Found'))
    one.wait(40).s(reply(b'late'))
    frames = one.frames + two.frames + three.fin().frames
    return pcap(sorted(frames, key=lambda frame: frame.time))


def tunnel():
    """HTTP behind a CONNECT, and none behind an upgrade."""
    talk = Talk(sport=40001).syn().c(get('www.example:80', 'CONNECT'))
    talk.s(head('HTTP/1.1 200 Connection established')).c(get('/')).s(reply(b'in a tunnel'))
    other = Talk(sport=40002, start=20).syn()
    other.c(head('GET /chat HTTP/1.1', 'Upgrade: websocket', 'Connection: Upgrade'))
    other.s(head('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'))
    other.s(b'\x81\x10' + reply(b'no response'))
    return pcap(talk.fin().frames + other.fin().frames)


def screen():
    """What a console shows of HTTP: packed and cut in packets, a picture, a hole, an upgrade, and
    beside it a connection of something else."""
    talk = Talk(sport=40001).syn().c(get('/list')[:9]).c(get('/list')[9:] + get('/dot.png'))
    mail = Talk(sport=40003, dport=25, start=4).syn().s(b'220 GET ready\r\n').c(b'HELO \x01 me\r\n')
    packed = gzipped(JSON)
    talk.s(head('HTTP/1.1 200 OK', 'Content-Type: application/json', 'Content-Encoding: gzip',
                'Transfer-Encoding: chunked') + chunks(packed[:30], packed[30:])[:60])
    talk.s(chunks(packed[:30], packed[30:])[60:] + reply(PNG, 'Content-Type: image/png'))
    talk.c(get('/1')).s(reply(HTML, 'Content-Type: text/html')[:-20]).sent(1, 11).s(b'me page.\n')
    talk.c(get('/2')).s(reply(b'', 'Content-Type: text/html'))
    other = Talk(sport=40002, start=40).syn()
    other.c(head('GET /chat HTTP/1.1', 'Upgrade: websocket', 'Connection: Upgrade'))
    other.s(head('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'))
    other.c(b'\x81\x02hi').s(b'\x81\x02ho')
    frames = talk.fin().frames + mail.fin().frames + other.fin().frames
    return pcap(sorted(frames, key=lambda frame: frame.time))


def screen_odd():
    """What is no request stands before its response; a packed file whose beginning is missing."""
    talk = Talk(sport=40001).syn().c(get('/1')).s(reply(b'one\n'))
    talk.c(b'Hello\r\n\r\n').s(reply(b'two\n')).c(get('/3'))
    talk.s(head('HTTP/1.1 200 OK', 'Content-Type: application/zip', 'Content-Length: 60'))
    return pcap(talk.sent(1, 20).s(b'\x1b[2Jtext' + bytes(32)).c(get('/4')).fin().frames)


MAKERS = {f'http_{maker.__name__}': maker for maker in (
    keep_alive, pipelined, upload, midstream, holes, names, broken, tunnel, log, screen,
    screen_odd)}
MAKERS['json_log'] = log
MAKERS['json_objects'] = upload
MAKERS['http_packed'] = MAKERS['http_hooks'] = MAKERS['http_byte_limit'] = keep_alive
MAKERS |= dict.fromkeys(('http_screen_bare', 'http_screen_limit', 'http_screen_colour',
                         'http_screen_hex'), screen)
MAKERS['http_screen_midstream'] = midstream
MAKERS['http_screen_pipelined'] = pipelined
