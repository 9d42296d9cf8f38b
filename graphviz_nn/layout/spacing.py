"""How far the columns of volumes are from each other."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from graphviz_nn.forms.diagram import Diagram, Link
from graphviz_nn.layout.flow import Flow
from graphviz_nn.layout.inscriptions import Lettering
from graphviz_nn.layout.plates import Plate
from graphviz_nn.layout.solid import Solid
from graphviz_nn.layout.stations import Stations
from graphviz_nn.style.sheet import Sheet

# The gap between two volumes, in ranks: with a funnel between them, with an arrow, and around sheets.
CLOSE, ARROW, WIDE = 0.4, 0.9, 0.9
# The share of the depth of a volume that isn't hidden by the next.
SEEN = 0.55
# How often what is written may move volumes apart.
TRIES = 40


class Apart(NamedTuple):
    """That a column is at least so far behind another."""

    first: int
    second: int
    least: float


def spaced(
    diagram: Diagram, stand: Stations, own: Mapping[str, Solid], lettering: Lettering, sheet: Sheet, flow: Flow
) -> list[float]:
    """The place of each column: as near as volumes and what is written allow."""
    known = list(_gaps(diagram, stand, own, sheet, flow))
    places = _solved(known, max(stand.column.values()) + 1)
    for _ in range(TRIES):
        lettering.caption(places)
        wanted = [each for plates in lettering.lines() for each in _written(plates, places, stand, lettering, sheet)]
        if not wanted:
            break
        known += wanted
        places = _solved(known, len(places))
    return places


def _solved(known: Sequence[Apart], count: int) -> list[float]:
    """The first places that are far enough apart."""
    before: dict[int, list[Apart]] = {}
    for each in known:
        before.setdefault(each.second, []).append(each)
    places = [0.0] * count
    for number in range(1, count):
        places[number] = max(
            [places[number - 1], *(places[each.first] + each.least for each in before.get(number, ()))]
        )
    return places


def _gaps(diagram: Diagram, stand: Stations, own: Mapping[str, Solid], sheet: Sheet, flow: Flow) -> Iterator[Apart]:
    """How far apart volumes are for the funnels and arrows between them, and for the sides of frames."""
    between = {(link.tail, link.head): link for link in diagram.links}
    for names in stand.rows().values():
        for one, other in pairwise(names):
            sides = sum((one in frame.members) != (other in frame.members) for frame in diagram.frames)
            least = _gap(own[one], own[other], between.get((one, other)), sheet, flow)
            yield Apart(stand.column[one], stand.column[other], least + sides * 2 * sheet.gap.inside)
    for link in diagram.links:
        if stand.follows(link) and stand.row[link.head] != stand.row[link.tail]:
            least = _gap(own[link.tail], own[link.head], link, sheet, flow)
            yield Apart(stand.column[link.tail], stand.column[link.head], least + sheet.gap.rank * CLOSE)


def _gap(solid: Solid, other: Solid, link: Link | None, sheet: Sheet, flow: Flow) -> float:
    """The least distance of the middles of two fronts along the flow."""
    fronts = sum((each.width if flow.sideways else each.height) / 2 for each in (solid, other))
    deep = abs(solid.back[0] if flow.sideways else solid.back[1])
    if solid.sheets or other.sheets:
        back = abs(other.back[0]) if other.sheets else 0.0
        return fronts + back + WIDE * sheet.gap.rank
    if link is not None and link.taken is not None:
        return fronts + CLOSE * sheet.gap.rank + SEEN * deep
    return fronts + ARROW * sheet.gap.rank + deep


def _written(
    plates: Sequence[Plate], places: Sequence[float], stand: Stations, lettering: Lettering, sheet: Sheet
) -> Iterator[Apart]:
    """How much further apart columns are for what is written in one line."""
    for one, other in pairwise(plates):
        ends = [sorted(stand.column[name] for name in each.members) for each in (one, other)]
        middles = [(places[columns[0]] + places[columns[-1]]) / 2 for columns in ends]
        least = sum(lettering.length(each) for each in (one, other)) / 2 + 1.5 * sheet.gap.label
        missing = least - (middles[1] - middles[0])
        if missing > 0.01:
            first, second = max(ends[0][-1], ends[1][0] - 1), ends[1][0]
            if first >= second:
                # They share a volume: what follows it moves.
                first, second = ends[1][0], ends[1][-1]
                missing *= 2
            yield Apart(first, second, places[second] - places[first] + missing)
