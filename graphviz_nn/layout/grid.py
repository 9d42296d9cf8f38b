"""Arrays as people write them by hand: vectors as columns and matrices as grids, in brackets."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from graphviz_nn.layout.measure import typeset

# In font sizes: the distance of columns and of rows, the width of a bracket, its distance from its contents, its
# additional height, and the distance to the text that follows.
COLUMNS, ROWS, BRACKET, INSIDE, OVER, AFTER = 0.5, 0.3, 0.16, 0.12, 0.08, 0.25
# The TeX of an array on one line, as `style.numbers.array` writes it; the text after it is the mark of the check.
WRITTEN = re.compile(r"(?P<open>[(\[])(?P<entries>[^()\[\]]*)[)\]](?P<after>.*)", re.DOTALL)
SUMMARY = re.compile(r"(?P<ends>.*\\ldots.*),\\ (?P<mean>\\mathrm\{mean\}.*)", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """TeX, and the middle of its ink relative to the middle of its grid, in font sizes, with y pointing down.

    `index` is that of the number in its array, or the number of the row without brackets; what follows has none.
    """

    tex: str
    x: float
    y: float
    index: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Grid:
    """TeX in rows and columns, in these brackets or none, and the text that follows.

    `width` and `height` are in font sizes.
    """

    rows: tuple[tuple[str, ...], ...]
    bracket: str = ""
    after: str = ""

    @property
    def width(self) -> float:
        return self._inner + 2 * self._side + (AFTER + typeset(self.after).width if self.after else 0.0)

    @property
    def height(self) -> float:
        return len(self.rows) * (self._row + ROWS) - ROWS + (2 * OVER if self.bracket else 0.0)

    @property
    def brackets(self) -> tuple[tuple[float, float], ...]:
        """The outer and the inner side of each bracket, from the middle of the grid."""
        left, inner = -self.width / 2, self._inner + 2 * self._side
        return ((left, left + BRACKET), (left + inner, left + inner - BRACKET)) if self.bracket else ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything written: columns are aligned right in brackets, and centred otherwise."""
        found = []
        top, left = -self.height / 2 + (OVER if self.bracket else 0.0), -self.width / 2 + self._side
        for number, row in enumerate(self.rows):
            y, x = top + number * (self._row + ROWS) + self._row / 2, left
            for column, (tex, wide) in enumerate(zip(row, self._columns, strict=True)):
                own = typeset(tex).width
                index = (number, column) if self.bracket == "[" else (number,)
                found.append(Entry(tex, x + wide - own / 2 if self.bracket else x + wide / 2, y, index))
                x += wide + COLUMNS
        if self.after:
            found.append(Entry(self.after, self.width / 2 - typeset(self.after).width / 2, 0.0))
        return tuple(found)

    @cached_property
    def _columns(self) -> tuple[float, ...]:
        return tuple(max(typeset(tex).width for tex in column) for column in zip(*self.rows, strict=True))

    @property
    def _inner(self) -> float:
        return sum(self._columns) + COLUMNS * (len(self._columns) - 1)

    @property
    def _side(self) -> float:
        return BRACKET + INSIDE if self.bracket else 0.0

    @cached_property
    def _row(self) -> float:
        return max(typeset(tex).height for row in self.rows for tex in row)


@lru_cache(maxsize=4096)
def grid(tex: str) -> Grid | None:
    r"""The rows and columns of an array written on one line; None if one line is best.

    Examples
    --------
    >>> grid(r"(1,\ {-}2)\ \checkmark")
    Grid(rows=(('1',), ('{-}2',)), bracket='(', after='\\checkmark')
    >>> grid(r"[1,\ 2;\ 3,\ 4]").rows
    (('1', '2'), ('3', '4'))
    >>> grid(r"0\ \ldots\ 9,\ \mathrm{mean}\ 4.5").rows
    (('0\\ \\ldots\\ 9',), ('\\mathrm{mean}\\ 4.5',))
    >>> grid("0.5"), grid("(0.5)")
    (None, None)
    """
    found = WRITTEN.fullmatch(tex)
    if found is None:
        summary = SUMMARY.fullmatch(tex)
        return Grid(((summary["ends"],), (summary["mean"],))) if summary else None
    is_column = found["open"] == "("
    lines = found["entries"].split(r",\ " if is_column else r";\ ")
    rows = tuple((line,) if is_column else tuple(line.split(r",\ ")) for line in lines)
    if len(lines) == len(rows[0]) == 1:
        return None
    return Grid(rows, found["open"], found["after"].removeprefix(r"\ "))
