"""Heat maps as paths, which every format contains and prints sharply."""

from collections.abc import Iterator
from itertools import groupby

from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.result import Placed
from graphviz_nn.scene.outlines import OUTLINES
from graphviz_nn.scene.paint import mixed
from graphviz_nn.scene.primitives import Command, Group, Path
from graphviz_nn.style.heat import SHADES, HeatMap
from graphviz_nn.style.sheet import Sheet

# The margin of a square below 0 on each side, so that signs differ in gray too.
INSET = 0.2
# The widths of the frame and the crosses, in widths of an arrow.
FRAME, CROSS = 0.6, 0.4


def heat(placed: Placed, name: str, ink: str, sheet: Sheet) -> Group:
    """The squares of a heat map in a frame of this colour; entries that aren't finite are crossed out.

    All squares of a shade are one path. A stronger path lies on all paler ones, so that no gaps show between them.
    """
    assert placed.heat is not None
    box, page = placed.extent, sheet.page.background
    share = sheet.emphasis.line_share if placed.pale else 1.0
    outline, width = OUTLINES["box"](box.x, box.y, box.width, box.height), sheet.line.width
    items = [Path(outline, page)]
    for shade, commands in _shaded(placed.heat, box):
        colour = sheet.weight.negative if shade < 0 else sheet.weight.positive
        items.append(Path(commands, mixed(page, colour, share * abs(shade) / SHADES)))
    crosses = tuple(_crosses(placed.heat, box))
    items += [Path(crosses, None, ink, CROSS * width)] if crosses else []
    rows, columns = len(placed.heat.rows), len(placed.heat.rows[0])
    said = f"heat map of the {placed.kind} of {placed.owner}, {rows}×{columns}"
    return Group(name, said, (*items, Path(outline, None, ink, FRAME * width)))


def _shaded(shown: HeatMap, box: Box) -> Iterator[tuple[int, tuple[Command, ...]]]:
    """Each shade and its squares; a shade above 0 includes all stronger ones, joined to rows."""
    shades = shown.shades
    for level in sorted({shade for row in shades for shade in row if shade}):
        commands: list[Command] = []
        for number, row in enumerate(shades):
            if level < 0:
                places = [(place, place + 1) for place, shade in enumerate(row) if shade == level]
            else:
                places = list(_runs([shade is not None and shade >= level for shade in row]))
            for first, last in places:
                commands += _rectangle(shown, box, number, first, last, INSET if level < 0 else 0.0)
        yield level, tuple(commands)


def _runs(wanted: list[bool]) -> Iterator[tuple[int, int]]:
    """The starts and ends of the runs of True."""
    place = 0
    for is_wanted, run in groupby(wanted):
        start, place = place, place + len(list(run))
        if is_wanted:
            yield start, place


def _rectangle(shown: HeatMap, box: Box, row: int, first: int, last: int, inset: float) -> tuple[Command, ...]:
    across, down = box.width / len(shown.rows[0]), box.height / len(shown.rows)
    left, top = box.x - box.width / 2, box.y - box.height / 2
    x, u = left + (first + inset) * across, left + (last - inset) * across
    y, v = top + (row + inset) * down, top + (row + 1 - inset) * down
    return ("M", (x, y)), ("L", (u, y)), ("L", (u, v)), ("L", (x, v)), ("Z", ())


def _crosses(shown: HeatMap, box: Box) -> Iterator[Command]:
    for row, shades in enumerate(shown.shades):
        for column, shade in enumerate(shades):
            if shade is None:
                (_, start), (_, other), (_, end), (_, last), _ = _rectangle(shown, box, row, column, column + 1, INSET)
                yield from (("M", start), ("L", end), ("M", other), ("L", last))
