"""A script as it would run: its simple commands in order, each with what is known about the moment it runs.

Functions are followed where they are called, variables with known text are put in, `set` is tracked, and whatever
checks before a command runs (`if`, `||`, a test before `&&`, an early `exit 0`) is remembered as its guard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from initlint.record import record
from initlint.scripts.program import LETTERS, NAMES, SHELLS, Modes, past_wrappers
from initlint.scripts.shell import (
    AndOr,
    Branch,
    Case,
    Function,
    Gap,
    Group,
    If,
    Literal,
    Loop,
    Node,
    Not,
    Pipeline,
    Redirect,
    Simple,
    parse,
)
from initlint.scripts.tape import EXPANSION
from initlint.scripts.words import Expansion, Part, Word
from initlint.truth import Truth

TERMINAL = frozenset(
    {"/dev/stdout", "/dev/stderr", "/dev/tty", "/proc/1/fd/1", "/proc/1/fd/2", "/dev/fd/1", "/dev/fd/2"}
)
SILENT = "/dev/null"
TESTS = frozenset({"[", "[[", "((", "test"})
NEUTRAL = frozenset(
    {"cd", "set", "export", "unset", "readonly", "local", "declare", "typeset", "shopt", "umask", "ulimit", "trap"}
    | {":", "true", "false", "exit", "return", "break", "continue", "shift", "sleep", "wait", "alias", "let", "pushd"}
    | {"popd", "read", "getopts", "hash", "type", "which", "times"}
)
"""Commands that steer the script and do no work of their own."""
_READY = frozenset(
    {"pg_isready", "nc", "ncat", "ping", "nslookup", "dig", "host", "mysqladmin", "wait-for-it", "timeout"}
)
"""Commands that ask whether something can be reached, not what state it is in."""
_SEARCHES = frozenset({"grep", "egrep", "fgrep", "rg", "diff", "cmp", "id", "getent"})
_DEPTH = 12
_STEPS = 4000
_PARTS = 1000


@record
class Feed:
    """What a command reads on its standard input. `kind`: "document" (here-document or here-string), "pipe" or "file";
    `text`: what it is, as far as it is known; None where it is not.
    """

    kind: str
    text: Word | None
    quoted: bool = False


@dataclass(eq=False)
class Step:
    """A simple command at the moment that it runs.

    words: with known variables put in. modes: of the shell, before it runs. guard: whether something checks first,
    that decides whether it runs. handled: its failure is looked at (`if`, `||`, `!`). condition: its status decides
    what runs. looped: it is the condition of a loop. failing: it runs only after something failed. outlet: where its
    output goes: "terminal", "file", "append", "pipe", "nothing" or "text". level: how many substitutions it stands in.
    nested: it stands in the text of another command (`sh -c "..."` inside the script). fatal: its failure is looked at,
    and ends the script with a failure (`|| exit 1`). subshell: it stands in `( ... )`, whose `set` ends with it.
    """

    command: Simple
    words: tuple[Word, ...]
    modes: Modes
    guard: Truth = Truth.NO
    handled: bool = False
    condition: bool = False
    looped: bool = False
    failing: bool = False
    feed: Feed | None = None
    outlet: str = "terminal"
    target: Word | None = None
    level: int = 0
    nested: bool = False
    dynamic: frozenset[str] = frozenset()
    fatal: bool = False
    subshell: bool = False

    @property
    def substitution(self) -> bool:
        """Whether it stands in `$(...)`."""
        return self.level > 0

    @property
    def start(self) -> int:
        """The offset of its first word (assignments before it left out)."""
        return self.command.words[0].start if self.command.words else self.command.start

    @property
    def end(self) -> int:
        """The offset of its end."""
        return self.command.end

    @cached_property
    def _program(self) -> int:
        """The index of the word that names the program, wrappers left out."""
        return past_wrappers([word.known for word in self.words])

    @property
    def program(self) -> Word | None:
        """The word that names the program that it runs; None for a bare assignment."""
        return self.words[self._program] if self.words else None

    @cached_property
    def name(self) -> str | None:
        """The program that it runs, without folder and wrappers; None where unknown, "" for a bare assignment."""
        if self.program is None:
            return ""
        base = self.program.text.rpartition("/")[2]
        unknown = EXPANSION in base or any(isinstance(part, Gap) for part in self.program.parts)
        return None if unknown or not base else base.removesuffix(".exe")

    @property
    def arguments(self) -> tuple[Word, ...]:
        """The program's arguments."""
        return self.words[self._program + 1 :]

    @property
    def is_test(self) -> bool:
        """Whether it is a test (`[`, `test`, `command -v`)."""
        return self.name in TESTS or (
            self.name == "command" and bool(self.arguments) and self.arguments[0].text in ("-v", "-V")
        )

    @property
    def opaque(self) -> bool:
        """Whether an unknown part of the Terraform string stands where its command word would be."""
        return bool(self.words) and any(isinstance(part, Gap) and not part.quoted for part in self.words[0].parts[:1])

    @property
    def is_unnamed(self) -> bool:
        """Whether an unknown part of the Terraform string decides which program it runs."""
        return self.name is None and any(isinstance(part, Gap) for part in self.words[0].parts)

    @property
    def accepted(self) -> bool:
        """Whether its failure is looked at and the script goes on: `|| true`, `if`."""
        return self.handled and not self.looped and not self.fatal

    @property
    def is_log(self) -> bool:
        """Whether it prints to the terminal."""
        if self.substitution or self.outlet != "terminal":
            return False
        if self.name == "cat":
            return self.feed is not None and self.feed.kind == "document" and not self.arguments
        return self.name in ("echo", "printf", "logger", "log", "banner", "figlet")

    @property
    def is_work(self) -> bool:
        """Whether it is a work command: all but what is printed to the terminal, cd, set, export, assignments and
        tests.
        """
        if self.substitution or self.is_log or self.is_test or self.name == "":
            return False
        if self.name in ("echo", "printf"):
            return self.outlet in ("file", "append", "pipe")
        if self.condition and self.name in _READY:
            return False
        return not (self.name in NEUTRAL or (self.name == "exec" and not self.arguments))


