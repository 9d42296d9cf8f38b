"""A network, its predictions and its training in one figure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graphviz_nn.errors import UsageError
from graphviz_nn.figure.drawing import draw
from graphviz_nn.plots.curves import curves
from graphviz_nn.plots.decision_boundary import decision_boundary
from graphviz_nn.plots.look import figure, lettered
from graphviz_nn.plots.plane import at
from graphviz_nn.training import Training
from graphviz_nn.training.result import with_values

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure


def panel(
    training: Training,
    *,
    title: str | None = None,
    inputs: Sequence[str] | None = None,
    record: int | None = None,
    into: "Figure | SubFigure | None" = None,
    **options: Any,
) -> "Figure | SubFigure":
    """Plot the network, its decision boundary, and the curves of its training in one figure.

    Parameters
    ----------
    title : str, optional
        The title of the figure.
    inputs, record
        As for `decision_boundary`.
    into : Figure or SubFigure of matplotlib, optional
        Where to draw; default a new figure.
    **options
        Options of the network's picture, as for `draw`; the default view is units if possible.

    Raises
    ------
    UsageError
        As for `decision_boundary` and `draw`.
    """
    graph = with_values(training.graph, at(training, record) or training.parameters)
    with lettered():
        whole = into or figure(11.0, 3.5 if title is None else 3.8)
        network, plane, course = whole.subplots(1, 3, width_ratios=[1.5, 1.0, 1.15])
        network.set_axis_off()
        _network(graph, network, options)
        decision_boundary(training, plane, inputs=inputs, record=record)
        curves(training, course, record=record)
        if title is not None:
            whole.suptitle(title)
    return whole


def _network(graph: Any, ax: Any, options: dict[str, Any]) -> None:
    if "view" in options:
        draw(graph, ax=ax, **options)
        return
    try:
        draw(graph, ax=ax, view="units", **options)
    except UsageError:
        # It isn't a chain of vectors.
        draw(graph, ax=ax, view="arrows", **options)
