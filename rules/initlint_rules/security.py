"""Security: managed identity, Key Vault, no credentials in the code."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from initlint.credentials import (
    Credential,
    Kind,
    credentials,
    ending_says_credential,
    is_literal,
    is_secret_reference,
    is_secret_text,
    passwords_in,
    says_credential,
)
from initlint.jobs.job import Blocks, Container, Env, Form, Registry, Secret
from initlint.jobs.program import HOLE, text_with_holes
from initlint.language import equal_texts, matches, text_of_known
from initlint.nearest import nearest
from initlint.regex import regex
from initlint.rule import Field, Job, Place, Severity, Truth, Verdict, Verdicts, fail, rule, show, undecided
from initlint.source import Span
from initlint.terraform.value import Chunk, Elements, Unknown, Value
from initlint.tests_on_values import each_alternative, has_text, is_empty, matching, negated, presence
from initlint.truth import any_of, same
from initlint_rules.key_vault import REFERENCE, VERSIONLESS, problem, refined, resembles
from initlint_rules.wording import if_exists, ignored, said, verdict_on, why

# --- identity ---------------------------------------------------------------------------------------------------------

IDENTITY = "Security: Managed Identity, no hardcoded credentials"


@rule(
    "INIT801",
    "missing-managed-identity",
    Severity.ERROR,
    practice=IDENTITY,
    security_severity="6.5",
    tags=("identity",),
)
def missing_managed_identity(job: Job) -> Verdicts:
    """The job has a managed identity.

    ## What it does

    Checks that the job has an `identity` block (in azapi also `identity` in the body) with a type other than `None`.

    ## Why

    Without an identity the job can reach Key Vault, the registry and the database only with passwords.

    ## Bad

    ```hcl
    resource "azurerm_container_app_job" "seed" {
      name = "shop-init-seed-data-dev"
      # no identity
    }
    ```

    ## Good

    ```hcl
    identity {
      type         = "UserAssigned"
      identity_ids = [azurerm_user_assigned_identity.jobs.id]
    }
    ```

    ## What it cannot decide

    Whether a `dynamic` block over a collection that is unknown makes an identity.
    """
    advice = "use a user-assigned managed identity" + ignored(job, "identity")
    certain = [identity for identity in job.identity if identity.exists is Truth.YES]
    if not job.identity.items and job.identity.certain:
        yield fail(job.span, f"the job has no managed identity; {advice}", subject="identity")
    elif not certain:
        yield undecided(job.span, f"identity: {job.identity.reason}", subject="identity")
    for identity in certain:
        truth = negated(matching("(?i)none"))(identity.type.value)
        if truth is Truth.UNKNOWN and job.form is Form.AZURERM:
            continue  # The provider refuses None: a type that is not written out is another one.
        if identity.type.value.data is not None:
            message = f"{identity.type.label} is {said(identity.type)}, which is no managed identity; {advice}"
            yield verdict_on(truth, identity.type, message)


@rule("INIT802", "identity-without-ids", Severity.ERROR, practice=IDENTITY)
def identity_without_ids(job: Job) -> Verdicts:
    """A user-assigned identity names the identities.

    ## What it does

    Checks that an `identity` whose type is or contains `UserAssigned` has at least one identity id.

    ## Why

    The provider does not check it, and Azure refuses it at apply.

    ## Bad

    ```hcl
    identity {
      type         = "UserAssigned"
      identity_ids = []
    }
    ```

    ## Good

    ```hcl
    identity {
      type         = "UserAssigned"
      identity_ids = [azurerm_user_assigned_identity.jobs.id]
    }
    ```

    ## What it cannot decide

    A list that comes whole from a variable without a value may be empty.
    """
    for identity in job.identity:
        user_assigned = matching(r"(?i)[\s\S]*userassigned[\s\S]*")(identity.type.value)
        if identity.type.value.data is None:
            continue
        truth = ~user_assigned | ~is_empty(identity.ids.value)
        message = f"{identity.type.label} is {said(identity.type)} without an identity id in {identity.ids.label}"
        at = identity.type if truth is Truth.UNKNOWN and user_assigned is Truth.UNKNOWN else identity.ids
        verdict = verdict_on(truth, at, message + ignored(job, "identity"), subject=identity.ids.label)
        yield if_exists(identity.exists, job.identity, verdict)


@rule("INIT803", "not-user-assigned", Severity.NOTE, practice=IDENTITY)
def not_user_assigned(job: Job) -> Verdicts:
    """The identity is user-assigned, so that roles can be granted before the job exists.

    ## What it does

    Reports an identity whose type is `SystemAssigned` alone.

    ## Why

    A system-assigned identity exists only after the job does: no role can be granted to it before, so the first run
    fails, and every replacement of the job loses the grants.

    ## Bad

    ```hcl
    identity {
      type = "SystemAssigned"
    }
    ```

    ## Good

    ```hcl
    identity {
      type         = "UserAssigned"
      identity_ids = [azurerm_user_assigned_identity.jobs.id]
    }
    ```

    ## What it cannot decide

    A type that comes from a variable without a value.
    """
    for identity in job.identity:
        if identity.type.value.data is None:
            continue
        truth = negated(matching(r"(?i)\s*systemassigned\s*"))(identity.type.value)
        message = (
            f"{identity.type.label} is {said(identity.type)}: that identity exists only after the job does, "
            "so no role can be granted to it before; use UserAssigned"
        )
        verdict = verdict_on(truth, identity.type, message + ignored(job, "identity"))
        yield if_exists(identity.exists, job.identity, verdict)


# --- credentials in the code ------------------------------------------------------------------------------------------

NO_CREDENTIALS = "Security: Managed Identity, no hardcoded credentials"

NOT_SECRET_NAME = frozenset({"user", "username", "users", "login", "name", "host", "hostname"})
CREDENTIAL_WORD = regex(r"(?i)pass(word|wd|phrase|code)?s?|pwd|pw|secrets?|tokens?|keys?|credentials?|cert(ificate)?")


@rule(
    "INIT804",
    "hardcoded-credential",
    Severity.ERROR,
    practice=NO_CREDENTIALS,
    security_severity="9.0",
    tags=("credential",),
)
def hardcoded_credential(job: Job) -> Verdicts:
    """No credential is written in the code.

    ## What it does

    Looks for literal credentials in environment variables, in the values of secrets, in registry settings and in
    commands and their scripts: `user:password@` in addresses, `Password=` and `AccountKey=` in connection strings,
    `PGPASSWORD=` and the like in scripts, private keys, and tokens of known forms. In a `secret` every literal is a
    credential, unless the secret's name says that it holds a user, a login, a name or a host. What was found is never
    printed.

    Only known text is judged: an unknown part is not hard-coded. Shell variables (`$PGPASSWORD`) and placeholders
    (`<password>`) are no credentials.

    ## Why

    What is in the code is in every clone, every backup, in the state and in the job's settings in the portal, and it
    stays in the history when it is removed.

    ## Bad

    ```hcl
    env {
      name  = "DATABASE_URL"
      value = "postgresql://admin:Sommer2024@db.example.com/shop"
    }
    ```

    ## Good

    ```hcl
    env {
      name        = "DATABASE_URL"
      secret_name = "database-url"
    }
    ```

    ## What it cannot decide

    Whether a text that looks like any other is a password after all.
    """
    for blocks in (job.containers, job.init_containers):
        for container in blocks:
            for env in container.env:
                yield from _in_env(container, env)
            for verdict in _in_script(container):
                yield if_exists(container.exists, blocks, verdict)
    for secret in job.secrets:
        yield from _in_secret(job, secret)
    for registry in job.registries:
        for field in (registry.username, registry.password_secret_name):
            for verdict in _in_text(field, field.value, Kind.PLAIN, field.label):
                yield if_exists(registry.exists, job.registries, verdict)
        yield from _misplaced(registry.password_secret_name, registry.exists, job.registries)


def _misplaced(field: Field, exists: Truth, blocks: Blocks[Registry]) -> Verdicts:
    """A password in the place of a secret's name."""
    answers = [
        Truth.of(text is None or is_secret_reference(text) or _given(alternative) or bool(credentials(text)))
        for alternative in field.value.alternatives
        for text in [text_of_known(alternative)]
    ]
    message = f"{field.label} is a password and not the name of a secret; {ADVICE}"
    if (truth := same(answers)) is not Truth.YES:
        yield if_exists(exists, blocks, verdict_on(truth, field, message))


