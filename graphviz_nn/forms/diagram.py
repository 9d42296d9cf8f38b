"""A picture before anything has a place: shapes, links, and which of them are the main line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """A node of the picture.

    Parameters
    ----------
    name : str
        Its node in the graph.
    kind : str
        The table of the style sheet that it takes its look from.
    label : str
        TeX for its inside.
    note : str
        TeX for the line below it, may be empty.
    description : str
        What it is, for those who can't see it.
    """

    name: str
    kind: str
    label: str
    note: str = ""
    description: str = ""


@dataclass(frozen=True)
class Link:
    """An arrow between shapes; `variable` is what flows along it, `mark` its place as an operand."""

    tail: str
    head: str
    variable: str
    label: str = ""
    note: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Diagram:
    """Shapes, links, the names along the main line, and the shapes that hang off it with their consumers."""

    shapes: tuple[Shape, ...]
    links: tuple[Link, ...]
    spine: tuple[str, ...] = ()
    hanging: tuple[tuple[str, str], ...] = ()
