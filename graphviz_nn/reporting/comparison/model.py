"""Two models with what differs, each as a graph whose views know it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from graphviz_nn.figure.collector import collector_paused
from graphviz_nn.graph.difference import Change, Differences, together
from graphviz_nn.graph.ir import Graph, ModuleCall, Variable
from graphviz_nn.reporting.comparison.layer import Layer, difference, layers, moved
from graphviz_nn.reporting.comparison.matching import is_rewired, matched
from graphviz_nn.transforms.live import live
from graphviz_nn.transforms.origin import rearranged
from graphviz_nn.views.blocks import in_modules
from graphviz_nn.views.changes import made
from graphviz_nn.views.detail import layered, shows_at_a_glance

Calls = tuple[ModuleCall, ...]
# What comes into a model.
GIVEN = ("input", "target")


class Model:
    """A model with its layers.

    Attributes
    ----------
    graph, seen : Graph
        The whole graph, and the same with its layers folded.
    modules : dict
        The names of the layers in each call of a module.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        with collector_paused():
            self.seen = layered(in_modules(live(graph)))
            self.layers = {each.name: each for each in layers(self.seen)}

    @cached_property
    def modules(self) -> dict[Calls, frozenset[str]]:
        found: dict[Calls, list[str]] = defaultdict(list)
        for layer in self.layers.values():
            for depth in range(1, len(layer.modules) + 1):
                found[layer.modules[:depth]].append(layer.name)
        return {calls: frozenset(names) for calls, names in found.items()}

    @property
    def given(self) -> dict[str, Variable]:
        return {name: v for name, v in self.graph.leaves.items() if v.role in GIVEN}


@dataclass(frozen=True)
class Pair:
    """Two models, what corresponds, and how each layer of both changed.

    Parameters
    ----------
    pairs, leaves : mapping of str to str
        The counterparts of the first model's layers, and of what comes into it.
    changes : tuple of two mappings of str to Change
        By layer, or what comes in; those of counterparts are the same.
    weights : tuple of two mappings of str to Change
        By parameter.
    """

    one: Model
    other: Model
    pairs: dict[str, str]
    leaves: dict[str, str]
    changes: tuple[Mapping[str, Change], Mapping[str, Change]]
    weights: tuple[Mapping[str, Change], Mapping[str, Change]]


def paired(one: Graph, other: Graph) -> Pair:
    """Compare two models layer by layer."""
    first, second = Model(one), Model(other)
    leaves = dict(_corresponding(first.given, second.given))
    pairs = matched(list(first.layers.values()), list(second.layers.values()))
    wired = pairs | leaves
    back = {there: here for here, there in wired.items()}
    here, there = dict[str, Change](), dict[str, Change]()
    weights: tuple[dict[str, Change], dict[str, Change]] = {}, {}
    for name, layer in first.layers.items():
        if name not in pairs:
            here[name] = Change("removed")
            continue
        after = second.layers[pairs[name]]
        here[name] = there[after.name] = _change(layer, after, is_rewired(layer, after, wired, back))
    there |= {name: Change("added") for name in second.layers if name not in there}
    for before, after_name in leaves.items():
        shapes = [(v.shape, v.dtype) for v in (first.given[before], second.given[after_name])]
        changed = Change("changed", " → ".join(map(_extent, shapes))) if shapes[0] != shapes[1] else Change()
        here[before] = there[after_name] = changed
    here |= {name: Change("removed") for name in first.given if name not in here}
    there |= {name: Change("added") for name in second.given if name not in there}
    for model, changes, known in ((first, here, weights[0]), (second, there, weights[1])):
        for name in model.layers:
            known.update(_of_weights(model, name, changes[name]))
    return Pair(first, second, pairs, leaves, (here, there), weights)


def _corresponding(one: Mapping[str, Variable], other: Mapping[str, Variable]) -> Iterator[tuple[str, str]]:
    """What comes into both models: of equal names, otherwise in order of those of a role."""
    yield from ((name, name) for name in one if name in other)
    for role in GIVEN:
        left, right = (
            [name for name, v in each.items() if v.role == role and not (name in one and name in other)]
            for each in (one, other)
        )
        yield from zip(left, right, strict=False)


def _extent(extent: tuple[tuple[int, ...], str]) -> str:
    return f"{'×'.join(map(str, extent[0])) or 'a number'} {extent[1]}"


def _change(one: Layer, other: Layer, rewired: bool) -> Change:
    what = ", ".join(filter(None, [difference(one, other), "takes another input" if rewired else ""]))
    numbers = together([Change(), *moved(one.weights, other.weights).values()])
    return replace(numbers, kind="changed", what=what) if what else numbers


def _of_weights(model: Model, name: str, change: Change) -> Iterator[tuple[str, Change]]:
    """The change of each parameter of a layer: that of the layer."""
    for v in model.seen.arguments(name).values():
        leaf = rearranged(model.seen, v)[-1]
        if model.seen.variable(leaf).role == "parameter":
            yield leaf, change


def marked(pair: Pair) -> tuple[Graph, Graph]:
    """The two graphs with the fact ``graph.graph["differences"]``, which views and forms read."""
    is_small = all(shows_at_a_glance(each.seen) for each in (pair.one, pair.other))
    found = []
    for number, model in enumerate((pair.one, pair.other)):
        changes, counterparts = dict[str, Change](pair.weights[number]), dict[str, str]()
        for name in model.layers:
            changes.update(
                dict.fromkeys((*model.seen.results(name), *made(model.seen, name)), pair.changes[number][name])
            )
        changes |= {name: pair.changes[number][name] for name in model.given}
        counterparts.update((names[number], names[0]) for names in pair.leaves.items())
        for names in pair.pairs.items():
            counterparts.update(zip(model.seen.results(names[number]), pair.one.seen.results(names[0]), strict=False))
        graph = model.graph.copy()
        graph.graph["differences"] = Differences(
            changes, counterparts, tuple(_opened(pair, number)), tuple(_apart(pair, number)), is_small, number == 1
        )
        found.append(graph)
    return found[0], found[1]


def _opened(pair: Pair, number: int) -> Iterator[str]:
    """The modules whose parts changed in different ways, or that are no module in the other model."""
    model, other = ((pair.one, pair.other), (pair.other, pair.one))[number]
    to = pair.pairs if number == 0 else {there: here for here, there in pair.pairs.items()}
    known, changes = set(other.modules.values()), pair.changes[number]
    for calls, names in model.modules.items():
        kinds = {changes[name].kind for name in names}
        weighing = {changes[name].kind for name in names if model.layers[name].weights}
        is_one = len(kinds) == 1 or (kinds <= {"same", "weights changed"} and len(weighing) == 1)
        is_there = frozenset(to.get(name, "") for name in names) in known
        if not is_one or not (is_there or kinds <= {"added", "removed"}):
            yield calls[-1].path


def _apart(pair: Pair, number: int) -> Iterator[str]:
    """The results of layers that follow what their counterparts don't."""
    model, other = ((pair.one, pair.other), (pair.other, pair.one))[number]
    to = pair.pairs if number == 0 else {there: here for here, there in pair.pairs.items()}
    for name, layer in model.layers.items():
        before = [each for each in layer.given if each in model.layers]
        there = [each for each in other.layers[to[name]].given if each in other.layers] if name in to else []
        if any((each in to) != (name in to) for each in before) or (
            name in to and [to.get(each) for each in before] != there
        ):
            yield from model.seen.results(name)
