"""A machine for graphs of many single numbers that aren't alike: one compiled loop runs a list of instructions.

Straight-line code of thousands of numbers takes numba minutes to compile; the loop takes a second for any graph.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

import numba
import numpy as np

from graphviz_nn.evaluation.backends.numba_cells import Cells
from graphviz_nn.evaluation.backends.numba_entries import ENTRIES, SPACE
from graphviz_nn.evaluation.backends.numba_instructions import TRUTHS, Instruction
from graphviz_nn.graph.ir import Array
from graphviz_nn.transforms.passes.listing import Slot

JOINED = {"add product": "{0} + {1} * {2}"}
"""Two operations in one turn of the loop."""


def machine(found: Sequence[Instruction], cells: Cells) -> Callable[[Array], Any]:
    """A function that computes the cells of the results, from those of the leaves and constants."""
    turns = [turn for each in found for turn in _turns(each)]
    operations = tuple(sorted({name for name, _, _ in turns}))
    rows = list[tuple[int, ...]]()
    for name, given, result in turns:
        places = [cells.of(each) for each in given]
        rows.append((operations.index(name), *places, *[places[0]] * (3 - len(places)), cells.of(result)))
    code, *places_of = (np.array(each) for each in zip(*rows, strict=True))
    run = partial(_machine(operations), code.astype(np.uint8), *(each.astype(np.int32) for each in places_of))
    run(cells.array())
    return run


def _turns(each: Instruction) -> Iterator[tuple[str, tuple[Slot, ...], str]]:
    """The turns of the loop for an instruction: of a sum, one for each term after the first."""
    if each.operation != "sum":
        yield each.operation, each.given, each.result
        return
    first, *rest = each.terms
    so_far = first[0]
    if len(first) > 1:
        yield "multiply", first, each.result
        so_far = each.result
    for term in rest:
        yield "add product" if len(term) > 1 else "add", (so_far, *term), each.result
        so_far = each.result


@cache
def _machine(operations: tuple[str, ...]) -> Any:
    """The loop over instructions, each the number of an operation and those of the cells of arguments and result."""
    lines = ["def machine(code, first, second, third, result, w):", "    for k in range(len(code)):"]
    lines += ["        c, x, y = code[k], w[first[k]], w[second[k]]"]
    for number, name in enumerate(operations):
        given = ["x", "y", "w[third[k]]"]
        for slot in TRUTHS.get(name, ()):
            given[slot] = f"({given[slot]} != 0)"
        formula = (JOINED.get(name) or ENTRIES[name]).format(*given)
        lines.append(f"        {'elif' if number else 'if'} c == {number}:")
        lines.append(f"            r = np.float64({formula})")
    lines += ["        w[result[k]] = r"]
    space = dict(SPACE)
    exec("\n".join(lines), space)
    return numba.njit(error_model="numpy")(space["machine"])
