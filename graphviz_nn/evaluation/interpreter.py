"""Compute a graph operation by operation, completely or in part; a program is for many complete runs."""

from collections.abc import Callable, Mapping
from functools import partial
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.errors import FeedError
from graphviz_nn.evaluation.changes import change
from graphviz_nn.graph.ir import Array, Graph, Operation, Variable
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.registry import Op, lookup

# NumPy reduces a short last axis row by row; one entry of all rows after the other is several times faster.
SHORT: dict[str, np.ufunc] = {"max": np.maximum, "min": np.minimum, "sum": np.add, "mean": np.add}
FEW = 7


def _short(name: str, variable: Variable, attributes: Mapping[str, Any]) -> Callable[[Array], Array] | None:
    """A faster reduction with the same result, along a short last axis or to a mean; None for others."""
    shape, ufunc = variable.shape, SHORT[name]
    if set(attributes) - {"axis", "keepdims"} or variable.dtype != "float64" or not prod(shape):
        return None
    axis, keepdims = attributes.get("axis"), attributes.get("keepdims", False)
    count = prod(
        shape[each] for each in ((axis,) if isinstance(axis, int) else range(len(shape)) if axis is None else axis)
    )

    def reduced(x: Array) -> Array:
        found: Array = x[..., 0]
        for place in range(1, x.shape[-1]):
            found = ufunc(found, x[..., place])
        found = found / count if name == "mean" else found
        return found[..., None] if keepdims else found

    def mean(x: Array) -> Any:
        return np.add.reduce(x, axis=axis, keepdims=keepdims) / count

    last = axis if isinstance(axis, int) else axis[0] if isinstance(axis, tuple) and len(axis) == 1 else None
    if len(shape) > 1 and last in (-1, len(shape) - 1) and shape[-1] <= FEW:
        return reduced
    return mean if name == "mean" else None


class Interpreter:
    """The operations of a graph as calls, in the order of computation.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> interpreter = Interpreter(trace(lambda x, y: np.exp(y) * x**2, x=input(()), y=input(())))
    >>> values = interpreter.run({"x": np.array(3.0), "y": np.array(0.0)})
    >>> float(values["output"]), float(interpreter.along("x", "output", values)(np.array(2.0)))
    (9.0, 4.0)
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        wiring = Wiring(graph)
        self.own: dict[Any, Any] = {name: v.value for name, v in wiring.variables.items() if v.value is not None}
        self.steps: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = []
        self.ops: dict[str, Op] = {}
        for name in wiring.order():
            operation = wiring.operations[name]
            op = lookup(operation.op)
            kernel = op.kernel
            (result,) = wiring.results[name]
            self.ops[result] = op
            given: dict[int, Any] = dict(wiring.arguments[name])
            for slot, number in operation.literals.items():
                # No variable has this name.
                given[slot] = (name, slot)
                self.own[name, slot] = number
            call = partial(kernel, **operation.attributes) if operation.attributes else kernel
            if op.name in SHORT:
                call = _short(op.name, wiring.variables[wiring.arguments[name][0]], operation.attributes) or call
            self.steps.append((result, call, tuple(given[slot] for slot in sorted(given))))

    def run(self, values: Mapping[str, Array]) -> dict[str, Array]:
        """Compute the values of all variables from those of the leaves.

        Raises
        ------
        FeedError
            If a fed index is out of bounds.
        LinAlgError
            If a matrix is singular, or an iteration doesn't converge; it names the operation and its line.
        """
        found: dict[Any, Any] = {**self.own, **values}
        with np.errstate(all="ignore"):
            for result, call, given in self.steps:
                try:
                    found[result] = call(*[found[each] for each in given])
                except IndexError as error:
                    raise FeedError(f"{self._maker(result)}: {error}; feed whole numbers within its bounds") from None
                except np.linalg.LinAlgError as error:
                    raise np.linalg.LinAlgError(f"{self._maker(result)}: {error}") from None
        return found

    def _maker(self, result: str) -> Operation:
        return self.graph.operation(str(self.graph.producer(result)))

    def along(self, name: str, of: str, values: Mapping[str, Array]) -> Callable[[Array], Array]:
        """Compute one variable from another value of a second one; only the operations between them run.

        Parameters
        ----------
        values : dict of str to array
            The values of all variables, as from `run`.
        """
        needed = self._between(name, of)
        found: dict[Any, Any] = dict(values)

        def at(value: Array) -> Array:
            found[name] = value
            with np.errstate(all="ignore"):
                for result, call, given in needed:
                    found[result] = call(*[found[each] for each in given])
            return np.asarray(found[of])

        return at

    def change(self, name: str, of: str, values: Mapping[str, Array]) -> Callable[[Array], float]:
        """Compute the change of one variable for a change of another; NaN if rounding hides it.

        Parameters
        ----------
        values : dict of str to array
            The values of all variables before the change, as from `run`.
        """
        needed = self._between(name, of)

        def by(moved: Array) -> float:
            changes: dict[Any, Array] = {name: moved}
            with np.errstate(all="ignore"):
                for result, call, given in needed:
                    old = [values[each] for each in given]
                    those = {slot: changes[each] for slot, each in enumerate(given) if each in changes}
                    changes[result] = change(self.ops[result], call, old, those, values[result])
            return float(np.asarray(changes[of]).item()) if of in changes else 0.0

        return by

    def cost(self, name: str, of: str, values: Mapping[str, Array]) -> int:
        """How many numbers the operations from one variable to another compute."""
        return sum(np.size(values[step[0]]) for step in self._between(name, of))

    def may_bend(self, name: str, of: str) -> bool:
        """Whether an operation with kinks or jumps lies between two variables."""
        operations = (self.graph.operation(str(self.graph.producer(each[0]))) for each in self._between(name, of))
        return any(not lookup(each.op).smooth for each in operations)

    def _between(self, name: str, of: str) -> list[tuple[str, Callable[..., Any], tuple[Any, ...]]]:
        """The steps from one variable to another."""
        moved, between, wanted = {name}, [], {of}
        for step in self.steps:
            # A moved inner variable stays where it is; its producer doesn't run.
            if step[0] != name and not moved.isdisjoint(step[2]):
                moved.add(step[0])
                between.append(step)
        needed = []
        for step in reversed(between):
            if step[0] in wanted:
                wanted.update(step[2])
                needed.append(step)
        return needed[::-1]
