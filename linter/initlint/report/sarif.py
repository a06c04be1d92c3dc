"""SARIF 2.1.0 as GitHub code scanning wants it: one run, every rule, one line and one place for each result.

What is left out, is left out on purpose: `primaryLocationLineHash` (GitHub's upload action computes it), suppressed
results (they become open alerts), snippets and fixes (ignored), absolute paths and time stamps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote

import attr
import sarif_om as untyped

from initlint.finding import Finding, Result
from initlint.links import HOME, rule_page
from initlint.report import ReportOptions
from initlint.report.escape import json_text, visible, visible_lines
from initlint.report.trail import fingerprint, origin
from initlint.report.words import holds, number
from initlint.rule import Place, Rule, Severity
from initlint.source import Span

sarif_om: Any = untyped
Node: TypeAlias = Any
"""An object of sarif-om, whose classes have no types."""

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 25_000
"""Results that GitHub takes in one run; with one more it refuses the whole file."""
MAX_TEXT = 1024
"""Characters of a description that GitHub keeps."""
MAX_LOCATIONS = 100
"""Related locations of a result that GitHub shows."""
MAX_LINKS = 10
"""Related locations that a message names."""
NOT_ANALYSED = {"INIT001": "syntax-error", "INIT002": "unreadable-file"}
"""Diagnostics that say that a file was not wholly analysed; they are notifications of the run as well as results."""
FINGERPRINT = "initlint/v1"

_BRACKET = re.compile(r"[\\\[\]]")

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}


def render(result: Result, options: ReportOptions) -> str:
    """The report as a SARIF log."""
    rules = _rules(result, options.rules)
    indices = {rule.code: index for index, rule in enumerate(rules)}
    kept = sorted(result.findings, key=lambda finding: finding.severity.rank)[:MAX_RESULTS]
    chosen = set(map(id, kept))
    log = sarif_om.SarifLog(
        schema_uri=SCHEMA,
        version="2.1.0",
        runs=[
            sarif_om.Run(
                tool=sarif_om.Tool(driver=_driver(rules, options)),
                automation_details=_automation(options.sarif_category),
                column_kind="unicodeCodePoints",
                invocations=[_invocation(result)],
                results=[_result(f, indices[f.code]) for f in result.findings if id(f) in chosen],
            )
        ],
    )
    plain = _plain(log)
    return json_text({name: plain[name] for name in ("$schema", "version", "runs")})


# --- the tool ------------------------------------------------------------------------------------------------------


def _rules(result: Result, enabled: Iterable[Rule]) -> list[Rule]:
    """Every enabled rule and every rule that a finding names, by code: a result must always find its rule."""
    rules = {rule.code: rule for rule in enabled}
    for finding in result.findings:
        if finding.code not in rules:
            description = f"{finding.name.replace('-', ' ').capitalize()}."
            rules[finding.code] = Rule(finding.code, finding.name, finding.severity, "", description)
    return [rules[code] for code in sorted(rules)]


def _driver(rules: Sequence[Rule], options: ReportOptions) -> Node:
    return sarif_om.ToolComponent(
        name="initlint",
        full_name=f"initlint {options.version}",
        version=options.version,
        semantic_version=options.version,
        information_uri=HOME,
        rules=[_descriptor(rule) for rule in rules],
    )


def _descriptor(rule: Rule) -> Node:
    properties: dict[str, Any] = {
        "tags": _tags(rule),
        "precision": "high",
        "problem.severity": PROBLEMS[rule.severity],
    }
    if rule.security_severity:
        properties["security-severity"] = rule.security_severity
    return sarif_om.ReportingDescriptor(
        id=rule.code,
        name=rule.name,
        short_description=_multiformat(_cut(_sentence(rule.summary))),
        full_description=_multiformat(_cut(_sentence(" ".join(rule.description.split())))),
        help=_multiformat(_help_text(rule), _help_markdown(rule)),
        help_uri=rule_page(rule.code),
        default_configuration=sarif_om.ReportingConfiguration(level=LEVELS[rule.severity]),
        properties=properties,
    )


def _tags(rule: Rule) -> list[str]:
    kinds = ["security"] if rule.security_severity else []
    return list(dict.fromkeys([*kinds, "terraform", "azure", "container-apps", *rule.tags]))[:20]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 4].rstrip() + "...."


def _help_text(rule: Rule) -> str:
    return "\n\n".join(
        filter(None, [f"{rule.code} {rule.name}", rule.description, _practice(rule), rule_page(rule.code)])
    )


def _help_markdown(rule: Rule) -> str:
    link = f"[{rule.code} {rule.name}]({rule_page(rule.code)})"
    return "\n\n".join(filter(None, [f"**{link}**", rule.description, _practice(rule)]))


def _practice(rule: Rule) -> str:
    return f"Practice: {rule.practice}" if rule.practice else ""


# --- the run -------------------------------------------------------------------------------------------------------


def _automation(category: str | None) -> Node | None:
    """The category of the run; what follows its last slash would be the id of one run, and there is none."""
    return sarif_om.RunAutomationDetails(id=category.rstrip("/") + "/") if category else None


def _invocation(result: Result) -> Node:
    notifications = [_not_analysed(finding) for finding in result.findings if finding.code in NOT_ANALYSED]
    broken = bool(notifications)
    over = len(result.findings) - MAX_RESULTS
    if over > 0:
        text = f"{number(over, 'finding')} left out, the least severe: GitHub takes {MAX_RESULTS} results in one run."
        notifications.append(_notification("results-left-out", "error", text))
    if result.partial:
        text = "Only some of the files were reported on: this log does not show that other findings are gone."
        notifications.append(_notification("partial-report", "warning", text))
    notifications += [_notification("note", "note", _sentence(note)) for note in result.notes]
    return sarif_om.Invocation(execution_successful=not broken, tool_execution_notifications=notifications or None)


def _not_analysed(finding: Finding) -> Node:
    notification = _notification(finding.code, LEVELS[finding.severity], finding.message)
    notification.locations = [_location(finding.span)]
    return notification


def _notification(name: str, level: str, text: str) -> Node:
    return sarif_om.Notification(
        descriptor=sarif_om.ReportingDescriptorReference(id=name), level=level, message=_message(text)
    )


# --- results -------------------------------------------------------------------------------------------------------


def _result(finding: Finding, index: int) -> Node:
    related = finding.related[:MAX_LOCATIONS]
    return sarif_om.Result(
        rule_id=finding.code,
        rule_index=index,
        level=LEVELS[finding.severity],
        message=sarif_om.Message(text=" ".join([_unlinked(_text(finding)), *_links(related)])),
        locations=[_location(finding.span, job=finding.job)],
        related_locations=[_location(p.span, p.message, index) for index, p in enumerate(related, 1)] or None,
        code_flows=_code_flows(finding),
        partial_fingerprints={FINGERPRINT: fingerprint(finding)},
        properties=_properties(finding),
    )


def _text(finding: Finding) -> str:
    """The message: its first sentence is the alert's title, so what holds where comes after it."""
    when = holds(finding)
    rest = [
        f"It holds {when}." if when else "",
        f"Job: {finding.job}." if finding.job else "",
        *(_sentence(line) for line in visible_lines(finding.help)),
    ]
    return " ".join(filter(None, [_sentence(finding.message), *rest]))


