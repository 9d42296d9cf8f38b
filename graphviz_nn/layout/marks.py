"""Add the author's marks to finished layouts: braces first, then callouts in free space."""

from collections.abc import Sequence
from dataclasses import replace

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.braces import braced
from graphviz_nn.layout.callouts import called
from graphviz_nn.layout.fit import bounds, moved
from graphviz_nn.layout.result import Layout
from graphviz_nn.style.sheet import Sheet


def marked(layouts: Sequence[Layout], diagrams: Sequence[Diagram], sheet: Sheet) -> list[Layout]:
    """Add braces and callouts to layouts; if pages grow along the flow, all of them grow equally."""
    found = []
    for layout, diagram in zip(layouts, diagrams, strict=True):
        braces = braced(layout, diagram, sheet)
        found.append(replace(layout, marks=(*layout.marks, *braces, *called(layout, diagram, braces, sheet))))
    if not any(layout.marks for layout in found):
        return found
    beyond = [_beyond(layout, sheet) for layout in found]
    # The same thing keeps the same position along the flow.
    start = max(each[0] if layout.sideways else each[1] for layout, each in zip(found, beyond, strict=True))
    return [_grown(layout, each, start) for layout, each in zip(found, beyond, strict=True)]


def _beyond(layout: Layout, sheet: Sheet) -> tuple[float, float, float, float]:
    """The extent of ink and margin beyond the page: left, top, right, bottom."""
    if not layout.marks:
        return 0.0, 0.0, 0.0, 0.0
    left, top, right, bottom = bounds(layout)
    margin = sheet.page.margin
    far, low = right + margin - layout.width, bottom + margin - layout.height
    return max(margin - left, 0.0), max(margin - top, 0.0), max(far, 0.0), max(low, 0.0)


def _grown(layout: Layout, beyond: tuple[float, float, float, float], start: float) -> Layout:
    left, top, right, bottom = beyond
    left, top = (start, top) if layout.sideways else (left, start)
    found = moved(layout, left, top)
    return replace(found, width=layout.width + left + right, height=layout.height + top + bottom)