def _in_env(container: Container, env: Env) -> Verdicts:
    label = env.value.label
    found = list(_in_text(env.value, env.value.value, Kind.PLAIN, label))
    named = same(_is_named_as_literal(alternative) for alternative in env.name.value.alternatives)
    if not found and named is not Truth.NO:
        harmless = same(_is_no_literal_secret(alternative) for alternative in env.value.value.alternatives)
        truth = ~named | harmless
        if truth is not Truth.YES:
            reason = why(env.name) if harmless is Truth.NO else ""
            message = f"{label} is a credential in the code; {ADVICE}"
            found.append(verdict_on(truth, env.value, message, reason=reason))
    for verdict in found:
        yield if_exists(env.exists, container.env, verdict)


def _is_named_as_literal(name: Value) -> Truth:
    """Whether the name of a variable says that its whole value is a credential: not so a connection string's."""
    text = text_of_known(name)
    if re.search(r"(?i)connection_?strings?", _ending(name) if text is None else text):
        return Truth.NO
    return _says_credential(name)


ADVICE = "keep it in Key Vault and give the job a secret that refers to it"


def _is_no_literal_secret(value: Value) -> Truth:
    text = text_of_known(value)
    literal = text is not None and is_literal(text.strip()) and is_secret_text(text)
    return Truth.of(not literal or _given(value))


