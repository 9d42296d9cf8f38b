"""What a program is written with: buffers that are used again, and functions that equal steps share."""

from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.evaluation.backends.calls import Call
from graphviz_nn.evaluation.javascript.entries import ARRAYS, converted, number
from graphviz_nn.evaluation.javascript.places import Place, nest
from graphviz_nn.graph.ir import Array, Shape

Operand = Place | str
"""An argument of a step: a place, or the code of a number."""


class Writer:
    """The steps of a program.

    Parameters
    ----------
    last : dict of str to int
        For each variable, the number of the last line that takes it.
    """

    def __init__(self, last: Mapping[str, float]) -> None:
        self.last = last
        self.places = dict[str, Place]()
        self.functions = dict[str, str]()
        self.buffers = dict[str, tuple[str, int]]()
        self.constants = list[Array]()
        self.steps = list[str]()
        self._until, self._free = dict[str, float](), dict[tuple[str, int], list[str]]()
        self._known = dict[tuple[str, bytes], str]()

    def new(self, dtype: str, shape: Shape) -> Place:
        """A buffer for a value, which is another value's afterwards."""
        key = ARRAYS[dtype], max(1, prod(shape))
        free = self._free.get(key)
        word = free.pop() if free else f"b{len(self.buffers)}"
        self.buffers[word] = key
        self._until[word] = -1
        return Place.whole(word, dtype, shape)

    def show(self, name: str, place: Place) -> None:
        """Let a variable be at a place, whose buffer lives as long as the variable."""
        self.places[name] = place
        if place.word in self._until:
            self._until[place.word] = max(self._until[place.word], self.last[name])

    def end(self, line: int) -> None:
        """End a line: buffers that no later line takes are free."""
        for word in [word for word, until in self._until.items() if until <= line]:
            del self._until[word]
            self._free.setdefault(self.buffers[word], []).append(word)

    def constant(self, array: Array) -> str:
        """The word for an array, which is passed beside the source; equal arrays have one word."""
        key = array.dtype.name, array.tobytes()
        if key not in self._known:
            self._known[key] = f"c{len(self.constants)}"
            self.constants.append(array.reshape(-1))
        return self._known[key]

    def call(self, code: str, *places: Place) -> None:
        """Do a step: code of which ``a0``, ``a1``, … are the arrays of the places."""
        words = [each.word for each in places]
        formal = ", ".join(f"a{k}" for k in range(len(words)))
        kinds = "".join(ARRAYS[each.dtype][0:6] for each in places)
        function = self.functions.setdefault(f"({formal}) => {{ {code} }} // {kinds}", f"k{len(self.functions)}")
        self.steps.append(f"{function}({', '.join(words)});")

    def map(self, found: Place, template: str, *operands: Operand) -> None:
        """Compute each entry of a place by a formula of the entries of others, which broadcast to it."""
        if 0 in found.shape:
            return
        given = [each.broadcast(found.shape) for each in operands if isinstance(each, Place)]
        loops = nest(found.shape, *((each.strides, each.offset) for each in (found, *given)))
        words, codes, slot = [found, *given], list[str](), 0
        for each in operands:
            if isinstance(each, str):
                codes.append(each)
            else:
                slot += 1
                codes.append(f"a{slot}[{loops.addresses[slot]}]")
        entry = f"a0[{loops.addresses[0]}]"
        self.call(loops.around(f"{entry} = {template.format(*codes)};"), *words)

    def copy(self, found: Place, operand: Operand) -> None:
        """Write a value to a place, in its dtype."""
        before = operand.dtype if isinstance(operand, Place) else found.dtype
        self.map(found, converted("{0}", before, found.dtype), operand)

    def argument(self, call: Call, slot: int) -> Operand:
        """The place of an argument, or the code of a number in the dtype that the operation needs."""
        given, needed = call.arguments[slot], call.needed[slot]
        if isinstance(given, str):
            return self.places[given]
        return number(given, (call.dtype if needed is None else needed).name)

    def place(self, call: Call, slot: int) -> Place:
        """The place of an argument; a number gets one."""
        found = self.argument(call, slot)
        if isinstance(found, Place):
            return found
        value = np.asarray(call.arguments[slot], call.needed[slot] or call.dtype)
        return Place.whole(self.constant(stored(value)), value.dtype.name, ())

    def whole(self, place: Place, dtype: str | None = None) -> Place:
        """The same entries in order from the start of an array, copied if they aren't."""
        dtype = dtype or place.dtype
        if place.is_whole and place.dtype == dtype:
            return place
        found = self.new(dtype, place.shape)
        self.copy(found, place)
        return found

    def is_own(self, place: Place) -> bool:
        """Whether a place is all of a buffer."""
        return place.is_whole and self.buffers.get(place.word, ("", 0))[1] == max(1, prod(place.shape))

    def filled(self, found: Place, value: str) -> None:
        """Write a number to all entries of a buffer."""
        self.call(f"a0.fill({value});", found)


def stored(value: Any) -> Array:
    """An array as the program has it: long whole numbers are doubles."""
    array = np.ascontiguousarray(value)
    return array.astype(float) if array.dtype in (np.int64, np.uint64) else array


def last_uses(lines: Iterable[tuple[tuple[Any, ...], str]], outputs: Iterable[str]) -> dict[str, float]:
    """For each variable, the number of the last line that takes it; infinite for outputs.

    >>> last_uses([(("x", 2.0), "y"), (("y",), "z")], ["z"])
    {'y': 1, 'x': 0, 'z': inf}
    """
    found = dict[str, float]()
    for line, (given, result) in enumerate(lines):
        found.setdefault(result, line)
        found.update((each, line) for each in given if isinstance(each, str))
    return found | dict.fromkeys(outputs, float("inf"))
