"""Levels of detail, as graph-to-graph steps that fold more and more and keep all values."""

from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Literal, TypeAlias

from graphviz_nn.errors import entry
from graphviz_nn.graph.difference import Differences
from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.unchanged import found_out
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.transforms.contract import Block, contract
from graphviz_nn.transforms.copies import once
from graphviz_nn.transforms.expand import expanded
from graphviz_nn.transforms.fold import fold
from graphviz_nn.transforms.live import live
from graphviz_nn.transforms.recognise import recognise
from graphviz_nn.transforms.scalars import scalars
from graphviz_nn.transforms.stable import split
from graphviz_nn.views.blocks import framed, in_modules, is_at_a_glance, joined, names_of, reductions
from graphviz_nn.views.captions import captioned
from graphviz_nn.views.changes import counted, differences
from graphviz_nn.views.kinds import kinds
from graphviz_nn.views.moves import without_moves
from graphviz_nn.views.repeats import RepeatsName, drawn, folded
from graphviz_nn.views.symbols import with_symbols, with_symbols_of

Detail: TypeAlias = Callable[[Graph], Graph]


# Layers that are hardly more than a product and a sum, shown by these.
PRODUCTS = frozenset(["linear"])
# A picture of more nodes has a remark on its size.
MANY = 400
# Layers whose steps are worth to be seen.
SIMPLE = PRODUCTS | {"features"}


def numbers(graph: Graph) -> Graph:
    """Single numbers, with the symbols that their arrays have in the views of layers."""
    found = scalars(with_symbols_of(graph, layers(graph)))
    count = _nodes(found)
    if count > MANY:
        fewer = f"view='operations' has {_nodes(operations(graph)):,}, and view='layers' fewer"
        found.remark(f"as single numbers, this picture has {count:,} nodes, too many to follow; {fewer}")
    return found


def _nodes(graph: Graph) -> int:
    """The number of nodes of a picture of operations: these, and the leaves and outputs."""
    made = sum(graph.producer(name) is not None for name in graph.outputs)
    return len(graph.operations) + made + sum(bool(graph.degree(name)) for name in graph.leaves)


def operations(graph: Graph) -> Graph:
    """Fold functions into single operations, except the simplest layers of this package."""
    return _folded(graph, SIMPLE)


def functions(graph: Graph) -> Graph:
    """Fold functions, and formulas without parameters that are recognised; products of matrices stay."""
    return recognise(_folded(graph, PRODUCTS), _learned_or_product)


def _folded(graph: Graph, simple: frozenset[str]) -> Graph:
    """Fold every call but those of simple layers; an author's function of the same name isn't one."""
    own = graph.graph.get("functions", ())
    return fold(graph, lambda title, members: title in simple and title not in own)


def _learned_or_product(graph: Graph) -> list[str]:
    """The operations that have parameters, and the functions in which arrays are multiplied as matrices."""
    known = kinds(graph)
    return [
        name
        for name, operation in graph.operations.items()
        if known[name] == "layer" or (known[name] == "function" and operation.body and _multiplies(operation.body))
    ]


def _multiplies(body: Graph) -> bool:
    """Whether a step is a product of two arrays that gives an array."""
    steps = (name for name, operation in body.operations.items() if operation.body is None)
    products = (name for name in steps if lookup(body.operation(name).op).category == "linear algebra")
    return any(len(body.arguments(name)) > 1 and body.variable(body.results(name)[0]).shape for name in products)


def layered(graph: Graph) -> Graph:
    """Fold functions, and formulas that are recognised, and compute each once."""
    return once(split(recognise(fold(graph))))


def layers(graph: Graph) -> Graph:
    """Fold layers into single operations, including recognised formulas."""
    seen = layered(graph)
    if all(operation.body is None for operation in seen.operations.values()):
        seen = seen.copy()
        seen.remark("nothing to fold: there is no layer in this graph, neither as a function nor as a formula")
    return with_symbols(seen)


