"""What a variable's `validation` blocks say it can be: a list of values (its declared domain), or texts of a form."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from initlint.record import record
from initlint.syntax import nodes
from initlint.terraform.evaluate import evaluate
from initlint.terraform.types import ANY, BOOL, NUMBER, STRING, Primitive
from initlint.terraform.value import Entries, Unknown, Value, fingerprint, string, unknown

if TYPE_CHECKING:
    from initlint.source import Span
    from initlint.terraform.functions import Context
    from initlint.terraform.module import ModuleInstance
    from initlint.terraform.source import Declared

MOST_VALUES = 16
"""How many values a declared domain may have."""

MOST_LENGTH = 32
"""Up to how many characters the length of a text is looked at: a job's name can have no more."""


@record
class Refinement:
    """candidates: all the values it can take, if they are listed. matches: regular expressions that it matches."""

    candidates: tuple[Value, ...] = ()
    matches: tuple[str, ...] = ()


def refinement(declared: Declared, scope: ModuleInstance) -> Refinement:
    """What the validation blocks of a variable say of it."""
    values: tuple[Value, ...] | None = None
    matches: list[str] = []
    type_ = declared.constraint.type
    if isinstance(type_, Primitive) and type_ == BOOL:
        return Refinement()
    validations = declared.block.body.blocks("validation")
    attributes = [validation.body.attribute("condition") for validation in validations]
    conditions = [attribute.expression for attribute in attributes if attribute is not None]
    for condition in conditions:
        for required in _conjuncts(condition):
            listed = _listed(required, declared.name, scope)
            if listed is not None:
                values = listed if values is None else tuple(v for v in values if _among(v, listed))
            pattern = _pattern(required, declared.name, scope)
            if pattern is None and type_ == STRING:
                pattern = _length(required, declared.name, scope)
            if pattern is not None:
                matches.append(pattern)
    if values is None:
        values = next(filter(None, (_finite(pattern) for pattern in matches)), None)
    if values is not None:
        from initlint.terraform.convert import convert

        if type_ is not ANY:
            wanted = type_ if type_ in (STRING, NUMBER) else STRING
            values = tuple(convert(value, wanted) for value in values)
        values = tuple(value for value in values if _admitted(value, conditions, declared.name, scope))
    if not values or len(values) > MOST_VALUES:
        values = ()
    return Refinement(values, tuple(matches))


def _conjuncts(node: nodes.Expression) -> list[nodes.Expression]:
    node = _bare(node)
    if isinstance(node, nodes.Binary) and node.operator == "&&":
        return [*_conjuncts(node.left), *_conjuncts(node.right)]
    return [node]


def _bare(node: nodes.Expression) -> nodes.Expression:
    while isinstance(node, nodes.Parentheses):
        node = node.inner
    if isinstance(node, nodes.Template) and node.wraps is not None:  # JSON writes conditions as "${...}"
        return _bare(node.wraps)
    return node


def _is_variable(node: nodes.Expression, name: str) -> bool:
    node = _bare(node)
    return isinstance(node, nodes.GetAttr) and node.name == name and isinstance(node.of, nodes.Name) and (
        node.of.name == "var"
    )  # fmt: skip


def _constant(node: nodes.Expression, scope: ModuleInstance) -> Value | None:
    """The value of an expression that is known and does not hang on input variables."""
    if _mentions_variables(node):
        return None
    value = scope.evaluate(node)
    return value if value.is_known else None


def _mentions_variables(node: nodes.Expression) -> bool:
    text = node.span.text
    return "var." in text or "var[" in text


def _listed(node: nodes.Expression, name: str, scope: ModuleInstance) -> tuple[Value, ...] | None:
    """The values that a condition admits, if it lists them."""
    node = _bare(node)
    if isinstance(node, nodes.Binary) and node.operator == "||":
        left, right = _listed(node.left, name, scope), _listed(node.right, name, scope)
        return None if left is None or right is None else (*left, *right)
    if isinstance(node, nodes.Binary) and node.operator == "==":
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if _is_variable(one, name):
                value = _constant(other, scope)
                if value is not None and value.data is not None:
                    return (value,)
                return None
    if isinstance(node, nodes.Call) and node.name == "contains" and len(node.arguments) == 2:
        if not _is_variable(node.arguments[1], name):
            return None
        collection = _constant(node.arguments[0], scope)
        if collection is not None and isinstance(collection.data, tuple):
            return tuple(item for item in collection.data if item.data is not None)
    if isinstance(node, nodes.Call) and node.name in ("anytrue", "alltrue") and len(node.arguments) == 1:
        elements = _bare(node.arguments[0])
        if isinstance(elements, nodes.TupleExpr) and node.name == "anytrue":
            parts = [_listed(element, name, scope) for element in elements.elements]
            if parts and all(part is not None for part in parts):
                return tuple(value for part in parts for value in part or ())
    return None


