"""Functions of `scipy.special`, computed by SciPy, which is imported when one of them runs (extra `scipy`).

SciPy's ufuncs dispatch to traced arrays; they are registered as ``"scipy.special.gammaln"``.
"""

import math
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, Never

import numpy as np

from graphviz_nn.errors import GradientError, ShapeError, UsageError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.many import Argument, batching
from graphviz_nn.ops.rules import array, broadcast
from graphviz_nn.tracing.frames import where
from graphviz_nn.tracing.registry import Rule, implements, inexact, op, real_only
from graphviz_nn.tracing.tracer import Tracer, apply

HOME = "scipy.special"
ROOT_PI = math.sqrt(math.pi)


def scipy_special(name: str) -> Any:
    """A function of `scipy.special`.

    Raises
    ------
    UsageError
        If SciPy isn't installed.
    """
    try:
        return getattr(import_module(HOME), name)
    except ImportError as error:
        raise UsageError(
            f"{HOME}.{name} needs SciPy, which can't be imported ({error}); "
            "install it with pip install 'graphviz_nn[scipy]'"
        ) from None


def _entries(operation: str, compute: Callable[..., Any]) -> Rule:
    """A kernel that also takes arrays of traced numbers, as the view "scalars" has them."""

    def kernel(*arguments: Any, **attributes: Any) -> Any:
        if any(np.asarray(each).dtype == object for each in arguments):
            each = np.frompyfunc(lambda *given: apply(operation, *given, **attributes), len(arguments), 1)
            return each(*arguments)
        return compute(*arguments, **attributes)

    return kernel


def _floats(*dtypes: Any, **_: Any) -> np.dtype[Any]:
    found = inexact(*dtypes)
    if found == np.float16:
        raise ShapeError("it has no float16 version; write x.astype('float32')")
    return found


def _row(name: str, *slopes: Any, tex: str = "", glyph: str = "") -> None:
    """Register a function of numbers under SciPy's name."""

    def compute(*arguments: Any) -> Any:
        return scipy_special(name)(*arguments)

    op(
        name,
        _entries(name, compute),
        broadcast,
        slopes,
        dtype=real_only(_floats),
        tex=tex,
        glyph=glyph or rf"\mathrm{{{name}}}",
        category="special functions",
    )
    implements(f"{HOME}.{name}")(lambda *arguments: called(name, *arguments))


def called(name: str, *arguments: Any, scipys: Callable[..., Any] | None = None, **attributes: Any) -> Any:
    """Apply an operation to arguments in the dtype of SciPy's function, by default the one with its name."""
    given = [each if type(each) in (int, float) else array(each) for each in arguments]
    dtypes = {each.dtype for each in given if hasattr(each, "dtype")}
    if any(dtype.kind == "c" for dtype in dtypes):
        raise ShapeError("it has no rule for complex numbers; take np.real(z) or np.abs(z)")
    if len(dtypes) > 1 or len(given) > 1 or not dtypes <= {np.dtype("float32"), np.dtype("float64")} or scipys:
        ones = [np.ones(1, each.dtype) if hasattr(each, "dtype") else each for each in given]
        dtype = (scipys or scipy_special(name))(*ones).dtype
        given = [each.astype(dtype) if hasattr(each, "dtype") else each for each in given]
    return apply(name, *given, **attributes)


def _no_slope(name: str, place: str) -> Rule:
    def refuse(*_: Any) -> Never:
        raise GradientError(
            f"{HOME}.{name} has no gradient by its {place} argument; give that as a number, or stop_gradient of it"
        )

    return refuse


def _density(x: Any) -> Any:
    return np.exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi))


def _digamma(x: Any) -> Any:
    return apply("polygamma", x, order=0)


_row("erfc", lambda g, y, x: g * (-2 / ROOT_PI * np.exp(-x * x)))
_row("erfinv", lambda g, y, x: g * (ROOT_PI / 2 * np.exp(y * y)), glyph=r"\mathrm{erf}^{-1}")
_row("erfcinv", lambda g, y, x: g * (-ROOT_PI / 2 * np.exp(y * y)), glyph=r"\mathrm{erfc}^{-1}")
_row("ndtr", lambda g, y, x: g * _density(x), glyph=r"\Phi")
_row("log_ndtr", lambda g, y, x: g * (np.exp(-0.5 * x * x - y) * (1 / math.sqrt(2 * math.pi))), glyph=r"\log\Phi")
_row("ndtri", lambda g, y, x: g * (math.sqrt(2 * math.pi) * np.exp(0.5 * y * y)), glyph=r"\Phi^{-1}")
_row("gamma", lambda g, y, x: g * y * _digamma(x), glyph=r"\Gamma")
_row("gammaln", lambda g, y, x: g * _digamma(x), glyph=r"\log\Gamma")
_row("rgamma", lambda g, y, x: -g * y * _digamma(x), glyph=r"1/\Gamma")
_row(
    "beta",
    lambda g, y, a, b: g * y * (_digamma(a) - _digamma(a + b)),
    lambda g, y, a, b: g * y * (_digamma(b) - _digamma(a + b)),
    tex=r"\mathrm{{B}}\left({0}, {1}\right)",
    glyph=r"\mathrm{B}",
)
_row(
    "betaln",
    lambda g, y, a, b: g * (_digamma(a) - _digamma(a + b)),
    lambda g, y, a, b: g * (_digamma(b) - _digamma(a + b)),
    tex=r"\log\mathrm{{B}}\left({0}, {1}\right)",
    glyph=r"\log\mathrm{B}",
)
_row("xlogy", lambda g, y, a, b: g * np.log(b), lambda g, y, a, b: g * (a / b), tex=r"{0} \log {1}")
_row("xlog1py", lambda g, y, a, b: g * np.log1p(b), lambda g, y, a, b: g * (a / (1 + b)), tex=r"{0} \log(1 + {1})")


