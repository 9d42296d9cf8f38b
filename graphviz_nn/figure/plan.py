"""Everything to draw, with all options checked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from graphviz_nn.errors import UsageError, entry, refuse_unknown
from graphviz_nn.figure.norms import Norms, norms
from graphviz_nn.figure.options import part
from graphviz_nn.figure.wishes import Wishes, said, wishes
from graphviz_nn.forms.hues import COLOURED, HUED, ColoursName
from graphviz_nn.graph import Graph
from graphviz_nn.scene import Page, page
from graphviz_nn.style.sheet import Sheet, load
from graphviz_nn.views import VIEWS, View
from graphviz_nn.views import view as named_view
from graphviz_nn.views.repeats import LEAST

if TYPE_CHECKING:
    from graphviz_nn.figure.annotation import Numbers
    from graphviz_nn.render.labels import Labels


@dataclass(frozen=True)
class Look:
    """The look that all views of a picture share.

    Parameters
    ----------
    digits : int, optional
        The number of significant digits.
    measured : Labels, optional
        Labels measured by the user's own LaTeX.
    colours : {"kinds", "parts", "stages"}, optional
        What the colours of blocks say, if not what the view implies.
    shard : dict of str to str or tuple, optional
        The axes of a mesh of devices over which variables are divided.
    """

    sheet: Sheet
    direction: str
    engine: str
    legend: bool
    digits: int | None
    measured: "Labels | None"
    colours: ColoursName | None
    shard: Mapping[str, Any] | None


@dataclass(frozen=True)
class Plan:
    """A checked plan of a picture.

    Parameters
    ----------
    words : mapping of str to object
        Information to show or hide, the fields of `Shown`.
    numbers : mapping of str to object, optional
        The feeds, and the numbers to show.
    by_inputs : bool
        Whether a backward pass goes back to the inputs, too.
    wishes : Wishes
        The author's requests by name.
    norms : callable, optional
        The norms of the gradients of a graph by its parameters, for views of blocks; computed once.
    page : Page, optional
        The page to fit.
    remarked : bool
        Whether the findings of lint are written below the picture.
    given : callable, optional
        The numbers of the graph of a view, which are computed otherwise.
    """

    graphs: tuple[Graph, ...]
    views: tuple[View, ...]
    words: Mapping[str, Any]
    numbers: Mapping[str, Any] | None
    wishes: Wishes
    look: Look
    page: Page | None
    norms: Callable[[Graph], Norms] | None = None
    by_inputs: bool = False
    remarked: bool = False
    given: "Callable[[Graph], Numbers] | None" = None

    def looking(self, **changes: Any) -> "Plan":
        """The same plan with another look."""
        return replace(self, look=replace(self.look, **changes))


def planned(graphs: Sequence[Graph], asked: Mapping[str, Any]) -> Plan:
    """Check the options and make the plan of some graphs.

    Raises
    ------
    UsageError
        If an option is invalid, or needs another one.
    """
    views = _views(**part(asked, "view"))
    words, numbers = part(asked, "words"), part(asked, "numbers")
    show, hide = words.pop("show"), words.pop("hide")
    for option, given in words.items():
        if given is not None and not any(view.form == "units" for view in views):
            raise UsageError(f"{option}= belongs to the view 'units'; write view='units'")
    look = _look(**{**part(asked, "look"), "direction": asked["direction"] or views[0].direction})
    if all(view.form == "blocks" for view in views):
        # Its arrows carry no text.
        look = replace(look, sheet=closer(look.sheet, 1.5))
    if look.colours is not None:
        refuse_unknown("choice of colours", look.colours, HUED)
    if look.colours not in (None, "kinds") and not any(map(_has_blocks, views)):
        others = ", ".join(name for name, view in VIEWS.items() if _has_blocks(view) and name != "blocks")
        raise UsageError(f"colours={look.colours!r} is for views with blocks; write view='blocks', or {others}")
    found = said(show, hide, numbers["feeds"], views)
    if bool(found.words.get("sharding")) != (look.shard is not None):
        raise UsageError("show='sharding' and shard= belong together, such as shard={'x': 'data'}; give both or none")
    if look.shard is not None and any(view.form != "operations" for view in views):
        raise UsageError("show='sharding' colours variables, which are shapes in the view 'operations'; write that")
    wished = wishes(**part(asked, "wishes"), hide=found.hidden)
    panels = len(graphs) * len(views)
    if wished.headings and len(wished.headings) != panels:
        raise UsageError(f"headings= has {len(wished.headings)} texts for {panels} views; give one for each")
    return Plan(
        tuple(graphs),
        views,
        {**found.words, **{option: given for option, given in words.items() if given is not None}},
        _numbers(**numbers, wanted=found.numbers),
        wished,
        look,
        _page(**part(asked, "page")),
        _norms(found.numbers, views, **numbers),
        found.numbers["gradients"],
        found.remarks,
    )


def _has_blocks(view: View) -> bool:
    """Whether shapes stand for whole layers, unlike operations on single numbers."""
    return view.form in COLOURED and view.detail != "scalars"


def _views(
    view: str | Sequence[str], detail: str | None, expand: str | Sequence[str], repeats: str
) -> tuple[View, ...]:
    opened = (expand,) if isinstance(expand, str) else tuple(expand)
    how = entry("repeats", repeats, {name: name for name in LEAST})
    views = [named_view(name) for name in ([view] if isinstance(view, str) else view)]
    return tuple(replace(each, detail=detail or each.detail, expand=opened, repeats=how) for each in views)


def _numbers(feeds: Any, batch: Any, against: Any, wanted: Mapping[str, bool]) -> Mapping[str, Any] | None:
    if against is not None and not wanted["check"]:
        raise UsageError("against= needs a gradient check; write show=('gradients', 'check')")
    examples = (batch,) if isinstance(batch, str) else tuple(batch)
    if examples and feeds is None:
        raise UsageError(f"batch= needs feeds with many examples; give feeds={{{examples[0]!r}: …}}")
    return None if feeds is None else {"feeds": feeds, "batch": examples, "against": against, **wanted}


def _norms(
    wanted: Mapping[str, bool], views: Sequence[View], feeds: Any, batch: Any, against: Any
) -> Callable[[Graph], Norms] | None:
    if feeds is None or not wanted["gradients"] or not any(view.form == "blocks" for view in views):
        return None
    examples = (batch,) if isinstance(batch, str) else tuple(batch)
    return cache(partial(norms, feeds=feeds, batch=examples, check=wanted["check"], against=against))


def _look(
    style: Any,
    direction: str,
    engine: str,
    legend: bool,
    digits: int | None,
    labels: Any,
    colours: ColoursName | None,
    shard: Mapping[str, Any] | None,
) -> Look:
    measured = None
    if labels != "mathtext":
        from graphviz_nn.render.labels import labels as measured_by

        measured = measured_by(labels)
    return Look(load(style), direction, engine, legend or shard is not None, digits, measured, colours, shard)


# The share of the gaps that a closer picture keeps; an arrow stays several heads long.
CLOSER, SHAFT = 0.6, 2.5


def closer(sheet: Sheet, shaft: float = SHAFT) -> Sheet:
    """Reduce the gaps of a style, but not below so many heads of an arrow; letters and shapes keep their size."""
    gap, arrow = sheet.gap, sheet.line.arrow_length
    rank = min(gap.rank, max(CLOSER * gap.rank, shaft * arrow))
    return replace(sheet, gap=replace(gap, rank=rank, node=CLOSER * gap.node))


def _page(width: Any, height: Any) -> Page | None:
    return None if width is None and height is None else page(width, height)
