"""Compute a region of a graph on arrays."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.reading import Reading, known_signature
from graphviz_nn.transforms.regions import Region
from graphviz_nn.transforms.roles import SMALL

GUARDS = frozenset(("maximum", "minimum", "add", "subtract"))
"""Operations by which a small number guards others against failure."""


WAYS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("maximum", "minimum", "greater", "greater_equal", "less", "less_equal"), np.subtract),
    **dict.fromkeys(("equal", "not_equal"), lambda a, b: np.where(np.equal(a, b), 1, -1)),
    **dict.fromkeys(("absolute", "sign"), np.asarray),
    "where": lambda condition, *_: np.where(condition, 1, -1),
}
"""Operations that branch, with a number whose sign selects the branch; at 0 both are equal."""


def soft(number: Any) -> Any:
    """A number without a small addend that guards against failure.

    >>> soft(1e-8), soft(1 - 1e-8), soft(2)
    (0.0, 1.0, 2)
    """
    if 0 < abs(number) <= SMALL:
        return 0.0
    return 1.0 if 0 < abs(number - 1) <= SMALL else number


def is_guard(reading: Reading, name: str) -> bool:
    """Whether an operation is, or may be, a guard against failure."""
    operation = reading.operations[name]
    return operation.op in GUARDS and any(soft(each) != each for each in operation.literals.values())


class Steps:
    """The operations of a region as calls.

    Parameters
    ----------
    softened : bool
        Whether guards against failure are left out.
    """

    def __init__(self, reading: Reading, region: Region, softened: bool = False) -> None:
        self.reading, self.region, self.softened = reading, region, softened

    @cached_property
    def is_guarded(self) -> bool:
        """Whether a step is, or may be, a guard."""
        return any(is_guard(self.reading, name) for name in self.region.members)

    @cached_property
    def is_scaled(self) -> bool:
        """Whether the last step multiplies by a number."""
        last = self.reading.operations[self.region.members[-1]]
        return last.op in ("multiply", "divide") and bool(last.literals)

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """The plain numbers in it."""
        found = (
            number
            for name in self.region.members
            for number in self.reading.operations[name].literals.values()
            if number
        )
        return tuple(dict.fromkeys(map(float, found)))

    def signature(self, arguments: Sequence[str]) -> tuple[Any, ...]:
        """A key for its computation from these arguments, independent of names."""
        reading = self.reading
        numbers: dict[Any, Any] = {name: i for i, name in enumerate(arguments)}
        steps: list[Any] = []
        for name in self.region.members:
            operation = reading.operations[name]
            given = []
            for slot in reading.slots[name]:
                if isinstance(slot, tuple):
                    given.append(slot)
                    continue
                if slot not in numbers:
                    known = reading.variables[slot]
                    numbers[slot] = slot if known.value is None else (known.shape, known.value.tobytes())
                given.append(numbers[slot])
            attributes = repr(operation.attributes) if operation.attributes else ""
            steps.append((operation.op, attributes, *given, known_signature(operation.body) if operation.body else ()))
            numbers[reading.results[name][0]] = len(numbers)
        return (*steps, self.softened)

    @property
    def ways(self) -> int:
        """The number of steps that branch, except guards."""
        return sum(way is not None for *_, way in self._calls)

    def value(
        self, arguments: Sequence[str], arrays: Sequence[Any], taken: set[tuple[str, bool]] | None = None
    ) -> Array | None:
        """The result for these arguments; None if NumPy can't compute it. It notes the branches taken."""
        try:
            with np.errstate(all="ignore"):
                return np.asarray(self.run(dict(zip(arguments, arrays, strict=True)), taken))
        except (ValueError, IndexError, TypeError, KeyError):
            return None

    def run(self, values: dict[str, Any], taken: set[tuple[str, bool]] | None = None) -> Any:
        """The result of the last step; `taken` collects the branches of steps that branch."""
        found: dict[str, Any] = {**self._own, **values}
        value = None
        for result, call, slots, way in self._calls:
            given = [slot[0] if isinstance(slot, tuple) else found[slot] for slot in slots]
            if taken is not None and way is not None:
                told = way(*given)
                taken.update((result, side) for side in (True, False) if (told >= 0 if side else told <= 0).any())
            value = call(*given)
            found[result] = value
        return value

    @cached_property
    def _own(self) -> dict[str, Any]:
        given = {v for name in self.region.members for v in self.reading.arguments[name].values()}
        return {v: value for v in given if (value := self.reading.variables[v].value) is not None}

    @cached_property
    def _calls(self) -> list[tuple[str, Callable[..., Any], list[Any], Callable[..., Any] | None]]:
        found: list[tuple[str, Callable[..., Any], list[Any], Callable[..., Any] | None]] = []
        for name in self.region.members:
            operation = self.reading.operations[name]
            slots: list[Any] = list(self.reading.slots[name])
            if self.softened and operation.op in GUARDS:
                slots = [(soft(each[0]),) if isinstance(each, tuple) else each for each in slots]
            call: Callable[..., Any] = OPS[operation.op].kernel if operation.body is None else called(operation.body)
            if operation.attributes:
                call = partial(call, **operation.attributes)
            is_sure = is_guard(self.reading, name) or any(map(np.isinf, operation.literals.values()))
            way = None if is_sure else WAYS.get(operation.op)
            found.append((self.reading.results[name][0], call, slots, way))
        return found


def called(body: Graph) -> Callable[..., Any]:
    """The computation of a folded operation as a function."""
    reading = Reading(body)
    # Its result may not be the last step in order of definition.
    (result,) = body.outputs
    order = [name for name in reading.order() if reading.producer[result] != name]
    steps = Steps(reading, Region((*order, reading.producer[result])))
    return lambda *arguments: steps.run(dict(zip(body.graph["arguments"], arguments, strict=True)))
