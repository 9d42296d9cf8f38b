"""Modules on the command line: classes and instances in a file, examples by their shapes, and files with pickles."""

import pytest
from frameworks import beside

from graphviz_nn.cli import main

pytestmark = list(beside("torch"))
pytest.importorskip("torch")

ZOO = """\
import torch


class Net(torch.nn.Module):
    def __init__(self, width=2):
        super().__init__()
        self.lin = torch.nn.Linear(3, width)

    def forward(self, x, shift=None):
        return torch.relu(self.lin(x)) if shift is None else self.lin(x) + shift


class Needy(torch.nn.Module):
    def __init__(self, width):
        super().__init__()


words = torch.nn.Embedding(5, 2)
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zoo.py").write_text(ZOO, encoding="utf-8")

    def command(*arguments):
        return main(["draw", *arguments, "-o", "net.svg"]), *capsys.readouterr()

    return command


@pytest.mark.parametrize(
    ("arguments", "drawn"),
    [
        (["zoo.py:Net", "--input", "1x3"], "relu"),
        (["zoo.py:Net", "--input", "1x3", "--input", "2"], "linear"),
        (["zoo.py:Net", "--input", "shift=2", "--input", "x=1,3"], "linear"),
        (["zoo.py:words", "--input", "1x4:int64"], "embedding"),
        # The only instance, before classes.
        (["zoo.py", "--input", "input=4:int64"], "embedding"),
    ],
)
def test_a_module_is_drawn(run, tmp_path, arguments, drawn):
    assert run(*arguments, "--view", "layers") == (0, "net.svg\n", "")
    assert drawn in (tmp_path / "net.svg").read_text(encoding="utf-8").lower()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["zoo.py:Net"], "Net needs an example of its input"),
        (["zoo.py:Needy", "--input", "3"], "can't be made without arguments (missing a required argument: 'width')"),
        (["zoo.py:Nett", "--input", "3"], "zoo.py has no graph or function 'Nett'"),
        (["zoo.py:Net", "--input", "1*3"], "or the shape alone, such as 1x3x224x224"),
        (["net.pt"], "net.pt may hold a pickle, which can run any code, so it is never loaded"),
        (["net.pth"], "graphviz-nn draw file.py:net --input 1x3x224x224"),
    ],
)
def test_what_cant_be_drawn_says_what_to_write(run, arguments, says):
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1) and says in err


LOSSES = """\
import torch

scale = torch.nn.Linear(2, 1)


def loss(x, y):
    return ((scale(x) - y) ** 2).mean()
"""

COMMANDS = {
    ("check", "--against", "torch"): "4 of 4 agree with torch",
    ("check", "--report", "report.html"): "4 of 4 agree with central differences",
    ("lint",): "nothing found",
    ("summary",): "scale",
    ("train", "--data", "xor", "--steps", "1", "-o", "trained.json"): "trained.json",
    ("steps", "-o", "steps.svg"): "steps.svg",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_a_module(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "losses.py").write_text(LOSSES, encoding="utf-8")
    name, *options = command
    assert main([name, "losses.py:loss", "--input", "1x2", "--target", "1x1", *options]) == 0
    assert COMMANDS[command] in capsys.readouterr().out
