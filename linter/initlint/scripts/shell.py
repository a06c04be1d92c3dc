"""The shell's language as a small tree: commands, pipelines, lists and compounds, with offsets on the tape.

tree-sitter-bash reads the structure; here-documents are taken out before and words are read by `words`. What
tree-sitter-bash cannot read is an error of the parsed script, and a script with an error is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from initlint.record import record
from initlint.scripts.grammar import bash_parser
from initlint.scripts.heredocs import Body, blanked
from initlint.scripts.words import Gap, Lexer, Literal, Word

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax


@record(eq=True)
class Redirect:
    """A redirection. `operator`: "<", ">", ">>", "<<" (here-document), "<<<" and so on; `fd` as written ("" if not);
    `target`: the file, or the text of a here-document or here-string.
    """

    operator: str
    fd: str
    target: Word
    start: int


@record(eq=True)
class Assignment:
    """`name=value`; `append` for `+=`; `value` is None for an array."""

    name: str
    value: Word | None
    append: bool
    start: int
    words: tuple[Word, ...] = ()
    """The words of an array."""


@record
class Simple:
    """A simple command: assignments, words, redirections. Tests (`[`, `[[`, `((`) and declarations are such
    commands.
    """

    words: tuple[Word, ...]
    assignments: tuple[Assignment, ...]
    redirects: tuple[Redirect, ...]
    start: int
    end: int

    @property
    def name(self) -> str | None:
        """The command's word if it is known; "" where there is none."""
        return self.words[0].known if self.words else ""


@record
class Pipeline:
    """`a | b`."""

    parts: tuple[Node, ...]
    start: int
    end: int


@record
class AndOr:
    """`left && right` or `left || right`."""

    left: Node
    operator: str
    right: Node
    start: int
    end: int


@record
class Not:
    """`! command`."""

    body: Node
    start: int
    end: int


@record
class Branch:
    """One condition of an `if` and what runs when it holds; the condition is None for `else`."""

    condition: tuple[Node, ...] | None
    body: tuple[Node, ...]


@record
class If:
    """`if ... elif ... else ... fi`."""

    branches: tuple[Branch, ...]
    start: int
    end: int


@record
class Loop:
    """`while`, `until` (with a condition) and `for` (with words)."""

    kind: str
    condition: tuple[Node, ...]
    variable: str
    words: tuple[Word, ...]
    body: tuple[Node, ...]
    start: int
    end: int


@record
class Case:
    """`case word in pattern) body;; ... esac`."""

    word: Word
    items: tuple[tuple[str, tuple[Node, ...]], ...]
    start: int
    end: int


@record
class Function:
    """A function's definition."""

    name: str
    body: Node
    start: int
    end: int


@record
class Group:
    """`{ ...; }` or, in a subshell, `( ... )`, and redirections of a compound."""

    body: tuple[Node, ...]
    subshell: bool
    redirects: tuple[Redirect, ...]
    start: int
    end: int


Node: TypeAlias = Simple | Pipeline | AndOr | Not | If | Loop | Case | Function | Group


@record
class Parsed:
    """A script's commands in order. `errors`: what could not be read, and where."""

    body: tuple[Node, ...]
    errors: tuple[tuple[str, int], ...]


@lru_cache(maxsize=512)
def parse(text: str, at: range | tuple[int, ...]) -> Parsed:
    """Parses a script whose characters stand at the offsets `at` of the tape (one more for its end)."""
    parser = _Parser(text, at)
    body = parser.commands(0, len(text))
    return Parsed(body, tuple(parser.errors))


_FOR_ALL = re.compile(r"(\bfor[ \t]+[A-Za-z_]\w*)[ \t](?=[ \t]*do\b)")
_ARITHMETIC = re.compile(r'\(\([ \t\w"$#{}+*/%<>=!&|?:,@-]*\)\)')


def _helped(text: str) -> str:
    """The text as tree-sitter-bash can read it, in the same length: `for name; do` for `for name do`, and arithmetic
    without quotes (`(( "$#" ))`). Words are read from the text itself.
    """
    text = _FOR_ALL.sub(r"\1;", text)
    return _ARITHMETIC.sub(lambda found: found[0].replace('"', " "), text)


_MUTED = re.compile(r"(?<=[\s)\"])2>[ ]?(?:/dev/null|&1)")
_COMPARED = re.compile(r"\\[<>]")


def _simplified(text: str) -> str:
    """The text, in the same length, without what makes tree-sitter-bash refuse some good scripts: `X=$(a) 2>/dev/null`
    and escaped comparisons. None of it decides what runs.
    """
    text = _MUTED.sub(lambda found: " " * len(found[0]), text)
    return _COMPARED.sub(" =", text)


