"""first_line.py: scripts for tcpflow's scanner python, as in

    tcpflow -r web.pcap -o flows -e python -S py_path=examples/python \\
            -S py_module=first_line -S py_function=first_line

What a function returns is in report.xml, in tcpflow:result of that direction's fileobject."""


def first_line(data):
    """The first line of what one side said."""
    return data.split(b'\n', 1)[0].rstrip(b'\r')


def summary(data, flow):
    """Who sent how much to whom. `flow` is a dict; docs/writing-a-scanner.md has its keys."""
    return f"{flow['src']}:{flow['src_port']} sent {len(data)} bytes as {flow['role']}"


def strict(data):
    """An exception is told in one line, and marked in the report; the run goes on."""
    if not data.startswith(b'GET '):
        raise ValueError('no request')
    return 'request'
