"""Which lines of a graph share a nest of loops, and the code of the nests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

from graphviz_nn.graph.ir import Shape


def flat(shape: Shape, index: Sequence[str]) -> str:
    """The position of an entry in an array that is laid out row by row.

    Examples
    --------
    >>> flat((4, 1, 3), ["i0", "i1", "i2"])
    '3 * i0 + i2'
    """
    terms = []
    for number, (length, each) in enumerate(zip(shape, index, strict=True)):
        stride = prod(shape[number + 1 :])
        if length != 1 and each != "0":
            each = each if each.isalnum() else f"({each})"
            terms.append(each if stride == 1 else f"{stride} * {each}")
    return " + ".join(terms) or "0"


def aligned(shape: Shape, index: Sequence[str]) -> list[str]:
    """The index of an array that is broadcast to a shape with this index."""
    last = index[len(index) - len(shape) :]
    return ["0" if length == 1 else each for length, each in zip(shape, last, strict=True)]


@dataclass(eq=False)
class Nest:
    """Loops over a shape, and what is done in them.

    Parameters
    ----------
    shape : tuple of int
        The number of turns of each loop, outermost first.
    made : set of str
        The variables that its body computes entry by entry.
    before, after : dict of int to list of str
        Lines before and after the loop at each depth.
    body : list of tuple of str
        Lines of the innermost loop; a line that stores a variable is written only if something reads it there.
    """

    shape: Shape
    made: set[str] = field(default_factory=set)
    before: dict[int, list[str]] = field(default_factory=dict)
    after: dict[int, list[str]] = field(default_factory=dict)
    body: list[tuple[str, str]] = field(default_factory=list)

    @property
    def index(self) -> list[str]:
        """The names of the loops' numbers."""
        return [f"i{depth}" for depth in range(len(self.shape))]

    def add(self, line: str, stores: str = "") -> None:
        """Add a line to the innermost loop."""
        self.body.append((line, stores))

    def at(self, depth: int, first: str, last: str = "") -> None:
        """Add a line before the loop at a depth, and one after it."""
        self.before.setdefault(depth, []).append(first)
        if last:
            self.after.setdefault(depth, []).append(last)

    def written(self, read: set[str]) -> list[str]:
        """The code, without stores of what isn't read."""
        lines = list[str]()
        for depth, length in enumerate(self.shape):
            lines += [f"{'    ' * (depth + 1)}{each}" for each in self.before.get(depth, ())]
            lines.append(f"{'    ' * (depth + 1)}for i{depth} in range({length}):")
        inner = "    " * (len(self.shape) + 1)
        depth = len(self.shape)
        lines += [inner + each for each in self.before.get(depth, ())]
        lines += [inner + line for line, stores in self.body if not stores or stores in read] or [inner + "pass"]
        for depth in range(len(self.shape), -1, -1):
            lines += [f"{'    ' * (depth + 1)}{each}" for each in self.after.get(depth, ())]
        return lines
