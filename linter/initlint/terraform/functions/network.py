"""Functions of network addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from initlint.number import Number, OperationError
from initlint.terraform.functions import Function, Parameter, native
from initlint.terraform.types import NUMBER, STRING, List

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network


def _network(prefix: str) -> IPv4Network | IPv6Network:
    import ipaddress

    address, slash, length = prefix.partition("/")
    if "." in address and ":" not in address:
        # Terraform reads 010.0.0.1 as decimal, as it always has.
        address = ".".join(part.lstrip("0") or "0" if part.isdecimal() else part for part in address.split("."))
    if not slash or not re.fullmatch("[0-9]+", length):
        raise OperationError(f'"{prefix}" is no address with a prefix length')
    try:
        return ipaddress.ip_network(f"{address}/{length}", strict=False)
    except ValueError:
        raise OperationError(f'"{prefix}" is no address with a prefix length') from None


def _whole(number: Number, name: str) -> int:
    if not isinstance(number, int):
        raise OperationError(f"{name} must be a whole number")
    return number


def _cidrhost(prefix: str, hostnum: Number) -> str:
    network = _network(prefix)
    host = _whole(hostnum, "hostnum")
    size = network.num_addresses
    if host >= size or -host > size:
        raise OperationError(f"a prefix of {network.prefixlen} bits has no host number {host}")
    return str(network[host])


def _cidrnetmask(prefix: str) -> str:
    network = _network(prefix)
    if network.version != 4:
        raise OperationError("IPv6 addresses have no netmask")
    return str(network.netmask)


def _cidrsubnet(prefix: str, newbits: Number, netnum: Number) -> str:
    network = _network(prefix)
    bits, number = _whole(newbits, "newbits"), _whole(netnum, "netnum")
    length = network.prefixlen + bits
    if bits < 0 or length > network.max_prefixlen:
        raise OperationError(f"a prefix of {network.prefixlen} bits cannot be extended by {bits}")
    if not 0 <= number < 1 << bits:
        raise OperationError(f"a prefix extension of {bits} bits has no network number {number}")
    first = int(network.network_address) + (number << (network.max_prefixlen - length))
    return str(type(network)((first, length)))


def _cidrsubnets(prefix: str, *newbits: Number) -> list[str]:
    network = _network(prefix)
    at = int(network.network_address)
    end = at + network.num_addresses
    result: list[str] = []
    for newbit in newbits:
        bits = _whole(newbit, "newbits")
        length = network.prefixlen + bits
        if bits < 1 or length > network.max_prefixlen:
            raise OperationError(f"a prefix of {network.prefixlen} bits cannot be extended by {bits}")
        size = 1 << (network.max_prefixlen - length)
        at = -(-at // size) * size
        if at + size > end:
            raise OperationError(f"not enough addresses left for a subnet of {length} bits")
        result.append(str(type(network)((at, length))))
        at += size
    return result


_PREFIX = Parameter("prefix", STRING)
_NEWBITS = Parameter("newbits", NUMBER)

FUNCTIONS: dict[str, Function] = {
    "cidrhost": native(_cidrhost, _PREFIX, Parameter("hostnum", NUMBER), result=STRING),
    "cidrnetmask": native(_cidrnetmask, _PREFIX, result=STRING),
    "cidrsubnet": native(_cidrsubnet, _PREFIX, _NEWBITS, Parameter("netnum", NUMBER), result=STRING),
    "cidrsubnets": native(_cidrsubnets, _PREFIX, variadic=_NEWBITS, result=List(STRING)),
}
