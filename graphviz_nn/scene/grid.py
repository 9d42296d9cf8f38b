"""Arrays in rows and columns: entries as texts, brackets as lines."""

from collections.abc import Iterator
from typing import Literal

from graphviz_nn.layout.result import Placed
from graphviz_nn.scene.primitives import Command, Group, Path, Source, Text
from graphviz_nn.style.labels import plain
from graphviz_nn.style.sheet import Sheet

# The kinds of texts that are numbers.
NUMBERS: dict[str, Literal["value", "gradient"]] = {"value": "value", "gradient": "gradient"}
# The width of a bracket's line, in font sizes.
STROKE = 0.06


def numbers(placed: Placed, name: str, ink: str, sheet: Sheet) -> Group:
    """The brackets and entries of a grid, in this colour."""
    assert placed.grid is not None
    rows = "; ".join(", ".join(map(plain, row)) for row in placed.grid.rows)
    said = f"{placed.kind} of {placed.of or placed.owner}: {rows}".replace("-", "\N{MINUS SIGN}")
    return Group(name, said, tuple(_items(placed, ink, sheet)))


def _items(placed: Placed, ink: str, sheet: Sheet) -> Iterator[Path | Text]:
    assert placed.grid is not None
    size, half = placed.size, placed.extent.height / 2
    for outer, inner in placed.grid.brackets:
        ends = placed.x + outer * size, placed.x + inner * size
        yield Path(_bracket(*ends, placed.y - half, placed.y + half, placed.grid.bracket), None, ink, STROKE * size)
    for entry in placed.grid.entries:
        x, y = placed.x + entry.x * size, placed.y + entry.y * size
        yield Text(entry.tex, x, y, size, ink, sheet.text.family, numbered(placed, entry.index))


def numbered(placed: Placed, index: tuple[int, ...] | None = ()) -> Source | None:
    """What a number is of."""
    kind = NUMBERS.get(placed.kind)
    return Source(kind, placed.of, index) if kind and placed.of and index is not None else None


def _bracket(outer: float, inner: float, top: float, bottom: float, kind: str) -> tuple[Command, ...]:
    """A bracket with its ends at `inner`: round for a vector, square for a matrix."""
    if kind == "[":
        return ("M", (inner, top)), ("L", (outer, top)), ("L", (outer, bottom)), ("L", (inner, bottom))
    # Steep in its middle, whatever its height.
    bend = min((bottom - top) / 2, 4 * abs(inner - outer))
    upper: Command = ("C", (outer, top + bend / 2, outer, top + bend / 2, outer, top + bend))
    lower: Command = ("C", (outer, bottom - bend / 2, outer, bottom - bend / 2, inner, bottom))
    return ("M", (inner, top)), upper, ("L", (outer, bottom - bend)), lower
