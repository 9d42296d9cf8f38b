"""Sizes of TeX."""

import pytest

from graphviz_nn.errors import LabelError
from graphviz_nn.graph.text import words
from graphviz_nn.layout.measure import typeset


def test_wider_and_taller_tex_measures_so():
    assert typeset("xx").width > 1.8 * typeset("x").width
    assert typeset("z^{(1)}").height > typeset("z").height
    assert typeset("y").bottom < 0 < typeset("y").top


def test_nothing_takes_no_room():
    empty = typeset("")
    assert (empty.width, empty.height, empty.path) == (0, 0, "")


def test_the_outline_fills_the_box():
    path = typeset("l").path
    assert path.startswith("M") and path.endswith("Z")


@pytest.mark.parametrize("text", [r"a\b_c^d~e{f}g#h$i%j&k", "line\nbreak", "\0\x1b", "<b>", "", " ", "[1:, -1]", '"`'])
def test_any_text_can_be_set(text):
    assert typeset(words(text)).width > 0


def test_a_command_that_is_unknown_is_named():
    with pytest.raises(LabelError, match=r"\\unheard"):
        typeset(r"\unheard{x}")
