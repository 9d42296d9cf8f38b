"""Where volumes are in a picture: their columns along the flow, and their rows across it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from graphviz_nn.forms.diagram import Diagram, Link
from graphviz_nn.forms.volume import Volume


@dataclass(frozen=True)
class Stations:
    """The column and the row of each volume; row 0 is the main line, others lie below it if they are above 0.

    In a U, rows are the levels of the main line, and the flow turns down and up from one to the next.
    """

    column: Mapping[str, int]
    row: Mapping[str, int]
    is_u: bool = False

    def rows(self) -> dict[int, list[str]]:
        """The volumes of each row, in order."""
        found: dict[int, list[str]] = {}
        for name in sorted(self.column, key=lambda name: self.column[name]):
            found.setdefault(self.row[name], []).append(name)
        return dict(sorted(found.items()))

    def follows(self, link: Link) -> bool:
        """Whether a link leads to the next column, without a turn."""
        return self.are_next(link.tail, link.head) and not (self.is_u and self.row[link.head] != self.row[link.tail])

    def are_next(self, one: str, other: str) -> bool:
        """Whether a volume is in the column before another's."""
        return self.column[other] - self.column[one] == 1


def stations(diagram: Diagram, *, may_turn: bool) -> Stations:
    """The columns and rows of a diagram; a U if it may turn and is one."""
    return (_levels(diagram) if may_turn else None) or _lanes(diagram)


def _levels(diagram: Diagram) -> Stations | None:
    """The levels of a network whose maps shrink and grow again, with skips between equal ones; None for another."""
    volumes = {shape.name: shape.volume for shape in diagram.shapes if shape.volume is not None}
    line = [name for name in diagram.spine if name in volumes]
    if len(line) < len(diagram.shapes) or any(not each.extent for each in volumes.values()):
        return None
    sizes = [volumes[name].across for name in line]
    least = sizes.index(min(sizes))
    shrinks = all(one >= other for one, other in pairwise(sizes[: least + 1]))
    grows = all(one <= other for one, other in pairwise(sizes[least:]))
    place = {name: number for number, name in enumerate(line)}
    skips = [link for link in diagram.links if place[link.head] - place[link.tail] > 1]
    across = [link for link in skips if _crosses(link, volumes, place, least)]
    if not (shrinks and grows and across) or any(sizes[place[s.tail]] != sizes[place[s.head]] for s in skips):
        return None
    levels = {size: number for number, size in enumerate(sorted(set(sizes), reverse=True))}
    column = {line[0]: 0}
    for one, other in pairwise(line):
        column[other] = column[one] + (volumes[one].across == volumes[other].across)
    return Stations(column, {name: levels[volumes[name].across] for name in line}, is_u=True)


def _crosses(link: Link, volumes: Mapping[str, Volume], place: Mapping[str, int], least: int) -> bool:
    return place[link.tail] < least < place[link.head]


def _lanes(diagram: Diagram) -> Stations:
    """The main line in row 0, and what is beside it above and below."""
    column = _columns(diagram)
    row = dict.fromkeys(diagram.spine, 0)
    taken: dict[int, list[tuple[int, int]]] = {}
    left = [shape.name for shape in diagram.shapes if shape.name not in row]
    while left:
        chain = _chain(left, diagram.links, column)
        ends = column[chain[0]], column[chain[-1]]
        lane = next(each for each in _outwards(len(diagram.shapes)) if _is_free(taken.get(each, ()), ends))
        taken.setdefault(lane, []).append(ends)
        row.update(dict.fromkeys(chain, lane))
        left = [name for name in left if name not in chain]
    return Stations(column, row)


def _columns(diagram: Diagram) -> dict[str, int]:
    """How many volumes lead to each; those that nothing leads to come right before what takes them."""
    column = {shape.name: 0 for shape in diagram.shapes}
    before: dict[str, list[str]] = {name: [] for name in column}
    after: dict[str, list[str]] = {name: [] for name in column}
    for link in diagram.links:
        before[link.head].append(link.tail)
        after[link.tail].append(link.head)
    for name in column:
        # Shapes are in the order of the flow.
        column[name] = max((column[tail] + 1 for tail in before[name]), default=0)
    for name in column:
        if not before[name] and after[name] and name not in diagram.spine:
            column[name] = max(0, min(column[head] for head in after[name]) - 1)
    return column


def _chain(left: Iterable[str], links: Iterable[Link], column: Mapping[str, int]) -> list[str]:
    """The longest way among those that have no row yet."""
    names = dict.fromkeys(left)
    best: dict[str, list[str]] = {}
    tails: dict[str, list[str]] = {}
    for link in links:
        if link.tail in names and link.head in names:
            tails.setdefault(link.head, []).append(link.tail)
    for name in sorted(names, key=lambda name: column[name]):
        best[name] = [*max((best[tail] for tail in tails.get(name, ()) if tail in best), key=len, default=[]), name]
    return max(best.values(), key=len)


def _outwards(count: int) -> Iterable[int]:
    """Rows beside the main line, the nearest first; 1, -1, 2, -2, …"""
    return (sign * number for number in range(1, count + 1) for sign in (1, -1))


def _is_free(taken: Iterable[tuple[int, int]], ends: tuple[int, int]) -> bool:
    return all(last < ends[0] or first > ends[1] for first, last in taken)
