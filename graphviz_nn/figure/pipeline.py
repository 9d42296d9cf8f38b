"""From a plan to a scene, step by step: views, diagrams, wishes, layouts, scene, page."""

import math
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeAlias

from graphviz_nn.errors import UsageError
from graphviz_nn.figure import scenery
from graphviz_nn.figure.annotation import Numbers
from graphviz_nn.figure.collector import collector_paused
from graphviz_nn.figure.fitting import HIGHEST, STRATEGIES, as_asked, closing, folded, joined, shorter, tighter
from graphviz_nn.figure.panel import Panel
from graphviz_nn.figure.plan import Look, Plan
from graphviz_nn.figure.room import Room
from graphviz_nn.figure.showing import shown
from graphviz_nn.figure.told import foretell
from graphviz_nn.figure.wishes import Subject, composed
from graphviz_nn.forms import Diagram
from graphviz_nn.graph import check
from graphviz_nn.layout import (
    aligned,
    flipped,
    honest,
    in_columns,
    in_perspective,
    in_rows,
    largest_letters,
    least_area,
    least_length,
    marked,
    place,
    uncrossed,
    unmet,
)
from graphviz_nn.layout.measure import set_in
from graphviz_nn.layout.repaint import repainted
from graphviz_nn.layout.result import Layout, is_sideways
from graphviz_nn.layout.sides import remembering
from graphviz_nn.scene import PAGES, UNITS, Page, Scene, remark_on_height
from graphviz_nn.style.numbers import digits as written_with
from graphviz_nn.views import coarser

# The most ways to break a picture into rows that are tried.
TRIES = 4
# Rows whose letters are at least this high, in pt, are tried first.
READABLE = 7.0
# A picture on no page has no more rows than that as long as a page; else it is about so much wider than high.
ROWS, SHAPE = 12, 0.75
# It is about so many times as large as its shapes with half the gaps between them.
SPREAD, METRE = 4.0, 100 * UNITS["cm"]
# One line that is longer than a page is set closer, if that is longer by this factor at most; so may a row be where
# else it would end within a branch. What is longer than a page by more than that isn't set closer.
SLACK, TIGHTER = 1.1, 1.3
# Modules close until a picture of blocks is no longer than so many pages.
BROKEN = 2
# A picture to fit is rather changed than broken where more values lead over a break: the main line, and one beside it.
FEW = 2

Tried: TypeAlias = tuple[list[Diagram], Look, Page]
"""What was laid out for a page."""

_ONE_LINE: ContextVar[bool] = ContextVar("one line", default=False)


@dataclass(frozen=True)
class Drawn:
    """The content of each view, the scene, the remarks, and of these what was changed so that it fits its page."""

    panels: tuple[Panel, ...]
    scene: Scene
    plan: Plan = field(repr=False)
    layouts: tuple[Layout, ...] = field(repr=False)
    known: Numbers = field(repr=False)
    noticed: tuple[str, ...] = ()
    changed: str = ""


@collector_paused()
def drawn(plan: Plan, room: Room | None = None, *, folding: bool = True) -> Drawn | None:
    """Carry out a plan; None if it doesn't fit its page, whether layers may fold further or not."""
    room = room or Room()
    with _set_in(plan):
        plan = _upright(plan)
        found = _fitting(plan, room, folding=folding)
        # Lay out again with the true sizes, once LaTeX has measured all labels.
        while plan.look.measured and plan.look.measured.settle():
            found = _fitting(plan, room, folding=folding)
    for panel in found.panels if found else ():
        # What breaks an invariant is never drawn; what was only tried isn't checked.
        check(panel.graph)
    if found and plan.page and (remark := remark_on_height(found.scene)):
        found = replace(found, noticed=(remark, *found.noticed))
    if found and plan.look.measured:
        return replace(found, scene=replace(found.scene, latex=plan.look.measured.source))
    return found


def painted(found: Drawn, diagrams: Sequence[Diagram]) -> Scene:
    """Paint the picture with other emphasis and fewer numbers, without moving anything."""
    plan = found.plan
    with _set_in(plan):
        pairs = zip(found.layouts, found.panels, diagrams, strict=True)
        layouts = [repainted(layout, panel.diagram, diagram) for layout, panel, diagram in pairs]
        shown = zip(found.panels, diagrams, strict=True)
        panels = [replace(panel, diagram=diagram) for panel, diagram in shown]
        scene = scenery.put_together(plan, layouts, panels, found.known)
    scene = plan.page.put(scene) if plan.page else scene
    return replace(scene, latex=found.scene.latex)


