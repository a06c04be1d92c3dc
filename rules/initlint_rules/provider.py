"""What the provider itself demands."""

from __future__ import annotations

from initlint.jobs.job import Form, TriggerKind
from initlint.rule import Field, Job, Severity, Truth, Verdict, Verdicts, fail, rule, undecided
from initlint.tests_on_values import has_text, matching, presence
from initlint_rules.triggering import OBJECTS, written_as
from initlint_rules.wording import if_exists, listed, said, verdict_on, why


@rule(
    "INIT901",
    "unsupported-argument",
    Severity.WARNING,
    practice="Creating Custom Init Jobs: the pattern, as the provider takes it",
)
def unsupported_argument(job: Job) -> Verdicts:
    """The job has no argument or block that the provider refuses though the practices show it.

    ## What it does

    Reports `trigger_type`, a trigger block inside `template`, and the blocks `secrets` and `registries`, and says
    where they belong. All other rules take them as what was meant.

    ## Why

    The provider refuses them: `terraform validate` fails.

    ## Bad

    ```hcl
    template {
      manual_trigger_config {
        parallelism = 1
      }
    }
    trigger_type = "Manual"
    ```

    ## Good

    ```hcl
    template {
      # ...
    }
    manual_trigger_config {
      parallelism = 1
    }
    ```

    ## What it cannot decide

    Nothing: it only looks at what is written.
    """
    for thing in job.misplaced:
        yield fail(thing.span, f"the provider does not take {thing.name} here: {thing.advice}", subject=thing.name)


@rule(
    "INIT902",
    "missing-required-argument",
    Severity.ERROR,
    practice="Creating Custom Init Jobs: what the provider demands of every job",
)
def missing_required_argument(job: Job) -> Verdicts:
    """The job has every argument and block that the provider demands.

    ## What it does

    Checks that the job has `name`, `location`, `resource_group_name`, `container_app_environment_id`,
    `replica_timeout_in_seconds`, a `template`, a container in it, and that every container has `name` and `image`.
    For azapi: `name`, `location`, `parent_id`, and in the body `environmentId`, `triggerType`, `replicaTimeout`, and
    a container with `name` and `image`.

    ## Why

    Without them `terraform validate` fails. The practices' own example lacks `location` and
    `replica_timeout_in_seconds`.

    ## Bad

    ```hcl
    resource "azurerm_container_app_job" "seed" {
      name = "shop-init-seed-data-dev"
      # no location, no replica_timeout_in_seconds
    }
    ```

    ## Good

    ```hcl
    resource "azurerm_container_app_job" "seed" {
      name                       = "shop-init-seed-data-dev"
      location                   = var.location
      replica_timeout_in_seconds = 1800
      # ...
    }
    ```

    ## What it cannot decide

    Whether an argument that comes from a variable without a value is null.
    """
    required = [
        job.name,
        job.location,
        job.resource_group_name,
        job.container_app_environment_id,
        job.replica_timeout_in_seconds,
    ]
    if job.form is Form.AZAPI:
        required.append(job.trigger_type)
    for setting in required:
        yield _present(setting, "the job")
    if not job.template.items:
        yield _missing_block(job, "template", job.template.reason)
    elif not any(container.exists is Truth.YES for container in job.containers):
        yield _missing_block(job, "container", job.containers.reason)
    for blocks in (job.containers, job.init_containers):
        for container in blocks:
            for setting in (container.name, container.image):
                verdict = _present(setting, "the init container" if container.init else "the container")
                yield if_exists(container.exists, blocks, verdict)


def _present(setting: Field, owner: str) -> Verdict:
    return verdict_on(presence(setting), setting, f"{owner} has no {setting.argument}, which is required")


def _missing_block(job: Job, name: str, reason: str) -> Verdict:
    if reason:
        return undecided(job.span, f"{name}: {reason}", subject=name)
    place = next(iter(job.template), job.span) if name == "container" else job.span
    return fail(place, f"the job has no {name}, which is required", subject=name)


@rule(
    "INIT903",
    "trigger-count",
    Severity.ERROR,
    practice="Creating Custom Init Jobs: one trigger",
)
def trigger_count(job: Job) -> Verdicts:
    """The job has exactly one trigger.

    ## What it does

    Counts the blocks `manual_trigger_config`, `schedule_trigger_config` and `event_trigger_config`: there must be
    exactly one. In azapi, checks that the configuration object beside `triggerType` is the one for it.

    ## Why

    The provider takes exactly one. In ARM a configuration object that does not go with `triggerType` is accepted and
    does nothing.

    ## Bad

    ```hcl
    manual_trigger_config {}
    schedule_trigger_config {
      cron_expression = "0 3 * * *"
    }
    ```

    ## Good

    ```hcl
    manual_trigger_config {
      parallelism              = 1
      replica_completion_count = 1
    }
    ```

    ## What it cannot decide

    The number of blocks that a `dynamic` block makes for a collection whose elements are unknown.
    """
    if job.trigger_type.written and job.form is not Form.AZURERM:
        yield from _disagreement(job)
        return
    if job.form is Form.AZAPI:
        return  # without triggerType there is nothing to disagree with: INIT902 says that it is missing
    certain = [trigger for trigger in job.triggers if trigger.exists is Truth.YES]
    blocks = listed([written_as(job, kind) for kind in TriggerKind])
    if len(certain) > 1:
        kinds = listed([written_as(job, trigger.kind) for trigger in certain], "and")
        yield fail(certain[1].span, f"the job has {len(certain)} triggers ({kinds}); it takes one", subject="trigger")
    elif not job.triggers.certain:
        yield undecided(job.span, f"trigger: {job.triggers.reason}", subject="trigger")
    elif not certain:
        yield fail(job.span, f"the job has no trigger; it takes one of {blocks}", subject="trigger")


def _disagreement(job: Job) -> Verdicts:
    for trigger in job.triggers:
        name = OBJECTS[trigger.kind]
        agrees = matching(f"(?i){trigger.kind.value}")(job.trigger_type.value) | job.trigger_type.value.is_null
        message = f"{job.trigger_type.label} is {said(job.trigger_type)}, but the configuration beside it is {name}"
        yield if_exists(trigger.exists, job.triggers, verdict_on(agrees, job.trigger_type, message, subject=name))


@rule(
    "INIT904",
    "env-value-and-secret",
    Severity.WARNING,
    practice="Creating Custom Init Jobs: an environment variable has a value or a secret",
)
def env_value_and_secret(job: Job) -> Verdicts:
    """An environment variable has a value or a secret, not both.

    ## What it does

    Reports an `env` entry with both `value` and `secret_name`.

    ## Why

    The provider sends only the secret's name: the value is dropped without a word.

    ## Bad

    ```hcl
    env {
      name        = "PGPASSWORD"
      value       = "unused"
      secret_name = "postgres-admin-password"
    }
    ```

    ## Good

    ```hcl
    env {
      name        = "PGPASSWORD"
      secret_name = "postgres-admin-password"
    }
    ```

    ## What it cannot decide

    Entries whose value or secret may be null, by a condition whose outcome is unknown.
    """
    for container in job.all_containers:
        for env in container.env:
            truth = ~(presence(env.value) & has_text(env.secret_name))
            message = f"{env.value.label} has a value and a {env.secret_name.argument}: the value is dropped"
            reason = why(env.value, env.secret_name)
            verdict = verdict_on(truth, env.value, message, subject=env.value.label, reason=reason)
            yield if_exists(env.exists, container.env, verdict)
