"""What a layer is, apart from names, and what differs between two layers."""

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graphviz_nn.graph.difference import Change
from graphviz_nn.graph.ir import Array, Graph, ModuleCall, Operation, Variable
from graphviz_nn.style.labels import spoken
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.origin import rearranged
from graphviz_nn.transforms.reading import Reading, known_signature, signature
from graphviz_nn.views.captions import CAPTIONS
from graphviz_nn.views.kinds import Kind, kinds

# Numbers that the author gave no name are settings of a layer, not its weights.
UNNAMED = re.compile(r"v\d+(_\d+)?")
# How many numbers of an array tell it from others.
SAMPLE = 32


Extent = tuple[tuple[int, ...], str]
"""The shape and dtype of an array."""


@dataclass(frozen=True)
class Layer:
    """An operation of a model whose layers are folded.

    Parameters
    ----------
    title, caption : str
        What it is called, and with its most important settings.
    weights : mapping of str to Variable
        Its parameters and other named arrays, by their names in it.
    given : tuple of str
        What computes its other arguments: operations, or leaves.
    data, made : tuple
        The shapes and dtypes of its other arguments, and of its results.
    settings : mapping of str to str
        Its attributes and numbers.
    body : tuple
        What it computes, if it is folded.
    place : tuple
        Where it is in the model, by names.
    """

    name: str
    op: str
    kind: Kind
    title: str
    caption: str
    weights: Mapping[str, Variable]
    given: tuple[str, ...]
    data: tuple[Extent, ...]
    made: tuple[Extent, ...]
    settings: Mapping[str, str]
    body: Hashable
    steps: tuple[str, ...]
    modules: tuple[ModuleCall, ...]
    place: Hashable
    commutes: bool

    @property
    def exact(self) -> Hashable:
        """Equal for layers that compute the same with weights of equal shapes."""
        weights = tuple((each.shape, each.dtype) for each in self.weights.values())
        return self.op, tuple(self.settings.items()), self.body, self.data, self.made, weights

    @property
    def numbers(self) -> Hashable:
        """Some of its weights' numbers; none if it has no known ones."""
        return tuple(_sample(each.value) for each in self.weights.values() if each.value is not None)


def layers(graph: Graph) -> list[Layer]:
    """The layers of a graph in which they are folded, in the order of computation."""
    reading, known = Reading(graph), kinds(graph)
    inside: dict[tuple[ModuleCall, ...], int] = {}
    for operation in reading.operations.values():
        inside[operation.modules] = inside.get(operation.modules, 0) + 1
    places: dict[Hashable, int] = {}
    found = []
    for name in reading.order():
        layer = _layer(graph, reading, name, known[name], alone=inside[reading.operations[name].modules] == 1)
        number = places[layer.place] = places.get(layer.place, 0) + 1
        found.append(replace(layer, place=(layer.place, number) if layer.place else None))
    return found


def _layer(graph: Graph, reading: Reading, name: str, kind: Kind, *, alone: bool) -> Layer:
    operation, arguments = reading.operations[name], reading.arguments[name]
    weights, data = dict[str, Variable](), list[str]()
    for v in arguments.values():
        leaf = rearranged(graph, v)[-1]
        variable = reading.variables[leaf]
        if variable.role == "parameter" or (variable.role == "constant" and not UNNAMED.fullmatch(leaf)):
            weights[_own(leaf, weights)] = variable
        else:
            data.append(v)
    body = operation.body
    for leaf, variable in body.leaves.items() if body is not None else ():
        if variable.role == "constant" and variable.shape and not UNNAMED.fullmatch(leaf):
            weights[_own(leaf, weights)] = variable
    results = reading.results[name]
    return Layer(
        name,
        operation.op,
        kind,
        spoken(operation.op),
        _caption(operation, [reading.variables[v].shape for v in arguments.values()], reading.variables[results[0]]),
        weights,
        tuple(reading.producer.get(v, v) for v in data),
        tuple(_extent(reading.variables[v]) for v in data),
        tuple(_extent(reading.variables[v]) for v in results),
        _settings(operation),
        None if body is None else _computed(body),
        () if body is None else tuple(sorted(step.op for step in body.operations.values())),
        operation.modules,
        _place(operation, arguments, alone=alone),
        reading.commutes(name),
    )


def _own(leaf: str, taken: Mapping[str, Any]) -> str:
    """The name of an array in its layer: the end of its path."""
    name = re.split(r"[./]", leaf)[-1] or leaf
    return name if name not in taken else leaf


def _extent(variable: Variable) -> Extent:
    return variable.shape, variable.dtype


def _caption(operation: Operation, given: list[tuple[int, ...]], made: Variable) -> str:
    caption = CAPTIONS.get(operation.op) if operation.body is not None else None
    return caption(operation, given, made.shape) if caption else spoken(operation.op)


def _settings(operation: Operation) -> dict[str, str]:
    found = {key: repr(value) for key, value in sorted(operation.attributes.items())}
    return found | {f"argument {slot + 1}": repr(each) for slot, each in sorted(operation.literals.items())}


