"""One declaration of an option covers the function, the command line, notebooks and Sphinx."""

import inspect
import re
import subprocess
import sys

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.cli.commands import Parser
from graphviz_nn.cli.picture import add_picture, flag, keywords
from graphviz_nn.errors import Error, UsageError
from graphviz_nn.figure.option_types import choices
from graphviz_nn.figure.options import OPTIONS, TYPES
from graphviz_nn.figure.plan import planned
from graphviz_nn.forms import SAID
from graphviz_nn.forms.hues import HUED
from graphviz_nn.layout.engine import ENGINES
from graphviz_nn.scene import PAGES
from graphviz_nn.style.sheet import names
from graphviz_nn.views import DETAILS, VIEWS
from graphviz_nn.views.repeats import LEAST

GRAPH = gnn.trace(lambda x, W: W @ x, x=gnn.input(2), W=gnn.parameter((2, 2)))
WORDS = {
    "view": VIEWS,
    "detail": DETAILS,
    "show": SAID,
    "width": PAGES,
    "height": PAGES,
    "engine": ENGINES,
    "repeats": LEAST,
    "colours": HUED,
}


@pytest.mark.parametrize("name", WORDS)
def test_the_words_of_an_option_are_those_that_there_are(name):
    assert sorted(choices(TYPES[name])) == sorted(WORDS[name])


@pytest.mark.parametrize("name", WORDS)
def test_a_misspelt_word_is_refused_with_the_nearest(name):
    word = next(iter(WORDS[name]))
    with pytest.raises(UsageError, match=re.escape(repr(word))):
        gnn.draw(GRAPH, **{name: f"{word}z"})


def test_the_styles_that_editors_offer_are_there():
    assert set(choices(TYPES["style"])) == set(names())


def test_the_signature_and_the_docs_have_every_option():
    parameters = inspect.signature(gnn.draw).parameters
    assert {name: parameters[name].default for name in OPTIONS} == {name: row.default for name, row in OPTIONS.items()}
    assert re.findall(r"^    (\w+) : ", gnn.draw.__doc__, re.MULTILINE) == ["model", "to", "example", "ax", *OPTIONS]


def test_a_command_line_says_every_option_and_unsaid_it_is_what_draw_takes_for_granted():
    parser = Parser()
    add_picture(parser)
    assert list(parser.options) == [flag(name) for name in OPTIONS]
    unsaid = keywords(parser.parse_args([]))
    asked = {name: row.default for name, row in OPTIONS.items()}
    assert planned([GRAPH], unsaid) == planned([GRAPH], asked)


def test_each_option_belongs_to_a_part_that_takes_it():
    # What a part is given by name and doesn't know is a TypeError.
    assert planned([GRAPH], {name: row.default for name, row in OPTIONS.items()}).graphs == (GRAPH,)


def test_a_misspelt_option_gets_the_nearest():
    with pytest.raises(UsageError, match=r"there is no option veiw=: did you mean 'view'\?"):
        gnn.draw(GRAPH, veiw="layers")


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("value", [5j, b"x", [5], object(), None])
def test_what_is_nothing_of_the_kind_is_said_in_a_line(name, value):
    try:
        gnn.draw(GRAPH, **{name: value})
    except Error as error:
        assert name in str(error) or repr(value) in str(error)
        assert "\n" not in str(error)


WRONG = [("legend", "no"), ("view", 3), ("show", None), ("labels", 5), ("batch", 5), ("expand", [5])]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_kind_is_refused_by_the_options_name(name, value):
    with pytest.raises(UsageError, match=rf"{name}= takes .*, found {re.escape(repr(value))}"):
        gnn.draw(GRAPH, **{name: value})


def test_several_words_may_be_anything_that_gives_them():
    for several in (["layers"], ("layers",), {"layers"}, iter(["layers"]), np.array(["layers"])):
        assert gnn.draw(GRAPH, view=several).svg == gnn.draw(GRAPH, view="layers").svg


def test_a_type_checker_knows_the_words(tmp_path):
    (tmp_path / "figure.py").write_text(
        "import graphviz_nn as gnn\n\n\ndef figure(graph: gnn.Graph) -> None:\n"
        '    gnn.draw(graph, view="layers", show=("shapes", "loss"), width=120)\n'
        '    gnn.draw(graph, view="layer")\n'
        '    gnn.draw(graph, direction="BT-")\n'
        "    gnn.draw(graph, veiw=1)\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--no-error-summary", "figure.py"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout
    assert re.findall(r"figure.py:(\d+): error", found) == ["6", "7", "8"]
