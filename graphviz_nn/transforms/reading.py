"""Compare computations independently of the names of variables."""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

from graphviz_nn.graph.ir import Graph, Number, Operation, Variable
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.ops.opaque import OPAQUE
from graphviz_nn.ops.rules import axes_numbers
from graphviz_nn.tracing.registry import OPS

Slot: TypeAlias = str | tuple[Number]
"""An argument of an operation: a variable by name, or a number."""

LEAF, NUMBER = "a leaf", "a number"


class Reading(Wiring):
    """A graph's wiring with the arguments of each operation, numbers and variables in order."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.slots: dict[str, Sequence[Slot]] = {}
        for name, operation in self.operations.items():
            given: dict[int, Slot] = dict(self.arguments[name])
            if operation.literals:
                given.update({slot: (number,) for slot, number in operation.literals.items()})
                self.slots[name] = [given[slot] for slot in sorted(given)]
            else:
                self.slots[name] = list(given.values())

    def commutes(self, name: str) -> bool:
        """Whether an operation's two arguments can be swapped."""
        operation = self.operations[name]
        if operation.body is not None:
            return False
        if operation.op == "matmul":
            return all(len(self.variables[v].shape) == 1 for v in self.arguments[name].values())
        return OPS[operation.op].commutative

    def attributes(self, name: str) -> dict[str, Any]:
        """An operation's attributes, with the axes of a reduction listed explicitly."""
        operation = self.operations[name]
        found = unplaced(operation)
        if operation.body is None and OPS[operation.op].category == "reduction":
            (argument, *_) = self.arguments[name].values()
            found["axis"] = axes_numbers(found.get("axis"), len(self.variables[argument].shape))
        return found

    def above(self, name: str) -> tuple[str, ...]:
        """For each argument of an operation the op that computes it, `LEAF` or `NUMBER`."""
        found = []
        for slot in self.slots[name]:
            maker = None if isinstance(slot, tuple) else self.producer.get(slot, LEAF)
            found.append(NUMBER if maker is None else self.operations[maker].op if maker is not LEAF else LEAF)
        return tuple(found)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Numbers for variables, equal for equal computations."""
        known: dict[Any, int] = {}
        leaves = {v: variable for v, variable in self.variables.items() if v not in self.producer}
        found = {name: known.setdefault(_leaf(name, variable), len(known)) for name, variable in leaves.items()}
        # Operations with equal arguments and different bodies.
        alike: dict[Any, list[str]] = {}
        for name in self.order():
            operation = self.operations[name]
            same = alike.setdefault((operation.op, _constant(operation.attributes), self.inputs(name, found)), [])
            first = next((each for each in same if self._bodies_agree(each, name)), None)
            if first is None:
                same.append(name)
                found.update((result, len(found) + slot) for slot, result in enumerate(self.results[name]))
            else:
                found.update(zip(self.results[name], map(found.__getitem__, self.results[first]), strict=True))
        return found

    def _bodies_agree(self, one: str, other: str) -> bool:
        """Whether two operations of one name are plain steps, or have equal bodies."""
        first, second = self.operations[one].body, self.operations[other].body
        if first is None or second is None:
            return first is second
        return first is second or known_signature(first) == known_signature(second)

    def inputs(self, name: str, numbers: dict[str, int]) -> tuple[Any, ...]:
        """The arguments of an operation, variables by number, sorted if their order is irrelevant."""
        found = [slot if isinstance(slot, tuple) else numbers[slot] for slot in self.slots[name]]
        if len(found) == 2 and self.commutes(name):
            found.sort(key=lambda each: (1, each[0]) if isinstance(each, tuple) else (0, each))
        return tuple(found)


def unplaced(operation: Operation) -> dict[str, Any]:
    """An operation's attributes, without its place in a model of another framework."""
    return {key: each for key, each in operation.attributes.items() if operation.op != OPAQUE or key != "where"}


def _leaf(name: str, variable: Variable) -> tuple[Any, ...]:
    """A key for a leaf; for a constant, its content."""
    value = variable.value if variable.role == "constant" else None
    return (name,) if value is None else (value.shape, value.dtype.str, value.tobytes())


def _constant(attributes: Any) -> str:
    return repr(sorted(attributes.items())) if attributes else ""


def signature(graph: Graph) -> tuple[Any, ...]:
    """A key for the computation of a body, equal for equal computations."""
    reading = Reading(graph)
    numbers: dict[str, int] = {name: i for i, name in enumerate(graph.graph.get("arguments", ()))}
    steps: list[Any] = []
    for name, variable in reading.variables.items():
        if name not in numbers and name not in reading.producer:
            numbers[name] = len(numbers)
            steps.append((variable.shape, None if variable.value is None else variable.value.tobytes()))
    for name in reading.order():
        operation = reading.operations[name]
        body = () if operation.body is None else known_signature(operation.body)
        steps.append((operation.op, _constant(reading.attributes(name)), reading.inputs(name, numbers), body))
        for result in reading.results[name]:
            numbers[result] = len(numbers)
    return (*steps, tuple(numbers[name] for name in graph.outputs))


@lru_cache(maxsize=1024)
def known_signature(graph: Graph) -> tuple[Any, ...]:
    """The key of a body that many operations share and none changes."""
    return signature(graph)
