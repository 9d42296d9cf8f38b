"""Layers found by what they compute: a region of a graph that gives the same numbers as a layer is that layer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from itertools import permutations
from typing import Any

import numpy as np

from graphviz_nn.errors import Error
from graphviz_nn.graph.ir import Array, Graph, Shape
from graphviz_nn.nn.formulas.meanings import MEANINGS, Meaning
from graphviz_nn.nn.formulas.roles import LABELS, LEARNED, PROBABILITY, TARGET, VALUE, Role
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.match import Match, Matcher
from graphviz_nn.transforms.reading import Reading
from graphviz_nn.transforms.regions import Region, regions

SMALL = 1e-4
"""What is added lest a logarithm, a root or a quotient fail is at most so large."""
LARGEST = 2_000_000
SCALES = (1.0, 0.3, 4.0, 60.0)
"""How widely the arguments are tried; what is unstable isn't at the last."""
# A layer holds at least one of these; sums, products and shapes alone are none.
MARKS = frozenset(
    "exp expm1 exp2 log log1p log2 log10 logaddexp tanh sinh cosh max maximum minimum where absolute sqrt square power "
    "erf sign getitem softmax log_softmax sigmoid softplus divide multiply matmul greater greater_equal less "
    "less_equal".split()
)
STEADY = frozenset(("max", "logaddexp", "tanh", "log_softmax", "softplus"))
GUARDS = frozenset(("maximum", "minimum", "add", "subtract"))


class Steps:
    """The operations of a region as calls."""

    def __init__(self, reading: Reading, region: Region, result: str, softened: bool) -> None:
        self.result, self.softened = result, softened
        self.steps: list[tuple[str, Callable[..., Any], list[Any]]] = []
        self.own = {
            v: reading.variables[v].value
            for name in region.members
            for v in reading.arguments[name].values()
            if reading.variables[v].role == "constant" and reading.variables[v].value is not None
        }
        for name in region.members:
            operation = reading.operations[name]
            slots: list[Any] = list(reading.slots[name])
            if softened and operation.op in GUARDS:
                slots = [(soft(each[0]),) if isinstance(each, tuple) else each for each in slots]
            if operation.body is not None:
                call: Callable[..., Any] = partial(_run, operation.body)
            else:
                call = partial(OPS[operation.op].kernel, **operation.attributes)
            self.steps.append((reading.results[name][0], call, slots))

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """The plain numbers that are written in it."""
        found = (slot[0] for _, _, slots in self.steps for slot in slots if isinstance(slot, tuple))
        return tuple(dict.fromkeys(float(each) for each in found if each))

    def value(self, arguments: Sequence[str], arrays: Sequence[Any]) -> Array | None:
        """What comes out for these arguments; None where NumPy can't."""
        try:
            with np.errstate(all="ignore"):
                return np.asarray(self.run(dict(zip(arguments, arrays, strict=False))))
        except (ValueError, IndexError, TypeError, KeyError):
            return None

    def run(self, values: dict[str, Any]) -> Any:
        found: dict[str, Any] = {**self.own, **values}
        for result, call, slots in self.steps:
            found[result] = call(*[slot[0] if isinstance(slot, tuple) else found[slot] for slot in slots])
        return found[self.result]


def soft(number: Any) -> Any:
    """A number without what is only there lest something fail.

    >>> soft(1e-8), soft(1 - 1e-8), soft(2)
    (0.0, 1.0, 2)
    """
    if 0 < abs(number) <= SMALL:
        return 0.0
    return 1.0 if 0 < abs(number - 1) <= SMALL else number


def _run(body: Graph, *arguments: Any) -> Any:
    reading = Reading(body)
    order = tuple(reading.order())
    steps = Steps(reading, Region(order, (), (), (), ()), body.outputs[0], False)
    return steps.run(dict(zip(body.graph["arguments"], arguments, strict=True)))