def _computed(body: Graph) -> Hashable:
    """A key for what a body computes, whatever its named arrays hold, and whichever results are used."""
    held = {n: v for n, v in body.leaves.items() if v.role == "constant" and v.shape and not UNNAMED.fullmatch(n)}
    if not held:
        return known_signature(body)[:-1]
    bare = body.copy()
    for name, variable in held.items():
        bare.add_variable(name, replace(variable, value=None))
    return signature(bare)[:-1]


def _place(operation: Operation, arguments: Mapping[int, str], *, alone: bool) -> Hashable:
    """Where an operation is: its module, with what it does there unless it is all of it; or the name of a weight."""
    if operation.modules:
        last = operation.modules[-1]
        return (last.path, last.call) if alone else (last.path, last.call, operation.op)
    named = [name for name in arguments.values() if not UNNAMED.fullmatch(name)]
    return ("", operation.op, named[-1]) if len(named) > 1 else None


def _sample(array: Array) -> Hashable:
    """Some numbers of an array, from all over it."""
    places = np.linspace(0, array.size - 1, min(SAMPLE, array.size)).astype(int)
    return array.shape, array.dtype.str, np.asarray(array.flat[places]).tobytes()


def difference(one: Layer, other: Layer) -> str:
    """What changed from a layer to another, in words; "" if nothing but what comes in, or the numbers of weights.

    What comes in with another shape makes no change of its own.
    """
    if one.exact == other.exact:
        return ""
    return ", ".join(_changes(one, other)) or _otherwise(one, other)


def _changes(one: Layer, other: Layer) -> Iterator[str]:
    is_alike = one.op == other.op
    pairs = list(paired(one.weights, other.weights))
    if one.caption != other.caption:
        yield _told(one.caption, other.caption)
    elif is_alike:
        for first, second in pairs:
            shapes = one.weights[first].shape, other.weights[second].shape
            if shapes[0] != shapes[1]:
                yield f"{second} {' → '.join(map(_times, shapes))}"
    if is_alike:
        gone, new = ({each[side] for each in pairs} for side in (0, 1))
        yield from (f"{name} removed" for name in one.weights if name not in gone)
        yield from (f"{name} added" for name in other.weights if name not in new)
        if one.data == other.data or other.op not in OPS or OPS[other.op].category not in ("shape", "indexing"):
            for key in dict.fromkeys((*one.settings, *other.settings)):
                values = one.settings.get(key, "none"), other.settings.get(key, "none")
                if values[0] != values[1]:
                    yield f"{key} {' → '.join(values)}"
    dtypes = [next((dtype for _, dtype in each.made), "") for each in (one, other)]
    if dtypes[0] != dtypes[1]:
        yield " → ".join(dtypes)


def _told(one: str, other: str) -> str:
    """A change of a caption, without what stays.

    >>> _told("3×3 conv, 64, /2", "3×3 conv, 128, /2"), _told("ReLU", "GELU")
    ('3×3 conv, 64 → 128, /2', 'ReLU → GELU')
    """
    first, second = one.split(", "), other.split(", ")
    if len(first) != len(second):
        return f"{one} → {other}"
    return ", ".join(a if a == b else f"{a} → {b}" for a, b in zip(first, second, strict=True))


def _otherwise(one: Layer, other: Layer) -> str:
    """What changed if names, shapes of weights and attributes are equal."""
    if one.steps != other.steps:
        return "computed in another way"
    if one.data != other.data:
        return ""
    if one.body != other.body:
        return "other settings"
    return "other results" if one.made != other.made else ""


def paired(one: Mapping[str, Variable], other: Mapping[str, Variable]) -> Iterator[tuple[str, str]]:
    """The weights that correspond: those of the same names; if there are equally many, in order."""
    if len(one) == len(other):
        yield from zip(one, other, strict=True)
    elif shared := [name for name in one if name in other]:
        yield from ((name, name) for name in shared)
    else:
        yield from zip(one, other, strict=False)


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "a number"


def moved(one: Mapping[str, Variable], other: Mapping[str, Variable]) -> dict[str, Change]:
    """How far each of the weights is from its counterpart, by its name in the second layer."""
    found = {}
    for first, second in paired(one, other):
        before, after = one[first].value, other[second].value
        if before is not None and after is not None and before.shape == after.shape:
            distance, norm = _distance(before, after)
            found[second] = Change("weights changed" if distance else "same", "", distance, norm)
    return found


def _distance(before: Array, after: Array) -> tuple[float, float]:
    """The squared distance of two arrays, and the sum of the squares of the first."""
    with np.errstate(all="ignore"):
        was = before.astype(np.float64).ravel()
        norm = float(was @ was)
        if before is after or (before.dtype == after.dtype and np.array_equal(before, after, equal_nan=True)):
            return 0.0, norm
        away = after.astype(np.float64).ravel() - was
        return float(away @ away), norm
