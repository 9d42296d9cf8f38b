"""Readable, editable and compilable TikZ."""

import re
import subprocess
from pathlib import Path

import latex_engines
import pytest
from tikz_files import blocks

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.cli.figures import figures
from graphviz_nn.errors import LabelError, UsageError
from graphviz_nn.render import renderer
from graphviz_nn.render.beamer import beamer
from graphviz_nn.render.latex import _ARGUMENTS, _CHARACTERS, _SYMBOLS, _TEXT, latex
from graphviz_nn.render.tikz import LIBRARIES, tikz, tikzpicture
from graphviz_nn.render.tikz_shapes import places
from graphviz_nn.scene import Group, Scene, Text
from graphviz_nn.scene import Path as Outline
from graphviz_nn.scene.outlines import OUTLINES

CURVE = (("M", (0.0, 0.0)), ("C", (1.0, 2.0, 3.0, 4.0, 10.0, -0.001)), ("L", (10.0, 10.0)), ("Z", ()))
needs_latex = latex_engines.needs()


def scene(tex="x", title="t"):
    items = (
        Outline(CURVE, "#FFFFFF", "#000000", 1.0, (2.0, 1.0)),
        Outline(CURVE[:2], None, "#abcdef", 0.5, (3.0,)),
        Outline(CURVE, "#000000"),
        Text(tex, 5.0, 5.0, 10.0, "#123456"),
    )
    return Scene(20.0, 10.0, "#FFFFFF", title, "what it shows", (Group("mark-1", title, items),))


def graph():
    def loss(x, y, theta, bias_term=gnn.parameter(())):
        return ((theta @ x + bias_term) - y) ** 2

    return gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2))


def compiled(source, folder, engine="pdflatex"):
    """The PDF file of a document in which nothing is wrong or missing."""
    (folder / "figure.tex").write_text(source, encoding="utf-8")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "figure.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=3600)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, said[-2000:]
    assert "Missing character" not in (folder / "figure.log").read_text(errors="replace")
    return (folder / "figure.pdf").read_bytes()


def test_a_line_for_everything():
    lines = tikzpicture(scene()).splitlines()
    assert r"\path[shape1] (0, 0) .. controls (1, 2) and (3, 4) .. (10, 0) -- (10, 10) -- cycle;" in lines
    assert r"\path[line1] (0, 0) .. controls (1, 2) and (3, 4) .. (10, 0);" in lines
    assert "  shape1/.style={fill=page1, draw=ink1, line width=1bp, dash pattern=on 2bp off 1bp}," in lines
    assert "  line1/.style={draw=ink2, line width=0.5bp, dash pattern=on 3bp off 3bp}," in lines
    assert "  head1/.style={fill=ink1}," in lines
    assert r"\definecolor{ink2}{HTML}{ABCDEF}" in lines
    assert r"\path[use as bounding box, fill=page1] (0, 0) rectangle (20, 10);" in lines


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure.path.stem)
def test_every_label_once_and_every_name_defined(figure):
    picture = figure.picture()
    source = picture.tikz
    texts = [item for group in picture.scene.groups for item in group.items if isinstance(item, Text)]
    found = re.findall(r"\{\$(.*?)\$\}(?=;$| \(| node\[)", source, re.MULTILINE)
    assert sorted(found) == sorted(latex(text.tex) for text in texts if text.tex.strip())
    styles, colours = re.findall(r"^  (\w+)/\.style", source, re.MULTILINE), re.findall(r"definecolor\{(\w+)", source)
    assert set(re.findall(r"(?:path|node|draw)\[(\w+\d)[],]", source)) == set(styles)
    assert set(re.findall(r"(?:fill|draw|text)=(\w+)", source)) == set(colours)
    assert len(set(styles + colours)) == len(styles + colours)
    assert re.sub(r"\\.", "", source).count("{") == re.sub(r"\\.", "", source).count("}")
    assert source == figure.picture().tikz
    assert tikz(picture.scene).decode().replace(source, "").count("\n") == 5


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", ["operations", "layers", "arrows", "units"])
def test_every_arrow_runs_between_named_nodes(view, direction):
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2), nn.Softmax())
    scene = gnn.draw(gnn.trace(model, x=gnn.input(2)), view=view, direction=direction, show="shapes").scene
    source = tikzpicture(scene)
    known = places(scene.groups)
    names = [place.name for place in known.values()]
    assert len(set(names)) == len(names)
    assert sorted(re.findall(r"^\\node\[node\d+.*?\] \(([\w-]+)\)", source, re.MULTILINE)) == sorted(names)
    drawn = re.findall(r"^\\draw\[.*?\] (?:\(|\(\[.*?\])([\w-]+)\S* .*?([\w-]+)(?:\.\w+)?\);$", source, re.MULTILINE)
    ends = [group.ends for group in scene.groups if group.ends]
    assert sorted(drawn) == sorted((known[tail].name, known[head].name) for tail, head in ends)
    # A note moves with its shape: nothing but shapes without a neighbour has a place of its own.
    assert len(re.findall(r"^\\node\[text\d+\] at \(\d", source, re.MULTILINE)) <= (8 if view == "units" else 0)


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", ["operations", "layers", "arrows", "units", ["layers", "arrows"]])
def test_no_place_depends_on_a_node_that_comes_later(view, direction):
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2), nn.Softmax())
    graph = gnn.trace(model, x=gnn.input(2))
    picture = gnn.draw(graph, view=view, direction=direction, title="A title", caption="A caption", legend=True)
    # The reader knows a node from the line that makes it on.
    found = blocks(picture.tikz)
    assert sum(bool(boxes or arrows) for _, boxes, arrows in found) >= len(places(picture.scene.groups)) > 1


