#!/usr/bin/env python3
"""make_captures.py [--check]: writes the captures of cases/ from the descriptions below.

--check compares the committed files with what would be written instead (compressed ones by what
they unpack to, since compressors differ)."""
import argparse
import gzip
import lzma
import os
import struct
import sys

import http_captures
import missing
import python_cases
import udp_captures
from endpoint import ENDPOINT_CASES
from overlaps import OVERLAPS
from tunnels import TUNNELS, radiotap, vxlan, wifi, wifi_aggregate, with_fcs
from wire import (ACK, C_HDLC, ETHERNET, FIN, IEEE802_11, IPV4, LOOP, NULL, PPP, PSH, RADIOTAP, RAW,
                  RST, SLL, SLL2, SYN, Frame, Talk, enhanced, ethernet, fragment_header, interface,
                  ipv4, ipv6, pcap, relinked, section, udp)

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'cases')
MAKERS = {**missing.CASES, **ENDPOINT_CASES, **python_cases.MAKERS}
REQUEST = b'GET / HTTP/1.0\r\nHost: example\r\n\r\n'
REPLY = b'HTTP/1.0 200 OK\r\n\r\n'


def case(maker):
    """A maker returns the octets of in.pcap, or a dict of file name -> octets."""
    MAKERS[maker.__name__] = maker
    return maker


def basic_talk(**how):
    return Talk(**how).syn().c(REQUEST).s(REPLY).s(b'hello\n').fin()


def same_as_basic(*names):
    MAKERS.update(dict.fromkeys(names, lambda: pcap(basic_talk().frames)))


same_as_basic('basic', 'console', 'console_no_label', 'console_hex', 'console_json',
              'console_color', 'console_no_newline', 'index_in_order', 'per_flow_capture',
              'store_nothing', 'output_folder', 'report_elsewhere', 'name_collision',
              'unknown_option', 'missing_input', 'missing_second_input', 'time_shift',
              'bad_filter', 'bad_parameter', 'no_report', 'report', 'md5', 'limit_scan', 'summary',
              'progress', 'archive_refused', 'archive_unknown', 'memory_limit',
              'memory_limit_too_small', 'memory_limit_refused', *python_cases.BASIC)


# ---- order -----------------------------------------------------------------------------------
@case
def out_of_order():
    talk = Talk().syn().at(1, 9, b'CCCC').at(1, 1, b'AAAA').at(1, 5, b'BBBB').sent(1, 12)
    return pcap(talk.fin().frames)


MAKERS['archive_zip'] = MAKERS['out_of_order']
MAKERS['index_out_of_order'] = MAKERS['out_of_order']
MAKERS['console_out_of_order'] = MAKERS['out_of_order']


@case
def overlap():
    talk = Talk().syn().at(0, 1, b'aaaaaaaa').at(0, 5, b'BBBBBBBB').at(0, 3, b'cccc')
    return pcap(talk.at(0, 13, b'DDDD').sent(0, 16).fin().frames)


@case
def overlap_while_held():
    talk = Talk().syn().at(0, 5, b'EFGH').at(0, 3, b'cdefgh').at(0, 1, b'AB').sent(0, 8)
    return pcap(talk.fin().frames)


MAKERS.update(OVERLAPS)


@case
def sequence_wrap():
    talk = Talk(cisn=0xfffffff8).syn().at(0, 5, b'efghijkl').at(0, 1, b'abcd').sent(0, 12)
    return pcap(talk.c(b'mnop').fin().frames)


@case
def midstream_reordered():
    talk = Talk().at(0, 101, b'CCCC').at(0, 93, b'AAAA').at(0, 97, b'BBBB').at(0, 105, b'DDDD')
    return pcap(talk.frames)


@case
def lost_first():
    return pcap(Talk().syn().sent(0, 10).c(b'late-first').fin().frames)


@case
def keep_alive():
    talk = Talk().syn().c(b'hello').at(0, 5, b'o').raw(1, ACK, 1).c(b' world')
    return pcap(talk.fin().frames)


