"""Recognise layers by their values: a region of a graph with the same numbers as a layer is that layer."""

from collections.abc import Iterator, Sequence
from itertools import permutations
from math import prod
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.nn.formulas.meanings import Meaning
from graphviz_nn.nn.formulas.roles import LABELS, LEARNED, PROBABILITY, SHARES, TARGET, VALUE, Role
from graphviz_nn.nn.logits import WHOLES
from graphviz_nn.transforms.match import Match, Matcher
from graphviz_nn.transforms.regions import Region, regions
from graphviz_nn.transforms.samples import FIRST, WIDER, Draw, Sample, same
from graphviz_nn.transforms.steps import Steps, is_guard, soft

LARGEST = 500_000
"""The most numbers computed to try a layer."""
# A layer of one value contains at least one of these, and a layer of two values a logarithm.
BENDS = frozenset(
    (
        *(
            "exp",
            "expm1",
            "power",
            "log",
            "log1p",
            "logaddexp",
            "tanh",
            "sinh",
            "cosh",
            "erf",
            "sqrt",
            "absolute",
            "max",
        ),
        *("maximum", "minimum", "where", "greater", "greater_equal", "less", "less_equal", "getitem"),
    )
)
# Formulas of these operations don't overflow.
STEADY = frozenset(("max", "logaddexp", "tanh", "log_softmax", "softplus"))

# What was found for steps with the same signature, for so many: a picture is often drawn several times.
MOST = 4096
_KNOWN: dict[Any, list[tuple[Meaning, float | None]]] = {}

Assigned: TypeAlias = tuple[tuple[str, ...], tuple[Role, ...], Any]


class Trial:
    """A search for layers by value in a graph."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher, self.roles = matcher, matcher.roles

    def at(self, anchor: str) -> list[Match]:
        """The layers that end with this operation, largest first, each with its nearest arguments."""
        best: dict[str, Match] = {}
        for region in regions(self.matcher, self.roles.targets, anchor):
            found = self._match(region, self.matcher.results[anchor][0]) if self._is_worth(region) else None
            if found is not None and (found.layer not in best or self._guards(best[found.layer], found)):
                best[found.layer] = found
        for whole, (_, part) in WHOLES.items():
            # The probabilities have their own name; the loss is computed from the logits anyway.
            if part.__name__ in best:
                best.pop(whole, None)
        return sorted(best.values(), key=lambda each: -len(each.members))

    def goes_on(self, match: Match) -> bool:
        """Whether the computation of a match's argument may belong to the layer too."""
        makers = [self.matcher.producer[v] for v in match.arguments if v in self.matcher.producer]
        return any(is_guard(self.matcher, name) or "max" in self.matcher.above(name) for name in makers)

    def _is_worth(self, region: Region) -> bool:
        names = (*region.flow, *region.targets, *region.learned, *region.constants)
        if not 0 < len(names) <= 4:
            return False
        if not region.targets and not region.constants:
            ops = {self.matcher.operations[name].op for name in region.members}
            if ops.isdisjoint(BENDS) or (len(region.flow) > 1 and "log" not in ops):
                return False
        return sum(prod(self.matcher.variables[v].shape) for v in names) <= LARGEST

    def _guards(self, before: Match, found: Match) -> bool:
        """Whether a larger region differs only by a guard against failure, which belongs to the layer."""
        more = set(found.members) - set(before.members)
        return any(self.matcher.operations[name].op == "max" or is_guard(self.matcher, name) for name in more)

    def _match(self, region: Region, result: str) -> Match | None:
        for softened in (False, True) if Steps(self.matcher, region).is_guarded else (False,):
            steps = Steps(self.matcher, region, softened)
            for arguments, roles, labels in self._assigned(region):
                shapes = tuple(self.matcher.variables[v].shape for v in arguments)
                sample = Sample.of(roles, shapes, labels)
                for meaning, number in self._computing(steps, arguments, sample):
                    if any(map(self.roles.refuses, meaning.roles, arguments)):
                        continue
                    kept = softened or labels is not None or not self._overflows(region, meaning, result)
                    replacement = None if kept else meaning.definition
                    numbers = () if number is None else ((meaning.number, number),)
                    return Match(meaning.layer, replacement, result, region.members, arguments, shapes, numbers)
        return None

    def _overflows(self, region: Region, meaning: Meaning, result: str) -> bool:
        """Whether the layer's own definition replaces the formula."""
        # A loss may have shape (1, 1); its definition gives a number.
        fits = len(meaning.roles) == 1 or not self.matcher.variables[result].shape
        steady = any(self.matcher.operations[name].op in STEADY for name in region.members)
        return meaning.replaces and not steady and fits

    def _assigned(self, region: Region) -> Iterator[Assigned]:
        """The ways to assign the inputs of a region to the arguments of a layer, including constant labels."""
        targets: Sequence[str] = region.targets or (region.constants if len(region.constants) == 1 else ())
        given: Sequence[str] = region.flow or (region.learned if len(region.learned) == 1 else ())
        learned = region.learned if region.flow else ()
        if len(given) == 1 and not region.targets and len(learned) <= 2:
            for order in permutations(learned):
                yield (*given, *order), (VALUE, *(LEARNED for _ in order)), None
            labels = self._labels(region) if not learned else None
            if labels is not None:
                yield tuple(given), (PROBABILITY,), labels
                yield tuple(given), (VALUE,), labels
        if len(given) == 1 and len(targets) == 1 and not learned:
            whole = np.dtype(self.matcher.variables[targets[0]].dtype).kind in "iu"
            kinds = ((PROBABILITY, SHARES), (VALUE, SHARES), (VALUE, TARGET))
            for kind in ((PROBABILITY, LABELS), (VALUE, LABELS)) if whole else kinds:
                yield (*given, *targets), kind, None
            yield (*targets, *given), (PROBABILITY, PROBABILITY), None
        elif len(given) == 2 and not targets and not learned:
            yield tuple(given), (PROBABILITY, PROBABILITY), None
            yield tuple(given[::-1]), (PROBABILITY, PROBABILITY), None

    def _labels(self, region: Region) -> Any:
        """The right classes, if they are in an index beside the numbers of the examples."""
        for name in region.members:
            operation = self.matcher.operations[name]
            index: tuple[Any, ...] = operation.attributes.get("index", ()) if operation.op == "getitem" else ()
            if len(index) == 1 and isinstance(index[0], int):
                return index[0]
            if len(index) == 2 and all(isinstance(each, tuple) for each in index):
                return index[1] if index[0] == tuple(range(len(index[0]))) else index[0]
        return None

    def _computing(
        self, steps: Steps, arguments: tuple[str, ...], sample: Sample
    ) -> Sequence[tuple[Meaning, float | None]]:
        """The layers that agree with these steps on every draw."""
        key = (steps.signature(arguments), sample)
        found = _KNOWN.get(key)
        if found is None:
            if len(_KNOWN) >= MOST:
                _KNOWN.clear()
            found = _KNOWN[key] = list(_computing(steps, arguments, sample))
        return found


