"""Steps by hand for numba: loops over examples, with their numbers in registers."""

import struct
from collections.abc import Callable
from functools import partial
from typing import Any

import numba
import numpy as np

from workloads import Workload, scalars

Step = Callable[[], Any]


@numba.njit(error_model="numpy")
def small(x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    n, hidden, classes = len(x), len(b1), len(b2)
    dW1, db1, dW2, db2 = np.zeros_like(W1), np.zeros_like(b1), np.zeros_like(W2), np.zeros_like(b2)
    a, z, loss = np.empty(hidden), np.empty(classes), 0.0
    for e in range(n):
        for j in range(hidden):
            a[j] = np.tanh(x[e, 0] * W1[0, j] + x[e, 1] * W1[1, j] + b1[j])
        largest = -np.inf
        for k in range(classes):
            z[k] = b2[k]
            for j in range(hidden):
                z[k] += a[j] * W2[j, k]
            largest = max(largest, z[k])
        total = 0.0
        for k in range(classes):
            total += np.exp(z[k] - largest)
        for k in range(classes):
            shifted = z[k] - largest
            loss -= y[e, k] * (shifted - np.log(total))
            z[k] = (np.exp(shifted) / total - y[e, k]) / n
            db2[k] += z[k]
        for j in range(hidden):
            slope = 0.0
            for k in range(classes):
                dW2[j, k] += a[j] * z[k]
                slope += z[k] * W2[j, k]
            slope *= 1 - a[j] * a[j]
            db1[j] += slope
            dW1[0, j] += x[e, 0] * slope
            dW1[1, j] += x[e, 1] * slope
    return loss / n, dW1, db1, dW2, db2


@numba.njit(error_model="numpy")
def deep(x: Any, y: Any, w1: Any, w2: Any, w3: Any, d1: Any, d2: Any, d3: Any) -> Any:
    """The loss; gradients go to the arrays at the end. The bias is the last of each unit's weights."""
    n, wide = len(x), len(w1)
    a1, a2, g1, loss = np.empty(wide), np.empty(wide), np.empty(wide), 0.0
    d1[:], d2[:], d3[:] = 0.0, 0.0, 0.0
    for k in range(n):
        for j in range(wide):
            a1[j] = max(w1[j, 0] * x[k, 0] + w1[j, 1] * x[k, 1] + w1[j, 2], 0.0)
        out = w3[wide]
        for j in range(wide):
            z = w2[j, wide]
            for i in range(wide):
                z += w2[j, i] * a1[i]
            a2[j] = max(z, 0.0)
            out += w3[j] * a2[j]
        error = out - y[k]
        loss += error * error
        g = 2 * error / n
        d3[wide] += g
        g1[:] = 0.0
        for j in range(wide):
            d3[j] += g * a2[j]
            if a2[j] > 0.0:
                slope = g * w3[j]
                d2[j, wide] += slope
                for i in range(wide):
                    d2[j, i] += slope * a1[i]
                    g1[i] += slope * w2[j, i]
        for j in range(wide):
            if a1[j] > 0.0:
                d1[j, 2] += g1[j]
                d1[j, 0] += g1[j] * x[k, 0]
                d1[j, 1] += g1[j] * x[k, 1]
    return loss / n


DATA, UNITS = len(scalars.DATA), scalars.WIDTHS[1]
PARTS = (scalars.EXAMPLES, 2), (scalars.EXAMPLES,), (UNITS, 3), (UNITS, UNITS + 1), (UNITS + 1,)


def in_parts(numbers: Any, shapes: Any) -> list[Any]:
    """Parts of an array, which share its numbers."""
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    return [each.reshape(shape) for each, shape in zip(np.split(numbers, ends[:-1]), shapes, strict=True)]


def deep_of_numbers(work: Workload) -> Callable[..., tuple[float, ...]]:
    """The same, from single numbers to single numbers."""
    given, found = np.empty(DATA + len(work.parameters)), np.empty(1 + len(work.parameters))
    pack, unpack = struct.Struct(f"{len(given)}d").pack_into, struct.Struct(f"{len(found)}d").unpack_from
    arrays = *in_parts(given, PARTS), *in_parts(found[1:], PARTS[2:])

    def step(*numbers: float) -> tuple[float, ...]:
        pack(given, 0, *numbers)
        found[0] = deep(*arrays)
        return unpack(found)

    return step


def _as_they_are(work: Workload) -> tuple[Any, ...]:
    return *work.data.values(), *work.parameters.values()


def of_arrays(work: Workload) -> Step:
    """A step on arrays; that of single numbers takes and returns them in arrays, too."""
    if "x" in work.data:
        return partial(small, *_as_they_are(work))
    given = in_parts(np.array(_as_they_are(work)), PARTS)
    return partial(deep, *given, *map(np.empty_like, given[2:]))


def by_hand(work: Workload) -> Step:
    """A step that takes and returns what the workload's own does."""
    if "x" in work.data:
        return of_arrays(work)
    return partial(deep_of_numbers(work), *_as_they_are(work))
