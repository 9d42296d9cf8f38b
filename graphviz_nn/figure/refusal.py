"""Why a picture doesn't fit its page, and what would."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from graphviz_nn.errors import Error
from graphviz_nn.figure.pipeline import Drawn, drawn, nearest
from graphviz_nn.figure.plan import Plan, planned
from graphviz_nn.figure.room import Room
from graphviz_nn.graph import Graph
from graphviz_nn.layout.result import Layout, is_sideways
from graphviz_nn.scene import UNITS, Page, sizes
from graphviz_nn.scene.page import smallest
from graphviz_nn.views import VIEWS


def refusal(graphs: Sequence[Graph], asked: Mapping[str, Any], room: Room) -> str:
    """The error that graphs don't fit the page that is asked for, with the changes of what is asked that do."""
    plan = planned(graphs, asked)
    page, least = plan.page, plan.look.sheet.text.least_size
    assert page is not None
    found, letters = nearest(plan, room)
    others = ((f"{option}={value!r}", {**asked, option: value}) for option, value in _others(plan))
    fitting = [said for said, other in others if _fits(graphs, other, room)]
    scarce = page.scarce(found.scene) if found else "room"
    remedy = f"these fit, each alone: {', '.join(fitting)}" if fitting else f"give more {scarce}, or draw a part of it"
    return (
        f"the picture is too large for {sizes(asked['width'], asked['height'])}: its smallest text would be "
        f"{'' if found else 'below '}{letters:.1f} pt, and the style allows no less than {least * page.far:g} pt"
        f"{_culprit(found, page, least * page.far) if found else ''}; {remedy}"
    )


def _others(plan: Plan) -> Iterator[tuple[str, str]]:
    """Other views, directions and styles: an option, and what it may be."""
    chosen, is_level = plan.views[0], is_sideways(plan.look.direction)
    for name, view in VIEWS.items():
        is_same = len(plan.views) == 1 and (view.detail, view.form) == (chosen.detail, chosen.form)
        # Single numbers are more than anything else.
        if not is_same and view.detail != "scalars":
            yield "view", name
    # A single view from left to right has been turned already.
    if not is_level or len(plan.views) > 1:
        yield "direction", "TB" if is_level else "LR"
    yield "style", "column"


def _fits(graphs: Sequence[Graph], asked: Mapping[str, Any], room: Room) -> bool:
    # A view may be empty for a model, or another option may not be for it.
    with suppress(Error):
        # What a view folds to is another view; modules that close are the same.
        return drawn(planned(graphs, asked), room, folding=asked["view"] == "blocks") is not None
    return False


def _culprit(found: Drawn, page: Page, least: float) -> str:
    """What a picture is too large for, in words, with its smallest text as small as it may be."""
    scale = least / smallest(found.scene) / UNITS["cm"]
    shapes = [(box.width, name) for layout in found.layouts for name, box in layout.boxes.items()]
    width, widest = max(shapes, default=(0.0, ""))
    if scale * width > (page.width - 2 * page.margin) / UNITS["cm"]:
        return f", at which {widest} alone is {scale * width:.1f} cm wide"
    side = "high" if page.scarce(found.scene) == "height" else "wide"
    lines = [line for layout in found.layouts for line in _lines(layout) if layout.sideways == (side == "wide")]
    if lines:
        longest, said = max(lines)
        return f", at which the {said} is {scale * longest:.1f} cm {side}"
    length = found.scene.height if side == "high" else found.scene.width
    return f", at which it is {scale * length:.1f} cm {side}"


def _lines(layout: Layout) -> Iterator[tuple[float, str]]:
    """How long each row of a picture in rows is, or each column, and its words."""
    rows: dict[int, list[str]] = {}
    for name, row in layout.rows.row.items() if layout.rows else ():
        rows.setdefault(row, []).append(name)
    for names in rows.values():
        boxes = [(layout.boxes[name], name) for name in names]
        spans = [
            (box.x - box.width / 2, box.x + box.width / 2, name)
            if layout.sideways
            else (box.y - box.height / 2, box.y + box.height / 2, name)
            for box, name in boxes
        ]
        (low, _, first), (_, high, last) = min(spans), max(spans, key=lambda span: span[1])
        yield high - low, f"{'row' if layout.sideways else 'column'} from {first} to {last}"
