"""An open trace, and the graph that it becomes."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from inspect import currentframe
from math import prod
from types import FrameType
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.graph.arrays import numbers
from graphviz_nn.graph.distribution import DISTRIBUTIONS
from graphviz_nn.graph.ir import Array, Graph, ModuleCall, Number, Operation, Role, Shape, Source, Variable
from graphviz_nn.tracing import frames, literals
from graphviz_nn.tracing.chance import Watch
from graphviz_nn.tracing.held import Held, held_in, place_of, same_bits
from graphviz_nn.tracing.known import Known
from graphviz_nn.tracing.lists import lists_traced
from graphviz_nn.tracing.registry import infer, lookup
from graphviz_nn.tracing.spelled import spelled
from graphviz_nn.tracing.value_names import Names, Value, value_names

# A graph contains its constants; more entries than this are surely a mistake.
LARGEST = 100_000_000
# Equal constants of more bytes share their data.
SHARED = 1_000_000


def holdable(shape: Shape) -> Shape:
    """Check that a constant may have a shape.

    Raises
    ------
    ShapeError
        If the shape has so many entries that the graph would take gigabytes.

    Examples
    --------
    >>> holdable((10**5, 10**4))
    Traceback (most recent call last):
    graphviz_nn.errors.ShapeError: a constant ... of shape (100000, 10000) has 1,000,000,000 entries, ...
    """
    if (count := prod(shape)) > LARGEST:
        raise ShapeError(
            f"a constant{frames.where()} of shape {shape} has {count:,} entries, but the most is {LARGEST:,}; "
            "use a number and broadcasting, or make it an argument"
        )
    return shape


class Step(NamedTuple):
    """An operation on its way into a graph."""

    operation: Operation
    arguments: list[int]
    result: int
    name: str


class Place(NamedTuple):
    """Where in a model an operation belongs: its scope, the modules around it, and its line."""

    scope: tuple[str, ...] = ()
    modules: tuple[ModuleCall, ...] = ()
    source: Source | None = None


_OPEN: "ContextVar[Recording | None]" = ContextVar("open recording", default=None)


def open_recording() -> "Recording | None":
    """The recording of the function that is being traced."""
    return _OPEN.get()


@contextmanager
def opened(recording: "Recording") -> Iterator[None]:
    """Make a recording the current one while the traced function runs."""
    token = _OPEN.set(recording)
    try:
        with lists_traced():
            yield
    finally:
        _OPEN.reset(token)


@lru_cache(maxsize=256)
def _dtype_name(dtype: "np.dtype[Any]") -> str:
    # NumPy rebuilds this object each time.
    return np.dtype(dtype).name


class Recording:
    """An open trace: values and steps in order."""

    def __init__(self, *, names_from_code: bool = True) -> None:
        self.values: list[Value] = []
        self.steps: list[Step | int] = []
        self.scope: tuple[str, ...] = ()
        self.source: Source | None = None
        self.modules: tuple[ModuleCall, ...] = ()
        # How numbers are spelled that don't come from the author's code.
        self.spelled: Mapping[Number, str] = {}
        self.remarks: list[str] = []
        # The author's own functions that were called, in order.
        self.functions: dict[str, None] = {}
        self.watch: Watch | None = None
        # The numbers of the values, if the function runs on numbers; the trace around this one.
        self.known: Known | None = None
        self.outer: Recording | None = None
        # The leaves that stand for values of traces around this one.
        self.lifted: dict[tuple[Recording, int], int] = {}
        self.names_from_code = names_from_code
        # Whether the entries of values lie row by row, as far as it was asked.
        self.ordered: dict[int, bool] = {}
        self._calls: Counter[tuple[str, ...]] = Counter()
        self._constants: dict[Hashable, Held] = {}
        self._parameters: dict[Hashable, Held] = {}
        self._large: dict[Hashable, Array] = {}
        self._layers: dict[int, tuple[object, int]] = {}
        # The names of all values, once the graph is made.
        self.names: list[str] = []

    def add(self, variable: Variable, name: str | None = None, *, fixed: bool = False) -> int:
        """Add a variable and return its number."""
        self.values.append(Value(variable, name, fixed))
        self.steps.append(len(self.values) - 1)
        return len(self.values) - 1

    def step(self, operation: Operation, arguments: list[int], variable: Variable, name: str) -> int:
        """Add an operation as it is and return the number of its result."""
        number = len(self.values)
        self.values.append(Value(variable))
        self.steps.append(Step(operation, arguments, number, name))
        return number

    def mark(self) -> int:
        """A point to which `back_to` returns."""
        return len(self.values)

    def back_to(self, mark: int) -> None:
        """Forget everything recorded after a point."""
        del self.values[mark:]
        self.steps = [each for each in self.steps if (each if isinstance(each, int) else each.result) < mark]
        self.ordered.clear()
        for held in (*self._constants.values(), *self._parameters.values()):
            held.versions[:] = [(kept, number) for kept, number in held.versions if number < mark]

    def random(self, variable: Variable, name: str | None = None, *, fixed: bool = False) -> int:
        """Add a random leaf; leaves with equal seeds differ by their order."""
        assert variable.draw is not None
        count = sum(value.variable.role == "random" for value in self.values)
        name = name or frames.assigned_directly() or DISTRIBUTIONS[variable.draw.distribution].symbol
        draw = replace(variable.draw, seed=(*variable.draw.seed, count))
        return self.add(replace(variable, draw=draw), name, fixed=fixed)

    def constant(self, value: Array, name: str | None = None, *, held: Any = None) -> int:
        """Add a constant with the current content of an array; the same constant while the array is unchanged.

        Parameters
        ----------
        held : object, optional
            The origin of the array, such as a list; by default the array itself.
        """
        holdable(value.shape)
        held = value if held is None else held
        known = held_in(self._constants, held)
        number = known.number_of(value)
        if number is None:
            frame = frames.user_frame() if self.names_from_code else None
            name = name or frames.held_name(frame, held)
            if self.watch is not None:
                self.watch.look(frame, closely=True)
            kept = self._kept(value)
            number = self.add(Variable(kept.shape, kept.dtype.name, "constant", value=kept), name)
            known.versions.append((kept, number))
        return number

    def lift(self, around: "Recording", number: int) -> int:
        """The leaf that stands for a value of a trace around this one; the same leaf on each use."""
        if (around, number) not in self.lifted:
            value = around.values[number]
            leaf = self.add(Variable(value.variable.shape, value.variable.dtype, "input"), value.name)
            self.lifted[around, number] = leaf
            if self.known is not None:
                self.known.leaves[leaf] = around, number
        return self.lifted[around, number]

    def is_inside(self, other: "Recording") -> bool:
        """Whether this trace runs inside of another one, whose values it takes."""
        around = self.outer
        while around is not None and around is not other:
            around = around.outer
        return around is other

    def held(self, value: object) -> list[Array]:
        """The contents of the constants that came from an object of the author's."""
        known = self._constants.get(place_of(value)[0])
        return [kept for kept, _ in known.versions] if known and known.there() is not None else []

    def _kept(self, value: Array) -> Array:
        """Copy an array; equal large arrays share one copy."""
        kept: Array = np.array(value, subok=False)
        if kept.nbytes < SHARED:
            return kept
        key = (kept.shape, kept.dtype, crc32(kept.ravel("K").view(np.uint8).data))
        other = self._large.setdefault(key, kept)
        return other if same_bits(other, kept) else kept

    def layer(self, owner: object, number: int) -> int:
        """The number of a layer, assigned on first use."""
        # Keeping the owner alive keeps its id unique.
        return self._layers.setdefault(id(owner), (owner, number))[1]

    def parameter(self, value: Any, name: str, layer: int | None = None) -> int:
        """The parameter that starts from an array of a layer, with the layer's number if it has one; the same parameter
        on each use.

        Raises
        ------
        TracingError
            If it isn't an array of numbers, or has changed since its last use: a parameter has a single value.
        """
        known = held_in(self._parameters, value)
        try:
            kept = numbers(value)
        except ValueError as error:
            raise TracingError(f"the parameter {name} {error}") from None
        number = known.number_of(kept)
        if number is None and known.versions:
            raise TracingError(
                f"the parameter {name}{frames.where()} was changed since it was last used; "
                "change a layer's parameters before or after the function, or write the change as an operation"
            )
        if number is None:
            kept = np.array(kept, subok=False)
            number = self.add(Variable(kept.shape, kept.dtype.name, "parameter", value=kept), name)
            self.values[number].numbered = layer is not None
            self.values[number].layer = layer or 0
            known.versions.append((kept, number))
        return number

    def name_parts(self, parts: Iterable[Any], first: int = 0) -> None:
        """Name traced values after the names that store the parts of one result."""
        for place, part in enumerate(parts, first):
            name = frames.assigned_name(currentframe(), place) if self.names_from_code else None
            if name and not self.values[part.number].fixed:
                self.values[part.number].name = name

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Record everything in this context as one call of the function `name`."""
        outer = self.scope
        self._calls[(*outer, name)] += 1
        self.scope = (*outer, f"{name}:{self._calls[(*outer, name)]}")
        try:
            yield
        finally:
            self.scope = outer

    def apply(
        self, name: str, arguments: list[int | Number], tracers: list[bool], attributes: Mapping[str, Any]
    ) -> int:
        """Record an operation and return the number of its result."""
        op = lookup(name)
        frame = frames.user_frame() if self.names_from_code else None
        if self.watch is not None and not all(tracers):
            self.watch.look(frame, closely=False)
        written = {slot: a for slot, a in enumerate(arguments) if not tracers[slot]}
        operation = Operation(
            name,
            dict(attributes),
            written,
            self._spelled(frame, written) if written else {},
            self.scope,
            frames.source(frame) if self.names_from_code else self.source,
            modules=self.modules,
        )
        variables = [self.values[int(a)].variable for a, is_tracer in zip(arguments, tracers, strict=True) if is_tracer]
        given = iter(variables)
        slots = [next(given) if is_tracer else None for is_tracer in tracers]
        shapes = [() if each is None else each.shape for each in slots]
        dtypes = [
            type(argument) if each is None else np.dtype(each.dtype)
            for argument, each in zip(arguments, slots, strict=True)
        ]
        try:
            shape, dtype = infer(op, shapes, dtypes, attributes)
        except ShapeError as error:
            raise ShapeError(f"{operation}: {error}") from None
        if misfit := literals.misfit(operation, shapes, dtypes):
            raise TracingError(f"{operation}: {misfit}")
        given_by = [int(a) for a, is_tracer in zip(arguments, tracers, strict=True) if is_tracer]
        result = self.step(operation, given_by, Variable(shape, _dtype_name(dtype)), name)
        if self.names_from_code:
            # Not from the user's frame: `trace` may lie between it and a layer of this package.
            self.values[result].name = frames.assigned_name(currentframe())
        flowing = [self.values[each].layer for each in given_by if self.values[each].variable.role != "parameter"]
        counts = name == "matmul" and 0 < len(flowing) < len(given_by) and re.match("linear:|$", "".join(self.scope))
        self.values[result].layer = max(flowing, default=0) + bool(counts)
        return result

    def _spelled(self, frame: FrameType | None, written: Mapping[int, Number]) -> dict[int, str]:
        found = spelled(frame, written) if frame is not None else {}
        return found or {slot: self.spelled[each] for slot, each in written.items() if each in self.spelled}

    @contextmanager
    def spelling(self, number: Number, text: str) -> Iterator[None]:
        """Record a plain number in this context as it is spelled in a formula."""
        outer, self.spelled = self.spelled, {**self.spelled, number: text}
        try:
            yield
        finally:
            self.spelled = outer

    def place(self, frame: FrameType | None) -> Place:
        """The place of an operation that is recorded now."""
        return Place(self.scope, self.modules, frames.source(frame) if self.names_from_code else self.source)

    @contextmanager
    def elsewhere(self, place: Place) -> Iterator[None]:
        """Record operations in this context as if they were recorded at a place before, and name none of them."""
        outer = Place(self.scope, self.modules, self.source), self.names_from_code
        (self.scope, self.modules, self.source), self.names_from_code = place, False
        try:
            yield
        finally:
            (self.scope, self.modules, self.source), self.names_from_code = outer

    def moved(self, operation: Operation) -> Operation:
        """An operation without a body as if it were recorded now."""
        literals = operation.literals
        spelled = self._spelled(None, literals) if literals and self.spelled else {}
        return Operation(
            operation.op, operation.attributes, literals, spelled, self.scope, self.source, modules=self.modules
        )

    def is_here(self, step: Step) -> bool:
        """Whether a step was recorded at the present place."""
        return self.moved(step.operation) == step.operation

    def at(self, operation: Operation | None, scope: tuple[str, ...] = ()) -> None:
        """Record what follows as steps of an operation: with its source, and with its numbers as they are spelled."""
        self.scope = scope
        self.source = operation.source if operation else None
        self.modules = operation.modules if operation else ()
        self.spelled = {operation.literals[n]: text for n, text in operation.spelled.items()} if operation else {}

    def graph(self, outputs: Iterable[int], facts: Mapping[str, Any]) -> Graph:
        """The finished graph."""
        outputs = dict.fromkeys(outputs)
        called, anonymous, shared = value_names(self.values)
        self.names = called
        step_names, ambiguous = Names(called), self._ambiguous()
        graph = Graph()
        graph.graph.update(facts)
        for step in self.steps:
            if isinstance(step, int):
                graph.add_variable(called[step], self.values[step].variable)
                continue
            name = step_names.unique(step.name)
            arguments = [called[each] for each in step.arguments]
            operation = step.operation
            if operation.spelled and not ambiguous.isdisjoint(operation.spelled.values()):
                kept = {slot: text for slot, text in operation.spelled.items() if text not in ambiguous}
                operation = replace(operation, spelled=kept)
            graph.add_operation(name, operation, arguments, [called[step.result]])
            variable = self.values[step.result].variable
            role: Role = "output" if step.result in outputs else "intermediate"
            graph.add_variable(called[step.result], variable if variable.role == role else replace(variable, role=role))
        graph.outputs = [called[each] for each in outputs]
        graph.graph["anonymous"] = tuple(called[each] for each in anonymous)
        by_modules = tuple(name for name, each in zip(called, self.values, strict=True) if each.numbered)
        for fact, found in (
            ("shared names", shared),
            ("named by modules", by_modules),
            ("functions", tuple(self.functions)),
        ):
            if found:
                graph.graph[fact] = found
        for remark in self.remarks:
            graph.remark(remark)
        return graph

    def _ambiguous(self) -> set[str]:
        """The spellings of several numbers, such as in a loop: they say less than the numbers."""
        numbers: dict[str, set[Number]] = {}
        for step in self.steps:
            if not isinstance(step, int):
                for slot, text in step.operation.spelled.items():
                    numbers.setdefault(text, set()).add(step.operation.literals[slot])
        return {text for text, each in numbers.items() if len(each) > 1}
