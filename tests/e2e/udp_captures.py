"""Captures of the whole-program cases about UDP: name of the case -> what makes its inputs."""
import struct

from tunnels import vxlan
from wire import (CLIENT4, CLIENT6, EPOCH_NS, MS, SERVER4, SERVER6, Frame, Talk, ethernet,
                  fragment_header, ipv4, ipv6, pcap, udp)

UDP = 17
QUERY, ANSWER = b'who is example?', b'192.0.2.80 is, and nobody else'


class Chat:
    """A scripted UDP conversation, one frame each millisecond."""

    def __init__(self, v6=False, ports=(40000, 53), start=0, tags=()):
        self.hosts = (CLIENT6, SERVER6) if v6 else (CLIENT4, SERVER4)
        self.ports, self.tags = ports, tags
        self.time, self.frames = EPOCH_NS + start * MS, []

    def wait(self, ms):
        self.time += ms * MS
        return self

    def datagram(self, side, data):
        return udp(self.ports if side == 0 else self.ports[::-1], data)

    def packet(self, side, payload, **how):
        """Appends the frame of an IP packet that carries `payload`, whatever that is."""
        self.time += MS
        src, dst = self.hosts if side == 0 else self.hosts[::-1]
        packet = (ipv6 if ':' in src else ipv4)(src, dst, payload, proto=UDP, **how)
        data = ethernet(packet, from_client=side == 0, tags=self.tags)
        self.frames.append(Frame(self.time, packet, data, side == 0))
        return self

    def c(self, data):
        return self.packet(0, self.datagram(0, data))

    def s(self, data):
        return self.packet(1, self.datagram(1, data))


def by_time(*scripts):
    return sorted((f for script in scripts for f in script.frames), key=lambda f: f.time)


def basic_chat(**how):
    return Chat(**how).c(QUERY).s(ANSWER)


def conversations():
    """Both families, a VLAN, an empty datagram, and a TCP connection in their midst on the same
    ports; then a UDP header that is cut, one with an impossible length, lengths of 0 and too long
    and too short."""
    four = Chat().c(QUERY).s(ANSWER[:10]).wait(20).c(b'').c(b' again').s(ANSWER[10:])
    talk = Talk(dport=53, start=5).syn().c(b'over TCP').s(b'as well').fin()
    six = basic_chat(v6=True, start=10)
    tagged = basic_chat(ports=(40001, 53), start=15, tags=[(0x8100, 42)])
    odd = Chat(ports=(40002, 53), start=40)
    odd.packet(0, odd.datagram(0, b'')[:5])
    odd.packet(0, struct.pack('>HHHH', 40002, 53, 7, 0) + b'never')
    odd.packet(0, struct.pack('>HHHH', 40002, 53, 0, 0) + b'no length, ')
    odd.packet(0, struct.pack('>HHHH', 40002, 53, 999, 0) + b'too long, ')
    odd.packet(0, struct.pack('>HHHH', 40002, 53, 14, 0) + b'short(not this)')
    return pcap(by_time(four, talk, six, tagged, odd))


def tenants():
    """The same addresses and ports on two VLANs, and answers on another VLAN than the queries."""
    one, two = (Chat(tags=[(0x8100, vlan)], start=start) for vlan, start in ((1, 0), (2, 1)))
    one.c(b'one?').wait(5).s(b'one!').c(b' one again')
    two.c(b'two?').wait(3).s(b'two!')
    query, answer = (Chat(ports=(40001, 53), tags=[(0x8100, vlan)], start=start)
                     for vlan, start in ((3, 20), (4, 21)))
    return pcap(by_time(one, two, query.c(b'routed?'), answer.s(b'yes')))


def lone_pair():
    return pcap(basic_chat().frames)


def idle():
    """The same ports after 30, 61 and 61 seconds, the last time with a packet of others in
    between."""
    chat = Chat().c(b'one ').s(b'ONE').wait(30_000).c(b'still one').wait(61_000)
    chat.c(b'two').s(b'TWO').wait(61_000).c(b'three')
    other = Talk(start=140_000).syn().c(b'TCP').fin()
    return pcap(by_time(chat, other))


def too_many():
    """Three conversations in turn, where two are allowed: the third one costs the second."""
    one, two, three = (Chat(ports=(40000 + i, 53), start=10 * i) for i in range(3))
    one.c(b'one ').wait(13).c(b'goes on')
    two.c(b'two ').wait(40).c(b'begins anew')
    return pcap(by_time(one, two, three.c(b'three')))


def fragments():
    """Datagrams of three fragments each, in any order."""
    four, six = Chat(), Chat(v6=True, start=100)
    texts = b'in three fragments, shuffled', b'the same over IPv6, shuffled'
    for chat, text in zip((four, six), texts):
        payload = chat.datagram(0, text)
        for i in (2, 0, 1):
            at, more = 16 * i, i < 2
            piece = payload[at:at + 16] if more else payload[at:]
            if chat is six:
                chat.packet(0, piece, extensions=[fragment_header(at, more)])
            else:
                chat.packet(0, piece, ident=77, offset=at, more=more)
        chat.s(b'got it')
    return pcap(four.frames + six.frames)


def snap_length():
    chat = Chat().c(bytes(65 + i % 26 for i in range(100))).c(b'END').s(b'fine')
    return pcap(chat.frames, snap=96)


def tunnel():
    """VXLAN with a connection and a conversation inside, and something else on its port."""
    inside = by_time(Talk().syn().c(b'a stream').fin(), basic_chat(start=3))
    noise = Chat(ports=(40000, 4789), start=50).c(b'this is no VXLAN, only the same port')
    return pcap([Frame(f.time, b'', vxlan(f)) for f in inside] + noise.frames)


MAKERS = {'udp': conversations, 'udp_tenants': tenants, 'udp_idle': idle,
          'udp_idle_never': idle, 'udp_limit': too_many, 'udp_fragments': fragments,
          'udp_snap_length': snap_length, 'udp_tunnel': tunnel,
          'udp_console': conversations, 'udp_console_json': lone_pair,
          'udp_console_hex': lone_pair, 'udp_flow_capture': conversations,
          'udp_names': conversations, 'udp_summary': conversations, 'udp_not_asked': lone_pair}
