"""Side branches that join or leave the main line, placed on one side of it and as near as possible."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graphviz_nn.forms.diagram import Diagram
from graphviz_nn.layout.geometry import Box, clear, overlap
from graphviz_nn.layout.route import straight
from graphviz_nn.style.sheet import Sheet

# The number of half gaps further out that are tried.
TRIES = 24


@dataclass(frozen=True)
class Tributary:
    """Shapes that lead only to one shape of the main line, or away from it; and the leaves that hang off them.

    Parameters
    ----------
    mouth : str
        The shape of the main line.
    nearer : mapping of str to str
        For each other shape the next one on the way to the main line, or from it.
    hung : mapping of str to str
        The shape that each leaf hangs off.
    leads_in : bool
        Whether the arrows lead to the main line.
    """

    mouth: str
    nearer: Mapping[str, str]
    hung: Mapping[str, str]
    leads_in: bool


def tributaries(diagram: Diagram) -> list[Tributary]:
    """Branches that join the main line after its start, then branches that leave it before its end."""
    hanging = {each.leaf: each.consumers for each in diagram.hanging}
    flow: tuple[dict[str, list[str]], dict[str, list[str]]] = (defaultdict(list), defaultdict(list))
    for link in diagram.links:
        flow[0][link.tail].append(link.head)
        if link.tail not in hanging:
            flow[1][link.head].append(link.tail)
    leaves: dict[str, list[str]] = defaultdict(list)
    for leaf, consumers in hanging.items():
        for head in consumers:
            leaves[head].append(leaf)
    fixed = {*diagram.spine, *hanging, *(name for frame in diagram.frames for name in frame.members)}
    fixed |= {name for group in (*diagram.order, *diagram.align) for name in group}

    def grows(name: str, nearer: str, found: dict[str, str], *, leads_in: bool) -> bool:
        """Whether a shape, and everything that leads to it or from it, is linked to nothing else."""
        onwards, back = flow if leads_in else flow[::-1]
        if name in fixed or name in found or onwards[name] != [nearer]:
            return False
        found[name] = nearer
        if any(len(hanging[leaf]) > 1 for leaf in leaves[name]):
            return False
        return all(grows(each, name, found, leads_in=leads_in) for each in back[name])

    result = []
    for leads_in, line in ((True, diagram.spine[1:]), (False, diagram.spine[:-1])):
        for mouth in line:
            for each in flow[1 if leads_in else 0][mouth]:
                found = dict[str, str]()
                if grows(each, mouth, found, leads_in=leads_in):
                    hung = {leaf: name for name in found for leaf in leaves[name]}
                    result.append(Tributary(mouth, found, hung, leads_in))
    return result


def gathered(diagram: Diagram, boxes: Mapping[str, Box], sheet: Sheet, sideways: bool) -> dict[str, Box]:
    """Put side branches in rows beside the main line, where it is straight and has space.

    The first branch at each shape is on the roomier side, the same for all; the next is on the other side.
    """
    found = dict(boxes)
    streams = tributaries(diagram)
    line = {round(_across(boxes[name], sideways), 2) for name in diagram.spine}
    if not streams or len(line) > 1:
        return found
    # Rails find their own way around existing shapes.
    rails = {each.leaf for each in diagram.hanging if len(each.consumers) > 1}
    moving = {name for each in streams for name in (*each.nearer, *each.hung)}
    fixed = {name: box for name, box in boxes.items() if name not in moving and name not in rails}
    tries = [_placed(streams, boxes, fixed, side, sheet, sideways) for side in (1.0, -1.0)]
    placed = [each for each in tries if each is not None]
    if not placed:
        return found
    _, moved = min(placed, key=lambda each: each[0])
    return {**found, **moved}


def _placed(
    streams: Sequence[Tributary],
    boxes: Mapping[str, Box],
    fixed: Mapping[str, Box],
    side: float,
    sheet: Sheet,
    sideways: bool,
) -> tuple[float, dict[str, Box]] | None:
    """The total distance and the positions; None if one finds no place."""
    found, total = dict[str, Box](), 0.0
    used: dict[str, int] = defaultdict(int)
    for stream in streams:
        # The next branch at the same shape is on the other side; leaving branches are where none joins.
        here = side if (used[stream.mouth] % 2 == 0) == stream.leads_in else -side
        used[stream.mouth] += 1
        places: list[tuple[float, int, dict[str, Box]]] = []
        for way in (here, -here):
            for out, place in _outwards(stream, boxes, way, sheet, sideways):
                if _fits(stream, place, {**fixed, **found}, boxes, sheet, sideways):
                    # Far out, the other side is better.
                    places.append((out + (sheet.gap.node if way != here else 0.0), len(places), place))
                    break
        if not places:
            return None
        out, _, place = min(places)
        found |= place
        total += out
    return total, found


def _outwards(
    stream: Tributary, boxes: Mapping[str, Box], side: float, sheet: Sheet, sideways: bool
) -> Iterator[tuple[float, dict[str, Box]]]:
    """The rows of a branch, further and further out: its longest path in one row, the joining paths further out."""
    mouth, gap = boxes[stream.mouth], sheet.gap.node
    rows = _rows(stream)
    depth: dict[int, float] = {}
    edge = 0.0
    for row in range(max(rows.values()) + 1):
        sizes = [_size(boxes[name], sideways) for name in rows if rows[name] == row]
        hung = [_whole(boxes[leaf], sideways) + gap for leaf, head in stream.hung.items() if rows[head] == row]
        depth[row] = edge + max(sizes) / 2
        edge += max(sizes) + gap + max(hung, default=0.0)
    for number in range(TRIES):
        out = _size(mouth, sideways) / 2 + gap * (1 + number / 2)
        found = {}
        for name, row in rows.items():
            found[name] = _at(boxes[name], _across(mouth, sideways) + side * (out + depth[row]), sideways)
        for leaf, head in stream.hung.items():
            box, over = boxes[leaf], found[head]
            # Its notes are on its outer side.
            was_after = _across(box, sideways) > _across(boxes[head], sideways)
            box = box if was_after == (side > 0) else box.crossed(sideways)
            away = box.beside(-side, sideways) + _size(over, sideways) / 2 + gap
            moved = _at(box, _across(over, sideways) + side * away, sideways)
            found[leaf] = replace(moved, x=over.x) if sideways else replace(moved, y=over.y)
        yield out, found


def _rows(stream: Tributary) -> dict[str, int]:
    """The row of each shape: the longest path to the main line is row 0, and each joining path has its own."""
    before: dict[str, list[str]] = defaultdict(list)
    for name, head in stream.nearer.items():
        before[head].append(name)

    def depth(name: str) -> int:
        return 1 + max(map(depth, before[name]), default=0)

    found: dict[str, int] = {}
    last = -1

    def flow(name: str, row: int) -> None:
        nonlocal last
        last = max(last, row)
        found[name] = row
        first, *rest = sorted(before[name], key=depth, reverse=True) or [""]
        if first:
            flow(first, row)
        for each in rest:
            flow(each, last + 1)

    flow(before[stream.mouth][0], 0)
    return found


def _fits(
    stream: Tributary,
    place: Mapping[str, Box],
    others: Mapping[str, Box],
    boxes: Mapping[str, Box],
    sheet: Sheet,
    sideways: bool,
) -> bool:
    """Whether nothing is too near to a branch, or obstructs its arrows."""
    around = list(others.values())
    if any(overlap(box, other, sheet.gap.node / 2) for box in place.values() for other in around):
        return False
    whole = {**boxes, **place}
    beside = [box for name, box in others.items() if name != stream.mouth]
    for tail, head in (*stream.nearer.items(), *stream.hung.items()):
        # Straight arrows are the same both ways.
        start, end = straight(whole[tail], whole[head], sideways)
        inside = [box for name, box in place.items() if name not in (tail, head)]
        if not clear(start, end, [*beside, *inside], sheet.gap.label):
            return False
    return True


def _across(box: Box, sideways: bool) -> float:
    return box.y if sideways else box.x


def _size(box: Box, sideways: bool) -> float:
    """The space of a shape across the flow, equal on both sides."""
    return 2 * max(box.beside(side, sideways) for side in (-1, 1))


def _whole(box: Box, sideways: bool) -> float:
    return box.beside(-1, sideways) + box.beside(1, sideways)


def _at(box: Box, across: float, sideways: bool) -> Box:
    return replace(box, y=across) if sideways else replace(box, x=across)
