"""A scene as polygons, chains of straight lines and boxes of ink; in pt, y down."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from graphviz_nn.layout.geometry import Point, sample
from graphviz_nn.layout.measure import typeset
from graphviz_nn.scene import Group, Path, Scene, Text
from graphviz_nn.scene.primitives import Command

Side = tuple[float, float, float, float]
"""Left, top, right, bottom."""

NODE = re.compile(r"(view\d+-)*node-")
ARRAY = re.compile(r"(view\d+-)*(heat|numbers)-")
# A chain of points that turns less than this, in radians, is straight.
STRAIGHT = 1e-3


@dataclass(frozen=True)
class Outline:
    """The convex outline of a shape; its sides have normals that point outwards, each with its distance from 0."""

    id: str
    name: str
    box: Side
    points: np.ndarray
    normals: np.ndarray
    distances: np.ndarray

    def beyond(self, points: np.ndarray) -> np.ndarray:
        """How far each point is outside of each side, below 0 inside: points × sides.

        >>> square = outline("a", "a", [(0, 0), (4, 0), (4, 4), (0, 4)])
        >>> square.beyond(np.array([[1.0, 2.0]])).max()
        np.float64(-1.0)
        """
        return points @ self.normals.T - self.distances


@dataclass(frozen=True)
class Line:
    """An arrow from its start to its tip, between two groups."""

    id: str
    ends: tuple[str, str]
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Ink:
    """The box of a text, and the group that it belongs to."""

    tex: str
    home: str
    box: Side


@dataclass(frozen=True)
class Flat:
    """Everything in a picture; `arrays` are the places of numbers in rows and columns, and of heat maps."""

    width: float
    height: float
    shapes: tuple[Outline, ...]
    lines: tuple[Line, ...]
    texts: tuple[Ink, ...]
    arrays: tuple[Ink, ...]


def flat(scene: Scene) -> Flat:
    """The parts of a scene."""
    shapes, lines, texts, arrays = [], [], [], []
    for group in scene.groups:
        paths = [item for item in group.items if isinstance(item, Path)]
        inks = [_ink(item, group.id) for item in group.items if isinstance(item, Text) and item.size > 0]
        inks = [each for each in inks if each.box[2] > each.box[0]]
        if group.ends is not None:
            lines.append(_line(group, paths))
        elif NODE.match(group.id) and paths:
            shapes.append(outline(group.id, group.name, list(_points(paths[0].commands))))
        elif ARRAY.match(group.id):
            corners = [point for path in paths for point in _points(path.commands)]
            corners += [corner for each in inks for corner in (each.box[:2], each.box[2:])]
            arrays.append(Ink(group.title, group.id, _around(corners)))
        texts += inks
    return Flat(scene.width, scene.height, tuple(shapes), tuple(lines), tuple(texts), tuple(arrays))


def outline(name: str, title: str, points: Sequence[Point]) -> Outline:
    """The outline with these corners, in whichever direction they go round."""
    corners = np.array(points, float)
    corners = corners[np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1) > 1e-9]
    sides = np.roll(corners, -1, axis=0) - corners
    before = np.roll(corners, -1, axis=0)
    area = np.sum(corners[:, 0] * before[:, 1] - corners[:, 1] * before[:, 0])
    normals = np.stack([sides[:, 1], -sides[:, 0]], axis=1) * np.sign(area)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return Outline(name, title, _around(points), corners, normals, np.sum(normals * corners, axis=1))


def _line(group: Group, paths: Sequence[Path]) -> Line:
    assert group.ends is not None
    points = list(_points(paths[0].commands))
    if len(paths) > 1:
        # The shaft ends inside of its head.
        points.append(next(_points(paths[1].commands)))
    return Line(group.id, group.ends, tuple(_without_straight(points)))


def _ink(text: Text, home: str) -> Ink:
    found = typeset(text.tex, text.family)
    a, b = found.width * text.size / 2, found.height * text.size / 2
    return Ink(text.tex, home, (text.x - a, text.y - b, text.x + a, text.y + b))


def _points(commands: Sequence[Command]) -> Iterator[Point]:
    last: Point = (0.0, 0.0)
    for letter, values in commands:
        pairs = list(zip(values[::2], values[1::2], strict=True))
        yield from sample([last, *pairs])[1:] if letter == "C" else pairs
        last = pairs[-1] if pairs else last


def _without_straight(points: Sequence[Point]) -> Iterator[Point]:
    """The points at which a line turns, and its ends."""
    kept = points[0]
    yield kept
    for point, after in pairwise(points[1:]):
        if abs(turn(kept, point, after)) > STRAIGHT:
            kept = point
            yield kept
    yield points[-1]


def turn(a: Point, b: Point, c: Point) -> float:
    """The angle by which the way from a over b to c turns, in radians.

    >>> round(turn((0, 0), (1, 0), (1, 1)), 3)
    1.571
    """
    (x, y), (u, v) = (b[0] - a[0], b[1] - a[1]), (c[0] - b[0], c[1] - b[1])
    return float(np.arctan2(x * v - y * u, x * u + y * v)) if (x or y) and (u or v) else 0.0


def _around(points: Sequence[Point]) -> Side:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
