"""Literal credentials in text: where they stand, and the text without them.

A credential is text that a reader could use: a password in a URL or a connection string, a key, a token of a known
form. What stands for one is none: a shell variable, a placeholder, an unknown part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cache, lru_cache

from initlint.record import record
from initlint.regex import regex

HOLE = "\ufffc"
"""Stands for an unknown part in a text that has one."""


class Kind(Enum):
    """What kind of text it is: which decides what is a literal in it."""

    PLAIN = "plain"
    """A value that a program reads: `$` has no meaning, but for the platform's `$(NAME)`."""
    SHELL = "shell"
    """A shell's script: `$NAME` stands for something else."""
    CODE = "code"
    """A script of another language: only what is quoted is a literal."""


@record(eq=True)
class Credential:
    """A credential in a text: what it is ("a password in a URL"), and where the secret itself stands."""

    what: str
    start: int
    end: int


_QUOTED = r"\"(?P<dq>(?:\\.|[^\"\\])*)\"|'(?P<sq>[^']*)'"
_WORD = rf"(?:{_QUOTED}|(?P<bare>(?>(?:\$\([^)]*\)|\{{\{{[^{{}}\n]*\}}\}}|[^\s;\"'&|<>()])+)))"

_TO_ITS_END = r"[^\"']*?(?:-----END [A-Z0-9 ]*-----|(?=[\"'])|\Z)"

