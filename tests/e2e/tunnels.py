"""Headers of tunnels and of 802.11 for the whole-program cases. Each function of TUNNELS takes a
Frame of wire.py and returns the octets of an Ethernet frame that carries its packet."""
import struct
import zlib

from wire import ethernet, ipv4, ipv6, udp

ENDS = ('198.51.100.1', '198.51.100.2')
GRE, IPV6_IN_IP, UDP = 47, 41, 17
STATION, ACCESS_POINT, BEYOND = (bytes.fromhex('0200000000' + end) for end in ('0c', 'aa', '05'))


def between_ends(frame, proto, payload, **how):
    """In an outer packet that goes the way of the inner one."""
    src, dst = ENDS if frame.from_client else ENDS[::-1]
    return ethernet(ipv4(src, dst, payload, proto=proto, **how), from_client=frame.from_client)


def in_udp(frame, port, payload):
    return between_ends(frame, UDP, udp((49152, port), payload))


def inner_frame(frame):
    return ethernet(frame.ip, from_client=frame.from_client)


def vxlan_header(network):
    return struct.pack('>II', 8 << 24, network << 8)


def gre(frame):
    """Checksum, key and sequence number."""
    return between_ends(frame, GRE, struct.pack('>HHIII', 0xb000, 0x0800, 0, 7, 1) + frame.ip)


def pptp(frame):
    """Each direction has its own call number."""
    ppp = b'\xff\x03\x00\x21' + frame.ip
    header = struct.pack('>HHHHII', 0x3081, 0x880b, len(ppp), 5 + frame.from_client, 1, 1)
    return between_ends(frame, GRE, header + ppp)


def erspan(frame):
    header = struct.pack('>HHIII', 0x1000, 0x88be, 9, 0x10000005, 1)
    return between_ends(frame, GRE, header + inner_frame(frame))


def vxlan(frame, network=42):
    return in_udp(frame, 4789, vxlan_header(network) + inner_frame(frame))


def geneve(frame):
    options = struct.pack('>HBBI', 0x0104, 0x21, 1, 99)
    header = struct.pack('>BBHI', len(options) // 4, 0, 0x6558, 43 << 8)
    return in_udp(frame, 6081, header + options + inner_frame(frame))


def gtp_u(frame):
    """A sequence number and an extension header; each direction has its own endpoint number."""
    optional = bytes.fromhex('00010085') + bytes.fromhex('01100900')
    header = struct.pack('>BBHI', 0x36, 0xff, len(optional + frame.ip), 7 + frame.from_client)
    return in_udp(frame, 2152, header + optional + frame.ip)


def l2tp(frame):
    ppp = b'\xff\x03\x00\x21' + frame.ip
    return in_udp(frame, 1701, struct.pack('>HHHH', 0x4002, 8 + len(ppp), 1, 2) + ppp)


def six_in_four(frame):
    return between_ends(frame, IPV6_IN_IP, frame.ip)


def four_in_six(frame):
    src, dst = ('2001:db8:ffff::1', '2001:db8:ffff::2')[::1 if frame.from_client else -1]
    return ethernet(ipv6(src, dst, frame.ip, proto=4), from_client=frame.from_client)


def teredo(frame):
    origin = bytes.fromhex('0000f0bf34ff8efe')
    return in_udp(frame, 3544, origin + frame.ip)


def pseudo_wire(frame):
    """Each direction has its own label; behind it a control word."""
    label = struct.pack('>II', (16 + frame.from_client) << 12 | 1 << 8 | 64, 0)
    return ethernet(label + inner_frame(frame), 0x8847, frame.from_client)


def backbone(frame):
    return ethernet(struct.pack('>I', 74565) + inner_frame(frame), 0x88e7, frame.from_client)


def service_chain(frame):
    """VXLAN-GPE, and in it NSH without metadata."""
    nsh = struct.pack('>HBBI', 0x0fc2, 2, 3, 0x1ff)
    header = struct.pack('>BBBBI', 0x0c, 0, 0, 4, 42 << 8)
    return in_udp(frame, 4790, header + nsh + inner_frame(frame))


# By name, and whether the inner packet is IPv6.
TUNNELS = {'gre': (gre, False), 'pptp': (pptp, False), 'erspan': (erspan, False),
           'vxlan': (vxlan, False), 'geneve': (geneve, False), 'gtp_u': (gtp_u, False),
           'l2tp': (l2tp, False), 'six_in_four': (six_in_four, True),
           'four_in_six': (four_in_six, False), 'teredo': (teredo, True),
           'pseudo_wire': (pseudo_wire, False), 'backbone': (backbone, False),
           'service_chain': (service_chain, False)}


def wifi_header(frame, qos=b''):
    """To an access point, or from it."""
    kind = 0x88 if qos else 0x08
    if frame.from_client:
        return bytes([kind, 1, 0, 0]) + ACCESS_POINT + STATION + BEYOND + b'\0\0' + qos
    return bytes([kind, 2, 0, 0]) + STATION + ACCESS_POINT + BEYOND + b'\0\0' + qos


def snap(packet):
    return bytes.fromhex('aaaa030000000800') + packet


def wifi(frame):
    return wifi_header(frame) + snap(frame.ip)


def wifi_aggregate(first, second):
    """Two packets of one direction in one frame."""
    out = wifi_header(first, qos=b'\x80\0')
    for frame in (first, second):
        out += b'\0' * (-(len(out) - 26) % 4)
        addresses = BEYOND + STATION if frame.from_client else STATION + BEYOND
        out += addresses + struct.pack('>H', len(snap(frame.ip))) + snap(frame.ip)
    return out


def with_fcs(data):
    return data + struct.pack('<I', zlib.crc32(data))


def radiotap(data, flags=0):
    return struct.pack('<BBHIB', 0, 0, 9, 2, flags) + data
