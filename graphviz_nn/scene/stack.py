"""Combine scenes into one."""

from collections.abc import Sequence
from dataclasses import replace

from graphviz_nn.scene.outlines import OUTLINES
from graphviz_nn.scene.primitives import Group, Path, Scene, Text


def stacked(scenes: Sequence[Scene], *, downwards: bool, centred: bool = False, gap: float = 0.0) -> Scene:
    """Put scenes below each other, or side by side, `gap` apart; their groups get the number of their scene.

    Unless they are `centred`, they share the left edge (the top edge side by side). A scene with another background
    than the first gets it drawn behind.
    """
    groups: list[Group] = []
    most = max(scene.width if downwards else scene.height for scene in scenes)
    width = height = 0.0
    for number, scene in enumerate(scenes, 1):
        before = gap if number > 1 else 0.0
        width, height = (width, height + before) if downwards else (width + before, height)
        aside = (most - (scene.width if downwards else scene.height)) / 2 if centred else 0.0
        dx, dy = (aside, height) if downwards else (width, aside)
        if scene.background != scenes[0].background:
            across = (most, scene.height) if downwards else (scene.width, most)
            groups.append(_background(scene, number, (0.0, height) if downwards else (width, 0.0), across))
        groups += [_moved(group, f"view{number}-", dx, dy) for group in scene.groups]
        width, height = (
            (max(width, scene.width), height + scene.height)
            if downwards
            else (width + scene.width, max(height, scene.height))
        )
    first = scenes[0]
    description = ". ".join(dict.fromkeys(scene.description for scene in scenes))
    latex = next((scene.latex for scene in scenes if scene.latex), None)
    return Scene(width, height, first.background, first.title, description, tuple(groups), latex)


def _background(scene: Scene, number: int, corner: tuple[float, float], size: tuple[float, float]) -> Group:
    (x, y), (width, height) = corner, size
    outline = OUTLINES["box"](x + width / 2, y + height / 2, width, height)
    return Group(f"view{number}-background", f"background of {scene.title}", (Path(outline, scene.background),))


def _moved(group: Group, prefix: str, dx: float, dy: float) -> Group:
    ends = (prefix + group.ends[0], prefix + group.ends[1]) if group.ends else None
    return replace(shifted(group, dx, dy), id=prefix + group.id, ends=ends)


def shifted(group: Group, dx: float, dy: float) -> Group:
    """Move a group."""
    return replace(group, items=tuple(_shifted(item, dx, dy) for item in group.items))


def _shifted(item: Path | Text, dx: float, dy: float) -> Path | Text:
    if isinstance(item, Text):
        return replace(item, x=item.x + dx, y=item.y + dy)
    commands = tuple(
        (letter, tuple(value + (dy if place % 2 else dx) for place, value in enumerate(numbers)))
        for letter, numbers in item.commands
    )
    return replace(item, commands=commands)
