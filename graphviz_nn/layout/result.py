"""The parts of a layout; in pt, with y pointing down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from graphviz_nn.errors import refuse_unknown
from graphviz_nn.forms.diagram import Link
from graphviz_nn.layout.continued import Rows
from graphviz_nn.layout.geometry import Box, Point
from graphviz_nn.layout.grid import Grid
from graphviz_nn.layout.measure import typeset
from graphviz_nn.style.heat import HeatMap

DIRECTIONS = ("LR", "TB", "RL", "BT")


def is_sideways(direction: str) -> bool:
    """Whether a picture runs from left to right, or from right to left.

    Raises
    ------
    UsageError
        If there is no such direction.
    """
    refuse_unknown("direction", direction, DIRECTIONS)
    return direction in ("LR", "RL")


@dataclass(frozen=True)
class Placed:
    """A piece of TeX with the middle of its ink, its font size, and the kind of shape that sets its colour.

    A `pale` text has less emphasis. `owner` is the shape or column that it belongs to, or the variable of its link.
    `grid` or `heat` replace the TeX. It is a number `of` that variable.
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
    of: str = ""

    @property
    def extent(self) -> Box:
        """The box of its ink."""
        text = self.heat or self.grid or typeset(self.tex)
        return Box(self.x, self.y, text.width * self.size, text.height * self.size, "box")


@dataclass(frozen=True)
class Route:
    """A link's path, as two points of a straight line or as cubic pieces, and its labels."""

    link: Link
    points: tuple[Point, ...]
    labels: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A callout or a brace: a line, and the text at its end.

    The line of a callout is straight, from the text to its target. The line of a brace runs from one end over the tip
    to the other.
    """

    name: str
    kind: Literal["callout", "brace"]
    points: tuple[Point, ...]
    texts: tuple[Placed, ...]


@dataclass(frozen=True)
class Layout:
    """A size, boxes by name, and routes.

    `marks` are callouts and braces; `crowded` counts the labels without a free place. In `rows`, boxes and routes are
    those of the diagram as it is `continued` there.
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
    rows: Rows | None = None
