"""Diagrams as a Mermaid flowchart, for READMEs and wikis that draw it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, pairwise

from graphviz_nn.forms.diagram import Diagram, Frame, Link, Shape
from graphviz_nn.scene import Scene
from graphviz_nn.scene.badge import SIGNS
from graphviz_nn.scene.paint import own, paint
from graphviz_nn.style.runs import in_unicode
from graphviz_nn.style.sheet import Sheet

# The delimiters around the label of each outline.
OUTLINES = {
    "circle": ('(("', '"))'),
    "rounded": ('("', '")'),
    "box": ('["', '"]'),
    "pill": ('(["', '"])'),
    "octagon": ('{{"', '"}}'),
    "trapezoid": ('[/"', '"\\]'),
}
# The most letters in a circle.
LONGEST = 4
# Characters that Mermaid, Markdown or HTML would interpret.
_SPECIAL = re.compile(
    r"""["#&<>`\\*_~|;{}\[\]$%@]|^[-+.]|(?<=^\d)[.)](?=\s|$)|(?<=^\d\d)[.)](?=\s|$)|(?<=//)|(?<=:)/"""
)


def mermaid(diagrams: Sequence[Diagram], sheet: Sheet, direction: str, scene: Scene) -> bytes:
    """The bytes of a flowchart; several diagrams are its parts, with the title of their scene.

    Examples
    --------
    >>> from graphviz_nn.style.sheet import load
    >>> diagram, scene = Diagram((Shape("x", "data", "x"),), ()), Scene(10, 10, "#ffffff", "a model", "", ())
    >>> print(mermaid([diagram], load("lecture"), "LR", scene).decode().splitlines()[1])
    flowchart LR
    """
    looks_of = {_class(shape): _look(shape, sheet) for diagram in diagrams for shape in diagram.shapes}
    numbers, lines, paints = count(1), list[str](), list[str]()
    for diagram in diagrams:
        lines += _diagram(diagram, sheet, numbers, paints)
    head = [f"%% {_comment(scene.title)}", f"flowchart {direction}"]
    looks = [
        *(f"classDef {name} {look}" for name, look in looks_of.items()),
        f"linkStyle default stroke:{sheet.line.colour}",
        *filter(None, paints),
    ]
    text = [*head, *(f"  {line}" for line in [*lines, *looks])]
    return ("\n".join(text) + "\n").encode()


def _diagram(diagram: Diagram, sheet: Sheet, numbers: "count[int]", paints: list[str]) -> Iterator[str]:
    names = {shape.name: f"n{next(numbers)}" for shape in diagram.shapes}
    shapes = {shape.name: _shape(names[shape.name], shape, sheet) for shape in diagram.shapes}
    frames = [frame for frame in diagram.frames if set(frame.members) & names.keys()]
    yield from _inside(None, frames, shapes, numbers, sheet)
    gaps = []
    for column in diagram.columns:
        if "" in column.members:
            # An invisible line keeps the omitted units in their column.
            gaps.append(f"n{next(numbers)}")
            yield f'{gaps[-1]}["⋮<br>{_text(in_unicode(column.note))}"]:::omitted'
    if gaps:
        yield f"classDef omitted fill:none,stroke:none,color:{sheet.text.notes}"
    for link in diagram.links:
        yield _link(link, names)
        paints += _paint(link, len(paints), diagram, sheet)
    for one, other in pairwise(gaps):
        yield f"{one} ~~~ {other}"
        paints.append("")


