"""Style sheets and labels."""

import pytest

from graphviz_nn.errors import StyleError
from graphviz_nn.graph import Variable
from graphviz_nn.style.labels import label, plain
from graphviz_nn.style.sheet import load


def sheet(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sheet_inherits(tmp_path):
    mine = load(sheet(tmp_path, 'inherit = "lecture"\n[data]\nfill = "#ffffff"\n'))
    assert mine.data.fill == "#ffffff"
    assert mine.data.line == load("lecture").data.line


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('inherit = "lecture"\n[data]\nfil = "#ffffff"', "data.fil.*did you mean 'fill'"),
        ('inherit = "lecture"\n[dat]\nfill = "#ffffff"', "did you mean 'data'"),
        ('inherit = "lecture"\n[data]\nfill = "white"', "colour such as"),
        ('inherit = "lecture"\n[gap]\nrank = -1', "length in pt"),
        ('inherit = "lecture"\n[data]\noutline = "bxo"', "did you mean 'box'"),
        ('inherit = "lecture"\n[target]\ndash = 3', "list of lengths"),
        ('inherit = "lectur"', "did you mean 'lecture'"),
        ('inherit = "mine.toml"', "inherits from itself"),
        ("[data", "isn't TOML"),
        ("", "missing"),
    ],
)
def test_wrong_sheets(tmp_path, text, says):
    with pytest.raises(StyleError, match=says):
        load(sheet(tmp_path, text))


def test_unknown_and_missing_sheets():
    with pytest.raises(StyleError, match="did you mean 'lecture'"):
        load("lectrue")
    with pytest.raises(StyleError, match="can't read"):
        load("missing.toml")


@pytest.mark.parametrize(
    ("name", "array", "number"),
    [
        ("z1", "z^{(1)}", "z_{1}"),
        ("theta", r"\theta", r"\theta"),
        ("lambda_", r"\lambda", r"\lambda"),
        ("y_hat", r"\hat{y}", r"\hat{y}"),
        ("W_out", r"W_{\mathrm{out}}", r"W_{\mathrm{out}}"),
        ("theta_y1", r"\theta_{y1}", r"\theta_{y1}"),
        ("score", r"\mathrm{score}", r"\mathrm{score}"),
        ("conv2", r"\mathrm{conv2}", r"\mathrm{conv2}"),
    ],
)
def test_labels(name, array, number):
    assert label(name, Variable((2,))) == array
    assert label(name, Variable(())) == number


def test_a_label_without_tex():
    assert plain(r"\lambda^{(2)}") == "λ^(2)"


def test_vectors_are_marked_by_style():
    theta = Variable((2,))
    assert label("theta", theta, "arrow") == r"\vec{\theta}"
    assert label("z1", theta, "bold") == r"\boldsymbol{z}^{(1)}"
    assert label("score", theta, "arrow") == r"\mathrm{score}"
    assert label("W", Variable((2, 2)), "arrow") == "W"


def test_a_style_may_be_a_dict():
    assert load({"inherit": "lecture", "text": {"vectors": "arrow"}}).text.vectors == "arrow"
    with pytest.raises(StyleError, match="did you mean 'arrow'"):
        load({"inherit": "lecture", "text": {"vectors": "arow"}})
