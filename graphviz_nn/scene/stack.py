"""Several scenes as one."""

from collections.abc import Sequence
from dataclasses import replace

from graphviz_nn.scene.primitives import Group, Path, Scene, Text


def stacked(scenes: Sequence[Scene], *, downwards: bool, centred: bool = False) -> Scene:
    """The scenes below each other, or side by side; their groups get the number of their scene.

    Where they aren't `centred` they begin at the same left edge (the same top edge side by side).
    """
    groups: list[Group] = []
    most = max(scene.width if downwards else scene.height for scene in scenes)
    width = height = 0.0
    for number, scene in enumerate(scenes, 1):
        aside = (most - (scene.width if downwards else scene.height)) / 2 if centred else 0.0
        dx, dy = (aside, height) if downwards else (width, aside)
        groups += [_moved(group, f"view{number}-", dx, dy) for group in scene.groups]
        width, height = (
            (max(width, scene.width), height + scene.height)
            if downwards
            else (width + scene.width, max(height, scene.height))
        )
    first = scenes[0]
    description = ". ".join(dict.fromkeys(scene.description for scene in scenes))
    return Scene(width, height, first.background, first.title, description, tuple(groups))


def _moved(group: Group, prefix: str, dx: float, dy: float) -> Group:
    items = tuple(_shifted(item, dx, dy) for item in group.items)
    ends = (prefix + group.ends[0], prefix + group.ends[1]) if group.ends else None
    return replace(group, id=prefix + group.id, items=items, ends=ends)


def _shifted(item: Path | Text, dx: float, dy: float) -> Path | Text:
    if isinstance(item, Text):
        return replace(item, x=item.x + dx, y=item.y + dy)
    commands = tuple(
        (letter, tuple(value + (dy if place % 2 else dx) for place, value in enumerate(numbers)))
        for letter, numbers in item.commands
    )
    return replace(item, commands=commands)
