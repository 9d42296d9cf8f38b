"""The table of formats: each row is written, the same in every process, whatever names are in it."""

import os
import subprocess
import sys

import pytest
from pictures import NAMES, lecture, named

import graphviz_nn as gnn
from graphviz_nn.cli import main
from graphviz_nn.errors import UsageError
from graphviz_nn.render import FORMATS, rendered, renderer

GRAPH = gnn.trace(lambda x, w: gnn.nn.softmax(w @ x), x=gnn.input(2), w=gnn.parameter((2, 2)))


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_row_is_a_file_twice_the_same(suffix, tmp_path):
    files = [gnn.draw(GRAPH).save(tmp_path / f"{number}{suffix.upper()}") for number in (1, 2)]
    assert files[0].read_bytes() == files[1].read_bytes() != b""


def test_the_same_bytes_in_other_processes():
    code = (
        "import hashlib, graphviz_nn as gnn\n"
        "from graphviz_nn.render import FORMATS, rendered\n"
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
