"""A diagram as Graphviz's own language: the way out for those who want to go on by hand."""

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from graphviz_nn.forms.diagram import Column, Diagram
from graphviz_nn.scene.paint import paint, toned
from graphviz_nn.style.labels import plain
from graphviz_nn.style.sheet import Sheet

if TYPE_CHECKING:
    import graphviz

OUTLINES = {
    "circle": ("circle", ""),
    "rounded": ("box", "rounded"),
    "box": ("box", ""),
    "pill": ("box", "rounded"),
    "octagon": ("octagon", ""),
    "trapezoid": ("box", ""),
}


def digraph(diagram: Diagram, sheet: Sheet, direction: str, title: str) -> "graphviz.Digraph":
    """A ``graphviz.Digraph`` with labels in Unicode and the colours of the style.

    Examples
    --------
    >>> from graphviz_nn.forms.diagram import Link, Shape
    >>> from graphviz_nn.style.sheet import load
    >>> shapes = Shape("x", "data", "x"), Shape("exp", "operation", r"\\exp")
    >>> found = digraph(Diagram(shapes, (Link("x", "exp", "x"),)), load("lecture"), "LR", "title")
    >>> "x -> exp" in found.source
    True
    """
    import graphviz

    names = {shape.name: _name(shape.name) for shape in diagram.shapes}
    found = graphviz.Digraph(
        name=_name(title),
        graph_attr={"rankdir": direction, "bgcolor": sheet.page.background},
        node_attr={"fontname": "Times", "fontcolor": sheet.text.ink},
        edge_attr={"fontname": "Times", "fontcolor": sheet.text.ink, "color": sheet.line.colour},
    )
    for shape in diagram.shapes:
        look = toned(sheet.look(shape.kind), sheet.look(shape.kind).ink, shape.emphasis, sheet)
        outline, style = OUTLINES[look.outline]
        styles = [word for word in ("filled", style, "dashed" if look.dash else "") if word]
        label = plain(shape.label) + (f"\n{plain(shape.note)}" if shape.note else "")
        found.node(
            names[shape.name],
            _text(label),
            shape=outline,
            style=",".join(styles),
            fillcolor=look.fill,
            color=look.line,
            **({"penwidth": f"{look.width:g}"} if look.width != 1 else {}),
            **({"fontcolor": look.ink} if look.ink else {}),
        )
    for column in diagram.columns:
        _add_column(found, column, names)
    for link in diagram.links:
        ink = paint(link, diagram.strongest, sheet)
        styled = {"color": ink.colour, "penwidth": f"{ink.width:.2f}", "style": "dashed" if ink.dash else "solid"}
        label = " ".join(plain(each) for each in (link.label, link.note) if each)
        found.edge(
            names[link.tail],
            names[link.head],
            label=_text(label) if label else None,
            headlabel=link.mark or None,
            dir="none" if link.plain else None,
            **(styled if link.plain or link.weight is not None else {}),
        )
    return found


def _add_column(graph: "graphviz.Digraph", column: Column, names: Mapping[str, str]) -> None:
    """Keep the members of a column in one rank and in order; dots and its note stand for those left out."""
    dots = _name(f"{column.name}[…]")
    line = [names[name] if name else dots for name in column.members]
    with graph.subgraph(graph_attr={"rank": "same"}) as rank:
        if dots in line:
            rank.node(dots, _text(f"⋮\n{plain(column.note)}"), shape="plaintext")
        rank.node(line[0])
        for above, below in pairwise(line):
            rank.edge(above, below, style="invis")


def _text(text: str) -> Any:
    import graphviz

    # Also keeps a label that looks like <b>HTML</b> from being read as such.
    return graphviz.nohtml(graphviz.escape(text))


# The graphviz package takes a colon for a port; a backslash at the end would hide the closing quote.
_LOOKALIKES = str.maketrans(
    {":": "\N{MODIFIER LETTER COLON}", "\\": "\N{FULLWIDTH REVERSE SOLIDUS}", "\0": "\N{SYMBOL FOR NULL}"}
)


def _name(name: str) -> str:
    """A name that means nothing else in DOT."""
    return name.translate(_LOOKALIKES)
