"""Objects of the author's that constants and parameters come from, with their contents at each use."""

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple
from weakref import ref

import numpy as np

from graphviz_nn.graph.ir import Array

# The number of entries compared at once.
PART = 65_536


class Held(NamedTuple):
    """An object of the author's, and its contents at each use.

    Parameters
    ----------
    there : callable
        Returns the object; None if it is gone, so that another object may have its id.
    """

    there: Callable[[], Any]
    versions: list[tuple[Array, int]]

    def number_of(self, array: Array) -> int | None:
        """The number of the version with the same bits as the array."""
        for kept, number in reversed(self.versions):
            if kept.shape == array.shape and kept.dtype == array.dtype and same_bits(kept, array):
                return number
        return None


def place_of(value: Any) -> tuple[Hashable, Callable[[], Any]]:
    """A key for an object, and a function that returns the object while the key is valid.

    A part of an array has the same key at each use, even as a new object. An array that is created anew at each use
    isn't kept.
    """
    if type(value) is not np.ndarray:
        return id(value), lambda: value
    whole = value
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    layout = (value.ctypes.data, value.shape, value.strides, value.dtype)
    return (id(whole), *layout), ref(whole)


def held_in(known: dict[Hashable, Held], value: Any) -> Held:
    """The entry of an object; a new one if the object is gone whose key it has."""
    key, there = place_of(value)
    held = known.get(key)
    if held is None or held.there() is not there():
        held = known[key] = Held(there, [])
    return held


def same_bits(one: Array, other: Array) -> bool:
    """Whether two arrays of one shape and dtype have the same bits, without copying them."""
    if one.itemsize > 8:
        return one.tobytes() == other.tobytes()
    bits = f"u{one.itemsize}"
    parts = np.nditer([one.view(bits), other.view(bits)], ["external_loop", "buffered", "zerosize_ok"], buffersize=PART)
    return all(np.array_equal(mine, theirs) for mine, theirs in parts)
