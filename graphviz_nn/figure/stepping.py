"""Pictures of a computation step by step, in which nothing moves."""

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
# From every operation to nothing but the variables.
FOLDING = ("operations", "compact", "layers", "arrows")


def steps(
    model: Traceable,
    feeds: Mapping[str, Any] | None = None,
    order: str = "forward",
    to: str | PathLike[str] | None = None,
    **options: Any,
) -> Steps:
    """Draw a computation step by step: what is being done stands out, what is to come is pale, nothing moves.

    Parameters
    ----------
    model : Graph or callable
        As for `draw`.
    feeds : dict, optional
        Values by name. What everything is appears as it is computed; then gradients, as they come back.
    order : {"forward", "backward", "both", "fold"}
        As it is computed; as gradients are, from the loss on back; one after the other; or from operations to arrows,
        a view a step, each in its own places along one line.
    to : path, optional
        A file to write; its suffix says which kind, as for `Steps.save`.
    **options
        All else that `draw` takes, but for its own `order`, `highlight` and `ax`. With "fold", `view` are the views of
        the steps.

    Raises
    ------
    UsageError
        For an unknown order or suffix, for gradients of what isn't one number, where there is nothing to compute.

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
    for name, remedy in (("highlight", "each step highlights what is done"), ("ax", "save(…) writes all of them")):
        if name in options and options[name] not in (None, (), []):
            raise UsageError(f"steps take no {name}=: {remedy}")
    if isinstance(model, list | tuple):
        raise UsageError(f"steps are of one model, found {len(model)}; draw each of them on its own")
    if to is not None:
        builder(writable(path_of(to)).suffix.lower())
    options = {name: given for name, given in options.items() if name not in ("highlight", "ax")}
    found = _folding(model, feeds, options) if order == "fold" else _computing(model, feeds, order, options)
    if to is not None:
        found.save(to)
    return found


def _computing(model: Traceable, feeds: Mapping[str, Any] | None, order: str, options: dict[str, Any]) -> Steps:
    view = options.get("view", "operations")
    if not isinstance(view, str) and len(view := list(view)) > 1:
        raise UsageError(f"steps are of one view, found {' and '.join(view)}; order='fold' goes from one to the next")
    show = _words(options.get("show", ()))
    wanted = [word for word in ("gradients", "check") if word in show]
    if order == "forward" and wanted:
        raise UsageError(f"{wanted[0]!r} come with order='backward' or 'both'; forward steps have none")
    if order != "forward" and feeds is not None and "gradients" not in (*show, *_words(options.get("hide", ()))):
        options["show"] = ["gradients", *show]
    picture = draw(model, feeds=feeds, **options)
    graph, diagram = picture.panels[0].graph, picture.panels[0].diagram
    moments = forward(graph, diagram) if order != "backward" or diagram.mirror else []
    if diagram.mirror:
        back = set(graph.graph["backward"]["steps"].values())
        moments = [each for each in moments if order == "both" or (each.name in back) == (order == "backward")]
    elif order != "forward":
        moments += backward(graph, diagram, _loss(graph, order))
    if not moments:
        raise UsageError("there are no steps: the picture has no operations, only what goes in and comes out")
    return Steps(tuple(_painted(picture, moment) for moment in moments), tuple(moment.name for moment in moments))


def _painted(picture: Picture, moment: Moment) -> Picture:
    assert picture.painted is not None
    panels = (replace(picture.panels[0], diagram=moment.diagram),)
    scene = picture.painted([moment.diagram])
    return replace(picture, panels=panels, scene=scene, again=None, painted=None, apart=None)


def _loss(graph: Graph, order: str) -> str:
    """The one number that gradients are of."""
    of = next(iter(graph.outputs), "")
    if not of or graph.variable(of).shape or np.dtype(graph.variable(of).dtype).kind != "f":
        found = f"{of} of shape {graph.variable(of).shape}" if of else "nothing"
        raise UsageError(
            f"order={order!r} goes back from one number that comes out; here that is {found}: sum it, add a loss, "
            "or take order='forward'"
        )
    return of


def _folding(model: Traceable, feeds: Mapping[str, Any] | None, options: dict[str, Any]) -> Steps:
    view, width = options.pop("view", FOLDING), options.pop("width", None)
    height = options.pop("height", None)
    views = (view,) if isinstance(view, str) else tuple(view)
    if len(views) < 2:
        # The view that other orders draw unasked.
        views = FOLDING if views == ("operations",) else views
    if len(views) < 2:
        raise UsageError(f"order='fold' goes from one view to the next, found only {views[0] if views else 'none'!r}")
    picture = draw(model, feeds=feeds, view=views, **options)
    assert picture.apart is not None
    scenes = picture.apart()
    if width is not None or height is not None:
        sheet, target = picture.sheet, page(width, height)
        if not all(target.holds(scene, sheet.text.least_size) for scene in scenes):
            letters = min(target.letters(scene) for scene in scenes)
            raise UsageError(
                f"the largest of the views is too large for {sizes(width, height)}: the smallest letters would be "
                f"{letters:.1f} pt; fold from a later view on, or give more room"
            )
        scenes = [target.put(scene) for scene in scenes]
    alone = replace(picture, again=None, painted=None, apart=None)
    panels = zip(picture.panels, scenes, strict=True)
    return Steps(tuple(replace(alone, panels=(panel,), scene=scene) for panel, scene in panels), views)


def _words(given: str | Iterable[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)
