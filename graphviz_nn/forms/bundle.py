"""Bundle parameters that are shared by the same layers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from graphviz_nn.forms.diagram import Learned, Link, Shape


def bundled(shapes: Iterable[Shape], links: Iterable[Link]) -> tuple[list[Shape], list[Link]]:
    """Merge parameters with the same several users into one shape, named by the first of them.

    Examples
    --------
    >>> shapes = [Shape(name, "parameter", name) for name in ("W", "U", "V")] + [Shape("f", "layer", "f")]
    >>> links = [Link(*ends, ends[0]) for ends in ("Wf", "Wg", "Uf", "Ug", "Vf")]
    >>> found, ways = bundled(shapes, links)
    >>> [shape.label for shape in found], [link.tail for link in ways]
    (['W,\\\\ U', 'V', 'f'], ['W', 'W', 'V'])
    """
    shapes, links = list(shapes), list(links)
    heads: dict[str, list[str]] = defaultdict(list)
    for link in links:
        heads[link.tail].append(link.head)
    groups: dict[tuple[str, ...], list[Shape]] = defaultdict(list)
    for shape in shapes:
        if shape.kind == "parameter" and len(set(heads[shape.name])) > 1:
            groups[tuple(sorted(heads[shape.name]))].append(shape)
    joined = {group[0].name: _joined(group) for group in groups.values()}
    gone = {shape.name for group in groups.values() for shape in group[1:]}
    return (
        [joined.get(shape.name, shape) for shape in shapes if shape.name not in gone],
        [link for link in links if link.tail not in gone],
    )


def _joined(group: list[Shape]) -> Shape:
    if len(group) == 1:
        return group[0]

    def all_of(texts: Iterable[str]) -> str:
        return r",\ ".join(filter(None, texts))

    return replace(
        group[0],
        label=all_of(shape.label for shape in group),
        note=all_of(shape.note for shape in group),
        value="",
        gradient="",
        value_heat=None,
        gradient_heat=None,
        learned=tuple(
            Learned(shape.name, shape.label, gradient=shape.gradient, gradient_heat=shape.gradient_heat)
            for shape in group
            if shape.gradient
        ),
        description="; ".join(shape.description for shape in group),
        entries=None,
        also=tuple(shape.name for shape in group[1:]),
    )
