"""Volumes: the feature maps of a convolutional network as solids, its vectors as bars."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import networkx as nx

from graphviz_nn.errors import UsageError
from graphviz_nn.forms.diagram import Diagram, Frame, Link, Shape, Shown
from graphviz_nn.forms.layers import of_losses, parameters
from graphviz_nn.forms.maps import Map, Maps, Way
from graphviz_nn.forms.operations import variable_shape
from graphviz_nn.forms.volume import Slab, Volume
from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.text import words
from graphviz_nn.style.labels import spoken
from graphviz_nn.transforms.fold import fold, inlined, title
from graphviz_nn.views.captions import WINDOWS
from graphviz_nn.views.kinds import Kind, kinds

# Maps with at most so many channels are drawn in sheets, if not asked.
SHEETS = 16


def volumes(graph: Graph, shown: Shown = Shown()) -> Diagram:
    """The diagram of the feature maps of a graph, without its loss.

    Raises
    ------
    UsageError
        If it has none.
    """
    graph = _opened(graph)
    known = kinds(graph)
    maps = Maps(graph, known, _left_out(graph, known))
    found = maps.found
    if not any(each.name in maps.axes for each in found):
        raise UsageError(_refusal(graph))
    in_sheets = shown.sheets
    if in_sheets is None:
        in_sheets = max(maps.size(each.name)[1] for each in found if each.name in maps.axes) <= SHEETS
    shapes = tuple(_shape(graph, maps, each, known, shown, in_sheets=in_sheets) for each in found)
    links = tuple(
        Link(
            source.name,
            each.name,
            way.by or way.variable,
            _said(way),
            mark=way.sign,
            layer=bool(way.by),
            taken=_taken(way),
        )
        for each in found
        for source, way in each.sources
    )
    return Diagram(shapes, links, _spine(maps), frames=_frames(graph, shapes))


def _refusal(graph: Graph) -> str:
    why = "there is no convolution and no pooling in this graph"
    if any(operation.op in WINDOWS for operation in graph.operations.values()):
        why = "no input of this graph leads to one"
    return f"the view 'volumes' draws feature maps, but {why}; use view='layers'"


def _opened(graph: Graph) -> Graph:
    """Open what consists of windows and more."""
    while blocks := {
        name: fold(operation.body)
        for name, operation in graph.operations.items()
        if operation.body is not None and operation.op not in WINDOWS and _has_windows(operation.body)
        if name not in graph.graph.get("repeats", ())
    }:
        graph = inlined(graph, blocks)
    return graph


def _has_windows(body: Graph) -> bool:
    steps = body.operations.values()
    return any(step.op in WINDOWS or any(title(call) in WINDOWS for call in step.scope) for step in steps)


def _left_out(graph: Graph, known: Mapping[str, Kind]) -> Collection[str]:
    """The loss, and all that compares with a target."""
    targets = [name for name, variable in graph.leaves.items() if variable.role == "target"]
    compared = {name for target in targets for name in nx.descendants(graph, target)}
    return (compared | of_losses(graph, known)) & graph.operations.keys()


def _shape(graph: Graph, maps: Maps, found: Map, known: Mapping[str, Kind], shown: Shown, *, in_sheets: bool) -> Shape:
    extent, channels = maps.size(found.name)
    kind = maps.kind(found)
    is_closed = found.by and not found.slabs and any(known[name] == "activation" for name in found.operations)
    slabs = found.slabs or (Slab(channels, kind),)
    steps = ", ".join(spoken(graph.operation(name).op) for name in found.operations) or "the input"
    size = f"{channels} channels of {'×'.join(map(str, extent))}" if extent else f"{channels} entries"
    notes = (parameters(graph, name, known[name], shown) for name in found.operations)
    return replace(
        variable_shape(graph, found.name, shown),
        kind=kind,
        label=r"{\times}".join(map(str, (channels, *extent))),
        note=r",\ \ ".join(filter(None, notes)),
        description=f"{size}: {steps}",
        text="link",
        # What leads to it is its link.
        also=tuple(name for name in (*found.variables, *found.operations) if name not in (found.name, found.by)),
        cells=False,
        volume=Volume(extent, slabs, "activation" if is_closed else "", in_sheets and bool(extent)),
    )


def _said(way: Way) -> str:
    """The words of what leads to a map, one a line."""
    return "\n".join(words(each) for each in spoken(way.said).split())


def _taken(way: Way) -> tuple[int, ...] | None:
    if way.is_dense:
        return ()
    return way.window.extent if way.window is not None and not way.window.widens else None


def _spine(maps: Maps) -> tuple[str, ...]:
    """The longest way to the last map or vector, over maps where it can."""

    def rank(each: Map) -> tuple[bool, int]:
        return each.name in maps.axes, each.depth

    line = [max(maps.found, key=lambda each: each.depth)]
    while line[-1].sources:
        line.append(max((source for source, _ in line[-1].sources), key=rank))
    return tuple(each.name for each in reversed(line))


def _frames(graph: Graph, shapes: Sequence[Shape]) -> tuple[Frame, ...]:
    """A frame around what is drawn for equal parts."""
    found = []
    for name, fact in graph.graph.get("repeats", {}).items():
        members = tuple(shape.name for shape in shapes if not set(fact.steps).isdisjoint(shape.also))
        if fact.in_series and members:
            found.append(Frame(name, words(fact.title), members, True, words(fact.note) if fact.note else ""))
    return tuple(found)
