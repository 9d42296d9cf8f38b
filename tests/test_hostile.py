"""Untrusted text in every place of a model, in every format and report, stays text."""

import io
import json
import re
import tempfile
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import dot_files
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.cli.figures import Drawn, Figure, page
from graphviz_nn.errors import Error, GraphError, LabelError
from graphviz_nn.figure.picture import rendered
from graphviz_nn.figure.stepping import steps
from graphviz_nn.graph.ir import Source
from graphviz_nn.render import FORMATS, explorer
from graphviz_nn.render.svg import writable
from graphviz_nn.reporting.markdown import escaped
from graphviz_nn.style.sheet import load
from graphviz_nn.views.tree import tree

MarkdownIt = pytest.importorskip("markdown_it").MarkdownIt
PIECES = (
    *("</script>", "<script>alert(1)</script>", "<img src=http://evil.example/x.png>", "<b onmouseover=alert(1)>"),
    *("]]>", "<![CDATA[", "<!--", "-->", "<?xml", "$$", "$", "$$<b>", "](javascript:alert(1))", "["),
    *("![x](http://evil.example/x.png)", "[x]: http://evil.example", "<http://evil.example>", "http://evil.example"),
    *(
        "`",
        "```",
        "~~~",
        "|",
        "- x",
        "1. x",
        "===",
        "# x",
        "> x",
        "\\",
        "&lt;",
        "&#35;",
        "&",
        '"',
        "'",
        "{",
        "}",
        "%",
        "%%",
    ),
    *(r"\input{/etc/passwd}", r"\write18{id}", r"\href{javascript:x}{y}", r"\end{tikzpicture}", r"\catcode`"),
    *('"; rm -rf /', "$(id)", "#{x}", "{{x}}", "%%{init: {}}%%", "click n0 href", "end", "]-->n1[", "URL=javascript:x"),
    *("@import url(http://evil.example)", "style=x:url(http://evil.example)", "\u202e", "\u200f", "ل", "é", " ", "x"),
)
# A graph has none of these in its names; sentences of an author may.
CONTROLS = ("\x00", "\x1b[31m", "\ud800", "\n", "\n\n", "\r", "\u2028", "\x85")
WORDS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
SENTENCES = st.lists(st.sampled_from((*PIECES, *CONTROLS)), min_size=1, max_size=6).map("".join)
PLACES = ("name", "label", "text", "script", "scope", "source", "title")
CALLS = re.compile(
    r"\\(input|include|write|open(in|out)|read|immediate|catcode|e?def|let|csname|href|url|special|end)\b"
)


def model(place, words):
    """A graph of strangers' words in one place."""
    label = {"label": words, "text": rf"\text{{{words}}}", "script": rf"x_{{\text{{{words}}}}}"}.get(place)
    known = {"scope": (words,) if place == "scope" else (), "source": Source(words, 3) if place == "source" else None}
    name = words if place == "name" else "w"
    graph = gnn.Graph()
    graph.add_variable(name, gnn.Variable((2,), role="parameter", label=label))
    graph.add_operation("square", gnn.Operation("multiply", **known), [name, name], ["s"])
    graph.add_variable("s", gnn.Variable((2,)))
    graph.add_operation("total", gnn.Operation("sum", **known), ["s"], ["y"])
    graph.add_variable("y", gnn.Variable((), role="output"))
    graph.outputs = ("y",)
    graph.graph["name"] = words if place == "title" else "model"
    return graph, {name: [1.0, 2.0]}


