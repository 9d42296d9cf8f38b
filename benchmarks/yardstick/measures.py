"""The columns of the table: what is counted of a row, and which of two numbers is worse."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from statistics import mean, median

from graphviz_nn.scene import PAGES
from yardstick.drawing import Row


@dataclass(frozen=True)
class Measure:
    """A column: its heading, its number of a row, NaN where there is none, and how that is written.

    Of what `is_flag`, 0 or 1, the mean stands for the median: how many of all have it.
    """

    heading: str
    number: Callable[[Row], float]
    digits: int = 0
    worst: Callable[[Iterable[float]], float] = max
    is_flag: bool = False

    def of(self, rows: Iterable[Row]) -> list[float]:
        """The numbers of rows that have one."""
        return [value for value in map(self.number, rows) if not math.isnan(value)]

    def text(self, value: float) -> str:
        """A number as it is written."""
        return "-" if math.isnan(value) else f"{value:.{self.digits}f}"

    def summary(self, kind: str, rows: Iterable[Row]) -> float:
        """The median or the worst of rows; NaN where none has a number."""
        found = self.of(rows)
        middle = mean if self.is_flag else median
        return (middle if kind == "median" else self.worst)(found) if found else math.nan


def _letters(name: str, row: Row) -> float:
    return row.types.get(name, math.nan)


def _refused(name: str, row: Row) -> float:
    return float(row.fits[name].refused) if name in row.fits else math.nan


MEASURES = (
    Measure("width", lambda row: row.width, 1),
    Measure("height", lambda row: row.height, 1),
    *(Measure(f"type {name}", partial(_letters, name), 1, min) for name in PAGES),
    *(Measure(f"no {name}", partial(_refused, name), 2, is_flag=True) for name in PAGES),
    Measure("crossings", lambda row: row.crossings),
    Measure("bends", lambda row: row.bends),
    Measure("gap least", lambda row: row.gaps[0], 0, min),
    Measure("gap most", lambda row: row.gaps[1]),
    Measure("share", lambda row: row.share, 2, min),
    Measure("crooked", lambda row: math.nan if row.straight is None else float(not row.straight), 2, is_flag=True),
    Measure("aside", lambda row: row.aside, 2),
    Measure("touched", lambda row: len(row.touched)),
    Measure("dangling", lambda row: len(row.dangling)),
    Measure("inside", lambda row: row.inside),
    Measure("letters", lambda row: row.lettered),
    Measure("stranded", lambda row: len(row.stranded)),
    Measure("two heads", lambda row: row.two_headed),
    Measure("seconds", lambda row: row.seconds, 2),
)
"""Every column; one that begins with "no" is 1 where the width is refused."""

EXPLAINED = """\
width, height in cm; type: the smallest letters in pt, the picture scaled to the page; no: how many widths are refused;
gaps along the main line in pt; share: of the longest way, what is on the main line; crooked: how many main lines
aren't straight; aside: how far it is from the middle, 1 along the rim; touched, dangling: faults; inside: values over
breaks beside the first; letters: tags with a letter for a value that has a name; stranded: leaves without a user in
their row; two heads: arrows that arrive where another leaves; seconds of CPU"""
