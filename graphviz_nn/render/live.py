"""A scene as SVG for a script that changes it: light and dark colours by number, and places for numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphviz_nn.layout.glyphs import SIZE
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render.letters import origin
from graphviz_nn.render.svg import escape, number, path_data
from graphviz_nn.scene.primitives import Group, Path, Scene, Text

# Of each id, which is unlike those of the page around it.
PREFIX = "p-"


@dataclass(frozen=True)
class Place:
    """A place for a number: the id of its path, and the text that it was laid out for."""

    id: str
    text: Text


@dataclass
class Live:
    """The SVG of a scene, the pairs of a light and a dark colour that its classes name, and the places of its numbers.

    A thing is filled by the pair ``f3`` and has the line ``s3``; outside such a script it is light.
    """

    svg: str = ""
    colours: dict[tuple[str, str], int] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    outlines: dict[str, str] = field(default_factory=dict)

    def paint(self, kind: str, light: str, dark: str) -> str:
        """The attributes of a fill or a stroke."""
        pair = self.colours.setdefault((light, dark), len(self.colours))
        return f'{kind}="{light}" data-{kind}="{pair}"'

    def outline(self, path: str) -> str:
        """The id of the outline of a text."""
        return self.outlines.setdefault(path, f"{PREFIX}t{len(self.outlines)}")


def live(scene: Scene, dark: Scene) -> Live:
    """The SVG of a scene, whose colours are those of the same scene in a dark style where its page is dark.

    Numbers with a source are left out, to be written in their places.

    Examples
    --------
    >>> day, night = (Scene(9.0, 9.0, page, "t", "d", ()) for page in ("#FFFFFF", "#000000"))
    >>> live(day, night).colours
    {('#FFFFFF', '#000000'): 0}
    """
    found = Live()
    width, height = number(scene.width), number(scene.height)
    page = found.paint("fill", scene.background, dark.background)
    groups = [line for pair in zip(scene.groups, dark.groups, strict=True) for line in _group(*pair, found)]
    letters = "".join(f'<path id="{name}" d="{outline}"/>' for outline, name in found.outlines.items())
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="group"'
        f' aria-labelledby="{PREFIX}title" aria-describedby="{PREFIX}description">',
        f'<title id="{PREFIX}title">{escape(scene.title)}</title>',
        f'<desc id="{PREFIX}description">{escape(scene.description)}</desc>',
        f"<defs>{letters}</defs>",
        f'<rect width="{width}" height="{height}" {page}/>',
        *groups,
        "</svg>",
    ]
    found.svg = "\n".join(lines)
    return found


def _group(group: Group, dark: Group, found: Live) -> Iterator[str]:
    yield f'<g id="{PREFIX}{escape(group.id)}" role="img" aria-label="{escape(group.title)}">'
    for item, other in zip(group.items, dark.items, strict=True):
        if isinstance(item, Path) and isinstance(other, Path):
            yield _path(item, other, found)
        elif isinstance(item, Text) and isinstance(other, Text):
            yield _number(item, other, found) if item.source else _text(item, other, found)
    yield "</g>"


def _path(path: Path, dark: Path, found: Live) -> str:
    paint = found.paint("fill", path.fill, dark.fill) if path.fill and dark.fill else 'fill="none"'
    if path.stroke and dark.stroke:
        paint += f' {found.paint("stroke", path.stroke, dark.stroke)} stroke-width="{number(path.width)}"'
    if path.dash:
        paint += f' stroke-dasharray="{" ".join(map(number, path.dash))}"'
    return f'<path d="{path_data(path.commands)}" {paint}/>'


def _text(text: Text, dark: Text, found: Live) -> str:
    x, y = origin(text)
    outline = found.outline(typeset(text.tex, text.family).path)
    place = f"translate({number(x)} {number(y)}) scale({text.size / SIZE:.4g})"
    return f'<use href="#{outline}" {found.paint("fill", text.colour, dark.colour)} transform="{place}"/>'


def _number(text: Text, dark: Text, found: Live) -> str:
    place = Place(f"{PREFIX}n{len(found.places)}", text)
    found.places.append(place)
    return f'<path id="{place.id}" {found.paint("fill", text.colour, dark.colour)} d=""/>'
