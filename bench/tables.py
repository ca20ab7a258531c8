"""Markdown tables, and where they stand in bench/README.md."""
import datetime
import os
import platform
import re
import subprocess

README = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'README.md')


def line(cells):
    return '| ' + ' | '.join(cells) + ' |'


def head(left, right):
    """The two lines above the rows: `left` cells are words, `right` ones are numbers."""
    return [line([*left, *right]), '|' + '---|' * len(left) + '---:|' * len(right)]


def first_line_of(command):
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout.splitlines() or ['?'])[0]


def today():
    return datetime.date.today().isoformat()


def machine(runs):
    """When and on what the figures were taken."""
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        model = re.search(r'model name\s*: (.*)', file.read())
    name = model[1].strip() if model else platform.machine()
    compiler = first_line_of(['c++', '--version'])
    cores = os.cpu_count()
    return (f'{today()}, medians of {runs} runs, {name}, {cores} cores, '
            f'Linux {platform.release()}, {compiler}.')


def key_of(row):
    """What a row is about: its first two cells."""
    return tuple(cell.strip() for cell in row.split('|')[1:3])


def merged(old, new, order):
    """The rows of both in `order` (keys); new ones take the place of old ones. What `order` does
    not have is no longer measured."""
    rows = {key_of(row): row for row in old}
    rows.update((key_of(row), row) for row in new)
    return [rows[key] for key in order if key in rows]


def write(name, text_above, table, order):
    """Puts the table between <!-- NAME --> and <!-- end of NAME -->; rows that were measured at
    another time and not now stay."""
    with open(README, encoding='utf-8') as file:
        text = file.read()
    begin, end = f'<!-- {name} -->\n', f'<!-- end of {name} -->\n'
    before, rest = text.split(begin)
    inside, after = rest.split(end)
    heading, rows = table[:2], table[2:]
    lines = [each for each in inside.splitlines() if each.startswith('|')]
    kept = lines[2:] if lines[:2] == heading else []
    body = [text_above, '', *heading, *merged(kept, rows, order)]
    with open(README, 'w', encoding='utf-8') as file:
        file.write(before + begin + '\n'.join(body) + '\n' + end + after)