@record
class Piped:
    """A pipeline as it runs: the steps of each part, the modes, and whether its status is looked at."""

    node: Pipeline
    parts: tuple[tuple[Step, ...], ...]
    modes: Modes
    handled: bool


@dataclass(eq=False)
class Run:
    """A script's run: steps and pipelines in order, the bodies of its traps, and what could not be read."""

    steps: list[Step] = field(default_factory=list)
    pipes: list[Piped] = field(default_factory=list)
    traps: dict[str, list[Step]] = field(default_factory=dict)
    errors: list[tuple[str, int]] = field(default_factory=list)
    several: bool = False
    """Whether somewhere one command follows another without `&&` or `||` between them."""
    loops: dict[str, tuple[Word, ...]] = field(default_factory=dict)
    """What the variable of `for` loops goes through."""
    compounds: list[Word] = field(default_factory=list)
    """Words that are no command's: what `for` loops go through, the redirections of groups and loops."""
    subjects: list[Word] = field(default_factory=list)
    """What `case` looks at."""
    files: dict[str, Word] = field(default_factory=dict)
    """The known text of files that the script writes, by path."""

    def written(self, word: Word) -> Word | None:
        """The text of the file that a word names, if the script has written that."""
        return self.files.get(path_of(word))


@dataclass(eq=False)
class _State:
    """What is known of the shell. `guard` holds to the end of the script, `local` to the end of the function."""

    modes: Modes
    variables: dict[str, Word | None]
    functions: dict[str, Node]
    dynamic: set[str]
    arrays: dict[str, tuple[Word, ...]] = field(default_factory=dict)
    positional: tuple[Word, ...] | None = None
    guard: Truth = Truth.NO
    local: Truth = Truth.NO
    gone: bool = False

    def copy(self) -> _State:
        return replace(
            self,
            variables=dict(self.variables),
            functions=dict(self.functions),
            dynamic=set(self.dynamic),
            arrays=dict(self.arrays),
        )


@record(eq=True)
class _Context:
    """Where a command stands."""

    guard: Truth = Truth.NO
    handled: bool = False
    condition: bool = False
    looped: bool = False
    failing: bool = False
    level: int = 0
    nested: bool = False
    subshell: bool = False
    feed: Feed | None = None
    outlet: str = "terminal"
    target: Word | None = None
    calls: tuple[str, ...] = ()
    depth: int = 0


def run(text: str, at: range | tuple[int, ...], modes: Modes, variables: dict[str, Word] | None = None) -> Run:
    """Runs through a script. `variables`: the environment variables whose text is known."""
    try:
        parsed = parse(text, at)
        walker = _Walker(Run(errors=list(parsed.errors), several=_several(parsed.body)))
        state = _State(modes, dict(variables or {}), {}, set())
        walker.sequence(parsed.body, state, _Context())
    except RecursionError:
        return Run(errors=[("the script is nested too deeply to be read", at[0])])
    if len(walker.run.steps) > _STEPS:
        walker.run.errors.append(("the script runs more commands than are followed", at[0]))
    return walker.run


def run_command(words: tuple[Word, ...], variables: dict[str, Word] | None = None) -> Run:
    """The run of a program that is started without a shell."""
    command = Simple(words, (), (), words[0].start, words[-1].end)
    walker = _Walker(Run())
    state = _State(Modes(), dict(variables or {}), {}, set())
    walker.emit(command, words, state, _Context())
    return walker.run


