"""Triggering: init jobs are started by hand and run once."""

from __future__ import annotations

from initlint.jobs.job import Form, Trigger, TriggerKind
from initlint.rule import Job, Severity, Truth, Verdict, Verdicts, rule
from initlint.tests_on_values import equal_to, matching, presence, when_set
from initlint_rules.wording import if_exists, ignored, said, verdict_on

BLOCKS = {kind: f"{kind.value}_trigger_config" for kind in TriggerKind}
OBJECTS = {kind: f"{kind.value}TriggerConfig" for kind in TriggerKind}


def written_as(job: Job, kind: TriggerKind) -> str:
    """What the configuration of a kind of trigger is called in the job's form."""
    return OBJECTS[kind] if job.form is Form.AZAPI else BLOCKS[kind]


@rule(
    "INIT701", "non-manual-trigger", Severity.ERROR, practice="Architecture: manually triggered (run once and complete)"
)
def non_manual_trigger(job: Job) -> Verdicts:
    """The job is triggered manually, not by a schedule or an event.

    ## What it does

    Reports a schedule or event trigger, and a `trigger_type` (in azapi `triggerType`) other than `Manual`.

    ## Why

    An init job does its work when somebody decides that it is due: after an apply, a restore, a rotation. On a
    schedule it runs, and costs, when nothing is to be done, and changes a system that nobody is watching.

    ## Bad

    ```hcl
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

    A trigger block that a `dynamic` block makes for a collection whose elements are unknown.
    """
    wanted = "init jobs are started manually"
    is_manual = matching("(?i)manual")
    written = presence(job.trigger_type)
    found = written is not Truth.NO and is_manual(job.trigger_type.value) is Truth.NO
    # In ARM the field decides, and the configuration objects beside it only go with it or not (INIT903).
    decides = written is Truth.YES and job.form is not Form.AZURERM
    if not decides:
        for trigger in job.triggers:
            if trigger.kind is not TriggerKind.MANUAL:
                what = f"a trigger of the kind {trigger.kind.value} ({written_as(job, trigger.kind)}); {wanted}"
                verdict = Verdict(
                    Truth.NO,
                    trigger.span,
                    f"the job has {what}{ignored(job, written_as(job, trigger.kind))}",
                    trigger.kind.value,
                )
                verdict = if_exists(trigger.exists, job.triggers, verdict)
                found = found and verdict.truth is not Truth.NO
                yield verdict
    if decides or found or (written is not Truth.NO and is_manual(job.trigger_type.value) is Truth.UNKNOWN):
        message = f"{job.trigger_type.label} is {said(job.trigger_type)}; {wanted}"
        yield verdict_on(is_manual(job.trigger_type.value), job.trigger_type, message)


@rule(
    "INIT702",
    "runs-more-than-once",
    Severity.WARNING,
    practice="Architecture: manually triggered (run once and complete)",
)
def runs_more_than_once(job: Job) -> Verdicts:
    """The manual trigger starts one replica, and one completion is enough.

    ## What it does

    Checks that `parallelism` and `replica_completion_count` of the manual trigger are 1, or not written: 1 is the
    default.

    ## Why

    Two replicas of a migration run against each other. Even work that is safe to repeat is seldom safe to do twice at
    the same moment.

    ## Bad

    ```hcl
    manual_trigger_config {
      parallelism = 3
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

    Numbers that come from a variable without a value.
    """
    for trigger in job.triggers:
        if trigger.kind is TriggerKind.MANUAL:
            yield from _once(job, trigger)


def _once(job: Job, trigger: Trigger) -> Verdicts:
    for field in (trigger.parallelism, trigger.replica_completion_count):
        message = f"{field.label} is {said(field)}; an init job runs once, with {field.label} = 1"
        message += ignored(job, written_as(job, trigger.kind))
        yield if_exists(trigger.exists, job.triggers, verdict_on(when_set(equal_to(1))(field.value), field, message))
