"""Blocks filled by the norms of their gradients, and the scale of these shades below the picture."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite, log10

from graphviz_nn.forms.diagram import Diagram, Shape
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.measure import level, typeset
from graphviz_nn.scene.outlines import OUTLINES
from graphviz_nn.scene.paint import mixed, strongest
from graphviz_nn.scene.primitives import Group, Path, Scene, Text
from graphviz_nn.style.numbers import number
from graphviz_nn.style.sheet import Sheet

# The least ratio of the ends of a scale, so that nearly equal norms look so.
RATIO = 100.0
# The share of the strongest shade that the smallest norm has; 0 has none.
FAINTEST = 0.15
# The size of the bar, in font sizes, and the number of its shades.
LENGTH, HEIGHT, STEPS = 12.0, 0.9, 48


@dataclass(frozen=True)
class Scale:
    """The logarithmic scale of norms from the smallest to the largest, each of a strength."""

    least: float
    most: float

    def share(self, norm: float) -> float:
        """The share of the strongest shade.

        >>> scale = Scale(0.01, 100.0)
        >>> scale.share(0.0), scale.share(100.0), round(scale.share(1.0), 3)
        (0.0, 1.0, 0.575)
        """
        if not isfinite(norm) or norm <= 0:
            return 0.0
        way = log10(norm / self.least) / log10(self.most / self.least)
        return FAINTEST + (1 - FAINTEST) * min(max(way, 0.0), 1.0)


def scale_of(diagrams: Iterable[Diagram]) -> Scale | None:
    """The scale that the blocks of some diagrams share; None if no norm is above 0."""
    norms = (each for diagram in diagrams for shape in diagram.shapes for each in shape.norms)
    sizes = [each for each in norms if isfinite(each) and each > 0]
    return Scale(min(min(sizes), max(sizes) / RATIO), max(sizes)) if sizes else None


def shade(norm: float, scale: Scale, sheet: Sheet) -> str:
    """The colour of a norm: the darker on a pale page, the larger, also in gray."""
    colour, page = sheet.text.gradients, sheet.page.background
    return mixed(page, colour, strongest(colour, page, sheet.text.ink) * scale.share(norm))


def filled(shape: Shape, edge: Path, box: Box, scale: Scale, sheet: Sheet) -> list[Path]:
    """The outline of a block, filled with the shade of its norm; with a stripe for each block that it is drawn for.

    What has no norm is empty, so that no other colour is taken for a shade.
    """
    if not shape.norms:
        return [replace(edge, fill=sheet.page.background)]
    shades = [shade(each, scale, sheet) for each in shape.norms]
    if len(set(shades)) == 1 or OUTLINES[box.outline] is not OUTLINES["box"]:
        return [replace(edge, fill=shade(max(shape.norms), scale, sheet))]
    return [*_stripes(box, shades), replace(edge, fill=None)]


def _stripes(box: Box, shades: Sequence[str]) -> Iterator[Path]:
    """Stripes across a box; each lies on the one before, so that no gap shows between them."""
    for place, each in enumerate(shades):
        rest = box.width * (len(shades) - place) / len(shades)
        yield Path(OUTLINES["box"](box.x + (box.width - rest) / 2, box.y, rest, box.height), each)


def scaled(scene: Scene, scale: Scale | None, sheet: Sheet) -> Scene:
    """Add the scale of the shades below a scene: a bar, with the norms at its ends."""
    if scale is None:
        return scene
    size, margin, gap = sheet.text.note_size, sheet.page.margin, sheet.gap.inside
    ends = [number(scale.least, 2), number(scale.most, 2)]
    first, last = (typeset(each).width * size for each in ends)
    length, height = LENGTH * size, HEIGHT * size
    y, start = scene.height - margin / 2 + height / 2, margin + first + gap / 2
    bar = Box(start + length / 2, y, length, height, "box")
    norms = (scale.least * (scale.most / scale.least) ** (place / (STEPS - 1)) for place in range(STEPS))
    items: list[Path | Text] = [*_stripes(bar, [shade(each, scale, sheet) for each in norms])]
    items.append(Path(OUTLINES["box"](bar.x, y, length, height), None, sheet.text.gradients, 0.6 * sheet.line.width))
    for tex, x in zip(ends, (margin + first / 2, start + length + gap / 2 + last / 2), strict=True):
        items.append(Text(tex, x, y + level(tex) * size, size, sheet.text.gradients, sheet.text.family))
    said = f"scale of the shades: from {scale.least:.2g} to {scale.most:.2g}, logarithmic"
    return replace(
        scene,
        width=max(scene.width, start + length + gap / 2 + last + margin),
        height=y + height / 2 + margin,
        groups=(*scene.groups, Group("scale", said, tuple(items))),
    )
