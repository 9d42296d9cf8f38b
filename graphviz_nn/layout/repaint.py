"""Repaint a layout without moving anything."""

from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram, Emphasis, Link, Shape
from graphviz_nn.layout.continued import continued
from graphviz_nn.layout.result import Layout, Placed, Route

NUMBERS = ("value", "gradient")


def repainted(layout: Layout, before: Diagram, after: Diagram) -> Layout:
    """Repaint a layout for a diagram with the same shapes and links, but other emphasis and numbers.

    Parts with less emphasis are pale; missing numbers are left out.

    Examples
    --------
    >>> from graphviz_nn.forms.diagram import Shape
    >>> from graphviz_nn.layout.geometry import Box
    >>> before, after = (Diagram((Shape("x", "data", "x", value=value),), ()) for value in ("2", ""))
    >>> noted = Layout(9, 9, {"x": Box(4, 4, 5, 5, "box")}, (), (Placed("2", 4, 8, 6, kind="value", owner="x"),))
    >>> repainted(noted, before, before).notes == noted.notes, repainted(noted, before, after).notes
    (True, ())
    """
    before, after = continued(before, layout.rows), continued(after, layout.rows)
    links = dict(zip(before.links, after.links, strict=True))
    routes = tuple(_route(route, links[route.link]) for route in layout.routes)
    shapes = {shape.name: shape for shape in after.shapes}
    owners: dict[str, Emphasis] = {name: shape.emphasis for name, shape in shapes.items()}
    for column in after.columns:
        members = [owners[name] for name in column.members if name]
        owners[column.name] = "pale" if set(members) == {"pale"} else ""
    hidden = {(name, kind) for name, shape in shapes.items() for kind in NUMBERS if not _has(shape, kind)}
    notes = tuple(
        replace(note, pale=owners.get(note.owner) == "pale")
        for note in layout.notes
        if (note.owner, note.kind) not in hidden
    )
    frames = tuple(
        (box, replace(title, pale=all(owners.get(name) == "pale" for name in frame.members)))
        for frame, (box, title) in zip(after.frames, layout.frames, strict=True)
    )
    return replace(layout, routes=routes, notes=notes, frames=frames)


def _route(route: Route, link: Link) -> Route:
    return replace(route, link=link, labels=tuple(_label(each, link) for each in route.labels if _is_said(each, link)))


def _is_said(text: Placed, link: Link) -> bool:
    return text.kind not in NUMBERS or _has(link, text.kind)


def _has(said: Shape | Link, kind: str) -> bool:
    """Whether a number is known: a value or a gradient, of its own or of a parameter inside."""
    return any(getattr(each, kind) for each in (said, *said.learned))


def _label(text: Placed, link: Link) -> Placed:
    return replace(text, pale=link.emphasis == "pale")
