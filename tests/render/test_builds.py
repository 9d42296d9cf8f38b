"""Steps in every format: reproducible, one page per step, strangers' names, a real browser."""

import io
import re
import subprocess
from xml.etree import ElementTree
from zipfile import ZipFile

import latex_engines
import pytest
from browser import CHROMIUM, MISSING, browser
from pictures import NAMES
from PIL import Image

import graphviz_nn as gnn
from graphviz_nn.errors import FileError, UsageError
from graphviz_nn.figure.build import built
from graphviz_nn.render.builds import BUILDS

GRAPH = gnn.trace(lambda x, y, w: (w * x - y) ** 2, x=gnn.input(()), y=gnn.target(()), w=gnn.parameter(()))
FEEDS = {"x": 2.0, "y": 1.0, "w": 0.5}
in_browser = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)


@pytest.fixture(scope="module")
def steps():
    return gnn.steps(GRAPH, FEEDS, "both")


@pytest.mark.parametrize("suffix", BUILDS)
def test_the_same_bytes_each_time(suffix, steps, tmp_path):
    path = steps.save(tmp_path / f"build{suffix}")
    assert path.read_bytes() == built(gnn.steps(GRAPH, FEEDS, "both"), suffix, None)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", BUILDS)
def test_names_of_strangers_and_a_single_step(suffix):
    names = ["<script>", "a&b", '"]]>', "\\input{x}", "100%", "{"]
    name = next((each for each in NAMES if isinstance(each, str)), names[0]) if NAMES else names[0]
    for each in (name, *names):
        graph = gnn.trace(lambda x: x * 2, x=gnn.input(2))
        graph.graph["name"] = each
        assert built(gnn.steps(graph), suffix, None)


def test_a_pdf_has_a_page_for_each_step(steps):
    assert built(steps, ".pdf", None).count(b"/Type /Page ") == len(steps) == 6


def test_a_presentation_has_a_slide_for_each_step(steps):
    names = ZipFile(io.BytesIO(built(steps, ".pptx", None))).namelist()
    assert sum(bool(re.fullmatch(r"ppt/slides/slide\d+\.xml", name)) for name in names) == len(steps)


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_frames_take_their_time(suffix, steps):
    image = Image.open(io.BytesIO(built(steps, suffix, 0.8)))
    assert image.n_frames == len(steps)
    image.seek(1)
    image.load()
    assert image.info["duration"] == 800
    assert image.info["loop"] == 0


def test_colours_of_a_gif_do_not_flicker(steps):
    image = Image.open(io.BytesIO(built(steps, ".gif", None)))
    corners, circle = set(), set()
    for number in range(image.n_frames):
        image.seek(number)
        frame = image.convert("RGB")
        corners.add(frame.getpixel((1, 1)))
        circle.add(frame.getpixel((frame.width - 2, 1)))
    assert corners == circle == {(255, 255, 255)}


def test_beamer_says_by_slide_only_what_changes(steps):
    text = built(steps, ".tex", None).decode()
    assert text.count(r"\begin{tikzpicture}") == 1
    assert {int(each) for each in re.findall(r"\\only<(\d+)>", text)} >= {1, 6}
    drawn = sum(len(group.items) for picture in steps for group in picture.scene.groups)
    assert len(re.findall(r"\\(?:path|node)\[", text)) < 0.6 * drawn


@latex_engines.needs()
def test_beamer_compiles_to_a_page_a_step(steps, tmp_path):
    if subprocess.run(["kpsewhich", "beamer.cls"], capture_output=True).returncode:
        pytest.skip("needs beamer")
    steps.save(tmp_path / "build.tex")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "build.tex"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", timeout=3600)
    assert found.returncode == 0, found.stdout[-2000:]
    assert "(6 pages" in found.stdout


def test_an_svg_shares_what_is_equal_and_can_stand_still(steps):
    data = built(steps, ".svg", 2.0)
    ElementTree.fromstring(data)
    text = data.decode()
    assert len(text) < 0.6 * sum(len(picture.svg) for picture in steps)
    style = re.search("<style>(.*)</style>", text)[1]
    keyframes, _, rules = style.partition("@media (prefers-reduced-motion:no-preference)")
    assert "animation:" not in keyframes
    assert "12s step-end infinite" in rules


@pytest.mark.parametrize(
    ("suffix", "seconds", "said"),
    [(".gff", None, "did you mean '.gif'"), (".pdf", 2, "animations, .svg .gif .webp"), (".gif", 0, "0.05 to 600")],
)
def test_refusals_say_what_would_work(suffix, seconds, said, steps, tmp_path):
    with pytest.raises(UsageError, match=said):
        steps.save(tmp_path / f"a{suffix}", seconds=seconds)
    with pytest.raises(UsageError, match="no steps to write"):
        built(steps[:0], ".pdf", None)
    with pytest.raises(FileError):
        steps.save(tmp_path / "nowhere" / "a.pdf")


@in_browser
def test_a_page_is_gone_through_by_buttons_and_keys(steps, tmp_path):
    path = steps.save(tmp_path / "build.html")
    with browser() as page:
        page.open(path.as_uri())
        places = "[...document.querySelectorAll('#view .node')].map(n => n.parentNode.getAttribute('transform')).join()"
        step = "document.getElementById('step').textContent"
        start = page.js(places)

        def shown():
            assert page.js(places) == start
            return page.js(step)

        assert shown() == "1 / 6"
        assert page.js("document.getElementById('previous').disabled")
        page.click("#next")
        assert shown() == "2 / 6"
        page.js("document.activeElement.blur()")
        found = []
        for key in ("ArrowRight", " ", "ArrowLeft", "End", "ArrowRight", "Home", "PageDown"):
            page.key(key)
            found.append(shown()[0])
        assert found == list("3436612")
        page.click("#previous")
        assert shown() == "1 / 6"
        before = page.picture()
        page.click("#scheme")
        assert page.picture() != before
        assert page.problems == []
        assert [url for url in page.requests if not url.startswith("file:")] == []


@in_browser
def test_an_svg_shows_a_step_at_a_time(steps, tmp_path):
    path = steps.save(tmp_path / "build.svg", seconds=1)
    visible = "[...document.querySelectorAll('use, path')].filter(e => getComputedStyle(e).visibility === 'visible')"
    with browser() as page:
        page.open(path.as_uri())
        counts = []
        for number in range(len(steps)):
            page.js(f"document.getAnimations().forEach(a => {{ a.pause(); a.currentTime = {1000 * number + 500} }})")
            counts.append(page.js(f"{visible}.filter(e => !e.closest('defs')).length"))
        expected = [sum(len(g.items) for g in picture.scene.groups) for picture in steps]
        assert counts == expected
        page.prefer(prefers_reduced_motion="reduce")
        page.open(path.as_uri())
        assert page.js("document.getAnimations().length") == 0
        assert page.js(f"{visible}.filter(e => !e.closest('defs')).length") == expected[-1]
        assert page.problems == []
