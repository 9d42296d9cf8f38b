"""The backward pass of a diagram: each of its shapes once more, and its arrows turned round."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from graphviz_nn.errors import UsageError
from graphviz_nn.forms.diagram import SUM, Diagram, Frame, Link, Mirror, Shape
from graphviz_nn.graph.ir import Graph
from graphviz_nn.style.slope import slope, symbols_of


def mirrored(forward: Diagram, graph: Graph, numbers: Mapping[str, str], *, joined: bool) -> Diagram:
    """The diagram of a backward pass, joined to that of its forward pass or alone.

    Parameters
    ----------
    graph : Graph
        With its backward pass, as `backward` gives it.
    numbers : mapping of str to str
        TeX for what the variables of the backward pass are, may be empty.

    Raises
    ------
    UsageError
        Where the forward pass is drawn as columns of units.
    """
    if forward.columns:
        raise UsageError("the backward pass has no place in the view 'units'; take another view, such as 'layers'")
    facts = graph.graph["backward"]
    twins = {**facts["steps"], **facts["cotangents"]}
    symbols = symbols_of(graph)
    shapes = {
        each.name: _back(each, graph, twins[each.name], symbols, numbers)
        for each in forward.shapes
        if each.name in twins
    }
    links: list[Link] = []
    counterparts: list[int] = []
    seen = set[tuple[str, str]]()
    for place, link in enumerate(forward.links):
        turned = _turned(link, graph, twins, symbols, numbers)
        # A step gives back to a variable once, however often the operation takes it.
        if turned and (link.head, link.variable) not in seen and {link.tail, link.head} <= shapes.keys():
            seen.add((link.head, link.variable))
            links.append(turned)
            counterparts.append(place)
    links = _added(links)
    backs = tuple(shapes.values())
    frames = tuple(
        Frame(twins[members[0]] + " frame", frame.title, tuple(twins[name] for name in members))
        for frame in forward.frames
        if (members := [name for name in frame.members if name in shapes]) and len(members) > 1
    )
    mirror = Mirror(
        _roomy(forward, shapes, dict(zip(counterparts, links, strict=True))),
        {back.name: name for name, back in shapes.items()},
        tuple(counterparts) if not joined else (*range(len(forward.links)), *counterparts),
    )
    if not joined:
        return Diagram(backs, tuple(links), frames=frames, facts=forward.facts, mirror=mirror)
    return replace(
        forward,
        shapes=(*forward.shapes, *backs),
        links=(*forward.links, *links),
        frames=(*forward.frames, *frames),
        mirror=mirror,
    )


def _back(shape: Shape, graph: Graph, name: str, symbols: Mapping[str, str], numbers: Mapping[str, str]) -> Shape:
    """The shape of a step back, or of a gradient."""
    facts = graph.graph["backward"]
    is_step = name in graph.operations
    # By itself.
    known = {facts["cotangents"][facts["of"]]: "1"}
    tex = rf"\partial\, {shape.label}" if is_step else symbols[name]
    said = f"step back through {shape.description}" if is_step else f"gradient by {shape.description}"
    return Shape(
        name,
        shape.kind,
        tex,
        "" if is_step or name in known else shape.note,
        said,
        shape.entries,
        shape.text,
        gradient="" if is_step else {**known, **numbers}.get(name, ""),
        is_back=True,
    )


def _turned(
    link: Link, graph: Graph, twins: Mapping[str, str], symbols: Mapping[str, str], numbers: Mapping[str, str]
) -> Link | None:
    """The arrow back; None where nothing is given back."""
    if link.tail not in twins or link.head not in twins:
        return None
    facts = graph.graph["backward"]
    ends = twins[link.head], twins[link.tail]
    operation, variable = (link.variable, link.tail) if link.layer else (link.head, link.variable)
    if operation not in graph.operations:
        # From a gradient to the step that goes on from it.
        return Link(*ends, facts["cotangents"][variable], is_back=True)
    part = facts["parts"].get((operation, variable))
    if part is None:
        return None
    is_said = link.tail in graph.operations or part != facts["cotangents"][variable]
    return Link(
        *ends,
        part,
        slope(graph, operation, variable, symbols).label,
        gradient=numbers.get(part, "") if is_said else "",
        layer=link.layer,
        is_back=True,
    )


def _added(links: list[Link]) -> list[Link]:
    """The arrows, those marked that are added up where they arrive."""
    arriving = Counter(link.head for link in links)
    return [replace(link, mark=SUM) if arriving[link.head] > 1 else link for link in links]


def _roomy(forward: Diagram, backs: Mapping[str, Shape], turned: Mapping[int, Link]) -> Diagram:
    """The forward pass with room for what the backward pass writes in the same places."""
    shapes = (
        replace(each, room=backs[each.name].label, gradient=backs[each.name].gradient) if each.name in backs else each
        for each in forward.shapes
    )
    links = (
        replace(each, room=turned[place].label, gradient=turned[place].gradient) if place in turned else each
        for place, each in enumerate(forward.links)
    )
    return replace(forward, shapes=tuple(shapes), links=tuple(links))