class Trial:
    """A graph in which layers are looked for by value."""

    def __init__(self, reading: Matcher) -> None:
        self.reading, self.roles = reading, reading.roles

    def at(self, anchor: str) -> list[Match]:
        """The layers whose last step is this operation, the largest first; of each the nearest arguments."""
        best: dict[str, Match] = {}
        for region in regions(self.reading, self.roles.targets, anchor):
            if self._worth_trying(region):
                for found in self._matching(region, anchor):
                    before = best.get(found.layer)
                    if before is None or self._guarded(before, found):
                        best[found.layer] = found
                    break
        return sorted(best.values(), key=lambda each: -len(each.members))

    def _worth_trying(self, region: Region) -> bool:
        operations = [self.reading.operations[name] for name in region.members]
        if not any(each.op in MARKS for each in operations):
            return False
        names = (*region.flow, *region.targets, *region.learned, *region.constants)
        sizes = (int(np.prod(self.reading.variables[v].shape, dtype=int)) for v in names)
        return 0 < len(names) <= 4 and sum(sizes) <= LARGEST

    def _guarded(self, before: Match, found: Match) -> bool:
        """Whether a larger region differs by what only keeps the layer from failing: that belongs to it."""
        more = set(found.members) - set(before.members)
        return any(
            self.reading.operations[name].op == "max" or any(soft(each) != each for each in self._guards(name))
            for name in more
        )

    def _matching(self, region: Region, anchor: str) -> Iterator[Match]:
        result = self.reading.results[anchor][0]
        small = any(soft(each) != each for name in region.members for each in self._guards(name))
        for softened in (False, True) if small else (False,):
            steps = Steps(self.reading, region, result, softened)
            for arguments, roles, labels in self._assigned(region):
                shapes = tuple(self.reading.variables[v].shape for v in arguments)
                found = self._computing(steps, arguments, roles, shapes, labels)
                if found is not None:
                    meaning, number = found
                    kept = softened or labels is not None or not self._overflows(region, meaning, result)
                    yield Match(
                        meaning.layer,
                        None if kept else meaning.definition,
                        result,
                        region.members,
                        arguments,
                        shapes,
                        () if number is None else ((meaning.number, number),),
                    )

    def _overflows(self, region: Region, meaning: Meaning, result: str) -> bool:
        """Whether the layer's own definition is computed instead of what is written."""
        # A loss may be written so that it has shape (1, 1); its definition gives a number.
        fits = len(meaning.roles) == 1 or not self.reading.variables[result].shape
        steady = any(self.reading.operations[name].op in STEADY for name in region.members)
        return meaning.replaces and not steady and fits

    def _guards(self, name: str) -> Iterable[Any]:
        operation = self.reading.operations[name]
        return operation.literals.values() if operation.op in GUARDS else ()

    def _assigned(self, region: Region) -> Iterator[tuple[tuple[str, ...], tuple[Role, ...], Array | None]]:
        """The ways in which what a region takes can be the arguments of a layer; labels that never change."""
        targets = region.targets or (region.constants if len(region.constants) == 1 else ())
        given = region.flow or (region.learned if len(region.learned) == 1 else ())
        learned = region.learned if region.flow else ()
        if len(given) == 1 and not region.targets and len(learned) <= 2:
            for order in permutations(learned):
                yield (given[0], *order), (VALUE, *(LEARNED for _ in order)), None
            labels = self._labels(region) if not learned else None
            if labels is not None:
                yield given, (PROBABILITY, LABELS), labels
                yield given, (VALUE, LABELS), labels
        if len(given) == 1 and len(targets) == 1 and not learned:
            whole = np.dtype(self.reading.variables[targets[0]].dtype).kind in "iu"
            for role in (PROBABILITY, VALUE):
                yield (given[0], targets[0]), (role, LABELS if whole else TARGET), None
            yield (targets[0], given[0]), (PROBABILITY, PROBABILITY), None
        elif len(given) == 2 and not targets and not learned:
            yield given, (PROBABILITY, PROBABILITY), None
            yield given[::-1], (PROBABILITY, PROBABILITY), None

    def _labels(self, region: Region) -> Array | None:
        """The right classes, where they stand in an index beside the numbers of the examples."""
        for name in region.members:
            operation = self.reading.operations[name]
            index = operation.attributes.get("index", ()) if operation.op == "getitem" else ()
            if len(index) == 1 and isinstance(index[0], int):
                return np.array(index[0])
            if len(index) == 2 and all(isinstance(each, tuple) for each in index):
                examples = tuple(range(len(index[0])))
                return np.array(index[1] if index[0] == examples else index[0], int)
        return None

    def _computing(
        self,
        steps: Steps,
        arguments: tuple[str, ...],
        roles: tuple[Role, ...],
        shapes: tuple[Shape, ...],
        labels: Array | None,
    ) -> tuple[Meaning, float | None] | None:
        """The layer that gives the same as these steps at every scale."""
        fits = [each for each in _meanings(tuple((r.low, r.high) for r in roles)) if each.guarded or not steps.softened]
        value = steps.value(arguments, drawn(roles, shapes, 0, labels))
        if value is None or value.dtype.kind != "f":
            return None
        for meaning in fits:
            for number in steps.numbers if meaning.number else (None,):
                if not _same(value, _defined(meaning, number, roles, shapes, 0, labels)):
                    continue
                if not self._fit(meaning, arguments):
                    continue
                if all(
                    _same(
                        steps.value(arguments, drawn(roles, shapes, each, labels)),
                        _defined(meaning, number, roles, shapes, each, labels),
                    )
                    for each in range(1, len(SCALES) - meaning.replaces)
                ):
                    return meaning, number
        return None

    def _fit(self, meaning: Meaning, arguments: tuple[str, ...]) -> bool:
        """Whether the arguments have the roles that the layer's name speaks of."""
        return not any(self.roles.refuses(role, v) for role, v in zip(meaning.roles, arguments, strict=False))