def blocks(graph: Graph, further: int = 0, kept: Collection[str] = ()) -> Graph:
    """Layers as papers name them, and modules as blocks: as much as a picture shows at a glance.

    Parameters
    ----------
    further : int
        How many steps further than that it is reduced.
    kept : collection of str
        Modules that stay open, by their paths, names or classes.
    """
    seen = found_out("captioned", graph, lambda: without_moves(captioned(layered(graph))))
    compared = differences(graph)
    if compared is not None:
        return _of_differences(seen, compared, further, kept)
    for step in reductions(seen, kept):
        if found_out("at a glance", seen, partial(_is_seen_at_a_glance, seen)):
            if not further:
                break
            further -= 1
        seen = found_out(("reduced", frozenset(kept)), seen, partial(step, seen))
    return seen


def _is_seen_at_a_glance(graph: Graph) -> bool:
    return is_at_a_glance(drawn(folded(graph, "fold all")))


def _of_differences(graph: Graph, compared: Differences, further: int, kept: Collection[str]) -> Graph:
    """What is equal in two models closes in both; so do further modules that differ."""
    opened = kept if further else {*kept, *compared.opened}
    for number, step in enumerate(reductions(graph, opened)):
        if number and compared.is_small and not further:
            break
        graph = step(graph)
    return graph


def shows_at_a_glance(layers: Graph) -> bool:
    """Whether a picture of blocks shows every layer of a graph at a glance, with equal parts once."""
    return _is_seen_at_a_glance(joined(without_moves(captioned(layers))))


def merged(graph: Graph) -> Graph:
    """Fold each linear layer with its activation into one layer, under the activation's name."""
    seen = layers(graph)
    known = kinds(seen)
    blocks = []
    for name, operation in seen.operations.items():
        result = seen.results(name)[0]
        users = list(seen.successors(result))
        if operation.op != "linear" or result in seen.outputs or len(users) != 1:
            continue
        activation = seen.operation(users[0])
        if known[users[0]] == "activation" or activation.op == "softmax":
            blocks.append(Block(f"{activation.op}_layer", (name, users[0])))
    return contract(seen, blocks)


DetailName: TypeAlias = Literal["scalars", "operations", "functions", "layers", "merged", "blocks"]
DETAILS: dict[DetailName, Detail] = {
    "scalars": numbers,
    "operations": operations,
    "functions": functions,
    "layers": layers,
    "merged": merged,
    "blocks": blocks,
}


def detailed(
    name: str,
    graph: Graph,
    expand: Iterable[str] = (),
    repeats: RepeatsName = "show",
    kept: Iterable[str] = (),
    further: int = 0,
) -> Graph:
    """A graph at this level of detail, with equal parts folded, and some blocks opened.

    Parameters
    ----------
    repeats : {"fold", "fold all", "show"}
        Which repeats of equal parts fold.
    kept : iterable of str
        Names that don't fold; those of opened blocks don't either.
    further : int
        How many steps further than at a glance blocks are reduced.

    Raises
    ------
    UsageError
        If there is no such detail or block, with the nearest name.
    """
    reduced = entry("detail", name, DETAILS)
    expand = (expand,) if isinstance(expand, str) else tuple(expand)
    if name != "blocks":
        seen = found_out(name, graph, lambda: reduced(live(graph)))
        return expanded(counted(folded(seen, repeats, {*expand, *kept})), expand)
    how = "fold all" if repeats == "fold" else repeats
    seen = found_out("in modules", graph, lambda: in_modules(live(graph)))
    modules = set[str]().union(*(names_of(call) for each in seen.operations.values() for call in each.modules))
    found = counted(folded(blocks(seen, further, expand), how, {*expand, *kept}))
    return framed(expanded(found, [name for name in expand if name not in modules]))


def coarser(name: str) -> list[str]:
    """The levels that fold more than this one, in order.

    >>> coarser("operations")
    ['functions', 'layers', 'merged']
    """
    names = [str(each) for each in DETAILS if each != "blocks"]
    if name not in names:
        return []
    return names[names.index(name) + 1 :]
