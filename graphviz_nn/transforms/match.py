"""Match formulas in a graph: by structure first, then exactly, at the actual shapes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Graph, Number, Operation, Shape
from graphviz_nn.nn.formulas.table import Formula
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.tracing.trace import trace
from graphviz_nn.transforms.fold import fold
from graphviz_nn.transforms.origin import without_lines
from graphviz_nn.transforms.reading import LEAF, Reading, Slot, signature
from graphviz_nn.transforms.roles import Roles
from graphviz_nn.transforms.samples import NARROW, NUMBERS, SCALES
from graphviz_nn.transforms.steps import called

# Arguments that are probabilities.
POSITIVE = ("p", "y")


class Pattern(Reading):
    """A traced formula: its computation, and the arguments of the folded operation."""

    def __init__(self, graph: Graph, names: tuple[str, ...]) -> None:
        super().__init__(graph)
        self.graph = graph
        self.leaves = tuple(graph.leaves)
        self.result, *given = graph.outputs
        self.arguments_given = tuple(given) or tuple(name for name in self.leaves if name in names)
        self.root = self.producer[self.result]
        self.op = self.operations[self.root].op
        self.first = self.above(self.root)
        # The computation of an argument is part of the pattern, but not of the folded operation.
        self.inner: set[str] = set()
        waiting = [self.result]
        while waiting:
            name = self.producer.get(waiting.pop())
            if name is not None and name not in self.inner:
                self.inner.add(name)
                waiting += [v for v in self.arguments[name].values() if v not in self.arguments_given]

    def ends_in(self, op: str, above: tuple[str, ...], commutes: bool) -> bool:
        """Whether its last step can be this op, with arguments computed by these ops."""
        fits = _fits(self.first, above) or (commutes and _fits(self.first, above[::-1]))
        return op == self.op and fits


def _fits(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return len(mine) == len(theirs) and all(one in (LEAF, other) for one, other in zip(mine, theirs, strict=True))


def pattern(formula: Formula, shapes: Mapping[str, Shape], numbers: Mapping[str, Number]) -> Pattern:
    """Trace a formula at these shapes, with the known numbers."""
    return _pattern(formula, tuple(sorted(shapes.items())), tuple(sorted(numbers.items())))


@lru_cache(maxsize=4096)
def _pattern(
    formula: Formula, shapes: tuple[tuple[str, Shape], ...], numbers: tuple[tuple[str, Number], ...]
) -> Pattern:
    graph = fold(without_lines(trace(formula.function, **formula.specs(dict(shapes), dict(numbers)))))
    return Pattern(graph, tuple(name for name, _ in shapes))


@lru_cache(maxsize=4096)
def examples(formula: Formula, count: int) -> tuple[Pattern, ...]:
    """Trace a formula at its example shapes, with `count` for a number of arguments."""
    return tuple(pattern(formula, shapes, {}) for shapes in formula.shapes(count)) if count else ()


@dataclass(frozen=True)
class Match:
    """An occurrence of a formula."""

    layer: str
    replacement: Callable[..., Any] | None
    result: str
    members: tuple[str, ...]
    arguments: tuple[str, ...]
    shapes: tuple[Shape, ...]
    numbers: tuple[tuple[str, Number], ...]
    same: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _State:
    """A partial match: graph variables by pattern variable, the matched operations, and variables computed like known
    ones."""

    bound: dict[str, Slot] = field(default_factory=dict)
    met: dict[str, frozenset[str]] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)

    def copy(self) -> "_State":
        return _State(dict(self.bound), dict(self.met), dict(self.same))


class Matcher(Reading):
    """A graph prepared for searches."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.outputs = set(graph.outputs)
        self.matched = 0
        self._reason: Callable[[], str] | str = ""

    @property
    def reason(self) -> str:
        """The reason why the last search failed at its farthest point."""
        return self._reason if isinstance(self._reason, str) else self._reason()

    @cached_property
    def roles(self) -> Roles:
        """The roles that the variables can have."""
        return Roles(self)

    def at(self, formula: Formula, anchor: str) -> Match | None:
        """The match of a formula whose last step is this operation."""
        self.matched, self._reason = 0, ""
        result, count = self.results[anchor][0], len(self.slots[anchor])
        operation = self.operations[anchor]
        for loose in examples(formula, count):
            if (loose.op, len(loose.first)) != (operation.op, count):
                continue
            for state in self._unify(loose, loose.result, result, _State(), operation.scope, False):
                found = self._exact(formula, loose, state, result)
                if found is not None:
                    return found
        return None

    def _exact(self, formula: Formula, loose: Pattern, state: _State, result: str) -> Match | None:
        """Verify a match: trace the formula at the actual shapes, and compare."""
        shapes, numbers = {}, {}
        leaves = {name: state.bound[name] for name in loose.leaves if name in state.bound}
        for name, value in leaves.items():
            if isinstance(value, tuple):
                numbers[name] = value[0]
            else:
                shapes[name] = self.variables[value].shape
                wrong = formula.refuses(name, self.variables[value]) or self.roles.refuses(formula.role(name), value)
                if wrong:
                    self._fail(len(state.met), f"{value} {wrong}")
                    return None
        try:
            exact = pattern(formula, shapes, numbers)
        except TracingError as error:
            self._fail(0, str(error))
            return None
        if formula.definition is not None and not agrees(formula, tuple(shapes.items()), tuple(numbers.items())):
            self._fail(len(state.met), lambda: f"for the shapes {_listed(shapes)}, {formula.layer} has other numbers")
            return None
        scope = self.operations[self.producer[result]].scope
        for fit in self._unify(exact, exact.result, result, _State(leaves), scope, True):
            inner = {name for each in exact.inner for name in fit.met.get(each, ())}
            members = tuple(sorted(inner, key=self.position.__getitem__))
            bound = [fit.bound[name] for name in exact.arguments_given]
            arguments = tuple(slot for slot in bound if isinstance(slot, str))
            same = {copy: first for copy, first in fit.same.items() if first in arguments}
            extents = tuple(self.variables[v].shape for v in arguments)
            options = tuple(numbers.items())
            return Match(formula.layer, formula.replacement, result, members, arguments, extents, options, same)
        return None

    def _fail(self, matched: int, reason: Callable[[], str] | str) -> None:
        if matched >= self.matched:
            self.matched, self._reason = matched, reason

    def _unify(
        self, p: Pattern, wanted: str, slot: Slot, state: _State, scope: tuple[str, ...], strict: bool
    ) -> Iterator[_State]:
        """All ways to match a pattern's variable with this variable or number."""
        known = state.bound.get(wanted)
        if known is not None and not self._same(known, slot):
            other: Slot = known
            self._fail(len(state.met), lambda: f"{_shown(other)} and {_shown(slot)} must be the same")
            return
        if isinstance(known, str) and isinstance(slot, str) and known != slot:
            state.same[slot] = known
        step = p.producer.get(wanted)
        if step is None:
            value = p.variables[wanted].value
            if value is not None and not self._equals(slot, value):
                self._fail(len(state.met), lambda: f"{_shown(slot)} isn't the constant {value}")
                return
            state.bound.setdefault(wanted, slot)
            yield state
            return
        found = None if isinstance(slot, tuple) else self.producer.get(slot)
        if found is None:
            self._fail(len(state.met), lambda: f"{_shown(slot)} stands where {p.operations[step].op} is expected")
            return
        if found in state.met.get(step, ()):
            yield state
            return
        if not self._alike(p, step, found, scope, strict, len(state.met)):
            return
        state.bound.setdefault(wanted, slot)
        state.met[step] = state.met.get(step, frozenset()) | {found}
        mine, theirs = p.slots[step], self.slots[found]
        if len(theirs) == 2 and self.commutes(found):
            yield from self._unify_all(p, list(zip(mine, theirs, strict=True)), state.copy(), scope, strict)
            theirs = theirs[::-1]
        yield from self._unify_all(p, list(zip(mine, theirs, strict=True)), state, scope, strict)

    def _unify_all(
        self, p: Pattern, pairs: list[tuple[Slot, Slot]], state: _State, scope: tuple[str, ...], strict: bool
    ) -> Iterator[_State]:
        if not pairs:
            yield state
            return
        (mine, theirs), rest = pairs[0], pairs[1:]
        if isinstance(mine, tuple):
            if not isinstance(theirs, tuple) or (strict and mine != theirs):
                self._fail(len(state.met), lambda: f"{_shown(theirs)} stands where {mine[0]} is expected")
                return
            yield from self._unify_all(p, rest, state, scope, strict)
            return
        for each in self._unify(p, mine, theirs, state, scope, strict):
            yield from self._unify_all(p, rest, each, scope, strict)

    def _alike(self, p: Pattern, mine: str, theirs: str, scope: tuple[str, ...], strict: bool, matched: int) -> bool:
        wanted, found = p.operations[mine], self.operations[theirs]
        if wanted.op != found.op or len(p.slots[mine]) != len(self.slots[theirs]):
            self._fail(matched, lambda: f"{found} stands where {wanted.op} is expected")
        elif found.around != scope:
            self._fail(matched, lambda: f"{found} belongs to another function")
        elif strict and not _one_function(found, wanted):
            self._fail(matched, lambda: f"{found} is another function than {wanted.op} here")
        elif strict and p.attributes(mine) != self.attributes(theirs):
            self._fail(matched, lambda: f"{found} has {dict(found.attributes)}, not {dict(wanted.attributes)}")
        else:
            return True
        return False

    def _same(self, a: Slot, b: Slot) -> bool:
        if isinstance(a, tuple) or isinstance(b, tuple):
            return a == b
        return a == b or self.numbers[a] == self.numbers[b]

    def _equals(self, slot: Slot, value: Any) -> bool:
        if isinstance(slot, tuple):
            return bool(np.array_equal(value, slot[0]))
        found = self.variables[slot]
        return found.role == "constant" and found.value is not None and np.array_equal(value, found.value)


