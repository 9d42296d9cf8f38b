"""Entry by entry: arithmetic, powers, exponentials, trigonometric and hyperbolic functions, choices."""

import math
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.ops.rules import array, broadcast
from graphviz_nn.tracing.registry import implements, inexact, op, promote
from graphviz_nn.tracing.tracer import METHODS, Tracer, apply


def _unary(kernel: np.ufunc, slope: Any, **more: Any) -> None:
    op(kernel.__name__, kernel, broadcast, None if slope is None else (slope,), **more)


def _binary(kernel: np.ufunc, vjp: Any, **more: Any) -> None:
    op(kernel.__name__, kernel, broadcast, vjp, **more)


def _share(g: Any, wins: Any, ties: Any) -> Any:
    """What an argument of a maximum gets: all where it wins, a half where both are equal."""
    return np.where(wins, g, np.where(ties, g * 0.5, 0.0))


def _power_by_base(g: Any, y: Any, a: Any, b: Any) -> Any:
    if isinstance(b, Tracer) or np.ndim(b):
        # At an exponent of 0 the slope is 0, also where a ** (0 - 1) isn't finite.
        return g * b * a ** np.where(b == 0, 1, b - 1)
    if b == 0:
        return g * 0.0
    return g * b if b == 1 else g * (b * a) if b == 2 else g * (b * a ** (b - 1))


def _power_by_exponent(g: Any, y: Any, a: Any, b: Any) -> Any:
    slope = np.log(np.where(a == 0, 1, a))
    # A plain number yields to the dtype of the arrays beside it, its logarithm too.
    return g * y * (slope if isinstance(a, Tracer) else float(slope))


_binary(
    np.add,
    (lambda g, y, a, b: g, lambda g, y, a, b: g),
    tex="{0} + {1}",
    glyph="+",
    commutative=True,
    category="arithmetic",
)
_binary(
    np.subtract,
    (lambda g, y, a, b: g, lambda g, y, a, b: -g),
    tex="{0} - {1}",
    glyph="-",
    category="arithmetic",
)
_binary(
    np.multiply,
    (lambda g, y, a, b: g * b, lambda g, y, a, b: g * a),
    tex=r"{0} \times {1}",
    glyph=r"\times",
    commutative=True,
    category="arithmetic",
)
op(
    "divide",
    np.divide,
    broadcast,
    (lambda g, y, a, b: g / b, lambda g, y, a, b: -g * y / b),
    tex="{0} / {1}",
    glyph=r"\div",
    category="arithmetic",
)
_unary(np.negative, lambda g, y, a: -g, tex="-{0}", glyph="-", category="arithmetic")
_unary(np.positive, lambda g, y, a: g, tex="{0}", glyph=r"\mathrm{id}", category="arithmetic")
_unary(np.reciprocal, lambda g, y, a: -g * y * y, tex="1 / {0}", glyph=r"1/\cdot", category="arithmetic")

_binary(
    np.power,
    (_power_by_base, _power_by_exponent),
    tex="{0}^{{{1}}}",
    glyph=r"(\cdot)^{\cdot}",
    category="powers",
)
_unary(np.square, lambda g, y, a: g * (2 * a), tex="{0}^{{2}}", glyph=r"(\cdot)^{2}", category="powers")
_unary(np.sqrt, lambda g, y, a: g / (2 * y), tex=r"\sqrt{{{0}}}", glyph=r"\sqrt{\cdot}", category="powers")
# The length of what may be nothing: there, where a root has no slope, it doesn't change.
op(
    "root",
    np.sqrt,
    broadcast,
    (lambda g, y, a: g / (2 * np.where(y == 0, math.inf, y)),),
    tex=r"\sqrt{{{0}}}",
    glyph=r"\sqrt{\cdot}",
    category="powers",
)
_unary(
    np.cbrt,
    lambda g, y, a: g / (3 * y * y),
    tex=r"\sqrt[3]{{{0}}}",
    glyph=r"\sqrt[3]{\cdot}",
    category="powers",
)
_binary(
    np.hypot,
    (lambda g, y, a, b: g * a / y, lambda g, y, a, b: g * b / y),
    commutative=True,
    category="powers",
)

