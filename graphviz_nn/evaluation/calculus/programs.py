"""The programs that are kept for a function, by the kinds of its arguments and the branches that calls take."""

from collections.abc import Hashable, Sequence
from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from graphviz_nn.evaluation.calculus.variant import Variant

BRANCHES = 64
"""The most programs that are kept for arguments of the same structure, shapes and dtypes."""
OTHERS = 8
"""The most that are kept for what the function saw before, or what another function with the same code sees."""
KINDS = 256
"""The most kinds of arguments that programs are kept for."""


class Programs:
    """The programs of a derivative of a function.

    `whole` says whether Python's whole numbers are values of the programs: once a call differs from another one only by
    them, as with the number of a step, and unless the function needs them as Python's.
    """

    def __init__(self) -> None:
        self.whole = False
        self._may_be_whole = True
        self._met: set[Hashable] = set()
        self._kept: dict[Hashable, list[Variant]] = {}

    def found(self, key: Hashable, leaves: Sequence[Any], function: Any) -> list[Any] | None:
        """The results of the first program that takes the branches of this call; None if there is none."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        for variant in kept:
            if variant.holds(function):
                found = variant(leaves)
                if found is not None:
                    if variant is not kept[0]:
                        kept.remove(variant)
                        kept.insert(0, variant)
                    return found
        return None

    def keep(self, key: Hashable, variant: Variant, function: Any) -> bool:
        """Keep a program; False if there are too many of its kind."""
        kept = self._kept.setdefault(key, [])
        now = [each for each in kept if each.holds(function)]
        others = [each for each in kept if each not in now]
        kept[:] = now + others[:OTHERS]
        if len(now) >= BRANCHES:
            return False
        kept.insert(0, variant)
        if len(self._kept) > KINDS:
            del self._kept[next(iter(self._kept))]
        return True

    def is_again(self, key: Hashable, leaves: Sequence[Any]) -> bool:
        """Whether there was a call that differs only by whole numbers, which may then be values of a program."""
        again = self._may_be_whole and (self.whole or key in self._met) and any(type(each) is int for each in leaves)
        self._met.add(key)
        if len(self._met) > KINDS:
            self._met.clear()
        # In a program, a whole number would turn smaller floats into float64.
        return again and all(
            each.dtype.kind != "f" or each.dtype == np.float64 for each in leaves if hasattr(each, "dtype")
        )

    def settle(self, *, whole: bool) -> None:
        """Decide whether whole numbers are values of the programs; no is for good."""
        self.whole = self._may_be_whole = whole


# The programs of a function are kept with its code: grad(f), or grad(lambda …), may be written in a loop.
_OF: "WeakKeyDictionary[Any, dict[Hashable, Programs]]" = WeakKeyDictionary()


def programs_of(function: Any, kind: Hashable) -> Programs:
    """The programs of a kind of derivative of a function."""
    owner = function.__code__ if type(function) is FunctionType else function
    try:
        return _OF.setdefault(owner, {}).setdefault(kind, Programs())
    except TypeError:
        # An object that can't be a key.
        return Programs()
