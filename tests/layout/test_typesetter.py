"""Labels set from the fonts' letters, beside mathtext's own."""

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as some

from graphviz_nn.layout import measure, typesetter
from graphviz_nn.layout.alone import alone
from graphviz_nn.layout.glyphs import SIZE
from graphviz_nn.layout.measure import KNOWN, font, typeset
from graphviz_nn.layout.typesetter import ACCENTS, BINARY, FONTS, FUNCTIONS, NAMED, RELATIONS, SPACES, VERIFIED, placed

LETTERS = some.sampled_from([*"aWxyfhjTAVo0123456789()[]/|,;.!:", *NAMED, *BINARY, *RELATIONS, "θ", "ŷ", "‐"])
FAMILY = some.sampled_from(["serif", "sans"])


def _grouped(inner):
    row = some.lists(inner, min_size=1, max_size=4).map("".join)
    return some.one_of(
        inner,
        row.map(lambda tex: f"{{{tex}}}"),
        some.tuples(some.sampled_from([*FONTS]), row).map(lambda pair: "{}{{{}}}".format(*pair)),
        some.text("aWT0,.;:!<>=+* -", min_size=1, max_size=3).map(lambda words: f"\\text{{{words}}}"),
        some.tuples(some.sampled_from([*ACCENTS]), inner).map(lambda pair: "{}{{{}}}".format(*pair)),
        some.tuples(inner, some.sampled_from("^_"), row).map(lambda each: "{}{}{{{}}}".format(*each)),
        some.tuples(inner, row, row).map(lambda each: "{}^{{{}}}_{{{}}}".format(*each)),
        some.tuples(inner, row, row).map(lambda each: "{}_{{{}}}^{{{}}}".format(*each)),
    )


# A command ends before a letter.
PIECES = some.one_of(LETTERS, some.sampled_from([*FUNCTIONS, *SPACES])).map(
    lambda tex: f"{tex} " if tex[-1].isalpha() and tex[0] == "\\" else tex
)
TEX = some.lists(some.recursive(PIECES, _grouped, max_leaves=6), min_size=1, max_size=5).map("".join)


def by_mathtext(tex, family):
    from matplotlib.mathtext import MathTextParser

    with alone():
        found = MathTextParser("path").parse(f"${tex}$", 72, font(family, SIZE))
    assert not found.rects
    return sorted((chr(code), size / SIZE, float(x), float(y)) for _, size, code, _, x, y in found.glyphs)


def is_verified():
    return matplotlib.__version_info__[:2] in VERIFIED


@given(TEX, FAMILY)
def test_letters_are_where_mathtext_puts_them(tex, family):
    found = placed(tex, family)
    if found is None:
        return
    expected = by_mathtext(tex, family)
    marks = sorted((mark.letter.character, mark.size, mark.x, mark.y) for mark in found)
    assert [each[0] for each in marks] == [each[0] for each in expected]
    for mine, other in zip(marks, expected, strict=True):
        assert mine[1:] == pytest.approx(other[1:], abs=1e-6)


@pytest.mark.skipif(not is_verified(), reason="the rules of this version aren't known")
@pytest.mark.parametrize("family", ["serif", "sans"])
@pytest.mark.parametrize(
    "tex",
    [
        *("h^{(37)}", r"W^{(1)}_{12}\ \ 64{\times}3", r"\mathrm{layer\ norm}", r"\tilde{h}^{(2)}", r"\log p + 1.5"),
        *(r"\mathrm{2\text{,}\ 3\text{.}}", r"{-}0.5\ \ldots\ 0.4", r"3\ \checkmark"),
    ],
)
def test_what_models_are_made_of_is_set_from_letters(tex, family):
    assert placed(tex, family)


@pytest.mark.parametrize("tex", [r"\dfrac{1}{2}", r"\sqrt{x}", "x^{1}^{2}", "{x", "x}", r"\unheard", r"\sum_{i} x", ""])
def test_everything_else_is_left_to_mathtext(tex):
    assert not placed(tex, "serif")


def test_other_versions_of_matplotlib_set_their_labels_alone(monkeypatch):
    before = typeset("q^{(1)}_{23}")
    monkeypatch.setattr(typesetter, "VERIFIED", ())
    KNOWN[0].cache_clear()
    assert placed("q^{(1)}_{23}", "serif") is None
    after = typeset("q^{(1)}_{23}")
    KNOWN[0].cache_clear()
    assert (after.left, after.right, after.top, after.bottom) == pytest.approx(
        (before.left, before.right, before.top, before.bottom), abs=1e-8
    )


def test_labels_that_differ_in_a_digit_share_the_letters_before_it(monkeypatch):
    """Most letters are in places where they have been before."""
    put, drawn = [], measure._drawn
    monkeypatch.setattr(measure, "_drawn", lambda *given: put.append(given) or drawn(*given))
    for known in KNOWN:
        known.cache_clear()
    paths = {typeset(rf"a^{{({number})}}").path for number in range(100, 200)}
    assert len(paths) == 100
    assert 5 * len(put) < 100 * len("a(100)")
