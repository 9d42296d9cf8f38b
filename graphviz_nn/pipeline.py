"""From graphs to a scene, step by step; smaller, in rows or folded further where it must fit a page."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from graphviz_nn.annotation import Numbers, numbers
from graphviz_nn.errors import Error, UsageError
from graphviz_nn.forms import FORMS, Diagram, Shown, facts
from graphviz_nn.graph import Graph
from graphviz_nn.layout import aligned, in_columns, in_rows, place
from graphviz_nn.layout.measure import set_in
from graphviz_nn.layout.result import Layout
from graphviz_nn.picture import Panel
from graphviz_nn.scene import Page, Scene, compose, footed, legended, stacked
from graphviz_nn.style.sheet import Sheet, load
from graphviz_nn.views import VIEWS, View, coarser, detailed

if TYPE_CHECKING:
    from graphviz_nn.render.labels import Labels

# So many ways to break a picture into rows are tried.
TRIES = 4


@dataclass(frozen=True)
class Plan:
    """What is to be drawn, and how: all options checked.

    Parameters
    ----------
    told : mapping of str to object
        What a picture says other than by its view, the fields of `Shown`.
    numbers : mapping of str to object, optional
        The feeds, and which numbers are wanted.
    page : Page, optional
        What the picture has to fit on.
    measured : Labels, optional
        The labels of the user's own LaTeX.
    """

    graphs: tuple[Graph, ...]
    views: tuple[View, ...]
    detail: str | None
    expand: tuple[str, ...]
    sheet: Sheet
    direction: str
    engine: str
    told: Mapping[str, Any]
    numbers: Mapping[str, Any] | None
    legend: bool
    page: Page | None
    measured: "Labels | None"


def drawn(plan: Plan, *, folding: bool = True) -> tuple[tuple[Panel, ...], Scene] | None:
    """The panels and the scene of a plan; none where it doesn't fit its page, folded further or not."""
    with _set_in(plan):
        found = _fitting(plan, folding=folding)
        # What was laid out by guesses is laid out again once LaTeX has measured all of it.
        while plan.measured and plan.measured.settle():
            found = _fitting(plan, folding=folding)
    return found and (found[0], replace(found[1], latex=plan.measured.source if plan.measured else None))


def _set_in(plan: Plan) -> AbstractContextManager[None]:
    return set_in(plan.sheet.text.family, plan.measured.measure if plan.measured else None)


def _fitting(plan: Plan, *, folding: bool) -> tuple[tuple[Panel, ...], Scene] | None:
    for detail in _details(plan) if folding else [plan.detail]:
        panels, known = _panels(plan, detail)
        for scene in _scenes(plan, [panel.diagram for panel in panels], known):
            if plan.page is None:
                return panels, scene
            if plan.page.holds(scene, plan.sheet.text.least_size):
                return panels, plan.page.put(scene)
    return None


def _details(plan: Plan) -> list[str | None]:
    """The detail of the plan and, where it has to fit a page and is of one view, those that fold more together."""
    if plan.page is None or len(plan.views) != 1:
        return [plan.detail]
    return [plan.detail, *coarser(plan.detail or plan.views[0].detail)]


def _panels(plan: Plan, detail: str | None) -> tuple[tuple[Panel, ...], Numbers]:
    panels, known = [], Numbers()
    for graph, chosen in product(plan.graphs, plan.views):
        seen = detailed(detail or chosen.detail, graph, plan.expand)
        if detail != plan.detail:
            seen = seen.copy()
            seen.remark(f"folded to {detail}, so that it fits its width")
        known = known if plan.numbers is None else numbers(seen, **plan.numbers)
        shown = Shown(vectors=plan.sheet.text.vectors, values=known.values, gradients=known.gradients)
        diagram = FORMS[chosen.form](seen, replace(shown, **{**chosen.shown, **plan.told}))
        panels.append(Panel(graph, seen, replace(diagram, facts=facts(seen, shown))))
    if not panels:
        raise UsageError("nothing to draw: give a model, and at least one view, such as view='layers'")
    return tuple(panels), known


def _scenes(plan: Plan, diagrams: Sequence[Diagram], known: Numbers) -> Iterator[Scene]:
    """The diagrams put together; then, where it has to fit a page, a single one in rows."""
    layouts = [
        (in_columns if diagram.columns else place)(diagram, plan.sheet, direction=plan.direction, engine=plan.engine)
        for diagram in diagrams
    ]
    whole = _scene(plan, aligned(layouts, diagrams) if len(layouts) > 1 else layouts, diagrams, known)
    yield whole
    if plan.page is None or len(diagrams) > 1 or diagrams[0].columns:
        return
    limit = plan.page.limit(whole, plan.sheet.text.least_size, sideways=plan.direction == "LR")
    limit -= 2 * plan.sheet.page.margin
    rows = in_rows(diagrams[0], layouts[0], limit, plan.sheet, direction=plan.direction, engine=plan.engine)
    for layout in islice(rows, TRIES):
        yield _scene(plan, [layout], diagrams, known)


def _scene(plan: Plan, layouts: Sequence[Layout], diagrams: Sequence[Diagram], known: Numbers) -> Scene:
    sheet = plan.sheet
    title = " and ".join(dict.fromkeys(str(graph.graph.get("name", "graph")) for graph in plan.graphs))
    scenes = [compose(layout, diagram, sheet, title) for layout, diagram in zip(layouts, diagrams, strict=True)]
    # Views are no nearer to each other than nodes.
    gap = max(0.0, sheet.gap.node - 2 * sheet.page.margin)
    scene = scenes[0] if len(scenes) == 1 else stacked(scenes, downwards=plan.direction == "LR", gap=gap)
    scene = footed(scene, known.footer, sheet)
    return legended(scene, diagrams, sheet) if plan.legend else scene


def too_large(plan: Plan, width: object) -> str:
    """Why a plan doesn't fit its page, and what would."""
    assert plan.page is not None
    least = plan.sheet.text.least_size * plan.page.far
    with _set_in(plan):
        panels, known = _panels(plan, plan.detail)
        letters = plan.page.letters(next(_scenes(plan, [panel.diagram for panel in panels], known)))
    turned = "TB" if plan.direction == "LR" else "LR"
    others = {
        f"view={name!r}": replace(plan, views=(view,), detail=None)
        for name, view in VIEWS.items()
        if view.detail in (plan.views[0].detail, *coarser(plan.views[0].detail))
    }
    others[f"direction={turned!r}"] = replace(plan, direction=turned)
    others["style='column'"] = replace(plan, sheet=load("column"))
    fitting = [said for said, other in others.items() if _fits(other)]
    remedy = f"what fits: {', '.join(fitting)}" if fitting else "give more width, or draw a part of it"
    return (
        f"the picture is too large for a width of {width}: the smallest letters would be {letters:.1f} pt, "
        f"and the style has none below {least:g} pt there; {remedy}"
    )


def _fits(plan: Plan) -> bool:
    # A view may have nothing to show of a model.
    with suppress(Error):
        return drawn(plan, folding=False) is not None
    return False
