"""The recipes of docs/pipelines.md work."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "loss.py").write_text(blocks("python")[0], encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_make(folder):
    (folder / "Makefile").write_text(blocks("make")[0])
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    def make():
        done = subprocess.run(
            ["make"], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=3600
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.count("graphviz-nn draw")

    assert make() == 2
    first = {path.name: path.read_bytes() for path in folder.glob("loss.*") if path.suffix != ".py"}
    assert set(first) == {"loss.svg", "loss.dark.svg", "loss.pdf"}
    assert all(name in "".join(blocks("html")) for name in first if name.endswith(".svg"))
    assert make() == 0
    later = (folder / "loss.pdf").stat().st_mtime + 10
    os.utime(folder / "loss.py", (later, later))
    assert make() == 2
    assert {name: (folder / name).read_bytes() for name in first} == first


def test_sphinx(folder):
    (folder / "conf.py").write_text(blocks("python")[1])
    (folder / "index.rst").write_text(f"Page\n====\n\n{blocks('rst')[0]}", encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-N", "-q", "-W", "-b", "html", ".", "html"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=3600)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((folder / "html" / "_images").glob("*.svg"))) == 4


def test_notebook(folder, monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.setenv("IPYTHONDIR", str(folder))
    shell = InteractiveShell()
    shell.run_cell(blocks("python")[0])
    load, cell = blocks("ipython")
    assert shell.run_cell(load).success
    line, _, body = cell.partition("\n")
    assert shell.run_cell_magic("graphviz_nn", line.removeprefix("%%graphviz_nn "), body).scene.title == "loss"
    assert shell.run_cell("%graphviz_nn loss --view scalars").result.scene.title == "loss"
