"""The words of a command as a shell gives them to the program, as far as the text says."""

from __future__ import annotations

import re
from collections.abc import Iterable

from initlint.record import record
from initlint.regex import regex
from initlint.source import Span
from initlint.terraform.types import STRING
from initlint.terraform.value import Chunk, Hole, Piece, Unknown, Value, fingerprint, joined, text_of

MAX_CANDIDATES = 16
SPEAKS = regex(rb"containerapp|/jobs/", re.IGNORECASE)
"""What a text says that can start a job."""
OUTPUT_KEY = "terraform output "
"""What the key of an unknown starts with that is the output of a Terraform root module; the output's name follows."""
EXPRESSION_KEY = "terraform expression "
"""What the key of an unknown starts with that Terraform puts into a command; the expression's start:end:path follow."""
TOO_LONG = "it is too long to be followed"
NOT_UNDERSTOOD = "its syntax is not understood"


@record
class Word:
    """One word: its value and where it stands. `many` marks any number of words of which nothing is known."""

    value: Value
    span: Span
    many: bool = False

    @property
    def text(self) -> str | None:
        """The word where it is known through and through."""
        return self.value.data if isinstance(self.value.data, str) else None

    @property
    def known(self) -> str:
        """Its known text from the start up to the first unknown part."""
        pieces = joined(self.value.pieces)
        return pieces[0].text if pieces and isinstance(pieces[0], Chunk) and not self.many else (self.text or "")


_PARTS = re.compile(r"\s+|[\"']|[^\s\"']+")


def split(value: Value, span: Span, quotes: str = "\"'") -> list[Word]:
    """The words of a text that is run as a command line, all at its place: it is split at the blanks that stand in no
    quotes. An unknown part is taken for a part of one word.
    """
    words: list[Word] = []
    pieces: list[Piece] | None = None
    quote = ""

    def end() -> None:
        if pieces is not None:
            words.append(Word(text_of(pieces, value.origin), span))

    for piece in value.pieces:
        if isinstance(piece, Hole):
            pieces = [*(pieces or []), piece]
            continue
        for part in _PARTS.findall(piece.text):
            if part.isspace() and not quote:
                end()
                pieces = None
            elif part in quotes and quote in ("", part):
                quote = "" if quote else part
                pieces = pieces or []
            else:
                pieces = [*(pieces or []), Chunk(part)]
    end()
    return words


def unknown(reason: str, key: str = "") -> Value:
    """A string of which nothing is known."""
    return Value(STRING, Unknown(reason, key, not_null=True))


def terraform_output(words: Iterable[str | None]) -> str:
    """The key of what a command prints that prints one output of a root module; "" for any other command."""
    plain = [word for word in words if word is not None and not word.startswith("-")]
    reads = len(plain) == 3 and plain[0] in ("terraform", "tofu", "terragrunt") and plain[1] == "output"
    return f"{OUTPUT_KEY}{plain[2]}" if reads else ""


def one_of(values: Iterable[Value]) -> Value:
    """A value that is one of several; the value itself where all are the same."""
    candidates: list[Value] = []
    seen: set[str] = set()
    for value in values:
        for alternative in value.alternatives:
            if alternative.is_unknown:
                return alternative
            mark = fingerprint(alternative) or f"id:{id(alternative)}"
            if mark not in seen:
                seen.add(mark)
                candidates.append(alternative)
    if len(candidates) == 1:
        return candidates[0]
    if not candidates or len(candidates) > MAX_CANDIDATES:
        return unknown("it is one of many values")
    return Value(STRING, Unknown("it is one of several values", not_null=True, candidates=tuple(candidates)))


def transformed(value: Value, change: str) -> Value:
    """A value in lower or upper case (`change` is "lower" or "upper")."""
    if value.is_unknown:
        assert isinstance(value.data, Unknown)
        return one_of(transformed(item, change) for item in value.data.candidates) if value.data.candidates else value
    pieces = [
        Chunk(getattr(piece.text, change)(), piece.span)
        if isinstance(piece, Chunk)
        else Hole(transformed(piece.value, change))
        for piece in value.pieces
    ]
    return text_of(pieces, value.origin)


def without(value: Value, prefix: str) -> Value | None:
    """What follows `prefix` in a word; None where the word does not start with it for certain."""
    pieces = value.pieces
    if isinstance(value.data, Unknown) or not pieces or not isinstance(pieces[0], Chunk):
        return None
    first = pieces[0]
    joined_text = first.text
    rest = list(pieces[1:])
    while len(joined_text) < len(prefix) and rest and isinstance(rest[0], Chunk):
        head = rest.pop(0)
        assert isinstance(head, Chunk)
        first = Chunk(joined_text + head.text)
        joined_text = first.text
    if not joined_text.startswith(prefix):
        return None
    span = first.place(len(prefix), len(first.text)) or first.span
    return text_of([Chunk(first.text[len(prefix) :], span), *rest], value.origin)


__all__ = [
    "EXPRESSION_KEY", "MAX_CANDIDATES", "NOT_UNDERSTOOD", "OUTPUT_KEY", "SPEAKS", "TOO_LONG", "Word", "one_of", "split",
    "terraform_output", "transformed", "unknown", "without",
]  # fmt: skip
