"""Numbers as people write them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from math import floor, isfinite, isnan, log10
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError, brief
from graphviz_nn.graph.ir import Array

# The most entries of an array that are written one by one.
FEW = 6
# A number within this many roundings of 0, beside much larger numbers, is 0.
ROUNDINGS = 16
_DIGITS: ContextVar[int] = ContextVar("digits", default=3)


@contextmanager
def digits(count: int | None) -> Iterator[None]:
    """Write numbers with this many significant digits in this context; None changes nothing.

    Raises
    ------
    UsageError
        If it isn't a whole number from 1 to 17, the precision of a float.

    Examples
    --------
    >>> with digits(6):
    ...     number(1 / 3)
    '0.333333'
    """
    if count is None:
        yield
        return
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or not 1 <= count <= 17:
        raise UsageError(f"digits must be a whole number from 1 to 17, found {brief(count)}")
    token = _DIGITS.set(int(count))
    try:
        yield
    finally:
        _DIGITS.reset(token)


def number(value: complex, count: int | None = None) -> str:
    r"""TeX for a number with this many significant digits; one more if that makes it exact.

    >>> number(0.5), number(1e-5), number(-0.51234), number(12.25), number(1234.5), number(1 / 3, 4)
    ('0.5', '10^{-5}', '-0.512', '12.25', '1234', '0.3333')
    >>> number(2.5e-7), number(-1e20)
    ('2.5{\\cdot}10^{-7}', '-10^{20}')
    >>> number(1j), number(2 - 0.5j), number(-3 + 0j)
    ('i', '2 - 0.5i', '-3')
    """
    if isinstance(value, complex):
        return _complex(value, count)
    if not isfinite(value):
        return r"\mathrm{NaN}" if isnan(value) else r"\infty" if value > 0 else r"-\infty"
    count = _DIGITS.get() if count is None else count
    # Adding 0 turns -0 into 0.
    more = f"{value + 0.0:.{count + 1}g}"
    written = more if float(more) == value or 1000 <= abs(value) < 10_000 else f"{value + 0.0:.{count}g}"
    mantissa, _, exponent = written.partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return {"1": power, "-1": f"-{power}"}.get(mantissa, rf"{mantissa}{{\cdot}}{power}")


def _complex(value: complex, count: int | None) -> str:
    real, imaginary = value.real, value.imag
    size = number(abs(imaginary), count)
    turned = "i" if size == "1" else f"{size}i"
    if not real and imaginary:
        return f"-{turned}" if imaginary < 0 else turned
    if not imaginary:
        return number(real, count)
    return f"{number(real, count)} {'-' if imaginary < 0 else '+'} {turned}"


def array(value: Array) -> str:
    r"""TeX for an array: its entries if they are few, otherwise minimum, maximum and mean.

    >>> array(np.array(0.5)), array(np.array([1.0, -2.0])), array(np.array([[1, 2], [3, 4]]))
    ('0.5', '(1,\\ {-}2)', '[1,\\ 2;\\ 3,\\ 4]')
    >>> array(np.arange(10.0)), array(np.array([0.5, 0.1 + 0.2 - 0.3, 1 / 3]))
    ('0\\ \\ldots\\ 9,\\ \\mathrm{mean}\\ 4.5', '(0.500,\\ 0.000,\\ 0.333)')
    >>> array(np.ones((3, 4)))
    '\\mathrm{all}\\ 1'
    >>> array(np.array([1j, 2.0])), array(3j * np.ones(9))
    ('(i,\\ 2)', '|\\cdot|:\\ \\mathrm{all}\\ 3')
    """
    if not value.ndim:
        return number(value.item() if value.dtype.kind == "c" else float(value))
    if not value.size:
        return r"(\,)"
    if value.size > FEW or value.ndim > 2:
        if value.dtype.kind == "c":
            return rf"|\cdot|:\ {array(np.abs(value))}"
        with np.errstate(all="ignore"):
            # Infinities of both signs have no mean: NaN is written.
            least, greatest, mean = value.min(), value.max(), np.asarray(value.mean())
        summary = cleared(np.asarray([least, greatest, mean]), max(abs(least), abs(greatest)))
        first, last, middle = (_after_a_comma(number(float(each))) for each in summary)
        if least == greatest:
            return rf"\mathrm{{all}}\ {first}"
        return rf"{first}\ \ldots\ {last},\ \mathrm{{mean}}\ {middle}"
    entries = iter(aligned(value, value.ravel()))
    rows = [r",\ ".join(next(entries) for _ in row) for row in np.atleast_2d(value)]
    joined = r";\ ".join(rows)
    return f"[{joined}]" if value.ndim == 2 else f"({joined})"


def cleared(value: Array, scale: float) -> Array:
    """An array with 0 in place of round-off, relative to inputs as large as `scale`.

    >>> cleared(np.array([0.1 + 0.2 - 0.3, 1.0]), 0.3)
    array([0., 1.])
    """
    if value.dtype.kind == "c":
        return cleared(value.real, scale) + 1j * cleared(value.imag, scale)
    if value.dtype.kind != "f" or not isfinite(scale):
        return value
    return np.where(np.abs(value) <= ROUNDINGS * np.finfo(value.dtype).eps * scale, 0, value)


def aligned(whole: Array, chosen: Any) -> list[str]:
    """TeX for some numbers of an array, with equal numbers of decimals if that leaves digits of each.

    >>> aligned(np.array([0.25, -1.5, 3.0]), [-1.5, 3.0])
    ['{-}1.5', '3.0']
    """
    sizes = np.abs(whole[np.isfinite(whole)])
    largest = float(sizes.max()) if sizes.size else 0.0
    kept = cleared(np.asarray(chosen), largest)
    if kept.dtype.kind == "c":
        return [_after_a_comma(number(each)) for each in kept.tolist()]
    values = [float(each) for each in kept]
    texts = [number(each) for each in values]
    decimals = _decimals(texts, number(largest), largest)
    fixed = [
        f"{value + 0.0:.{decimals}f}" if isfinite(value) else text for value, text in zip(values, texts, strict=True)
    ]
    apart = any("^" in text for text in texts) or any(
        value and isfinite(value) and not float(text) for value, text in zip(values, fixed, strict=True)
    )
    return [_after_a_comma(text) for text in (texts if apart else fixed)]


def _after_a_comma(text: str) -> str:
    # As text, a minus would be set as an operator.
    return text.replace("-", "{-}")


def _decimals(texts: Sequence[str], longest: str, largest: float) -> int:
    """The number of decimals: as many as one number needs, limited by the digits of the largest."""
    needed, own = (max(len(text.partition(".")[2]) for text in each) for each in (texts, [longest]))
    return min(needed, max(own, _DIGITS.get() - 1 - floor(log10(largest)))) if largest else 0