# ---- open and close --------------------------------------------------------------------------
@case
def fin_early():
    talk = Talk().syn().raw(0, FIN | ACK, 9).at(0, 5, b'data').at(0, 1, b'more')
    return pcap(talk.sent(0, 9).raw(1, FIN | ACK, 1).raw(0, ACK, 10).frames)


@case
def reuse_after_close():
    first = Talk().syn().c(b'first').s(b'FIRST').fin()
    second = Talk(cisn=900000, sisn=700000, start=1000).syn().c(b'second').s(b'SECOND').fin()
    return pcap(first.frames + second.frames)


@case
def reuse_without_close():
    first = Talk().syn().c(b'first').s(b'FIRST')
    second = Talk(cisn=900000, sisn=700000, start=1000).syn().c(b'second').s(b'SECOND').fin()
    return pcap(first.frames + second.frames)


@case
def retransmission_after_close():
    talk = Talk().syn().c(b'hello').s(b'world').fin()
    return pcap(talk.at(0, 1, b'hello').at(1, 1, b'world').frames)


@case
def blind_reset():
    talk = Talk().syn().c(b'abc').raw(0, RST, 500000).c(b'def')
    return pcap(talk.fin().frames)


@case
def syn_with_data():
    talk = Talk().raw(0, SYN, 0, b'early').raw(1, SYN | ACK, 0)
    talk.next = [6, 1]
    return pcap(talk.c(b' bird').s(b'ok').fin().frames)


@case
def simultaneous_open():
    talk = Talk().raw(0, SYN, 0).raw(1, SYN, 0).raw(0, SYN | ACK, 0).raw(1, SYN | ACK, 0)
    return pcap(talk.c(b'left').s(b'right').fin().frames)


@case
def one_sided():
    return pcap([f for f in basic_talk().frames if not f.from_client])


@case
def idle_timeout():
    """Another connection moves the clock on before the idle one speaks again."""
    talk, other = Talk().syn().c(b'before').wait(10000).c(b'after'), Talk(sport=40001, start=9000)
    return pcap(talk.frames[:-1] + other.syn().frames + talk.frames[-1:])


@case
def no_payload():
    return pcap(Talk().syn().fin().frames)


# ---- link layers -----------------------------------------------------------------------------
@case
def vlan():
    return pcap(basic_talk(tags=[(0x8100, 3 << 13 | 42)]).frames)


@case
def vlan_stacked():
    return pcap(basic_talk(tags=[(0x88a8, 100), (0x8100, 42)]).frames)


@case
def vlan_tenants():
    """Two tenants with the same addresses and ports, side by side."""
    talks = [Talk(cisn=isn, sisn=isn + 5000, tags=[(0x8100, vlan)]).syn().c(text)
             .s(text.upper()).fin()
             for isn, vlan, text in ((1000, 10, b'tenant one'), (900_000_000, 20, b'tenant two'))]
    return pcap([frame for pair in zip(*(talk.frames for talk in talks)) for frame in pair])


MAKERS['limit_vlans'] = vlan_tenants


@case
def vlan_routed():
    """A router takes each direction over a VLAN of its own, and the client to another one later."""
    talk = Talk()
    for vlan, side, text in ((10, 0, b'first '), (20, 1, b'answer'), (30, 0, b'second')):
        if not talk.frames:
            talk.tags = [(0x8100, vlan)]
            talk.syn()
        talk.tags = [(0x8100, vlan)]
        talk.send(side, text)
    return pcap(talk.fin().frames)


@case
def too_many_flows():
    """Connections one after the other, none of which ends; then more of the first."""
    first = Talk(sport=40000).syn().c(b'first')
    others = [Talk(sport=40000 + i, start=i * 10).syn().c(b'other %d' % i) for i in (1, 2, 3)]
    half_open = Talk(sport=50000, start=15).raw(0, SYN, 0)
    frames = first.frames + [frame for talk in [*others, half_open] for frame in talk.frames]
    first.wait(100).c(b' goes on')
    return pcap(sorted(frames + first.frames[-1:], key=lambda frame: frame.time))


