"""Labels measured by the user's own LaTeX."""

import re
import shutil
import subprocess

import latex_engines
import pytest

import graphviz_nn as gnn
from graphviz_nn.cli import main
from graphviz_nn.errors import FileError, LabelError, UsageError
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render import labels as module
from graphviz_nn.render.labels import PACKAGES, Labels, labels
from graphviz_nn.render.tikz import tikz
from graphviz_nn.scene.primitives import LaTeX, Text

needs_latex = latex_engines.needs()
PREAMBLE = r"""
\usepackage{lmodern, bm} % \begin{document} isn't here
\newcommand{\vect}[1]{\bm{#1}}
\DeclareMathOperator{\score}{score}
"""


@pytest.fixture
def runs(monkeypatch):
    """How often LaTeX is run, beginning with nothing known."""
    monkeypatch.setattr(module, "_SIZES", {})
    found, run = [], subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *given, **named: found.append(given[0]) or run(*given, **named))
    return found


def model(label="x"):
    def loss(x=gnn.input(2, label=label), y=gnn.target(2), W=gnn.parameter((2, 2))):
        h = gnn.nn.sigmoid(W @ x)
        return ((h - y) ** 2).sum()

    return gnn.trace(loss)


def texts(picture):
    found = {item.tex for group in picture.scene.groups for item in group.items if isinstance(item, Text)}
    return sorted(tex for tex in found if tex.strip())


@needs_latex
def test_one_run_for_a_picture_and_none_for_the_next(runs):
    picture = gnn.draw(model(), view=["operations", "layers"], show="shapes", legend=True, labels="latex")
    assert len(runs) == 1
    assert "-no-shell-escape" in runs[0]
    assert gnn.draw(model(), view=["operations", "layers"], show="shapes", legend=True, labels="latex").tikz == (
        picture.tikz
    )
    assert len(runs) == 1
    assert gnn.stacked(picture, picture).scene.latex == picture.scene.latex


@needs_latex
def test_a_label_is_where_latex_sets_it(tmp_path):
    """What LaTeX says its boxes are, in the document itself, is what was measured."""
    picture = gnn.draw(model(), view="arrows", show="shapes", labels="latex")
    source = tikz(picture.scene).decode()
    probes = "".join(
        rf"\sbox0{{{font}${label}$}}\typeout{{probe \number\wd0 \space\number\ht0 \space\number\dp0.}}"
        for font, label in ((r"\fontsize{12bp}{14bp}\selectfont", module.latex(tex)) for tex in texts(picture))
    )
    source = source.replace(r"\begin{tikzpicture}", probes + r"\begin{tikzpicture}", 1)
    (tmp_path / "probe.tex").write_text(source, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-no-shell-escape", "probe.tex"], cwd=tmp_path, capture_output=True
    )
    found = re.findall(rb"probe (\d+) (\d+) (\d+)\.", done.stdout)
    assert len(found) == len(texts(picture)) > 5
    known = Labels(picture.scene.latex)
    for tex, sizes in zip(texts(picture), found, strict=True):
        width, height, depth = (int(each) / 65536 / 72.27 * 72 / 12 for each in sizes)
        box = known.measure(tex)
        assert (box.width, box.top, -box.bottom) == pytest.approx((width, height, depth), abs=0.01), tex


@needs_latex
def test_latex_is_near_to_what_mathtext_measures():
    known = Labels(LaTeX(PACKAGES))
    for tex in ("x", r"\mathrm{squared\ error}", "W_{12}"):
        known.measure(tex)
    assert known.settle() and not known.settle()
    for tex in ("x", r"\mathrm{squared\ error}", "W_{12}"):
        assert known.measure(tex).width == pytest.approx(typeset(tex).width, rel=0.25), tex


@needs_latex
def test_a_preamble_brings_fonts_and_macros(tmp_path):
    (tmp_path / "mine.tex").write_text(PREAMBLE)
    wide = gnn.draw(model(r"\score(\vect{x})"), tmp_path / "figure.tex", labels=tmp_path / "mine.tex")
    source = (tmp_path / "figure.tex").read_text()
    assert PREAMBLE.strip() in source and r"{$\score(\vect{x})$}" in source and "mathptmx" not in source
    done = subprocess.run(["pdflatex", "-halt-on-error", "figure.tex"], cwd=tmp_path, capture_output=True)
    assert done.returncode == 0
    assert wide.scene.width > gnn.draw(model(), labels=tmp_path / "mine.tex").scene.width
    with pytest.raises(LabelError, match=r"define it in a preamble"):
        gnn.draw(model(r"\vect{x}"), labels="latex")


@needs_latex
def test_what_latex_refuses_is_named(tmp_path):
    (tmp_path / "mine.tex").write_text(r"\newcommand{\vect}[1]{\nope{#1}}")
    with pytest.raises(LabelError, match=r"'\\\\vect\{x\}' can't be set by LaTeX: Undefined control sequence"):
        gnn.draw(model(r"\vect{x}"), labels=tmp_path / "mine.tex")
    (tmp_path / "mine.tex").write_text(r"\usepackage{there-is-no-such-package}")
    with pytest.raises(UsageError, match=r"LaTeX can't read .*mine\.tex: .*not found"):
        gnn.draw(model(), labels=tmp_path / "mine.tex")


@needs_latex
def test_a_label_runs_no_program(tmp_path):
    (tmp_path / "mine.tex").write_text(rf"\newcommand{{\run}}{{\immediate\write18{{touch {tmp_path}/touched}}}}")
    gnn.draw(model(r"\run x"), labels=tmp_path / "mine.tex")
    assert not (tmp_path / "touched").exists()
    for hostile in (r"\input{x}", r"\write18{touch x}"):
        with pytest.raises(LabelError):
            gnn.draw(model(hostile), labels="latex")


def test_without_latex_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(module, "_SIZES", {})
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UsageError, match="install TeX Live or MiKTeX"):
        gnn.draw(model(), labels="latex")


def test_names_and_files(tmp_path, capsys):
    (tmp_path / "paper.tex").write_text("\\documentclass{article}\n")
    (tmp_path / "mine.tex").write_text(PREAMBLE)
    assert labels(tmp_path / "mine.tex").source.commands == (r"\score", r"\vect")
    with pytest.raises(UsageError, match="did you mean 'latex'"):
        labels("latx")
    with pytest.raises(
        UsageError, match=r"is a document, but labels= needs its preamble alone, without \\documentclass"
    ):
        labels(tmp_path / "paper.tex")
    with pytest.raises(FileError, match=r"can't read the preamble .*gone\.tex"):
        labels(tmp_path / "gone.tex")
    gnn.save(model(), tmp_path / "model.json")
    assert main(["draw", str(tmp_path / "model.json"), "--labels", str(tmp_path / "gone.tex")]) == 2
    assert "gone.tex" in capsys.readouterr().err
