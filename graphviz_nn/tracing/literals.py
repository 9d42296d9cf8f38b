"""Plain integers beside arrays that NumPy refuses."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Operation, Shape
from graphviz_nn.tracing.registry import lookup

EXACT = 2**63
"""Smaller integers fit into every float type."""


def misfit(operation: Operation, shapes: Sequence[Shape], dtypes: Sequence[Any]) -> str:
    """Why NumPy refuses an integer, and what would work; None if NumPy accepts it.

    The integer may exceed the range of the integers beside it or of all floats, or be a negative power.

    Parameters
    ----------
    Those of all arguments; the dtype of a number is its Python type.
        Those of all arguments; the dtype of a number is its Python type.

    Examples
    --------
    >>> misfit(Operation("add", literals={1: 300}), [(2,), ()], [np.dtype("int8"), int])
    "python integer 300 out of bounds for int8; write x.astype('float64') for the array"
    """
    whole = [each for each in operation.literals.values() if type(each) is int]
    if not whole:
        return ""
    has_floats = any(np.dtype(each).kind == "f" for each in dtypes)
    if has_floats and max(map(abs, whole)) < EXACT:
        return ""
    ones = [
        operation.literals.get(slot, None if isinstance(each, type) else np.ones((1,) * len(shape), each))
        for slot, (each, shape) in enumerate(zip(dtypes, shapes, strict=True))
    ]
    try:
        with np.errstate(all="ignore"):
            lookup(operation.op).kernel(*ones, **operation.attributes)
    except (OverflowError, ValueError) as error:
        remedy = "write a smaller number" if has_floats else "write x.astype('float64') for the array"
        return f"{str(error)[:1].lower()}{str(error)[1:].rstrip('.')}; {remedy}"
    return ""
