"""The passes of the compiler: graph to graph, each with the same outputs and fewer or faster steps."""

from collections.abc import Iterable

from graphviz_nn.graph.ir import Graph
from graphviz_nn.transforms.computable import computable
from graphviz_nn.transforms.passes.algebra import algebra
from graphviz_nn.transforms.passes.constants import constants
from graphviz_nn.transforms.passes.equal import equal
from graphviz_nn.transforms.passes.listing import Line, Listing, Pass
from graphviz_nn.transforms.passes.live import live
from graphviz_nn.transforms.passes.shift import shift
from graphviz_nn.transforms.passes.short import short

PIPELINE: tuple[Pass, ...] = (shift, live, constants, equal, algebra, equal, short, algebra, equal, live)
"""The passes in order. The shift is known by all that is differentiated, also where only gradients are asked for."""


def optimised(graph: Graph, outputs: Iterable[str] | None = None) -> Graph:
    """The graph that is computed: the same outputs, after every pass.

    Parameters
    ----------
    outputs : iterable of str, optional
        The variables that are asked for; default the graph's outputs.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda x: np.tanh(x) * (1 - np.tanh(x)), x=input(2))
    >>> len(graph.operations), len(optimised(graph).operations)
    (4, 3)
    """
    return listed_steps(graph, outputs).graph()


def listed_steps(graph: Graph, outputs: Iterable[str] | None = None) -> Listing:
    """The same as lines."""
    found, settled = Listing.of(computable(graph), outputs), dict[Pass, Listing]()
    for each in PIPELINE:
        # What a pass returned stays as it is until another pass changes it.
        if settled.get(each) is not found:
            found = settled[each] = each.rewrite(found)
    return found


__all__ = [
    "PIPELINE",
    "Line",
    "Listing",
    "Pass",
    "algebra",
    "constants",
    "equal",
    "listed_steps",
    "live",
    "optimised",
    "shift",
    "short",
]
