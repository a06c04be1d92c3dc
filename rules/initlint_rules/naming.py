"""Naming: `{project}-init-{purpose}-{environment}`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from initlint.language import length_range, matches
from initlint.record import record
from initlint.regex import regex
from initlint.rule import Job, Severity, Truth, Verdicts, rule, show
from initlint.terraform.value import Value
from initlint_rules.wording import ignored, listed, said, verdict_on

WORDS = r"[a-z0-9]+(-[a-z0-9]+)*"
"""One or more kebab-case words."""

LONGEST_NAME = 32
"""Azure's limit for the name of a job, as the provider checks it."""

ENVIRONMENT_VARIABLE = regex(r"(?i)environment|(?<![a-z])(env|stage)(?![a-z])")
"""The name of a variable for the environment."""

NAMES_OF_ONE = (
    {"dev", "development"}, {"int", "integration"}, {"test", "testing", "tst"}, {"stage", "staging", "stg"},
    {"prod", "production", "prd"},
)  # fmt: skip
"""Names that are used for one and the same environment."""


@record(eq=True)
class NamingOptions:
    """How jobs are named.

    project: the project's name, where names must carry just that. pattern: text with the placeholders `{project}`,
    `{purpose}` and `{environment}`; or `regex:` and a regular expression (RE2) that the whole name must match, in
    which the placeholders may stand too. environments: the environments that a name may end in; the configured ones,
    where the configuration names any. Raises ValueError for a pattern that is no expression.
    """

    project: str | None = None
    pattern: str = "{project}-init-{purpose}-{environment}"
    environments: tuple[str, ...] = (
        "dev", "development", "test", "testing", "int", "qa", "uat", "stage", "staging", "preprod", "prod",
        "production", "sandbox", "demo",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Raises ValueError for a regular expression that is none."""
        try:
            re.compile(expression(self))
        except re.error as error:
            raise ValueError(f"the pattern is no regular expression: {error}") from None


def one_of_words(words: Iterable[str]) -> str:
    """The expression for one of some words."""
    return "(" + "|".join(map(re.escape, words)) + ")"


def expression(options: NamingOptions) -> str:
    """The pattern of the options as a regular expression for the whole name."""
    means = {
        "{project}": re.escape(options.project) if options.project else WORDS,
        "{purpose}": WORDS,
        "{environment}": one_of_words(options.environments),
    }
    if options.pattern.startswith("regex:"):
        pattern = options.pattern.removeprefix("regex:")
        for placeholder, meaning in means.items():
            pattern = pattern.replace(placeholder, f"({meaning})")
        return pattern
    parts = re.split(r"(\{\w+\})", options.pattern)
    return "".join(means.get(part, re.escape(part)) for part in parts)


def pattern_as_written(options: NamingOptions) -> str:
    """The pattern as messages show it."""
    if options.pattern.startswith("regex:"):
        return f"the expression {options.pattern.removeprefix('regex:')}"
    return options.pattern.replace("{project}", options.project or "{project}")


@rule(
    "INIT101",
    "job-name-pattern",
    Severity.ERROR,
    practice="Naming Convention: {project-name}-init-{purpose}-{environment}",
    options=NamingOptions,
    section="naming",
)
def job_name_pattern(job: Job, options: NamingOptions) -> Verdicts:
    """The job's name follows the pattern `{project}-init-{purpose}-{environment}`.

    ## What it does

    Checks the name against the configured pattern. Every placeholder stands for one or more words of lower-case letters
    and digits, joined by hyphens; `{environment}` stands for one of the configured environments.

    ## Why

    Scripts and pipelines build the name of the job that they start from the project, the purpose and the environment. A
    job that is named otherwise is not found by them, and people cannot tell from a list what it belongs to.

    ## Bad

    ```hcl
    name = "${var.prefix}-migrate"
    ```

    ## Good

    ```hcl
    name = "${var.project_name}-init-db-migration-${var.environment}"
    ```

    ## Options

    In the table `[naming]`:

    - `project`: the project's name, where every job's name must begin with just that. Default: any.
    - `pattern`: the pattern, with the placeholders `{project}`, `{purpose}` and `{environment}`; or `regex:` followed
      by a regular expression that the whole name must match. Default: `{project}-init-{purpose}-{environment}`.
    - `environments`: the environments. Default: dev, development, test, testing, int, qa, uat, stage, staging, preprod,
      prod, production, sandbox, demo; where the configuration has `[environments]`, the names of those.

    ## What it cannot decide

    A name with parts whose values the code does not say is judged by the parts that are known: it fails where no value
    could make it match, passes where every value does, and is undecided otherwise.
    """
    if job.name.value.data is None:
        return
    truth = matches(expression(options), job.name.value)
    wanted = f"the name {said(job.name)} does not match {pattern_as_written(options)}"
    detail = _what_is_missing(job, options) if truth is Truth.NO else ""
    yield verdict_on(truth, job.name, wanted + detail + ignored(job, "name"))


def _what_is_missing(job: Job, options: NamingOptions) -> str:
    """Which part of the default pattern it is, where that is certain."""
    if options.pattern != NamingOptions.pattern:
        return ""

    def never(pattern: str) -> bool:
        return matches(pattern, job.name.value) is Truth.NO

    anything = r"[\s\S]*"
    environment = one_of_words(options.environments)
    missing = []
    if never(r"[a-z0-9-]*"):
        return ": it has characters other than lower-case letters, digits and hyphens"
    if options.project and never(re.escape(options.project) + "-" + anything):
        missing.append(f"it does not begin with the project {options.project}")
    if never(rf"({anything}-)?init(-{anything})?"):
        missing.append("it has no word init")
    elif never(rf"{anything}-init-{anything}"):
        missing.append("its word init does not stand between a project and a purpose")
    if never(rf"({anything}-)?{environment}"):
        missing.append(f"it does not end in an environment ({listed(options.environments)})")
    elif not missing and never(rf"{anything}-init-{anything}-{environment}"):
        missing.append("it names no purpose")
    return f": {listed(missing, 'and')}" if missing else ""


@rule(
    "INIT102",
    "job-name-invalid",
    Severity.ERROR,
    practice="Naming Convention: names that Azure takes",
)
def job_name_invalid(job: Job) -> Verdicts:
    """Azure accepts the job's name.

    ## What it does

    Checks that the name has at most 32 characters, only lower-case letters, digits and hyphens, starts with a letter,
    ends in a letter or a digit, and has no two hyphens in a row.

    ## Why

    Azure refuses any other name, and it does so at apply, often in one environment only: a name that fits in dev is too
    long in staging.

    ## Bad

    ```hcl
    name = "lexiqai-init-grant-db-roles-${var.environment}" # 35 characters in staging
    ```

    ## Good

    ```hcl
    name = "lexiqai-init-db-roles-${var.environment}" # 29 characters in staging
    ```

    ## What it cannot decide

    The length of a name whose parts are unknown; the known parts alone may already be too long.
    """
    if job.name.value.data is None:
        return
    value = job.name.value
    truth = matches(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", value) & matches(r"[\s\S]{1,32}", value)
    if problems := _refused(value):
        what = f"{said(job.name)}: {problems}"
    else:  # each that it may be has a problem of its own
        what = listed(dict.fromkeys(f"{show(one)} ({_refused(one)})" for one in value.alternatives))
    message = f"Azure refuses the name {what}"
    yield verdict_on(truth, job.name, message + ignored(job, "name"))


DEMANDS = {
    "must not be empty": r"[\s\S]+",
    "may have only lower-case letters, digits and hyphens": r"[a-z0-9-]*",
    "must start with a letter": r"([A-Za-z][\s\S]*)?",
    "must end in a letter or a digit": r"([\s\S]*[^-])?",
    "must not have two hyphens in a row": r"-?([^-]+-)*[^-]*",
}


def _refused(name: Value) -> str:
    """All that Azure has against a name, whatever its unknown parts are."""
    problems = [f"it {demand}" for demand, pattern in DEMANDS.items() if matches(pattern, name) is Truth.NO]
    least, most = length_range(name)
    if least > LONGEST_NAME:
        count = f"{least}" if least == most else f"at least {least}"
        problems.insert(0, f"it has {count} characters, and Azure takes at most {LONGEST_NAME}")
    return listed(problems, "and")


@rule(
    "INIT103",
    "job-name-environment",
    Severity.WARNING,
    practice="Naming Convention: the name ends in the environment that it is deployed to",
    options=NamingOptions,
    section="naming",
)
def job_name_environment(job: Job, options: NamingOptions) -> Verdicts:
    """The job's name ends in the environment that it is deployed to, not in another one.

    ## What it does

    While a named environment is evaluated (one that the configuration names, or one that the variable for the
    environment is declared to take), checks that the name does not end in another one.

    ## Why

    A literal `-dev` in the name is deployed to production too: two environments then claim one name, or the job in
    production is started, found and paid for under the wrong one.

    ## Bad

    ```hcl
    name = "lexiqai-init-seed-data-dev"
    ```

    ## Good

    ```hcl
    name = "lexiqai-init-seed-data-${var.environment}"
    ```

    ## Options

    `environments` in the table `[naming]`: what counts as an environment. See INIT101.

    ## What it cannot decide

    Anything, where no environment is named: neither in the configuration nor by a variable that is declared to take a
    list of them. What such a variable calls otherwise than names do: `d` may be short for dev.
    """
    current = current_environment(job, options)
    if not current or job.name.value.data is None:
        return
    same_one = _names_of(current)
    others = [name for name in options.environments if name.lower() not in same_one]
    if not others:
        return
    own = matches(rf"([\s\S]*-)?{one_of_words(sorted(same_one))}", job.name.value)
    other = matches(rf"([\s\S]*-)?{one_of_words(others)}", job.name.value)
    truth = own | ~other
    message = f"the name {said(job.name)} ends in another environment than the one that it is deployed to"
    if truth is Truth.NO and not _is_known(current, options):  # "d" may well be dev
        reason = f'{job.name.label}: whether it ends in the environment "{current}" is not known'
        yield verdict_on(Truth.UNKNOWN, job.name, message, reason=reason)
        return
    yield verdict_on(truth, job.name, message + ignored(job, "name"))


def current_environment(job: Job, options: NamingOptions) -> str:
    """The environment that is being evaluated: the configured one, or the value that a declared variable for it
    takes; of several such variables the one whose value is known as an environment's name.
    """
    if job.setting.environment:
        return job.setting.environment
    found = [value for name, value in job.setting.domains if ENVIRONMENT_VARIABLE.search(name)]
    return next((value for value in found if _is_known(value, options)), found[0] if found else "")


def _names_of(environment: str) -> set[str]:
    """What an environment is called: names have no capital letters, variables may."""
    name = environment.lower()
    return next((names for names in NAMES_OF_ONE if name in names), {name})


def _is_known(environment: str, options: NamingOptions) -> bool:
    """Whether a text is the name of an environment, so that any other such name means another one."""
    known = {name.lower() for name in options.environments}.union(*NAMES_OF_ONE)
    return environment.lower() in known
