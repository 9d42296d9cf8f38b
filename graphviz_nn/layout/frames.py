"""Frames around shapes that belong together."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from graphviz_nn.forms.diagram import Diagram, Frame
from graphviz_nn.layout.geometry import Box, overlap, segments
from graphviz_nn.layout.ink import Ink
from graphviz_nn.layout.measure import typeset
from graphviz_nn.layout.result import Placed, Route
from graphviz_nn.style.sheet import Sheet

# In how many steps a frame gets wider for its title.
WIDER = 4


def title_size(frame: Frame, sheet: Sheet) -> float:
    """The font size of a frame's title; how often it repeats is as large as the name of a layer."""
    return sheet.text.word_size if frame.repeats else sheet.text.note_size


def framed(
    diagram: Diagram,
    boxes: Mapping[str, Box],
    routes: Sequence[Route],
    notes: Sequence[Placed],
    sheet: Sheet,
    sideways: bool,
) -> list[tuple[Box, Placed]]:
    """Frames around their members, what is written beside and between these, and rails along them, with the title
    inside at the top."""
    ink, head = Ink(), sheet.line.arrow_length
    for box in boxes.values():
        ink.add(box)
    for number, route in enumerate(routes):
        ink.add(Box(*route.points[-1], head, head, "box"))
        for start, end in segments(route.points):
            ink.draw(number, start, end)
    found: dict[str, tuple[Box, Placed]] = {}
    for frame in sorted(diagram.frames, key=lambda each: len(each.members)):
        members = set(frame.members)
        inner = [boxes[name] for name in frame.members]
        inner += [found[each.name][0] for each in diagram.frames if each.name in found and set(each.members) <= members]
        inner += [note.extent for note in notes if note.owner in members]
        for route in routes:
            if route.link.tail in members and route.link.head in members:
                inner += [label.extent for label in route.labels]
        inner += _rails(boxes, members, routes, sideways)
        size, pad = title_size(frame, sheet), sheet.gap.inside
        titles = [rf"{frame.title},\ \ {frame.note}"] * bool(frame.note) + [frame.title]
        height = max(typeset(each).height for each in titles) * size
        left = min(box.x - box.width / 2 for box in inner) - pad
        right = max(box.x + box.width / 2 for box in inner) + pad
        top = min(box.y - box.height / 2 for box in inner) - 1.5 * pad - height
        bottom = max(box.y + box.height / 2 for box in inner) + pad
        pale = members <= {shape.name for shape in diagram.shapes if shape.emphasis == "pale"}
        foreign = [route for route in routes if not {route.link.tail, route.link.head} <= members]
        sides = _beside(Sides(left, right, top, bottom), pad, foreign)
        held = sides.box
        strangers = [each for name, each in boxes.items() if name not in members and not overlap(held, each, 1.0)]
        choices = list(_titled(titles, sides, size, height, pad))
        tex, place, sides = next(
            (each for each in choices if ink.is_free(each[1], 1.0, 1.0) and not each[2].holds(strangers)),
            choices[2 * len(titles) - 2],
        )
        found[frame.name] = sides.box, Placed(tex, place.x, place.y, size, quiet=True, pale=pale)
    return [found[frame.name] for frame in diagram.frames]


class Sides(NamedTuple):
    """The sides of a frame."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def box(self) -> Box:
        left, right, top, bottom = self
        return Box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, "rounded")

    def holds(self, boxes: Iterable[Box]) -> bool:
        """Whether a box is in the frame, or near."""
        return any(overlap(self.box, each, 1.0) for each in boxes)


def _beside(sides: Sides, pad: float, routes: Iterable[Route]) -> Sides:
    """The sides of a frame, nearer to its shapes where arrows pass within its padding."""
    left, right, top, bottom = sides
    for (x, y), (further, end) in chain.from_iterable(segments(route.points) for route in routes):
        if x == further and min(y, end) < bottom and max(y, end) > top:
            if sides.left - 1 < x < sides.left + pad:
                left = max(left, x + (sides.left + pad - x) / 2)
            if sides.right - pad < x < sides.right + 1:
                right = min(right, x - (x - sides.right + pad) / 2)
    return Sides(left, right, top, bottom)


def _titled(
    titles: Sequence[str], sides: Sides, size: float, height: float, pad: float
) -> Iterator[tuple[str, Box, Sides]]:
    """Titles at the top left and right of a frame, then of a wider and wider one, for a title beside an arrow."""
    for wider in range(WIDER + 1):
        for tex in titles:
            half = typeset(tex).width * size / 2
            least = max(0.0, 2 * (half + pad) - (sides.right - sides.left))
            more = least + wider / WIDER * 2 * half
            left, right = sides.left - more, sides.right + more
            y = sides.top + 0.75 * pad + height / 2
            yield tex, Box(left + pad + half, y, 2 * half, height, "box"), sides._replace(left=left)
            yield tex, Box(right - pad - half, y, 2 * half, height, "box"), sides._replace(right=right)


def _rails(
    boxes: Mapping[str, Box], members: Collection[str], routes: Sequence[Route], sideways: bool
) -> Iterator[Box]:
    """Where arrows run along members of a frame: those between them, and those to or from a shape in line with them."""
    (low, high), (first, last) = (_extent((boxes[name] for name in members), way) for way in (sideways, not sideways))

    def is_in_line(box: Box) -> bool:
        along, across = (box.x, box.y) if sideways else (box.y, box.x)
        return not low < along < high and first < across < last

    for route in routes:
        others = [name for name in (route.link.tail, route.link.head) if name not in members]
        if len(others) == 2 or not all(is_in_line(boxes[name]) for name in others):
            continue
        for x, y in chain.from_iterable(segments(route.points)):
            if low <= (x if sideways else y) <= high:
                yield Box(x, y, 0.0, 0.0, "box")


def _extent(boxes: Iterable[Box], is_width: bool) -> tuple[float, float]:
    """From where to where shapes are."""
    ends = [(box.x, box.width / 2) if is_width else (box.y, box.height / 2) for box in boxes]
    return min(middle - half for middle, half in ends), max(middle + half for middle, half in ends)