MOST = 10**7
"""The most entries of an array to try a formula on; larger arrays stay unrecognised."""


@lru_cache(maxsize=4096)
def agrees(formula: Formula, shapes: tuple[tuple[str, Shape], ...], numbers: tuple[tuple[str, Number], ...]) -> bool:
    """Whether a formula agrees with the layer's definition; this may hold for one example, but not for rows."""
    if formula.definition is None:
        return False
    random = np.random.default_rng(0)
    largest = max((prod(shape) for _, shape in shapes), default=1)
    if largest > MOST:
        return False
    for scale in [scale for scale in SCALES if scale <= NARROW for _ in range(0, NUMBERS, max(largest, 1))]:
        arrays = {
            name: random.uniform(0.1, 0.9, shape) if name in POSITIVE else random.uniform(-2, 2, shape) * scale
            for name, shape in shapes
        }
        given = formula.arguments(arrays, dict(numbers))
        try:
            with np.errstate(all="ignore"):
                written = formula.function(**given)
                written, *of = written if isinstance(written, tuple) else (written, *given.values())
                defined = formula.definition(*of)
        except (TracingError, ValueError):
            return False
        if np.shape(written) != np.shape(defined) or not np.allclose(written, defined, rtol=1e-9, atol=1e-11):
            return False
    return True


