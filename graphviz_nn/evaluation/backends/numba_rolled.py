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

AT_A_TIME = (4, 3, 2, 1)
"""How many sums are added up at the same time, if that divides their number."""

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
        if example.operation == "sum":
            return self._sums()
        heads, inner = _for("i", found.turns)
        given = [self._code(slot) for slot in range(1, head)]
        for slot in TRUTHS.get(example.operation, ()):
            given[slot] = f"({given[slot]} != 0)"
        line = f"{self._code(0)} = np.float64({ENTRIES[example.operation].format(*given)})"
        return [*heads, f"{inner}{line}"]

    def _sums(self) -> list[str]:
        """Several sums at a time: one alone waits for each addition."""
        found, head = self.found, self.head
        turns = found.turns[-1][0] if found.turns else 1
        several = next(each for each in AT_A_TIME if turns % each == 0)
        heads, inner = _for("i", found.turns, several)
        further, innermost = _for("k", found.terms)

        def product(slots: range, number: int) -> str:
            return " * ".join(self._code(slot, number) for slot in slots)

        each = range(several)
        body = [
            *(f"r{n} = {product(range(1, head), n)}" for n in each),
            *further,
            *(f"{innermost}r{n} += {product(range(head, len(found.first)), n)}" for n in each),
            *(f"{self._code(0, n)} = r{n}" for n in each),
        ]
        return [*heads, *(f"{inner}{line}" for line in body)]

    def _code(self, slot: int, ahead: int = 0) -> str:
        """The cell of the result or of an argument, some turns ahead, or the number that is in it."""
        found = self.found
        moves = [(f"i{depth}", step[slot]) for depth, (_, step) in enumerate(found.turns)]
        if slot >= self.head:
            moves += [(f"k{depth}", step[slot - self.head]) for depth, (_, step) in enumerate(found.terms)]
        steps = [word if step == 1 else f"{step} * {word}" for word, step in moves if step]
        first = found.first[slot] + (ahead * found.turns[-1][1][slot] if ahead else 0)
        if found.table is not None:
            return f"w[p[{' + '.join([str(self.start + first), *steps])}]]"
        if not steps and first in self.cells.values:
            return f"({number(self.cells.values[first], np.dtype(float))})"
        return f"w[{' + '.join([str(first), *steps])}]"


def _for(word: str, nest: Loops, at_a_time: int = 1) -> tuple[list[str], str]:
    """The heads of nested loops, the last of which may take several turns at a time, and the indentation inside."""
    ranges = [str(count) for count, _ in nest]
    if at_a_time > 1:
        ranges[-1] = f"0, {ranges[-1]}, {at_a_time}"
    heads = [f"{'    ' * depth}for {word}{depth} in range({each}):" for depth, each in enumerate(ranges)]
    return heads, "    " * len(nest)
