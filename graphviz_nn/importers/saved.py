"""A graph out of a file that `graphviz_nn.save` wrote."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphviz_nn.errors import UsageError
from graphviz_nn.graph import Graph
from graphviz_nn.graph.file import load


def from_json(path: Path, name: str, specs: Mapping[str, Any], files: set[Path]) -> Graph:
    """The graph that a file holds."""
    if name or specs:
        raise UsageError(f"{path} is a graph already; it takes neither a name nor shapes")
    return load(path)
