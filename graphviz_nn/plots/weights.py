"""Heat maps of trained weights."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.graph.ir import Array
from graphviz_nn.layout.measure import mathtext
from graphviz_nn.plots.look import figure, lettered, plain, shades
from graphviz_nn.plots.plane import at
from graphviz_nn.style.symbols import symbols
from graphviz_nn.training import Training

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

HEIGHT = 2.6


def weights(
    training: Training, *, record: int | None = None, into: "Figure | SubFigure | None" = None
) -> "Figure | SubFigure":
    """Plot each parameter as a heat map; all share one scale around 0.

    A vector is a column. The leading axes of a parameter with more axes are stacked vertically.

    Parameters
    ----------
    record : int, optional
        The record whose parameters are shown; default the best.

    into : Figure or SubFigure of matplotlib, optional
        Where to draw; default a new figure.

    Raises
    ------
    UsageError
        If the record doesn't exist, or no parameter is an array.
    """
    found: Mapping[str, Array] = at(training, record) or training.parameters
    matrices = {
        name: value.reshape(-1, value.shape[-1]) if value.ndim > 1 else value.reshape(-1, 1)
        for name, value in found.items()
        if value.ndim and value.size
    }
    if not matrices:
        raise UsageError("all parameters are single numbers; print(training.parameters) instead")
    most = max(float(np.abs(value).max()) for value in matrices.values()) or 1.0
    widths = [max(0.35, min(3.0, value.shape[1] / value.shape[0])) for value in matrices.values()]
    written = symbols(training.graph)
    with lettered():
        whole = into or figure(HEIGHT * 0.75 * sum(widths) + 0.45 * len(widths) + 0.6, HEIGHT)
        grid = whole.subplots(1, len(matrices), width_ratios=widths, squeeze=False)[0]
        for ax, (name, value) in zip(grid, matrices.items(), strict=True):
            image = ax.imshow(value, cmap=shades(), vmin=-most, vmax=most, aspect="equal", interpolation="nearest")
            ax.set_title(mathtext(written[name]))
            for spine in ax.spines.values():
                spine.set_visible(True)
        plain(list(grid))
        whole.colorbar(image, ax=list(grid), shrink=0.9, aspect=20)
    return whole