def _in_secret(job: Job, secret: Secret) -> Verdicts:
    name = secret.name.value
    answers = [_is_no_literal(alternative) for alternative in secret.value.value.alternatives]
    literal = same(answers)
    no_secret = same(_says_no_secret(alternative) for alternative in name.alternatives)
    truth = literal | no_secret
    if truth is Truth.YES:
        for verdict in _in_text(secret.value, secret.value.value, Kind.PLAIN, secret.value.label):
            yield if_exists(secret.exists, job.secrets, verdict)
        return
    which = f" of {show(name)}" if isinstance(name.data, str) else ""
    message = f"{secret.value.label}{which} is a credential in the code; {ADVICE}{ignored(job, 'secret')}"
    reason = why(secret.name) if truth is Truth.UNKNOWN and literal is Truth.NO else ""
    yield if_exists(secret.exists, job.secrets, verdict_on(truth, secret.value, message, reason=reason))


def _is_no_literal(value: Value) -> Truth:
    return Truth.of(not text_of_known(value) or _given(value))


_VARIABLE = regex(r"(\$\{~?\s*)?var\.[\w-]+[^}]*(\s*~?\})?")


def _given(value: Value) -> bool:
    """Whether a known text was given from outside the code: by an option or the process's environment."""
    return all(isinstance(piece, Chunk) and _is_given(piece) for piece in value.pieces)


def _is_given(piece: Chunk) -> bool:
    """An option stands in no file: such text leads no further than to the variable that it was given to."""
    return piece.span is not None and piece.text != piece.span.text and bool(_VARIABLE.fullmatch(piece.span.text))


def _says_no_secret(name: Value) -> Truth:
    """Whether a secret's own name says that it holds a user, a login, a name or a host."""
    text = text_of_known(name)
    if text is None:
        return Truth.UNKNOWN if name.data is not None else Truth.NO
    words = re.split(r"[^a-z0-9]+", text.lower())
    return Truth.of(any(word in NOT_SECRET_NAME for word in words) and not any(map(CREDENTIAL_WORD.fullmatch, words)))


def _in_script(container: Container) -> Verdicts:
    arguments = [
        (field, element) for field in (container.command, container.args) for element in field.value.known_elements
    ]
    kind = _kind([text_with_holes(element) for _, element in arguments])
    for field, element in arguments:
        yield from _in_text(field, element, kind, _label(field), script=True)
    for at, option in passwords_in([text_of_known(element) for _, element in arguments]):
        field, element = arguments[at]
        if _given(element) or credentials(text_with_holes(element), kind):
            continue
        message = f"{_label(field)} has a password after {option}; {ADVICE}"
        yield Verdict(Truth.NO, _place(field, element), message, f"{_label(field)} {option}", origin=element.origin)


def _label(field: Field) -> str:
    return f"{field.label} of the container" if field.label in ("command", "args") else field.label


def _kind(arguments: list[str]) -> Kind:
    """What kind of script it is, by the program that is given it."""
    for argument in arguments:
        program = argument.rsplit("/", 1)[-1]
        if re.fullmatch(r"(ba|da|a|z|k)?sh|busybox", program):
            return Kind.SHELL
        if re.fullmatch(r"(python|node|ruby|perl|php|deno|bun)[\d.]*|pwsh|powershell", program):
            return Kind.CODE
    # A script for the image's own entry point.
    return Kind.SHELL if "-c" in arguments and "psql" not in arguments else Kind.PLAIN


