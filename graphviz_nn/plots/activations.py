"""Plots of units over the plane of inputs."""

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from graphviz_nn.errors import UsageError
from graphviz_nn.graph.ir import Array
from graphviz_nn.graph.text import words
from graphviz_nn.layout.measure import mathtext
from graphviz_nn.plots.look import figure, lettered, plain, shades, sheet
from graphviz_nn.plots.plane import Plane, at
from graphviz_nn.style.labels import entry
from graphviz_nn.style.symbols import symbols
from graphviz_nn.training import Training

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

ACROSS, MOST = 4, 64
# The place of a key below its Axes, in shares of these.
KEY = (0.1, -0.26, 0.8, 0.04)


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
    limits = _limits(values)
    symbol = symbols(training.graph).get(variable, words(variable))
    with lettered():
        found = into or figure(1.6 * across + 0.5, 1.75 * down)
        grid = found.subplots(down, across, squeeze=False)
        for number, ax in enumerate(grid.flat):
            if number >= count:
                ax.set_visible(False)
                continue
            image = _shaded(ax, plane, plane.of(values[:, number]), limits)
            ax.set(xlabel="", ylabel="")
            ax.set_title(mathtext(entry(symbol, (number,)) if count > 1 else symbol))
            for spine in ax.spines.values():
                spine.set_visible(True)
        plain(list(grid.flat))
        found.colorbar(image, ax=list(grid.flat), shrink=0.8, aspect=25)
    return found


def unit_over_plane(
    training: Training, variable: str, number: int, ax: "Axes", *, inputs: Sequence[str] | None, record: int | None
) -> None:
    """Plot an entry of a variable, counted from 0, over the plane of the inputs."""
    plane = Plane(training, inputs)
    values = training.evaluate(plane.inputs, variable, parameters=at(training, record))
    shown = plane.of(values.reshape(len(values), -1)[:, number])
    image = _shaded(ax, plane, shown, _limits(shown))
    # Inside the Axes, so that these stay in line with their neighbours.
    ax.figure.colorbar(image, cax=ax.inset_axes(KEY), orientation="horizontal")


def _limits(values: Array) -> dict[str, Any]:
    """A scale around 0 if there are both signs, otherwise around the middle of the range."""
    low, high = float(values.min()), float(values.max())
    middle = 0.0 if low < 0 < high else (low + high) / 2
    most = max(high - middle, middle - low) or 1.0
    return {"vmin": middle - most, "vmax": middle + most}


def _shaded(ax: "Axes", plane: Plane, shown: Array, limits: dict[str, Any]) -> Any:
    """Shades of a value on each point of a plane, with a line where it is in the middle of the scale."""
    image = ax.pcolormesh(plane.x, plane.y, shown, cmap=shades(), rasterized=True, **limits)
    middle = (limits["vmin"] + limits["vmax"]) / 2
    if shown.min() < middle < shown.max():
        ax.contour(plane.x, plane.y, shown, levels=[middle], colors=sheet().text.ink, linewidths=0.8)
    plane.framed(ax)
    return image
