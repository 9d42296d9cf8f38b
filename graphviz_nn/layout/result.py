"""What a layout is made of; in pt, y down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from graphviz_nn.errors import refuse_unknown
from graphviz_nn.forms.diagram import Link
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.grid import Grid
from graphviz_nn.layout.measure import typeset
from graphviz_nn.style.heat import HeatMap

DIRECTIONS = ("LR", "TB")


def is_sideways(direction: str) -> bool:
    """Whether a picture goes from left to right.

    Raises
    ------
    UsageError
        Where there is no such direction.
    """
    refuse_unknown("direction", direction, DIRECTIONS)
    return direction == "LR"


@dataclass(frozen=True)
class Placed:
    """A piece of TeX with the middle of its ink, its font size, and the kind of shape whose colour it has.

    One that is `pale` stands back; `owner` is the shape or column that it is written beside, or what flows along a link
    beside that; `grid` or `heat` stand there instead of TeX.
    """

    tex: str
    x: float
    y: float
    size: float
    quiet: bool = False
    kind: str = ""
    pale: bool = False
    owner: str = ""
    heat: HeatMap | None = None
    grid: Grid | None = None

    @property
    def extent(self) -> Box:
        """The box of its ink."""
        text = self.heat or self.grid or typeset(self.tex)
        return Box(self.x, self.y, text.width * self.size, text.height * self.size, "box")


@dataclass(frozen=True)
class Route:
    """A link's way: two points of a straight line, or cubic pieces; and the labels beside it."""

    link: Link
    points: tuple[Point, ...]
    labels: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class Mark:
    """What an author says beside a picture, or along a part of it: a line and the text at its end.

    The line of a callout is straight, from the text to what it is about; that of a brace goes from one end over the
    tip to the other.
    """

    name: str
    kind: Literal["callout", "brace"]
    points: tuple[Point, ...]
    texts: tuple[Placed, ...]


@dataclass(frozen=True)
class Layout:
    """A size, boxes by name, and routes.

    `marks` are the author's own; `crowded` counts the labels for which there was no free place.
    """

    width: float
    height: float
    boxes: Mapping[str, Box]
    routes: tuple[Route, ...]
    notes: tuple[Placed, ...] = ()
    sideways: bool = True
    frames: tuple[tuple[Box, Placed], ...] = ()
    crowded: int = 0
    marks: tuple[Mark, ...] = ()
