"""The QR decomposition, and eigenvalues of matrices that aren't symmetric."""

from typing import Any, NamedTuple

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.complex_numbers import conj
from graphviz_nn.ops.decomposition import Eigen, adjoint, between, by_adjoints, matrix, matrix_rule, square, transposed
from graphviz_nn.ops.many import Argument, batching
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.tracer import apply


def _tall(a: Shape) -> Shape:
    if matrix(a)[-2] < a[-1]:
        raise ShapeError(f"it takes a matrix with at least as many rows as columns, found shape {a}")
    return a


def _through(a: Any, q: Any, r: Any, q_bar: Any, inner: Any) -> Any:
    """The gradient of a, from that of the inner products of its columns; the diagonal of r is real."""
    below, diagonal = np.tril(inner, -1), np.real(inner) * np.eye(np.shape(inner)[-1], dtype=bool)
    symmetric = below + diagonal + adjoint(below)
    whole = q @ symmetric if q_bar is None else q_bar + q @ symmetric
    return adjoint(apply("solve", r, adjoint(whole)))


@by_adjoints
def _to_q(g: Any, y: Any, a: Any) -> Any:
    return _through(a, y, apply("qr_r", a), g, -(adjoint(g) @ y))


@by_adjoints
def _to_r(g: Any, y: Any, a: Any) -> Any:
    return _through(a, apply("qr_q", a), y, None, y @ adjoint(np.triu(g)))


matrix_rule("qr_q", lambda a: np.linalg.qr(a)[0], _tall, (_to_q,), glyph="Q")
matrix_rule(
    "qr_r",
    lambda a: np.linalg.qr(a)[1],
    lambda a: (*_tall(a)[:-2], a[-1], a[-1]),
    (_to_r,),
    glyph="R",
)


class Factors(NamedTuple):
    """The results of `qr`, with NumPy's names."""

    Q: Any
    R: Any


@implements(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    rows, columns = matrix(np.shape(a))[-2:]
    if mode not in ("reduced", "r") and not (mode == "complete" and rows <= columns):
        raise ShapeError(f"qr can be traced with mode='reduced' or mode='r', found {mode!r}")
    first = a[..., :rows] if rows < columns else a
    r = apply("qr_r", first)
    if mode == "r" and rows >= columns:
        return r
    q = apply("qr_q", first)
    if rows < columns:
        r = np.concatenate([r, adjoint(q) @ a[..., rows:]], axis=-1)
    return r if mode == "r" else Factors(q, r)


def _complex(values: Any) -> Any:
    return np.asarray(values).astype(np.result_type(values, np.complex64))


def _to_eigenvalues(g: Any, y: Any, a: Any) -> Any:
    vectors = apply("right_eigenvectors", a)
    return transposed(np.linalg.inv(vectors)) @ (np.expand_dims(g, -1) * transposed(vectors))


def _to_right_eigenvectors(g: Any, y: Any, a: Any) -> Any:
    """The vectors keep their length 1; their phase is arbitrary, so that no loss may depend on it."""
    along = np.real(np.sum(g * y, axis=-2, keepdims=True))
    inner = between(apply("eigvals", a)) * (transposed(y) @ (g - along * conj(y)))
    return transposed(np.linalg.inv(y)) @ inner @ transposed(y)


matrix_rule(
    "eigvals",
    lambda a: _complex(np.linalg.eigvals(a)),
    lambda a: square(a)[:-1],
    (_to_eigenvalues,),
    real=False,
    glyph=r"\mathrm{eigenvalues}",
)
matrix_rule(
    "right_eigenvectors",
    lambda a: _complex(np.linalg.eig(a)[1]),
    square,
    (_to_right_eigenvectors,),
    real=False,
    glyph=r"\mathrm{eigenvectors}",
)


@implements(np.linalg.eigvals)
def eigvals(a: Any) -> Any:
    return apply("eigvals", a)


@implements(np.linalg.eig)
def eig(a: Any) -> Eigen:
    return Eigen(apply("eigvals", a), apply("right_eigenvectors", a))


@batching("qr_q", "qr_r", "eigvals", "right_eigenvectors")
def _of_matrices(operation: str, size: int, a: Argument) -> Any:
    return apply(operation, a.value)