class _Walker:
    def __init__(self, result: Run) -> None:
        self.run = result

    # --- statements -----------------------------------------------------------------------------------------------

    def sequence(self, nodes: Iterable[Node], state: _State, context: _Context) -> None:
        for node in nodes:
            if state.gone or len(self.run.steps) > _STEPS:
                return
            self.node(node, state, context)

    def node(self, node: Node, state: _State, context: _Context) -> None:
        if isinstance(node, Simple):
            self.simple(node, state, context)
        elif isinstance(node, Pipeline):
            self.pipeline(node, state, context)
        elif isinstance(node, AndOr):
            self.and_or(node, state, context)
        elif isinstance(node, Not):
            self.node(node.body, state, replace(context, handled=True))
        elif isinstance(node, If):
            self.if_(node.branches, state, context)
        elif isinstance(node, Loop):
            self.loop(node, state, context)
        elif isinstance(node, Case):
            self.case(node, state, context)
        elif isinstance(node, Function):
            state.functions[node.name] = node.body
        else:
            self.group(node, state, context)

    def group(self, node: Group, state: _State, context: _Context) -> None:
        inner = state.copy() if node.subshell else state
        feed, outlet, target = self.redirected(node.redirects, state, context)
        self.run.compounds.extend(redirect.target for redirect in node.redirects)
        first = len(self.run.steps)
        subshell = context.subshell or node.subshell
        self.sequence(node.body, inner, replace(context, feed=feed, outlet=outlet, target=target, subshell=subshell))
        if target is not None and target is not context.target:
            into = [step for step in self.run.steps[first:] if step.level == context.level and step.outlet == outlet]
            self.write(target, self.printed(into, inner), outlet == "append")
        if node.subshell:
            state.gone = False

    def and_or(self, node: AndOr, state: _State, context: _Context) -> None:
        first = len(self.run.steps)
        either = node.operator == "||"
        self.node(node.left, state, replace(context, handled=context.handled or either, condition=True))
        left_gone, state.gone = state.gone, False
        tested = self.run.steps[first:]
        strength = (
            _strength(tested, lambda step: either or _asks(step))
            if not isinstance(node.left, Not)
            else _strength(tested)
        )
        right = replace(
            context,
            guard=context.guard | strength,
            failing=context.failing or (either and not isinstance(node.left, Not) and not _is_question(tested)),
        )
        second = len(self.run.steps)
        self.node(node.right, state, right)
        if either and not isinstance(node.left, Not) and self.aborts(node.right, state, second):
            for step in tested:
                step.fatal = True
        if left_gone:
            state.gone = True
            return
        if state.gone:
            # `check && exit 0`: what follows runs only where the check says so.
            state.gone = False
            self.left(state, strength, self.run.steps[second:])

    def aborts(self, node: Node, state: _State, first: int) -> bool:
        """Whether commands that have just run, from the step `first` on, end the script with a failure."""
        final = next((step for step in reversed(self.run.steps[first:]) if step.name in ("exit", "return")), None)
        if isinstance(node, Simple) and node.name == "false":
            return True
        if final is None or (final.arguments and final.arguments[0].text == "0"):
            return False
        return state.gone or (isinstance(node, Group) and node.subshell)

    def if_(self, branches: tuple[Branch, ...], state: _State, context: _Context) -> None:
        strength = Truth.NO
        ends: list[_State] = []
        covered = False
        tested: list[Step] = []
        for branch in branches:
            first = len(self.run.steps)
            if branch.condition is not None:
                self.sequence(branch.condition, state, replace(context, handled=True, condition=True))
                state.gone = False
                tested = self.run.steps[first:]
                strength = strength | _strength(tested)
            else:
                covered = True
            inner = state.copy()
            second = len(self.run.steps)
            failing = context.failing or _fails(branch.body)
            self.sequence(branch.body, inner, replace(context, guard=context.guard | strength, failing=failing))
            otherwise = not branch.condition or isinstance(branch.condition[-1], Not)
            if otherwise and _fails(branch.body):
                for step in tested:
                    step.fatal = True
            if inner.gone:
                self.left(state, strength, self.run.steps[second:])
            else:
                ends.append(inner)
        if not covered:
            ends.append(state.copy())
        if not ends:
            state.gone = True
            return
        _merge(state, ends)

    def loop(self, node: Loop, state: _State, context: _Context) -> None:
        for name in _assigned(node.body):
            state.variables[name] = None
            state.arrays.pop(name, None)
            state.dynamic.add(name)
        strength = Truth.NO
        if node.variable:
            state.variables[node.variable] = None
            self.run.loops[node.variable] = (*self.run.loops.get(node.variable, ()), *node.words)
            self.run.compounds.extend(node.words)
            for word in node.words:
                self.substitutions(word, state, context)
        if node.condition:
            first = len(self.run.steps)
            self.sequence(node.condition, state, replace(context, handled=True, condition=True, looped=True))
            strength = _strength(self.run.steps[first:], _asks)
        state.gone = False
        inner = state.copy()
        self.sequence(node.body, inner, replace(context, guard=context.guard | strength))
        _merge(state, [state.copy(), inner])

    def case(self, node: Case, state: _State, context: _Context) -> None:
        self.run.subjects.append(node.word)
        self.substitutions(node.word, state, context)
        strength = _word_strength(node.word, state.dynamic)
        ends: list[_State] = []
        for _, body in node.items:
            inner = state.copy()
            second = len(self.run.steps)
            self.sequence(body, inner, replace(context, guard=context.guard | strength))
            if inner.gone:
                self.left(state, strength, self.run.steps[second:])
            else:
                ends.append(inner)
        if not any(pattern == "*" for pattern, _ in node.items):
            ends.append(state.copy())
        if not ends:
            state.gone = True
            return
        _merge(state, ends)

    def pipeline(self, node: Pipeline, state: _State, context: _Context) -> None:
        modes = state.modes
        parts: list[tuple[Step, ...]] = []
        feed = context.feed
        for index, part in enumerate(node.parts):
            first = len(self.run.steps)
            last = index == len(node.parts) - 1
            inner = state.copy()
            self.node(
                part,
                inner,
                replace(
                    context,
                    feed=feed,
                    outlet=context.outlet if last else "pipe",
                    target=context.target if last else None,
                ),
            )
            steps = tuple(step for step in self.run.steps[first:] if step.level == context.level)
            parts.append(steps)
            feed = Feed("pipe", self.printed((step for step in steps if step.outlet == "pipe"), inner))
            if last and isinstance(part, Loop):
                for name in _assigned(part.body):
                    state.variables[name] = None
        if len(parts) > 1 and all(printed(step) is not None for part in parts[:-1] for step in part):
            last_part = parts[-1]
            if len(last_part) == 1 and last_part[0].name == "tee" and context.outlet == "terminal":
                # `echo ... | tee file` prints as well.
                for steps in parts:
                    for step in steps:
                        step.outlet = "terminal"
                last_part[0].outlet = "nothing"
        self.run.pipes.append(Piped(node, tuple(parts), modes, context.handled))

    def printed(self, steps: Iterable[Step], state: _State) -> Word | None:
        """The text that steps print together, as far as it comes from the script: what echo, printf, cat, tee and
        envsubst print is known; what other programs make of a known text is not, but is a text. None where all that
        they print comes from elsewhere.
        """
        texts = [self.output(step, state) for step in steps]
        return joined([text for text in texts if text is not None], "\n")

    def output(self, step: Step, state: _State) -> Word | None:
        """What one step prints, in the same way."""
        known = printed(step)
        if known is not None:
            return known
        files = [word for word in step.arguments if not word.text.startswith("-")]
        if step.name == "cat" and files:
            found = [self.run.written(word) for word in files]
            return joined([text for text in found if text is not None], "\n")
        text = step.feed.text if step.feed is not None else None
        if text is None or step.is_test or not step.words or step.name in NEUTRAL:
            return None
        if step.name == "tee" or (step.name == "cat" and not files):
            return text
        if step.name == "envsubst":
            return self.value(_unfolded(text), state)
        return _unread(text.start, text.end)

    def left(self, state: _State, strength: Truth, steps: list[Step]) -> None:
        """Part of the script has left it: by `exit 0` or `return`, what follows is guarded by what decided that."""
        final = next((step for step in reversed(steps) if step.name in ("exit", "return")), None)
        if final is None or (final.arguments and final.arguments[0].text != "0"):
            return
        if final.name == "exit":
            state.guard = state.guard | strength
        else:
            state.local = state.local | strength

    # --- simple commands ------------------------------------------------------------------------------------------

    def simple(self, node: Simple, state: _State, context: _Context) -> None:
        for word in _all_words(node):
            self.substitutions(word, state, context)
        words = tuple(bound for word in node.words for bound in self.bind(word, state))
        step = self.emit(node, words, state, context)
        self.assign(node, words, state, context)
        name = step.name
        if words and words[0].known in state.functions and context.depth < _DEPTH:
            called = words[0].known
            assert called is not None
            self.run.steps.remove(step)
            if called in context.calls:
                return
            self.call(called, step, state, context)
        elif name == "set":
            _set(step.arguments, state)
        elif words and words[0].known == "exec" and len(words) > 1:
            self.nested(step, state, context)
            state.gone = True
        elif name in ("exit", "return", "break", "continue"):
            state.gone = name not in ("break", "continue")
        elif name == "shift" and state.positional is not None:
            count = step.arguments[0].text if step.arguments else "1"
            state.positional = state.positional[int(count) if count.isdigit() else 1 :]
        elif name == "trap":
            self.trap(step, state, context)
        elif step.opaque:
            # Whole commands may stand here: `set -e`, a check, an early exit.
            state.modes = Modes(*(mode | Truth.UNKNOWN for mode in _modes(state.modes)))
            state.guard = state.guard | Truth.UNKNOWN
        else:
            self.nested(step, state, context)

    def emit(self, node: Simple, words: tuple[Word, ...], state: _State, context: _Context) -> Step:
        feed, outlet, target = self.redirected(node.redirects, state, context)
        guard = context.guard | state.guard | state.local
        step = Step(
            node,
            words,
            state.modes,
            guard,
            context.handled,
            context.condition,
            context.looped,
            context.failing,
            feed,
            "text" if context.level and outlet == "terminal" else outlet,
            target,
            context.level,
            context.nested,
            frozenset(state.dynamic),
            subshell=context.subshell,
        )
        self.run.steps.append(step)
        if target is not None and target is not context.target:
            self.write(target, self.printed((step,), state), outlet == "append")
        if step.name == "tee" and feed is not None:
            appends = any(word.known in ("-a", "--append") for word in step.arguments)
            for word in step.arguments:
                if not word.text.startswith("-"):
                    self.write(word, feed.text, appends)
        return step

    def write(self, target: Word, text: Word | None, appends: bool) -> None:
        """Remembers what a file holds, as far as that comes from the script."""
        kept = self.run.written(target) if appends else None
        texts = [part for part in (kept, text) if part is not None]
        if texts:
            self.run.files[path_of(target)] = joined(texts, "\n") or texts[0]
        else:
            self.run.files.pop(path_of(target), None)

    def call(self, called: str, step: Step, state: _State, context: _Context) -> None:
        positional, local = state.positional, state.local
        state.positional, state.local = step.words[1:], Truth.NO
        inner = replace(
            context,
            feed=step.feed,
            outlet=step.outlet if not context.level else context.outlet,
            target=step.target,
            guard=context.guard | local,
            calls=(*context.calls, called),
            depth=context.depth + 1,
        )
        first = len(self.run.steps)
        self.node(state.functions[called], state, inner)
        state.positional, state.local = positional, local
        final = next((made for made in reversed(self.run.steps[first:]) if made.name in ("exit", "return")), None)
        state.gone = state.gone and final is not None and final.name == "exit"

    def trap(self, step: Step, state: _State, context: _Context) -> None:
        if len(step.arguments) < 2 or context.depth >= _DEPTH:
            return
        action = step.arguments[0]
        known = action.known
        inner = _Walker(Run())
        if known is not None:
            parsed = parse(known, action.at)
            inner.sequence(parsed.body, state.copy(), replace(context, depth=context.depth + 1))
        for signal in step.arguments[1:]:
            self.run.traps[signal.text.upper().removeprefix("SIG")] = inner.run.steps

    def nested(self, step: Step, state: _State, context: _Context) -> None:
        """The script of `sh -c "..."`, `su -c "..."` or `eval "..."` inside the script, one that a shell reads from its
        input, and one that the script has written to a file before.
        """
        launched = _launched(step)
        if launched and context.depth < _DEPTH:
            below = replace(
                context, nested=True, depth=context.depth + 1, feed=None, outlet=step.outlet, target=step.target
            )
            self.nested(self.emit(replace(step.command, redirects=()), launched, state, below), state, below)
            return
        script, modes = _inner_script(step, self.run)
        if script is None or context.depth >= _DEPTH:
            return
        parsed = parse(script.text, script.at)
        self.run.errors.extend(parsed.errors)
        inner = state.copy()
        inner.modes = modes or state.modes
        inner.functions = {} if modes else inner.functions
        self.sequence(
            parsed.body,
            inner,
            replace(
                context, nested=True, depth=context.depth + 1, feed=step.feed, outlet=step.outlet, target=step.target
            ),
        )

    def assign(self, node: Simple, words: tuple[Word, ...], state: _State, context: _Context) -> None:
        name = words[0].known if words else ""
        if name in ("", "export", "readonly", "local", "declare", "typeset"):
            for assignment in node.assignments:
                value = self.value(assignment.value, state) if assignment.value is not None else None
                before = state.arrays.pop(assignment.name, None) if assignment.append else ()
                if assignment.value is None and before is not None:
                    added = (bound for word in assignment.words for bound in self.bind(word, state))
                    state.arrays[assignment.name] = (*before, *added)
                old = state.variables.get(assignment.name)
                if assignment.append:
                    value = Word((*old.parts, *value.parts), value.start, value.end) if old and value else None
                state.variables[assignment.name] = value
                if assignment.value is None or any(e.commands for e in assignment.value.expansions):
                    state.dynamic.add(assignment.name)
                for source in assignment.value.expansions if assignment.value else ():
                    if state.dynamic.intersection(source.names) or source.name in ("?", "!"):
                        state.dynamic.add(assignment.name)
        elif name in ("read", "mapfile", "readarray", "getopts", "unset", "let"):
            names = [word.known or "" for word in words[1:] if (word.known or "-").isidentifier()]
            document = next((r.target for r in node.redirects if r.operator in ("<<", "<<<")), None)
            for variable in names:
                state.variables[variable] = document if name == "read" and len(names) == 1 else None
                state.dynamic.add(variable)

    def value(self, word: Word, state: _State) -> Word:
        """What an assignment assigns: variables put in, nothing split."""
        parts = tuple(part for source in word.parts for part in self.filled(source, state))
        return Word(parts, word.start, word.end)

    # --- words ----------------------------------------------------------------------------------------------------

    def substitutions(self, word: Word, state: _State, context: _Context) -> None:
        """Runs the commands inside `$(...)` and `<(...)`."""
        for expansion in word.expansions:
            if expansion.commands:
                inner = replace(
                    context, level=context.level + 1, feed=None, outlet="text", target=None, condition=False
                )
                if expansion.is_file:  # nobody looks at the status
                    inner = replace(inner, handled=True)
                first = len(self.run.steps)
                copy = state.copy()
                self.sequence(expansion.commands, copy, inner)
                if expansion.is_file:
                    steps = [step for step in self.run.steps[first:] if step.level == inner.level]
                    file = Word((expansion,), expansion.start, expansion.end)
                    self.write(file, self.printed(steps, copy), appends=False)

    def bind(self, word: Word, state: _State) -> Iterator[Word]:
        """The words that a word becomes when known variables and parameters are put in."""
        if len(word.parts) == 1 and isinstance(word.parts[0], Expansion):
            only = word.parts[0]
            if only.name in ("@", "*") and state.positional is not None and not only.operator:
                yield from state.positional
                return
            if only.operator == "[@]" and only.name in state.arrays:
                yield from state.arrays[only.name]
                return
            if not only.quoted:
                value = state.variables.get(only.name) if not only.operator else None
                if value is not None and (value.literal or re.search(r"[ \t\n]", value.text)):
                    yield from _split(value)
                    return
        if not any(isinstance(part, Expansion) for part in word.parts):
            yield word
            return
        yield self.value(word, state)

    def filled(self, part: Part, state: _State) -> tuple[Part, ...]:
        if not isinstance(part, Expansion):
            return (part,)
        found: Word | None = None
        if part.operator in ("", ":?", "?"):
            if part.name.isdigit() and state.positional is not None and part.name != "0":
                index = int(part.name) - 1
                found = state.positional[index] if index < len(state.positional) else None
            else:
                found = state.variables.get(part.name)
        if found is None and part.commands and not part.is_file:
            found = _substituted(part.commands)
        # `A="$A$A"`, thirty times: a text that doubles is not followed for ever.
        if found is None or len(found.parts) > _PARTS:
            return (part,)
        return tuple(replace(inner, quoted=True) for inner in found.parts)

    def redirected(
        self, redirects: tuple[Redirect, ...], state: _State, context: _Context
    ) -> tuple[Feed | None, str, Word | None]:
        feed, outlet, target = context.feed, context.outlet, context.target
        for redirect in redirects:
            text = redirect.target.text
            if redirect.operator in ("<<", "<<<"):
                word = self.value(redirect.target, state) if not redirect.target.literal else redirect.target
                feed = Feed("document", word)
            elif redirect.operator == "<":
                feed = Feed("file", self.run.written(redirect.target)) if text != SILENT else None
            elif redirect.fd in ("", "1") and redirect.operator in (">", ">>", ">|", "&>", "&>>"):
                target = self.value(redirect.target, state)
                if target.text in TERMINAL:
                    outlet, target = "terminal", None
                elif target.text == SILENT:
                    outlet, target = "nothing", None
                else:
                    outlet = "append" if ">>" in redirect.operator else "file"
            elif redirect.operator == ">&" and redirect.fd in ("", "1") and text in ("1", "2")[outlet == "pipe" :]:
                outlet, target = "terminal", None
        return feed, outlet, target


