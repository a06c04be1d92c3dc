"""SQL as a script's client is given it: which statements fail or add rows again when they run a second time.

sqlglot's tokenizer of the dialect reads it; the heads of statements decide. What is not known for certain (a statement
that is none, the body of a PL/pgSQL block that checks nothing, text that is put in from outside) is UNKNOWN.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from initlint.record import record
from initlint.scripts.blocks import RERAISED, VARIABLES, Broken, Guarded, asks, looks_for_missing, plpgsql
from initlint.scripts.tape import is_gap
from initlint.truth import Truth, any_of


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@record(eq=True)
class Statement:
    """A statement: characters `start` to `end` of the text. `again` says whether it may run again: YES it does no harm,
    NO it fails or duplicates. `what` names it ("CREATE TABLE users"), `effect` is what it does then, `advice` says
    what is wanted, `reason` why UNKNOWN.
    """

    start: int
    end: int
    again: Truth
    what: str = ""
    advice: str = ""
    reason: str = ""
    effect: str = "fails"


@dataclass
class Seen:
    """What earlier statements of the same script did: names of temporary tables, emptied tables, dropped objects."""

    temporary: set[str] = field(default_factory=set)
    emptied: set[str] = field(default_factory=set)
    dropped: set[tuple[str, str]] = field(default_factory=set)
    created: set[tuple[str, str]] = field(default_factory=set)


@record(eq=True)
class Token:
    """One word or sign of SQL. `upper` is "" for what stands in quotes; `literal`: a string; `gap`: unknown in part;
    `line_start`: the first of its line.
    """

    text: str
    upper: str
    start: int
    end: int
    literal: bool
    gap: bool
    line_start: bool


_MODIFIERS = _words(
    "TEMP TEMPORARY GLOBAL LOCAL UNLOGGED UNIQUE MATERIALIZED RECURSIVE CLUSTERED NONCLUSTERED FOREIGN EXTERNAL "
    "EVENT CONSTRAINT VIRTUAL TRUSTED PROCEDURAL FULLTEXT SPATIAL DEFAULT COLUMNSTORE PRIMARY XML"
)
_KINDS = _words(
    "TABLE INDEX VIEW SCHEMA DATABASE ROLE USER GROUP EXTENSION SEQUENCE TYPE DOMAIN FUNCTION PROCEDURE PROC "
    "TRIGGER POLICY PUBLICATION SUBSCRIPTION LOGIN CERTIFICATE SYNONYM AGGREGATE OPERATOR CAST COLLATION SERVER "
    "TABLESPACE RULE EVENT STATISTICS LANGUAGE CONVERSION TRANSFORM CREDENTIAL KEY PROFILE"
)
_REPLACEABLE = frozenset(["FUNCTION", "PROCEDURE", "PROC", "VIEW", "TRIGGER", "RULE", "AGGREGATE"])
_GUARDED_KINDS = {
    "postgres": _words("TABLE INDEX SCHEMA EXTENSION SEQUENCE MATERIALIZED SERVER COLLATION STATISTICS"),
    "mysql": frozenset(["TABLE", "DATABASE", "SCHEMA", "USER", "ROLE", "EVENT", "VIEW"]),
    "sqlite": frozenset(["TABLE", "INDEX", "VIEW", "TRIGGER"]),
    "tsql": frozenset[str](),
}
_BODIES = frozenset({"FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "EVENT"})
_HARMLESS = _words(
    "SELECT VALUES TABLE SHOW EXPLAIN GRANT REVOKE DENY SET RESET COMMENT ANALYZE VACUUM BEGIN START COMMIT END "
    "ROLLBACK SAVEPOINT RELEASE UPDATE DELETE TRUNCATE CALL USE PRINT DECLARE WAITFOR REFRESH REINDEX CLUSTER LOCK "
    "LISTEN NOTIFY UNLISTEN CHECKPOINT DISCARD PREPARE DEALLOCATE FETCH CLOSE OPEN MOVE RETURN RAISERROR THROW GO "
    "PRAGMA ATTACH DETACH FLUSH REASSIGN SECURITY KILL RECONFIGURE DBCC MERGE REPLACE UPSERT ABORT TRY CATCH LOAD "
    "DESCRIBE DESC HELP UNLOCK OPTIMIZE CHECK REPAIR HANDLER REVERT DELIMITER"
)
_PLPGSQL = _words("NULL RAISE RETURN EXIT CONTINUE GET ASSERT PERFORM SELECT")
"""PL/pgSQL's own statements, and SELECT, which assigns there."""
_PRINCIPALS = _words("pgaadauth_create_principal pgaadauth_create_principal_with_oid")
"""Functions of Azure Database for PostgreSQL that create roles."""
_TSQL_STARTS = _words(
    "CREATE ALTER DROP INSERT UPDATE DELETE MERGE TRUNCATE IF ELSE BEGIN END EXEC EXECUTE PRINT GRANT DENY REVOKE "
    "USE DECLARE SET WHILE RETURN RAISERROR THROW COMMIT ROLLBACK SELECT WITH DBCC WAITFOR BACKUP RESTORE"
)
_CHANGES = re.compile(r"\b(CREATE|INSERT|DROP|ALTER|EXECUTE|PERFORM|CALL)\b", re.IGNORECASE)


