"""Open all figures of the lecture in the programs that people use."""

import re
import shutil
import subprocess

import latex_engines
import pytest
from browser import CHROMIUM, MISSING, browser
from pictures import lecture

import graphviz_nn as gnn
from graphviz_nn.render.labels import PACKAGES
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


@latex_engines.needs()
@needs("pdfinfo", "poppler")
def test_latex_sets_them(tmp_path):
    figures = "\n".join(picture.tikz for picture in lecture().values())
    document = rf"\documentclass[multi=tikzpicture,border=0pt]{{standalone}}{PACKAGES}\usepackage{{tikz}}"
    (tmp_path / "all.tex").write_text(rf"{document}\begin{{document}}{figures}\end{{document}}", encoding="utf-8")
    run("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "all.tex", cwd=tmp_path)
    found = pages(tmp_path / "all.pdf")
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
