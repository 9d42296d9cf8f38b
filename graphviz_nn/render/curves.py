"""Convert cubic curves for programs that don't have them."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, dist, hypot, sqrt

from graphviz_nn.layout.geometry import Point
from graphviz_nn.scene.primitives import Command

# The largest deviation of a line, in pt.
NEAR = 0.1


def flattened(commands: Sequence[Command]) -> list[Point]:
    """The corners of a path, with its curves approximated to the limit of vision.

    >>> flattened((("M", (0.0, 0.0)), ("L", (1.0, 0.0)), ("Z", ())))
    [(0.0, 0.0), (1.0, 0.0)]
    """
    points: list[Point] = []
    for letter, values in commands:
        if letter == "C":
            piece = (points[-1], *zip(values[::2], values[1::2], strict=True))
            steps = _steps(piece)
            points += [_at(piece, step / steps) for step in range(1, steps + 1)]
        elif letter != "Z":
            points.append((values[0], values[1]))
    return points


def guided(commands: Sequence[Command]) -> list[Point]:
    """The ends of a line, and between them the points that guide a curve in draw.io.

    draw.io draws quadratic pieces, which meet halfway between neighbouring guides.

    >>> guided((("M", (0.0, 0.0)), ("C", (1.0, 0.0, 2.0, 0.0, 3.0, 0.0))))
    [(0.0, 0.0), (1.5, 0.0), (3.0, 0.0)]
    """
    points: list[Point] = []
    end = (commands[0][1][0], commands[0][1][1])
    points.append(end)
    for letter, values in commands[1:]:
        if letter == "C":
            piece = (end, *zip(values[::2], values[1::2], strict=True))
            steps = _steps(piece)
            width = 1 / steps
            for step in range(steps):
                # A curve lies inside its guides by an eighth of its bend.
                middle, bend = _at(piece, (step + 0.5) * width), _bend(piece, (step + 0.5) * width)
                points.append((middle[0] - bend[0] * width**2 / 8, middle[1] - bend[1] * width**2 / 8))
        end = (values[-2], values[-1])
        if letter == "L" and len(commands) > 2:
            points.append(end)
    return [*points, end] if points[-1] != end or len(points) == 1 else points


def halfway(points: Sequence[Point]) -> Point:
    """The point in the middle of a polyline, to a whole pt along it, as draw.io finds it.

    >>> halfway([(0.0, 0.0), (4.0, 0.0), (4.0, 2.0)])
    (3.0, 0.0)
    """
    left = float(round(sum(dist(*pair) for pair in pairwise(points)) / 2))
    for (x, y), (u, v) in pairwise(points):
        length = hypot(u - x, v - y)
        if left <= length and length:
            return x + (u - x) * left / length, y + (v - y) * left / length
        left -= length
    return points[-1]


def _at(piece: Sequence[Point], t: float) -> Point:
    s = 1 - t
    shares = s**3, 3 * s * s * t, 3 * s * t * t, t**3
    x, y = (sum(share * point[axis] for share, point in zip(shares, piece, strict=True)) for axis in (0, 1))
    return x, y


def _bend(piece: Sequence[Point], t: float) -> Point:
    """The second derivative."""
    a, b, c, d = piece
    x, y = (
        6 * ((1 - t) * (c[axis] - 2 * b[axis] + a[axis]) + t * (d[axis] - 2 * c[axis] + b[axis])) for axis in (0, 1)
    )
    return x, y


def _steps(piece: Sequence[Point]) -> int:
    """The number of pieces that are straight to the eye."""
    most = max(hypot(*_bend(piece, t)) for t in (0.0, 1.0))
    return max(1, min(64, ceil(sqrt(most / 8 / NEAR))))
