"""Key Vault references: `https://<vault host>/secrets/<name>`, and what the attributes of Key Vault resources look
like.
"""

from __future__ import annotations

import re
from dataclasses import replace

from initlint.language import matches
from initlint.terraform.value import Chunk, Hole, Piece, Text, Unknown, Value
from initlint.truth import Truth

SUFFIXES = (
    "vault.azure.net",
    "vault.azure.cn",
    "vault.usgovcloudapi.net",
    "vault.microsoftazure.de",
    "vault.microsoft.scloud",
    "vault.eaglex.ic.gov",
)
"""The host suffixes of vaults: public, China, US Government, (retired) Germany, and the two air-gapped clouds."""

HOST = "[a-z0-9-]+[.](" + "|".join(map(re.escape, SUFFIXES)) + ")(:443)?"
NAME = "[a-z0-9-]+"
VERSIONLESS = f"(?i)https://{HOST}/secrets/{NAME}/?"
VERSIONED = f"(?i)https://{HOST}/secrets/{NAME}/[^/?#]+/?"
REFERENCE = f"(?i)https://{HOST}/secrets/{NAME}(/[^/?#]*)?/?"

ARM_ID = r"(?i)/subscriptions/[\s\S]*"
HSM = r"(?i)https?://[^/]*[.]managedhsm[.][\s\S]*"

_SECRET = f"https://{HOST}/secrets/{NAME}"
_VAULT = f"https://{HOST}/"
_VERSION = "[0-9a-f]{32}"
_OF = {
    "secret": "secrets",
    "key": "keys",
    "certificate": "certificates",
}


def _shapes() -> dict[tuple[str, str], str]:
    """What an attribute of a Key Vault resource or data source looks like (the provider's documentation of each)."""
    shapes = {
        ("azurerm_key_vault", "vault_uri"): _VAULT,
        ("azurerm_key_vault", "id"): "/subscriptions/[^\\n]*/vaults/[^/\\n]+",
        ("azurerm_key_vault", "name"): "[0-9A-Za-z-]{3,24}",
        ("azurerm_key_vault_certificate", "secret_id"): f"{_SECRET}/{_VERSION}",
        ("azurerm_key_vault_certificate", "versionless_secret_id"): _SECRET,
        ("azurerm_key_vault_managed_hardware_security_module", "hsm_uri"): "https://[^/\\n]+[.]managedhsm[.][^/\\n]+/",
    }
    for kind, folder in _OF.items():
        resource = f"azurerm_key_vault_{kind}"
        shapes[resource, "id"] = f"https://{HOST}/{folder}/{NAME}/{_VERSION}"
        shapes[resource, "versionless_id"] = f"https://{HOST}/{folder}/{NAME}"
        shapes[resource, "resource_id"] = "/subscriptions/[^\\n]*"
        shapes[resource, "resource_versionless_id"] = "/subscriptions/[^\\n]*"
        shapes[resource, "name"] = NAME
        shapes[resource, "version"] = _VERSION
    return shapes


SHAPES = _shapes()

COMPARED = {
    (_SECRET, REFERENCE): Truth.YES,
    (_SECRET, VERSIONLESS): Truth.YES,
    (f"{_SECRET}/{_VERSION}", REFERENCE): Truth.YES,
    (f"{_SECRET}/{_VERSION}", VERSIONLESS): Truth.NO,
}
"""Whether all or none of a shape matches, for the shapes that nearly every reference has: comparing the automata each
time would take longer than all other rules on a job.
"""

_KEY = re.compile(
    r"(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*(?:data\.)?(?P<type>azurerm_key_vault\w*)\.[\w-]+(?:\[[^\]]*\])?\.(?P<attribute>\w+)"
)
_TRIMMED = re.compile(r'(?P<function>trimsuffix|trim)\(<(?P<key>[^<>]*)>,["\']/["\']\)')


def shape(key: str) -> str:
    """The expression that an unknown of this key matches as a whole; "" where none is known."""
    trimmed = _TRIMMED.fullmatch(key)
    if trimmed:
        inner = shape(trimmed["key"])
        return inner.removesuffix("/") if inner.endswith("/") else ""
    found = _KEY.fullmatch(key)
    return SHAPES.get((found["type"], found["attribute"]), "") if found else ""


def refined(value: Value) -> Value:
    """The value with what is known of the attributes of Key Vault resources that stand in it."""
    data = value.data
    if isinstance(data, Unknown):
        if data.candidates:
            return replace(value, data=replace(data, candidates=tuple(map(refined, data.candidates))))
        expression = shape(data.key)
        if not expression:
            return value
        return replace(value, data=replace(data, not_null=True, matches=(*data.matches, f"(?i)^({expression})$")))
    if isinstance(data, Text):
        pieces: tuple[Piece, ...] = tuple(
            Hole(refined(piece.value)) if isinstance(piece, Hole) else piece for piece in data.pieces
        )
        return replace(value, data=Text(pieces))
    return value


def resembles(pattern: str, value: Value) -> Truth:
    """As `language.matches`, for a value that is refined."""
    data = value.data
    known = COMPARED.get((shape(data.key), pattern)) if isinstance(data, Unknown) and not data.candidates else None
    return matches(pattern, value) if known is None else known


def problem(value: Value) -> str:
    """What is wrong with a reference that can be none, in words."""
    text = "".join(piece.text if isinstance(piece, Chunk) else "" for piece in value.pieces)

    def surely(pattern: str) -> bool:
        return matches(pattern, value) is Truth.YES

    def never(pattern: str) -> bool:
        return matches(pattern, value) is Truth.NO

    if surely(ARM_ID):
        return "is an ARM id; use the secret's versionless_id"
    if surely(HSM) or re.match(r"(?i)https?://[^/]*[.]managedhsm[.]", text):
        return "is of a managed HSM, which holds keys and no secrets"
    if never(r"(?i)https://[\s\S]*"):
        return "has the scheme http" if re.match("(?i)http://", text) else "is no https address"
    if never(f"(?i)https://{HOST}([/?#][\\s\\S]*)?"):
        return "has a host that is no vault's"
    if surely(r"(?i)https://[^/]*/(keys|certificates|storage)/[\s\S]*"):
        return "names a key, a certificate or a storage account, not a secret"
    if never(r"(?i)https://[^/]*/secrets/[\s\S]*"):
        return "does not go on with /secrets/"
    return "does not name one secret"


__all__ = ["REFERENCE", "SUFFIXES", "VERSIONED", "VERSIONLESS", "problem", "refined", "resembles", "shape"]
