"""Write a diagram in Graphviz's own language, for users who want to edit it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from graphviz_nn.errors import UsageError
from graphviz_nn.forms.diagram import Column, Diagram
from graphviz_nn.render.svg import escape, writable
from graphviz_nn.scene import Scene
from graphviz_nn.scene.paint import own, paint, toned
from graphviz_nn.style.labels import plain
from graphviz_nn.style.prose import spoken
from graphviz_nn.style.runs import Run, in_unicode, runs
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


def dot(diagrams: Sequence[Diagram], sheet: Sheet, direction: str, scene: Scene) -> bytes:
    """The bytes of a DOT file.

    Raises
    ------
    UsageError
        If there are several diagrams.
    """
    source: str = digraph(diagrams, sheet, direction, scene).source
    return source.encode()


def digraph(diagrams: Sequence[Diagram], sheet: Sheet, direction: str, scene: Scene) -> "graphviz.Digraph":
    """A ``graphviz.Digraph`` with the colours of the style, and the title and caption of the scene.

    Labels are letters with subscripts and superscripts, in italics where they are variables; what needs more, such as a
    root, is written in one line.

    Raises
    ------
    UsageError
        If there are several diagrams.

    Examples
    --------
    >>> from graphviz_nn.forms.diagram import Link, Shape
    >>> from graphviz_nn.style.sheet import load
    >>> shapes = Shape("x", "data", "x"), Shape("exp", "operation", r"\\exp")
    >>> scene = Scene(10, 10, "#ffffff", "a model", "", ())
    >>> found = digraph([Diagram(shapes, (Link("x", "exp", "x"),))], load("lecture"), "LR", scene)
    >>> "x -> exp" in found.source
    True
    """
    import graphviz

    if len(diagrams) > 1:
        raise UsageError("a picture of several views isn't one DOT graph; draw each on its own")
    diagram = diagrams[0]
    said = "\n".join(group.title for group in scene.groups if group.id in ("title", "heading", "caption"))
    names = {shape.name: _name(shape.name) for shape in diagram.shapes}
    found = graphviz.Digraph(
        name=_name(scene.title),
        graph_attr={"rankdir": direction, "bgcolor": sheet.page.background},
        node_attr={"fontname": "Times", "fontcolor": sheet.text.ink},
        edge_attr={"fontname": "Times", "fontcolor": sheet.text.ink, "color": sheet.line.colour},
    )
    if said:
        found.attr(label=literal(said), labelloc="t", fontname="Times", fontcolor=sheet.text.ink)
    shapes, links = _callouts(diagram)
    for shape in diagram.shapes:
        look = toned(own(shape, sheet), sheet.look(shape.table).ink, shape.emphasis, sheet)
        outline, style = OUTLINES[look.outline]
        styles = [word for word in ("filled", style, "dashed" if look.dash else "") if word]
        found.node(
            names[shape.name],
            _label(*filter(None, (shape.label, shape.note))),
            shape=outline,
            style=",".join(styles),
            fillcolor=look.fill,
            color=look.line,
            **({"penwidth": f"{look.width:g}"} if look.width != 1 else {}),
            **({"fontcolor": look.ink} if look.ink else {}),
            **({"xlabel": literal(shapes[shape.name])} if shape.name in shapes else {}),
        )
    for column in diagram.columns:
        _add_column(found, column, names)
    for group in (*diagram.order, *diagram.align):
        _add_rank(found, [names[name] for name in group], ordered=group in diagram.order)
    for number, link in enumerate(diagram.links):
        ink = paint(link, diagram.strongest, sheet)
        styled = {"color": ink.colour, "penwidth": f"{ink.width:.2f}", "style": "dashed" if ink.dash else "solid"}
        lines = [each for each in (link.label.replace("\n", r"\ "), link.note) if each]
        found.edge(
            names[link.tail],
            names[link.head],
            label=_label(*lines) if lines else None,
            headlabel=in_unicode(link.mark) or None,
            dir="none" if link.plain else None,
            **(styled if link.plain or link.weight is not None or link.emphasis else {}),
            **({"fontcolor": sheet.emphasis.ink} if link.emphasis == "pale" else {}),
            **({"xlabel": literal(links[number])} if number in links else {}),
        )
    return found


def _callouts(diagram: Diagram) -> tuple[dict[str, str], dict[int, str]]:
    """The callouts of shapes and of links, each at the first of its targets."""
    shapes, links = dict[str, str](), dict[int, str]()
    for remark in diagram.callouts:
        text = spoken(remark.said)
        if remark.part.shapes:
            name = remark.part.shapes[0]
            shapes[name] = "\n".join(filter(None, [shapes.get(name), text]))
        else:
            links[remark.part.links[0]] = text
    return shapes, links


def _add_rank(graph: "graphviz.Digraph", line: Sequence[str], *, ordered: bool) -> None:
    """Keep nodes in one rank, in order or not."""
    with graph.subgraph(graph_attr={"rank": "same"}) as rank:
        for name in line:
            rank.node(name)
        for one, other in pairwise(line if ordered else ()):
            rank.edge(one, other, style="invis")


def _add_column(graph: "graphviz.Digraph", column: Column, names: Mapping[str, str]) -> None:
    """Keep the members of a column in one rank and in order; dots and a note stand for omitted ones."""
    dots = _name(f"{column.name}[…]")
    line = [names[name] if name else dots for name in column.members]
    if dots in line:
        graph.node(dots, literal(f"⋮\n{plain(column.note)}"), shape="plaintext")
    _add_rank(graph, line, ordered=True)


def _label(*lines: str) -> Any:
    """Lines of TeX as an HTML-like label; as plain text if they are mere words, or more than rows of letters."""
    rows = [runs(line) for line in lines]
    is_marked_up = any(run.italic or run.bold or run.shift for row in rows for run in row)
    if not is_marked_up or not all(any(run.text.strip() for run in row) for row in rows):
        return literal("\n".join(map(plain, lines)))
    return f"<{'<BR/>'.join(''.join(map(_marked_up, row)) for row in rows)}>"


def _marked_up(run: Run) -> str:
    """A run of letters in Graphviz's markup, of which its text is no part."""
    found = escape(run.text).replace("\\", "&#92;")
    tags = [*(["I"] if run.italic else []), *(["B"] if run.bold else []), *_SHIFTS[run.shift]]
    for tag in tags if found else ():
        found = f"<{tag}>{found}</{tag}>"
    return found


_SHIFTS = {-1: ["SUB"], 0: [], 1: ["SUP"]}


def literal(text: str) -> Any:
    """A label that reads as this text."""
    import graphviz

    # This also keeps a label such as <b>HTML</b> literal.
    return graphviz.nohtml(graphviz.escape(writable(text)))


# The graphviz package reads a colon as a port; a final backslash would escape the closing quote.
_LOOKALIKES = str.maketrans(
    {":": "\N{MODIFIER LETTER COLON}", "\\": "\N{FULLWIDTH REVERSE SOLIDUS}", "\0": "\N{SYMBOL FOR NULL}"}
)


def _name(name: str) -> str:
    """A name without special meaning in DOT."""
    found = writable(name).translate(_LOOKALIKES)
    # In angle brackets it would be HTML.
    return f" {found}" if found.startswith("<") and found.endswith(">") else found