_unary(np.exp, lambda g, y, a: g * y, tex=r"\exp\left({0}\right)", glyph=r"\exp", category="exponentials")
_unary(
    np.exp2,
    lambda g, y, a: g * y * float(np.log(2)),
    tex="2^{{{0}}}",
    glyph=r"2^{\cdot}",
    category="exponentials",
)
_unary(np.expm1, lambda g, y, a: g * (y + 1), category="exponentials")
_unary(np.log, lambda g, y, a: g / a, tex=r"\log\left({0}\right)", glyph=r"\log", category="exponentials")
_unary(np.log2, lambda g, y, a: g / (a * float(np.log(2))), glyph=r"\log_{2}", category="exponentials")
_unary(np.log10, lambda g, y, a: g / (a * float(np.log(10))), glyph=r"\log_{10}", category="exponentials")
_unary(np.log1p, lambda g, y, a: g / (1 + a), category="exponentials")
_binary(
    np.logaddexp,
    (lambda g, y, a, b: g * np.exp(a - y), lambda g, y, a, b: g * np.exp(b - y)),
    commutative=True,
    category="exponentials",
)


def _erf(x: Any) -> Any:
    array = np.asarray(x)
    if array.dtype == object:
        # The view "scalars" runs kernels on arrays of traced numbers.
        return np.frompyfunc(lambda each: apply("erf", each), 1, 1)(array)
    return np.vectorize(math.erf, otypes=[float])(array).astype(inexact(array.dtype))[()]


op(
    "erf",
    _erf,
    broadcast,
    (lambda g, y, a: g * (2 / math.sqrt(math.pi) * np.exp(-a * a)),),
    dtype=inexact,
    category="exponentials",
)

_unary(np.sin, lambda g, y, a: g * np.cos(a), glyph=r"\sin", category="trigonometric")
_unary(np.cos, lambda g, y, a: -g * np.sin(a), glyph=r"\cos", category="trigonometric")
_unary(np.tan, lambda g, y, a: g * (1 + y * y), glyph=r"\tan", category="trigonometric")
_unary(np.arcsin, lambda g, y, a: g / np.sqrt(1 - a * a), category="trigonometric")
_unary(np.arccos, lambda g, y, a: -g / np.sqrt(1 - a * a), category="trigonometric")
_unary(np.arctan, lambda g, y, a: g / (1 + a * a), category="trigonometric")
_binary(
    np.arctan2,
    (lambda g, y, a, b: g * b / (a * a + b * b), lambda g, y, a, b: -g * a / (a * a + b * b)),
    category="trigonometric",
)

_unary(np.sinh, lambda g, y, a: g * np.cosh(a), glyph=r"\sinh", category="hyperbolic")
_unary(np.cosh, lambda g, y, a: g * np.sinh(a), glyph=r"\cosh", category="hyperbolic")
_unary(np.tanh, lambda g, y, a: g * (1 - y * y), glyph=r"\tanh", category="hyperbolic")
_unary(np.arcsinh, lambda g, y, a: g / np.sqrt(a * a + 1), category="hyperbolic")
_unary(np.arccosh, lambda g, y, a: g / np.sqrt(a * a - 1), category="hyperbolic")
_unary(np.arctanh, lambda g, y, a: g / (1 - a * a), category="hyperbolic")

