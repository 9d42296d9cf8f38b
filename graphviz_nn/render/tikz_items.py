"""Paths and labels of a scene as TikZ, with their styles and colours."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from graphviz_nn.errors import UsageError
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render.labels import Labels
from graphviz_nn.render.latex import latex
from graphviz_nn.render.svg import number
from graphviz_nn.scene.primitives import Command, LaTeX, Path, Scene, Text

Item = TypeVar("Item")
# TeX's longest length.
LONGEST = 16_000.0


def measured(source: LaTeX, items: Iterable[Path | Text]) -> Labels:
    """The labels as this LaTeX sets them, also those of a combined picture."""
    found = Labels(source)
    for item in items:
        if isinstance(item, Text):
            found.measure(item.tex)
    found.settle()
    return found


def numbered(uses: Iterable[tuple[Item, str]]) -> dict[Item, str]:
    """A name for each thing: its first use and a number, one kind after the other."""
    names: dict[Item, str] = {}
    counts: Counter[str] = Counter()
    for item, use in uses:
        if item not in names:
            counts[use] += 1
            names[item] = f"{use}{counts[use]}"
    return dict(sorted(names.items(), key=lambda each: each[1].rstrip("0123456789")))


def uses(item: Path | Text) -> list[tuple[str, str]]:
    """The colours of an item, and their uses."""
    found = [(item.colour, "ink")] if isinstance(item, Text) else [(item.fill, "fill"), (item.stroke, "ink")]
    return [(colour, use) for colour, use in found if colour]


def kind(item: Path | Text) -> str:
    if isinstance(item, Text):
        return "text"
    return "line" if not item.fill else "shape" if item.stroke else "head"


def look(item: Path | Text) -> tuple[object, ...]:
    """The properties that items of one style share."""
    if isinstance(item, Text):
        return item.size, item.colour
    return item.fill, item.stroke, item.width, item.dash


def style(item: Path | Text, colours: Mapping[str, str]) -> str:
    if isinstance(item, Text):
        font = rf"\fontsize{{{number(item.size)}bp}}{{{number(1.2 * item.size)}bp}}\selectfont"
        return f"anchor=base, inner sep=0bp, text={colours[item.colour]}, font={font}"
    keys = [f"fill={colours[item.fill]}"] if item.fill else []
    if item.stroke:
        keys += [f"draw={colours[item.stroke]}", f"line width={number(item.width)}bp"]
    if item.dash:
        # A pattern of an odd number of lengths repeats with dashes and gaps swapped.
        lengths = item.dash if len(item.dash) % 2 == 0 else item.dash * 2
        pattern = (f"{'off' if place % 2 else 'on'} {number(each)}bp" for place, each in enumerate(lengths))
        keys.append(f"dash pattern={' '.join(pattern)}")
    return ", ".join(keys)


def preamble(scene: Scene) -> list[str]:
    """The lines before the picture.

    Raises
    ------
    UsageError
        If the picture is larger than TeX's longest length.
    """
    if max(scene.width, scene.height) > LONGEST:
        size = f"{scene.width:.0f} × {scene.height:.0f} pt"
        raise UsageError(f"the picture is {size}, and TeX has no lengths over {LONGEST:.0f} pt; save an .svg or .pdf")
    return [f"% {comment(scene.title)}", f"% {comment(scene.description)}"]


def page(scene: Scene, styles: Mapping[str, str], colours: Mapping[str, str]) -> list[str]:
    """The first lines of the picture: its styles by name, its colours, its page."""
    return [
        r"\begin{tikzpicture}[x=1bp, y=-1bp, % bp: what others call pt, 72 to an inch",
        *(f"  {name}/.style={{{found}}}," for name, found in styles.items()),
        "]",
        *(rf"\definecolor{{{name}}}{{HTML}}{{{colour[1:].upper()}}}" for colour, name in colours.items()),
        rf"\path[use as bounding box, fill={colours[scene.background]}]"
        f" (0, 0) rectangle {point(scene.width, scene.height)};",
    ]


def drawn(path: Path, named: str) -> str:
    return rf"\path[{named}] {' '.join(map(step, path.commands))};"


def step(command: Command) -> str:
    letter, numbers = command
    points = [point(*numbers[i : i + 2]) for i in range(0, len(numbers), 2)]
    match letter:
        case "M":
            return points[0]
        case "L":
            return f"-- {points[0]}"
        case "C":
            return f".. controls {points[0]} and {points[1]} .. {points[2]}"
    return "-- cycle"


def node(text: Text, named: str, known: Labels | None) -> str:
    if not text.tex.strip():
        return ""
    return rf"\node[{named}] at {point(text.x, baseline(text, known))} {{{written(text, known)}}};"


def written(text: Text, known: Labels | None) -> str:
    """A label in LaTeX's own notation."""
    return f"${latex(text.tex, known.source.commands if known else ())}$"


def baseline(text: Text, known: Labels | None) -> float:
    """The height of a label's baseline, from the middle of its ink."""
    found = known.measure(text.tex) if known else typeset(text.tex, text.family)
    return text.y + (found.top + found.bottom) / 2 * text.size


def point(x: float, y: float) -> str:
    return f"({number(x)}, {number(y)})"


def comment(text: str) -> str:
    """Text on one line that can't end a comment."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)
