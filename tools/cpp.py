"""Reads C++ as far as the checks of this folder need it: tokens, functions and their nesting.

It knows the C++ of this project (no macros that open scopes, no preprocessor branches inside
functions), not all of C++."""
import bisect
import re

TOKEN = re.compile(r'''
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<directive>^[ \t]*\#(?:[^\n\\]|\\.)*)
  | (?P<raw>(?:u8|[uUL])?R"(?P<tag>[^()\\\s]*)\(.*?\)(?P=tag)")
  | (?P<string>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*")
  | (?P<char>(?:u8|[uUL])?'(?:[^'\\\n]|\\.)*')
  | (?P<number>\.?\d(?:[eEpP][+-]|'[0-9a-zA-Z]|[\w.])*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<punct>::|->\*?|<<=|<=>|&&|\|\||\+\+|--|[-+*/%&|^=!<>]=|<<|\.\.\.|[^\s\w])
''', re.X | re.S | re.M)
CLOSER = {'(': ')', '[': ']', '{': '}'}
CONTROL = {'if', 'for', 'while', 'switch', 'catch'}
BEFORE_BODY = {')', 'const', 'noexcept', 'override', 'final', '&', '&&'}
TYPES = {'class', 'struct', 'union', 'enum'}


class Token:
    """A piece of the text; `line` is where it begins, `end` where it ends."""
    __slots__ = ('kind', 'text', 'line', 'end')

    def __init__(self, kind, text, line):
        self.kind, self.text, self.line = kind, text, line
        self.end = line + text.count('\n')


class Function:
    """A function with a body; lambdas count as part of the function around them. `nesting` is the
    depth of control statements, with or without braces; `else if` goes no deeper than its `if`."""

    def __init__(self, head, last, nesting):
        self.head, self.first, self.last, self.nesting = head, head[0].line, last, nesting
        self.name = name_of(head)

    def lines(self):
        return self.last - self.first + 1


class Declaration:
    """A statement at 'namespace' or 'class' scope, or a static one in a function ('local')."""

    def __init__(self, scope, tokens):
        self.scope, self.tokens, self.line = scope, tokens, tokens[0].line


class Source:
    """What a file holds. `code` has neither comments nor directives."""

    def __init__(self, text):
        self.code, self.comments, self.directives = [], [], []
        kinds = {'comment': self.comments, 'directive': self.directives}
        newlines = [m.start() for m in re.finditer('\n', text)]
        for match in TOKEN.finditer(text):
            kind = 'raw' if match.lastgroup == 'tag' else match.lastgroup
            line = bisect.bisect_left(newlines, match.start()) + 1
            kinds.get(kind, self.code).append(Token(kind, match.group(), line))
        self.functions, self.declarations = [], []
        _Parser(self).scope(0, len(self.code), 'namespace')

    def comment_lines(self):
        """Numbers of lines that hold nothing but comment."""
        used = {line for token in self.code + self.directives
                for line in range(token.line, token.end + 1)}
        lines = {line for token in self.comments for line in range(token.line, token.end + 1)}
        return lines - used


def without_template(tokens):
    """`tokens` after a leading template<...>."""
    if len(tokens) < 2 or tokens[0].text != 'template' or tokens[1].text != '<':
        return tokens
    depth = 0
    for i, token in enumerate(tokens):
        depth += {'<': 1, '>': -1}.get(token.text, 0)
        if i > 0 and depth == 0:
            return tokens[i + 1:]
    return tokens


def parameter_list(tokens):
    """Index of the '(' that opens the parameter list of a declaration, or None."""
    angles, i = 0, 0
    while i < len(tokens):
        text, before = tokens[i].text, tokens[i - 1].text if i else ''
        if text == 'operator':  # operator()(...), operator<(...), operator bool()
            i = _after_operator(tokens, i)
            return i
        if text == '=':
            return None
        if text == '<' and tokens[i - 1].kind == 'name':
            angles += 1
        elif text == '>' and angles:
            angles -= 1
        elif text == '(' and before in ('alignas', 'decltype', '__attribute__', 'explicit'):
            i = _closing(tokens, i)
        elif text == '(' and not angles:
            return i if i and tokens[i - 1].kind == 'name' else None
        i += 1
    return None


def _after_operator(tokens, at):
    at += 1
    if at + 1 < len(tokens) and tokens[at].text == '(' and tokens[at + 1].text == ')':
        at += 2
    while at < len(tokens) and tokens[at].text != '(':
        at += 1
    return at if at < len(tokens) else None


def _closing(tokens, at):
    depth = 0
    for i in range(at, len(tokens)):
        depth += {'(': 1, ')': -1}.get(tokens[i].text, 0)
        if depth == 0:
            return i
    return len(tokens)


def name_of(head):
    """The name that a declaration gives a function, with the classes in front of it."""
    tokens = without_template(head)
    at = parameter_list(tokens)
    if at is None:
        return tokens[-1].text
    texts = [token.text for token in tokens[:at]]
    first = texts.index('operator') if 'operator' in texts else at - 1
    while first > 0 and (texts[first - 1] in ('::', '~') or texts[first] == '::'):
        first -= 1
    return ''.join(texts[first:])


def parameter_count(tokens):
    """Parameters of the function that `tokens` declare; 0 if they declare none."""
    tokens = without_template(tokens)
    start = parameter_list(tokens)
    if start is None:
        return 0
    inside = tokens[start + 1:_closing(tokens, start)]
    if not inside or [t.text for t in inside] == ['void']:
        return 0
    depth, count = 0, 1
    for i, token in enumerate(inside):
        opens = token.text in '([{' or (token.text == '<' and inside[i - 1].kind == 'name')
        depth += 1 if opens else -1 if token.text in ')]}' or (token.text == '>' and depth) else 0
        count += token.text == ',' and depth == 0
    return count


