"""Which types go together: the one that several unify to, and which of them convert to which.

Facts come from https://github.com/zclconf/go-cty (`cty/convert`) and from running Terraform.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from initlint.terraform.types import ANY, STRING, List, Map, Object, Primitive, Set, Tuple, Type


def unify(types: Sequence[Type], *, unsafe: bool = False) -> Type | None:
    """The one type that values of all these types convert to; None where there is none.

    Conditionals, `coalesce` and the like allow conversions that cannot fail; `unsafe` (tolist, tomap, toset) the
    others too.
    """
    distinct = list(dict.fromkeys(map(_Comparable, types)))
    kinds = [item.type for item in distinct]
    if not kinds:
        return ANY
    if len(kinds) == 1:
        return plain(kinds[0], kinds[0])
    dynamic = ANY in kinds
    structures = [kind for kind in kinds if kind != ANY]
    found = _unify_structures(structures, dynamic, unsafe)
    if found is not _UNDECIDED:
        return found if isinstance(found, Type) else None
    for wanted in sorted(structures, key=_preference) + [ANY] * dynamic:
        if all(convertible(kind, wanted, unsafe=unsafe) for kind in kinds):
            return wanted
    return None


class _Comparable:
    """A type as a dictionary key (objects are not hashable by all their parts)."""

    __slots__ = ("type",)

    def __init__(self, type_: Type) -> None:
        self.type = type_

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Comparable) and self.type == other.type

    def __hash__(self) -> int:
        return hash(str(self.type))


_UNDECIDED = object()


def _unify_structures(types: Sequence[Type], dynamic: bool, unsafe: bool) -> object:
    """The unified type of collections and structures, None where there is none, _UNDECIDED for other mixtures."""
    for collection in (Map, List, Set):
        if all(isinstance(type_, collection) for type_ in types):
            if dynamic:
                return ANY
            element = unify([t.element for t in types if isinstance(t, collection)], unsafe=unsafe)
            return None if element is None else collection(element)
    has_map = any(isinstance(type_, Map) for type_ in types)
    has_list = any(isinstance(type_, List) for type_ in types)
    if all(isinstance(type_, Map | Object) for type_ in types):
        if has_map:
            return _as_map(types, unsafe) or _UNDECIDED
        if dynamic:
            return ANY
        return _unify_objects([t for t in types if isinstance(t, Object)], unsafe)
    if all(isinstance(type_, List | Tuple) for type_ in types):
        if has_list:
            return _as_list(types, unsafe) or _UNDECIDED
        if dynamic:
            return ANY
        return _unify_tuples([t for t in types if isinstance(t, Tuple)], unsafe)
    if any(isinstance(type_, Object) for type_ in types) and any(isinstance(type_, Tuple) for type_ in types):
        return None
    return _UNDECIDED


def _as_map(types: Iterable[Type], unsafe: bool) -> Type | None:
    elements: list[Type] = []
    for type_ in types:
        elements.extend(type_.attributes.values() if isinstance(type_, Object) else [])
        elements.extend([type_.element] if isinstance(type_, Map) else [])
    element = unify(elements, unsafe=unsafe)
    return None if element is None else Map(element)


def _as_list(types: Iterable[Type], unsafe: bool) -> Type | None:
    elements: list[Type] = []
    for type_ in types:
        elements.extend(type_.elements if isinstance(type_, Tuple) else [])
        elements.extend([type_.element] if isinstance(type_, List) else [])
    element = unify(elements, unsafe=unsafe)
    return None if element is None else List(element)


def _unify_objects(types: Sequence[Object], unsafe: bool) -> Type | None:
    first = types[0].attributes
    if all(type_.attributes.keys() == first.keys() for type_ in types):
        unified = {name: unify([type_.attributes[name] for type_ in types], unsafe=unsafe) for name in first}
        attributes = {name: type_ for name, type_ in unified.items() if type_ is not None}
        # Attributes that do not unify alone do not unify with more of them either.
        return Object(attributes) if len(attributes) == len(first) else None
    return _as_map(types, unsafe)


def _unify_tuples(types: Sequence[Tuple], unsafe: bool) -> Type | None:
    if len({len(type_.elements) for type_ in types}) == 1:
        unified = [unify(column, unsafe=unsafe) for column in zip(*(type_.elements for type_ in types))]
        elements = tuple(type_ for type_ in unified if type_ is not None)
        return Tuple(elements) if len(elements) == len(unified) else None
    return _as_list(types, unsafe)


def _preference(type_: Type) -> int:
    """Earlier is better: text can hold every primitive; a set of conversions exists towards collections."""
    order = (Primitive, List, Set, Map, Tuple, Object)
    if type_ == STRING:
        return -1
    return next(at for at, kind in enumerate(order) if isinstance(type_, kind))


def convertible(given: Type, wanted: Type, *, unsafe: bool = False) -> bool:
    """Whether values of one type convert to another; `unsafe` allows conversions that depend on the value."""
    if given == wanted or wanted == ANY:
        return True
    if given == ANY:
        return unsafe
    if isinstance(wanted, Primitive):
        return isinstance(given, Primitive) and (wanted == STRING or (unsafe and given == STRING))
    if isinstance(wanted, List | Set):
        if isinstance(given, Tuple):
            if wanted.element == ANY:
                return unify(given.elements, unsafe=unsafe) is not None
            return all(convertible(element, wanted.element, unsafe=unsafe) for element in given.elements)
        if isinstance(given, List | Set):
            if isinstance(given, List) and isinstance(wanted, Set) and not unsafe:
                return False  # it loses the order and duplicates
            return convertible(given.element, wanted.element, unsafe=unsafe)
        return False
    if isinstance(wanted, Map):
        if isinstance(given, Map):
            return convertible(given.element, wanted.element, unsafe=unsafe)
        if isinstance(given, Object):
            if wanted.element == ANY:
                return unify(list(given.attributes.values()), unsafe=unsafe) is not None
            return all(convertible(type_, wanted.element, unsafe=unsafe) for type_ in given.attributes.values())
        return False
    if isinstance(wanted, Tuple):
        return (
            isinstance(given, Tuple)
            and len(given.elements) == len(wanted.elements)
            and all(convertible(g, w, unsafe=unsafe) for g, w in zip(given.elements, wanted.elements))
        )
    if isinstance(wanted, Object):
        if isinstance(given, Object):
            return all(
                convertible(given.attributes[name], type_, unsafe=unsafe)
                if name in given.attributes
                else name in wanted.optional
                for name, type_ in wanted.attributes.items()
            )
        return (
            isinstance(given, Map)
            and unsafe
            and all(convertible(given.element, type_, unsafe=True) for type_ in wanted.attributes.values())
        )
    return False


def compatible(a: Type, b: Type) -> bool:
    """Whether two values of these types could have the same type (`any` could be every type)."""
    if ANY in (a, b):
        return True
    if isinstance(a, List | Set | Map):
        return type(a) is type(b) and compatible(a.element, b.element)
    if isinstance(a, Tuple):
        return (
            isinstance(b, Tuple) and len(a.elements) == len(b.elements) and all(map(compatible, a.elements, b.elements))
        )
    if isinstance(a, Object):
        return (
            isinstance(b, Object)
            and a.attributes.keys() == b.attributes.keys()
            and all(compatible(type_, b.attributes[name]) for name, type_ in a.attributes.items())
        )
    return a == b


def plain(type_: Type, given: Type = ANY) -> Type:
    """The type of a value that was converted to a constraint: without optional marks, `any` filled in where known."""
    if type_ == ANY:
        return given
    if isinstance(type_, List | Set | Map):
        element = given.element if isinstance(given, List | Set | Map) else ANY
        return type(type_)(plain(type_.element, element))
    if isinstance(type_, Tuple):
        return Tuple(tuple(plain(element) for element in type_.elements))
    if isinstance(type_, Object):
        known = given.attributes if isinstance(given, Object) else {}
        return Object({name: plain(attribute, known.get(name, ANY)) for name, attribute in type_.attributes.items()})
    return type_