def _in_text(field: Field, value: Value, kind: Kind, label: str, script: bool = False) -> Verdicts:
    """A finding for every credential in a text; with several alternatives, one verdict about all of them. A script's
    stand on their own lines, wherever the script is; another text's stand at the job's argument, or inside it.
    """
    alternatives = value.alternatives
    if len(alternatives) > 1:
        found = [credentials(text_with_holes(alternative), kind) for alternative in alternatives]
        if any(found):
            what = next(one for many in found for one in many).what
            truth = Truth.NO if all(found) else Truth.UNKNOWN
            yield verdict_on(truth, replace(field, value=value), f"{label} has {what}; {ADVICE}")
        return
    value = alternatives[0]
    for credential in credentials(text_with_holes(value), kind):
        piece, at = _piece_of(value, credential)
        if piece is not None and _is_given(piece):
            continue
        span = piece.place(credential.start - at, credential.end - at) if piece is not None else None
        in_script = script and span is not None
        if span is None or not (script or field.span.covers(span) or _is_outside(span, field.span)):
            span = _place(field, value)
        verdict = verdict_on(Truth.NO, field, f"{label} has {credential.what} in the code; {ADVICE}")
        used = () if field.span.covers(span) else (Place(field.span, f"{field.label} of the job"),)
        subject = f"{label} {credential.what}"
        yield replace(verdict, span=span, origin=value.origin, subject=subject, related=used, stays=in_script)


def _is_outside(span: Span, argument: Span) -> bool:
    """Whether a place is outside the module of a job's argument: then the text is mended there."""
    return span.source.directory != argument.source.directory or span.path.endswith((".tfvars", ".tfvars.json"))


def _place(field: Field, value: Value) -> Span:
    """Where an element of a list stands: its own expression if that is inside the argument's."""
    origin = value.origin
    return origin.span if origin and field.span.covers(origin.span) else field.span


def _piece_of(value: Value, credential: Credential) -> tuple[Chunk | None, int]:
    """The known text in which a credential begins, and where in the whole text that begins."""
    at = 0
    for piece in value.pieces:
        size = len(piece.text) if isinstance(piece, Chunk) else len(HOLE)
        if isinstance(piece, Chunk) and at <= credential.start < at + size:
            return piece, at
        at += size
    return None, 0


@rule(
    "INIT805",
    "credential-in-plain-env",
    Severity.WARNING,
    practice=NO_CREDENTIALS,
    security_severity="6.5",
    tags=("credential",),
)
def credential_in_plain_env(job: Job) -> Verdicts:
    """An environment variable whose name says credential takes a secret, not a plain value.

    ## What it does

    Reports an `env` entry with `value` whose name says credential: `PASSWORD`, `PASSWD`, `PWD`, `SECRET`, `TOKEN`,
    `API_KEY`, `ACCESS_KEY`, `ACCOUNT_KEY`, `PRIVATE_KEY`, `CREDENTIAL`, `CONNECTION_STRING`,
    `ConnectionStrings__...`. Names that end in `NAME`, `ID`, `URI`, `URL`, `DSN`, `ENDPOINT`, `PATH` or `FILE` do not
    say so, and neither does what is said about a credential (`TOKEN_TTL`). An empty value is none. A value that is
    written counts as one though it may be unknown; only where the code itself spells out that it is empty or null in
    some case (`var.local ? "" : var.password`) is it undecided.

    ## Why

    A plain value can be read by whoever may read the job, and stands in every execution's settings. It does not matter
    that it comes from a sensitive variable.

    ## Bad

    ```hcl
    env {
      name  = "PGPASSWORD"
      value = var.postgres_password
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

    Names that come from a variable without a value, and whether a value by another name is a credential.
    """
    for container in job.all_containers:
        for env in container.env:
            says = same(_says_credential(alternative) for alternative in env.name.value.alternatives)
            truth = ~(says & has_text(env.value) & ~_is_switch(env.value.value)) | has_text(env.secret_name)
            if says is Truth.NO or env.value.value.data is None:
                continue
            message = f"{env.value.label} is a credential in a plain value; use {env.secret_name.argument}"
            at = env.name if says is Truth.UNKNOWN else env.value
            verdict = verdict_on(truth, at, message, subject=env.value.label)
            if verdict.truth is Truth.NO:
                verdict = replace(verdict, span=env.value.span, origin=env.value.value.origin, stays=True)
            yield if_exists(env.exists, container.env, verdict)


