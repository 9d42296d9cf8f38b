"""Arithmetic, comparison, and functions of each entry."""

import math
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.pytorch.aten.table import as_they_are, aten, cast
from graphviz_nn.importers.replay import NoRule
from graphviz_nn.tracing import function

as_they_are(
    {
        **{
            name: getattr(np, name)
            for name in (
                *("sqrt", "square", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "floor", "ceil", "trunc"),
                *("sin", "cos", "tan", "sinh", "cosh", "sign", "reciprocal", "maximum", "minimum", "fmax", "fmin"),
                *("hypot", "logaddexp", "isnan", "isinf", "isfinite", "logical_and", "logical_or", "logical_not"),
                *("fmod", "remainder"),
            )
        },
        "abs": np.absolute,
        "neg": np.negative,
        "sgn": np.sign,
        "asin": np.arcsin,
        "acos": np.arccos,
        "atan": np.arctan,
        "asinh": np.arcsinh,
        "acosh": np.arccosh,
        "atanh": np.arctanh,
        "atan2": np.arctan2,
        "eq": np.equal,
        "ne": np.not_equal,
        "lt": np.less,
        "le": np.less_equal,
        "gt": np.greater,
        "ge": np.greater_equal,
        "floor_divide": np.floor_divide,
        "erf": nn.erf,
        "special_erf": nn.erf,
        "erfc": lambda x: 1 - nn.erf(x),
        "logical_xor": np.not_equal,
        "outer": np.outer,
    }
)


@aten("add")
def add(x: Any, y: Any, *, alpha: float = 1) -> Any:
    if type(y) is int and y == 0:
        # Where a sum begins, as in `total = 0`.
        return x
    return x + (y if alpha == 1 else alpha * y)


@aten("sub", "subtract")
def subtract(x: Any, y: Any, *, alpha: float = 1) -> Any:
    return x - (y if alpha == 1 else alpha * y)


@aten("rsub")
def subtract_from(x: Any, y: Any, alpha: float = 1) -> Any:
    return y - (x if alpha == 1 else alpha * x)


@aten("mul", "multiply")
def multiply(x: Any, y: Any) -> Any:
    return x * y


@aten("div", "divide", "true_divide")
def divide(x: Any, y: Any, *, rounding_mode: str | None = None) -> Any:
    if rounding_mode == "floor":
        return np.floor_divide(x, y)
    return np.trunc(x / y) if rounding_mode == "trunc" else x / y


@aten("pow")
def power(x: Any, exponent: Any) -> Any:
    # PyTorch's literals have the power of a float; a whole number is exact.
    is_whole = isinstance(exponent, float) and exponent.is_integer() and abs(exponent) < 1000
    return x ** (int(exponent) if is_whole and exponent >= 0 else exponent)


@aten("rsqrt")
def reciprocal_root(x: Any) -> Any:
    return 1 / np.sqrt(x)


@aten("round")
def rounded(x: Any, *, decimals: int = 0) -> Any:
    return np.round(x, decimals)


@aten("clamp", "clip")
def clamp(x: Any, min: Any = None, max: Any = None) -> Any:
    low = x if min is None else np.maximum(x, min)
    return low if max is None else np.minimum(low, max)


@aten("clamp_min")
def clamp_min(x: Any, low: Any) -> Any:
    return np.maximum(x, low)


@aten("clamp_max")
def clamp_max(x: Any, high: Any) -> Any:
    return np.minimum(x, high)


@aten("lerp")
def interpolate(x: Any, end: Any, weight: Any) -> Any:
    return x + weight * (end - x)


@aten("addcmul")
def add_product(x: Any, first: Any, second: Any, *, value: float = 1) -> Any:
    return x + (first * second if value == 1 else value * first * second)


@aten("addcdiv")
def add_quotient(x: Any, first: Any, second: Any, *, value: float = 1) -> Any:
    return x + (first / second if value == 1 else value * first / second)


@aten("bitwise_and", "__and__")
def both(x: Any, y: Any) -> Any:
    _check_boolean(x, y)
    return np.logical_and(x, y)


@aten("bitwise_or", "__or__")
def either(x: Any, y: Any) -> Any:
    _check_boolean(x, y)
    return np.logical_or(x, y)


@aten("bitwise_xor", "__xor__")
def one_of(x: Any, y: Any) -> Any:
    _check_boolean(x, y)
    return np.not_equal(x, y)


@aten("bitwise_not")
def opposite(x: Any) -> Any:
    _check_boolean(x)
    return np.logical_not(x)


def _check_boolean(*arrays: Any) -> None:
    if any(getattr(each, "dtype", np.dtype(type(each))).kind != "b" for each in arrays):
        raise NoRule("it works on the bits of whole numbers")


@aten("nan_to_num")
def numbers(x: Any, nan: Any = None, posinf: Any = None, neginf: Any = None) -> Any:
    return np.nan_to_num(x, nan=0.0 if nan is None else nan, posinf=posinf, neginf=neginf)


@aten("logit")
def logit(x: Any, eps: float | None = None) -> Any:
    x = x if eps is None else np.clip(x, eps, 1 - eps)
    return np.log(x / (1 - x))


@aten("rad2deg")
def degrees(x: Any) -> Any:
    return x * (180 / math.pi)


@aten("deg2rad")
def radians(x: Any) -> Any:
    return x * (math.pi / 180)


@aten("matmul", "mm", "bmm", "mv")
def product(x: Any, y: Any) -> Any:
    return x @ y


@aten("dot", "vdot")
def dot(x: Any, y: Any) -> Any:
    return x @ y


@aten("addmm", "addmv", "baddbmm")
def add_matrix_product(x: Any, first: Any, second: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    found = first @ second
    found = found if alpha == 1 else alpha * found
    return found + (x if beta == 1 else beta * x)


@aten("einsum")
def einsum(equation: str, operands: Any, *, path: Any = None) -> Any:
    return np.einsum(equation, *operands)


@aten("cdist")
@function
def distances(x: Any, y: Any, p: float = 2.0, compute_mode: Any = None) -> Any:
    difference = np.abs(np.expand_dims(x, -2) - np.expand_dims(y, -3))
    if p == 2:
        return np.sqrt(np.sum(difference**2, axis=-1))
    return np.sum(difference, axis=-1) if p == 1 else np.sum(difference**p, axis=-1) ** (1 / p)


@aten("cosine_similarity")
@function
def cosine_similarity(x: Any, y: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    lengths = (np.maximum(np.sqrt(np.sum(each * each, axis=dim, keepdims=True)), eps) for each in (x, y))
    first, second = lengths
    return np.sum((x / first) * (y / second), axis=dim)


@aten("_to_copy", "to")
def to(x: Any, *given: Any, dtype: Any = None, **_: Any) -> Any:
    kinds = [each for each in given if str(each).startswith("torch.") and type(each).__name__ == "dtype"]
    return cast(x, kinds[0] if kinds else dtype)


@aten("type_as")
def type_as(x: Any, other: Any) -> Any:
    return x if x.dtype == other.dtype else x.astype(other.dtype.name)
