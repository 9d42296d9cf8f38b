"""Ways with right angles past shapes."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from graphviz_nn.layout.geometry import Box, clear
from graphviz_nn.layout.maze import Maze

PLACES = st.integers(2, 28)
BOXES = st.lists(st.builds(lambda x, y: Box(10.0 * x, 10.0 * y, 24.0, 18.0, "box"), PLACES, PLACES), max_size=12)


@settings(max_examples=150, deadline=None)
@given(boxes=BOXES)
def test_a_way_has_right_angles_and_keeps_off_all_shapes(boxes):
    start, end = (0.0, 100.0), (310.0, 150.0)
    maze = Maze(boxes, 2.0, [start, end, (0.0, -20.0), (310.0, 330.0)], (-10.0, 320.0))
    cost, corners = maze.way([(start, 0), (start, 1)], [(end, 0), (end, 1)], 5.0)
    assert corners[0] == start
    assert corners[-1] == end
    assert cost >= 360.0 - 1e-6
    for a, b in pairwise(corners):
        assert abs(a[0] - b[0]) < 1e-9 or abs(a[1] - b[1]) < 1e-9
        assert clear(a, b, boxes, 1.9)


def test_lines_are_crossed_only_where_that_is_cheaper():
    start, end = (0.0, 0.0), (100.0, 0.0)
    for wall, crossing in ((30.0, 200.0), (400.0, 60.0)):
        maze = Maze([], 0.0, [start, end, (50.0, wall + 10.0), (50.0, -wall - 10.0)], (-10.0, 110.0))
        maze.line((50.0, -wall), (50.0, wall), 2.0, crossing, 1000.0)
        _, corners = maze.way([(start, 0), (start, 1)], [(end, 0), (end, 1)], 5.0)
        assert (len(corners) == 2) == (wall > 100.0)
