"""A legend below a picture: what its shapes and lines are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.measure import level, typeset
from graphviz_nn.scene.outlines import OUTLINES, trapezoid
from graphviz_nn.scene.primitives import Command, Group, Path, Scene, Text
from graphviz_nn.style.labels import words
from graphviz_nn.style.sheet import Sheet

# The kinds of shapes in the order of the legend; each is its own word.
KINDS = (
    "data",
    "unit",
    "parameter",
    "target",
    "constant",
    "operation",
    "layer",
    "activation",
    "function",
    "loss",
)
# The size of a sample, and how long the short end of a trapezoid is, in sizes of its word.
WIDTH, HEIGHT, SHORT = 2.2, 1.5, 0.85


@dataclass(frozen=True)
class Sample:
    """A word and what it is of: a kind of shape, or the sign of a weight."""

    word: str
    kind: str = ""
    sign: int = 0


def samples(diagrams: Iterable[Diagram]) -> list[Sample]:
    """What occurs in diagrams.

    >>> from graphviz_nn.forms.diagram import Link, Shape
    >>> shapes = Shape("y", "loss", "y"), Shape("x", "data", "x")
    >>> [each.word for each in samples([Diagram(shapes, (Link("x", "y", "w", weight=-2.0),))])]
    ['data', 'loss', 'negative weight']
    """
    diagrams = list(diagrams)
    drawn = {shape.kind for diagram in diagrams for shape in diagram.shapes}
    weights = [link.weight for diagram in diagrams for link in diagram.links if link.weight]
    signs = {"positive weight": 1, "negative weight": -1}
    found = [Sample(kind, kind) for kind in KINDS if kind in drawn]
    return found + [Sample(word, sign=sign) for word, sign in signs.items() if any(w * sign > 0 for w in weights)]


def legended(scene: Scene, diagrams: Sequence[Diagram], sheet: Sheet) -> Scene:
    """The scene with a small sample of everything that is drawn and its word below it, in as many rows as it takes."""
    size, gap, margin = sheet.text.note_size, sheet.gap.inside, sheet.page.margin
    height = HEIGHT * size
    x, y = margin, scene.height + gap - margin / 2 + height / 2
    items: list[Path | Text] = []
    end = scene.width - margin
    for sample in samples(diagrams):
        tex = words(sample.word)
        text = typeset(tex).width * size
        width = WIDTH * size + 0.6 * size + text
        if x > margin and x + width > scene.width - margin:
            x, y = margin, y + height + gap
        items.append(_path(sample, x + WIDTH * size / 2, y, size, sheet))
        items.append(Text(tex, x + width - text / 2, y + level(tex) * size, size, sheet.text.ink))
        end = max(end, x + width)
        x += width + 2 * gap
    if not items:
        return scene
    return replace(
        scene,
        width=end + margin,
        height=y + height / 2 + margin,
        groups=(*scene.groups, Group("legend", "what the shapes and lines are", tuple(items))),
    )


def _path(sample: Sample, x: float, y: float, size: float, sheet: Sheet) -> Path:
    width, height = WIDTH * size, HEIGHT * size
    if sample.sign:
        weight = sheet.weight
        colour, dash = (weight.positive, ()) if sample.sign > 0 else (weight.negative, weight.dash)
        line: tuple[Command, ...] = (("M", (x - width / 2, y)), ("L", (x + width / 2, y)))
        return Path(line, None, colour, (weight.least + weight.most) / 2, dash)
    look = sheet.look(sample.kind)
    if look.outline == "trapezoid":
        outline = trapezoid(x, y, width, height, (SHORT * size, height), sideways=True)
    else:
        outline = OUTLINES[look.outline](x, y, height if look.outline == "circle" else width, height)
    return Path(outline, look.fill, look.line, sheet.line.width * look.width, look.dash)