def _says_credential(name: Value) -> Truth:
    text = text_of_known(name)
    says = says_credential(text) if text is not None else ending_says_credential(_ending(name))
    return Truth.UNKNOWN if says is None else Truth.of(says)


def _ending(name: Value) -> str:
    """The known end of a name whose beginning is not known."""
    last = name.pieces[-1] if name.pieces else None
    return last.text if isinstance(last, Chunk) else ""


def _is_switch(value: Value) -> Truth:
    """Whether it is true or false: no credential, whatever the name."""
    known = each_alternative(matching("(?i)true|false"))(value)
    return Truth.NO if known is Truth.UNKNOWN and not text_of_known(value) else known


# --- secrets ----------------------------------------------------------------------------------------------------------

KEY_VAULT = "Security: Key Vault, secrets stored securely"


@rule(
    "INIT806",
    "secret-not-from-key-vault",
    Severity.ERROR,
    practice=KEY_VAULT,
    security_severity="6.5",
    tags=("credential",),
)
def secret_not_from_key_vault(job: Job) -> Verdicts:
    """A secret comes from Key Vault.

    ## What it does

    Reports a `secret` with `value` and without `key_vault_secret_id`, once for each secret.

    ## Why

    A value is in the state, and does not change when the secret is rotated. A reference is in neither, and does.

    ## Bad

    ```hcl
    secret {
      name  = "postgres-admin-password"
      value = var.postgres_admin_password
    }
    ```

    ## Good

    ```hcl
    secret {
      name                = "postgres-admin-password"
      key_vault_secret_id = azurerm_key_vault_secret.postgres.versionless_id
      identity            = azurerm_user_assigned_identity.jobs.id
    }
    ```

    ## What it cannot decide

    A secret whose value is null by a condition whose outcome is unknown.
    """
    for secret in job.secrets:
        truth = presence(secret.key_vault_secret_id) | ~presence(secret.value)
        which = f" {show(secret.name.value)}" if isinstance(secret.name.value.data, str) else ""
        wanted = secret.key_vault_secret_id.argument
        message = f"the secret{which} takes a value; refer to Key Vault with {wanted}{ignored(job, 'secret')}"
        reason = why(secret.key_vault_secret_id, secret.value)
        verdict = verdict_on(truth, secret.value, message, subject=f"secret{which}", reason=reason, stays=True)
        yield if_exists(secret.exists, job.secrets, verdict)


@rule("INIT807", "key-vault-secret-identity", Severity.ERROR, practice=KEY_VAULT)
def key_vault_secret_identity(job: Job) -> Verdicts:
    """A Key Vault secret is read with an identity that the job has.

    ## What it does

    Checks that a `secret` with `key_vault_secret_id` has `identity`, and that the job has that identity: one of
    its `identity_ids`, or, for `System`, a system-assigned one.

    ## Why

    Neither the provider nor the plan checks it; the job cannot be created, or cannot start.

    ## Bad

    ```hcl
    secret {
      name                = "postgres-admin-password"
      key_vault_secret_id = azurerm_key_vault_secret.postgres.versionless_id
    }
    ```

    ## Good

    ```hcl
    identity {
      type         = "UserAssigned"
      identity_ids = [azurerm_user_assigned_identity.jobs.id]
    }
    secret {
      name                = "postgres-admin-password"
      key_vault_secret_id = azurerm_key_vault_secret.postgres.versionless_id
      identity            = azurerm_user_assigned_identity.jobs.id
    }
    ```

    ## What it cannot decide

    Whether two different variables without values are the same identity.
    """
    for secret in job.secrets:
        from_vault = presence(secret.key_vault_secret_id)
        if from_vault is Truth.NO:
            continue
        which = f" {show(secret.name.value)}" if isinstance(secret.name.value.data, str) else ""
        named = presence(secret.identity) & Truth.of(text_of_known(secret.identity.value) != "")
        if named is Truth.NO:
            message = f"the secret{which} is in Key Vault, but no identity is named to read it with"
            truth = ~from_vault
        else:
            message = (
                f"the secret{which} is read with the identity {said(secret.identity)}, which the job does not have"
            )
            if text_of_known(secret.identity.value) == "system":
                message += "; the provider takes System"
            truth = ~from_vault | (named & has_identity(job, secret.identity.value))
        system = _names_system(job, secret.identity.value) is Truth.YES
        holders = (one.type if system else one.ids for one in job.identity)
        fields = (secret.identity, secret.key_vault_secret_id, *holders)
        reason = job.identity.reason or why(*fields)
        verdict = verdict_on(truth, secret.identity, message, subject=f"identity of secret{which}", reason=reason)
        yield if_exists(secret.exists, job.secrets, verdict)