def statements(text: str, dialect: str, seen: Seen) -> Iterator[Statement]:
    """The statements of a text in order, as far as they can be told apart."""
    plain = "".join("_" if is_gap(c) else c if c < "\x80" else "_" for c in text)
    executed: frozenset[int] = frozenset()
    guarded: list[tuple[int, int]] = []
    if dialect == "postgres":
        plain, executed, guarded = _meta_commands(plain)
    elif dialect == "tsql":
        plain = re.sub(r"(?m)^[ \t]*(:|!!)[^\n]*", lambda match: " " * len(match[0]), plain)
    elif dialect == "sqlite":
        # `.read file`, `.mode csv`: commands of the client.
        plain = re.sub(r"(?m)^[ \t]*\.[a-z][^\n]*", lambda match: " " * len(match[0]), plain)
    try:
        tokens = _tokens(plain, text, dialect)
    except _Unreadable as problem:
        yield Statement(0, len(text), Truth.UNKNOWN, reason=f"the SQL cannot be read ({problem})")
        return
    if dialect == "mysql" and any(token.upper == "DELIMITER" for token in tokens):
        yield Statement(0, len(text), Truth.UNKNOWN, reason="stored programs behind DELIMITER are not read")
        return
    groups = _batches(tokens) if dialect == "tsql" else [Guarded(group) for group in _split(tokens)]
    for group in _opened(groups, plain, text) if dialect == "postgres" else groups:
        if not group.tokens:
            continue
        start, end = group.tokens[0].start, group.tokens[-1].end
        guard = group.guard | Truth.of(any(left <= start < right for left, right in guarded))
        sent = end in executed or any(end <= at <= end + 3 for at in executed)
        made = _judge(group, dialect, seen, plain, sent)
        if guard is Truth.YES:
            made = Statement(start, end, Truth.YES, made.what)
        elif guard is Truth.UNKNOWN and made.again is Truth.NO:
            made = Statement(start, end, Truth.UNKNOWN, made.what, reason=f"{made.what} {group.why}")
        yield made


def _opened(groups: Iterable[Guarded], plain: str, text: str) -> Iterator[Guarded]:
    """The statements, with those in the body of DO instead of DO itself where that can be read."""
    for group in groups:
        yield from _body(group.tokens, plain, text) or [group]


def _body(tokens: list[Token], plain: str, text: str) -> list[Guarded]:
    """The statements in the PL/pgSQL body of DO; none where it is no such, or cannot be read."""
    words = [token.upper for token in tokens]
    bodies = [t for before, t in zip(["", *words], tokens) if t.literal and before != "LANGUAGE"]
    if words[:1] != ["DO"] or len(bodies) != 1 or any(token.gap and not token.literal for token in tokens):
        return []
    if any(before.upper == "LANGUAGE" and name.text.lower() != "plpgsql" for before, name in pairwise(tokens)):
        return []
    start, end = bodies[0].start, bodies[0].end
    fence = re.match(r"\$\w*\$|'", plain[start:end])
    if fence is None:
        return []
    start, end = start + len(fence[0]), end - len(fence[0])
    inside = plain[start:end].replace("''", " '") if fence[0] == "'" else plain[start:end]
    try:
        return plpgsql(_tokens(" " * start + inside, text, "postgres"))
    except (_Unreadable, Broken):
        return []


class _Unreadable(Exception):
    """The tokenizer gave up."""


@lru_cache(maxsize=8)
def _tokenizer(dialect: str) -> Any:
    from sqlglot.dialects.dialect import Dialect

    found = Dialect.get_or_raise(dialect)
    base = found.tokenizer_class
    # What follows CALL or EXECUTE is read as tokens too, not swallowed up to the next semicolon.
    own = type("Tokenizer", (base,), {"COMMANDS": set()})
    return own(dialect=found)


