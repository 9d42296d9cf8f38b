"""Blocks with the norms of the gradients by their parameters: a number beside each, and a shade inside."""

from collections.abc import Mapping
from dataclasses import replace
from math import hypot, isfinite

from graphviz_nn.forms.diagram import Diagram, Shape, Shown
from graphviz_nn.forms.facts import Facts, numeral
from graphviz_nn.graph.ir import Graph
from graphviz_nn.style.numbers import number
from graphviz_nn.transforms.origin import learned_in

# The mark behind a checked gradient; of several, the last of these counts.
MARKS = {"agrees": r"\ \checkmark", "not measurable": r"\ ?", "kink": r"\ \sim", "differs": r"\ \boxtimes"}


def steep(graph: Graph, shape: Shape, shown: Shown) -> Shape:
    """A block with the norms of its gradients; without parameters, or without their norms, as it is."""
    parts = [[name for name in part if name in shown.norms] for part in _parts(graph, shape.name)]
    if not any(parts):
        return shape
    norms = tuple(hypot(*(shown.norms[name] for name in part)) for part in parts)
    # What isn't finite is the news.
    ends = next(([each] for each in norms if not isfinite(each)), [min(norms), max(norms)])
    said = r"\ \ldots\ ".join(dict.fromkeys(number(each) for each in ends))
    verdicts = [shown.verdicts[name] for part in parts for name in part if name in shown.verdicts]
    mark = MARKS[max(verdicts, key=list(MARKS).index)] if verdicts else ""
    told = f"{shape.description}; gradient norm {' to '.join(dict.fromkeys(f'{each:.4g}' for each in ends))}"
    return replace(shape, gradient=said + mark, norms=norms, learned=(), description=told)


def with_norms(facts: Mapping[str, Facts], diagram: Diagram) -> dict[str, Facts]:
    """Facts by name, with the norms of blocks.

    >>> with_norms({"f": ()}, Diagram((Shape("f", "layer", "f", gradient="0.5", norms=(0.5,)),), ()))
    {'f': (('gradient norm', '0.5'),)}
    """
    told = {each.name: (("gradient norm", numeral(each.gradient)),) for each in diagram.shapes if each.norms}
    return {name: (*rows, *told.get(name, ())) for name, rows in facts.items()}


def _parts(graph: Graph, name: str) -> list[tuple[str, ...]]:
    """The parameters in a shape, for each block that it is drawn for; what an operation takes stands on its own."""
    if name in graph.leaves:
        return [(name,)] if any(graph.operation(user).body is None for user in graph.successors(name)) else []
    if name not in graph.operations or graph.operation(name).body is None:
        return []
    drawn = [fact.weights[name] for fact in graph.graph.get("repeats", {}).values() if name in fact.weights]
    # Of repeats within others, the outermost has most.
    return list(max(drawn, key=len, default=(learned_in(graph, name),)))
