"""Discrete Fourier transforms, along any axes.

Each transform is linear, and its matrix is symmetric: it is its own gradient rule. Those of real arrays keep half of
the spectrum, whose other half is its conjugate.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.complex_numbers import conj
from graphviz_nn.ops.many import Argument, batching, later
from graphviz_nn.ops.rules import array, axis_number, counted
from graphviz_nn.tracing.registry import implements, op
from graphviz_nn.tracing.tracer import apply

Axes: TypeAlias = tuple[int, ...]
Norm: TypeAlias = Literal["backward", "ortho", "forward"]
# Where the factor 1/n is when a transform is turned round.
TURNED = {"backward": "forward", "ortho": "ortho", "forward": "backward"}


def _along(x: Shape, axes: Axes) -> Shape:
    if not axes:
        raise ShapeError("a Fourier transform needs an axis")
    for axis in axes:
        if not x[counted(axis, len(x))]:
            raise ShapeError(f"axis {axis} of shape {x} has no entries to transform")
    return x


def _whole(x: Shape, *, axes: Axes, norm: Norm = "backward") -> Shape:
    return _along(x, axes)


def _half(x: Shape, *, axes: Axes, norm: Norm = "backward") -> Shape:
    return _replaced(_along(x, axes), axes[-1], x[axes[-1]] // 2 + 1)


def _from_half(x: Shape, *, axes: Axes, n: int, norm: Norm = "backward") -> Shape:
    if _along(x, axes)[axes[-1]] != n // 2 + 1:
        raise ShapeError(f"{n} entries have a spectrum of {n // 2 + 1}, found {x[axes[-1]]} along axis {axes[-1]}")
    return _replaced(x, axes[-1], n)


def _replaced(shape: Shape, axis: int, length: int) -> Shape:
    return (*shape[:axis], length, *shape[axis + 1 :])


def _dtype(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's dtype; half precision has none."""

    def dtype(given: Any, **_: Any) -> np.dtype[Any]:
        if kernel is np.fft.rfft and np.dtype(given).kind == "c":
            raise ShapeError("it transforms real arrays, found complex numbers; write np.fft.fft, or np.real(x)")
        if given == np.float16:
            raise ShapeError("it has no float16 version; write x.astype('float32')")
        found: np.dtype[Any] = kernel(np.ones(2, given)).dtype
        return found

    return dtype


def _cut(x: Any, axis: int, length: int) -> Any:
    """An array with this length along an axis: the first entries, or zeros behind them."""
    now = np.shape(x)[axis]
    if length < now:
        return x[(*(slice(None),) * axis, slice(length))]
    if length > now:
        index = tuple(slice(0, each) for each in np.shape(x))
        return apply("add_at", x, index=index, shape=_replaced(np.shape(x), axis, length))
    return x


def _to_real(g: Any, y: Any, x: Any, axes: Axes, norm: Norm = "backward") -> Any:
    return np.real(apply("fftn", _cut(g, axes[-1], np.shape(x)[axes[-1]]), axes=axes, norm=norm))


