"""Sample arguments to try layers on, and the results of layers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import isfinite, prod
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.errors import Error
from graphviz_nn.graph.ir import Array, Shape
from graphviz_nn.nn.formulas.meanings import MEANINGS, Meaning
from graphviz_nn.nn.formulas.roles import LABELS, Role
from graphviz_nn.transforms.steps import soft

NARROW = 4.0
"""Arguments at most twice this far from 0 don't overflow in any formula."""
SCALES = (1.0, 0.3, NARROW, 60.0)
"""The scales of arguments to try; the last may cost a formula digits."""
WIDER = (16.0, 64.0, 256.0, 1e3, 1e4, 1e6, 1e9)
"""Further scales to try, until every branch has been taken."""
KEPT = 1024
"""Arrays of more entries aren't cached."""
NUMBERS = 64
"""The least count of numbers to try at each scale; a single one may miss a kink."""

Ranges: TypeAlias = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Draw:
    """A choice of arguments: its `scale`, and a `turn` that numbers the draws of a scale."""

    scale: float
    turn: int = 0

    @property
    def is_wide(self) -> bool:
        return self.scale > NARROW


FIRST = Draw(SCALES[0])


@dataclass(frozen=True)
class Sample:
    """Possible arguments of a layer.

    Parameters
    ----------
    ranges : tuple of pairs of numbers
        The range of each argument.
    labels : tuple, optional
        The right classes, if they are constant; they are the last argument, and not a variable.
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

    @cached_property
    def largest(self) -> int:
        """The number of entries of the largest argument."""
        return max(map(prod, self.shapes), default=1)

    def turns(self, scale: float) -> Iterator[Draw]:
        """Enough draws of a scale to try enough numbers."""
        return (Draw(scale, turn) for turn in range(-(-NUMBERS // max(self.largest, 1))))

    def draws(self, meaning: Meaning, numbers: Iterable[float]) -> Iterator[Draw]:
        """The draws that identify a layer; large or small numbers in the formula add their scales."""
        scales = list(SCALES)
        for each in (size for number in numbers if soft(number) for size in (abs(number), 1 / abs(number))):
            if np.isfinite(each) and not any(0.1 <= each / scale <= 1 for scale in scales):
                scales.append(each)
        return (draw for scale in scales if not (meaning.replaces and scale > NARROW) for draw in self.turns(scale))

    def arrays(self, draw: Draw) -> tuple[Array, ...]:
        """The arguments of a draw."""
        drawn = _drawn if self.largest <= KEPT else _drawn.__wrapped__
        return drawn(self.ranges, self.shapes, draw)

    def defined(self, meaning: Meaning, number: float | None, draw: Draw) -> Array | None:
        """The result of a layer for these arguments; None if it doesn't accept them."""
        defined = _defined if self.largest <= KEPT else _defined.__wrapped__
        return defined(self, meaning, number, draw)


@lru_cache(maxsize=64)
def _meanings(ranges: Ranges) -> tuple[Meaning, ...]:
    return tuple(each for each in MEANINGS if tuple((role.low, role.high) for role in each.roles) == ranges)


@lru_cache(maxsize=1024)
def _drawn(ranges: Ranges, shapes: tuple[Shape, ...], draw: Draw) -> tuple[Array, ...]:
    random = np.random.default_rng((draw.turn, *draw.scale.as_integer_ratio()))
    found: list[Array] = []
    for (low, high), shape in zip(ranges, shapes, strict=True):
        if low == high:
            found.append(np.asarray(random.integers(0, max(min(shapes[0], default=1), 1), shape)))
        else:
            wide = draw.scale if low < 0 else 1.0
            numbers = random.uniform(low * wide, high * wide, shape)
            if draw != FIRST and (low < 0 or draw.is_wide):
                # Kinks lie at whole numbers, where arguments are also equal; 0 and 1 are the limits of probabilities.
                numbers = np.where(random.random(shape) < 0.25, np.round(numbers), numbers)
            found.append(np.asarray(numbers))
    return tuple(found)


@lru_cache(maxsize=8192)
def _defined(sample: Sample, meaning: Meaning, number: float | None, draw: Draw) -> Array | None:
    arrays = [*sample.arrays(draw), *(() if sample.labels is None else (np.array(sample.labels),))]
    options = {} if number is None else {meaning.number: number}
    try:
        with np.errstate(all="ignore"):
            return np.asarray(meaning.definition(*arrays, **options))
    except (Error, ValueError, IndexError, TypeError):
        return None


def same(written: Array | None, defined: Array | None, may_fail: bool = False) -> bool:
    """Whether a formula gives a layer's numbers, all of them; a loss may have shape (1, 1).

    Parameters
    ----------
    may_fail : bool
        Whether only finite numbers count, since the formula may overflow this far from 0.
    """
    if written is None or defined is None:
        return False
    if written.shape != defined.shape and not written.size == defined.size == 1:
        return False
    # A single entry distinguishes most of them.
    one, other = float(written.flat[0]), float(defined.flat[0])
    if isfinite(other) and not abs(one - other) <= 1e-9 * abs(other) + 1e-11 and not (may_fail and not isfinite(one)):
        return False
    written, defined = written.ravel(), defined.ravel()
    told = np.isfinite(defined)
    if may_fail:
        told &= np.isfinite(written)
    return may_fail if not told.any() else np.allclose(written[told], defined[told], rtol=1e-9, atol=1e-11)
