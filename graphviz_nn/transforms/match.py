"""Where a graph computes what a formula says: by structure first, then exactly, at the shapes that are there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Graph, Number, Operation, Shape
from graphviz_nn.nn.formulas import Formula
from graphviz_nn.ops.rules import axes_numbers
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.tracing.trace import trace
from graphviz_nn.transforms.fold import fold

Slot: TypeAlias = str | tuple[Number]
"""What an operation is given: a variable by name, or a number."""


@dataclass(frozen=True)
class Pattern:
    """A formula traced: what it computes, and the variables that the folded operation is given."""

    graph: Graph
    result: str
    arguments: tuple[str, ...]
    inner: frozenset[str]

    @property
    def root(self) -> Operation:
        """The operation that gives the result."""
        return self.graph.operation(self.producers[self.result])

    @cached_property
    def producers(self) -> dict[str, str]:
        """The operation that computes each variable."""
        return {v: name for name in self.graph.operations for v in self.graph.results(name)}

    @cached_property
    def slots(self) -> dict[str, list[Slot]]:
        """What each operation is given."""
        return {name: slots(self.graph, name) for name in self.graph.operations}


def pattern(formula: Formula, shapes: Mapping[str, Shape], numbers: Mapping[str, Number]) -> Pattern:
    """A formula traced at these shapes, with numbers where they are known."""
    return _pattern(formula, tuple(sorted(shapes.items())), tuple(sorted(numbers.items())))


@lru_cache(maxsize=4096)
def _pattern(
    formula: Formula, shapes: tuple[tuple[str, Shape], ...], numbers: tuple[tuple[str, Number], ...]
) -> Pattern:
    graph = fold(trace(formula.function, **formula.specs(dict(shapes), dict(numbers))))
    result, *given = graph.outputs
    arguments = tuple(given) or tuple(name for name, _ in shapes)
    if not given:
        arguments = tuple(name for name in graph.leaves if name in arguments)
    # What leads up to an argument is looked for, but stays outside.
    inner, waiting = set(), [result]
    while waiting:
        name = graph.producer(waiting.pop())
        if name is not None and name not in inner:
            inner.add(name)
            waiting += [v for v in graph.arguments(name).values() if v not in arguments]
    return Pattern(graph, result, arguments, frozenset(inner))


@dataclass(frozen=True)
class Match:
    """A place where a formula was found."""

    formula: Formula
    result: str
    members: tuple[str, ...]
    arguments: tuple[str, ...]
    shapes: tuple[Shape, ...]


@dataclass
class _State:
    """What is known half-way: graph variables by pattern variable, and the operations that were met."""

    bound: dict[str, Slot] = field(default_factory=dict)
    met: dict[str, set[str]] = field(default_factory=dict)

    def copy(self) -> "_State":
        return _State(dict(self.bound), {name: set(each) for name, each in self.met.items()})


class Matcher:
    """A graph made ready to be searched."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.operations = graph.operations
        self.variables = graph.variables
        self.position = {name: number for number, name in enumerate(graph)}
        self.producers = {v: n for n in self.operations for v in graph.results(n)}
        self.slots = {name: slots(graph, name) for name in self.operations}
        self.numbers = self._value_numbers()
        self.reason = ""
        self.matched = 0

    def _value_numbers(self) -> dict[str, int]:
        """Equal numbers for variables that are computed alike."""
        known: dict[Any, int] = {}
        found: dict[str, int] = {}
        for name in self.variables:
            if name not in self.producers:
                found[name] = known.setdefault(("leaf", name), len(known))
        for name in self.graph.computation_order():
            operation = self.operations[name]
            inputs: list[Any] = [s if isinstance(s, tuple) else found[s] for s in self.slots[name]]
            if commutes(self.graph, name):
                inputs.sort(key=repr)
            body = id(operation.body) if operation.body is not None else 0
            key = (operation.op, repr(sorted(operation.attributes.items())), tuple(inputs), body)
            for slot, result in enumerate(self.graph.results(name)):
                found[result] = known.setdefault((*key, slot), len(known))
        return found

    def at(self, formula: Formula, anchor: str) -> Match | None:
        """The match of a formula whose last step is this operation."""
        self.reason, self.matched = "", 0
        result = self.graph.results(anchor)[0]
        for loose in examples(formula, len(self.slots[anchor])):
            root = loose.root
            if (root.op, len(loose.slots[loose.producers[loose.result]])) != (
                self.operations[anchor].op,
                len(self.slots[anchor]),
            ):
                continue
            for state in self._unify(loose, loose.result, result, _State(), self.operations[anchor].scope, False):
                found = self._exact(formula, loose, state, result)
                if found is not None:
                    return found
        return None

    def _exact(self, formula: Formula, loose: Pattern, state: _State, result: str) -> Match | None:
        """The match made certain: the formula traced at the shapes that are there computes just this."""
        shapes, numbers = {}, {}
        leaves = {name: state.bound[name] for name in loose.graph.leaves if name in state.bound}
        for name, value in leaves.items():
            if isinstance(value, tuple):
                numbers[name] = value[0]
            else:
                shapes[name] = self.variables[value].shape
                wrong = formula.refuses(name, self.variables[value])
                if wrong:
                    self._fail(f"{value} {wrong}", len(state.met))
                    return None
        try:
            exact = pattern(formula, shapes, numbers)
        except TracingError as error:
            self._fail(str(error))
            return None
        scope = self.operations[self.producers[result]].scope
        for fit in self._unify(exact, exact.result, result, _State(leaves), scope, True):
            inner = {name for each in exact.inner for name in fit.met.get(each, ())}
            members = tuple(sorted(inner, key=self.position.__getitem__))
            arguments = tuple(str(fit.bound[name]) for name in exact.arguments if isinstance(fit.bound[name], str))
            return Match(formula, result, members, arguments, tuple(self.variables[v].shape for v in arguments))
        return None

    def _fail(self, reason: str, matched: int = 0) -> None:
        if not self.reason or matched >= self.matched:
            self.reason, self.matched = reason, matched

    def _unify(
        self, p: Pattern, wanted: str, slot: Slot, state: _State, scope: tuple[str, ...], strict: bool
    ) -> Iterator[_State]:
        """Every way in which a pattern's variable can be this variable or number."""
        known = state.bound.get(wanted)
        if known is not None and not self._same(known, slot):
            self._fail(f"{_shown(known)} and {_shown(slot)} must be the same", len(state.met))
            return
        operation = p.producers.get(wanted)
        if operation is None:
            constant = p.graph.variable(wanted)
            if constant.value is not None and not self._equals(slot, constant.value):
                self._fail(f"{_shown(slot)} isn't the constant {constant.value}", len(state.met))
                return
            state.bound[wanted] = slot
            yield state
            return
        if isinstance(slot, tuple):
            self._fail(f"{slot[0]} stands where {p.graph.operation(operation).op} is expected", len(state.met))
            return
        found = self.producers.get(slot)
        if found in state.met.get(operation, ()):
            yield state
            return
        if found is None or not self._alike(p, operation, found, scope, strict, state):
            if found is None:
                self._fail(f"{slot} stands where {p.graph.operation(operation).op} is expected", len(state.met))
            return
        state.bound[wanted] = slot
        state.met.setdefault(operation, set()).add(found)
        mine, theirs = p.slots[operation], self.slots[found]
        orders = [theirs]
        if len(theirs) == 2 and commutes(self.graph, found):
            orders.append(theirs[::-1])
        for order in orders:
            yield from self._unify_all(p, list(zip(mine, order, strict=True)), state.copy(), scope, strict)

    def _unify_all(
        self, p: Pattern, pairs: list[tuple[Slot, Slot]], state: _State, scope: tuple[str, ...], strict: bool
    ) -> Iterator[_State]:
        if not pairs:
            yield state
            return
        (mine, theirs), rest = pairs[0], pairs[1:]
        if isinstance(mine, tuple):
            if not isinstance(theirs, tuple) or (strict and mine != theirs):
                self._fail(f"{_shown(theirs)} stands where {mine[0]} is expected", len(state.met))
                return
            yield from self._unify_all(p, rest, state, scope, strict)
            return
        for each in self._unify(p, mine, theirs, state, scope, strict):
            yield from self._unify_all(p, rest, each, scope, strict)

    def _alike(self, p: Pattern, mine: str, theirs: str, scope: tuple[str, ...], strict: bool, state: _State) -> bool:
        wanted, found = p.graph.operation(mine), self.operations[theirs]
        where = f" ({found.source})" if found.source else ""
        if wanted.op != found.op or len(p.slots[mine]) != len(self.slots[theirs]):
            self._fail(f"{found.op}{where} stands where {wanted.op} is expected", len(state.met))
        elif found.scope != scope:
            self._fail(f"{found.op}{where} belongs to another function", len(state.met))
        elif strict and _attributes(p.graph, mine) != _attributes(self.graph, theirs):
            self._fail(f"{found.op}{where} has {dict(found.attributes)}, not {dict(wanted.attributes)}", len(state.met))
        else:
            return True
        return False

    def _same(self, a: Slot, b: Slot) -> bool:
        if isinstance(a, tuple) or isinstance(b, tuple):
            return a == b
        return self.numbers[a] == self.numbers[b]

    def _equals(self, slot: Slot, value: Any) -> bool:
        if isinstance(slot, tuple):
            return bool(np.array_equal(value, slot[0]))
        found = self.variables[slot]
        return found.role == "constant" and found.value is not None and np.array_equal(value, found.value)


