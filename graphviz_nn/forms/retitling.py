"""Rename operations and layers in a diagram."""

from collections.abc import Mapping
from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram, Part
from graphviz_nn.forms.naming import Names


def retitled(diagram: Diagram, names: Names, titles: Mapping[str, str]) -> Diagram:
    r"""Give operations, layers and opened blocks other titles, as TeX.

    Examples
    --------
    >>> from graphviz_nn.forms.diagram import Shape
    >>> from graphviz_nn.graph.ir import Graph
    >>> whole = Diagram((Shape("linear", "layer", "linear"),), ())
    >>> retitled(whole, Names(whole, Graph()), {"linear_1": r"\mathrm{encoder}"}).shapes[0].label
    '\\mathrm{encoder}'
    """
    for name, tex in titles.items():
        part = names.part(name)
        if part is not None:
            own = {each for each, known in names.known.items() if known == part}
            diagram = _titled(diagram, own, part, tex)
    return diagram


def _titled(diagram: Diagram, own: set[str], part: Part, tex: str) -> Diagram:
    """The diagram with one new title, for shapes with these names."""
    return replace(
        diagram,
        shapes=tuple(replace(each, label=tex) if each.name in own else each for each in diagram.shapes),
        links=tuple(
            replace(each, label=tex) if each.layer and number in part.links else each
            for number, each in enumerate(diagram.links)
        ),
        columns=tuple(
            replace(each, title=tex) if own.intersection(each.operations) else each for each in diagram.columns
        ),
        frames=tuple(replace(each, title=tex) if each.name in own else each for each in diagram.frames),
    )
