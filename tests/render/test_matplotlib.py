"""Pictures in a user's own figures."""

import re
import shutil
import subprocess
import sys
import unicodedata
from io import BytesIO

import latex_engines
import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.backends.backend_pdf import RendererPdf
from matplotlib.figure import Figure

import graphviz_nn as gnn
from graphviz_nn.errors import UsageError
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render import renderer
from graphviz_nn.render.matplotlib import pdf
from graphviz_nn.scene import Group, Scene, Text

GRAPH = gnn.trace(lambda x, w: np.exp(w @ x).sum(), x=gnn.input(2), w=gnn.parameter((2, 2)))


def inked(figure):
    """Which pixels aren't white."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return (np.asarray(canvas.buffer_rgba())[..., :3] < 250).any(axis=-1)


def extent(ink):
    """The first and last column and row with ink."""
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    return columns[0], columns[-1], rows[0], rows[-1]


def test_it_has_its_size_where_there_is_room():
    picture = gnn.draw(GRAPH)
    figure = Figure(figsize=(picture.scene.width / 72 + 2, picture.scene.height / 72 + 2), dpi=144)
    gnn.draw(GRAPH, ax=figure.add_axes((0, 0, 1, 1)))
    exact = Figure(figsize=(picture.scene.width / 72, picture.scene.height / 72), dpi=144)
    gnn.draw(GRAPH, ax=exact.add_axes((0, 0, 1, 1)))
    (left, right, top, bottom), (x0, x1, y0, y1) = extent(inked(figure)), extent(inked(exact))
    assert (right - left, bottom - top) == pytest.approx((x1 - x0, y1 - y0), abs=1)
    assert (left, top) == pytest.approx((x0 + 144, y0 + 144), abs=1)


@pytest.mark.parametrize("layout", [None, "constrained", "tight"])
def test_all_of_it_is_within_its_axes(layout):
    figure = Figure(figsize=(4, 2), layout=layout)
    plot, *ours = (figure.add_subplot(1, 3, place) for place in (1, 2, 3))
    plot.plot([1000, 2000], [3, 4])
    plot.set_ylabel("loss")
    for axes in ours:
        gnn.draw(GRAPH, ax=axes, show="shapes")
    ink = inked(figure)
    for axes in ours:
        box = axes.get_window_extent()
        columns = slice(int(box.x0) - 2, int(box.x1) + 3)
        left, right, top, bottom = extent(ink[:, columns])
        assert 1 < left < right < columns.stop - columns.start - 2
        assert len(ink) - box.y1 <= top + 1
        assert bottom - 1 <= len(ink) - box.y0
        # It is as wide as it can be, and as high as that makes it.
        picture = gnn.draw(GRAPH, show="shapes").scene
        assert (bottom - top) / (right - left) == pytest.approx(picture.height / picture.width, rel=0.25)
    assert not ink[:, int(ours[0].get_window_extent().x1) + 1 : int(ours[1].get_window_extent().x0) - 1].any()


def test_settings_stay_and_do_not_matter():
    def drawn():
        figure = Figure(figsize=(4, 2))
        gnn.draw(GRAPH, ax=figure.add_subplot())
        return inked(figure)

    before, plain = dict(mpl.rcParams), drawn()
    assert dict(mpl.rcParams) == before
    with mpl.rc_context({"text.usetex": True, "mathtext.fontset": "cm", "font.size": 30, "text.parse_math": False}):
        assert (drawn() == plain).all()


def test_limits_and_plots_of_the_axes_stay():
    axes = Figure().add_subplot()
    axes.plot([1, 2], [3, 4])
    limits = axes.get_xlim(), axes.get_ylim()
    gnn.draw(GRAPH, ax=axes)
    assert (axes.get_xlim(), axes.get_ylim()) == limits
    assert not axes.axison


def test_what_is_not_an_axes_is_named():
    with pytest.raises(UsageError, match=r"ax is a ndarray; give one Axes"):
        gnn.draw(GRAPH, ax=Figure().subplots(1, 2))


def test_pyplot_is_not_needed():
    code = (
        "import io, sys, graphviz_nn as gnn\n"
        "from matplotlib.figure import Figure\n"
        "figure = Figure()\n"
        "gnn.draw(gnn.trace(lambda x: x**2, x=gnn.input(2)), ax=figure.add_subplot())\n"
        "figure.savefig(io.BytesIO())\n"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_pgf_needs_no_latex_to_be_made(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with mpl.rc_context({"text.usetex": True, "pgf.rcfonts": True, "pgf.preamble": r"\usepackage{mine}"}):
        mine = renderer(".pgf")(gnn.draw(GRAPH, show="shapes").scene)
    assert mine == renderer(".pgf")(gnn.draw(GRAPH, show="shapes").scene)
    assert b"\\pgftext" not in mine
    assert b"mine" not in mine
    assert mine.startswith(b"% '")


@latex_engines.needs()
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_latex_inputs_pgf_at_its_size(direction, tmp_path):
    picture = gnn.draw(GRAPH, show="shapes", direction=direction)
    picture.save(tmp_path / "figure.pgf")
    head = r"\pdfobjcompresslevel=0\documentclass[border=0pt]{standalone}\usepackage{pgf}"
    (tmp_path / "page.tex").write_text(head + r"\begin{document}\input{figure.pgf}\end{document}")
    subprocess.run(["pdflatex", "-halt-on-error", "page.tex"], cwd=tmp_path, check=True, capture_output=True)
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (tmp_path / "page.pdf").read_bytes())
    size = [float(each) for each in box.groups()]
    assert size == pytest.approx([picture.scene.width, picture.scene.height], abs=0.5)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
@pytest.mark.parametrize("size", [6.0, 8.3, 9.0, 14.0])
def test_words_and_mathematics_stand_on_one_baseline(tmp_path, size):
    baseline, texts = 30.0, []
    for number, tex in enumerate((r"\mathrm{xx}", r"\mathrm{xx\ xx}", r"(x,\ x)", r"\mathrm{xx}\ \checkmark")):
        found = typeset(tex)
        middle = baseline - (found.top + found.bottom) / 2 * size
        texts.append(Text(tex, 100.0 * number + 50.0, middle, size, "#000000"))
    scene = Scene(400.0, 60.0, "#FFFFFF", "t", "d", (Group("g", "g", tuple(texts)),))
    (tmp_path / "x.pdf").write_bytes(pdf(scene))
    command = ["pdftotext", "-bbox", tmp_path / "x.pdf", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # The box of a word is as high as its font, whichever letters it has.
    bottoms = [float(each) for each in re.findall(r'yMax="([\d.]+)">[^<]*x[^<]*<', said)]
    assert len(bottoms) >= 5
    assert max(bottoms) - min(bottoms) < 0.15


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
@pytest.mark.parametrize(
    ("tex", "said"),
    [
        ("W^{(1)}", "W⁽¹⁾"),
        ("x_1", "x₁"),
        ("z^{(2)}_3", "z₃⁽²⁾"),
        (r"\hat{y}_{\mathrm{out}}", "ŷₒᵤₜ"),
        (r"W^{(1)}\ 3{\times}2,\ b^{(1)}", "W⁽¹⁾ 3×2, b⁽¹⁾"),
        (r"\mathrm{softmax}\ f_{9}", "softmax f₉"),
        # mathtext sets these.
        (r"\sqrt{x_1}", "√x_1"),
        (r"\left(W^{(1)}\right)", "(W⁽¹⁾)"),
    ],
)
def test_a_letter_and_its_scripts_are_one_word_of_a_pdf(tmp_path, tex, said):
    """Of each size, and between neighbours on the line."""
    places = [(50.0, r"\mathrm{one}"), (150.0, tex), (250.0, r"\mathrm{two}")]
    rows = [(8.0, 30.0), (14.0, 70.0)]
    texts = tuple(Text(each, x, y, size, "#000000") for size, y in rows for x, each in places)
    (tmp_path / "x.pdf").write_bytes(pdf(Scene(300.0, 100.0, "#FFFFFF", "t", "d", (Group("g", "g", texts),))))
    for order in ([], ["-layout"], ["-raw"]):
        command = ["pdftotext", *order, tmp_path / "x.pdf", "-"]
        words = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert sorted(words) == sorted(2 * ["one", *said.split(), "two"])
    assert words == 2 * ["one", *said.split(), "two"]


def test_what_is_read_in_a_pdf_is_not_drawn_elsewhere():
    figure = Figure()
    gnn.draw(GRAPH, ax=figure.add_subplot())
    for kind in ("png", "svg", "eps"):
        file = BytesIO()
        figure.savefig(file, format=kind)
        assert b"ActualText" not in file.getvalue()


@pytest.fixture
def written(monkeypatch):
    """What renderers are given as text."""
    texts = {}
    for kind in (RendererAgg, RendererPdf):
        seen, draw = texts.setdefault(kind, []), kind.draw_text
        monkeypatch.setattr(
            kind, "draw_text", lambda self, *given, draw=draw, seen=seen: (seen.append(given[3]), draw(self, *given))[1]
        )
    return texts


@pytest.mark.parametrize("tex", [r"\hat{y}", r"\tilde{h}^{(2)}", r"\bar{z}_{1}"])
def test_accents_are_set_as_outlines(tex, written, tmp_path):
    """As text, an accent that stands alone would be shaped as one on a dotted circle."""
    gnn.draw(gnn.trace(lambda x: gnn.label(2 * x, tex) + 1, x=gnn.input(2))).save(tmp_path / "p.pdf")
    texts = written[RendererPdf]
    assert texts and not any(unicodedata.combining(character) for text in texts for character in text)


def test_letters_of_an_image_are_outlines(written, tmp_path):
    gnn.draw(GRAPH).save(tmp_path / "p.png")
    assert not written[RendererAgg]


@pytest.mark.parametrize("tex", ["", r"\ "])
@pytest.mark.parametrize("kind", [".png", ".pdf", ".svg"])
def test_a_text_without_letters_is_drawn(kind, tex):
    blank = Group("g", "label", (Text(tex, 10.0, 10.0, 9.0, "#000000"),))
    assert renderer(kind)(Scene(20.0, 20.0, "#FFFFFF", "title", "", (blank,)))