def slots(graph: Graph, operation: str) -> list[Slot]:
    """What an operation is given, in order."""
    found: dict[int, Slot] = dict(graph.arguments(operation))
    found.update({slot: (number,) for slot, number in graph.operation(operation).literals.items()})
    return [found[slot] for slot in sorted(found)]


def commutes(graph: Graph, name: str) -> bool:
    """Whether an operation's two arguments may change places."""
    operation = graph.operation(name)
    if operation.body is not None:
        return False
    if operation.op == "matmul":
        return all(len(graph.variable(v).shape) == 1 for v in graph.arguments(name).values())
    return OPS[operation.op].commutative


def _attributes(graph: Graph, name: str) -> dict[str, Any]:
    """An operation's attributes, a reduction's axes counted out."""
    operation = graph.operation(name)
    found = dict(operation.attributes)
    if operation.body is None and OPS[operation.op].category == "reduction":
        (argument, *_) = graph.arguments(name).values()
        ndim = len(graph.variable(argument).shape)
        found["axis"] = axes_numbers(found.get("axis"), ndim)
    return found


def _shown(slot: Slot) -> str:
    return f"{slot[0]:g}" if isinstance(slot, tuple) else slot


@lru_cache(maxsize=4096)
def examples(formula: Formula, count: int) -> tuple[Pattern, ...]:
    """A formula traced at its example shapes; one of many arguments has as many as the last step."""
    return tuple(pattern(formula, shapes, {}) for shapes in formula.shapes(count))


def signature(graph: Graph) -> tuple[Any, ...]:
    """What a body computes, whatever its variables are called: equal for equal computations."""
    numbers: dict[str, int] = {name: i for i, name in enumerate(graph.graph["arguments"])}
    steps: list[Any] = []
    for name, variable in graph.leaves.items():
        if name not in numbers:
            numbers[name] = len(numbers)
            steps.append((variable.shape, None if variable.value is None else variable.value.tobytes()))
    for name in graph.computation_order():
        operation = graph.operation(name)
        inputs: list[Any] = [s if isinstance(s, tuple) else numbers[s] for s in slots(graph, name)]
        if commutes(graph, name):
            inputs.sort(key=repr)
        steps.append((operation.op, repr(sorted(_attributes(graph, name).items())), tuple(inputs)))
        for result in graph.results(name):
            numbers[result] = len(numbers)
    return (*steps, tuple(numbers[name] for name in graph.outputs))
