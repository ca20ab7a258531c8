"""Captures of segments and fragments that overlap."""
from wire import ACK, PSH, Talk, ipv4, pcap


def overlap_policy():
    """Both sides send two copies of one place before what stands in front of it."""
    talk = Talk().syn()
    for side in (0, 1):
        talk.at(side, 3, b'OOOO').at(side, 3, b'NNNN').at(side, 1, b'ab').sent(side, 6)
    return pcap(talk.fin().frames)


def overlap_linux():
    """The same three segments behind a hole, in two orders: Linux makes two streams of them."""
    talks = []
    for port, order in ((40000, (0, 1, 2)), (40001, (1, 0, 2))):
        talk = Talk(sport=port, start=port - 40000).syn()
        pieces = ((9, b'11111111'), (17, b'22222222'), (17, b'NNNNNNNNNNNNNNNN'))
        for i in order:
            talk.at(0, *pieces[i])
        talks += talk.at(0, 1, b'........').sent(0, 32).fin().frames
    return pcap(talks)


def keep_alternatives():
    talk = Talk().syn().at(0, 5, b'EFGH').at(0, 3, b'cdeXYh').at(0, 1, b'AB').sent(0, 8)
    talk.c(b'0123456789').at(0, 11, b'2345xx').s(b'fine').at(1, 1, b'fine')
    return pcap(talk.fin().frames)


def fragment_policy():
    """The second of three fragments comes again with other content before the first has come."""
    talk = Talk().syn()
    payload = talk.segment(0, PSH | ACK, 1, b'headKEPTKEPTOTHEROTHtail')
    pieces = {0: payload[:24], 24: payload[24:32], 32: payload[32:40], 40: payload[40:]}
    for offset, content in ((32, pieces[32]), (24, b'12345678abcdefgh'), (40, pieces[40]),
                            (24, pieces[24]), (0, pieces[0])):
        talk.add(0, lambda src, dst: ipv4(src, dst, content, ident=77, offset=offset,
                                          more=offset != 40))
    return pcap(talk.sent(0, 24).fin().frames)


OVERLAPS = {
    'overlap_policy': overlap_policy,
    'overlap_policy_unknown': overlap_policy,
    'report_conflict': overlap_policy,
    'overlap_linux': overlap_linux,
    'keep_alternatives': keep_alternatives,
    'fragment_policy': fragment_policy,
    'fragment_overlap': fragment_policy,
    'fragment_conflict': fragment_policy,
}
