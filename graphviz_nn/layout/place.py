"""From a diagram to a layout: measure, find places, route, put labels where there is room."""

import math
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from graphviz_nn.errors import LayoutError
from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.backward import with_backward
from graphviz_nn.layout.composed import Choice, Made, composed
from graphviz_nn.layout.dot import dot, read
from graphviz_nn.layout.effort import laborious
from graphviz_nn.layout.engine import run
from graphviz_nn.layout.fit import fitted
from graphviz_nn.layout.frames import framed
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.judged import tangled
from graphviz_nn.layout.labels import lettered
from graphviz_nn.layout.obeyed import misplaced, unmet
from graphviz_nn.layout.rails import rails
from graphviz_nn.layout.result import Layout, is_sideways
from graphviz_nn.layout.route import routes
from graphviz_nn.layout.sides import Sides, Turned, remembered, untwisted
from graphviz_nn.layout.size import sizes
from graphviz_nn.layout.spread import spread
from graphviz_nn.layout.straighten import levelled
from graphviz_nn.layout.turned import turned
from graphviz_nn.style.sheet import Sheet

# Gaps along the flow and across it are this much wider where labels find no place otherwise.
ROOMS = ((1.0, 1.0), (1.0, 1.4), (1.0, 2.0), (1.4, 2.0), (1.4, 4.0), (2.0, 6.0), (3.0, 12.0))
# In a composed picture labels find a place soon, or hardly.
WIDER = 6
MOST = 5_000
# A composed picture in which labels find no place is tried by Graphviz too, unless it has more shapes. Of more
# shapes it is set wider only as long as that leaves at most this share of them without a place.
FEW, LEFT = 150, 0.5
# So often branches of a composed picture are put on another side, unless it has more shapes than these few.
TRIES, DRAWN = 16, 25_000
# Arrows are led round so many places of labels.
LABELS = 12
# So is one of so few shapes in which lines cross; the one with fewer crossings is taken.
SMALL = 16

Places: TypeAlias = tuple[tuple[Mapping[str, Box], ...], Mapping[int, tuple[Point, ...]]]
"""Boxes, first those that look best, and the engine's curves between them."""
Engine: TypeAlias = Callable[[Diagram, Sheet, bool], Places | None]


def place(diagram: Diagram, sheet: Sheet, *, direction: str = "LR", engine: str = "composed") -> Layout:
    """Give everything in a diagram its place.

    Raises
    ------
    LayoutError
        If there are too many shapes, the engine fails, or its answer is invalid.
    UsageError
        For an unknown direction or engine.
    """
    sideways = is_sideways(direction) and not diagram.turns
    if len(diagram.shapes) > MOST:
        raise LayoutError(
            f"a picture of {len(diagram.shapes):,} shapes is too large, the most is {MOST:,}; "
            "draw a folded view, such as 'layers', or a part"
        )
    tried: list[tuple[int, int, float, Layout]] = []
    is_small, is_large = len(diagram.shapes) <= SMALL, len(diagram.shapes) > FEW
    sides: Sides = {}
    for put in _engines(diagram, engine):
        if put is not _composed and (reason := laborious(diagram)):
            if tried:
                break
            raise LayoutError(reason)
        before = math.inf
        for along, across in ROOMS[:WIDER] if put is _composed else ROOMS:
            gap = replace(sheet.gap, rank=sheet.gap.rank * along, node=sheet.gap.node * across)
            look = replace(sheet, gap=gap)
            if put is _composed:
                layout, sides = _untwisted(diagram, look, sideways, sides, is_first=not tried)
            else:
                layout = _whole(diagram, look, sideways, put)
            if layout is None:
                break
            lines = tangled(layout, diagram.spine) if is_small else 0.0
            tried.append(
                (len(list(unmet(layout, diagram))) + misplaced(layout, diagram), layout.crowded, lines, layout)
            )
            if not layout.crowded or (is_large and layout.crowded > LEFT * before):
                break
            before = layout.crowded
        if tried and not tried[-1][0] and not tried[-1][2] and (not tried[-1][1] or is_large):
            break
    return min(tried, key=lambda each: each[:3])[3]


def _engines(diagram: Diagram, engine: str) -> Iterator[Engine]:
    """What gives places, in the order in which it is tried."""
    if engine == "composed":
        yield _composed
    yield partial(_graphviz, engine)
    if diagram.order or diagram.rows:
        # Graphviz doesn't keep every order: then its edges are written in another way.
        yield partial(_graphviz, engine, constraint="false")


def _composed(
    diagram: Diagram,
    sheet: Sheet,
    sideways: bool,
    sides: Sides = MappingProxyType({}),
    made: dict[Choice, Made] | None = None,
) -> Places | None:
    found = composed(diagram, sizes(diagram, sheet, sideways), sheet, sideways, sides)
    if found is None:
        return None
    boxes, turned = found
    if made is not None:
        made.update(turned)
    return (levelled(diagram, boxes, sheet, sideways),), {}


