"""Numbers as they were written: JAX rounds them to the dtype of their arrays."""

import math
from typing import Any

import numpy as np

ROUNDED = (math.sqrt(2 / math.pi), math.pi, math.e, math.log(2), 1 / 3, 2 / 3, 0.5 * math.log(2 * math.pi))


def number(value: Any) -> Any:
    """A plain number that rounds to this one, preferably one that a person would write.

    >>> number(np.float32(0.1)), number(np.float32(np.sqrt(2))) == math.sqrt(2)
    (0.1, True)
    """
    plain = np.asarray(value)
    if plain.dtype.kind != "f" or plain.dtype.itemsize > 4:
        return plain.item()
    found = float(str(plain[()]))
    if len(str(found)) < 7 or not math.isfinite(found):
        return found
    for each in (*ROUNDED, *_roots(found)):
        if plain.dtype.type(each) == plain:
            return each
    return found


def _roots(value: float) -> tuple[float, ...]:
    """The square roots near a number, and their reciprocals."""
    sign, square = math.copysign(1, value), value * value
    roots = (math.sqrt(round(square)),) if 1 < square < 1e6 else ()
    inverse = (1 / math.sqrt(round(1 / square)),) if 1 < 1 / square < 1e6 else ()
    return tuple(sign * each for each in (*roots, *inverse))