def test_the_views_of_a_combined_picture_have_nodes_one_after_the_other():
    picture = gnn.draw(graph(), view=["operations", "arrows"])
    lines = [line for line in picture.tikz.splitlines() if line.startswith(r"\node[node") or line.startswith(r"\draw")]
    kinds = "".join("n" if line.startswith(r"\node") else "d" for line in lines)
    assert re.fullmatch("n+d+n+d+", kinds)
    known = places(picture.scene.groups)
    assert len({place.name for place in known.values()}) == len(known) == kinds.count("n")
    assert kinds.count("d") == sum(group.ends is not None for group in picture.scene.groups)


@needs_latex
@pytest.mark.parametrize("view", ["operations", "layers"])
def test_moving_a_node_moves_its_arrows_and_what_stands_beside_it(view, tmp_path):
    source = tikz(gnn.draw(graph(), view=view).scene).decode()
    x, y = re.search(r"\(x\) at \(([\d.]+), ([\d.]+)\)", source).groups()
    moved = source.replace(f"(x) at ({x}, {y})", f"(x) at ({x}, {float(y) + 9})")
    assert moved != source
    for number, text in enumerate((source, moved)):
        where = r"\makeatletter\pgfpointanchor{%s}{center}\typeout{at \the\pgf@y}\makeatother"
        beside = r"right=[\d.]+bp of x\] \(([\w-]+)\)|\\coordinate \(([\w-]+)\) at \(\[.*\]x\.center"
        probe = "".join(where % name for name in ("x", *map("".join, re.findall(beside, text))))
        folder = tmp_path / str(number)
        folder.mkdir()
        compiled(text.replace(r"\end{tikzpicture}", probe + r"\end{tikzpicture}"), folder)
    before, after = (
        [float(each) for each in re.findall(r"^at (\S+)pt", (tmp_path / n / "figure.log").read_text(), re.MULTILINE)]
        for n in "01"
    )
    assert len(before) > 1
    assert [b - a for b, a in zip(before, after, strict=True)] == pytest.approx(
        [9 * 72.27 / 72] * len(before), abs=0.01
    )


@pytest.mark.parametrize("name", [r"\input{x}", "a.b", "x) -- (0,0", "current page.north", "θ", ""])
def test_a_name_is_only_a_name_in_tikz(name):
    box = Outline(OUTLINES["box"](5.0, 5.0, 8.0, 8.0), "#FFFFFF", "#000000", 1.0)
    twice = (Group("node-1", "t", (box,), name=name), Group("node-2", "t", (box,), name=name))
    found = re.findall(
        r"^\\node.*\] \((.*?)\) at", tikzpicture(Scene(9.0, 9.0, "#FFFFFF", "t", "d", twice)), re.MULTILINE
    )
    assert len(set(found)) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", each) for each in found)


@pytest.mark.parametrize("title", ["a\n\\input{x}", "a\r\\input{x}", "a\u2028\\input{x}", "a\x85\\input{x}", "\ud800"])
def test_a_title_stays_in_its_comment(title):
    for line in tikz(scene(title=title)).decode().splitlines():
        assert line.startswith("% ") or "input" not in line


