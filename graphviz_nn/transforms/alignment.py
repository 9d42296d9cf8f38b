"""Align two sequences so that what corresponds is paired, in order."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from graphviz_nn.graph.ir import Array

# What the first part without a counterpart costs, and each that follows it: long gaps are better than many.
OPEN, FURTHER = 3.0, 0.25
# Less than any sum of scores.
NEVER = -1e9

Scores: TypeAlias = Callable[[int], Array]
"""For a place in the first sequence, how well it goes with each place in the second; `NEVER` if not at all."""


def alignment(scores: Scores, first: int, second: int) -> list[tuple[int, int]]:
    """The pairs of places of two sequences of these lengths whose scores are the highest in all, in order.

    Where several are as good, what has no counterpart comes last.

    Source: O. Gotoh, An improved algorithm for matching biological sequences, 1982.

    Parameters
    ----------
    scores : callable
        As `Scores`.
    first, second : int
        The lengths.

    Examples
    --------
    >>> one, other = np.array(list("abbd")), np.array(list("abbbd"))
    >>> alignment(lambda place: np.where(other == one[place], 1.0, NEVER), 4, 5)
    [(0, 0), (1, 1), (2, 2), (3, 4)]
    """
    places = np.arange(second + 1)
    # A way ends with a pair, or with a gap in the second sequence; or, within a row, with one in the first.
    best = -OPEN - FURTHER * (places - 1.0)
    best[0] = 0.0
    down = np.full(second + 1, NEVER)
    ways = np.zeros((first + 1, second + 1), np.uint8)
    ways[0] = ACROSS | ON_ACROSS
    ways[0, :2] = ACROSS
    for place in range(first):
        goes_on = down - FURTHER >= best - OPEN
        down = np.where(goes_on, down - FURTHER, best - OPEN)
        pairs = np.full(second + 1, NEVER)
        pairs[1:] = best[:-1] + scores(place)
        ends = np.maximum(pairs, down)
        # The best beginning of a gap before each place, as all gaps there grow alike.
        begun = np.maximum.accumulate(ends - OPEN + FURTHER * (places + 1.0))
        across = np.full(second + 1, NEVER)
        across[1:] = begun[:-1] - FURTHER * places[1:]
        goes_on_across = np.zeros(second + 1, bool)
        goes_on_across[1:] = across[1:] > ends[:-1] - OPEN
        best = np.maximum(ends, across)
        ways[place + 1] = (
            np.where(across >= ends, ACROSS, np.where(down >= pairs, DOWN, PAIR))
            | np.where(goes_on, ON_DOWN, 0)
            | np.where(goes_on_across, ON_ACROSS, 0)
        )
    return _followed(ways)


PAIR, DOWN, ACROSS, ON_DOWN, ON_ACROSS = 0, 1, 2, 4, 8


def _followed(ways: Array) -> list[tuple[int, int]]:
    """The pairs on the best way, from its end."""
    i, j = (length - 1 for length in ways.shape)
    found, way = list[tuple[int, int]](), None
    while i > 0 or j > 0:
        code = int(ways[i, j])
        way = code & 3 if way is None else way
        if way == PAIR:
            i, j, way = i - 1, j - 1, None
            found.append((i, j))
        elif way == DOWN:
            i, way = i - 1, DOWN if code & ON_DOWN else None
        else:
            j, way = j - 1, ACROSS if code & ON_ACROSS else None
    return found[::-1]
