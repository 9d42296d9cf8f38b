"""TeX as text: every letter with its look, or nothing if a row of letters isn't enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphviz_nn.graph.text import words
from graphviz_nn.style.runs import Run, runs


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"3{\times}1", "3×1"),
        (r"a + b", "a + b"),
        (r"-3.5", "−3.5"),
        (r"(0,\ {-}3.99)\ \checkmark", "(0, −3.99) ✓"),
        (r"\log\left(p, q\right)", "log(p, q)"),
        (r"\log_{2}", "log2"),
        (r"\log p", "log\N{THIN SPACE}p"),
        (r"\mathrm{cross‐entropy\ loss}", "cross‐entropy loss"),
        (r"\left.x\right|", "x|"),
    ],
)
def test_what_it_reads(tex, text):
    assert "".join(run.text for run in runs(tex)) == text


def test_looks():
    assert runs(r"W^{(2)}_{11}") == (Run("W", italic=True), Run("11", shift=-1), Run("(2)", shift=1))
    assert runs(r"\boldsymbol{x}") == (Run("x", italic=True, bold=True),)
    assert runs(r"\Sigma\sigma") == (Run("Σ"), Run("σ", italic=True))
    assert runs(r"\mathrm{ab}") == (Run("ab"),)


@pytest.mark.parametrize(
    "tex", [r"\dfrac{1}{2}", r"\sqrt{x}", r"\vec{x}", r"\hat{xy}", r"x^{y_{1}}", r"\unknown", "\\"]
)
def test_more_than_a_row_of_letters(tex):
    assert runs(tex) == ()


@given(st.text("ab12 +-_%${}#()<>&,.~éΩ名", min_size=1).filter(str.strip))
def test_any_words(text):
    shown = "".join(run.text for run in runs(words(text)))
    expected = " ".join(text.split()).replace("-", "\N{HYPHEN}").replace("~", "∼")
    assert shown == expected
    assert not any(run.italic or run.shift for run in runs(words(text)))


@given(st.text(r"\{}^_ab{1,+ "))
def test_never_fails(tex):
    assert all(run.text for run in runs(tex))
