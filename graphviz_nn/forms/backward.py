"""The backward pass of a diagram: its shapes again, with reversed arrows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphviz_nn.errors import UsageError
from graphviz_nn.forms.diagram import SUM, Backward, Diagram, Frame, Learned, Link, Shape, Shown
from graphviz_nn.forms.layers import inside_of
from graphviz_nn.graph.ir import Graph
from graphviz_nn.style.labels import plain
from graphviz_nn.style.slope import slope, symbols_of
from graphviz_nn.transforms.backward import ENDING


def with_backward(forward: Diagram, graph: Graph, shown: Shown, *, joined: bool) -> Diagram:
    """The diagram of a backward pass, joined to that of its forward pass or alone.

    Parameters
    ----------
    graph : Graph
        The graph with its backward pass, as from `backward`.
    shown : Shown
        Its gradients are those of the variables of the backward pass, by their names there.

    Raises
    ------
    UsageError
        If the forward pass is drawn as columns of units, or as volumes.
    """
    if forward.columns or forward.is_solid:
        view = "volumes" if forward.is_solid else "units"
        raise UsageError(f"the view {view!r} can't show the backward pass; use another view, such as 'layers'")
    twins = _Twins(graph, shown, symbols_of(graph), frozenset(shape.name for shape in forward.shapes))
    shapes = {each.name: twins.shape(each) for each in forward.shapes if each.name in twins.names}
    bundles = {each.name for each in forward.shapes if each.also}
    links: dict[int, Link] = {}
    used = set[tuple[str, str]]()
    for place, link in enumerate(forward.links):
        turned = twins.link(link) if {link.tail, link.head} <= shapes.keys() else None
        # A step contributes to a variable once, even if the operation takes it several times.
        if turned and (link.head, link.variable) not in used:
            used.add((link.head, link.variable))
            # The arrow of several parameters can't show the numbers of one.
            bare = Link(turned.tail, turned.head, turned.variable, is_back=True)
            links[place] = bare if link.tail in bundles else turned
    # The cotangents of a variable are added up; a step may receive several.
    given = {place: (each.head, _variable(forward.links[place])) for place, each in links.items()}
    count = Counter(given.values())
    links = {place: replace(each, mark=SUM) if count[given[place]] > 1 else each for place, each in links.items()}
    drawn = [
        replace(frame, members=tuple(name for name in frame.members if name in shapes)) for frame in forward.frames
    ]
    frames = tuple(
        Frame(f"{frame.name}{ENDING}", frame.title, tuple(shapes[name].name for name in frame.members))
        for frame in drawn
        if len(frame.members) > 1
    )
    counterparts = tuple(links) if not joined else (*range(len(forward.links)), *links)
    names = {each.name: name for name, each in shapes.items()}
    whole = forward if joined else Diagram((), (), facts=forward.facts)
    return replace(
        whole,
        shapes=(*whole.shapes, *shapes.values()),
        links=(*whole.links, *links.values()),
        frames=(*whole.frames, *frames),
        backward=Backward(_roomy(forward, shapes, links), names, counterparts),
    )


def _variable(forward: Link) -> str:
    """The variable that a link carries to an operation."""
    return forward.tail if forward.layer else forward.variable


@dataclass(frozen=True)
class _Twins:
    """The counterparts of the shapes and links of a forward pass."""

    graph: Graph
    shown: Shown
    symbols: Mapping[str, str]
    drawn: frozenset[str]

    @property
    def names(self) -> dict[str, str]:
        """The backward step of each operation, and the gradient of each variable."""
        facts = self.graph.graph["backward"]
        return {**facts["steps"], **facts["cotangents"]}

    def shape(self, forward: Shape) -> Shape:
        """A backward step, or a gradient."""
        facts, name = self.graph.graph["backward"], self.names[forward.name]
        found = replace(forward, name=name, value="", value_heat=None, also=(), curve=None, is_back=True)
        if name in self.graph.operations:
            said = f"step back through {forward.description}"
            return replace(found, label=rf"\partial\, {forward.label}", note="", description=said)
        twins = self.names
        together = [each for each in (forward.name, *forward.also) if each in twins]
        # The differentiated variable itself has the gradient 1.
        start = facts["of"] == forward.name
        return replace(
            found,
            label=r",\ ".join(self.symbols[twins[each]] for each in together),
            note="" if start else forward.note,
            description=f"gradient by {forward.description}",
            also=tuple(twins[each] for each in together[1:]),
            gradient="1" if start else "" if forward.also else self.shown.gradients.get(name, ""),
            gradient_heat=None if forward.also else self.shown.gradient_heat.get(name),
        )

    def link(self, forward: Link) -> Link | None:
        """The backward arrow; None without a contribution."""
        facts, twins = self.graph.graph["backward"], self.names
        found = Link(twins[forward.head], twins[forward.tail], "", layer=forward.layer, is_back=True)
        operation, variable = forward.variable if forward.layer else forward.head, _variable(forward)
        if operation not in self.graph.operations:
            # From a gradient to the next step.
            return replace(found, variable=facts["cotangents"][variable])
        part = facts["parts"].get((operation, variable))
        if part is None:
            return None
        label = slope(self.graph, operation, variable, self.symbols).label
        found = replace(found, variable=part, label=label, learned=self._learned(operation) if forward.layer else ())
        if forward.tail not in self.graph.operations and part == facts["cotangents"][variable]:
            # The gradient has its own shape, which labels it.
            return found
        return replace(
            found, gradient=self.shown.gradients.get(part, ""), gradient_heat=self.shown.gradient_heat.get(part)
        )

    def _learned(self, operation: str) -> tuple[Learned, ...]:
        """The gradients of the parameters in a layer that is an arrow."""
        twins, known = self.names, self.shown.gradients
        if self.shown.parameters is False:
            return ()
        names = [name for name in inside_of(self.graph, operation) if name in twins and name not in self.drawn]
        backs = (twins[name] for name in names if twins[name] in known)
        heat = self.shown.gradient_heat
        return tuple(Learned(b, self.symbols[b], gradient=known[b], gradient_heat=heat.get(b)) for b in backs)


def _roomy(forward: Diagram, backs: Mapping[str, Shape], turned: Mapping[int, Link]) -> Diagram:
    """The forward pass with room for the labels of the backward pass in the same places."""

    def shape(each: Shape) -> Shape:
        back = backs.get(each.name)
        if back is None:
            return each
        found = replace(each, room=back.label)
        if len(plain(back.gradient)) <= len(plain(each.value)):
            return found
        return replace(found, value="", value_heat=None, gradient=back.gradient, gradient_heat=back.gradient_heat)

    def link(place: int, each: Link) -> Link:
        back = turned.get(place)
        if back is None:
            return each
        return replace(
            each,
            room=back.label,
            gradient=back.gradient,
            gradient_heat=back.gradient_heat,
            learned=back.learned,
        )

    links = tuple(link(place, each) for place, each in enumerate(forward.links))
    return replace(forward, shapes=tuple(map(shape, forward.shapes)), links=links)
