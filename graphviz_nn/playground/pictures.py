"""Live pictures: a view as the engine draws it, with what each of its things shows, for a page that changes them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.errors import Error, UsageError
from graphviz_nn.figure.pipeline import painted
from graphviz_nn.figure.viewed import viewed
from graphviz_nn.forms import Diagram, Shape
from graphviz_nn.graph import Graph
from graphviz_nn.layout.measure import typeset
from graphviz_nn.playground.lettering import letters
from graphviz_nn.playground.night import darkened
from graphviz_nn.playground.screen import plan_of, screened, too_large
from graphviz_nn.render.letters import origin
from graphviz_nn.render.live import PREFIX, Place, live
from graphviz_nn.scene.paint import PALEST
from graphviz_nn.scene.primitives import Group, Path, Source
from graphviz_nn.style.labels import plain
from graphviz_nn.style.numbers import FEW
from graphviz_nn.style.sheet import Sheet


def alive(graph: Graph, view: str, *, show: str | Sequence[str] = (), style: Any = "lecture") -> dict[str, Any]:
    """A view as SVG, with what its things show: the picture of the playground's protocol, ready for JSON.

    Parameters
    ----------
    show : str or sequence of str
        As for `draw`, but without words that need feeds: the page writes the numbers. ``"numbers"`` keeps places for
        values and, if the graph ends in a loss, for gradients.

    Returns
    -------
    dict
        ``svg``; ``lines``, ``units``, ``numbers`` and ``parts`` by the ids of their elements; ``scale``, the rule for
        the widths and colours of weights; ``colours``, pairs of a light and a dark one; ``letters``, the outlines of
        numbers.

    Raises
    ------
    UsageError
        If the view can't show the graph, or has too many shapes; the error says what can.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda x, W: W @ x, x=input(2), W=parameter((3, 2)))
    >>> picture = alive(graph, "units")
    >>> len(picture["lines"]), picture["lines"][0]["parameter"], picture["units"][0]["variable"]
    (6, 'W', 'x')
    """
    plan = plan_of(graph, view, show, style)
    if said := too_large(plan, view, graph):
        raise UsageError(said)
    found = screened(plan)
    (panel,) = found.panels
    sheet, dark = plan.look.sheet, darkened(plan.look.sheet, style)
    made = live(found.scene, painted(replace(found, plan=found.plan.looking(sheet=dark)), [panel.diagram]))
    groups = {PREFIX + group.id: group for group in found.scene.groups}
    # A part without a name of its own is described by its whole: x[0].
    own = {each.of: each.name for each in panel.diagram.shapes if each.of and each.of not in panel.graph.variables}
    numbers = [_number(place, panel.graph, own) for place in made.places]
    written = dict.fromkeys(number["of"] for number in numbers)
    named = _named(panel.diagram, panel.graph)
    return {
        "view": view,
        "svg": made.svg,
        "width": round(found.scene.width, 2),
        "height": round(found.scene.height, 2),
        "colours": [list(pair) for pair in made.colours],
        "lines": sorted(
            (_line(name, source, panel.graph) for name, _, source in _sources(groups, "weight")),
            key=lambda line: (panel.diagram.weights.index(line["parameter"]), line["flat"]),
        ),
        "units": [_unit(*each, named) for each in _sources(groups, "unit")],
        "numbers": numbers,
        "parts": list(_parts(groups, panel.diagram.shapes, panel.graph)),
        "shapes": {name: list(panel.graph.variable(name).shape) for name in written},
        "loss": panel.graph.outputs[0] if plan.given and panel.graph.outputs else "",
        "scale": _scale(sheet, dark, panel.diagram.weights),
        "letters": letters(sheet.text.family) if numbers else None,
    }


def running(graph: Graph, view: str) -> Graph:
    """The graph that a view draws, whose variables the numbers of its picture are of.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> list(running(trace(lambda x: x.sum(), x=input(2)), "scalars").operations)
    ['add']
    """
    plan = plan_of(graph, view, (), "lecture")
    return viewed(plan, plan.views[0], graph, plan.views[0].repeats)


def why_not(graph: Graph, view: str) -> str:
    """Why a view can't be shown alive, as a sentence; "" if it can.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> why_not(trace(lambda x, W: W @ x, x=input(20), W=parameter((9, 20))), "scalars")
    "the view 'scalars' has 551 shapes here, and a screen shows at most 56; use 'operations', or a smaller network"
    """
    try:
        plan = plan_of(graph, view, (), "lecture")
        if not (said := too_large(plan, view, graph)):
            screened(plan)
        return said
    except Error as error:
        return str(error)


def _sources(groups: Mapping[str, Group], kind: str) -> Iterator[tuple[str, Group, Source]]:
    for name, group in groups.items():
        if group.source is not None and group.source.kind == kind:
            yield name, group, group.source


def _line(name: str, source: Source, graph: Graph) -> dict[str, Any]:
    """The line of a weight, with its place among the numbers of its parameter."""
    shape = graph.variable(source.of).shape
    flat = int(np.ravel_multi_index(source.index, shape)) if shape else 0
    return {"id": name, "parameter": source.of, "index": list(source.index), "flat": flat}


def _named(diagram: Diagram, graph: Graph) -> set[Source]:
    """The units whose letters say what no heading does: inputs, and features."""
    headings = {column.name: plain(column.heading) for column in diagram.columns}
    units = [(shape.place, plain(shape.label)) for shape in diagram.shapes if shape.place is not None]
    return {
        Source("unit", *place)
        for place, said in units
        if graph.producer(place[0]) is None or not said.startswith(headings[place[0]])
    }


def _unit(name: str, group: Group, source: Source, named: Collection[Source]) -> dict[str, Any]:
    """The circle of a unit, by the outline of its group."""
    outline = group.items[0]
    assert isinstance(outline, Path)
    xs = [value for _, values in outline.commands for value in values[::2]]
    ys = [value for _, values in outline.commands for value in values[1::2]]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    place = {"x": (left + right) / 2, "y": (top + bottom) / 2, "r": max(right - left, bottom - top) / 2}
    rounded = {side: round(value, 2) for side, value in place.items()}
    return {"id": name, "variable": source.of, "index": list(source.index), "named": source in named, **rounded}


def _number(place: Place, graph: Graph, own: Mapping[str, str]) -> dict[str, Any]:
    """The place of a number: its baseline with the middle of its room or the end, and the row of several that it is."""
    text, source = place.text, place.text.source
    assert source is not None
    of = own.get(source.of, source.of)
    shape, room = graph.variable(of).shape, typeset(text.tex, text.family).width * text.size
    is_summary, has_index = prod(shape) > FEW or len(shape) > 2, bool(source.index)
    is_entry = has_index and not is_summary
    return {
        "id": place.id,
        "of": of,
        "index": list(source.index) if is_entry else [],
        "kind": source.kind,
        "row": ("ends", "mean")[source.index[0]] if has_index and is_summary else "",
        # The entries of an array end below each other.
        "anchor": "end" if is_entry else "middle",
        "x": round(text.x + (room / 2 if is_entry else 0.0), 2),
        "y": round(origin(text)[1], 2),
        "size": text.size,
        "room": round(room, 2),
    }


def _parts(groups: Mapping[str, Group], shapes: Sequence[Shape], graph: Graph) -> Iterator[dict[str, str]]:
    """What shapes and arrows are of."""
    known = {shape.name: shape for shape in shapes}
    places = {name: known[group.name].place for name, group in groups.items() if group.name in known}
    for name, group in groups.items():
        shape, ends = known.get(group.name), {}
        if group.ends is not None:
            ends = dict(zip(("from", "to"), (PREFIX + end for end in group.ends), strict=True))
        elif shape is None:
            continue
        place = places.get(ends.get("to", name))
        of = shape.of if shape and not ends and shape.of in graph.variables else group.name
        if of in graph.operations:
            yield {"id": name, "operation": of, "variable": graph.results(of)[0], **ends}
        elif of in graph.variables:
            yield {"id": name, "variable": of, **ends}
        elif place is not None:
            # A unit, or a line to one that carries no weight.
            yield {"id": name, "variable": place[0], **ends}


def _scale(sheet: Sheet, dark: Sheet, weights: Sequence[str]) -> dict[str, Any]:
    """The rule for the lines of weights, as `graphviz_nn.scene.paint` has it, and for the shades of responses."""
    look, night = sheet.weight, dark.weight
    return {
        "weights": list(weights),
        "least": look.least,
        "most": look.most,
        "palest": PALEST,
        "dash": list(look.dash),
        "strong": sheet.emphasis.strong,
        "page": [sheet.page.background, dark.page.background],
        "positive": [look.positive, night.positive],
        "negative": [look.negative, night.negative],
        "unknown": [look.unknown, night.unknown],
    }
