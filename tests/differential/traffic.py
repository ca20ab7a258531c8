"""Traffic by seed: connections and conversations, disturbed as networks and taps disturb them, with
what each side must come out as. The same bytes on every machine."""
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))

from tunnels import vxlan  # noqa: E402 (the builders of the whole-program cases)
from udp_captures import Chat, UDP  # noqa: E402
from wire import (ACK, FIN, MS, PSH, RST, SYN, Frame, Talk, fragment_header, ipv4,  # noqa: E402
                  ipv6, pcap)

CONNECTIONS, CONVERSATIONS = 14, 6
SOME_TAGS = ((), (), (), [(0x8100, 42)])


class Expected:
    """One connection or conversation: who talks, the bytes of each side (client, server) with zeros
    for what was lost, and how many were on the same ports before."""

    def __init__(self, script, protocol, counter=0):
        self.protocol, self.counter, self.tags = protocol, counter, script.tags
        self.hosts, self.ports = script.hosts, script.ports
        self.sides = [b'', b'']

    def ends(self, side):
        """((source, port), (destination, port)) of what `side` sent."""
        client, server = zip(self.hosts, self.ports)
        return (client, server) if side == 0 else (server, client)


def shuffled_a_little(rng, items):
    """Each item is overtaken by at most three others."""
    keyed = [(place + (rng.random() * 3.9 if rng.random() < 0.4 else 0), place, item)
             for place, item in enumerate(items)]
    return [item for _, _, item in sorted(keyed, key=lambda each: each[:2])]


def text(rng, length):
    return bytes(rng.randrange(256) for _ in range(length))


class Disturbed:
    """A Talk whose data goes out in bursts: cut anywhere, reordered, repeated, lost, in fragments.
    Left out, since tshark 4.0 gives something else than what was sent there: an acknowledgement
    captured before the data (it declares that lost), disorder at a start without SYN (it begins
    with what came first), a loss that no later data of the burst shows (it has no place for it),
    and copies that differ."""

    def __init__(self, rng, talk, expected):
        self.rng, self.talk, self.expected = rng, talk, expected

    def burst(self, side):
        rng, talk = self.rng, self.talk
        first, data = max(talk.next[side], 1), text(rng, rng.randrange(1, 6000))
        cuts = sorted({0, len(data), *(rng.randrange(len(data)) for _ in range(rng.randrange(6)))})
        pieces = [(at, data[at:end]) for at, end in zip(cuts, cuts[1:])]
        if len(pieces) > 2 and rng.random() < 0.2:
            at, piece = pieces.pop(1)
            data = data[:at] + bytes(len(piece)) + data[at + len(piece):]
        elif rng.random() < 0.4:  # cut in another way when it was sent again
            at = rng.randrange(len(data))
            pieces.append((at, data[at:at + 1400]))
        pieces += [piece for piece in pieces if rng.random() < 0.15]
        for at, piece in shuffled_a_little(rng, pieces):
            self.send(side, first + at, piece)
        talk.next[side] = first + len(data)
        self.expected.sides[side] += data
        talk.raw(1 - side, ACK, talk.next[1 - side])

    def send(self, side, offset, piece):
        if self.rng.random() > 0.05 or len(piece) < 64:
            self.talk.raw(side, PSH | ACK, offset, piece)
            return
        segment = self.talk.segment(side, PSH | ACK, offset, piece)
        ident, middle = self.rng.randrange(1, 65536), len(segment) // 16 * 8
        parts = [(0, segment[:middle], True), (middle, segment[middle:], False)]
        for at, part, more in sorted(parts, key=lambda _: self.rng.random()):
            if ':' in self.talk.hosts[0]:
                chain = [fragment_header(at, more, ident)]
                self.talk.add(side, lambda src, dst: ipv6(src, dst, part, extensions=chain))
            else:
                self.talk.add(side, lambda src, dst: ipv4(src, dst, part, ident=ident, offset=at,
                                                          more=more))

    def end(self):
        ending = self.rng.choice(('fin', 'fin', 'fin twice', 'reset', 'open'))
        if ending.startswith('fin'):
            self.talk.fin()
        if ending == 'fin twice':
            self.talk.raw(0, FIN | ACK, self.talk.next[0] - 1)
        if ending == 'reset':
            side = self.rng.randrange(2)
            self.talk.raw(side, RST | ACK, self.talk.next[side])


