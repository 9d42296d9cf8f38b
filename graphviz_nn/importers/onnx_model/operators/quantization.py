"""Quantized numbers: whole numbers, or short ones, that stand for multiples of a scale."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphviz_nn.importers.onnx_model.formats import DTYPES, POWERS, SHORT, WRAPPED, dtype_of, rounded
from graphviz_nn.importers.onnx_model.operators.convolution import convolution
from graphviz_nn.importers.onnx_model.table import axis_of, operator, refuse

UINT8 = 2


def _spread(value: Any, x: Any, axis: int, block: int) -> Any:
    """A scale or zero point beside each entry of x: one for all, one along an axis, or one for each block."""
    if not np.ndim(value) or np.size(value) == 1:
        return np.reshape(value, ())
    along = axis_of(axis, x)
    if block:
        return np.repeat(value, block, axis=along)[(*(slice(None),) * along, slice(np.shape(x)[along]))]
    return np.reshape(value, (-1, *(1,) * (np.ndim(x) - along - 1)))


def _saturated(x: Any, kind: int, saturate: bool = True) -> Any:
    """Numbers in a type; those beyond its range become its ends."""
    if kind in SHORT or kind == POWERS:
        return rounded(x, kind, saturate)
    if kind in WRAPPED:
        bits, signed = WRAPPED[kind]
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    elif kind in DTYPES and np.dtype(DTYPES[kind]).kind in "iu":
        limits = np.iinfo(DTYPES[kind])
        low, high = int(limits.min), int(limits.max)
    else:
        refuse("the type of its result isn't known")
    return np.minimum(np.maximum(np.rint(x), low), high).astype(dtype_of(kind))


@operator("QuantizeLinear", call="quantize")
def quantize(
    x: Any,
    scale: Any,
    zero: Any = None,
    *,
    axis: int = 1,
    block_size: int = 0,
    output_dtype: int = 0,
    precision: int = 0,
    saturate: int = 1,
    kinds: Sequence[int],
) -> Any:
    kind = output_dtype or (kinds[2] if zero is not None and len(kinds) > 2 else 0) or UINT8
    wide = x.astype("float32") if np.dtype(x.dtype).kind in "iu" else x
    parts = wide / _spread(scale, x, axis, block_size).astype(wide.dtype)
    if kind in SHORT or kind == POWERS:
        return _saturated(parts, kind, bool(saturate))
    shift = 0 if zero is None else _spread(zero, x, axis, block_size).astype(parts.dtype)
    return _saturated(np.rint(parts) + shift, kind)


@operator("DequantizeLinear", call="dequantize")
def dequantize(
    x: Any, scale: Any, zero: Any = None, *, axis: int = 1, block_size: int = 0, output_dtype: int = 0
) -> Any:
    dtype = dtype_of(output_dtype) if output_dtype else scale.dtype
    wide = x.astype("float32")
    if zero is not None:
        wide = wide - _spread(zero, x, axis, block_size).astype("float32")
    return (wide * _spread(scale, x, axis, block_size).astype("float32")).astype(dtype)


def _beside(value: Any, axes: int, axis: int) -> Any:
    """A scale or zero point of each row (axis -2) or column (axis -1) of matrices."""
    if not np.ndim(value) or np.size(value) == 1:
        return np.reshape(value, ())
    if np.ndim(value) > 1:
        return value
    return np.reshape(value, (-1, 1) if axis == -2 else (1, -1))


def _shifted(x: Any, zero: Any, axis: int) -> Any:
    # Sums of products of bytes are exact in double precision.
    wide = x.astype("float64")
    return wide if zero is None else wide - _beside(zero, np.ndim(x), axis).astype("float64")


@operator("MatMulInteger", call="integer_matmul")
def matmul_integer(a: Any, b: Any, a_zero: Any = None, b_zero: Any = None) -> Any:
    return (_shifted(a, a_zero, -2) @ _shifted(b, b_zero, -1)).astype("int32")


@operator("QLinearMatMul", call="quantized_matmul")
def quantized_matmul(
    a: Any,
    a_scale: Any,
    a_zero: Any,
    b: Any,
    b_scale: Any,
    b_zero: Any,
    scale: Any,
    zero: Any,
    *,
    kinds: Sequence[int],
) -> Any:
    product = _shifted(a, a_zero, -2) @ _shifted(b, b_zero, -1)
    factor = _beside(a_scale, 2, -2).astype("float64") * _beside(b_scale, 2, -1).astype("float64")
    found = product * (factor / _beside(scale, 2, -2).astype("float64"))
    return _saturated(np.rint(found) + _beside(zero, 2, -2).astype("float64"), kinds[7] or UINT8)


@operator("ConvInteger", call="integer_convolution")
def convolution_integer(x: Any, weight: Any, x_zero: Any = None, weight_zero: Any = None, **options: Any) -> Any:
    return _convolved(x, weight, x_zero, weight_zero, options).astype("int32")


def _convolved(x: Any, weight: Any, x_zero: Any, weight_zero: Any, options: dict[str, Any]) -> Any:
    wide = x.astype("float64")
    wide = wide if x_zero is None else wide - np.reshape(x_zero, ()).astype("float64")
    kernel = weight.astype("float64")
    if weight_zero is not None:
        kernel = kernel - _spread(weight_zero, weight, 0, 0).astype("float64")
    return convolution(wide, kernel, **options)


@operator("QLinearConv", call="quantized_convolution")
def quantized_convolution(
    x: Any,
    x_scale: Any,
    x_zero: Any,
    weight: Any,
    weight_scale: Any,
    weight_zero: Any,
    scale: Any,
    zero: Any,
    bias: Any = None,
    *,
    kinds: Sequence[int],
    **options: Any,
) -> Any:
    found = _convolved(x, weight, x_zero, weight_zero, options)
    if bias is not None:
        found = found + _spread(bias, found, 1, 0).astype("float64")
    factor = np.reshape(x_scale, ()).astype("float64") * _spread(weight_scale, found, 1, 0).astype("float64")
    found = found * (factor / np.reshape(scale, ()).astype("float64"))
    return _saturated(np.rint(found) + np.reshape(zero, ()).astype("float64"), kinds[7] or UINT8)
