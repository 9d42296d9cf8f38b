"""A line below a picture."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from graphviz_nn.layout.measure import level, typeset
from graphviz_nn.layout.size import LEADING
from graphviz_nn.scene.compose import colour
from graphviz_nn.scene.primitives import Group, Scene, Text
from graphviz_nn.style.sheet import Sheet


def footed(scene: Scene, pieces: Sequence[tuple[str, str]], sheet: Sheet) -> Scene:
    """Add pieces of TeX below a scene, each in the colour of its kind, in as many rows as its width needs."""
    if not pieces:
        return scene
    size, gap, margin = sheet.text.note_size, 2 * sheet.gap.inside, sheet.page.margin
    texts = [typeset(tex) for tex, _ in pieces]
    rows = list(_rows([text.width * size for text in texts], gap, scene.width - 2 * margin))
    items, y, far = list[Text](), scene.height + sheet.gap.inside - margin / 2, 0.0
    for row in rows:
        height, x = max(texts[place].height for place in row) * size, margin
        y += height / 2
        for place in row:
            (tex, kind), text = pieces[place], texts[place]
            width = text.width * size
            # All share one baseline.
            middle = y + (level(r"\mathrm{xx}") + 0.225 - (text.top + text.bottom) / 2) * size
            items.append(Text(tex, x + width / 2, middle, size, colour(kind, sheet), sheet.text.family))
            x += width + gap
        y, far = y + height / 2 + LEADING * size, max(far, x - gap)
    return replace(
        scene,
        width=max(scene.width, far + margin),
        height=y - LEADING * size + margin,
        groups=(*scene.groups, Group("footer", "what the numbers are", tuple(items))),
    )


def _rows(widths: Sequence[float], gap: float, room: float) -> Iterator[list[int]]:
    """The positions of pieces in rows no longer than some room, unless a piece is longer."""
    row, x = list[int](), 0.0
    for place, width in enumerate(widths):
        if row and x + width > room:
            yield row
            row, x = [], 0.0
        row.append(place)
        x += width + gap
    yield row