def _inside(
    outer: Frame | None, frames: Sequence[Frame], shapes: Mapping[str, str], numbers: "count[int]", sheet: Sheet
) -> Iterator[str]:
    """The shapes in a frame, with nested frames."""
    within = set(outer.members) if outer else set(shapes)
    nested = [frame for frame in frames if outer is None or _holds(outer, frame, frames)]
    direct = [frame for frame in nested if not any(_holds(other, frame, frames) for other in nested)]
    for frame in direct:
        name, look = f"f{next(numbers)}", sheet.frame
        yield f'subgraph {name} ["{_text(in_unicode(frame.title))}"]'
        yield from (f"  {line}" for line in _inside(frame, nested, shapes, numbers, sheet))
        yield "end"
        yield f"style {name} fill:{look.fill},stroke:{look.line},color:{look.ink or sheet.text.notes}"
    taken = {member for frame in direct for member in frame.members}
    yield from (line for name, line in shapes.items() if name in within and name not in taken)


def _holds(outer: Frame, inner: Frame, frames: Sequence[Frame]) -> bool:
    """Whether a frame is inside another; of two with the same contents, the later one is."""
    one, other = set(outer.members), set(inner.members)
    return other < one or (other == one and frames.index(outer) < frames.index(inner))


def _shape(name: str, shape: Shape, sheet: Sheet) -> str:
    outline = sheet.look(shape.kind).outline
    # A circle around a word would be as high as it is wide.
    before, after = OUTLINES["pill" if outline == "circle" and len(in_unicode(shape.label)) > LONGEST else outline]
    notes = (shape.note, shape.value, shape.gradient, *_learned(shape))
    sign = SIGNS.get(shape.change, "")
    label = rf"{sign}\ \ {shape.label}" if sign else shape.label
    lines = [_text(in_unicode(tex)) for tex in (label, *notes) if tex]
    return f"{name}{before}{'<br>'.join(lines) or '#8203;'}{after}:::{_class(shape)}"


def _link(link: Link, names: Mapping[str, str]) -> str:
    said = " ".join(in_unicode(tex) for tex in (*link.label.split("\n"), link.note) if tex)
    # The number of an operand is in a circle.
    number = chr(ord("①") + int(link.mark) - 1) if link.mark.isdigit() else ""
    mark = number or (_text(in_unicode(link.mark)) if link.mark else "")
    said = " ".join(filter(None, [mark, _text(said)]))
    numbers = (link.value, link.gradient, *_learned(link))
    label = "<br>".join(filter(None, [said, *(_text(in_unicode(tex)) for tex in numbers if tex)]))
    arrow = "---" if link.plain else "-->"
    return f"{names[link.tail]} {arrow}" + (f'|"{label}"|' if label else "") + f" {names[link.head]}"


def _learned(said: Shape | Link) -> Iterator[str]:
    """A line for each parameter inside a layer: its name, its value and its gradient."""
    return (r"\ \ ".join(filter(None, (each.label, each.value, each.gradient))) for each in said.learned)


def _class(shape: Shape) -> str:
    return f"{shape.table}{shape.hue.number}" if shape.hue else shape.table


def _look(shape: Shape, sheet: Sheet) -> str:
    look = own(shape, sheet)
    dash = f",stroke-dasharray:{' '.join(f'{each:g}' for each in look.dash)}" if look.dash else ""
    return f"fill:{look.fill},stroke:{look.line},color:{sheet.ink(shape.table)}{dash}"


def _paint(link: Link, number: int, diagram: Diagram, sheet: Sheet) -> list[str]:
    ink = paint(link, diagram.strongest, sheet)
    if not link.plain and link.weight is None and not link.layer:
        return [""]
    dash = f",stroke-dasharray:{' '.join(f'{each:g}' for each in ink.dash)}" if ink.dash else ""
    return [f"linkStyle {number} stroke:{ink.colour},stroke-width:{ink.width:.2f}px{dash}"]


def _text(text: str) -> str:
    """Text on one line that Mermaid, Markdown and HTML don't interpret."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};" if found[0] else "", " ".join(shown.split()))


def _comment(text: str) -> str:
    # A comment with braces would be a directive.
    shown = "".join(character if character.isprintable() else " " for character in text)
    return shown.translate({ord("{"): "(", ord("}"): ")"})
