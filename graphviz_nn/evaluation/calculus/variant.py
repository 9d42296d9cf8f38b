"""A compiled derivative of one call, which later calls of the same kind run again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.evaluation.calculus.called import Called, one_array
from graphviz_nn.evaluation.calculus.derived import Derived, Like
from graphviz_nn.evaluation.calculus.surroundings import Surroundings
from graphviz_nn.evaluation.feeds import all_finite
from graphviz_nn.evaluation.interpreter import Interpreter
from graphviz_nn.evaluation.nonfinite import explained, warn
from graphviz_nn.evaluation.program import compile
from graphviz_nn.graph.check import valid
from graphviz_nn.graph.draw import drawn
from graphviz_nn.graph.ir import Graph, Variable

# Python's numbers, which get the dtype of their variable.
PYTHONS = frozenset([float, int, complex])


class Variant:
    """A derivative along the branches that one call took.

    Parameters
    ----------
    call : Called
        The traced call.
    derived : Derived
        Its derivative.
    surroundings : Surroundings, optional
        What the function sees; None for a variant that runs only once, which isn't compiled.
    """

    def __init__(self, call: Called, derived: Derived, surroundings: Surroundings | None) -> None:
        self.holds = surroundings.are_same if surroundings is not None else lambda function: False
        graph = _with_roles(derived)
        wanted = list(dict.fromkeys([each for each, _ in derived.results if each] + [name for name, _ in call.reads]))
        made = _compiled if surroundings is not None else _interpreted
        self._run, leaves = made(graph, wanted)
        self._graph, self._leaves = graph, tuple(leaves)
        found, own = {name: place for place, name in enumerate(wanted)}, graph.leaves
        self._reads = [(found[name], read) for name, read in call.reads]
        self._results = [(None if name is None else found[name], like, name in own) for name, like in derived.results]
        places = {name: place for place, name in enumerate(call.leaves)}
        self._fixed: list[Any] = [variable.value for variable in leaves.values()]
        self._given = [(slot, places[name]) for slot, name in enumerate(leaves) if name in places]
        self._dtypes = [np.dtype(call.graph.variable(name).dtype).type for name in call.leaves]
        self._random = [(slot, each) for slot, each in enumerate(leaves.values()) if each.draw is not None]
        self._assigned = call.assigned
        self._runs = count()
        self._asked = [name for name, _ in derived.results if name is not None]

    def __call__(self, leaves: Sequence[Any]) -> list[Any] | None:
        """The value and the derivatives; None if the code would take another branch."""
        if self._assigned and one_array(self._assigned, leaves):
            return None
        values = self._fixed.copy()
        for slot, place in self._given:
            leaf = leaves[place]
            kind = type(leaf)
            values[slot] = self._dtypes[place](leaf) if kind in PYTHONS else leaf
        if self._random:
            moment = (next(self._runs),)
            for slot, variable in self._random:
                values[slot] = drawn(variable, moment)
        try:
            with np.errstate(all="ignore"):
                found = self._run(*values)
        except (IndexError, np.linalg.LinAlgError):
            # The exception names the operation and its line.
            Interpreter(self._graph).run(dict(zip(self._leaves, values, strict=True)))
            raise
        for place, read in self._reads:
            if not read.holds(found[place]):
                return None
        if not all(map(all_finite, found)):
            self._explain(values)
        met: set[int] = set()
        return [
            _own(np.zeros(*like) if place is None and like else found[place or 0], like, is_leaf, met)
            for place, like, is_leaf in self._results
        ]

    def _explain(self, values: Sequence[Any]) -> None:
        """Warn of a value or a derivative that isn't finite."""
        found = Interpreter(self._graph).run(dict(zip(self._leaves, values, strict=True)))
        if sentence := explained(self._graph, found, self._asked):
            warn(sentence)


def _own(value: Any, like: Like | None, is_leaf: bool, met: set[int]) -> Any:
    """A result as an array of its own and of its shape, and a single number as a number."""
    if type(value) is not np.ndarray:
        return value
    if not value.ndim:
        return value[()]
    if value.base is not None or is_leaf or id(value) in met:
        value = value.copy()
    met.add(id(value))
    return value if like is None or value.shape == like[0] else value.reshape(like[0])


def _with_roles(derived: Derived) -> Graph:
    """A graph where the leaves that belong to the derivative are constants."""
    if not derived.own:
        return derived.graph
    found: Graph = derived.graph.copy()
    for name, value in derived.own.items():
        found.add_variable(name, replace(found.variable(name), role="constant", value=value))
    return valid(found)


Made: TypeAlias = tuple[Callable[..., Sequence[Any]], Mapping[str, Variable]]
"""What computes some variables, and the leaves that it takes in order."""


def _compiled(graph: Graph, wanted: list[str]) -> Made:
    if not wanted:
        return lambda: (), {}
    program = compile(graph, wanted)
    return program.steps, program.leaves


def _interpreted(graph: Graph, wanted: list[str]) -> Made:
    interpreter, leaves = Interpreter(graph), graph.leaves

    def run(*values: Any) -> Sequence[Any]:
        found = interpreter.run(dict(zip(leaves, values, strict=True)))
        return [found[name] for name in wanted]

    return run, leaves
