"""A gradient check on a page: complete, reproducible, and without active markup."""

import base64
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import FeedError, FileError, GradientError, UsageError
from graphviz_nn.reporting.html import html
from graphviz_nn.reporting.markdown import escaped, markdown
from graphviz_nn.reporting.page import Page
from graphviz_nn.reporting.pdf import pdf
from graphviz_nn.reporting.report import SUFFIXES
from graphviz_nn.scene import Scene

PDFTOTEXT = shutil.which("pdftotext")
reads_pdf = pytest.mark.skipif(PDFTOTEXT is None, reason="needs pdftotext")

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
    for said in (
        "model",
        report.summary,
        "Formula",
        "Backward pass",
        "Values and gradients",
        "Check of the gradients",
        "3×2",
        "✓",
    ):
        assert said in text
    # The picture, the formula, and a line for each step back and what it needs.
    assert len(page.images) == 2 + len(gnn.chain_rule(GRAPH).lines)
    for image in page.images:
        svg = base64.b64decode(image["src"].removeprefix("data:image/svg+xml;base64,"))
        assert ET.fromstring(svg).tag.endswith("svg")
    assert "http" not in (tmp_path / "out.html").read_text(encoding="utf-8").replace("http-equiv", "")


@pytest.mark.parametrize("suffix", SUFFIXES)
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


@pytest.mark.parametrize(("passed", "kind"), [(True, "passed"), (False, "failed"), (None, "open")])
def test_what_is_open_looks_neither_passed_nor_failed(passed, kind):
    page = Page("title", "what was found", passed, Scene(20.0, 10.0, "#FFFFFF", "t", "d", ()))
    found = html(page).decode()
    assert f'<p class="{kind}">what was found</p>' in found
    colours = {each: re.search(rf"^\.{each} {{(.*)}}", found, re.MULTILINE)[1] for each in ("passed", "failed", "open")}
    assert len(set(colours.values())) == 3
    assert ("**what was found**" in markdown(page, "t.svg").decode()) == (passed is not True)


def test_a_check_in_which_something_cant_be_measured_is_open(tmp_path):
    # Rounding hides the slope.
    report = gnn.gradient_report(
        gnn.trace(lambda x: np.tanh(x), x=gnn.parameter(())), {"x": 40.0}, tmp_path / "out.html"
    )
    assert report.passed and not report.measured
    assert '<p class="open">' in (tmp_path / "out.html").read_text(encoding="utf-8")


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
        ({"to": "out.txt"}, UsageError, "'.txt': there are: .html, .md, .pdf"),
        ({"to": "out.pdff"}, UsageError, "did you mean '.pdf'"),
        ({"to": "out.htm"}, UsageError, "did you mean '.html'"),
        ({"to": "there/is/none/out.html"}, FileError, "is the folder there"),
        ({"batch": "q"}, FeedError, "'q', which has no value in feeds"),
        ({"against": {"w": 1}}, GradientError, "did you mean 'W'"),
        ({"feeds": {}}, FeedError, "isn't fed"),
    ],
)
def test_what_is_no_report(tmp_path, monkeypatch, options, error, says):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=says):
        gnn.gradient_report(**{"graph": GRAPH, "feeds": FEEDS, "to": "out.html", **options})
    assert not list(tmp_path.iterdir())


