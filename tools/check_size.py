#!/usr/bin/env python3
"""check_size.py [--self-test]: the walls of the style guide.

File 600 lines, function 60 (80 in tests, which list cases), nesting 3, parameters 4, line 100
columns, over src/, tests/, fuzz/ and bench/; files and columns of the Python and shell scripts too.
Prints the ten longest functions and the share of comment lines.

`// allow(RULE): WHY` in the lines just above, or on the line itself, lifts RULE (lines, nesting or
parameters) for the function that begins there."""
import argparse
import os
import re
import subprocess
import sys

import cpp

FILE_LINES, COLUMNS, NESTING, PARAMETERS = 600, 100, 3, 4
FUNCTION_LINES, TEST_FUNCTION_LINES = 60, 80
ALLOW = re.compile(r'//\s*allow\((\w+)\):\s*\S')
CPP_ROOTS = ('src/', 'tests/', 'fuzz/', 'bench/', 'examples/')
SCRIPTS = ('.py', '.sh', '/run', 'Makefile')
IGNORED_FOLDERS = {'.git', '.cache', 'build', 'demo-out', '__pycache__'}
LARGE_TEXT = ('tests/e2e/cases/',)  # expected output is data, not source


class Faults:
    """Collects what is beyond a wall, and the exceptions that were granted."""

    def __init__(self):
        self.found, self.allowed = [], 0

    def check(self, where, rule, text, allows):
        if rule in allows:
            self.allowed += 1
        else:
            self.found.append(f'{where}: {text}')


def files_by_git(top):
    """Files known to git, and new ones that it would not ignore; None without git."""
    command = ['git', 'ls-files', '--cached', '--others', '--exclude-standard']
    try:
        listed = subprocess.run(command, cwd=top, check=True, capture_output=True, text=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    return set(listed.stdout.splitlines())


def files_on_disk(top):
    """All files but what .gitignore names: for a source tree that came without its history."""
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in IGNORED_FOLDERS]
        for name in names:
            if not name.endswith('.pyc'):
                yield os.path.relpath(os.path.join(folder, name), top)


def project_files(top):
    listed = files_by_git(top)
    for path in sorted(files_on_disk(top) if listed is None else listed):
        if not path.startswith(LARGE_TEXT) and os.path.isfile(os.path.join(top, path)):
            yield path


def is_cpp(path):
    return path.endswith(('.h', '.cc')) and path.startswith(CPP_ROOTS)


def check_text(path, text, faults):
    lines = text.splitlines()
    if len(lines) > FILE_LINES:
        faults.check(path, 'file', f'{len(lines)} lines, the wall is {FILE_LINES}', ())
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS and 'http' not in line:
            faults.check(f'{path}:{number}', 'columns', f'{len(line)} columns', ())


def allows_by_line(source):
    """Line of code -> rules that a comment on it or in the lines just above it lifts."""
    own = source.comment_lines()
    result = {}
    for token in source.comments:
        match = ALLOW.search(token.text)
        line = token.line
        while match and line in own:
            line += 1
        if match:
            result.setdefault(line, set()).add(match.group(1))
    return result


def check_functions(path, source, faults):
    allows = allows_by_line(source)
    wall = TEST_FUNCTION_LINES if path.endswith('_test.cc') else FUNCTION_LINES
    for f in source.functions:
        where, allowed = f'{path}:{f.first}: {f.name}', allows.get(f.first, ())
        if f.lines() > wall:
            faults.check(where, 'lines', f'{f.lines()} lines, the wall is {wall}', allowed)
        if f.nesting > NESTING:
            faults.check(where, 'nesting', f'nesting {f.nesting}, the wall is {NESTING}', allowed)
    heads = [(f.first, f.head) for f in source.functions]
    heads += [(d.line, d.tokens) for d in source.declarations if d.scope != 'local']
    for line, head in heads:
        count = cpp.parameter_count(head)
        if count > PARAMETERS:
            faults.check(f'{path}:{line}: {cpp.name_of(head)}', 'parameters',
                         f'{count} parameters, the wall is {PARAMETERS}', allows.get(line, ()))


