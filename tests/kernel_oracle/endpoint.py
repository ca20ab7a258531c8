"""A network namespace of this process's own, in which the kernel has one address and a host that is
only played has another, at the ends of a TUN device."""
import collections
import ctypes
import fcntl
import os
import select
import socket
import struct
import time

PORT = 9999
KERNEL = {4: '10.77.0.1', 6: 'fd77::1'}  # by version of IP
PLAYED = {4: '10.77.0.2', 6: 'fd77::2'}
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
TCP_HEADER = 24  # a multiple of 8, so that fragments may be cut behind it
TIMEOUT = 20  # seconds; only ever waited for when something is wrong
DEVICE = b'oracle'

_CLONE_NEWNET = 0x40000000
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454ca, 0x0001, 0x1000
_SIOCSIFADDR, _SIOCSIFNETMASK, _SIOCGIFFLAGS, _SIOCSIFFLAGS = 0x8916, 0x891c, 0x8913, 0x8914
_IFF_UP = 1


# A fragment's place in units of 8 octets, and whether (1) or not (0) others follow it.
Fragment = collections.namedtuple('Fragment', 'ident place more')


class Unavailable(Exception):
    """The machine does not let us do this."""


def checksum(octets):
    if len(octets) % 2:
        octets += b'\0'
    total = sum(struct.unpack(f'!{len(octets) // 2}H', octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def packed(version):
    """The played host's address and the kernel's."""
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    return [socket.inet_pton(family, host) for host in (PLAYED[version], KERNEL[version])]


def ip(version, payload, fragment=None):
    """A packet of the played host, or a fragment of one."""
    source, destination = packed(version)
    if version == 4:
        ident = fragment.ident if fragment else 0
        place = fragment.place | fragment.more << 13 if fragment else 0
        head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(payload), ident, place, 64,
                           socket.IPPROTO_TCP, 0) + source + destination
        return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + payload
    protocol = socket.IPPROTO_TCP
    if fragment:
        payload = struct.pack('!BBHI', protocol, 0, fragment.place << 3 | fragment.more,
                              fragment.ident) + payload
        protocol = socket.IPPROTO_FRAGMENT
    head = struct.pack('!IHBB', 6 << 28, len(payload), protocol, 64)
    return head + source + destination + payload


def tcp(version, port, sequence, acknowledgement, flags, payload=b''):
    """A segment of the played host, from its port `port`; the header has TCP_HEADER octets."""
    def header(check):
        return struct.pack('!HHIIBBHHHI', port, PORT, sequence & 0xffffffff,
                           acknowledgement & 0xffffffff, TCP_HEADER // 4 << 4, flags, 65535,
                           check, 0, 0x01010101)  # options that mean nothing
    pseudo = b''.join(packed(version)) + struct.pack('!II', TCP_HEADER + len(payload),
                                                     socket.IPPROTO_TCP)
    return header(checksum(pseudo + header(0) + payload)) + payload


class Endpoint:
    """The kernel's end listens; packets of the played host are written to it and remembered."""

    def __init__(self):
        try:
            self._enter_namespace()
            self._device = os.open('/dev/net/tun', os.O_RDWR)
            self._bring_up()
            self.versions = [4, 6] if self._has_ipv6() else [4]
        except OSError as error:
            raise Unavailable(f'{error.strerror} ({error.filename or "network namespace"})') \
                from error
        self._servers = {version: self._listen(version) for version in self.versions}
        self.sent = []

    @staticmethod
    def _enter_namespace():
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWNET) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))

    @staticmethod
    def _listen(version):
        server = socket.create_server((KERNEL[version], PORT), backlog=16,
                                      family=socket.AF_INET if version == 4 else socket.AF_INET6)
        server.settimeout(TIMEOUT)
        return server

    @staticmethod
    def _has_ipv6():
        """Gives the device its IPv6 address, if this kernel has IPv6."""
        if not os.path.exists('/proc/net/if_inet6'):
            return False
        index = socket.if_nametoindex(DEVICE.decode())
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:
            address = socket.inet_pton(socket.AF_INET6, KERNEL[6])
            fcntl.ioctl(control, _SIOCSIFADDR, address + struct.pack('Ii', 64, index))
        deadline = time.monotonic() + TIMEOUT
        while not Endpoint._owns(KERNEL[6]):  # the kernel makes sure of it in its own time
            if time.monotonic() > deadline:
                raise TimeoutError('the kernel does not take its IPv6 address')
            time.sleep(0.001)
        return True

    @staticmethod
    def _owns(address):
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((address, 0))
            except OSError:
                return False
        return True

    def _bring_up(self):
        name = DEVICE
        fcntl.ioctl(self._device, _TUNSETIFF,
                    struct.pack('16sH22x', name, _IFF_TUN | _IFF_NO_PI))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            for request, address in ((_SIOCSIFADDR, KERNEL[4]), (_SIOCSIFNETMASK, '255.255.255.0')):
                fcntl.ioctl(control, request, struct.pack('16sHH4s16x', name, socket.AF_INET, 0,
                                                          socket.inet_aton(address)))
            flags = struct.unpack('16sH22x', fcntl.ioctl(control, _SIOCGIFFLAGS,
                                                         struct.pack('16s24x', name)))[1]
            fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack('16sH22x', name, flags | _IFF_UP))

    def send(self, packet):
        os.write(self._device, packet)
        self.sent.append(packet)

    def connect(self, version, port, isn):
        """Opens a connection. Returns the kernel's socket, and what its side expects as ACK."""
        self.send(ip(version, tcp(version, port, isn, 0, SYN)))
        expected = self._await_syn_ack(port) + 1
        self.send(ip(version, tcp(version, port, isn + 1, expected, ACK)))
        connection, _ = self._servers[version].accept()
        connection.settimeout(TIMEOUT)
        # Closing then forgets the connection at once.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        return connection, expected

    def _await_syn_ack(self, port):
        while True:
            ready, _, _ = select.select([self._device], [], [], TIMEOUT)
            if not ready:
                raise TimeoutError('the kernel does not answer a SYN')
            packet = os.read(self._device, 65535)
            is_ipv4 = packet[0] >> 4 == 4
            if packet[9 if is_ipv4 else 6] != socket.IPPROTO_TCP:
                continue
            segment = packet[(packet[0] & 15) * 4 if is_ipv4 else 40:]
            to, sequence = struct.unpack('!HI', segment[2:8])
            if to == port and segment[13] & (SYN | ACK) == SYN | ACK:
                return sequence


def read_all(connection):
    """What the socket reads up to the end of the stream."""
    octets = b''
    while True:
        more = connection.recv(65536)
        if not more:
            return octets
        octets += more
