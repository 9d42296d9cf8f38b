"""Apply an author's wishes to the diagrams of a figure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from graphviz_nn.errors import UsageError
from graphviz_nn.figure.wishes.given import Wishes
from graphviz_nn.figure.wishes.rename import RENAMED, symbol
from graphviz_nn.figure.wishes.unknown import unknown
from graphviz_nn.forms.diagram import Diagram, Part, Remark
from graphviz_nn.forms.emphasis import between, emphasized, stressed
from graphviz_nn.forms.hiding import without
from graphviz_nn.forms.hints import hinted
from graphviz_nn.forms.naming import Names
from graphviz_nn.forms.retitling import retitled
from graphviz_nn.graph import Graph
from graphviz_nn.style.prose import prose


def _as_it_is(diagram: Diagram) -> Diagram:
    return diagram


class Subject(NamedTuple):
    """A view of a figure: the model, its graph in the view, and the diagram of that graph.

    `finish` makes the final diagram, once names are hidden.
    """

    model: Graph
    graph: Graph
    diagram: Diagram
    finish: Callable[[Diagram], Diagram] = _as_it_is


def composed(subjects: Iterable[Subject], wishes: Wishes, *, sideways: bool) -> list[Diagram]:
    """Apply the wishes to the diagrams of a figure.

    A name applies to every view that has it.

    Raises
    ------
    UsageError
        If a name is in no view, no path leads from one name to another, or places contradict each other.
    """
    views = [_View(subject) for subject in subjects]
    _hide(views, wishes.hide)
    for view in views:
        view.change(view.finish(view.diagram))
    _rename(views, wishes)
    _highlight(views, wishes.highlight)
    for view in views:
        parts = (view.names.part(name) for name in wishes.wrong)
        view.change(stressed(view.diagram, [part for part in parts if part], "wrong"))
    _hint(views, wishes, sideways)
    for name, said in wishes.callouts.items():
        _remark(views, "callouts", Remark(name, Part(), said), (name,))
    for text, names in wishes.braces.items():
        _remark(views, "braces", Remark(text, Part(), prose(text)), names)
    return [view.diagram for view in views]


class _View:
    """A view of a figure during composition."""

    def __init__(self, subject: Subject) -> None:
        self.model, self.graph, self.whole, self.finish = subject
        self.change(self.whole)

    def change(self, diagram: Diagram) -> None:
        """Replace the diagram."""
        self.diagram = diagram
        self.names = Names(diagram, self.graph)

    @property
    def is_fixed(self) -> bool:
        """Whether its shapes have an order of their own."""
        return bool(self.diagram.columns) or self.diagram.is_solid


def _parts(views: Sequence[_View], option: str, name: str) -> list[Part | None]:
    """The part that a name refers to in each view; at least one view must have it."""
    found = [view.names.part(name) for view in views]
    if not any(found):
        raise unknown(option, name, [(view.model, view.graph, view.whole, view.diagram) for view in views])
    return found


def _hide(views: Sequence[_View], names: Iterable[str]) -> None:
    found = [_parts(views, "hide", name) for name in names]
    for number, view in enumerate(views):
        parts = [part for each in found if (part := each[number])]
        if parts:
            view.change(without(view.diagram, view.graph, parts))


def _rename(views: Sequence[_View], wishes: Wishes) -> None:
    """Set the titles of operations; variables have their symbols already."""
    done = {name for view in views for name in view.graph.graph.get(RENAMED, ())}
    done.update(name for view in views for name in view.model.variables)
    titles = {name: symbol(text) for name, text in wishes.rename.items() if name not in done}
    for name in titles:
        _parts(views, "rename", name)
    for view in views if titles else ():
        view.change(retitled(view.diagram, view.names, titles))


def _highlight(views: Sequence[_View], highlight: Iterable[Sequence[str]]) -> None:
    chosen: list[list[Part]] = [[] for _ in views]
    for names in highlight:
        found = [_parts(views, "highlight", name) for name in names]
        reached = False
        for number, view in enumerate(views):
            parts = [each[number] for each in found]
            for part in _ways(view.diagram, parts):
                reached = True
                chosen[number].append(part)
        if not reached:
            raise UsageError(f"highlight= finds no path {' -> '.join(names)}; paths go with the arrows")
    for view, ways in zip(views, chosen, strict=True):
        if ways:
            view.change(emphasized(view.diagram, ways))


def _ways(diagram: Diagram, parts: Sequence[Part | None]) -> list[Part]:
    """A single part, or all parts on the paths from each name to the next."""
    known = [part for part in parts if part]
    if len(known) < len(parts) or len(known) == 1:
        return known if len(parts) == 1 else []
    ways = [between(diagram, start, end) for start, end in pairwise(known)]
    return [way for way in ways if way] if all(ways) else []


def _hint(views: Sequence[_View], wishes: Wishes, sideways: bool) -> None:
    for option, groups in (("order", wishes.order), ("align", wishes.align)):
        for group in groups:
            found = [_parts(views, option, name) for name in group]
            if all(view.is_fixed for view in views):
                raise UsageError(f"{option}= doesn't work in the views 'units' and 'volumes', whose order is fixed")
            together = [all(each[number] for each in found) for number in range(len(views))]
            if not any(together):
                raise UsageError(f"{option}= puts {' and '.join(group)} beside each other, but no view has both")
    for view in views:
        if not view.is_fixed and (wishes.order or wishes.align):
            order, align = (_shapes(view, groups) for groups in (wishes.order, wishes.align))
            diagram = replace(view.diagram, rows=())
            view.change(hinted(diagram, order, align, sideways=sideways))


def _shapes(view: _View, groups: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    """The shapes of each group of names that a view has."""
    found = []
    for group in groups:
        parts = [(name, view.names.part(name)) for name in group]
        if not all(part for _, part in parts):
            continue
        # If a leaf is drawn at several places, the first copy moves.
        parts = [(name, Part(part.shapes[:1]) if part and name in part.shapes else part) for name, part in parts]
        for name, part in parts:
            if part and len(part.shapes) != 1:
                what = "an arrow" if not part.shapes else f"{len(part.shapes)} shapes"
                raise UsageError(f"{name} is {what} in this picture; only single shapes have an order and a rank")
        found.append(tuple(part.shapes[0] for _, part in parts if part))
    return found


def _remark(views: Sequence[_View], option: str, remark: Remark, names: Iterable[str]) -> None:
    """Add a remark to the named part, in each view that has it."""
    found = [_parts(views, option, name) for name in names]
    for number, view in enumerate(views):
        parts = [part for each in found if (part := each[number])]
        if not parts:
            continue
        shapes = dict.fromkeys(name for part in parts for name in part.shapes)
        links = dict.fromkeys(link for part in parts for link in part.links)
        here = replace(remark, part=Part(tuple(shapes), tuple(links)))
        diagram = view.diagram
        if option == "callouts":
            view.change(replace(diagram, callouts=(*diagram.callouts, here)))
        else:
            view.change(replace(diagram, braces=(*diagram.braces, here)))