def _incomplete(sign: float) -> Rule:
    return lambda g, y, a, x: g * (sign * np.exp(apply("xlogy", a - 1, x) - x - apply("gammaln", a)))


_row("gammainc", _no_slope("gammainc", "first"), _incomplete(1.0), tex=r"P\left({0}, {1}\right)", glyph="P")
_row("gammaincc", _no_slope("gammaincc", "first"), _incomplete(-1.0), tex=r"Q\left({0}, {1}\right)", glyph="Q")
_row(
    "betainc",
    _no_slope("betainc", "first"),
    _no_slope("betainc", "second"),
    lambda g, y, a, b, x: g * np.exp(apply("xlogy", a - 1, x) + apply("xlog1py", b - 1, -x) - apply("betaln", a, b)),
    tex=r"I_{{{2}}}\left({0}, {1}\right)",
    glyph="I",
)


def _of_order(x: Shape, *, order: float) -> Shape:
    return x


def _of_whole_order(x: Shape, *, order: int) -> Shape:
    if order < 0:
        raise ShapeError(f"the order must be at least 0, found {order}")
    return x


def _polygamma(x: Any, order: int) -> Any:
    return scipy_special("polygamma")(order, x) if order else scipy_special("digamma")(x)


op(
    "polygamma",
    _entries("polygamma", lambda x, order: np.asarray(_polygamma(x, order)).astype(np.asarray(x).dtype)[()]),
    _of_whole_order,
    (lambda g, y, x, order: g * apply("polygamma", x, order=order + 1),),
    dtype=real_only(_floats),
    glyph=r"\psi",
    category="special functions",
)


def _bessel(name: str, slope: Rule, glyph: str, known: dict[float, str]) -> None:
    """A Bessel function of any order; SciPy has faster ones of orders 0 and 1."""

    def compute(x: Any, order: float) -> Any:
        return scipy_special(known[order])(x) if order in known else scipy_special(name)(order, x)

    op(
        name,
        _entries(name, compute),
        _of_order,
        (slope,),
        dtype=real_only(_floats),
        glyph=glyph,
        category="special functions",
    )

    def of_known_order(x: Any, *, order: float, own: str) -> Any:
        return called(name, x, order=order, scipys=scipy_special(own))

    for order, own in known.items():
        implements(f"{HOME}.{own}")(partial(of_known_order, order=order, own=own))

    @implements(f"{HOME}.{name}")
    def of_any_order(v: Any, z: Any) -> Any:
        if isinstance(v, Tracer) or np.ndim(v):
            raise ShapeError(f"the order of {HOME}.{name}{where()} must be a plain number")
        return called(name, z, order=float(v), scipys=lambda one: scipy_special(name)(v, one))


def _around(name: str, x: Any, order: float, sign: float) -> Any:
    """Half of the sum of the functions of the neighbouring orders, or of their difference."""
    below, above = (apply(name, x, order=abs(each) if _whole(each) else each) for each in (order - 1, order + 1))
    # Of a negative whole order, J and Y change their sign if it is odd.
    turned = -1.0 if name in ("jv", "yv") and _whole(order - 1) and order - 1 < 0 and (order - 1) % 2 else 1.0
    return (turned * below + sign * above) * 0.5


def _whole(number: float) -> bool:
    return float(number).is_integer()


_bessel("jv", lambda g, y, x, order: g * _around("jv", x, order, -1.0), "J", {0.0: "j0", 1.0: "j1"})
_bessel("yv", lambda g, y, x, order: g * _around("yv", x, order, -1.0), "Y", {0.0: "y0", 1.0: "y1"})
_bessel("iv", lambda g, y, x, order: g * _around("iv", x, order, 1.0), "I", {0.0: "i0", 1.0: "i1"})
_bessel(
    "ive",
    lambda g, y, x, order: g * (_around("ive", x, order, 1.0) - np.sign(x) * y),
    r"\mathrm{e}^{-|\cdot|} I",
    {0.0: "i0e", 1.0: "i1e"},
)


@batching("polygamma", "jv", "yv", "iv", "ive")
def _of_many(operation: str, size: int, x: Argument, order: float) -> Any:
    return apply(operation, x.value, order=order)
