"""Rows are chosen as if all ways to make them had been looked at."""

from itertools import combinations, pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphviz_nn.layout.rows.breaks import Break
from graphviz_nn.layout.rows.choices import ALONE, EMPTY, MORE, _best, _rows, choices

FAULTS = st.sampled_from([0.0, 1.0, 2.0, 3.5])


@st.composite
def pictures(draw):
    """Breaks, the whole, shapes between breaks, the rooms before and after rows, and how long these may be."""
    count = draw(st.integers(0, 7))
    lengths = draw(st.lists(st.integers(10, 90), min_size=count + 1, max_size=count + 1))
    ends = [float(sum(lengths[: number + 1])) for number in range(count + 1)]
    breaks = [Break(end, end + draw(st.sampled_from([0.0, 4.0])), 0.0, (), draw(FAULTS)) for end in ends[:-1]]
    words = draw(st.lists(st.integers(0, 3), min_size=count + 1, max_size=count + 1))
    room = st.lists(st.sampled_from([0.0, 7.0]), min_size=count + 1, max_size=count + 1)
    return breaks, (0.0, ends[-1]), words, (draw(room), draw(room)), float(draw(st.integers(40, 300)))


def judged(taken, breaks, whole, words, rooms, limit):
    """The faults of rows between breaks, and the longest; None if one is too long that could be broken."""
    edges = [-1, *taken, len(breaks)]
    faults, longest = 0.0, 0.0
    for before, after in pairwise(edges):
        start = whole[0] if before < 0 else breaks[before].start
        end = whole[1] if after == len(breaks) else breaks[after].end
        length = end - start + rooms[0][before + 1] + rooms[1][after]
        if length > limit and after > before + 1:
            return None
        faults += (breaks[before].faults if before >= 0 else 0.0) + ALONE * (sum(words[before + 1 : after + 1]) < 2)
        faults += EMPTY * max(1.0 - length / limit, 0.0) ** 2
        longest = max(longest, length)
    return round(faults, 6), round(longest, 6)


@given(pictures())
def test_the_best_of_all_ways(picture):
    breaks = picture[0]
    found = {len(taken): judged(taken, *picture) for taken in choices(*picture)}
    for count in range(1, len(breaks) + 1):
        ways = (judged(list(taken), *picture) for taken in combinations(range(len(breaks)), count))
        assert found.get(count) == min((way for way in ways if way), default=None)


@pytest.mark.parametrize("count", [200, 400, 800])
def test_only_ways_that_may_end_in_few_rows_are_followed(count):
    """For each number of rows, ways reach as many places as a few rows have, not as many as the picture has."""
    breaks = [Break(10.0 * number, 10.0 * number, 0.0, (), 0.0) for number in range(1, count)]
    rows = Counted(_rows(breaks, (0.0, 10.0 * count), [1] * count, ([0.0] * count, [0.0] * count), 100.0))
    needed = [ceil((count - start) / 10) for start in range(count + 1)]
    most = needed[0] + MORE
    assert [found for found, _ in _best(rows, [0.0] * count, needed, most)] == [*range(needed[0], most + 1)]
    assert rows.looked_up <= most * 10 * (MORE + 1)


class Counted(list):
    looked_up = 0

    def __getitem__(self, place):
        self.looked_up += 1
        return super().__getitem__(place)
