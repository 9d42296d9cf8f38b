"""How a view is drawn for a screen: with room for numbers that change, as wide as it, and not too large for it."""

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.figure.annotation import Numbers, derivative, loss_of
from graphviz_nn.figure.options import checked
from graphviz_nn.figure.pipeline import Drawn, drawn
from graphviz_nn.figure.plan import Plan, planned
from graphviz_nn.figure.viewed import viewed
from graphviz_nn.graph import Graph
from graphviz_nn.graph.text import words
from graphviz_nn.scene import Scene, page
from graphviz_nn.scene.page import smallest
from graphviz_nn.scene.primitives import Text
from graphviz_nn.style.numbers import FEW, array
from graphviz_nn.views import VIEWS, coarser

# A view of more shapes isn't legible on a screen, nor drawn while one waits; single numbers are wired more densely.
MOST, SCALARS = 120, 56
# As wide as numbers with three digits get, but for rare ones; entries of an array have equal numbers of decimals.
WIDE, ENTRY = -8.88e-4, -0.0888
# More are slow to fit to a width.
FEW_SHAPES = 60
# The width and the height of the room that a screen has for a picture, in pt.
SCREEN = 600.0, 400.0
# The word of `show` that keeps places for values and gradients.
NUMBERS = "numbers"


def plan_of(graph: Graph, view: str, show: str | Sequence[str], style: Any) -> Plan:
    """The plan of a view, with all of equal parts."""
    shown = [show] if isinstance(show, str) else list(show)
    said = [word for word in shown if word != NUMBERS]
    options: Any = {"view": view, "show": said, "style": style, "repeats": "show"}
    plan = planned([graph], checked(options))
    return replace(plan, given=_places) if NUMBERS in shown and plan.views[0].form != "units" else plan


def _places(graph: Graph) -> Numbers:
    """Wide numbers in place of the values and gradients of each variable."""
    values = {name: _wide(variable.shape) for name, variable in graph.variables.items()}
    try:
        of = loss_of(graph)
    except UsageError:
        return Numbers(values)
    slopes = {name: tex for name, tex in values.items() if np.dtype(graph.variable(name).dtype).kind == "f"}
    return Numbers(values, slopes, ((words("value"), "value"), (derivative(graph, of, r"\,\cdot"), "gradient")))


def _wide(shape: tuple[int, ...]) -> str:
    """TeX for an array of wide numbers."""
    found = np.full(shape, ENTRY if shape and prod(shape) <= FEW else WIDE)
    # What is equal everywhere is written shorter.
    found.flat[1:] *= 1.01
    return array(found)


def screened(plan: Plan) -> Drawn:
    """The picture; one in rows may be as wide as a screen, if that has larger letters there and the same numbers."""
    found = drawn(plan)
    assert found is not None
    wide = None
    if any(layout.rows for layout in found.layouts) and len(found.layouts[0].boxes) <= FEW_SHAPES:
        wide = drawn(replace(plan, page=page(SCREEN[0])), folding=False)
    if wide is None or _numbers_in(wide.scene) != _numbers_in(found.scene):
        return found
    return max(found, wide, key=lambda each: _letters_of(each.scene))


def _numbers_in(scene: Scene) -> int:
    return sum(isinstance(item, Text) and item.source is not None for group in scene.groups for item in group.items)


def _letters_of(scene: Scene) -> float:
    """The size of the smallest letters of a picture that fills a screen."""
    return smallest(scene) * min(side / own for side, own in zip(SCREEN, (scene.width, scene.height), strict=True))


def too_large(plan: Plan, view: str, graph: Graph) -> str:
    """What is said of a view with more shapes than a screen shows; "" of any other."""
    chosen = plan.views[0]
    if chosen.form in ("units", "volumes"):
        return ""
    seen = viewed(plan, chosen, graph, chosen.repeats)
    count = len(seen.operations) + len(seen.leaves)
    most = SCALARS if chosen.detail == "scalars" else MOST
    if count <= most:
        return ""
    smaller = next((name for name, each in VIEWS.items() if each.detail in coarser(chosen.detail)), "")
    better = f"use {smaller!r}, or a smaller network" if smaller else "draw a smaller network"
    return f"the view {view!r} has {count:,} shapes here, and a screen shows at most {most}; {better}"
