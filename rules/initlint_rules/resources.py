"""Resource limits: start small."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from fractions import Fraction

from initlint.jobs.job import Container, Form
from initlint.language import text_of_known
from initlint.record import record
from initlint.rule import Field, Job, Place, Severity, Truth, Verdict, Verdicts, fail, rule
from initlint.terraform.value import Value
from initlint.tests_on_values import as_number, equal_to, is_number, matching, presence
from initlint.truth import any_of, same
from initlint_rules.programs import programs, words
from initlint_rules.wording import if_exists, ignored, listed, said, verdict_on

MEMORY = r"([0-9]+(\.[0-9]+)?|\.[0-9]+)Gi"

CONSUMPTION_STEP = Fraction(1, 4)
CONSUMPTION_STEPS = 16
"""The Consumption plan takes 0.25 CPU and 0.5Gi, or a multiple, to 4 CPU and 8Gi (Azure's table of allocations)."""


@record(eq=True)
class Tier:
    """What a kind of job needs: `cpu` in vCPU, `memory` as "<number>Gi"."""

    cpu: float
    memory: str


TIERS = {"small": Tier(0.25, "0.5Gi"), "medium": Tier(0.5, "1Gi"), "large": Tier(1.0, "2Gi")}
"""The documented sizes."""

CATEGORIES = {"data": "large", "database": "medium"}
PROGRAMS = {
    **dict.fromkeys(("psql", "sqlcmd", "mysql", "sqlite3"), "small"),
    **dict.fromkeys(
        ("alembic", "flyway", "liquibase", "prisma", "knex", "rake", "manage.py", "dotnet-ef", "migrate"), "medium"
    ),
}
WORDS = {
    **dict.fromkeys(("migrate", "migration", "migrations", "migrator"), "medium"),
    **dict.fromkeys(("seed", "seeder", "seeding"), "large"),
}


@record(eq=True)
class ResourceOptions:
    """How much an init job may take.

    max_cpu, max_memory: the most that a replica may have. tiers: the documented sizes by name. categories, programs,
    words: which tier a job is of, by its JobCategory, by the programs that it runs, and by words in its name, its label
    and the names of its containers. What a table does not name keeps its default. Raises ValueError for a memory
    that is not "<number>Gi" and for a tier that is not defined.
    """

    max_cpu: float = 1.0
    max_memory: str = "2Gi"
    tiers: dict[str, Tier] = field(default_factory=lambda: dict(TIERS))
    categories: dict[str, str] = field(default_factory=lambda: dict(CATEGORIES))
    programs: dict[str, str] = field(default_factory=lambda: dict(PROGRAMS))
    words: dict[str, str] = field(default_factory=lambda: dict(WORDS))

    def __post_init__(self) -> None:
        """Completes the tables with what is documented, and checks them."""
        tables: dict[str, Mapping[str, object]] = {
            "tiers": TIERS,
            "categories": CATEGORIES,
            "programs": PROGRAMS,
            "words": WORDS,
        }
        for name, documented in tables.items():
            object.__setattr__(self, name, {**documented, **getattr(self, name)})
        for memory in (self.max_memory, *(tier.memory for tier in self.tiers.values())):
            memory_limit(memory)
        for tier in (*self.categories.values(), *self.programs.values(), *self.words.values()):
            if tier not in self.tiers:
                raise ValueError(f"there is no tier {tier!r}: the tiers are {listed(self.tiers, 'and')}")


# --- quantities -------------------------------------------------------------------------------------------------------


@record(eq=True)
class Amount:
    """How much of something: at least `low`, at most `high` (None: no limit is known)."""

    low: Fraction = Fraction(0)
    high: Fraction | None = None

    def __add__(self, other: Amount) -> Amount:
        high = None if self.high is None or other.high is None else self.high + other.high
        return Amount(self.low + other.low, high)

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    def at_most(self, limit: Fraction) -> Truth:
        """Whether it is no more than the limit."""
        if self.low > limit:
            return Truth.NO
        return Truth.YES if self.high is not None and self.high <= limit else Truth.UNKNOWN

    def may_be(self, wanted: Fraction) -> bool:
        """Whether it can be that number."""
        return self.low <= wanted and (self.high is None or wanted <= self.high)


def gibibytes(text: str) -> Fraction | None:
    """The number of a memory as Azure takes it, in Gi: "0.5Gi" is 1/2. None for any other text."""
    return Fraction(text.removesuffix("Gi")) if re.fullmatch(MEMORY, text, re.ASCII) and len(text) < 50 else None


def cpu_of(value: Value) -> Fraction | None:
    """A CPU in vCPU, where it is known and a number."""
    return as_number(value)


def memory_of(value: Value) -> Fraction | None:
    """A memory in Gi, where it is known and readable."""
    return gibibytes(text_of_known(value) or "")


@record(eq=True)
class Total:
    """What the containers of a replica take together. `readable` is false where a number is missing or no number."""

    what: str
    amount: Amount
    largest: Field
    parts: tuple[Field, ...]
    readable: bool
    reason: str

    @property
    def text(self) -> str:
        """The amount as people write it."""
        number = decimal(self.amount.low) + ("Gi" if self.what == "memory" else "")
        if len(self.parts) == 1:
            return f"{self.what} is {said(self.largest)}"
        more = "" if self.amount.exact else "at least "
        return f"{self.what} adds up to {more}{number} over {len(self.parts)} containers"

    @property
    def others(self) -> tuple[Place, ...]:
        """The other containers that count."""
        return tuple(
            Place(part.span, f"{self.what} of another container") for part in self.parts if part != self.largest
        )


def decimal(number: Fraction) -> str:
    """A fraction as a decimal: 1/2 is "0.5"."""
    text = f"{float(number):.10f}".rstrip("0").rstrip(".")
    return text or "0"


def total(job: Job, what: str) -> Total | None:
    """The CPU or the memory of the replica: the sum over its containers, init containers left out. None where it has no
    container.
    """
    read = cpu_of if what == "cpu" else memory_of
    amount, readable, reason = Amount(high=Fraction(0)), True, job.containers.reason
    parts: list[tuple[Fraction, Field]] = []
    for container in job.containers:
        setting: Field = getattr(container, what)
        known = [read(alternative) for alternative in setting.value.alternatives]
        certain = [number for number in known if number is not None]
        one = Amount(min(certain), max(certain)) if len(certain) == len(known) else Amount()
        if readability(job, container, what) is Truth.NO:
            readable = False
        if container.exists is not Truth.YES or setting.maybe:
            one = Amount()
        elif not one.exact:
            reason = reason or f"{setting.label}: {setting.value.reason}"
        amount = amount + one
        parts.append((one.low, setting))
    if not parts:
        return None
    if not job.containers.certain:
        amount = Amount(amount.low)
    largest = max(parts, key=lambda part: part[0])[1]
    return Total(what, amount, largest, tuple(part for _, part in parts), readable, reason)


def readability(job: Job, container: Container, what: str) -> Truth:
    """Whether a container's CPU or memory is written, and written as Azure takes it."""
    setting: Field = getattr(container, what)
    there = presence(setting)
    if there is Truth.NO:
        return Truth.NO
    if what == "memory":
        return there & matching(MEMORY)(setting.value)
    return there & is_number(setting.value) & ~_is_text_in_azapi(job, setting.value)


def _is_text_in_azapi(job: Job, value: Value) -> Truth:
    """Azapi sends what is written: a quoted number is a text, which the schema refuses."""
    if job.form is not Form.AZAPI:
        return Truth.NO
    return same(Truth.of(isinstance(alternative.data, str)) for alternative in value.alternatives)


# --- rules ------------------------------------------------------------------------------------------------------------


@rule(
    "INIT201",
    "oversized-resources",
    Severity.ERROR,
    practice="Resource Limits: start with minimal resources; large is cpu = 1.0, memory = 2Gi",
    options=ResourceOptions,
    section="resources",
)
def oversized_resources(job: Job, options: ResourceOptions) -> Verdicts:
    """The replica takes no more CPU and memory than an init job may.

    ## What it does

    Adds up `cpu` and `memory` over the job's containers (init containers are not counted) and compares the sums with
    the maximum.

    ## Why

    An init job is paid for by what it reserves, and almost none needs more than the documented *large* size. A job that
    does is doing more than initialising.

    ## Bad

    ```hcl
    cpu    = 2.0
    memory = "4Gi"
    ```

    ## Good

    ```hcl
    cpu    = 0.25 # start small, increase if needed
    memory = "0.5Gi"
    ```

    ## Options

    In the table `[resources]`:

    - `max-cpu`: the most CPU of a replica, in vCPU. Default: 1.0.
    - `max-memory`: the most memory of a replica. Default: `2Gi`.

    ## What it cannot decide

    Sizes that come from a variable without a value, unless the containers whose sizes are known are too large already.
    """
    limits = {"cpu": Fraction(str(options.max_cpu)), "memory": memory_limit(options.max_memory)}
    for what, limit in limits.items():
        found = total(job, what)
        if found is None:
            continue
        truth = found.amount.at_most(limit)
        if truth is Truth.UNKNOWN and not found.readable:
            continue
        allowed = f"{decimal(limit)}Gi" if what == "memory" else f"{decimal(limit)} CPU"
        message = f"{found.text}; an init job takes at most {allowed}{ignored(job, 'template')}"
        yield _on_total(found, truth, message)


def memory_limit(text: str) -> Fraction:
    """A memory of the options in Gi."""
    found = gibibytes(text)
    if found is None:
        raise ValueError(f"{text!r} is no memory: write <number>Gi")
    return found


def _on_total(found: Total, truth: Truth, message: str, severity: Severity | None = None) -> Verdict:
    return Verdict(
        truth,
        found.largest.span,
        message,
        found.what,
        reason=found.reason if truth is Truth.UNKNOWN else "",
        severity=severity,
        origin=found.largest.value.origin,
        related=found.others if truth is Truth.NO else (),
    )


@rule(
    "INIT202",
    "unsupported-cpu-memory",
    Severity.ERROR,
    practice="Resource Limits: the pairs of CPU and memory that Azure takes",
)
def unsupported_cpu_memory(job: Job) -> Verdicts:
    """CPU and memory are a pair that the Consumption plan takes.

    ## What it does

    Adds up CPU and memory over the job's containers and checks the sums: CPU a multiple of 0.25, from 0.25 to 4, and
    memory in Gi twice that. Does not judge a job whose `workload_profile_name` is known to be another profile than
    `Consumption`.

    ## Why

    Azure refuses any other pair, and only at apply: neither Terraform nor the provider checks it.

    ## Bad

    ```hcl
    cpu    = 0.5
    memory = "2Gi"
    ```

    ## Good

    ```hcl
    cpu    = 0.5
    memory = "1Gi"
    ```

    ## What it cannot decide

    Sizes, and workload profiles, that come from a variable without a value.
    """
    profile = job.workload_profile_name
    consumption = Truth.YES
    if presence(profile) is not Truth.NO:
        consumption = matching("(?i)consumption")(profile.value) | profile.value.is_null
    cpu, memory = total(job, "cpu"), total(job, "memory")
    if consumption is Truth.NO or cpu is None or memory is None:
        return
    pairs = [(CONSUMPTION_STEP * n, 2 * CONSUMPTION_STEP * n) for n in range(1, CONSUMPTION_STEPS + 1)]
    possible = [pair for pair in pairs if cpu.amount.may_be(pair[0]) and memory.amount.may_be(pair[1])]
    exact = cpu.amount.exact and memory.amount.exact
    taken = Truth.NO if not possible else Truth.YES if exact else Truth.UNKNOWN
    if taken is Truth.UNKNOWN and not (cpu.readable and memory.readable):
        return
    at = memory if any(cpu.amount.may_be(pair[0]) for pair in pairs) else cpu
    if taken is Truth.NO and consumption is Truth.UNKNOWN:
        reason = f"{profile.label}: {profile.value.reason}"
        yield Verdict(Truth.UNKNOWN, at.largest.span, "", "cpu and memory", reason=reason)
        return
    size = " and ".join(part.text for part in (cpu, memory) if part.amount.exact or not exact_one(cpu, memory))
    message = f"{size}, which the Consumption plan does not take: {_advice(cpu.amount, memory.amount)}"
    yield Verdict(
        taken,
        at.largest.span,
        message + ignored(job, "template"),
        "cpu and memory",
        reason=(cpu.reason or memory.reason) if taken is Truth.UNKNOWN else "",
        origin=at.largest.value.origin,
        related=at.others if taken is Truth.NO else (),
    )


def exact_one(cpu: Total, memory: Total) -> bool:
    """Whether one of the two is a known number."""
    return cpu.amount.exact or memory.amount.exact


def _advice(cpu: Amount, memory: Amount) -> str:
    """The pairs that come nearest: the one that goes with the CPU, and the one that goes with the memory."""
    steps = []
    for amount, step in ((cpu, CONSUMPTION_STEP), (memory, 2 * CONSUMPTION_STEP)):
        if amount.exact:
            steps.append(min(max(-(-amount.low // step), 1), CONSUMPTION_STEPS))
    pairs = [
        f"{decimal(CONSUMPTION_STEP * n)} CPU with {decimal(2 * CONSUMPTION_STEP * n)}Gi" for n in sorted(set(steps))
    ]
    take = f"; take {listed(pairs)}" if pairs else ""
    return f"memory in Gi is twice the CPU, and CPU a multiple of 0.25 up to 4{take}"


@rule(
    "INIT203",
    "above-documented-tier",
    Severity.NOTE,
    practice="Resource Limits: small for SQL scripts, medium for migrations, large for data processing",
    options=ResourceOptions,
    section="resources",
)
def above_documented_tier(job: Job, options: ResourceOptions) -> Verdicts:
    """The replica is no larger than the documented tier for what the job does.

    ## What it does

    Finds out what the job does, and compares its size with the tier for that:

    1. words in its name, its label and its containers' names: a migration is *medium*, seeding is *large*;
    2. the programs that it runs: `psql`, `sqlcmd`, `mysql` and `sqlite3` are *small*, migration tools are *medium*;
    3. its `JobCategory`: `data` is *large*; `database`, where nothing else says more, is *medium*.

    Where several apply the largest counts. A job of which nothing of this is known has no tier.

    ## Why

    The practices say to start small and to increase only if needed.

    ## Bad

    ```hcl
    command = ["psql", "-f", "/sql/roles.sql"]
    cpu     = 1.0
    memory  = "2Gi"
    ```

    ## Good

    ```hcl
    command = ["psql", "-f", "/sql/roles.sql"]
    cpu     = 0.25
    memory  = "0.5Gi"
    ```

    ## Options

    In the table `[resources]`: `tiers` (name to `cpu` and `memory`), and which tier a job is of: `categories`,
    `programs` and `words`.

    ## What it cannot decide

    What a container image does by itself, and whether a large job has been measured to need its size.
    """
    possible = list(_possible_tiers(job, options))
    for what in ("cpu", "memory"):
        found = total(job, what)
        if found is None or not found.readable or possible == [None]:
            continue
        answers = [Truth.YES if tier is None else found.amount.at_most(_size(options, tier, what)) for tier in possible]
        truth = same(answers)
        tier = next((tier for tier in possible if tier), "")
        size = options.tiers[tier]
        message = (
            f"{found.text}; the documented tier for this job is {tier}: "
            f"{decimal(Fraction(str(size.cpu)))} CPU and {size.memory}"
        )
        reason = found.reason or f"tags.JobCategory: {job.tag('JobCategory').value.reason}"
        verdict = _on_total(found, truth, message + ignored(job, "template"))
        yield verdict if truth is not Truth.UNKNOWN else _with_reason(verdict, reason)


def _with_reason(verdict: Verdict, reason: str) -> Verdict:
    from dataclasses import replace

    return replace(verdict, reason=reason)


def _size(options: ResourceOptions, tier: str, what: str) -> Fraction:
    size = options.tiers[tier]
    return memory_limit(size.memory) if what == "memory" else Fraction(str(size.cpu))


def _possible_tiers(job: Job, options: ResourceOptions) -> Iterator[str | None]:
    """The tiers that the job can be of; None where it can be of none."""
    by_work = [
        *(options.words[word] for word in words(job) if word in options.words),
        *(options.programs[program] for program in programs(job) if program in options.programs),
    ]
    categories: Iterable[str | None] = [None]
    value = job.tag("JobCategory").value
    if value.data is not None:
        can_be = [name for name in options.categories if equal_to(name)(value) is not Truth.NO]
        is_one = any_of(equal_to(name)(value) for name in options.categories)
        categories = [*can_be, *([] if is_one is Truth.YES else [None])]
    for category in categories:
        tiers = list(by_work)
        if category == "data" or (category and not by_work):
            tiers.append(options.categories[category])
        yield max(tiers, key=lambda name: _size(options, name, "cpu"), default=None)


@rule(
    "INIT204",
    "resources-unreadable",
    Severity.ERROR,
    practice="Resource Limits: cpu is a number, memory is <number>Gi",
)
def resources_unreadable(job: Job) -> Verdicts:
    """Every container says how much CPU and memory it takes, in a form that Azure reads.

    ## What it does

    Checks that `cpu` is there and a number, and that `memory` is there and reads `<number>Gi`. A quoted number is
    fine for the azurerm provider, which converts it, and a type error for azapi, which does not.

    ## Why

    A missing size is refused by the provider, and a memory in another unit by Azure, at apply.

    ## Bad

    ```hcl
    cpu    = 0.25
    memory = "512Mi"
    ```

    ## Good

    ```hcl
    cpu    = 0.25
    memory = "0.5Gi"
    ```

    ## What it cannot decide

    Sizes that come from a variable without a value.
    """
    for container in job.containers:
        for what, wanted in (("cpu", "a number"), ("memory", "<number>Gi")):
            setting: Field = getattr(container, what)
            if presence(setting) is Truth.NO:
                verdict = fail(setting, f"{setting.label} is missing; it must be {wanted}")
            else:
                truth = readability(job, container, what)
                message = f"{setting.label} is {said(setting)}; it must be {wanted}"
                if what == "cpu" and as_number(setting.value) is not None:
                    message += ": azapi does not convert text"
                verdict = verdict_on(truth, setting, message + ignored(job, "template"))
            yield if_exists(container.exists, job.containers, verdict)