# --- what is read off words and steps -----------------------------------------------------------------------------


def _all_words(node: Simple) -> Iterator[Word]:
    for assignment in node.assignments:
        if assignment.value is not None:
            yield assignment.value
        yield from assignment.words
    yield from node.words
    for redirect in node.redirects:
        yield redirect.target


def _split(value: Word) -> Iterator[Word]:
    """A variable's text split at blanks, as the shell does where it is not quoted."""
    parts: list[Part] = []
    for part in value.parts:
        if not isinstance(part, Literal):
            parts.append(replace(part, quoted=False))
            continue
        end = 0
        for blank in re.finditer(r"[ \t\n]+|$", part.text):
            if blank.start() > end:
                text, at = part.text[end : blank.start()], part.at[end : blank.start()]
                parts.append(Literal(text, at, True))
            if blank[0] and parts:
                yield _word(parts)
                parts = []
            end = blank.end()
    if parts:
        yield _word(parts)


def _word(parts: list[Part]) -> Word:
    made = Word(tuple(parts), 0, 0)
    return replace(made, start=made.at[0], end=made.at[-1])


def path_of(word: Word) -> str:
    """A path as a text that is the same for the same path only: variables by name, what commands say by place."""
    return (
        "".join(
            f"${{{part.name or part.start}}}"
            if isinstance(part, Expansion)
            else part.character
            if isinstance(part, Gap)
            else part.text
            for part in word.parts
        )
        .rstrip("/")
        .removeprefix("./")
    )


