"""Heat maps: large arrays as squares, one per entry."""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from graphviz_nn.graph.ir import Array
from graphviz_nn.graph.text import words
from graphviz_nn.style.numbers import FEW

# The most squares along an axis; on a longer axis, each square is the mean of a block.
MOST = 32
# The size of a square and the longest side, in font sizes; a vector isn't thinner than THIN.
SQUARE, SIDE, THIN = 0.8, 7.0, 1.0
# The number of shades on each side of 0.
SHADES = 10
# The line below a picture with heat maps.
KEY = words("heat maps: empty is 0, the strongest colour is farthest from it, smaller squares are below")

# The same below a network whose units are filled with their values.
UNITS = words("strongest colour: farthest from 0 in a column"), words("dashed: below 0")


@dataclass(frozen=True)
class HeatMap:
    """Rows of numbers as shades, the strongest for the number farthest from 0.

    `width` and `height` are in font sizes.
    """

    rows: tuple[tuple[float, ...], ...]

    @property
    def width(self) -> float:
        return max(len(self.rows[0]) * self._square, THIN)

    @property
    def height(self) -> float:
        return max(len(self.rows) * self._square, THIN)

    @property
    def shades(self) -> tuple[tuple[int | None, ...], ...]:
        """The shade of each entry, from -SHADES to SHADES; None if it isn't finite."""
        finite = [abs(value) for row in self.rows for value in row if isfinite(value)]
        most = max(finite, default=0.0) or 1.0
        return tuple(
            tuple(round(value / most * SHADES) if isfinite(value) else None for value in row) for row in self.rows
        )

    @property
    def _square(self) -> float:
        return min(SQUARE, SIDE / max(len(self.rows), len(self.rows[0])))


def heat_map(value: Array) -> HeatMap | None:
    """The heat map of a real array that is too large to write, with at most two axes longer than 1; otherwise None.

    A vector is a column. An axis of more than 32 entries shows means of blocks, as small as possible; an entry that
    isn't finite makes its block so.

    Examples
    --------
    >>> heat_map(np.array([[1.0, -2.0, 0.0, np.nan], [0.0, 0.0, 0.0, 0.5]])).shades
    ((5, -10, 0, None), (0, 0, 0, 2))
    >>> found = heat_map(np.ones((100, 4)))
    >>> len(found.rows), len(found.rows[0])
    (25, 4)
    >>> heat_map(np.ones(3)), heat_map(np.ones((2, 3, 4)))
    (None, None)
    """
    longer = [length for length in value.shape if length > 1]
    if value.size <= FEW or len(longer) > 2 or value.dtype.kind == "c":
        return None
    # A single row counts as one only if the last axis is the long one.
    shape = longer if len(longer) == 2 else [1, *longer] if value.ndim > 1 and value.shape[-1] > 1 else [*longer, 1]
    found = np.asarray(value, dtype=np.float64).reshape(shape)
    with np.errstate(all="ignore"):
        return HeatMap(tuple(tuple(map(float, row)) for row in _blocks(_blocks(found, 0), 1)))


def _blocks(found: Array, axis: int) -> Array:
    """The means of at most MOST blocks along an axis."""
    length = found.shape[axis]
    step = -(-length // MOST)
    parts = np.split(found, range(step, length, step), axis)
    return np.concatenate([part.mean(axis, keepdims=True) for part in parts], axis)
