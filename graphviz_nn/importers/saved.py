"""Save models as graphs, and load the graph of such a file."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from graphviz_nn.errors import UsageError
from graphviz_nn.graph import Graph, file
from graphviz_nn.tracing.model import Traceable, graph_of


def from_json(path: Path, name: str, specs: Mapping[Any, Any], files: set[Path]) -> Graph:
    """Load the graph in a file."""
    if name or specs:
        raise UsageError(f"{path} is a graph already; leave out the name and the shapes")
    return file.load(path)


def save(graph: Traceable, to: str | PathLike[str], *, example: Any = ()) -> Path:
    """Write a graph to a JSON file that this and every later version reads.

    Parameters
    ----------
    graph : Graph or callable
        A model.
    to : path
        The file to write.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Raises
    ------
    GraphError
        If the graph breaks an invariant; nothing is written.
    FileError
        If the file can't be written; the old file stays.

    Examples
    --------
    >>> import graphviz_nn as gnn, os, tempfile
    >>> graph = gnn.trace(lambda x: x**2, x=gnn.input(()))
    >>> path = gnn.save(graph, os.path.join(tempfile.mkdtemp(), "square.json"))
    >>> float(gnn.evaluate(gnn.load(path), x=3.0, outputs="output"))
    9.0
    """
    return file.save(graph_of(graph, example), to)
