"""Load a graph from a file that `graphviz_nn.save` wrote."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphviz_nn.errors import UsageError
from graphviz_nn.graph import Graph
from graphviz_nn.graph.file import load


def from_json(path: Path, name: str, specs: Mapping[Any, Any], files: set[Path]) -> Graph:
    """Load the graph in a file."""
    if name or specs:
        raise UsageError(f"{path} is a graph already; leave out the name and the shapes")
    return load(path)
