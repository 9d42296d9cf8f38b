"""Loops for graphs of many single numbers that are alike: units of a layer, examples, entries of a product."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numba
import numpy as np

from graphviz_nn.evaluation.backends.numba_alike import Group, Loops, Pattern, patterns
from graphviz_nn.evaluation.backends.numba_cells import Cells
from graphviz_nn.evaluation.backends.numba_entries import ENTRIES, SPACE, number
from graphviz_nn.evaluation.backends.numba_instructions import TRUTHS, Instruction
from graphviz_nn.evaluation.source import comment
from graphviz_nn.graph.ir import Array, Operation

MOST, LEAST = 100, 8
"""So many loops are compiled at most, a twentieth of a second each, if each has so many turns on average."""

SIGNATURE = "void(int32[::1], float64[::1])"


def is_worth(groups: Sequence[object], count: int) -> bool:
    """Whether loops over these groups of so many instructions take less time than instructions one by one."""
    return len(groups) <= MOST and LEAST * len(groups) <= count


class Rolled:
    """Loops over groups of instructions, one nest each."""

    def __init__(self, groups: Sequence[Sequence[Group]], cells: Cells) -> None:
        self.cells = cells
        self.nests = [each for parts in groups for each in patterns(parts, cells)]

    def run(self) -> Callable[[Array], Any]:
        """A function that computes the cells of the results, from those of the leaves and constants."""
        source, tables = self._written(lambda _: "")
        space = dict(SPACE)
        exec(source, space)
        compiled = numba.njit(SIGNATURE, error_model="numpy")(space["program"])
        return partial(compiled, np.array(tables, np.int32))

    def source(self) -> str:
        """The loops with the user's lines as comments, and what is where."""
        leaves, outputs = len(self.cells.leaves), len(self.cells.outputs)
        where = (
            f"# w: {leaves} leaves, {outputs} outputs from w[{leaves}] on, then all else; p: tables of places in w\n"
        )
        return where + self._written(comment)[0]

    def _written(self, remark: Callable[[Operation], str]) -> tuple[str, list[int]]:
        lines, tables = ["def program(p, w):"], list[int]()
        for group, found in self.nests:
            first, *rest = _Nest(group[0], found, len(tables), self.cells).lines()
            lines += [f"    {first}{remark(group[0].origin)}", *(f"    {line}" for line in rest)]
            tables += [] if found.table is None else found.table.ravel().tolist()
        return "\n".join([*lines, ""]), tables


class _Nest:
    """The loops over a group; its table begins at a place in ``p``."""

    def __init__(self, example: Instruction, found: Pattern, start: int, cells: Cells) -> None:
        self.example, self.found, self.start, self.cells = example, found, start, cells
        self.head = len(found.first) - (len(example.terms[-1]) if example.operation == "sum" else 0)

    def lines(self) -> list[str]:
        example, found, head = self.example, self.found, self.head
        lines, inner = _for("i", found.turns)
        given = [self._code(slot) for slot in range(1, head)]
        if example.operation == "sum":
            further, innermost = _for("k", found.terms)
            term = " * ".join(self._code(slot) for slot in range(head, len(found.first)))
            body = [f"r = {' * '.join(given)}", *further, f"{innermost}r += {term}"]
        else:
            for slot in TRUTHS.get(example.operation, ()):
                given[slot] = f"({given[slot]} != 0)"
            body = [f"r = np.float64({ENTRIES[example.operation].format(*given)})"]
        return [*lines, *(f"{inner}{line}" for line in [*body, f"{self._code(0)} = r"])]

    def _code(self, slot: int) -> str:
        """The cell of the result or of an argument, or the number that is in it."""
        found = self.found
        moves = [(f"i{depth}", step[slot]) for depth, (_, step) in enumerate(found.turns)]
        if slot >= self.head:
            moves += [(f"k{depth}", step[slot - self.head]) for depth, (_, step) in enumerate(found.terms)]
        steps = [word if step == 1 else f"{step} * {word}" for word, step in moves if step]
        first = found.first[slot]
        if found.table is not None:
            return f"w[p[{' + '.join([str(self.start + first), *steps])}]]"
        if not steps and first in self.cells.values:
            return f"({number(self.cells.values[first], np.dtype(float))})"
        return f"w[{' + '.join([str(first), *steps])}]"


def _for(word: str, nest: Loops) -> tuple[list[str], str]:
    """The heads of nested loops, and the indentation of what is in them."""
    heads = [f"{'    ' * depth}for {word}{depth} in range({count}):" for depth, (count, _) in enumerate(nest)]
    return heads, "    " * len(nest)
