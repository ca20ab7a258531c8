"""Captures for the endpoint's view: segments that their receiver ignores."""
from wire import ACK, PSH, Talk, ipv4, pcap


def strict():
    """Between good bytes, segments that the server ignores. Each has four octets."""
    talk = Talk().syn().c(b'good')
    bad_sum = talk.segment(0, PSH | ACK, 5, b'sum!')
    bad_sum = bad_sum[:16] + b'\xba\xd0' + bad_sum[18:]
    talk.add(0, lambda src, dst: ipv4(src, dst, bad_sum))
    bad_ip = ipv4(*talk.hosts, talk.segment(0, PSH | ACK, 5, b'ip!!'))
    talk.add(0, lambda src, dst: bad_ip[:10] + b'\xba\xd0' + bad_ip[12:])
    talk.raw(0, PSH, 5, b'noak').raw(0, PSH | ACK, 9000, b'far!')
    talk.raw(0, PSH | ACK, 5, b'sign', b'\x13\x12' + bytes(16) + b'\1\1')
    talk.next[1] = 1001
    talk.at(0, 5, b'ack!')
    talk.next[1] = 1
    talk.c(b' and').s(b'fine').fin()
    return pcap(talk.at(0, 10, b'late').frames)


def strict_offload():
    """Captured on the client, whose card fills in the checksums of TCP."""
    talk = Talk().syn().c(b'request').s(b'reply').c(b' and more').fin()
    for frame in talk.frames:
        if frame.from_client:
            frame.data = frame.data[:50] + b'\x12\x34' + frame.data[52:]
    return pcap(talk.frames)


def strict_overlap():
    """Linux keeps the longer one of two that wait from the same place on."""
    talk = Talk().syn().at(0, 5, b'OOOO').at(0, 5, b'nnnnnnnn').at(0, 1, b'aaaa').sent(0, 12)
    return pcap(talk.fin().frames)


ENDPOINT_CASES = {'strict': strict, 'strict_is_off': strict, 'strict_offload': strict_offload,
                  'strict_overlap': strict_overlap}
