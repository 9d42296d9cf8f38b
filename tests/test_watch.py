"""Pictures that follow their model's file, in a separate process."""

import importlib
import os
import signal
import subprocess
import sys
import time
from queue import Empty, Queue
from threading import Thread

import pytest

from graphviz_nn.cli import main
from graphviz_nn.importers.neighbours import beside

MODEL = """\
import graphviz_nn as gnn
from shapes_of_mine import SIZE

def loss(x=gnn.input(SIZE), theta=gnn.parameter(SIZE)):
    return theta @ x
"""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to a process")


class Watched:
    """A watching process, and its output lines."""

    def __init__(self, folder, *arguments):
        command = [sys.executable, "-m", "graphviz_nn", "watch", *arguments]
        self.process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )
        self.lines = Queue()
        Thread(target=lambda: [self.lines.put(line) for line in self.process.stdout], daemon=True).start()

    def says(self, sentence):
        """Wait for a line with this in it."""
        said, end = [], time.monotonic() + 3600
        while time.monotonic() < end:
            try:
                said.append(self.lines.get(timeout=1))
            except Empty:
                continue
            if sentence in said[-1]:
                return said[-1]
        raise AssertionError(f"not said: {sentence}; but {said}")

    def end(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=3600)


@pytest.fixture
def watched(tmp_path):
    (tmp_path / "my_model.py").write_text(MODEL)
    (tmp_path / "shapes_of_mine.py").write_text("SIZE = 2\n")
    (tmp_path / "mine.toml").write_text('inherit = "lecture"\n')
    found = Watched(tmp_path, "my_model.py:loss", "-o", "fig.svg", "--show", "shapes", "--style", "mine.toml")
    found.picture = lambda: (tmp_path / "fig.svg").read_text(encoding="utf-8")
    found.says("  fig.svg")
    found.says("watching mine.toml, my_model.py, shapes_of_mine.py; Ctrl-C ends it")
    yield found
    if found.process.poll() is None:
        found.process.kill()
        found.process.wait()
    found.process.stdout.close()


def test_it_follows_whatever_the_picture_is_made_of(watched, tmp_path):
    first = watched.picture()
    (tmp_path / "shapes_of_mine.py").write_text("SIZE = 3\n")
    watched.says("  fig.svg")
    assert (second := watched.picture()) != first
    # As vim saves: a new file in the place of the old one.
    (tmp_path / "new.py").write_text(MODEL.replace("theta @ x", "(theta @ x) ** 2"))
    (tmp_path / "new.py").replace(tmp_path / "my_model.py")
    watched.says("  fig.svg")
    assert (third := watched.picture()) != second
    (tmp_path / "mine.toml").write_text('inherit = "dark"\n')
    watched.says("  fig.svg")
    assert watched.picture() != third
    assert watched.end() == 0


def test_an_error_is_a_line_and_the_picture_stays(watched, tmp_path):
    first = watched.picture()
    for file, text, sentence in (
        ("my_model.py", "def f(\n", "my_model.py:1: SyntaxError"),
        ("my_model.py", MODEL, "  fig.svg"),
        (
            "shapes_of_mine.py",
            "SIZE = 1 / 0\n",
            "my_model.py:2: ZeroDivisionError: division by zero (shapes_of_mine.py:1)",
        ),
        ("shapes_of_mine.py", "SIZE = (\n", "SyntaxError: '(' was never closed (shapes_of_mine.py:1)"),
        ("shapes_of_mine.py", "SIZE = 2\n", "  fig.svg"),
        ("mine.toml", "[nope]\n", "unknown key 'nope'"),
        ("mine.toml", 'inherit = "lecture"\n', "  fig.svg"),
        ("my_model.py", MODEL.replace("\n\n", "\nimport not_there_yet\n"), "ModuleNotFoundError"),
        ("not_there_yet.py", "", "  fig.svg"),
    ):
        (tmp_path / file).write_text(text)
        line = watched.says(sentence)
        assert "graphviz-nn: " in line or line.endswith("fig.svg\n")
        assert watched.picture() == first
    (tmp_path / "my_model.py").unlink()
    watched.says("can't read my_model.py")
    (tmp_path / "my_model.py").write_text(MODEL)
    watched.says("  fig.svg")
    assert watched.end() == 0


def test_an_unknown_format_is_refused_at_once(capsys):
    assert main(["watch", "my_model.py", "-o", "fig.jpg"]) == 2
    assert "no picture format '.jpg'" in capsys.readouterr().err


def test_a_module_beside_goes_before_one_of_another_folder(tmp_path, monkeypatch):
    other, mine = tmp_path / "other" / "shared", tmp_path / "mine"
    for folder in (other, mine):
        folder.mkdir(parents=True)
    (other / "__init__.py").write_text("SIZE = 1\n")
    (other / "part.py").write_text("")
    (mine / "shared.py").write_text("SIZE = 2\n")
    monkeypatch.syspath_prepend(other.parent)
    loaded = importlib.import_module("shared.part")
    with beside(mine, set()):
        assert importlib.import_module("shared").SIZE == 2
    assert sys.modules["shared"].SIZE == 1 and sys.modules["shared.part"] is loaded
    monkeypatch.delitem(sys.modules, "shared")
    monkeypatch.delitem(sys.modules, "shared.part")


def test_modules_beside_are_read_anew_and_others_stay(tmp_path):
    (tmp_path / "package_of_mine").mkdir()
    (tmp_path / "package_of_mine" / "part.py").write_text("value = 1\n")
    (tmp_path / "module_of_mine.py").write_text("from package_of_mine import part\nimport this_is_json as json\n")
    (tmp_path / "this_is_json.py").write_text("from json import *\n")
    for value in (1, 2):
        (tmp_path / "package_of_mine" / "part.py").write_text(f"value = {value}\n")
        files = set()
        with beside(tmp_path, files):
            names = {}
            exec("from module_of_mine import part", names)
        assert names["part"].value == value
        assert {file.name for file in files} == {"part.py", "module_of_mine.py", "this_is_json.py"}
        assert not {"module_of_mine", "package_of_mine", "package_of_mine.part"} & set(sys.modules)
        assert "json" in sys.modules
    assert str(tmp_path) not in sys.path
