"""A legend below a picture, for its shapes and lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from graphviz_nn.forms.diagram import Diagram, Hue, table
from graphviz_nn.graph.difference import KINDS as CHANGES
from graphviz_nn.graph.text import words
from graphviz_nn.layout.measure import level, typeset
from graphviz_nn.layout.size import BADGE
from graphviz_nn.scene.badge import badge
from graphviz_nn.scene.outlines import OUTLINES, trapezoid
from graphviz_nn.scene.paint import hued, toned
from graphviz_nn.scene.primitives import Command, Group, Path, Scene, Text
from graphviz_nn.style.sheet import Sheet

# The kinds of shapes in the order of the legend; each is its own word.
KINDS = ("data", "unit", "parameter", "target", "constant", "operation", "layer", "activation", "function", "loss")
# The size of a sample, its distance from its word, and the short end of a trapezoid, in font sizes of the word.
WIDTH, HEIGHT, SPACE, SHORT = 2.2, 1.5, 0.6, 0.85


@dataclass(frozen=True)
class Sample:
    """A word and its sample: a kind of shape, its own colour, the sign of a weight, or a difference between models."""

    word: str
    kind: str = ""
    sign: int = 0
    is_solid: bool = False
    change: str = ""
    hue: Hue | None = None


def samples(diagrams: Iterable[Diagram]) -> list[Sample]:
    """The samples for the contents of diagrams.

    >>> from graphviz_nn.forms.diagram import Link, Shape
    >>> shapes = Shape("y", "loss", "y"), Shape("x", "data", "x")
    >>> [each.word for each in samples([Diagram(shapes, (Link("x", "y", "w", weight=-2.0),))])]
    ['data', 'loss', 'negative weight']
    """
    diagrams = list(diagrams)
    changes = {shape.change for diagram in diagrams for shape in diagram.shapes}
    changes = (changes | {frame.change for diagram in diagrams for frame in diagram.frames}) - {""}
    if changes:
        # Then colours have no other meaning.
        return [Sample(change, table(change), change=change) for change in ("same", *CHANGES) if change in changes]
    flat = [shape for diagram in diagrams for shape in diagram.shapes if shape.volume is None]
    hues = {shape.hue: shape.kind for shape in flat if shape.hue}
    drawn = {shape.kind for shape in flat if not shape.hue}
    solid = {
        kind
        for diagram in diagrams
        for shape in diagram.shapes
        if shape.volume is not None
        for kind in (*(slab.kind for slab in shape.volume.slabs), shape.volume.last)
    }
    weights = [link.weight for diagram in diagrams for link in diagram.links if link.weight]
    signs = {"positive weight": 1, "negative weight": -1}
    found = [Sample(kind, kind, is_solid=kind not in drawn) for kind in KINDS if kind in drawn | solid]
    found += [
        Sample(hue.word, hues[hue], hue=hue) for hue in sorted(hues, key=lambda hue: (hue.number < 0, hue.number))
    ]
    return found + [Sample(word, sign=sign) for word, sign in signs.items() if any(w * sign > 0 for w in weights)]


def legended(scene: Scene, diagrams: Sequence[Diagram], sheet: Sheet) -> Scene:
    """Add a sample and a word below a scene for everything that is drawn.

    They are in a row, or in columns if the row is too long.
    """
    entries = samples(diagrams)
    if not entries:
        return scene
    size, gap, margin = sheet.text.note_size, sheet.gap.inside, sheet.page.margin
    texts = [typeset(words(sample.word)).width * size for sample in entries]
    widths = [(WIDTH + SPACE) * size + text for text in texts]
    room, step = scene.width - 2 * margin, 2 * gap
    columns = len(entries)
    if sum(widths) + step * (columns - 1) > room:
        widths = [max(widths)] * columns
        columns = max(1, int((room + step) / (widths[0] + step)))
    top = scene.height + gap - margin / 2 + HEIGHT * size / 2
    # A sign reaches out of its sample.
    top += BADGE * size if any(sample.change in CHANGES for sample in entries) else 0.0
    items: list[Path | Text] = []
    for number, (sample, text) in enumerate(zip(entries, texts, strict=True)):
        row, column = divmod(number, columns)
        x, y = margin + sum(widths[:column]) + step * column, top + row * (HEIGHT * size + gap)
        tex = words(sample.word)
        items.append(_path(sample, x + WIDTH * size / 2, y, size, sheet))
        if sample.change in CHANGES:
            items += badge(sample.change, x, y - HEIGHT * size / 2, sheet)
        middle = x + (WIDTH + SPACE) * size + text / 2, y + level(tex) * size
        items.append(Text(tex, *middle, size, sheet.text.ink, sheet.text.family))
    return replace(
        scene,
        width=max(scene.width, sum(widths[:columns]) + step * (columns - 1) + 2 * margin),
        height=y + HEIGHT * size / 2 + margin,
        groups=(*scene.groups, Group("legend", "what the shapes and lines are", tuple(items))),
    )


def _path(sample: Sample, x: float, y: float, size: float, sheet: Sheet) -> Path:
    width, height = WIDTH * size, HEIGHT * size
    if sample.sign:
        weight = sheet.weight
        colour, dash = (weight.positive, ()) if sample.sign > 0 else (weight.negative, weight.dash)
        line: tuple[Command, ...] = (("M", (x - width / 2, y)), ("L", (x + width / 2, y)))
        return Path(line, None, colour, (weight.least + weight.most) / 2, dash)
    look = hued(sheet.look(sample.kind), sample.hue, sheet)
    if sample.change:
        look = toned(look, "", "pale" if sample.change == "same" else "strong", sheet)
    if sample.is_solid:
        outline = OUTLINES["box"](x, y, width, height)
    elif look.outline == "trapezoid":
        outline = trapezoid(x, y, width, height, (SHORT * size, height), sideways=True)
    else:
        outline = OUTLINES[look.outline](x, y, height if look.outline == "circle" else width, height)
    return Path(outline, look.fill, look.line, sheet.line.width * look.width, look.dash)
