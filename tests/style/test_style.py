"""Style sheets and labels."""

import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import StyleError
from graphviz_nn.graph import Variable
from graphviz_nn.scene import Text
from graphviz_nn.style.labels import label, plain
from graphviz_nn.style.numbers import array
from graphviz_nn.style.sheet import OUTLINES, Look, Sheet, load, names


def sheet(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sheet_inherits(tmp_path):
    mine = load(sheet(tmp_path, 'inherit = "lecture"\n[data]\nfill = "#ffffff"\n'))
    assert mine.data.fill == "#ffffff"
    assert mine.data.line == load("lecture").data.line


def test_a_sheet_inherits_from_several(tmp_path):
    mine = load(sheet(tmp_path, 'inherit = ["dark", "column"]\n[gap]\nnode = 9\n'))
    dark, column = load("dark"), load("column")
    assert (mine.loss, mine.page.background) == (dark.loss, dark.page.background)
    assert (mine.size, mine.gap.rank, mine.gap.node) == (column.size, column.gap.rank, 9.0)
    assert load({"inherit": ["column", "dark"]}).loss == dark.loss


def test_a_kind_may_have_a_width_and_ink_of_its_own(tmp_path):
    mine = load(sheet(tmp_path, 'inherit = "lecture"\n[loss]\nwidth = 2\nink = "#FFFFFF"\n'))
    assert (mine.loss.width, mine.ink("loss"), mine.ink("data")) == (2.0, "#FFFFFF", mine.text.ink)
    picture = gnn.draw(gnn.trace(lambda x: (x @ x) ** 2, x=gnn.input(2)), style=tmp_path / "mine.toml")
    (outline, text) = next(group.items for group in picture.scene.groups if group.id == "node-output")
    assert (outline.width, text.colour) == (2 * mine.line.width, "#FFFFFF")
    assert "penwidth=2" in picture.digraph.source and 'fontcolor="#FFFFFF"' in picture.digraph.source


def test_the_page_on_styles_has_every_key():
    page = (Path(__file__).parents[2] / "docs" / "styles.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\S+)` \| (.*) \|$", page.partition("## Every key")[2], re.MULTILINE))
    tables = [table for table in fields(Sheet) if table.type is not Look]
    keys = {f"{table.name}.{key.name}" for table in tables for key in fields(table.type)}
    assert rows.keys() == keys | {key.name for key in fields(Look)}
    assert all(f"`{name}`" in page for name in names())
    assert all(f"`[{table.name}]`" in page for table in fields(Sheet) if table.type is Look)
    assert all(f"`{name}`" in rows["outline"] for name in OUTLINES)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('inherit = "lecture"\n[data]\nfil = "#ffffff"', "data.fil.*did you mean 'fill'"),
        ('inherit = "lecture"\n[dat]\nfill = "#ffffff"', "did you mean 'data'"),
        ('inherit = "lecture"\n[data]\nfill = "white"', "colour such as"),
        ('inherit = "lecture"\n[gap]\nrank = -1', "number from 0 to 1000"),
        ('inherit = "lecture"\n[data]\noutline = "bxo"', "did you mean 'box'"),
        ('inherit = "lecture"\n[target]\ndash = 3', "list of lengths"),
        ('inherit = "lecture"\n[loss]\nink = "white"', "colour such as"),
        ('inherit = "lecture"\n[loss]\nwidth = "2"', "number from 0 to 1000"),
        ('inherit = ["lecture", "drak"]', "did you mean 'dark'"),
        ("inherit = 3", "inherits from 3"),
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


def test_a_style_chooses_the_typefaces(tmp_path):
    graph = gnn.trace(lambda x: np.tanh(x), x=gnn.input(2))
    sans = {"inherit": "lecture", "text": {"family": "sans"}}
    serif, other = gnn.draw(graph), gnn.draw(graph, style=sans)
    assert serif.svg == gnn.draw(graph).svg != other.svg
    assert b"DejaVuSans" in other.save(tmp_path / "sans.pdf").read_bytes()
    both = gnn.beside(serif, other)
    families = {item.family for group in both.scene.groups for item in group.items if isinstance(item, Text)}
    assert families == {"serif", "sans"}
    assert b"STIX" in both.save(tmp_path / "both.pdf").read_bytes()
    with pytest.raises(StyleError, match="did you mean 'serif'"):
        load({"inherit": "lecture", "text": {"family": "serifs"}})


def test_infinities_of_both_signs_have_no_mean():
    assert array(np.array([np.inf, -np.inf] * 4)).endswith(r"\mathrm{mean}\ \mathrm{NaN}")
