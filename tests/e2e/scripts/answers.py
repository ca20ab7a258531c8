"""What a function for the scanner python may do, as the cases python_* have it."""
import sys


def nothing(data):
    """No answer, no mark."""


def octets(data):
    """What is no UTF-8, and what no XML can have."""
    return b'<' + data[:4] + b'>\xff\x00&'


def number(data):
    return len(data)


def facts(data, flow):
    """All that it is told, in the order in which it is told, and the kinds of the values."""
    return ' '.join(f'{name}={value!r}' for name, value in flow.items())


def maybe(data, flow=None, *, more='more'):
    """A second argument that has a default is given, too; what only a name can give is not."""
    return f'{type(data).__name__} {type(flow).__name__} {more}'


def three(data, flow, more):
    return data


def loud(data, flow):
    print(flow['src'], len(data))


def leave(data):
    sys.exit(f'after {len(data)} bytes')


def length(data):
    """Gaps are zeros."""
    return f'{len(data)} bytes, {data.count(0)} zeros'
