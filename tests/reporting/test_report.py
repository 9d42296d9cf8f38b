"""A gradient check on a page: all of it, the same every time, nothing of it markup."""

import base64
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import FeedError, FileError, GradientError, UsageError
from graphviz_nn.reporting.markdown import escaped

EVIL = '<script>alert("1")</script> & |x| `*_[a](b)'


def model(x, y, W):
    z = W @ x
    return np.sum((np.tanh(z) - y) ** 2)


GRAPH = gnn.trace(model, x=gnn.input(2), y=gnn.target(3), W=gnn.parameter((3, 2)))
RNG = np.random.default_rng(0)
FEEDS = {name: RNG.normal(size=variable.shape) for name, variable in GRAPH.leaves.items()}


class Reader(HTMLParser):
    """Every tag opened is closed, and no text is a script."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.images, self.text = [], set(), [], []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag == "img":
            self.images.append(dict(attrs))
        elif tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(path):
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    assert not reader.open
    return reader


def test_a_page_has_picture_formula_numbers_and_check(tmp_path):
    report = gnn.gradient_report(GRAPH, FEEDS, tmp_path / "out.html")
    assert report.passed
    page = read(tmp_path / "out.html")
    text = " ".join(page.text)
    for said in ("model", report.summary, "Formula", "Values and gradients", "Check of the gradients", "3×2", "✓"):
        assert said in text
    assert len(page.images) == 2
    for image in page.images:
        svg = base64.b64decode(image["src"].removeprefix("data:image/svg+xml;base64,"))
        assert ET.fromstring(svg).tag.endswith("svg")
    assert "http" not in (tmp_path / "out.html").read_text(encoding="utf-8").replace("http-equiv", "")


@pytest.mark.parametrize("suffix", [".html", ".md"])
def test_the_same_bytes_every_time(tmp_path, suffix):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        gnn.gradient_report(GRAPH, FEEDS, tmp_path / name / f"out{suffix}")
    assert (tmp_path / "a" / f"out{suffix}").read_bytes() == (tmp_path / "b" / f"out{suffix}").read_bytes()


def test_markdown_has_its_picture_beside_it(tmp_path):
    gnn.gradient_report(GRAPH, FEEDS, tmp_path / "my out.md")
    text = (tmp_path / "my out.md").read_text(encoding="utf-8")
    assert "](my%20out.svg)" in text and (tmp_path / "my out.svg").read_bytes().startswith(b"<svg")
    tables = [re.findall(r"(?<!\\)\|", line) for line in text.splitlines() if line.startswith("|")]
    assert {len(each) for each in tables} == {6, 8}


def test_nothing_is_markup(tmp_path):
    graph = GRAPH.copy()
    graph.graph["name"] = EVIL
    for suffix in (".html", ".md"):
        gnn.gradient_report(graph, FEEDS, tmp_path / f"out{suffix}", remarks=[EVIL])
    page = read(tmp_path / "out.html")
    assert "script" not in page.seen and EVIL in page.text
    assert page.images[0]["alt"].endswith(EVIL)
    text = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert "<script>" not in text.replace(r"\<", "") and escaped(EVIL) in text


def test_a_wrong_gradient_fails_and_is_named(tmp_path):
    calls = []

    def theirs(x, y, W):
        calls.append(1)
        return {"W": np.zeros((3, 2))}

    report = gnn.gradient_report(GRAPH, FEEDS, tmp_path / "out.html", against=theirs)
    assert not report and calls == [1]
    text = " ".join(read(tmp_path / "out.html").text)
    assert "✗" in text and "0 of 1 agree with theirs" in text and "the central difference is" in text


def test_many_examples(tmp_path):
    feeds = {**FEEDS, "x": RNG.normal(size=(1200, 2)), "y": RNG.normal(size=(1200, 3))}
    assert gnn.gradient_report(GRAPH, feeds, tmp_path / "out.md", batch=("x", "y"))
    assert "means over 1,200 examples" in (tmp_path / "out.md").read_text(encoding="utf-8")


def test_a_formula_too_long_is_left_out(tmp_path):
    def long(x):
        for _ in range(300):
            x = np.tanh(x) + 1
        return x

    graph = gnn.trace(long, x=gnn.input(()))
    gnn.gradient_report(graph, {"x": 1.0}, tmp_path / "out.md", view="layers")
    assert "Formula" not in (tmp_path / "out.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"to": "out.pdf"}, UsageError, "print the .html"),
        ({"to": "out.htm"}, UsageError, "did you mean '.html'"),
        ({"to": "there/is/none/out.html"}, FileError, "is the folder there"),
        ({"batch": "q"}, FeedError, "'q', which isn't fed"),
        ({"against": {"w": 1}}, GradientError, "did you mean 'W'"),
        ({"feeds": {}}, FeedError, "isn't fed"),
    ],
)
def test_what_is_no_report(tmp_path, monkeypatch, options, error, says):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=says):
        gnn.gradient_report(**{"graph": GRAPH, "feeds": FEEDS, "to": "out.html", **options})
    assert not list(tmp_path.iterdir())