def joined(words: Iterable[Word], separator: str = " ") -> Word | None:
    """Words as one text."""
    found = list(words)
    if not found:
        return None
    parts: list[Part] = []
    for index, word in enumerate(found):
        if index:
            parts.append(Literal(separator, (word.start,), True))
        parts.extend(replace(part, quoted=True) for part in word.parts)
    return Word(tuple(parts), found[0].start, found[-1].end)


def printed(step: Step) -> Word | None:
    """The text that echo, printf or `cat` of a here-document prints; None for any other command."""
    if step.name == "cat" and step.feed is not None and step.feed.kind == "document":
        return step.feed.text if all(word.text.startswith("-") for word in step.arguments) else None
    if step.name == "echo":
        words = list(step.arguments)
        while words and (words[0].known or "") in ("-n", "-e", "-E", "-ne", "-en"):
            words.pop(0)
        return _unescaped(joined(words)) or Word((), step.start, step.end)
    if step.name == "printf" and step.arguments:
        template, *rest = step.arguments
        if template.text in ("-v", "--"):
            return None
        return _unescaped(_formatted(template, rest))
    return None


_CONVERSION = re.compile(r"%(?:%|[-+ #0]*[0-9]*(?:\.[0-9]+)?[a-zA-Z])")


def _formatted(template: Word, arguments: list[Word]) -> Word:
    """What printf makes of a template, which is used again as long as there are arguments; widths left out."""
    rest = list(arguments)

    def argument(conversion: Literal) -> Iterator[Part]:
        if conversion.text == "%%":
            yield conversion.cut(0, 1)
        elif rest:
            yield from (replace(part, quoted=True) for part in rest.pop(0).parts)

    parts: list[Part] = []
    while True:
        before = len(rest)
        parts += template.replaced(_CONVERSION, argument).parts
        if not rest or len(rest) == before:
            return Word(tuple(parts), template.start, template.end)