def has_identity(job: Job, wanted: Value) -> Truth:
    """Whether the job has an identity: `System`, or one of its user-assigned ones."""
    return same(_has(job, alternative) for alternative in wanted.alternatives)


def _has(job: Job, wanted: Value) -> Truth:
    is_system = _names_system(job, wanted)
    system, attached = [], []
    for identity in job.identity:
        certain = Truth.YES if identity.exists is Truth.YES else Truth.UNKNOWN
        system.append(certain & matches(r"(?i)[\s\S]*systemassigned[\s\S]*", identity.type.value))
        attached.append(certain & same(_among(alternative, wanted) for alternative in identity.ids.value.alternatives))
    others = Truth.NO if job.identity.certain else Truth.UNKNOWN
    by_system, by_id = any_of([*system, others]), any_of([*attached, others])
    if is_system is Truth.YES:
        return by_system
    if is_system is Truth.NO:
        return by_id
    return by_id if by_id is Truth.YES else (by_system | by_id) & Truth.UNKNOWN


def _names_system(job: Job, wanted: Value) -> Truth:
    """Whether it stands for the system-assigned identity: ARM's spelling, or the only one that azurerm takes."""
    if is_managed_identity(wanted) or is_part_of_identity(wanted):
        return Truth.NO
    return matches("System" if job.form is Form.AZURERM else "(?i)system", wanted)


def _among(ids: Value, wanted: Value) -> Truth:
    """Whether a list of ids has the one that is wanted."""
    if ids.data is None:
        return Truth.NO
    if isinstance(ids.data, Unknown):
        if ids.data.max_length == 0:
            return Truth.NO
        element = wanted.data.key if isinstance(wanted.data, Unknown) else ""
        same_list = re.fullmatch(re.escape(ids.data.key) + r"\[[^\[\]]*\]", element)
        return Truth.YES if ids.data.key and same_list else Truth.UNKNOWN
    answers = [same_identity(element, wanted) for element in ids.known_elements]
    if isinstance(ids.data, Elements):
        answers.append(Truth.UNKNOWN)
    return any_of(answers)


def same_identity(left: Value, right: Value) -> Truth:
    """Whether two resource ids are the same; ARM compares them without regard to case. Two different identities that
    the code itself creates are never the same, and a text that is no path ("system") is the id of none.
    """
    truth = equal_texts(left, right, str.lower)
    if truth is Truth.UNKNOWN and not all(map(_may_be_id, (left, right))):
        return Truth.NO
    certain = [is_managed_identity(left), is_managed_identity(right)]
    if truth is Truth.UNKNOWN and any(certain) and all(map(_is_certain, (left, right))):
        return Truth.NO
    return truth


def _may_be_id(value: Value) -> bool:
    text = text_of_known(value)
    return text is None or text.startswith("/")


def _is_certain(value: Value) -> bool:
    return is_managed_identity(value) or is_part_of_identity(value)


_IDENTITY_KEY = regex(
    r"(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*azurerm_user_assigned_identity\.[\w-]+(?:\[(?:\d+|\"[^\"]*\"|'[^']*')\])?\.id"
)


_PART_KEY = regex(
    r"(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*(?:data\.)?azurerm_user_assigned_identity\.[\w-]+(?:\[[^\]]*\])?\."
    r"(?:client_id|principal_id|tenant_id)"
)


def is_part_of_identity(value: Value) -> bool:
    """Whether it is another id of an identity (`client_id`): a UUID, which is no resource id."""
    return isinstance(value.data, Unknown) and _PART_KEY.fullmatch(value.data.key) is not None


def is_managed_identity(value: Value) -> bool:
    """Whether it is the id of one certain identity that the code creates."""
    return isinstance(value.data, Unknown) and _IDENTITY_KEY.fullmatch(value.data.key) is not None