@dataclass
class _Parser:
    text: str
    at: Sequence[int]
    errors: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.blank, self.heredocs = blanked(self.text)
        # One byte for each character, so that tree-sitter's offsets are ours. A letter beyond ASCII is part of a word.
        self.ascii = _helped("".join(c if c < "\x80" else "_" for c in self.blank)).encode()
        self.lexer = Lexer(self.blank, self.at, self.commands)
        for operator, body in self.heredocs.items():
            if not body.closed:
                self.errors.append((f"the here-document {body.delimiter} is never closed", self.at[operator]))

    def commands(self, start: int, end: int) -> tuple[Node, ...]:
        """The commands from `start` to `end` of the text."""
        tree = bash_parser().parse(self.ascii[start:end])
        root = tree.root_node
        if root.has_error:
            again = bash_parser().parse(_simplified(self.ascii[start:end].decode()).encode()).root_node
            root = root if again.has_error else again
        if root.has_error:
            problem = next(_errors(root), root)
            self.errors.append(("the shell script cannot be read here", self.at[start + problem.start_byte]))
        return self.sequence(root.children, start)

    # Offsets of tree-sitter are relative to the text that was parsed: `base` is where that starts.

    def sequence(self, nodes: Sequence[Syntax], base: int) -> tuple[Node, ...]:
        return tuple(found for node in nodes for found in self.nodes(node, base))

    def nodes(self, node: Syntax, base: int) -> Iterator[Node]:
        """The commands of a syntax node: none for a comment, two where tree-sitter took two lines for one."""
        if not node.is_named or node.type in ("comment", "heredoc_body"):
            return
        if node.type == "command":
            yield from self.simple(node, base)
            return
        made = self.node(node, base)
        if made is not None:
            yield made

    def node(self, node: Syntax, base: int) -> Node | None:
        start, end = self.at[base + node.start_byte], self.at[base + node.end_byte - 1] + 1
        kind = node.type
        children = [child for child in node.children if child.type != "comment"]
        if kind in ("program", "command", "declaration_command", "unset_command", "variable_assignments"):
            found = tuple(self.simple(node, base)) if kind != "program" else self.sequence(children, base)
            return found[0] if len(found) == 1 else Group(found, False, (), start, end)
        if kind == "variable_assignment":
            return Simple((), (self.assignment(node, base),), (), start, end)
        if kind == "test_command":
            return self.test(node, base, start, end)
        if kind == "negated_command":
            inner = self.only([child for child in children if child.is_named], base, start, end)
            return Not(inner, start, end)
        if kind == "pipeline":
            return self.pipeline(self.sequence(children, base), start, end)
        if kind == "list":
            return self.and_or(children, base, start, end)
        if kind == "redirected_statement":
            return self.redirected(children, base, start, end)
        if kind in ("subshell", "compound_statement"):
            if children and children[0].type == "((":
                return self.test(node, base, start, end)
            return Group(self.sequence(children, base), kind == "subshell", (), start, end)
        if kind == "if_statement":
            return If(tuple(self.branches(children, base)), start, end)
        if kind == "while_statement":
            condition = [child for child in children if child.is_named and child.type != "do_group"]
            body = self.body(children, base)
            return Loop(children[0].type, self.sequence(condition, base), "", (), body, start, end)
        if kind in ("for_statement", "c_style_for_statement", "select_statement"):
            name = next((self.source(child, base) for child in children if child.type == "variable_name"), "")
            words = tuple(
                self.word(child, base)
                for child in children
                if child.is_named and child.type not in ("variable_name", "do_group", "compound_statement")
            )
            return Loop("for", (), name, words, self.body(children, base), start, end)
        if kind == "case_statement":
            items = [child for child in children if child.type == "case_item"]
            value = next(child for child in children if child.is_named)
            return Case(self.word(value, base), tuple(self.case_item(item, base) for item in items), start, end)
        if kind == "function_definition":
            name = next((self.source(child, base) for child in children if child.type == "word"), "")
            bodies = [c for c in children if c.is_named and c.type != "word" and not c.type.endswith("_redirect")]
            return Function(name, self.only(bodies, base, start, end), start, end)
        if kind != "ERROR":
            self.errors.append((f"the shell script cannot be read here ({kind})", start))
        return None

    def only(self, nodes: Sequence[Syntax], base: int, start: int, end: int) -> Node:
        """The one command of some nodes."""
        found = self.sequence(nodes, base)
        return found[0] if len(found) == 1 else Group(found, False, (), start, end)

    def body(self, children: Sequence[Syntax], base: int) -> tuple[Node, ...]:
        # `for x; { ...; }` has no `do`; in `while (( ... )); do` the first compound is the condition.
        bodies = [child for child in children if child.type == "do_group"]
        bodies = bodies or [child for child in children if child.type == "compound_statement"]
        return tuple(found for child in bodies for found in self.sequence(child.children, base))

    def branches(self, children: Sequence[Syntax], base: int) -> Iterator[Branch]:
        condition: list[Syntax] = []
        body: list[Syntax] = []
        into = condition
        clauses: list[Syntax] = []
        for child in children:
            if child.type == "then":
                into = body
            elif child.type in ("elif_clause", "else_clause"):
                clauses.append(child)
            elif child.is_named:
                into.append(child)
        yield Branch(self.sequence(condition, base), self.sequence(body, base))
        for clause in clauses:
            if clause.type == "else_clause":
                yield Branch(None, self.sequence(clause.children, base))
            else:
                yield from self.branches(clause.children, base)

    def case_item(self, item: Syntax, base: int) -> tuple[str, tuple[Node, ...]]:
        closing = next((index for index, child in enumerate(item.children) if child.type == ")"), 0)
        pattern = self.blank[base + item.start_byte : base + item.children[closing].start_byte].strip(" \t\n(")
        return pattern, self.sequence(item.children[closing + 1 :], base)

    def pipeline(self, parts: tuple[Node, ...], start: int, end: int) -> Node:
        # `! a | b` negates the pipeline; tree-sitter gives the `!` to the first command.
        if parts and isinstance(parts[0], Not):
            return Not(Pipeline((parts[0].body, *parts[1:]), parts[0].body.start, end), start, end)
        return Pipeline(parts, start, end)

    def and_or(self, children: Sequence[Syntax], base: int, start: int, end: int) -> Node:
        operator = next((child.type for child in children if child.type in ("&&", "||")), "&&")
        index = next((at for at, child in enumerate(children) if child.type == operator), len(children))
        lefts = self.sequence(children[:index], base)
        right = self.only(children[index + 1 :], base, start, end)
        left = lefts[-1] if lefts else right
        made = AndOr(left, operator, right, left.start, end)
        return made if len(lefts) <= 1 else Group((*lefts[:-1], made), False, (), start, end)

    def redirected(self, children: Sequence[Syntax], base: int, start: int, end: int) -> Node:
        redirects: list[Redirect] = []
        extra: list[Word] = []
        bodies = [child for child in children if not child.type.endswith("_redirect")]
        for child in children:
            if child.type.endswith("_redirect"):
                redirect, words = self.redirect(child, base)
                extra.extend(words)
                if redirect is not None:
                    redirects.append(redirect)
        if not bodies:
            return Simple(tuple(extra), (), tuple(redirects), start, end)
        body = self.only(bodies, base, start, end)
        return _attach(body, tuple(redirects), tuple(extra), end)

    def redirect(self, node: Syntax, base: int) -> tuple[Redirect | None, list[Word]]:
        """A redirection, and the words behind it that belong to the command."""
        operator, fd = "", ""
        targets: list[Word] = []
        begin = base + node.start_byte
        for child in node.children:
            if child.type == "file_descriptor":
                fd = self.source(child, base)
            elif not child.is_named and not operator:
                operator, begin = child.type, base + child.start_byte
            elif child.is_named:
                targets.append(self.word(child, base))
        start = self.at[begin]
        heredoc = self.heredocs.get(begin)
        if heredoc is not None and targets:
            return Redirect("<<", fd, self.document(heredoc), start), targets[1:]
        if not targets:
            return (Redirect(operator, fd, Word((), start, start), start) if operator else None), []
        return Redirect(operator, fd, targets[0], start), targets[1:]

    def document(self, body: Body) -> Word:
        """The text of a here-document."""
        text = self.text[body.start : body.end]
        at: Sequence[int] = self.at[body.start : body.end + 1]
        if body.tabs:
            kept: list[int] = []
            line_start = True
            for index, character in enumerate(text):
                if not (line_start and character == "\t"):
                    kept.append(index)
                    line_start = character == "\n"
            at = (*(at[index] for index in kept), at[len(text)])
            text = "".join(text[index] for index in kept)
        if len(at) <= len(text):  # the script ends with the document
            at = (*at, at[-1] + 1 if at else self.at[-1])
        inner = _Parser(text, tuple(at)) if not body.quoted and ("$(" in text or "`" in text) else None
        lexer = Lexer(text, tuple(at), inner.commands) if inner else Lexer(text, tuple(at))
        word = lexer.document(body.quoted)
        if inner:
            self.errors.extend(error for error in inner.errors if "never closed" not in error[0])
        return word

    def simple(self, node: Syntax, base: int) -> Iterator[Simple]:
        """The simple command of a node.

        tree-sitter-bash takes assignments on a line of their own into the command of the next line: these are taken
        apart again. Neighbours without a blank between them are one word.
        """
        words: list[Word] = []
        assignments: list[Assignment] = []
        redirects: list[Redirect] = []
        start = base + node.start_byte
        previous = start
        declaration = node.type in ("declaration_command", "unset_command")
        run: list[Syntax] = []

        def flush() -> None:
            if run:
                words.append(self.lexer.word(base + run[0].start_byte, base + run[-1].end_byte))
                run.clear()

        for child in node.children:
            begin = base + child.start_byte
            if child.type == "comment" or child.start_byte == child.end_byte:
                continue
            if run and begin > base + run[-1].end_byte:
                flush()
            if assignments and not words and not run and "\n" in self.blank[previous:begin].replace("\\\n", ""):
                yield Simple((), tuple(assignments), tuple(redirects), self.at[start], self.at[previous - 1] + 1)
                assignments, redirects = [], []
                start = begin
            if child.type == "variable_assignment":
                flush()
                assignments.append(self.assignment(child, base))
            elif child.type.endswith("_redirect"):
                flush()
                redirect, extra = self.redirect(child, base)
                if redirect is not None:
                    redirects.append(redirect)
                words.extend(extra)
            else:
                run.append(child)
            previous = base + child.end_byte
        flush()
        if declaration and not words:
            words.append(self.lexer.word(start, start + len(self.source(node.children[0], base))))
        yield Simple(
            tuple(words),
            tuple(assignments),
            tuple(redirects),
            self.at[start],
            self.at[base + node.end_byte - 1] + 1,
        )

    def assignment(self, node: Syntax, base: int) -> Assignment:
        start, end = base + node.start_byte, base + node.end_byte
        source = self.blank[start:end]
        name, _, _ = source.partition("=")
        value_start = start + len(name) + 1
        append = name.endswith("+")
        name = name.rstrip("+")
        if source[len(source) - (end - value_start) :].startswith("("):
            return Assignment(name, None, append, self.at[start], tuple(self.lexer.split(value_start + 1, end - 1)))
        if value_start >= end:
            return Assignment(name, Word((), self.at[start], self.at[end - 1] + 1), append, self.at[start])
        return Assignment(name, self.lexer.word(value_start, end), append, self.at[start])

    def test(self, node: Syntax, base: int, start: int, end: int) -> Simple:
        """`[ ... ]`, `[[ ... ]]` or `(( ... ))` as a command of that name."""
        begin, stop = base + node.start_byte, base + node.end_byte
        opening = "[" if self.blank[begin : begin + 2] not in ("[[", "((") else self.blank[begin : begin + 2]
        words = tuple(self.lexer.split(begin + len(opening), stop - len(opening)))
        return Simple((self.lexer.word(begin, begin + len(opening)), *words), (), (), start, end)

    def word(self, node: Syntax, base: int) -> Word:
        return self.lexer.word(base + node.start_byte, base + node.end_byte)

    def source(self, node: Syntax, base: int) -> str:
        return self.blank[base + node.start_byte : base + node.end_byte]


