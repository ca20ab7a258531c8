"""Builds packets and capture files for the whole-program cases. Standard library only, and the same
bytes on every run."""
import ipaddress
import struct

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
EPOCH_NS = 1_500_000_000 * 10**9
MS = 10**6
CLIENT_MAC, SERVER_MAC = bytes.fromhex('02000000000c'), bytes.fromhex('020000000005')
CLIENT4, SERVER4 = '10.1.2.3', '192.0.2.80'
CLIENT6, SERVER6 = '2001:db8::c', '2001:db8:0:1::80'
ETHERNET, RAW, PPP, NULL, LOOP = 1, 101, 9, 0, 108
C_HDLC, SLL, IPV4, SLL2 = 104, 113, 228, 276
IEEE802_11, RADIOTAP = 105, 127


def checksum(data):
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'>{len(data) // 2}H', data))
    while total > 0xffff:
        total = (total >> 16) + (total & 0xffff)
    return ~total & 0xffff


def packed(address):
    return ipaddress.ip_address(address).packed


def with_checksum(header, at, covered):
    return header[:at] + struct.pack('>H', checksum(covered)) + header[at + 2:]


def ipv4(src, dst, payload, proto=6, ident=1, offset=0, more=False, total=None, options=b''):
    words = 5 + len(options) // 4
    length = 4 * words + len(payload) if total is None else total
    header = struct.pack('>BBHHHBBH4s4s', 0x40 | words, 0, length, ident,
                         (0x2000 if more else 0) | offset // 8, 64, proto, 0, packed(src),
                         packed(dst)) + options
    return with_checksum(header, 10, header) + payload


def ipv6(src, dst, payload, proto=6, extensions=()):
    """extensions: (type, octets after the "next header" octet), outermost first."""
    types = [kind for kind, _ in extensions] + [proto]
    chain = b''.join(bytes([after]) + rest for after, (_, rest) in zip(types[1:], extensions))
    return struct.pack('>IHBB16s16s', 6 << 28, len(chain + payload), types[0], 64, packed(src),
                       packed(dst)) + chain + payload


def fragment_header(offset, more, ident=7):
    return (44, struct.pack('>BHI', 0, offset | more, ident))


