"""From graphs to a scene, step by step; where it must fit a page smaller, in rows, closer, turned or folded further."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice, product
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from graphviz_nn.errors import Error, UsageError
from graphviz_nn.figure.annotation import Numbers, barred_footer, given_back, numbers
from graphviz_nn.figure.panel import Panel
from graphviz_nn.figure.wishes import Subject, Wishes, composed, renamed
from graphviz_nn.forms import FORMS, Diagram, Shown, facts, mirrored
from graphviz_nn.graph import Graph, check
from graphviz_nn.layout import aligned, in_columns, in_rows, marked, place, unmet
from graphviz_nn.layout.measure import set_in
from graphviz_nn.layout.repaint import repainted
from graphviz_nn.layout.result import Layout, is_sideways
from graphviz_nn.scene import PAGES, Page, Scene, compose, footed, legended, remark_on_height, stacked, titled
from graphviz_nn.scene.stack import shifted
from graphviz_nn.style.prose import spoken
from graphviz_nn.style.sheet import Sheet, load
from graphviz_nn.style.symbols import distinct
from graphviz_nn.transforms.backward import backward
from graphviz_nn.views import VIEWS, View, coarser, detailed, named

if TYPE_CHECKING:
    from graphviz_nn.render.labels import Labels

# So many ways to break a picture into rows are tried.
TRIES = 4
# What is left of the gaps of a picture that is set closer; an arrow stays so many heads long.
CLOSER, SHAFT = 0.6, 2.5
# A picture isn't turned where it would be higher than this, in pt.
HIGHEST = PAGES["page"].height


@dataclass(frozen=True)
class Plan:
    """What is to be drawn, and how: all options checked.

    Parameters
    ----------
    told : mapping of str to object
        What a picture says other than by its view, the fields of `Shown`.
    numbers : mapping of str to object, optional
        The feeds, and which numbers are wanted.
    wishes : Wishes
        What the author asks for by name.
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
    wishes: Wishes
    legend: bool
    page: Page | None
    measured: "Labels | None"


@dataclass(frozen=True)
class Drawn:
    """What is in each view, what is painted where, and what was noticed on the way."""

    panels: tuple[Panel, ...]
    scene: Scene
    noticed: tuple[str, ...] = ()
    plan: Plan | None = field(default=None, repr=False)
    layouts: tuple[Layout, ...] = field(default=(), repr=False)
    known: Numbers = field(default_factory=Numbers, repr=False)


def drawn(plan: Plan, *, folding: bool = True) -> Drawn | None:
    """A plan carried out; none where it doesn't fit its page, folded further or not."""
    with _set_in(plan):
        found = _fitting(plan, folding=folding)
        # What was laid out by guesses is laid out again once LaTeX has measured all of it.
        while plan.measured and plan.measured.settle():
            found = _fitting(plan, folding=folding)
    if found and plan.page and (remark := remark_on_height(found.scene)):
        found = replace(found, noticed=(remark, *found.noticed))
    if found and plan.measured:
        return replace(found, scene=replace(found.scene, latex=plan.measured.source))
    return found


def painted(found: Drawn, diagrams: Sequence[Diagram]) -> Scene:
    """What was drawn, with other emphasis and fewer numbers: everything is at the same place."""
    plan = found.plan
    assert plan is not None
    with _set_in(plan):
        pairs = zip(found.layouts, found.panels, diagrams, strict=True)
        layouts = [repainted(layout, panel.diagram, diagram) for layout, panel, diagram in pairs]
        scene = _scene(plan, layouts, diagrams, found.known)
    scene = plan.page.put(scene) if plan.page else scene
    return replace(scene, latex=found.scene.latex)


def apart(found: Drawn) -> list[Scene]:
    """Each view on a page of its own, all of one size, with the same things in the same columns."""
    plan = found.plan
    assert plan is not None
    diagrams = [panel.diagram for panel in found.panels]
    most = max(layout.width for layout in found.layouts), max(layout.height for layout in found.layouts)
    sideways = is_sideways(plan.direction)
    with _set_in(plan):
        alone = (_composed(plan, *each) for each in zip(found.layouts, diagrams, strict=True))
        scenes = [_surrounded(plan, _padded(scene, *most, sideways=sideways), diagrams, found.known) for scene in alone]
    return [replace(scene, latex=found.scene.latex) for scene in scenes]


def _set_in(plan: Plan) -> AbstractContextManager[None]:
    return set_in(plan.sheet.text.family, plan.measured.measure if plan.measured else None)