def _to_half(g: Any, y: Any, x: Any, axes: Axes, n: int, norm: Norm = "backward") -> Any:
    """All frequencies but the first and, of an even number, the last, stand for two."""
    twice = np.full(n // 2 + 1, 2.0)
    twice[0] = 1.0
    if n % 2 == 0:
        twice[-1] = 1.0
    weights = twice.astype(g.dtype).reshape(-1, *(1,) * (np.ndim(x) - 1 - axes[-1]))
    return conj(apply("rfftn", g, axes=axes, norm=TURNED[norm])) * weights


def _transform(name: str, one: Callable[..., Any], kernel: Any, shape: Any, vjp: Any, glyph: str) -> None:
    op(name, kernel, shape, (vjp,), dtype=_dtype(one), glyph=glyph, category="linear algebra")


def _fftn(x: Any, axes: Axes, norm: str = "backward") -> Any:
    return np.fft.fftn(x, axes=axes, norm=norm)  # type: ignore[arg-type]


def _ifftn(x: Any, axes: Axes, norm: str = "backward") -> Any:
    return np.fft.ifftn(x, axes=axes, norm=norm)  # type: ignore[arg-type]


def _rfftn(x: Any, axes: Axes, norm: str = "backward") -> Any:
    return np.fft.rfftn(x, axes=axes, norm=norm)  # type: ignore[arg-type]


def _irfftn(x: Any, axes: Axes, n: int, norm: str = "backward") -> Any:
    lengths = [*(np.shape(x)[axis] for axis in axes[:-1]), n]
    return np.fft.irfftn(x, lengths, axes=axes, norm=norm)  # type: ignore[arg-type]


_transform(
    "fftn",
    np.fft.fft,
    _fftn,
    _whole,
    lambda g, y, x, axes, norm="backward": apply("fftn", g, axes=axes, norm=norm),
    r"\mathcal{F}",
)
_transform(
    "ifftn",
    np.fft.ifft,
    _ifftn,
    _whole,
    lambda g, y, x, axes, norm="backward": apply("ifftn", g, axes=axes, norm=norm),
    r"\mathcal{F}^{-1}",
)
_transform("rfftn", np.fft.rfft, _rfftn, _half, _to_real, r"\mathcal{F}_{\mathrm{r}}")
_transform("irfftn", np.fft.irfft, _irfftn, _from_half, _to_half, r"\mathcal{F}_{\mathrm{r}}^{-1}")


def _transformed(operation: str, a: Any, s: Any, axes: Any, norm: Any) -> Any:
    """A transform with NumPy's arguments: lengths, axes and the place of the factor 1/n."""
    a, norm = array(a), "backward" if norm is None else norm
    if norm not in TURNED:
        raise ShapeError(f"norm must be one of {', '.join(TURNED)}, found {norm!r}")
    if axes is None:
        axes = range(np.ndim(a)) if s is None else range(np.ndim(a) - len(s), np.ndim(a))
    numbers = [axis_number(each, np.ndim(a)) for each in axes]
    lengths = [None] * len(numbers) if s is None else list(s)
    if len(lengths) != len(numbers):
        raise ShapeError(f"there must be a length for each axis, found {len(lengths)} for {len(numbers)}")
    more: dict[str, Any] = {}
    for place, (axis, length) in enumerate(zip(numbers, lengths, strict=True)):
        is_half = operation == "irfftn" and place == len(numbers) - 1
        if length is None or length == -1:
            length = 2 * (np.shape(a)[axis] - 1) if is_half else np.shape(a)[axis]
        if not isinstance(length, int | np.integer) or length < 1:
            raise ShapeError(f"the number of entries to transform must be at least 1, found {length}")
        more |= {"n": int(length)} if is_half else {}
        a = _cut(a, axis, int(length) // 2 + 1 if is_half else int(length))
    order = sorted(numbers) if operation in ("fftn", "ifftn") else [*sorted(numbers[:-1]), *numbers[-1:]]
    norms = {} if norm == "backward" else {"norm": norm}
    if len(set(order)) == len(order):
        return apply(operation, a, axes=tuple(order), **more, **norms)
    # An axis that is named twice is transformed twice; of a real transform only the last one halves.
    if operation in ("rfftn", "irfftn"):
        raise ShapeError(f"axes {tuple(numbers)} names an axis twice")
    for axis in order:
        a = apply(operation, a, axes=(axis,), **norms)
    return a


def _family(operation: str, *functions: Any) -> None:
    """NumPy's three functions of a transform: along one axis, along two, along any."""
    one, two, many = functions

    @implements(one)
    def along_one(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
        return _transformed(operation, a, None if n is None else (n,), (axis,), norm)

    @implements(two)
    def along_two(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
        return _transformed(operation, a, s, axes, norm)

    @implements(many)
    def along_many(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
        return _transformed(operation, a, s, axes, norm)


_family("fftn", np.fft.fft, np.fft.fft2, np.fft.fftn)
_family("ifftn", np.fft.ifft, np.fft.ifft2, np.fft.ifftn)
_family("rfftn", np.fft.rfft, np.fft.rfft2, np.fft.rfftn)
_family("irfftn", np.fft.irfft, np.fft.irfft2, np.fft.irfftn)


@implements(np.fft.hfft)
def hfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return np.fft.irfft(conj(a), n, axis, TURNED.get(norm or "backward", norm))


@implements(np.fft.ihfft)
def ihfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return conj(np.fft.rfft(a, n, axis, TURNED.get(norm or "backward", norm)))


def _shifted(x: Any, axes: Any, by: Callable[[int], int]) -> Any:
    axes = range(np.ndim(x)) if axes is None else axes if isinstance(axes, tuple | list) else (axes,)
    return np.roll(x, tuple(by(np.shape(x)[axis_number(axis, np.ndim(x))]) for axis in axes), tuple(axes))


@implements(np.fft.fftshift)
def fftshift(x: Any, axes: Any = None) -> Any:
    return _shifted(x, axes, lambda length: length // 2)


@implements(np.fft.ifftshift)
def ifftshift(x: Any, axes: Any = None) -> Any:
    return _shifted(x, axes, lambda length: -(length // 2))


@batching("fftn", "ifftn", "rfftn", "irfftn")
def _of_many(operation: str, size: int, x: Argument, axes: Axes, **more: Any) -> Any:
    return apply(operation, x.value, axes=later(axes), **more)
