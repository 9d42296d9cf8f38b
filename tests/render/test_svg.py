"""SVG that every reader takes."""

import xml.etree.ElementTree as ElementTree

import pytest

import graphviz_nn as gnn
from graphviz_nn.render import renderer
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
