"""Find the parameter between two entries by trial, however the formula is written."""

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import isfinite, prod
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.evaluation import compile
from graphviz_nn.forms.diagram import Place
from graphviz_nn.forms.examples import FACT, first, one, placed
from graphviz_nn.graph.ir import Array, Graph

# Odd integers from here on mark the entries: sums of two are even, and floats represent them exactly.
FIRST = 2**20 + 1
# Lines between more entries are indistinguishable, and slow to find.
MOST = 10_000_000


@dataclass(frozen=True)
class Weights:
    """The parameter's entry for each row (output) and column (input), and the entry added in each row."""

    entries: Mapping[tuple[int, int], Place]
    biases: Mapping[int, Place]


def weights(graph: Graph, steps: Sequence[str], given: str, made: str, columns: Iterable[int]) -> Weights | None:
    """The weights of a weighted sum; None if these operations aren't one.

    Each entry of the parameters gets a unique number. The results for one entry of `given` after another show which
    parameter multiplies each of them.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda x, V: x @ V, x=input(2), V=parameter((2, 3)))
    >>> weights(graph, ["matmul"], "x", "output", [1]).entries[2, 1]
    ('V', (1, 2))
    """
    if _takes_more(graph, steps, given):
        return None
    part = _part(graph, steps, given, made)
    learned = {name: variable.shape for name, variable in part.leaves.items() if variable.role == "parameter"}
    known = part.variable(given)
    # Other inputs, such as random numbers, are unknown.
    others = (v for name, v in part.leaves.items() if name != given and name not in learned)
    if not learned or np.dtype(known.dtype).kind != "f" or any(v.value is None for v in others):
        return None
    ends = list(accumulate(map(prod, learned.values())))
    if ends[-1] > MOST:
        names = " and ".join(learned)
        raise UsageError(f"{names}: {ends[-1]:,} entries are too many to draw as lines; the most is {MOST:,}")
    random = np.random.default_rng(0)
    order = random.permutation(ends[-1])
    numbers = (FIRST + 2 * order) * random.choice([-1, 1], ends[-1])
    entry_of = np.argsort(order)

    def place(number: float) -> Place | None:
        """The entry with a number."""
        at = (abs(number) - FIRST) / 2
        if not at.is_integer() or not 0 <= at < len(order):
            return None
        entry = int(entry_of[int(at)])
        if numbers[entry] != number:
            return None
        which = bisect(ends, entry)
        name, shape = list(learned.items())[which]
        index = np.unravel_index(entry - (ends[which - 1] if which else 0), shape)
        return name, tuple(int(each) for each in index)

    split = np.split(numbers.astype(float), ends[:-1])
    feeds: dict[str, Any] = {n: part.reshape(learned[n]) for n, part in zip(learned, split, strict=True)}
    program = compile(part, made)

    def run(x: Array) -> Array:
        return first(part, made, program.run({**feeds, given: placed(part, given, x)})[made])

    length = prod(one(part, given))
    with np.errstate(all="ignore"):
        zero = run(np.zeros(length))
        found = {}
        for column in columns:
            two = 2.0 * (np.arange(length) == column)
            forth, back = run(two) - zero, zero - run(-two)
            if not np.array_equal(forth, back):
                return None
            found.update({(row, column): each for row, each in enumerate((forth / 2).tolist()) if each})
    entries = {pair: place(each) for pair, each in found.items()}
    biases = {row: place(each) for row, each in enumerate(zero.tolist()) if each}
    known_entries = {pair: each for pair, each in entries.items() if each is not None}
    known_biases = {row: each for row, each in biases.items() if each is not None}
    if len(known_entries) < len(entries) or len(known_biases) < len(biases):
        return None
    return Weights(known_entries, known_biases)


def dependent(graph: Graph, steps: Sequence[str], given: str, made: str) -> frozenset[tuple[int, int]] | None:
    """Which entry (row) of a result depends on which entry (column) of the argument; None if that can't be tried.

    Examples
    --------
    >>> from graphviz_nn.nn import features
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda x: features(x, "x2", "x1 x2"), x=input(2))
    >>> sorted(dependent(graph, list(graph.operations), "x", "output"))
    [(0, 1), (1, 0), (1, 1)]
    """
    part = _part(graph, steps, given, made)
    known = part.variable(given)
    unknown = any(v.value is None for n, v in part.leaves.items() if n != given)
    if np.dtype(known.dtype).kind != "f" or unknown or _takes_more(graph, steps, given):
        return None
    program, random, found = compile(part, made), np.random.default_rng(0), set[tuple[int, int]]()
    with np.errstate(all="ignore"):
        for x in random.uniform(0.5, 1.5, (3, prod(one(part, given)))):
            before = first(part, made, program.run({given: placed(part, given, x)})[made])
            for column in range(len(x)):
                other = x.copy()
                other[column] = -x[column] - 0.25
                after = first(part, made, program.run({given: placed(part, given, other)})[made])
                found.update((row, column) for row in np.flatnonzero(before != after).tolist())
    return frozenset(found)


def _takes_more(graph: Graph, steps: Sequence[str], given: str) -> bool:
    """Whether these operations need other computed values besides `given`."""
    made = {v for name in steps for v in graph.results(name)} | {given}
    taken = {v for name in steps for v in graph.arguments(name).values()}
    return any(graph.producer(v) is not None for v in taken - made)


def _part(graph: Graph, steps: Sequence[str], given: str, made: str) -> Graph:
    """A graph of these operations alone."""
    found = Graph()
    taken = dict.fromkeys(v for name in steps for v in graph.arguments(name).values())
    inner = {v for name in steps for v in graph.results(name)}
    for name in taken:
        variable = graph.variable(name)
        found.add_variable(name, replace(variable, role="input", value=None, draw=None) if name == given else variable)
    for name in inner - taken.keys():
        found.add_variable(name, graph.variable(name))
    for name in steps:
        found.add_operation(name, graph.operation(name), graph.arguments(name).values(), graph.results(name))
    found.outputs = (made,)
    if FACT in graph.graph:
        found.graph[FACT] = graph.graph[FACT]
    return found


def value(graph: Graph, place: Place) -> float | None:
    """An entry of a parameter, if known."""
    parameter, index = place
    array = graph.variable(parameter).value
    found = None if array is None else float(array[index])
    return found if found is not None and isfinite(found) else None
