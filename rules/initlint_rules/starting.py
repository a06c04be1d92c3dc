"""Starting: what in the repository starts the jobs, and whether there is a job for every start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from initlint.jobs.job import Job
from initlint.regex import regex
from initlint.rule import Place, Severity, Truth, Verdict, Verdicts, rule

if TYPE_CHECKING:
    from initlint.project import Project
    from initlint.starts.targets import UnknownTarget

REGISTRY_MODULE = regex(r'"?(?:[\w.-]+/)?[\w-]+/(?P<name>[\w-]+)/(?P<provider>[a-z0-9]+)(?://.*)?"?')
MAY_HOLD_JOBS = regex(
    r"job|container|app|(?:^|-)aca?s?(?:-|$)|(?:^|-)ca(?:-|$)|init|workload|service|stack|platform|ptn"
)
"""What the name of a registry module says that may define Container Apps jobs."""
MOST_NAMES = 4
"""How many of the names that a start can mean are said."""


@rule(
    "INIT703", "no-trigger-path", Severity.NOTE, practice="Triggering Jobs: create a script for each job", project=True
)
def no_trigger_path(project: Project) -> Verdicts:
    r"""Something in the repository starts the job: a script or a workflow.

    ## What it does

    Looks for `az containerapp job start` in shell and PowerShell scripts, GitHub and Azure DevOps workflows, GitLab CI,
    Makefiles, Taskfiles, justfiles and the `local-exec` provisioners of Terraform, where an `azapi_resource_action`
    with `action = "start"` counts as well, and reports an init job that no start can mean. Names are compared as far as
    they are known: `--name "shop-init-seed-$ENVIRONMENT"` means the job in every environment, and a script that takes
    the whole name as an argument can mean any job. A repository without scripts and workflows is not judged.

    ## Why

    An init job does nothing until it is started. A start that is written down runs the same way every time; one that
    lives in somebody's shell history is forgotten after the next restore.

    ## Bad

    Scripts for other things, and none for this job.

    ## Good

    ```bash
    #!/bin/bash
    # scripts/trigger-seed-job.sh
    ENVIRONMENT="${1:?environment}"
    az containerapp job start \
      --name "shop-init-seed-$ENVIRONMENT" \
      --resource-group "shop-rg-$ENVIRONMENT"
    ```

    ## What it cannot decide

    A job that is started from the portal, from another repository, or by a program in another language.
    """
    from initlint.starts.targets import unstarted

    starts = project.starts
    for answer in unstarted(_init_jobs(project), starts):
        truth, reason = answer.truth, answer.reason
        if truth is Truth.NO and project.only and starts.starts:
            truth, reason = Truth.UNKNOWN, "only one environment is evaluated: a start may mean the job in another"
        yield Verdict(
            truth,
            answer.job.span,
            "no script and no workflow in the repository runs `az containerapp job start` for this job",
            "start",
            reason=reason,
            help=f"add a script or a workflow step that starts {_named(answer.job)}",
            job=answer.job,
        )


@rule(
    "INIT704",
    "unknown-trigger-target",
    Severity.WARNING,
    practice="Triggering Jobs: via script, CLI or pipeline",
    project=True,
)
def unknown_trigger_target(project: Project) -> Verdicts:
    """Every init job that a script or workflow starts is defined.

    ## What it does

    Reports an `az containerapp job start` whose job name looks like an init job's (a word of it is `init`, `migrate`,
    `seed`, ...) though no job of the scanned Terraform can have that name in any environment. The job with the most
    similar name is shown. Where the Terraform has no job at all there is nothing to compare with.

    ## Why

    The job was renamed or removed, or the name in the script has a typing error: the start fails, usually in the
    middle of a deployment.

    ## Bad

    ```bash
    az containerapp job start --name "shop-init-sead-dev" --resource-group shop-rg-dev
    ```

    ## Good

    ```bash
    az containerapp job start --name "shop-init-seed-dev" --resource-group shop-rg-dev
    ```

    ## What it cannot decide

    Jobs whose names are not known, jobs of modules that are not installed, and jobs elsewhere in the repository when
    only a part of it is scanned.
    """
    from initlint.starts.targets import unknown_targets

    for target in unknown_targets(project.jobs, project.starts, _unseen(project)):
        yield _verdict(target)


RULES = (no_trigger_path, unknown_trigger_target)


def _verdict(target: UnknownTarget) -> Verdict:
    from initlint.starts.names import shown

    start, near = target.start, target.nearest
    name = shown(start.name)
    names = [f'"{each}"' for each in name.split(" or ")]
    several = " or ".join(names if len(names) <= MOST_NAMES else [*names[:MOST_NAMES], "others"])
    closest = f'; the nearest is "{shown(near.name.value)}"' if near else ""
    related = [Place(near.span, f"{near.address}, the job with the nearest name")] if near else []
    if start.name.origin is not None:
        places = [origin for origin in start.name.origin.chain() if origin.span != start.span]
        related = [*(Place(origin.span.first_line(), origin.label) for origin in places), *related]
    return Verdict(
        target.truth,
        start.span,
        f"starts {several}, but no job can have this name{closest}",
        name,
        reason=target.reason,
        related=tuple(related),
        help="start a job that is defined, or define this one",
    )


def _init_jobs(project: Project) -> list[Job]:
    from initlint.jobs.classify import classify

    found: list[Job] = []
    for job in project.jobs:
        file = project.modules.files.get(job.span.path)
        if classify(job, file.comments if file else (), project.settings.init_jobs).init:
            found.append(job)
    return found


def _named(job: Job) -> str:
    from initlint.starts.names import shown

    return f'"{shown(job.name.value)}"' if not job.name.value.is_unknown else "it"


def _unseen(project: Project) -> str:
    """Why there may be jobs that were not seen; "" where all were."""
    workspace = project.modules.workspace
    if workspace.partial or tuple(workspace.folders) != ("",):
        return "only a part of the repository is scanned"
    if project.only:
        return "only one environment is evaluated"
    broken = [path for path, file in sorted(project.modules.files.items()) if file.problems]
    if broken:
        return f"{broken[0]} is broken"
    return next(
        (problem.message for problem in project.problems if _may_hold_jobs(problem.code, problem.span.text)), ""
    )


def _may_hold_jobs(code: str, source: str) -> bool:
    """Whether a module that was not found may define jobs: a registry module tells by its name and provider."""
    match = REGISTRY_MODULE.fullmatch(source)
    if code != "INIT006":
        return code in ("INIT007", "INIT008")
    if match is None or source.strip('"').startswith("."):
        return True
    return match["provider"].startswith("az") and MAY_HOLD_JOBS.search(match["name"]) is not None


__all__ = ["RULES", "no_trigger_path", "unknown_trigger_target"]
