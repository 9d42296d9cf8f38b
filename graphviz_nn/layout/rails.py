"""Leaves that hang off their users: a stem to the first user, a rail along the line to the others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from graphviz_nn.forms.diagram import Diagram, Hanging
from graphviz_nn.layout.geometry import Box, Point, clear, overlap, rounded
from graphviz_nn.layout.near import Near
from graphviz_nn.style.sheet import Sheet

# The number of places further out that are tried.
TRIES = 40


@dataclass(frozen=True)
class Rails:
    """Boxes with each leaf where its stem and rails are free, rails by leaf and user, and leaves without a place."""

    boxes: dict[str, Box]
    ways: dict[tuple[str, str], tuple[Point, ...]]
    blocked: frozenset[str]


def rails(diagram: Diagram, boxes: Mapping[str, Box], sheet: Sheet, sideways: bool) -> Rails:
    """Find the rails of a diagram; move each leaf out until nothing obstructs it."""
    ways, blocked = dict[tuple[str, str], tuple[Point, ...]](), set[str]()
    # Rails go around leaves that hang at one shape.
    waiting = {each.leaf for each in diagram.hanging if len(each.consumers) > 1}
    near, taken, found = Near({name: box for name, box in boxes.items() if name not in waiting}), Near({}), dict(boxes)
    for hanging in sorted(diagram.hanging, key=lambda each: len(each.consumers) > 1):
        # A leaf with a single user stays where the engine put it.
        places = _outwards(found[hanging.leaf], found[hanging.consumers[0]], sheet, sideways)
        for leaf, out in places if len(hanging.consumers) > 1 else islice(places, 1):
            routes = {head: _way(leaf, found[head], out, sheet, sideways) for head in hanging.consumers[1:]}
            consumers = [found[name] for name in hanging.consumers]
            if _is_free(hanging, leaf, consumers, near, routes.values(), taken, sheet):
                found[hanging.leaf] = leaf
                ways.update({(hanging.leaf, head): way for head, way in routes.items()})
                for box in _thin(leaf, routes.values(), sideways):
                    taken.put(str(len(taken.boxes)), box)
                break
        else:
            blocked.add(hanging.leaf)
        near.put(hanging.leaf, found[hanging.leaf])
    return Rails(found, ways, frozenset(blocked))


def _outwards(leaf: Box, first: Box, sheet: Sheet, sideways: bool) -> Iterator[tuple[Box, float]]:
    """Places further and further out, and their sides; first from the engine's position, then across the line."""
    out = 1.0 if _across(leaf, sideways) > _across(first, sideways) else -1.0
    near = first.height if sideways else first.width
    other = _across(first, sideways) - out * (near / 2 + leaf.beside(-out, sideways) + sheet.gap.node)
    for side, start, box in ((out, _across(leaf, sideways), leaf), (-out, other, leaf.crossed(sideways))):
        for number in range(TRIES):
            place = start + side * number * sheet.gap.node / 2
            yield (replace(box, y=place) if sideways else replace(box, x=place)), side


def _across(box: Box, sideways: bool) -> float:
    return box.y if sideways else box.x


def _way(leaf: Box, head: Box, out: float, sheet: Sheet, sideways: bool) -> tuple[Point, ...]:
    """Along the line, around a corner, and in to the head."""
    a, b = leaf.width / 2, leaf.height / 2
    start: Point = (leaf.x + a, leaf.y) if sideways else (leaf.x, leaf.y + b)
    corner: Point = (head.x, leaf.y) if sideways else (leaf.x, head.y)
    half = (head.height if sideways else head.width) / 2
    if head.is_slanted:
        half = head.reach(head.x if sideways else head.y)
    end: Point = (head.x, head.y + out * half) if sideways else (head.x + out * half, head.y)
    return rounded((start, corner, end), sheet.gap.inside * 1.5)


def _is_free(
    hanging: Hanging,
    leaf: Box,
    consumers: Sequence[Box],
    near: Near,
    ways: Iterable[tuple[Point, ...]],
    taken: Near,
    sheet: Sheet,
) -> bool:
    """Whether a leaf, its stem and its rails are clear of all other shapes and rails."""
    gap = sheet.gap.label
    ends = {hanging.leaf, *hanging.consumers}
    first = consumers[0]
    if any(overlap(leaf, box, gap) for box in (*near.beside(leaf, gap, {hanging.leaf}), *taken.beside(leaf, gap))):
        return False
    stem = (leaf.x, leaf.y), (first.x, first.y)
    if not clear(*stem, near.along(stem, gap, ends), gap):
        return False
    for head, way in zip(consumers[1:], ways, strict=True):
        passed = [box for box in consumers if box is not head]
        along, across = (way[0], way[3]), (way[6], way[9])
        if not clear(*along, [*near.along(along, gap, ends), *passed, *taken.along(along, gap)], gap):
            return False
        if not clear(*across, near.along(across, gap, ends), gap):
            return False
    return True


def _thin(leaf: Box, ways: Iterable[tuple[Point, ...]], sideways: bool) -> list[Box]:
    """The space of rails along the line."""
    found = [leaf]
    for way in ways:
        (x0, y0), (x1, y1) = way[0], way[3]
        found.append(Box((x0 + x1) / 2, (y0 + y1) / 2, abs(x1 - x0), abs(y1 - y0), "box"))
    return found