def apart(found: Drawn) -> list[Scene]:
    """Each view on a page of its own, all of equal size, with the same things in the same columns."""
    plan = found.plan
    with _set_in(plan):
        scenes = scenery.apart(plan, found.layouts, found.panels, found.known)
    return [replace(scene, latex=found.scene.latex) for scene in scenes]


def _set_in(plan: Plan) -> AbstractContextManager[object]:
    """Measure text and write numbers as the plan says, in this context."""
    stack, look = ExitStack(), plan.look
    stack.enter_context(set_in(look.sheet.text.family, look.measured.measure if look.measured else None))
    stack.enter_context(written_with(look.digits))
    stack.enter_context(remembering())
    return stack


def _upright(plan: Plan) -> Plan:
    """What turns runs down and up again, whatever the direction."""
    if not plan.wishes.align or not is_sideways(plan.look.direction):
        return plan
    turning = any(panel.diagram.turns for panel in _panels(plan, *shown(plan)))
    return plan.looking(direction="TB") if turning else plan


def _fitting(plan: Plan, room: Room, *, folding: bool) -> Drawn | None:
    """The first way to draw a plan that fits its page."""
    tried: list[Tried] = []
    found = _first(plan, room, tried)
    for further, change in folded(plan) if found is None and folding else ():
        # Folding further could remove parts that the author names.
        with suppress(UsageError):
            found = _first(further, room, tried)
            if found is not None:
                return _fitted(found, change)
    return found


def _first(plan: Plan, room: Room, tried: list[Tried]) -> Drawn | None:
    """The first strategy that fits a plan to its page, best without rows that many arrows lead between.

    What is as it was when it was tried in vain, since there was nothing more to fold, isn't tried again.
    """
    if plan.page is None:
        return _at_its_own_size(plan)
    subjects, known = shown(plan)
    torn: Drawn | None = None
    for strategy in STRATEGIES:
        for way, change in strategy(plan):
            seen, numbers = shown(way, known, subjects) if way.words != plan.words else (subjects, known)
            panels, page = _panels(way, seen, numbers), way.page
            assert page is not None
            diagrams = [panel.diagram for panel in panels]
            if (this := (diagrams, way.look, page)) in tried:
                continue
            tried.append(this)
            for found in () if room.lacks(page, diagrams, way.look) else _laid_out(way, panels, numbers):
                room.seen(found.scene, diagrams, way.look)
                if page.holds(found.scene, way.look.sheet.text.least_size):
                    scene = page.put(found.scene)
                    if way.look.direction == plan.look.direction or scene.height <= HIGHEST:
                        fitting = _fitted(replace(found, scene=scene), change)
                        if not _is_torn(found):
                            return fitting
                        torn = torn or fitting
    return torn


def _is_torn(found: Drawn) -> bool:
    """Whether many arrows lead from a row to another."""
    return any(layout.rows is not None and layout.rows.most > FEW for layout in found.layouts)


def _at_its_own_size(plan: Plan) -> Drawn:
    """The picture on no page; one longer than a page has fewer boxes, or rows."""
    sideways = is_sideways(plan.look.direction)
    known: Numbers | None = None
    subjects: Sequence[Subject] = ()
    ways, told, in_one = [*as_asked(plan), *shorter(plan)], False, _ONE_LINE.get()
    for way, change in ways:
        subjects, known = shown(way, known, subjects)
        panels = _panels(way, subjects, known)
        if way is not ways[-1][0] and sideways and not in_one and _is_long(way, panels):
            continue
        if not (told or in_one):
            foretell(_foreseen(way, panels))
            told = True
        shapes = _laid_out(way, panels, known)
        whole = _noticing(next(shapes), change)
        length = _length(whole, sideways)
        if length <= _lines(whole, sideways) or in_one:
            return whole
    for way, closer in tighter(plan) if length <= TIGHTER * _natural(sideways) else ():
        subjects, known = shown(way, known, subjects)
        found = _noticing(next(_shapes(way, subjects, known)), closer)
        if _length(found, sideways) <= min(SLACK * _lines(found, sideways), length):
            return found
    if length <= SLACK * _lines(whole, sideways):
        return whole
    for way, closed in closing(plan):
        fewer = _shapes(way, *shown(way, known))
        found = _noticing(next(fewer), closed)
        if _length(found, sideways) <= SLACK * _lines(found, sideways):
            return found
        if _length(found, sideways) <= BROKEN * _natural(sideways) < length:
            # Few long rows show more than many.
            shapes, change, length = fewer, closed, _length(found, sideways)
    rows = next(shapes, None)
    # Other gaps leave other places free for breaks.
    for way, closer in tighter(plan) if rows is None else ():
        subjects, known = shown(way, known, subjects)
        rows = next(islice(_shapes(way, subjects, known), 1, None), None)
        if rows is not None:
            change = closer
            break
    if rows is None:
        return whole
    lines = "rows" if sideways else "columns"
    return _noticing(rows, joined(change, f"broken into {lines}, as one would be {length / UNITS['cm']:.0f} cm long"))


