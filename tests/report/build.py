"""Results made by hand, from sources that are strings, for the tests of the reports."""

from __future__ import annotations

from typing import Any

from initlint.finding import Finding, ListedJob, Result, Undecided
from initlint.rule import Place, Rule, Severity
from initlint.source import Source, Span

JOB = "module.apps.azurerm_container_app_job.migrate"

MAIN = Source(
    "infra/main.tf",
    b"""\
locals {
  name = "lexiqai-init-grant-db-roles-${var.environment}"
}

module "apps" {
  source = "./apps"
  name   = local.name
  cpu    = var.cpu
}
""",
)
JOBS = Source(
    "infra/apps/init-jobs.tf",
    b"""\
resource "azurerm_container_app_job" "migrate" {
  name = var.name

  template {
    container {
\t  cpu = var.cpu
    }
  }
}
""",
)
TFVARS = Source("infra/env/prod.tfvars", b'environment = "prod"\ncpu = 4\n')


def span(source: Source, text: str, occurrence: int = 1) -> Span:
    """The span of the n-th occurrence of a text in a source."""
    start = -1
    for _ in range(occurrence):
        start = source.data.index(text.encode(), start + 1)
    return Span(source, start, start + len(text.encode()))


def finding(where: Span, **changes: Any) -> Finding:
    """A finding of INIT102 at a place, with changes."""
    values: dict[str, Any] = {
        "code": "INIT102",
        "name": "job-name-invalid",
        "severity": Severity.ERROR,
        "message": "the name is 35 characters long, Azure takes 32",
        "span": where,
    }
    return Finding(**{**values, **changes})


RULES = (
    Rule(
        "INIT201",
        "oversized-resources",
        Severity.WARNING,
        "Resource Limits: start with minimal resources and increase if needed",
        "CPU or memory is over the maximum.\n\nStart small. The documented large tier is 1.0 CPU and 2Gi.",
    ),
    Rule(
        "INIT102",
        "job-name-invalid",
        Severity.ERROR,
        "Naming Convention: use consistent naming",
        "The name of the job is one that Azure refuses.\n\nAzure takes at most 32 characters.",
        tags=("naming",),
    ),
    Rule(
        "INIT804",
        "hardcoded-credential",
        Severity.ERROR,
        "Security: no hardcoded credentials",
        "A literal credential stands in the configuration.",
        security_severity="8.5",
    ),
    Rule("INIT813", "unpinned-image", Severity.NOTE, "Security", "The image has no tag."),
)

NAME = finding(
    span(MAIN, '"lexiqai-init-grant-db-roles-${var.environment}"'),
    job=JOB,
    instances=(f'{JOB}["eu"]', f'{JOB}["us"]'),
    environments=("environment=prod", "environment=staging"),
    everywhere=False,
    related=(
        Place(span(MAIN, "local.name"), "argument name of module.apps"),
        Place(span(JOBS, "var.name"), "name of the job"),
        Place(span(JOBS, 'resource "azurerm_container_app_job" "migrate"'), "in this job"),
        Place(span(MAIN, 'module "apps"'), "called from module.apps"),
    ),
    help="shorten the purpose",
    evidence='the name has the word "init"',
    key="INIT102 migrate 35",
)
CPU = finding(
    span(TFVARS, "4"),
    code="INIT201",
    name="oversized-resources",
    severity=Severity.WARNING,
    message="cpu is 4, the maximum is 1",
    job=JOB,
    environments=("prod",),
    everywhere=False,
    related=(Place(span(JOBS, "var.cpu"), "cpu of the container"),),
    key="INIT201 migrate 4",
)
IMAGE = finding(
    span(JOBS, "container {"),
    code="INIT813",
    name="unpinned-image",
    severity=Severity.NOTE,
    message="the image has no tag",
    job=JOB,
    key="INIT813 migrate",
)


def undecided(code: str = "INIT101", **changes: Any) -> Undecided:
    """A question that is undecided at the job's name, with changes."""
    values: dict[str, Any] = {
        "code": code,
        "name": "job-name-pattern",
        "severity": Severity.ERROR,
        "job": JOB,
        "reason": "name: var.project_name has no default; pass --var-file",
        "span": span(JOBS, "var.name"),
    }
    return Undecided(**{**values, **changes})