def _tokens(plain: str, text: str, dialect: str) -> list[Token]:
    from sqlglot.errors import SqlglotError
    from sqlglot.tokens import TokenType  # type: ignore[attr-defined]

    literals = {
        TokenType.STRING,
        TokenType.NATIONAL_STRING,
        TokenType.HEREDOC_STRING,
        TokenType.RAW_STRING,
        TokenType.BYTE_STRING,
        TokenType.UNICODE_STRING,
    }
    try:
        found = _tokenizer(dialect).tokenize(plain)
    except SqlglotError as error:
        raise _Unreadable(str(error).splitlines()[0][:80]) from None
    tokens = []
    for token in found:
        start, end = token.start, token.end + 1
        literal = token.token_type in literals
        quoted = literal or token.token_type is TokenType.IDENTIFIER
        tokens.append(
            Token(
                token.text,
                "" if quoted else token.text.upper(),
                start,
                end,
                literal,
                any(is_gap(c) for c in text[start:end]),
                not plain[plain.rfind("\n", 0, start) + 1 : start].strip(),
            )
        )
    return tokens


def _meta_commands(text: str) -> tuple[str, frozenset[int], list[tuple[int, int]]]:
    r"""The text with psql's own commands blanked; where `\gexec` stood; the stretches from `\if` to `\endif`."""
    executed: set[int] = set()
    guarded: list[tuple[int, int]] = []
    opened: list[int] = []

    def blank(match: re.Match[str]) -> str:
        command = match[2]
        if command == "if":
            opened.append(match.start())
        elif command == "endif" and opened:
            guarded.append((opened.pop(), match.start()))
        if command in ("g", "gx", "gset", "gexec", "gdesc", "crosstabview", "watch"):
            if command == "gexec":
                executed.add(match.start() + len(match[1]))
            return match[1] + ";" + " " * (len(match[0]) - len(match[1]) - 1)
        return match[1] + " " * (len(match[0]) - len(match[1]))

    # The rows that COPY ... FROM STDIN is followed by are no statements.
    text = re.sub(
        r"(?ims)(^[ \t]*copy\b[^;]*\bfrom\s+stdin\b[^;]*;[ \t]*\n)(.*?^\\\.)[ \t]*$",
        lambda match: match[1] + re.sub(r"[^\n]", " ", match[2]),
        text,
    )
    # At a line's start any command; behind a statement those that send it.
    text = re.sub(r"(?m)(^[ \t]*)\\(\w+|[!?;])[^\n]*", blank, text)
    text = re.sub(r"([ \t)'])\\(gexec|gset|gx|gdesc|g|crosstabview|watch)\b[^\n]*", blank, text)
    return text, frozenset(executed), guarded


def _split(tokens: list[Token]) -> Iterator[list[Token]]:
    """Statements at semicolons; the body of a function or trigger belongs to it (BEGIN ... END, CASE ... END)."""
    group: list[Token] = []
    depth = parens = 0
    for token in tokens:
        if token.upper == "(":
            parens += 1
        elif token.upper == ")":
            parens = max(0, parens - 1)
        body = bool(group) and group[0].upper == "CREATE" and any(t.upper in _BODIES for t in group[:5])
        if body and token.upper in ("BEGIN", "CASE"):
            depth += 1
        elif body and token.upper == "END" and depth:
            depth -= 1
        if token.upper == ";" and not depth and not parens:
            yield group
            group = []
        else:
            group.append(token)
    yield group


def _batches(tokens: list[Token]) -> Iterator[Guarded]:
    """T-SQL's statements, which need no semicolons, with whether an IF, a TRY or a WHILE decides that they run."""
    batch: list[Token] = []
    for token in tokens:
        if token.upper == "GO" and token.line_start:
            yield from _batch(batch)
            batch = []
        else:
            batch.append(token)
    yield from _batch(batch)


