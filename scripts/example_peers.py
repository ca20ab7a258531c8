#!/usr/bin/env python3
"""example_peers.py serve FOLDER | mail: the servers and the client that record-examples.sh records.

serve fills FOLDER with a small web site and serves it on 127.0.0.1:8080 and [::1]:8081 until it is
killed. mail lets a client and a server of its own speak SMTP on 127.0.0.1:2525, then ends."""
import functools
import http.server
import os
import socket
import struct
import sys
import threading
import zlib

PAGE = '''<!DOCTYPE html>
<html><head><title>A page</title><link rel="stylesheet" href="style.css"></head>
<body><img src="logo.png" alt="a gradient"><p>Recorded on the loopback interface.</p></body></html>
'''
STYLE = 'body { font-family: sans-serif; margin: 2em; }\np { color: #333; }\n'
DIALOGUE = [  # who speaks, what is said
    ('server', '220 mail.example ESMTP\r\n'),
    ('client', 'EHLO client.example\r\n'),
    ('server', '250-mail.example\r\n250 8BITMIME\r\n'),
    ('client', 'MAIL FROM:<alice@client.example>\r\n'),
    ('server', '250 2.1.0 Ok\r\n'),
    ('client', 'RCPT TO:<bob@mail.example>\r\n'),
    ('server', '250 2.1.5 Ok\r\n'),
    ('client', 'DATA\r\n'),
    ('server', '354 End data with <CR><LF>.<CR><LF>\r\n'),
    ('client', 'From: alice@client.example\r\nTo: bob@mail.example\r\nSubject: lunch\r\n\r\n'
               'Hello Bob,\r\n\r\nat noon, the usual place?\r\n\r\nAlice\r\n.\r\n'),
    ('server', '250 2.0.0 Ok: queued\r\n'),
    ('client', 'QUIT\r\n'),
    ('server', '221 2.0.0 Bye\r\n')]


def png(side):
    """A square grey gradient."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack('>I', len(data)) + body + struct.pack('>I', zlib.crc32(body))
    rows = b''.join(b'\0' + bytes((x * y) % 256 for x in range(side)) for y in range(side))
    header = struct.pack('>IIBBBBB', side, side, 8, 0, 0, 0, 0)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', zlib.compress(rows))
            + chunk(b'IEND', b''))


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'


class ServerV6(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


def serve(folder):
    os.makedirs(folder)
    for name, data in (('index.html', PAGE.encode()), ('style.css', STYLE.encode()),
                       ('logo.png', png(96))):
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(data)
    handler = functools.partial(Handler, directory=folder)
    four = http.server.ThreadingHTTPServer(('127.0.0.1', 8080), handler)
    six = ServerV6(('::1', 8081), handler)
    threading.Thread(target=six.serve_forever, daemon=True).start()
    print('ready', flush=True)
    four.serve_forever()


def speak(connection, role):
    """Says the lines of `role`, and hears the others to their end."""
    with connection:
        for who, text in DIALOGUE:
            if who == role:
                connection.sendall(text.encode())
            else:
                heard = b''
                while len(heard) < len(text):
                    heard += connection.recv(4096)


def mail():
    listener = socket.create_server(('127.0.0.1', 2525))
    client = socket.create_connection(('127.0.0.1', 2525))
    server = threading.Thread(target=speak, args=(listener.accept()[0], 'server'))
    server.start()
    speak(client, 'client')
    server.join()


if __name__ == '__main__':
    serve(sys.argv[2]) if sys.argv[1] == 'serve' else mail()