@case
def pppoe():
    def wrap(f):
        inside = struct.pack('>H', 0x0021) + f.ip
        return ethernet(struct.pack('>BBHH', 0x11, 0, 1, len(inside)) + inside, 0x8864)
    return relinked(basic_talk().frames, ETHERNET, wrap)


@case
def mpls():
    labels = struct.pack('>II', 16 << 12 | 64, 17 << 12 | 1 << 8 | 64)
    return relinked(basic_talk().frames, ETHERNET, lambda f: ethernet(labels + f.ip, 0x8847))


@case
def llc_snap():
    snap = bytes.fromhex('aaaa030000000800')
    return relinked(basic_talk().frames, ETHERNET,
                    lambda f: ethernet(snap + f.ip, len(snap + f.ip)))


@case
def linux_cooked():
    header = struct.pack('>HHH8sH', 0, 1, 6, bytes(8), 0x0800)
    header2 = struct.pack('>HHIHBB8s', 0x0800, 0, 1, 1, 0, 6, bytes(8))
    return {'one.pcap': relinked(basic_talk().frames, SLL, lambda f: header + f.ip),
            'two.pcap': relinked(basic_talk(sport=40001).frames, SLL2, lambda f: header2 + f.ip)}


@case
def loopback():
    """AF_INET as each byte order writes it, AF_INET6 of three systems."""
    return {'null_le.pcap': relinked(basic_talk().frames, NULL, lambda f: b'\2\0\0\0' + f.ip),
            'loop.pcap': relinked(basic_talk(sport=40001).frames, LOOP,
                                  lambda f: b'\0\0\0\2' + f.ip),
            'macos_v6.pcap': relinked(basic_talk(v6=True).frames, NULL,
                                      lambda f: b'\x1e\0\0\0' + f.ip),
            'freebsd_v6_be.pcap': relinked(basic_talk(v6=True, sport=40001).frames, NULL,
                                           lambda f: b'\0\0\0\x1c' + f.ip)}


@case
def raw_and_ppp():
    return {'raw.pcap': relinked(basic_talk().frames + basic_talk(v6=True).frames, RAW,
                                 lambda f: f.ip),
            'ipv4.pcap': relinked(basic_talk(sport=40001).frames, IPV4, lambda f: f.ip),
            'ppp.pcap': relinked(basic_talk(sport=40002).frames, PPP,
                                 lambda f: b'\xff\3\0\x21' + f.ip),
            'ppp_bare.pcap': relinked(basic_talk(sport=40003).frames, PPP,
                                      lambda f: b'\0\x21' + f.ip),
            'chdlc.pcap': relinked(basic_talk(sport=40004).frames, C_HDLC,
                                   lambda f: b'\x0f\0\x08\0' + f.ip)}


@case
def wireless():
    """With a frame check sequence, without, with a wrong one in the midst of right ones, and two
    packets in a frame."""
    damaged = Talk(sport=40002).syn().c(b'heard ').c(b'lost').c(b' heard').fin().frames
    frames = [Frame(f.time, f.ip, with_fcs(wifi(f))) for f in damaged]
    frames[4].data = frames[4].data[:-1] + bytes([frames[4].data[-1] ^ 1])
    talk = Talk(sport=40003).syn().c(b'two in ').c(b'one frame').frames
    double = Frame(talk[3].time, b'', wifi_aggregate(talk[3], talk[4]))
    singles = [Frame(f.time, b'', wifi(f)) for f in talk[:3]]
    return {'fcs.pcap': relinked(basic_talk().frames, RADIOTAP,
                                 lambda f: radiotap(with_fcs(wifi(f)), 0x10)),
            'bare.pcap': relinked(basic_talk(sport=40001).frames, RADIOTAP,
                                  lambda f: radiotap(wifi(f))),
            'damaged.pcap': pcap(frames, IEEE802_11),
            'aggregate.pcap': pcap(singles + [double], IEEE802_11)}


