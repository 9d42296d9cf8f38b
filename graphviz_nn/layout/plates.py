"""What is written at volumes: channels and sizes beside them, and in a line of their own what leads to each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphviz_nn.forms.diagram import Link, Shape
from graphviz_nn.forms.volume import Volume
from graphviz_nn.layout.flow import Flow
from graphviz_nn.layout.grid import Grid
from graphviz_nn.layout.measure import line, typeset
from graphviz_nn.layout.result import Placed
from graphviz_nn.layout.size import LEADING, Row, measured, note_rows
from graphviz_nn.layout.stations import Stations
from graphviz_nn.style.sheet import Sheet

# Rounding breaks no line.
ALMOST = 1e-6


@dataclass(frozen=True)
class Plate:
    """Lines of text in the middle of some neighbours in a row of volumes."""

    members: tuple[str, ...]
    lines: tuple[Row, ...]
    size: float
    owner: str = ""

    @property
    def width(self) -> float:
        return max((measured(each).width for each, *_ in self.lines), default=0.0) * self.size

    @property
    def height(self) -> float:
        return sum(self.heights) + LEADING * self.size * max(len(self.lines) - 1, 0)

    @property
    def heights(self) -> list[float]:
        return [(line(each).height if isinstance(each, str) else each.height) * self.size for each, *_ in self.lines]

    def placed(self, x: float, y: float, *, pale: bool = False) -> Iterator[Placed]:
        """Its lines with their middle at a point; lines of words share their baselines."""
        top = y - self.height / 2
        for (said, kind, of), height in zip(self.lines, self.heights, strict=True):
            middle = top + height / 2
            if isinstance(said, str):
                text = line(said)
                middle = top + (text.above - text.middle) * self.size
                yield Placed(said, x, middle, self.size, kind == "quiet", _own(kind), pale, owner=self.owner, of=of)
            else:
                grid, heat = (said, None) if isinstance(said, Grid) else (None, said)
                yield Placed("", x, middle, self.size, False, kind, pale, self.owner, heat, grid, of)
            top += height + LEADING * self.size


def _own(kind: str) -> str:
    return "" if kind == "quiet" else kind


def channels(shape: Shape, sheet: Sheet, *, whole: bool) -> Plate:
    """How many channels a volume has, with its size if that is written at each as a `whole`; its numbers."""
    volume = shape.volume
    assert volume is not None
    said = str(volume.channels)
    if whole and volume.extent:
        said = rf"{said}\,@\,{extent(volume)}"
    rows = [Row(said), *note_rows(shape)]
    return Plate((shape.name,), tuple(rows), sheet.text.note_size, shape.name)


def extent(volume: Volume) -> str:
    """TeX for the extents of a map."""
    return r"{\times}".join(map(str, volume.extent))


def sizes(row: Sequence[Shape], stand: Stations, sheet: Sheet) -> Iterator[Plate]:
    """The size of each map in a row, once for neighbours of one size."""
    run: list[Shape] = []
    for shape, following in zip(row, [*row[1:], None], strict=True):
        run.append(shape)
        if (
            following is not None
            and _extent(following) == _extent(shape)
            and stand.are_next(shape.name, following.name)
        ):
            continue
        if shape.volume is not None and shape.volume.extent:
            said = (Row(extent(shape.volume), "quiet"),)
            yield Plate(tuple(each.name for each in run), said, sheet.text.note_size, run[0].name)
        run = []


def _extent(shape: Shape) -> tuple[int, ...]:
    return shape.volume.extent if shape.volume is not None else ()


def captions(
    links: Sequence[Link], places: Mapping[str, float], sheet: Sheet, flow: Flow, *, at_heads: bool
) -> Iterator[tuple[Link, Plate]]:
    """The words of the links along a row, once for neighbours with the same ones, in as few lines as fit.

    Parameters
    ----------
    places : mapping of str to float
        Where volumes are along the flow.
    at_heads : bool
        Whether they are written at the heads of the links instead of between, where other lines pass.
    """
    run: list[Link] = []
    for link, following in zip(links, [*links[1:], None], strict=False):
        run.append(link)
        if following is not None and following.label == link.label and following.tail == link.head:
            continue
        if link.label:
            names = tuple(each.head for each in run)
            names = names if at_heads else (run[0].tail, *names)
            room = places[names[-1]] - places[names[0]] if flow.sideways else sheet.text.link_width
            lines = broken(link.label.split("\n"), room, sheet.text.note_size)
            yield run[0], Plate(names, tuple(Row(each, "quiet") for each in lines), sheet.text.note_size, link.variable)
        run = []


def broken(words: Sequence[str], room: float, size: float) -> list[str]:
    """Words in as few lines as fit some room, if each does, and these as short as they can be."""
    fewest = len(_filled(words, room, size))
    joined = (r"\ ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1))
    widths = sorted({typeset(each).width * size for each in joined})
    return next(lines for width in (*widths, room) if len(lines := _filled(words, width, size)) <= fewest)


def _filled(words: Sequence[str], room: float, size: float) -> list[str]:
    """Words in lines, each with as many as it has room for."""
    found = [words[0]]
    for word in words[1:]:
        longer = rf"{found[-1]}\ {word}"
        if typeset(longer).width * size <= room + ALMOST:
            found[-1] = longer
        else:
            found.append(word)
    return found
