"""The pages of the rules, made from the rules themselves: for docs/rules and for `initlint explain`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from initlint.rule import Rule

HEADINGS = {
    "1": "Naming",
    "2": "Resource limits",
    "3": "Idempotency",
    "4": "Error handling",
    "5": "Logging",
    "6": "Tags",
    "7": "Triggering",
    "8": "Security",
    "9": "What the provider demands",
    "0": "The linter's own",
}
"""The groups of the built-in rules by the first digit of their code."""

INTRODUCTION = (
    "Every rule has a code and a name; the configuration and ignores take either. "
    "`initlint explain CODE` shows a page in the terminal."
)


def page(rule: Rule) -> str:
    """The rule's page in Markdown."""
    facts = [f"Severity: **{rule.severity.value}**" + ("" if rule.enabled else " (off by default)")]
    if rule.practice:
        facts.append(f"Practice: {rule.practice}")
    if rule.options:
        facts.append(f"Options: table `[{rule.section}]` of the [configuration](../configuration.md)")
    if rule.security_severity:
        facts.append(f"Security severity: {rule.security_severity}")
    rows = "\n".join(f"- {fact}" for fact in facts)
    return f"# {rule.code} {rule.name}\n\n{rows}\n\n{rule.description}\n"


def index(rules: Iterable[Rule]) -> str:
    """The list of all rules in Markdown, by group."""
    groups: dict[str, list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: rule.code):
        groups.setdefault(rule.code.removeprefix("INIT")[:1], []).append(rule)
    parts = [
        "# Rules",
        INTRODUCTION,
    ]
    for digit in sorted(groups, key=lambda digit: (digit == "0", digit)):
        rows = [
            f"| [{r.code}](rules/{r.code}.md) | {r.name} | {_level(r)} | {_cell(r.summary)} |" for r in groups[digit]
        ]
        head = ["| code | name | severity | what it says |", "|---|---|---|---|"]
        parts.append(f"## {HEADINGS.get(digit, 'Others')}\n\n" + "\n".join([*head, *rows]))
    return "\n\n".join(parts) + "\n"


def _level(rule: Rule) -> str:
    return rule.severity.value if rule.enabled else "off"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def files(rules: Sequence[Rule]) -> dict[str, str]:
    """Every generated file below docs/, by its path there."""
    import json

    from initlint.settings_file import schema

    pages = {f"rules/{rule.code}.md": page(rule) for rule in rules}
    text = json.dumps(schema(rules), indent=2, ensure_ascii=False) + "\n"
    return {"rules.md": index(rules), "initlint.schema.json": text, **pages}


def readable(markdown: str, color: bool) -> str:
    """A page for the terminal: headings stand out, code is indented, links and marks are gone."""
    import re

    lines: list[str] = []
    code = False
    for line in markdown.splitlines():
        if line.startswith("```"):
            code = not code
        elif code:
            lines.append(f"    {line}" if line else "")
        elif heading := re.match(r"#+ (.*)", line):
            lines.append(
                f"\x1b[1m{heading[1]}\x1b[0m" if color else heading[1].upper() if line[1] == "#" else heading[1]
            )
        else:
            plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", line)
            lines.append(plain.replace("**", ""))
    return "\n".join(lines) + "\n"
