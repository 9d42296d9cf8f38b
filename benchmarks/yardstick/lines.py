"""How lines run: where they cross each other, and how often they bend."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import degrees

import numpy as np

from graphviz_nn.layout.geometry import Point
from yardstick.flat import Flat, Line, turn

# Lines that pass each other by less than this, in pt, touch and don't cross.
PASSED = 0.02
# What turns less than this, in degrees, isn't seen as a bend.
SEEN = 15.0


def crossings(picture: Flat) -> int:
    """How often two lines cross."""
    pieces, owners = [], []
    for number, line in enumerate(picture.lines):
        for a, b in zip(line.points, line.points[1:], strict=False):
            pieces.append((*a, *b))
            owners.append(number)
    return _crossings(np.array(pieces, float).reshape(-1, 4), np.array(owners, int))


def _crossings(pieces: np.ndarray, owners: np.ndarray) -> int:
    ends = pieces.reshape(-1, 2, 2)
    low, high = ends.min(axis=1), ends.max(axis=1)
    found = 0
    for number, piece in enumerate(pieces):
        later = slice(number + 1, None)
        near = np.flatnonzero(
            (low[later] <= high[number]).all(axis=1)
            & (high[later] >= low[number]).all(axis=1)
            & (owners[later] != owners[number])
        )
        others = pieces[near + number + 1]
        there = _sides(piece[None], others)
        here = _sides(others, piece[None])
        found += int(np.sum((there < -PASSED * PASSED) & (here < -PASSED * PASSED)))
    return found


def _sides(lines: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Below 0 where both ends of the others are on different sides of the lines, and not just there."""
    ways = lines[:, 2:] - lines[:, :2]
    ways = ways / np.maximum(np.linalg.norm(ways, axis=1, keepdims=True), 1e-12)
    start, end = (
        ways[:, 0] * (others[:, i + 1] - lines[:, 1]) - ways[:, 1] * (others[:, i] - lines[:, 0]) for i in (0, 2)
    )
    clear = (np.abs(start) > PASSED) & (np.abs(end) > PASSED)
    return np.where(clear, start * end, 0.0)


def bends(lines: Sequence[Line]) -> int:
    """How often lines bend: an arc that goes on turning the same way is one bend.

    >>> bends([Line("a", ("", ""), ((0, 0), (9, 0), (9, 9), (18, 9)))])
    2
    """
    return sum(_bends(line.points) for line in lines)


def _bends(points: Sequence[Point]) -> int:
    turns = [turn(*three) for three in zip(points, points[1:], points[2:], strict=False)]
    lengths = [float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in pairwise(points)]
    # What a curve is made of is short; a straight piece between two corners of like direction parts them.
    arcs, number = [], 0
    for place, angle in enumerate(turns):
        parted = place and (angle * turns[place - 1] < 0 or lengths[place] > 3 * max(lengths[place - 1], 3.0))
        number += bool(parted)
        arcs.append((number, angle))
    sums = (sum(angle for _, angle in arc) for _, arc in groupby(arcs, key=lambda each: each[0]))
    return sum(abs(degrees(total)) > SEEN for total in sums)
