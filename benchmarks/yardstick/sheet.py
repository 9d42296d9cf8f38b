"""Pictures as PNG, and a sheet of all of a view to be looked at together."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from graphviz_nn.graph.text import words
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render import renderer
from graphviz_nn.scene import Group, Scene, Text, fitted, stacked
from graphviz_nn.storage import write

# A cell of a sheet and the room around its picture, in pt; so many are in a row.
CELL, MARGIN, NAME = (340.0, 250.0), 10.0, 14.0
COLUMNS = 5
# Dots an inch, and the most along one side of a picture.
DPI, DOTS = 110, 9000


def save(scene: Scene, path: Path) -> None:
    """A picture as PNG, of fewer dots where it would be huge."""
    dpi = max(1.0, min(DPI, 72 * DOTS / max(scene.width, scene.height)))
    write(path, renderer(".png")(scene, dpi=dpi))


def sheet(scenes: Mapping[str, Scene]) -> Scene:
    """All pictures in cells of one size, each with its name; none is enlarged.

    Examples
    --------
    >>> empty = Scene(50, 50, "#FFFFFF", "t", "d", ())
    >>> sheet({"a": empty, "b": empty}).width
    680.0
    """
    cells = [_cell(name, scene) for name, scene in scenes.items()]
    rows = [stacked(cells[i : i + COLUMNS], downwards=False) for i in range(0, len(cells), COLUMNS)]
    return stacked(rows, downwards=True)


def _cell(name: str, scene: Scene) -> Scene:
    width, height = CELL[0] - 2 * MARGIN, CELL[1] - 2 * MARGIN - NAME
    found = fitted(scene, *CELL, min(1.0, width / scene.width, height / scene.height))
    tex = words(name)
    text = Text(tex, MARGIN + typeset(tex).width * NAME / 2, MARGIN + NAME / 2, NAME, "#2D3748")
    return replace(found, groups=(*found.groups, Group("name", name, (text,))))
