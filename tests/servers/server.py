"""server.py FOLDER PORT: what nginx does not serve: bodies in every coding, as they are or in
chunks, one that ends with its connection, and uploads of every kind."""
import http.server
import os
import sys

FOLDER = sys.argv[1]
# deflate is sent by many without the zlib header, which is what "raw" stands for.
NAMES = {'raw': 'deflate'}


def content_of(*names):
    with open(os.path.join(FOLDER, *names), 'rb') as file:
        return file.read()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        kind, _, coding = self.path.split('?')[0].strip('/').partition('/')
        if kind == 'until-close':
            self.send_response(200)
            self.send_header('Connection', 'close')
            self.end_headers()
            self.wfile.write(content_of('files', 'noise.bin'))
            self.close_connection = True
            return
        body = content_of('packed-' + coding)
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Encoding', NAMES.get(coding, coding))
        if kind == 'packed':
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        for at in range(0, len(body), 777):
            piece = body[at:at + 777]
            self.wfile.write(b'%x\r\n%s\r\n' % (len(piece), piece))
        self.wfile.write(b'0\r\nTrailer: yes\r\n\r\n')

    def take(self):
        if self.headers.get('Transfer-Encoding') == 'chunked':
            while size := int(self.rfile.readline().split(b';')[0], 16):
                self.rfile.read(size + 2)
            while self.rfile.readline().strip():
                pass
        else:
            self.rfile.read(int(self.headers['Content-Length']))
        self.send_response(201)
        self.send_header('Content-Length', '6')
        self.end_headers()
        self.wfile.write(b'taken\n')

    do_PUT = do_POST = take

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[2])), Handler).serve_forever()