@pytest.mark.parametrize("tex", [r"\input{x}", r"x$\input{x}$x", "x\\"])
def test_hostile_labels_are_refused(tex):
    with pytest.raises(LabelError):
        tikz(scene(tex))


def test_what_is_too_large_for_tex_is_refused():
    with pytest.raises(UsageError, match=r"20000 × 10 pt.*save an \.svg or \.pdf"):
        tikz(Scene(20_000.0, 10.0, "#FFFFFF", "t", "d", ()))


def test_a_file_is_a_document(tmp_path):
    picture = gnn.draw(graph(), tmp_path / "figure.tex")
    source = (tmp_path / "figure.tex").read_text(encoding="utf-8")
    assert source.encode() == renderer(".tex")(picture.scene)
    assert picture.tikz in source


@pytest.mark.parametrize(
    "engine", [pytest.param(each, marks=latex_engines.needs(each)) for each in ("pdflatex", "xelatex", "lualatex")]
)
def test_every_engine_compiles_it(engine, tmp_path):
    picture = gnn.draw(graph(), show="shapes", style={"inherit": "lecture", "text": {"vectors": "bold"}})
    compiled(tikz(picture.scene).decode(), tmp_path, engine)


@needs_latex
def test_the_page_is_as_large_as_the_picture(tmp_path):
    picture = gnn.draw(graph(), view="scalars")
    pdf = compiled(r"\pdfobjcompresslevel=0 " + tikz(picture.scene).decode(), tmp_path)
    found = re.search(rb"MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    size = tuple(float(each) for each in found.groups())
    assert size == pytest.approx((picture.scene.width, picture.scene.height), abs=0.02)


@needs_latex
def test_it_can_be_input_into_a_document(tmp_path):
    gnn.draw(graph(), tmp_path / "standalone.tex")
    (tmp_path / "bare.tex").write_text(gnn.draw(graph()).tikz, encoding="utf-8")
    packages = r"\documentclass{article}\usepackage{lmodern,tikz,amsmath,amssymb,standalone}" + LIBRARIES
    compiled(packages + r"\begin{document}\input{standalone} and \input{bare}\end{document}", tmp_path)


@needs_latex
def test_the_document_in_the_docs_compiles(tmp_path):
    page = Path(__file__).resolve().parent.parent.parent / "docs" / "publishing.md"
    document = re.search(r"```latex\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)[1]
    gnn.draw(graph(), tmp_path / "input.tex", view="layers")
    compiled(document.replace(r"\input{figure}", r"\input{input}"), tmp_path)


@needs_latex
def test_latex_knows_what_is_let_through(tmp_path):
    labels = [latex(f"{symbol} x") for symbol in sorted(_SYMBOLS - {r"\\"})]
    labels += [latex(f"a^{command}" + "{x}" * count) for command, count in _ARGUMENTS.items()]
    labels += [latex(f"a_{character}") for character in [*_CHARACTERS, *"éñčåŷθΩ"]]
    labels += [latex(rf"\mathrm{{{character}}}") for character in "éñčåŷθΩ‐”"]
    labels += [rf"\text{{{shown}}}" for shown in _TEXT.values()]
    labels += [latex(r"a^2'"), latex(r"\substack{a\\b}"), latex(r"\left<x\right\}"), latex(r"\hspace{1}\text{é–}")]
    body = "\n\n".join(f"${label}$" for label in labels)
    packages = r"\documentclass{article}\usepackage{amsmath,amssymb}\begin{document}"
    compiled(f"{packages}\n{body}\n\\end{{document}}", tmp_path)


@pytest.mark.parametrize("write", [tikz, lambda each: beamer([each, each])])
def test_letters_of_other_scripts_bring_their_fonts(write):
    source = write(scene(r"\mathrm{学习\ ひ}")).decode()
    assert "XeLaTeX or LuaLaTeX" in source
    for script, font in (("chinese", "Noto Serif CJK SC"), ("japanese", "Noto Serif CJK JP")):
        assert source.count(rf"\newfontfamily\{script}letters{{{font}}}") == 1
        # Also where the picture stands in a document without these fonts.
        assert rf"\providecommand{{\{script}letters}}{{}}" in source
    assert source.index("mathptmx") < source.index("fontspec") < source.index(r"\begin{document}")
    assert "fontspec" not in write(scene("x")).decode()
