"""A shared leaf drawn again, small, at some of its uses."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram, Hanging, Shape
from graphviz_nn.forms.operands import read_after
from graphviz_nn.forms.spine import SIDES

# Leaves of these kinds are known again by their symbol; data have one place.
SMALL = ("parameter", "constant", "target")


def copied(diagram: Diagram, uses: Collection[tuple[str, str]]) -> Diagram:
    """Draw leaves again at these uses, pairs of a leaf and the shape that takes it.

    A copy has the leaf's symbol alone, and hangs at its use, on a side where nothing else does.

    Examples
    --------
    >>> from graphviz_nn.forms import operations
    >>> from graphviz_nn.tracing import parameter, trace
    >>> graph = trace(lambda w: -w * w, w=parameter(()))
    >>> [shape.name for shape in copied(operations(graph), [("w", "multiply")]).shapes]
    ['w', 'w at multiply', 'output', 'negative', 'multiply']
    """
    heads: dict[str, list[str]] = defaultdict(list)
    for leaf, head in dict.fromkeys(uses):
        heads[leaf].append(head)
    shapes, names = list[Shape](), dict[tuple[str, str], str]()
    for shape in diagram.shapes:
        copies = [copy(shape, head) for head in heads.get(shape.name, ())]
        names |= {(shape.name, head): each.name for head, each in zip(heads.get(shape.name, ()), copies, strict=True)}
        shapes += [shape, *copies]
    links = tuple(replace(each, tail=names.get((each.tail, each.head), each.tail)) for each in diagram.links)
    hanging = [
        replace(each, consumers=tuple(head for head in each.consumers if (each.leaf, head) not in names))
        for each in diagram.hanging
    ]
    hanging = [each for each in hanging if each.consumers]
    taken = {side for each in hanging for head in each.consumers for side in _sides(head, each.is_below, each.is_right)}
    order, arrived = read_after(links), {each.head for each in links}
    # Beside nothing but other leaves a leaf doesn't hang.
    fed = {each.head for each in links if each.tail in arrived} | {*diagram.spine}
    for (_, head), name in names.items():
        for below, right in SIDES[order.get((name, head))] if head in fed else ():
            if taken.isdisjoint(sides := _sides(head, below, right)):
                taken |= sides
                hanging.append(Hanging(name, (head,), below, right))
                break
    frames = tuple(
        replace(each, members=(*each.members, *(name for (_, head), name in names.items() if head in each.members)))
        for each in diagram.frames
    )
    return replace(diagram, shapes=tuple(shapes), links=links, hanging=tuple(hanging), frames=frames)


def _sides(head: str, below: bool, right: bool) -> set[tuple[str, bool, bool]]:
    """The side of a shape, for each of the two directions."""
    return {(head, True, below), (head, False, right)}


def copy(shape: Shape, head: str) -> Shape:
    """A leaf as small as possible at a use; its notes are at the first."""
    also, of = (*shape.also, shape.name), shape.of or shape.name
    small = replace(shape, name=f"{shape.name} at {head}", entries=None, also=also, of=of, note="", value="")
    return replace(small, gradient="", value_heat=None, gradient_heat=None)
