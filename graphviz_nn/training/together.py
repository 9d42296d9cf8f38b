"""The number of examples that a graph takes at once, and their axis."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from graphviz_nn.errors import DataError
from graphviz_nn.graph.ir import Array, Shape

FIRST, LAST = 0, -1


@dataclass(frozen=True)
class Together:
    """The examples of a graph: a single one, or several along an axis of each input and target.

    Parameters
    ----------
    count : int
        The number of examples.
    axis : int, optional
        Their axis, 0 or -1; None for a graph of one example.
    """

    count: int = 1
    axis: int | None = None

    def one(self, shape: Shape) -> Shape:
        """The part of a shape that belongs to one example.

        >>> Together(20, 0).one((20, 2)), Together(20, -1).one((2, 20)), Together().one((2,))
        ((2,), (2,), (2,))
        """
        if self.axis is None:
            return shape
        return shape[1:] if self.axis == FIRST else shape[:-1]

    def holds(self, shape: Shape) -> bool:
        """Whether an array of this shape has an entry per example."""
        return self.axis is None or (bool(shape) and shape[self.axis] == self.count)

    def grouped(self, examples: Array) -> Array:
        """Arrange examples along the first axis in groups, each as the graph takes it.

        >>> Together(2, -1).grouped(np.zeros((6, 3))).shape
        (3, 3, 2)
        """
        if self.axis is None:
            return examples
        groups = examples.reshape(-1, self.count, *examples.shape[1:])
        return groups if self.axis == FIRST else np.moveaxis(groups, 1, -1)

    def apart(self, groups: Array) -> Array:
        """The examples of all groups, along the first axis.

        >>> Together(2, -1).apart(np.zeros((3, 3, 2))).shape
        (6, 3)
        """
        if self.axis is None:
            return groups
        rows = groups if self.axis == FIRST else np.moveaxis(groups, -1, 1)
        return rows.reshape(-1, *rows.shape[2:])

    def groups(self, examples: int, what: str = "the data have") -> int:
        """The number of groups for this number of examples.

        Raises
        ------
        DataError
            If examples would be left over.
        """
        if examples % self.count:
            raise DataError(
                f"{what} {examples} examples, but the graph takes {self.count} at once; "
                f"trace it for one example, for all {examples}, or for a number that divides {examples}"
            )
        return examples // self.count


def together(inputs: Mapping[str, Shape], targets: Mapping[str, Shape], columns: int) -> Together:
    """How a graph with these inputs and targets takes examples; a single one if that fits.

    >>> together({"x": (2,)}, {"y": ()}, 2)
    Together(count=1, axis=None)
    >>> together({"X": (20, 2)}, {"y": (20,)}, 2)
    Together(count=20, axis=0)
    >>> together({"X": (2, 20)}, {"Y": (1, 20)}, 2)
    Together(count=20, axis=-1)
    """
    if sum(map(prod, inputs.values())) == columns:
        return Together()
    shapes = [*inputs.values(), *targets.values()]
    for axis in (FIRST, LAST):
        counts = {shape[axis] if shape else 0 for shape in shapes}
        found = Together(max(counts), axis)
        if len(counts) == 1 and found.count > 1 and sum(prod(found.one(each)) for each in inputs.values()) == columns:
            return found
    return Together()
