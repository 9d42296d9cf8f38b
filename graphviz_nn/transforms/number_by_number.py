"""Matrix algorithms written out for arrays of traced numbers."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import partial, reduce
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Array

WHOLE = (
    "det_sign",
    "eigvals",
    "qr_q",
    "qr_r",
    "right_eigenvectors",
    "eigenvectors",
    "eigvalsh",
    "left_singular_vectors",
    "pinv",
    "right_singular_vectors",
    "singular_values",
)
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


def _turned(x: Any, turns: Fraction) -> Any:
    """A number times exp(2πi turns), without a factor of 1."""
    quarters = 4 * (turns % 1)
    if quarters in (0, 2):
        return -x if quarters else x
    if quarters in (1, 3):
        return x * (1j if quarters == 1 else -1j)
    return x * complex(np.exp(2j * np.pi * float(turns)))


def _sums(x: Array, axis: int, sign: int, count: int) -> Array:
    """The first frequencies along an axis."""
    rows = [object_array(row) for row in np.moveaxis(x, axis, 0)]
    turned = np.frompyfunc(_turned, 2, 1)
    found = [
        reduce(np.add, [turned(row, Fraction(sign * j * k, len(rows))) for j, row in enumerate(rows)])
        for k in range(count)
    ]
    return np.moveaxis(np.stack([object_array(each) for each in found]), 0, axis)


def _scaled(x: Array, shape: Iterable[int], norm: str, turned: bool) -> Array:
    count = prod(shape)
    power = {"backward": float(turned), "ortho": 0.5, "forward": float(not turned)}[norm]
    return x / count**power if power and count > 1 else x


def _spectrum(x: Array, axes: Sequence[int], norm: str = "backward", *, sign: int = -1) -> Array:
    shape = [x.shape[axis] for axis in axes]
    for axis in axes:
        x = _sums(x, axis, sign, x.shape[axis])
    return _scaled(x, shape, norm, sign > 0)


def _half_spectrum(x: Array, axes: Sequence[int], norm: str = "backward") -> Array:
    shape = [x.shape[axis] for axis in axes]
    x = _sums(x, axes[-1], -1, shape[-1] // 2 + 1)
    for axis in axes[:-1]:
        x = _sums(x, axis, -1, x.shape[axis])
    return _scaled(x, shape, norm, False)


def _of_half(x: Array, axes: Sequence[int], n: int, norm: str = "backward") -> Array:
    shape = [*(x.shape[axis] for axis in axes[:-1]), n]
    for axis in axes[:-1]:
        x = _sums(x, axis, 1, x.shape[axis])
    rows = [object_array(row) for row in np.moveaxis(x, axes[-1], 0)]
    turned = np.frompyfunc(_turned, 2, 1)
    found = []
    for k in range(n):
        terms = [_real(object_array(turned(row, Fraction(j * k, n)))) for j, row in enumerate(rows)]
        twice = [term if j in (0, n / 2) else term + term for j, term in enumerate(terms)]
        found.append(object_array(reduce(np.add, twice)))
    return _scaled(np.moveaxis(np.stack(found), 0, axes[-1]), shape, norm, True)


_real, _imag = (np.frompyfunc(part, 1, 1) for part in (np.real, np.imag))

NUMBER_BY_NUMBER: dict[str, Callable[..., Any]] = {
    "cholesky": lambda a: _each(_cholesky, a),
    "log_det": lambda a: np.frompyfunc(lambda det: np.log(np.abs(det)), 1, 1)(_each(_det, a)),
    "det": lambda a: _each(_det, a),
    "inv": lambda a: _each(_inv, a),
    "solve": lambda a, b: _each(_inv, a) @ b,
    "real": lambda z: _real(object_array(z)),
    "imag": lambda z: _imag(object_array(z)),
    "fftn": _spectrum,
    "ifftn": partial(_spectrum, sign=1),
    "rfftn": _half_spectrum,
    "irfftn": _of_half,
}