def _links(related: Sequence[Place]) -> list[str]:
    """The related locations as links of the message, for GitHub shows only those that the message names."""
    labels = [_BRACKET.sub(r"\\\g<0>", _unlinked(place.message)) for place in related[:MAX_LINKS]]
    links = [f"[{label}]({index})" for index, label in enumerate(labels, 1) if label]
    return [f"See: {', '.join(links)}."] if links else []


def _properties(finding: Finding) -> dict[str, Any] | None:
    properties = {
        "job": finding.job,
        "instances": list(finding.instances),
        "environments": list(finding.environments),
    }
    return {name: value for name, value in properties.items() if value} or None


def _code_flows(finding: Finding) -> list[Node] | None:
    """The way of the value, step by step; the last step is the finding's own place, as GitHub expects it."""
    steps = [*reversed(origin(finding)), Place(finding.span, finding.message)]
    if len(steps) < 2:
        return None
    locations = [sarif_om.ThreadFlowLocation(location=_location(step.span, step.message)) for step in steps]
    return [sarif_om.CodeFlow(thread_flows=[sarif_om.ThreadFlow(locations=locations)])]


def _location(span: Span, message: str = "", number: int = -1, job: str | None = None) -> Node:
    line = span.first_line()
    start_line, start_column = line.source.position(line.start)
    end_column = max(line.source.position(line.end)[1], start_column)
    names = [sarif_om.LogicalLocation(fully_qualified_name=visible(job), kind="resource")] if job else None
    return sarif_om.Location(
        id=number,
        message=_message(message) if message else None,
        physical_location=sarif_om.PhysicalLocation(
            artifact_location=sarif_om.ArtifactLocation(uri=_uri(span.path), uri_base_id="%SRCROOT%"),
            region=sarif_om.Region(
                start_line=start_line, start_column=start_column, end_line=start_line, end_column=end_column
            ),
        ),
        logical_locations=names,
    )


def _uri(path: str) -> str:
    """A path as a relative URI. A colon is escaped: in the first part it would read as a scheme."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/-._~!$&'()*+,;=@")


def _message(text: str) -> Node:
    """A plain message: what would be a link in it, is none."""
    return sarif_om.Message(text=_unlinked(text))


def _unlinked(text: str) -> str:
    return visible(text).replace("](", "] (")


def _multiformat(text: str, markdown: str | None = None) -> Node:
    return sarif_om.MultiformatMessageString(text=text, markdown=markdown)


# --- serialisation -------------------------------------------------------------------------------------------------


def _plain(thing: Any) -> Any:
    """An object of sarif-om as JSON's types: its properties by their names in the schema, without those that hold their
    default.
    """
    if attr.has(type(thing)):
        return {
            field.metadata["schema_property_name"]: _plain(value)
            for field in attr.fields(type(thing))
            if (value := getattr(thing, field.name)) is not None
            and (value != _default(field) or field.name in _ALWAYS.get(type(thing), ()))
        }
    if isinstance(thing, dict):
        return {name: _plain(value) for name, value in thing.items()}
    if isinstance(thing, list):
        return [_plain(item) for item in thing]
    return thing


def _default(field: Any) -> Any:
    return field.default.factory() if isinstance(field.default, attr.Factory) else field.default  # type: ignore[arg-type]


_ALWAYS: dict[type, tuple[str, ...]] = {
    sarif_om.SarifLog: ("schema_uri", "version"),
    sarif_om.Run: ("results",),
    sarif_om.Result: ("level",),
    sarif_om.ReportingConfiguration: ("level",),
    sarif_om.Notification: ("level",),
}
"""Properties that are written even where they hold their default: readers are known to want them."""
