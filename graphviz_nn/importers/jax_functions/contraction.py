"""Sums of products over axes: matrix products where they are ones, otherwise einsum."""

import string
from typing import Any

import numpy as np


def dot_general(x: Any, y: Any, *, dimension_numbers: Any, **_: Any) -> Any:
    """Batch axes first, then the axes of x that stay, then those of y."""
    (of_x, of_y), (batch_x, batch_y) = (tuple(map(tuple, each)) for each in dimension_numbers)
    free_x = [i for i in range(np.ndim(x)) if i not in (*of_x, *batch_x)]
    free_y = [i for i in range(np.ndim(y)) if i not in (*of_y, *batch_y)]
    if len(of_x) == 1 and not batch_x and np.ndim(y) <= 2 and np.ndim(x):
        # Rows by a matrix of weights.
        x = x if of_x[0] == np.ndim(x) - 1 else np.moveaxis(x, of_x[0], -1)
        return x @ (np.transpose(y) if of_y[0] == 1 else y)
    if len(of_x) == 1 and not batch_x and np.ndim(x) == 2 and np.ndim(y) == 1:
        return (np.transpose(x) if of_x[0] == 0 else x) @ y
    if len(of_x) == len(free_x) == len(free_y) == 1 and batch_x:
        return _in_batches(x, y, (*batch_x, free_x[0], of_x[0]), (*batch_y, free_y[0], of_y[0]))
    letters = iter(string.ascii_letters)
    names_x, names_y = ([""] * np.ndim(each) for each in (x, y))
    for i, j in zip((*batch_x, *of_x), (*batch_y, *of_y), strict=True):
        names_x[i] = names_y[j] = next(letters)
    for names, free in ((names_x, free_x), (names_y, free_y)):
        for i in free:
            names[i] = next(letters)
    found = [names_x[i] for i in (*batch_x, *free_x)] + [names_y[j] for j in free_y]
    return np.einsum(f"{''.join(names_x)},{''.join(names_y)}->{''.join(found)}", x, y)


def _in_batches(x: Any, y: Any, order_x: tuple[int, ...], order_y: tuple[int, ...]) -> Any:
    """x · yᵀ in each batch; the factor that needs no transpose comes first, as one would write it."""
    last = len(order_x) - 1
    straight_x, straight_y = order_x[last] > order_x[last - 1], order_y[last] > order_y[last - 1]
    if not straight_x and straight_y:
        return np.swapaxes(_in_batches(y, x, order_y, order_x), -1, -2)
    first = x if order_x == tuple(range(last + 1)) else np.transpose(x, order_x)
    if straight_y:
        second = y if order_y == tuple(range(last + 1)) else np.transpose(y, order_y)
        return first @ np.swapaxes(second, -1, -2)
    turned = (*order_y[:-2], order_y[-1], order_y[-2])
    return first @ (y if turned == tuple(range(last + 1)) else np.transpose(y, turned))