def _fitting(plan: Plan, *, folding: bool) -> Drawn | None:
    """The first of all ways to draw a plan that fits its page."""
    subjects, known = _subjects(plan)
    for way, changed in _ways(plan):
        for found in _drawings(way, subjects, known):
            if way.page is None:
                return found
            if way.page.holds(found.scene, way.sheet.text.least_size):
                scene = way.page.put(found.scene)
                if way.direction == plan.direction or scene.height <= HIGHEST:
                    return replace(found, scene=scene, noticed=(*changed, *found.noticed))
    if plan.page is None or len(plan.views) != 1 or not folding:
        return None
    for detail in coarser(plan.detail or plan.views[0].detail):
        # What was asked for by name may be folded away by that.
        with suppress(UsageError):
            found_folded = _fitting(replace(plan, detail=detail), folding=False)
            if found_folded:
                said = f"folded to {detail}, so that it fits its width"
                return replace(found_folded, noticed=(said, *found_folded.noticed))
    return None


def _ways(plan: Plan) -> Iterator[tuple[Plan, tuple[str, ...]]]:
    """How a plan may be carried out, and what is changed by that: as it is; to fit a page set closer, or turned."""
    yield plan, ()
    if plan.page is None or len(plan.views) > 1 or len(plan.graphs) > 1:
        return
    closer = replace(plan, sheet=_closer(plan.sheet))
    yield closer, ("set closer, so that it fits its width",)
    if is_sideways(plan.direction):
        yield replace(closer, direction="TB"), ("turned to go down and set closer, so that it fits its width",)


def _closer(sheet: Sheet) -> Sheet:
    """A style with smaller gaps; letters and shapes stay as large."""
    gap, arrow = sheet.gap, sheet.line.arrow_length
    rank = min(gap.rank, max(CLOSER * gap.rank, SHAFT * arrow))
    return replace(sheet, gap=replace(gap, rank=rank, node=CLOSER * gap.node))


def _drawings(plan: Plan, subjects: Sequence[Subject], known: Numbers) -> Iterator[Drawn]:
    """The graphs drawn; then, where they have to fit a page and are of one view, in rows."""
    panels = _panels(plan, subjects, known)
    diagrams = [panel.diagram for panel in panels]

    def put_together(layouts: Sequence[Layout]) -> Drawn:
        noticed = [remark for each in zip(layouts, diagrams, strict=True) for remark in unmet(*each)]
        return Drawn(panels, _scene(plan, layouts, diagrams, known), tuple(noticed), plan, tuple(layouts), known)

    layouts = [
        (in_columns if diagram.columns else place)(diagram, plan.sheet, direction=plan.direction, engine=plan.engine)
        for diagram in diagrams
    ]
    whole = put_together(marked(aligned(layouts, diagrams) if len(layouts) > 1 else layouts, diagrams, plan.sheet))
    yield whole
    if plan.page is None or len(diagrams) > 1 or diagrams[0].columns or diagrams[0].mirror:
        return
    limit = plan.page.limit(whole.scene, plan.sheet.text.least_size, sideways=is_sideways(plan.direction))
    limit -= 2 * plan.sheet.page.margin
    if math.isinf(limit):
        return
    rows = in_rows(diagrams[0], layouts[0], limit, plan.sheet, direction=plan.direction, engine=plan.engine)
    yield from (put_together([layout]) for layout in islice(rows, TRIES))


def _subjects(plan: Plan) -> tuple[list[Subject], Numbers]:
    """What each view shows of each graph, whatever its place."""
    subjects, known = list[Subject](), Numbers()
    for graph, chosen in product(plan.graphs, plan.views):
        seen = _seen(plan, chosen, graph)
        told = {**chosen.shown, **plan.told}
        if told.get("backward"):
            subject, known = _there_and_back(plan, graph, _distinct(plan, named(seen)), FORMS[chosen.form], told)
            subjects.append(subject)
            continue
        known = known if plan.numbers is None else numbers(seen, **plan.numbers, model=graph)
        shown = Shown(
            vectors=plan.sheet.text.vectors,
            values=known.values,
            gradients=known.gradients,
            value_heat=known.value_heat,
            gradient_heat=known.gradient_heat,
        )
        diagram = FORMS[chosen.form](seen, replace(shown, **told))
        subjects.append(Subject(graph, seen, replace(diagram, facts=facts(seen, shown))))
    if not subjects:
        raise UsageError("nothing to draw: give a model, and at least one view, such as view='layers'")
    for subject in subjects:
        check(subject.graph)
    return subjects, known


def _panels(plan: Plan, subjects: Sequence[Subject], known: Numbers) -> tuple[Panel, ...]:
    """What each view shows of each graph, as the author wishes."""
    wished = replace(plan.wishes, stressed=(known.wrong,)) if known.wrong else plan.wishes
    diagrams = composed(subjects, wished, sideways=is_sideways(plan.direction))
    pairs = zip(subjects, diagrams, strict=True)
    return tuple(Panel(subject.model, subject.graph, diagram) for subject, diagram in pairs)


def _seen(plan: Plan, chosen: View, model: Graph) -> Graph:
    """What a view shows of a model, each variable by a symbol of its own: those that the author wishes first."""
    rename = plan.wishes.rename
    found = _distinct(plan, detailed(plan.detail or chosen.detail, renamed(model, rename), plan.expand))
    return _distinct(plan, renamed(found, rename)) if rename else found


