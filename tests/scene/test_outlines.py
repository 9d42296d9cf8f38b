"""Outlines fill their boxes."""

import pytest

from graphviz_nn.scene.outlines import OUTLINES
from graphviz_nn.style.sheet import OUTLINES as NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_outline_fills_its_box(name):
    commands = OUTLINES[name](10.0, 20.0, 30.0, 16.0)
    numbers = [numbers for _, numbers in commands]
    xs = [x for each in numbers for x in each[::2]]
    ys = [y for each in numbers for y in each[1::2]]
    assert (min(xs), max(xs), min(ys), max(ys)) == pytest.approx((-5, 25, 12, 28))
    assert commands[0][0] == "M"
    assert commands[-1] == ("Z", ())


def test_a_sheet_can_name_every_outline():
    assert set(NAMES) == set(OUTLINES)