def initial_numbers(rng):
    """Often close to where they wrap."""
    return [rng.choice((rng.randrange(1 << 32), (1 << 32) - rng.randrange(1, 3000)))
            for _ in range(2)]


def talk_through(rng, talk, expected):
    """(frames, expected) of one connection from its start to its end."""
    disturbed = Disturbed(rng, talk, expected)
    if rng.random() < 0.15:  # the capture begins in its midst
        for side in (0, 1):
            talk.send(side, b'in the midst')
            expected.sides[side] += b'in the midst'
    else:
        talk.syn()
        if rng.random() < 0.2:
            talk.raw(0, SYN, 0)
    for _ in range(rng.randrange(1, 8)):
        disturbed.burst(rng.randrange(2))
    disturbed.end()
    return talk.frames, expected


def connection(rng, number, tags=()):
    isn = initial_numbers(rng)
    talk = Talk(v6=rng.random() < 0.4, sport=40000 + number, dport=rng.choice((80, 443, 9999)),
                cisn=isn[0], sisn=isn[1], start=rng.randrange(100), tags=tags)
    return talk_through(rng, talk, Expected(talk, 'tcp'))


def reused_ports(rng, number):
    """Two connections on the same ports, the first one closed."""
    scripts = []
    for counter in range(2):
        talk = Talk(sport=40000 + number, cisn=rng.randrange(1 << 32), sisn=rng.randrange(1 << 32),
                    start=1000 * counter)
        expected = Expected(talk, 'tcp', counter)
        disturbed = Disturbed(rng, talk.syn(), expected)
        for side in (0, 1, 0):
            disturbed.burst(side)
        scripts.append((talk.fin().frames, expected))
    return scripts


def conversation(rng, number):
    tags = rng.choice(SOME_TAGS)
    chat = Chat(v6=rng.random() < 0.4, ports=(50000 + number, rng.choice((53, 5060, 9999))),
                start=rng.randrange(100), tags=tags)
    expected = Expected(chat, 'udp')
    for turn in range(rng.randrange(1, 12)):
        side = 0 if turn == 0 else rng.randrange(2)
        data = text(rng, rng.randrange(1, 1400))
        expected.sides[side] += data
        payload = chat.datagram(side, data)
        middle = len(payload) // 16 * 8
        if rng.random() < 0.8 or ':' in chat.hosts[0] or middle == 0:
            chat.packet(side, payload)
            continue
        ident = rng.randrange(1, 65536)
        chat.packet(side, payload[:middle], ident=ident, more=True)
        chat.packet(side, payload[middle:], ident=ident, offset=middle)
    return chat.frames, expected


def in_vxlan(frames):
    return [Frame(f.time, b'', vxlan(f), f.from_client) for f in frames]


def make(seed):
    """(octets of a capture, list of Expected)."""
    rng = random.Random(seed)
    scripts = [connection(rng, number, rng.choice(SOME_TAGS)) for number in range(CONNECTIONS)]
    scripts += reused_ports(rng, CONNECTIONS)
    inside, expected = connection(rng, CONNECTIONS + 1)
    scripts.append((in_vxlan(inside), expected))
    scripts += [conversation(rng, number) for number in range(CONVERSATIONS)]
    frames = [frame for script, _ in scripts for frame in script]
    frames.sort(key=lambda frame: frame.time)
    return pcap(frames), [expected for _, expected in scripts]
