"""Types of numbers: those of ONNX as NumPy's, and rounding to the short ones that NumPy hasn't."""

from typing import Any, NamedTuple

import numpy as np
import onnx

from graphviz_nn.importers.onnx_model.table import refuse

_TYPES = onnx.TensorProto

DTYPES: dict[int, str] = {
    _TYPES.BOOL: "bool",
    _TYPES.INT8: "int8",
    _TYPES.INT16: "int16",
    _TYPES.INT32: "int32",
    _TYPES.INT64: "int64",
    _TYPES.UINT8: "uint8",
    _TYPES.UINT16: "uint16",
    _TYPES.UINT32: "uint32",
    _TYPES.UINT64: "uint64",
    _TYPES.FLOAT16: "float16",
    _TYPES.FLOAT: "float32",
    _TYPES.DOUBLE: "float64",
}
"""The types that NumPy has."""


class Short(NamedTuple):
    """A type of few bits: numbers with `digits` binary digits behind the first, from 2**`least` up to `largest`.

    What is too large becomes `beyond` unless it is cut.
    """

    digits: int
    least: int
    largest: float
    beyond: float = np.nan


class Wrapped(NamedTuple):
    """Whole numbers of few bits that wrap around."""

    bits: int
    signed: bool


# Named by their numbers, since an older onnx lacks the newest.
SHORT: dict[int, Short] = {
    16: Short(7, -126, (2 - 2**-7) * 2.0**127, np.inf),  # bfloat16
    17: Short(3, -6, 448.0),  # float8 e4m3fn
    18: Short(3, -7, 240.0),  # float8 e4m3fnuz
    19: Short(2, -14, 57344.0, np.inf),  # float8 e5m2
    20: Short(2, -15, 57344.0),  # float8 e5m2fnuz
    23: Short(1, 0, 6.0, 6.0),  # float4 e2m1
}
"""Short types of real numbers, which are kept as float32."""

POWERS = 24
"""The type float8 e8m0 of powers of two, which is kept as float32."""

WRAPPED: dict[int, Wrapped] = {21: Wrapped(4, False), 22: Wrapped(4, True), 25: Wrapped(2, False), 26: Wrapped(2, True)}
"""Short types of whole numbers, which are kept as int8 or uint8."""

# The first versions of the operator set wrote names.
NAMES: dict[str, int] = dict(_TYPES.DataType.items())


def dtype_of(kind: int | str) -> str:
    """The NumPy dtype that holds a type.

    >>> dtype_of(1), dtype_of(17), dtype_of("INT64")
    ('float32', 'float32', 'int64')
    """
    number = NAMES.get(kind, 0) if isinstance(kind, str) else kind
    if number in DTYPES:
        return DTYPES[number]
    if number in SHORT or number == POWERS:
        return "float32"
    if number in WRAPPED:
        return "int8" if WRAPPED[number].signed else "uint8"
    names = {value: name for name, value in NAMES.items()}
    return refuse(f"the type {names.get(number, number)} isn't one of real numbers or truth values")


def rounded(x: Any, kind: int | str, saturate: bool, round_mode: str = "up") -> Any:
    """An array in a type, as the operator Cast has it."""
    dtype, number = dtype_of(kind), NAMES.get(kind, 0) if isinstance(kind, str) else kind
    if number in WRAPPED:
        bits, signed = WRAPPED[number]
        offset = 2 ** (bits - 1) if signed else 0
        return ((x.astype("int64") + offset) % 2**bits - offset).astype(dtype)
    if number in SHORT:
        wide = x if np.dtype(x.dtype) == np.float64 else x.astype("float32")
        return _short(wide, SHORT[number], saturate).astype(dtype)
    if number == POWERS:
        return _power_of_two(x.astype("float64"), round_mode).astype(dtype)
    return x if np.dtype(x.dtype) == np.dtype(dtype) else x.astype(dtype)


def _short(x: Any, short: Short, saturate: bool) -> Any:
    size = np.abs(x)
    exponent = np.floor(np.log2(np.maximum(size, 2.0**short.least)))
    step = np.exp2(np.where(np.isfinite(x), exponent, 0) - short.digits)
    near = np.rint(x / step) * step
    # Bfloat16 has infinities, and numbers up to them.
    beyond = short.largest if saturate and short.digits < 7 else short.beyond
    near = np.where(np.abs(near) > short.largest, np.sign(x) * beyond, near)
    return np.where(np.isnan(x), 0.0 if short.beyond == short.largest else np.nan, near)


def _power_of_two(x: Any, round_mode: str) -> Any:
    rounding = {"up": np.ceil, "down": np.floor, "nearest": np.rint}.get(round_mode)
    if rounding is None:
        refuse(f"its rounding {round_mode!r} isn't up, down or nearest")
    return np.exp2(np.clip(rounding(np.log2(np.maximum(np.abs(x), 2.0**-127))), -127, 127))
