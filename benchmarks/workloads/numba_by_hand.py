"""Steps by hand for numba: loops over examples, with their numbers in registers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from workloads import Workload, scalars


@dataclass(frozen=True)
class Step:
    """A compiled step, and how it takes a workload's arrays."""

    run: Callable[..., Any]
    arranged: Callable[[Workload], tuple[Any, ...]]


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
def deep(x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any, w3: Any, b3: Any) -> Any:
    n, wide = len(x), len(b1)
    d1, e1, d2, e2, d3, e3 = (
        np.zeros_like(W1), np.zeros_like(b1), np.zeros_like(W2), np.zeros_like(b2), np.zeros_like(w3), 0.0,
    )  # fmt: skip
    a1, a2, g1, loss = np.empty(wide), np.empty(wide), np.empty(wide), 0.0
    for k in range(n):
        for j in range(wide):
            a1[j] = max(W1[j, 0] * x[k, 0] + W1[j, 1] * x[k, 1] + b1[j], 0.0)
        out = b3
        for j in range(wide):
            z = b2[j]
            for i in range(wide):
                z += W2[j, i] * a1[i]
            a2[j] = max(z, 0.0)
            out += w3[j] * a2[j]
        error = out - y[k]
        loss += error * error
        g = 2 * error / n
        e3 += g
        g1[:] = 0.0
        for j in range(wide):
            d3[j] += g * a2[j]
            if a2[j] > 0.0:
                slope = g * w3[j]
                e2[j] += slope
                for i in range(wide):
                    d2[j, i] += slope * a1[i]
                    g1[i] += slope * W2[j, i]
        for j in range(wide):
            if a1[j] > 0.0:
                e1[j] += g1[j]
                d1[j, 0] += g1[j] * x[k, 0]
                d1[j, 1] += g1[j] * x[k, 1]
    return loss / n, d1, e1, d2, e2, d3, e3


def _as_arrays(work: Workload) -> tuple[Any, ...]:
    """Single numbers as arrays."""
    w, sizes = work.parameters, scalars.WIDTHS
    found: list[Any] = []
    for n in range(len(sizes) - 1):
        units, inputs = range(sizes[n + 1]), range(sizes[n])
        found.append(np.array([[w[scalars.named(n, j, i)] for i in inputs] for j in units]))
        found.append(np.array([w[scalars.named(n, j, sizes[n])] for j in units]))
    x, y, _ = scalars.arranged({**work.data, **w})
    return np.array(x), np.array(y), *found[:4], found[4][0], float(found[5][0])


def _as_they_are(work: Workload) -> tuple[Any, ...]:
    return *work.data.values(), *work.parameters.values()


BY_HAND = {"a": Step(small, _as_they_are), "b": Step(small, _as_they_are), "g": Step(deep, _as_arrays)}
