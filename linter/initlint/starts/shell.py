"""What commands a shell script runs, and with which words: bash read by walking its syntax tree with its variables.

Nothing is run. Assignments, branches, loops over known words, functions and their arguments are followed; what comes
from outside (arguments of the script, the environment, output of programs) is unknown. Every branch is taken; a
branch that ends in `exit` leaves nothing behind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from initlint.scripts.grammar import bash_parser
from initlint.source import Span
from initlint.starts.command import PRINTERS
from initlint.starts.fragment import Fragment, as_pieces
from initlint.starts.words import (
    NOT_UNDERSTOOD,
    TOO_LONG,
    Word,
    one_of,
    split,
    terraform_output,
    transformed,
    unknown,
    without,
)
from initlint.terraform.value import Chunk, Origin, Piece, Text, Value, string, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

Words: TypeAlias = tuple[Word, ...]
Binding: TypeAlias = Value | Words
Variables: TypeAlias = dict[str, Binding]
OnCommand: TypeAlias = Callable[[Sequence[Word], Span], None]

MAX_STEPS = 20_000
MAX_LOOP = 32
MAX_CALLS = 12
MAX_SOURCED = 4

_EXPANSION = re.compile(
    r"\$\{(?P<sign>[!#])?(?P<name>[A-Za-z_]\w*|\d+|[@*#?$!-])(?:\[(?P<index>[^\]]*)\])?(?P<rest>.*)\}\Z", re.DOTALL
)
_QUIET = frozenset({b"echo", b"cat", b"sleep", b"grep", b"mkdir", b"rm", b"jq", b"true", b":"})
"""Commands whose words need not be known: they neither start anything nor set a variable."""
_NESTING = ("bash", "sh", "zsh", "eval", "ssh", "su", "dash")


class LimitReached(Exception):
    """A script took more steps than a reading may."""


def run(
    fragment: Fragment,
    variables: Mapping[str, Value],
    on_command: OnCommand,
    library: Callable[[str], Fragment | None] = lambda name: None,
) -> str:
    """Calls `on_command` with the words and the place of every command that the script can run.

    `variables` are those that its surroundings set; `library` gives the script that a `source` command takes in, by the
    known end of its path. Returns why commands may be missing, "" where none are.
    """
    shell = _Shell(on_command, dict(variables), library)
    try:
        shell.script(fragment)
        shell.uncalled()
    except (LimitReached, RecursionError):
        return TOO_LONG
    return "" if shell.understood else NOT_UNDERSTOOD


class _Shell:
    def __init__(self, on_command: OnCommand, variables: Variables, library: Callable[[str], Fragment | None]) -> None:
        self.on_command = on_command
        self.library = library
        self.understood = True
        self.sourced = 0
        self.variables: Variables | None = variables
        self.last: Variables = variables
        self.arguments: Words | None = None
        self.functions: dict[str, tuple[Fragment, Node]] = {}
        self.called: set[str] = set()
        self.returns: list[Variables] | None = None
        self.locals: dict[str, Binding | None] = {}
        self.steps = 0
        self.depth = 0
        self.text: Fragment

    # --- running ----------------------------------------------------------------------------------------------------

    def script(self, fragment: Fragment) -> None:
        before = getattr(self, "text", fragment)
        # The grammar knows line feeds only; a carriage return counts as a blank.
        data = fragment.data.replace(b"\\\r\n", b" \\\n").replace(b"\r\n", b" \n")
        # Of `$A-b-$C-$D` it takes the second `$` for text, of `$A-b-${C}-${D}` none.
        self.text = fragment = fragment.replaced(data).braced()
        tree = bash_parser().parse(fragment.data)
        self.understood = self.understood and not tree.root_node.has_error
        self.body(tree.root_node)
        self.text = before

    def take_in(self, words: Sequence[Word]) -> None:
        """Runs the script that a `source` command names; one that is not known may set anything."""
        assert self.variables is not None
        pieces = words[0].value.pieces if words else ()
        end = pieces[-1].text if pieces and isinstance(pieces[-1], Chunk) else ""
        whole = len(pieces) == 1
        fragment = self.library(end if whole else end.partition("/")[2]) if self.sourced < MAX_SOURCED else None
        if fragment is None:
            self.variables.clear()
            return
        kept = self.returns, self.locals
        self.returns, self.locals = [], {}
        self.sourced += 1
        self.script(fragment)
        self.sourced -= 1
        self.variables = merged([*self.returns, *([] if self.variables is None else [self.variables])])
        self.returns, self.locals = kept

    def uncalled(self) -> None:
        """Functions that nothing was seen to call may be called by name (`"$@"`)."""
        for name in list(self.functions):
            if name not in self.called:
                self.variables = dict(self.last)
                self.arguments = None
                self.call(name, None)

    def body(self, node: Node) -> None:
        self.each(node.named_children)

    def each(self, nodes: Iterable[Node]) -> None:
        """Runs statements one after another; behind an `exit` only functions count."""
        for node in nodes:
            if self.variables is not None or node.type == "function_definition":
                self.statement(node)

    def statement(self, node: Node) -> None:
        """Runs a statement: afterwards `variables` is what holds behind it, None where nothing comes behind it."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise LimitReached
        if self.variables is not None:
            self.last = self.variables
        handler = getattr(self, f"_{node.type}", None)
        if handler is not None:
            handler(node)
        else:
            self.body(node)

    def branches(self, runs: Iterable[Callable[[], None]]) -> None:
        """Runs alternatives, each from the same variables, and merges what they leave."""
        before = self.variables
        ends: list[Variables] = []
        for alternative in runs:
            self.variables = None if before is None else dict(before)
            alternative()
            if self.variables is not None:
                ends.append(self.variables)
        self.variables = merged(ends)

    def apart(self, action: Callable[[], None]) -> None:
        """Runs something in a subshell: what it sets is lost."""
        kept, arguments = self.variables, self.arguments
        self.variables = None if kept is None else dict(kept)
        action()
        self.variables, self.arguments = kept, arguments

    # --- statements ---------------------------------------------------------------------------------------------------

    def _comment(self, node: Node) -> None:
        pass

    def _heredoc_body(self, node: Node) -> None:
        pass

    def _variable_assignment(self, node: Node) -> None:
        target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if target is None or self.variables is None:
            return
        if target.type == "subscript":
            name = target.child_by_field_name("name")
            if name is not None:
                self.set(self.source_text(name), self.any_words(node, "it is an element of an array"))
            return
        name_text = self.source_text(target)
        adds = any(child.type == "+=" for child in node.children)
        new: Binding
        if value is None:
            new = string("", Origin(self.span(node), name_text))
        elif value.type == "array":
            items = [item for item in value.named_children if item.type != "comment"]
            new = tuple(self.element(word) for item in items for word in self.words(item))
        else:
            new = self.value(value)
            new = (
                new.handed_on(self.span(value), name_text)
                if new.origin
                else new.at(Origin(self.span(value), name_text))
            )
        if adds:
            old = self.variables.get(name_text)
            if isinstance(new, tuple):
                new = (*(old if isinstance(old, tuple) else self.any_words(node, f"{name_text} is not known")), *new)
            elif isinstance(old, Value):
                new = text_of([*as_pieces(old), *as_pieces(new)], new.origin)
            else:
                new = unknown(f"{name_text} is not known")
        self.set(name_text, new)

    def _declaration_command(self, node: Node) -> None:
        is_local = bool(node.children) and node.children[0].type in ("local", "declare", "typeset")
        for child in node.named_children:
            target = child.child_by_field_name("name") if child.type == "variable_assignment" else child
            if target is not None and target.type == "variable_name" and self.variables is not None:
                name = self.source_text(target)
                if is_local and self.returns is not None and name not in self.locals:
                    self.locals[name] = self.variables.get(name)
                    if child.type == "variable_name":
                        self.variables.pop(name, None)
            if child.type == "variable_assignment":
                self._variable_assignment(child)

    def _unset_command(self, node: Node) -> None:
        for child in node.named_children:
            if self.variables is not None:
                self.variables.pop(self.source_text(child), None)

    def _function_definition(self, node: Node) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is not None and body is not None:
            self.functions[self.source_text(name)] = (self.text, body)

    def _if_statement(self, node: Node) -> None:
        ends: list[Variables] = []
        then: list[Node] = []
        in_condition = True
        clauses: list[tuple[list[Node], list[Node]]] = []
        condition: list[Node] = []
        otherwise: Node | None = None
        for child in node.children:
            if child.type == "then":
                in_condition = False
            elif child.type == "elif_clause":
                clauses.append(self._clause(child))
            elif child.type == "else_clause":
                otherwise = child
            elif child.is_named:
                (condition if in_condition else then).append(child)
        for tests, run_nodes in [(condition, then), *clauses]:
            for test in tests:
                self.statement(test)
            failed = None if self.variables is None else dict(self.variables)
            self.each(run_nodes)
            if self.variables is not None:
                ends.append(self.variables)
            self.variables = failed
        if otherwise is not None:
            self.body(otherwise)
        if self.variables is not None:
            ends.append(self.variables)
        self.variables = merged(ends)

    def _clause(self, node: Node) -> tuple[list[Node], list[Node]]:
        tests: list[Node] = []
        run_nodes: list[Node] = []
        in_condition = True
        for child in node.children:
            if child.type == "then":
                in_condition = False
            elif child.is_named:
                (tests if in_condition else run_nodes).append(child)
        return tests, run_nodes

    def _case_statement(self, node: Node) -> None:
        subject = node.child_by_field_name("value")
        name = self._plain_variable(subject)
        items = [child for child in node.named_children if child.type == "case_item"]
        exhaustive = any(
            self.source_text(p).strip() == "*" for item in items for p in item.children_by_field_name("value")
        )

        def runner(item: Node) -> Callable[[], None]:
            def run_item() -> None:
                patterns = item.children_by_field_name("value")
                texts = [self.source_text(pattern) for pattern in patterns]
                if name and self.variables is not None and all(re.fullmatch(r"[\w.-]+", text) for text in texts):
                    self.set(
                        name,
                        one_of(
                            string(text, Origin(self.span(pattern), "case"), (Chunk(text, self.span(pattern)),))
                            for text, pattern in zip(texts, patterns)
                        ),
                    )
                self.each(child for child in item.named_children if child not in patterns)

            return run_item

        self.branches([*map(runner, items), *([] if exhaustive else [lambda: None])])

    def _plain_variable(self, node: Node | None) -> str:
        """The variable whose value a case statement looks at, when it looks at nothing else."""
        match = re.fullmatch(r'"?\$\{?([A-Za-z_]\w*)\}?"?', self.source_text(node)) if node is not None else None
        return match.group(1) if match else ""

    def _for_statement(self, node: Node) -> None:
        variable, body = node.child_by_field_name("variable"), node.child_by_field_name("body")
        if variable is None or body is None or self.variables is None:
            return
        name = self.source_text(variable)
        values = [word for item in node.children_by_field_name("value") for word in self.words(item)]
        if not any(child.type == "in" for child in node.children):
            values = list(self.arguments if self.arguments is not None else self.any_words(node, "the arguments"))
        known = not any(word.many for word in values) and len(values) <= MAX_LOOP
        if known and node.children[0].type != "select":
            for word in values:
                self.set(name, word.value.handed_on(word.span, name) if word.value.origin else word.value)
                self.body(body)
            return
        choices = (
            unknown(f"{name} runs over words that are not known") if not known else one_of(w.value for w in values)
        )
        self.loop(body, lambda: self.set(name, choices))

    def _while_statement(self, node: Node) -> None:
        body = node.child_by_field_name("body")
        conditions = node.children_by_field_name("condition")

        def test() -> None:
            for condition in conditions:
                if condition.is_named:
                    self.statement(condition)

        if body is not None:
            self.loop(body, test)

    _until_statement = _while_statement

    def _c_style_for_statement(self, node: Node) -> None:
        body = node.child_by_field_name("body")
        if body is not None:
            self.loop(body, lambda: None, extra=assigned(node))

    def loop(self, body: Node, first: Callable[[], None], extra: frozenset[str] = frozenset()) -> None:
        """A loop of unknown length: what its body sets is unknown when the body starts."""
        if self.variables is None:
            return
        for name in assigned(body) | extra:
            if name in self.variables:
                self.set(name, unknown(f"{name} changes in a loop"))
        if contains_command(body, "shift"):
            self.arguments = None

        def once() -> None:
            first()
            self.body(body)

        self.branches([lambda: None, once])

    def _subshell(self, node: Node) -> None:
        self.apart(lambda: self.body(node))

    def _pipeline(self, node: Node) -> None:
        for child in node.named_children:
            self.apart(lambda child=child: self.statement(child))  # type: ignore[misc]

    def _list(self, node: Node) -> None:
        success, failure = self.outcome(node)
        self.variables = merged([end for end in (success, failure) if end is not None])

    def outcome(self, node: Node) -> tuple[Variables | None, Variables | None]:
        """What holds behind a command that succeeded, and behind one that failed."""
        if node.type != "list":
            self.statement(node)
            plain = node.type in ("variable_assignment", "variable_assignments") and b"$(" not in (node.text or b"")
            return self.variables, None if plain or self.variables is None else dict(self.variables)
        left, right = node.named_children[0], node.named_children[-1]
        operator = next((child.type for child in node.children if child.type in ("&&", "||")), "&&")
        success, failure = self.outcome(left)
        self.variables = success if operator == "&&" else failure
        if self.variables is None:
            return success, failure
        self.variables = dict(self.variables)
        then, fell = self.outcome(right)
        if operator == "&&":
            return then, merged([end for end in (failure, fell) if end is not None])
        return merged([end for end in (success, then) if end is not None]), fell

    def _redirected_statement(self, node: Node) -> None:
        # What a heredoc's line runs behind its marker (`cat <<EOF | sh`) is a child of the redirect.
        body = node.child_by_field_name("body")
        name = body.child_by_field_name("name") if body is not None and body.type == "command" else None
        for child in node.named_children:
            if child.type == "heredoc_redirect":
                for inner in child.named_children:
                    if inner.type in ("pipeline", "list", "command"):
                        self.statement(inner)
                    elif inner.type == "heredoc_body" and name is not None and self.source_text(name) in _NESTING:
                        # `bash <<EOF`: the text is a script.
                        text = self.text.part([(inner.start_byte, inner.end_byte)])
                        self.apart(lambda text=text: self.script(text))  # type: ignore[misc]
            elif not child.type.endswith("_redirect"):
                self.statement(child)

    def _test_command(self, node: Node) -> None:
        self.substitutions(node)

    def _command(self, node: Node) -> None:
        first = node.child_by_field_name("name")
        if first is not None and first.text in _QUIET:
            self.substitutions(node)
            return
        words: list[Word] = []
        nested: list[Node] = []
        for child in node.named_children:
            if child.type == "command_name":
                words += self.words(child.named_children[0]) if child.named_children else []
            elif child.type == "variable_assignment" or child.type.endswith("_redirect"):
                self.substitutions(child)
            else:
                words += self.words(child)
                if child.type in ("string", "raw_string"):
                    nested.append(child)
        if not words or self.variables is None:
            return
        name = words[0].text
        called = self.functions.get(name) if name else None
        if name != "eval" and (called is None or b"eval" in (called[1].text or b"")):
            # A function of the script is followed into; one that evaluates text runs what it is given.
            self.on_command(words, self.span(node))
        if name in ("exit", "exec"):
            self.variables = None if name == "exit" or len(words) > 1 else self.variables
        elif name == "return":
            if self.returns is not None:
                self.returns.append(self.variables)
            self.variables = None
        elif name in ("source", "."):
            self.take_in(words[1:])
        elif name in ("read", "mapfile", "readarray", "getopts"):
            for word in words[1:]:
                if word.text and re.fullmatch(r"[A-Za-z_]\w*", word.text):
                    self.set(word.text, unknown(f"{word.text} is read while the script runs"))
        elif name == "printf" and len(words) > 2 and words[1].text == "-v" and words[2].text:
            self.set(words[2].text, unknown(f"{words[2].text} is set by printf"))
        elif name == "shift":
            count = int(words[1].text) if len(words) > 1 and words[1].text and words[1].text.isdigit() else 1
            if self.arguments is not None:
                cut = any(word.many for word in self.arguments[:count])
                self.arguments = self.any_words(node, "the arguments") if cut else self.arguments[count:]
            else:
                self.arguments = self.any_words(node, "the arguments")
        elif name == "set" and any(word.text == "--" for word in words):
            self.arguments = tuple(words[[word.text for word in words].index("--") + 1 :])
        elif name in self.functions:
            self.call(name, tuple(words[1:]))
        elif any(word.text in _NESTING for word in words) and not PRINTERS.match(name or ""):
            scripts = [child for child in nested if b"containerapp" in (child.text or b"")]
            for child in scripts:
                self.apart(lambda child=child: self.script(self._inner(child)))  # type: ignore[misc]
            if not scripts:
                # The text is put together elsewhere: `eval "$COMMAND"`.
                self.on_command([part for word in words[1:] for part in split(word.value, word.span)], self.span(node))

    def _inner(self, node: Node) -> Fragment:
        """The text of a quoted string as a script of its own."""
        start, end = node.start_byte + 1, node.end_byte - 1
        if node.type == "raw_string":
            return self.text.part([(start, end)])
        slices: list[tuple[int, int]] = []
        at = start
        for match in re.finditer(rb'\\["$`\\]', self.text.data[start:end]):
            slices.append((at, start + match.start()))
            at = start + match.start() + 1
        return self.text.part([*slices, (at, end)])

    def call(self, name: str, arguments: Words | None) -> None:
        """Runs a function with its arguments."""
        self.called.add(name)
        if self.depth >= MAX_CALLS or self.variables is None:
            return
        fragment, body = self.functions[name]
        kept = self.arguments, self.returns, self.locals, self.text
        self.arguments, self.returns, self.locals, self.text = arguments, [], {}, fragment
        self.depth += 1
        self.statement(body)
        self.depth -= 1
        ends = [*self.returns, *([] if self.variables is None else [self.variables])]
        after = merged(ends)
        if after is not None:
            for variable, before in self.locals.items():
                if before is None:
                    after.pop(variable, None)
                else:
                    after[variable] = before
        self.arguments, self.returns, self.locals, self.text = kept
        self.variables = after

    # --- words ------------------------------------------------------------------------------------------------------

    def words(self, node: Node) -> list[Word]:
        """The words that one word of the text becomes."""
        text = self.source_text(node).strip()
        if node.start_byte not in self.text.expressions:
            spread = re.fullmatch(r'"?\$(?:\{(?:([A-Za-z_]\w*)\[[@*]\]|([@*]))\}|([@*]))"?', text)
            if spread:
                return list(self.spread(spread.group(1) or "@", node))
        value = self.value(node)
        if node.type in ("simple_expansion", "expansion") and isinstance(value.data, str | Text):
            # An expansion that is not quoted is split at blanks.
            parts = split(value, self.span(node), quotes="")
            if len(parts) != 1:
                return parts
        return [Word(value, self.span(node))]

    def spread(self, name: str, node: Node) -> Words:
        """The words of `"${name[@]}"`, or of the arguments (`@`)."""
        if name == "@":
            return self.arguments if self.arguments is not None else self.any_words(node, "the arguments of the script")
        bound = self.variables.get(name) if self.variables is not None else None
        return bound if isinstance(bound, tuple) else self.any_words(node, f"{name} is not known")

    def element(self, word: Word) -> Word:
        """An element of an array without its key (`[key]=value`)."""
        key = re.match(r"\[[^\]]*\]=", word.known)
        value = without(word.value, key.group()) if key else None
        return word if value is None else Word(value, word.span)

    def any_words(self, node: Node, reason: str) -> Words:
        return (Word(unknown(reason), self.span(node), many=True),)

    def value(self, node: Node) -> Value:
        """The text that a word stands for, before it is split."""
        text = self.source_text(node)
        placed = self.text.expressions.get(node.start_byte + len(text) - len(text.lstrip()))
        if placed is not None and placed[0] == node.end_byte:
            return placed[1]
        if node.type == "string" and node.named_child_count == 1:
            # "$X" is X itself, with all that is known of where it came from.
            only = node.named_children[0]
            if (
                only.start_byte == node.start_byte + 1
                and only.end_byte == node.end_byte - 1
                and only.type != "string_content"
            ):
                return self.value(only)
        if node.type in ("simple_expansion", "expansion"):
            return self.expansion(node)
        if node.type == "command_substitution":
            return self.substitution(node)
        pieces = self.pieces(node)
        if len(pieces) == 1 and not isinstance(pieces[0], Chunk):
            return pieces[0].value
        return text_of(pieces, Origin(self.span(node), self.source_text(node)[:60]))

    def pieces(self, node: Node) -> list[Piece]:
        kind = node.type
        if kind in ("simple_expansion", "expansion", "command_substitution"):
            return list(as_pieces(self.value(node)))
        if kind in ("string", "translated_string"):
            start = node.start_byte + (2 if kind == "translated_string" else 1)
            return self.gaps(node, start, node.end_byte - 1, '"$`\\')
        if kind == "raw_string":
            return self.text.pieces(node.start_byte + 1, node.end_byte - 1)
        if kind == "concatenation":
            return [piece for child in node.children for piece in self.pieces(child)]
        if kind == "ansi_c_string" and b"\\" not in (node.text or b""):
            return self.text.pieces(node.start_byte + 2, node.end_byte - 1)
        if kind in ("word", "number", "command_name", "variable_name", "extglob_pattern") or not node.children:
            return self.gaps(node, node.start_byte, node.end_byte, None)
        return list(as_pieces(unknown(f"{self.source_text(node)[:40]} is not known")))

    def gaps(self, node: Node, start: int, end: int, escaped: str | None) -> list[Piece]:
        """The literal text between the expansions of a node, and the expansions."""
        result: list[Piece] = []
        at = start
        for child in node.named_children:
            if child.type in ("string_content", "word", "special_character"):
                continue
            # The grammar counts blanks in front of an expansion into it.
            text = self.source_text(child)
            begin = child.start_byte + len(text) - len(text.lstrip())
            result += self.literal(at, begin, escaped)
            result += self.pieces(child)
            at = child.end_byte
        return result + self.literal(at, end, escaped)

    def literal(self, start: int, end: int, escaped: str | None) -> list[Piece]:
        """Literal text without its backslashes: `escaped` are the characters that one escapes, None for all."""
        result: list[Piece] = []
        at = start
        for match in re.finditer(rb"\\(\n|.)", self.text.data[start:end], re.DOTALL):
            character = match.group(1).decode("utf-8", "replace")
            if character == "\n":
                skip = 2
            elif escaped is None or character in escaped:
                skip = 1
            else:
                continue
            result += self.text.pieces(at, start + match.start())
            at = start + match.start() + skip
        return result + self.text.pieces(at, end)

    def expansion(self, node: Node) -> Value:
        text = self.source_text(node).strip()
        simple = re.fullmatch(r"\$([A-Za-z_]\w*|\d|[@*#?$!-])", text)
        if simple:
            return self.variable(simple.group(1), node)
        match = _EXPANSION.fullmatch(text)
        if not match:
            return unknown(f"{text} is not known")
        self.substitutions(node)
        name, rest = match["name"], match["rest"]
        if match["index"] is not None:
            bound = self.variables.get(name) if self.variables is not None else None
            index = match["index"]
            if isinstance(bound, tuple) and not rest and not match["sign"] and not any(word.many for word in bound):
                if index.isdigit() and int(index) < len(bound):
                    return bound[int(index)].value
                if not index.isdigit():
                    return one_of(word.value for word in bound) if bound else unknown(f"{text} is not known")
            return unknown(f"{text} is not known")
        if match["sign"]:
            return unknown(f"{text} is not known")
        value = self.variable(name, node)
        if not rest or rest.startswith((":?", "?")):
            return value
        if rest in (",,", "^^"):
            return transformed(value, "lower" if rest == ",," else "upper")
        is_default = rest.startswith((":-", "-", ":=", "="))
        if is_default and value.is_known:
            if value.data != "":
                return value
            operator = next((c for c in node.children if c.type in (":-", ":=", "-", "=")), None)
            following = [c for c in node.named_children if operator is not None and c.start_byte >= operator.end_byte]
            return text_of([piece for child in following for piece in self.pieces(child)]) if following else value
        if is_default and not value.is_unknown:
            return value
        if is_default and all(isinstance(item.data, str) and item.data for item in value.alternatives):
            return value
        return unknown(f"{text} is not known" if not is_default else f"{name} may be set outside the script")

    def variable(self, name: str, node: Node) -> Value:
        if name.isdigit():
            number = int(name)
            if number == 0:
                return unknown("$0 is the script's own path")
            if self.arguments is None:
                return unknown(f"${number} is an argument")
            if any(word.many for word in self.arguments[:number]):
                return unknown(f"${number} is an argument")
            if number <= len(self.arguments):
                return self.arguments[number - 1].value
            return string("", Origin(self.span(node), f"${number}"))
        bound = self.variables.get(name) if self.variables is not None else None
        if isinstance(bound, tuple):
            return bound[0].value if bound and not bound[0].many else unknown(f"${name} is not known")
        return bound if bound is not None else unknown(f"${name} is not set in the script")

    def substitutions(self, node: Node) -> None:
        """Runs the command substitutions inside a node for the commands that they run."""
        for child in node.named_children:
            if child.type in ("command_substitution", "process_substitution"):
                self.substitution(child)
            else:
                self.substitutions(child)

    def substitution(self, node: Node) -> Value:
        """The output of `$(...)`: known for a plain echo, unknown otherwise."""
        self.apart(lambda: self.body(node))
        commands = node.named_children
        if len(commands) == 1 and commands[0].type == "command":
            words = [
                word
                for child in commands[0].named_children
                if child.type != "command_name"
                for word in self.words(child)
            ]
            name = commands[0].child_by_field_name("name")
            if name is not None and self.source_text(name) == "echo" and len(words) == 1 and not words[0].many:
                return words[0].value
            called = [self.source_text(name) if name is not None else None, *(word.text for word in words)]
            key = "" if None in called else terraform_output(called)
            return unknown(f"{self.source_text(node)[:40]} is known only when the script runs", key)
        return unknown(f"{self.source_text(node)[:40]} is known only when the script runs")

    # --- small things -----------------------------------------------------------------------------------------------

    def set(self, name: str, value: Binding) -> None:
        if self.variables is not None:
            self.variables[name] = value

    def span(self, node: Node) -> Span:
        text = self.source_text(node)
        return self.text.span(node.start_byte + len(text) - len(text.lstrip()), node.end_byte)

    def source_text(self, node: Node) -> str:
        return self.text.data[node.start_byte : node.end_byte].decode("utf-8", "replace")


