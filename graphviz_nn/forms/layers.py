"""Layers as shapes between their variables, in a chain, or as arrows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import networkx as nx

from graphviz_nn.forms.curve import curve
from graphviz_nn.forms.diagram import Diagram, Emphasis, Frame, Learned, Link, Shape, Shown
from graphviz_nn.forms.operations import circle, described, links, variable_shape
from graphviz_nn.forms.parts import beside_uses
from graphviz_nn.forms.steepness import steep
from graphviz_nn.graph.ir import Graph, Variable
from graphviz_nn.graph.text import words
from graphviz_nn.style.formula import inside
from graphviz_nn.style.labels import label, size, spoken
from graphviz_nn.transforms.origin import rearranged
from graphviz_nn.views.kinds import Kind, hidden, kinds, passes


def compact(graph: Graph, shown: Shown = Shown(), *, whole: bool = True) -> Diagram:
    """The diagram of layers in a chain: without parameters and target, and with variables along the arrows."""
    known = kinds(graph)
    gone = _left_out(graph, known, shown)
    losses = {v for name, kind in known.items() if kind == "loss" for v in graph.results(name)}
    ends = (n for n in graph.variables if shown.cells or graph.producer(n) is None or n in graph.outputs)
    boxes = [n for n in ends if n not in gone]
    boxes = [n for n in boxes if n not in losses]
    shapes = [variable_shape(graph, name, shown) for name in boxes]
    shapes += [
        _block(graph, name, known[name], shown, gone, whole=whole) for name in graph.operations if name not in gone
    ]
    end = next((graph.producer(v) or v for v in graph.outputs if v in losses), "")
    found = links(graph, {shape.name for shape in shapes}, shown, through=shown.cells)
    return beside_uses(graph, shapes, found, lambda name: variable_shape(graph, name, shown), shown, end)


def blocks(graph: Graph, shown: Shown = Shown()) -> Diagram:
    """The diagram of blocks in a chain, whose names say what they are, with what joined a layer beside it; values have
    no names. How often a single block repeats is said in it."""
    found = compact(graph, replace(shown, gradients={}) if shown.norms else shown, whole=False)
    single = {frame.members[0]: frame for frame in found.frames if frame.repeats and len(frame.members) == 1}
    return replace(
        found,
        shapes=tuple(
            steep(graph, _captioned(graph, shape, single.get(shape.name)), shown)
            for shape in found.shapes
            if not _is_idle(graph, shape.name)
        ),
        links=tuple(replace(link, label="") for link in found.links),
        frames=tuple(frame for frame in found.frames if frame not in single.values()),
    )


def _is_idle(graph: Graph, name: str) -> bool:
    """Whether it is a parameter or a buffer that nothing takes, such as the statistics of batch norm in training."""
    leaf = graph.leaves.get(name)
    return leaf is not None and leaf.role in ("parameter", "constant") and not graph.out_degree(name)


def _captioned(graph: Graph, shape: Shape, repeated: Frame | None) -> Shape:
    if shape.name not in graph.operations or shape.name in graph.graph.get("repeats", ()):
        return shape
    operation = graph.operation(shape.name)
    times = rf"\ \ {repeated.title}" if repeated else ""
    if operation.body is None:
        return replace(shape, label=shape.label + times)
    title, *taken = operation.op.split("; ")
    notes = [*map(words, map(spoken, taken)), *filter(None, [shape.note, repeated.note if repeated else ""])]
    return replace(shape, label=words(spoken(title)) + times, note=r",\ ".join(notes), entries=None)


def layers(graph: Graph, shown: Shown = Shown()) -> Diagram:
    """The diagram of variables as boxes, as high as they have entries, with layers between them."""
    known = kinds(graph)
    gone = _left_out(graph, known, shown)
    boxes = (name for name in _boxed(graph, known) if name not in gone)
    shapes = [_box(graph, name, known, shown) for name in boxes if shown.unnamed or not _is_unnamed(graph, name, known)]
    shapes += [_block(graph, name, known[name], shown, gone) for name in graph.operations if name not in gone]
    drawn = {shape.name for shape in shapes}
    found = links(graph, drawn, shown, through=True)
    return beside_uses(graph, shapes, found, lambda name: _box(graph, name, known, shown), shown, _end(graph, gone))


def arrows(graph: Graph, shown: Shown = Shown()) -> Diagram:
    """The diagram of variables as boxes, with layers as the arrows between them."""
    known = kinds(graph)
    gone = _left_out(graph, known, shown)
    boxes = [name for name in _boxed(graph, known) if name not in gone]
    shapes = [_box(graph, name, known, shown) for name in boxes]
    spanned: dict[str, tuple[str, str]] = {}
    for name in graph.operations:
        given = [v for v in graph.arguments(name).values() if v not in gone]
        made = graph.results(name)
        if name in gone:
            continue
        if known[name] != "operation" and len(given) == 1 == len(made) and made[0] in boxes:
            spanned[name] = given[0], made[0]
        else:
            shapes.append(_block(graph, name, known[name], shown, gone))
    found = links(graph, {shape.name for shape in shapes}, shown, through=True)
    for name, (given_to, head) in spanned.items():
        # What the author didn't name has no box: the layer's arrow begins where it is computed.
        tail = given_to if given_to in boxes else str(graph.producer(given_to))
        title = "\n".join(map(words, _title(graph, name, known[name], whole=True).split()))
        note, below = _note(graph, name, known[name], shown, gone), learned(graph, name, known[name], shown, gone)
        found.append(Link(tail, head, name, title, note, layer=True, learned=below))
    return beside_uses(graph, shapes, found, lambda name: _box(graph, name, known, shown), shown, _end(graph, gone))


def _left_out(graph: Graph, known: Mapping[str, Kind], shown: Shown) -> frozenset[str]:
    """Nodes left out: parameters and targets inside layers, and the loss unless it is shown."""
    gone = {
        name
        for name in hidden(graph, known, shown.kept)
        if not (shown.target and graph.variable(name).role == "target")
    }
    if not shown.loss:
        gone |= of_losses(graph, known)
    return frozenset(gone)


def of_losses(graph: Graph, known: Mapping[str, Kind]) -> set[str]:
    """The losses, the sums of losses, and nodes that serve nothing else: targets, and penalties."""
    losses = {name for name, kind in known.items() if kind == "loss"}
    found = losses.union(*(nx.descendants(graph, name) for name in losses))
    compared = {v for name in losses for v in graph.arguments(name).values() if graph.variable(v).role != "target"}
    for name in reversed(list(nx.topological_sort(graph))):
        users = set(graph.successors(name))
        if users and users <= found and name not in compared:
            found.add(name)
    return found


def _end(graph: Graph, gone: frozenset[str]) -> str:
    """The end of the main line, if not an output: without the loss, the variable that it is computed from."""
    for name in graph.outputs:
        if name not in gone:
            return ""
        above = nx.ancestors(graph, name) & gone
        given = [v for loss in graph.operations if loss in above for v in graph.arguments(loss).values()]
        predicted = [v for v in given if v not in gone and graph.producer(v) is not None]
        if predicted:
            return predicted[0]
    return ""


def _boxed(graph: Graph, known: Mapping[str, Kind]) -> list[str]:
    """The variables with a box: data, results of layers, outputs, and variables that the author named."""
    anonymous, folded = set(graph.graph.get("anonymous", ())), graph.graph.get("repeats", {})
    found = []
    for name in graph.variables:
        producer = graph.producer(name)
        first = folded[producer].first.get(name) if producer in folded else None
        if producer is not None and first in graph.arguments(producer).values():
            # What folded parts hand on is as what the first does.
            producer = graph.producer(str(first))
        single = producer is not None and known[producer] == "operation"
        if not single or name in graph.outputs or name not in anonymous:
            found.append(name)
    return [name for name in found if graph.degree(name)] or found


def _is_unnamed(graph: Graph, name: str, known: Mapping[str, Kind]) -> bool:
    """Whether a value is only passed on, and the author gave it no name."""
    producer = graph.producer(name)
    passed = producer is not None and name not in graph.outputs and known[producer] != "loss"
    return passed and any(name in graph.graph.get(fact, ()) for fact in ("anonymous", "named by modules"))


def _box(graph: Graph, name: str, known: Mapping[str, Kind], shown: Shown) -> Shape:
    shape = variable_shape(graph, name, shown)
    if known.get(graph.producer(name) or "") == "loss":
        shape = replace(shape, kind="loss")
    # What is learned or fixed stands beside the flow of data, whose sizes are compared.
    entries = None if shape.kind in ("parameter", "constant") else (_entries(graph.variable(name)),) * 2
    note = shape.note or ("1" if shown.shapes and shape.kind == "loss" and not (shape.value or shape.gradient) else "")
    return replace(shape, note=note, entries=entries)


def _entries(variable: Variable) -> int:
    return variable.shape[-1] if variable.shape else 1


def _ends(given: Sequence[Variable], made: Variable) -> tuple[int, int]:
    """The numbers of entries at the two ends of a block; of one that gives a number for each example, 1 at its end."""
    if given and made.shape == given[0].shape[:-1] != ():
        return _entries(given[0]), 1
    return (_entries(given[0]) if given else 1), _entries(made)


def _block(graph: Graph, name: str, kind: Kind, shown: Shown, gone: Collection[str], *, whole: bool = False) -> Shape:
    operation = graph.operation(name)
    if kind == "operation":
        return circle(graph, name, shown)
    given = [graph.variable(v) for v in graph.arguments(name).values() if v not in gone]
    given = [variable for variable in given if variable.role != "parameter"]
    made = [graph.variable(v) for v in graph.results(name)]
    ends = None if whole else _ends(given, made[0])
    if ends and kind == "loss":
        ends = (ends[0], ends[0])
    title = words(_title(graph, name, kind, whole=whole))
    note = _note(graph, name, kind, shown, gone)
    inside = curve(graph, name) if shown.curves else None
    emphasis: Emphasis = "pale" if passes(operation) else ""
    found = Shape(name, kind, title, note, described(kind, operation), ends, text="word", emphasis=emphasis)
    return replace(found, curve=inside, learned=learned(graph, name, kind, shown, gone))


def _title(graph: Graph, name: str, kind: Kind, *, whole: bool) -> str:
    """The name of a block; as a whole it includes its kind."""
    title = spoken(graph.operation(name).op)
    ending = {"layer": "layer", "loss": "loss"}.get(kind, "")
    simple = " " not in title.replace("-", " ") or kind == "loss"
    return f"{title} {ending}" if whole and ending and simple and not title.endswith(ending) else title


def _note(graph: Graph, name: str, kind: Kind, shown: Shown, gone: Collection[str]) -> str:
    """TeX for the formula of a block, and for the parameters inside it."""
    symbols = {v: label(v, graph.variable(v), shown.vectors) for v in graph.arguments(name).values()}
    computed = inside(graph, name, symbols) if shown.formulas else ""
    return r",\ \ ".join(filter(None, [computed, parameters(graph, name, kind, shown, gone)]))


def parameters(graph: Graph, name: str, kind: Kind, shown: Shown, gone: Collection[str] | None = None) -> str:
    """TeX for the parameters inside a layer without numbers: all of them, or those without a place of their own."""
    if kind != "layer":
        return ""
    taken, parts = inside_of(graph, name, gone), list[str]()
    if shown.parameters and not (shown.gradients or shown.weights):
        parts += [_called(v, variable, shown) for v, variable in taken.items()]
    if shown.counts:
        count = sum(_size(variable) for variable in taken.values())
        parts.append(words(f"{count:,} parameter{'s' if count != 1 else ''}"))
    return r",\ \ ".join(parts)


def learned(graph: Graph, name: str, kind: Kind, shown: Shown, gone: Collection[str]) -> tuple[Learned, ...]:
    """The parameters inside a layer with their values and gradients, if these are shown."""
    if kind != "layer" or not (shown.gradients or shown.weights) or shown.parameters is False:
        return ()
    values, heat = (shown.values, shown.value_heat) if shown.weights else ({}, {})
    return tuple(
        Learned(
            v,
            _called(v, variable, shown),
            values.get(v, ""),
            shown.gradients.get(v, ""),
            heat.get(v),
            shown.gradient_heat.get(v),
        )
        for v, variable in inside_of(graph, name, gone).items()
    )


def inside_of(graph: Graph, name: str, gone: Collection[str] | None = None) -> dict[str, Variable]:
    """The parameters of a layer: all of them, or those without a place of their own."""
    given = [v for v in graph.arguments(name).values() if gone is None or v in gone]
    leaves = dict.fromkeys(rearranged(graph, v)[-1] for v in given)
    own = graph.graph.get("weights", ())
    found = {v: graph.variable(v) for v in leaves}
    return {v: variable for v, variable in found.items() if v in own or variable.role == "parameter"}


def _called(name: str, variable: Variable, shown: Shown) -> str:
    """TeX for a parameter, with its size where sizes are shown."""
    extent = rf"\ \ {size(variable.shape)}" if shown.shapes and variable.shape else ""
    return label(name, variable, shown.vectors) + extent


def _size(variable: Variable) -> int:
    count = 1
    for length in variable.shape:
        count *= length
    return count