def _batch(tokens: list[Token]) -> Iterator[Guarded]:
    at = 0
    blocks: list[Guarded] = []  # for each open BEGIN what decides that it runs
    pending = decided = Guarded([])  # of the statement that comes; of the last IF, for its ELSE
    left = Truth.NO  # what decided that RETURN left the batch before
    while at < len(tokens):
        token = tokens[at]
        guard = any_of(outer.guard for outer in (pending, *blocks))
        why = next((outer.why for outer in (pending, *blocks) if outer.guard is Truth.UNKNOWN), VARIABLES)
        if token.upper == ";":
            at += 1
            continue
        if token.upper in ("IF", "WHILE"):
            start, at = at + 1, _condition_end(tokens, at + 1)
            asked = any(earlier.upper == "SELECT" for earlier in tokens[:start])
            pending = decided = Guarded([], asks(tokens[start:at], asked))
            continue
        if token.upper == "ELSE":
            pending = decided
            at += 1
            continue
        following = tokens[at + 1].upper if at + 1 < len(tokens) else ""
        if token.upper == "BEGIN" and not following.startswith("TRAN"):
            caught = _caught(tokens, at) if following == "TRY" else Truth.of(following == "CATCH")
            blocks.append(Guarded([], guard | caught, RERAISED if caught is Truth.UNKNOWN else why))
            pending = Guarded([])
            at += 2 if following in ("TRY", "CATCH") else 1
            continue
        if token.upper == "END":
            if blocks:
                blocks.pop()
            pending = Guarded([])
            at += 2 if following in ("TRY", "CATCH") else 1
            continue
        start, at = at, _statement_end(tokens, at)
        yield Guarded(tokens[start:at], guard | left, why)
        if token.upper == "RETURN":
            left = left | guard
        pending = Guarded([])


def _condition_end(tokens: list[Token], at: int) -> int:
    """Where the condition of an IF or a WHILE ends: the statement that it decides about begins there."""
    depth = 0
    while at < len(tokens):
        here = tokens[at].upper
        depth += (here == "(") - (here == ")")
        if depth == 0 and here in _TSQL_STARTS and here not in ("SELECT", "WITH", "UPDATE"):
            break
        if depth == 0 and here in ("SELECT", "UPDATE") and tokens[at - 1].upper in (")", ""):
            break
        at += 1
    return at


def _statement_end(tokens: list[Token], start: int) -> int:
    """Where a statement ends; a routine takes the rest of its batch."""
    head = [token.upper for token in tokens[start : start + 4]]
    if head[0] in ("CREATE", "ALTER") and {"PROC", "PROCEDURE", "FUNCTION", "TRIGGER"}.intersection(head):
        return len(tokens)
    depth = 0
    for at in range(start + 1, len(tokens)):
        token = tokens[at]
        depth += (token.upper == "(") - (token.upper == ")")
        if depth > 0:
            continue
        if token.upper == ";":
            return at
        if token.line_start and token.upper in _TSQL_STARTS and not _continues(tokens, start, at):
            return at
        if token.upper in ("END", "ELSE", "IF") and not _in_case(tokens, start, at):
            return at
    return len(tokens)


def _caught(tokens: list[Token], at: int) -> Truth:
    """Whether the CATCH that belongs to the TRY at `at` lets the batch go on: UNKNOWN where it raises an error."""
    words = [token.upper for token in tokens[at:]]
    pairs = list(pairwise(words))
    ends = [pairs.index(pair) if pair in pairs else len(words) for pair in (("BEGIN", "CATCH"), ("END", "CATCH"))]
    raised = {"THROW", "RAISERROR"}.intersection(words[slice(*ends)])
    return Truth.UNKNOWN if raised else Truth.YES


def _in_case(tokens: list[Token], start: int, at: int) -> bool:
    """Whether END or ELSE belongs to a CASE, or IF to IF EXISTS."""
    if tokens[at].upper == "IF":
        return (
            at + 1 < len(tokens)
            and tokens[at + 1].upper in ("EXISTS", "NOT")
            and tokens[start].upper
            in (
                "DROP",
                "CREATE",
                "ALTER",
            )
        )
    cases = sum((t.upper == "CASE") - (t.upper == "END") for t in tokens[start:at])
    return cases > 0


def _continues(tokens: list[Token], start: int, at: int) -> bool:
    """Whether a line that starts with a statement's word goes on with the statement before it."""
    head, here = tokens[start].upper, tokens[at].upper
    before = tokens[at - 1].upper
    if here in ("SELECT", "EXEC", "EXECUTE", "WITH") and head == "INSERT":
        return not any(t.upper in ("VALUES", "SELECT", "EXEC", "EXECUTE") for t in tokens[start:at])
    if here == "SELECT":
        return (
            head == "WITH" or before in ("UNION", "ALL", "EXCEPT", "INTERSECT", "AS") or head in ("CREATE", "DECLARE")
        )
    if here == "WITH":
        return True
    if head == "ALTER" and here in ("ALTER", "DROP"):
        return (
            here == "DROP"
            and tokens[at - 1].upper != ";"
            and at + 1 < len(tokens)
            and tokens[at + 1].upper
            in (
                "COLUMN",
                "CONSTRAINT",
            )
        )
    if head in ("MERGE", "WITH"):
        return here in ("INSERT", "UPDATE", "DELETE", "MERGE") and (head == "WITH" or before == "THEN")
    return here in ("SET", "UPDATE", "DELETE") and head in ("UPDATE", "ALTER", "GRANT", "DENY", "MERGE")