def merged(ends: Sequence[Variables]) -> Variables | None:
    """What holds where several ways meet: a variable that one of them does not set is not known."""
    if len(ends) < 2:
        return ends[0] if ends else None
    result: Variables = {}
    for name in ends[0]:
        bindings = [end.get(name) for end in ends]
        first = bindings[0]
        if all(binding is first for binding in bindings) and first is not None:
            result[name] = first
        elif all(isinstance(binding, Value) for binding in bindings):
            result[name] = one_of(binding for binding in bindings if isinstance(binding, Value))
    return result


def assigned(node: Node) -> frozenset[str]:
    """The variables that a piece of script sets, wherever in it."""

    def names(item: Node) -> Iterator[str]:
        if item.type == "variable_assignment":
            target = item.child_by_field_name("name")
            if target is not None:
                yield (target.text or b"").decode("utf-8", "replace").partition("[")[0]
        elif item.type == "for_statement":
            target = item.child_by_field_name("variable")
            if target is not None:
                yield (target.text or b"").decode("utf-8", "replace")
        for child in item.named_children:
            yield from names(child)

    return frozenset(names(node))


def contains_command(node: Node, name: str) -> bool:
    """Whether a command of that name stands anywhere in a piece of script."""
    if node.type == "command_name" and node.text == name.encode():
        return True
    return any(contains_command(child, name) for child in node.named_children)
