"""Every style in one picture: the models of ``examples/styles.py``, drawn in each style."""

from collections.abc import Sequence
from dataclasses import replace

from graphviz_nn.cli.figures import folder
from graphviz_nn.figure.picture import Picture
from graphviz_nn.graph.text import words
from graphviz_nn.importers.python_file import run
from graphviz_nn.layout.measure import typeset
from graphviz_nn.scene import Group, Scene, Text, stacked
from graphviz_nn.style.sheet import Sheet, names

COLUMNS = 2
# The margin around a panel.
MARGIN = 12.0


def contact_sheet() -> Picture:
    """Draw every included style in one picture, two in a row.

    Examples
    --------
    >>> contact_sheet().scene.title
    'styles'
    """
    sample = run(folder().parent / "styles.py")
    drawn: dict[str, list[Picture]] = {name: sample.pictures(name) for name in names()}
    panels = [_panel(name, pictures) for name, pictures in drawn.items()]
    width, height = (max(getattr(panel, side) for panel in panels) + MARGIN for side in ("width", "height"))
    panels = [replace(panel, width=width, height=height) for panel in panels]
    rows = [stacked(panels[i : i + COLUMNS], downwards=False) for i in range(0, len(panels), COLUMNS)]
    every = [picture for pictures in drawn.values() for picture in pictures]
    return replace(
        every[0],
        panels=tuple(panel for picture in every for panel in picture.panels),
        scene=replace(stacked(rows, downwards=True), title="styles"),
        again=None,
    )


def _panel(name: str, pictures: Sequence[Picture]) -> Scene:
    """Draw the pictures of a style below its name."""
    scenes = [picture.scene for picture in pictures]
    inside = stacked([_name(name, pictures[0].sheet, scenes[0]), *scenes], downwards=True)
    return stacked([replace(inside, width=MARGIN, groups=()), inside], downwards=False)


def _name(name: str, sheet: Sheet, scene: Scene) -> Scene:
    """Draw the name of a style in the size of a title."""
    tex, family = words(name), sheet.text.family
    size, margin = 1.2 * sheet.text.name_size, sheet.page.margin
    text = Text(tex, margin + typeset(tex, family).width * size / 2, MARGIN + size / 2, size, sheet.text.ink, family)
    return replace(scene, height=MARGIN + 1.6 * size, groups=(Group("name", f"the style {name}", (text,)),))
