"""Arrays on which layers are tried, and what layers give on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.errors import Error
from graphviz_nn.graph.ir import Array, Shape
from graphviz_nn.nn.formulas.meanings import MEANINGS, Meaning
from graphviz_nn.nn.formulas.roles import LABELS, Role

SCALES = (1.0, 0.3, 4.0, 60.0)
"""How widely arguments are tried; where the layer written out overflows, not at the last."""
KEPT = 1024
"""Arrays of more entries are drawn anew each time."""
NUMBERS = 64
"""So many numbers of each scale are tried at least: one alone may miss where a layer bends."""

Ranges: TypeAlias = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Sample:
    """Arguments that a layer may have.

    Parameters
    ----------
    ranges : tuple of pairs of numbers
        Between what each is tried.
    labels : tuple, optional
        The right classes, where they never change; they are the last argument, and no variable.
    """

    ranges: Ranges
    shapes: tuple[Shape, ...]
    labels: tuple[int, ...] | int | None = None

    @classmethod
    def of(cls, roles: tuple[Role, ...], shapes: tuple[Shape, ...], labels: Any = None) -> "Sample":
        return cls(tuple((role.low, role.high) for role in roles), shapes, labels)

    def meanings(self) -> tuple[Meaning, ...]:
        """The layers that take such arguments."""
        last = ((LABELS.low, LABELS.high),) if self.labels is not None else ()
        return _meanings((*self.ranges, *last))

    @property
    def largest(self) -> int:
        """How many entries the largest argument has."""
        return max(map(prod, self.shapes), default=1)

    def rounds(self, meaning: Meaning) -> Iterator[int]:
        """The numbers of the draws that tell whether it is this layer, after the first."""
        times = len(SCALES) * -(-NUMBERS // max(self.largest, 1))
        return (each for each in range(1, times) if not meaning.replaces or SCALES[each % len(SCALES)] < SCALES[-1])

    def arrays(self, draw: int) -> tuple[Array, ...]:
        """The arguments, drawn at one of the scales."""
        drawn = _drawn if self.largest <= KEPT else _drawn.__wrapped__
        return drawn(self.ranges, self.shapes, draw)

    def defined(self, meaning: Meaning, number: float | None, draw: int) -> Array | None:
        """What a layer gives for these; None where it doesn't take them."""
        defined = _defined if self.largest <= KEPT else _defined.__wrapped__
        return defined(self, meaning, number, draw)


@lru_cache(maxsize=64)
def _meanings(ranges: Ranges) -> tuple[Meaning, ...]:
    return tuple(each for each in MEANINGS if tuple((role.low, role.high) for role in each.roles) == ranges)


@lru_cache(maxsize=1024)
def _drawn(ranges: Ranges, shapes: tuple[Shape, ...], draw: int) -> tuple[Array, ...]:
    random = np.random.default_rng(draw)
    found: list[Array] = []
    for (low, high), shape in zip(ranges, shapes, strict=True):
        if low == high:
            found.append(np.asarray(random.integers(0, max(min(shapes[0], default=1), 1), shape)))
        else:
            wide = SCALES[draw % len(SCALES)] if low < 0 else 1.0
            found.append(np.asarray(random.uniform(low * wide, high * wide, shape)))
    return tuple(found)


@lru_cache(maxsize=8192)
def _defined(sample: Sample, meaning: Meaning, number: float | None, draw: int) -> Array | None:
    arrays = [*sample.arrays(draw), *(() if sample.labels is None else (np.array(sample.labels),))]
    options = {} if number is None else {meaning.number: number}
    try:
        with np.errstate(all="ignore"):
            return np.asarray(meaning.definition(*arrays, **options))
    except (Error, ValueError, IndexError, TypeError):
        return None


def same(one: Array | None, other: Array | None) -> bool:
    """Whether two arrays agree where what is written doesn't overflow; a loss may have shape (1, 1)."""
    if one is None or other is None or (one.shape != other.shape and not one.size == other.size == 1):
        return False
    # One entry tells most of them apart.
    first, second = float(one.flat[0]), float(other.flat[0])
    if np.isfinite(first) and abs(first - second) > 1e-9 * abs(second) + 1e-11:
        return False
    one, other = one.ravel(), other.ravel()
    finite = np.isfinite(one)
    return bool(finite.any() and np.allclose(one[finite], other[finite], rtol=1e-9, atol=1e-11))