@contextmanager
def in_one_line() -> Iterator[None]:
    """Meanwhile pictures on no page are drawn whole, however long, so that what opens leaves the rest where it is."""
    token = _ONE_LINE.set(True)
    try:
        yield
    finally:
        _ONE_LINE.reset(token)


def _foreseen(plan: Plan, panels: Sequence[Panel]) -> str:
    """How large a picture on no page will be, with what makes it smaller; "" for one below a metre."""
    look, (view, *_) = plan.look, plan.views
    sideways = is_sideways(look.direction)
    area = SPREAD * sum(least_area(panel.diagram, look.sheet, look.direction) for panel in panels)
    line = max(_natural(sideways), math.sqrt(area * SHAPE if sideways else area / SHAPE))
    width, height = (line, area / line) if sideways else (area / line, line)
    # Blocks close until the picture is short enough.
    if max(width, height) < METRE or view.detail == "blocks":
        return ""
    smaller = "layers" if "layers" in coarser(view.detail) else "compact" if view.form == "layers" else ""
    ways = ["repeats='fold'"] if view.repeats == "show" else []
    ways += [f"view={smaller!r}", "width='page'"] if smaller else ["width='page'"]
    size = f"about {width / METRE:.1f} m wide and {height / METRE:.1f} m high"
    return f"{size}; {' or '.join(ways)} makes it smaller"


def _is_long(plan: Plan, panels: Sequence[Panel]) -> bool:
    """Whether a picture on no page is too long for one line, as the shapes of its main line alone are."""
    look = plan.look
    least = max(least_length(panel.diagram, look.sheet, look.direction) for panel in panels)
    return least > SLACK * _natural(is_sideways(look.direction))


def _length(found: Drawn, sideways: bool) -> float:
    """How long a picture is along the flow; a legend or a caption below it makes no view longer."""
    if len(found.layouts) == 1:
        return found.layouts[0].width if sideways else found.layouts[0].height
    return found.scene.width if sideways else found.scene.height


def _natural(sideways: bool, views: int = 1) -> float:
    """How long the rows are of a picture on no page; several views, in the same columns, are for a slide."""
    page = PAGES["slide" if views > 1 else "page"]
    return page.width if sideways else page.height


def _lines(found: Drawn, sideways: bool) -> float:
    """How long rows are for a picture on no page; columns are as high as their number is wide."""
    scene, natural = found.scene, _natural(sideways, len(found.panels))
    area = scene.width * scene.height
    if not sideways:
        return max(natural, math.sqrt(area / SHAPE))
    return natural if scene.width <= ROWS * natural else max(natural, math.sqrt(area * SHAPE))


def _fitted(found: Drawn, change: str) -> Drawn:
    """The picture with a remark on what was changed, also before that."""
    if not change:
        return found
    remark = f"{change}, so that it fits its width"
    told = remark if not found.changed else f"{change} and {found.changed}"
    return replace(_noticing(found, remark), changed=told)


def _noticing(found: Drawn, change: str) -> Drawn:
    return replace(found, noticed=(change, *found.noticed)) if change else found


def _shapes(plan: Plan, subjects: Sequence[Subject], known: Numbers) -> Iterator[Drawn]:
    return _laid_out(plan, _panels(plan, subjects, known), known)


