"""Plots of loss and accuracy over the steps."""

from typing import TYPE_CHECKING

from graphviz_nn.plots.look import axes_of, lettered, sheet
from graphviz_nn.plots.plane import at
from graphviz_nn.training import Training

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def curves(training: Training, ax: "Axes | None" = None, *, record: int | None = None) -> "Axes":
    """Plot the loss over the steps, and the accuracy on a second scale at the right.

    Test data have dashed lines. The step of the returned parameters is marked, or that of another record.

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
    at(training, record)
    history, text = training.history, sheet().text
    steps = history["step"]
    step = training.step if record is None else steps[record]
    with lettered():
        ax = axes_of(ax, 4.6, 3.4)
        lines = [(ax, "loss", text.gradients)]
        if "accuracy" in history:
            right = ax.twinx()
            right.spines["right"].set_visible(True)
            right.set_ylim(0, 1.03)
            right.set_ylabel("accuracy", color=text.values)
            right.tick_params(axis="y", colors=text.values)
            lines.append((right, "accuracy", text.values))
        for axes, name, colour in lines:
            for key, dash in ((name, "-"), (f"test_{name}", "--")):
                if key in history:
                    done = steps <= step if record is not None else steps >= 0
                    axes.plot(steps, history[key], dash, color=colour, linewidth=1.4, alpha=1 if done.all() else 0.25)
                    axes.plot(steps[done], history[key][done], dash, color=colour, linewidth=1.6)
        ax.set_ylabel("loss", color=text.gradients)
        ax.tick_params(axis="y", colors=text.gradients)
        ax.set_ylim(bottom=0)
        ax.set_xlim(steps[0], max(steps[-1], steps[0] + 1))
        ax.axvline(step, color=text.notes, linewidth=0.8, linestyle=":")
        ax.set_xlabel("step")
    return ax
