"""The one function that does everything: from a model to a picture."""

import warnings
from collections.abc import Sequence
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, Unpack

from graphviz_nn.errors import PageWarning, UsageError
from graphviz_nn.figure.options import Options, checked, documented
from graphviz_nn.figure.picture import Picture
from graphviz_nn.figure.pipeline import apart, drawn, painted, too_large
from graphviz_nn.figure.plan import planned
from graphviz_nn.render import renderer
from graphviz_nn.scene import remark_on_height, sizes
from graphviz_nn.storage import path_of, writable
from graphviz_nn.tracing.model import Traceable, graph_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@documented
def draw(
    model: Traceable | Sequence[Traceable],
    to: str | PathLike[str] | None = None,
    *,
    ax: "Axes | None" = None,
    **options: Unpack[Options],
) -> Picture:
    """Draw a model.

    Parameters
    ----------
    model : Graph, callable, or sequence of them
        A traced graph, or a function whose arguments have specs as defaults; several are one figure.
    to : path, optional
        A file to write; its suffix says which kind.
    ax : matplotlib.axes.Axes, optional
        Where to put the picture, beside your own plots: at its size, or smaller where there is less room.
    {options}

    Warns
    -----
    PageWarning
        Where a picture with a width and without a height is higher than a page.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda x, theta: theta @ x, x=input(2), theta=parameter(2))
    >>> draw(graph).svg.startswith("<svg")
    True
    """
    asked = checked(options)
    models: Sequence[Any] = model if isinstance(model, list | tuple) else [model]
    graphs = [graph_of(each) for each in models]
    if to is not None:
        renderer(writable(path_of(to)).suffix.lower())
    plan = planned(graphs, asked)
    found = drawn(plan)
    if found is None:
        raise UsageError(too_large(plan, sizes(asked["width"], asked["height"])))
    # Who asks for a width alone doesn't look for what is said of the height.
    if asked["height"] is None and (remark := remark_on_height(found.scene)) in found.noticed:
        warnings.warn(PageWarning(remark), stacklevel=2)
    picture = Picture(
        found.panels,
        found.scene,
        plan.look.sheet,
        found.plan.look.direction,
        partial(draw, model, **asked),
        found.noticed,
        partial(painted, found),
        partial(apart, found),
    )
    if to is not None:
        picture.save(to)
    if ax is not None:
        from graphviz_nn.render.matplotlib import paint

        paint(picture.scene, ax)
    return picture
