"""Arithmetic, comparisons and functions of each entry, and products of matrices."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.onnx_model.table import alike, operator, refuse

UNARY: dict[str, Callable[[Any], Any]] = {
    "Abs": np.abs,
    "Acos": np.arccos,
    "Acosh": np.arccosh,
    "Asin": np.arcsin,
    "Asinh": np.arcsinh,
    "Atan": np.arctan,
    "Atanh": np.arctanh,
    "Ceil": np.ceil,
    "Cos": np.cos,
    "Cosh": np.cosh,
    "Det": np.linalg.det,
    "Erf": nn.erf,
    "Exp": np.exp,
    "Floor": np.floor,
    "IsNaN": np.isnan,
    "Log": np.log,
    "Neg": np.negative,
    "Not": np.logical_not,
    "Round": np.rint,
    "Sign": np.sign,
    "Sin": np.sin,
    "Sinh": np.sinh,
    "Sqrt": np.sqrt,
    "Tan": np.tan,
    "Tanh": nn.tanh,
}
"""Functions of one array."""


def _one(function: Callable[[Any], Any]) -> Callable[..., Any]:
    # The first versions had an attribute for optimizers.
    return lambda x, *, consumed_inputs=None: function(x)


for _name, _function in UNARY.items():
    operator(_name)(_one(_function))


@operator("Reciprocal")
def reciprocal(x: Any, *, consumed_inputs: Any = None) -> Any:
    return 1 / x


@operator("IsInf")
def is_inf(x: Any, *, detect_negative: int = 1, detect_positive: int = 1) -> Any:
    if detect_negative and detect_positive:
        return np.isinf(x)
    infinity = np.inf if detect_positive else -np.inf
    return x == infinity if detect_positive or detect_negative else np.zeros(np.shape(x), bool)


def _divide(x: Any, y: Any) -> Any:
    kind = np.dtype(x.dtype).kind
    if kind == "f":
        return x / y
    # Whole numbers are cut towards 0.
    return x // y if kind == "u" else alike(x, np.sign(x) * np.sign(y) * (np.abs(x) // np.abs(y)))


def _power(x: Any, y: Any) -> Any:
    return alike(x, x**y)


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "Add": lambda x, y: x + y,
    "And": np.logical_and,
    "Div": _divide,
    "Equal": np.equal,
    "Greater": np.greater,
    "GreaterOrEqual": np.greater_equal,
    "Less": np.less,
    "LessOrEqual": np.less_equal,
    "Mul": lambda x, y: x * y,
    "Or": np.logical_or,
    "Pow": _power,
    "Sub": lambda x, y: x - y,
    "Xor": np.not_equal,
}
"""Functions of two arrays that are broadcast together."""


def _two(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    return lambda x, y: function(x, y)


def _two_along(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def rule(x: Any, y: Any, *, axis: int | None = None, broadcast: int = 0, consumed_inputs: Any = None) -> Any:
        if broadcast and axis is not None and np.ndim(y):
            behind = np.ndim(x) - axis % np.ndim(x) - np.ndim(y)
            y = np.reshape(y, (*np.shape(y), *(1,) * behind))
        elif not broadcast and np.shape(x) != np.shape(y):
            refuse(f"its shapes {np.shape(x)} and {np.shape(y)} differ")
        return function(x, y)

    return rule


for _name, _binary in BINARY.items():
    operator(_name, since=7)(_two(_binary))
    operator(_name)(_two_along(_binary))


@operator("Mod")
def mod(x: Any, y: Any, *, fmod: int = 0) -> Any:
    return np.fmod(x, y) if fmod else np.remainder(x, y)


MANY: dict[str, Callable[[Any, Any], Any]] = {
    "Max": np.maximum,
    "Mean": lambda x, y: x + y,
    "Min": np.minimum,
    "Sum": lambda x, y: x + y,
}
"""Functions of any number of arrays, two by two."""


def _many(name: str, function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def rule(*arrays: Any, consumed_inputs: Any = None) -> Any:
        found = reduce(function, arrays)
        return found / len(arrays) if name == "Mean" else found

    return rule


for _name, _binary in MANY.items():
    operator(_name)(_many(_name, _binary))


@operator("MatMul")
def matmul(x: Any, y: Any) -> Any:
    return np.matmul(x, y)


@operator("Einsum")
def einsum(*arrays: Any, equation: str) -> Any:
    return np.einsum(equation, *arrays)


@operator("Gemm", weights=(1, 2))
def gemm(
    a: Any,
    b: Any,
    c: Any = None,
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    transA: int = 0,  # noqa: N803 (ONNX's name)
    transB: int = 0,  # noqa: N803 (ONNX's name)
    broadcast: int = 0,
) -> Any:
    if alpha == 1 and not transA and transB and (c is None or (beta == 1 and np.shape(c) == np.shape(b)[:1])):
        return nn.linear(a, b, c)
    a = np.transpose(a) if transA else a
    b = np.transpose(b) if transB else b
    found = a @ b
    found = found if alpha == 1 else alike(a, found * alpha)
    if c is None or not beta:
        return found
    return found + (c if beta == 1 else alike(a, c * beta))
