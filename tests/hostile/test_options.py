"""Arbitrary command lines: every option of every command, read from the parsers themselves."""

import argparse
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hostile.oneline import assert_one_line

import graphviz_nn.cli as cli
from graphviz_nn.cli import main
from graphviz_nn.playground.server import serve
from graphviz_nn.training.stepping import Stepper

MODEL = """\
import graphviz_nn as gnn


def loss(x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2))):
    p = gnn.nn.softmax(W @ x)
    return gnn.nn.cross_entropy(p, y)
"""
PLAIN = "def loss(x, y, theta):\n    return (theta @ x - y) ** 2\n"
NUMBERS = [
    "0",
    "-1",
    "1",
    "2",
    "3",
    "0.5",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "-1e308",
    "1e-320",
    "99999999999",
    "9" * 25,
    "9" * 5000,
]
NUMBERS += [
    "",
    " ",
    "1,",
    "1,2",
    "1,nan",
    "1,2,3",
    "１",
    "²",
    "1_000",
    "0x10",
    "1e3",
    "--",
    "-",
    "+1",
    "1j",
    "None",
    "True",
]
WORDS = [
    "a\0b",
    "\ud800",
    "\x1b[31m",
    "line\nline",
    "x" * 300,
    "x" * 3000,
    "<script>",
    "$\\input{/etc/passwd}$",
    "\\frac{",
    "%s",
    "{}",
    "{0}",
]
WORDS += [
    "=",
    "x=",
    "=x",
    "x=1",
    "x=nan",
    "x=[[",
    "x=" + "[" * 3000,
    "x={}",
    "x='",
    "x=None",
    "x=b'1'",
    "x=1e400",
    "x=1_0",
    "x=-",
    "x=,",
    "x=2,2",
]
WORDS += [
    "x=99999999999",
    "x=1000000,1000000",
    "theta=2",
    "y=",
    "x -> loss",
    "->",
    "W,W",
    "a1,99999999999",
    "^",
    "column",
    "1e400cm",
    "0cm",
    "-1cm",
    "12 cm",
]
WORDS += [
    "lecture",
    "backward",
    "both",
    "fold",
    "units",
    "scalars,units",
    "TB",
    "latex",
    "dot",
    "values,check",
    "gradients",
    "adam",
    "cosine",
    "torch",
]
FILES = [
    "",
    ".",
    "/",
    "..",
    "folder",
    "folder/",
    "folder.svg",
    "gone/a.svg",
    "model.py",
    "model.py/a.svg",
    "a.svg",
    "a.png",
    "a.json",
    "a.npz",
    "a.gif",
]
FILES += [
    "a.html",
    "a.md",
    "a.pdf",
    "a.csv",
    "a.toml",
    "a.tex",
    "a.",
    ".svg",
    "a\0.svg",
    "a" * 300 + ".svg",
    "bad.json",
    "bad.npz",
    "bad.csv",
    "bad.toml",
]
FILES += [
    "circle.svg",
    "model.py:",
    "model.py:loss",
    "model.py:gone",
    ":",
    "plain.py",
    "exits.py",
    "ends.py",
    "bad.py",
    "xor",
    "iris",
    "a.csv:species",
]
ALL = [*NUMBERS, *WORDS, *FILES]
MODELS = {
    "bad.py": "x = (",
    "exits.py": "import sys\nsys.exit(0)\n",
    "ends.py": "class End(BaseException):\n    def __str__(self):\n        raise self\n\n\nraise End\n",
    "generator.py": "raise GeneratorExit\n",
    "stops.py": "class Stop(KeyboardInterrupt):\n    pass\n\n\nraise Stop('x')\n",
    "recursive.py": "def f():\n    return f()\n\n\nf()\n",
    "strange.py": "class Strange(Exception):\n    __str__ = None\n\n\nraise Strange\n",
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with a model and with bad files; what works for long is stopped as by Ctrl-C."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle.svg").symlink_to("circle.svg")
    for name, text in {**MODELS, "model.py": MODEL, "plain.py": PLAIN}.items():
        (tmp_path / name).write_text(text)
    for name in ("bad.json", "bad.npz", "bad.csv", "bad.toml"):
        (tmp_path / name).write_bytes(b"\xff{\0")
    (tmp_path / "a.csv").write_text("length,width,species\n1,2,a\n3,4,b\n5,6,a\n")
    step = Stepper.step

    def stopped(self, measured=None):
        if self.state.step >= 3:
            raise KeyboardInterrupt
        step(self, measured)

    def interrupted(*_):
        raise KeyboardInterrupt

    class Ended:
        """A server that only tries its address."""

        def __init__(self, served, *, host, port):
            serve._listening(host, port).close()
            self.url = ""

    monkeypatch.setattr(Stepper, "step", stopped)
    monkeypatch.setattr(serve, "Server", Ended)
    monkeypatch.setattr("graphviz_nn.playground.server.shown.show", lambda *_: None)
    monkeypatch.setattr("graphviz_nn.cli.watch._wait", interrupted)
    monkeypatch.setattr("graphviz_nn.cli.figures.figures", interrupted)
    monkeypatch.setattr("graphviz_nn.cli.contact_sheet.contact_sheet", interrupted)
    return tmp_path


