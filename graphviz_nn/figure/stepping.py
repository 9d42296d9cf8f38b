"""Draw a computation step by step, without moving anything."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from os import PathLike
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError, refuse_unknown
from graphviz_nn.figure.build import Steps
from graphviz_nn.figure.drawing import draw
from graphviz_nn.figure.picture import Picture
from graphviz_nn.forms.progress import Moment, backward, forward
from graphviz_nn.graph import Graph
from graphviz_nn.render.builds import builder
from graphviz_nn.scene import page, sizes
from graphviz_nn.storage import path_of, writable
from graphviz_nn.tracing.model import Traceable

ORDERS = ("forward", "backward", "both", "fold")
# From all operations to variables alone.
FOLDING = ("operations", "compact", "layers", "arrows")


def steps(
    model: Traceable,
    feeds: Mapping[str, Any] | None = None,
    order: str = "forward",
    to: str | PathLike[str] | None = None,
    *,
    example: Any = (),
    **options: Any,
) -> Steps:
    """Draw a computation step by step: the current step is emphasised, later steps are pale, nothing moves.

    Parameters
    ----------
    model : Graph or callable
        As for `draw`.
    feeds : dict, optional
        Values by name. A value appears when it is computed, and a gradient when the backward pass reaches it.
    order : {"forward", "backward", "both", "fold"}
        The order of computation; the order of gradients, starting from the loss; one after the other; or one view per
        step, from operations to arrows, each laid out on its own along one line.
    to : path, optional
        A file to write in the format of its suffix, as for `Steps.save`.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.
    **options
        The options of `draw`, except its own `order`, `highlight` and `ax`. With "fold", `view` lists the views of the
        steps.

    Raises
    ------
    UsageError
        For an unknown order or suffix, gradients of an output that isn't a single number, and a model without steps.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> square = trace(lambda x: -(x**2), x=input(()))
    >>> found = steps(square, {"x": 3.0})
    >>> found.names, len(found)
    (('power', 'negative'), 2)
    >>> steps(square, order="forwards")
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: there is no order 'forwards': did you mean 'forward'? ...
    """
    refuse_unknown("order", order, ORDERS)
    for name, remedy in (("highlight", "each step highlights its operation"), ("ax", "save(…) writes all steps")):
        if name in options and options[name] not in (None, (), []):
            raise UsageError(f"steps() doesn't take {name}=: {remedy}")
    if isinstance(model, list | tuple):
        raise UsageError(f"steps() takes one model, found {len(model)}; call it for each of them")
    if to is not None:
        builder(writable(path_of(to)).suffix.lower())
    options = {name: given for name, given in options.items() if name not in ("highlight", "ax")}
    options["example"] = example
    found = _folding(model, feeds, options) if order == "fold" else _computing(model, feeds, order, options)
    if to is not None:
        found.save(to)
    return found


def _computing(model: Traceable, feeds: Mapping[str, Any] | None, order: str, options: dict[str, Any]) -> Steps:
    view = options.get("view", "operations")
    if not isinstance(view, str) and len(view := list(view)) > 1:
        raise UsageError(f"steps() takes one view, found {' and '.join(view)}; order='fold' takes several")
    show = _words(options.get("show", ()))
    wanted = [word for word in ("gradients", "check") if word in show]
    if order == "forward" and wanted:
        raise UsageError(f"forward steps have no {wanted[0]}; write order='backward' or 'both'")
    # A backward pass has gradients anyway; the word would lead it to the inputs, too.
    said = (*show, *_words(options.get("hide", ())))
    if order != "forward" and feeds is not None and not {"gradients", "backward"} & {*said}:
        options["show"] = ["gradients", *show]
    picture = draw(model, feeds=feeds, **options)
    graph, diagram = picture.panels[0].graph, picture.panels[0].diagram
    moments = forward(graph, diagram) if order != "backward" or diagram.backward else []
    if diagram.backward:
        back = set(graph.graph["backward"]["steps"].values())
        moments = [each for each in moments if order == "both" or (each.name in back) == (order == "backward")]
    elif order != "forward":
        moments += backward(graph, diagram, _loss(graph, order))
    if not moments:
        raise UsageError("there are no steps: the picture has no operations, only inputs and outputs; draw it instead")
    return Steps(tuple(_painted(picture, moment) for moment in moments), tuple(moment.name for moment in moments))


def _painted(picture: Picture, moment: Moment) -> Picture:
    assert picture.painted is not None
    panels = (replace(picture.panels[0], diagram=moment.diagram),)
    scene = picture.painted([moment.diagram])
    return replace(picture, panels=panels, scene=scene, again=None, painted=None, apart=None)


def _loss(graph: Graph, order: str) -> str:
    """The output to differentiate, a single number."""
    of = next(iter(graph.outputs), "")
    if not of or graph.variable(of).shape or np.dtype(graph.variable(of).dtype).kind != "f":
        found = f"{of} of shape {graph.variable(of).shape}" if of else "nothing"
        raise UsageError(
            f"order={order!r} needs a single number as the output, found {found}: sum it, add a loss, "
            "or write order='forward'"
        )
    return of


def _folding(model: Traceable, feeds: Mapping[str, Any] | None, options: dict[str, Any]) -> Steps:
    view, width = options.pop("view", FOLDING), options.pop("width", None)
    height = options.pop("height", None)
    views = (view,) if isinstance(view, str) else tuple(view)
    if len(views) < 2:
        # The default view of the other orders.
        views = FOLDING if views == ("operations",) else views
    if len(views) < 2:
        raise UsageError(f"order='fold' needs two views or more, found {views[0] if views else 'none'!r}")
    picture = draw(model, feeds=feeds, view=views, **options)
    assert picture.apart is not None
    scenes = picture.apart()
    if width is not None or height is not None:
        sheet, target = picture.sheet, page(width, height)
        if not all(target.holds(scene, sheet.text.least_size) for scene in scenes):
            letters = min(target.letters(scene) for scene in scenes)
            raise UsageError(
                f"the largest of the views is too large for {sizes(width, height)}: its smallest text would be "
                f"{letters:.1f} pt; start with a later view, or give more room"
            )
        scenes = [target.put(scene) for scene in scenes]
    alone = replace(picture, again=None, painted=None, apart=None)
    panels = zip(picture.panels, scenes, strict=True)
    return Steps(tuple(replace(alone, panels=(panel,), scene=scene) for panel, scene in panels), views)


def _words(given: str | Iterable[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)