def _attach(body: Node, redirects: tuple[Redirect, ...], extra: tuple[Word, ...], end: int) -> Node:
    """Redirections go to the last command that stands before them; a compound takes them as a whole."""
    if isinstance(body, Simple):
        return replace(
            body, words=(*body.words, *extra), redirects=(*body.redirects, *redirects), end=max(body.end, end)
        )
    if isinstance(body, Pipeline) and body.parts:
        last = _attach(body.parts[-1], redirects, extra, end)
        return replace(body, parts=(*body.parts[:-1], last), end=end)
    if isinstance(body, AndOr):
        return replace(body, right=_attach(body.right, redirects, extra, end), end=end)
    if isinstance(body, Not):
        return replace(body, body=_attach(body.body, redirects, extra, end), end=end)
    if isinstance(body, Group) and body.subshell is False and not body.redirects and len(body.body) > 1 and extra:
        return replace(body, body=(*body.body[:-1], _attach(body.body[-1], redirects, extra, end)), end=end)
    return Group((body,), False, redirects, body.start, end)


def _errors(node: Syntax) -> Iterator[Syntax]:
    """The nodes at which tree-sitter could not go on, first in the text first."""
    if node.is_error or node.is_missing:
        yield node
        return
    for child in node.children:
        if child.has_error or child.is_missing:
            yield from _errors(child)


__all__ = [
    "AndOr", "Assignment", "Branch", "Case", "Function", "Gap", "Group", "If", "Literal", "Loop", "Node", "Not",
    "Parsed", "Pipeline", "Redirect", "Simple", "Word", "parse",
]  # fmt: skip
