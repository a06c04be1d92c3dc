"""Functions of lists, sets, maps and objects. What is known of a partly known collection stays known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from initlint.number import LimitError, OperationError
from initlint.terraform.convert import MAX_ALTERNATIVES, convert, equal, may_be, member_of_rest
from initlint.terraform.functions import MAX_ELEMENTS, Context, Function, Parameter, alternatives, on_values
from initlint.terraform.functions.pieces import clusters
from initlint.terraform.types import ANY, BOOL, NUMBER, STRING, List, Map, Object, Primitive, Set, Tuple, Type
from initlint.terraform.unify import unify
from initlint.terraform.value import (
    Chunk,
    Elements,
    Entries,
    Rest,
    Text,
    Unknown,
    Value,
    boolean,
    derived,
    fingerprint,
    list_of,
    map_of,
    null,
    number,
    object_of,
    string,
    tuple_of,
)
from initlint.truth import Truth

Items = Sequence[Value | Rest]


def items_of(value: Value) -> Items:
    """The elements of a list, set or tuple; a Rest where they are not known.

    Raises OperationError for anything else.
    """
    data = value.data
    if isinstance(data, tuple):
        return data
    if isinstance(data, Elements):
        return data.items
    if isinstance(data, Unknown) and (value.type == ANY or isinstance(value.type, List | Set | Tuple)):
        return [Rest(data)]
    raise OperationError("a list, set or tuple is required")


def entries_of(value: Value) -> tuple[Mapping[str, Value], Unknown | None]:
    """The known entries of a map or object, and why there may be others. Raises OperationError for anything else."""
    data = value.data
    if isinstance(data, Entries):
        return data.items, data.rest
    if isinstance(data, Mapping):
        return data, None
    if isinstance(data, Unknown) and (value.type == ANY or isinstance(value.type, Map | Object)):
        return {}, data
    raise OperationError("a map or object is required")


def made_of(items: Items, type_: Type) -> Value:
    """The list or tuple of these elements, partly known where a Rest is among them."""
    values = tuple(item for item in items if isinstance(item, Value))
    if len(values) > MAX_ELEMENTS:
        raise LimitError(f"limit: the list has more than {MAX_ELEMENTS} elements")
    if len(values) == len(items):
        return tuple_of(values) if isinstance(type_, Tuple) or type_ == ANY else Value(type_, values)
    return Value(ANY if isinstance(type_, Tuple) else type_, Elements(tuple(items)))


def _rest(args: Sequence[Value], operation: str) -> Rest:
    data = derived(args, operation).data
    assert isinstance(data, Unknown)
    return Rest(data)


def _whole(value: Value, name: str) -> int | None:
    """A number argument as int, None where it is unknown."""
    if isinstance(value.data, int):
        return value.data
    if isinstance(value.data, Fraction):
        raise OperationError(f"{name} must be a whole number")
    return None


def _at_least(items: Items) -> int:
    return sum(1 for item in items if isinstance(item, Value))


# --- questions --------------------------------------------------------------------------------------------------------


def _length(args: Sequence[Value], _: Context) -> Value:
    value = args[0]
    data = value.data
    if isinstance(data, str):
        return number(len(clusters(data)))
    if isinstance(data, tuple):
        if isinstance(value.type, Set) and not value.is_known and len(data) > 1:
            return derived(args, "length", NUMBER, not_null=True)
        return number(len(data))
    if isinstance(data, Mapping):
        return number(len(data))
    if isinstance(data, Unknown):
        if isinstance(value.type, Tuple):
            return number(len(value.type.elements))
        if data.max_length is not None and data.min_length == data.max_length:
            return number(data.min_length)
    elif not isinstance(data, Text | Elements | Entries):
        raise OperationError("a string, a collection or a structure is required")
    if isinstance(data, Unknown) and isinstance(value.type, Primitive) and value.type not in (STRING, ANY):
        raise OperationError("a string, a collection or a structure is required")
    return derived(args, "length", NUMBER, not_null=True)


def size_bounds(value: Value) -> tuple[int, int | None]:
    """How many elements a collection has at least, and at most (None where that is not known)."""
    data = value.data
    if isinstance(data, tuple):
        distinct = sum(1 for item in data if item.is_known)
        return (max(distinct, min(len(data), 1)), len(data)) if isinstance(value.type, Set) else (len(data), len(data))
    if isinstance(data, Elements):
        return _at_least(data.items), None
    if isinstance(data, Entries):
        return len(data.items), None
    if isinstance(data, Mapping):
        return len(data), len(data)
    if isinstance(data, Unknown):
        return data.min_length, data.max_length
    return 0, None


def _alltrue(args: Sequence[Value], _: Context) -> Value:
    items = items_of(args[0])
    if any(isinstance(item, Value) and (item.data is None or item.data is False) for item in items):
        return boolean(False)
    if all(isinstance(item, Value) and item.data is True for item in items):
        return boolean(True)
    return derived(args, "alltrue", BOOL, not_null=True)


def _anytrue(args: Sequence[Value], _: Context) -> Value:
    items = items_of(args[0])
    if any(isinstance(item, Value) and item.data is True for item in items):
        return boolean(True)
    if all(isinstance(item, Value) and (item.data is None or item.data is False) for item in items):
        return boolean(False)
    return derived(args, "anytrue", BOOL, not_null=True)


def _contains(args: Sequence[Value], _: Context) -> Value:
    items = items_of(args[0])
    answers = [equal(item, args[1]) if isinstance(item, Value) else Truth.UNKNOWN for item in items]
    if Truth.YES in answers:
        return boolean(True)
    return derived(args, "contains", BOOL, not_null=True) if Truth.UNKNOWN in answers else boolean(False)


def _index(args: Sequence[Value], _: Context) -> Value:
    items = items_of(args[0])
    if isinstance(args[0].type, Set):
        raise OperationError("a list or tuple is required")
    if not items:
        raise OperationError("cannot search an empty list")
    for at, item in enumerate(items):
        answer = equal(item, args[1]) if isinstance(item, Value) else Truth.UNKNOWN
        if answer is Truth.YES:
            return number(at)
        if answer is Truth.UNKNOWN:
            return derived(args, "index", NUMBER, not_null=True)
    raise OperationError("item not found")


# --- choosing ---------------------------------------------------------------------------------------------------------


def _empty(value: Value) -> Truth:
    """Whether coalesce passes a value over: null, or the empty string."""
    data = value.data
    if data is None or data == "":
        return Truth.YES
    if isinstance(data, Text):
        if any(isinstance(piece, Chunk) and piece.text for piece in data.pieces):
            return Truth.NO
        return Truth.UNKNOWN
    if not isinstance(data, Unknown):
        return Truth.NO
    if data.not_null and (value.type not in (STRING, ANY) or data.min_length > 0):
        return Truth.NO
    return Truth.UNKNOWN


def _coalesce(args: Sequence[Value], _: Context) -> Value:
    if not args:
        raise OperationError("at least one argument is required")
    type_ = unify([arg.type for arg in args], unsafe=True)
    if type_ is None:
        raise OperationError("all arguments must have the same type")
    if type_ != STRING and any(arg.type == ANY and arg.data is not None for arg in args):
        type_ = ANY  # what is unknown in its type may be text, which the others would become
    possible: list[Value] = []
    for arg in args:
        answer = _empty(arg)
        if answer is Truth.YES:
            continue
        possible.append(_there(convert(arg, type_)))
        if answer is Truth.NO:
            break
    else:
        if not possible:
            raise OperationError("every argument is null or an empty string")
    return _one_of(possible, args, "coalesce", type_)


def _there(value: Value) -> Value:
    """The value in the case that it is chosen: an unknown one is not null then."""
    if isinstance(value.data, Unknown) and not value.data.error and not value.data.candidates:
        return replace(value, data=replace(value.data, not_null=True))
    return value


def _one_of(possible: Sequence[Value], args: Sequence[Value], name: str, type_: Type) -> Value:
    """The only possibility itself; of several, an unknown that is one of them."""
    if len(possible) == 1:
        only = possible[0]
        if isinstance(only.data, Unknown) and not only.data.error:
            return replace(only, data=replace(only.data, not_null=True))
        return only
    return derived(args, name, type_, candidates=tuple(possible), not_null=True)


def _coalescelist(args: Sequence[Value], _: Context) -> Value:
    if not args:
        raise OperationError("at least one argument is required")
    possible: list[Value] = []
    for arg in args:
        if arg.data is None or not (arg.type == ANY or isinstance(arg.type, List | Set | Tuple)):
            raise OperationError("every argument must be a list or tuple")
        least, most = size_bounds(arg)
        if most == 0:
            continue
        possible.append(arg)
        if least > 0:
            break
    if not possible:
        raise OperationError("every list is empty")
    return _one_of(possible, args, "coalescelist", ANY)


def _element(args: Sequence[Value], _: Context) -> Value:
    items = items_of(args[0])
    at = _whole(args[1], "index")
    if isinstance(args[0].type, Set):
        raise OperationError("a list or tuple is required")
    if at is None:
        values = [item for item in items if isinstance(item, Value)]
        if len(values) == len(items):
            return _some_of(values, args, "element")
        return derived(args, "element", _element_type(args[0].type))
    if at < 0 and not isinstance(args[0].type, List):  # a list is counted from its end, a tuple is not
        raise OperationError("the index must not be negative")
    if not items:
        raise OperationError("the list is empty")
    fixed = _at_least(items)
    if fixed == len(items):
        found = items[at % len(items)]
        assert isinstance(found, Value)
        return found
    if 0 <= at < fixed and all(isinstance(item, Value) for item in items[: at + 1]):
        found = items[at]
        assert isinstance(found, Value)
        return found
    return derived(args, "element", _element_type(args[0].type))


def _some_of(values: Sequence[Value], args: Sequence[Value], name: str, *, may_fail: bool = True) -> Value:
    """One of some values, with candidates where they are few; or else an error, if it may fail."""
    if not values:
        raise OperationError("there is no element to choose")
    if len(values) > MAX_ALTERNATIVES:
        types = {str(value.type): value.type for value in values}
        return derived(args, name, next(iter(types.values())) if len(types) == 1 else ANY)
    return alternatives(list(values), args, name, may_fail=may_fail)


def _element_type(type_: Type) -> Type:
    return type_.element if isinstance(type_, List | Set | Map) else ANY


def _lookup(args: Sequence[Value], _: Context) -> Value:
    items, rest = entries_of(args[0])
    if len(args) > 3:
        raise OperationError("takes two or three arguments")
    default = args[2] if len(args) == 3 else None
    if default is not None and isinstance(args[0].type, Map):
        default = convert(default, args[0].type.element)
    key = args[1].data
    if not isinstance(key, str):
        possible = [item for name, item in items.items() if may_be(args[1].pieces, name) is not Truth.NO]
        if rest is not None or (default is None and not possible):
            return derived(args, "lookup", _element_type(args[0].type))
        if default is None:
            return _some_of(possible, args, "lookup")
        return _some_of([*possible, default], args, "lookup", may_fail=False)
    if key in items:
        return items[key]
    if rest is not None:
        other = Value(_element_type(args[0].type), member_of_rest(rest, key), args[0].origin)
        if default is None:
            return other
        return derived(args, "lookup", default.type if default.type == other.type else ANY, candidates=(other, default))
    if default is None:
        raise OperationError(f'the map has no element "{key}", and there is no default')
    return default


def _one(args: Sequence[Value], _: Context) -> Value:
    items = items_of(args[0])
    fixed = _at_least(items)
    if fixed > 1 and not (isinstance(args[0].type, Set) and not args[0].is_known):
        raise OperationError("a list, set or tuple of one element, or of none, is required")
    if fixed < len(items) or fixed > 1:
        return derived(args, "one", _element_type(args[0].type))
    if not items:
        return null(_element_type(args[0].type))
    found = items[0]
    assert isinstance(found, Value)
    return found


# --- lists ------------------------------------------------------------------------------------------------------------


def _concat(args: Sequence[Value], _: Context) -> Value:
    if not args:
        raise OperationError("at least one list is required")
    items: list[Value | Rest] = []
    for arg in args:
        if isinstance(arg.type, Set):
            raise OperationError("every argument must be a list or tuple")
        items += items_of(arg)
    elements = [arg.type.element for arg in args if isinstance(arg.type, List)]
    if len(elements) == len(args) and (element := unify(elements)) is not None and element != ANY:
        return made_of([convert(item, element) if isinstance(item, Value) else item for item in items], List(element))
    return made_of(items, Tuple(()))


def _chunklist(args: Sequence[Value], _: Context) -> Value:
    items = items_of(args[0])
    size = _whole(args[1], "size")
    element = _element_type(args[0].type)
    if size is None or _at_least(items) < len(items):
        return derived(args, "chunklist", List(List(element)), not_null=True)
    if size < 0:
        raise OperationError("size must not be negative")
    values = [item for item in items if isinstance(item, Value)]
    size = size or max(len(values), 1)
    chunks = [list_of(element, values[at : at + size]) for at in range(0, len(values), size)]
    return list_of(List(element), chunks)


def _compact(args: Sequence[Value], _: Context) -> Value:
    items: list[Value | Rest] = []
    for item in items_of(args[0]):
        if isinstance(item, Rest):
            items.append(item)
            continue
        answer = _empty(item)
        if answer is Truth.NO:
            items.append(item)
        elif answer is Truth.UNKNOWN:
            items.append(_rest((item,), "compact"))
    return made_of(items, List(STRING))


def _distinct(args: Sequence[Value], _: Context) -> Value:
    if args[0].is_known:
        first: dict[str, Value] = {}
        for item in items_of(args[0]):
            if isinstance(item, Value):
                first.setdefault(fingerprint(item), item)
        return made_of(list(first.values()), List(_element_type(args[0].type)))
    sure: list[Value] = []
    behind: list[Value | Rest] = []  # from the first element on that may repeat, or be repeated by, another
    for item in items_of(args[0]):
        if isinstance(item, Rest):
            behind.append(item)
            continue
        answers = [equal(other, item) if isinstance(other, Value) else Truth.UNKNOWN for other in (*sure, *behind)]
        if Truth.YES in answers:
            continue
        if Truth.UNKNOWN in answers:
            behind.append(item)
        elif not behind:
            sure.append(item)
        else:
            behind.append(item)
    type_ = List(_element_type(args[0].type))
    certain = [item for item in behind if isinstance(item, Value) and item.is_known]
    if not behind:
        return made_of(sure, type_)
    rest = _rest(args, "distinct")
    last = behind[-1]
    # An unknown element may be the known one that follows it: of several, the order would not be certain.
    alone = all(item.is_known for item in sure) and certain == [last] and isinstance(last, Value)
    return made_of([*sure, rest, *([last] if alone else [])], type_)


def _flatten(args: Sequence[Value], _: Context) -> Value:
    return made_of(_flat(args[0], 0), Tuple(()))


def _flat(sequence: Value, depth: int) -> list[Value | Rest]:
    if depth > 100:
        raise LimitError("limit: the list is nested too deeply")
    items = items_of(sequence)
    if isinstance(sequence.type, Set) and not sequence.is_known and len(items) > 1:
        # An unknown member may stand anywhere in a set's order, or be one that is known.
        items = _around([i for i in items if isinstance(i, Value) and i.is_known], _rest((sequence,), "flatten"))
    result: list[Value | Rest] = []
    for item in items:
        if isinstance(item, Rest):
            result.append(item)
        elif (isinstance(item.data, Unknown) and not isinstance(item.type, Primitive | Map | Object)) or (
            isinstance(item.data, Unknown) and item.type == ANY
        ):
            result.append(Rest(item.data))
        elif isinstance(item.data, tuple | Elements):
            result += _flat(item, depth + 1)
        else:
            result.append(item)
    return result


def _matchkeys(args: Sequence[Value], _: Context) -> Value:
    values, keys, wanted = (items_of(arg) for arg in args)
    element = _element_type(args[0].type)
    if any(_at_least(items) < len(items) for items in (values, keys, wanted)):
        return derived(args, "matchkeys", List(element), not_null=True)
    if len(values) != len(keys):
        raise OperationError("values and keys must have the same length")
    kind = unify([_element_type(args[1].type), _element_type(args[2].type)], unsafe=True)
    if kind is None:
        raise OperationError("keys and searchset must have the same type")
    searched = [convert(item, kind) for item in wanted if isinstance(item, Value)]
    known = {fingerprint(item) for item in searched if item.is_known}
    others = [item for item in searched if not item.is_known]
    result: list[Value | Rest] = []
    for value, item in zip(values, keys):
        assert isinstance(item, Value)
        key = convert(item, kind)
        if key.is_known:
            same_key = [Truth.of(fingerprint(key) in known), *(equal(key, other) for other in others)]
        else:
            same_key = [equal(key, other) for other in searched]
        if Truth.YES in same_key:
            result.append(value)
        elif Truth.UNKNOWN in same_key:
            result.append(_rest(args, "matchkeys"))
    return made_of(result, List(element))


def _range(args: Sequence[Value], _: Context) -> Value:
    numbers = [arg.data for arg in args]
    if not 1 <= len(args) <= 3:
        raise OperationError("takes one, two or three numbers")
    known = [item for item in numbers if isinstance(item, int | Fraction)]
    if len(known) < len(numbers):
        return derived(args, "range", List(NUMBER), not_null=True)
    start, end = (0, known[0]) if len(known) == 1 else (known[0], known[1])
    step = known[2] if len(known) == 3 else (1 if start <= end else -1)
    if step == 0:
        raise OperationError("step must not be zero")
    if (step > 0) != (start < end) and start != end:
        raise OperationError("the step leads away from the limit")
    items: list[Value] = []
    current = start
    while current < end if step > 0 else current > end:
        if len(items) >= 1024:
            raise OperationError("more than 1024 values were generated")
        items.append(number(current))
        current += step
    return list_of(NUMBER, items)


def _reverse(args: Sequence[Value], _: Context) -> Value:
    items = list(reversed(items_of(args[0])))
    if isinstance(args[0].type, Set) and not args[0].is_known:
        return derived(args, "reverse", List(args[0].type.element), not_null=True)
    return made_of(items, List(args[0].type.element) if isinstance(args[0].type, Set | List) else args[0].type)


def _slice(args: Sequence[Value], _: Context) -> Value:
    items = items_of(args[0])
    start, end = _whole(args[1], "start"), _whole(args[2], "end")
    if isinstance(args[0].type, Set):
        raise OperationError("a list or tuple is required")
    if start is None or end is None:
        return derived(args, "slice", ANY if isinstance(args[0].type, Tuple) else args[0].type, not_null=True)
    whole = _at_least(items) == len(items)
    if start < 0 or start > end or (whole and end > len(items)):
        raise OperationError(f"there is no slice from {start} to {end} of a list of {len(items)} elements")
    if not whole and not all(isinstance(item, Value) for item in items[:end]):
        return derived(args, "slice", ANY if isinstance(args[0].type, Tuple) else args[0].type, not_null=True)
    return made_of(items[start:end], args[0].type)


def _sort(args: Sequence[Value], _: Context) -> Value:
    items = items_of(args[0])
    if any(isinstance(item, Value) and item.data is None for item in items):
        raise OperationError("the list must not hold null")
    if not args[0].is_known:
        least, most = size_bounds(args[0])
        return derived(args, "sort", List(STRING), not_null=True, min_length=least, max_length=most)
    values = [item for item in items if isinstance(item, Value)]
    return list_of(STRING, sorted(values, key=lambda item: str(item.data)))


# --- maps -------------------------------------------------------------------------------------------------------------


def _keys(args: Sequence[Value], _: Context) -> Value:
    items, rest = entries_of(args[0])
    names = [string(name) for name in sorted(items)]
    type_: Type = Tuple(()) if isinstance(args[0].type, Object) else List(STRING)
    if rest is None:
        return made_of(names, type_)
    return Value(List(STRING), Elements(_around(names, _rest(args, "keys"))))


def _values(args: Sequence[Value], _: Context) -> Value:
    items, rest = entries_of(args[0])
    found = [items[name] for name in sorted(items)]
    if rest is None:
        return made_of(found, List(args[0].type.element) if isinstance(args[0].type, Map) else Tuple(()))
    type_: Type = List(args[0].type.element) if isinstance(args[0].type, Map) else ANY
    return Value(type_, Elements(_around(found, _rest(args, "values"))))


def _around(values: Sequence[Value], rest: Rest) -> tuple[Value | Rest, ...]:
    """The values, which others may stand before, between and behind."""
    return (rest, *(item for value in values for item in (value, rest)))


def _merge(args: Sequence[Value], _: Context) -> Value:
    present = [arg for arg in args if arg.data is not None]
    if not present:
        return object_of({})
    items: dict[str, Value] = {}
    uncertain: list[Value] = []
    for arg in present:
        found, rest = entries_of(arg)
        if rest is not None:
            uncertain.append(Value(ANY, rest, arg.origin, arg.sensitive))
            items = {
                name: item if name in found else _overridable(item, rest, name, arg) for name, item in items.items()
            }
        for name, item in found.items():
            items[name] = item.marked(arg.sensitive)
    types = [arg.type for arg in present]
    type_ = types[0] if isinstance(types[0], Map) and all(kind == types[0] for kind in types) else None
    items = dict(sorted(items.items()))
    if not uncertain:
        if len(items) > MAX_ELEMENTS:
            raise LimitError(f"limit: the map has more than {MAX_ELEMENTS} elements")
        return Value(type_, items) if type_ is not None else object_of(items)
    if not items and len(present) == 1:
        return present[0]
    data = derived(uncertain, "merge").data
    assert isinstance(data, Unknown)
    return Value(type_ or ANY, Entries(items, data))


def _overridable(item: Value, rest: Unknown, name: str, by: Value) -> Value:
    """An entry that is there for certain, but whose value a later, unknown map may replace."""
    other = Value(_element_type(by.type), member_of_rest(rest, name), by.origin, by.sensitive)
    reason = f"it may be overridden: {rest.reason}"
    sources = rest.sources | item.sources
    key = f"{rest.key}[{name!r}]?" if rest.key and item.is_known else ""
    data = Unknown(reason, key, sources, rest.error, rest.static, candidates=(item, other))
    return Value(item.type if item.type == other.type else ANY, data, item.origin, item.sensitive or by.sensitive)


def _transpose(args: Sequence[Value], _: Context) -> Value:
    items, rest = entries_of(args[0])
    type_ = Map(List(STRING))
    if rest is not None or not all(item.is_known for item in items.values()):
        return derived(args, "transpose", type_, not_null=True)
    result: dict[str, list[Value]] = {}
    for name in sorted(items):
        data = items[name].data
        if not isinstance(data, tuple):
            raise OperationError("a list in the map is null")
        for item in data:
            if not isinstance(item.data, str):
                raise OperationError("a string in the map is null")
            result.setdefault(item.data, []).append(string(name))
    return map_of(List(STRING), {name: list_of(STRING, values) for name, values in result.items()})


def _zipmap(args: Sequence[Value], _: Context) -> Value:
    keys, values = items_of(args[0]), items_of(args[1])
    if isinstance(args[1].type, Set):
        raise OperationError("the values must be a list or a tuple")
    names = [item.data for item in keys if isinstance(item, Value)]
    found = [item for item in values if isinstance(item, Value)]
    texts = [name for name in names if isinstance(name, str)]
    if None in names:
        raise OperationError("a key is null")
    if len(texts) < len(keys) or len(found) < len(values):
        result = Map(args[1].type.element) if isinstance(args[1].type, List) else ANY
        return derived(args, "zipmap", result, not_null=True)
    if len(texts) != len(found):
        raise OperationError(f"there are {len(texts)} keys, but {len(found)} values")
    items = dict(zip(texts, found))
    return map_of(args[1].type.element, items) if isinstance(args[1].type, List) else object_of(items)


# --- the table --------------------------------------------------------------------------------------------------------

_LIST = Parameter("list")
_MAP = Parameter("map")
_VALS = Parameter("vals", nullable=True)

FUNCTIONS: dict[str, Function] = {
    "alltrue": on_values(_alltrue, Parameter("list", List(BOOL)), result=BOOL),
    "anytrue": on_values(_anytrue, Parameter("list", List(BOOL)), result=BOOL),
    "chunklist": on_values(_chunklist, Parameter("list", List(ANY)), Parameter("size", NUMBER), result=List(List(ANY))),
    "coalesce": on_values(_coalesce, variadic=_VALS, selects=True),
    "coalescelist": on_values(_coalescelist, variadic=_VALS, selects=True),
    "compact": on_values(_compact, Parameter("list", List(STRING)), result=List(STRING)),
    "concat": on_values(_concat, variadic=Parameter("seqs")),
    "contains": on_values(_contains, _LIST, Parameter("value"), result=BOOL),
    "distinct": on_values(_distinct, Parameter("list", List(ANY)), result=List(ANY)),
    "element": on_values(_element, _LIST, Parameter("index", NUMBER), selects=True),
    "flatten": on_values(_flatten, _LIST),
    "index": on_values(_index, _LIST, Parameter("value"), result=NUMBER),
    "keys": on_values(_keys, _MAP),
    "length": on_values(_length, Parameter("value"), result=NUMBER),
    "lookup": on_values(
        _lookup, _MAP, Parameter("key", STRING), variadic=Parameter("default", nullable=True), selects=True
    ),
    "matchkeys": on_values(
        _matchkeys,
        Parameter("values", List(ANY)),
        Parameter("keys", List(ANY)),
        Parameter("searchset", List(ANY)),
        result=List(ANY),
    ),
    "merge": on_values(_merge, variadic=Parameter("maps", nullable=True)),
    "one": on_values(_one, _LIST, selects=True),
    "range": on_values(_range, variadic=Parameter("params", NUMBER), result=List(NUMBER)),
    "reverse": on_values(_reverse, _LIST),
    "slice": on_values(_slice, _LIST, Parameter("start", NUMBER), Parameter("end", NUMBER)),
    "sort": on_values(_sort, Parameter("list", List(STRING)), result=List(STRING)),
    "transpose": on_values(_transpose, Parameter("values", Map(List(STRING))), result=Map(List(STRING))),
    "values": on_values(_values, _MAP),
    "zipmap": on_values(_zipmap, Parameter("keys", List(STRING)), Parameter("values")),
}
