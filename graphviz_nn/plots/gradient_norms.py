"""How long the gradients by each parameter are, step by step."""

from typing import TYPE_CHECKING

from graphviz_nn.layout.measure import mathtext
from graphviz_nn.plots.look import COLOURS, axes_of, lettered
from graphviz_nn.style.symbols import symbols
from graphviz_nn.training import Training

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DASHES = ("-", "--", "-.", ":")


def gradient_norms(training: Training, ax: "Axes | None" = None) -> "Axes":
    """Axes with the length of the gradient by each parameter over the steps, on a logarithmic scale.

    Gradients that vanish or explode from layer to layer show at once. Each line has its symbol at its end.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw.
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
        ax.set_ylabel("length of the gradient")
        ax.legend(frameon=False, ncols=2 if len(training.gradient_norms) > 4 else 1)
    return ax