@lru_cache(maxsize=64)
def _meanings(ranges: tuple[tuple[float, float], ...]) -> tuple[Meaning, ...]:
    return tuple(each for each in MEANINGS if tuple((role.low, role.high) for role in each.roles) == ranges)


@lru_cache(maxsize=512)
def _drawn(ranges: tuple[tuple[float, float], ...], shapes: tuple[Shape, ...], number: int) -> tuple[Array, ...]:
    random = np.random.default_rng(number)
    found: list[Array] = []
    for (low, high), shape in zip(ranges, shapes, strict=True):
        if low == high:
            found.append(random.integers(0, max(min(shapes[0], default=1), 1), shape))
        else:
            scale = SCALES[number] if low < 0 else 1.0
            found.append(np.asarray(random.uniform(low * scale, high * scale, shape)))
    return tuple(found)


def drawn(roles: tuple[Role, ...], shapes: tuple[Shape, ...], number: int, labels: Array | None) -> list[Any]:
    """Arrays for the arguments of a layer; one that is a constant has none."""
    known = roles if labels is None else roles[:-1]
    return list(_drawn(tuple((role.low, role.high) for role in known), shapes, number))


def _defined(
    meaning: Meaning,
    number: float | None,
    roles: tuple[Role, ...],
    shapes: tuple[Shape, ...],
    each: int,
    labels: Array | None,
) -> Array | None:
    if labels is None:
        return _known(meaning, number, roles, shapes, each)
    return _evaluated(meaning, number, [*drawn(roles, shapes, each, labels), labels])


@lru_cache(maxsize=4096)
def _known(
    meaning: Meaning, number: float | None, roles: tuple[Role, ...], shapes: tuple[Shape, ...], each: int
) -> Array | None:
    return _evaluated(meaning, number, drawn(roles, shapes, each, None))


def _evaluated(meaning: Meaning, number: float | None, arrays: list[Any]) -> Array | None:
    try:
        with np.errstate(all="ignore"):
            options = {} if number is None else {meaning.number: number}
            return np.asarray(meaning.definition(*arrays, **options))
    except (Error, ValueError, IndexError, TypeError):
        return None


def _same(one: Array | None, other: Array | None) -> bool:
    """Whether two arrays agree where what is written doesn't overflow; a loss may have shape (1, 1)."""
    if one is None or other is None or (one.shape != other.shape and not one.size == other.size == 1):
        return False
    one, other = one.ravel(), other.ravel()
    finite = np.isfinite(one)
    return bool(finite.any() and np.allclose(one[finite], other[finite], rtol=1e-9, atol=1e-11))
