"""Select the examples of each step."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from graphviz_nn.data.seeds import seeded
from graphviz_nn.graph.ir import Array


class Batch(NamedTuple):
    """The examples of a step: a part of an order of all examples."""

    order: Array
    start: int
    stop: int

    @property
    def rows(self) -> Array:
        """Their numbers."""
        return self.order[self.start : self.stop]


def batches(count: int, size: int, seed: int) -> Callable[[int], Batch | None]:
    """The examples of each step, counted from 0: all (None), or in each pass every example once, in random order.

    The selection depends only on seed and step, so a training can resume anywhere. The steps of a pass share its order.

    Examples
    --------
    >>> batch = batches(5, 2, seed=0)
    >>> [len(batch(step).rows) for step in range(3)], sorted(int(i) for step in range(3) for i in batch(step).rows)
    ([2, 2, 1], [0, 1, 2, 3, 4])
    """
    if size >= count:
        return lambda step: None
    each = steps_of_a_pass(count, size)
    order: tuple[int, Array] = -1, np.arange(0)

    def batch(step: int) -> Batch:
        nonlocal order
        number, place = divmod(step, each)
        if order[0] != number:
            order = number, seeded(seed, number).permutation(count)
        return Batch(order[1], place * size, min((place + 1) * size, count))

    return batch


def steps_of_a_pass(count: int, size: int) -> int:
    """The number of steps to see every example once.

    >>> steps_of_a_pass(5, 2)
    3
    """
    return -(-count // size)