def actions():
    """Every argument of every command."""
    (commands,) = (each for each in cli._parser()._actions if isinstance(each, argparse._SubParsersAction))
    for name, parser in commands.choices.items():
        for action in parser._actions:
            if not isinstance(action, argparse._HelpAction):
                yield name, action


USUAL = {
    "draw": ["model.py"],
    "steps": ["model.py", "-o", "b.svg"],
    "watch": ["model.py"],
    "check": ["model.py"],
    "lint": ["model.py"],
    "explore": ["model.py", "-o", "out.html"],
    "summary": ["model.py", "out.csv"],
    "compare": ["model.py", "model.py", "-o", "out.svg"],
    "train": ["model.py", "--data", "xor", "--examples", "8"],
    "play": ["model.py", "--data", "xor", "--examples", "8"],
    "lecture": [],
    "styles": [],
}


def outcome(capsys, arguments):
    """How a command ends: with a code of ours, and where it is refused in one line."""
    try:
        code = main(arguments)
    except SystemExit as error:
        # --help and --version.
        assert error.code == 0, arguments
        code = 0
    _, said = capsys.readouterr()
    assert code in (0, 1, 2) or (code == 3 and arguments[0] == "check"), arguments
    assert "Traceback" not in said, arguments
    if code == 2:
        assert_one_line(said.removesuffix("\n").removeprefix("graphviz-nn: "))
    return code


def test_every_command_is_among_those_that_are_tried():
    assert set(USUAL) == set(cli.COMMANDS) == {name for name, _ in actions()}


TRIED = {(name, (action.option_strings or [action.dest])[-1]) for name, action in actions()}
# What `draw` takes, too, is tried there.
CASES = sorted(
    each for each in TRIED if each[0] != "compare" or ("draw", each[1]) not in TRIED - {("draw", "--output")}
)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("command", "option"), CASES, ids=[" ".join(case) for case in CASES])
def test_every_option_given_anything(capsys, command, option):
    generator = random.Random(f"{command} {option}")
    for value in generator.sample(ALL, 12):
        usual = USUAL[command]
        if not option.startswith("-"):
            given = [command, value, *usual[1:]]
        elif value and generator.random() < 0.1:
            given = [command, *usual, option, value]
        else:
            given = [command, *usual, f"{option}={value}"]
        outcome(capsys, given)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("command", ["draw", "check", "lint", "train"])
def test_models_that_end_in_any_way(capsys, command, name, folder):
    before = sorted(folder.iterdir())
    assert outcome(capsys, [command, name, *USUAL[command][1:]]) == 2
    assert sorted(folder.iterdir()) == before


DESTINATIONS = {
    "draw": ["-o", ".svg"],
    "steps": ["-o", ".svg"],
    "compare": ["-o", ".svg"],
    "check": ["--report", ".html"],
    "train -o": ["-o", ".json"],
    "train --save": ["--save", ".npz"],
    "train --plot": ["--plot", ".svg"],
    "train --film": ["--film", ".gif"],
    "play": ["--export", ".html"],
    "styles": ["", ".svg"],
}


@pytest.mark.parametrize("command", DESTINATIONS)
@pytest.mark.parametrize("place", ["gone/a", "model.py/a", "folder", "a\0", "a" * 300])
def test_a_place_where_nothing_can_be_written_is_refused_before_the_work(capsys, command, place, folder, monkeypatch):
    option, suffix = DESTINATIONS[command]
    name, *_ = command.split()
    (folder / f"folder{suffix}").mkdir(exist_ok=True)
    started = []
    monkeypatch.setattr("graphviz_nn.cli.model.open_model", lambda *_: started.append(1))
    assert outcome(capsys, [name, *USUAL[name], *filter(None, [option, f"{place}{suffix}"])]) == 2
    assert not started


@pytest.mark.parametrize("place", ["model.py", "model.py/new", "a\0"])
def test_a_folder_that_can_not_be_is_refused_before_the_figures_are_made(capsys, place, monkeypatch):
    started = []
    monkeypatch.setattr("graphviz_nn.cli.figures.figures", lambda: started.append(1))
    assert outcome(capsys, ["lecture", place]) == 2
    assert not started


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_what_can_not_be_printed_is_said_once():
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    environment["PYTHONPATH"] = os.pathsep.join(each for each in sys.path if each)
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "graphviz_nn", "styles"]
        found = subprocess.run(command, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (found.returncode, found.stderr) == (2, "graphviz-nn: No space left on device\n")
