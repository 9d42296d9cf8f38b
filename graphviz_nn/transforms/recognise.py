"""Recognise layers that are written out as formulas."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.graph.ir import Graph, Number, Shape
from graphviz_nn.nn.formulas import FORMULAS
from graphviz_nn.nn.formulas.meanings import MEANINGS
from graphviz_nn.nn.formulas.table import Formula
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.tracing.specs import input
from graphviz_nn.tracing.trace import trace
from graphviz_nn.transforms.contract import Block, contract
from graphviz_nn.transforms.fold import fold, inlined
from graphviz_nn.transforms.match import Match, Matcher, examples
from graphviz_nn.transforms.origin import without_lines
from graphviz_nn.transforms.reading import known_signature, signature
from graphviz_nn.transforms.signs import moved_behind
from graphviz_nn.transforms.values import Trial


def _none(graph: Graph) -> Iterable[str]:
    return ()


def recognise(graph: Graph, opens: Callable[[Graph], Iterable[str]] = _none) -> Graph:
    """Fold recognised layers into single operations.

    Larger formulas come before smaller ones, and earlier places before later ones. A match is complete or doesn't
    count. It never crosses the border of a function, and none of its inner values is used elsewhere. If a formula isn't
    stable, the layer's own definition replaces it, with a remark.

    Parameters
    ----------
    opens : callable
        The operations of a folded graph that stay as written, if they are recognised layers.
    """
    graph = whole = moved_behind(graph)
    matcher = Matcher(graph)
    for number, formulas in enumerate(_levels(tuple(FORMULAS))):
        blocks = _blocks(matcher, formulas, by_value=not number)
        if blocks:
            graph = contract(graph, blocks, matcher)
            matcher = Matcher(graph)
    while written := _written(graph, opens(graph)):
        graph = _in_order(inlined(graph, written), whole)
    said: set[str] = set()
    for operation in graph.operations.values():
        sentence = f"{operation.op.replace('_', ' ')} ({operation.source}) is computed by its stable definition"
        if operation.written is None or operation.body is None or sentence in said:
            continue
        if signature(operation.written) != known_signature(operation.body):
            said.add(sentence)
            graph.remark(sentence)
    return graph


def _written(graph: Graph, names: Iterable[str]) -> dict[str, Graph]:
    """What the author wrote of recognised layers."""
    found = {}
    for name in names:
        operation = graph.operation(name)
        # A call has the scope of its function.
        if operation.body is None or operation.scope:
            continue
        given, written = graph.arguments(name).values(), operation.written
        if written is None:
            found[name] = operation.body
        elif set(written.graph["arguments"]) == set(given):
            found[name] = written.copy()
            found[name].graph["arguments"] = tuple(given)
    return found


def _in_order(graph: Graph, whole: Graph) -> Graph:
    """The same graph in the order of definition of the one that it was folded from."""
    position = {name: number for number, name in enumerate(whole)}

    def place(name: str) -> tuple[int, bool]:
        # A folded layer is where its result is defined; what has another name now, beside its neighbours.
        beside = (each for each in (*graph.successors(name), *graph.predecessors(name)) if each in position)
        return (position[name], True) if name in position else (position[next(beside)], False)

    found = Graph()
    found.graph.update({fact: each for fact, each in graph.graph.items() if fact != "inlined"})
    found.add_nodes_from((name, {"data": graph.nodes[name]["data"]}) for name in sorted(graph, key=place))
    found.connect((t, h, k) for t, h, k in graph.edges(keys=True))
    return found


@lru_cache(maxsize=8)
def _levels(formulas: tuple[Formula, ...]) -> tuple[tuple[Formula, ...], ...]:
    """The formulas in rounds: formulas made of other layers come after these."""
    layers = {each.layer for each in formulas}
    depth: dict[str, int] = {}
    rounds: dict[int, list[Formula]] = defaultdict(list)
    for each in formulas:
        inside = {op.op for p in examples(each, 2) for op in p.operations.values()} & layers - {each.layer}
        level = 1 + max((depth.get(name, 0) for name in inside), default=-1)
        depth[each.layer] = max(level, depth.get(each.layer, 0))
        rounds[level].append(each)
    return tuple(tuple(rounds[level]) for level in sorted(rounds))


def _blocks(matcher: Matcher, formulas: tuple[Formula, ...], by_value: bool = False) -> list[Block]:
    """The matches of these formulas, and layers by value if requested, without overlaps."""
    trial, covered = Trial(matcher), set[str]()
    matches: list[Match] = []
    # From the end, so that parts of a larger layer aren't tried again.
    for name, op in reversed(matcher.operations.items()):
        if op.scope:
            continue
        found = list(_at(matcher, formulas, name))
        whole = [each for each in found if not _blocked(matcher, each, {})]
        if by_value and name not in covered and all(map(trial.goes_on, whole)):
            more = trial.at(name)
            found += more
            whole += [each for each in more if not _blocked(matcher, each, {})]
        covered.update(member for each in whole for member in each.members)
        matches += found
    position = matcher.position
    matches.sort(key=lambda match: (-len(match.members), position[match.result]))
    taken: dict[str, Match] = {}
    blocks = []
    for match in matches:
        if not _blocked(matcher, match, taken):
            taken.update(dict.fromkeys(match.members, match))
            blocks.append(_block(matcher, match))
    return blocks


def _at(matcher: Matcher, formulas: tuple[Formula, ...], anchor: str) -> Iterator[Match]:
    """The largest formula that ends at this operation; also smaller ones, if an inner value is used elsewhere."""
    op, above = matcher.operations[anchor].op, matcher.above(anchor)
    for each in _ending(formulas, op, above, len(above) == 2 and matcher.commutes(anchor)):
        found = matcher.at(each, anchor)
        if found is not None:
            yield found
            if not _blocked(matcher, found, {}):
                return


@lru_cache(maxsize=4096)
def _ending(formulas: tuple[Formula, ...], op: str, above: tuple[str, ...], commutes: bool) -> tuple[Formula, ...]:
    """The formulas that may end with this op, with arguments computed by these ops; larger ones first."""
    sizes = {
        each: max(len(p.inner) for p in fitting)
        for each in formulas
        if (fitting := [p for p in examples(each, len(above)) if p.ends_in(op, above, commutes)])
    }
    return tuple(sorted(sizes, key=lambda each: -sizes[each]))


def _blocked(matcher: Matcher, match: Match, taken: Mapping[str, Match]) -> str:
    """Why a match can't be folded; "" if it can."""
    members = set(match.members)
    for name in match.members:
        if name in taken:
            return f"{name} belongs to {taken[name].layer}"
        for result in matcher.results[name]:
            if result == match.result:
                continue
            if result in matcher.outputs:
                return f"{result} is an output"
            for user in matcher.users[result]:
                # A layer with given arguments doesn't need their computation.
                freed = user in taken and result not in taken[user].arguments
                if user not in members and not freed:
                    return f"{result} is used elsewhere, by {matcher.operations[user]}"
    return ""


