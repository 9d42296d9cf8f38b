"""TeX as in papers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import GraphError, LabelError
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render.latex import latex
from graphviz_nn.style import dialect
from graphviz_nn.style.dialect import common
from graphviz_nn.style.labels import plain

COMMANDS = [*dialect._SAME, *dialect._FACES]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("before", ["", r"\theta + ", r"W^{"])
def test_every_command_is_set_and_written_as_latex(command, before):
    tex = (
        before
        + command
        + ("{a}{b}" if command in (r"\stackrel", r"\tfrac") else "{a}")
        + ("}" if "{" in before else "")
    )
    assert typeset(tex).path
    assert latex(tex)
    assert "\\" not in plain(tex)


@pytest.mark.parametrize(
    "tex, same",
    [
        (r"\bm W", r"\boldsymbol{W}"),
        (r"\bm{\textbf{a b}}", r"\boldsymbol{\mathbf{a\ b}}"),
        (r"\overbrace{x + y}^{n}", r"\overset{n}{\overset{⏞}{x + y}}"),
        (r"\stackrel{\text{def}}{=}", r"\overset{\text{def}}{=}"),
        (r"\texttt{a\_b}", r"\mathtt{a\_b}"),
        (r"\rightarrow \hat{y}", r"\rightarrow \hat{y}"),
    ],
)
def test_what_mathtext_lacks_is_said_in_its_words(tex, same):
    assert common(tex) == same


@given(st.text(alphabet="\\{}^_ab $bmtextunderbrace", max_size=30))
def test_nothing_is_too_broken_to_read(tex):
    common(tex)
    plain(tex)


def test_latex_keeps_what_it_sets_better():
    assert latex(r"\underbrace{Wx}_{z}") == r"\underbrace{Wx}_{z}"


def test_an_arrow_to_the_right_stays_an_arrow():
    assert plain(r"a \rightarrow b") == "a → b"


@pytest.mark.parametrize("make", [lambda tex: gnn.input(2, label=tex), lambda tex: gnn.parameter(2, label=tex)])
def test_dollars_around_a_label_mean_mathematics(make):
    assert make("$x'$").variable.label == "x'"
    graph = gnn.trace(lambda x: gnn.label(x * 2, "$h_1$"), x=make("$a$"))
    assert [variable.label for variable in graph.variables.values()] == ["a", "h_1"]


def test_a_bare_percent_sign_has_its_remedy():
    with pytest.raises(LabelError, match=r"write \\% for a percent sign"):
        typeset("50% of it")
    assert typeset(r"50\%").path


@pytest.mark.parametrize(
    ("label", "tex"),
    [
        (r"accuracy of $\hat y$", r"\mathrm{accuracy\ of}\ \hat y"),
        ("$x_1$ and $x_2$, 50%", r"x_1\ \mathrm{and}\ x_2\mathrm{,\ 50\%}"),
        (r"50\% of $y$", r"\mathrm{50\%\ of}\ y"),
        ("$a$ $b$", r"a\ b"),
        ("学习 $W$", r"\mathrm{学习}\ W"),
    ],
)
def test_words_with_mathematics_between_dollars(label, tex):
    graph = gnn.trace(lambda x: gnn.label(x * 2, label), x=gnn.input(2, label=label))
    assert [variable.label for variable in graph.variables.values()] == [tex, tex]
    picture = gnn.draw(graph)
    assert picture.svg and picture.tikz and picture.mermaid


@pytest.mark.parametrize("label", ["x$", "a $b$ c$", "$"])
def test_dollars_that_are_no_pairs_are_refused(label):
    with pytest.raises(GraphError, match="words with TeX between dollars"):
        gnn.draw(gnn.trace(lambda x: x * 2, x=gnn.input(2, label=label)))