def _unescaped(word: Word | None) -> Word | None:
    r"""`\n` made blank: echo and printf make a line end of it."""
    if word is None or "\\n" not in word.text:
        return word
    parts = tuple(
        replace(part, text=part.text.replace("\\n", " \n").replace("\\t", "  ")) if isinstance(part, Literal) else part
        for part in word.parts
    )
    return Word(parts, word.start, word.end)


_VARIABLE = re.compile(r"\$(?:\{[A-Za-z_]\w*\}|[A-Za-z_]\w*)")


def _unfolded(word: Word) -> Word:
    """A text with `$NAME` and `${NAME}` in it as the variables that envsubst takes them for."""

    def variable(reference: Literal) -> tuple[Part]:
        name = reference.text.strip("${}")
        return (Expansion(name, "", reference.at[0], reference.at[-1] + 1, True, (name,)),)

    return word.replaced(_VARIABLE, variable)


def _substituted(commands: tuple[Node, ...]) -> Word | None:
    """The text of `$(cat <<EOF ...)`, `$(echo ...)` and `$(printf ...)`."""
    if len(commands) != 1 or not isinstance(commands[0], Simple):
        return None
    command = commands[0]
    document = next((r.target for r in command.redirects if r.operator in ("<<", "<<<")), None)
    feed = Feed("document", document) if document is not None else None
    return printed(Step(command, command.words, Modes(), feed=feed))


