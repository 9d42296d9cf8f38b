"""The cheapest way with right angles between shapes, by search on the lines that pass beside them."""

import heapq
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.layout.geometry import Box, Point

Grid: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
# A step along the flow and one across it.
ALONG, ACROSS = 0, 1
INFINITE = float("inf")
LARGEST = sys.float_info.max
# The state before the first.
NOWHERE = -1


class Maze:
    """Level and upright lines between shapes, and what it costs to follow each of their pieces.

    Parameters
    ----------
    boxes : sequence of Box
        What is in the way.
    gap : float
        How far lines keep from that.
    extra : sequence of Point
        Where other lines must pass too.
    window : pair of float
        From where to where the way may lead along the flow.
    """

    def __init__(self, boxes: Sequence[Box], gap: float, extra: Sequence[Point], window: tuple[float, float]) -> None:
        sides = [_sides(box, gap) for box in boxes]
        low, high = window
        self._us = sorted({*(u for s in sides for u in s[:2] if low <= u <= high), *(u for u, _ in extra)})
        self._vs = sorted({*(v for s in sides for v in s[2:]), *(v for _, v in extra)})
        self._cost = (
            np.tile(np.diff(self._us), (len(self._vs), 1)),
            np.tile(np.diff(self._vs), (len(self._us), 1)),
        )
        for left, right, top, bottom in sides:
            self.block(left, right, top, bottom)

    def block(self, left: float, right: float, top: float, bottom: float) -> None:
        """Close the inside of a rectangle."""
        self._add(left, right, top, bottom, np.inf, np.inf)

    def line(self, start: Point, end: Point, apart: float, crossing: float, along: float) -> None:
        """Make it dear to cross a line, and dearer to run along it nearer than so far."""
        (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
        is_level = bottom - top < right - left
        level, upright = (along, crossing) if is_level else (crossing, along)
        self._add(left - apart, right + apart, top - apart, bottom + apart, level, upright)

    def _add(self, left: float, right: float, top: float, bottom: float, level: float, upright: float) -> None:
        us, vs = self._us, self._vs
        i, j = bisect_right(us, left + 0.01), bisect_left(us, right - 0.01)
        k, n = bisect_right(vs, top + 0.01), bisect_left(vs, bottom - 0.01)
        # Pieces that begin before the rectangle reach into it.
        self._cost[ALONG][k:n, max(i - 1, 0) : j] += level
        self._cost[ACROSS][i:j, max(k - 1, 0) : n] += upright

    def way(
        self,
        starts: Sequence[tuple[Point, int]],
        ends: Sequence[tuple[Point, int]],
        bend: float,
        most: float = INFINITE,
    ) -> tuple[float, list[Point]]:
        """The cheapest way from one of some points to one of others, each with its direction, and what it costs.

        None is looked for that costs more than `most`.
        """
        wide = len(self._vs)
        goals = {self._state(point, direction) for point, direction in ends}
        far = _beyond(self._us, [x for (x, _), _ in ends]), _beyond(self._vs, [y for (_, y), _ in ends])
        lines = (
            _Lines(self._cost[ALONG], far[0], far[1], bend),
            _Lines(self._cost[ACROSS], far[1], far[0], bend),
        )
        waiting: list[tuple[float, float, int, int]] = []
        for point, direction in starts:
            place = self._place(point)
            least = lines[direction][place[1 - direction]][1][place[direction]]
            heapq.heappush(waiting, (least, 0.0, self._state(point, direction), NOWHERE))
        came: dict[int, int] = {}
        cheapest: dict[int, float] = {}
        while waiting:
            _, spent, state, before = heapq.heappop(waiting)
            if state in came:
                continue
            came[state] = before
            if state in goals:
                return spent, self._corners(state, came)
            # What can follow a place on a line: a turn, or the next piece of the line.
            direction, (i, j) = state & 1, divmod(state >> 1, wide)
            number, at, step = (i, j, 2) if direction else (j, i, 2 * wide)
            costs, left = lines[direction][number]
            steps = [(state ^ 1, bend, lines[1 - direction][at][1][number])]
            if at < len(costs):
                steps.append((state + step, costs[at], left[at + 1]))
            if at:
                steps.append((state - step, costs[at - 1], left[at - 1]))
            for following, cost, rest in steps:
                total = spent + cost
                if total + rest <= most and following not in came and total <= cheapest.get(following, LARGEST):
                    cheapest[following] = total
                    heapq.heappush(waiting, (total + rest, total, following, state))
        return INFINITE, []

    def _state(self, point: Point, direction: int) -> int:
        """The number of a place on a line and a direction."""
        i, j = self._place(point)
        return 2 * (i * len(self._vs) + j) + direction

    def _place(self, point: Point) -> tuple[int, int]:
        return bisect_left(self._us, point[0] - 1e-6), bisect_left(self._vs, point[1] - 1e-6)

    def _corners(self, state: int, came: dict[int, int]) -> list[Point]:
        found = [state]
        while (before := came[found[-1]]) != NOWHERE:
            found.append(before)
        places = (divmod(each >> 1, len(self._vs)) for each in reversed(found))
        return unbent([(self._us[i], self._vs[j]) for i, j in places])


class _Lines(dict[int, tuple[list[float], list[float]]]):
    """What the pieces of each line cost, and the least that is still to go from each of its places.

    That is the distance, and a bend where the end isn't straight on. They are lists, as reading a number from one takes
    a third of the time that it takes from an array; most lines are never looked at.
    """

    def __init__(self, costs: Grid, far: Sequence[float], aside: Sequence[float], bend: float) -> None:
        self._costs, self._far, self._aside, self._bend = costs, far, aside, bend

    def __missing__(self, number: int) -> tuple[list[float], list[float]]:
        aside = self._aside[number]
        turning = self._bend if aside else 0.0
        found = self._costs[number].tolist(), [each + aside + turning for each in self._far]
        self[number] = found
        return found


def unbent(points: Sequence[Point]) -> list[Point]:
    """The ends of a way with right angles, and the points where it turns.

    >>> unbent([(0, 0), (1, 0), (4, 0), (4, 0), (4, 2)])
    [(0, 0), (4, 0), (4, 2)]
    """
    corners = [points[0]]
    for point, after in pairwise(points[1:]):
        (x0, y0), (x1, y1) = corners[-1], point
        level = abs(y0 - y1) < 1e-9 and abs(y1 - after[1]) < 1e-9
        upright = abs(x0 - x1) < 1e-9 and abs(x1 - after[0]) < 1e-9
        if not level and not upright and point != after:
            corners.append(point)
    return [*corners, points[-1]]


def _beyond(places: Sequence[float], ends: Sequence[float]) -> list[float]:
    """How far each place is from where the ends are.

    >>> _beyond([0, 1, 2, 5], [1, 2])
    [1, 0, 0, 3]
    """
    return [max(min(ends) - place, place - max(ends), 0) for place in places]


def _sides(box: Box, gap: float) -> tuple[float, float, float, float]:
    left, above, right, below = box.reserve
    a, b = box.width / 2 + gap, box.height / 2 + gap
    return box.x - a - left, box.x + a + right, box.y - b - above, box.y + b + below
