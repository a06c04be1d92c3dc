"""Rules as checkov checks.

A check answers with initlint's own verdict: fail is FAILED, pass is PASSED, what is undecided, off or about a job that
is no init job is UNKNOWN, which checkov does not count, and what an `initlint: ignore` accepts is SKIPPED.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from checkov.common.bridgecrew.severities import Severities
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

from initlint.checkov import answers, entity
from initlint.checkov.answers import Answer, Outcome
from initlint.links import rule_page
from initlint.project import JOB_TYPES
from initlint.rule import Rule, Severity

log = logging.getLogger(__name__)

SEVERITIES = {Severity.ERROR: "HIGH", Severity.WARNING: "MEDIUM", Severity.NOTE: "LOW"}
RESULTS = {
    Outcome.FAIL: CheckResult.FAILED,
    Outcome.PASS: CheckResult.PASSED,
    Outcome.UNDECIDED: CheckResult.UNKNOWN,
}
CATEGORIES = {
    "Logging": CheckCategories.LOGGING,
    "Security": CheckCategories.GENERAL_SECURITY,
}
"""The categories of rules by the heading of the practices that they come from; all others are conventions."""


def check_id(code: str) -> str:
    """What checkov calls a rule: INIT101 is CKV_INIT_101."""
    return re.sub(r"(?<=[A-Za-z])(?=\d+$)", "_", f"CKV_{code}")


def category_of(rule: Rule) -> CheckCategories:
    """The category that fits a rule."""
    if "credential" in rule.tags:
        return CheckCategories.SECRETS
    return CATEGORIES.get(rule.practice.partition(":")[0].strip(), CheckCategories.CONVENTION)


class InitCheck(BaseResourceCheck):  # type: ignore[misc, unused-ignore]  # Any where checkov is not installed
    """One rule as a check."""

    def __init__(self, rule: Rule, severity: Severity) -> None:
        super().__init__(
            name=f"{rule.code} {rule.name}: {rule.summary}",
            id=check_id(rule.code),
            categories=[category_of(rule)],
            supported_resources=sorted(JOB_TYPES),
            guideline=rule_page(rule.code),
        )
        self.code = rule.code
        self.severity = Severities[SEVERITIES[severity]]
        self.answer: Answer | None = None

    def run(
        self,
        scanned_file: str,
        entity_configuration: dict[str, Any],
        entity_name: str,
        entity_type: str,
        skip_info: Any,
    ) -> Any:
        """The entry. The answer is looked up first, for what a comment in the code accepts is to be a skip."""
        self.answer = self.look_up(scanned_file, entity_configuration, entity_name, entity_type)
        if not skip_info and self.answer is not None and self.answer.outcome is Outcome.IGNORED:
            skip_info = {"id": self.id, "suppress_comment": "an initlint: ignore comment in the code"}
        return super().run(scanned_file, entity_configuration, entity_name, entity_type, skip_info)

    def scan_entity_conf(self, conf: dict[str, Any], entity_type: str) -> CheckResult:
        """The result. The configuration as checkov renders it is not looked at: its lists are sorted, for one."""
        if self.answer is None:
            return CheckResult.UNKNOWN
        self.evaluated_keys = list(self.answer.keys)
        self.details = list(self.answer.messages)
        return RESULTS[self.answer.outcome]

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        """The same; checkov asks `scan_entity_conf`."""
        return self.scan_entity_conf(conf, self.entity_type)

    def look_up(self, scanned_file: str, conf: dict[str, Any], name: str, type_: str) -> Answer | None:
        """The answer of initlint; None where it has none, also after an error, which is logged."""
        try:
            found = entity.entity_of(scanned_file, type_, name, conf, self.graph)
            known = _answers(found.place.file if found.in_plan else found.folder, found.in_plan)
            return known.of(found.place, self.code) if known is not None else None
        except Exception as problem:  # whatever it is: a check that raises takes checkov's whole run with it
            _tell(f"{self.id} is undecided for {type_}.{name} in {scanned_file}", problem)
            return None


_failed: dict[str, None] = {}


def _answers(path: str, in_plan: bool) -> answers.Answers | None:
    """The answers on a folder or a plan; None after an error that left none, which is logged once."""
    if path in _failed:
        return None
    try:
        return answers.of_plan(path) if in_plan else answers.of_folder(path)
    except Exception as problem:
        _failed[path] = None
        _tell(f"nothing in {path} could be judged", problem)
        return None


def _tell(what: str, problem: Exception) -> None:
    from initlint.project import MissingRoot, MissingVarFile, UnknownEnvironment
    from initlint.registry import PackError
    from initlint.settings_file import ConfigError
    from initlint.terraform.plan import NoPlan
    from initlint.workspace import PathError

    if isinstance(
        problem,
        ConfigError
        | MissingRoot
        | MissingVarFile
        | NoPlan
        | PackError
        | PathError
        | UnknownEnvironment
        | entity.NotFound,
    ):
        log.error("initlint: %s: %s", what, problem)
    else:
        log.error("initlint: internal error, %s: %s: %s", what, type(problem).__name__, problem, exc_info=True)


def rules() -> Sequence[tuple[Rule, Severity]]:
    """The rules of which checks are made, with the severities that the configuration of the current folder gives them:
    those about jobs or the project, of rule packs also where that configuration names some. The linter's own (a broken
    file, an unused ignore) are about no resource.
    """
    from initlint.settings import defaults

    try:
        settings = answers.settings_for(str(Path.cwd()))
    except Exception as problem:
        _tell("only the built-in rules are checks", problem)
        settings = defaults()
    return [
        (rule, settings.severity_of(rule) or rule.severity)
        for rule in settings.rules
        if rule.check is not None or rule.check_project is not None
    ]


def register() -> list[InitCheck]:
    """Makes one check of each rule; making it registers it with checkov."""
    return [InitCheck(rule, severity) for rule, severity in rules()]