# --- one statement -----------------------------------------------------------------------------------------------


def _judge(group: Guarded, dialect: str, seen: Seen, plain: str, executed: bool) -> Statement:
    tokens = group.tokens
    head = tokens[0]
    start, end = head.start, tokens[-1].end
    words = [token.upper for token in tokens]

    def made(again: Truth, what: str = "", advice: str = "", reason: str = "", effect: str = "fails") -> Statement:
        return Statement(start, end, again, what, advice, reason, effect)

    if executed:
        text = plain[start:end]
        if not _CHANGES.search(text) or re.search(r"(?i)\bWHERE\b|\bEXCEPT\b", text):
            return made(Truth.YES)
        return made(Truth.UNKNOWN, reason="a SELECT without WHERE makes the statements that \\gexec runs")
    principal = next((token.text for token in tokens if token.text.lower() in _PRINCIPALS), None)
    if principal and not looks_for_missing(words):
        return made(Truth.UNKNOWN, reason=f"whether {principal} may run again depends on whether the role exists")
    if group.plpgsql and (head.upper in _PLPGSQL or ":=" in words or words[1:2] == ["="]):
        return made(Truth.YES)
    if head.gap or head.literal or not head.upper:
        return made(Truth.UNKNOWN, reason="a statement is put in from outside")
    if head.upper == "CREATE":
        return _create(tokens, words, dialect, seen, made)
    if head.upper == "DROP":
        return _drop(tokens, words, seen, made)
    if head.upper == "ALTER":
        return _alter(tokens, words, dialect, seen, made)
    if head.upper == "INSERT" or (head.upper == "WITH" and "INSERT" in words):
        return _insert(tokens, words, seen, made)
    if head.upper == "DO" and dialect == "postgres":
        return _block(tokens, made)
    if head.upper in ("EXEC", "EXECUTE"):
        return made(*_executed(tokens, words, dialect))
    if head.upper in ("TRUNCATE", "DELETE"):
        rest = [w for w in words[1:3] if w in ("TABLE", "FROM", "ONLY")]
        seen.emptied.add(_name(tokens, 1 + len(rest))[0])
        return made(Truth.YES)
    if head.upper == "COPY":
        name = _name(tokens, 1)[0]
        if "FROM" not in words or name in seen.emptied or name in seen.temporary:
            return made(Truth.YES)
        return made(Truth.UNKNOWN, reason="whether COPY adds its rows again depends on the table's keys")
    if head.upper == "SELECT" and dialect in ("postgres", "tsql") and "INTO" in words:
        name = _name(tokens, words.index("INTO") + 1)[0]
        if not name.startswith(("#", "temp", "@")):
            return made(Truth.UNKNOWN, reason="whether SELECT ... INTO may run again depends on what exists")
    if head.upper in _HARMLESS or head.upper == "WITH" or head.upper == "IF":
        return made(Truth.YES)
    shown = head.upper if re.fullmatch(r"[A-Z_]{1,20}", head.upper) else "what stands here"
    return made(Truth.UNKNOWN, reason=f"{shown} is no SQL statement that is known")


_Made = Callable[..., Statement]


def _executed(tokens: list[Token], words: list[str], dialect: str) -> tuple[Truth, str, str, str]:
    """Whether what EXECUTE is given may run again: a text is judged, a procedure is not looked into."""
    texts = [token for token in tokens if token.literal]
    if words[1:3] == ["FORMAT", "("]:
        del texts[1:]  # names and values
    if dialect == "tsql" and "(" not in words[1:2] and "SP_EXECUTESQL" not in words:
        texts = [text for text in texts if _CHANGES.search(text.text)]
        harmless = not texts
    else:
        harmless = bool(texts) and not any(_CHANGES.search(text.text) for text in texts)
    if not harmless and len(texts) == 1 and not texts[0].gap:
        text = re.sub(r"%[0-9$]*[IsL]", "_", texts[0].text)
        harmless = all(found.again is Truth.YES for found in statements(text, dialect, Seen()))
    reason = "" if harmless else "SQL that is put together while it runs is not read"
    return (Truth.YES if harmless else Truth.UNKNOWN), "", "", reason


