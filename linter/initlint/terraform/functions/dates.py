"""Functions of dates and times, in RFC 3339 as Terraform takes and gives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from initlint.number import OperationError
from initlint.record import record
from initlint.terraform.functions import Function, Parameter, native
from initlint.terraform.functions.hashing import unstable
from initlint.terraform.types import NUMBER, STRING

_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?(?:([Zz])|([+-])(\d\d):(\d\d))", re.ASCII)
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@record(eq=True)
class Moment:
    """A local time with its distance from UTC in minutes; `days` counts from the first day of year 1."""

    days: int
    seconds: int
    fraction: Fraction
    offset: int

    @property
    def instant(self) -> Fraction:
        """Seconds since the start of year 1 in UTC."""
        return self.days * 86400 + self.seconds - self.offset * 60 + self.fraction


def _parse(text: str) -> Moment:
    from datetime import date

    match = _RFC3339.fullmatch(text)
    if match is None:
        raise OperationError(f'"{text}" is no RFC 3339 timestamp')
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    offset = 0 if match[8] else (int(match[10]) * 60 + int(match[11])) * (-1 if match[9] == "-" else 1)
    if hour > 23 or minute > 59 or second > 59 or abs(offset) >= 24 * 60 or (match[11] and int(match[11]) > 59):
        raise OperationError(f'"{text}" is no RFC 3339 timestamp: a part is out of range')
    try:
        days = date(year, month, day).toordinal()
    except ValueError:
        raise OperationError(f'"{text}" is no RFC 3339 timestamp: there is no such day') from None
    fraction = Fraction(match[7]) if match[7] else Fraction(0)
    return Moment(days, hour * 3600 + minute * 60 + second, fraction, offset)


def _show(moment: Moment) -> str:
    from datetime import date

    if not 1 <= moment.days <= date.max.toordinal():
        raise OperationError("the year is out of range")
    day = date.fromordinal(moment.days)
    return f"{day.isoformat()}T{_clock(moment)}{_zone(moment.offset, 'Z', ':')}"


def _clock(moment: Moment) -> str:
    return f"{moment.seconds // 3600:02d}:{moment.seconds // 60 % 60:02d}:{moment.seconds % 60:02d}"


def _zone(offset: int, utc: str, colon: str) -> str:
    if not offset and utc:
        return utc
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}{colon}{abs(offset) % 60:02d}"


_UNITS = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "µs": Fraction(1, 10**6),
    "μs": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
}
_DURATION = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)


def _duration(text: str) -> Fraction:
    """A duration of Go in seconds: "-1h30m"."""
    body = text.lstrip("+-") if text[:1] in ("+", "-") else text
    parts = _DURATION.findall(body)
    if body != "0" and ("".join(number + unit for number, unit in parts) != body or not parts or len(text) > 100):
        raise OperationError(f'"{text}" is no duration such as "1h30m"')
    total = sum((Fraction(number.rstrip(".")) * _UNITS[unit] for number, unit in parts), Fraction(0))
    return -total if text.startswith("-") else total


def _timeadd(timestamp: str, duration: str) -> str:
    moment = _parse(timestamp)
    total = moment.days * 86400 + moment.seconds + moment.fraction + _duration(duration)
    days, seconds = divmod(total, 86400)
    return _show(Moment(int(days), int(seconds), Fraction(0), moment.offset))


def _timecmp(a: str, b: str) -> int:
    one, other = _parse(a).instant, _parse(b).instant
    return (one > other) - (one < other)


_FORMATS: dict[str, Callable[[Moment], str]] = {
    "YYYY": lambda m: f"{_day(m).year:04d}",
    "YY": lambda m: f"{_day(m).year % 100:02d}",
    "MMMM": lambda m: _MONTHS[_day(m).month - 1],
    "MMM": lambda m: _MONTHS[_day(m).month - 1][:3],
    "MM": lambda m: f"{_day(m).month:02d}",
    "M": lambda m: str(_day(m).month),
    "DD": lambda m: f"{_day(m).day:02d}",
    "D": lambda m: str(_day(m).day),
    "EEEE": lambda m: _DAYS[_day(m).weekday()],
    "EEE": lambda m: _DAYS[_day(m).weekday()][:3],
    "hh": lambda m: f"{m.seconds // 3600:02d}",
    "h": lambda m: str(m.seconds // 3600),
    "HH": lambda m: f"{(m.seconds // 3600 - 1) % 12 + 1:02d}",
    "H": lambda m: str((m.seconds // 3600 - 1) % 12 + 1),
    "AA": lambda m: "PM" if m.seconds >= 43200 else "AM",
    "aa": lambda m: "pm" if m.seconds >= 43200 else "am",
    "mm": lambda m: f"{m.seconds // 60 % 60:02d}",
    "m": lambda m: str(m.seconds // 60 % 60),
    "ss": lambda m: f"{m.seconds % 60:02d}",
    "s": lambda m: str(m.seconds % 60),
    "ZZZZZ": lambda m: _zone(m.offset, "", ":"),
    "ZZZZ": lambda m: _zone(m.offset, "", ""),
    "ZZZ": lambda m: _zone(m.offset, "UTC", ""),
    "Z": lambda m: _zone(m.offset, "Z", ":"),
}


def _day(moment: Moment):  # type: ignore[no-untyped-def]
    from datetime import date

    return date.fromordinal(moment.days)


_TOKENS = re.compile(r"'(?:[^']|'')*'|'|([A-Za-z])\1*|[^A-Za-z']+", re.ASCII)


def _formatdate(spec: str, timestamp: str) -> str:
    moment = _parse(timestamp)
    result: list[str] = []
    for token in _TOKENS.finditer(spec):
        text = token[0]
        if text == "'":
            raise OperationError("a quoted part of the format does not end")
        if text.startswith("'"):
            result.append(text[1:-1].replace("''", "'"))
        elif token[1] is None:
            result.append(text)
        elif text in _FORMATS:
            result.append(_FORMATS[text](moment))
        else:
            raise OperationError(f'"{text}" is no format verb')
    return "".join(result)


_TIMESTAMP = Parameter("timestamp", STRING)

FUNCTIONS: dict[str, Function] = {
    "formatdate": native(_formatdate, Parameter("format", STRING), Parameter("time", STRING), result=STRING),
    "plantimestamp": unstable("plantimestamp", "gives another value in every run"),
    "timeadd": native(_timeadd, _TIMESTAMP, Parameter("duration", STRING), result=STRING),
    "timecmp": native(_timecmp, Parameter("timestamp_a", STRING), Parameter("timestamp_b", STRING), result=NUMBER),
    "timestamp": unstable("timestamp", "gives another value in every run"),
}
