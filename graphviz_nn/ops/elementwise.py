"""Elementwise operations: arithmetic, powers, exponentials, trigonometric and hyperbolic functions, choices."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.ops.error_function import erf
from graphviz_nn.ops.rules import array, broadcast
from graphviz_nn.tracing.registry import by_ufunc, implements, inexact, op, promote, real_only
from graphviz_nn.tracing.tracer import METHODS, Tracer, apply


def _family(category: str) -> Callable[..., None]:
    """A function that registers ufuncs of a family, with one gradient rule per argument, or none."""

    def add(kernel: np.ufunc, *slopes: Any, name: str = "", **more: Any) -> None:
        op(name or kernel.__name__, kernel, broadcast, slopes or None, category=category, **more)

    return add


def _share(g: Any, wins: Any, ties: Any) -> Any:
    """The share of an argument of a maximum in the gradient: all if it wins, half at a tie."""
    return np.where(wins, g, np.where(ties, g * 0.5, 0.0))


def _to_absolute(g: Any, y: Any, a: Any) -> Any:
    if array(a).dtype.kind != "c":
        return g * np.sign(a)
    # A length of 0 has the gradient 0.
    return g * (np.conjugate(a) / np.where(y == 0, 1, y))


def _power_by_base(g: Any, y: Any, a: Any, b: Any) -> Any:
    if isinstance(b, Tracer) or np.ndim(b):
        # At an exponent of 0 the slope is 0, even if a ** (0 - 1) isn't finite.
        return g * b * a ** np.where(b == 0, 1, b - 1)
    if b == 0:
        return g * 0.0
    return g * b if b == 1 else g * (b * a) if b == 2 else g * (b * a ** (b - 1))


def _power_by_exponent(g: Any, y: Any, a: Any, b: Any) -> Any:
    slope = np.log(np.where(a == 0, 1, a))
    # A plain number adapts to the dtype of the arrays beside it; so does its logarithm.
    return g * y * (slope if isinstance(a, Tracer) else float(slope))


_row = _family("arithmetic")
_row(np.add, lambda g, y, a, b: g, lambda g, y, a, b: g, tex="{0} + {1}", glyph="+", commutative=True)
_row(np.subtract, lambda g, y, a, b: g, lambda g, y, a, b: -g, tex="{0} - {1}", glyph="-")
_row(
    np.multiply,
    lambda g, y, a, b: g * b,
    lambda g, y, a, b: g * a,
    tex=r"{0} \times {1}",
    glyph=r"\times",
    commutative=True,
)
_row(np.divide, lambda g, y, a, b: g / b, lambda g, y, a, b: -g * y / b, tex="{0} / {1}", glyph=r"\div")
_row(np.negative, lambda g, y, a: -g, tex="-{0}", glyph="-")
_row(np.positive, lambda g, y, a: g, tex="{0}", glyph=r"\mathrm{id}")
_row(np.reciprocal, lambda g, y, a: -g * y * y, tex="1 / {0}", glyph=r"1/\cdot")

op(
    "stop_gradient",
    np.positive,
    broadcast,
    None,
    tex=r"\mathrm{{sg}}({0})",
    glyph=r"\mathrm{sg}",
    category="arithmetic",
)

_row = _family("powers")
_row(np.power, _power_by_base, _power_by_exponent, tex="{0}^{{{1}}}", glyph=r"(\cdot)^{\cdot}")
_row(np.square, lambda g, y, a: g * (2 * a), tex="{0}^{{2}}", glyph=r"(\cdot)^{2}")
_root = {"tex": r"\sqrt{{{0}}}", "glyph": r"\sqrt{\cdot}"}
_row(np.sqrt, lambda g, y, a: g / (2 * y), **_root)
# A length of 0, where the root has no slope, has the gradient 0.
_row(np.sqrt, lambda g, y, a: np.where(y == 0, 0, g / (2 * np.where(y == 0, 1, y))), name="root", **_root)
_row(np.cbrt, lambda g, y, a: g / (3 * y * y), tex=r"\sqrt[3]{{{0}}}", glyph=r"\sqrt[3]{\cdot}")
_row(np.hypot, lambda g, y, a, b: g * a / y, lambda g, y, a, b: g * b / y, commutative=True)

_row = _family("exponentials")
_row(np.exp, lambda g, y, a: g * y, tex=r"\exp\left({0}\right)", glyph=r"\exp")
_row(np.exp2, lambda g, y, a: g * y * float(np.log(2)), tex="2^{{{0}}}", glyph=r"2^{\cdot}")
_row(np.expm1, lambda g, y, a: g * (y + 1))
_row(np.log, lambda g, y, a: g / a, tex=r"\log\left({0}\right)", glyph=r"\log")
_row(np.log2, lambda g, y, a: g / (a * float(np.log(2))), glyph=r"\log_{2}")
_row(np.log10, lambda g, y, a: g / (a * float(np.log(10))), glyph=r"\log_{10}")
_row(np.log1p, lambda g, y, a: g / (1 + a))
_row(np.logaddexp, lambda g, y, a, b: g * np.exp(a - y), lambda g, y, a, b: g * np.exp(b - y), commutative=True)
_row(np.logaddexp2, lambda g, y, a, b: g * np.exp2(a - y), lambda g, y, a, b: g * np.exp2(b - y), commutative=True)


def _erf(x: Any) -> Any:
    array = np.asarray(x)
    if array.dtype == object:
        # The view "scalars" runs kernels on arrays of traced numbers.
        return np.frompyfunc(lambda each: apply("erf", each), 1, 1)(array)
    return erf(array.astype(inexact(array.dtype), copy=False))[()]


op(
    "erf",
    _erf,
    broadcast,
    (lambda g, y, a: g * (2 / math.sqrt(math.pi) * np.exp(-a * a)),),
    dtype=real_only(inexact),
    category="exponentials",
)

_row = _family("trigonometric")
_row(np.sin, lambda g, y, a: g * np.cos(a), glyph=r"\sin")
_row(np.cos, lambda g, y, a: -g * np.sin(a), glyph=r"\cos")
_row(np.tan, lambda g, y, a: g * (1 + y * y), glyph=r"\tan")
_row(np.arcsin, lambda g, y, a: g / np.sqrt(1 - a * a))
_row(np.arccos, lambda g, y, a: -g / np.sqrt(1 - a * a))
_row(np.arctan, lambda g, y, a: g / (1 + a * a))
_row(np.deg2rad, lambda g, y, a: g * (math.pi / 180))
_row(np.rad2deg, lambda g, y, a: g * (180 / math.pi))
_row(np.arctan2, lambda g, y, a, b: g * b / (a * a + b * b), lambda g, y, a, b: -g * a / (a * a + b * b))


def _slope_of_sinc(x: Any) -> Any:
    """The derivative of sin(πx) / πx; by its series near 0, where the formula loses digits."""
    t = x * math.pi
    near = np.abs(t) < 0.5
    series, squares = 0.0, t * t
    for k in range(7, 0, -1):
        series = series * squares + (-1.0) ** k * 2 * k / math.factorial(2 * k + 1)
    far = np.where(near, 1, t)
    return np.where(near, t * series, (np.cos(far) - np.sin(far) / far) / far) * math.pi


def _sinc(x: Any) -> Any:
    if np.asarray(x).dtype == object:
        return np.frompyfunc(lambda each: apply("sinc", each), 1, 1)(x)
    return np.sinc(x)


op(
    "sinc",
    _sinc,
    broadcast,
    (lambda g, y, x: g * _slope_of_sinc(x),),
    dtype=real_only(inexact),
    category="trigonometric",
)
implements(np.sinc)(lambda x: apply("sinc", x))

_row = _family("hyperbolic")
_row(np.sinh, lambda g, y, a: g * np.cosh(a), glyph=r"\sinh")
_row(np.cosh, lambda g, y, a: g * np.sinh(a), glyph=r"\cosh")
_row(np.tanh, lambda g, y, a: g * (1 - y * y), glyph=r"\tanh")
_row(np.arcsinh, lambda g, y, a: g / np.sqrt(a * a + 1))
_row(np.arccosh, lambda g, y, a: g / np.sqrt(a * a - 1))
_row(np.arctanh, lambda g, y, a: g / (1 - a * a))

_row = _family("choices")
_row(np.absolute, _to_absolute, tex=r"\left|{0}\right|", glyph=r"|\cdot|")
_row(np.sign, dtype=real_only(by_ufunc(np.sign), "write z / np.abs(z)"))
_row(np.signbit)
_row(np.heaviside, None, lambda g, y, a, b: np.where(a == 0, g, 0.0))
_row(np.copysign, lambda g, y, a, b: np.where(np.signbit(a) == np.signbit(b), g, -g), None)
_row(np.nextafter, lambda g, y, a, b: g, None)
_row(np.spacing)
_row(np.floor)
_row(np.ceil)
_row(np.rint, glyph=r"\mathrm{round}")
_row(
    np.maximum,
    lambda g, y, a, b: _share(g, a > b, a == b),
    lambda g, y, a, b: _share(g, b > a, a == b),
    tex=r"\max\left({0}, {1}\right)",
    glyph=r"\max",
    commutative=True,
)
_row(
    np.minimum,
    lambda g, y, a, b: _share(g, a < b, a == b),
    lambda g, y, a, b: _share(g, b < a, a == b),
    tex=r"\min\left({0}, {1}\right)",
    glyph=r"\min",
    commutative=True,
)
# Like maximum and minimum, but a number wins over NaN.
_row(
    np.fmax,
    lambda g, y, a, b: _share(g, np.logical_or(a > b, np.isnan(b)), a == b),
    lambda g, y, a, b: _share(g, np.logical_or(b > a, np.isnan(a)), a == b),
    commutative=True,
)
_row(
    np.fmin,
    lambda g, y, a, b: _share(g, np.logical_or(a < b, np.isnan(b)), a == b),
    lambda g, y, a, b: _share(g, np.logical_or(b < a, np.isnan(a)), a == b),
    commutative=True,
)
_row(np.trunc)
_row(np.floor_divide, tex=r"\lfloor {0} / {1} \rfloor", glyph=r"\lfloor\div\rfloor")
_row(
    np.remainder,
    lambda g, y, a, b: g,
    lambda g, y, a, b: -g * np.floor(a / b),
    tex=r"{0}\ \mathrm{{mod}}\ {1}",
    glyph=r"\mathrm{mod}",
)
_row(np.fmod, lambda g, y, a, b: g, lambda g, y, a, b: -g * np.trunc(a / b))


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
        raise ShapeError(f"np.select needs one choice per condition, found {len(choicelist)} for {len(condlist)}")
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        default = np.where(condition, choice, default)
    return default


def _kind(value: Any) -> Any:
    """The type of a plain number, which adapts, or the dtype of anything else."""
    return type(value) if type(value) in (int, float) else array(value).dtype


@implements(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    a_min, a_max = min if a_min is None else a_min, max if a_max is None else a_max
    a = array(a)
    if a.dtype.kind in "iu":
        # Like NumPy, ignore a bound that the dtype implies.
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
        raise TracingError("np.round doesn't take booleans with decimals; write x.astype(float)")
    if a.dtype.kind in "iu":
        return a if decimals >= 0 else np.round(a.astype("float64"), decimals).astype(a.dtype)
    if decimals > 0:
        return np.rint(a * 10.0**decimals) / 10.0**decimals
    return np.rint(a / 10.0**-decimals) * 10.0**-decimals if decimals else np.rint(a)


METHODS.update(clip=np.clip, round=np.round)
