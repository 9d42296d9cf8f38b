"""Numbers in pictures, formulas and reports look as people write them."""

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import graphviz_nn as gnn
from graphviz_nn.errors import UsageError
from graphviz_nn.style.heat import heat_map
from graphviz_nn.style.labels import plain
from graphviz_nn.style.numbers import FEW, array, cleared, digits, number

FLOATS = st.floats(-1e300, 1e300)


def read(tex):
    """A number as it stands there."""
    text = tex.replace("{-}", "-").replace(r"{\cdot}10^{", "e").replace("10^{", "1e").rstrip("}")
    return float(text)


def entries(tex):
    return [each.strip("()[] ") for each in re.split(r"[,;]\\ ", tex)]


@settings(deadline=None)
@given(FLOATS, st.integers(1, 17))
def test_a_number_is_as_exact_as_is_asked_for(value, count):
    assert read(number(value, count)) == pytest.approx(value, rel=0.51 * 10.0 ** (1 - count), abs=0)
    assert "1{\\cdot}10" not in re.sub(r"[\d.]1\{", "", number(value, count))


@settings(deadline=None)
@given(arrays(float, array_shapes(max_dims=2, max_side=2), elements=st.floats(-1e5, 1e5)), st.integers(1, 8))
def test_entries_have_the_same_number_of_decimals_or_keep_what_they_are(value, count):
    with digits(count):
        texts = entries(array(value))
    whole = value.ravel()
    largest = np.abs(whole).max()
    same = len({len(text.partition(".")[2]) for text in texts}) == 1 and not any("10^" in text for text in texts)
    for text, each in zip(texts, whole, strict=True):
        if abs(each) <= 4e-15 * largest:
            assert read(text) == 0
        elif same:
            assert read(text) == pytest.approx(each, abs=0.51 * largest * 10.0 ** (1 - count))
            assert read(text) != 0
        else:
            assert read(text) == pytest.approx(each, rel=0.51 * 10.0 ** (1 - count))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ([0.5, 1 / 3], r"(0.500,\ 0.333)"),
        ([12.25, 1 / 3], r"(12.25,\ 0.33)"),
        ([5.0, 0.25], r"(5.00,\ 0.25)"),
        ([1.0, -2.0], r"(1,\ {-}2)"),
        ([5.0, 1e-6], r"(5,\ 10^{{-}6})"),
        ([0.5, np.nan, -np.inf], r"(0.5,\ \mathrm{NaN},\ {-}\infty)"),
        ([0.1 + 0.2 - 0.3, 0.75], r"(0.00,\ 0.75)"),
        ([0.0, -0.0], r"(0,\ 0)"),
        ([3, 10**12], r"(3,\ 10^{12})"),
        ([True, False], r"(1,\ 0)"),
        ([], r"(\,)"),
        ([0.0, 0.00549, *[0.001] * 5], r"0\ \ldots\ 0.00549,\ \mathrm{mean}\ 0.0015"),
        ([0.25] * 7, r"\mathrm{all}\ 0.25"),
        ([-0.75, 0.1, 0.2, -0.3, 0.75, -0.1, 0.1], r"{-}0.75\ \ldots\ 0.75,\ \mathrm{mean}\ 0"),
    ],
)
def test_arrays(value, written):
    if written.endswith("mean}\\ 0"):
        value = [*value[:-1], -sum(value[:-1]) + 1e-17]
    assert array(np.array(value)) == written


@given(array_shapes(min_dims=0, max_dims=3, max_side=8))
@example((FEW,))
@example((FEW + 1,))
@example((2, FEW // 2))
@example((2, FEW // 2 + 1))
def test_an_array_is_written_out_where_its_entries_are_few_and_else_has_a_heat_map(shape):
    value = np.arange(1.0, 1.0 + np.prod(shape, dtype=int)).reshape(shape)
    written = array(value)
    if value.ndim <= 2 and value.size <= FEW:
        assert list(map(read, entries(written))) == value.ravel().tolist()
        assert heat_map(value) is None
    elif value.size == 1:
        assert written == r"\mathrm{all}\ 1"
    else:
        assert written.startswith(r"1\ \ldots\ ") and r"\mathrm{mean}" in written
        assert (heat_map(value) is not None) == (value.size > FEW and sum(n > 1 for n in shape) <= 2)


def test_round_off_of_a_precision_is_that_of_its_numbers():
    assert array(np.array([1e-8, 1.0], "float32")) == r"(0,\ 1)"
    assert array(np.array([1e-8, 1.0])) == r"(10^{{-}8},\ 1)"
    assert cleared(np.array([1, 0]), 1e30).tolist() == [1, 0]


@pytest.mark.parametrize("count", [0, 18, -1, 2.5, True, "3", 10**30])
def test_digits_that_can_not_be(count):
    graph = gnn.trace(lambda x: x / 3, x=gnn.input(()))
    for attempt in (gnn.draw, gnn.formula):
        with pytest.raises(UsageError, match=r"digits(= takes int| must be a whole number from 1 to 17)"):
            attempt(graph, digits=count)


def thirds(x=gnn.input(2), w=gnn.parameter(2)):
    return np.sum(w * x / 3 + 0.044715)


FEEDS = {"x": [1.0, 2.0], "w": [1.0, 1.0]}


@pytest.mark.parametrize("count", [1, 3, 6, 12])
def test_digits_in_pictures_formulas_and_reports(tmp_path, count):
    third = f"{1 / 3:.{count}g}"
    drawn = gnn.draw(thirds, feeds=FEEDS, show="gradients", digits=count)
    assert third in drawn.mermaid
    assert drawn.again(view="compact").panels[0].diagram.shapes
    assert number(0.044715, count) in gnn.formula(thirds, digits=count)
    assert number(0.044715, count) in str(drawn.panels[0].diagram.shapes)
    gnn.gradient_report(thirds, FEEDS, tmp_path / "report.md", digits=count)
    assert f" {third}" in (tmp_path / "report.md").read_text(encoding="utf-8")
    slope = gnn.chain_rule(gnn.trace(lambda t: t / 3 * t, t=gnn.parameter(())), "t", t=1.0, digits=count)
    assert plain(number(1 / 3, count)) in str(slope)
    # Afterwards it is as before.
    assert number(1 / 3) == "0.333"


def test_what_rounding_leaves_of_a_difference_is_0():
    def difference(x, y, z):
        found = x + y - z
        return found * 2

    graph = gnn.trace(difference, x=gnn.input(()), y=gnn.input(()), z=gnn.input(()))
    titles = {
        link.variable: link.value
        for link in gnn.draw(graph, feeds={"x": 0.1, "y": 0.2, "z": 0.3}).panels[0].diagram.links
    }
    assert titles["found"] == "0"
    graph = gnn.trace(lambda p: (p * 1e-17) * 2, p=gnn.input(()))
    links = gnn.draw(graph, feeds={"p": 1.0}).panels[0].diagram.links
    assert any(link.value == "10^{-17}" for link in links)


def test_a_power_of_ten_to_a_power_stays_together(tmp_path):
    graph = gnn.trace(lambda x: 1e-5**x + (x * 2.5e-7) ** 2, x=gnn.input(()))
    assert gnn.formula(graph).startswith(r"\left(10^{-5}\right)^{x}")
    gnn.draw(graph).save(tmp_path / "power.pdf")