class Page(HTMLParser):
    """What a browser finds active in a page that isn't its author's."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.found = 0, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.scripts += tag == "script"
        if tag in ("iframe", "object", "embed", "link", "base", "form", "b", "foreignobject"):
            self.found.append(tag)
        for name, value in attributes:
            local = (value or "").startswith(("data:image/", "#")) or re.fullmatch(r"[\w.-]+", value or "")
            if name.startswith("on") or (name in ("src", "href", "xlink:href", "action") and not local):
                self.found.append((tag, name, value))


def inert_html(data, scripts=0):
    page = Page(data.decode())
    assert (page.found, page.scripts) == ([], scripts)


def inert_xml(data):
    assert b"<!DOCTYPE" not in data and b"<!ENTITY" not in data
    for each in ElementTree.fromstring(data).iter():
        tag = each.tag.rpartition("}")[2].lower()
        assert tag not in ("script", "foreignobject", "iframe", "image", "a", "style")
        for name, value in each.attrib.items():
            name = name.rpartition("}")[2].lower()
            assert not name.startswith("on") and name not in ("href", "link", "src"), (name, value)


def inert_tex(data):
    picture = data.decode().partition(r"\begin{tikzpicture}")[2].rpartition(r"\end{tikzpicture}")[0]
    written = "\n".join(re.sub(r"(?<!\\)%.*", "", line) for line in picture.replace(r"\\", "").splitlines())
    assert not CALLS.search(written)


def inert_dot(data):
    assert dot_files.texts(data.decode())


def inert_mermaid(data):
    for line in data.decode().splitlines():
        assert not re.match(r"\s*(click|href|callback|link|%%\{)\b", line) or line.startswith("%% ")
        shown = re.sub(r"-->|<br>|:::", "", line)
        assert line.startswith("%%") or line.startswith("accDescr") or not re.search("[<>]", shown), line


def inert_markdown(data):
    text = data.decode()
    for each in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        assert each.type != "html_block"
        for child in each.children or ():
            assert child.type not in ("html_inline", "link_open", "html_block"), child
            assert child.type != "image" or re.fullmatch(r"[\w%.-]+\.svg", child.attrs["src"]), child
    blocks = re.findall(r"^\$\$$", text, re.MULTILINE)
    assert len(blocks) % 2 == 0 and text.count("$$") == len(blocks)


def inert_archive(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                root = ElementTree.fromstring(archive.read(name))
                assert all(each.get("TargetMode") != "External" for each in root.iter())


def inert_pdf(data):
    assert not re.search(rb"/(URI|JavaScript|JS|Launch|OpenAction|AA|EmbeddedFile)\b", data)


def inert_drawing(data):
    """EPS and PGF draw outlines and glyphs by name."""
    assert b"evil" not in data.partition(b"\n")[2] and b"passwd" not in data.partition(b"\n")[2]


INERT = {
    **{".svg": inert_xml, ".drawio": inert_xml, ".tex": inert_tex, ".dot": inert_dot, ".gv": inert_dot},
    **{".mmd": inert_mermaid, ".pptx": inert_archive, ".pdf": inert_pdf, ".eps": inert_drawing},
    **{".pgf": inert_drawing, ".png": lambda data: None, ".html": lambda data: inert_html(data, scripts=2)},
}


EXPLORED = {
    **{".html": lambda data: inert_html(data, scripts=2), ".json": json.loads},
    **{".graphml": inert_xml, ".dot": inert_dot, ".gv": inert_dot},
}


def drawn(place, words, **options):
    """A picture, or None where a label isn't TeX."""
    graph, feeds = model(place, words)
    try:
        return gnn.draw(graph, feeds=feeds, show="values", **options)
    except (LabelError, GraphError) as error:
        assert place in ("label", "text", "script") and "\n" not in str(error)
        return None


def test_every_format_is_looked_at():
    assert INERT.keys() == FORMATS.keys()


def test_every_format_of_whole_models_is_looked_at():
    assert EXPLORED.keys() == explorer.FORMATS.keys()


@pytest.mark.parametrize("place", PLACES)
@settings(deadline=None, max_examples=5)
@given(words=WORDS)
def test_whole_models_that_are_explored(place, words):
    graph, _ = model(place, words)
    for suffix, inert in EXPLORED.items():
        inert(explorer.writer(suffix)(tree(graph), load("lecture")))


@pytest.mark.parametrize("place", PLACES)
@settings(deadline=None, max_examples=3)
@given(words=WORDS)
def test_pictures(place, words):
    picture = drawn(place, words)
    if picture is None:
        return
    for suffix, inert in INERT.items():
        try:
            data = rendered(picture, suffix)
        except LabelError:
            assert suffix == ".tex"
            continue
        inert(data)
    for kind, text in picture._repr_mimebundle_().items():
        {"text/html": inert_html, "image/svg+xml": inert_xml, "text/plain": lambda data: None}[kind](text.encode())


@settings(deadline=None, max_examples=5)
@given(sentence=SENTENCES)
def test_what_an_author_says_beside_a_picture(sentence):
    try:
        picture = drawn("name", "w", title=sentence, caption=sentence, callouts={"w": sentence})
    except Error as error:
        assert "\n" not in str(error)
        return
    for suffix, inert in INERT.items():
        try:
            inert(rendered(picture, suffix))
        except LabelError:
            assert suffix == ".tex"
    figure = Figure(Path("figure_1.py"), sentence, sentence, sentence)
    inert_html(page([figure], {"figure_1": Drawn(picture, measured=sentence)}).encode(), scripts=1)


@pytest.mark.parametrize("place", PLACES)
@settings(deadline=None, max_examples=2)
@given(words=WORDS, sentence=SENTENCES)
def test_reports_and_steps(place, words, sentence):
    graph, feeds = model(place, words)
    with tempfile.TemporaryDirectory() as name:
        for suffix, inert in ((".html", inert_html), (".md", inert_markdown), (".pdf", inert_pdf)):
            path = Path(name, f"report{suffix}")
            try:
                gnn.gradient_report(graph, feeds, path, remarks=[sentence])
            except (LabelError, GraphError):
                assert place in ("label", "text", "script")
                return
            inert(path.read_bytes())
        try:
            steps(graph, feeds).save(Path(name, "steps.html"))
        except LabelError:
            return
        inert_html(Path(name, "steps.html").read_bytes(), scripts=2)


@settings(deadline=None, max_examples=200)
@given(sentence=SENTENCES)
def test_text_in_markdown_is_shown_as_it_is(sentence):
    (block, *_), text = MarkdownIt("commonmark").parse(escaped(sentence)) or [None], escaped(sentence)
    if block is None:
        return assert_blank(sentence)
    assert block.type == "paragraph_open", text
    inline = MarkdownIt("commonmark").parse(text)[1]
    assert {child.type for child in inline.children} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children) == " ".join(writable(sentence).split())
    return None


def assert_blank(sentence):
    assert not sentence.split()
