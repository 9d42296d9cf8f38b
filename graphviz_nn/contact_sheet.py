"""All styles in one picture: the same models drawn in each, with its name."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from graphviz_nn.composition import beside
from graphviz_nn.drawing import Picture, draw
from graphviz_nn.layout.measure import typeset
from graphviz_nn.nn import Linear, Sequential, Sigmoid, cross_entropy, linear, sigmoid, softmax
from graphviz_nn.scene import Group, Scene, Text, stacked
from graphviz_nn.style.labels import words
from graphviz_nn.style.sheet import Sheet, names
from graphviz_nn.tracing import input, parameter, target, trace

COLUMNS = 2
# The room around a panel.
MARGIN = 12.0


def contact_sheet() -> Picture:
    """The picture of all styles that come along, two in a row.

    Examples
    --------
    >>> contact_sheet().scene.title
    'styles'
    """
    drawn = {name: _drawn(name) for name in names()}
    panels = [_panel(name, pictures) for name, pictures in drawn.items()]
    width, height = (max(getattr(panel, side) for panel in panels) + MARGIN for side in ("width", "height"))
    panels = [replace(panel, width=width, height=height) for panel in panels]
    rows = [stacked(panels[i : i + COLUMNS], downwards=False) for i in range(0, len(panels), COLUMNS)]
    every = [picture for pictures in drawn.values() for picture in pictures]
    return replace(
        every[0],
        panels=tuple(panel for picture in every for panel in picture.panels),
        scene=replace(stacked(rows, downwards=True), title="styles"),
    )


def _drawn(style: str) -> list[Picture]:
    """Every kind of shape, numbers and weights, in a style."""
    loss = trace(_loss, x=input(2), y=target(3), W=parameter((3, 2)), c=parameter(3))
    error = trace(_error, x=input(()), y=target(()), w=parameter(()))
    network = trace(Sequential(Linear(2, 3, bias=False), Sigmoid(), Linear(3, 2, bias=False)), x=input(2))
    layers = draw(loss, view="layers", style=style, show="target", hide="shapes")
    numbers = draw(error, style=style, feeds={"x": 2.0, "w": 1.5, "y": 1.0}, show="gradients")
    return [layers, beside(numbers, draw(network, view="units", style=style))]


def _loss(x: Any, y: Any, W: Any, c: Any) -> Any:  # noqa: N803 (a matrix)
    p = softmax(c * sigmoid(linear(x, W)))
    return cross_entropy(p, y)


def _error(x: Any, y: Any, w: Any) -> Any:
    return (w * x - y) ** 2


def _panel(name: str, pictures: Sequence[Picture]) -> Scene:
    """The pictures of a style below its name."""
    scenes = [picture.scene for picture in pictures]
    inside = stacked([_name(name, pictures[0].sheet, scenes[0]), *scenes], downwards=True)
    return stacked([replace(inside, width=MARGIN, groups=()), inside], downwards=False)


def _name(name: str, sheet: Sheet, scene: Scene) -> Scene:
    """The name of a style, as large as makes a title."""
    tex, size, margin = words(name), 1.2 * sheet.text.name_size, sheet.page.margin
    text = Text(tex, margin + typeset(tex).width * size / 2, MARGIN + size / 2, size, sheet.text.ink)
    return replace(scene, height=MARGIN + 1.6 * size, groups=(Group("name", f"the style {name}", (text,)),))
