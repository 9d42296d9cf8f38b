"""The table of formats: each row can be written, the same in every process, for any names."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from pictures import NAMES, lecture, named

import graphviz_nn as gnn
from graphviz_nn.cli import main
from graphviz_nn.errors import UsageError
from graphviz_nn.figure.picture import rendered
from graphviz_nn.render import FORMATS, renderer

GRAPH = gnn.trace(lambda x, w: gnn.nn.softmax(w @ x), x=gnn.input(2), w=gnn.parameter((2, 2)))


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_row_is_a_file_twice_the_same(suffix, tmp_path):
    files = [gnn.draw(GRAPH).save(tmp_path / f"{number}{suffix.upper()}") for number in (1, 2)]
    assert files[0].read_bytes() == files[1].read_bytes() != b""


def test_the_same_bytes_in_other_processes():
    code = (
        "import hashlib, graphviz_nn as gnn\n"
        "from graphviz_nn.figure.picture import rendered\nfrom graphviz_nn.render import FORMATS\n"
        "g = gnn.trace(lambda x, w: gnn.nn.softmax(w @ x), x=gnn.input(2), w=gnn.parameter((2, 2)))\n"
        "p = gnn.draw(g, show='shapes', feeds={'x': [1.0, 2.0], 'w': [[1.0, 2.0], [3.0, 4.0]]})\n"
        "for suffix in FORMATS: print(suffix, hashlib.sha256(rendered(p, suffix)).hexdigest())\n"
        "print(hashlib.sha256(rendered(p, '.svg', text=True)).hexdigest())"
    )
    seeds = ({**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2"))
    runs = [subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True) for env in seeds]
    assert runs[0].stdout == runs[1].stdout != b""


@pytest.mark.parametrize("suffix", [".svg", ".html", ".pgf", ".drawio", ".mmd"])
def test_every_name_can_be_drawn(suffix):
    for name in NAMES:
        rendered(named(name), suffix).decode()


@pytest.mark.parametrize("suffix", [".html", ".drawio", ".mmd", ".pgf"])
@pytest.mark.parametrize("style", ["lecture", "mono", "chalk"])
def test_every_style_and_direction(suffix, style):
    for direction in ("LR", "TB"):
        assert rendered(gnn.draw(GRAPH, style=style, direction=direction, legend=True), suffix)


@pytest.mark.parametrize("suffix", [".html", ".drawio", ".mmd"])
def test_the_lecture_in_every_text_format(suffix):
    for picture in lecture().values():
        assert rendered(picture, suffix).decode().isprintable() is False


def test_what_is_not_there_is_named():
    with pytest.raises(UsageError, match=r"no picture format '.jpg'.*There are: .svg, .html"):
        renderer(".jpg")
    with pytest.raises(UsageError, match=r"did you mean '\.html'"):
        renderer(".htm")
    with pytest.raises(UsageError, match=r"text= is for .svg, found .pdf"):
        gnn.draw(GRAPH).save("figure.pdf", text=True)


@pytest.fixture
def script(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.py").write_text("import graphviz_nn as gnn\ndef f(x=gnn.input(2)):\n    return x ** 2\n")
    return tmp_path


def test_the_command_line_writes_all_of_them(script, capsys):
    options = [word for suffix in FORMATS for word in ("-o", f"a{suffix}")]
    assert main(["draw", "m.py:f", "--text", *options]) == 0
    assert capsys.readouterr().out.split() == [f"a{suffix}" for suffix in FORMATS]
    assert "<text " in (script / "a.svg").read_text()
    assert main(["draw", "m.py:f", "--text", "-o", "b.pdf"]) == 2
    assert "--text is for .svg, found b.pdf; write -o b.svg" in capsys.readouterr().err
    assert main(["draw", "m.py:f", "--text"]) == 0
    assert "<text " in (script / "f.svg").read_text()


def test_help_lists_the_formats_and_does_not_load_them():
    code = (
        "import sys; from graphviz_nn.cli import main\n"
        "try: main(['draw', '--help'])\n"
        "except SystemExit: print('loaded', 'matplotlib' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert "loaded False" in found
    assert all(suffix in found for suffix in FORMATS)


def test_dots_an_inch_and_what_is_behind(tmp_path):
    from PIL import Image

    picture = gnn.draw(gnn.trace(lambda x: x * 2, x=gnn.input(2)))
    sizes = {}
    for dpi in (None, 100, 200, 400):
        with Image.open(picture.save(tmp_path / "dots.png", dpi=dpi)) as image:
            sizes[dpi] = image.size
            assert image.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)
    assert sizes[None] == sizes[200]
    assert sizes[400] == pytest.approx([2 * side for side in sizes[200]], abs=2)
    assert sizes[100] == pytest.approx([picture.scene.width / 72 * 100, picture.scene.height / 72 * 100], abs=1)
    with Image.open(picture.save(tmp_path / "clear.png", transparent=True)) as image:
        assert image.getpixel((0, 0))[3] == 0
        assert image.size == sizes[200]
    assert 'height="100%" fill="#' not in picture.save(tmp_path / "clear.svg", transparent=True).read_text("utf-8")
    assert (
        picture.scene.background not in picture.save(tmp_path / "clear.svg", transparent=True).read_text("utf-8")[:900]
    )
    assert len(picture.save(tmp_path / "clear.pdf", transparent=True).read_bytes()) > 1000


@pytest.mark.parametrize("dpi", [0, -1, float("nan"), float("inf"), 1e400, 20_000, True, "300"])
def test_dots_that_can_not_be(tmp_path, dpi):
    picture = gnn.draw(gnn.trace(lambda x: x * 2, x=gnn.input(2)))
    with pytest.raises(UsageError, match="dpi must be from 1 to 10,000"):
        picture.save(tmp_path / "dots.png", dpi=dpi)
    assert not list(tmp_path.iterdir())


def test_what_a_format_does_not_know_or_hold(tmp_path):
    picture = gnn.draw(gnn.trace(lambda x: x * 2, x=gnn.input(2)))
    large = replace(picture, scene=replace(picture.scene, width=30_000.0))
    with pytest.raises(UsageError, match=r"a \.png of 83,333 × .* dots is too large; use fewer than dpi=200"):
        large.save(tmp_path / "dots.png")
    with pytest.raises(UsageError, match=r"dpi= is for \.png, found \.svg"):
        picture.save(tmp_path / "dots.svg", dpi=300)
    with pytest.raises(UsageError, match=r"transparent= is for \.svg and \.pdf and \.png, found \.dot"):
        picture.save(tmp_path / "dots.dot", transparent=True)
    assert not list(tmp_path.iterdir())
