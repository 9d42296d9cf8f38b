"""Explain why a picture lacks a name: it is hidden, another view shows it, or it is misspelt."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from graphviz_nn.errors import Error, UsageError, suggest
from graphviz_nn.forms import FORMS, SAID, Diagram, Shown
from graphviz_nn.forms.naming import Names
from graphviz_nn.graph import Graph
from graphviz_nn.transforms.expand import shown_inside
from graphviz_nn.views import VIEWS, detailed

View: TypeAlias = tuple[Graph, Graph, Diagram, Diagram]
"""The model, its graph in the view, the diagram of that graph, and the diagram without hidden nodes."""


def unknown(option: str, name: str, views: Sequence[View]) -> UsageError:
    """The error for a name that no view has."""
    if any(Names(diagram, graph).part(name) for _, graph, diagram, _ in views):
        return UsageError(f"{option}= names {name!r}, which hide= removes; leave out one of both")
    ways = [*_views(name, [model for model, *_ in views]), *_blocks(name, [graph for _, graph, *_ in views])]
    if ways:
        return UsageError(f"{option}= names {name!r}, which this picture doesn't draw; {' or '.join(ways)} shows it")
    known = dict.fromkeys(each for _, graph, _, left in views for each in Names(left, graph).known)
    words = SAID if option == "hide" else ()
    return UsageError(f"{option}= names {name!r}, which isn't in this picture: {suggest(name, [*words, *known])}")


def _views(name: str, models: Iterable[Graph]) -> Iterable[str]:
    """The views that have a name."""
    for model in models:
        # The view scalars comes last: it shows everything, and too much.
        for title, view in sorted(VIEWS.items(), key=lambda each: each[1].detail == "scalars"):
            try:
                graph = detailed(view.detail, model)
                found = Names(FORMS[view.form](graph, Shown(**view.shown)), graph).part(name)
            except Error:
                # A view that can't draw this model doesn't show the name either.
                continue
            if found:
                yield f"view={title!r}"
                return


def _blocks(name: str, graphs: Iterable[Graph]) -> Iterable[str]:
    """The blocks that contain a name."""
    for graph in graphs:
        for block, operation in graph.operations.items():
            if operation.body is not None and name in shown_inside(graph, block):
                yield f"expand={block!r}"
                return
