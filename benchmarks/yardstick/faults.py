"""What is wrong in a picture, whatever it shows: a sentence each."""

from collections.abc import Iterator

import numpy as np

from yardstick.flat import Flat, Ink, Outline, Side

# In pt: less than that nobody sees.
SLACK = 0.3
# An arrow's end that is farther than this from its shape's outline, in pt, is seen to be.
NEAR = 1.0
# Lines are looked at in steps of this length, in pt, where they pass a shape.
STEP = 1.0


def touching(picture: Flat) -> Iterator[str]:
    """Text on text, on a line, on another shape or outside of its own; a line through a shape; shapes on each other."""
    shapes = {each.id: each for each in picture.shapes}
    boxes = np.array([each.box for each in picture.shapes]).reshape(-1, 4)
    texts = np.array([each.box for each in picture.texts]).reshape(-1, 4)
    pieces, owners = _pieces(picture)
    reach = _sorted(pieces)
    page = np.array([-SLACK, -SLACK, picture.width + SLACK, picture.height + SLACK])
    for number, text in enumerate(picture.texts):
        inner = _shrunk(text.box)
        said = f"{text.tex} ({text.home})"
        if inner[0] < page[0] or inner[1] < page[1] or inner[2] > page[2] or inner[3] > page[3]:
            yield f"{said} leaves the page"
        for other in np.flatnonzero(_meets(texts[number + 1 :], inner)) + number + 1:
            yield f"{said} lies on {picture.texts[other].tex} ({picture.texts[other].home})"
        if text.home in shapes and shapes[text.home].beyond(_corners(inner)).max() > 0:
            yield f"{said} leaves its shape"
        for place in np.flatnonzero(_meets(boxes, inner)):
            shape = picture.shapes[place]
            if shape.id != text.home and (shape.beyond(_corners(inner)).min(axis=0) < 0).all():
                yield f"{said} lies on the shape {shape.id}"
        near = np.flatnonzero(_meets(reach, inner))
        for line in dict.fromkeys(owners[near[_enters(pieces[near], inner)]].tolist()):
            yield f"{said} lies on the arrow {picture.lines[line].id}"
    yield from _through(picture, boxes, pieces, owners, reach)
    yield from _overlapping(picture.shapes, boxes)
    yield from _arrays(picture, boxes, texts, pieces, owners, reach)


def dangling(picture: Flat) -> Iterator[str]:
    """Ends of arrows that are neither at their shape nor on another line from, or to, the same shape."""
    shapes = {each.id: each for each in picture.shapes}
    for place, which in ((0, "starts"), (-1, "ends")):
        by_shape: dict[str, list[int]] = {}
        for number, line in enumerate(picture.lines):
            by_shape.setdefault(line.ends[place], []).append(number)
        for number, line in enumerate(picture.lines):
            shape, point = shapes.get(line.ends[place]), np.array(line.points[place])
            if shape is None:
                yield f"the arrow {line.id} {which} at no shape"
            elif _off(shape, point) > NEAR and not any(
                _distance(np.array(picture.lines[other].points), point, closed=False) < NEAR
                for other in by_shape[line.ends[place]]
                if other != number
            ):
                yield f"the arrow {line.id} {which} {_off(shape, point):.1f} pt from {shape.id}"


def _through(
    picture: Flat, boxes: np.ndarray, pieces: np.ndarray, owners: np.ndarray, reach: np.ndarray
) -> Iterator[str]:
    for shape, box in zip(picture.shapes, boxes, strict=True):
        for line in dict.fromkeys(owners[_meets(reach, _shrunk(tuple(box)))].tolist()):
            if shape.id in picture.lines[line].ends:
                continue
            passed = np.concatenate([_steps(piece) for piece in pieces[owners == line]])
            if (shape.beyond(passed).max(axis=1) < -2 * SLACK).any():
                yield f"the arrow {picture.lines[line].id} crosses the shape {shape.id}"


