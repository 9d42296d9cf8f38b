"""Functions of `scipy.special` that are formulas of other operations; they need no SciPy."""

import math
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops.rules import array
from graphviz_nn.ops.special import HOME, called, scipy_special
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import apply

for _scipys, _ours in (("erf", "erf"), ("expm1", "expm1"), ("log1p", "log1p"), ("exp2", "exp2"), ("cbrt", "cbrt")):
    implements(f"{HOME}.{_scipys}")(lambda x, name=_ours: apply(name, _float(x)))
implements(f"{HOME}.yn")(lambda n, x: called("yv", x, order=float(n), scipys=lambda x: scipy_special("yn")(n, x)))


@implements(np.i0)
def i0(x: Any) -> Any:
    found = called("iv", x, order=0.0, scipys=scipy_special("i0"))
    return found.astype("float16") if array(x).dtype == "float16" else found


def _float(x: Any, half: str = "float64") -> Any:
    """Floats of at least 32 bits, as SciPy makes them of others; `half` is that of 16 bits."""
    x = array(x)
    return x if x.dtype in ("float32", "float64") else x.astype(half if x.dtype == "float16" else "float64")


@implements(f"{HOME}.expit")
@function
def sigmoid(z: Any) -> Any:
    return np.exp(-np.logaddexp(0, -_float(z)))


@implements(f"{HOME}.log_expit")
@function
def log_sigmoid(z: Any) -> Any:
    return -np.logaddexp(0, -_float(z))


@implements(f"{HOME}.logit")
@function
def logit(p: Any) -> Any:
    p = _float(p)
    return np.log(p) - np.log1p(-p)


@implements(f"{HOME}.psi")
def digamma(x: Any) -> Any:
    return called("polygamma", x, order=0, scipys=scipy_special("digamma"))


@implements(f"{HOME}.polygamma")
def polygamma(n: Any, x: Any) -> Any:
    if not isinstance(n, int | np.integer):
        raise ShapeError(f"the order of polygamma must be a whole number, found {n!r}")
    return called("polygamma", x, order=int(n), scipys=lambda x: scipy_special("polygamma")(int(n), x))


@implements(f"{HOME}.loggamma")
@function
def loggamma(x: Any) -> Any:
    """The logarithm of a negative number isn't real."""
    return np.where(_float(x) < 0, np.nan, called("gammaln", x))


@implements(f"{HOME}.gammasgn")
@function
def gammasgn(x: Any) -> Any:
    found = np.where(_float(x) == 0, 1.0, np.sign(called("rgamma", x)))
    return np.where(found == 0, np.nan, found)


@implements(f"{HOME}.multigammaln")
@function
def multigammaln(a: Any, d: int) -> Any:
    a, total = array(a).astype("float64"), d * (d - 1) / 4 * math.log(math.pi)
    for j in range(d):
        total = total + called("gammaln", a - j / 2)
    return total


@implements(f"{HOME}.entr")
@function
def entr(x: Any) -> Any:
    x = _float(x, "float32")
    return np.where(x < 0, -np.inf, -called("xlogy", x, x))


@implements(f"{HOME}.rel_entr")
@function
def rel_entr(x: Any, y: Any) -> Any:
    x, y = _float(x, "float32"), _float(y, "float32")
    fits = np.logical_or(np.logical_and(x > 0, y > 0), np.logical_and(x == 0, y >= 0))
    # Where there is nothing of x, the quotient is of no effect.
    return np.where(fits, called("xlogy", x, x / np.where(x == 0, 1, y)), np.inf)


@implements(f"{HOME}.kl_div")
@function
def kl_div(x: Any, y: Any) -> Any:
    return rel_entr(x, y) - x + y


def _shift(x: Any, axis: Any) -> Any:
    """The largest entry, which changes neither value nor gradient."""
    most = apply("stop_gradient", np.max(x, axis=axis, keepdims=True))
    return np.where(np.isfinite(most), most, 0)


@implements(f"{HOME}.logsumexp")
@function
def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    if return_sign:
        raise ShapeError("logsumexp with return_sign=True can't be traced; take np.log(np.abs(np.sum(b * np.exp(a))))")
    a = _float(a, "float16")
    most = _shift(a, axis)
    powers = np.exp(a - most) if b is None else b * np.exp(a - most)
    total = np.log(np.sum(powers, axis=axis, keepdims=keepdims))
    return total + (most if keepdims else np.reshape(most, np.shape(total)))


@implements(f"{HOME}.softmax")
@function
def softmax(x: Any, axis: Any = None) -> Any:
    x = _float(x, "float16")
    powers = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)


@implements(f"{HOME}.log_softmax")
@function
def log_softmax(x: Any, axis: Any = None) -> Any:
    x = _float(x, "float16")
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))
