"""Pad arrays, by every mode of NumPy."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, suggest
from graphviz_nn.ops.rules import array, axis_number
from graphviz_nn.tracing.recording import holdable
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import Tracer, apply

REDUCED: dict[str, Any] = {"maximum": np.max, "minimum": np.min, "mean": np.mean, "median": np.median}
MOVED = ("edge", "reflect", "symmetric", "wrap")
ODD = ("reflect", "symmetric")


@implements(np.pad)
def padding(
    array: Any,
    pad_width: Any,
    mode: Any = "constant",
    *,
    constant_values: Any = 0,
    end_values: Any = 0,
    stat_length: Any = None,
    reflect_type: str = "even",
) -> Any:
    widths = _widths(pad_width, np.ndim(array))
    if mode == "constant" and not isinstance(constant_values, list | tuple) and np.ndim(constant_values) == 0:
        return _around(array, widths, constant_values)
    if mode not in ("constant", "linear_ramp", *REDUCED, *MOVED):
        known = ["constant", "linear_ramp", *REDUCED, *MOVED]
        raise ShapeError(f"padding mode {mode!r} can't be traced: {suggest(str(mode), known)}")
    given = {"constant": constant_values, "linear_ramp": end_values}.get(mode, stat_length)
    return pad(array, widths, mode, _pairs(given, np.ndim(array)), reflect_type)


@function
def pad(x: Any, widths: Any, mode: Any, pairs: Any, reflect_type: str) -> Any:
    """Pad one axis after the other."""
    for number, (pair, values) in enumerate(zip(widths, pairs, strict=True)):
        if not any(pair):
            continue
        if mode in ODD and reflect_type == "odd":
            # Every entry is the same sum of entries whatever these are.
            sums = np.pad(np.eye(np.shape(x)[number]), (pair, (0, 0)), mode=mode, reflect_type="odd")
            x = np.moveaxis(np.tensordot(sums.astype(x.dtype), x, (1, number)), 0, number)
        elif mode in MOVED:
            x = x[_along(number, np.pad(np.arange(np.shape(x)[number]), pair, mode=mode))]
        else:
            before, after = (
                _end(x, number, width, value, mode, last)
                for last, (width, value) in enumerate(zip(pair, values, strict=True))
            )
            x = np.concatenate([before, x, after], axis=number)
    return x


def _along(axis: int, part: Any) -> tuple[Any, ...]:
    return (*(slice(None),) * axis, part)


def _widths(pad_width: Any, ndim: int) -> list[tuple[int, int]]:
    if isinstance(pad_width, Mapping):
        given = {axis_number(axis, ndim): pair for axis, pair in pad_width.items()}
        pad_width = [np.broadcast_to(given.get(i, 0), 2) for i in range(ndim)]
    widths = np.asarray(pad_width)
    if widths.dtype.kind not in "iu" or (widths < 0).any():
        raise ShapeError(f"pad_width must be whole numbers of at least 0, found {pad_width}")
    return [(before, after) for before, after in np.broadcast_to(widths, (ndim, 2)).tolist()]


def _pairs(given: Any, ndim: int) -> list[tuple[Any, Any]]:
    """A value before and after each axis, from one, a pair or pairs."""
    if not isinstance(given, list | tuple):
        return [(given, given)] * ndim
    if any(isinstance(each, list | tuple) for each in given):
        pairs = [tuple(each) * 2 if len(each) == 1 else tuple(each) for each in given]
        return pairs * ndim if len(pairs) == 1 else pairs
    return [(given[0], given[-1])] * ndim


def _around(x: Any, widths: list[tuple[int, int]], value: Any) -> Any:
    lengths = np.shape(x)
    inside = tuple(slice(before, before + n) for (before, _), n in zip(widths, lengths, strict=True))
    shape = tuple(before + n + after for (before, after), n in zip(widths, lengths, strict=True))
    found = apply("add_at", x, index=inside, shape=shape)
    if not isinstance(value, Tracer) and value == 0:
        return found
    around = np.ones(holdable(shape), bool)
    around[inside] = False
    return np.where(around, value, found).astype(x.dtype)


def _end(x: Any, axis: int, width: int, value: Any, mode: str, last: int) -> Any:
    """What one mode puts before or after an axis."""
    length = np.shape(x)[axis]
    shape = tuple(width if i == axis else n for i, n in enumerate(np.shape(x)))
    if mode == "constant":
        return np.broadcast_to(array(value).astype(x.dtype), shape)
    if mode == "linear_ramp":
        edge = x[_along(axis, slice(length - 1, length) if last else slice(0, 1))]
        share = np.reshape(
            (np.arange(width) + 1) / max(width, 1), tuple(-1 if i == axis else 1 for i in range(len(shape)))
        )
        share = (share if last else 1 - share + 1 / max(width, 1)).astype(np.result_type(x.dtype, "float32"))
        return (edge + (value - edge) * share).astype(x.dtype)
    most = length if value is None else min(int(value), length)
    found = REDUCED[mode](
        x[_along(axis, slice(length - most, None) if last else slice(0, most))], axis=axis, keepdims=True
    )
    whole = np.rint(found) if x.dtype.kind in "iu" and found.dtype.kind == "f" else found
    return np.broadcast_to(whole.astype(x.dtype), shape)