# ---- tunnels ---------------------------------------------------------------------------------
@case
def tunnels():
    """A connection in each tunnel that there is, told apart by its port."""
    return {f'{name}.pcap': relinked(basic_talk(v6=v6, sport=40000 + i, start=100 * i).frames,
                                     ETHERNET, wrap)
            for i, (name, (wrap, v6)) in enumerate(TUNNELS.items())}


@case
def tunnel_tenants():
    """The same addresses and ports in two networks, side by side, and outside of both."""
    talks = [Talk().syn().c(text).s(text.upper()).fin().frames
             for text in (b'tenant one', b'tenant two', b'no tenant')]
    frames = []
    for one, two, bare in zip(*talks):
        frames += [Frame(one.time, b'', vxlan(one, 1)), Frame(two.time, b'', vxlan(two, 2)), bare]
    return pcap(frames)


@case
def tunnel_names_long():
    """Two tenants eight tunnels deep: the tunnels in full are too long for a file's name."""
    def nested(frame, number):
        for network in (number, 2, 3, 4, 5, 6, 7, 8):
            data = vxlan(frame, network)
            frame = Frame(frame.time, data[14:], data, frame.from_client)
        return frame
    return pcap([nested(frame, number) for number in (1, 7)
                 for frame in Talk(start=number).syn().c(b'network %d' % number).fin().frames])


MAKERS['tunnels_closed'] = lambda: relinked(basic_talk().frames, ETHERNET, vxlan)


@case
def tunnel_fragments():
    """Both the outer and the inner packets come in pieces."""
    talk = in_fragments(Talk().syn(), b'in fragments, each of them in two', (0, 2, 1)).fin()
    frames = []
    for number, f in enumerate(talk.frames):
        payload = vxlan(f)[34:]
        for offset in (0, 48):
            more = offset == 0
            piece = payload[:48] if more else payload[48:]
            outer = ipv4('198.51.100.1', '198.51.100.2', piece, proto=17, ident=500 + number,
                         offset=offset, more=more)
            frames.append(Frame(f.time, b'', ethernet(outer)))
    return pcap(frames)


@case
def padding():
    talk = Talk().syn().c(b'abcd').fin()
    for frame in talk.frames:
        frame.data += b'\0' * (60 - len(frame.data))
        frame.wire_length = len(frame.data)
    return pcap(talk.frames)


# ---- IP --------------------------------------------------------------------------------------
@case
def ipv6_basic():
    return pcap(basic_talk(v6=True).frames)


MAKERS['console_json_ipv6'] = MAKERS['ipv6_basic']


@case
def ipv6_extensions():
    hop = (0, b'\0\1\4\0\0\0\0')  # hop-by-hop: next header comes first, then length 0, PadN
    routing = (43, bytes(7))
    options = (60, b'\0\1\4\0\0\0\0')
    auth = (51, b'\4\0\0' + bytes(20))
    talk = Talk(v6=True).syn()
    for chain, text in (([hop, routing, options], b'one '), ([auth], b'two '), ([], b'three')):
        payload = talk.segment(0, PSH | ACK, talk.next[0], text)
        talk.add(0, lambda src, dst: ipv6(src, dst, payload, extensions=chain)).sent(0, len(text))
    return pcap(talk.fin().frames)


def in_fragments(talk, data, order):
    """One segment of 40 octets of TCP or so in three fragments, sent in `order`."""
    payload = talk.segment(0, PSH | ACK, talk.next[0], data)
    for i in order:
        piece, more = payload[16 * i:16 * i + 16] if i < 2 else payload[32:], i < 2
        if ':' in talk.hosts[0]:
            chain = [fragment_header(16 * i, more)]
            talk.add(0, lambda src, dst: ipv6(src, dst, piece, extensions=chain))
        else:
            talk.add(0, lambda src, dst: ipv4(src, dst, piece, ident=77, offset=16 * i, more=more))
    return talk.sent(0, len(data))


