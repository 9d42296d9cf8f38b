"""SVG for every reader."""

import xml.etree.ElementTree as ElementTree

import pytest
from pictures import NAMES, STEMS, lecture, named

import graphviz_nn as gnn
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render import renderer
from graphviz_nn.render.letters import typed
from graphviz_nn.render.svg import escape, svg
from graphviz_nn.scene import Group, Path, Scene, Text

NAMESPACE = "{http://www.w3.org/2000/svg}"
SQUARE = (("M", (0.0, 0.0)), ("L", (10.0, -0.001)), ("L", (10.0, 10.0)), ("Z", ()))


def scene(title="t", tex="x"):
    items = (Path(SQUARE, "#FFFFFF", "#000000", 1.0, (2.0, 1.0)), Text(tex, 5.0, 5.0, 10.0, "#123456"))
    return Scene(20.0, 10.0, "#FFFFFF", title, "what it shows", (Group("node-x", "an input", items),))


def test_its_parts():
    root = ElementTree.fromstring(svg(scene()))
    assert root.get("width") == "20pt"
    assert root.find(f"{NAMESPACE}title").text == "t"
    assert root.find(f"{NAMESPACE}desc").text == "what it shows"
    (group,) = root.iter(f"{NAMESPACE}g")
    assert group.get("id") == "node-x"
    outline, text = group.findall(f"{NAMESPACE}path")
    assert outline.get("d") == "M0 0L10 0L10 10Z"
    assert outline.get("stroke-dasharray") == "2 1"
    assert text.get("aria-label") == "x"


@pytest.mark.parametrize("word", ["<!DOCTYPE", "foreignObject", "href", "<style", "url("])
def test_what_some_readers_refuse_is_not_there(word):
    graph = gnn.trace(lambda x: x * 2, x=gnn.input(2))
    assert word not in gnn.draw(graph, show="shapes").svg


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "a & b", "\x00\x1b", 'quo"te', "]]>"])
def test_titles_are_escaped(title):
    root = ElementTree.fromstring(svg(scene(title)))
    assert not list(root.iter(f"{NAMESPACE}script"))
    assert root.find(f"{NAMESPACE}title").text == title.replace("\x00\x1b", "\N{REPLACEMENT CHARACTER}" * 2)


def test_escaping_takes_every_special_character():
    assert escape("<&>\"'") == "&lt;&amp;&gt;&quot;&#39;"


def test_the_page_is_as_large_in_pdf():
    assert b"/MediaBox [ 0 0 20 10 ]" in renderer(".pdf")(scene())


def outlines(root):
    """The paths that aren't letters."""
    return [each.get("d") for each in root.iter(f"{NAMESPACE}path") if not each.get("aria-label")]


@pytest.mark.parametrize("name", STEMS)
def test_letters_as_text_change_nothing_else(name):
    drawn = lecture()[name].scene
    one, other = ElementTree.fromstring(svg(drawn)), ElementTree.fromstring(svg(drawn, text=True))
    assert one.attrib == other.attrib
    assert outlines(one) == outlines(other)
    texts = [item for group in drawn.groups for item in group.items if isinstance(item, Text)]
    written = list(other.iter(f"{NAMESPACE}text"))
    left = [each.get("aria-label") for each in other.iter(f"{NAMESPACE}path") if each.get("aria-label")]
    assert len(written) + len(left) == len(texts)
    # Only what is above a letter, and brackets that grow, are more than a row of letters.
    assert all(any(accent in tex for accent in ("vec", "bar", "overline", "left")) for tex in left)
    assert len(svg(drawn, text=True)) < len(svg(drawn))


@pytest.mark.parametrize("name", STEMS)
def test_text_is_as_wide_as_its_outline(name):
    scene = lecture()[name].scene
    for item in (item for group in scene.groups for item in group.items if isinstance(item, Text)):
        rows, found = typed(item.tex, item.family), typeset(item.tex, item.family)
        if rows:
            assert min(row.x for row in rows) == pytest.approx(found.left, abs=0.15)
            assert max(row.x + row.width for row in rows) == pytest.approx(found.right, abs=0.15)


def test_runs_have_their_places_and_looks():
    root = ElementTree.fromstring(svg(scene(tex=r"\mathbf{W}^{(2)}_{1} - \mathrm{loss}"), text=True))
    (text,) = root.iter(f"{NAMESPACE}text")
    rows = {each.text: each for each in text}
    assert set(rows) == {"W", "1", "(2)", "− loss"}
    assert rows["W"].get("font-weight") == "bold"
    heights = {word: float(each.get("y")) for word, each in rows.items()}
    assert heights["(2)"] < heights["W"] == heights["− loss"] < heights["1"]
    assert rows["1"].get("x") == rows["(2)"].get("x")
    assert float(rows["(2)"].get("font-size")) < float(rows["W"].get("font-size"))
    assert float(rows["− loss"].get("textLength")) > 0
    assert text.get("font-family").endswith(", serif")


@pytest.mark.parametrize("tex", [r"\sqrt{x}", r"\dfrac{1}{2}", r"\vec{x}", r"\hat{\theta}_{\hat{y}}"])
def test_what_text_can_not_say_stays_an_outline(tex):
    root = ElementTree.fromstring(svg(scene(tex=tex), text=True))
    assert not list(root.iter(f"{NAMESPACE}text"))
    assert [each.get("aria-label") for each in root.iter(f"{NAMESPACE}path") if each.get("aria-label")] == [tex]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_strangers_as_text(name):
    root = ElementTree.fromstring(svg(named(name).scene, text=True))
    assert {each.tag.removeprefix(NAMESPACE) for each in root.iter()} <= {
        "svg", "title", "desc", "rect", "g", "path", "text", "tspan",
    }  # fmt: skip


def test_letters_that_no_typeface_here_has_are_text():
    root = ElementTree.fromstring(svg(named("学习").scene, text=True))
    assert any(each.text == "学习" for each in root.iter(f"{NAMESPACE}text"))


@pytest.mark.parametrize("name", STEMS)
def test_everything_has_a_name_of_its_own(name):
    root = ElementTree.fromstring(lecture()[name].svg)
    names = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(names) == len(set(names))
    assert root.get("role") == "img"
    assert set(root.get("aria-labelledby").split()) <= set(names)
    for group in root.iter(f"{NAMESPACE}g"):
        assert group.find(f"{NAMESPACE}title").text
    assert not any("style" in each.attrib or "class" in each.attrib for each in root.iter())
