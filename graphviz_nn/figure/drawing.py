"""Draw a model."""

from collections.abc import Iterable, Sequence
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, Unpack

from graphviz_nn.errors import UsageError
from graphviz_nn.figure.options import Options, checked, documented
from graphviz_nn.figure.picture import Picture
from graphviz_nn.figure.pipeline import apart, drawn, painted
from graphviz_nn.figure.plan import planned
from graphviz_nn.figure.refusal import refusal
from graphviz_nn.figure.room import Room
from graphviz_nn.figure.told import tell, told_elsewhere
from graphviz_nn.figure.wishes.said import FED
from graphviz_nn.graph import Graph
from graphviz_nn.graph.unchanged import unchanged
from graphviz_nn.render import renderer
from graphviz_nn.scene import remark_on_height
from graphviz_nn.storage import path_of, writable
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.tracing.original import original_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@documented
def draw(
    model: Traceable | Sequence[Traceable],
    to: str | PathLike[str] | None = None,
    *,
    example: Any = (),
    ax: "Axes | None" = None,
    **options: Unpack[Options],
) -> Picture:
    """Draw a model.

    Parameters
    ----------
    model : Graph, callable, or sequence of them
        A traced graph, a function whose arguments have specs as defaults, a model of another framework, or the path of
        a file with a model; several make one figure.
    to : path, optional
        A file to write, in the format of its suffix.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes: its argument, its arguments in order, or by name. If `show` asks for
        numbers without `feeds`, those of the example are fed.
    ax : matplotlib.axes.Axes, optional
        An Axes to draw into. The picture keeps its size, or shrinks to fit.
    {options}

    Warns
    -----
    PageWarning
        If a picture with a width but without a height is higher than a page.

    What was changed so that it fits is a line in the log "graphviz_nn", which a script shows among its errors.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda x, theta: theta @ x, x=input(2), theta=parameter(2))
    >>> draw(graph).svg.startswith("<svg")
    True
    """
    asked = checked(options)
    models: Sequence[Any] = model if isinstance(model, list | tuple) else [model]
    graphs = [graph_of(each, example) for each in models]
    asked["feeds"] = _fed(models, graphs, asked["feeds"], asked["show"])
    if to is not None:
        renderer(writable(path_of(to)).suffix.lower())
    picture = _drawn(graphs, asked)
    if to is not None:
        picture.save(to)
    if ax is not None:
        from graphviz_nn.render.matplotlib import paint

        paint(picture.scene, ax)
    return picture


def _fed(models: Sequence[Any], graphs: Sequence[Graph], feeds: Any, show: str | Iterable[str]) -> Any:
    """The feeds; if numbers are asked for without any, those of the example with which a model was imported."""
    words = {show} if isinstance(show, str) else {*show}
    if feeds is not None or words.isdisjoint(FED):
        return feeds
    found = dict[str, Any]()
    for model, graph in zip(models, graphs, strict=True):
        original = None if isinstance(model, Graph) else original_of(graph)
        found.update({name: value for name, value in original.given.items() if name in graph} if original else {})
    return found or None


def _drawn(graphs: Sequence[Graph], asked: dict[str, Any]) -> Picture:
    plan = planned(graphs, asked)
    with unchanged():
        room = Room()
        found = drawn(plan, room)
        if found is None:
            raise UsageError(refusal(graphs, asked, room))
    # A caller who gives only a width wouldn't notice the height.
    high = remark_on_height(found.scene) if asked["height"] is None else ""
    tell(found.changed, high if high in found.noticed else "")
    return Picture(
        found.panels,
        found.scene,
        plan.look.sheet,
        found.plan.look.direction,
        partial(_again, graphs, **asked),
        found.noticed,
        partial(painted, found),
        partial(apart, found),
    )


def _again(graphs: Sequence[Graph], **options: Unpack[Options]) -> Picture:
    """Draw graphs again, which are checked and whose remarks are known."""
    with told_elsewhere():
        return _drawn(graphs, checked(options))
