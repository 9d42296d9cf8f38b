"""A line below a picture."""

from collections.abc import Sequence
from dataclasses import replace

from graphviz_nn.layout.measure import level, typeset
from graphviz_nn.scene.compose import colour
from graphviz_nn.scene.primitives import Group, Scene, Text
from graphviz_nn.style.sheet import Sheet


def footed(scene: Scene, pieces: Sequence[tuple[str, str]], sheet: Sheet) -> Scene:
    """Add pieces of TeX in a row below a scene, each in the colour of its kind."""
    if not pieces:
        return scene
    size, gap, margin = sheet.text.note_size, 2 * sheet.gap.inside, sheet.page.margin
    texts = [typeset(tex) for tex, _ in pieces]
    height = max(text.height for text in texts) * size
    y = scene.height + sheet.gap.inside - margin / 2 + height / 2
    items, x = [], margin
    for (tex, kind), text in zip(pieces, texts, strict=True):
        width = text.width * size
        # All share one baseline.
        middle = y + (level(r"\mathrm{xx}") + 0.225 - (text.top + text.bottom) / 2) * size
        items.append(Text(tex, x + width / 2, middle, size, colour(kind, sheet), sheet.text.family))
        x += width + gap
    return replace(
        scene,
        width=max(scene.width, x - gap + margin),
        height=y + height / 2 + margin,
        groups=(*scene.groups, Group("footer", "what the numbers are", tuple(items))),
    )