_TOKENS: tuple[tuple[str, str, str], ...] = (
    ("a GitHub token", "gh", r"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{22,}"),
    ("a GitLab token", "glpat-", r"\bglpat-[\w-]{20,}"),
    ("an AWS access key id", "akia asia", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a Slack token", "xox", r"\bxox[abeprs]-[A-Za-z0-9-]{10,}"),
    ("a Slack webhook", "hooks.slack.com", r"(?<=hooks\.slack\.com/services/)T\w+/B\w+/\w+"),
    ("a JSON web token", "eyj", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
    ("a Google API key", "aiza", r"\bAIza[\w-]{35}"),
    ("a Stripe key", "k_live_", r"\b[rs]k_live_[0-9A-Za-z]{16,}"),
    ("an npm token", "npm_", r"\bnpm_[A-Za-z0-9]{36}"),
    ("a SendGrid key", "sg.", r"\bSG\.[\w-]{16,}\.[\w-]{16,}"),
    ("a Databricks token", "dapi", r"\bdapi[0-9a-f]{32}"),
    ("a Vault token", "hvs.", r"\bhvs\.[\w-]{24,}"),
    ("a Docker Hub token", "dckr_pat_", r"\bdckr_pat_[\w-]{20,}"),
    ("a PyPI token", "pypi-", r"\bpypi-AgEI[\w-]{50,}"),
    ("an Anthropic or OpenAI key", "sk-", r"\bsk-(?:ant|proj)-[\w-]{20,}"),
    ("an Entra ID client secret", "8q~", r"(?<![\w~.-])[\w~.-]{3}8Q~[\w~.-]{31,34}(?![\w~.-])"),
    (
        "a container registry password",
        "+acr",
        r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{42}\+ACR[A-D][A-Za-z0-9+/]{5}(?![A-Za-z0-9+/=])",
    ),
    ("an Azure storage key", "==", r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{86}==(?![A-Za-z0-9+/=])"),
    (
        "a private key",
        "-----begin",
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\r|\\n)*[A-Za-z0-9+/=]" + _TO_ITS_END,
    ),
    ("a shared access signature", "sig=", r"(?<=[?&=\s]sig=)[A-Za-z0-9%+/=_-]{16,}"),
)
"""What it is, what the text holds (in small letters) where there is one, and the expression."""

# A port with settings behind it (`jdbc:sqlserver://db:1433;user=shop@db`) is no password. A password may hold an @.
_URL_PASSWORD = (
    r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:;@\"'?#]*:(?!\d+[;,])"
    r"(?P<secret>[^\s/@\"'?#]+(?:@[^\s/:;,@\"'?#]*(?=@))*)@"
)

_PASSWORD_NAME = r"(?:password|passwd|passphrase|pwd)"
_KEY_NAME = r"(?:AccountKey|SharedAccessKey|SharedSecretKey)"
_SECRET_NAME = (
    r"(?:\w*password|passwd|pwd|passphrase|client_?secret|access_?token|api_?key|account_?key|private_?key|"
    r"shared_?access_?key)"
)
_OPTION_WORDS = r"(?:(?!no-|without-|prompt-|ask-|skip-|use-|force-|require-)[a-z]+-)*"
"""What may stand before the word that makes an option a password's: `--db-password`, but not `--no-password`."""


_BRACED = r"\{+[^{}\n]*\}+"
"""A placeholder with blanks in it, or a password that a driver of ODBC takes with any character."""

_UNQUOTED = r"[^;\s\"'&|<>()\[\]]"
_BETWEEN_COMMAS = rf"{_BRACED}|[^,;\s\"'|<>()\[\]]+(?=[,;\s\"']|$)"

_ALL = frozenset(Kind)
_BARE = frozenset({Kind.PLAIN, Kind.SHELL})
_SETTINGS: tuple[tuple[str, str, str, frozenset[Kind]], ...] = (
    ("a password in a URL", "://", _URL_PASSWORD, _ALL),
    (
        "an account or access key",
        "accountkey sharedaccess sharedsecret",
        rf"(?i)\b{_KEY_NAME}\s*=\s*(?P<secret>[^;\s\"'&]+)",
        _ALL,
    ),
    # Keyword=value of connection strings, blanks around the equals sign only beside a semicolon; in a shell a blank
    # behind it ends an assignment of nothing.
    (
        "a password in a connection string",
        "pass pwd",
        rf"(?i);\s*{_PASSWORD_NAME}\s*=\s*(?P<secret>{_BRACED}|[^;\n\"']*[^;\s\"'](?=\s*;)|[^;\s\"']+)",
        frozenset({Kind.PLAIN}),
    ),
    (
        "a password in a connection string",
        "pass pwd",
        rf"(?i)^\s*{_PASSWORD_NAME}\s*=\s*(?P<secret>{_BRACED}|[^;\s\"'&]+)",
        frozenset({Kind.PLAIN}),
    ),
    # Settings between commas, as of a Redis client; with blanks, a script holds a call in another language.
    (
        "a password in a connection string",
        "pass pwd",
        rf"(?i),\s*{_PASSWORD_NAME}=(?P<secret>{_BETWEEN_COMMAS})",
        frozenset({Kind.PLAIN}),
    ),
    (
        "a password in a connection string",
        "pass pwd",
        rf"(?i),{_PASSWORD_NAME}=(?P<secret>{_BETWEEN_COMMAS})",
        frozenset({Kind.SHELL}),
    ),
    (
        "a password in a connection string",
        "pass pwd",
        rf"(?i)(?<![\w$.,{{-]){_PASSWORD_NAME}=(?P<secret>{_BRACED}|{_UNQUOTED}*(?!,){_UNQUOTED})(?=[;\s\"'&]|$)",
        _BARE,
    ),
    (
        "a password in a connection string",
        "pass pwd",
        rf"(?i)(?<![\w$.]){_PASSWORD_NAME}=(?P<secret>[^;\"'&\s]+);",
        _ALL,
    ),
    ("a password in JSON", '"', rf"(?i)\\?\"{_SECRET_NAME}\\?\"\s*:\s*\\?\"(?P<secret>[^\"\\]+)\\?\"", _ALL),
    (
        "a password in SQL",
        "password identified",
        r"(?i)\bpassword\s+'(?P<secret>[^']+)'|\bidentified\s+by\s+'(?P<secret2>[^']+)'",
        _ALL,
    ),
    ("a password in SQL", "password", r"(?i)\bwith\s+password\s*=\s*N?'(?P<secret>[^']+)'", _ALL),
    (
        "a password",
        "pass pwd",
        rf"(?i)(?<![\w$]){_PASSWORD_NAME}\s*=\s*(?:{_QUOTED})",
        frozenset({Kind.PLAIN, Kind.CODE}),
    ),
    (
        "a password option",
        "password passwd client-secret account-key sas-token api-key",
        rf"(?<!\S)--?{_OPTION_WORDS}(?:password|passwd|client-secret|account-key|sas-token|api-key)[= ]{_WORD}",
        _BARE,
    ),
    (
        "a password variable",
        "$env:",
        rf"(?i)\$env:(?P<name>\w+)\s*=\s*(?:{_QUOTED})",
        frozenset({Kind.CODE}),
    ),
    ("a password option", "sqlcmd", rf"\bsqlcmd\b[^\n;|&]*?\s-P\s*{_WORD}", _BARE),
    ("a password option", "mysql", rf"\bmysql(?:dump|admin|import)?\b[^\n;|&]*?\s-p{_WORD}", _BARE),
    ("a password option", "redis-cli", rf"\bredis-cli\b[^\n;|&]*?\s-a\s+{_WORD}", _BARE),
    (
        "a password option",
        "login",
        rf"(?<!\S)(?:az|acr|docker|podman|registry|oras)\s+login\b[^\n;|&]*?\s-p\s+{_WORD}",
        _BARE,
    ),
    ("a password", "convertto-securestring", rf"(?i)\bConvertTo-SecureString(?:\s+-\w+)*\s+(?:{_QUOTED})", _ALL),
    (
        "a password option",
        "curl",
        r"\bcurl\b[^\n;|&]*?\s(?:-u\s*|--user[= ])[\"']?[^\s:\"']+:(?P<secret>[^\s\"']+)",
        _BARE,
    ),
    (
        "a token in an Authorization header",
        "authorization",
        r"(?i)\bauthorization:\s*(?:bearer|basic|token)\s+(?P<secret>[^\s\"']{8,})",
        _ALL,
    ),
    # With a comma behind it, it is an argument in another language (`connect(password=password, port=1)`).
    ("a password variable", "=", rf"(?:^|[\s;&|({{\"'])(?P<name>[A-Za-z_]\w*)={_WORD}(?<!,)", _BARE),
)
"""Likewise expressions in which a word stands for the secret, and the kinds of text that they are looked for in."""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


def _holds(text: str, words: str) -> bool:
    """Whether a text in small letters holds one of the words; an expression that it cannot match is never compiled."""
    return any(map(text.__contains__, words.split()))


@lru_cache(maxsize=256)
def credentials(text: str, kind: Kind = Kind.PLAIN) -> tuple[Credential, ...]:
    """The literal credentials in a text, in order, none inside another."""
    found = sorted(_found(text, kind), key=lambda one: (one.start, -one.end))
    kept: list[Credential] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


_FED = regex(
    r"(?m)^(?:[^\n#]*\b(?:python|node|ruby|perl|php|pwsh)[\d.]*\b[^\n;&|]*"
    r"|(?=[^\n]*>[ \t]*\S+\.(?:py|m?js|rb|pl|php|ps1)\b)[^\n#]*)"
    r"<<-?[ \t]*([\"']?)(\w+)\1[^\n]*\n(?P<body>[\s\S]*?)^[ \t]*\2[ \t]*$"
)
"""A here-document of a shell's script that another language's program is fed with, or that is written to one's file."""


def _found(text: str, kind: Kind) -> Iterator[Credential]:
    if kind is Kind.SHELL and "<<" in text:
        for match in _FED.finditer(text):
            start, end = match.span("body")
            yield from (
                Credential(one.what, start + one.start, start + one.end) for one in _found(match["body"], Kind.CODE)
            )
            text = text[:start] + "\n" * (end - start) + text[end:]
    small = text.lower()
    for what, word, pattern in _TOKENS:
        if _holds(small, word):
            for match in _compiled(pattern).finditer(text):
                yield Credential(what, match.start(), match.end())
    for what, word, pattern, kinds in _SETTINGS:
        if kind not in kinds or not _holds(small, word):
            continue
        for match in _compiled(pattern).finditer(text):
            group = next((name for name in ("secret", "secret2", "dq", "sq", "bare") if _group(match, name)), "")
            if not group or not is_literal(match[group], Kind.PLAIN if group == "sq" else kind):
                continue
            if what != "a password in a URL" and not is_secret_text(match[group]):
                continue
            if what == "a password variable" and not _is_secrets_name(match["name"]):
                continue
            yield Credential(what, match.start(group), match.end(group))


def _group(match: re.Match[str], name: str) -> str:
    return match[name] or "" if name in match.re.groupindex else ""


def _is_secrets_name(name: str) -> bool:
    return name not in ("PWD", "OLDPWD") and says_credential(name) and not re.search(r"(?i)connection_?strings?", name)


_REFERENCE = regex(
    r"\$(?:(?:env:)?\w+|\{[^}]*\}|\([^)]*\))|%\w+%|%(?:\(\w+\))?[sd]|\{\{.*\}\}|\{[\w\s.:-]*\}|#\{.*\}#?|__\w+__"
    r"|<[^>]*>|\[[^\]]*\]|(?:secretref|keyvaultref):.*|@Microsoft\.\w+\(.*"
)
_FILLER = regex(r"\*+|x{3,}|X{3,}|\.{3,}|…|_+")


def is_literal(secret: str, kind: Kind = Kind.PLAIN) -> bool:
    """Whether text in the place of a secret is one, and not a reference, a placeholder or partly unknown."""
    if not secret or HOLE in secret or _REFERENCE.fullmatch(secret) or _FILLER.fullmatch(secret):
        return False
    if "$(" in secret or "${" in secret:
        return False
    return not (kind is Kind.SHELL and re.search(r"\$[\w({!]|`", secret))


_NO_SECRET = regex(r"(?i)true|false|yes|no|on|off|none|null|\.{0,2}/[\w.-]+(?:/[\w.-]+)*/?")


def is_secret_text(text: str) -> bool:
    """Whether the value of something whose name says credential is one: no switch, no path, no plain URL."""
    if _NO_SECRET.fullmatch(text.strip()):
        return False
    return re.fullmatch(r"https?://[^\s@]*", text) is None


# --- names ------------------------------------------------------------------------------------------------------------

_WORDS = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_ENDS = (
    "PASSWORD", "PASSWD", "PWD", "SECRET", "TOKEN", "APIKEY", "ACCESSKEY", "ACCOUNTKEY", "PRIVATEKEY", "CREDENTIAL",
    "CREDENTIALS", "CONNECTIONSTRING",
)  # fmt: skip
_NO_CREDENTIAL = frozenset({
    "NAME", "ID", "URI", "URL", "DSN", "ENDPOINT", "PATH", "FILE",
    # What is said about a credential is none.
    "TTL", "EXPIRY", "EXPIRES", "EXPIRATION", "LENGTH", "LIFETIME", "TIMEOUT", "SECONDS", "MINUTES", "HOURS", "DAYS",
    "EXPIRE", "AGE", "DURATION", "PERIOD", "INTERVAL", "WINDOW", "MS", "MILLISECONDS", "ROTATION", "RETRIES", "QUOTA",
    "LIMIT", "LIMITS", "MIN", "MAX", "COUNT", "SIZE", "RATE", "BUDGET", "THRESHOLD", "OVERLAP", "ROUNDS", "ITERATIONS",
    "ENABLED", "DISABLED", "REQUIRED", "POLICY", "TYPE", "VERSION", "ISSUER", "AUDIENCE", "ALGORITHM", "HEADER",
    "SCOPE", "SCOPES", "PROVIDER", "SOURCE", "STORE", "MODE", "FORMAT", "ENCODING", "PREFIX", "SUFFIX",
})  # fmt: skip


_NO_CREDENTIAL_NAMES = frozenset({"AZURE_TOKEN_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS"})
"""Names that client libraries read: which kind of credential to use, and where its file is."""


def says_credential(name: str) -> bool:
    """Whether the name of a variable says that it holds a credential (`DB_PASSWORD`, `ApiKey`,
    `ConnectionStrings__X`).
    """
    words = [word.upper() for word in _WORDS.findall(name)]
    if (
        not words
        or name in _NO_CREDENTIAL_NAMES
        or not _NO_CREDENTIAL.isdisjoint((words[-1], words[-1].removesuffix("S")))
        or re.search(r"(?i)(name|uri|url|dsn|endpoint|path|file)s?$", name)
    ):
        return False
    if re.match(r"(?i)connectionstrings(__|:)", name):
        return True
    return any(_is_credential("".join(words[at : at + 2]), word) for at, word in enumerate(words))


def _is_credential(pair: str, word: str) -> bool:
    return word.endswith(_ENDS) or pair in ("APIKEY", "ACCESSKEY", "ACCOUNTKEY", "PRIVATEKEY", "CONNECTIONSTRING")


_PROBES = ("", "x", "X", "1", "x_", "PASSWORD_", "PASSWORD_x", "PASSWORD_X", "PASSWORD_1")
"""What may stand before the known end of a name: whole words and cut ones, credentials and others."""


def ending_says_credential(ending: str) -> bool | None:
    """Whether a name of which only the end is known says credential, whatever stands before: None where it depends."""
    if any(name.endswith(ending) for name in _NO_CREDENTIAL_NAMES):
        return None
    answers = {says_credential(probe + ending) for probe in _PROBES}
    return answers.pop() if ending and len(answers) == 1 else None


# --- programs' arguments ----------------------------------------------------------------------------------------------

_LONG_OPTION = regex(rf"--?{_OPTION_WORDS}(password|passwd|pass|client-secret|token|api-key)")
_SHORT_OPTIONS = {
    "sqlcmd": ("-P", True), "bcp": ("-P", True), "redis-cli": ("-a", False), "mongosh": ("-p", False),
    "mongo": ("-p", False), "mysql": ("", True), "mysqldump": ("", True), "mysqladmin": ("", True),
    "mysqlimport": ("", True), "mariadb": ("", True), "login": ("-p", False),
}  # fmt: skip
"""The option by which a program takes a password as the next word ("": by none), and whether it may be joined to it."""


def passwords_in(words: Sequence[str | None]) -> Iterator[tuple[int, str]]:
    """Which words of a program's arguments are passwords, each with its option. None stands for an unknown word."""
    options, wanted = ("", False), ""
    for at, word in enumerate(words):
        if wanted and word and not word.startswith("-") and is_literal(word, Kind.SHELL):
            yield at, wanted
        wanted = ""
        if word is None:
            continue
        options = _SHORT_OPTIONS.get(word.rsplit("/", 1)[-1], options)
        letter, joined = options[0] or "-p", options[1]
        if _LONG_OPTION.fullmatch(word) or (word and word == options[0]):
            wanted = word
        elif joined and word.startswith(letter) and is_literal(word.removeprefix(letter), Kind.SHELL):
            yield at, letter


def is_secret_reference(text: str) -> bool:
    """Whether a text in the place of a secret's name may be one: of letters, digits, hyphens, and what people take for
    allowed. Anything else there is a password that was put in the wrong place.
    """
    return re.fullmatch(r"[\w.-]*|\W*", text) is not None or not is_literal(text)


def redacted(text: str) -> str:
    """The text with every literal credential as `***`, whatever kind of text it is."""
    spans = sorted({(one.start, one.end) for kind in Kind for one in credentials(text, kind)})
    parts, at = [], 0
    for start, end in spans:
        if end > at:
            parts.append(text[at:start] if start >= at else "")
            parts.append("***")
            at = end
    return "".join(parts) + text[at:]


__all__ = [
    "HOLE", "Credential", "Kind", "credentials", "ending_says_credential", "is_literal", "is_secret_reference",
    "is_secret_text", "passwords_in", "redacted", "says_credential",
]  # fmt: skip
