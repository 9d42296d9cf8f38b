"""Sums of products over axes: matrix products where they are ones, otherwise einsum."""

import string
from typing import Any

import numpy as np

from graphviz_nn.importers.jax_functions.late import Permuted, now


def dot_general(x: Any, y: Any, dimension_numbers: Any) -> tuple[Any, bool]:
    """Batch axes first, then the axes of x that stay, then those of y; and whether the last two are exchanged."""
    (of_x, of_y), (batch_x, batch_y) = dimension_numbers
    x, of_x, batch_x, free_x = _straight(x, of_x, batch_x)
    y, of_y, batch_y, free_y = _straight(y, of_y, batch_y)
    if len(of_x) == 1 and not batch_x and np.ndim(y) <= 2:
        # Rows by a matrix of weights; a vector alone is multiplied from the right, or from the left.
        return _turned(x, (*free_x, *of_x)) @ (np.transpose(y) if of_y[0] == 1 else y), False
    if len(of_x) == len(free_x) == len(free_y) == 1 and batch_x:
        return _in_batches(x, y, (*batch_x, *free_x, *of_x), (*batch_y, *free_y, *of_y))
    letters = iter(string.ascii_letters)
    names_x, names_y = ([""] * np.ndim(each) for each in (x, y))
    for i, j in zip((*batch_x, *of_x), (*batch_y, *of_y), strict=True):
        names_x[i] = names_y[j] = next(letters)
    for names, free in ((names_x, free_x), (names_y, free_y)):
        for i in free:
            names[i] = next(letters)
    found = [names_x[i] for i in (*batch_x, *free_x)] + [names_y[j] for j in free_y]
    return np.einsum(f"{''.join(names_x)},{''.join(names_y)}->{''.join(found)}", x, y), False


def _straight(x: Any, contracted: Any, batch: Any) -> tuple[Any, list[int], list[int], list[int]]:
    """A factor before its axes are exchanged, with its contracted axes, its batch axes and those that stay."""
    order = x.order if isinstance(x, Permuted) else range(np.ndim(x))
    x = x.source if isinstance(x, Permuted) else now(x)
    contracted, batch = [order[i] for i in contracted], [order[i] for i in batch]
    return x, contracted, batch, [i for i in order if i not in (*contracted, *batch)]


def _turned(x: Any, order: tuple[int, ...]) -> Any:
    return x if order == tuple(range(len(order))) else np.transpose(x, order)


def _in_batches(x: Any, y: Any, order_x: tuple[int, ...], order_y: tuple[int, ...]) -> tuple[Any, bool]:
    """x · yᵀ in each batch; the factor that needs no transpose comes first, as one would write it."""
    straight_x, straight_y = order_x[-1] > order_x[-2], order_y[-1] > order_y[-2]
    if not straight_x and straight_y:
        return _in_batches(y, x, order_y, order_x)[0], True
    first = _turned(x, order_x)
    if straight_y:
        return first @ np.swapaxes(_turned(y, order_y), -1, -2), False
    return first @ _turned(y, (*order_y[:-2], order_y[-1], order_y[-2])), False
