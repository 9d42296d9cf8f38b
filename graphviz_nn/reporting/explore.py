"""Write a whole model as a page to explore, or for other programs that explore graphs."""

from os import PathLike
from pathlib import Path
from typing import Any

from graphviz_nn.render.explorer import FORMATS, writer
from graphviz_nn.storage import destination, write
from graphviz_nn.style.sheet import Style, load
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.views.tree import tree


def explore(model: Traceable, to: str | PathLike[str], *, example: Any = (), style: Style = "lecture") -> Path:
    """Write all of a model as a web page whose blocks open and close, or for a program that does so.

    A picture shows what fits a page; this shows every operation of a model of any size, with its modules and functions
    as nested blocks.

    Parameters
    ----------
    model : Graph, callable or path
        A traced graph, a function whose arguments have specs, a model of another framework, or a file with a model.
    to : path
        The file: an .html page; .json for Model Explorer, which isn't the format of `save`; .graphml for yEd, Gephi,
        Cytoscape and igraph; .dot or .gv for Graphviz, with a cluster for each block.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes.
    style : str, path or dict
        The colours.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    UsageError
        For an unknown suffix.
    FileError
        If the file can't be written; the old file stays.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from graphviz_nn import nn
    >>> from graphviz_nn.tracing import input, trace
    >>> with TemporaryDirectory() as folder:
    ...     explore(trace(lambda x: nn.softmax(x), x=input(3)), f"{folder}/model.html").stat().st_size > 10_000
    True
    """
    path = destination(to, "a whole model", FORMATS)
    write_as, sheet = writer(path.suffix.lower()), load(style)
    return write(path, write_as(tree(graph_of(model, example)), sheet))
