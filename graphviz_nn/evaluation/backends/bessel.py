"""Modified Bessel functions of whole orders, from those of orders 0 and 1 that a framework has."""

from dataclasses import dataclass
from functools import partial
from math import factorial
from typing import Any

from graphviz_nn.errors import GraphError
from graphviz_nn.evaluation.backends.calls import Call, Kernel, Prepared

MOST, TERMS = 8, 25
"""The highest order, and the terms of the series for arguments below the order."""


def bessel(numbers: Any, special: Any) -> dict[str, Prepared]:
    """The kernels by operation.

    J and Y are missing: PyTorch's `bessel_j0`, `bessel_j1`, `bessel_y0` and `bessel_y1` are wrong in the seventh digit.

    Parameters
    ----------
    numbers, special : module
        Have ``where`` and ``exp``, and ``i0``, ``i1``, ``i0e`` and ``i1e``.

    Source
    ------
    NIST Digital Library of Mathematical Functions, 10.29.1 and 10.25.2.
    """
    scaled = _Bessel(numbers, special.i0e, special.i1e, lambda x: numbers.exp(-abs(x)))
    return {"iv": Prepared(_Bessel(numbers, special.i0, special.i1, lambda x: 1)), "ive": Prepared(scaled)}


@dataclass(frozen=True)
class _Bessel:
    numbers: Any
    zero: Kernel
    one: Kernel
    scale: Kernel

    def __call__(self, call: Call) -> Kernel:
        """The kernel of an order.

        Raises
        ------
        GraphError
            If the order isn't whole, or is too high.
        """
        order = call.attributes["order"]
        if abs(order) > MOST or not float(order).is_integer():
            raise GraphError(
                f"{call.origin} has the order {order:g}; here orders are whole numbers from -{MOST} to {MOST}; "
                "compute it with backend='numpy'"
            )
        # The functions of the orders n and -n are the same.
        return partial(self._of, abs(int(order)))

    def _of(self, order: int, x: Any) -> Any:
        if order < 2:
            return (self.zero, self.one)[order](x)
        is_small = abs(x) < order
        further = self._upward(self.numbers.where(is_small, float(order), x), order)
        return self.numbers.where(is_small, self._series(x, order) * self.scale(x), further)

    def _upward(self, x: Any, order: int) -> Any:
        """From order to order, which keeps the digits where an argument isn't below the order."""
        below, found = self.zero(x), self.one(x)
        for each in range(1, order):
            below, found = found, below - 2 * each / x * found
        return found

    def _series(self, x: Any, order: int) -> Any:
        term = (x / 2) ** order / factorial(order)
        found = term
        for each in range(1, TERMS):
            term = term * (x * x / 4) / (each * (order + each))
            found = found + term
        return found