def _block(matcher: Matcher, match: Match) -> Block:
    body = None
    if match.replacement is not None:
        dtypes = tuple(matcher.variables[v].dtype for v in match.arguments)
        body = definition(match.replacement, match.shapes, match.numbers, dtypes)
        # With several dtypes, the definition may give another dtype than the formula; with a single entry, another
        # shape. Then the formula stays.
        made, written = body.variable(body.outputs[0]), matcher.variables[match.result]
        if (made.dtype, made.shape) != (written.dtype, written.shape):
            body = None
    return Block(match.layer, match.members, arguments=match.arguments, body=body, same=match.same)


@lru_cache(maxsize=1024)
def definition(
    function: Any,
    shapes: tuple[Shape, ...],
    numbers: tuple[tuple[str, Number], ...] = (),
    dtypes: tuple[str, ...] = (),
) -> Graph:
    """The computation of a layer at these shapes, as the body of an operation; `numbers` are its options."""
    function = inspect.unwrap(function)
    names = tuple(inspect.signature(function).parameters)[: len(shapes)]
    dtypes = dtypes or ("float64",) * len(shapes)
    inputs = {name: input(shape, dtype=dtype) for name, shape, dtype in zip(names, shapes, dtypes, strict=True)}
    graph = without_lines(trace(function, **inputs, **dict(numbers)))
    graph.graph["arguments"] = names
    return graph


def why_not(graph: Traceable, layer: str, *, example: Any = ()) -> str:
    """Explain why a graph has no layer of this name, or where it is.

    Parameters
    ----------
    graph : Graph or callable
        A model.
    layer : str
        The name of a layer.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Examples
    --------
    >>> import numpy as np
    >>> graph = trace(lambda z: np.exp(z) / np.mean(np.exp(z)), z=input(3))
    >>> print(why_not(graph, "softmax"))
    softmax isn't there; the nearest is output: mean (...) stands where sum is expected
    """
    known = sorted({each.layer for each in FORMULAS} | {each.layer for each in MEANINGS})
    if layer not in known:
        raise UsageError(f"there is no layer {layer!r} with a formula: {suggest(layer, known)}")
    folded = fold(graph_of(graph, example))
    nearest: tuple[int, str] = (-1, "no step of it is in the graph")
    for number, formulas in enumerate(_levels(tuple(FORMULAS))):
        matcher = Matcher(folded)
        nearest = max(nearest, _nearest(matcher, [each for each in formulas if each.layer == layer]), key=itemgetter(0))
        if not number and nearest[0] < 0 and layer not in {each.layer for each in FORMULAS}:
            nearest = (-1, "nothing in the graph gives its numbers")
        folded = contract(folded, _blocks(matcher, formulas, by_value=not number), matcher)
        places = [f"{n} ({op.source})" for n, op in folded.operations.items() if op.op == layer]
        if places:
            return f"{layer} is there: {', '.join(places)}"
    return (
        f"{layer} isn't there; the nearest is {nearest[1]}" if nearest[0] >= 0 else f"{layer} isn't there: {nearest[1]}"
    )


def _nearest(matcher: Matcher, formulas: Iterable[Formula]) -> tuple[int, str]:
    """The place where one of these formulas matches farthest: the number of steps, and why it fails there."""
    nearest = (-1, "no step of it is in the graph")
    for each in formulas:
        ops = {p.op for p in examples(each, 2)}
        for name, operation in matcher.operations.items():
            if operation.op not in ops or operation.scope:
                continue
            found = matcher.at(each, name)
            reason = _blocked(matcher, found, {}) if found else matcher.reason
            size = matcher.matched if not found else len(found.members)
            if size > nearest[0]:
                nearest = (size, f"{matcher.results[name][0]}: {reason}" if reason else "")
    return nearest
