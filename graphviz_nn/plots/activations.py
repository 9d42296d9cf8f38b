"""Plots of units over the plane of inputs."""

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from graphviz_nn.errors import UsageError
from graphviz_nn.graph.text import words
from graphviz_nn.layout.measure import mathtext
from graphviz_nn.plots.look import figure, lettered, plain, shades, sheet
from graphviz_nn.plots.plane import Plane, at
from graphviz_nn.style.labels import entry
from graphviz_nn.style.symbols import symbols
from graphviz_nn.training import Training

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

ACROSS, MOST = 4, 64


def activations(
    training: Training,
    variable: str,
    *,
    inputs: Sequence[str] | None = None,
    record: int | None = None,
    into: "Figure | SubFigure | None" = None,
) -> "Figure | SubFigure":
    """Plot each entry of a variable, such as a hidden layer, over a small plane.

    All share one scale, blue above its middle and orange below. A line marks the middle.

    Parameters
    ----------
    variable : str
        The name of a vector in the graph, with at most 64 entries.
    inputs, record
        As for `decision_boundary`.
    into : Figure or SubFigure of matplotlib, optional
        Where to draw; default a new figure.

    Raises
    ------
    UsageError
        If the variable doesn't exist or has too many entries, and as for `decision_boundary`.
    """
    plane = Plane(training, inputs, points=80)
    values = training.evaluate(plane.inputs, variable, parameters=at(training, record))
    values = values.reshape(len(values), -1)
    count = values.shape[1]
    if count > MOST:
        raise UsageError(f"{variable} has {count} entries, too many to plot; the most is {MOST}")
    across = min(ACROSS, count)
    down = ceil(count / across)
    low, high = float(values.min()), float(values.max())
    # Centred on 0 if there are both signs, otherwise on the middle of the range.
    middle = 0.0 if low < 0 < high else (low + high) / 2
    most = max(high - middle, middle - low) or 1.0
    symbol = symbols(training.graph).get(variable, words(variable))
    with lettered():
        found = into or figure(1.6 * across + 0.5, 1.75 * down)
        grid = found.subplots(down, across, squeeze=False)
        for number, ax in enumerate(grid.flat):
            if number >= count:
                ax.set_visible(False)
                continue
            shown = plane.of(values[:, number])
            limits = {"vmin": middle - most, "vmax": middle + most}
            image = ax.pcolormesh(plane.x, plane.y, shown, cmap=shades(), rasterized=True, **limits)
            if shown.min() < middle < shown.max():
                ax.contour(plane.x, plane.y, shown, levels=[middle], colors=sheet().text.ink, linewidths=0.8)
            plane.framed(ax)
            ax.set(xlabel="", ylabel="")
            ax.set_title(mathtext(entry(symbol, (number,)) if count > 1 else symbol))
            for spine in ax.spines.values():
                spine.set_visible(True)
        plain(list(grid.flat))
        found.colorbar(image, ax=list(grid.flat), shrink=0.8, aspect=25)
    return found
