"""Select the examples of each step."""

from collections.abc import Callable

import numpy as np

from graphviz_nn.data.seeds import seeded
from graphviz_nn.graph.ir import Array


def batches(count: int, size: int, seed: int) -> Callable[[int], Array | None]:
    """The examples of each step, counted from 0: all (None), or in each pass every example once, in random order.

    The selection depends only on seed and step, so a training can resume anywhere.

    Examples
    --------
    >>> rows = batches(5, 2, seed=0)
    >>> [len(rows(step)) for step in range(3)], sorted(int(i) for step in range(3) for i in rows(step))
    ([2, 2, 1], [0, 1, 2, 3, 4])
    """
    if size >= count:
        return lambda step: None
    each = steps_of_a_pass(count, size)
    order: tuple[int, Array] = -1, np.arange(0)

    def rows(step: int) -> Array:
        nonlocal order
        number, place = divmod(step, each)
        if order[0] != number:
            order = number, seeded(seed, number).permutation(count)
        return order[1][place * size : (place + 1) * size]

    return rows


def steps_of_a_pass(count: int, size: int) -> int:
    """The number of steps to see every example once.

    >>> steps_of_a_pass(5, 2)
    3
    """
    return -(-count // size)