def _laid_out(plan: Plan, panels: Sequence[Panel], known: Numbers, *, fitting: bool = True) -> Iterator[Drawn]:
    """Lay the picture out whole; then in rows, of several views each that is too long for itself.

    If there is a page, rows are those that fit it, or are meant to.
    """
    look = plan.look
    diagrams, layouts = zip(*(_put(panel.diagram, look) for panel in panels), strict=True)

    def put_together(layouts: Sequence[Layout]) -> Drawn:
        noticed = [remark for each in zip(layouts, diagrams, strict=True) for remark in unmet(*each)]
        seen, framed = zip(*(honest(*each, look.sheet) for each in zip(diagrams, layouts, strict=True)), strict=True)
        shown = tuple(replace(panel, diagram=diagram) for panel, diagram in zip(panels, seen, strict=True))
        return Drawn(shown, scenery.put_together(plan, framed, shown, known), plan, framed, known, tuple(noticed))

    turned = [flipped(each, look.direction) for each in (aligned(layouts, diagrams) if len(layouts) > 1 else layouts)]
    whole = put_together(marked(turned, diagrams, look.sheet))
    yield whole
    sideways, page, least = is_sideways(look.direction), plan.page, look.sheet.text.least_size
    if any(diagram.columns or diagram.turns or diagram.is_solid for diagram in diagrams) or (
        len(diagrams) > 1 and not sideways
    ):
        return
    largest = largest_letters(diagrams[0], look.sheet)
    for letters in dict.fromkeys((max(least, READABLE), least)) if page else (least,):
        limit = page.limit(whole.scene, letters, sideways=sideways) if page else _lines(whole, sideways)
        limit -= 2 * look.sheet.page.margin
        # A page may have no limit along the lines, or nothing but margins.
        if not 0 < limit < math.inf:
            continue
        if len(diagrams) > 1:
            found = put_together([_broken(*each, limit, look) for each in zip(diagrams, layouts, strict=True)])
            if page is None or page.holds(found.scene, letters):
                yield found
            continue
        slack = 1.0 if page or limit > _natural(sideways) else SLACK
        highest = page.limit(whole.scene, letters, sideways=not sideways) if page and fitting else math.inf
        rows = in_rows(diagrams[0], layouts[0], limit, look.sheet, slack=slack, highest=highest)
        for layout in islice(rows, TRIES):
            # A scene is as large as what is laid out for it, at least.
            if page and fitting and not page.may_hold(layout, largest, letters):
                continue
            found = put_together([flipped(layout, look.direction)])
            if page is None or not fitting or page.holds(found.scene, letters):
                yield found


def _put(diagram: Diagram, look: Look) -> tuple[Diagram, Layout]:
    """A diagram and its layout; shared leaves may be drawn again."""

    def put(diagram: Diagram) -> Layout:
        way = in_columns if diagram.columns else in_perspective if diagram.is_solid else place
        return way(diagram, look.sheet, direction=look.direction, engine=look.engine)

    layout = put(diagram)
    return (diagram, layout) if diagram.columns or diagram.is_solid else uncrossed(diagram, layout, put)


def _broken(diagram: Diagram, layout: Layout, limit: float, look: Look) -> Layout:
    """The layout of one of several views, in rows if it is too long and can be broken."""
    rows = next(in_rows(diagram, layout, limit, look.sheet), None) if layout.width > limit else None
    return (
        flipped(rows, look.direction) if rows else marked([flipped(layout, look.direction)], [diagram], look.sheet)[0]
    )


def _panels(plan: Plan, subjects: Sequence[Subject], known: Numbers) -> tuple[Panel, ...]:
    """The panel of each view of each graph, with the author's wishes."""
    wished = replace(plan.wishes, wrong=(known.wrong,)) if known.wrong else plan.wishes
    diagrams = composed(subjects, wished, sideways=is_sideways(plan.look.direction))
    if len(diagrams) > 1 and any(diagram.turns for diagram in diagrams):
        raise UsageError("align= makes a U of a path in a picture of one view; leave out the others, or align=")
    pairs = zip(subjects, diagrams, strict=True)
    return tuple(Panel(subject.model, subject.graph, diagram) for subject, diagram in pairs)


def nearest(plan: Plan, room: Room) -> tuple[Drawn | None, float]:
    """A plan's picture, whole or in rows, and its smallest letters on its page; none if that has no room for it."""
    page = plan.page
    assert page is not None
    with _set_in(plan):
        subjects, known = shown(plan)
        panels = _panels(plan, subjects, known)
        diagrams = [panel.diagram for panel in panels]
        if room.lacks(page, diagrams, plan.look):
            return None, room.letters(page, diagrams, plan.look)
        shapes = islice(_laid_out(plan, panels, known, fitting=False), 2)
        found = max(shapes, key=lambda found: page.letters(found.scene))
    return found, page.letters(found.scene)