def _one_function(found: Operation, wanted: Operation) -> bool:
    """Whether two operations of one name compute the same: a softmax along the examples isn't one of each example."""
    bodies = [each.body for each in (found, wanted) if each.body is not None]
    if not bodies or (len(bodies) == 2 and signature(bodies[0]) == signature(bodies[1])):
        return True
    # A recognised layer keeps the author's formula, which may include a small guarding number.
    return not found.scope and _one_value(found, wanted)


def _one_value(one: Operation, other: Operation) -> bool:
    """Whether two operations give the same numbers, except for guards against failures."""
    bodies = [each.body for each in (one, other) if each.body is not None]
    given = [[body.variable(name) for name in body.graph["arguments"]] for body in bodies]
    shapes = [[each.shape for each in variables] for variables in given]
    if shapes[0] != shapes[-1] or sum(map(prod, shapes[0])) > MOST:
        return False
    random = np.random.default_rng(0)
    arrays = [random.uniform(0.1, 0.9, each.shape).astype(each.dtype) for each in given[0]]
    mine, theirs = (_function(each)(*arrays) for each in (one, other))
    return np.shape(mine) == np.shape(theirs) and np.allclose(mine, theirs, rtol=1e-3, atol=1e-3)


def _function(operation: Operation) -> Callable[..., Any]:
    return (
        partial(OPS[operation.op].kernel, **operation.attributes) if operation.body is None else called(operation.body)
    )


def _listed(shapes: Mapping[str, Shape]) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in shapes.items())


def _shown(slot: Slot) -> str:
    return f"{slot[0]:g}" if isinstance(slot, tuple) else slot