def _create(tokens: list[Token], words: list[str], dialect: str, seen: Seen, made: _Made) -> Statement:
    at = 1
    if words[1:3] in (["OR", "REPLACE"], ["OR", "ALTER"]):
        return made(Truth.YES)
    if words[1:3] == ["OR", ""] or (len(words) > 1 and tokens[1].gap):
        return made(Truth.UNKNOWN, reason="part of CREATE is put in from outside")
    modifiers = set()
    while at < len(words) and words[at] in _MODIFIERS and not (words[at] in _KINDS and words[at] != "EVENT"):
        modifiers.add(words[at])
        at += 1
    if "EVENT" in modifiers and (at >= len(words) or words[at] != "TRIGGER"):
        at -= 1
    if at >= len(words) or words[at] not in _KINDS:
        return made(Truth.UNKNOWN, reason="this form of CREATE is not known")
    kind = words[at]
    at += 1
    if at < len(words) and kind == "USER" and words[at] == "MAPPING":
        kind, at = "USER MAPPING", at + 1
    if at < len(words) and words[at] == "CONCURRENTLY":
        at += 1
    if words[at : at + 3] == ["IF", "NOT", "EXISTS"] or "NOT EXISTS" in words[at : at + 2]:
        name = _name(tokens, at + 3)[0]
        if modifiers & {"TEMP", "TEMPORARY"}:
            seen.temporary.add(name)
        return made(Truth.YES)
    if kind == "INDEX" and words[at : at + 1] == ["ON"]:
        advice = "give it a name and use CREATE INDEX IF NOT EXISTS"
        return made(Truth.NO, "CREATE INDEX without a name", advice, effect="makes another index")
    name, after, written = _name(tokens, at)
    if modifiers & {"TEMP", "TEMPORARY"} or name.startswith(("#", "pg_temp.", "tempdb.")):
        seen.temporary.add(name)
        return made(Truth.YES)
    if at < len(tokens) and tokens[at].gap and after < len(words) and not written and _is_word(tokens[after]):
        return made(Truth.UNKNOWN, reason=f"what stands after CREATE {kind} is put in from outside")
    if (kind, name) in seen.dropped and name:
        return made(Truth.YES)
    seen.created.add((kind, name))
    shown = "MATERIALIZED VIEW" if kind == "VIEW" and "MATERIALIZED" in modifiers else kind
    return made(Truth.NO, f"CREATE {shown}{_shown(written)}", _create_advice(kind, modifiers, dialect))


def _create_advice(kind: str, modifiers: set[str], dialect: str) -> str:
    if dialect == "tsql":
        if kind in _REPLACEABLE:
            return f"use CREATE OR ALTER {kind}"
        return "put IF NOT EXISTS (SELECT ...) before it"
    if kind in _GUARDED_KINDS[dialect] or ("MATERIALIZED" in modifiers and dialect == "postgres"):
        return f"use CREATE {'MATERIALIZED ' if 'MATERIALIZED' in modifiers else ''}{kind} IF NOT EXISTS"
    if kind in _REPLACEABLE:
        return f"use CREATE OR REPLACE {kind}"
    if dialect == "postgres" and kind == "DATABASE":
        return "select it WHERE NOT EXISTS (...) and run that with \\gexec"
    if dialect == "postgres":
        return "put it into a DO block that checks with IF NOT EXISTS (SELECT ...) first"
    return "check first whether it exists"


def _drop(tokens: list[Token], words: list[str], seen: Seen, made: _Made) -> Statement:
    at = 1
    while at < len(words) and words[at] in _MODIFIERS:
        at += 1
    if at >= len(words) or words[at] not in _KINDS:
        owned = words[1:2] == ["OWNED"]
        return made(Truth.YES if owned else Truth.UNKNOWN, reason="" if owned else "this form of DROP is not known")
    kind = words[at]
    at += 1
    if at < len(words) and kind == "USER" and words[at] == "MAPPING":
        at += 1
    if at < len(words) and words[at] == "CONCURRENTLY":
        at += 1
    checked = words[at : at + 2] == ["IF", "EXISTS"]
    name, after, written = _name(tokens, at + 2 if checked else at)
    if checked:
        seen.dropped.add((kind, name))
        return made(Truth.YES)
    if at < len(tokens) and tokens[at].gap and after < len(words) and _is_word(tokens[after]):
        return made(Truth.UNKNOWN, reason=f"what stands after DROP {kind} is put in from outside")
    if name.startswith("#") or name in seen.temporary or any(made_name == name for _, made_name in seen.created):
        return made(Truth.YES)
    seen.dropped.add((kind, name))
    return made(Truth.NO, f"DROP {kind}{_shown(written)}", f"use DROP {kind} IF EXISTS")


