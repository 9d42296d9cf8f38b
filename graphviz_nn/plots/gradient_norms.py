"""Plots of the norms of gradients over the steps."""

from typing import TYPE_CHECKING

from graphviz_nn.layout.measure import mathtext
from graphviz_nn.plots.look import COLOURS, axes_of, lettered
from graphviz_nn.style.symbols import symbols
from graphviz_nn.training import Training

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DASHES = ("-", "--", "-.", ":")


def gradient_norms(training: Training, ax: "Axes | None" = None) -> "Axes":
    """Plot the norm of each parameter's gradient over the steps, on a logarithmic scale.

    It shows gradients that vanish or explode from layer to layer. The symbol of each parameter is at the end of its
    line.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw; default a new figure.
    """
    steps, written = training.history["step"], symbols(training.graph)
    with lettered():
        ax = axes_of(ax, 4.6, 3.4)
        for number, (name, lengths) in enumerate(training.gradient_norms.items()):
            colour, dash = COLOURS[number % len(COLOURS)], DASHES[number // len(COLOURS) % len(DASHES)]
            ax.plot(steps, lengths, dash, color=colour, linewidth=1.4, label=mathtext(written[name]))
        if any((lengths > 0).any() for lengths in training.gradient_norms.values()):
            ax.set_yscale("log")
        ax.set_xlabel("step")
        ax.set_ylabel("norm of the gradient")
        ax.legend(frameon=False, ncols=2 if len(training.gradient_norms) > 4 else 1)
    return ax