class _Parser:
    """Walks the tokens of a Source and fills its functions and declarations."""

    def __init__(self, source):
        self.source, self.code = source, source.code
        self.pair, self.opener = {}, {}
        stack = []
        for i, token in enumerate(self.code):
            if token.kind != 'punct':
                continue
            if token.text in CLOSER:
                stack.append(i)
            elif token.text in ')]}' and stack and CLOSER[self.code[stack[-1]].text] == token.text:
                opener = stack.pop()
                self.pair[opener], self.opener[i] = i, opener

    def text(self, i):
        return self.code[i].text if 0 <= i < len(self.code) and self.code[i].kind in (
            'punct', 'name') else ''

    def scope(self, i, end, kind):
        while i < end:
            i = self._declaration(i, end, kind)

    def _declaration(self, start, end, kind):
        """Reads one declaration and returns where the next begins."""
        i = start
        while i < end:
            text = self.text(i)
            if text == ';':
                self._declare(kind, start, i)
                return i + 1
            if text == ':' and self.text(i - 1) in ('public', 'private', 'protected'):
                return i + 1
            if text == '{':
                following = self._brace(start, i, kind)
                if following is not None:
                    return following
            i = self.pair.get(i, i) + 1
        return end

    def _declare(self, kind, start, end):
        if end > start:
            self.source.declarations.append(Declaration(kind, self.code[start:end]))

    def _brace(self, start, i, kind):
        """What the '{' at `i` opens, read; None if it is an initializer within a declaration."""
        head = without_template(self.code[start:i])
        texts = [token.text for token in head]
        close = self.pair.get(i, len(self.code))
        if 'namespace' in texts[:2] or texts[:1] == ['extern'] and len(texts) == 2:
            self.scope(i + 1, close, 'namespace')
            return close + 1
        if self._is_type(texts):
            if 'enum' not in texts:
                self.scope(i + 1, close, 'class')
            return close + 1 + (self.text(close + 1) == ';')
        if self._is_body(head, texts):
            nesting = self._body(i, close)
            self.source.functions.append(
                Function(self.code[start:i], self.code[min(close, len(self.code) - 1)].line,
                         nesting))
            return close + 1 + (self.text(close + 1) == ';')
        return None

    @staticmethod
    def _is_type(texts):
        return bool(TYPES & set(texts)) and '(' not in texts and '=' not in texts

    @staticmethod
    def _is_body(head, texts):
        at = parameter_list(head)
        if at is None:
            return False
        close = _closing(head, at)
        if '->' in texts[close:]:
            return True
        if texts[-1] == '}':  # a constructor whose last member is initialized with braces
            return ':' in texts[close:]
        return texts[-1] in BEFORE_BODY

    def _body(self, open_, close):
        self.deepest = 0
        self._block(open_ + 1, close, 0)
        return self.deepest

    def _block(self, i, end, depth):
        while i < end:
            i = self._statement(i, end, depth)

    def _statement(self, i, end, depth):
        text = self.text(i)
        if text == '{':
            self._block(i + 1, self.pair.get(i, end), depth)
            return self.pair.get(i, end) + 1
        if text in CONTROL:
            return self._control(i, end, depth)
        if text in ('do', 'try'):
            return self._nested(i + 1, end, depth)
        if text == 'else':  # of an `if` that _control has read
            return self._nested(i + 1, end, depth)
        if text in ('case', 'default'):
            while i < end and self.text(i) != ':':
                i += 1
            return i + 1
        if text in TYPES:
            return self._declaration(i, end, 'class')
        return self._expression(i, end, depth)

    def _nested(self, i, end, depth):
        self.deepest = max(self.deepest, depth + 1)
        return self._statement(i, end, depth + 1)

    def _control(self, i, end, depth):
        condition = i + 1 + (self.text(i + 1) == 'constexpr')
        after = self.pair.get(condition, condition) + 1
        self._lambdas(condition, after, depth)
        following = self._nested(after, end, depth)
        if self.text(i) == 'if' and self.text(following) == 'else':
            if self.text(following + 1) == 'if':
                return self._statement(following + 1, end, depth)
            return self._nested(following + 1, end, depth)
        return following

    def _expression(self, start, end, depth):
        """To the ';' that ends the statement at `start`, through the lambdas in it."""
        i = start
        while i < end and self.text(i) != ';':
            after = self.pair.get(i, i) + 1
            if self.text(i) in CLOSER:
                self._lambdas(i, after, depth)
            i = after
        if self.text(start) in ('static', 'thread_local'):
            self._declare('local', start, i)
        return i + 1

    def _lambdas(self, i, end, depth):
        while i < end:
            if self.text(i) == '{' and self._is_lambda(i):
                self._block(i + 1, self.pair.get(i, end), depth)
                i = self.pair.get(i, end)
            i += 1

    def _is_lambda(self, i):
        """True if the '{' at `i`, within an expression, opens the body of a lambda."""
        for back in range(i - 1, max(i - 16, 0), -1):
            if self.text(back) == '->':
                i = back
                break
            if self.code[back].kind != 'name' and self.text(back) not in ('::', '<', '>', '&', '*',
                                                                          ','):
                break
        before = i - 1
        while self.text(before) in ('mutable', 'noexcept', 'constexpr'):
            before -= 1
        if self.text(before) == ')':
            before = self.opener.get(before, 0) - 1
        if self.text(before) != ']':
            return False
        captures = self.opener.get(before, 0)
        outside = self.code[captures - 1]
        return not (outside.kind == 'name' and outside.text != 'return' or outside.text in ')]')
