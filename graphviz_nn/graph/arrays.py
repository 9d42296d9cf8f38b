"""What may enter as an array: every argument, spec, feed and table of data passes here."""

from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Array

# Subclasses that compute as arrays do.
ALIKE = (np.ndarray, np.memmap)
# What others do otherwise, and what to write; found by the first class that fits.
OTHERS: tuple[tuple[type, str], ...] = (
    (
        np.ma.MaskedArray,
        "a masked array, whose mask would be lost; write masked.filled(0) or np.where(mask, 0, values)",
    ),
    (np.matrix, "an np.matrix, whose * is the product of matrices; write np.asarray(matrix), and @ for the product"),
    (np.recarray, "a record array; write np.asarray(records['name']) for each of its fields"),
)


def numbers(value: Any) -> Array:
    """A value as an array of real numbers or truth values.

    Raises
    ------
    ValueError
        Where it isn't one, or is of a class that computes otherwise; the text goes on after the value's name.

    Examples
    --------
    >>> numbers([1, 2.5])
    array([1. , 2.5])
    >>> numbers(np.ma.array([1.0, 2.0], mask=[0, 1]))
    Traceback (most recent call last):
    ValueError: is a masked array, ...
    """
    refuse_others(value)
    try:
        array = np.asarray(value)
    except Exception as error:
        # What tensors of other frameworks raise has no common class.
        raise ValueError(f"can't be made an array: {error}") from None
    if array.dtype.kind in "biuf":
        return array
    if array.dtype.names:
        raise ValueError(f"is a structured array with the fields {', '.join(array.dtype.names)}; write array['name']")
    raise ValueError(f"must hold real numbers, found {array.dtype} ({' '.join(repr(value).split()):.40})")


def refuse_others(value: Any) -> None:
    """Raise a `ValueError` where an array, or one in a list, computes otherwise than arrays do."""
    if isinstance(value, list | tuple):
        for each in value:
            refuse_others(each)
    elif isinstance(value, np.ndarray) and type(value) not in ALIKE:
        name = type(value).__name__
        known = (sentence for kind, sentence in OTHERS if isinstance(value, kind))
        raise ValueError(f"is {next(known, f'a {name}, a class of arrays of its own; write np.asarray of it')}")
