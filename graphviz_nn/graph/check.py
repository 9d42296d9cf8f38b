"""The invariants of graphs, each with its own sentence.

An invariant is a function that yields a sentence for each violation; ``@invariant`` adds it to the table. Invariants
that need more than the structure are defined elsewhere (shapes: with the operations).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from typing import Any, get_type_hints
from weakref import WeakKeyDictionary

import networkx as nx

from graphviz_nn.errors import GraphError, suggest
from graphviz_nn.graph.distribution import DISTRIBUTIONS
from graphviz_nn.graph.ir import LEAF_ROLES, ROLES, Graph, Operation, Role, Variable
from graphviz_nn.graph.kinds import DTYPES, Test, is_of, is_possible, words
from graphviz_nn.graph.order import is_acyclic
from graphviz_nn.graph.unchanged import found_out

Invariant = Callable[[Graph], Iterator[str]]
INVARIANTS: list[Invariant] = []

DEEPEST = 50
"""The greatest depth of nested bodies."""


def invariant(rule: Invariant) -> Invariant:
    """Add a rule that every graph keeps."""
    INVARIANTS.append(rule)
    return rule


def check(graph: Graph) -> None:
    """Raise if a graph, or the body of a folded operation in it, breaks an invariant.

    Raises
    ------
    GraphError
        At the first broken invariant; it names the rule and the place.

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
    if _VALID.get(graph) == _state(graph):
        return
    whole = list(_whole(graph))
    # The bodies of an operation are valid before the operation is checked.
    for place, each in reversed(whole):
        found_out(check, each, partial(_check, each, place))
    if len(whole) == 1:
        valid(graph)


_VALID: WeakKeyDictionary[Graph, tuple[int, ...]] = WeakKeyDictionary()


def valid(graph: Graph) -> Graph:
    """Note that a graph without bodies keeps every invariant, as long as it isn't changed."""
    _VALID[graph] = _state(graph)
    return graph


def recorded(graph: Graph) -> Graph:
    """Note that a graph whose operations were recorded, each by its rules, keeps every invariant; what its author gave,
    leaves and labels, is checked."""
    given = Graph()
    for name, variable in graph.variables.items():
        if variable.role in LEAF_ROLES:
            given.add_variable(name, variable)
        elif variable.label is not None:
            given.add_variable(name, replace(variable, role="input"))
    is_valid = not any(any(True for _ in rule(given)) for rule in INVARIANTS)
    return valid(graph) if is_valid else graph


def _state(graph: Graph) -> tuple[int, ...]:
    """A number that changes with every node, edge and fact."""
    nodes = hash(tuple([(name, id(data)) for name, data in graph.contents()]))
    adjacent: Any = graph.adjacency()
    edges = hash(tuple([(tail, head, *slots) for tail, heads in adjacent for head, slots in heads.items()]))
    return nodes, edges, hash(tuple((key, id(fact)) for key, fact in graph.graph.items()))


def _check(graph: Graph, place: tuple[str, ...]) -> None:
    for rule in INVARIANTS:
        for sentence in rule(graph):
            raise GraphError(f"inside {'/'.join(place)}: {sentence}" if place else sentence)


def _whole(graph: Graph) -> Iterator[tuple[tuple[str, ...], Graph]]:
    """A graph and all graphs inside it, each with the operations and facts around it."""
    waiting: list[tuple[tuple[str, ...], Graph]] = [((), graph)]
    while waiting:
        place, each = waiting.pop()
        yield place, each
        if len(place) > DEEPEST:
            raise GraphError(f"bodies are nested more than {DEEPEST} deep, inside {place[0]!r}")
        waiting += [((*place, str(fact)), body) for fact, body in each.graph.items() if isinstance(body, Graph)]
        for name, data in each.contents():
            if isinstance(data, Operation):
                bodies = (body for body in (data.body, data.written) if isinstance(body, Graph))
                waiting += [((*place, str(name)), body) for body in bodies]


@cache
def _fields() -> dict[type, list[tuple[str, Test, Any]]]:
    return {
        kind: [(name, is_of(hint), hint) for name, hint in get_type_hints(kind).items()]
        for kind in (Variable, Operation)
    }


@invariant
def names_are_text(graph: Graph) -> Iterator[str]:
    is_text = is_of(str)
    for node in graph:
        if not node or not is_text(node):
            yield f"node {node!r} isn't named by a string of one line"


@invariant
def nodes_carry_data(graph: Graph) -> Iterator[str]:
    for node, data in graph.contents():
        if not isinstance(data, Variable | Operation):
            yield f"node {node!r} has neither a Variable nor an Operation as its attribute 'data'"


