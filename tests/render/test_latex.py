"""LaTeX typesets labels like mathtext, and runs no other commands."""

import re

import pytest

from graphviz_nn.errors import LabelError
from graphviz_nn.graph.text import words
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render.latex import _ARGUMENTS, _CHARACTERS, _SYMBOLS, latex


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (r"\theta_{1}", r"\theta_{1}"),
        (r"z^{(1)}", r"z^{(1)}"),
        (r"\left( x \right]", r"\left( x \right]"),
        (r"\sqrt[3]{x}\dfrac{a}{b}", r"\sqrt[3]{x}\dfrac{a}{b}"),
        # What mathtext takes without braces.
        (r"x_\max^\hat y", r"x_{\max}^{\hat{y}}"),
        (r"x^2'", r"x^{2}{}'"),
        (r"x'_2", "x'_{2}"),
        (r"\hspace{1.5}", r"\hspace{1.5em}"),
        (r"\mathscr{L}", r"\mathcal{L}"),
        (r"\'e", r"\acute{e}"),
        (r"\mathrm{cross‐entropy}", r"\mathrm{cross\text{-}entropy}"),
        ("é", r"\acute{e}"),
        ("Ω", r"\Omega "),
        ("✓", r"\checkmark "),
        ("a & b", r"a \& b"),
        (r"\text{5% #1 & \$_^~\{\}}", r"\text{5\% \#1 \& \$\_\textasciicircum{}\textasciitilde{}\{\}}"),
        (r"\text{a\\input b}", r"\text{a\textbackslash{}input b}"),
    ],
)
def test_it_means_the_same(label, expected):
    typeset(label)
    assert latex(label) == expected


@pytest.mark.parametrize(
    "label",
    [
        r"\input{/etc/passwd}",
        r"\immediate\write18{ls}",
        r"\def\x{}",
        r"\catcode`\%=12",
        r"\csname input\endcsname",
        r"x$ \input{/etc/passwd} $y",
        r"\text{\text{\input x}",
        r"\text {{\input x}}",
        r"\operatorname{\input}",
        "%",
        "#1",
        "$",
        "x\\",
        "{x",
        "x}",
        r"\left(x",
        r"\frac{1}",
        r"\let",
        r"\mathrm",
        r"\begin{x}",
        "😀",
        "\N{COMBINING DOT BELOW}",
        "\ud800",
        "\x00",
    ],
)
def test_what_is_not_mathematics_is_refused(label):
    with pytest.raises(LabelError, match=r"can't be written as LaTeX|can't be set"):
        latex(label)


def test_no_character_comes_by_its_code():
    assert latex("x^^5c") == "x^{^{5}}c"


def test_words_can_hold_anything_printable_in_ascii():
    for code in range(0x20, 0x7F):
        found = latex(words(f"a{chr(code)}b"))
        assert found.startswith(r"\mathrm{a")
        assert not re.search(r"(?<!\\)[%#&$]", found)


def test_mathtext_knows_what_is_let_through():
    for symbol in sorted(_SYMBOLS - {"\\\\"}):
        typeset(f"{symbol} x")
    for command, count in _ARGUMENTS.items():
        typeset(command + "{x}" * count)
    for character in _CHARACTERS:
        typeset(character)


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("中", r"\text{\chineseletters 中}"),
        ("\N{GREEK SMALL LETTER OMICRON}", r"\text{\greekletters ο}"),
        (words("前向 x"), r"\mathrm{\text{\chineseletters 前向}\ x}"),
        (words("نموذج أول"), r"\mathrm{\text{\arabicletters نموذج\ أول}}"),
        (r"W_{\text{a 学习 b}}", r"W_{\text{a }\text{\chineseletters 学习}\text{ b}}"),
        ("순ひ", r"\text{\koreanletters 순}\text{\japaneseletters ひ}"),
        ("e\N{COMBINING DOT BELOW}", r"\text{\latinletters ẹ}"),
    ],
)
def test_letters_of_other_scripts_have_a_font_of_their_own(label, written):
    assert latex(label) == written


def test_a_stranger_names_no_font():
    with pytest.raises(LabelError):
        latex(r"\chineseletters x")
