"""Digests, and the functions whose results differ from run to run."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Sequence

from initlint.number import OperationError
from initlint.terraform.functions import Context, Function, Parameter, native, on_values
from initlint.terraform.types import NUMBER, STRING
from initlint.terraform.value import Unknown, Value


def digest(algorithm: str, data: bytes) -> bytes:
    """The digest; md5 and sha1 serve no security here, so they work where a policy forbids them for it."""
    return hashlib.new(algorithm, data, usedforsecurity=False).digest()


def _hex(algorithm: str) -> Callable[[str], str]:
    return lambda text: digest(algorithm, text.encode("utf-8", "surrogatepass")).hex()


def _base64(algorithm: str) -> Callable[[str], str]:
    return lambda text: base64.b64encode(digest(algorithm, text.encode("utf-8", "surrogatepass"))).decode()


def unstable(name: str, reason: str, *parameters: Parameter, variadic: Parameter | None = None) -> Function:
    """A function whose result no reading of the code can say: an unknown string, never null."""

    def run(args: Sequence[Value], _: Context) -> Value:
        sensitive = any(arg.sensitive for arg in args)
        sources = frozenset[str]().union(*(arg.sources for arg in args))
        return Value(STRING, Unknown(f"{name}() {reason}", sources=sources, not_null=True), sensitive=sensitive)

    return on_values(run, *parameters, variadic=variadic, result=STRING, structural=True)


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def _uuidv5(namespace: str, name: str) -> str:
    import uuid

    named = {
        "dns": uuid.NAMESPACE_DNS,
        "url": uuid.NAMESPACE_URL,
        "oid": uuid.NAMESPACE_OID,
        "x500": uuid.NAMESPACE_X500,
    }
    if namespace in named:
        return str(uuid.uuid5(named[namespace], name))
    if not _UUID.fullmatch(namespace):
        raise OperationError('the namespace must be "dns", "url", "oid", "x500" or a UUID')
    return str(uuid.uuid5(uuid.UUID(namespace), name))


_STR = Parameter("str", STRING)
_EVERY_RUN = "gives another value in every run"

FUNCTIONS: dict[str, Function] = {
    "base64sha256": native(_base64("sha256"), _STR, result=STRING),
    "base64sha512": native(_base64("sha512"), _STR, result=STRING),
    "bcrypt": unstable("bcrypt", _EVERY_RUN, _STR, variadic=Parameter("cost", NUMBER)),
    "md5": native(_hex("md5"), _STR, result=STRING),
    "rsadecrypt": unstable(
        "rsadecrypt", "is not evaluated", Parameter("ciphertext", STRING), Parameter("privatekey", STRING)
    ),
    "sha1": native(_hex("sha1"), _STR, result=STRING),
    "sha256": native(_hex("sha256"), _STR, result=STRING),
    "sha512": native(_hex("sha512"), _STR, result=STRING),
    "uuid": unstable("uuid", _EVERY_RUN),
    "uuidv5": native(_uuidv5, Parameter("namespace", STRING), Parameter("name", STRING), result=STRING),
}
