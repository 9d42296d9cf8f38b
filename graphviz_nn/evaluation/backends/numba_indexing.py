"""How numba reads and writes the entries that an index selects."""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.evaluation.backends.calls import Call
from graphviz_nn.evaluation.backends.numba_entries import number
from graphviz_nn.evaluation.backends.numba_nests import aligned, flat
from graphviz_nn.evaluation.backends.numba_places import Index, Place, chosen, lengths
from graphviz_nn.evaluation.backends.numba_writer import Writer
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.indexing import resolved


def _indexed(writer: Writer, call: Call, x: Shape, start: int) -> tuple[Callable[[Index], Index], tuple[str, ...]]:
    """The index of an operation, and the arrays in it, the arguments from a number on."""
    names = tuple(str(each) for each in call.arguments[start:])
    slots = {f"#{number}": name for number, name in enumerate(names, 1)}
    constants = dict[Any, str]()

    def entry(part: Any, index: Index, length: int) -> str:
        if isinstance(part, str):
            code = writer.entry(slots[part], index)
            return f"({code} + ({length} if {code} < 0 else 0))"
        if part not in constants:
            constants[part] = writer.constant(np.array(part, int).reshape(-1) % length)
        return f"{constants[part]}[{flat(np.shape(part), index)}]"

    shapes = {slot: writer.shape(name) for slot, name in slots.items()}
    for slot, length in lengths(call.attributes["index"], x).items():
        # Before anything is read there.
        writer.check(slots[slot], length)
    at = chosen(call.attributes["index"], x, entry, shapes)
    return at, names


def getitem(writer: Writer, call: Call) -> None:
    at, names = _indexed(writer, call, call.shapes[0], 1)
    writer.places[call.result] = Place(str(call.arguments[0]), at, names)


def _places(writer: Writer, call: Call, shape: Shape, names: tuple[str, ...]) -> Shape:
    """The shape of what an index selects."""
    arrays = {f"#{number}": np.zeros(writer.shape(each), int) for number, each in enumerate(names, 1)}
    if 0 in shape:
        return call.shapes[-1 - len(names)]
    index = resolved(call.attributes["index"], tuple(arrays.values()))
    found: Shape = np.broadcast_to(np.zeros(()), shape)[index].shape
    return found


def add_at(writer: Writer, call: Call) -> None:
    name, shape = str(call.arguments[0]), tuple(call.attributes["shape"])
    at, names = _indexed(writer, call, shape, 1)
    loops = _places(writer, call, shape, names)
    pointwise, others = ([name], names) if call.shapes[0] == loops else ([], (name, *names))
    place, nest = writer.loops(loops, pointwise, others)
    code = writer.entry(name, aligned(call.shapes[0], nest.index), nest)
    nest.at(0, writer.filled(call.result, number(0, call.dtype)))
    nest.add(f"{writer.cell(call.result, at(nest.index))} += {code}")
    writer.array(call.result, place)


def set_at(writer: Writer, call: Call) -> None:
    x, value = call.arguments[:2]
    at, names = _indexed(writer, call, call.shape, 2)
    first, copying = writer.loops(call.shape, [x] if isinstance(x, str) else [])
    copying.add(f"{writer.cell(call.result, copying.index)} = {writer.argument(call, 0, copying.index, copying)}")
    loops = _places(writer, call, call.shape, names)
    place, nest = writer.new(
        loops, max(first + 1, writer.ready([*names, *([value] if isinstance(value, str) else [])]))
    )
    nest.add(f"{writer.cell(call.result, at(nest.index))} = {writer.argument(call, 1, nest.index, nest)}")
    writer.array(call.result, first, place)
