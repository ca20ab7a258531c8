"""Captures of the cases of -e python; their functions are in scripts/ and in examples/python."""
import missing
import udp_captures

# One request with its answer: these are about options and functions.
BASIC = ['python_' + name for name in (
    'result', 'flow', 'exception', 'missing_function', 'missing_module', 'limit', 'needs_names',
    'none', 'octets', 'number', 'facts', 'default', 'three_arguments', 'prints', 'exits',
    'console', 'archive', 'store_nothing', 'json', 'leaves_nothing')]
MAKERS = {'python_gap': missing.gap, 'python_udp': udp_captures.lone_pair}