@invariant
def roles_and_dtypes_are_known(graph: Graph) -> Iterator[str]:
    is_role = is_of(Role)
    for name, variable in graph.variables.items():
        if not is_role(variable.role):
            yield f"{name} has the unknown role {variable.role!r}; {suggest(str(variable.role), ROLES)}"
        if not isinstance(variable.dtype, str) or variable.dtype not in DTYPES:
            yield f"{name} has the unknown dtype {variable.dtype!r}; {suggest(str(variable.dtype), sorted(DTYPES))}"


@invariant
def labels_are_tex(graph: Graph) -> Iterator[str]:
    is_text = is_of(str)
    for name, variable in graph.variables.items():
        label = variable.label
        if label is not None and (not is_text(label) or "$" in label):
            yield f"the label of {name} is {label!r}; it must be TeX on one line, or words with TeX between dollars"


@invariant
def fields_are_of_their_kinds(graph: Graph) -> Iterator[str]:
    for name, data in graph.contents():
        for field, test, kind in _fields()[type(data)]:
            value = getattr(data, field)
            if not test(value):
                yield f"the {field} of {name} is {value!r:.60}; it must be {words(kind)}"


@invariant
def operations_and_scopes_are_named(graph: Graph) -> Iterator[str]:
    for name, operation in graph.operations.items():
        if not operation.op:
            yield f"the operation {name} doesn't name its function"
        if not all(operation.scope):
            yield f"the scope of {name} is {operation.scope!r:.60}; each part must be the name of a function"


@invariant
def values_fit(graph: Graph) -> Iterator[str]:
    for name, variable in graph.variables.items():
        if any(length < 0 for length in variable.shape):
            yield f"the shape of {name} is {variable.shape}; it must be a tuple of whole numbers, none negative"
        elif not is_possible(variable.shape):
            yield f"the shape of {name} is {variable.shape!r:.60}; NumPy has no such arrays"
        value = variable.value
        if value is None:
            if variable.role == "constant":
                yield f"the constant {name} has no value"
        elif value.shape != variable.shape:
            yield f"{name} has shape {variable.shape}, but its value has {value.shape}"
        elif value.dtype != variable.dtype:
            yield f"{name} has dtype {variable.dtype}, but its value has {value.dtype}"


@invariant
def random_leaves_are_drawn(graph: Graph) -> Iterator[str]:
    for name, variable in graph.variables.items():
        draw = variable.draw
        if (variable.role == "random") != (draw is not None):
            yield f"{name} has the role {variable.role!r}, so it must have {'a' if draw is None else 'no'} distribution"
        elif draw is None:
            continue
        elif draw.distribution not in DISTRIBUTIONS:
            yield f"{name} is drawn from {draw.distribution!r}; {suggest(draw.distribution, DISTRIBUTIONS)}"
        elif not 0 <= draw.probability <= 1 or min(draw.seed, default=0) < 0:
            yield f"{name} has the seed {draw.seed} and the probability {draw.probability}; neither can be negative"
        elif draw.entry and not _is_entry(*draw.entry):
            yield f"{name} is the entry {draw.entry[1]} of an array of shape {draw.entry[0]}, which doesn't exist"


def _is_entry(shape: tuple[int, ...], index: tuple[int, ...]) -> bool:
    return len(shape) == len(index) and all(0 <= i < n for i, n in zip(index, shape, strict=True))


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
            yield f"nothing computes {name}, but its role is {variable.role!r}"


@invariant
def slots_are_complete(graph: Graph) -> Iterator[str]:
    before: Any = graph.pred
    after: Any = graph.succ
    for name, operation in graph.operations.items():
        slots = [slot for given in before[name].values() for slot in given] + list(operation.literals)
        if not _are_complete(slots):
            yield f"the argument slots of {name} are {slots}; they must be 0…{len(slots) - 1}, each once"
        results = [slot for made in after[name].values() for slot in made]
        if not _are_complete(results):
            yield f"the result slots of {name} are {results}; they must be 0…{len(results) - 1}, each once"
        if not results:
            yield f"the operation {name} computes nothing"


def _are_complete(slots: list[Any]) -> bool:
    if len(slots) < 2:
        return not slots or (type(slots[0]) is int and slots[0] == 0)
    return all(type(slot) is int for slot in slots) and sorted(slots) == list(range(len(slots)))


@invariant
def acyclic(graph: Graph) -> Iterator[str]:
    if not is_acyclic(graph.succ):
        cycle = [edge[0] for edge in nx.find_cycle(graph)]
        yield f"the graph has a cycle: {' → '.join([*cycle, cycle[0]])}"
