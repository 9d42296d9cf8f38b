"""How JavaScript reads and writes the entries that an index selects."""

from dataclasses import replace
from math import prod
from typing import Any, NamedTuple

import numpy as np

from graphviz_nn.evaluation.backends.calls import Call
from graphviz_nn.evaluation.javascript.entries import converted
from graphviz_nn.evaluation.javascript.places import Place, nest
from graphviz_nn.evaluation.javascript.writer import Operand, Writer
from graphviz_nn.graph.ir import Shape


class Selected(NamedTuple):
    """Entries of an array: those at a place, each moved by the numbers in other places.

    Parameters
    ----------
    moved : tuple
        For each array of numbers a template of the code of its entry, and its place.
    """

    place: Place
    moved: tuple[tuple[str, Place], ...] = ()


def selected(writer: Writer, x: Place, index: tuple[Any, ...], arrays: tuple[Place, ...]) -> Selected:
    """The entries of a place at an index, as the attribute of `getitem` has it."""
    taken = sum(part is not None and part is not Ellipsis for part in index)
    at = next((number for number, part in enumerate(index) if part is Ellipsis), len(index))
    whole = (*index[:at], *(slice(None),) * (len(x.shape) - taken), *index[at + 1 :])
    given = [part for part in whole if isinstance(part, str | tuple)]
    if not given:
        return Selected(x.at(whole))
    advanced = [n for n, part in enumerate(whole) if isinstance(part, str | tuple | int)]
    # An Ellipsis separates its neighbours, even if it stands for no axis.
    places = [number + (number >= at and at < len(index)) for number in advanced]
    together = places[-1] - places[0] == len(places) - 1
    start = sum(not isinstance(part, int) for part in whole[: advanced[0]]) if together else 0
    known = {f"#{number}": each for number, each in enumerate(arrays, 1)}
    shapes = [known[part].shape if isinstance(part, str) else np.shape(part) for part in given]
    common = np.broadcast_shapes(*shapes)
    # Without the arrays' axes, then with new ones that the numbers move along.
    rest = x.at(tuple(0 if isinstance(part, str | tuple) else part for part in whole))
    table, moved = np.zeros((), int), list[tuple[str, Place]]()
    for number, part in enumerate(whole):
        axis = sum(each is not None for each in whole[:number])
        if isinstance(part, tuple):
            # Numbers of an empty axis are none.
            table = table + np.array(part, int) % max(1, x.shape[axis]) * x.strides[axis]
        elif isinstance(part, str):
            moved.append(
                (f"{x.strides[axis]} * at({{0}}, {x.shape[axis]})", _among(known[part], common, start, rest.shape))
            )
    if any(isinstance(part, tuple) for part in given):
        word = writer.constant(np.array(table, np.int32))
        moved.append(("{0}", _among(Place.whole(word, "int32", table.shape), common, start, rest.shape)))
    shape = (*rest.shape[:start], *common, *rest.shape[start:])
    strides = (*rest.strides[:start], *(0,) * len(common), *rest.strides[start:])
    return Selected(replace(rest, shape=shape, strides=strides), tuple(moved))


def _among(place: Place, common: Shape, start: int, rest: Shape) -> Place:
    """Numbers that move along some axes among others."""
    found = place.broadcast(common)
    shape = (*rest[:start], *common, *rest[start:])
    strides = (*(0,) * start, *found.strides, *(0,) * (len(rest) - start))
    return replace(found, shape=shape, strides=strides)


def _where(there: Selected, addresses: tuple[str, ...], first: int) -> str:
    """The address of an entry; the arrays of numbers have words from a number on."""
    terms = [template.format(f"a{first + k}[{addresses[first + k]}]") for k, (template, _) in enumerate(there.moved)]
    return " + ".join([addresses[0], *terms])


def _write(writer: Writer, there: Selected, value: Operand, sign: str) -> None:
    """Assign a value to selected entries, or add it."""
    place = there.place
    if 0 in place.shape:
        return
    given = [value.broadcast(place.shape)] if isinstance(value, Place) else []
    places = [place, *given, *(each for _, each in there.moved)]
    loops = nest(place.shape, *((each.strides, each.offset) for each in places))
    code = converted(f"a1[{loops.addresses[1]}]", given[0].dtype, place.dtype) if given else str(value)
    cell = f"a0[{_where(there, loops.addresses, 1 + len(given))}]"
    writer.call(loops.around(f"{cell} {sign} {code};"), *places)


def _arrays(writer: Writer, call: Call, start: int) -> tuple[Place, ...]:
    return tuple(writer.place(call, slot) for slot in range(start, len(call.arguments)))


def getitem(writer: Writer, call: Call) -> Place:
    there = selected(writer, writer.place(call, 0), call.attributes["index"], _arrays(writer, call, 1))
    if not there.moved:
        return there.place
    found = writer.new(call.dtype.name, call.shape)
    if prod(call.shape):
        places = [there.place, found, *(each for _, each in there.moved)]
        loops = nest(call.shape, *((each.strides, each.offset) for each in places))
        writer.call(loops.around(f"a1[{loops.addresses[1]}] = a0[{_where(there, loops.addresses, 2)}];"), *places)
    return found


def add_at(writer: Writer, call: Call) -> Place:
    found = writer.new(call.dtype.name, call.shape)
    writer.filled(found, "0")
    there = selected(writer, found, call.attributes["index"], _arrays(writer, call, 1))
    _write(writer, there, writer.argument(call, 0), "+=")
    return found


def add_into(writer: Writer, call: Call) -> Place:
    found = writer.new(call.dtype.name, call.shape)
    writer.copy(found, writer.argument(call, 0))
    _write(writer, selected(writer, found, call.attributes["index"], ()), writer.argument(call, 1), "+=")
    return found


def set_at(writer: Writer, call: Call) -> Place:
    found = writer.new(call.dtype.name, call.shape)
    writer.copy(found, writer.argument(call, 0))
    there = selected(writer, found, call.attributes["index"], _arrays(writer, call, 2))
    _write(writer, there, writer.argument(call, 1), "=")
    return found