def _pattern(node: nodes.Expression, name: str, scope: ModuleInstance) -> str | None:
    """The regular expression that a condition demands: `can(regex("...", var.x))`, `length(regexall(...)) > 0`."""
    node = _bare(node)
    if isinstance(node, nodes.Call) and node.name == "can" and len(node.arguments) == 1:
        call = _bare(node.arguments[0])
    elif (
        isinstance(node, nodes.Binary)
        and node.operator in (">", "!=")
        and isinstance(_bare(node.right), nodes.Literal)
        and isinstance(length := _bare(node.left), nodes.Call)
        and length.name == "length"
        and _bare(node.right).value == 0  # type: ignore[union-attr]
        and len(length.arguments) == 1
    ):
        call = _bare(length.arguments[0])
    else:
        return None
    if not isinstance(call, nodes.Call) or call.name not in ("regex", "regexall") or len(call.arguments) != 2:
        return None
    if not _is_variable(call.arguments[1], name):
        return None
    pattern = _constant(call.arguments[0], scope)
    return pattern.data if pattern is not None and isinstance(pattern.data, str) else None


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


def _length(node: nodes.Expression, name: str, scope: ModuleInstance) -> str | None:
    """The regular expression of a text as long as a condition demands: `length(var.x) <= 12`."""
    node = _bare(node)
    if not isinstance(node, nodes.Binary) or node.operator not in _TURNED:
        return None
    for one, other, operator in (
        (node.left, node.right, node.operator),
        (node.right, node.left, _TURNED[node.operator]),
    ):
        call = _bare(one)
        if not isinstance(call, nodes.Call) or call.name != "length" or len(call.arguments) != 1:
            continue
        bound = _constant(other, scope)
        if not _is_variable(call.arguments[0], name) or bound is None or type(bound.data) is not int:
            continue
        least = bound.data + (operator == ">") if operator in (">", ">=", "==") else 0
        most = bound.data - (operator == "<") if operator in ("<", "<=", "==") else MOST_LENGTH + 1
        if most >= 0 and (least > 0 or most <= MOST_LENGTH):
            return f"(?s)^.{{{max(0, min(least, MOST_LENGTH))},{most if most <= MOST_LENGTH else ''}}}$"
    return None


_START, _END = "\x02", "\x03"
"""What stands for an anchor in a text that an expression admits."""


def _finite(pattern: str) -> tuple[Value, ...] | None:
    """The texts that a regular expression admits, if it is anchored and they are few."""
    from re import _parser as parser

    try:
        parsed = parser.parse(pattern)
    except Exception:  # RE2 syntax that Python does not know
        return None
    texts = None if parsed.state.flags & ~32 else _texts(list(parsed))
    if texts is None or any(text[:1] != _START or text[-1:] != _END for text in texts):
        return None
    inner = [text[1:-1] for text in texts]
    return None if any(_START in text or _END in text for text in inner) else tuple(map(string, inner))


def _texts(items: list[Any]) -> list[str] | None:
    """The texts that a part of an expression admits, each with its anchors; None where they are many."""
    from re import _constants as constants

    anchors = {
        constants.AT_BEGINNING: _START, constants.AT_BEGINNING_STRING: _START,
        constants.AT_END: _END, constants.AT_END_STRING: _END,
    }  # fmt: skip
    found = [""]
    for operation, argument in items:
        if operation is constants.LITERAL:
            more: list[str] | None = [chr(argument)]
        elif operation is constants.AT and argument in anchors:
            more = [anchors[argument]]
        elif operation is constants.SUBPATTERN and not argument[1] and not argument[2]:
            more = _texts(list(argument[3]))
        elif operation is constants.BRANCH:
            branches = [_texts(list(branch)) for branch in argument[1]]
            more = None if None in branches else [text for branch in branches for text in branch or ()]
        elif operation is constants.IN and all(kind is constants.LITERAL for kind, _ in argument):
            more = [chr(code) for _, code in argument]
        elif operation is constants.MAX_REPEAT and argument[1] is not constants.MAXREPEAT and argument[1] <= 2:
            once = _texts(list(argument[2]))
            more = None
            if once is not None:
                more, power = [], [""]
                for times in range(argument[1] + 1):
                    if times >= argument[0]:
                        more.extend(power)
                    power = [a + b for a in power for b in once][: MOST_VALUES + 1]
        else:
            return None
        if more is None:
            return None
        found = [a + b for a in found for b in more]
        if len(found) > MOST_VALUES:
            return None
    return found


def _among(value: Value, values: tuple[Value, ...]) -> bool:
    return fingerprint(value) in {fingerprint(one) for one in values}


def _admitted(value: Value, conditions: list[nodes.Expression], name: str, scope: ModuleInstance) -> bool:
    """Whether no condition refuses the value."""
    if not isinstance(value.data, str | int | Fraction):
        return False
    alone = _Alone(name, value, scope)
    return all(evaluate(condition, alone, {}).data is not False for condition in conditions)


class _Alone:
    """A scope in which nothing but one input variable is known: others, and locals, may be made of that very one."""

    def __init__(self, name: str, value: Value, scope: ModuleInstance) -> None:
        self._variables = Value(ANY, Entries({name: value}, Unknown("another variable")))
        self._scope = scope
        self.depth = scope.depth

    def lookup(self, name: str, span: Span) -> Value:
        """The variable among others; anything else is unknown."""
        return self._variables if name == "var" else unknown(f"{name} is not looked at")

    def functions(self) -> Context:
        """What functions may reach."""
        return self._scope.functions()

    def limit(self, span: Span, message: str) -> Value:
        """Notes a limit that was reached."""
        return self._scope.limit(span, message)

    def step(self) -> bool:
        """Counts an iteration."""
        return self._scope.step()
