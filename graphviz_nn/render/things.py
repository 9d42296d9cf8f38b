"""The parts of a web page: each group of a scene as markup relative to its corner, so that equal groups have equal
markup."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from graphviz_nn.layout.glyphs import SIZE
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render.letters import origin
from graphviz_nn.render.svg import escape, number, path_data
from graphviz_nn.scene.primitives import Group, Path, Scene, Text


@dataclass
class Palette:
    """The colours and the outlines of letters on a page, with their names."""

    names: dict[str, str] = field(default_factory=dict)
    outlines: dict[str, str] = field(default_factory=dict)

    def colour(self, colour: str) -> str:
        """The name of a colour."""
        return self.names.setdefault(colour.upper(), f"c{len(self.names)}")

    def outline(self, path: str) -> str:
        """The id of the outline of a text."""
        return self.outlines.setdefault(path, f"t{len(self.outlines)}")


@dataclass(frozen=True)
class Thing:
    """Markup, and the position of its corner."""

    markup: str
    place: tuple[float, float]


def things(
    scene: Scene, frames: Collection[str], ways: Collection[str], direction: str, palette: Palette
) -> list[Thing]:
    """The groups of a scene, with focusable ones in the order of the flow.

    Parameters
    ----------
    frames : collection of str
        The open blocks.
    ways : collection of str
        The blocks that can be opened or closed.
    """
    found: list[Thing] = []
    row: list[tuple[tuple[float, float], Thing]] = []

    def placed(group: Group, **attributes: str) -> Thing:
        return _thing(group, attributes, palette)

    for group in scene.groups:
        is_frame, goes = group.name in frames, group.name in ways
        if is_frame:
            # The title of a frame closes it, and comes in its turn; the frame itself is behind everything.
            boxes = tuple(item for item in group.items if isinstance(item, Path))
            titles = tuple(item for item in group.items if isinstance(item, Text))
            found.append(placed(replace(group, items=boxes), **{"class": "frame", "data-frame": group.name}))
            title = placed(replace(group, items=titles), **_said(group, "title", goes, is_open=True))
            row.append((_position(boxes[0], direction), title))
        elif group.ends is None and group.name:
            said = _said(group, "node", goes, is_open=False)
            row.append((_position(group.items[0], direction), placed(group, **said)))
        else:
            # Views one after the other have separate orders.
            if group.ends is None or not _is_only_frames(row):
                found += [thing for _, thing in sorted(row, key=lambda each: each[0])]
                row.clear()
            said = (
                _said(group, "line", goes, is_open=False) if group.name else {"role": "img", "aria-label": group.title}
            )
            found.append(placed(group, **said))
    return found + [thing for _, thing in sorted(row, key=lambda each: each[0])]


def _is_only_frames(row: list[tuple[tuple[float, float], Thing]]) -> bool:
    return all('class="title"' in thing.markup[:40] for _, thing in row)


def _position(item: Path | Text, direction: str) -> tuple[float, float]:
    x, y = (item.x, item.y) if isinstance(item, Text) else _corner(item)
    return (x, y) if direction == "LR" else (y, x)


def _corner(path: Path) -> tuple[float, float]:
    xs = [value for _, values in path.commands for value in values[::2]]
    ys = [value for _, values in path.commands for value in values[1::2]]
    return min(xs), min(ys)


def _said(group: Group, kind: str, goes: bool, *, is_open: bool) -> dict[str, str]:
    """The description of a group and its action, for all readers."""
    facts = group.facts or (("is", group.title),)
    told = f"{group.name}: " + ", ".join(f"{word} {what}" for word, what in facts)
    attributes = {"class": kind, "data-name": group.name, "data-facts": json.dumps(facts, ensure_ascii=False)}
    attributes |= {"role": "img", "aria-label": told}
    if kind != "line":
        attributes["tabindex"] = "0"
    if is_open:
        attributes["data-box"] = group.name
    if goes:
        opening = {"data-go": group.name, "role": "button", "aria-expanded": str(is_open).lower(), "tabindex": "0"}
        attributes |= opening
    return attributes


def _thing(group: Group, attributes: Mapping[str, str], palette: Palette) -> Thing:
    first = group.items[0]
    x, y = (first.x, first.y) if isinstance(first, Text) else _corner(first)
    x, y = round(x, 2), round(y, 2)
    inside = "".join(
        _path(item, x, y, palette) if isinstance(item, Path) else _text(item, x, y, palette) for item in group.items
    )
    kind = attributes.get("class")
    if kind == "line" and isinstance(first, Path):
        inside += f'<path class="hit" d="{_moved(first, x, y)}"/>'
    elif kind == "title" and isinstance(first, Text):
        found = typeset(first.tex, first.family)
        width, height = found.width * first.size + 8, found.height * first.size + 8
        inside = (
            f'<path class="hit" d="M{number(-width / 2)} {number(-height / 2)}h{number(width)}v{number(height)}'
            f'h{number(-width)}Z"/>{inside}'
        )
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return Thing(f"<g{written}>{inside}</g>", (x, y))


def _moved(path: Path, x: float, y: float) -> str:
    return path_data(
        tuple(
            (letter, tuple(value - (y if place % 2 else x) for place, value in enumerate(values)))
            for letter, values in path.commands
        )
    )


def _path(path: Path, x: float, y: float, palette: Palette) -> str:
    classes = [f"f{palette.colour(path.fill)}"] if path.fill else []
    classes += [f"s{palette.colour(path.stroke)}"] if path.stroke else []
    paint = "" if path.fill else ' fill="none"'
    paint += f' stroke-width="{number(path.width)}"' if path.stroke else ""
    paint += f' stroke-dasharray="{" ".join(map(number, path.dash))}"' if path.dash else ""
    return f'<path class="{" ".join(classes)}"{paint} d="{_moved(path, x, y)}"/>'


def _text(text: Text, x: float, y: float, palette: Palette) -> str:
    left, base = origin(text)
    outline = palette.outline(typeset(text.tex, text.family).path)
    place = f"translate({number(left - x)} {number(base - y)}) scale({text.size / SIZE:.4g})"
    return f'<use href="#{outline}" class="f{palette.colour(text.colour)}" transform="{place}"/>'
