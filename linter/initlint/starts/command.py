"""What a command line starts: `az containerapp job start --name NAME`, read from its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from initlint.record import record
from initlint.source import Span
from initlint.starts.words import Word, unknown, without
from initlint.terraform.value import Chunk, Hole, Origin, Piece, Value, joined, text_of

PRINTERS = re.compile(
    r"^(?:\\?(?:echo|printf|print|cat|grep|egrep|rg|sed|awk|true|false|:|alias|help|usage|die|fail|abort|warn|warning|error"
    r"|info|debug|say|note|notice|msg|message|log|logger|read|test|\[|\[\[)|(?:log|print|echo|show|write|warn|say)[_-].*"
    r"|Write-[A-Za-z]+|.*(?:_log|_echo|_msg|-log))$",
    re.IGNORECASE,
)
"""Commands that show their words, and do not run them."""

_AZ = re.compile(r"(?:^|[/\\])az(?:\.cmd|\.exe|\.bat)?$|(?:^|[_-])az(?:$|[_-]|ure|cli)|^az[_-]", re.IGNORECASE)
_VERBS = ("start", "create")
_FILLED_IN = re.compile(r"#?\{+[^{}]*\}+#?|<[^<>]*>|__[A-Za-z]\w*?__|%\w*%?")
"""What no job's name holds: another program puts something in its place (xargs, find, what fills in templates)."""


@record
class JobCommand:
    """One `az containerapp job VERB` ("start" or "create"): the job's name, its place, the command's place."""

    verb: str
    name: Value
    span: Span
    command: Span


def job_command(words: Sequence[Word], command: Span) -> JobCommand | None:
    """The job command that a command line runs, also through a wrapper (`sudo`, `retry 3`, a function); else None."""
    first = words[0].text if words else None
    if not words or (first is not None and PRINTERS.match(first)):
        return None
    if first is not None and first.lower() == "start-azcontainerappjob":
        name, span = _name(words[1:], command, ("-name",))
        return JobCommand("start", name, span, command)
    if len(words) > 2 and _AZ.search(first or "") and words[1].text == "rest":
        return _rest(words, command)
    for at in range(1, len(words) - 2):
        if words[at].text != "containerapp" or words[at + 1].text != "job":
            continue
        if words[at + 2].text not in _VERBS:
            continue
        caller = next((word for word in reversed(words[:at]) if not word.known.startswith("-")), words[0])
        if caller.text is not None and not _AZ.search(caller.text):
            continue
        verb = words[at + 2].text or ""
        if not command.covers(caller.span) and caller.span.source is command.source:
            # The words were written elsewhere: in an array, or where a function is called with them.
            last = words[-1].span
            command = Span(command.source, caller.span.start, max(caller.span.end, last.end))
        name, span = _name(words[at + 3 :], command)
        return JobCommand(verb, _placed(_filled_in(name, _replaced_by_xargs(words[:at])), span), span, command)
    return None


def _replaced_by_xargs(words: Sequence[Word]) -> str:
    """The text that `xargs -I TEXT` puts its input in the place of; "" where no such text is set."""
    texts = [word.text or "" for word in words]
    if not any(text.rpartition("/")[2] in ("xargs", "gxargs") for text in texts):
        return ""
    for at, text in enumerate(texts):
        option = re.match(r"-I|--replace=", text)
        if option:
            return text[option.end() :] or "".join(texts[at + 1 : at + 2])
    return ""


def _filled_in(name: Value, placeholder: str) -> Value:
    """The name with what another program fills in as unknown parts."""
    if name.is_unknown:
        return name
    pattern = re.compile(f"{re.escape(placeholder)}|{_FILLED_IN.pattern}") if placeholder else _FILLED_IN
    pieces: list[Piece] = []
    for piece in joined(name.pieces):
        texts = pattern.split(piece.text) if isinstance(piece, Chunk) else []
        if len(texts) < 2:
            pieces.append(piece)
        for at, text in enumerate(texts if len(texts) > 1 else ()):
            pieces += [Hole(unknown("another program fills it in")), Chunk(text)] if at else [Chunk(text)]
    return text_of(pieces, name.origin) if len(pieces) != len(joined(name.pieces)) else name


def _rest(words: Sequence[Word], command: Span) -> JobCommand | None:
    """`az rest` with the URL that starts a job: `.../Microsoft.App/jobs/NAME/start?api-version=...`."""
    for word in words:
        texts = [piece.text if isinstance(piece, Chunk) else None for piece in joined(word.value.pieces)]
        start = next((at for at, text in enumerate(texts) if text and "/jobs/" in text), None)
        if start is None:
            continue
        # Of the rest of the URL, what stands before the next slash is the name.
        pieces: list[Piece] = []
        for piece in joined(_name_of_id(word.value).pieces):
            if isinstance(piece, Chunk) and "/" in piece.text:
                name, _, action = piece.text.partition("/")
                if not re.match(r"start(?:[/?]|$)", action):
                    return None
                value = text_of([*pieces, Chunk(name)])
                return JobCommand("start", _placed(value, word.span), word.span, command)
            pieces.append(piece)
    return None


def _name(arguments: Sequence[Word], command: Span, options: tuple[str, ...] = ("--name", "-n")) -> tuple[Value, Span]:
    found: tuple[Value, Span] | None = None
    spread: Word | None = None
    for at, word in enumerate(arguments):
        if word.many:
            spread = word
            continue
        text = word.text
        if text is not None and text.lower() in options:
            if at + 1 < len(arguments):
                following = arguments[at + 1]
                found = following.value, following.span
            continue
        for prefix in (f"{option}=" for option in options):
            rest = without(word.value, prefix)
            if rest is not None:
                found = rest, _after(word.span, len(prefix))
                break
        else:
            if text == "--ids" and at + 1 < len(arguments):
                following = arguments[at + 1]
                found = _name_of_id(following.value), following.span
    if found:
        value, span = found
        return _placed(value, span), span
    if spread is not None:
        return _placed(unknown(f"the arguments are not known: {spread.value.reason}"), spread.span), spread.span
    return _placed(unknown("the command names no job"), command), command


def _after(span: Span, length: int) -> Span:
    """The span without its first bytes, where those bytes are what the word starts with (it may be in quotes)."""
    text = span.text
    skip = length + 1 if text[:1] in "\"'" else length
    return Span(span.source, min(span.start + skip, span.end), span.end) if "=" in text[:skip] else span


def _name_of_id(value: Value) -> Value:
    """The job's name out of a resource id: what follows the last `/jobs/`."""
    pieces = joined(value.pieces)
    for at in range(len(pieces) - 1, -1, -1):
        piece = pieces[at]
        if isinstance(piece, Chunk) and "/jobs/" in piece.text:
            return text_of([Chunk(piece.text.rpartition("/jobs/")[2]), *pieces[at + 1 :]])
    return unknown("the resource id is not known")


def _placed(value: Value, span: Span) -> Value:
    """The value as it is seen at the command: handed on from the place that made it."""
    return value.at(Origin(span, "--name", True, (value.origin,))) if value.origin else value.at(Origin(span, "--name"))