def pages(path):
    """The text of each page, rows of tables as lines."""
    found = subprocess.run([PDFTOTEXT, "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return [" ".join(page.replace("\N{HYPHEN}", "-").split()) for page in found.removesuffix("\f").split("\f")]


@reads_pdf
def test_a_pdf_says_all_that_a_web_page_does(tmp_path):
    report = gnn.gradient_report(GRAPH, FEEDS, tmp_path / "out.pdf", remarks=["from a remark"])
    gnn.gradient_report(GRAPH, FEEDS, tmp_path / "out.html")
    text = " ".join(pages(tmp_path / "out.pdf"))
    cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", (tmp_path / "out.html").read_text(encoding="utf-8"))
    assert len(cells) > 40
    # A long cell is set on several lines.
    assert [word for cell in cells for word in cell.split() if word not in text] == []
    assert report.summary in text and "from a remark" in text


def table(count):
    rows = (("name", "value"), *((f"variable{number}", f"{number}.5") for number in range(count)))
    return Page("t", "s", True, Scene(20.0, 10.0, "#FFFFFF", "t", "d", ()), {}, {"Many": rows})


@reads_pdf
@pytest.mark.parametrize(("count", "number"), [(1, 1), (30, 1), (100, 2), (300, 6)])
def test_a_long_table_goes_on_under_its_head(tmp_path, count, number):
    (tmp_path / "out.pdf").write_bytes(pdf(table(count)))
    found = pages(tmp_path / "out.pdf")
    assert len(found) == number
    assert all("name value" in page for page in found)
    assert re.findall(r"variable(\d+)", " ".join(found)) == [str(each) for each in range(count)]
    if number > 1:
        assert all(page.endswith(f"{place}/{number}") for place, page in enumerate(found, 1))


@reads_pdf
def test_a_pdf_holds_what_is_long_and_strange(tmp_path):
    page = table(1)
    name = "a" * 500
    rows = (("name", "value"), (name, "1"), (EVIL, "$x$ \\frac 100% {"))
    (tmp_path / "out.pdf").write_bytes(
        pdf(Page(EVIL, EVIL, False, page.picture, {EVIL: (r"\nosuch{",)}, {"t": rows}, (EVIL,)))
    )
    (text,) = pages(tmp_path / "out.pdf")
    assert text.count("<script>alert(") == 5
    assert len(re.findall(r"\ba{20,}\b", text)) > 1 and sum(map(len, re.findall(r"\ba{20,}\b", text))) > 400
    assert r"\nosuch{" in text and "$x$" in text


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_time_is_told_only_where_it_is_asked_for(tmp_path, suffix):
    for timing in (False, True):
        gnn.gradient_report(GRAPH, FEEDS, tmp_path / f"{timing}{suffix}", timing=timing)
    said = [(tmp_path / f"{timing}{suffix}").read_bytes() for timing in (False, True)]
    if suffix != ".pdf":
        assert b"forward pass" not in said[0]
        assert len(re.findall(rb"[0-9.]+ ms", said[1])) == 3
    assert said[0] != said[1]


def test_a_wide_picture_is_in_rows_so_that_it_can_be_read(tmp_path):
    gnn.gradient_report(GRAPH, FEEDS, tmp_path / "out.md")
    width = float(re.search(r'width="([\d.]+)pt"', (tmp_path / "out.svg").read_text(encoding="utf-8"))[1])
    assert width <= 486
    assert gnn.draw(GRAPH, feeds=FEEDS, show=("gradients", "check"), width="page").scene.width >= width


def test_tables_write_what_the_picture_does(tmp_path):
    def loss(x, y, W1, theta, θ):
        return np.sum((np.tanh(W1 @ x) * theta + θ - y) ** 2)

    graph = gnn.trace(
        loss,
        x=gnn.input(2),
        y=gnn.target(2),
        W1=gnn.parameter((2, 2)),
        theta=gnn.parameter(2),
        θ=gnn.parameter(2),
    )
    feeds = {name: RNG.normal(size=variable.shape) for name, variable in graph.leaves.items()}
    for view in ("operations", "layers"):
        gnn.gradient_report(graph, feeds, tmp_path / "report.md", view=view)
        text = (tmp_path / "report.md").read_text(encoding="utf-8").replace("\\", "")
        for table in text.split("## Values and gradients")[1].split("## Check of the gradients"):
            for cell in ("W^(1) (W1)", "θ (theta)", "θ' (θ)", "x"):
                assert f"| {cell} |" in table


def test_every_table_has_the_digits_that_are_asked_for(tmp_path):
    gnn.gradient_report(GRAPH, FEEDS, tmp_path / "report.md", digits=2)
    check = (tmp_path / "report.md").read_text(encoding="utf-8").split("## Check of the gradients")[1]
    numbers = [cell for row in check.split("\n") for cell in row.split(" | ")[4:6] if re.search(r"\d", cell)]
    assert len(numbers) >= 6
    for number in numbers:
        assert len(re.sub(r"e.*|\D", "", number).lstrip("0")) <= 2
