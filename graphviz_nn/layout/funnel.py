"""What leads from a volume to the next, instead of an arrow: a patch on its face, and rays that meet."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphviz_nn.forms.diagram import Link
from graphviz_nn.forms.volume import Volume
from graphviz_nn.layout.geometry import Box, Point


@dataclass(frozen=True)
class Funnel:
    """What each entry is computed from: a patch on the face of a volume, unless it is all of it, and rays from it."""

    patch: tuple[Point, ...]
    rays: tuple[tuple[Point, Point], ...]


# The smallest patch, in pt; where it lies on a face, and on a sheet; where on the next front its rays meet, and on a
# sheet.
PATCH, PLACE, ON_SHEET = 5.0, (0.5, 0.42), (0.66, 0.64)
APEX, AT_SHEET = 0.15, (0.3, 0.36)


def faced(box: Box, sideways: bool, deep: float, across: float) -> Point:
    """A point on the face towards the flow, by its shares of both edges: the front of sheets."""
    solid = box.solid
    assert solid is not None
    left, top, right, bottom = solid.front(box.x, box.y)
    dx, dy = solid.back
    if solid.sheets:
        return left + deep * solid.width, top + across * solid.height
    if sideways:
        return (right if dx > 0 else left) + deep * dx, top + across * solid.height + deep * dy
    return left + across * solid.width + deep * dx, (bottom if dy > 0 else top) + deep * dy


def between(link: Link, tail: Box, head: Box, volume: Volume | None, sideways: bool) -> Funnel | None:
    """The funnel of a link; None if it has none, or the head isn't in front of the tail."""
    if link.taken is None or volume is None or tail.solid is None or head.solid is None:
        return None
    gap, sign = _gap(tail, head, sideways)
    if gap < 0:
        return None
    return (
        _wide(tail, head, sign, sideways)
        if not link.taken
        else _narrow(link.taken, tail, head, volume, gap, sign, sideways)
    )


def _gap(tail: Box, head: Box, sideways: bool) -> tuple[float, int]:
    """How far the front of a solid is from that of the one before it, and in which direction the flow goes."""
    assert tail.solid is not None and head.solid is not None
    one, two = tail.solid.front(tail.x, tail.y), head.solid.front(head.x, head.y)
    start, end = (0, 2) if sideways else (1, 3)
    sign = 1 if two[start] + two[end] > one[start] + one[end] else -1
    return (two[start] - one[end] if sign > 0 else one[start] - two[end]), sign


def _wide(tail: Box, head: Box, sign: int, sideways: bool) -> Funnel:
    """From the whole face of a solid to the whole length of the next."""
    assert tail.solid is not None and head.solid is not None
    left, top, right, bottom = head.solid.front(head.x, head.y)
    if sideways:
        near = left if sign > 0 else right
        ends, starts = ((near, top), (near, bottom)), ((1.0, 0.0), (1.0 if tail.solid.sheets else 0.0, 1.0))
    else:
        near = top if sign > 0 else bottom
        ends, starts = ((left, near), (right, near)), ((0.0, 0.0), (1.0, 1.0))
        starts = ((0.0, 1.0), (1.0, 1.0)) if tail.solid.sheets else starts
    rays = tuple((faced(tail, sideways, *start), end) for start, end in zip(starts, ends, strict=True))
    return Funnel((), rays)


def _narrow(
    taken: Sequence[int], tail: Box, head: Box, volume: Volume, gap: float, sign: int, sideways: bool
) -> Funnel:
    """From a window on the face of a solid to a point of the next."""
    assert tail.solid is not None and head.solid is not None
    solid = tail.solid
    reach = abs(solid.back[0] if sideways else solid.back[1])
    is_hidden = not solid.sheets and reach > 0
    seen = min(1.0, gap / reach) if is_hidden else 1.0
    lengths = (solid.width, solid.height) if solid.sheets else (reach, solid.height if sideways else solid.width)
    deep = _share(taken[-1], volume.deep, lengths[0]) if len(taken) > 1 else 1.0
    across = _share(taken[-2] if len(taken) > 1 else taken[-1], volume.across, lengths[1])
    # What the next solid hides of the face isn't drawn on.
    deep = min(deep, seen)
    x, y = ON_SHEET if solid.sheets else (PLACE[0] * seen, PLACE[1])
    a, b = _within(x, deep), _within(y, across)
    corners = [(a + s * deep / 2, b + t * across / 2) for s, t in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    patch = tuple(faced(tail, sideways, *corner) for corner in corners)
    left, top, right, bottom = head.solid.front(head.x, head.y)
    if head.solid.sheets:
        apex = left + AT_SHEET[0] * (right - left), top + AT_SHEET[1] * (bottom - top)
    elif sideways:
        apex = (left if sign > 0 else right) + sign * APEX * (right - left), (top + bottom) / 2
    else:
        apex = (left + right) / 2, (top if sign > 0 else bottom) + sign * APEX * (bottom - top)
    return Funnel(patch, tuple((corner, apex) for corner in patch))


def _share(count: int, size: int, length: float) -> float:
    """The share of an edge that a window has, not too small to be seen."""
    return min(1.0, max(count / max(size, 1), PATCH / max(length, PATCH)))


def _within(place: float, share: float) -> float:
    """The middle of a part of an edge, near a place."""
    return min(max(place, share / 2), 1 - share / 2)
