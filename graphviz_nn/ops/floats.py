"""The parts of a number: whole and fraction, mantissa and exponent; functions built on them."""

from typing import Any

import numpy as np

from graphviz_nn.ops.rules import array
from graphviz_nn.tracing.registry import UFUNCS, implements
from graphviz_nn.tracing.trace import function

UFUNCS.update({np.degrees: "rad2deg", np.radians: "deg2rad"})


def real(x: Any) -> Any:
    """An array of floating-point numbers, as NumPy makes one of whole numbers."""
    x = array(x)
    if x.dtype.kind == "f":
        return x
    # NumPy takes float16 for the shortest whole numbers.
    return x.astype(np.sqrt(np.ones(1, x.dtype)).dtype)


@implements(np.fabs)
def fabs(x: Any, /) -> Any:
    return np.absolute(real(x))


@implements(np.float_power)
def float_power(x1: Any, x2: Any, /) -> Any:
    return np.power(*(array(each).astype("float64") for each in (x1, x2)))


@implements(np.fix)
def fix(x: Any) -> Any:
    return np.trunc(x)


@implements(np.divmod)
def divmod(x1: Any, x2: Any, /) -> Any:
    return np.floor_divide(x1, x2), np.remainder(x1, x2)


@implements(np.modf)
@function
def modf(x: Any, /) -> Any:
    x = real(x)
    whole = np.trunc(x)
    # Of an infinite number nothing is left; its whole part is no number to subtract.
    return np.copysign(np.where(np.isinf(x), 0.0, x - whole), x), whole


@implements(np.ldexp)
def ldexp(x1: Any, x2: Any, /) -> Any:
    x1 = real(x1)
    return x1 * np.exp2(array(x2).astype(x1.dtype))


@implements(np.frexp)
@function
def frexp(x: Any, /) -> Any:
    x = real(x)
    some = np.where(np.logical_or(x == 0, np.logical_not(np.isfinite(x))), 1.0, np.absolute(x))
    guess = np.floor(np.log2(some)) + 1
    # The logarithm is rounded: the mantissa tells whether it is one off.
    mantissa = some * np.exp2(-guess)
    exponent = np.where(mantissa >= 1, guess + 1, np.where(mantissa < 0.5, guess - 1, guess))
    exponent = np.where(some == np.absolute(x), exponent, 0)
    return x * np.exp2(-exponent), exponent.astype("int32")
