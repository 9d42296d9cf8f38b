"""Which places to break a picture at."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from graphviz_nn.layout.rows.breaks import Break, Span

# A row of one shape is as bad as so many tears; so is an empty row, and one twice as long as it should be.
ALONE, EMPTY, LONG = 4.0, 4.0, 30.0
# So is, beside that, one of nothing but leaves, and one that is longer than it should be by whatever it is.
BARE, OVER = 8.0, 3.0
# So is a row that ends within a branch, but goes back beyond its beginning; and half as much one that starts within.
ACROSS = 5.0
# Ways to make so many rows more than are needed are looked for first; those to make more only if these don't do.
MORE = 4

Way: TypeAlias = tuple[float, float, tuple[int, ...]]
"""A way to make rows: its faults, the longest row, where rows start."""
Rooms: TypeAlias = tuple[Sequence[float], Sequence[float]]
"""The room before each place where a row may start, the whole's first, and after each where it may end."""


class Row(NamedTuple):
    """A row from one break to another: where it ends, how long it is, and its faults."""

    end: int
    length: float
    faults: float


def choices(
    breaks: Sequence[Break],
    whole: Span,
    words: Sequence[int],
    rooms: Rooms,
    limit: float,
    slack: float = 1.0,
    bare: float = 0.0,
) -> Iterator[list[int]]:
    """The numbers of the breaks between rows, none longer than a limit if that can be.

    For each number of rows, those with the fewest faults that are about equally long; of numbers of rows that are
    little greater than that needed, first the one with the fewest faults.

    Parameters
    ----------
    whole : pair of float
        Where the picture begins and ends along the flow.
    words : sequence of int
        How many shapes of the main line are between one break and the next.
    rooms : pair of sequences of float
        The room that a row takes before each place where it may start, and after each where it may end.
    slack : float
        A row may be longer than the limit by this factor, which is a fault.
    bare : float
        The first row may be longer by this: where the first break is if nothing but leaves is before it, which would
        stand alone in a row.
    """
    rows = _rows(breaks, whole, words, rooms, limit, slack, bare)
    faults = [0.0, *(each.faults for each in breaks)]
    # How many rows are needed from each place on.
    needed = [0] * (len(rows) + 1)
    for start in range(len(rows) - 1, -1, -1):
        needed[start] = 1 + needed[rows[start][-1].end]
    told, most, more = 1, 0, MORE
    while most < len(rows):
        most, more = min(needed[0] + more, len(rows)), 2 * more
        ways = {count: way for count, way in _best(rows, faults, needed, most) if count > told}
        told = max(ways, default=told)
        for _, (_, _, taken) in sorted(ways.items(), key=lambda each: (round(each[1][0], 6), each[0])):
            yield [number - 1 for number in taken[1:]]


def _rows(
    breaks: Sequence[Break],
    whole: Span,
    words: Sequence[int],
    rooms: Rooms,
    limit: float,
    slack: float = 1.0,
    bare: float = 0.0,
) -> list[list[Row]]:
    """The rows that can start at each place, from the shortest on."""
    starts = [whole[0], *(each.start for each in breaks)]
    ends = [*(each.end for each in breaks), whole[1]]
    before, after = rooms
    depths = [0, *(each.depth for each in breaks), 0]
    deepest = max(depths)
    counts = [0, *accumulate(words)]
    last = len(ends)
    found: list[list[Row]] = []
    for start in range(last):
        found.append([])
        least = deepest
        for end in range(start + 1, last + 1):
            length = ends[end - 1] + after[end - 1] - starts[start] + before[start]
            # What can't be broken is a row, however long, and so with the leaves before it.
            least_end = 2 if bare and not start else start + 1
            if length > slack * limit + (bare if not start else 0.0) and end > least_end:
                break
            share = 1.0 - length / limit
            bad = ALONE * (counts[end] - counts[start] < 2) + EMPTY * max(share, 0.0) ** 2
            bad += OVER + LONG * -share if slack > 1.0 and share < 0.0 else 0.0
            bad += BARE * (bare > 0.0 and end == 1)
            bad += ACROSS * (least < depths[end]) + ACROSS / 2 * (least < depths[start])
            found[-1].append(Row(end, length, bad))
            least = min(least, depths[end])
    return found


def _best(
    rows: Sequence[Sequence[Row]], faults: Sequence[float], needed: Sequence[int], most: int
) -> Iterator[tuple[int, Way]]:
    """For each number of rows up to the most, those with the fewest faults."""
    best: Mapping[int, Way] = {0: (0.0, 0.0, ())}
    for count in range(1, most + 1):
        longer: dict[int, Way] = {}
        for start, (before, longest, taken) in best.items():
            if start == len(rows):
                continue
            bad, path = before + faults[start], (*taken, start)
            for end, length, faulty in rows[start]:
                # From there on more rows would be needed than are left.
                if needed[end] > most - count:
                    continue
                worse = bad + faulty
                known = longer.get(end)
                if known is None or worse <= known[0]:
                    way = worse, max(longest, length), path
                    if known is None or way < known:
                        longer[end] = way
        best = longer
        if len(rows) in best:
            yield count, best[len(rows)]
