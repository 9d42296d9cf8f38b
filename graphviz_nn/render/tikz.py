"""A scene as readable TikZ to edit; LaTeX sets its labels."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from graphviz_nn.errors import UsageError
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render.fonts import packages, provided
from graphviz_nn.render.labels import PACKAGES, Labels
from graphviz_nn.render.latex import latex
from graphviz_nn.render.svg import number
from graphviz_nn.scene.primitives import Command, LaTeX, Path, Scene, Text

Item = TypeVar("Item")
# TeX's longest length.
LONGEST = 16_000.0
DOCUMENT = r"""\documentclass[tikz, border=0pt]{standalone}
%s
\begin{document}
%s\end{document}
"""


def tikz(scene: Scene) -> bytes:
    """The bytes of a LaTeX document of the picture's size."""
    picture = tikzpicture(scene)
    return (DOCUMENT % (packages(scene.latex.preamble if scene.latex else PACKAGES, picture), picture)).encode()


def tikzpicture(scene: Scene) -> str:
    r"""The picture without a document: an environment that defines its colours and styles.

    Raises
    ------
    LabelError
        If LaTeX can't set a label.
    UsageError
        If the picture is larger than TeX's longest length.

    Examples
    --------
    >>> from graphviz_nn.scene.primitives import Group
    >>> group = Group("node-x", "an input", (Text("x", 9.0, 5.0, 10.0, "#2D3748"),))
    >>> print(tikzpicture(Scene(20.0, 10.0, "#FFFFFF", "title", "description", (group,))))
    % title
    % description
    \begin{tikzpicture}[x=1bp, y=-1bp, % bp: what others call pt, 72 to an inch
      text1/.style={anchor=base, inner sep=0bp, text=ink1, font=\fontsize{10bp}{12bp}\selectfont},
    ]
    \definecolor{ink1}{HTML}{2D3748}
    \definecolor{page1}{HTML}{FFFFFF}
    \path[use as bounding box, fill=page1] (0, 0) rectangle (20, 10);
    % an input
    \node[text1] at (9, 7.24) {$x$};
    \end{tikzpicture}
    <BLANKLINE>
    """
    return drawing(scene, [(group.title, [(item, "") for item in group.items]) for group in scene.groups])


def drawing(scene: Scene, parts: Sequence[tuple[str, Sequence[tuple[Path | Text, str]]]]) -> str:
    """The environment for these parts, each with a comment; an item may name its slides."""
    if max(scene.width, scene.height) > LONGEST:
        size = f"{scene.width:.0f} × {scene.height:.0f} pt"
        raise UsageError(f"the picture is {size}, and TeX has no lengths over {LONGEST:.0f} pt; save an .svg or .pdf")
    items = [item for _, found in parts for item, _ in found]
    colours = _numbered([(scene.background, "page"), *(use for item in items for use in _uses(item))])
    looks = list(map(_look, items))
    styles = _numbered((look, _kind(item)) for look, item in zip(looks, items, strict=True))
    samples = dict(zip(looks, items, strict=True))
    names = iter([styles[look] for look in looks])
    lines = [
        f"% {_comment(scene.title)}",
        f"% {_comment(scene.description)}",
        r"\begin{tikzpicture}[x=1bp, y=-1bp, % bp: what others call pt, 72 to an inch",
        *(f"  {name}/.style={{{_style(samples[look], colours)}}}," for look, name in styles.items()),
        "]",
        *(rf"\definecolor{{{name}}}{{HTML}}{{{colour[1:].upper()}}}" for colour, name in colours.items()),
        rf"\path[use as bounding box, fill={colours[scene.background]}]"
        f" (0, 0) rectangle {_point(scene.width, scene.height)};",
    ]
    known = _measured(scene.latex, items) if scene.latex else None
    for title, found in parts:
        lines.append(f"% {_comment(title)}")
        for (item, slides), name in zip(found, names, strict=False):
            drawn = _path(item, name) if isinstance(item, Path) else _node(item, name, known)
            lines.append(rf"\only{slides}{{{drawn}}}" if slides and drawn else drawn)
    picture = "\n".join(line for line in [*lines, "\\end{tikzpicture}\n"] if line)
    return "\n".join([*provided(picture), picture])


def _measured(source: LaTeX, items: Iterable[Path | Text]) -> Labels:
    """The labels as this LaTeX sets them, also those of a combined picture."""
    found = Labels(source)
    for item in items:
        if isinstance(item, Text):
            found.measure(item.tex)
    found.settle()
    return found


def _numbered(uses: Iterable[tuple[Item, str]]) -> dict[Item, str]:
    """A name for each thing: its first use and a number, one kind after the other."""
    names: dict[Item, str] = {}
    counts: Counter[str] = Counter()
    for item, kind in uses:
        if item not in names:
            counts[kind] += 1
            names[item] = f"{kind}{counts[kind]}"
    return dict(sorted(names.items(), key=lambda each: each[1].rstrip("0123456789")))


def _uses(item: Path | Text) -> list[tuple[str, str]]:
    """The colours of an item, and their uses."""
    uses = [(item.colour, "ink")] if isinstance(item, Text) else [(item.fill, "fill"), (item.stroke, "ink")]
    return [(colour, kind) for colour, kind in uses if colour]


def _kind(item: Path | Text) -> str:
    if isinstance(item, Text):
        return "text"
    return "line" if not item.fill else "shape" if item.stroke else "head"


def _look(item: Path | Text) -> tuple[object, ...]:
    """The properties that items of one style share."""
    if isinstance(item, Text):
        return item.size, item.colour
    return item.fill, item.stroke, item.width, item.dash


def _style(item: Path | Text, colours: Mapping[str, str]) -> str:
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


def _path(path: Path, style: str) -> str:
    return rf"\path[{style}] {' '.join(map(_step, path.commands))};"


def _step(command: Command) -> str:
    letter, numbers = command
    points = [_point(*numbers[i : i + 2]) for i in range(0, len(numbers), 2)]
    match letter:
        case "M":
            return points[0]
        case "L":
            return f"-- {points[0]}"
        case "C":
            return f".. controls {points[0]} and {points[1]} .. {points[2]}"
    return "-- cycle"


def _node(text: Text, style: str, known: Labels | None) -> str:
    if not text.tex.strip():
        return ""
    found = known.measure(text.tex) if known else typeset(text.tex, text.family)
    label = latex(text.tex, known.source.commands if known else ())
    baseline = text.y + (found.top + found.bottom) / 2 * text.size
    return rf"\node[{style}] at {_point(text.x, baseline)} {{${label}$}};"


def _point(x: float, y: float) -> str:
    return f"({number(x)}, {number(y)})"


def _comment(text: str) -> str:
    """Text on one line that can't end a comment."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)