_XARGS_VALUED = "aEILPdns"


def _launched(step: Step) -> tuple[Word, ...]:
    """The command that xargs or `find -exec` runs, with what they put into it as an unknown."""
    words = list(step.arguments)
    place = "{}"
    if step.name == "xargs":
        appended = True
        while words and words[0].text.startswith("-"):
            option = words.pop(0).text
            if option[1:2] in ("I", "i"):
                place, appended = option[2:] or (words[0].text if words and option == "-I" else "") or place, False
            if len(option) == 2 and option[1] in _XARGS_VALUED and words:
                words.pop(0)
    elif step.name == "find":
        at = next((at for at, word in enumerate(words) if word.known in ("-exec", "-execdir")), len(words))
        end = next((end for end in range(at, len(words)) if words[end].known in (";", "+")), len(words))
        words, appended = words[at + 1 : end], False
    else:
        return ()
    pattern = re.compile(re.escape(place))
    made = [word.replaced(pattern, lambda found: _unread(found.at[0], found.at[-1] + 1).parts) for word in words]
    return (*made, _unread(step.start, step.end)) if made and appended else tuple(made)


def _unread(start: int, end: int) -> Word:
    """A text that a program makes while the script runs of what stands at a place."""
    return Word((Expansion("", "|", start, end, True),), start, end)


def _inner_script(step: Step, run: Run) -> tuple[Word | None, Modes | None]:
    """The script that a command hands to another shell, and the modes of that; None for the shell that is running."""
    arguments = step.arguments
    if step.name == "eval":
        return joined(arguments), None
    if step.name in (".", "source"):
        return (run.written(arguments[0]) if arguments else None), None
    if step.name in ("su", "runuser"):
        for index, word in enumerate(arguments[:-1]):
            if word.known in ("-c", "--command"):
                return arguments[index + 1], Modes()
        return None, Modes()
    if step.name not in SHELLS:
        return (run.written(step.program) if step.program else None), Modes()
    modes: dict[str, Truth] = {}
    command = reads = False
    operand: Word | None = None
    for index, word in enumerate(arguments):
        known = word.known
        if known is not None and index and known in NAMES and (arguments[index - 1].known or "").startswith("-"):
            modes[known] = Truth.YES
            continue
        if known is None or not known.startswith(("-", "+")) or known in ("-", "--"):
            operands = arguments[index + (known in ("-", "--")) :]
            operand = operands[0] if operands else None
            break
        for letter in known[1:] if not known.startswith("--") else "":
            command = command or letter == "c"
            reads = reads or letter == "s"
            if letter in LETTERS:
                modes[LETTERS[letter]] = Truth.of(known[0] == "-")
    if command:
        return operand, Modes(**modes)
    if operand is not None and not reads:
        return run.written(operand), Modes(**modes)
    return (step.feed.text if step.feed else None), Modes(**modes)


def _modes(modes: Modes) -> tuple[Truth, Truth, Truth, Truth]:
    return modes.errexit, modes.pipefail, modes.nounset, modes.xtrace


def _set(arguments: tuple[Word, ...], state: _State) -> None:
    """The effect of `set`."""
    at = 0
    while at < len(arguments):
        text = arguments[at].known
        if text is None:
            if arguments[at].loose:
                state.modes = Modes(*(mode | Truth.UNKNOWN for mode in _modes(state.modes)))
            return
        if text in ("--", "-") or len(text) < 2 or text[0] not in "-+":
            return
        on = Truth.of(text[0] == "-")
        at += 1
        for letter in text[1:]:
            name: str | None = LETTERS.get(letter)
            if letter == "o" and at < len(arguments):
                name = arguments[at].known
                at += 1
            if name in NAMES:
                assert name is not None
                state.modes = replace(state.modes, **{name: on})


def _merge(state: _State, ends: list[_State]) -> None:
    """The state after branches of which one was taken."""
    kept: dict[str, Truth] = {}
    for name in ("errexit", "pipefail", "nounset", "xtrace"):
        seen = {getattr(end.modes, name) for end in ends}
        kept[name] = seen.pop() if len(seen) == 1 else Truth.UNKNOWN
    state.modes = Modes(**kept)
    names = {name for end in ends for name in end.variables}
    for name in names:
        values = {id(end.variables.get(name)) for end in ends}
        state.variables[name] = ends[0].variables.get(name) if len(values) == 1 else None
    shared = ends[0].arrays.items()
    state.arrays = {name: words for name, words in shared if all(end.arrays.get(name) is words for end in ends)}
    for end in ends:
        state.functions.update(end.functions)
        state.dynamic |= end.dynamic
    state.guard = state.guard | (Truth.YES if all(end.guard is Truth.YES for end in ends) else Truth.NO)


