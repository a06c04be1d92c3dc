"""The linter's own rules: what it says about files, ignores and limits rather than about jobs.

They are raised by the reader, the engine and the ignores; here stand their names, severities and pages.
"""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING

from initlint.finding import Finding
from initlint.nearest import did_you_mean
from initlint.rule import Rule, Severity
from initlint.source import Span

if TYPE_CHECKING:
    from initlint.settings import Settings


def _own(code: str, name: str, severity: Severity, description: str, enabled: bool = True) -> Rule:
    return Rule(code, name, severity, "", cleandoc(description), enabled=enabled)


SYNTAX_ERROR = _own(
    "INIT001",
    "syntax-error",
    Severity.ERROR,
    """A file could not be read to its end.

    The rest of the file is judged all the same, but something in it was not seen, so the run is never green.
    This rule can be neither ignored nor switched off: correct the file, or leave it out with `exclude`.
    """,
)
UNREADABLE_FILE = _own(
    "INIT002",
    "unreadable-file",
    Severity.ERROR,
    """A file or folder could not be opened, or is no UTF-8 text.

    What stands in it was not judged, so the run is never green. This rule can be neither ignored nor switched
    off: make the file readable, or leave it out with `exclude`.
    """,
)
UNUSED_IGNORE = _own(
    "INIT003",
    "unused-ignore",
    Severity.WARNING,
    """An ignore comment ignores nothing.

    Either what it was written for has been mended, or its date (`until=`) has passed, or it is written in a way
    that means nothing. Remove or correct it: an ignore that lingers hides the next finding.

    An ignore of a rule that is switched off, or that did not judge the job in this run, is not reported.
    """,
)
IGNORE_WITHOUT_REASON = _own(
    "INIT004",
    "ignore-without-reason",
    Severity.WARNING,
    """An ignore comment does not say why.

    Off by default. Switch it on with `INIT004 = "warning"` under `[severity]`. The reason stands behind the
    brackets: `# initlint: ignore[INIT201] the import needs 4Gi, see ADR 12`. A date alone (`until=2027-01-31`)
    is no reason.
    """,
    enabled=False,
)
UNKNOWN_RULE = _own(
    "INIT005",
    "unknown-rule",
    Severity.WARNING,
    """An ignore comment or the configuration names a rule that does not exist.

    It has no effect, which is seldom what was meant. The message names the nearest rule; `initlint rules` lists
    them all.
    """,
)
MODULE_NOT_FOUND = _own(
    "INIT006",
    "module-not-found",
    Severity.NOTE,
    """The source of a module call is not there: a local folder that does not exist, or a remote module that is not
    installed.

    Jobs inside the module were not judged, and values that it gives out are unknown. Run `terraform init` (or
    `tofu init`) before initlint to have remote modules judged too; initlint itself never uses the network.
    """,
)
LIMIT_REACHED = _own(
    "INIT007",
    "limit-reached",
    Severity.WARNING,
    """An expansion was cut because it grew beyond a bound.

    initlint bounds the depth, the number of elements and the size of what it evaluates, so that no
    configuration makes it hang. What lies beyond the bound is unknown and was not judged.
    """,
)
REFERENCE_CYCLE = _own(
    "INIT008",
    "reference-cycle",
    Severity.ERROR,
    """Values refer to each other in a circle.

    Terraform refuses such a configuration. The values in the circle are unknown to the rules.
    """,
)

DIAGNOSTICS: tuple[Rule, ...] = (
    SYNTAX_ERROR, UNREADABLE_FILE, UNUSED_IGNORE, IGNORE_WITHOUT_REASON, UNKNOWN_RULE, MODULE_NOT_FOUND, LIMIT_REACHED,
    REFERENCE_CYCLE,
)  # fmt: skip

ALWAYS_ON = frozenset({SYNTAX_ERROR.code, UNREADABLE_FILE.code})
"""What can be neither ignored nor switched off nor lowered: a broken file never makes the run green."""

OWN = frozenset(rule.code for rule in DIAGNOSTICS)
"""The codes that `select` does not concern."""


def report(rule: Rule, span: Span, message: str, settings: Settings, help: str = "") -> Finding | None:
    """The finding of one of the linter's own rules; None where it is switched off."""
    severity = settings.severity_of(rule, span.path)
    if severity is None:
        return None
    return Finding(rule.code, rule.name, severity, message, span.first_line(), help=help, key=message)


def unknown_rule(name: str, span: Span, settings: Settings) -> Finding | None:
    """INIT005 for a name that is no rule's."""
    message = f"unknown rule '{name}'{did_you_mean(name, settings.rule_names())}"
    return report(UNKNOWN_RULE, span, message, settings)