def comment_share(text, source):
    """(comment lines, lines that are not blank)"""
    return len(source.comment_lines()), sum(1 for line in text.splitlines() if line.strip())


def check(top):
    faults, functions, comments, lines = Faults(), [], 0, 0
    for path in project_files(top):
        if not is_cpp(path) and not path.endswith(SCRIPTS):
            continue
        with open(os.path.join(top, path), encoding='utf-8') as file:
            text = file.read()
        check_text(path, text, faults)
        if not is_cpp(path):
            continue
        source = cpp.Source(text)
        check_functions(path, source, faults)
        functions += [(f.lines(), f'{path}:{f.first}', f.name) for f in source.functions]
        if path.startswith('src/') and not path.endswith('_test.cc'):
            share = comment_share(text, source)
            comments, lines = comments + share[0], lines + share[1]
    for length, where, name in sorted(functions, reverse=True)[:10]:
        print(f'  {length:3} lines  {name}  {where}')
    print(f'sizes: {len(functions)} functions, {faults.allowed} exceptions allowed, comments '
          f'{100 * comments / max(1, lines):.1f} % of {lines} lines in src/ (aim 12 to 20)')
    return faults.found


SAMPLE = r'''
#include <map>
// A comment with { and ( in it.
namespace a::b {
template <typename T, typename U = std::pair<int, int>>
class Box : public Base {
 public:
  Box(int a, std::map<int, int> b = {1, 2}) : a_{a}, b_(b), c_{} {}
  bool operator()(int x, int y) const { return x < y; }
  auto operator<=>(const Box&) const = default;
  int five(int a, int b, int c, int d, std::pair<int, int> e);
 private:
  std::function<void(int, int)> f_{};
  std::array<int, 2> a_{1, 2};
};
int deep(int n) {
  static int calls = 0;
  for (int i = 0; i < n; ++i)
    if (i > 2) {
      while (n) {
        if (n == 1) return '}';
        else if (n == 2) n = 1'000;
        else --n;
      }
    }
  std::sort(v.begin(), v.end(), [&](int a, int b) -> std::vector<int> { if (a) return b; });
  int octets[16]{};
  switch (n) { case A::b: return 1; default: break; }
  return R"x({{{)x"[0];
}
// allow(lines): the sample says so
auto arrow() -> Result<int> {
  return "\"}";
}
}  // namespace a::b
'''


def self_test():
    source = cpp.Source(SAMPLE)
    seen = {f.name: f for f in source.functions}
    assert sorted(seen) == ['Box', 'arrow', 'deep', 'operator()'], sorted(seen)
    assert seen['deep'].nesting == 4, seen['deep'].nesting
    assert seen['deep'].lines() == 15, seen['deep'].lines()
    assert [cpp.parameter_count(seen[n].head) for n in sorted(seen)] == [2, 0, 1, 2]
    five = [d for d in source.declarations if any(t.text == 'five' for t in d.tokens)]
    assert cpp.parameter_count(five[0].tokens) == 5
    faults = Faults()
    check_functions('x.cc', source, faults)
    assert len(faults.found) == 2 and 'nesting 4' in faults.found[0], faults.found
    assert allows_by_line(source)[seen['arrow'].first] == {'lines'}
    long_one = cpp.Source('void f() {\n' + '  g();\n' * 70 + '}\n')
    faults = Faults()
    check_functions('x.cc', long_one, faults)
    check_functions('x_test.cc', long_one, faults)
    assert len(faults.found) == 1 and '72 lines' in faults.found[0], faults.found
    check_text('x.cc', 'x' * 101 + '\n' * 601, faults)
    assert len(faults.found) == 3, faults.found
    assert comment_share('// a\n\nint b;  // c\n', cpp.Source('// a\n\nint b;  // c\n')) == (1, 2)
    print('check_size: self-test passed')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--self-test', action='store_true')
    if parser.parse_args().self_test:
        return self_test()
    found = check(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    print('\n'.join(found) if found else 'sizes: all within the walls')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
