"""Every invariant of a graph, each with its own sentence.

An invariant is a function that yields a sentence for each place where it is broken; ``@invariant`` adds it
to the table. Those that need more than structure are added where that is known (shapes: by the registry).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator

import networkx as nx
import numpy as np

from graphviz_nn.errors import GraphError, suggest
from graphviz_nn.graph.ir import LEAF_ROLES, ROLES, Graph, Operation, Variable

Invariant = Callable[[Graph], Iterator[str]]
INVARIANTS: list[Invariant] = []


def invariant(rule: Invariant) -> Invariant:
    """Add a rule that every graph keeps."""
    INVARIANTS.append(rule)
    return rule


def check(graph: Graph) -> None:
    """Raise where a graph breaks an invariant, with the sentence that says which and where.

    Raises
    ------
    GraphError
        At the first broken invariant; those that follow from it aren't listed.

    Examples
    --------
    >>> graph = Graph()
    >>> graph.add_variable("x", Variable((2,), role="guess"))
    >>> check(graph)
    Traceback (most recent call last):
    graphviz_nn.errors.GraphError: x has the unknown role 'guess'; there are: input, target, parameter, ...
    """
    if not isinstance(graph, Graph):
        raise GraphError(
            f"expected a graph made by graphviz_nn.trace or graphviz_nn.load, found a {type(graph).__name__}"
        )
    for rule in INVARIANTS:
        for sentence in rule(graph):
            raise GraphError(sentence)


@invariant
def names_are_strings(graph: Graph) -> Iterator[str]:
    for node in graph:
        if not isinstance(node, str) or not node:
            yield f"node {node!r} isn't named by a string"


@invariant
def nodes_carry_data(graph: Graph) -> Iterator[str]:
    for node, data in graph.contents():
        if not isinstance(data, Variable | Operation):
            yield f"node {node!r} carries neither a Variable nor an Operation as its attribute 'data'"


@invariant
def roles_and_shapes_are_known(graph: Graph) -> Iterator[str]:
    for name, variable in graph.variables.items():
        if variable.role not in ROLES:
            yield f"{name} has the unknown role {variable.role!r}; {suggest(str(variable.role), ROLES)}"
        shape = variable.shape
        if not isinstance(shape, tuple) or not all(isinstance(n, int) and n >= 0 for n in shape):
            yield f"the shape of {name} is {shape!r}; it must be a tuple of whole numbers, none negative"
        try:
            np.dtype(variable.dtype)
        except TypeError:
            yield f"{name} has the unknown dtype {variable.dtype!r}"
        value = variable.value
        if value is not None and np.shape(value) != shape:
            yield f"{name} has shape {shape}, its value has {np.shape(value)}"
        if value is None and variable.role == "constant":
            yield f"the constant {name} has no value"


@invariant
def variables_and_operations_alternate(graph: Graph) -> Iterator[str]:
    variables = graph.variables
    for tail, head in graph.edges():
        if (tail in variables) == (head in variables):
            kind = "variables" if tail in variables else "operations"
            yield f"the edge {tail} → {head} joins two {kind}; variables and operations must alternate"


@invariant
def one_producer(graph: Graph) -> Iterator[str]:
    for name, variable in graph.variables.items():
        producers = list(graph.predecessors(name))
        if len(producers) > 1 or graph.in_degree(name) > 1:
            yield f"{name} is computed by {' and by '.join(producers)}; a variable has one producer"
        if producers and variable.role in LEAF_ROLES:
            yield f"the {variable.role} {name} is computed by {producers[0]}; it must come from outside"
        if not producers and variable.role not in LEAF_ROLES:
            yield f"nothing computes {name}, yet its role is {variable.role!r}"


@invariant
def slots_are_complete(graph: Graph) -> Iterator[str]:
    for name, operation in graph.operations.items():
        slots = [slot for _, _, slot in graph.in_edges(name, keys=True)] + list(operation.literals)
        if not all(isinstance(slot, int) for slot in slots) or sorted(slots) != list(range(len(slots))):
            yield f"the argument slots of {name} are {slots}; they must be 0…{len(slots) - 1}, each once"
        results = [slot for _, _, slot in graph.out_edges(name, keys=True)]
        if not all(isinstance(slot, int) for slot in results) or sorted(results) != list(range(len(results))):
            yield f"the result slots of {name} are {results}; they must be 0…{len(results) - 1}, each once"
        if not results:
            yield f"the operation {name} computes nothing"


@invariant
def acyclic(graph: Graph) -> Iterator[str]:
    if not nx.is_directed_acyclic_graph(graph):
        cycle = [edge[0] for edge in nx.find_cycle(graph)]
        yield f"the graph has a cycle: {' → '.join([*cycle, cycle[0]])}"


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
def labels_are_text(graph: Graph) -> Iterator[str]:
    for name, variable in graph.variables.items():
        label = variable.label
        if label is not None and (not isinstance(label, str) or re.search(r"[\x00-\x1f$]", label)):
            yield f"the label of {name} is {label!r}; it must be TeX on one line, without dollars"
