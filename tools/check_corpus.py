#!/usr/bin/env python3
"""check_corpus.py THRESHOLDS < SCORE | --self-test: judges what the corpus' score program printed.

THRESHOLDS has lines `NAME >= NUMBER` or `NAME <= NUMBER`; a name is a kind of stream ("complete",
in percent) or one of the counts ("crashed", "timed out", "refused", "files with no true stream").
Echoes the score; exit status 1 if a threshold is missed or a value is not there."""
import re
import sys

SAMPLE = '''complete    990 of   1000 right (99.00 %)
gap        10 of     20 right (50.00 %)
captures 1205, files with no true stream 61, crashed 0, timed out 0, refused 3
plain: objects 9 of 10 right (90.00 %), objects Wireshark has not 7, crashed or hung 0
'''


def values(score):
    """Name -> number, of everything that the score states."""
    found = {m.group(1): float(m.group(2))
             for m in re.finditer(r'^(\w+) .*\(([\d.]+) %\)$', score, re.M)}
    for kind, percent, rest in re.findall(r'^(\w+): objects .*?\(([\d.]+) %\)(.*)$', score, re.M):
        found[f'{kind} objects'] = float(percent)
        found.update((f'{kind}: {m.group(1)}', float(m.group(2)))
                     for m in re.finditer(r', ([A-Za-z ]+?) (\d+)(?=,|$)', rest))
    for line in score.splitlines():
        if line.startswith('captures '):
            found.update((m.group(1), float(m.group(2)))
                         for m in re.finditer(r'([a-z ]+?) (\d+)(?:, |$)', line))
    return found


def judge(score, thresholds):
    """Faults, as lines of text."""
    found = values(score)
    for line in thresholds.splitlines():
        rule = re.fullmatch(r'(.+?)\s*([<>]=)\s*([\d.]+)', line.split('#')[0].strip())
        if not rule:
            continue
        name, relation, limit = rule.group(1), rule.group(2), float(rule.group(3))
        value = found.get(name)
        if value is None:
            yield f'{name}: the score does not say'
        elif value < limit if relation == '>=' else value > limit:
            yield f'{name}: {value:g}, wanted {relation} {limit:g}'


def self_test():
    assert values(SAMPLE)['crashed'] == 0 and values(SAMPLE)['captures'] == 1205
    assert values(SAMPLE)['plain objects'] == 90 and values(SAMPLE)['plain: crashed or hung'] == 0
    assert values(SAMPLE)['plain: objects Wireshark has not'] == 7
    rules = 'complete >= 99\n# a remark\nfiles with no true stream <= 60\nnonsense >= 1\ngap>=51\n'
    faults = list(judge(SAMPLE, rules))
    assert len(faults) == 3 and 'complete' not in ''.join(faults), faults
    print('check_corpus: self-test passed')


def main():
    if sys.argv[1:] == ['--self-test']:
        return self_test()
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    score = sys.stdin.read()
    sys.stdout.write(score)
    with open(sys.argv[1], encoding='utf-8') as file:
        faults = list(judge(score, file.read()))
    for fault in faults:
        print('MISSED ' + fault)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
