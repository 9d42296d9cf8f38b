"""Plots of predictions over the plane of inputs, with the data."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.plots.look import COLOURS, MARKERS, axes_of, lettered, shades, sheet
from graphviz_nn.plots.plane import Plane, at
from graphviz_nn.training import Training

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The opacity of regions, and the most points drawn.
PALE, MOST = 0.22, 1_000


def decision_boundary(
    training: Training, ax: "Axes | None" = None, *, inputs: Sequence[str] | None = None, record: int | None = None
) -> "Axes":
    """Plot the regions of the classes, or predicted numbers as shades, with the data.

    Each class has its own colour and marker. Wrong predictions have a ring; test data are hollow.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw; default a new figure.
    inputs : sequence of two str, optional
        The columns of the plane, if there are more than two; all others are at their means.
    record : int, optional
        The record whose parameters predict; default the best.

    Raises
    ------
    UsageError
        If the data have no plane, or the record doesn't exist.

    Examples
    --------
    >>> import graphviz_nn as gnn
    >>> def loss(x, y, W=gnn.parameter((2, 2))):
    ...     return gnn.nn.cross_entropy(gnn.nn.softmax(gnn.nn.linear(x, W)), y)
    >>> graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)))
    >>> training = gnn.fit(graph, gnn.data.gaussians(20), steps=5, progress=False)
    >>> decision_boundary(training).get_xlabel()
    '$x_{1}$'
    """
    plane = Plane(training, inputs)
    parameters = at(training, record)
    with lettered():
        ax = axes_of(ax, 4.2, 4.0)
        found = plane.of(training.predict(plane.inputs, parameters=parameters))
        if training.data.classes:
            _regions(ax, plane, found, len(training.data.classes))
        else:
            middle = np.asarray(training.data.targets)
            most = float(np.abs(middle - middle.mean()).max()) or 1.0
            limits = {"vmin": middle.mean() - most, "vmax": middle.mean() + most}
            ax.pcolormesh(plane.x, plane.y, found, cmap=shades(), shading="gouraud", rasterized=True, **limits)
        for data, is_test in ((training.test, True), (training.data, False)):
            if data is not None:
                _points(ax, plane, training, data, parameters, is_test)
        plane.framed(ax)
    return ax


def _regions(ax: "Axes", plane: Plane, found: Any, count: int) -> None:
    colours = [COLOURS[number % len(COLOURS)] for number in range(count)]
    levels = np.arange(count + 1) - 0.5
    ax.contourf(plane.x, plane.y, found, levels=levels, colors=colours, alpha=PALE)
    if len(np.unique(found)) > 1:
        ax.contour(plane.x, plane.y, found, levels=levels[1:-1], colors=sheet().text.ink, linewidths=1.2)


def _points(ax: "Axes", plane: Plane, training: Training, data: Data, parameters: Any, is_test: bool) -> None:
    shown = data[:MOST]
    x, y = shown.inputs[:, plane.columns].T
    size = 16.0 if len(shown) <= 200 else 9.0
    if not data.classes:
        middle = float(np.mean(training.data.targets))
        most = float(np.abs(training.data.targets - middle).max()) or 1.0
        colours = {"c": shown.targets, "cmap": shades(), "vmin": middle - most, "vmax": middle + most}
        ax.scatter(x, y, s=size, edgecolors=sheet().text.ink, linewidths=0.5, marker="D" if is_test else "o", **colours)
        return
    wrong = training.predict(shown.inputs, parameters=parameters) != shown.targets
    for number in range(len(data.classes)):
        here = shown.targets == number
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        face = "none" if is_test else colour
        ax.scatter(x[here], y[here], s=size, marker=marker, facecolors=face, edgecolors=colour, linewidths=0.7)
    ax.scatter(x[wrong], y[wrong], s=4 * size, facecolors="none", edgecolors=sheet().text.ink, linewidths=0.7)
