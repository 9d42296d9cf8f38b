"""Fold equal parts: those in series to the first with ×N, others to the first, …, and the last."""

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from graphviz_nn.graph.folded import Folded
from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.transforms.contract import Block, contract
from graphviz_nn.transforms.origin import learned_in
from graphviz_nn.transforms.repeats import Repeat, repeats
from graphviz_nn.views.framing import framed

RepeatsName: TypeAlias = Literal["fold", "fold all", "show"]
LEAST: dict[RepeatsName, tuple[int, int] | None] = {"fold": (5, 5), "fold all": (2, 4), "show": None}
"""The least parts that fold, in series and otherwise."""
# The name of an operation that stands for folded parts, and the fact of a graph that lists these.
MORE, REPEATS = "more", "repeats"


def folded(graph: Graph, how: RepeatsName, kept: Collection[str] = ()) -> Graph:
    """Fold equal parts to an operation; the fact ``graph.graph["repeats"]`` says what each of these stands for.

    Parameters
    ----------
    kept : collection of str
        Names and symbols that stay: a repeat that would hide one of them doesn't fold.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> def model(x, W):
    ...     for i in range(6):
    ...         x = np.tanh(W @ x)
    ...     return x
    >>> found = folded(trace(model, x=input(2), W=parameter((2, 2))), "fold")
    >>> list(found.operations), found.graph["repeats"]["more"].title
    (['matmul', 'tanh', 'more'], '↻6')
    """
    while LEAST[how] and (found := _found(graph, wiring := Wiring(graph), how, kept)):
        graph = _contracted(graph, wiring, found)
    return graph


def left(graph: Graph, how: RepeatsName, kept: Collection[str] = ()) -> int:
    """How many operations there are at most once equal parts are folded, of which none is.

    >>> from graphviz_nn.tracing import input, trace
    >>> def model(x):
    ...     for _ in range(9):
    ...         x = (x + 1) ** 2
    ...     return x
    >>> left(trace(model, x=input(())), "fold")
    3
    """
    wiring = Wiring(graph)
    found = _found(graph, wiring, how, kept)
    return len(wiring.operations) - sum(len(each.others) - 1 for each in found)


def _found(graph: Graph, wiring: Wiring, how: RepeatsName, kept: Collection[str]) -> list[Repeat]:
    """The repeats that fold next."""
    least, kept = LEAST[how], {*kept, *map(_bare, kept)}
    if least is None:
        return []
    found = framed(wiring, repeats(graph, *least), least[1])
    return [each for each in found if kept.isdisjoint(_names(graph, wiring, each.others))]


def _names(graph: Graph, wiring: Wiring, operations: Iterable[str]) -> Iterator[str]:
    """The names and symbols of operations and their results."""
    unnamed = set(graph.graph.get("anonymous", ()))
    for name in operations:
        yield name
        for result in wiring.results[name]:
            label = wiring.variables[result].label
            yield from () if result in unnamed and label is None else (result, _bare(label or result))


def _bare(symbol: str) -> str:
    """A symbol without TeX's syntax, as a name.

    >>> _bare("z^{(7)}"), _bare("h_7")
    ('z7', 'h7')
    """
    return re.sub(r"[\W_]", "", symbol)


def _contracted(graph: Graph, wiring: Wiring, found: Iterable[Repeat]) -> Graph:
    """Contract what others stand for, with its facts and a remark."""
    seen = contract(graph, [Block(MORE, repeat.others) for repeat in found], wiring)
    facts: dict[str, Folded] = dict(graph.graph.get(REPEATS, {}))
    for repeat in found:
        results = (result for name in repeat.others for result in wiring.results[name] if result in seen)
        name, gone = str(seen.producer(next(results))), set(repeat.others)
        for other, fact in facts.items():
            # Within the first part of another repeat.
            steps = dict.fromkeys(name if step in gone else step for step in fact.steps)
            facts[other] = replace(fact, steps=tuple(steps))
        facts[name] = replace(_told(wiring, repeat), weights=_weights(graph, repeat, facts))
        count, drawn = len(repeat.parts), "the first is" if repeat.in_series else "the first and the last are"
        place = wiring.operations[repeat.parts[0][0]].source
        seen.remark(
            f"of {count:,} equal parts{f' ({place})' if place else ''} {drawn} drawn; repeats='show' draws all of them"
        )
    seen.graph[REPEATS] = facts
    return seen


