"""Plots of functions of one number, with their derivatives."""

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.errors import UsageError, refuse_unknown
from graphviz_nn.evaluation import compile
from graphviz_nn.graph.ir import Array
from graphviz_nn.nn import activations as known
from graphviz_nn.plots.look import figure, lettered, sheet
from graphviz_nn.style.labels import spoken
from graphviz_nn.tracing import input, trace
from graphviz_nn.transforms.gradient import gradient

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Function = Callable[[Any], Any]
ACROSS, REACH, POINTS = 3, 4.0, 401
NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu")


def activation_functions(*functions: str | Function, reach: float = REACH) -> "Figure":
    """Plot each function, and with dashes its derivative, in one figure.

    This package's gradients compute the derivatives at every point. The functions must work elementwise.

    Parameters
    ----------
    *functions : str or callable
        Names of activations in `graphviz_nn.nn`, or your own functions; default six common activations.
    reach : float
        The distance to plot on both sides of 0.

    Raises
    ------
    UsageError
        If an activation doesn't exist, or a function isn't elementwise.

    Examples
    --------
    >>> figure = activation_functions("relu", lambda z: z**2)
    >>> [ax.get_title() for ax in figure.axes]
    ['ReLU', '']
    >>> activation_functions("rely")
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: there is no activation 'rely': did you mean 'relu'? ...
    """
    if not reach > 0:
        raise UsageError(f"reach must be positive, found {reach}")
    chosen = [_function(each) for each in functions or NAMES]
    across = min(ACROSS, len(chosen))
    down = ceil(len(chosen) / across)
    text = sheet().text
    with lettered():
        found = figure(2.6 * across, 2.2 * down + 0.3)
        grid = found.subplots(down, across, squeeze=False, sharex=True)
        for ax, (title, function) in zip(grid.flat, chosen, strict=False):
            x, y, slope = _curves(function, title, reach)
            (value,) = ax.plot(x, y, color=text.values, linewidth=1.8)
            (derivative,) = ax.plot(x, slope, "--", color=text.gradients, linewidth=1.4)
            ax.axhline(0, color=text.notes, linewidth=0.5)
            ax.axvline(0, color=text.notes, linewidth=0.5)
            ax.set_title(title)
        for ax in grid.flat[len(chosen) :]:
            ax.set_visible(False)
        found.legend(
            [value, derivative], ["function", "derivative"], loc="outside lower center", ncols=2, frameon=False
        )
    return found


def _function(given: str | Function) -> tuple[str, Function]:
    """The title of a function, and the function."""
    if callable(given):
        name = getattr(given, "__name__", "")
        return "" if name == "<lambda>" else spoken(name), given
    names = [name for name, each in vars(known).items() if callable(each) and hasattr(nn, name) and name != "erf"]
    refuse_unknown("activation", given, names)
    return spoken(given), getattr(nn, given)


def _curves(function: Function, title: str, reach: float) -> tuple[Array, Array, Array]:
    """The points, and the values of the function and its derivative."""
    x = np.linspace(-reach, reach, POINTS)
    graph = trace(lambda z: function(z), z=input(POINTS))
    (of, *_) = graph.outputs
    if graph.variable(of).shape != (POINTS,):
        shape = graph.variable(of).shape
        raise UsageError(f"{title or 'the function'} must return a number for each point, found shape {shape}")
    both = gradient(graph, of, "z", cotangent=np.ones(POINTS))
    slope = both.graph["gradients"]["z"]
    found = compile(both, [of, slope]).run({"z": x})
    # The curve has a gap where it isn't finite.
    y, rise = (np.where(np.isfinite(found[name]), found[name], np.nan) for name in (of, slope))
    return x, y, rise
