"""Captures that lack bytes: what stands in their place, and who is to blame."""
from wire import ETHERNET, RST, Talk, enhanced, interface, ipv4, pcap, section, udp


def gap():
    talk = Talk().syn().c(b'0123456789').sent(0, 10).c(b'ABCDEFGHIJ')
    return pcap(talk.fin().frames)


def gap_at_the_end():
    """The last ten bytes before the FIN are missing, and all of the reply."""
    talk = Talk().syn().c(b'0123456789').sent(0, 10).sent(1, 7)
    return pcap(talk.fin().frames)


def scan_missing():
    """70 MB that nobody saw in one direction; in the other, a little is missing."""
    talk = Talk().syn().c(b'begin').sent(0, 70_000_000).c(b'end')
    return pcap(talk.s(b'ab').sent(1, 3).s(b'cd').fin().frames)


def gap_capture_drop():
    """Two gaps; the capture says that it lost packets in the second."""
    talk = Talk().syn().c(b'one ').sent(0, 5).c(b'two ').sent(0, 6).c(b'three').fin()
    out = section() + interface(ETHERNET)
    for f in talk.frames:
        out += enhanced(0, f.time, f.data, drops=3 if b'three' in f.data else None)
    return {'in.pcapng': out}


def limit_held():
    """Two segments wait behind holes that are never filled; --max-held-per-half has room
    for one."""
    talk = Talk().syn().at(0, 5, b'BBBB').at(0, 13, b'DDDD').sent(0, 16)
    return pcap(talk.fin().frames)


def summary_of_faults():
    """A gap where packets were dropped, a gap elsewhere, a reset from afar, UDP, and frames of a
    link type that nobody knows."""
    talk = Talk().syn().c(b'one ').sent(0, 5).c(b'two ').sent(0, 6).c(b'three').fin()
    other = Talk(sport=40001, start=100).syn().c(b'abc').raw(0, RST, 500000).c(b'def')
    other.add(0, lambda src, dst: ipv4(src, dst, udp((5000, 9999), b'query'), proto=17))
    out = section() + interface(ETHERNET) + interface(147)
    for f in talk.frames + other.frames:
        out += enhanced(0, f.time, f.data, drops=3 if b'three' in f.data else None)
    return {'in.pcapng': out + 2 * enhanced(1, f.time, b'whatever user 0 means')}


def memory_limit_reached():
    """Islands of one byte: their bookkeeping is nearly all that they cost."""
    talk = Talk().syn()
    for island in range(1500):
        talk.at(1, 3 + 2 * island, b'i')
    return pcap(talk.frames)


CASES = {maker.__name__: maker for maker in (gap, gap_at_the_end, gap_capture_drop, limit_held,
                                             memory_limit_reached, scan_missing,
                                             summary_of_faults)}
for name in ('report_gap', 'jump_splits', 'jump_within_limit', 'gap_skip', 'gap_mark',
             'archive_tar', 'console_gap_zero', 'console_gap_mark', 'console_gap_json'):
    CASES[name] = gap
CASES['limit_held_total'] = limit_held
