"""The magics, in a shell of IPython."""

import subprocess
import sys

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

SETUP = """\
import graphviz_nn as gnn
def loss(x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2)):
    return (theta @ x - y) ** 2
"""


@pytest.fixture
def shell(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    made = InteractiveShell()
    made.extension_manager.load_extension("graphviz_nn")
    return made


def test_the_last_of_the_cell_is_drawn(shell):
    picture = shell.run_cell_magic("graphviz_nn", "--view layers", SETUP + "other = 3")
    assert picture.scene.title == "loss"
    traced = SETUP + "graph = gnn.trace(lambda x: x**2, x=gnn.input(2))"
    assert shell.run_cell_magic("graphviz_nn", "", traced).graph is not None
    assert shell.run_cell_magic("graphviz_nn", "loss", traced).scene.title == "loss"


def test_what_is_there_is_drawn_with_the_options_of_the_command_line(shell):
    shell.run_cell("import numpy as np\ndef f(x, W):\n    return np.exp(W @ x)")
    options = "--input x=2 --parameter W=3,2 --style paper --direction TB --show shapes --unit a^{(1)}_2 --view units"
    with pytest.raises(UsageError, match="no unit"):
        shell.run_line_magic("graphviz_nn", f"f {options}")
    picture = shell.run_line_magic("graphviz_nn", "f --input x=2 --parameter W=3,2 --direction TB --legend")
    assert picture.direction == "TB"
    assert any(group.id == "legend" for group in picture.scene.groups)


@pytest.mark.parametrize(
    ("line", "cell", "sentence"),
    [
        ("", None, "give the name of a graph or a function; see %graphviz_nn --help"),
        ("los", None, "this notebook has no graph or function 'los': did you mean 'loss'?"),
        ("loss --view scalar", None, "did you mean 'scalars'?"),
        ("loss 'open", None, "No closing quotation"),
        ("--nope", "x = 1", "there is no option --nope: did you mean"),
        ("", "x = 1", "this cell defines neither a graph nor a function"),
        ("", "def f(x):\n    return x", "the arguments of f in this notebook have no shapes"),
        ("--input x=2", "def f(x):\n    return 1 / 0", "cell:3: ZeroDivisionError: division by zero"),
    ],
)
def test_what_can_not_be_done_is_one_line(shell, line, cell, sentence):
    shell.run_cell(SETUP)
    with pytest.raises(UsageError) as error:
        shell.run_line_magic("graphviz_nn", line) if cell is None else shell.run_cell_magic("graphviz_nn", line, cell)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_cell_that_raises_shows_its_own_error(shell, capsys):
    assert shell.run_cell_magic("graphviz_nn", "", "1 / 0") is None
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_help(shell, capsys):
    assert shell.run_line_magic("graphviz_nn", "--help") is None
    assert "--view" in capsys.readouterr().out


def test_importing_the_package_imports_no_notebook():
    code = "import sys, graphviz_nn; graphviz_nn.draw; sys.exit('IPython' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
