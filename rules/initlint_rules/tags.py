"""Tags: `JobType`, `JobCategory`, `Purpose`, `Name`."""

from __future__ import annotations

from dataclasses import replace

from initlint.jobs.tags import similar_keys
from initlint.language import equal_texts, matches
from initlint.nearest import nearest
from initlint.record import record
from initlint.rule import Field, Job, Severity, Truth, Verdict, Verdicts, rule
from initlint.tests_on_values import each_alternative, equal_to, matching, negated, one_of
from initlint_rules.wording import ignored, listed, said, verdict_on, why

PLACEHOLDER = (
    r"\s*(\$?\{\{?[^}]*\}\}?|<[^>]*>|\[[^\]]*\]"
    r"|(?i:todo|tbd|fixme|change[-_ ]?me|placeholder|x{3,}|\?+|n/a))?[\s:!.]*"
)
"""Text that says nothing: empty, or something that was meant to be filled in."""


@record(eq=True)
class TagOptions:
    """categories: what `JobCategory` may be."""

    categories: tuple[str, ...] = (
        "database", "infrastructure", "data", "network", "security", "configuration", "monitoring", "validation",
    )  # fmt: skip

    def __post_init__(self) -> None:
        if not self.categories:
            raise ValueError("there is no category: name at least one, or switch INIT605 off")


def missing_tag(job: Job, key: str, wanted: str) -> Verdict:
    """The finding for a tag that is not there; names a key that looks like a slip for it. It stands at the job's own
    `tags`, and its trail is that of the tags that lack the key.
    """
    tag = job.tag(key)
    like = similar_keys(job, key)
    message = f"the tag {key} is missing; {wanted}"
    if like and like[0].lower() == key.lower():
        message = f"the tag {key} is missing: {like[0]} differs from it in letter case; {wanted}"
    elif like:
        message = f"the tag {key} is missing: did you mean {key} where it says {like[0]}? {wanted}"
    verdict = verdict_on(Truth.NO, tag, message + ignored(job, "tags"))
    return verdict if verdict.origin is not None else replace(verdict, origin=job.tags.value.origin, stays=True)


def judged(job: Job, tag: Field, truth: Truth, message: str, *others: Field) -> Verdict:
    """The verdict on a tag that is there, or may be; `others` are what else it depends on."""
    return verdict_on(truth, tag, message + ignored(job, "tags"), reason=why(tag, *others))


@rule("INIT601", "job-type-tag", Severity.ERROR, practice='Tags: JobType = "init" (all init jobs)')
def job_type_tag(job: Job) -> Verdicts:
    """The tag `JobType` is exactly `init`.

    ## What it does

    Checks that the tag is there and that its value is `init`, to the letter.

    ## Why

    The tag is how cost reports, dashboards and clean-up scripts tell init jobs from all other jobs. Tag values are
    case-sensitive in Azure.

    ## Bad

    ```hcl
    tags = { JobType = "Init" }
    ```

    ## Good

    ```hcl
    tags = merge(var.common_tags, { JobType = "init" })
    ```

    ## What it cannot decide

    Tags that come from a variable without a value, and tags that Azure Policy adds when the job is deployed.
    """
    tag = job.tag("JobType")
    if tag.value.data is None:
        yield missing_tag(job, "JobType", 'init jobs carry JobType = "init"')
        return
    message = f'JobType is {said(tag)}; init jobs carry JobType = "init"'
    yield judged(job, tag, equal_to("init")(tag.value), message)


@rule(
    "INIT602",
    "job-category-tag",
    Severity.ERROR,
    practice='Tags: JobCategory = "database" | "infrastructure" | "data" | etc.',
    options=TagOptions,
    section="tags",
)
def job_category_tag(job: Job, options: TagOptions) -> Verdicts:
    """The tag `JobCategory` says what kind of work the job does.

    ## What it does

    Checks that the tag is there, and neither empty nor a placeholder such as `{category}`.

    ## Why

    The category is how jobs are grouped: which of them touch the database, which of them change the network.

    ## Bad

    ```hcl
    tags = { JobType = "init", JobCategory = "{category}" }
    ```

    ## Good

    ```hcl
    tags = { JobType = "init", JobCategory = "database" }
    ```

    ## Options

    `categories` in the table `[tags]`: the categories that the message offers; INIT605 holds the tag to them.

    ## What it cannot decide

    Tags that come from a variable without a value.
    """
    tag = job.tag("JobCategory")
    offer = f"name one of {listed(options.categories)}"
    if tag.value.data is None:
        yield missing_tag(job, "JobCategory", offer)
        return
    names_one = negated(matching(PLACEHOLDER))
    truth = each_alternative(lambda value: Truth.of(value.data is not None) & names_one(value))(tag.value)
    yield judged(job, tag, truth, f"JobCategory is {said(tag)}, which names no category; {offer}")


