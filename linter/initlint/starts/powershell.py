"""What commands a PowerShell script runs, as far as a reading of its tokens says.

Comments, strings, here-strings, backtick continuations and simple variables are understood. A variable has the values
of all its assignments in the file; a parameter, an `$env:` variable or the output of a command is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from initlint.record import record
from initlint.source import Span
from initlint.starts.fragment import Fragment, as_pieces
from initlint.starts.words import Word, one_of, split, unknown
from initlint.terraform.value import Chunk, Origin, Piece, Value, text_of

_TOKEN = re.compile(
    rb"""(?P<comment><\#.*?\#>|(?<![^\s;|{}()])\#[^\n]*)
    |(?P<here>@(?P<quote>["'])[ \t]*\r?\n.*?\n(?P=quote)@)
    |(?P<continuation>`\r?\n)
    |(?P<double>"(?:[^"`]|`.|"")*")
    |(?P<single>'(?:[^']|'')*')
    |(?P<end>[\n;|{}]|&&)
    |(?P<between>[\s,()]+|@\(|&(?=\s))
    |(?P<word>(?:`.|\$\([^()]*\)|\$\{[^}]*\}|[^\s;|{}(),"'`])+(?:"(?:[^"`]|`.|"")*"|'[^']*')?)
    |(?P<other>.)""",
    re.DOTALL | re.VERBOSE,
)
_REFERENCE = re.compile(rb"\$\{([^}]*)\}|\$\(([^()]*)\)|\$([A-Za-z_][\w]*(?::\w+)?)|`(.)", re.DOTALL)
_ASSIGNMENT = re.compile(rb"^(?:\[[\w.\[\]]+\])?\$\{?([A-Za-z_]\w*)\}?$")
_PARAMETERS = re.compile(rb"\bparam\s*\(|\bfunction\s+[\w:-]+\s*\(", re.IGNORECASE)
_MEMBER = re.compile(rb"^\$(?:\{[^}]*\}|\w+(?::\w+)?)(?:\.\w|\[)")
"""What a bare word starts with that is a member or an element of a variable; in quotes it is the variable alone."""
_RUNS_TEXT = frozenset(
    "invoke-expression iex start-process saps cmd cmd.exe bash sh wsl ssh pwsh powershell powershell.exe".split()
)
"""Commands that run the text that they are given."""
MAX_DEPTH = 12


@record(eq=True)
class _Token:
    kind: str
    start: int
    end: int


def run(fragment: Fragment, variables: Mapping[str, Value], on_command: Callable[[Sequence[Word], Span], None]) -> str:
    """Calls `on_command` with the words and the place of every statement. Always reads the whole script ("")."""
    script = _Script(fragment)
    for statement in script.statements():
        words = script.words(statement)
        if not words:
            continue
        span = fragment.span(statement[0].start, statement[-1].end)
        text = fragment.data[statement[0].start : statement[0].end]
        if _ASSIGNMENT.match(text) and len(words) > 1 and words[1].text in ("=", "+="):
            words = words[2:]
            if not words:
                continue
            span = fragment.span(statement[2].start, statement[-1].end)
            if [word.text for word in words[:3]] == ["containerapp", "job", "start"]:
                # A list of arguments that `az @arguments` takes.
                words.insert(0, Word(text_of([Chunk("az")]), words[0].span))
        for combination in script.loops(statement, words):
            if (combination[0].text or "").lower() in _RUNS_TEXT:
                combination = [part for word in combination for part in split(word.value, word.span)]
            on_command(combination, span)
    return ""


class _Script:
    def __init__(self, fragment: Fragment) -> None:
        self.fragment = fragment
        self.data = fragment.data
        self.tokens = [_Token(m.lastgroup or "", m.start(), m.end()) for m in _TOKEN.finditer(self.data)]
        self.assigned: dict[str, list[list[_Token]]] = {}
        self.opaque: set[str] = set()
        self.looped: dict[str, list[_Token]] = {}
        self._collect()

    def statements(self) -> list[list[_Token]]:
        """The tokens of each statement. Parentheses do not end one, so that a list of arguments stays whole."""
        result: list[list[_Token]] = [[]]
        depth = 0
        for token in self.tokens:
            text = self.data[token.start : token.end]
            if token.kind in ("between", "other"):
                depth = max(depth + text.count(b"(") - text.count(b")"), 0)
                if token.kind == "between" and b"\n" in text and depth == 0:
                    result.append([])
            elif token.kind == "end":
                if depth == 0 or text != b"\n":
                    result.append([])
                if text in (b"{", b"}"):
                    depth = 0
            elif token.kind in ("word", "double", "single", "here"):
                result[-1].append(token)
        return [statement for statement in result if statement]

    def _collect(self) -> None:
        statements = self.statements()
        for statement in statements:
            first = self.data[statement[0].start : statement[0].end]
            match = _ASSIGNMENT.match(first)
            if match:
                name = match.group(1).decode("utf-8", "replace").lower()
                operator = self.data[statement[1].start : statement[1].end] if len(statement) > 1 else b""
                if operator == b"=":
                    self.assigned.setdefault(name, []).append(statement[2:])
                else:
                    # A parameter, or something added to it.
                    self.opaque.add(name)
            if first.lower() == b"foreach" and len(statement) > 2 and self.text(statement[2]).lower() == b"in":
                self.looped[self.text(statement[1]).lstrip(b"$").decode("utf-8", "replace").lower()] = statement[3:]
        for header in _PARAMETERS.finditer(self.data):
            self.opaque |= {
                m.decode("utf-8", "replace").lower() for m in re.findall(rb"\$(\w+)", self.bracketed(header.end()))
            }

    def bracketed(self, start: int) -> bytes:
        """The text from behind an opening parenthesis to the one that closes it."""
        depth = 1
        for match in re.finditer(rb"[()]", self.data[start:]):
            depth += 1 if match.group() == b"(" else -1
            if depth == 0:
                return self.data[start : start + match.start()]
        return self.data[start:]

    def text(self, token: _Token) -> bytes:
        return self.data[token.start : token.end]

    def loops(self, statement: list[_Token], words: list[Word]) -> list[list[Word]]:
        """The words of a statement, once for each value of a loop variable over literals that it uses."""
        raw = b" ".join(self.text(token) for token in statement)
        for name, tokens in self.looped.items():
            if not re.search(rb"\$\{?" + re.escape(name.encode()) + rb"\b", raw, re.IGNORECASE):
                continue
            values = self.elements(tokens, 0)
            if values is None or len(values) > 32:
                continue
            return [self.words(statement, {name: value})[len(statement) - len(words) :] for value in values]
        return [words]

    def elements(self, tokens: list[_Token], depth: int) -> list[Value] | None:
        """The values that a `foreach` runs over: literals, or a variable that holds a list of them."""
        if len(tokens) == 1 and self.text(tokens[0]).startswith(b"$"):
            name = self.text(tokens[0]).lstrip(b"$").decode("utf-8", "replace").lower()
            lists = self.assigned.get(name, [])
            if name in self.opaque or len(lists) != 1 or depth > MAX_DEPTH:
                return None
            return self.elements(lists[0], depth + 1)
        if not all(self.is_simple(token) for token in tokens):
            return None
        return [self.value(token, {}, depth) for token in tokens]

    def is_simple(self, token: _Token) -> bool:
        """Whether a token is a string or a variable: a bare word is a command, whose output is not known."""
        return token.kind in ("double", "single") or (token.kind == "word" and self.text(token).startswith(b"$"))

    def words(self, statement: list[_Token], names: Mapping[str, Value] | None = None) -> list[Word]:
        """The words of a statement. Of an expression in parentheses, as an option's value, nothing is known."""
        words: list[Word] = []
        for before, token in zip([None, *statement], statement):
            word = self.word(token, names)
            if before is not None and words[-1].known.startswith("-"):
                between = self.data[before.end : token.start].strip()
                if between.endswith(b"(") and not between.endswith(b"@("):
                    word = Word(unknown("an expression is known only when the script runs"), word.span)
            words.append(word)
        return words

    def word(self, token: _Token, names: Mapping[str, Value] | None = None) -> Word:
        text = self.text(token)
        span = self.fragment.span(token.start, token.end)
        if token.kind == "word" and re.fullmatch(rb"@\w+", text):
            return Word(unknown(f"{text.decode('utf-8', 'replace')} is not known"), span, many=True)
        return Word(self.value(token, names or {}, 0), span)

    def value(self, token: _Token, names: Mapping[str, Value], depth: int) -> Value:
        start, end = token.start, token.end
        label = self.text(token)[:60].decode("utf-8", "replace")
        origin = Origin(self.fragment.span(start, end), label)
        if token.kind == "word" and _MEMBER.match(self.text(token)) and start not in self.fragment.expressions:
            return unknown(f"{label} is known only when the script runs")
        if token.kind == "single":
            return text_of(self.fragment.pieces(start + 1, end - 1), origin)
        if token.kind == "double":
            start, end = start + 1, end - 1
        if token.kind == "here":
            return unknown("a here-string")
        pieces: list[Piece] = []
        if end - start > 1 and self.data[end - 1 : end] in (b'"', b"'") and token.kind == "word":
            # `--name="x"`
            quote = self.data.find(self.data[end - 1 : end], start)
            pieces += self._parts(start, quote, names, depth)
            start, end = quote + 1, end - 1
        pieces += self._parts(start, end, names, depth)
        if len(pieces) == 1 and not isinstance(pieces[0], Chunk):
            return pieces[0].value
        return text_of(pieces, origin)

    def _parts(self, start: int, end: int, names: Mapping[str, Value], depth: int) -> list[Piece]:
        pieces: list[Piece] = []
        at = start
        for match in _REFERENCE.finditer(self.data, start, end):
            if match.start() < at:
                continue
            placed = self.fragment.expressions.get(match.start())
            pieces += self.fragment.pieces(at, match.start())
            at = match.end()
            if placed:
                pieces += as_pieces(placed[1])
            elif match.group(4) is not None:
                pieces += self.fragment.pieces(match.start(4), match.end(4))
            else:
                name = (match.group(1) or match.group(3) or b"").decode("utf-8", "replace")
                pieces += as_pieces(self.variable(name, names, depth))
        return pieces + self.fragment.pieces(at, end)

    def variable(self, name: str, names: Mapping[str, Value], depth: int) -> Value:
        key = name.lower()
        if key in names:
            return names[key]
        values = self.assigned.get(key, [])
        if not values or key in self.opaque or key in self.looped or depth > MAX_DEPTH:
            return unknown(f"${name} is not known")
        if any(len(tokens) != 1 or not self.is_simple(tokens[0]) for tokens in values):
            return unknown(f"${name} is known only when the script runs")
        found = [self.value(tokens[0], names, depth + 1) for tokens in values]
        return one_of(found)
