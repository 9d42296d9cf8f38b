"""The differences of two models, in the order of computation."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod
from typing import Literal

from graphviz_nn.graph.difference import Change, Kind
from graphviz_nn.graph.ir import ModuleCall
from graphviz_nn.reporting.comparison.layer import Layer
from graphviz_nn.reporting.comparison.model import Model, Pair
from graphviz_nn.transforms.origin import rearranged

# More layers in a row are told by the first ones.
MOST = 4
Side = Literal[0, 1]


@dataclass(frozen=True)
class Difference:
    """What differs between two models in one place.

    Parameters
    ----------
    kind : {"added", "removed", "changed", "weights changed"}
        What it is.
    before, after : str
        Its name in the first and in the second model: the path of a module, or the name of a layer; "" if it isn't
        there. Of several that follow each other, the first and the last.
    what : str
        What was added or removed, or what changed, in words.
    parameters : tuple of two int
        How many numbers it learns in each model.
    share : float
        The distance of its weights from those before, relative to their norm; 0 if it has none, or they are the same.
    """

    kind: Kind
    before: str
    after: str
    what: str
    parameters: tuple[int, int]
    share: float = 0.0


def differences(pair: Pair) -> Iterator[Difference]:
    """The differences in the order of computation; whole modules, and equal ones in a row, are one."""
    counts = [parameters(model) for model in (pair.one, pair.other)]
    for name, there in pair.leaves.items():
        if (change := pair.changes[0][name]).kind != "same":
            yield Difference(change.kind, name, there, change.what, (0, 0))
    for number, model in enumerate((pair.one, pair.other)):
        for name in model.given:
            if (kind := pair.changes[number][name].kind) in ("added", "removed"):
                yield Difference(kind, *_at(name, number), model.given[name].role, (0, 0))
    for side, names in groupby(_merged(pair), key=lambda each: each[0]):
        if side is None:
            yield from _changed(pair, [name for _, name in names], counts)
        else:
            yield from _apart(pair, side, [name for _, name in names], counts[side])


def parameters(model: Model) -> dict[str, int]:
    """How many numbers each layer learns; what several share counts in the first."""
    met, found = set[str](), dict[str, int]()
    for name in model.layers:
        leaves = dict.fromkeys(rearranged(model.seen, v)[-1] for v in model.seen.arguments(name).values())
        own = [leaf for leaf in leaves if leaf not in met and model.seen.variable(leaf).role == "parameter"]
        met.update(own)
        found[name] = sum(prod(model.seen.variable(leaf).shape) for leaf in own)
    return found


def _at(name: str, side: int) -> tuple[str, str]:
    return (name, "") if side == 0 else ("", name)


def _merged(pair: Pair) -> Iterator[tuple[Side | None, str]]:
    """The layers of both models in order, each pair once, by the first one's name."""
    waiting = list(pair.one.layers)
    back = {there: here for here, there in pair.pairs.items()}
    for name in pair.other.layers:
        if name not in back:
            yield 1, name
            continue
        while back[name] in waiting:
            here = waiting.pop(0)
            if here not in pair.pairs:
                yield 0, here
            elif here == back[name]:
                yield None, here
                break
            else:
                # It is computed in another order.
                yield None, here
    yield from ((0, here) for here in waiting if here not in pair.pairs)


def _changed(pair: Pair, names: Sequence[str], counts: Sequence[dict[str, int]]) -> Iterator[Difference]:
    for name in names:
        change, there = pair.changes[0][name], pair.pairs[name]
        if change.kind != "same":
            called = called_by(pair.one, name), called_by(pair.other, there)
            what = change.what or pair.other.layers[there].caption
            yield Difference(change.kind, *called, what, (counts[0][name], counts[1][there]), change.share)


def called_by(model: Model, name: str) -> str:
    """What a layer is called: by its module, if this has nothing else."""
    modules = model.layers[name].modules
    return modules[-1].path if modules and len(model.modules[modules]) == 1 else name


def _apart(pair: Pair, side: Side, names: Sequence[str], counts: dict[str, int]) -> Iterator[Difference]:
    """What is only in one of the models, in a row."""
    model = (pair.one, pair.other)[side]
    alone = {name for name, change in pair.changes[side].items() if change.kind in ("added", "removed")}
    units = [
        (calls, list(each)) for calls, each in groupby(names, key=lambda name: _whole(model, model.layers[name], alone))
    ]
    for _, alike in groupby(units, key=lambda unit: _key(model, *unit)):
        row = list(alike)
        members = [name for _, each in row for name in each]
        first, last = (
            calls[-1].path if calls else each[0 if end == 0 else -1]
            for end, (calls, each) in ((0, row[0]), (-1, row[-1]))
        )
        called = first if first == last else f"{first} … {last}"
        yield Difference(
            pair.changes[side][members[0]].kind,
            *_at(called, side),
            _told(model, row[0][0], members),
            _at_side(sum(counts[name] for name in members), side),
        )


def _at_side(count: int, side: int) -> tuple[int, int]:
    return (count, 0) if side == 0 else (0, count)


def _whole(model: Model, layer: Layer, alone: set[str]) -> tuple[ModuleCall, ...]:
    """The outermost module around a layer that is only in one model; none if there is no such."""
    for depth in range(1, len(layer.modules) + 1):
        if model.modules[layer.modules[:depth]] <= alone:
            return layer.modules[:depth]
    return ()


def _key(model: Model, calls: tuple[ModuleCall, ...], members: Sequence[str]) -> Hashable:
    """Equal for equal modules in one module, and for what is in none."""
    if not calls:
        return ()
    return calls[:-1], calls[-1].kind, tuple(model.layers[name].exact for name in members)


def _told(model: Model, calls: tuple[ModuleCall, ...], members: Sequence[str]) -> str:
    """What layers in a row are, and how many such there are in this model and in the other one."""
    names = list(model.layers)
    start, exact = names.index(members[0]), [layer.exact for layer in model.layers.values()]
    row = exact[start : start + len(members)]
    period = next(p for p in range(1, len(row) + 1) if len(row) % p == 0 and row == row[:p] * (len(row) // p))
    part, count = row[:period], len(row) // period
    before = _copies(exact[:start][::-1], part[::-1])
    after = _copies(exact[start + len(row) :], part)
    titles = list(dict.fromkeys(model.layers[name].title for name in members[:period]))
    called = calls[-1].kind if calls else ", ".join(titles[:MOST]) + (", …" if len(titles) > MOST else "")
    if not before + after:
        return called if count == 1 else f"{count} × {called}"
    return f"{called}: {count + before + after} against {before + after}"


def _copies(line: Sequence[Hashable], part: Sequence[Hashable]) -> int:
    """How often a line begins with a part."""
    count = 0
    while list(line[count * len(part) : (count + 1) * len(part)]) == list(part):
        count += 1
    return count


def total(pair: Pair) -> tuple[Change, tuple[int, int]]:
    """The change of all weights, and how many numbers each model learns."""
    one, other = (sum(parameters(model).values()) for model in (pair.one, pair.other))
    changes = [each for each in pair.changes[0].values() if each.kind in ("same", "changed", "weights changed")]
    return Change(distance=sum(each.distance for each in changes), norm=sum(each.norm for each in changes)), (
        one,
        other,
    )