def _assigned(nodes: Iterable[Node]) -> Iterator[str]:
    """The variables that commands may assign."""
    for node in nodes:
        if isinstance(node, Simple):
            yield from (assignment.name for assignment in node.assignments)
            if node.name == "read":
                yield from (word.known or "" for word in node.words[1:])
        elif isinstance(node, Pipeline):
            yield from _assigned(node.parts)
        elif isinstance(node, AndOr):
            yield from _assigned((node.left, node.right))
        elif isinstance(node, Not):
            yield from _assigned((node.body,))
        elif isinstance(node, If):
            for branch in node.branches:
                yield from _assigned((*(branch.condition or ()), *branch.body))
        elif isinstance(node, Loop):
            yield from _assigned((*node.condition, *node.body))
        elif isinstance(node, Case):
            for _, body in node.items:
                yield from _assigned(body)
        elif isinstance(node, Group):
            yield from _assigned(node.body)


def _several(nodes: Iterable[Node]) -> bool:
    """Whether somewhere in the commands one follows another; a loop follows itself."""
    found = list(nodes)
    if sum(not isinstance(node, Function) and not _is_bare(node) for node in found) > 1:
        return True
    return any(_has_several(node) for node in found)


def _is_bare(node: Node) -> bool:
    """Whether it only assigns known or unknown text: no command runs, nothing can fail."""
    return (
        isinstance(node, Simple)
        and not node.words
        and not any(e.commands for w in _all_words(node) for e in w.expansions)
    )


def _has_several(node: Node) -> bool:
    if isinstance(node, Pipeline):
        return any(_has_several(part) for part in node.parts)
    if isinstance(node, AndOr):
        return _has_several(node.left) or _has_several(node.right)
    if isinstance(node, (Not, Function)):
        return _has_several(node.body)
    if isinstance(node, If):
        return any(_several(branch.condition or ()) or _several(branch.body) for branch in node.branches)
    if isinstance(node, Loop):
        return bool(node.variable) or _several(node.condition) or _several(node.body)
    if isinstance(node, Case):
        return any(_several(body) for _, body in node.items)
    return isinstance(node, Group) and _several(node.body)


def _fails(body: tuple[Node, ...]) -> bool:
    """Whether a branch ends with an exit that reports a failure."""
    last = body[-1] if body else None
    return (
        isinstance(last, Simple)
        and last.name in ("exit", "return")
        and len(last.words) > 1
        and last.words[1].text != "0"
    )


# --- guards -------------------------------------------------------------------------------------------------------


def _strength(steps: list[Step], counts: Callable[[Step], bool] = lambda step: True) -> Truth:
    """Whether a condition asks for the state that the work would change.

    YES: it looks at something outside (a query, a file, a command's answer). UNKNOWN: it looks at variables that are
    the same whenever the job runs. NO: it asks for nothing that the work changes (`cd`, `pg_isready`, `command -v`).
    """
    result = Truth.NO
    for step in steps:
        if counts(step):
            result = result | _asked(step)
    return result


def _asked(step: Step) -> Truth:
    name = step.name
    if step.opaque or name is None:
        return Truth.UNKNOWN
    if name in TESTS:
        words = step.command.words[1:]
        if any(word.known in ("-f", "-d", "-e", "-s", "-L", "-h", "-nt", "-ot") for word in words):
            return Truth.YES
        result = Truth.NO
        for word in words:
            result = result | _word_strength(word, step.dynamic)
        return result
    if step.is_test or name in _READY or name in NEUTRAL or name in ("", "echo", "printf"):
        return Truth.NO
    if name in ("psql", "sqlcmd", "mysql", "sqlite3", "mariadb"):
        texts = [word.text.lower() for word in step.arguments]
        texts.append(step.feed.text.text.lower() if step.feed and step.feed.text else "")
        query = " ".join(texts)
        plain = "select" not in query or " from " in query.replace("\n", " ") or "id(" in query
        return Truth.of((plain and "\\q" not in query and "select" in query) or "\\d" in query or "\\l" in query)
    return Truth.YES


def _word_strength(word: Word, dynamic: frozenset[str] | set[str]) -> Truth:
    """YES where the word depends on what a command said, UNKNOWN on a variable, NO where it is literal."""
    result = Truth.NO
    for part in word.parts:
        if isinstance(part, Gap):
            result = result | Truth.UNKNOWN
        elif isinstance(part, Expansion):
            if part.commands or part.name in ("?", "!") or dynamic.intersection(part.names):
                return Truth.YES
            result = result | Truth.UNKNOWN
    return result


def _asks(step: Step) -> bool:
    """Whether a command left of `&&` is a question, and not a piece of work."""
    return step.is_test or step.opaque or step.handled or step.substitution or step.name in _SEARCHES


def _is_question(steps: list[Step]) -> bool:
    """Whether steps only ask: a test, or a search in what a command says."""
    outer = min((step.level for step in steps), default=0)
    last = next((step for step in reversed(steps) if step.level == outer), None)
    return last is not None and (last.is_test or last.name in _SEARCHES)
