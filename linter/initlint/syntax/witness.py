"""What python-hcl2 expected at a syntax error: a second reader, who never saw what the first one made of the file.

`recovery` says where a problem is and what it is. Here python-hcl2 reads the top-level item that holds the problem, on
its own; where it stops in it, what its grammar would have taken there is said in words. Where it takes the text (it
takes some that Terraform refuses), nothing is said. Its import and its grammar cost more than a whole run without them,
so this is for the first few problems of a run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from initlint.source import Source, Span
from initlint.syntax.nodes import SyntaxProblem
from initlint.syntax.recovery import item_around

MOST_PROBLEMS = 3
"""How many problems of a run python-hcl2 is asked about."""
MOST_BYTES = 200_000
"""The size of the largest file that it is asked about: it reads half a megabyte a second."""
MOST_WORDS = 5
_LONG_BLANK = re.compile(rb"\s{300}")
"""Its pattern for heredocs takes the square of a blank stretch's length."""

_VALUE = frozenset(
    "DBLQUOTE FALSE FLOAT_LITERAL HEREDOC_TEMPLATE HEREDOC_TEMPLATE_TRIM INT_LITERAL LPAR LSQB MINUS NAME NOT NULL"
    " TEMPLATE_STRING TRUE FOR FOR_EACH IF IN ELSE ENDIF ENDFOR LBRACE NL_OR_COMMENT".split()
)
_LABEL = frozenset("DBLQUOTE NAME FALSE TRUE NULL FOR FOR_EACH IF IN ELSE ENDIF ENDFOR NL_OR_COMMENT".split())
_TEXT = frozenset(
    "DIRECTIVE_START ESCAPED_DIRECTIVE ESCAPED_INTERPOLATION INTERP_START STRING_CHARS TEMPLATE_STRING".split()
)
_WRITTEN = {
    "EQ": "`=`", "LBRACE": "`{`", "COMMA": "`,`", "COLON": "`:`", "FOR_OBJECT_ARROW": "`=>`", "IN": "`in`",
    "IF": "`if`", "ELSE": "`else`", "ENDIF": "`endif`", "ENDFOR": "`endfor`", "FOR": "`for`", "DBLQUOTE": '`"`',
    "RPAR": "`)`", "RSQB": "`]`", "RBRACE": "`}`", "NL_OR_COMMENT": "a line ending",
}  # fmt: skip
"""What a user writes for a token, in the order in which it is told. Those that are missing (operators) are not told."""


def helps(problems: Iterable[SyntaxProblem]) -> dict[Span, str]:
    """What python-hcl2 expected, by the problem's place: for the first few syntax errors in native files."""
    asked = (one for one in problems if not one.unreadable and not one.span.path.endswith(".json"))
    told = {one.span: expected(one.span) for one in islice(asked, MOST_PROBLEMS)}
    return {span: text for span, text in told.items() if text}


def expected(problem: Span) -> str:
    """What python-hcl2 expected where it stops in the item that holds the problem; "" where it has nothing to say."""
    source = problem.source
    if len(source.data) > MOST_BYTES:
        return ""
    start, end = item_around(source, problem.start)
    if _LONG_BLANK.search(source.data, start, end):
        return ""
    found = _stop(source, start, end)
    if found is None:
        return ""
    at, tokens = found
    if not _same(source, problem, at, end):
        return ""
    line_start = source.data.rfind(b"\n", 0, at) + 1
    words = _words(tokens, first_on_line=not source.data[line_start:at].strip())
    return f"python-hcl2 expected {_place(source, at, end, problem)}: {_or(words)}" if words else ""


def _same(source: Source, problem: Span, at: int, end: int) -> bool:
    """Whether python-hcl2 stops at this problem. Where it stops before it, it stumbles over something that Terraform
    takes; where it stops far behind it, over something else.
    """
    between = source.data[problem.end : at].strip()
    return at >= problem.start and (not between or b"\n" not in between or at >= end)


def _stop(source: Source, start: int, end: int) -> tuple[int, frozenset[str]] | None:
    """The offset at which python-hcl2 stops reading, and the tokens that it would have taken there."""
    import hcl2
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    try:
        hcl2.parses_to_tree(source.data[start:end].decode("utf-8", "replace"))
    except UnexpectedToken as stop:
        tokens = stop.accepts or stop.expected
        at = end if stop.token.type == "$END" else _offset(source, start, stop.line, stop.column)
    except UnexpectedCharacters as stop:
        tokens, at = stop.allowed or set(), _offset(source, start, stop.line, stop.column)
    except Exception:  # a witness that fails has nothing to say, and the problem is told without it
        return None
    else:
        return None
    while at < end and source.data[at] in b" \t":
        at += 1
    return at, frozenset(map(str, tokens))


def _offset(source: Source, start: int, line: int, column: int) -> int:
    """The offset of a line and column (both from 1, in code points) of the text that starts at `start`."""
    first = source.position(start)[0]
    begin = source.offset_of_line(first + line - 1) if line > 1 else start
    text = source.line_text(first + line - 1) if line > 1 else source.data[start:].decode("utf-8", "replace")
    return begin + len(text[: column - 1].encode())


def _place(source: Source, at: int, end: int, problem: Span) -> str:
    if at == problem.start:
        return "here"
    if at >= end:
        return "at the end of the file" if end == len(source.data) else f"before line {source.position(end)[0]}"
    line, column = source.position(at)
    return f"at column {column}" if line == problem.line else f"on line {line}"


def _words(tokens: frozenset[str], first_on_line: bool) -> list[str]:
    """Tokens as a user writes them, the telling ones first. Those that together begin a value, a label or an item are
    one word.
    """
    words: list[str] = []
    rest = tokens
    if "INTERP_START" in tokens:
        return ['`"` to end the string']
    if {"LPAR", "RBRACE"} <= tokens:
        words, rest = ["a key"], tokens - _VALUE
    elif "LPAR" in tokens:
        words, rest = ["a value"], tokens - _VALUE
    elif "EQ" in tokens and "LBRACE" in tokens:
        words, rest = ["`=`", "`{`", "a label"], tokens - _LABEL - {"EQ", "LBRACE"}
    elif "LBRACE" in tokens and "NAME" in tokens:
        words, rest = ["`{`", "a label"], tokens - _LABEL - {"LBRACE"}
    elif "NAME" in tokens and tokens & {"NL_OR_COMMENT", "RBRACE", "$END"}:
        words, rest = ["an argument or a block" if first_on_line else "a line ending"], tokens - _LABEL
    elif "NAME" in tokens:
        words, rest = ["a name"], tokens - _LABEL
    if rest & {"RPAR", "RSQB", "IN"} or "LBRACE" in rest:
        rest -= {"NL_OR_COMMENT"}
    words += [written for token, written in _WRITTEN.items() if token in rest and token not in _TEXT]
    return words[:MOST_WORDS]


def _or(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
