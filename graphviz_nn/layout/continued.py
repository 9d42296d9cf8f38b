"""Diagrams whose arrows and frames go on in other rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphviz_nn.forms.diagram import Diagram, Frame, Shape


@dataclass(frozen=True)
class Tag:
    """Where an arrow is interrupted: small shapes with the same label, at its end in one row and its start in another.

    Parameters
    ----------
    link : int
        The position of its link in the diagram.
    leaves, arrives : str
        The names of these shapes; `leaves` is "" where nothing marks the first, as for a parameter, whose own name is
        the label.
    label, kind : str
        The TeX and the table of the style sheet of both.
    """

    link: int
    leaves: str
    arrives: str
    label: str
    kind: str


@dataclass(frozen=True)
class Rows:
    """The row of each shape, the arrows that are interrupted between rows, and the most values over one break."""

    row: Mapping[str, int]
    tags: tuple[Tag, ...] = ()
    most: int = 0


def continued(diagram: Diagram, rows: Rows | None) -> Diagram:
    """The diagram as it is drawn in rows: with tags where an arrow is interrupted, and a frame in each row.

    Examples
    --------
    >>> both = Shape("x", "data", "x"), Shape("y", "data", "y")
    >>> from graphviz_nn.forms.diagram import Link
    >>> rows = Rows({"x": 0, "y": 2}, (Tag(0, "x leaves", "x arrives", "a", "constant"),))
    >>> [(link.tail, link.head) for link in continued(Diagram(both, (Link("x", "y", "x"),)), rows).links]
    [('x', 'x leaves'), ('x arrives', 'y')]
    """
    if rows is None:
        return diagram
    shapes, links = {shape.name: shape for shape in diagram.shapes}, list(diagram.links)
    for tag in rows.tags:
        link = diagram.links[tag.link]
        for name in filter(None, (tag.leaves, tag.arrives)):
            emphasis = shapes[link.tail].emphasis
            said = f"continues {link.variable}"
            shapes.setdefault(name, Shape(name, tag.kind, tag.label, description=said, text="link", emphasis=emphasis))
        arriving = replace(link, tail=tag.arrives)
        links[tag.link] = replace(link, head=tag.leaves) if tag.leaves else arriving
        if tag.leaves:
            links.append(arriving)
    frames = tuple(piece for frame in diagram.frames for piece in pieces(frame, rows))
    return replace(diagram, shapes=tuple(shapes.values()), links=tuple(links), frames=frames)


def pieces(frame: Frame, rows: Rows) -> list[Frame]:
    """A frame in each row where it has members."""
    found: dict[int, list[str]] = {}
    for name in frame.members:
        found.setdefault(rows.row[name], []).append(name)
    return [
        replace(frame, name=frame.name if not number else f"{frame.name} ({number + 1})", members=tuple(members))
        for number, (_, members) in enumerate(sorted(found.items()))
    ]