def _distinct(plan: Plan, graph: Graph) -> Graph:
    return distinct(graph, plan.sheet.text.vectors)


def _there_and_back(
    plan: Plan, model: Graph, seen: Graph, form: Callable[[Graph, Shown], Diagram], told: Mapping[str, Any]
) -> tuple[Subject, Numbers]:
    """A view with the backward pass mirrored below it, or that pass alone."""
    both = backward(seen, wrt=_learned(seen))
    known, returned = Numbers(), Numbers()
    if plan.numbers is not None:
        known = numbers(seen, **{**plan.numbers, "gradients": True}, model=model)
        options = {name: plan.numbers[name] for name in ("feeds", "batch", "heatmaps")}
        returned = given_back(both, known, **options)
    shown = Shown(vectors=plan.sheet.text.vectors, values=known.values, value_heat=known.value_heat)
    shown = replace(shown, kept=tuple(both.graph["gradients"]))
    back = replace(shown, gradients=returned.gradients, gradient_heat=returned.gradient_heat)
    diagram = replace(form(seen, replace(shown, **told)), facts=facts(both, back))
    finish = partial(mirrored, graph=both, shown=back, joined=told.get("forward", True))
    subject = Subject(model, both, diagram, finish)
    return subject, replace(known, footer=barred_footer(both, known))


def _learned(graph: Graph) -> list[str]:
    """By what gradients are taken: the parameters that count, or the inputs where there are none."""
    before = nx.ancestors(graph, graph.outputs[0]) if graph.outputs else set()
    leaves = {name: v for name, v in graph.leaves.items() if name in before and np.dtype(v.dtype).kind == "f"}
    for role in ("parameter", "input"):
        found = [name for name, variable in leaves.items() if variable.role == role]
        if found:
            return found
    raise UsageError("what comes out depends on no parameter and no input, to which a backward pass could lead")


def _scene(plan: Plan, layouts: Sequence[Layout], diagrams: Sequence[Diagram], known: Numbers) -> Scene:
    """The layouts put together, and what is written around them."""
    scenes = [_composed(plan, layout, diagram) for layout, diagram in zip(layouts, diagrams, strict=True)]
    # Views are no nearer to each other than nodes.
    gap = max(0.0, plan.sheet.gap.node - 2 * plan.sheet.page.margin)
    scene = scenes[0] if len(scenes) == 1 else stacked(scenes, downwards=is_sideways(plan.direction), gap=gap)
    return _surrounded(plan, plan.page.widened(scene) if plan.page else scene, diagrams, known)


def _composed(plan: Plan, layout: Layout, diagram: Diagram) -> Scene:
    names = dict.fromkeys(str(graph.graph.get("name", "graph")) for graph in plan.graphs)
    return compose(layout, diagram, plan.sheet, spoken(plan.wishes.title) or " and ".join(names))


def _padded(scene: Scene, width: float, height: float, *, sideways: bool) -> Scene:
    """A scene on a larger page: at its start along the flow, in its middle across."""
    dx, dy = (0.0, (height - scene.height) / 2) if sideways else ((width - scene.width) / 2, 0.0)
    groups = tuple(shifted(group, dx, dy) for group in scene.groups)
    return replace(scene, width=width, height=height, groups=groups)


def _surrounded(plan: Plan, scene: Scene, diagrams: Sequence[Diagram], known: Numbers) -> Scene:
    sheet, wished = plan.sheet, plan.wishes
    scene = footed(scene, known.footer, sheet)
    scene = legended(scene, diagrams, sheet) if plan.legend else scene
    return titled(scene, wished.title, wished.caption, sheet)


def too_large(plan: Plan, size: str) -> str:
    """Why a plan doesn't fit its page, which is so large, and what would."""
    assert plan.page is not None
    least = plan.sheet.text.least_size * plan.page.far
    with _set_in(plan):
        scene = next(_drawings(plan, *_subjects(plan))).scene
    letters = plan.page.letters(scene)
    others = {
        f"view={name!r}": replace(plan, views=(view,), detail=None)
        for name, view in VIEWS.items()
        if view.detail in (plan.views[0].detail, *coarser(plan.views[0].detail))
    }
    # One view from left to right was turned already.
    if not is_sideways(plan.direction) or len(plan.views) > 1:
        turned = "TB" if is_sideways(plan.direction) else "LR"
        others[f"direction={turned!r}"] = replace(plan, direction=turned)
    others["style='column'"] = replace(plan, sheet=load("column"))
    fitting = [said for said, other in others.items() if _fits(other)]
    remedy = (
        f"what fits: {', '.join(fitting)}" if fitting else f"give more {plan.page.scarce(scene)}, or draw a part of it"
    )
    return (
        f"the picture is too large for {size}: the smallest letters would be {letters:.1f} pt, "
        f"and the style has none below {least:g} pt there; {remedy}"
    )


def _fits(plan: Plan) -> bool:
    # A view may have nothing to show of a model.
    with suppress(Error):
        return drawn(plan, folding=False) is not None
    return False
