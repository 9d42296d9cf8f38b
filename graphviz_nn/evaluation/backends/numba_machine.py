"""A machine for graphs of many single numbers: one compiled loop runs a list of instructions.

Straight-line code of thousands of numbers takes numba minutes to compile; the loop takes a second for any graph.
"""

import struct
from collections import Counter
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any, TypeAlias

import numba
import numpy as np

from graphviz_nn.evaluation.backends.calls import Call, calls
from graphviz_nn.evaluation.backends.numba_entries import ENTRIES, SPACE
from graphviz_nn.transforms.passes.listing import Listing

Instruction: TypeAlias = tuple[str, tuple[Any, ...], str]
"""An operation, its arguments, and its result."""

MANY = 300
"""So many lines are worth a machine."""


TRUTHS = {
    "where": (0,),
    "logical_not": (0,),
    **dict.fromkeys(("logical_and", "logical_or", "logical_xor"), (0, 1)),
}
"""The arguments that are true or false; in the cells they are 1 or 0."""

JOINED = {"add product": "{0} + {1} * {2}", "product add": "{1} * {2} + {0}"}
"""Two operations in one instruction."""

OF_BITS = {
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
    "bitwise_xor": "logical_xor",
    "invert": "logical_not",
}
"""Of what is true or false, operations on bits are logic."""


def is_for(listing: Listing) -> bool:
    """Whether a graph has many lines, and only single numbers in double precision."""
    known = all(not each.shape and each.dtype in ("float64", "bool") for each in listing.variables.values())
    return known and len(listing.lines) >= MANY and all(line.op in ENTRIES for line in listing.lines)


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
    lines += ["        else:", "            r = x", "        w[result[k]] = r"]
    space = dict(SPACE)
    exec("\n".join(lines), space)
    return numba.njit(error_model="numpy")(space["machine"])


def steps(listing: Listing) -> Callable[..., tuple[float, ...]]:
    """A function of the leaves, as floats."""
    found = list(calls(listing))
    leaves = [name for name, each in listing.leaves.items() if each.role != "constant"]
    cells = {name: number for number, name in enumerate(leaves)}
    # Results are side by side behind the leaves; what is a leaf itself is copied there.
    outputs = {name: len(leaves) + number for number, name in enumerate(listing.outputs)}
    values = dict[int, float]()
    count = len(leaves) + len(outputs)
    made = {call.result for call in found}
    for name, variable in listing.variables.items():
        if name in cells:
            continue
        if name in outputs and name in made:
            cells[name] = outputs[name]
            continue
        cells[name], count = count, count + 1
        if variable.role == "constant" and variable.value is not None:
            values[cells[name]] = float(variable.value)
    numbers = dict[Any, int]()

    def cell(argument: Any) -> int:
        nonlocal count
        if isinstance(argument, str):
            return cells[argument]
        key = repr(float(argument))
        if key not in numbers:
            numbers[key], values[count], count = count, float(argument), count + 1
        return numbers[key]

    joined = _joined(found, set(listing.outputs))
    operations = tuple(sorted({name for name, _, _ in joined}))
    instructions = [_coded(operations.index(name), [*map(cell, given)], cells[to]) for name, given, to in joined]
    instructions += [(len(operations), cells[name], 0, 0, place) for name, place in outputs.items() if name not in made]
    code, *places = (np.array(each) for each in zip(*instructions, strict=True))
    w: Any = np.zeros(count)
    w[list(values)] = list(values.values())
    given = (code.astype(np.uint8), *(each.astype(np.int32) for each in places), w)
    run, lock = _machine(operations), Lock()
    run(*given)
    pack = struct.Struct(f"{len(leaves)}d").pack_into
    unpack = struct.Struct(f"{len(outputs)}d").unpack_from
    start = 8 * len(leaves)

    def program(*leaves: float) -> tuple[float, ...]:
        # Threads share the cells.
        with lock:
            pack(w, 0, *leaves)
            run(*given)
            return unpack(w, start)

    return program


def _joined(found: list[Call], kept: set[str]) -> list[Instruction]:
    """The instructions of calls: a product that is only added to something is one with the sum."""
    uses = Counter(each for call in found for each in call.arguments if isinstance(each, str))
    alone = {call.result for call in found if call.op.name == "multiply" and uses[call.result] == 1} - kept
    adds = {each: call.result for call in found if call.op.name == "add" for each in call.arguments if each in alone}
    # Of two products that are added, the first is by itself.
    joins = {result: product for product, result in adds.items()}
    products = {call.result: call.arguments for call in found if call.result in joins.values()}
    instructions = list[Instruction]()
    for call in found:
        if (product := joins.get(call.result)) is not None:
            (other,) = (each for each in call.arguments if each != product)
            name = "product add" if call.arguments[0] == product else "add product"
            instructions.append((name, (other, *products[product]), call.result))
        elif call.result not in products:
            instructions.append((OF_BITS.get(call.op.name, call.op.name), call.arguments, call.result))
    return instructions


def _coded(code: int, places: list[int], result: int) -> tuple[int, ...]:
    return code, *places, *[places[0]] * (3 - len(places)), result
