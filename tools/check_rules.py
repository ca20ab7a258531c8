#!/usr/bin/env python3
"""check_rules.py [--self-test]: what the style guide forbids outright, as far as tokens show it.

no new, no delete, no shared_ptr, no throw; threads, mutexes and atomics in src/engine/ only; no
mutable globals or static locals; no macros; #pragma once in every header. Tests may use threads and
may replace operator new; fuzz targets and benchmarks obey as src/ does.

`// allow(RULE): WHY` in the lines just above, or on the line itself, lifts a rule there; the names
of the rules stand in the faults."""
import argparse
import os
import sys

import cpp
from check_size import allows_by_line, is_cpp, project_files

SHARED = {'shared_ptr', 'weak_ptr', 'make_shared', 'enable_shared_from_this'}
THREADS = {'mutex', 'shared_mutex', 'recursive_mutex', 'timed_mutex', 'lock_guard', 'unique_lock',
           'scoped_lock', 'shared_lock', 'atomic', 'atomic_flag', 'atomic_bool', 'thread',
           'jthread', 'condition_variable', 'condition_variable_any', 'future', 'promise', 'async',
           'call_once', 'once_flag', 'counting_semaphore', 'binary_semaphore', 'latch', 'barrier',
           'memory_order_relaxed', 'atomic_thread_fence', 'thread_local'}
HEADERS = {'mutex', 'shared_mutex', 'atomic', 'thread', 'condition_variable', 'future', 'latch',
           'barrier', 'stop_token', 'pthread.h'}
THREAD_FOLDERS = ('src/engine/', 'tests/')
NO_VARIABLE = {'using', 'typedef', 'namespace', 'class', 'struct', 'union', 'enum', 'friend',
               'static_assert', 'extern', 'template', 'concept', 'return', 'operator', 'public',
               'private', 'protected', 'TEST', 'TEST_F', 'TEST_P', 'INSTANTIATE_TEST_SUITE_P'}


def may_use_threads(path):
    return path.startswith(THREAD_FOLDERS) or path.endswith('_test.cc')


def token_faults(path, code):
    """(line, rule, text) of each forbidden word."""
    for i, token in enumerate(code):
        before = code[i - 1].text if i else ''
        if token.kind != 'name' or before == 'operator':
            continue
        if token.text == 'new' or (token.text == 'delete' and before != '='):
            yield token.line, 'new', f'`{token.text}`: let a container or a unique_ptr own it'
        elif token.text in SHARED:
            yield token.line, 'shared_ptr', f'`{token.text}`: one owner, others borrow'
        elif token.text == 'throw':
            yield token.line, 'throw', '`throw`: failures are values'
        elif token.text in THREADS and not may_use_threads(path):
            is_std = before == '::' and code[i - 2].text == 'std'
            if is_std or token.text == 'thread_local':
                yield token.line, 'thread', f'`{token.text}` outside src/engine/'


def directive_faults(path, directives):
    once = False
    for token in directives:
        words = token.text.replace('#', '# ', 1).split()
        word, rest = words[1] if len(words) > 1 else '', words[2:]
        once |= word == 'pragma' and rest[:1] == ['once']
        if word in ('define', 'undef'):
            yield token.line, 'macro', f'`#{word}`: a constant or a function says it better'
        if word == 'include' and rest and not may_use_threads(path):
            if rest[0].strip('<>') in HEADERS and rest[0].startswith('<'):
                yield token.line, 'thread', f'{rest[0]} outside src/engine/'
    if path.endswith('.h') and not once:
        yield 1, 'once', 'a header without #pragma once'


def is_mutable(tokens):
    """True if the declaration `tokens` makes a variable that may change."""
    texts = []
    angles = 0
    for token in cpp.without_template(tokens):  # what is within <> says nothing about the variable
        if token.text == '<':
            angles += 1
        elif token.text == '>' and angles:
            angles -= 1
        elif token.text in ('=', '{', '('):
            break
        elif not angles:
            texts.append(token.text)
    else:
        token = None
    if not texts or NO_VARIABLE & set(texts) or 'constexpr' in texts or 'constinit' in texts:
        return False
    if token is not None and token.text == '(':  # a function, or a variable that should use braces
        return False
    if len([text for text in texts if text.isidentifier()]) < 2:
        return False
    if '*' in texts:
        return 'const' not in texts[len(texts) - texts[::-1].index('*'):]
    return 'const' not in texts


def global_faults(declarations):
    for declaration in declarations:
        texts = [token.text for token in declaration.tokens]
        lasting = declaration.scope != 'class' or 'static' in texts
        if lasting and is_mutable(declaration.tokens):
            kind = 'static local' if declaration.scope == 'local' else 'global'
            yield declaration.line, 'global', f'a mutable {kind}: `{" ".join(texts[:8])}`'


def check_source(path, text):
    source = cpp.Source(text)
    allows = allows_by_line(source)
    faults = [*token_faults(path, source.code), *directive_faults(path, source.directives),
              *global_faults(source.declarations)]
    return [f'{path}:{line}: {message} [{rule}]' for line, rule, message in faults
            if rule not in allows.get(line, ())]


def check(top):
    count, found = 0, []
    for path in filter(is_cpp, project_files(top)):
        count += 1
        with open(os.path.join(top, path), encoding='utf-8') as file:
            found += check_source(path, file.read())
    return count, found


GOOD = r'''#pragma once
#include <map>
#include "engine/atomic_queue.h"
namespace a {
inline constexpr int kLimit = 3;
const char* const kNames[] = {"new", "delete"};
extern const std::map<int, int> kMap;
class A { A(const A&) = delete; int* p_ = nullptr; static const int kX = 1; int thread = 0; };
int f(int a);
A g() { static const std::map<int, int> none; return f(1); }
template <typename T> using V = std::vector<T>;
// allow(global): a signal handler can reach nothing else
volatile std::sig_atomic_t stop_signal = 0;
}
'''
BAD = [('int* p = new int;', 'new'), ('void f() { delete p; }', 'new'),
       ('int counter = 0;', 'global'), ('static std::map<int, int> cache;', 'global'),
       ('int f() { static int n = 0; return n; }', 'global'), ('const char* name = "x";', 'global'),
       ('struct S { static int n; };', 'global'), ('std::vector<int> all{1, 2};', 'global'),
       ('std::shared_ptr<int> p();', 'shared_ptr'), ('void f(std::mutex& m);', 'thread'),
       ('#include <atomic>', 'thread'), ('thread_local const int n = 1;', 'thread'),
       ('#define X 1', 'macro'), ('void f() { throw 1; }', 'throw')]


def self_test():
    assert not check_source('src/app/x.h', GOOD), check_source('src/app/x.h', GOOD)
    assert 'once' in check_source('src/app/x.h', 'int f();')[0]
    for text, rule in BAD:
        found = check_source('src/app/x.cc', text + '\n')
        assert any(f'[{rule}]' in fault for fault in found), f'{text}: {found}'
    assert not check_source('src/engine/queue.cc', '#include <mutex>\nvoid f(std::mutex& m);\n')
    assert check_source('src/a.cc', '// allow(new):\nint f() { return *new int; }\n')
    print(f'check_rules: self-test passed, {len(BAD) + 4} texts')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--self-test', action='store_true')
    if parser.parse_args().self_test:
        return self_test()
    count, found = check(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    print('\n'.join(found) if found else f'rules: {count} files, none broken')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