def tcp(src, dst, ports, seq, ack, flags, data=b'', options=b''):
    header = struct.pack('>HHIIBBHHH', *ports, seq & 0xffffffff, ack & 0xffffffff,
                         (5 + len(options) // 4) << 4, flags, 8192, 0, 0) + options
    pseudo = packed(src) + packed(dst) + struct.pack('>II', 6, len(header + data))
    return with_checksum(header, 16, pseudo + header + data) + data


def udp(ports, data):
    return struct.pack('>HHHH', *ports, 8 + len(data), 0) + data


def ethernet(payload, ethertype=None, from_client=True, tags=()):
    """tags: (ethertype of the tag, its 16 bits), outermost first."""
    if ethertype is None:
        ethertype = 0x86dd if payload[0] >> 4 == 6 else 0x0800
    macs = SERVER_MAC + CLIENT_MAC if from_client else CLIENT_MAC + SERVER_MAC
    marks = b''.join(struct.pack('>HH', *tag) for tag in tags)
    return macs + marks + struct.pack('>H', ethertype) + payload


class Frame:
    """Octets and a time in nanoseconds; `ip` is the IP packet inside, for other link layers."""

    def __init__(self, time, ip, data, from_client=True):
        self.time, self.ip, self.data, self.from_client = time, ip, data, from_client
        self.wire_length = len(data)

    def cut(self, length):
        self.data = self.data[:length]
        return self


class Talk:
    """A scripted TCP connection, one frame each millisecond. Offsets count from the sender's
    initial sequence number: the SYN is at 0, the first byte at 1."""

    def __init__(self, v6=False, sport=40000, dport=80, cisn=1000, sisn=5000, start=0, tags=()):
        self.hosts = (CLIENT6, SERVER6) if v6 else (CLIENT4, SERVER4)
        self.ports, self.isn, self.tags = (sport, dport), [cisn, sisn], tags
        self.next, self.time, self.frames = [0, 0], EPOCH_NS + start * MS, []

    def wait(self, ms):
        self.time += ms * MS
        return self

    def add(self, side, make_ip):
        """Appends the frame of the IP packet that make_ip(source, destination) returns."""
        self.time += MS
        src, dst = self.hosts if side == 0 else self.hosts[::-1]
        packet = make_ip(src, dst)
        frame = ethernet(packet, from_client=side == 0, tags=self.tags)
        self.frames.append(Frame(self.time, packet, frame, side == 0))
        return self

    def segment(self, side, flags, offset, data=b'', options=b''):
        """make_ip's payload: the segment, without counting it as sent."""
        src, dst = self.hosts if side == 0 else self.hosts[::-1]
        ports = self.ports if side == 0 else self.ports[::-1]
        ack = self.isn[1 - side] + self.next[1 - side] if flags & ACK else 0
        return tcp(src, dst, ports, self.isn[side] + offset, ack, flags, data, options)

    def raw(self, side, flags, offset, data=b'', options=b''):
        payload = self.segment(side, flags, offset, data, options)
        wrap = ipv6 if ':' in self.hosts[0] else ipv4
        return self.add(side, lambda src, dst: wrap(src, dst, payload))

    def send(self, side, data):
        offset = max(self.next[side], 1)
        self.raw(side, PSH | ACK, offset, data)
        self.next[side] = offset + len(data)
        return self

    def c(self, data):
        return self.send(0, data)

    def s(self, data):
        return self.send(1, data)

    def at(self, side, offset, data):
        """Bytes at an offset; what send() does next stays as it was."""
        return self.raw(side, PSH | ACK, offset, data)

    def sent(self, side, octets):
        """Counts octets as sent, shown or not."""
        self.next[side] = max(self.next[side], 1) + octets
        return self

    def syn(self):
        self.raw(0, SYN, 0)
        self.next[0] = 1
        self.raw(1, SYN | ACK, 0)
        self.next[1] = 1
        return self.raw(0, ACK, 1)

    def fin(self):
        for side in (0, 1):
            self.raw(side, FIN | ACK, self.next[side])
            self.next[side] += 1
        return self.raw(0, ACK, self.next[0])


def pcap(frames, link=ETHERNET, big=False, nano=False, snap=65535):
    order = '>' if big else '<'
    magic, unit = (0xa1b23c4d, 1) if nano else (0xa1b2c3d4, 1000)
    out = [struct.pack(order + 'IHHiIII', magic, 2, 4, 0, 0, snap, link)]
    for f in frames:
        data = f.data[:snap]
        out.append(struct.pack(order + 'IIII', f.time // 10**9, f.time % 10**9 // unit, len(data),
                               f.wire_length) + data)
    return b''.join(out)


def relinked(frames, link, wrap):
    """A pcap of the same IP packets on another link layer: wrap(frame) makes the octets."""
    return pcap([Frame(f.time, f.ip, wrap(f), f.from_client) for f in frames], link)


def block(kind, body):
    """A little-endian pcapng block."""
    body += b'\0' * (-len(body) % 4)
    total = struct.pack('<I', len(body) + 12)
    return struct.pack('<I', kind) + total + body + total


def option(code, value):
    return struct.pack('<HH', code, len(value)) + value + b'\0' * (-len(value) % 4)


def section():
    return block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1))


def interface(link, snap=0, tsresol=6):
    options = option(9, bytes([tsresol])) + option(0, b'')
    return block(1, struct.pack('<HHI', link, 0, snap) + options)


def enhanced(number, time_ns, data, tsresol=6, drops=None):
    """drops: how many packets the capture says it lost before this one."""
    ticks = time_ns // 10**(9 - tsresol)
    options = b'' if drops is None else option(4, struct.pack('<Q', drops)) + option(0, b'')
    padded = data + b'\0' * (-len(data) % 4)
    return block(6, struct.pack('<IIIII', number, ticks >> 32, ticks & 0xffffffff, len(data),
                                len(data)) + padded + options)
