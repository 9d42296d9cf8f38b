"""What JavaScript computes for one entry: code for every operation that works entry by entry."""

from typing import Any

import numpy as np

MATH = {
    **{name: name for name in ("exp", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "cbrt", "sqrt")},
    **{name: name for name in ("sinh", "cosh", "tanh", "floor", "ceil", "trunc")},
    "root": "sqrt",
    "absolute": "abs",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctan2": "atan2",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
}
"""Operations by the name of JavaScript's function."""

OWN = (
    *("logaddexp", "logaddexp2", "rint", "power", "remainder", "floor_divide", "hypot", "sinc", "sign"),
    *("gcd", "lcm", "bitwise_count", "heaviside", "sigmoid", "erf", "erfc", "erfinv", "erfcinv", "ndtr", "log_ndtr"),
    *("ndtri", "gamma", "gammaln", "rgamma", "beta", "betaln", "xlogy", "xlog1py", "gammainc", "gammaincc"),
)
"""Operations by the same name in `functions.js`."""

BITS = {"bitwise_and": "&", "bitwise_or": "|", "bitwise_xor": "^", "left_shift": "<<", "right_shift": ">>"}

FORMULAS = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "divide": "{0} / {1}",
    "negative": "-{0}",
    **dict.fromkeys(("positive", "stop_gradient", "custom_gradient", "astype", "real", "conjugate"), "{0}"),
    "reciprocal": "1 / {0}",
    "square": "{0} * {0}",
    "exp2": "2 ** {0}",
    "deg2rad": "{0} * (Math.PI / 180)",
    "rad2deg": "{0} * (180 / Math.PI)",
    "maximum": "{0} >= {1} || {0} !== {0} ? {0} : {1}",
    "minimum": "{0} <= {1} || {0} !== {0} ? {0} : {1}",
    "fmax": "{0} >= {1} || {1} !== {1} ? {0} : {1}",
    "fmin": "{0} <= {1} || {1} !== {1} ? {0} : {1}",
    "where": "{0} ? {1} : {2}",
    "share": "{1} ? {0} : {2} ? 0.5 * {0} : 0",
    "fmod": "{0} % {1}",
    "copysign": "negative({1}) ? -Math.abs({0}) : Math.abs({0})",
    "signbit": "negative({0})",
    "isnan": "{0} !== {0}",
    "isinf": "Math.abs({0}) === Infinity",
    "isfinite": "{0} - {0} === 0",
    "equal": "{0} === {1}",
    "not_equal": "{0} !== {1}",
    "less": "{0} < {1}",
    "less_equal": "{0} <= {1}",
    "greater": "{0} > {1}",
    "greater_equal": "{0} >= {1}",
    "logical_and": "{0} !== 0 && {1} !== 0",
    "logical_or": "{0} !== 0 || {1} !== 0",
    "logical_not": "{0} === 0",
    "logical_xor": "({0} === 0) !== ({1} === 0)",
    **{name: f"Number(BigInt({{0}}) {sign} BigInt({{1}}))" for name, sign in BITS.items()},
    "invert": "-1 - {0}",
    "nextafter": "nextafter(DTYPE, {0}, {1})",
    "spacing": "spacing(DTYPE, {0})",
}

ENTRIES = {
    **{name: f"Math.{own}({{0}}, {{1}})" if own == "atan2" else f"Math.{own}({{0}})" for name, own in MATH.items()},
    **FORMULAS,
}

ARRAYS = {
    **dict.fromkeys(("float64", "int64", "uint64"), "Float64Array"),
    "float32": "Float32Array",
    "bool": "Uint8Array",
    "int8": "Int8Array",
    "int16": "Int16Array",
    "int32": "Int32Array",
    "uint8": "Uint8Array",
    "uint16": "Uint16Array",
    "uint32": "Uint32Array",
}
"""The typed array of each dtype. Long whole numbers are exact up to 2⁵³."""


def formula(op: str, count: int, dtype: str) -> str | None:
    """The code of an operation for one entry of a dtype, a template of its arguments; None if it isn't one of these."""
    found = f"{op}({', '.join(f'{{{k}}}' for k in range(count))})" if op in OWN else ENTRIES.get(op)
    if found is None:
        return None
    if dtype == "bool":
        return f"({ {'invert': '!{0}', 'negative': '!{0}'}.get(op, found) }) ? 1 : 0"
    if np.dtype(dtype).kind in "iu" and op == "power":
        return f"Math.round({found})"
    return found.replace("DTYPE", f'"{dtype}"')


def number(value: Any, dtype: str) -> str:
    """The code of a plain number in a dtype.

    >>> number(True, "float64"), number(0.1, "float32"), number(float("-inf"), "float64")
    ('1', '0.10000000149011612', '(-Infinity)')
    """
    kind = np.dtype(dtype).kind
    text = repr(int(value) if kind in "biu" else float(np.dtype(dtype).type(value)))
    text = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(text, text.removesuffix(".0"))
    return f"({text})" if text.startswith("-") else text


def converted(code: str, before: str, after: str) -> str:
    """Code for a number of one dtype in another."""
    old, new = np.dtype(before).kind, np.dtype(after).kind
    if old == new and before == after:
        return code
    if new == "b":
        return f"({code} !== 0 ? 1 : 0)"
    if new in "iu":
        return f"Math.trunc({code})" if old == "f" else code
    return f"Math.fround({code})" if after == "float32" and before != "bool" else code
