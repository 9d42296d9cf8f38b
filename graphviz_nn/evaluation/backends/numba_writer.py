"""The lines of a graph as loops for numba: those over one shape share a nest, and its numbers stay in registers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.evaluation.backends.calls import Call
from graphviz_nn.evaluation.backends.numba_entries import ENTRIES, converted, number
from graphviz_nn.evaluation.backends.numba_nests import Nest, aligned, flat
from graphviz_nn.evaluation.backends.numba_places import Index, Place
from graphviz_nn.graph.ir import Array, Shape, Variable

SMALL = 256
"""Variables of at most so many entries share one array."""

EXACT = ("float64", "int64", "bool")
"""The dtypes in which numba keeps the result of an operation on two of them."""


class Writer:
    """Nests of loops, and where each variable is.

    Parameters
    ----------
    variables : mapping
        All variables by name.
    words : mapping
        The identifier of each in the code.
    outputs : sequence of str
        The variables that are returned, which have arrays of their own; other small ones share one.
    leaves : iterable of str
        The variables that are given.
    """

    def __init__(
        self, variables: Mapping[str, Variable], words: Mapping[str, str], outputs: Sequence[str], leaves: Iterable[str]
    ) -> None:
        self.variables, self.words, self.outputs = variables, words, outputs
        self.leaves = set(leaves)
        self.constants = {name for name, each in variables.items() if each.role == "constant"}
        # Where small variables begin in the array that they share, and its length.
        self.shared, self.length = dict[str, int](), 0
        self.nests = list[Nest | list[str]]()
        self.places = dict[str, Place]()
        # The nest that makes a variable; leaves are there before the first.
        self.nest = dict[str, int]()
        self.starts, self.checks = dict[str, int](), dict[tuple[str, int], int]()
        self.read, self.arrays = set[str](), dict[str, Any]()

    def shape(self, name: str) -> Shape:
        return tuple(self.variables[name].shape)

    def dtype(self, name: str) -> np.dtype[Any]:
        return np.dtype(self.variables[name].dtype)

    def base(self, name: str) -> str:
        """The variable that has the entries of this one."""
        while name in self.places:
            name = self.places[name].base
        return name

    def ready(self, names: Sequence[str]) -> int:
        """The first nest in which all these variables can be read at any entry."""
        needed = [self.base(name) for name in names]
        needed += [self.base(each) for name in names for each in self._index_of(name)]
        made = [self.nest[name] for name in needed if name in self.nest]
        checked = [place for (name, _), place in self.checks.items() if name in needed]
        return max([*made, *checked], default=-1) + 1

    def _index_of(self, name: str) -> list[str]:
        found = list[str]()
        while name in self.places:
            found += self.places[name].reads
            name = self.places[name].base
        return found

    def new(self, shape: Shape, least: int) -> tuple[int, Nest]:
        """The first nest over a shape from a number on, or a new one."""
        for place in range(least, len(self.nests)):
            nest = self.nests[place]
            if isinstance(nest, Nest) and nest.shape == shape:
                return place, nest
        self.nests.append(Nest(shape))
        return len(self.nests) - 1, self.nests[-1]  # type: ignore[return-value]

    def loops(self, shape: Shape, pointwise: Sequence[str], others: Sequence[str] = ()) -> tuple[int, Nest]:
        """The nest for a line over a shape.

        Parameters
        ----------
        pointwise : sequence of str
            Variables that are read at the entry of the loops: the same nest may make them.
        others : sequence of str
            Variables that are read at other entries: they are complete before.
        """
        least = self.ready(others)
        for name in pointwise:
            same = name not in self.places and self.shape(name) == shape and name in self.nest
            least = max(least, self.nest[name] if same else self.ready([name]))
            if same and name not in self._nest(self.nest[name]).made:
                least = max(least, self.nest[name] + 1)
        return self.new(shape, least)

    def _nest(self, number: int) -> Nest:
        found = self.nests[number]
        return found if isinstance(found, Nest) else Nest(())

    def entry(self, name: str, index: Index, nest: Nest | None = None) -> str:
        """The code of an entry of a variable."""
        if nest is not None and name in nest.made and index == nest.index:
            return f"t_{self.words[name]}"
        while name in self.places:
            name, index = self.places[name].base, self.places[name].at(index)
        variable = self.variables[name]
        if not variable.shape:
            return number(variable.value, self.dtype(name)) if name in self.constants else f"t_{self.words[name]}"
        self.read.add(name)
        return self.cell(name, index)

    def argument(self, call: Call, slot: int, index: Index, nest: Nest) -> str:
        """The code of an argument at an entry of the result, in the dtype that the call needs."""
        given, needed = call.arguments[slot], call.needed[slot]
        if not isinstance(given, str):
            return self._literal(call, given, needed)
        code = self.entry(given, aligned(call.shapes[slot], index), nest)
        return code if needed is None else converted(code, needed)

    def cell(self, name: str, index: Index) -> str:
        """Where an entry of a variable is written."""
        word, shape = self.words[name], self.shape(name)
        if not shape:
            return f"t_{word}"
        if (start := self._start(name)) is None:
            return f"a_{word}[{', '.join(index)}]"
        where = flat(shape, index)
        return f"a[{where}]" if not start else f"a[{start}]" if where == "0" else f"a[{start} + {where}]"

    def _start(self, name: str) -> int | None:
        """Where a small variable begins in the array that they share; None for any other."""
        if name in self.shared:
            return self.shared[name]
        size = prod(self.shape(name))
        is_own = name in self.outputs or name in self.leaves or self.dtype(name) != np.float64 or size > SMALL
        if is_own:
            return None
        self.shared[name], self.length = self.length, self.length + size
        return self.shared[name]

    def filled(self, name: str, value: str) -> str:
        """A line that writes all entries of a variable."""
        if self.shape(name) and (start := self._start(name)) is not None:
            return f"a[{start}:{start + prod(self.shape(name))}] = {value}"
        return f"a_{self.words[name]}[:] = {value}" if self.shape(name) else f"t_{self.words[name]} = {value}"

    def _literal(self, call: Call, value: Any, needed: np.dtype[Any] | None) -> str:
        if call.op.name == "power" and needed is not None and needed.kind == "f" and float(value).is_integer():
            # A whole exponent is a product.
            return str(int(value)) if abs(value) <= 8 else number(value, needed)
        return number(value, needed or np.dtype(type(value)))

    def makes(self, name: str, place: int, nest: Nest, code: str) -> None:
        """Let a nest compute a variable entry by entry."""
        word, dtype = self.words[name], self.dtype(name)
        nest.add(f"t_{word} = {code if dtype.name in EXACT else converted(code, dtype)}")
        nest.made.add(name)
        self.nest[name] = place
        if self.shape(name):
            nest.add(f"{self.cell(name, nest.index)} = t_{word}", name)

    def elementwise(self, call: Call) -> None:
        """A line of which each entry of the result needs one entry of each argument."""
        names = [each for each in call.arguments if isinstance(each, str)]
        place, nest = self.loops(call.shape, names)
        code = ENTRIES[call.op.name].format(
            *(f"({self.argument(call, slot, nest.index, nest)})" for slot in range(len(call.arguments)))
        )
        if call.op.name == "astype":
            code = converted(code, call.dtype)
        self.makes(call.result, place, nest, code)

    def copied(self, name: str) -> None:
        """Give a variable that is a part of another one entries of its own."""
        place, nest = self.loops(self.shape(name), [name])
        code = self.entry(name, nest.index, nest)
        del self.places[name]
        self.makes(name, place, nest, code)

    def gathered(
        self, name: str, shape: Shape, kept: tuple[int, ...], term: Callable[[Nest], str], names: Sequence[str],
        update: str, first: str, others: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Combine entries along the axes that aren't kept.

        Parameters
        ----------
        shape : tuple of int
            The loops.
        update : str
            A template of the line that combines what there is, ``{0}``, with the next entry, ``{1}``.
        first : str
            What there is before.
        """
        place, nest = self.loops(shape, names, others)
        word, made = self.words[name], self.shape(name)
        code, target = term(nest), f"t_{word}"
        left = iter([nest.index[axis] for axis in kept if shape[axis] != 1])
        cell = self.cell(name, ["0" if length == 1 else next(left) for length in made])
        if kept == tuple(range(len(kept))):
            nest.at(len(kept), f"{target} = {first}", f"{cell} = {target}" if made else "")
            nest.add(update.format(target, code))
        else:
            nest.at(0, self.filled(name, first))
            nest.add(update.format(cell, code))
        self.array(name, place)

    def array(self, name: str, first: int, last: int | None = None) -> None:
        """Say which nests, from the first to the last, write the entries of a variable."""
        self.starts[name], self.nest[name] = first, first if last is None else last
        self.read.add(name)

    def alone(self, name: str, *lines: str) -> None:
        """Lines after all nests, which compute a variable as a whole."""
        self.nests.append([*lines])
        self.array(name, len(self.nests) - 1)

    def another(self, name: str) -> str:
        """A new variable like another one."""
        found = f"{name}\0"
        self.variables = {**self.variables, found: self.variables[name]}
        self.words = {**self.words, found: f"{self.words[name]}_all"}
        return found

    def constant(self, array: Array) -> str:
        """The word for an array that is known."""
        word = f"c_{len(self.arrays)}"
        self.arrays[word] = array
        return word

    def known(self, word: str, function: Any) -> str:
        """The word for a compiled function."""
        self.arrays[f"f_{word}"] = function
        return f"f_{word}"

    def check(self, name: str, length: int) -> None:
        """Make sure that the entries of a variable are positions along an axis of a length."""
        if (name, length) in self.checks:
            return
        place, nest = self.loops(self.shape(name), [name])
        code = self.entry(name, nest.index, nest)
        nest.add(f"if {code} < {-length} or {code} >= {length}:")
        nest.add('    raise IndexError("an index is out of bounds")')
        self.checks[name, length] = place

    def whole(self, name: str) -> str:
        """An array with the axes of a variable, which has entries of its own."""
        self.read.add(name)
        if (start := self._start(name)) is None:
            return f"a_{self.words[name]}"
        return f"a[{start}:{start + prod(self.shape(name))}].reshape({self.shape(name)})"

    def own(self, name: str) -> str:
        """The same for any variable; one that is a part of another one gets entries of its own."""
        if name in self.places:
            self.copied(name)
        return self.whole(name)

    def body(self) -> list[str]:
        """All lines, with arrays for what is read as one."""
        for name in self.outputs:
            if self.shape(name):
                self.read.add(name)
        lines = [f"    a = np.empty({self.length})"] if self.length else []
        starts = dict[int, list[str]]()
        for name, place in (self.nest | self.starts).items():
            if self.shape(name) and name in self.read and name not in self.shared:
                starts.setdefault(place, []).append(name)
        for place, nest in enumerate(self.nests):
            for name in starts.get(place, ()):
                lines.append(f"    a_{self.words[name]} = {self._new(name)}")
            lines += nest.written(self.read) if isinstance(nest, Nest) else [f"    {each}" for each in nest]
        return lines

    def _new(self, name: str) -> str:
        dtype = self.dtype(name)
        return f"np.empty({self.shape(name)}, np.{'bool_' if dtype.kind == 'b' else dtype.name})"
