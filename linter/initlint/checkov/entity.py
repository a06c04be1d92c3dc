"""Which block of which file checkov asks about.

checkov gives a check the configuration of a resource and the file's path relative to the scanned folder, but not that
folder. Its graph has a node for every resource with the very same configuration object, the absolute path, and for a
resource in a module the call that led there (checkov/terraform/graph_builder/graph_to_tf_definitions.py and
checkov/terraform/modules/module_objects.py in checkov 3.3).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from checkov.common.graph.graph_builder import CustomAttributes

from initlint.checkov.answers import Place, absolute


class NotFound(Exception):
    """checkov's graph does not say in which file the resource is."""


@dataclass(frozen=True)
class Entity:
    """A resource that checkov asks about: its place, and the folder that checkov scans."""

    place: Place
    folder: str

    @property
    def in_plan(self) -> bool:
        """Whether it comes from a plan in JSON, not from code."""
        return self.place.file.endswith(".json")


def entity_of(scanned_file: str, type_: str, name: str, conf: Mapping[str, Any], graph: Any) -> Entity:
    """The entity of a check's arguments. Raises `NotFound`."""
    index = _index_of(graph)
    relative = scanned_file.lstrip("/" + os.sep)
    node = index.by_configuration.get(id(conf))
    address = str(conf.get(CustomAttributes.TF_RESOURCE_ADDRESS) or f"{type_}.{name}")
    file = str(node[CustomAttributes.FILE_PATH]) if node is not None else _by_address(index.nodes, address, relative)
    line = conf.get("__start_line__", 0)
    root = _root_module(file, node)
    place = Place(absolute(Path(file)), line if isinstance(line, int) else 0, address, absolute(root, folder=True))
    return Entity(place, _folder(file, relative, root))


@dataclass(frozen=True, eq=False)
class _Index:
    """The resources of a graph. The graph is kept, so that no other object can take an identity in the meantime."""

    graph: Any
    nodes: Sequence[Mapping[str, Any]]
    by_configuration: Mapping[int, Mapping[str, Any]]
    """The nodes by the identity of their configuration objects."""


_indexes: list[_Index] = []
"""The index of the graph that was asked for last."""


def _index_of(graph: Any) -> _Index:
    if not _indexes or _indexes[0].graph is not graph:
        nodes = [node for node in _nodes(graph) if node.get(CustomAttributes.BLOCK_TYPE) == "resource"]
        _indexes[:] = [_Index(graph, nodes, {id(_configuration(node)): node for node in nodes})]
    return _indexes[0]


def _nodes(graph: Any) -> Iterator[Mapping[str, Any]]:
    """The nodes' attributes, in whichever library checkov keeps its graph: rustworkx, networkx."""
    if graph is None:
        return
    for node in graph.nodes():
        if isinstance(node, tuple):
            yield node[1]
        elif isinstance(node, Mapping):
            yield node
        else:
            yield graph.nodes[node].get("attr", graph.nodes[node])


def _configuration(node: Mapping[str, Any]) -> object:
    """The configuration of the resource, under its type and its name."""
    conf: Any = node.get(CustomAttributes.CONFIG)
    for _ in range(2):
        conf = next(iter(conf.values()), None) if isinstance(conf, Mapping) else None
    return conf


def _by_address(nodes: Sequence[Mapping[str, Any]], address: str, relative: str) -> str:
    """The one file with that relative path in which checkov saw the address; else the one in the current folder."""
    tail = os.sep + relative
    files = {
        str(node[CustomAttributes.FILE_PATH])
        for node in nodes
        if node.get(CustomAttributes.TF_RESOURCE_ADDRESS) == address
        and str(node.get(CustomAttributes.FILE_PATH)).endswith(tail)
    }
    here = Path.cwd() / relative
    if len(files) == 1:
        return files.pop()
    if not here.is_file() or (files and str(here) not in files):
        raise NotFound(f"checkov does not say where {address} in {relative} is")
    return str(here)


@cache
def _folder(file: str, relative: str, root: Path) -> str:
    """The folder to which a file has a relative path: the one that checkov scans. It holds the root module; a module
    that this calls may be outside (`../../modules/job/main.tf`).
    """
    around = (root, *root.parents)
    return str(next((folder for folder in around if os.path.relpath(file, folder) == relative), root))


def _root_module(file: str, node: Mapping[str, Any] | None) -> Path:
    """The folder of the root module: that of the outermost call, else of the file itself."""
    module = node.get(CustomAttributes.SOURCE_MODULE_OBJECT) if node is not None else None
    while module is not None:
        inner = module if isinstance(module, Mapping) else dict(module)
        file, module = str(inner["path"]), inner.get("nested_tf_module")
    return Path(file).parent
