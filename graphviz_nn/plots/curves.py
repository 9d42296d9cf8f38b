"""Plots of loss and accuracy over the steps."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_nn.graph.ir import Array
from graphviz_nn.plots.look import axes_of, keyed, lettered, sheet
from graphviz_nn.plots.plane import at
from graphviz_nn.style.numbers import number
from graphviz_nn.training import Training

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The share of the records that count as the first ones, and how much larger their loss is if it is left out.
FIRST, FAR = 0.05, 2.0


def curves(training: Training, ax: "Axes | None" = None, *, record: int | None = None) -> "Axes":
    """Plot the loss over the steps, and the accuracy on a second scale at the right.

    Test data have dashed lines, accuracies have dots. The step of the returned parameters is marked, or that of another
    record. If the loss of the first steps is much larger than all others, the scale leaves it out and says so.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw; default a new figure.
    record : int, optional
        The record to mark; later ones are pale.

    Raises
    ------
    UsageError
        If the record doesn't exist.
    """
    from matplotlib.lines import Line2D

    at(training, record)
    history, text = training.history, sheet().text
    steps = history["step"]
    step = training.step if record is None else steps[record]
    with lettered():
        ax = axes_of(ax, 4.6, 3.7)
        lines = [(ax, "loss", text.gradients)]
        if "accuracy" in history:
            right = ax.twinx()
            right.spines["right"].set_visible(True)
            right.set_ylim(0, 1.03)
            right.set_ylabel("accuracy", color=text.values)
            right.tick_params(axis="y", colors=text.values)
            lines.append((right, "accuracy", text.values))
        handles = []
        for axes, name, colour in lines:
            dots: dict[str, Any] = {"marker": "o", "markersize": 3.0, "markevery": 0.1} if name == "accuracy" else {}
            handles.append(Line2D([], [], color=colour, linewidth=1.6, label=name, **dots))
            for key, dash in ((name, "-"), (f"test_{name}", "--")):
                if key in history:
                    done = steps <= step if record is not None else steps >= 0
                    axes.plot(steps, history[key], dash, color=colour, linewidth=1.4, alpha=1 if done.all() else 0.25)
                    axes.plot(steps[done], history[key][done], dash, color=colour, linewidth=1.6, **dots)
        ax.set_ylabel("loss", color=text.gradients)
        ax.tick_params(axis="y", colors=text.gradients)
        _limited(ax, steps, [history[key] for key in ("loss", "test_loss") if key in history])
        if any(key.startswith("test") for key in history):
            handles.append(Line2D([], [], linestyle="-", color=text.ink, linewidth=1.4, label="training"))
            handles.append(Line2D([], [], linestyle="--", color=text.ink, linewidth=1.4, label="test"))
        keyed(ax, handles)
        ax.set_xlim(steps[0], max(steps[-1], steps[0] + 1))
        ax.axvline(step, color=text.notes, linewidth=0.8, linestyle=":")
        ax.set_xlabel("step")
    return ax


def _limited(ax: "Axes", steps: Array, losses: Sequence[Array]) -> None:
    """A scale from 0 that isn't flattened by the first steps; what is beyond it is written at its end."""
    highest = np.max([np.where(np.isfinite(each), each, 0.0) for each in losses], axis=0)
    first, most = 0, min(max(1, FIRST * len(highest)), len(highest) - 1)
    while first < most and highest[first] > FAR * highest[first + 1 :].max():
        first += 1
    ax.set_ylim(0, 1.05 * float(highest[first:].max()) or 1.0)
    if first:
        text = sheet().text
        place = int(highest[:first].argmax())
        said = f"↑ ${number(float(highest[place]), 3)}$ at step {steps[place]}"
        above: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}
        ax.annotate(said, (0, 1), (0, 4), color=text.gradients, fontsize=text.note_size, **above)
