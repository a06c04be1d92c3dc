"""The normalised Container Apps job: what every rule sees, whichever form the job was written in.

A `Field` is one setting with its value and its place. A rule asks the field's value; it never looks at syntax.
Units are Azure's: CPU in vCPU, memory as the text Azure takes ("0.5Gi"), timeouts in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

from initlint.record import record
from initlint.source import Span
from initlint.terraform.value import Value, null
from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.terraform.module import ModuleInstance, Root


class Form(Enum):
    """How a job is written."""

    AZURERM = "azurerm_container_app_job"
    AZAPI = "azapi_resource"


@record
class Field:
    """One setting of a job.

    `label` is what a reader calls it ("cpu", "tags.JobType", "identity.type"). `span` is where its expression stands;
    where it is not written, the header of the block that should hold it. A setting that is not written, or is a known
    null, has the value null.
    """

    label: str
    value: Value
    span: Span

    @property
    def is_set(self) -> Truth:
        """YES when it is written and not null. A value that is written but unknown counts as set."""
        if self.value.data is None:
            return Truth.NO
        return Truth.YES if self.value.is_null is Truth.UNKNOWN and self.written else ~self.value.is_null

    @property
    def argument(self) -> str:
        """What it is called where it is written: the label without the block, or the variable, that has it."""
        return self.label.partition(" of ")[0].rpartition(".")[2]

    written: bool = True
    """Whether the configuration has the argument at all (null or not)."""
    maybe: bool = False
    """Whether it is uncertain that it is written: its block may or may not exist."""


def missing(label: str, span: Span, maybe: bool = False) -> Field:
    """The field of a setting that is not written; `span` is the header of the block that should hold it."""
    return Field(label, null(), span, written=False, maybe=maybe)


T_co = TypeVar("T_co", covariant=True)


@record
class Blocks(Generic[T_co]):
    """The nested blocks of one kind.

    `items` are the blocks in source order. An item whose `exists` is UNKNOWN comes from a `dynamic` block over an
    unknown collection: it stands for none, one or many. `reason` says why, when there is such an item.
    """

    items: tuple[T_co, ...] = ()
    reason: str = ""

    def __iter__(self) -> Iterator[T_co]:
        return iter(self.items)

    @property
    def certain(self) -> bool:
        """Whether `items` is the exact list of blocks."""
        return not self.reason


@record
class Env:
    """One environment variable of a container."""

    span: Span
    name: Field
    value: Field
    secret_name: Field
    exists: Truth = Truth.YES


@record
class Container:
    """A container or an init container (`init`); azapi's `resources` are flattened.

    For azurerm, cpu is a number as it is written.
    """

    span: Span
    init: bool
    name: Field
    image: Field
    cpu: Field
    memory: Field
    command: Field
    args: Field
    env: Blocks[Env] = field(default_factory=Blocks)
    exists: Truth = Truth.YES


@record
class Secret:
    """A secret of the job. `key_vault_secret_id` is azapi's `keyVaultUrl`."""

    span: Span
    name: Field
    value: Field
    key_vault_secret_id: Field
    identity: Field
    exists: Truth = Truth.YES


@record
class Registry:
    """A container registry. `password_secret_name` is azapi's `passwordSecretRef`."""

    span: Span
    server: Field
    identity: Field
    username: Field
    password_secret_name: Field
    exists: Truth = Truth.YES


@record
class Identity:
    """The identity block (or azapi's `identity` in the body). `ids` are the user-assigned identities' resource ids."""

    span: Span
    type: Field
    ids: Field
    exists: Truth = Truth.YES


class TriggerKind(Enum):
    """The three kinds of trigger."""

    MANUAL = "manual"
    SCHEDULE = "schedule"
    EVENT = "event"


@record
class Trigger:
    """One trigger configuration. `inside_template` for the documented form that the provider refuses."""

    kind: TriggerKind
    span: Span
    parallelism: Field
    replica_completion_count: Field
    cron_expression: Field
    exists: Truth = Truth.YES
    inside_template: bool = False
    secret_names: tuple[Field, ...] = ()
    """The secrets that the scale rules of an event trigger name."""


@record
class Misplaced:
    """Something that the provider refuses though the practices write it: what it is and where it belongs."""

    name: str
    span: Span
    advice: str


@record
class Evidence:
    """Why a job counts as an init job or not: the row of the table in the policy, and the sentence for people."""

    init: bool
    row: int
    reason: str
    span: Span | None = None


@record(eq=True)
class Setting:
    """What one evaluation of a root module was made under: a configured environment's name, or the values that
    declared domains took ("environment=staging"), or nothing.
    """

    environment: str = ""
    domains: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """What findings call it: "prod", "environment=staging", "prod region=eu"; "" where there is but one."""
        return " ".join(filter(None, [self.environment, *(f"{name}={value}" for name, value in self.domains)]))


@record
class Job:
    """One instance of a Container Apps job under one setting of the root module.

    `address` is Terraform's ("module.apps.azurerm_container_app_job.migrate["eu"]"), `base_address` the same
    without instance keys. `called_from` is the trail of module calls, innermost first.
    """

    form: Form
    address: str
    base_address: str
    label: str
    span: Span
    """The header of the resource block."""
    block_span: Span
    """The whole resource block."""
    setting: Setting
    module: ModuleInstance
    called_from: tuple[tuple[str, Span], ...]

    name: Field
    location: Field
    resource_group_name: Field
    """For azapi: parent_id."""
    container_app_environment_id: Field
    replica_timeout_in_seconds: Field
    replica_retry_limit: Field
    workload_profile_name: Field
    tags: Field
    trigger_type: Field
    """`trigger_type` of the practices' form, or azapi's `triggerType`."""
    identity: Blocks[Identity]
    secrets: Blocks[Secret]
    registries: Blocks[Registry]
    template: Blocks[Span]
    """The headers of the template blocks (azapi: the template object)."""
    containers: Blocks[Container]
    init_containers: Blocks[Container]
    triggers: Blocks[Trigger]
    misplaced: tuple[Misplaced, ...] = ()
    ignore_changes: frozenset[str] = frozenset()
    """Top-level arguments under lifecycle.ignore_changes; "all" for all of them."""
    exists: Truth = Truth.YES
    """UNKNOWN where count or for_each is unknown."""
    instances: str = ""
    """Why it has no instance ("0 instances, because count is 0"); then no rule judges it."""
    attribute: Callable[[str], Field] = field(default=lambda name: _no_attribute(name), repr=False)
    """Any other top-level argument by name."""

    def tag(self, key: str) -> Field:
        """One tag as a field: label `tags.KEY`, its value, its place (where it is missing, the tags argument or the
        block's header). Undecided existence is an unknown value that may be null.
        """
        from initlint.jobs.tags import tag

        return tag(self, key)

    @property
    def all_containers(self) -> tuple[Container, ...]:
        """Containers, then init containers."""
        return (*self.containers, *self.init_containers)


@record
class Evaluation:
    """One root module under one setting, with the jobs found in it."""

    root: Root
    setting: Setting
    jobs: tuple[Job, ...]
    directories: frozenset[str] = frozenset()
    """The folders of all the modules that it is made of."""


def _no_attribute(name: str) -> Field:
    raise KeyError(name)
