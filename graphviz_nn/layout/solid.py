"""The solids of volumes: their sizes, on a logarithmic scale, and their faces."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.forms.volume import Volume
from graphviz_nn.layout.stations import Stations
from graphviz_nn.style.sheet import Sheet

Point: TypeAlias = tuple[float, float]

# How an edge into the depth is drawn: its share across and along the flow.
PERSPECTIVE = 0.2, 0.2
# Each halving takes off the same length. The smallest has at least this share of the largest, and otherwise this power
# of its true share.
LEAST, POWER = 0.16, 0.6
# The thickness of the most channels, of bars, and the length of the longest bar, in lengths of the largest map.
THICK, BAR, LONG = 0.17, 0.055, 0.75
# The thinnest solid and the shortest edge into the depth, in pt.
THIN, SHALLOW = 2.5, 3.0
# A picture of more columns than these has smaller solids, to this power of their share, but at least this share; so has
# one of several rows, and a U.
COLUMNS, SHRINKS, SMALLEST, IN_ROWS = 16, 0.7, 0.5, 0.72
# The most sheets of a map; their size and their distance, in the largest prism.
SHEETS, SHEET, APART = 16, 0.72, 0.024


@dataclass(frozen=True)
class Solid:
    """A prism, or a stack of sheets: the size of its front, and how far to the right and down its back lies from there.

    Parameters
    ----------
    sheets : int
        The number of sheets; 0 of a prism.
    """

    width: float
    height: float
    back: Point
    sheets: int = 0

    @property
    def hull(self) -> tuple[float, float]:
        """The width and the height of all of it."""
        return self.width + abs(self.back[0]), self.height + abs(self.back[1])

    def front(self, x: float, y: float) -> tuple[float, float, float, float]:
        """The left, top, right and bottom edge of the front of a solid with this centre."""
        left, top = x - (self.width + self.back[0]) / 2, y - (self.height + self.back[1]) / 2
        return left, top, left + self.width, top + self.height

    def centred(self, *, sideways: bool) -> float:
        """How far the middle of its front is beyond that of its row; a stack of sheets is in the middle as a whole."""
        return -self.back[1 if sideways else 0] / 2 if self.sheets else 0.0

    def mirrored(self, *, sideways: bool) -> "Solid":
        """The solid with its back on the other side along the flow; sheets stay, as they face the reader."""
        if self.sheets:
            return self
        x, y = self.back
        return Solid(self.width, self.height, (-x, y) if sideways else (x, -y))


def solids(diagram: Diagram, stand: Stations, sheet: Sheet, sideways: bool) -> dict[str, Solid]:
    """The solid of each volume; the face towards the flow is seen."""
    volumes = {shape.name: shape.volume for shape in diagram.shapes if shape.volume is not None}
    maps = [each for each in volumes.values() if each.extent]
    edges = _Scale([n for each in maps for n in (each.across, each.deep)[: len(each.extent)]])
    channels = _Scale([each.channels for each in maps])
    entries = _Scale([each.channels for each in volumes.values() if not each.extent])
    columns, rows = (1 + max(each.values()) - min(each.values()) for each in (stand.column, stand.row))
    small = min(1.0, (COLUMNS / columns) ** SHRINKS) * (IN_ROWS if stand.is_u else (2 / (1 + rows)) ** SHRINKS)
    most = max(small, SMALLEST) * (sheet.size.layer + sheet.size.layer_growth)

    def solid(volume: Volume) -> Solid:
        if volume.extent:
            across, thick = most * edges.share(volume.across), THICK * most * channels.share(volume.channels)
        else:
            across, thick = LONG * most * entries.share(volume.channels), BAR * most
        across, thick = max(across, THIN), max(thick, THIN)
        deep = most * edges.share(volume.deep) if len(volume.extent) > 1 else 0.0
        if volume.in_sheets:
            count = max(1, min(volume.channels, SHEETS))
            shift = -APART * most * (count - 1)
            return Solid(max(SHEET * deep, THIN), SHEET * across, (shift, shift), count)
        right, up = (max(deep * share, SHALLOW) for share in PERSPECTIVE)
        # Seen from the right, or, where the flow runs down, from below.
        return Solid(thick, across, (right, -up)) if sideways else Solid(across, thick, (right, up))

    return {name: solid(volume) for name, volume in volumes.items()}


class _Scale:
    """A logarithmic scale for numbers of a picture."""

    def __init__(self, numbers: Iterable[int]) -> None:
        known = [max(each, 1) for each in numbers]
        self.most, self.least = max(known, default=1), min(known, default=1)

    def share(self, number: int) -> float:
        """The share of the largest length."""
        if self.most == self.least:
            return 1.0
        low: float = max(LEAST, (self.least / self.most) ** POWER)
        return 1.0 - (1.0 - low) * math.log(self.most / max(number, 1)) / math.log(self.most / self.least)