def _untwisted(
    diagram: Diagram, sheet: Sheet, sideways: bool, sides: Sides, *, is_first: bool
) -> tuple[Layout | None, Sides]:
    """The composed layout with branches on the sides where the fewest lines cross, looked for at first; and these."""

    def put(sides: Sides, *, draft: bool) -> Turned | None:
        made: dict[Choice, Made] = {}
        layout = _whole(diagram, sheet, sideways, partial(_composed, sides=sides, made=made), draft=draft)
        return Turned(layout, sides, made, diagram) if layout else None

    known, key = remembered(), (_ends(diagram), sideways)
    first = put(known.get(key, sides), draft=False)
    if first is None:
        return None, sides
    if is_first and key not in known and not diagram.turns and len(diagram.shapes) <= FEW:
        # A draft takes the longer, the more lines there are, and improves less of them.
        first = untwisted(first, put, min(TRIES, DRAWN // (len(diagram.links) ** 2 or 1)))
        known[key] = first.sides
    return first.layout, first.sides


def _ends(diagram: Diagram) -> Hashable:
    """What the sides of branches depend on most."""
    links = tuple((link.tail, link.head, link.variable, link.mark) for link in diagram.links)
    hanging = tuple((each.leaf, each.consumers) for each in diagram.hanging)
    return links, hanging, diagram.spine, diagram.order, diagram.align


def _graphviz(engine: str, diagram: Diagram, sheet: Sheet, sideways: bool, constraint: str = "true") -> Places:
    """Graphviz's boxes put in line, the same as it placed them, and its curves."""
    measured = sizes(diagram, sheet, sideways)
    names = {shape.name: f"n{number}" for number, shape in enumerate(diagram.shapes)}
    answer = run(engine, dot(diagram, measured, names, sheet, sideways, constraint))
    raw, splines = spread(diagram, *read(answer, diagram, measured, names, sideways), sheet, sideways)
    return (levelled(diagram, raw, sheet, sideways), raw), splines


def _whole(diagram: Diagram, sheet: Sheet, sideways: bool, put: Engine, *, draft: bool = False) -> Layout | None:
    """The layout of a diagram: as a U where it turns, with its backward pass where it has one."""
    if diagram.turns:
        return turned(diagram, sheet, lambda half: _placed(half, sheet, False, put))
    backward = diagram.backward
    if backward is None:
        return _placed(diagram, sheet, sideways, put, draft=draft)

    def forward(groups: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(backward.shapes.get(name, name) for name in group) for group in groups)

    hinted = replace(backward.forward, order=forward(diagram.order), align=forward(diagram.align))
    found = _placed(hinted, sheet, sideways, put, apart=True, draft=draft)
    return with_backward(found, diagram, sheet) if found else None


def _placed(
    diagram: Diagram, sheet: Sheet, sideways: bool, put: Engine, *, apart: bool = False, draft: bool = False
) -> Layout | None:
    """The layout of a diagram; arrows that will be turned round are to be `apart`, those of a draft stay."""
    places = put(diagram, sheet, sideways)
    if places is None:
        return None
    tries, splines = places
    for boxes in tries:
        lined = rails(diagram, boxes, sheet, sideways)
        if lined.blocked:
            hanging = tuple(each for each in diagram.hanging if each.leaf not in lined.blocked)
            return _placed(replace(diagram, hanging=hanging), sheet, sideways, put, apart=apart, draft=draft)
        boxes = lined.boxes
        ways, crossed = routes(diagram, boxes, splines, lined.ways, sheet, sideways, apart=apart, draft=draft)
        # The engine's curves keep off the shapes where it put these.
        if not crossed:
            break
    hanging = tuple(each for each in diagram.hanging if each.leaf not in crossed)
    if len(hanging) < len(diagram.hanging):
        return _placed(replace(diagram, hanging=hanging), sheet, sideways, put, apart=apart, draft=draft)
    ways, notes, crowded, wanted = lettered(diagram, boxes, ways, sheet, sideways)
    crowded += len(crossed)
    kept_free = list[Box]()
    # Arrows with right angles leave room for the labels of others, if they can; what was kept free is no news.
    while crowded and not draft and len(kept_free) < LABELS and not set(wanted) <= set(kept_free):
        kept_free += wanted
        again, crossed = routes(diagram, boxes, splines, lined.ways, sheet, sideways, apart=apart, kept_free=kept_free)
        lettering = lettered(diagram, boxes, again, sheet, sideways)
        wanted = lettering[3]
        if lettering[2] + len(crossed) < crowded:
            ways, notes, crowded = *lettering[:2], lettering[2] + len(crossed)
    frames = framed(diagram, boxes, ways, notes, sheet, sideways)
    return fitted(Layout(0.0, 0.0, boxes, tuple(ways), tuple(notes), sideways, tuple(frames), crowded), sheet)
