"""Decompositions and inverses of matrices; leading axes are those of a stack of matrices.

Like NumPy's, `cholesky` and `eigh` read only the lower triangle, of a complex matrix without the imaginary parts of the
diagonal, and so do their gradients.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.complex_numbers import conj
from graphviz_nn.ops.many import Argument, batching
from graphviz_nn.tracing.registry import Rule, implements, inexact, op
from graphviz_nn.tracing.tracer import apply


def transposed(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


_T = transposed


def square(a: Shape) -> Shape:
    if len(a) < 2 or a[-1] != a[-2]:
        raise ShapeError(f"it takes a square matrix, found shape {a}")
    return a


def matrix(a: Shape) -> Shape:
    if len(a) < 2:
        raise ShapeError(f"it takes a matrix, found shape {a}")
    return a


def _solved(a: Shape, b: Shape) -> Shape:
    square(a)
    if len(b) < 2 or b[-2] != a[-1]:
        raise ShapeError(f"can't solve a matrix of shape {a} for shape {b}, which needs {a[-1]} rows")
    try:
        return (*np.broadcast_shapes(a[:-2], b[:-2]), *b[-2:])
    except ValueError:
        raise ShapeError(f"the leading axes of {a} and {b} can't be broadcast together") from None


def adjoint(x: Any) -> Any:
    return conj(transposed(x))


def by_adjoints(rule: Rule) -> Rule:
    """A rule from the literature, whose gradients of complex matrices are the conjugates of ours."""
    return lambda g, y, *arguments: conj(rule(conj(g), y, *arguments))


def _lower(x: Any) -> Any:
    """The lower triangle of a symmetric gradient: twice the entries below the diagonal."""
    size = np.shape(x)[-1]
    weights = np.tril(np.full((size, size), 2.0), -1) + np.eye(size)
    return (x + adjoint(x)) * 0.5 * weights.astype(x.dtype)


def between(values: Any) -> Any:
    """1 / (value j - value i), and 0 on the diagonal."""
    size = np.shape(values)[-1]
    apart = np.expand_dims(values, -2) - np.expand_dims(values, -1)
    return np.where(np.eye(size, dtype=bool), 0, 1 / np.where(np.eye(size, dtype=bool), 1, apart))


@by_adjoints
def _to_cholesky(g: Any, y: Any, a: Any) -> Any:
    size = np.shape(a)[-1]
    half = (np.tril(np.ones((size, size))) - 0.5 * np.eye(size)).astype(a.dtype)
    inner = half * (adjoint(y) @ np.tril(g))
    inverse = np.linalg.inv(y)
    return _lower(adjoint(inverse) @ inner @ inverse)


@by_adjoints
def _to_eigenvectors(g: Any, y: Any, a: Any) -> Any:
    values = apply("eigvalsh", a)
    return _lower(y @ (between(values) * (adjoint(y) @ g)) @ adjoint(y))


@by_adjoints
def _to_pseudoinverse(g: Any, y: Any, a: Any) -> Any:
    rows, columns = np.shape(a)[-2:]
    first = np.eye(rows).astype(a.dtype) - a @ y
    second = np.eye(columns).astype(a.dtype) - y @ a
    return first @ adjoint(g) @ y @ adjoint(y) + adjoint(y) @ y @ adjoint(g) @ second - adjoint(y) @ g @ adjoint(y)


@by_adjoints
def _to_eigenvalues(g: Any, y: Any, a: Any) -> Any:
    vectors = apply("eigenvectors", a)
    return _lower(vectors * np.expand_dims(g, -2) @ adjoint(vectors))


@by_adjoints
def _to_singular_values(g: Any, y: Any, a: Any) -> Any:
    return apply("left_singular_vectors", a) * np.expand_dims(g, -2) @ apply("right_singular_vectors", a)


@by_adjoints
def _to_left(g: Any, y: Any, a: Any) -> Any:
    """The gradient through the left singular vectors."""
    values, right = apply("singular_values", a), apply("right_singular_vectors", a)
    inner = between(values**2) * (adjoint(y) @ g - adjoint(g) @ y)
    inside = y @ (inner * np.expand_dims(values, -2)) @ right
    return inside + (g - y @ (adjoint(y) @ g)) / np.expand_dims(values, -2) @ right


@by_adjoints
def _to_right(g: Any, y: Any, a: Any) -> Any:
    """The gradient through the right singular vectors, which are rows.

    Source
    ------
    Z.-Q. Wan and S.-X. Zhang, Automatic differentiation for complex valued SVD, arXiv:1909.02659.
    """
    values, left = apply("singular_values", a), apply("left_singular_vectors", a)
    inner = between(values**2) * (y @ adjoint(g) - g @ adjoint(y))
    inside = left @ (np.expand_dims(values, -1) * inner) @ y
    found = inside + left @ ((g - (g @ adjoint(y)) @ y) / np.expand_dims(values, -1))
    if a.dtype.kind != "c":
        return found
    # A phase common to both vectors of a pair is arbitrary.
    phases = np.imag(np.sum(g * conj(y), axis=-1)) / values
    return found + left @ (1j * np.expand_dims(phases, -1) * y)


def _smaller(a: Shape) -> int:
    return min(matrix(a)[-2:])


def _taken_apart(number: int, **options: Any) -> Callable[[Any], Any]:
    return lambda a: np.linalg.svd(a, full_matrices=False)[number]


def _solvable(*dtypes: Any, **_: Any) -> np.dtype[Any]:
    """NumPy's matrix routines have two precisions."""
    found = inexact(*dtypes)
    if found == np.float16:
        raise ShapeError("it has no float16 version; write x.astype('float32')")
    return found