def _overlapping(shapes: tuple[Outline, ...], boxes: np.ndarray) -> Iterator[str]:
    for number, shape in enumerate(shapes):
        for place in np.flatnonzero(_meets(boxes[number + 1 :], _shrunk(shape.box))) + number + 1:
            other = shapes[place]
            apart = (shape.beyond(other.points).min(axis=0) > -SLACK).any()
            if not apart and not (other.beyond(shape.points).min(axis=0) > -SLACK).any():
                yield f"the shapes {shape.id} and {other.id} overlap"


def _arrays(
    picture: Flat, boxes: np.ndarray, texts: np.ndarray, pieces: np.ndarray, owners: np.ndarray, reach: np.ndarray
) -> Iterator[str]:
    """What touches numbers in rows and columns, or a heat map."""
    places = np.array([each.box for each in picture.arrays]).reshape(-1, 4)
    for number, array in enumerate(picture.arrays):
        inner = _shrunk(array.box)
        for other in np.flatnonzero(_meets(texts, inner)):
            if picture.texts[other].home != array.home:
                yield f"{picture.texts[other].tex} ({picture.texts[other].home}) lies on {array.home}"
        near = np.flatnonzero(_meets(reach, inner))
        for line in dict.fromkeys(owners[near[_enters(pieces[near], inner)]].tolist()):
            yield f"{array.home} lies on the arrow {picture.lines[line].id}"
        others: list[Ink | Outline] = [picture.shapes[i] for i in np.flatnonzero(_meets(boxes, inner))]
        others += [picture.arrays[number + 1 + i] for i in np.flatnonzero(_meets(places[number + 1 :], inner))]
        for other in others:
            yield f"{array.home} lies on {other.home if isinstance(other, Ink) else other.id}"


def _pieces(picture: Flat) -> tuple[np.ndarray, np.ndarray]:
    """The straight pieces of all lines, x, y, x, y, and the number of the line that each belongs to."""
    found = [(*a, *b) for line in picture.lines for a, b in zip(line.points, line.points[1:], strict=False)]
    owners = [number for number, line in enumerate(picture.lines) for _ in line.points[1:]]
    return np.array(found, float).reshape(-1, 4), np.array(owners, int)


def _sorted(pieces: np.ndarray) -> np.ndarray:
    ends = pieces.reshape(-1, 2, 2)
    return np.concatenate([ends.min(axis=1), ends.max(axis=1)], axis=1)


def _meets(boxes: np.ndarray, box: Side) -> np.ndarray:
    return (boxes[:, 0] < box[2]) & (boxes[:, 2] > box[0]) & (boxes[:, 1] < box[3]) & (boxes[:, 3] > box[1])


def _enters(pieces: np.ndarray, box: Side) -> np.ndarray:
    """Which of straight lines, whose own boxes meet a box, have a point in it: not all its corners on one side."""
    dx, dy = pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1]
    corners = _corners(box)
    sides = dx[:, None] * (corners[:, 1] - pieces[:, 1:2]) - dy[:, None] * (corners[:, 0] - pieces[:, 0:1])
    return (sides.min(axis=1) < 0) & (sides.max(axis=1) > 0)


def _shrunk(box: Side) -> Side:
    return box[0] + SLACK, box[1] + SLACK, box[2] - SLACK, box[3] - SLACK


def _corners(box: Side) -> np.ndarray:
    left, top, right, bottom = box
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def _steps(piece: np.ndarray) -> np.ndarray:
    start, end = piece[:2], piece[2:]
    count = max(2, int(np.linalg.norm(end - start) / STEP) + 1)
    return start + np.linspace(0, 1, count)[:, None] * (end - start)


def _off(shape: Outline, point: np.ndarray) -> float:
    """How far a point is from an outline, inside or outside."""
    return _distance(shape.points, point, closed=True)


def _distance(points: np.ndarray, point: np.ndarray, *, closed: bool) -> float:
    """How far a point is from a chain of straight lines."""
    starts = points if closed else points[:-1]
    ways = (np.roll(points, -1, axis=0) if closed else points[1:]) - starts
    squares = np.maximum(np.sum(ways**2, axis=1), 1e-12)
    shares = np.clip(np.sum((point - starts) * ways, axis=1) / squares, 0, 1)
    return float(np.min(np.linalg.norm(starts + shares[:, None] * ways - point, axis=1)))