def _computing(steps: Steps, arguments: tuple[str, ...], sample: Sample) -> Iterator[tuple[Meaning, float | None]]:
    value = steps.value(arguments, sample.arrays(FIRST))
    if value is None or value.dtype.kind != "f" or not value.size:
        return
    for meaning in sample.meanings():
        if (steps.is_guarded and not meaning.guarded) or (steps.is_scaled and meaning.scaled):
            continue
        # A guard isn't an option of a layer.
        for number in [each for each in steps.numbers if soft(each) == each] if meaning.number else (None,):
            if same(value, sample.defined(meaning, number, FIRST)) and _agree(
                steps, arguments, sample, meaning, number
            ):
                yield meaning, number


def _agree(steps: Steps, arguments: tuple[str, ...], sample: Sample, meaning: Meaning, number: float | None) -> bool:
    """Whether steps agree with a layer on every draw, and the draws take both branches wherever the steps branch.

    Steps that change no number, such as an index into a single entry, are not a layer.
    """
    taken: set[tuple[str, bool]] = set()
    changed = False

    def agrees(draw: Draw) -> bool:
        nonlocal changed
        given = sample.arrays(draw)
        found = steps.value(arguments, given, taken)
        changed = changed or found is None or not np.array_equal(np.ravel(found), np.ravel(given[0]))
        return same(found, sample.defined(meaning, number, draw), draw.is_wide and meaning.may_fail)

    if not all(map(agrees, sample.draws(meaning, steps.numbers))):
        return False
    for scale in WIDER:
        if len(taken) == 2 * steps.ways:
            return changed
        if not all(map(agrees, sample.turns(scale))):
            return False
    return changed and len(taken) == 2 * steps.ways
