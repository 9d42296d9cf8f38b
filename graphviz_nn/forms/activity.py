"""The activity of a fed network: the value of each vector, and the parameters that were fed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import networkx as nx
import numpy as np

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.evaluation.feeds import flat
from graphviz_nn.evaluation.program import compile
from graphviz_nn.forms.diagram import Fed
from graphviz_nn.forms.examples import along
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.transforms.batch import batch


def activity(graph: Graph, names: Iterable[str], fed: Fed | None) -> dict[str, Array]:
    """The entries of each vector, as means over the examples; nothing if nothing is fed.

    Only what these vectors depend on has to be fed.

    Raises
    ------
    FeedError
        If a feed is missing, unknown, or doesn't fit.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, target, trace
    >>> graph = trace(lambda x, y: np.sum((np.tanh(x) - y) ** 2), x=input(2), y=target(2))
    >>> activity(graph, ["x"], Fed({"x": [[1.0, 2.0], [3.0, 4.0]]}, ("x",)))
    {'x': array([2., 3.])}
    """
    if fed is None or not fed.filled:
        return {}
    wanted = list(dict.fromkeys(names))
    needed = _needed(graph, wanted)
    spare = graph.leaves.keys() - needed.leaves.keys()
    for name in fed.examples:
        if name not in fed.feeds:
            raise UsageError(f"batch= names {name!r}, which has no value in feeds: {suggest(str(name), fed.feeds)}")
    given = {name: value for name, value in flat(graph, fed.feeds).items() if name not in spare}
    many = {name: given[name] for name in fed.examples if name in given}
    found = compile(batch(needed, many) if many else needed, wanted)(given)
    return {name: _mean(graph, name, np.asarray(found[name], dtype=np.float64)) for name in wanted}


def _needed(graph: Graph, names: Iterable[str]) -> Graph:
    """The part of a graph that computes some variables."""
    above = {*names}.union(*(nx.ancestors(graph, name) for name in names))
    beside = (result for name in above & graph.operations.keys() for result in graph.results(name))
    found = graph.part({*above, *beside})
    found.outputs = tuple(names)
    found.graph.pop("gradients", None)
    return found


def _mean(graph: Graph, name: str, value: Array) -> Array:
    """The entries of a vector: of its only example, or their means."""
    axis, shape = along(graph, name), graph.variable(name).shape
    with np.errstate(all="ignore"):
        if value.ndim > len(shape):
            value = value.mean(axis=0)
        return np.ravel(value if axis is None else value.mean(axis=axis))


def with_fed(graph: Graph, fed: Fed | None) -> Graph:
    """A graph whose parameters have the values that were fed."""
    given: Mapping[str, object] = flat(graph, fed.feeds) if fed else {}
    learned = {n: v for n, v in graph.leaves.items() if v.role == "parameter" and n in given}
    found = graph.copy() if learned else graph
    for name, variable in learned.items():
        array = np.asarray(given[name], dtype=variable.dtype)
        # The program that runs on the feeds refuses other shapes.
        if array.shape == variable.shape:
            found.add_variable(name, replace(variable, value=array))
    return found
