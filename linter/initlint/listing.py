"""A job as it is listed: one line over all its instances and settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from initlint.finding import ListedJob
from initlint.jobs.job import Evidence, Form, Job
from initlint.terraform.show import show
from initlint.terraform.value import Value
from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.rule import Rule

_WORDS = {Truth.NO: "fail", Truth.UNKNOWN: "undecided", Truth.YES: "pass"}


def listed(
    jobs: Sequence[Job],
    evidences: Sequence[Evidence],
    verdicts: Mapping[str, Truth],
    rules: Sequence[Rule],
    starts: Sequence[str] = (),
    perhaps_starts: Sequence[str] = (),
) -> ListedJob:
    """One job over its instances and settings (all of the same base address); an init job if it is one in any. A
    setting in which it has no instance counts only if it has none in any.

    verdicts: the worst verdict of each rule that said something; `rules` are all that judged it if it was judged: a
    rule that said nothing had nothing to find.
    """
    pairs = list(zip(jobs, evidences))
    there = [pair for pair in pairs if not pair[0].instances] or pairs
    job, evidence = next((pair for pair in there if pair[1].init), there[0])
    addresses = sorted({one.address for one in jobs if not one.instances})
    inits = {one.address for one, why in there if why.init}
    judged = any(why.init and not one.instances for one, why in there)
    existing = [one for one, _ in there]
    settings = {one.setting for one in existing}
    return ListedJob(
        job.base_address,
        job.span.first_line(),
        evidence.init,
        evidence.reason,
        evidence.row,
        show(job.name.value),
        tuple(addresses) if addresses != [job.base_address] else (),
        "" if addresses else job.instances,
        tuple(sorted({(one.setting.name, show(one.name.value)) for one in existing})),
        _each(map(_trigger, existing)),
        _each(map(_resources, existing)),
        _each(map(_identity, existing)),
        tuple(starts),
        tuple(perhaps_starts),
        tuple((rule.code, _WORDS[verdicts.get(rule.code, Truth.YES)]) for rule in rules) if judged else (),
        job.module.root.directory,
        tuple(address for address in addresses if address not in inits) if evidence.init else (),
        tuple(sorted({(one.setting.name, one.instances) for one in jobs if one.setting not in settings})),
    )


def _each(texts: Iterable[str]) -> str:
    """What the instances and settings have, each once; "none" for those that have nothing beside those that do."""
    found = list(dict.fromkeys(texts))
    return "; ".join(text or "none" for text in found) if any(found) else ""


def _trigger(job: Job) -> str:
    """The kinds of trigger; in azapi `triggerType` decides alone, whatever configuration object stands beside it."""
    written = _text(job.trigger_type.value).lower()
    if written and job.form is Form.AZAPI:
        return written
    triggers = [trigger for trigger in job.triggers if trigger.exists is not Truth.NO]
    kinds = list(dict.fromkeys(trigger.kind.value for trigger in triggers))
    if len(kinds) > 1 and all(trigger.exists is Truth.UNKNOWN for trigger in triggers):
        return f"{', '.join(kinds[:-1])} or {kinds[-1]}"
    if kinds:
        return ", ".join(kinds)
    return written


def _resources(job: Job) -> str:
    parts = [
        f"{_text(container.cpu.value) or '?'} CPU / {_text(container.memory.value) or '?'}"
        for container in job.containers
    ]
    return " + ".join(parts)


def _identity(job: Job) -> str:
    return ", ".join(_text(identity.type.value) or "?" for identity in job.identity)


def _text(value: Value) -> str:
    from initlint.terraform.convert import to_text

    text = to_text(value)
    return text.data if isinstance(text.data, str) and not value.sensitive else ""
