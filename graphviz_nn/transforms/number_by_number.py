"""Matrix algorithms written out for arrays of traced numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Array

WHOLE = ("eigenvectors", "eigvalsh", "left_singular_vectors", "pinv", "right_singular_vectors", "singular_values")
"""Operations computed by iteration, not by a formula."""


def _each(step: Callable[[Array], Any], a: Array) -> Array:
    """Apply a step to every matrix of a stack."""
    if a.ndim == 2:
        return object_array(step(a))
    return np.stack([_each(step, matrix) for matrix in a])


def object_array(value: Any) -> Array:
    """A value, which may be traced, as an array of objects."""
    if isinstance(value, np.ndarray):
        return value
    found = np.empty((), object)
    found[()] = value
    return found


def _without(a: Array, row: int, column: int) -> Array:
    return np.delete(np.delete(a, row, 0), column, 1)


def _det(a: Array) -> Any:
    """The determinant, by expansion along the first row."""
    if not len(a):
        return 1.0
    if len(a) == 1:
        return a[0, 0]
    terms = [a[0, j] * _det(_without(a, 0, j)) for j in range(len(a))]
    total = terms[0]
    for j, term in enumerate(terms[1:], 1):
        total = total - term if j % 2 else total + term
    return total


def _inv(a: Array) -> Array:
    """The inverse: the transposed cofactors, divided by the determinant."""
    whole = _det(a)
    found = np.empty(a.shape, object)
    for i, j in np.ndindex(a.shape):
        cofactor = _det(_without(a, j, i))
        found[i, j] = (-cofactor if (i + j) % 2 else cofactor) / whole
    return found


def _cholesky(a: Array) -> Array:
    found = np.zeros(a.shape, object)
    for i in range(len(a)):
        for j in range(i + 1):
            rest = a[i, j]
            for k in range(j):
                rest = rest - found[i, k] * found[j, k]
            found[i, j] = np.sqrt(rest) if i == j else rest / found[j, j]
    return found


NUMBER_BY_NUMBER: dict[str, Callable[..., Any]] = {
    "cholesky": lambda a: _each(_cholesky, a),
    "det": lambda a: _each(_det, a),
    "inv": lambda a: _each(_inv, a),
    "solve": lambda a, b: _each(_inv, a) @ b,
}