def job(**changes: Any) -> ListedJob:
    """The init job, with changes."""
    values: dict[str, Any] = {
        "address": JOB,
        "span": span(JOBS, 'resource "azurerm_container_app_job" "migrate"'),
        "init": True,
        "evidence": 'the name has the word "init"',
        "row": 2,
        "name": '"lexiqai-init-grant-db-roles-${var.environment}"',
        "names": (("prod", "lexiqai-init-grant-db-roles-prod"), ("staging", "lexiqai-init-grant-db-roles-staging")),
        "trigger": "manual",
        "resources": "4 CPU, 8Gi",
        "identity": "UserAssigned",
        "verdicts": (
            ("INIT101", "undecided"),
            ("INIT102", "fail"),
            ("INIT201", "fail"),
            ("INIT804", "pass"),
            ("INIT813", "fail"),
        ),
    }
    return ListedJob(**{**values, **changes})


OTHER_JOB = job(
    address="azurerm_container_app_job.nightly",
    init=False,
    evidence="nothing says that it is one",
    row=8,
    name='"nightly"',
    names=(),
    trigger="schedule",
    verdicts=(),
)

FULL = Result(
    findings=(NAME, CPU, IMAGE),
    undecided=(
        undecided(),
        undecided("INIT604", name="name-tag", reason="tags.Name: var.project_name has no default; pass --var-file"),
        undecided("INIT602", name="job-category-tag", reason="tags.JobCategory: var.tags has no default"),
    ),
    jobs=(job(), OTHER_JOB),
    sources=(MAIN, JOBS, TFVARS),
    files=3,
    roots=("infra",),
    suppressed=2,
    environments=("prod", "staging"),
)
CLEAN = Result(jobs=(job(verdicts=(("INIT102", "pass"),)),), sources=(MAIN, JOBS), files=2, roots=("infra",))
EMPTY = Result(sources=(MAIN,), files=1, roots=("",))
NO_INIT = Result(jobs=(OTHER_JOB,), sources=(JOBS,), files=12, roots=("a", "b"))

EVIL = '"x"\n::error::y ##vso[task.complete]z ]]>|`<b>@me</b>\x1b[31m\u202e\u2028\x9b2J'
"""What a hostile tree might hold: commands of CI systems, markup, and escapes of terminals."""
_EVIL_SOURCE = Source(
    "::error file=a|b`<i>,::;]\x1b[2J\n##[error].tf",
    b'resource "x" "y" {\n  name = "a" # ::error::no ##vso[task.complete]done ##[error]x \x1b[2J\xe2\x80\xae]]>\n'
    b"::error::evil\n}\n",
)
HOSTILE = Result(
    findings=(
        finding(
            span(_EVIL_SOURCE, '"a"'),
            message=EVIL,
            job=EVIL,
            instances=(EVIL,),
            environments=(f"environment={EVIL}",),
            everywhere=False,
            related=(
                Place(span(_EVIL_SOURCE, 'resource "x" "y"'), EVIL),
                Place(span(_EVIL_SOURCE, "}"), f"called from {EVIL}"),
                Place(span(_EVIL_SOURCE, "::error::evil"), EVIL),
            ),
            help=EVIL,
            evidence=EVIL,
        ),
    ),
    undecided=(undecided(reason=EVIL, job=EVIL, span=span(_EVIL_SOURCE, '"a"')),),
    jobs=(
        job(
            address=EVIL, evidence=EVIL, name=EVIL, names=((EVIL, EVIL),), trigger=EVIL, resources=EVIL,
            identity=EVIL, instances=(EVIL,), starts=(EVIL,), span=span(_EVIL_SOURCE, 'resource "x" "y"'),
        ),
    ),
    sources=(_EVIL_SOURCE,),
    files=1,
    roots=(EVIL,),
    notes=(EVIL,),
)  # fmt: skip
