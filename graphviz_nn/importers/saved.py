"""Save models as graphs, and load the graph of such a file."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from graphviz_nn.errors import GraphError, UsageError
from graphviz_nn.graph import Graph, file
from graphviz_nn.ops.custom import AGAIN, CUSTOM
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.transforms.computable import computable


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
        If the graph breaks an invariant, or the name of a function with its own gradient rule is that of several;
        nothing is written.
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
    found = graph_of(graph, example)
    for operation in computable(found).operations.values():
        if operation.op == CUSTOM and AGAIN in operation.attributes["rule"]:
            name = operation.attributes["rule"].partition(AGAIN)[0].strip()
            raise GraphError(
                f"several functions with their own gradient rules are called {name}, and a file knows them by name; "
                "define it once, at the top of a module"
            )
    return file.save(found, to)
