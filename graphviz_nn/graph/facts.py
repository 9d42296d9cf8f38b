"""Facts about a graph as a whole, in ``graph.graph``."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from graphviz_nn.errors import suggest
from graphviz_nn.graph.check import invariant
from graphviz_nn.graph.difference import Differences
from graphviz_nn.graph.folded import Folded
from graphviz_nn.graph.ir import Graph, Shape, Source, Variable
from graphviz_nn.graph.kinds import is_of, words

Names = tuple[str, ...]

FACTS: dict[str, Any] = {
    "name": str,
    "source": Source,
    "frozen": tuple[tuple[str, Source | None], ...],
    "attributes": tuple[tuple[str, str], ...],
    "structures": Mapping[str, Any],
    "outputs": Names,
    "remarks": Names,
    "anonymous": Names,
    "weights": Names,
    "arguments": Names,
    "renamed": Names,
    "entries": Mapping[str, Shape],
    "arrays": Mapping[str, Variable],
    "gradients": Mapping[str, str],
    "differentiated": Names,
    "inlined": Mapping[str, Names],
    "frames": Mapping[str, tuple[str, Names]],
    "backward": Mapping[str, str | Mapping[Any, str]],
    "titled": Names,
    "lettered": Names,
    "shared names": Mapping[str, str],
    "named by modules": Names,
    "functions": Names,
    "repeats": Mapping[str, Folded],
    "differences": Differences,
    "examples": Mapping[str, int],
    "stopped": str,
    "elsewhere": tuple[tuple[str, str], ...],
    "of logits": Graph,
    "called": Mapping[str, str],
}
"""The type of each fact that this package uses; it ignores all other facts."""

BACKWARD: dict[str, Any] = {
    "of": str,
    "steps": Mapping[str, str],
    "cotangents": Mapping[str, str],
    "parts": Mapping[tuple[str, str], str],
}


@invariant
def structures_lead_to_names(graph: Graph) -> Iterator[str]:
    structures = graph.graph.get("structures", {})
    waiting = list(structures.values()) if isinstance(structures, Mapping) else []
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            waiting += part.values()
        elif not is_of(str)(part):
            yield f"the graph's fact structures holds {part!r:.60}; it must lead to names of variables"


@invariant
def facts_are_of_their_kinds(graph: Graph) -> Iterator[str]:
    backward = graph.graph.get("backward")
    found = {name: (graph.graph[name], kind) for name, kind in FACTS.items() if name in graph.graph}
    if isinstance(backward, Mapping) and backward:
        found.update((f"backward/{name}", (backward.get(name), kind)) for name, kind in BACKWARD.items())
    for name, (value, kind) in found.items():
        if not is_of(kind)(value):
            yield f"the graph's fact {name} is {value!r:.60}; it must be {words(kind)}"


@invariant
def outputs_exist(graph: Graph) -> Iterator[str]:
    variables = graph.variables
    for name in graph.outputs:
        if name not in variables:
            yield f"the output {name!r} isn't a variable of the graph; {suggest(str(name), variables)}"
    for name, count in Counter(graph.outputs).items():
        if count > 1:
            yield f"the output {name!r} is listed {count} times"


@invariant
def examples_lie_along_axes(graph: Graph) -> Iterator[str]:
    variables = graph.variables
    for name, axis in graph.graph.get("examples", {}).items():
        if name in variables and not 0 <= axis < len(variables[name].shape):
            yield f"the examples of {name} lie along its axis {axis}, but its shape is {variables[name].shape}"


@invariant
def arguments_are_leaves(graph: Graph) -> Iterator[str]:
    leaves, arguments = graph.leaves, graph.graph.get("arguments", ())
    for name in arguments:
        if name not in leaves:
            yield f"the argument {name!r} isn't a leaf of the graph; {suggest(name, leaves)}"
    if len(set(arguments)) < len(arguments):
        yield f"the arguments {', '.join(arguments)} aren't each listed once"