@rule("INIT603", "purpose-tag", Severity.WARNING, practice='Tags: Purpose = "Init job: {description}"')
def purpose_tag(job: Job) -> Verdicts:
    """The tag `Purpose` reads `Init job: {description}`.

    ## What it does

    Checks that the tag is there, begins with `Init job: ` and goes on with a description.

    ## Why

    It tells whoever finds the job in the portal what it is for, and whether it is safe to start again.

    ## Bad

    ```hcl
    tags = { Purpose = "migrations" }
    ```

    ## Good

    ```hcl
    tags = { Purpose = "Init job: bring the database schema up to date" }
    ```

    ## What it cannot decide

    Whether the description is a good one; and a description that is wholly a variable without a value may be empty.
    """
    tag = job.tag("Purpose")
    wanted = 'it reads "Init job: {description}"'
    if tag.value.data is None:
        yield missing_tag(job, "Purpose", wanted)
        return
    form = matches(r"Init job: [\s\S]*", tag.value)
    filled = ~matches(f"Init job: {PLACEHOLDER}", tag.value)
    problem = "has no description" if form is Truth.YES and filled is Truth.NO else f"is not of that form; {wanted}"
    message = f"Purpose is {said(tag)}, which {problem}"
    yield judged(job, tag, form & filled, message)


@rule("INIT604", "name-tag", Severity.NOTE, practice="Tags: Name is the job's name")
def name_tag(job: Job) -> Verdicts:
    """The tag `Name`, where there is one, equals the job's name.

    ## What it does

    Compares the tag with the argument `name`. Two texts that are made of the same unknown parts are equal, and two
    whose known parts differ are not.

    ## Why

    A tag that names another job leads whoever follows it to the wrong one. It mostly comes from copying a job.

    ## Bad

    ```hcl
    name = "${var.project_name}-init-seed-data-${var.environment}"
    tags = { Name = "${var.project_name}-init-db-migration-${var.environment}" }
    ```

    ## Good

    ```hcl
    name = local.job_name
    tags = { Name = local.job_name }
    ```

    ## What it cannot decide

    Whether two different unknown values are the same in the end.
    """
    tag = job.tag("Name")
    if tag.value.data is None or job.name.value.data is None:
        return
    truth = equal_texts(tag.value, job.name.value)
    if truth is Truth.NO and tag.value.is_null is Truth.UNKNOWN:
        truth = Truth.UNKNOWN
    message = f"the tag Name is {said(tag)}, but the job's name is {said(job.name)}"
    yield judged(job, tag, truth, message, job.name)


@rule(
    "INIT605",
    "unknown-job-category",
    Severity.WARNING,
    practice='Tags: JobCategory = "database" | "infrastructure" | "data" | etc.',
    options=TagOptions,
    section="tags",
)
def unknown_job_category(job: Job, options: TagOptions) -> Verdicts:
    """The tag `JobCategory` is one of the configured categories.

    ## What it does

    Checks the tag, where INIT602 is content with it, against the list of categories, to the letter.

    ## Why

    Two spellings of one category are two groups in every report.

    ## Bad

    ```hcl
    tags = { JobCategory = "databse" }
    ```

    ## Good

    ```hcl
    tags = { JobCategory = "database" }
    ```

    ## Options

    `categories` in the table `[tags]`. Default: database, infrastructure, data, network, security, configuration,
    monitoring, validation.

    ## What it cannot decide

    Tags that come from a variable without a value.
    """
    tag = job.tag("JobCategory")
    if matching(PLACEHOLDER)(tag.value) is Truth.YES or tag.value.data is None:
        return
    known = tag.value.data if isinstance(tag.value.data, str) else ""
    like = nearest(known, options.categories)
    hint = f"did you mean {like}?" if like else f"the categories are {listed(options.categories, 'and')}"
    truth = one_of(options.categories)(tag.value) | matching(PLACEHOLDER)(tag.value) | tag.value.is_null
    yield judged(job, tag, truth, f"JobCategory is {said(tag)}, which is no known category; {hint}")
