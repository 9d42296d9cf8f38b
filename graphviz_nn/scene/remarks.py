"""Callouts and braces, the title and the caption of a picture, and the headings of its views."""

import math
from collections.abc import Sequence
from dataclasses import replace

from graphviz_nn.layout.geometry import Point
from graphviz_nn.layout.prose import broken, extent, placed
from graphviz_nn.layout.result import Mark, Placed
from graphviz_nn.scene.primitives import Command, Group, Path, Scene, Text
from graphviz_nn.scene.stack import shifted
from graphviz_nn.style.labels import plain
from graphviz_nn.style.sheet import Sheet

# The widths of a brace's ends and tip, as shares of its arms.
THIN = 0.4
# The least room for a line of a title or a caption, in widths of an m: shorter lines are hard to read.
LINE = 15


def remark(mark: Mark, number: int, sheet: Sheet) -> Group:
    """A callout with its thin line, or a brace with its label."""
    look = sheet.callout if mark.kind == "callout" else sheet.brace
    line, ink = look.line or sheet.text.notes, look.ink or sheet.text.ink
    if mark.kind == "callout":
        path = Path((("M", mark.points[0]), ("L", mark.points[1])), None, line, look.width)
    else:
        path = Path(_swelling(mark.points, look.width * (1 - THIN) / 2), line, line, look.width * THIN)
    texts = tuple(Text(each.tex, each.x, each.y, each.size, ink, sheet.text.family) for each in mark.texts)
    said = " ".join(plain(each.tex) for each in mark.texts)
    return Group(f"{mark.kind}-{number}", f"{mark.kind}: {said}", (path, *texts))


def _swelling(points: Sequence[Point], half: float) -> tuple[Command, ...]:
    """The outline of a brace whose arms are wider than its ends and its tip."""
    there, back = list[tuple[Point, ...]](), list[tuple[Point, ...]]()
    for number in range(6):
        piece = points[3 * number : 3 * number + 4]
        # Hook, arm, tip, and the same again: pieces 0 and 3 start thin, 2 and 5 end thin.
        wide = half * (number not in (0, 3)), half * (number not in (2, 5))
        there.append(_aside(piece, wide))
        back.append(_aside(piece, (-wide[0], -wide[1])))
    commands: list[Command] = [("M", there[0][0])]
    commands += [("C", (*b, *c, *d)) for _, b, c, d in there]
    commands += [("C", (*c, *b, *a)) for a, b, c, _ in reversed(back)]
    return (*commands, ("Z", ()))


def _aside(piece: Sequence[Point], wide: tuple[float, float]) -> tuple[Point, ...]:
    """A cubic piece parallel to another, with distances at its start and its end."""
    found = []
    for place, (a, b) in enumerate((piece[:2], piece[:2], piece[2:], piece[2:])):
        length = math.dist(a, b) or 1.0
        normal = (b[1] - a[1]) / length, -(b[0] - a[0]) / length
        x, y = piece[place]
        away = wide[place // 2]
        found.append((x + normal[0] * away, y + normal[1] * away))
    return tuple(found)


def titled(scene: Scene, title: Sequence[Sequence[str]], caption: Sequence[Sequence[str]], sheet: Sheet) -> Scene:
    """Add a title above and a caption below a scene, as paragraphs of TeX words, centred and of the scene's width.

    The page grows for lines of a legible length.
    """
    text, margin = sheet.text, sheet.page.margin
    room = scene.width - 2 * margin
    parts = [
        (kind, lines, size, *extent(lines, size))
        for kind, said, size in (("title", title, text.title_size), ("caption", caption, text.caption_size))
        if (lines := broken(said, max(room, LINE * size), size))
    ]
    if not parts:
        return scene
    width = max(scene.width, *(wide + 2 * margin for _, _, _, wide, _ in parts))
    rooms = {kind: height + 1.5 * sheet.gap.inside for kind, _, _, _, height in parts}
    dx, dy = (width - scene.width) / 2, rooms.get("title", 0.0)
    groups = [shifted(group, dx, dy) for group in scene.groups]
    height = scene.height + sum(rooms.values())
    for kind, lines, size, _, tall in parts:
        top = margin if kind == "title" else height - margin - tall
        groups.insert(0 if kind == "title" else len(groups), _written(kind, placed(lines, width / 2, top, size), sheet))
    return replace(scene, width=width, height=height, groups=tuple(groups))


def headed(
    scenes: Sequence[Scene], headings: Sequence[Sequence[Sequence[str]]], sheet: Sheet, *, centred: bool
) -> list[Scene]:
    """Add a heading above each scene: centred, or at its left edge.

    All make the same room, so that scenes side by side stay on one line.
    """
    size, margin = sheet.text.caption_size, sheet.page.margin
    written = [broken(said, scene.width - 2 * margin, size) for scene, said in zip(scenes, headings, strict=True)]
    extents = [extent(lines, size) for lines in written]
    room = max(height for _, height in extents) + sheet.gap.inside
    found = []
    for scene, lines, (wide, height) in zip(scenes, written, extents, strict=True):
        middle, half = _middle(scene), wide / 2 + margin
        dx = max(0.0, half - middle) if centred else 0.0
        width = max(scene.width + dx, middle + dx + half if centred else 2 * half)
        dy = room if centred else height + sheet.gap.inside
        place = (middle + dx, margin) if centred else (margin, margin)
        texts = placed(lines, *place, size, side=0 if centred else 1)
        groups = (_written("heading", texts, sheet), *(shifted(group, dx, dy) for group in scene.groups))
        found.append(replace(scene, width=width, height=scene.height + dy, groups=groups))
    return found


def _middle(scene: Scene) -> float:
    """The middle of the shapes of a scene, without what is written beside them."""
    outlines = [group.items[0] for group in scene.groups if group.id.startswith("node-") and group.items]
    found = [x for each in outlines if isinstance(each, Path) for _, numbers in each.commands for x in numbers[::2]]
    return (min(found) + max(found)) / 2 if found else scene.width / 2


def _written(kind: str, lines: Sequence[Placed], sheet: Sheet) -> Group:
    # Headings are quieter than the words of the picture.
    ink = sheet.text.notes if kind == "heading" else sheet.text.ink
    texts = tuple(Text(each.tex, each.x, each.y, each.size, ink, sheet.text.family) for each in lines)
    return Group(kind, " ".join(plain(each.tex) for each in lines), texts)
