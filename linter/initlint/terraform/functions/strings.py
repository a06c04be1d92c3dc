"""String functions. Known text stays known beside unknown parts, and keeps its place in the source where it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from initlint.number import LimitError, OperationError
from initlint.terraform.convert import TEXT_OF, convert, may_be
from initlint.terraform.functions import MAX_ELEMENTS, MAX_TEXT, Context, Function, Parameter, native, on_values
from initlint.terraform.functions.pieces import (
    between,
    clusters,
    drop_left,
    drop_right,
    head,
    is_text,
    known,
    made,
    mapped,
    nfc,
    part,
    parted,
    tail,
    through,
)
from initlint.terraform.types import BOOL, NUMBER, STRING, List, Set, Type
from initlint.terraform.value import (
    MOST_CHUNKS,
    Chunk,
    Elements,
    Hole,
    Piece,
    Rest,
    Text,
    Unknown,
    Value,
    boolean,
    derived,
    joined,
    list_of,
    string,
    text_of,
)
from initlint.truth import Truth

SPACE = "".join(
    map(
        chr,
        [*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000],
    )
)
"""What Go's unicode.IsSpace takes for white space."""

# --- character by character -------------------------------------------------------------------------------------------


def _upper(text: str) -> str:
    """Upper case one character at a time, as Go does: what would become two characters stays."""
    return text.upper() if text.isascii() else nfc("".join(c.upper() if len(c.upper()) == 1 else c for c in text))


def _lower(text: str) -> str:
    """Lower case one character at a time: no final sigma, and the dotted capital I becomes i."""
    return text.lower() if text.isascii() else nfc("".join(c.lower()[0] for c in text))


def _to_upper(args: Sequence[Value], _: Context) -> Value:
    return mapped(args[0], "upper", _upper, matches=("^[^a-z]*$",))


def _to_lower(args: Sequence[Value], _: Context) -> Value:
    return mapped(args[0], "lower", _lower, matches=("^[^A-Z]*$",))


def _title(text: str) -> str:
    result: list[str] = []
    previous = " "
    for character in text:
        result.append(_title_case(character) if _separates(previous) else character)
        previous = character
    return "".join(result)


def _title_case(character: str) -> str:
    """Go's unicode.ToTitle: one character for one."""
    titled = character.title()
    return titled if len(titled) == 1 else _upper(character)


