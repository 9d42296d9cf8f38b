"""New arrays: constants, shapes, ranges, casts, dropout."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.onnx_model.formats import dtype_of, rounded
from graphviz_nn.importers.onnx_model.table import filled, number, operator, refuse, small, whole


@operator("Constant")
def constant(
    *,
    value: Any = None,
    value_float: float | None = None,
    value_floats: Sequence[float] | None = None,
    value_int: int | None = None,
    value_ints: Sequence[int] | None = None,
) -> Any:
    real = value_float if value_floats is None else value_floats
    integer = value_int if value_ints is None else value_ints
    if real is not None:
        return np.asarray(real, "float32")
    return value if integer is None else np.asarray(integer, "int64")


@operator("ConstantOfShape", static=(0,))
def constant_of_shape(shape: Any, *, value: Any = None) -> Any:
    return filled(whole(shape, "shape"), np.zeros((), "float32") if value is None else np.reshape(value, ()))


@operator("Shape")
def shape(x: Any, *, start: int = 0, end: int | None = None) -> Any:
    return np.asarray(np.shape(x)[start:end], "int64")


@operator("Size")
def size(x: Any) -> Any:
    return np.asarray(np.size(x), "int64")


@operator("Range", static=(0, 1, 2))
def range_(start: Any, limit: Any, delta: Any) -> Any:
    first, stop, step = (number(each, "limit") for each in (start, limit, delta))
    count = max(0, -(-(stop - first) // step)) if step else refuse("its step is 0")
    small([int(count)])
    return np.asarray(first + np.arange(int(count)) * step).astype(np.asarray(start).dtype)


@operator("EyeLike")
def eye_like(x: Any, *, dtype: int | None = None, k: int = 0) -> Any:
    rows, columns = small(np.shape(x))
    return np.eye(rows, columns, k, dtype=x.dtype if dtype is None else dtype_of(dtype))


@operator("OneHot", static=(1,), call="one_hot")
def one_hot(indices: Any, depth: Any, values: Any, *, axis: int = -1) -> Any:
    (count,) = whole(depth, "depth")
    along = axis + np.ndim(indices) + 1 if axis < 0 else axis
    places = np.arange(*small([count]))
    indices = np.where(indices < 0, indices + count, indices)
    found = np.expand_dims(indices, along) == np.reshape(places, (-1, *(1,) * (np.ndim(indices) - along)))
    return np.where(found, values[1], values[0])


@operator("Cast")
def cast(x: Any, *, to: Any, saturate: int = 1, round_mode: str = "up") -> Any:
    return rounded(x, to, bool(saturate), round_mode)


@operator("CastLike")
def cast_like(x: Any, like: Any, *, saturate: int = 1, round_mode: str = "up", kinds: Sequence[int]) -> Any:
    if kinds[1]:
        return rounded(x, kinds[1], bool(saturate), round_mode)
    return x if np.dtype(x.dtype) == np.dtype(like.dtype) else x.astype(like.dtype)


@operator("Dropout", since=12, static=(1, 2))
def dropout(x: Any, ratio: Any = None, training_mode: Any = None, *, seed: int | None = None, results: int) -> Any:
    rate = 0.5 if ratio is None else float(number(ratio, "rate"))
    if training_mode is None or not number(training_mode, "mode") or not rate:
        return (x, np.ones(small(np.shape(x)), bool)) if results > 1 else x
    if seed is None:
        if results > 1:
            refuse("it draws a mask without a seed")
        return nn.dropout(x, rate, training=True)
    # ONNX's reference draws so from a seed.
    kept = np.random.RandomState(seed).uniform(0, 1, small(np.shape(x))) >= rate
    return x * kept / (1 - rate), kept


@operator("Dropout")
def dropout_in_evaluation(
    x: Any, *, ratio: float = 0.5, is_test: int = 1, consumed_inputs: Any = None, results: int
) -> Any:
    if not is_test:
        return nn.dropout(x, ratio, training=True)
    return (x, np.ones(small(np.shape(x)), bool)) if results > 1 else x


@operator("NonZero", static=(0,))
def non_zero(x: Any) -> Any:
    if hasattr(x, "recording"):
        refuse("how many there are depends on the model's input")
    return np.asarray(np.nonzero(x), "int64")