@case
def fragments():
    four = in_fragments(Talk().syn(), b'in three fragments, shuffled', (2, 0, 1)).fin()
    six = in_fragments(Talk(v6=True, start=100).syn(), b'the same over IPv6', (1, 2, 0)).fin()
    return pcap(four.frames + six.frames)


@case
def limit_fragments():
    """Two datagrams in fragments that mix; with --max-fragments 1 the first is given up."""
    one = in_fragments(Talk().syn(), b'given up: no room for two', (0, 1, 2))
    two = in_fragments(Talk(v6=True, start=10).syn(), b'put together, for this fits', (0, 1, 2))
    frames = one.frames[:5] + two.frames + one.frames[5:]
    return pcap(frames)


MAKERS['limit_fragment_bytes'] = MAKERS['limit_fragments']


@case
def segmentation_offload():
    """Total length 0: the captured length counts (the packet was over 64 KiB)."""
    talk = Talk().syn()
    payload = talk.segment(0, PSH | ACK, 1, b'offloaded')
    talk.add(0, lambda src, dst: ipv4(src, dst, payload, total=0)).sent(0, 9)
    return pcap(talk.fin().frames)


@case
def snap_length():
    talk = Talk().syn().c(bytes(65 + i % 26 for i in range(200))).c(b'END').fin()
    return pcap(talk.frames, snap=96)


@case
def header_options():
    talk = Talk().syn()
    payload = talk.segment(0, PSH | ACK, 1, b'with options', options=b'\1' * 12)
    talk.add(0, lambda src, dst: ipv4(src, dst, payload, options=b'\1' * 8)).sent(0, 12)
    return pcap(talk.fin().frames)


# ---- names, limits, filters ------------------------------------------------------------------
@case
def byte_limit():
    talk = Talk().syn().c(b'ABCDEFGHIJ').c(b'KLMNOPQRST').s(b'short')
    return pcap(talk.fin().frames)


MAKERS['console_byte_limit'] = MAKERS['byte_limit']
MAKERS['name_thousands'] = MAKERS['byte_limit']
MAKERS['name_template'] = MAKERS['byte_limit']
MAKERS['name_times'] = MAKERS['byte_limit']


@case
def filter_port():
    one, two = basic_talk(), basic_talk(sport=40001, dport=81, start=100)
    return pcap(one.frames + two.frames)


@case
def one_descriptor():
    """Three connections in turn, with one descriptor for all of them."""
    talks = [Talk(sport=40000 + i, start=i * 100).syn() for i in range(3)]
    for turn in range(3):
        for i, talk in enumerate(talks):
            talk.wait(1000 * turn + 50).c(b'%d-%d ' % (i, turn))
    for talk in talks:
        talk.fin()
    return pcap(sorted((f for talk in talks for f in talk.frames), key=lambda f: f.time))


@case
def console_bytes():
    every = bytes(range(256))
    return pcap(Talk().syn().c(every).fin().frames)


MAKERS['console_strip'] = MAKERS['console_bytes']
MAKERS['console_hex_long'] = MAKERS['console_bytes']


@case
def unprocessed():
    talk = Talk().syn().c(b'stream')
    talk.add(0, lambda src, dst: ipv4(src, dst, udp((5000, 9999), b'query'), proto=17))
    talk.add(1, lambda src, dst: ipv4(src, dst, b'\0\0\xf7\xff\0\0\0\0', proto=1))
    arp = ethernet(bytes.fromhex('0001080006040001') + bytes(20), 0x0806)
    talk.frames.append(Frame(talk.time + 10**6, b'', arp))
    return pcap(talk.wait(1).fin().frames)