def _separates(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    return not (character.isalpha() or character.isdecimal()) and character in SPACE


def _strrev(text: str) -> str:
    return "".join(reversed(clusters(text)))


def _indent(args: Sequence[Value], _: Context) -> Value:
    spaces = args[0].data
    if not isinstance(spaces, int):
        return _only_whole(args, "indent", "spaces")
    if spaces < 0:
        raise OperationError("spaces must not be negative")
    pad = Chunk(" " * min(spaces, MAX_TEXT))
    pieces: list[Piece] = []
    size = 0
    for piece in args[1].pieces:
        if isinstance(piece, Hole):
            change = _indenter(pad.text)
            pieces.append(Hole(through(piece.value, "indent", change, args[:1])))
            continue
        at = 0
        for match in re.finditer("\n", piece.text):
            pieces += [part(piece, at, match.end()), pad]
            at = match.end()
            size += spaces
            if size > MAX_TEXT:
                raise LimitError(f"limit: the text is longer than {MAX_TEXT} characters")
        pieces.append(part(piece, at, len(piece.text)))
    return made(pieces)


def _indenter(pad: str) -> Callable[[str], str]:
    return lambda text: text.replace("\n", "\n" + pad)


def _only_whole(args: Sequence[Value], name: str, parameter: str) -> Value:
    """What a function gives whose number argument is unknown, or has a fraction."""
    if all(arg.is_known for arg in args):
        raise OperationError(f"{parameter} must be a whole number")
    return derived(args, name, STRING, not_null=True)


# --- edges ------------------------------------------------------------------------------------------------------------


def _trim_left(pieces: tuple[Piece, ...], cutset: str, others: Sequence[Value]) -> tuple[Piece, ...]:
    """Without the characters of `cutset` at the start, as far as that is certain."""
    text = head(pieces)
    rest = drop_left(pieces, len(text) - len(text.lstrip(cutset)))
    if not rest or isinstance(rest[0], Chunk):
        return rest
    # What the hole ends in decides whether the text behind it is reached; text that starts otherwise is safe.
    following = head(rest[1:])
    reached = len(following) - len(following.lstrip(cutset))
    unsafe = len(rest) if reached == len(following) and len(rest) > 1 else 1
    if unsafe == 1 and not reached:
        return (Hole(through(_hole_value(rest[:1]), "trimleft", lambda s: s.lstrip(cutset), others)), *rest[1:])
    if unsafe == 1:
        kept = drop_left(rest[1:], reached)
        cut = rest[1:][: 1 + len(rest[1:]) - len(kept)]
        lost = between(tuple(p for p in cut if isinstance(p, Chunk)), 0, reached)
        return (Hole(derived((text_of((rest[0], *lost)), *others), "trimleft", STRING)), *kept)
    return (Hole(derived((text_of(rest), *others), "trimleft", STRING)),)


def _trim_right(pieces: tuple[Piece, ...], cutset: str, others: Sequence[Value]) -> tuple[Piece, ...]:
    """Without the characters of `cutset` at the end, as far as that is certain."""
    text = tail(pieces)
    rest = drop_right(pieces, len(text) - len(text.rstrip(cutset)))
    if not rest or isinstance(rest[-1], Chunk):
        return rest
    before = tail(rest[:-1])
    reached = len(before) - len(before.rstrip(cutset))
    if reached == len(before) and len(rest) > 1:
        return (Hole(derived((text_of(rest), *others), "trimright", STRING)),)
    if not reached:
        return (*rest[:-1], Hole(through(_hole_value(rest[-1:]), "trimright", lambda s: s.rstrip(cutset), others)))
    kept = drop_right(rest[:-1], reached)
    return (*kept, Hole(derived((text_of((Chunk(before[-reached:]), rest[-1])), *others), "trimright", STRING)))


def _hole_value(pieces: Sequence[Piece]) -> Value:
    piece = pieces[0]
    assert isinstance(piece, Hole)
    return piece.value


def _trim(args: Sequence[Value], _: Context) -> Value:
    cutset = args[1].data
    if not isinstance(cutset, str):
        return derived(args, "trim", STRING, not_null=True)
    if not cutset:
        return made(args[0].pieces)
    return made(_trim_right(_trim_left(args[0].pieces, cutset, args[1:]), cutset, args[1:]))


def _trimspace(args: Sequence[Value], _: Context) -> Value:
    return made(_trim_right(_trim_left(args[0].pieces, SPACE, ()), SPACE, ()))


def _chomp(args: Sequence[Value], _: Context) -> Value:
    pieces = args[0].pieces
    text = tail(pieces)
    kept = text.rstrip("\r\n")
    if kept or is_text(pieces):
        return made(drop_right(pieces, len(text) - len(kept)))
    return made(_trim_right(pieces, "\r\n", ()))


def _trimprefix(args: Sequence[Value], _: Context) -> Value:
    prefix = args[1].data
    if not isinstance(prefix, str):
        return derived(args, "trimprefix", STRING, not_null=True)
    pieces = args[0].pieces
    answer = starts(pieces, prefix)
    if answer is Truth.YES:
        return made(drop_left(pieces, len(prefix)))
    if answer is Truth.NO:
        return made(pieces)
    reach = _stretch(pieces, len(prefix))
    return made((Hole(derived((text_of(reach[0]), *args[1:]), "trimprefix", STRING)), *reach[1]))


def _trimsuffix(args: Sequence[Value], _: Context) -> Value:
    suffix = args[1].data
    if not isinstance(suffix, str):
        return derived(args, "trimsuffix", STRING, not_null=True)
    pieces = args[0].pieces
    answer = ends(pieces, suffix)
    if answer is Truth.YES:
        return made(drop_right(pieces, len(suffix)))
    if answer is Truth.NO:
        return made(pieces)
    kept, reach = _stretch_end(pieces, len(suffix))
    return made((*kept, Hole(derived((text_of(reach), *args[1:]), "trimsuffix", STRING))))


def _stretch(pieces: tuple[Piece, ...], count: int) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The pieces that a prefix of `count` characters may reach into (holes may be empty), and those behind."""
    reach: list[Piece] = []
    for at, piece in enumerate(pieces):
        if isinstance(piece, Hole):
            reach.append(piece)
        elif len(piece.text) <= count:
            reach.append(piece)
            count -= len(piece.text)
        else:
            return (*reach, part(piece, 0, count)), (part(piece, count, len(piece.text)), *pieces[at + 1 :])
        if not count:
            return tuple(reach), pieces[at + 1 :]
    return tuple(reach), ()


def _stretch_end(pieces: tuple[Piece, ...], count: int) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The pieces before those that a suffix of `count` characters may reach into, and these."""
    reach: list[Piece] = []
    for at in range(len(pieces) - 1, -1, -1):
        piece = pieces[at]
        if isinstance(piece, Hole):
            reach.insert(0, piece)
        elif len(piece.text) <= count:
            reach.insert(0, piece)
            count -= len(piece.text)
        else:
            size = len(piece.text)
            return (*pieces[:at], part(piece, 0, size - count)), (part(piece, size - count, size), *reach)
        if not count:
            return pieces[:at], tuple(reach)
    return (), tuple(reach)


# --- questions --------------------------------------------------------------------------------------------------------


def starts(pieces: Sequence[Piece], prefix: str) -> Truth:
    """Whether a string starts with a prefix."""
    text = head(pieces)
    if text.startswith(prefix):
        return Truth.YES
    if is_text(pieces) or not prefix.startswith(text):
        return Truth.NO
    return _may_match([*joined(pieces), _anything()], prefix, starts_there=True)


def ends(pieces: Sequence[Piece], suffix: str) -> Truth:
    """Whether a string ends with a suffix."""
    text = tail(pieces)
    if text.endswith(suffix):
        return Truth.YES
    return Truth.NO if is_text(pieces) or not suffix.endswith(text) else Truth.UNKNOWN


def _anything() -> Hole:
    return Hole(Value(STRING, Unknown("")))


def _may_match(pieces: Sequence[Piece], prefix: str, *, starts_there: bool) -> Truth:
    """UNKNOWN where the pieces may give a string that starts with the prefix, else NO."""
    for size in range(len(pieces), 0, -1):
        if may_be(pieces[:size], prefix) is not Truth.NO:
            return Truth.UNKNOWN
        last = pieces[size - 1]
        if isinstance(last, Chunk):
            for cut in range(len(last.text)):
                if may_be([*pieces[: size - 1], Chunk(last.text[:cut])], prefix) is not Truth.NO:
                    return Truth.UNKNOWN
    return Truth.NO if starts_there else Truth.UNKNOWN


def _answer(truth: Truth, args: Sequence[Value], name: str) -> Value:
    return derived(args, name, BOOL, not_null=True) if truth is Truth.UNKNOWN else boolean(truth is Truth.YES)


def _startswith(args: Sequence[Value], _: Context) -> Value:
    prefix = args[1].data
    if not isinstance(prefix, str):
        return derived(args, "startswith", BOOL, not_null=True)
    return _answer(starts(args[0].pieces, prefix), args, "startswith")


def _endswith(args: Sequence[Value], _: Context) -> Value:
    suffix = args[1].data
    if not isinstance(suffix, str):
        return derived(args, "endswith", BOOL, not_null=True)
    return _answer(ends(args[0].pieces, suffix), args, "endswith")


def _strcontains(args: Sequence[Value], _: Context) -> Value:
    wanted = args[1].data
    if not isinstance(wanted, str):
        return derived(args, "strcontains", BOOL, not_null=True)
    pieces = joined(args[0].pieces)
    if any(isinstance(piece, Chunk) and wanted in piece.text for piece in pieces) or not wanted:
        return boolean(True)
    return _answer(Truth.NO if is_text(pieces) else Truth.UNKNOWN, args, "strcontains")


# --- parts ------------------------------------------------------------------------------------------------------------


def _substr(args: Sequence[Value], _: Context) -> Value:
    offset, length = args[1].data, args[2].data
    if not isinstance(offset, int) or not isinstance(length, int):
        if isinstance(args[1].data, Unknown) or isinstance(args[2].data, Unknown):
            return derived(args, "substr", STRING, not_null=True)
        raise OperationError("offset and length must be whole numbers")
    pieces = args[0].pieces
    if is_text(pieces):
        return made(_substr_known(pieces, known(pieces), offset, length))
    text = head(pieces)
    if offset >= 0:
        if length == 0:
            return string("")
        # A hole that starts with a combining mark would be part of the last cluster before it; names have none.
        if 0 < length <= len(text) - offset and text.isascii():
            return made(drop_right_of_head(pieces, text, offset, length))
        if length < 0 and offset <= len(text) and text.isascii():
            return made(drop_left(pieces, offset))
        if length > 0 and offset < len(text) and text.isascii():
            lead = between(_head_pieces(pieces), offset, len(text))
            room = length - (len(text) - offset)
            others = (Value(NUMBER, 0), Value(NUMBER, room))
            remainder = text_of(pieces[len(_head_pieces(pieces)) :])
            hole = Hole(derived((remainder, *others), "substr", STRING, matches=(f"(?s)^.{{0,{min(room, 1000)}}}$",)))
            return made((*lead, hole))
    facts = {"matches": (f"(?s)^.{{0,{length}}}$",)} if 0 < length <= 1000 else {}
    return derived(args, "substr", STRING, not_null=True, **facts)


def _head_pieces(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    count = next((at for at, piece in enumerate(pieces) if isinstance(piece, Hole)), len(pieces))
    return tuple(pieces[:count])


def drop_right_of_head(pieces: Sequence[Piece], text: str, offset: int, length: int) -> tuple[Piece, ...]:
    """The `length` characters at `offset` of the known text that a string starts with."""
    return between(_head_pieces(pieces), offset, min(offset + length, len(text)))


def _substr_known(pieces: Sequence[Piece], text: str, offset: int, length: int) -> tuple[Piece, ...]:
    """As go-cty's Substr counts: in grapheme clusters, from the end where the offset is negative."""
    parts = clusters(text)
    if offset < 0:
        offset = max(offset + len(parts), 0)
        length = length or -1  # a length of 0 from the end is taken for the rest
    elif length == 0:
        return ()
    start = sum(map(len, parts[:offset]))
    end = len(text) if length < 0 else start + sum(map(len, parts[offset : offset + length]))
    return between(pieces, start, end)


def _split(args: Sequence[Value], _: Context) -> Value:
    separator = args[0].data
    pieces = args[1].pieces
    if not isinstance(separator, str):
        return derived(args, "split", List(STRING), not_null=True, min_length=1)
    if is_text(pieces):
        text = known(pieces)
        texts = text.split(separator) if separator else list(text)
        if len(texts) > MAX_ELEMENTS:
            raise LimitError(f"limit: the list has more than {MAX_ELEMENTS} elements")
        items: list[Value] = []
        at = 0
        for item in texts:
            items.append(text_of(between(pieces, at, at + len(item))))
            at += len(item) + len(separator)
        return list_of(STRING, items)
    if len(separator) != 1:
        return derived(args, "split", List(STRING), not_null=True, min_length=0 if not separator else 1)
    return Value(List(STRING), _split_partly(separator, pieces, args))


def _split_partly(separator: str, pieces: Sequence[Piece], args: Sequence[Value]) -> Elements | tuple[Value, ...]:
    """Elements that holes cannot reach are known; a hole may hold separators, so its element may be several."""
    elements: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, Hole):
            elements[-1].append(piece)
            continue
        at = 0
        for match in re.finditer(re.escape(separator), piece.text):
            elements[-1].append(part(piece, at, match.start()))
            elements.append([])
            at = match.end()
        elements[-1].append(part(piece, at, len(piece.text)))
    items: list[Value | Rest] = []
    for element in elements:
        holes = [piece.value for piece in element if isinstance(piece, Hole)]
        if all(_cannot_hold(hole, separator) for hole in holes):
            items.append(text_of(element))
        else:
            unknown = derived((args[0], text_of(element)), "split", List(STRING)).data
            assert isinstance(unknown, Unknown)
            items.append(Rest(unknown))
    values = tuple(item for item in items if isinstance(item, Value))
    return values if len(values) == len(items) else Elements(tuple(items))


def _cannot_hold(hole: Value, separator: str) -> bool:
    data = convert(hole, STRING).data
    if not isinstance(data, Unknown):
        return False
    if data.candidates:
        texts = [convert(candidate, STRING).data for candidate in data.candidates]
        return all(isinstance(text, str) and separator not in text for text in texts)
    letters: dict[Type, str] = {NUMBER: "-.0123456789", BOOL: "truefals"}
    return any(pattern in data.matches and separator not in letters[kind] for kind, pattern in TEXT_OF.items())


# --- join -------------------------------------------------------------------------------------------------------------


def _join(args: Sequence[Value], _: Context) -> Value:
    separator = args[0]
    items: list[Value | Rest] = []
    for arg in args[1:]:
        items += _join_items(arg)
    if len(args) == 1:
        raise OperationError("at least one list is required")
    pieces: list[Piece] = []
    between_ = separator.pieces
    size = 0
    seen = False
    for item in items:
        if isinstance(item, Rest):
            pieces.append(Hole(_rest_text(item, separator)))
            continue
        if item.data is None:
            raise OperationError("an element is null")
        if seen:
            pieces += between_
        elif pieces:
            pieces = [Hole(derived((text_of(pieces), separator), "join", STRING))]
        pieces += item.pieces
        size += len(item.data) if isinstance(item.data, str) else 0
        seen = True
        if size > MAX_TEXT or len(pieces) > 8 * MAX_ELEMENTS:
            raise LimitError(f"limit: the text is longer than {MAX_TEXT} characters")
    return made(pieces)


def _join_items(arg: Value) -> Sequence[Value | Rest]:
    data = arg.data
    if isinstance(arg.type, Set) and not arg.is_known:
        return [_as_rest(arg)]
    if isinstance(data, tuple):
        return data
    if isinstance(data, Elements):
        return data.items
    return [_as_rest(arg)]


def _as_rest(arg: Value) -> Rest:
    unknown = derived((arg,), "elements").data
    assert isinstance(unknown, Unknown)
    return Rest(unknown)


def _rest_text(rest: Rest, separator: Value) -> Value:
    return derived((separator, Value(List(STRING), rest.unknown)), "join", STRING)


# --- replace ----------------------------------------------------------------------------------------------------------


def _replace(args: Sequence[Value], _: Context) -> Value:
    wanted = args[1].data
    if not isinstance(wanted, str):
        return derived(args, "replace", STRING, not_null=True)
    if len(wanted) > 1 and wanted[0] == wanted[-1] == "/":
        from initlint.terraform.functions.expressions import replace_all

        return replace_all(args[0], wanted[1:-1], args[2])
    pieces = args[0].pieces
    if not wanted:
        if is_text(pieces) and isinstance(args[2].data, str):
            return string(nfc(known(pieces).replace("", args[2].data)))
        return derived(args, "replace", STRING, not_null=True)
    if is_text(pieces):
        return made(_replace_known(pieces, known(pieces), wanted, args[2]))
    return made(_replace_partly(pieces, wanted, args))


def _replace_known(pieces: Sequence[Piece], text: str, wanted: str, by: Value) -> list[Piece]:
    times = text.count(wanted)
    if times * (len(by.data) if isinstance(by.data, str) else len(by.pieces)) > MAX_TEXT:
        raise LimitError(f"limit: the text is longer than {MAX_TEXT} characters")
    if times > MOST_CHUNKS and isinstance(by.data, str):  # too many for each to have a place
        return [Chunk(text.replace(wanted, by.data))]
    if times > MAX_ELEMENTS:
        raise LimitError(f"limit: the text has more than {MAX_ELEMENTS} parts")
    cuts: list[tuple[int, int]] = []
    at = 0
    for _ in range(times):
        found = text.find(wanted, at)
        cuts.append((at, found))
        at = found + len(wanted)
    first, *others = parted(pieces, [*cuts, (at, len(text))])
    return [*first, *(piece for stretch in others for piece in (*by.pieces, *stretch))]


def _replace_partly(pieces: Sequence[Piece], wanted: str, args: Sequence[Value]) -> list[Piece]:
    """Chunk by chunk. Text that may be part of an occurrence that a hole begins or ends goes into the hole."""
    by = args[2]
    result: list[Piece] = []
    gathered: list[Piece] = []

    def close() -> None:
        if gathered:
            result.append(Hole(_replaced_hole(text_of(gathered), wanted, args)))
            gathered.clear()

    runs = _runs(pieces)
    for at, run in enumerate(runs):
        if isinstance(run, Hole):
            gathered.append(run)
            continue
        text = known(run)
        reached = any(text.startswith(wanted[cut:]) or wanted[cut:].startswith(text) for cut in range(1, len(wanted)))
        if gathered and reached:
            gathered.extend(run)
            continue
        close()
        kept = len(text)
        if at + 1 < len(runs):
            last = text.rfind(wanted)
            scanned = 0 if last == -1 else _scan_end(text, wanted)
            overlaps = [
                size
                for size in range(1, len(wanted))
                if wanted.startswith(text[len(text) - size :]) and size <= len(text)
            ]
            kept = max(scanned, len(text) - max(overlaps, default=0))
        result += _replace_known(between(run, 0, kept), text[:kept], wanted, by)
        gathered.extend(between(run, kept, len(text)))
    close()
    return result


def _scan_end(text: str, wanted: str) -> int:
    """Where the last of the occurrences ends that are replaced from left to right."""
    end = 0
    found = text.find(wanted)
    while found != -1:
        end = found + len(wanted)
        found = text.find(wanted, end)
    return end


def _runs(pieces: Sequence[Piece]) -> list[Hole | tuple[Piece, ...]]:
    """Holes, and the stretches of known chunks between them."""
    runs: list[Hole | tuple[Piece, ...]] = []
    for piece in pieces:
        if isinstance(piece, Hole):
            runs.append(piece)
        elif runs and isinstance(runs[-1], tuple):
            runs[-1] = (*runs[-1], piece)
        else:
            runs.append((piece,))
    return runs


def _replaced_hole(value: Value, wanted: str, args: Sequence[Value]) -> Value:
    by = args[2].data
    if isinstance(value.data, Text) and len(value.data.pieces) == 1 and isinstance(value.data.pieces[0], Hole):
        value = value.data.pieces[0].value
    facts: dict[str, object] = {}
    if len(wanted) == 1 and isinstance(by, str) and wanted not in by:
        facts["matches"] = (f"^[^{re.escape(wanted)}]*$",)
    if isinstance(by, str):
        return through(value, "replace", lambda text: text.replace(wanted, by), args[1:], **facts)
    return derived((value, *args[1:]), "replace", STRING, **facts)


# --- the table --------------------------------------------------------------------------------------------------------

_STR = Parameter("str", STRING)

FUNCTIONS: dict[str, Function] = {
    "chomp": on_values(_chomp, _STR, result=STRING, structural=True),
    "endswith": on_values(_endswith, _STR, Parameter("suffix", STRING), result=BOOL),
    "indent": on_values(_indent, Parameter("spaces", NUMBER), _STR, result=STRING, structural=True),
    "join": on_values(
        _join, Parameter("separator", STRING), variadic=Parameter("lists", List(STRING)), result=STRING, structural=True
    ),
    "lower": on_values(_to_lower, _STR, result=STRING, structural=True),
    "replace": on_values(_replace, _STR, Parameter("substr", STRING), Parameter("replace", STRING), result=STRING),
    "split": on_values(_split, Parameter("separator", STRING), _STR, result=List(STRING)),
    "startswith": on_values(_startswith, _STR, Parameter("prefix", STRING), result=BOOL),
    "strcontains": on_values(_strcontains, _STR, Parameter("substr", STRING), result=BOOL),
    "strrev": native(_strrev, _STR, result=STRING),
    "substr": on_values(_substr, _STR, Parameter("offset", NUMBER), Parameter("length", NUMBER), result=STRING),
    "title": native(_title, _STR, result=STRING),
    "trim": on_values(_trim, _STR, Parameter("cutset", STRING), result=STRING),
    "trimprefix": on_values(_trimprefix, _STR, Parameter("prefix", STRING), result=STRING),
    "trimspace": on_values(_trimspace, _STR, result=STRING),
    "trimsuffix": on_values(_trimsuffix, _STR, Parameter("suffix", STRING), result=STRING),
    "upper": on_values(_to_upper, _STR, result=STRING, structural=True),
}
