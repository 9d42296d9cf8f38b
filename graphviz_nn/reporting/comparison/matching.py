"""Which layers of two models correspond, by what they compute, where they are, and their weights."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.graph.ir import Array
from graphviz_nn.reporting.comparison.layer import Layer
from graphviz_nn.transforms.alignment import NEVER, alignment

# The most pairs of layers that are compared.
MOST = 10**8


class Trait(NamedTuple):
    """What two layers may have in common, and how well they go together if they do."""

    of: Callable[[Layer], Hashable]
    score: float


# The best of these is how well layers correspond that compute the same, nearly the same, or in the same place.
ALIKE = (
    Trait(lambda each: each.exact, 10.0),
    Trait(lambda each: (each.op, each.caption, tuple(each.settings.items())), 6.0),
    Trait(lambda each: each.op, 4.0),
    Trait(lambda each: (each.kind, each.place) if each.place else None, 3.0),
    Trait(lambda each: each.kind if each.kind == "activation" else None, 1.5),
)
# These come on top: of equal layers, those with equal numbers or equal names are the same.
BESIDES = (Trait(lambda each: each.numbers or None, 4.0), Trait(lambda each: each.place, 3.0))


def matched(one: Sequence[Layer], other: Sequence[Layer]) -> dict[str, str]:
    """The layers of the first model that have a counterpart in the second, each with its counterpart.

    Raises
    ------
    UsageError
        If the models are too large to be compared.
    """
    start = _common(one, other)
    end = _common(one[start:][::-1], other[start:][::-1])
    left, right = (each[start : len(each) - end] for each in (one, other))
    if len(left) * len(right) > MOST:
        raise UsageError(
            f"models of {len(one):,} and {len(other):,} layers are too large to be compared; compare parts of them"
        )
    pairs = [*zip(one[:start], other[:start], strict=True)]
    pairs += [(left[i], right[j]) for i, j in alignment(_scores(left, right), len(left), len(right))]
    pairs += zip(one[len(one) - end :], other[len(other) - end :], strict=True)
    return _with_moved({first.name: second.name for first, second in pairs}, one, other)


def _common(one: Sequence[Layer], other: Sequence[Layer]) -> int:
    """How many layers at the start are equal, with equal names and numbers."""
    for number, (first, second) in enumerate(zip(one, other, strict=False)):
        if first.place != second.place or first.exact != second.exact or first.numbers != second.numbers:
            return number
    return min(len(one), len(other))


def _scores(one: Sequence[Layer], other: Sequence[Layer]) -> Callable[[int], Array]:
    """How well a layer of the first model goes with each of the second."""
    alike, besides = ([(_numbered(trait.of, one, other), trait.score) for trait in each] for each in (ALIKE, BESIDES))

    def scores(place: int) -> Array:
        found = np.full(len(other), NEVER)
        for (first, second), score in reversed(alike):
            found[second == first[place]] = score
        for (first, second), score in besides:
            found[(second == first[place]) & (found > NEVER)] += score
        return found

    return scores


def _numbered(of: Callable[[Layer], Hashable], one: Sequence[Layer], other: Sequence[Layer]) -> tuple[Array, Array]:
    """Numbers for what layers have, equal if that is; nothing is equal to nothing."""
    known: dict[Hashable, int] = {}
    numbers = [
        [nothing if (what := of(each)) is None else known.setdefault(what, len(known)) for each in layers]
        for layers, nothing in ((one, -1), (other, -2))
    ]
    return np.array(numbers[0], int), np.array(numbers[1], int)


def _with_moved(pairs: dict[str, str], one: Iterable[Layer], other: Iterable[Layer]) -> dict[str, str]:
    """The pairs, and equal layers that are computed in another order: those that take what corresponds."""
    found, taken = dict(pairs), set(pairs.values())
    left = [each for each in one if each.name not in found]
    for layer in other:
        if layer.name in taken:
            continue
        for each in left:
            given = [found.get(name, name) for name in each.given]
            if each.name not in found and each.exact == layer.exact and Counter(given) == Counter(layer.given):
                found[each.name] = layer.name
                taken.add(layer.name)
                break
    return found


def is_rewired(one: Layer, other: Layer, pairs: dict[str, str], back: dict[str, str]) -> bool:
    """Whether counterparts take what doesn't correspond, although all that they take has counterparts."""
    if len(one.given) != len(other.given) or one.op != other.op:
        return False
    taken = [(pairs.get(first), second) for first, second in zip(one.given, other.given, strict=True)]
    if any(first is None or second not in back for first, second in taken):
        return False
    firsts, seconds = zip(*taken, strict=True) if taken else ((), ())
    return Counter(firsts) != Counter(seconds) if other.commutes else firsts != seconds
