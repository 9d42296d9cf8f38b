"""Lines with weights: width shows the size, colour and dash show the sign."""

import pytest

from graphviz_nn.forms.diagram import Link
from graphviz_nn.scene.paint import mixed, paint
from graphviz_nn.style.sheet import load

SHEET = load("lecture")


def painted(weight, **options):
    return paint(Link("x", "y", "w", weight=weight, **options), 2.0, SHEET)


def test_the_width_is_the_size():
    widths = [painted(weight).width for weight in (0.0, -0.5, 1.0, -2.0)]
    assert widths == sorted(widths)
    assert (widths[0], widths[-1]) == (SHEET.weight.least, SHEET.weight.most)
    assert widths[2] == pytest.approx((widths[0] + widths[-1]) / 2)


def test_the_sign_is_seen_without_colours_too():
    assert painted(2.0).colour == SHEET.weight.positive
    assert painted(-2.0).colour == SHEET.weight.negative
    assert painted(1.0).dash == ()
    assert painted(-1.0).dash == SHEET.weight.dash


def test_without_a_value():
    assert painted(None, plain=True).colour == SHEET.weight.unknown
    assert painted(None).colour == SHEET.line.colour


def test_where_all_weights_are_zero():
    assert paint(Link("x", "y", "w", weight=0.0), 0.0, SHEET).width == SHEET.weight.least


def test_colours_between_two():
    assert mixed("#102030", "#F0E0D0", 0.0) == "#102030"
    assert mixed("#102030", "#F0E0D0", 1.0) == "#F0E0D0"