@rule("INIT808", "key-vault-url", Severity.WARNING, practice=KEY_VAULT)
def key_vault_url(job: Job) -> Verdicts:
    """A Key Vault reference is `https://<vault host>/secrets/<name>`.

    ## What it does

    Checks `key_vault_secret_id` of every secret: the scheme is https, the host is a vault's (not a managed HSM's), the
    path names a secret, and it is no ARM id. A reference with a version is reported as a note.

    ## Why

    The provider checks neither host nor scheme. With a version, a rotated secret does not reach the job.

    ## Bad

    ```hcl
    key_vault_secret_id = azurerm_key_vault_secret.postgres.resource_id
    ```

    ## Good

    ```hcl
    key_vault_secret_id = azurerm_key_vault_secret.postgres.versionless_id
    ```

    ## What it cannot decide

    References that come from a variable without a value.
    """
    for secret in job.secrets:
        field = secret.key_vault_secret_id
        if field.value.data is None:
            continue
        value = refined(field.value)
        which = f" of the secret {show(secret.name.value)}" if isinstance(secret.name.value.data, str) else ""
        which = f"the reference{which}"
        null = value.is_null if presence(field) is not Truth.YES else Truth.NO
        reference = null | _matches_when_set(REFERENCE, value)
        versionless = null | _matches_when_set(VERSIONLESS, value)
        if reference is Truth.NO:
            wanted = f"it is {said(field)} and must be https://<vault>.vault.azure.net/secrets/<name>"
            verdict = verdict_on(Truth.NO, field, f"{which} {problem(value)}: {wanted}")
        elif reference is Truth.YES and versionless is Truth.NO:
            message = f"{which} pins a version, so that a rotated secret does not reach the job: it is {said(field)}"
            verdict = verdict_on(Truth.NO, field, message, severity=Severity.NOTE)
        else:
            message = f"{which} pins a version or is none of a secret; it must be https://<vault>.vault.azure.net/secrets/<name>"
            verdict = verdict_on(reference & versionless, field, message, severity=Severity.NOTE)
        yield if_exists(secret.exists, job.secrets, replace(verdict, subject=which))


def _matches_when_set(pattern: str, value: Value) -> Truth:
    """Whether the reference, where there is one, matches: an unknown that is written counts as one."""
    if isinstance(value.data, Unknown) and not value.data.candidates:
        value = replace(value, data=replace(value.data, not_null=True))
    return same(resembles(pattern, alternative) for alternative in value.alternatives if alternative.data is not None)


@rule("INIT809", "registry-password", Severity.WARNING, practice=IDENTITY, security_severity="4.0", tags=("identity",))
def registry_password(job: Job) -> Verdicts:
    """A registry is reached with a managed identity, not with a password.

    ## What it does

    Reports a `registry` with `username` or `password_secret_name` and without `identity`.

    ## Why

    The password of a registry is shared, does not expire, and has to be stored and rotated; an identity with the role
    AcrPull has none of that.

    ## Bad

    ```hcl
    registry {
      server               = "shop.azurecr.io"
      username             = "shop"
      password_secret_name = "registry-password"
    }
    ```

    ## Good

    ```hcl
    registry {
      server   = "shop.azurecr.io"
      identity = azurerm_user_assigned_identity.jobs.id
    }
    ```

    ## What it cannot decide

    Settings that are null by a condition whose outcome is unknown. A registry that knows no managed identities needs a
    password: say so in a comment that ignores the rule.
    """
    for registry in job.registries:
        by_password = has_text(registry.password_secret_name) | has_text(registry.username)
        truth = ~by_password | has_text(registry.identity)
        at = registry.password_secret_name
        if has_text(at) is Truth.NO:
            at = registry.username
        which = f" {show(registry.server.value)}" if isinstance(registry.server.value.data, str) else ""
        message = f"the registry{which} is reached with a user name and a password; use a managed identity"
        reason = why(registry.identity, registry.password_secret_name, registry.username)
        message += ignored(job, "registry")
        verdict = verdict_on(truth, at, message, subject=f"registry{which}", reason=reason, stays=True)
        yield if_exists(registry.exists, job.registries, verdict)


@rule("INIT810", "undefined-secret", Severity.ERROR, practice=KEY_VAULT)
def undefined_secret(job: Job) -> Verdicts:
    """Every secret that is used is defined.

    ## What it does

    Checks that each `secret_name` of an environment variable or of a scale rule's `authentication`, and each
    `password_secret_name` of a registry, is the name of a `secret` of the job.

    ## Why

    Nothing checks it before apply, where Azure refuses the job.

    ## Bad

    ```hcl
    env {
      name        = "PGPASSWORD"
      secret_name = "postgres-password" # the secret is called postgres-admin-password
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

    Names that come from a variable without a value, where the job has secrets that are not wholly known.
    """
    for blocks in (job.containers, job.init_containers):
        for container in blocks:
            for env in container.env:
                yield from _defined(job, env.secret_name, env.exists, container.env)
    for registry in job.registries:
        yield from _defined(job, registry.password_secret_name, registry.exists, job.registries)
    for trigger in job.triggers:
        for name in trigger.secret_names:
            yield from _defined(job, name, trigger.exists, job.triggers)