def _alter(tokens: list[Token], words: list[str], dialect: str, seen: Seen, made: _Made) -> Statement:
    kind = words[1] if len(words) > 1 else ""
    if kind == "TYPE" and "ADD" in words[:6] and "VALUE" in words:
        if "EXISTS" in words:
            return made(Truth.YES)
        name, _, written = _name(tokens, 2)
        return made(Truth.NO, f"ALTER TYPE{_shown(written)} ADD VALUE", "use ADD VALUE IF NOT EXISTS")
    if kind != "TABLE" and "RENAME" in words:
        return made(Truth.UNKNOWN, reason=f"whether ALTER {kind} ... RENAME may run again depends on what exists")
    if kind != "TABLE":
        return made(Truth.YES if kind else Truth.UNKNOWN, reason="" if kind else "this form of ALTER is not known")
    at = 2
    if words[at : at + 2] == ["IF", "EXISTS"]:
        at += 2
    if at < len(words) and words[at] == "ONLY":
        at += 1
    name, at, written = _name(tokens, at)
    shown = f"ALTER TABLE{_shown(written)}"
    if name in seen.temporary or name.startswith("#"):
        return made(Truth.YES)
    verdict = made(Truth.YES)
    for action in _actions(tokens[at:]):
        heads = [token.upper for token in action]
        if heads[:1] == ["WITH"]:
            heads = heads[2:]
        if not heads or action[0].gap:
            return made(Truth.UNKNOWN, reason=f"part of {shown} is put in from outside")
        if heads == ["ADD"]:
            return made(Truth.UNKNOWN, reason="this form of ALTER is not known")
        if heads[0] == "ADD":
            if "EXISTS" in heads[1:6]:
                continue
            if heads[1:2] == ["CONSTRAINT"]:
                constraint = _name(action, heads.index("CONSTRAINT") + 1)[0]
                if ("CONSTRAINT", constraint) in seen.dropped:
                    continue
                return made(
                    Truth.NO, f"{shown} ADD CONSTRAINT", "check first, or drop it before with DROP CONSTRAINT IF EXISTS"
                )
            if len(action) > 2 and action[1 + (heads[1] == "COLUMN")].gap and _is_word(action[min(2, len(action) - 1)]):
                verdict = made(Truth.UNKNOWN, reason=f"part of {shown} is put in from outside")
                continue
            if heads[1] in ("CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "INDEX", "KEY", "FULLTEXT", "PARTITION"):
                named = heads[1] in ("PRIMARY", "PARTITION")
                return made(
                    Truth.NO,
                    f"{shown} ADD {heads[1]}",
                    "check first whether it exists",
                    effect="fails" if named else "adds another one or fails",
                )
            advice = "put IF COL_LENGTH(...) IS NULL before it" if dialect == "tsql" else "use ADD COLUMN IF NOT EXISTS"
            return made(
                Truth.NO,
                f"{shown} ADD COLUMN",
                "check first whether the column exists" if dialect in ("mysql", "sqlite") else advice,
            )
        if heads[0] == "DROP":
            target = heads[1] if heads[1:2] and heads[1] in ("COLUMN", "CONSTRAINT") else ""
            skip = 2 if target else 1
            if heads[skip : skip + 2] == ["IF", "EXISTS"]:
                if target == "CONSTRAINT":
                    seen.dropped.add(("CONSTRAINT", _name(action, skip + 2)[0]))
                continue
            return made(Truth.NO, f"{shown} DROP {target or 'COLUMN'}", f"use DROP {target or 'COLUMN'} IF EXISTS")
        if heads[0] == "RENAME":
            verdict = made(Truth.UNKNOWN, reason=f"whether {shown} RENAME may run again depends on what exists")
    return verdict


def _actions(tokens: list[Token]) -> Iterator[list[Token]]:
    action: list[Token] = []
    depth = 0
    for token in tokens:
        depth += (token.upper == "(") - (token.upper == ")")
        if token.upper == "," and not depth:
            yield action
            action = []
        else:
            action.append(token)
    if action:
        yield action


def _insert(tokens: list[Token], words: list[str], seen: Seen, made: _Made) -> Statement:
    at = words.index("INSERT") + 1
    if words[at : at + 1] == ["IGNORE"] or words[at : at + 2] in (
        ["OR", "IGNORE"],
        ["OR", "REPLACE"],
        ["OR", "ABORT"],
        ["OR", "FAIL"],
        ["OR", "ROLLBACK"],
    ):
        good = words[at : at + 1] == ["IGNORE"] or words[at + 1] in ("IGNORE", "REPLACE")
        if good:
            return made(Truth.YES)
        at += 2
    while at < len(words) and words[at] in ("INTO", "OVERWRITE", "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY"):
        at += 1
    name, after, written = _name(tokens, at)
    if name.startswith(("#", "@", "pg_temp.")) or name in seen.temporary or name in seen.emptied:
        return made(Truth.YES)
    pairs = list(zip(words, [*words[1:], ""]))
    if any(pair in (("ON", "CONFLICT"), ("ON", "DUPLICATE"), ("NOT", "EXISTS")) for pair in pairs):
        return made(Truth.YES)
    if "EXCEPT" in words or "NOT EXISTS" in words:
        return made(Truth.YES)
    if any(words[i : i + 4] == ["NOT", "IN", "(", "SELECT"] for i in range(len(words))):
        return made(Truth.YES)
    if "LEFT" in words and "IS" in words and "NULL" in words[words.index("IS") :]:
        return made(Truth.YES)
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.upper == "(") - (token.upper == ")")
        if index >= after and token.gap and not token.literal and not depth and _alone(tokens, index):
            return made(Truth.UNKNOWN, reason="part of INSERT is put in from outside")
    return made(
        Truth.NO,
        f"INSERT INTO{_shown(written)}",
        "use ON CONFLICT, WHERE NOT EXISTS or MERGE",
        effect="adds its rows again or fails",
    )


