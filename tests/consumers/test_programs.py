"""Open all figures of the lecture in the programs that people use."""

import re
import shutil
import subprocess
from itertools import chain

import latex_engines
import pytest
from browser import CHROMIUM, MISSING, browser
from pictures import lecture

import graphviz_nn as gnn
from graphviz_nn.render.labels import PACKAGES
from graphviz_nn.render.tikz import LIBRARIES
from graphviz_nn.render.tikz_shapes import places
from graphviz_nn.style.runs import runs

# A page's size is rounded.
ALMOST = 0.5


def needs(program, name):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {name}")


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, timeout=3600, **options).stdout.decode(
        errors="replace"
    )


def pages(file):
    """The width and height of each page of a PDF file, in pt."""
    said = run("pdfinfo", "-f", "1", "-l", "1000", file)
    return [tuple(map(float, size)) for size in re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", said)]


@pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
@pytest.mark.parametrize("suffix", [".svg", ".html"])
def test_chromium_shows_them(suffix, tmp_path):
    with browser() as page:
        for name, picture in lecture().items():
            page.open(picture.save(tmp_path / f"{name}{suffix}").as_uri())
            assert page.problems == [], name
            assert len(page.requests) == 1, name
            if suffix == ".svg":
                width, height = page.js("(b => [b.width, b.height])(document.documentElement.getBoundingClientRect())")
                assert abs(width * 0.75 - picture.scene.width) < ALMOST, name
                assert abs(height * 0.75 - picture.scene.height) < ALMOST, name


def nodes(picture):
    return places(picture.scene.groups).values()


def sides(node):
    across, down = node.width / 2, node.height / 2
    return node.x - across, node.y - down, node.x + across, node.y + down


def probed(picture):
    """A picture that writes the sides of its nodes to the log."""
    anchors = (("west", r"\pgf@x"), ("north", r"-\pgf@y"), ("east", r"\pgf@x"), ("south", r"-\pgf@y"))
    said = "".join(
        rf"\pgfpointanchor{{{each.name}}}{{{side}}}\typeout{{at \the\dimexpr{where}\relax}}"
        for each in nodes(picture)
        for side, where in anchors
    )
    end = r"\end{tikzpicture}"
    return picture.tikz.replace(end, rf"\makeatletter{said}\makeatother{end}")


@latex_engines.needs()
@needs("pdfinfo", "poppler")
def test_latex_sets_them(tmp_path):
    figures = "\n".join(map(probed, lecture().values()))
    document = rf"\documentclass[multi=tikzpicture,border=0pt]{{standalone}}{PACKAGES}\usepackage{{tikz}}{LIBRARIES}"
    (tmp_path / "all.tex").write_text(rf"{document}\begin{{document}}{figures}\end{{document}}", encoding="utf-8")
    run("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "all.tex", cwd=tmp_path)
    found = pages(tmp_path / "all.pdf")
    said = (tmp_path / "all.log").read_text(errors="replace")
    seen = [float(each) * 72 / 72.27 for each in re.findall(r"^at (\S+)pt$", said, re.MULTILINE)]
    # A label, as LaTeX sets it, doesn't make its node larger.
    wanted = [side for picture in lecture().values() for side in chain.from_iterable(map(sides, nodes(picture)))]
    assert wanted
    assert all(abs(one - other) < ALMOST for one, other in zip(seen, wanted, strict=True))
    assert len(found) == len(lecture())
    for (name, picture), (width, height) in zip(lecture().items(), found, strict=True):
        assert abs(width - picture.scene.width) < ALMOST, name
        assert abs(height - picture.scene.height) < ALMOST, name


@needs("soffice", "LibreOffice")
@needs("pdfinfo", "poppler")
def test_libreoffice_shows_a_slide_each(tmp_path):
    gnn.slides(lecture().values(), tmp_path / "lecture.pptx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    run("soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "lecture.pptx")
    found = pages(tmp_path / "lecture.pdf")
    assert len(found) == len(lecture())
    assert all(abs(width / height - 16 / 9) < 0.01 for width, height in found)


@needs("pdfinfo", "poppler")
def test_poppler_reads_their_text_and_finds_their_fonts(tmp_path):
    for name, picture in lecture().items():
        file = picture.save(tmp_path / f"{name}.pdf")
        ((width, height),) = pages(file)
        assert abs(width - picture.scene.width) < ALMOST, name
        assert abs(height - picture.scene.height) < ALMOST, name
        fonts = run("pdffonts", file).splitlines()[2:]
        assert fonts, name
        # Embedded, in subsets, with Unicode.
        assert all(re.search(r"yes yes yes +\d+ +0$", font) for font in fonts), fonts
        text = "".join(run("pdftotext", file, "-").split())
        labels = [shape.label for panel in picture.panels for shape in panel.diagram.shapes]
        words = {run.text for label in labels for run in runs(label) if run.text.isalpha() and run.text.isascii()}
        assert words, name
        assert [word for word in words if word not in text] == [], name
