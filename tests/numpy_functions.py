"""Calls of NumPy's functions and methods: what the tests and the page docs/functions.md try."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

Shapes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Kind:
    """Arguments: shapes, the first of which the page uses, and the interval of their entries."""

    shapes: tuple[Shapes, ...]
    drawn: st.SearchStrategy | None = None
    low: float = -2.0
    high: float = 2.0
    kinds: str = "fi"

    def within(self, low: float, high: float, kinds: str = "fi") -> "Kind":
        return Kind(self.shapes, self.drawn, low, high, kinds)

    @property
    def strategy(self) -> st.SearchStrategy:
        return st.sampled_from(self.shapes) if self.drawn is None else self.drawn


@dataclass(frozen=True)
class Row:
    """A call, as the author writes it, of arrays a, b and c."""

    source: str
    kind: Kind

    @property
    def function(self) -> Callable[..., Any]:
        names = "abc"[: len(self.kind.shapes[0])]
        found: Callable[..., Any] = eval(f"lambda {', '.join(names)}: {self.source}", {"np": np})
        return found

    @property
    def title(self) -> str:
        """The function that the row is about: the outermost one."""
        return re.match(r"[\w.]+(?=[\[(])|.*", self.source)[0]  # type: ignore[index]

    @property
    def has_slope(self) -> bool:
        """Whether the result is real, of real numbers."""
        return "f" in self.kind.kinds and np.asarray(self.function(*self.example.values())).dtype.kind == "f"

    @property
    def dtype(self) -> str:
        return "float64" if "f" in self.kind.kinds else "int64"

    @property
    def example(self) -> dict[str, np.ndarray]:
        """The arguments that the page uses."""
        return self.arrays(self.kind.shapes[0], self.dtype)

    def loss(self, *arguments: Any) -> Any:
        """A number that depends on every entry of the result, not linearly."""
        found = self.function(*arguments)
        found = found.astype("float64") if found.dtype == "float32" else found
        weights = np.linspace(0.5, 1.5, int(np.size(found))).reshape(np.shape(found)) ** 1.5
        return np.sum((found * found * 0.5 + found) * weights)

    def arrays(self, shapes: Shapes, dtype: str = "float64", seed: int = 0) -> dict[str, np.ndarray]:
        """Arguments of these shapes, no two entries of which are nearly equal."""
        rng, found = np.random.default_rng(seed), {}
        for name, shape in zip("abc", shapes, strict=False):
            count = int(np.prod(shape))
            if np.dtype(dtype).kind in "iu":
                values = rng.integers(int(np.ceil(self.kind.low)), int(self.kind.high) + 2, count)
            else:
                width = (self.kind.high - self.kind.low) / max(count, 1)
                values = self.kind.low + width * (rng.permutation(count) + rng.uniform(0.15, 0.85, count))
            found[name] = values.reshape(shape).astype(dtype)
        return found


def _together(count: int) -> st.SearchStrategy:
    return mutually_broadcastable_shapes(num_shapes=count, max_dims=3, max_side=3).map(lambda each: each.input_shapes)


ANY = Kind((((2, 3),),), array_shapes(min_dims=0, max_dims=3, max_side=3).map(lambda shape: (shape,)))
AXES = Kind((((2, 3),),), array_shapes(min_dims=1, max_dims=3, max_side=3).map(lambda shape: (shape,)))
TWO = Kind((((2, 3), (3,)),), _together(2))
THREE = Kind((((2, 3), (3,), ()),), _together(3))
VECTOR = Kind((((5,),), ((3,),)))
VECTORS = Kind((((5,), (5,)), ((3,), (3,))))
UNEQUAL = Kind((((5,), (3,)), ((2,), (4,))))
THREES = Kind((((3,), (3,)), ((2, 3), (2, 3))))
MATRIX = Kind((((2, 3),), ((3, 2),)))
MATRICES = Kind((((2, 3), (2, 3)), ((3, 2), (3, 2))))
PRODUCT = Kind((((2, 3), (3, 2)), ((4, 3), (3, 1))))
SQUARE = Kind((((3, 3),), ((2, 2),)))
CUBE = Kind((((2, 3, 4),), ((1, 3, 2),)))
BLOCKS = Kind((((4, 2),), ((2, 4),)))
ROWS = Kind((((2, 4), (4,)), ((3, 2), (2,))))
NUMBERS = Kind((((), ()),))
GRID = Kind((((3,), (2,)),))
WHOLE = TWO.within(0, 6, "i")


def _rows(kind: Kind, sources: str) -> list[Row]:
    return [Row(each.strip(), kind) for each in sources.strip().splitlines()]


def _each(kind: Kind, names: str) -> list[Row]:
    arguments = ", ".join("abc"[: len(kind.shapes[0])])
    return [Row(f"np.{name}({arguments})", kind) for name in names.split()]


TABLE: dict[str, list[Row]] = {
    "Arithmetic": [
        *_each(TWO, "add subtract multiply divide floor_divide remainder fmod hypot"),
        *_each(TWO.within(0.2, 3), "power float_power"),
        *_each(ANY, "negative positive absolute fabs sign square cbrt fix trunc floor ceil rint round"),
        *_each(ANY.within(0.3, 3), "reciprocal sqrt"),
        *_rows(TWO, "np.divmod(a, b)[1]"),
        *_rows(ANY, "np.modf(a)[0]\nnp.frexp(a)[0]\nnp.ldexp(a, 3)"),
        *_each(TWO, "copysign nextafter heaviside"),
        *_each(ANY, "signbit spacing"),
        *_each(WHOLE, "gcd lcm"),
    ],
    "Exponentials, angles": [
        *_each(ANY, "exp exp2 expm1 sin cos tan sinh cosh tanh arctan arcsinh sinc deg2rad rad2deg degrees radians"),
        *_each(ANY.within(0.2, 3), "log log2 log10 log1p"),
        *_each(ANY.within(-0.9, 0.9), "arcsin arccos arctanh"),
        *_each(ANY.within(1.2, 4), "arccosh"),
        *_each(TWO, "logaddexp logaddexp2 arctan2"),
        *_rows(VECTOR.within(-9, 9), "np.unwrap(a)"),
    ],
    "Choices": [
        *_each(TWO, "maximum minimum fmax fmin"),
        *_rows(
            TWO,
            """
            np.where(a > b, a, 2 * b)
            np.select([a > 1, a > b], [a * b, b], -a)
            np.isclose(a, b)
            """,
        ),
        *_rows(THREE, "np.clip(a, b - 3, c + 3)\nnp.where(a > 0, b, c)"),
        *_rows(
            ANY,
            """
            np.nan_to_num(a)
            np.piecewise(a, [a < -1, a > 1], [-1, lambda x: x**3, lambda x: x * x])
            np.isposinf(a)
            np.isneginf(a)
            """,
        ),
        *_each(ANY, "isnan isinf isfinite"),
        *_rows(MATRIX, "np.choose([[0], [1]] * (len(a) // 2) + [[1]] * (len(a) % 2), [a, 2 * a])"),
        *_each(TWO, "greater greater_equal less less_equal equal not_equal logical_and logical_or logical_xor"),
        *_each(ANY, "logical_not"),
        *_each(WHOLE, "bitwise_and bitwise_or bitwise_xor left_shift right_shift"),
        *_each(ANY.within(0, 6, "i"), "invert bitwise_count"),
    ],
    "Reductions": [
        *_each(ANY, "sum mean prod max min amax amin var std ptp median all any count_nonzero argmax argmin average"),
        *_rows(
            AXES,
            """
            np.sum(a, axis=-1, keepdims=True)
            np.sum(a, axis=0, dtype='float64', initial=3)
            np.sum(a, axis=tuple(range(a.ndim)), where=a > 0)
            np.mean(a, dtype='float32')
            np.var(a, axis=-1, ddof=0.5)
            np.std(a, axis=0, keepdims=True)
            np.max(a, axis=-1, initial=-9, where=a < 1)
            np.median(a, axis=-1)
            np.quantile(a, 0.3)
            np.quantile(a, [0.25, 0.6], axis=-1)
            np.percentile(a, 70, axis=0, method='hazen')
            np.add.reduce(a)
            np.multiply.reduce(a, axis=None)
            np.maximum.reduce(a, axis=-1)
            np.add.reduce(a, axis=-1, initial=2, where=a > 0)
            np.logaddexp.reduce(a)
            np.add.accumulate(a)
            np.maximum.accumulate(a, axis=-1)
            np.cumsum(a)
            np.cumsum(a, axis=-1)
            np.cumprod(a, axis=0)
            """,
        ),
        *_rows(VECTOR, "np.cumulative_sum(a, include_initial=True)\nnp.cumulative_prod(a)"),
        *_rows(VECTORS.within(0.3, 2), "np.average(a, weights=b)"),
        *_rows(VECTOR, "np.trapezoid(a, dx=0.5)"),
        *_rows(VECTORS, "np.trapezoid(a, b)"),
        *_rows(MATRIX, "np.mean(a, axis=1, where=np.arange(a.shape[1]) < 2)"),
        *_rows(MATRIX, "np.cov(a)\nnp.corrcoef(a)\nnp.cov(a, rowvar=False, bias=True)"),
    ],
    "Entries that are missing": _rows(
        AXES,
        """
        np.nansum(np.where(a > 0, a, np.nan))
        np.nanprod(np.where(a > 0, a, np.nan), axis=0)
        np.nanmean(np.where(np.arange(a.size).reshape(a.shape) > 0, np.nan, a))
        np.nanmax(np.where(np.arange(a.size).reshape(a.shape) > 1, np.nan, a))
        np.nanmin(np.where(np.arange(a.size).reshape(a.shape) > 1, np.nan, a))
        np.nanvar(np.where(np.arange(a.size).reshape(a.shape) > 1, np.nan, a))
        np.nanstd(np.where(np.arange(a.size).reshape(a.shape) > 1, np.nan, a) + 0.25 * a)
        np.nanmedian(np.where(np.arange(a.size).reshape(a.shape) > 1, np.nan, a))
        np.nanquantile(np.where(np.arange(a.size).reshape(a.shape) > 2, np.nan, a), 0.3)
        np.nanpercentile(np.where(np.arange(a.size).reshape(a.shape) > 2, np.nan, a), 60)
        np.nanargmax(np.where(np.arange(a.size).reshape(a.shape) > 1, np.nan, a))
        np.nanargmin(np.where(np.arange(a.size).reshape(a.shape) > 1, np.nan, a))
        np.nancumsum(np.where(a > 0, a, np.nan))
        np.nancumprod(np.where(a > 0, a, np.nan), axis=-1)
        """,
    ),
    "Order": [
        *_rows(
            AXES,
            """
            np.sort(a)
            np.sort(a, axis=None)
            np.argsort(a, axis=0, kind='stable')
            np.partition(a, 0, axis=-1)[..., 0]
            np.argpartition(a, 0, axis=None)[0]
            np.take_along_axis(a, np.argsort(a, axis=-1, kind='stable'), axis=-1)
            """,
        ),
        *_rows(VECTORS, "np.lexsort((a, b))"),
        *_rows(AXES, "np.unravel_index(np.argmax(a), a.shape)[-1]"),
        *_rows(GRID.within(0, 1, "i"), "np.ravel_multi_index((a[:2], b), (3, 4), mode='clip')"),
        *_rows(UNEQUAL, "np.searchsorted(np.sort(a), b)\nnp.digitize(a, np.sort(b))"),
    ],
    "Shapes": [
        *_rows(
            AXES,
            """
            np.reshape(a, -1)
            np.reshape(a, a.shape[::-1], order='F')
            np.ravel(a)
            np.transpose(a)
            np.expand_dims(a, (0, -1))
            np.squeeze(a)
            np.atleast_1d(a)
            np.atleast_2d(a)
            np.atleast_3d(a)
            np.broadcast_to(a, (2, *a.shape))
            np.moveaxis(a, 0, -1)
            np.swapaxes(a, 0, -1)
            np.rollaxis(a, -1)
            np.copy(a)
            np.asarray(a, dtype='float64')
            np.full(2, a[(0,) * a.ndim])
            np.astype(a, 'float32')
            np.resize(a, (3, 3))
            np.flip(a)
            np.roll(a, 1)
            np.tile(a, 2)
            np.repeat(a, 2)
            np.repeat(a, 2, axis=0)
            np.unstack(a)[0]
            np.full_like(a, 2.5) * a
            np.zeros_like(a, dtype='float64') + a
            np.ones_like(a) * a
            np.array_split(a, 2)[0]
            np.split(a, 1, axis=-1)[0]
            """,
        ),
        *_rows(TWO, "np.broadcast_arrays(a, b)[1] * a"),
        *_rows(MATRIX, "np.fliplr(a)\nnp.flipud(a)\nnp.rot90(a)\nnp.matrix_transpose(a)\nnp.hsplit(a, [1])[0]"),
        *_rows(BLOCKS, "np.vsplit(a, 2)[1]\nnp.diag(a)\nnp.diagonal(a, 1)\nnp.trace(a)\nnp.tril(a)\nnp.triu(a, 1)"),
        *_rows(CUBE, "np.dsplit(a, 2)[1]\nnp.permute_dims(a, (2, 0, 1))\nnp.diagonal(a, axis1=1, axis2=2)"),
        *_rows(VECTOR, "np.diag(a)\nnp.diagflat(a, 1)\nnp.vander(a, 3)\nnp.ix_(a)[0]"),
        *_rows(CUBE, "np.lib.stride_tricks.sliding_window_view(a, (2, 2), axis=(1, 2))"),
    ],
    "Joining, inserting, padding": [
        *_rows(
            MATRICES,
            """
            np.concatenate([a, b])
            np.concatenate([a, b], axis=None, dtype='float64')
            np.concat([a, b], axis=1)
            np.stack([a, b], axis=-1)
            np.hstack([a, b])
            np.vstack([a, b])
            np.dstack([a, b])
            np.column_stack([a, b])
            np.block([[a, b], [b, a]])
            np.append(a, b, axis=0)
            np.insert(a, 1, b[0], axis=0)
            np.insert(a, [0, 1], b[:, :2], axis=1)
            """,
        ),
        *_rows(
            MATRIX,
            """
            np.delete(a, 1, axis=0)
            np.take(a, [1, 0, 1], axis=1)
            np.take(a, [7, -1], mode='wrap')
            np.compress([True, False], a, axis=0)
            np.extract([[True], [False]], a[:2])
            np.pad(a, 1)
            np.pad(a, ((1, 0), (0, 2)), constant_values=((1, 2), (3, 4)))
            np.pad(a, 2, mode='edge')
            np.pad(a, 1, mode='reflect')
            np.pad(a, 1, mode='reflect', reflect_type='odd')
            np.pad(a, 2, mode='symmetric')
            np.pad(a, 2, mode='wrap')
            np.pad(a, (1, 2), mode='linear_ramp', end_values=3)
            np.pad(a, 1, mode='maximum')
            np.pad(a, 1, mode='minimum', stat_length=1)
            np.pad(a, 1, mode='mean')
            np.pad(a, 1, mode='median')
            np.apply_along_axis(np.cumsum, 1, a)
            np.apply_over_axes(np.sum, a, [0, 1])
            """,
        ),
        *_rows(VECTOR, "np.bincount([0, 2, 2], a[:3])"),
    ],
    "Products": [
        *_rows(
            PRODUCT,
            """
            np.matmul(a, b)
            np.dot(a, b)
            np.tensordot(a, b, 1)
            np.einsum('ij,jk', a, b)
            np.einsum('ij,jk->ki', a, b, optimize=True)
            np.einsum('...j,jk->...k', a, b)
            np.kron(a, b)
            """,
        ),
        *_rows(VECTORS, "np.inner(a, b)\nnp.outer(a, b)\nnp.vdot(a, b)\nnp.multiply.outer(a, b)\nnp.vecdot(a, b)"),
        *_rows(ROWS, "np.inner(a, b)\nnp.matvec(a, b)\nnp.vecmat(b, a.T)"),
        *_rows(THREES, "np.cross(a, b)"),
    ],
    "Along points": [
        *_rows(
            VECTOR,
            """
            np.diff(a)
            np.diff(a, 2, prepend=0)
            np.ediff1d(a, to_end=1)
            np.gradient(a)
            np.gradient(a, 0.5, edge_order=2)
            np.interp(a, [-1, 0, 1], [2, 5, 3])
            np.polyder(a)
            np.polyint(a)
            np.poly(a)
            np.r_[a, 1, a[:2]]
            np.c_[a, a]
            np.polyfit(a, np.sin(a), 1)
            np.isin(a, [0.5, 1])
            """,
        ),
        *_rows(VECTORS.within(-2, 2, "f"), "np.interp(0.1, np.sort(a), b)"),
        *_rows(VECTORS, "np.gradient(a, np.cumsum(b * b + 1))"),
        *_rows(
            UNEQUAL,
            """
            np.convolve(a, b)
            np.convolve(a, b, 'same')
            np.correlate(a, b, 'full')
            np.correlate(a, b)
            np.polyval(a, b)
            np.polyadd(a, b)
            np.polysub(a, b)
            np.polymul(a, b)
            """,
        ),
        *_rows(NUMBERS.within(0.5, 2), "np.linspace(a, b, 5)\nnp.geomspace(a, b, 4)\nnp.logspace(a, b, 4)"),
        *_rows(GRID, "np.meshgrid(a, b)[1]"),
    ],
    "Linear algebra": [
        *_rows(
            SQUARE.within(-1, 1, "f"),
            """
            np.linalg.inv(a + 3 * np.eye(len(a)))
            np.linalg.pinv(a + 3 * np.eye(len(a)))
            np.linalg.det(a)
            np.linalg.slogdet(a + 3 * np.eye(len(a)))[1]
            np.linalg.cholesky(a @ a.T + np.eye(len(a)))
            np.linalg.solve(a + 3 * np.eye(len(a)), a)
            np.linalg.eigvalsh(a + a.T)
            np.linalg.eigh(a + a.T)[1] ** 2
            np.linalg.qr(a + 3 * np.eye(len(a)))[0] ** 2
            np.linalg.matrix_power(a, 3)
            np.linalg.multi_dot([a, a.T, a])
            np.linalg.trace(a)
            np.linalg.diagonal(a)
            """,
        ),
        *_rows(
            MATRIX.within(-1, 1, "f"),
            """
            np.linalg.svdvals(a)
            np.linalg.svd(a, full_matrices=False)[0] ** 2
            np.linalg.norm(a)
            np.linalg.norm(a, axis=0)
            np.linalg.norm(a, ord=1, axis=1)
            np.linalg.norm(a, ord=2)
            np.linalg.norm(a, ord='nuc')
            np.linalg.norm(a, ord=np.inf)
            np.linalg.vector_norm(a, ord=3, axis=0)
            np.linalg.matrix_norm(a)
            """,
        ),
    ],
    "Fourier transforms, complex numbers": [
        *_rows(
            MATRIX.within(-2, 2, "f"),
            """
            np.real(np.fft.fft(a))
            np.imag(np.fft.ifft(a))
            np.real(np.fft.fft2(a))
            np.imag(np.fft.ifft2(a))
            np.real(np.fft.fftn(a))
            np.imag(np.fft.rfft(a))
            np.fft.irfft(a)
            np.absolute(np.fft.rfft2(a))
            np.fft.fftshift(a)
            np.fft.ifftshift(a, axes=1)
            """,
        ),
        *_rows(
            TWO.within(0.2, 2, "f"),
            """
            np.real((a + 1j * b) ** 2)
            np.imag(np.exp(a + 1j * b))
            np.angle(a + 1j * b)
            np.absolute(a + 1j * b)
            np.imag(np.conj(a + 1j * b) * a)
            """,
        ),
    ],
    "Methods": [
        *_rows(
            AXES,
            """
            a.sum(-1)
            a.mean(axis=0)
            a.prod()
            a.max(-1)
            a.min()
            a.var(ddof=0)
            a.std(0)
            a.cumsum()
            a.cumprod(-1)
            a.argmax()
            a.argmin(0)
            a.argsort(kind='stable')
            a.all()
            a.any(0)
            a.clip(-1, 1)
            a.round(1)
            a.reshape(-1, 1)
            a.ravel()
            a.flatten('F')
            a.transpose()
            a.T
            a.squeeze()
            a.swapaxes(0, -1)
            a.repeat(2, 0)
            a.take([0, 0])
            a.astype('float64')
            a.copy()
            a.compress([True], 0)
            a.dot(a.T)
            """,
        ),
        *_rows(BLOCKS, "a.mT\na.diagonal()\na.trace()"),
        *_rows(VECTOR, "a.searchsorted(9.0)"),
        *_rows(VECTOR.within(0, 4, "i"), "a.choose([a] * 9, mode='clip')"),
    ],
}

EVERY = [row for rows in TABLE.values() for row in rows]
