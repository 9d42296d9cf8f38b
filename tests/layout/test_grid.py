"""Arrays in rows and columns: all entries are present, aligned, and inside their place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphviz_nn.layout.grid import grid
from graphviz_nn.layout.measure import typeset
from graphviz_nn.style.numbers import FEW, array

SHAPES = [(n,) for n in range(1, FEW + 3)] + [(a, b) for a in range(1, 4) for b in range(1, 4)] + [(2, 2, 2)]


@given(st.sampled_from(SHAPES), st.integers(0, 10**6), st.sampled_from(["", r"\ \checkmark", r"\ \times\ 1 \neq 2"]))
def test_a_grid_holds_what_was_written_and_nothing_touches(shape, seed, mark):
    value = np.random.default_rng(seed).normal(size=shape) * 10.0 ** np.random.default_rng(seed + 1).integers(-6, 6)
    written = array(value) + mark
    found = grid(written)
    if value.size == 1:
        assert found is None
        return
    assert found is not None
    if value.size <= FEW and value.ndim < 3:
        assert (len(found.rows), len(found.rows[0])) == (shape if value.ndim == 2 else (shape[0], 1))
    else:
        assert len(found.rows) == 2
        assert not found.bracket
    assert all(each.tex in written for each in found.entries)
    boxes = [(e.x, e.y, typeset(e.tex).width, typeset(e.tex).height) for e in found.entries]
    for number, (x, y, width, height) in enumerate(boxes):
        assert abs(x) + width / 2 <= found.width / 2 + 1e-9
        assert abs(y) + height / 2 <= found.height / 2 + 1e-9
        for u, v, wide, high in boxes[:number]:
            assert abs(x - u) >= (width + wide) / 2 or abs(y - v) >= (height + high) / 2


@pytest.mark.parametrize("written", ["0.5", r"10^{-5}", r"\mathrm{not}\ \mathrm{computed}", r"12\ \checkmark", ""])
def test_a_number_is_no_grid(written):
    assert grid(written) is None


def test_the_numbers_of_a_column_are_flush_right():
    found = grid(array(np.array([1.5, -10.25, 3.0])))
    assert len({round(each.x + typeset(each.tex).width / 2, 9) for each in found.entries}) == 1
