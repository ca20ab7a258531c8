"""What is measured: one row for each kind of traffic and way of running, as data."""
import re

REPORT_OFF = ('-S', 'enable_report=NO')
WITH_REPORT = ('-X', 'report.xml')

# Gigabytes that a capture at scale 1 and its flow files take together.
ROOM = {'in_order': 2.4, 'one_elephant': 2.4, 'many_short_http': 2.4, 'tiny_flows': 2.2,
        'half_open': 0.2, 'many_open': 1.2, 'reordered': 1.2, 'retransmitted': 1.4, 'lossy': 1.2,
        'udp': 1.2}
PATTERNS = tuple(ROOM)


class Target:
    """What a row is to reach, as it stands in the table: '>= 2x 1.6.1', '<= 1.5x cp', '<= 100 MB',
    '<= 0.5x CPU' (of what 1.6.1 takes); several with ', ' between them."""
    FORMS = {r'>= ([\d.]+)x 1\.6\.1': lambda figures, limit: figures['old'] >= limit,
             r'<= ([\d.]+)x cp': lambda figures, limit: figures['cp'] <= limit,
             r'<= ([\d.]+)x CPU': lambda figures, limit: figures['cpu'] <= limit,
             r'<= ([\d.]+) MB': lambda figures, limit: figures['megabytes'] <= limit,
             r'<= ([\d.]+) s': lambda figures, limit: figures['wall'] <= limit}

    def __init__(self, text):
        self.text = text
        self.parts = [self.parse(part) for part in text.split(', ')] if text else []

    def parse(self, part):
        for form, judge in self.FORMS.items():
            found = re.fullmatch(form, part)
            if found:
                return judge, float(found[1])
        raise ValueError(f'no target: {part}')

    def verdict(self, figures):
        """'met', 'not met', or nothing where there is no target or it cannot be judged."""
        try:
            results = [judge(figures, limit) for judge, limit in self.parts]
        except TypeError:  # a figure is None: 1.6.1 is not there
            return 'not judged'
        return ('met' if all(results) else 'not met') if results else ''


class Row:
    """`words` are the program's, `other` those of 1.6.1: the same if None; False: it cannot."""

    def __init__(self, pattern, mode, words, target='', other=None):
        self.pattern, self.mode, self.words = pattern, mode, tuple(words)
        self.target = Target(target)
        self.other = self.words if other is None else other


# Both programs write a report, but where the mode says that they do not.
ROWS = (
    Row('in_order', 'files', (), '>= 3x 1.6.1, <= 1.1x cp, <= 0.5x CPU'),
    Row('in_order', '-FX', ('-FX',)),
    Row('in_order', '-C', ('-C', *WITH_REPORT)),
    Row('in_order', '-e md5', ('-e', 'md5'), '>= 3x 1.6.1'),
    Row('one_elephant', 'files', ()),
    Row('one_elephant', '-FX', ('-FX',)),
    Row('many_short_http', 'files', (), '>= 3.5x 1.6.1'),
    Row('many_short_http', '-FX', ('-FX',), '>= 3x 1.6.1'),
    Row('many_short_http', '-FX no report', ('-FX', *REPORT_OFF), '>= 4x 1.6.1'),
    Row('many_short_http', '-C', ('-C', *WITH_REPORT), '>= 8x 1.6.1'),
    Row('many_short_http', '-e http', ('-e', 'http'), '>= 2.5x 1.6.1'),
    Row('tiny_flows', '-Fk', ('-Fk',), '>= 3x 1.6.1'),
    Row('tiny_flows', '--archive', ('--archive', 'streams.zip'), '>= 6x 1.6.1', other=('-Fk',)),
    Row('tiny_flows', '--archive tar', ('--archive', 'streams.tar'), other=('-Fk',)),
    Row('half_open', 'files', (), '>= 3x 1.6.1, <= 100 MB'),
    Row('half_open', '-FX no report', ('-FX', *REPORT_OFF), '<= 100 MB'),
    Row('many_open', 'files', ()),
    Row('reordered', 'files', (), '>= 2x 1.6.1'),
    Row('retransmitted', 'files', (), '>= 2x 1.6.1'),
    Row('lossy', 'files', ()),
    Row('udp', '--udp', ('--udp',), other=False),
)
