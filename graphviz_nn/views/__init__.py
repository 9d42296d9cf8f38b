"""What a picture shows of a graph: each view is a step from graph to graph that changes no value."""

from collections.abc import Callable

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.graph.ir import Graph
from graphviz_nn.transforms.fold import fold
from graphviz_nn.transforms.scalars import scalars

VIEWS: dict[str, Callable[[Graph], Graph]] = {"operations": fold, "scalars": scalars}


def view(name: str, graph: Graph) -> Graph:
    """A graph as the view of this name shows it.

    Raises
    ------
    UsageError
        With the nearest name, where there is no such view.
    """
    if name not in VIEWS:
        raise UsageError(f"there is no view {name!r}: {suggest(str(name), VIEWS)}")
    return VIEWS[name](graph)
