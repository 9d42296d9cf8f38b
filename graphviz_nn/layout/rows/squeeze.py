"""Take out the space across the flow in which nothing is."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import accumulate

from graphviz_nn.layout.geometry import Box, Point, segments
from graphviz_nn.layout.result import Layout, Placed, Route

# A piece of a line that leads so little along the flow is upright, in pt: it may get shorter.
UPRIGHT = 0.01


def squeezed(layout: Layout, gap: float) -> Layout:
    """A layout in which no space across the flow is wider than a gap, if only upright lines are there.

    Examples
    --------
    >>> boxes = {"a": Box(0, 0, 10, 10, "box"), "b": Box(0, 100, 10, 10, "box")}
    >>> squeezed(Layout(20, 120, boxes, ()), 20.0).boxes["b"].y
    30.0
    """
    places, shifts = [0.0], [0.0]
    end = None
    for low, high in sorted(_solid(layout)):
        if end is not None and low - end > gap:
            # From the middle of the free space on, everything is nearer.
            places.append(low - gap / 2)
            shifts.append(gap - (low - end))
        end = high if end is None else max(end, high)
    if len(places) == 1:
        return layout
    sums = list(accumulate(shifts))
    places[0] = float("-inf")

    def at(v: float) -> float:
        """Where a place across the flow is afterwards."""
        number = bisect_right(places, v) - 1
        following = number + 1
        # What is in a space that is taken out is at its end.
        if following < len(places) and v > places[following] + shifts[following]:
            return places[following] + sums[following]
        return v + sums[number]

    def point(each: Point) -> Point:
        x, y = each
        return (x, at(y)) if layout.sideways else (at(x), y)

    def box(each: Box) -> Box:
        x, y = point((each.x, each.y))
        return replace(each, x=x, y=y)

    def texts(placed: Iterable[Placed]) -> tuple[Placed, ...]:
        return tuple(replace(each, x=x, y=y) for each in placed for x, y in [point((each.x, each.y))])

    def frame(each: Box) -> Box:
        (left, top), (right, bottom) = (
            point((each.x + side * each.width / 2, each.y + side * each.height / 2)) for side in (-1, 1)
        )
        return replace(each, x=(left + right) / 2, y=(top + bottom) / 2, width=right - left, height=bottom - top)

    return replace(
        layout,
        boxes={name: box(each) for name, each in layout.boxes.items()},
        routes=tuple(Route(each.link, tuple(map(point, each.points)), texts(each.labels)) for each in layout.routes),
        notes=texts(layout.notes),
        frames=tuple((frame(each), texts([title])[0]) for each, title in layout.frames),
    )


def _solid(layout: Layout) -> Iterator[tuple[float, float]]:
    """From where to where something is across the flow that keeps its shape."""

    def span(box: Box) -> tuple[float, float]:
        place, size = (box.y, box.height) if layout.sideways else (box.x, box.width)
        return place - size / 2, place + size / 2

    yield from map(span, layout.boxes.values())
    texts = [*layout.notes, *(label for route in layout.routes for label in route.labels)]
    texts += [title for _, title in layout.frames]
    yield from (span(text.extent) for text in texts)
    for frame, _ in layout.frames:
        yield from ((side, side) for side in span(frame))
    for route in layout.routes:
        for (x, y), (u, v) in segments(route.points):
            if abs(x - u if layout.sideways else y - v) > UPRIGHT:
                yield (min(y, v), max(y, v)) if layout.sideways else (min(x, u), max(x, u))
