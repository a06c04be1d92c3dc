"""The grammar of bash."""

from __future__ import annotations

from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Parser


@cache
def bash_parser() -> Parser:
    """A parser of bash.

    The grammar is a compiled module inside of a package whose own code only offers queries for highlighting; importing
    that would bring in `importlib.resources`, and with it some twenty modules for temporary and compressed files.
    """
    from tree_sitter import Language, Parser

    package = find_spec("tree_sitter_bash")
    folders = package.submodule_search_locations if package else None
    spec = PathFinder.find_spec("tree_sitter_bash._binding", folders)
    if spec is None or spec.loader is None:
        from tree_sitter_bash import language
    else:
        binding = module_from_spec(spec)
        spec.loader.exec_module(binding)
        language = binding.language
    return Parser(Language(language()))