def _alone(tokens: list[Token], index: int) -> bool:
    """Whether a gap stands where a clause could, and not as a name or a value in one."""
    before = tokens[index - 1].upper
    return (tokens[index].text.strip("_") == "" and before in (")", "")) or before in (";",)


def _block(tokens: list[Token], made: _Made) -> Statement:
    """DO whose body could not be read."""
    body = " ".join(token.text for token in tokens if token.literal)
    if any(token.gap and not token.literal for token in tokens[1:]) or not body:
        return made(Truth.UNKNOWN, reason="the body of DO is put in from outside")
    if not _CHANGES.search(body):
        return made(Truth.YES)
    return made(Truth.UNKNOWN, reason="the body of DO cannot be read")


def _name(tokens: list[Token], at: int) -> tuple[str, int, str]:
    """The dotted name at `at`, in lower case without quotes; where it ends; the name as it is written, if all of it is
    known.
    """
    parts: list[str] = []
    exact = True
    while at < len(tokens):
        token = tokens[at]
        if token.text in ("#", "@", "##"):
            parts.append(token.text)
            at += 1
            continue
        if token.text in ("(", ";", ",", ")"):
            break
        exact = exact and not token.gap
        parts.append(token.text)
        at += 1
        # A gap may stand close to the rest of a name.
        while at < len(tokens) and tokens[at].start == tokens[at - 1].end and tokens[at].text not in ".(;,)":
            parts.append(tokens[at].text)
            exact = exact and not tokens[at].gap
            at += 1
        if at < len(tokens) and tokens[at].text == ".":
            parts.append(".")
            at += 1
            continue
        break
    name = "".join(parts)
    if exact:
        return name.lower(), at, name
    return f"{name.lower()}?" if name.strip("_.") else "", at, ""


def _shown(name: str) -> str:
    """A name for a message: only what is plainly a name."""
    return f" {name}" if re.fullmatch(r"[\w.$#-]{1,60}", name) else ""


def _is_word(token: Token) -> bool:
    """Whether a token could be a name: then what stands before it was none."""
    return token.upper == "" or (
        re.fullmatch(r"[A-Z_]\w*", token.upper) is not None
        and token.upper
        not in {"AS", "ON", "USING", "FROM", "WITH", "FOR", "LOGIN", "PASSWORD", "OWNER", "AUTHORIZATION", "IN", "LIKE"}
        | {
            "PARTITION",
            "SUPERUSER",
            "NOLOGIN",
            "CREATEDB",
            "INHERIT",
            "VALID",
            "CASCADE",
            "RESTRICT",
            "SCHEMA",
            "TEMPLATE",
        }
        | {"ENCODING", "INCREMENT", "START", "OPTIONS", "SERVER", "IDENTIFIED", "TYPE", "VERSION", "LC_COLLATE"}
        | {"RETURNS", "BEFORE", "AFTER", "TO", "DEFAULT", "COLLATE", "CHARACTER", "SET", "WITHOUT", "FOREIGN"}
    )
