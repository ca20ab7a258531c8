#!/usr/bin/env python3
"""check_layers.py [--self-test]: includes point down only.

Reads every #include "..." under src/, tests/, fuzz/ and bench/ and fails on one that layers.txt
does not allow, that names no file of the project, or that closes a circle of files."""
import argparse
import os
import re
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
ROOTS = ('src', 'tests', 'fuzz', 'bench', 'examples')
SUPPORT = 'tests/support'
TESTS = ('_test.cc', '_test_support.h', '_fuzz.cc')


def read_rules(path):
    """Folder -> set of folders it may include, itself left out; '*' stays as it is."""
    rules = {}
    for line in open(path, encoding='utf-8'):
        line = line.split('#')[0].strip()
        if line:
            folder, _, allowed = line.partition(':')
            rules[folder.strip()] = set(allowed.split())
    return rules


def sources(top):
    for root in ROOTS:
        for where, _, names in os.walk(os.path.join(top, root)):
            for name in sorted(names):
                if name.endswith(('.h', '.cc')):
                    yield os.path.relpath(os.path.join(where, name), top).replace(os.sep, '/')


def folder_of(path, rules):
    """The longest folder in the rules that holds `path`, or None."""
    folder = os.path.dirname(path)
    while folder and folder not in rules:
        folder = os.path.dirname(folder)
    return folder or None


def resolve(top, name):
    """Includes are written from src/ or from the top of the project."""
    for base in ('src', ''):
        path = f'{base}/{name}' if base else name
        if os.path.isfile(os.path.join(top, path)):
            return path
    return None


def may_include(user, used, rules):
    if user == used:
        return True
    allowed = rules[user]
    return used in allowed or ('*' in allowed and used.startswith('src/'))


def check_include(top, path, name, rules):
    """(resolved path or None, fault or None) of one include line."""
    target = resolve(top, name)
    if target is None:
        return None, f'{path}: includes "{name}", which is no file of the project'
    user, used = folder_of(path, rules), folder_of(target, rules)
    if user is None or used is None:
        return target, f'{path}: layers.txt has no line for {path if user is None else target}'
    is_test = path.endswith(TESTS)
    if target.endswith(TESTS) and not is_test:
        return target, f'{path}: is no test, but includes "{name}"'
    if may_include(user, used, rules) or (is_test and used == SUPPORT):
        return target, None
    return target, f'{path}: {user} may not include "{name}" ({used})'


def find_cycle(graph):
    """A list of files that include one another in a circle, or None."""
    done, on_path = set(), []

    def visit(node):
        if node in on_path:
            return on_path[on_path.index(node):] + [node]
        if node in done:
            return None
        on_path.append(node)
        for following in graph.get(node, ()):
            cycle = visit(following)
            if cycle:
                return cycle
        on_path.pop()
        done.add(node)
        return None

    for node in sorted(graph):
        cycle = visit(node)
        if cycle:
            return cycle
    return None


def check(top, rules):
    """(number of includes read, list of faults)"""
    faults, graph, count = [], {}, 0
    for path in sources(top):
        with open(os.path.join(top, path), encoding='utf-8') as file:
            names = INCLUDE.findall(file.read())
        for name in names:
            count += 1
            target, fault = check_include(top, path, name, rules)
            if fault:
                faults.append(fault)
            if target:
                graph.setdefault(path, []).append(target)
    cycle = find_cycle(graph)
    if cycle:
        faults.append('files include one another in a circle: ' + ' -> '.join(cycle))
    return count, faults


def self_test():
    """Builds small trees with one fault each and sees that it is found."""
    rules = {'src/base': set(), 'src/flow': {'src/base'}, 'src/app': {'*'}, SUPPORT: {'src/base'}}
    good = {'src/base/a.h': '', 'src/flow/f.h': '#include "base/a.h"\n#include <map>\n',
            'src/flow/f_test.cc': '#include "flow/f.h"\n#include "tests/support/s.h"\n',
            'src/app/main.cc': '#include "flow/f.h"\n',
            'tests/support/s.h': '#include "base/a.h"\n'}
    cases = [({}, None),
             ({'src/base/a.h': '#include "flow/f.h"\n'}, 'may not include'),
             ({'src/flow/g.cc': '#include "app/x.h"\n', 'src/app/x.h': ''}, 'may not include'),
             ({'src/flow/g.cc': '#include "tests/support/s.h"\n'}, 'may not include'),
             ({'src/flow/t_test_support.h': '#include "tests/support/s.h"\n',
               'src/flow/g.cc': '#include "flow/t_test_support.h"\n'}, 'is no test'),
             ({'src/flow/g.cc': '#include "base/gone.h"\n'}, 'no file of the project'),
             ({'src/base/a.h': '#include "base/b.h"\n', 'src/base/b.h': '#include "base/a.h"\n'},
              'in a circle'),
             ({'src/new/x.cc': '#include "base/a.h"\n'}, 'no line for')]
    for changes, expected in cases:
        with tempfile.TemporaryDirectory() as top:
            for path, text in {**good, **changes}.items():
                os.makedirs(os.path.dirname(os.path.join(top, path)), exist_ok=True)
                with open(os.path.join(top, path), 'w', encoding='utf-8') as file:
                    file.write(text)
            faults = check(top, rules)[1]
        fine = any(expected in fault for fault in faults) if expected else not faults
        assert fine, f'{changes}: expected {expected}, got {faults}'
    print(f'check_layers: self-test passed, {len(cases)} trees')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--self-test', action='store_true')
    if parser.parse_args().self_test:
        return self_test()
    here = os.path.dirname(os.path.abspath(__file__))
    count, faults = check(os.path.dirname(here), read_rules(os.path.join(here, 'layers.txt')))
    print('\n'.join(faults) if faults else f'layers: {count} includes, all point down')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
