"""Polynomials, with the coefficient of the highest power first."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops.floats import real
from graphviz_nn.ops.rules import array
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import VIEWS


@implements(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    value: Any = np.zeros_like(x)
    for coefficient in array(p):
        value = value * x + coefficient
    return value


def _longer(a1: Any, a2: Any) -> tuple[Any, Any]:
    """Both with zeros before the shorter one."""
    first, second = (np.atleast_1d(array(each)) for each in (a1, a2))
    length = max(np.size(first), np.size(second))
    one, other = (
        each if np.size(each) == length else np.pad(each, (length - np.size(each), 0)) for each in (first, second)
    )
    return one, other


@implements(np.polyadd)
def polyadd(a1: Any, a2: Any) -> Any:
    first, second = _longer(a1, a2)
    return first + second


@implements(np.polysub)
def polysub(a1: Any, a2: Any) -> Any:
    first, second = _longer(a1, a2)
    return first - second


@implements(np.polymul)
def polymul(a1: Any, a2: Any) -> Any:
    return np.convolve(np.atleast_1d(array(a1)), np.atleast_1d(array(a2)))


@implements(np.polyder)
def polyder(p: Any, m: int = 1) -> Any:
    _check("polyder", m)
    for _ in range(m):
        degree = np.size(p) - 1
        p = p[:-1] * np.arange(degree, 0, -1)
    return p


@implements(np.polyint)
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    _check("polyint", m)
    constants = np.broadcast_to(np.zeros(()) if k is None else array(k), (m,)) if m else ()
    for number in range(m):
        p = np.concatenate([p / np.arange(np.size(p), 0, -1), constants[number : number + 1]])
    return p


def _check(name: str, m: int) -> None:
    if not isinstance(m, int) or m < 0:
        raise ShapeError(f"{name} needs a whole number of at least 0, found {m!r}")


@implements(np.poly)
@function
def poly(seq_of_zeros: Any) -> Any:
    if np.ndim(seq_of_zeros) != 1:
        raise ShapeError(f"poly takes a vector of roots, found shape {np.shape(seq_of_zeros)}")
    roots = real(seq_of_zeros)
    found: Any = np.ones(1, roots.dtype)
    for root in roots:
        found = np.append(found, 0 * root) - np.append(0 * root, found) * root
    return found


@implements(np.polyfit)
@function
def polyfit(x: Any, y: Any, deg: int, *, w: Any = None) -> Any:
    """The coefficients with the least squares of errors."""
    if np.ndim(x) != 1 or np.shape(y)[:1] != np.shape(x) or not isinstance(deg, int):
        raise ShapeError(f"polyfit takes a vector of points and as many values, found {np.shape(x)} and {np.shape(y)}")
    powers, values = np.vander(array(x) * 1.0, deg + 1), array(y) * 1.0
    if w is not None:
        powers, values = powers * np.expand_dims(w, 1), (values.T * w).T
    lengths = np.sqrt(np.sum(powers * powers, axis=0))
    found = np.linalg.pinv(powers / lengths) @ values
    return (found.T / lengths).T if np.ndim(found) > 1 else found / lengths


# No integral is the polynomial itself.
VIEWS.add(np.polyint)
