"""A compiled derivative of one call, which later calls of the same kind run again."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np

from graphviz_nn.evaluation.calculus.called import Called
from graphviz_nn.evaluation.calculus.derived import Derived, Like
from graphviz_nn.evaluation.calculus.surroundings import Surroundings
from graphviz_nn.evaluation.interpreter import Interpreter
from graphviz_nn.evaluation.program import compile
from graphviz_nn.graph.draw import drawn
from graphviz_nn.graph.ir import Array, Graph, Variable


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
        self.holds = surroundings.are_same if surroundings is not None else lambda: False
        self._results = derived.results
        leaves = derived.graph.leaves
        self._shared = set(leaves)
        self._reads = call.reads
        wanted = [each for each, _ in self._results if each is not None] + [name for name, _ in call.reads]
        self._run = _compiled(derived.graph, wanted) if surroundings is not None else _interpreted(derived.graph)
        places = {name: place for place, name in enumerate(call.leaves)}
        here = live(call, surroundings)
        self._fixed: list[Any] = [derived.own.get(n, here.get(n, v.value)) for n, v in leaves.items()]
        self._given = [(slot, places[name]) for slot, name in enumerate(leaves) if name in places]
        # Python's numbers have the dtype of their variable.
        self._dtypes = [np.dtype(call.graph.variable(name).dtype).type for name in call.leaves]
        self._random: list[tuple[int, Variable]] = [
            (slot, v) for slot, v in enumerate(leaves.values()) if v.draw is not None
        ]
        self._runs = count()

    def __call__(self, leaves: Sequence[Any]) -> list[Any] | None:
        """The value and the derivatives; None if the code would take another branch."""
        values = self._fixed.copy()
        for slot, place in self._given:
            leaf = leaves[place]
            values[slot] = self._dtypes[place](leaf) if type(leaf) is float else leaf
        if self._random:
            moment = (next(self._runs),)
            for slot, variable in self._random:
                values[slot] = drawn(variable, moment)
        with np.errstate(all="ignore"):
            found = self._run(*values)
        for name, read in self._reads:
            if not read.holds(found[name]):
                return None
        return [self._own(name, None if name is None else found[name], like) for name, like in self._results]

    def _own(self, name: str | None, value: Any, like: Like | None) -> Any:
        """A result as an array of its own and of its shape, 0 if it is None, and a single number as a number."""
        if value is None and like is not None:
            value = np.zeros(*like)
        if type(value) is not np.ndarray:
            return value
        if not value.ndim:
            return value[()]
        value = value if value.base is None and name not in self._shared else value.copy()
        return value if like is None or value.shape == like[0] else value.reshape(like[0])


def live(call: Called, surroundings: Surroundings | None) -> dict[str, Array]:
    """The arrays that the function sees, instead of their copies: of large ones only a sample is compared."""
    if surroundings is None:
        return {}
    return {name: array for name, array in call.origins.items() if id(_whole(array)) in surroundings.arrays}


def _whole(array: Array) -> Any:
    whole: Any = array
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    return whole


def _compiled(graph: Graph, wanted: list[str]) -> Callable[..., dict[str, Any]]:
    if not wanted:
        return lambda *values: {}
    return compile(graph, wanted).steps


def _interpreted(graph: Graph) -> Callable[..., dict[str, Any]]:
    interpreter, leaves = Interpreter(graph), list(graph.leaves)
    return lambda *values: interpreter.run(dict(zip(leaves, values, strict=True)))
