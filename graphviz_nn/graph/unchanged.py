"""What is found out about graphs once, while none of them changes."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from graphviz_nn.graph.ir import Graph

T = TypeVar("T")
_KNOWN: ContextVar[dict[Hashable, tuple[Graph, Any]] | None] = ContextVar("known of graphs", default=None)


@contextmanager
def unchanged() -> Iterator[None]:
    """Meanwhile no graph changes, as while one is drawn again with other blocks open.

    >>> graph = Graph()
    >>> with unchanged():
    ...     [found_out("asked", graph, lambda: print("found out")) for _ in range(2)]
    found out
    [None, None]
    """
    known = _KNOWN.get()
    token = _KNOWN.set({} if known is None else known)
    try:
        yield
    finally:
        _KNOWN.reset(token)


def found_out(what: Hashable, graph: Graph, find: Callable[[], T]) -> T:
    """What is to be found out about a graph, found out now or known."""
    known = _KNOWN.get()
    if known is None:
        return find()
    key = what, id(graph)
    if key not in known:
        # The graph is kept too, so that no other one has its identity.
        known[key] = graph, find()
    found: T = known[key][1]
    return found
