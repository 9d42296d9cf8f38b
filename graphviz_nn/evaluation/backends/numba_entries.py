"""What numba computes for one entry: code for every operation that works entry by entry."""

import math
from typing import Any

import numpy as np

from graphviz_nn.tracing.registry import OPS

FORMULAS = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "divide": "{0} / {1}",
    "negative": "-{0}",
    "positive": "{0}",
    "stop_gradient": "{0}",
    "reciprocal": "1 / {0}",
    "power": "{0} ** {1}",
    "square": "{0} * {0}",
    "sqrt": "math.sqrt({0})",
    "root": "math.sqrt({0})",
    "exp": "math.exp({0})",
    "expm1": "math.expm1({0})",
    "log": "np.log({0})",
    "log1p": "np.log1p({0})",
    "erf": "math.erf({0})",
    "sin": "math.sin({0})",
    "cos": "math.cos({0})",
    "tanh": "math.tanh({0})",
    "absolute": "abs({0})",
    "maximum": "{0} if {0} >= {1} or {0} != {0} else {1}",
    "minimum": "{0} if {0} <= {1} or {0} != {0} else {1}",
    "fmax": "{0} if {0} >= {1} or {1} != {1} else {1}",
    "fmin": "{0} if {0} <= {1} or {1} != {1} else {1}",
    "where": "{1} if {0} else {2}",
    "astype": "{0}",
    "equal": "{0} == {1}",
    "not_equal": "{0} != {1}",
    "less": "{0} < {1}",
    "less_equal": "{0} <= {1}",
    "greater": "{0} > {1}",
    "greater_equal": "{0} >= {1}",
    "logical_and": "bool({0}) and bool({1})",
    "logical_or": "bool({0}) or bool({1})",
    "logical_not": "not {0}",
    "logical_xor": "bool({0}) != bool({1})",
    "bitwise_and": "{0} & {1}",
    "bitwise_or": "{0} | {1}",
    "bitwise_xor": "{0} ^ {1}",
    "left_shift": "{0} << {1}",
    "right_shift": "{0} >> {1}",
    "copysign": "math.copysign({0}, {1})",
    "signbit": "math.copysign(1.0, {0}) < 0",
    "heaviside": "{0} if {0} != {0} else {1} if {0} == 0 else 1.0 if {0} > 0 else 0.0",
    "erfc": "math.erfc({0})",
    "gamma": "math.gamma({0})",
    "rgamma": "1 / math.gamma({0})",
    "gammaln": "math.lgamma({0})",
    "betaln": "math.lgamma({0}) + math.lgamma({1}) - math.lgamma({0} + {1})",
    "beta": "math.exp(math.lgamma({0}) + math.lgamma({1}) - math.lgamma({0} + {1}))",
    "ndtr": "0.5 * math.erfc(-{0} / math.sqrt(2.0))",
    "xlogy": "0.0 if {0} == 0 and {1} == {1} else {0} * np.log({1})",
    "xlog1py": "0.0 if {0} == 0 and {1} == {1} else {0} * np.log1p({1})",
    "sinc": "1.0 if {0} == 0 else math.sin(math.pi * {0}) / (math.pi * {0})",
    "cbrt": "math.copysign(abs({0}) ** (1 / 3), {0})",
}

NUMPYS = (
    *("exp2", "log2", "log10", "logaddexp", "hypot", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh"),
    *("arcsinh", "arccosh", "arctanh", "sign", "floor", "ceil", "trunc", "rint", "floor_divide", "remainder", "fmod"),
    *("isnan", "isinf", "isfinite", "invert", "deg2rad", "rad2deg", "logaddexp2", "nextafter", "spacing"),
    *("gcd", "lcm"),
)
"""Operations by NumPy's own name, which numba compiles for single numbers."""

ENTRIES = {
    **FORMULAS,
    **{name: f"np.{name}({{0}})" if OPS[name].signature.most == 1 else f"np.{name}({{0}}, {{1}})" for name in NUMPYS},
}


SPACE: dict[str, Any] = {"np": np, "math": math}
"""What the code refers to."""


def number(value: Any, dtype: np.dtype[Any]) -> str:
    """The code of a plain number in a dtype."""
    if dtype.kind == "b":
        return repr(bool(value))
    if dtype.kind in "iu":
        return f"np.{dtype.name}({int(value)})"
    text = repr(float(value))
    text = {"inf": "np.inf", "-inf": "-np.inf", "nan": "np.nan"}.get(text, text)
    return text if dtype == np.float64 else f"np.{dtype.name}({text})"


def converted(code: str, dtype: np.dtype[Any]) -> str:
    """Code in a dtype."""
    return f"({code}) != 0" if dtype.kind == "b" else f"np.{dtype.name}({code})"