def _weights(graph: Graph, repeat: Repeat, facts: Mapping[str, Folded]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """For each operation of the first part, its parameters in every part; a part may stand for others itself."""
    if not repeat.in_series:
        return {}
    known = {step: each for fact in facts.values() for step, each in fact.weights.items()}
    return {
        steps[0]: tuple(each for step in steps for each in known.get(step, (learned_in(graph, step),)))
        for steps in zip(*repeat.parts, strict=True)
    }


def _told(wiring: Wiring, repeat: Repeat) -> Folded:
    steps = repeat.parts[0]
    first = {
        result: one
        for part in repeat.parts[1:]
        for step, name in zip(steps, part, strict=True)
        for one, result in zip(wiring.results[step], wiring.results[name], strict=False)
    }
    sets = [_set(wiring, part) for part in repeat.parts]
    numbers = tuple(map(sets.index, sets)) if any(sets) else ()
    return Folded(len(repeat.parts), steps, first, repeat.in_series, numbers)


def _set(wiring: Wiring, part: Collection[str]) -> set[Hashable]:
    """What a part has learned; arrays that it is given, frozen weights among them, if it learns nothing.

    Parts of one array are told apart by their indices.
    """
    whole = (wiring.arguments[name].values() for name in part if not _is_index(wiring, name))
    origins = (_origin(wiring, v) for given in whole for v in given)
    leaves = [(origin, wiring.variables[leaf]) for origin, leaf in origins if leaf is not None]
    learned: set[Hashable] = {origin for origin, variable in leaves if variable.role == "parameter"}
    return learned or {origin for origin, variable in leaves if variable.role == "constant" and variable.shape}


def _origin(wiring: Wiring, value: str) -> tuple[Hashable, str | None]:
    """What a value is a part of, with the indices that lead to it, and the leaf; none if it is computed."""
    maker = wiring.producer.get(value)
    if maker is None:
        return value, value
    if not _is_index(wiring, maker):
        return value, None
    origin, leaf = _origin(wiring, wiring.arguments[maker][0])
    return (origin, repr(wiring.operations[maker].attributes), *list(wiring.arguments[maker].values())[1:]), leaf


def _is_index(wiring: Wiring, name: str) -> bool:
    return wiring.operations[name].op == "getitem"


def drawn(graph: Graph) -> Graph:
    """What a picture shows of a graph with folded parts: it doesn't compute the same.

    The first part in series stands for all. What stands for other parts has arrows from the first part and to the last.
    """
    facts: Mapping[str, Folded] = graph.graph.get(REPEATS, {})
    if not facts:
        return graph
    found: Any = graph.copy()
    # What is within a part comes after it.
    for name, fact in reversed(list(facts.items())):
        if fact.in_series:
            _drawn_once(found, name, fact)
        else:
            _drawn_as_dots(found, name, fact)
    gone = [name for name in found.leaves if not found.degree(name) and graph.degree(name)]
    found.remove_nodes_from(gone)
    shown: Graph = found
    return shown


def _drawn_once(graph: Graph, name: str, fact: Folded) -> None:
    """Give the results of the last part to the first."""
    results = graph.results(name)
    graph.remove_node(name)
    for result in results:
        first = fact.first[result]
        producer = str(graph.producer(first))
        slot = graph.results(producer).index(first)
        if graph.out_degree(first):
            slot = len(graph.results(producer))
        else:
            graph.remove_node(first)
        graph.connect([(producer, result, slot)])


def _drawn_as_dots(graph: Graph, name: str, fact: Folded) -> None:
    """Leave out the arrows to and from folded parts that others stand for."""
    inside = set(fact.steps)
    # The last result in a place goes on to the last part, if that of the first part goes here.
    ends = {fact.first[result]: result for result in graph.results(name)}
    carried = {result for first, result in ends.items() if first in graph.arguments(name).values()}
    for argument in dict.fromkeys(graph.arguments(name).values()):
        maker = graph.producer(argument)
        if maker is None or (maker not in inside and not inside.isdisjoint(graph.successors(argument))):
            _disconnect(graph, argument, name)
    # One arrow for all results in the same place of a part, with no name.
    met: dict[str, set[str]] = defaultdict(set)
    # The first and the last of equal outputs are drawn.
    folded = [r for r in graph.results(name) if r in graph.outputs and fact.first[r] in graph.outputs]
    graph.outputs = tuple(output for output in graph.outputs if output not in folded)
    for result in graph.results(name):
        users = met[fact.first[result]]
        for user in set(graph.successors(result)) & users:
            _disconnect(graph, result, user)
        if not graph.out_degree(result) and result not in graph.outputs:
            graph.remove_node(result)
            continue
        users.update(graph.successors(result))
        if result not in carried:
            graph.graph["anonymous"] = (*graph.graph.get("anonymous", ()), result)
            graph.add_variable(result, replace(graph.variable(result), label=None))


def _disconnect(graph: Graph, variable: str, operation: str) -> None:
    edges: Any = graph[variable][operation]
    graph.remove_edges_from([(variable, operation, slot) for slot in list(edges)])
