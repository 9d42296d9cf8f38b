"""Fit a scene to a page of a given size."""

from dataclasses import replace

from graphviz_nn.scene.primitives import Group, Path, Scene, Text


def fitted(scene: Scene, width: float, height: float, scale: float) -> Scene:
    """Centre a scene on a page, scaled with its letters and lines.

    Examples
    --------
    >>> fitted(Scene(10, 10, "#FFFFFF", "t", "d", (Group("a", "a", (Text("x", 5, 5, 2, "#000000"),)),)), 40, 20, 2)
    Scene(width=40, height=20, ... x=20.0, y=10.0, size=4, ...)
    """
    left, top = (width - scale * scene.width) / 2, (height - scale * scene.height) / 2

    def moved(item: Path | Text) -> Path | Text:
        if isinstance(item, Text):
            return replace(item, x=left + scale * item.x, y=top + scale * item.y, size=scale * item.size)
        commands = tuple(
            (letter, tuple((top if place % 2 else left) + scale * value for place, value in enumerate(numbers)))
            for letter, numbers in item.commands
        )
        return replace(
            item, commands=commands, width=scale * item.width, dash=tuple(scale * each for each in item.dash)
        )

    def grown(group: Group) -> Group:
        return replace(group, items=tuple(map(moved, group.items)))

    return replace(scene, width=width, height=height, groups=tuple(map(grown, scene.groups)))