def _defined(job: Job, field: Field, exists: Truth, blocks: Blocks[Any]) -> Verdicts:
    used = has_text(field)
    if used is Truth.NO:
        return
    wanted = [name for name in field.value.alternatives if name.data not in (None, "")]
    defined = same(_is_defined(job, name) for name in wanted)
    names = [secret.name.value.data for secret in job.secrets if isinstance(secret.name.value.data, str)]
    known = field.value.data if isinstance(field.value.data, str) else ""
    like = nearest(known, names)
    hint = f"; did you mean {like}?" if like else ""
    message = f"{field.label} is {said(field)}, but the job defines no such secret{hint}"
    if not is_secret_reference(known):
        message = f"{field.label} names no secret that the job defines"
    reason = why(field, *(secret.name for secret in job.secrets))
    if not field.value.reason and job.secrets.reason:
        reason = f"secret: {job.secrets.reason}"
    yield if_exists(exists, blocks, verdict_on(~used | defined, field, message, reason=reason))


def _is_defined(job: Job, name: Value) -> Truth:
    """Whether the job defines a secret of a name."""
    answers = [
        (Truth.YES if secret.exists is Truth.YES else Truth.UNKNOWN) & equal_texts(secret.name.value, name)
        for secret in job.secrets
    ]
    return any_of([*answers, Truth.NO if job.secrets.certain else Truth.UNKNOWN])


# --- images -----------------------------------------------------------------------------------------------------------

DIGEST = r"[^@]*@[A-Za-z0-9+._-]+:[0-9A-Fa-f]{32,}"
TAGGED = r"([^@]*/)?[^/@:]+:[A-Za-z0-9_][A-Za-z0-9_.-]*"
LATEST = r"[\s\S]*:latest"
REPOSITORY = r"([^:@/]*(:[0-9]+)?/)?[^:@]*"
UNPINNED = f"{REPOSITORY}:?|{REPOSITORY}:latest"
"""References without a tag and a digest, or with exactly `latest`. A colon and digits before the first slash are a
port.
"""


@rule("INIT813", "unpinned-image", Severity.NOTE, practice="Security: run what was tested")
def unpinned_image(job: Job) -> Verdicts:
    """An image has a tag other than `latest`, or a digest.

    ## What it does

    Reports images of containers and init containers without tag and digest, or with exactly the tag `latest`.

    ## Why

    Such an image is another one tomorrow. A job that ran in staging then runs something else in production.

    ## Bad

    ```hcl
    image = "mcr.microsoft.com/azure-cli:latest"
    ```

    ## Good

    ```hcl
    image = "mcr.microsoft.com/azure-cli:2.63.0"
    ```

    ## What it cannot decide

    An image, or a tag, that comes from a variable without a value.
    """
    for blocks in (job.containers, job.init_containers):
        for container in blocks:
            image = container.image
            if image.value.data is None:
                continue
            without = "has no tag and no digest" if matches(LATEST, image.value) is Truth.NO else "has the tag latest"
            message = f"{image.label} is {said(image)}, which {without}; name the version that was tested"
            verdict = verdict_on(_pinned(image.value), image, message + ignored(job, "template"))
            yield if_exists(container.exists, blocks, verdict)


def _pinned(value: Value) -> Truth:
    """Decided among valid references: what is none is no image at all."""
    return same(_pinned_one(alternative) for alternative in value.alternatives if alternative.data is not None)


def _pinned_one(value: Value) -> Truth:
    known = text_of_known(value)
    if known is not None:
        name, _, digest = known.partition("@")
        _, _, tag = name.rpartition("/")[2].partition(":")
        return Truth.of(bool(digest) or tag not in ("", "latest"))
    if matches(UNPINNED, value) is Truth.NO:
        return Truth.YES
    pinned = matches(DIGEST, value) | (matches(TAGGED, value) & ~matches(LATEST, value))
    return Truth.NO if pinned is Truth.NO else Truth.UNKNOWN
