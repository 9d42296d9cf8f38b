"""The cells of a graph of many single numbers, side by side in one array."""

from collections.abc import Iterable

import numpy as np

from graphviz_nn.evaluation.backends.numba_instructions import copy_of
from graphviz_nn.graph.ir import Array
from graphviz_nn.transforms.passes.listing import Listing, Slot


class Cells:
    """Where each number is: the leaves, then the outputs, then the other results, then constants.

    Parameters
    ----------
    results : iterable of str
        The variables that are computed, in the order of their cells.
    """

    def __init__(self, listing: Listing, results: Iterable[str]) -> None:
        leaves, made = listing.leaves, list(results)
        known = set(made)
        self.leaves = [name for name, each in leaves.items() if each.role != "constant"]
        self.outputs = [name if name in known else copy_of(name) for name in listing.outputs]
        names = dict.fromkeys([*self.leaves, *self.outputs, *made, *leaves])
        self.places = dict(zip(names, range(len(names)), strict=True))
        constants = {name: each.value for name, each in leaves.items() if each.role == "constant"}
        self.values = {self.places[name]: float(each) for name, each in constants.items() if each is not None}
        self.count, self._numbers = len(names), dict[str, int]()

    def of(self, slot: Slot) -> int:
        """The cell of a variable, or one for all numbers that are equal."""
        if isinstance(slot, str):
            return self.places[slot]
        key = repr(float(slot))
        if key not in self._numbers:
            self._numbers[key], self.values[self.count], self.count = self.count, float(slot), self.count + 1
        return self._numbers[key]

    def array(self) -> Array:
        """The cells, with all constants that were asked for."""
        found = np.zeros(self.count)
        found[list(self.values)] = list(self.values.values())
        return found