def matrix_rule(name: str, kernel: Any, shape: Any, vjp: Any, *, real: bool | None = None, **more: Any) -> None:
    """Register an operation on matrices.

    Parameters
    ----------
    real : bool, optional
        Whether the result is real, or complex, whatever the matrix is; default as the matrix.
    """

    def dtype(*dtypes: Any, **_: Any) -> np.dtype[Any]:
        found = _solvable(*dtypes)
        if real is None:
            return found
        return np.zeros((), found).real.dtype if real else np.result_type(found, np.complex64)

    op(
        name,
        kernel,
        shape,
        vjp,
        dtype=dtype,
        category="linear algebra",
        **more,
    )


matrix_rule(
    "inv", np.linalg.inv, square, (lambda g, y, a: -(_T(y) @ g @ _T(y)),), tex="{0}^{{-1}}", glyph=r"(\cdot)^{-1}"
)
matrix_rule(
    "solve",
    np.linalg.solve,
    _solved,
    (lambda g, y, a, b: -(apply("solve", _T(a), g) @ _T(y)), lambda g, y, a, b: apply("solve", _T(a), g)),
    tex=r"{0}^{{-1}}\, {1}",
)
matrix_rule(
    "det",
    np.linalg.det,
    lambda a: square(a)[:-2],
    (lambda g, y, a: np.reshape(g * y, (*np.shape(y), 1, 1)) * _T(np.linalg.inv(a)),),
)
matrix_rule("cholesky", np.linalg.cholesky, square, (_to_cholesky,))
matrix_rule(
    "eigvalsh",
    np.linalg.eigvalsh,
    lambda a: square(a)[:-1],
    (_to_eigenvalues,),
    real=True,
    glyph=r"\mathrm{eigenvalues}",
)
matrix_rule("eigenvectors", lambda a: np.linalg.eigh(a)[1], square, (_to_eigenvectors,))
matrix_rule(
    "singular_values",
    _taken_apart(1),
    lambda a: (*a[:-2], _smaller(a)),
    (_to_singular_values,),
    real=True,
)
matrix_rule("left_singular_vectors", _taken_apart(0), lambda a: (*a[:-1], _smaller(a)), (_to_left,))
matrix_rule("right_singular_vectors", _taken_apart(2), lambda a: (*a[:-2], _smaller(a), a[-1]), (_to_right,))
matrix_rule(
    "pinv",
    np.linalg.pinv,
    lambda a: (*matrix(a)[:-2], a[-1], a[-2]),
    (_to_pseudoinverse,),
    tex="{0}^{{+}}",
)

for _name in ("inv", "det", "eigvalsh"):

    @implements(getattr(np.linalg, _name))
    def _one(a: Any, *, name: str = _name) -> Any:
        return apply(name, a)


@implements(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    return adjoint(apply("cholesky", adjoint(a))) if upper else apply("cholesky", a)


@implements(np.linalg.pinv)
def pinv(a: Any) -> Any:
    return apply("pinv", a)


@implements(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    if np.ndim(b) == 1:
        return apply("solve", a, np.reshape(b, (-1, 1)))[..., 0]
    return apply("solve", a, b)


class Eigen(NamedTuple):
    """The results of `eigh`, with NumPy's names."""

    eigenvalues: Any
    eigenvectors: Any


class Singular(NamedTuple):
    """The results of `svd`, with NumPy's names."""

    U: Any
    S: Any
    Vh: Any


@implements(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Eigen:  # noqa: N803 (NumPy's name)
    a = adjoint(a) if UPLO.upper() == "U" else a
    return Eigen(apply("eigvalsh", a), apply("eigenvectors", a))


@implements(np.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    values = apply("singular_values", a)
    if not compute_uv:
        return values
    if full_matrices and np.shape(a)[-1] != np.shape(a)[-2]:
        raise ShapeError("svd can be traced with full_matrices=False, or without vectors: compute_uv=False")
    return Singular(apply("left_singular_vectors", a), values, apply("right_singular_vectors", a))


@implements(np.linalg.svdvals)
def svdvals(x: Any, /) -> Any:
    return apply("singular_values", x)


@batching(
    "inv",
    "det",
    "cholesky",
    "eigvalsh",
    "eigenvectors",
    "singular_values",
    "left_singular_vectors",
    "right_singular_vectors",
    "pinv",
)
def _of_matrices(operation: str, size: int, a: Argument) -> Any:
    return apply(operation, a.value)


@batching("solve")
def _solve(size: int, a: Argument, b: Argument) -> Any:
    axes = max(len(a.shape), len(b.shape))
    return apply("solve", a.padded(axes), b.padded(axes))
