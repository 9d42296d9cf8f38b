"""The shapes of a scene as places for TikZ nodes, each with a name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isclose

from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.render.svg import number
from graphviz_nn.scene.outlines import OUTLINES
from graphviz_nn.scene.primitives import Command, Group, Path

# Outlines that are shapes of TikZ, and their options.
SHAPES = {"box": "rectangle", "rounded": "rectangle, rounded corners=4bp", "circle": "circle"}

_VIEWS = re.compile(r"(view\d+-)+")


@dataclass(frozen=True)
class Place:
    """A shape: its name in TikZ, its middle, its size, and its outline; "" for one that TikZ doesn't have."""

    name: str
    x: float
    y: float
    width: float
    height: float
    outline: str

    @property
    def box(self) -> Box:
        return Box(self.x, self.y, self.width, self.height, "box")

    @property
    def shape(self) -> str:
        """TikZ's options for its outline."""
        if self.outline == "pill":
            return f"rectangle, rounded corners={number(min(self.width, self.height) / 2)}bp"
        return SHAPES[self.outline]

    @property
    def size(self) -> str:
        if self.outline == "circle":
            return f"minimum size={number(self.width)}bp"
        return f"minimum width={number(self.width)}bp, minimum height={number(self.height)}bp"


def view(group: Group) -> str:
    """What the id of a group of a combined picture begins with, for the views that it is in.

    >>> view(Group("view2-view1-node-x", "an input", ())), view(Group("node-x", "an input", ()))
    ('view2-view1-', '')
    """
    found = _VIEWS.match(group.id)
    return found[0] if found else ""


def places(groups: Iterable[Group]) -> dict[str, Place]:
    """The shapes by the ids of their groups."""
    found, taken = dict[str, Place](), set[str]()
    for group in groups:
        outline = group.items[0] if group.items else None
        own = group.id.removeprefix(view(group))
        if not own.startswith("node-") or not isinstance(outline, Path) or not outline.commands:
            continue
        points = [point for command in outline.commands for point in _points(command)]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        width, height = max(xs) - min(xs), max(ys) - min(ys)
        if not width or not height:
            continue
        x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        name = _named(group.name or own.removeprefix("node-"), taken)
        taken.add(name)
        found[group.id] = Place(name, x, y, width, height, _outline(outline.commands, x, y, width, height))
    return found


def _outline(commands: Sequence[Command], x: float, y: float, width: float, height: float) -> str:
    """The name of an outline that is a shape of TikZ; "" for another."""
    for name in ("box", "circle", "rounded"):
        other = OUTLINES[name](x, y, width, height)
        same = len(other) == len(commands) and all(
            one[0] == two[0] and all(isclose(a, b, abs_tol=0.01) for a, b in zip(one[1], two[1], strict=True))
            for one, two in zip(commands, other, strict=True)
        )
        if same:
            return "pill" if name == "circle" and abs(width - height) > 0.01 else name
    return ""


def _points(command: Command) -> list[Point]:
    """The points that a command gives, without those that only bend a curve."""
    _, numbers = command
    return [(numbers[-2], numbers[-1])] if numbers else []


def _named(name: str, taken: set[str]) -> str:
    """A name for TikZ, of letters, digits and hyphens, that no other shape has.

    >>> _named("x", set()), _named("a.b:c", set()), _named("x", {"x"}), _named("θ", set())
    ('x', 'a-b-c', 'x-2', 'shape')
    """
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-") or "shape"
    count, found = 1, plain
    while found in taken:
        count += 1
        found = f"{plain}-{count}"
    return found


def position(place: Place, tails: Iterable[Place]) -> str:
    """Where a node is: beside one of the shapes that arrows come from if it is in line with it, otherwise absolute.

    >>> x = Place("x", 10.0, 10.0, 8.0, 8.0, "box")
    >>> position(Place("y", 40.0, 10.0, 12.0, 8.0, "box"), [x]), position(x, [])
    ('right=20bp of x', '')
    """
    for tail in tails:
        across, down = place.x - tail.x, place.y - tail.y
        gap = (abs(across) - (place.width + tail.width) / 2, abs(down) - (place.height + tail.height) / 2)
        if abs(down) < 0.005 and gap[0] > 0.0:
            return f"{'right' if across > 0 else 'left'}={number(gap[0])}bp of {tail.name}"
        if abs(across) < 0.005 and gap[1] > 0.0:
            return f"{'below' if down > 0 else 'above'}={number(gap[1])}bp of {tail.name}"
    return ""


def beside(place: Place, x: float, y: float) -> str:
    """A point, from the middle of a shape."""
    return f"([shift={{({number(x - place.x)}, {number(y - place.y)})}}]{place.name}.center)"


def moved(commands: Iterable[Command], place: Place) -> tuple[Command, ...]:
    """Commands from the middle of a shape."""
    middle = place.x, place.y
    return tuple(
        (letter, tuple(value - middle[place % 2] for place, value in enumerate(values))) for letter, values in commands
    )


def tails(groups: Iterable[Group], known: Mapping[str, Place]) -> dict[str, list[Place]]:
    """The shapes from which arrows lead to each shape, by id."""
    found: dict[str, list[Place]] = {}
    for group in groups:
        if group.ends and group.ends[0] in known and group.ends[1] in known:
            found.setdefault(group.ends[1], []).append(known[group.ends[0]])
    return found


def in_flow(groups: Iterable[Group], known: Mapping[str, Place]) -> list[str]:
    """The ids of the shapes, each after those from which arrows lead to it, otherwise in order."""
    groups = list(groups)
    before: dict[str, list[str]] = {}
    for group in groups:
        if group.ends and group.ends[0] in known:
            before.setdefault(group.ends[1], []).append(group.ends[0])
    found, waiting = dict[str, None](), [group.id for group in reversed(groups) if group.id in known]
    begun = set[str]()
    while waiting:
        name = waiting[-1]
        if name not in begun:
            begun.add(name)
            waiting += [each for each in reversed(before.get(name, [])) if each not in begun]
        else:
            found.setdefault(waiting.pop())
    return list(found)
