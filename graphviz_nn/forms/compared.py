"""Mark in a diagram what differs from another model."""

from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram, Frame, Part, Shape
from graphviz_nn.forms.emphasis import emphasized
from graphviz_nn.graph.difference import Change, Differences, together
from graphviz_nn.graph.folded import Folded
from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.text import words
from graphviz_nn.views.changes import SAME, change_of, differences

# Notes that say more are in the table.
LONGEST = 40


def compared(diagram: Diagram, graph: Graph) -> Diagram:
    """Mark the shapes and frames that differ, and make the others pale, if a graph is compared with another one.

    Parameters
    ----------
    graph : Graph
        The graph of the view, with what stands for equal parts.
    """
    known = differences(graph)
    if known is None:
        return diagram
    repeats: dict[str, Folded] = graph.graph.get("repeats", {})
    # What has no frame says itself how often it repeats.
    framed = {frame.name for frame in diagram.frames}
    frameless = {name: fact for name, fact in repeats.items() if name not in framed}
    shapes = [_marked(shape, graph, known, frameless) for shape in diagram.shapes]
    frames = [_framed(frame, graph, known, repeats) for frame in diagram.frames]
    found = replace(diagram, shapes=tuple(shapes), frames=tuple(frames))
    return emphasized(found, [Part((shape.name,)) for shape in shapes if shape.change != "same"])


def _marked(shape: Shape, graph: Graph, known: Differences, repeats: dict[str, Folded]) -> Shape:
    # A copy of a leaf, or a part of it, has a name of its own.
    own = next((name for name in (shape.name, *shape.also, shape.of) if name in graph), "")
    if shape.name in graph.operations:
        change = change_of(graph, shape.name, known)
        for name, fact in repeats.items():
            if fact.steps == (shape.name,):
                change = _of_parts(graph, name, fact, known, change)
    else:
        change = known.changes.get(own, SAME) if own in graph.leaves else SAME
    said = change.said if known.is_second and change.kind != "same" else ""
    note = r",\ ".join(filter(None, [shape.note, words(said) if 0 < len(said) <= LONGEST else ""]))
    described = f"{shape.description}, {change.said or change.kind}"
    twin = _twin(shape.name, graph, known)
    return replace(shape, change=change.kind, twin=twin, note=note, description=described)


def _twin(name: str, graph: Graph, known: Differences) -> str:
    """The name that a shape shares with its counterpart; outputs correspond in order."""
    if name in graph.outputs:
        return f"output {graph.outputs.index(name)}"
    what, values = ("layer", graph.results(name)) if name in graph.operations else ("value", (name,))
    return next((f"{what} {known.counterparts[v]}" for v in values if v in known.counterparts), "")


def _framed(frame: Frame, graph: Graph, known: Differences, repeats: dict[str, Folded]) -> Frame:
    fact = repeats.get(frame.name)
    if fact is None:
        return frame
    first = together([change_of(graph, step, known) for step in fact.steps])
    change = _of_parts(graph, frame.name, fact, known, first)
    # What all parts have in common, the shapes say.
    return replace(frame, change="" if change.kind in ("same", first.kind) else change.kind)


def _of_parts(graph: Graph, name: str, fact: Folded, known: Differences, first: Change) -> Change:
    """The change of equal parts, of which the first is drawn."""
    others = change_of(graph, name, known)
    if not fact.against:
        return together([first, others])
    body = graph.operation(name).body
    assert body is not None
    return next(
        change for step in body.operations if (change := change_of(body, step, known)).kind in ("added", "removed")
    )