# ---- inputs ----------------------------------------------------------------------------------
@case
def big_endian_nanoseconds():
    frames = basic_talk().frames
    for i, frame in enumerate(frames):
        frame.time += i + 7
    return pcap(frames, big=True, nano=True)


@case
def compressed():
    raw = pcap(basic_talk().frames)
    other = pcap(basic_talk(sport=40001).frames)
    return {'gz.pcap': gzip.compress(raw, mtime=0),
            'xz.pcap': lzma.compress(other, preset=0)}


@case
def standard_input():
    return pcap(basic_talk().frames)


@case
def pcapng_interfaces():
    """Ethernet in microseconds beside RAW in nanoseconds, and an interface of an unknown link."""
    out = section() + interface(ETHERNET) + interface(RAW, tsresol=9) + interface(147)
    for f in basic_talk().frames:
        out += enhanced(0, f.time, f.data)
    out += enhanced(2, f.time, b'whatever user 0 means')
    for f in basic_talk(sport=40001, start=100).frames:
        out += enhanced(1, f.time + 5, f.ip, tsresol=9)
    return {'in.pcapng': out}


@case
def unknown_link():
    return pcap(basic_talk().frames, link=147)


@case
def cut_capture():
    """Cut within the first reply, the fifth packet; a second input follows."""
    talk, other = basic_talk(), basic_talk(sport=40001, start=100)
    whole = pcap(talk.frames[:5])
    return {'in.pcap': whole[:-5], 'next.pcap': pcap(other.frames)}


@case
def not_a_capture():
    return {'in.pcap': b'this is a text, not a capture at all\n'}


@case
def empty_capture():
    return pcap([])


@case
def two_inputs():
    frames = basic_talk().frames
    return {'a.pcap': pcap(frames[:4]), 'b.pcap': pcap(frames[4:])}


@case
def only_known_flows():
    frames = basic_talk().frames
    return {'a.pcap': pcap(frames[:4]),
            'b.pcap': pcap(frames[4:] + basic_talk(sport=40001, start=100).frames)}


@case
def operands_are_inputs():
    return {'a.pcap': pcap(basic_talk().frames),
            'b.pcap': pcap(basic_talk(sport=40001, start=100).frames)}


MAKERS.update({**http_captures.MAKERS, **udp_captures.MAKERS})
# Records of what other cases are about.
RECORDS = {'udp': 'json_udp transcript_udp', 'report_conflict': 'json_conflict',
           'http_upload': 'http_log_files', 'gap': 'json_gap sqlite_gap transcript_gap',
           'http_log': 'sqlite transcript transcript_colour',
           'basic': 'json_payload json_refused http_log_refused sqlite_refused transcript_files '
                    'transcript_limit transcript_refused'}
MAKERS.update({name: MAKERS[of] for of, names in RECORDS.items() for name in names.split()})


# ---- writing and checking --------------------------------------------------------------------
def files():
    """(path within cases/, octets) of every capture."""
    for name, maker in sorted(MAKERS.items()):
        made = maker()
        for file, octets in (made if isinstance(made, dict) else {'in.pcap': made}).items():
            yield f'{name}/{file}', octets


def unpacked(octets):
    if octets[:2] == b'\x1f\x8b':
        return gzip.decompress(octets)
    return lzma.decompress(octets) if octets[:6] == b'\xfd7zXZ\0' else octets


def check():
    wrong = []
    for path, octets in files():
        full = os.path.join(CASES, path)
        if not os.path.exists(full):
            wrong.append(f'{path}: missing')
        elif unpacked(open(full, 'rb').read()) != unpacked(octets):
            wrong.append(f'{path}: differs from its description')
    print('\n'.join(wrong) if wrong else f'captures: {len(MAKERS)} cases as described')
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--check', action='store_true')
    if parser.parse_args().check:
        return check()
    for path, octets in files():
        full = os.path.join(CASES, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, 'wb') as file:
            file.write(octets)
    return 0


if __name__ == '__main__':
    sys.exit(main())
