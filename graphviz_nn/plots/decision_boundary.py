"""Plots of predictions over the plane of inputs, with the data."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.graph.ir import Array
from graphviz_nn.plots.look import COLOURS, MARKERS, axes_of, keyed, lettered, shades, sheet
from graphviz_nn.plots.plane import Plane, at
from graphviz_nn.training import Training

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

# The opacity of regions, and the most points drawn.
PALE, MOST = 0.22, 1_000


def decision_boundary(
    training: Training, ax: "Axes | None" = None, *, inputs: Sequence[str] | None = None, record: int | None = None
) -> "Axes":
    """Plot the regions of the classes, or predicted numbers as shades, with the data.

    Each class has its own colour and marker. Wrong predictions have a ring; test data are hollow. A legend is below,
    the accuracy above, or the loss if the targets are numbers.

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
        ax = axes_of(ax, 4.2, 4.6)
        if training.data.classes:
            _regions(ax, plane, plane.of(training.margins(plane.inputs, parameters=parameters)))
        else:
            found = plane.of(training.predict(plane.inputs, parameters=parameters))
            middle = np.asarray(training.data.targets)
            most = float(np.abs(middle - middle.mean()).max()) or 1.0
            limits = {"vmin": middle.mean() - most, "vmax": middle.mean() + most}
            ax.pcolormesh(plane.x, plane.y, found, cmap=shades(), shading="gouraud", rasterized=True, **limits)
        for data, is_test in ((training.test, True), (training.data, False)):
            if data is not None:
                _points(ax, plane, training, data, parameters, is_test)
        plane.framed(ax)
        ax.set_title(_measured(training, record), fontsize=sheet().text.caption_size)
        keyed(ax, list(_handles(training)))
    return ax


def _regions(ax: "Axes", plane: Plane, margins: Array) -> None:
    """The region in which each class is ahead of the others; lines between them."""
    count = margins.shape[-1]
    for number in range(count):
        ahead, colour = margins[..., number], COLOURS[number % len(COLOURS)]
        most = float(np.nanmax(ahead, initial=0.0))
        if most > 0:
            ax.contourf(plane.x, plane.y, ahead, levels=[0.0, 2 * most], colors=[colour], alpha=PALE)
    for number in range(count if count > 2 else 1):
        ahead = margins[..., number]
        if np.nanmin(ahead, initial=0.0) < 0 < np.nanmax(ahead, initial=0.0):
            ax.contour(plane.x, plane.y, ahead, levels=[0.0], colors=sheet().text.ink, linewidths=1.2)


def _measured(training: Training, record: int | None) -> str:
    """The accuracy, or the loss if there are no classes, at a record, for both kinds of data."""
    history = training.history
    place = int(np.flatnonzero(history["step"] == training.step)[0]) if record is None else record
    name = "accuracy" if training.data.classes else "loss"
    found = {word: history[key][place] for word, key in (("", name), ("test ", f"test_{name}")) if key in history}
    written = [f"{word}{value:.1%}" if name == "accuracy" else f"{word}{value:.3g}" for word, value in found.items()]
    return f"{name} {', '.join(written)}"


def _handles(training: Training) -> "Iterator[Line2D]":
    """A sample of each kind of point, whether there is one at this record or not."""
    from matplotlib.lines import Line2D

    ink, classes = sheet().text.ink, training.data.classes
    usual: dict[str, Any] = {"linestyle": "none", "markersize": 5.0, "markeredgewidth": 0.7}
    for number, name in enumerate(classes):
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        word = str(name).replace("$", r"\$") if isinstance(name, str) else f"class {name}"
        yield Line2D([], [], color=colour, marker=marker, label=word, **usual)
    if not classes:
        yield Line2D([], [], color="none", marker="o", markeredgecolor=ink, label="data", **usual)
    if training.test is not None:
        face: dict[str, Any] = {"markerfacecolor": "none", "markeredgecolor": ink}
        yield Line2D([], [], marker="o" if classes else "D", label="test data", **face, **usual)
    if classes:
        ring = {**usual, "markersize": 9.0}
        yield Line2D([], [], marker="o", markerfacecolor="none", markeredgecolor=ink, label="wrong", **ring)


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