_unary(np.absolute, lambda g, y, a: g * np.sign(a), tex=r"\left|{0}\right|", glyph=r"|\cdot|", category="choices")
_unary(np.sign, None, category="choices")
_unary(np.floor, None, category="choices")
_unary(np.ceil, None, category="choices")
_unary(np.rint, None, glyph=r"\mathrm{round}", category="choices")
_binary(
    np.maximum,
    (lambda g, y, a, b: _share(g, a > b, a == b), lambda g, y, a, b: _share(g, b > a, a == b)),
    tex=r"\max\left({0}, {1}\right)",
    glyph=r"\max",
    commutative=True,
    category="choices",
)
_binary(
    np.minimum,
    (lambda g, y, a, b: _share(g, a < b, a == b), lambda g, y, a, b: _share(g, b < a, a == b)),
    tex=r"\min\left({0}, {1}\right)",
    glyph=r"\min",
    commutative=True,
    category="choices",
)
# As maximum and minimum, but a number goes before NaN.
_binary(
    np.fmax,
    (
        lambda g, y, a, b: _share(g, np.logical_or(a > b, np.isnan(b)), a == b),
        lambda g, y, a, b: _share(g, np.logical_or(b > a, np.isnan(a)), a == b),
    ),
    commutative=True,
    category="choices",
)
_binary(
    np.fmin,
    (
        lambda g, y, a, b: _share(g, np.logical_or(a < b, np.isnan(b)), a == b),
        lambda g, y, a, b: _share(g, np.logical_or(b < a, np.isnan(a)), a == b),
    ),
    commutative=True,
    category="choices",
)
_unary(np.trunc, None, category="choices")
_binary(np.floor_divide, None, tex=r"\lfloor {0} / {1} \rfloor", glyph=r"\lfloor\div\rfloor", category="choices")
_binary(
    np.remainder,
    (lambda g, y, a, b: g, lambda g, y, a, b: -g * np.floor(a / b)),
    tex=r"{0}\ \mathrm{{mod}}\ {1}",
    glyph=r"\mathrm{mod}",
    category="choices",
)
_binary(np.fmod, (lambda g, y, a, b: g, lambda g, y, a, b: -g * np.trunc(a / b)), category="choices")


def _chosen_dtype(condition: Any, a: Any, b: Any) -> np.dtype[Any]:
    samples = [each(0) if isinstance(each, type) else np.zeros((), each) for each in (a, b)]
    return np.result_type(*samples)


op(
    "where",
    np.where,
    broadcast,
    (None, lambda g, y, c, a, b: np.where(c, g, 0.0), lambda g, y, c, a, b: np.where(c, 0.0, g)),
    dtype=_chosen_dtype,
    tex=r"{1}\ \mathrm{{if}}\ {0}\ \mathrm{{else}}\ {2}",
    category="choices",
)


@implements(np.where)
def where(condition: Any, x: Any, y: Any) -> Any:
    return apply("where", condition, x, y)


@implements(np.select)
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    if len(condlist) != len(choicelist) or not condlist:
        raise ShapeError(f"np.select takes a choice for each condition, found {len(condlist)} and {len(choicelist)}")
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        default = np.where(condition, choice, default)
    return default


def _kind(value: Any) -> Any:
    """The type of a plain number, which yields to dtypes, and the dtype of anything else."""
    return type(value) if type(value) in (int, float) else array(value).dtype


@implements(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    a_min, a_max = min if a_min is None else a_min, max if a_max is None else a_max
    a = array(a)
    if a.dtype.kind in "iu":
        # As NumPy: a bound that its dtype keeps anyway is none.
        known = np.iinfo(a.dtype)
        a_min = None if type(a_min) is int and a_min <= known.min else a_min
        a_max = None if type(a_max) is int and a_max >= known.max else a_max
    if a_min is not None and a_max is not None:
        # NumPy compares all three in their common dtype.
        kinds = [_kind(each) for each in (a, a_min, a_max)]
        common = promote(*kinds)
        a = a if promote(*kinds[:2]) == common else a.astype(common)
    a = a if a_min is None else np.maximum(a, a_min)
    return a if a_max is None else np.minimum(a, a_max)


@implements(np.round, np.around)
def round(a: Any, decimals: int = 0) -> Any:
    if a.dtype == bool and decimals:
        raise TracingError("np.round has no decimals for truth values; write x.astype(float)")
    if a.dtype.kind in "iu":
        return a if decimals >= 0 else np.round(a.astype("float64"), decimals).astype(a.dtype)
    if decimals > 0:
        return np.rint(a * 10.0**decimals) / 10.0**decimals
    return np.rint(a / 10.0**-decimals) * 10.0**-decimals if decimals else np.rint(a)


METHODS.update(clip=np.clip, round=np.round)
