"""The commands as a user types them: files, output and exit codes."""

import json
import os
import re
import subprocess
import sys
from importlib import import_module

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.cli import COMMANDS, main
from graphviz_nn.cli.commands import Parser
from graphviz_nn.style.sheet import load, names

SPECIFIED = """\
import graphviz_nn as gnn


def loss(x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2)):
    return (theta @ x - y) ** 2
"""
NETWORK = """\
import graphviz_nn as gnn
from graphviz_nn import nn

graph = gnn.trace(nn.Sequential(nn.Linear(2, 9), nn.Tanh(), nn.Linear(9, 2), nn.Softmax()), x=gnn.input(2))
"""
PLAIN = "def loss(x, y, theta):\n    return (theta @ x - y) ** 2\n"
TRACED = PLAIN + (
    "import graphviz_nn as gnn\ngraph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2))\n"
)
SHAPES = ["--input", "x=2", "--target", "y=", "--parameter", "theta=2"]


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command in an empty folder; its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        code = main([str(each) for each in arguments])
        return code, *capsys.readouterr()

    command.folder = tmp_path
    return command


def model(run, text, name="my_model.py"):
    (run.folder / name).write_text(text, encoding="utf-8")
    return name


def refused(outcome):
    """The one line that a refused command says."""
    code, out, err = outcome
    assert (code, out) == (2, "")
    assert err.startswith("graphviz-nn: ")
    assert err.count("\n") == 1
    return err.removeprefix("graphviz-nn: ").strip()


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        (SPECIFIED, "", []),
        (SPECIFIED, ":loss", []),
        (PLAIN, "", SHAPES),
        (PLAIN, ":loss", SHAPES),
        (TRACED, "", []),
        (TRACED, ":loss", []),
        (TRACED, ":graph", []),
    ],
)
def test_a_model_is_found_however_it_is_written(run, text, name, options):
    file = model(run, text)
    code, out, err = run("draw", file + name, *options)
    assert (code, out, err) == (0, "loss.svg\n", "")
    assert (run.folder / "loss.svg").read_bytes().startswith(b"<svg")


def test_a_saved_graph_is_a_model(run):
    gnn.save(gnn.trace(lambda x: x**2, x=gnn.input(())), run.folder / "square.json")
    assert run("draw", "square.json", "-o", "square.svg")[0] == 0
    assert run("check", "square.json")[0] == 0


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png", ".eps", ".tex", ".dot", ".gv"])
def test_every_format(run, suffix):
    assert run("draw", model(run, SPECIFIED), "-o", f"figure{suffix}")[0] == 0
    assert (run.folder / f"figure{suffix}").stat().st_size > 100


def test_several_outputs_and_options(run):
    style = model(run, 'inherit = "lecture"\n[data]\nfill = "#ABCDEF"\n', "mine.toml")
    options = ["--view", "scalars", "--direction", "TB", "--show", "shapes", "--style", style]
    code, out, _ = run("draw", model(run, SPECIFIED), *options, "-o", "a.svg", "-o", "a.dot")
    assert (code, out) == (0, "a.svg\na.dot\n")
    assert "#ABCDEF" in (run.folder / "a.svg").read_text(encoding="utf-8")


def test_units(run):
    file = model(run, NETWORK)
    options = ["--view", "units", "--units", "4"]
    assert run("draw", file, *options, "-o", "net.svg") == (0, "net.svg\n", "")
    assert "n = 9" in (run.folder / "net.svg").read_text(encoding="utf-8")
    pictures = []
    for unit in ("a1,2", "a1[2]", "a^{(1)}_2"):
        assert run("draw", file, *options, "--unit", unit, "-o", "unit.svg")[0] == 0
        pictures.append((run.folder / "unit.svg").read_bytes())
    assert len(set(pictures)) == 1
    assert "a1 has no unit 10; its units are 1 to 9" in refused(run("draw", file, *options, "--unit", "a1,10"))
    assert "write view='units'" in refused(run("draw", file, "--unit", "a1,2"))


def test_a_file_may_import_its_neighbours_and_leaves_no_bytecode(run):
    model(run, PLAIN, "losses_of_mine.py")
    file = model(run, "from losses_of_mine import loss\n")
    assert run("draw", f"{file}:loss", *SHAPES)[0] == 0
    assert sorted(path.name for path in run.folder.iterdir()) == [
        "loss.svg",
        "losses_of_mine.py",
        "my_model.py",
    ]


def test_check_passes_with_values_fed(run):
    code, out, err = run("check", model(run, SPECIFIED), "--feed", "x=1,2", "--feed", "y=3", "--feed", "theta=[.5,-.5]")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "3 of 3 agree with central differences"
    assert "drawn" not in out
    assert "-7" in out


def test_check_takes_values_from_files(run):
    file = model(run, SPECIFIED)
    (run.folder / "values.json").write_text(json.dumps({"x": [1, 2], "y": 3, "theta": [0.5, -0.5]}))
    np.savez(run.folder / "values.npz", x=[1, 2], y=3, theta=[0.5, -0.5])
    by_hand = run("check", file, "--feed", "x=1,2", "--feed", "y=3", "--feed", "theta=.5,-.5")
    assert run("check", file, "--feed", "values.json") == run("check", file, "--feed", "values.npz") == by_hand


def test_check_draws_what_is_not_fed_and_says_so(run):
    file = model(run, SPECIFIED)
    code, out, _ = run("check", file, "--feed", "y=3")
    assert code == 0
    assert out.startswith("drawn at random, seed 0: x, theta from the standard normal distribution\n")
    assert run("check", file, "--feed", "y=3", "--seed", "0")[1] == out
    assert run("check", file, "--feed", "y=3", "--seed", "1")[1] != out


def test_check_fails_with_exit_code_1_where_a_rule_is_wrong(run, monkeypatch):
    from dataclasses import replace

    from graphviz_nn.tracing.registry import OPS

    wrong = replace(OPS["exp"], vjp=(lambda g, y, x: g * x,))
    monkeypatch.setitem(OPS, "exp", wrong)
    code, out, _ = run("check", model(run, "import numpy as np\ndef f(x):\n    return np.exp(x)\n"), "--input", "x=")
    assert code == 1
    assert "✗" in out


@pytest.mark.parametrize(
    ("feed", "sentence"),
    [
        ("x=1", "x has shape (); the graph was traced with (2,)"),
        ("thta=1,2", "the graph has no argument 'thta': did you mean 'theta'?"),
        ("x=[1", "write x=1 or x=1,2 or 'x=[[1,2],[3,4]]'"),
        ("x='a'", "x must hold numbers"),
        ("x", "write NAME=VALUE, or give a .json or .npz file"),
        ("gone.npz", "can't read gone.npz"),
        ("damaged.npz", "damaged.npz can't be read as .npz"),
        ("damaged.json", "damaged.json can't be read as .json"),
        ("list.json", "must hold names and values"),
        ("nan.json", "x is NaN at [0]"),
    ],
)
def test_a_feed_that_does_not_fit(run, feed, sentence):
    model(run, "{", "damaged.json")
    model(run, "PK", "damaged.npz")
    model(run, "[1, 2]", "list.json")
    model(run, '{"x": [NaN, 1]}', "nan.json")
    assert sentence in refused(run("check", model(run, SPECIFIED), "--feed", feed))


LEAKING = """\
import graphviz_nn as gnn


def loss(x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2))):
    p = W @ x + y
    return gnn.nn.squared_error(p, y)
"""


def test_lint_of_a_good_model(run):
    assert run("lint", model(run, SPECIFIED)) == (0, "nothing found\n", "")
    assert run("lint", model(run, PLAIN), *SHAPES)[0] == 0


def test_lint_finds_a_mistake(run):
    code, out, err = run("lint", model(run, LEAKING) + ":loss")
    assert (code, err) == (1, "")
    assert out.startswith("✗  leakage  my_model.py:5  the prediction depends on the target: y → add → p\n")
    assert out.endswith("\n1 error\n")


def test_lint_passes_where_there_are_only_notes(run):
    code, out, _ = run(
        "lint",
        model(run, "import numpy as np\ndef f(x, w):\n    return w * x + w\n"),
        "--input",
        "x=",
        "--parameter",
        "w=",
    )
    assert (code, out.splitlines()[-1]) == (0, "1 note")


def test_lint_refuses_what_it_can_not_read(run):
    assert "can't read gone.py" in refused(run("lint", "gone.py:loss"))


def test_draw_says_what_lint_finds(run):
    code, out, err = run("draw", model(run, LEAKING))
    assert (code, out) == (0, "loss.svg\n")
    assert err.startswith("graphviz-nn: my_model.py:5: the prediction depends on the target: y → add → p; remove y")
    assert err.count("\n") == 1


def test_whole_numbers_are_not_drawn_at_random(run):
    file = model(
        run,
        "import graphviz_nn as gnn\ndef f(x=gnn.input(3), i=gnn.input((), dtype='int64')):\n    return x[i]\n",
    )
    assert "--feed 'i=0'" in refused(run("check", file))
    assert run("check", file, "--feed", "i=2")[0] == 0


def test_random_values_outside_the_domain_are_explained(run):
    file = model(run, "import numpy as np\ndef f(x):\n    return np.sum(np.log(-x * x))\n")
    assert "x drawn at random (seed 0): give values with --feed" in refused(run("check", file, "--input", "x=2"))


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        (
            PLAIN,
            ":loss",
            "the arguments of loss in my_model.py have no shapes; write specs as its defaults",
        ),
        (PLAIN, "", "graph = graphviz_nn.trace(loss, …)"),
        (PLAIN, "", "--input x=2 --target y= --parameter theta=2"),
        (SPECIFIED, ":los", "my_model.py has no graph or function 'los': did you mean 'loss'?"),
        (TRACED + "other = graph.copy()\n", "", "say which: my_model.py:graph, my_model.py:other"),
        (TRACED + "other = graph.copy()\n", ":loss", "say which: my_model.py:graph, my_model.py:other"),
        ("", "", "my_model.py has neither a graph nor a function"),
        ("\n\n1 / 0\n", "", "my_model.py:3: ZeroDivisionError: division by zero"),
        ("def f(\n", "", "my_model.py:1: SyntaxError: '(' was never closed"),
        ("raise ValueError('two\\nlines')\n", "", "my_model.py:1: ValueError: two lines"),
        ("import sys\nsys.exit('bye')\n", "", "my_model.py:2: SystemExit: bye"),
        ("def f(): f()\nf()\n", "", "my_model.py:1: RecursionError"),
        (SPECIFIED.replace("@ x", "@ x[:1]"), "", "my_model.py:5: matmul (my_model.py:5): "),
        (SPECIFIED.replace("gnn.input(2)", r"gnn.input(2, label=r'\nope{x}')"), "", "nope"),
    ],
)
def test_a_model_that_can_not_be_used(run, text, name, sentence):
    assert sentence in refused(run("draw", model(run, text) + name, "-o", "never.svg"))
    assert not (run.folder / "never.svg").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["gone.py:loss"], "can't read gone.py"),
        (["gone.json"], "can't read gone.json"),
        (["notes.txt"], "notes.txt: there is no such file; a model is a .py file or an ONNX model (.onnx) or a graph"),
        (["my_model.py", "-o", "figure.jpg"], "there is no picture format '.jpg'"),
        (["my_model.py", "-o", "a.svg", "-o", "figure"], "there is no picture format"),
        (["my_model.py", "-o", "no/such/folder/figure.svg"], "can't write no"),
        (["my_model.py", "--view", "scalar"], "did you mean 'scalars'?"),
        (["my_model.py", "--style", "lectur"], "did you mean 'lecture'?"),
        (["my_model.py", "--engine", "neato"], "there is no layout engine 'neato'"),
        (["my_model.py", "--direction", "UP"], "UP"),
        (["my_model.py", "--input", "x"], "write NAME=SHAPE"),
        (["my_model.py", "--input", "x=2", "--target", "x=2"], "x is given twice"),
        (["my_model.py", "--nope"], "there is no option --nope"),
    ],
)
def test_a_command_that_can_not_be_done(run, arguments, sentence):
    model(run, SPECIFIED)
    assert sentence in refused(run("draw", *arguments))
    assert [path.name for path in run.folder.iterdir()] == ["my_model.py"]


def test_a_picture_that_is_there_stays_when_the_new_one_fails(run):
    (run.folder / "figure.svg").write_text("mine")
    refused(run("draw", model(run, "1 / 0"), "-o", "figure.svg"))
    assert (run.folder / "figure.svg").read_text() == "mine"


def test_no_command_and_an_unknown_one(run):
    assert "the following arguments are required" in refused(run())
    assert "there is no command 'drw': did you mean 'draw'" in refused(run("drw"))


def test_a_seed_is_a_whole_number(run):
    assert "'-1' isn't a whole number" in refused(run("check", "my_model.py", "--seed=-1"))


# As many operations as keep Graphviz busy for a minute.
ENDLESS = """\
import os, random, signal, threading
import graphviz_nn as gnn
from graphviz_nn.layout.engine import ENGINES

def tangle(x):
    generator, known = random.Random(0), [x]
    for _ in range(110):
        known.append(generator.choice(known[-30:]) * generator.choice(known[-80:]))
    return sum(known)

def interrupted(source, engine=ENGINES["composed"]):
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    return engine(source)

ENGINES["composed"] = interrupted
graph = gnn.trace(tangle, x=gnn.input(2))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to a process of one's own")
def test_ctrl_c_while_laying_out_is_one_line(tmp_path):
    (tmp_path / "endless.py").write_text(ENDLESS, encoding="utf-8")
    command = [sys.executable, "-m", "graphviz_nn", "draw", "endless.py", "-o", "fig.svg"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=3600)
    assert (ended.returncode, ended.stderr) == (2, "graphviz-nn: interrupted\n")
    assert [path.name for path in tmp_path.iterdir()] == ["endless.py"]


def test_version_and_help(run, capsys):
    for option, text in (("--version", gnn.__version__), ("--help", "COMMAND")):
        with pytest.raises(SystemExit) as end:
            main([option])
        assert end.value.code == 0
        assert text in capsys.readouterr().out


def said_defaults():
    """The options of each command whose help says what they are where they aren't given, and what it says."""
    for command in COMMANDS:
        parser = Parser(prog=command)
        import_module(f"graphviz_nn.cli.{command}").arguments(parser)
        for name, action in parser.options.items():
            found = re.search(r"default: ([^;()]+)|([\w ]+) \(default\)", action.help or "")
            # What is None is decided where it is used.
            if found and action.default is not None:
                yield pytest.param(action, (found[1] or found[2]).strip(), id=f"{command} {name}")


@pytest.mark.parametrize(("action", "said"), list(said_defaults()))
def test_a_default_is_what_the_help_says(action, said):
    assert str(action.default) == said


def test_a_terminal_without_unicode(tmp_path):
    (tmp_path / "my_model.py").write_text(SPECIFIED, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "graphviz_nn", "check", "my_model.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"3 of 3 agree" in ended.stdout


def test_drawing_an_svg_imports_neither_pyplot_nor_rich(tmp_path):
    (tmp_path / "my_model.py").write_text(SPECIFIED, encoding="utf-8")
    code = (
        "import sys; from graphviz_nn.cli import main; main(['draw', 'my_model.py']); "
        "sys.exit(bool({'matplotlib.pyplot', 'rich', 'graphviz'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path).returncode == 0


def test_a_legend(run):
    file = model(run, SPECIFIED)
    assert run("draw", file, "-o", "bare.svg")[0] == run("draw", file, "-o", "told.svg", "--legend")[0] == 0
    bare, told = ((run.folder / f"{name}.svg").read_text(encoding="utf-8") for name in ("bare", "told"))
    assert 'id="legend"' in told and 'id="legend"' not in bare


def test_styles_are_listed_and_shown(run):
    code, out, err = run("styles")
    assert (code, err) == (0, "")
    known = out.split()
    assert known == names()
    assert run("styles", "all.svg") == (0, "all.svg\n", "")
    assert run("styles", "again.svg")[0] == 0
    picture = (run.folder / "all.svg").read_text(encoding="utf-8")
    assert all(f"the style {name}</title>" in picture for name in known)
    assert all(load(name).page.background in picture for name in known)
    assert (run.folder / "again.svg").read_text(encoding="utf-8") == picture
    assert "no picture format '.sgv'" in refused(run("styles", "all.sgv"))
    assert "isn't one DOT graph" in refused(run("styles", "all.dot"))


def test_check_compares_with_a_file_and_writes_a_report(run):
    file = model(run, SPECIFIED)
    fed = ("--feed", "x=1,2", "--feed", "y=3", "--feed", "theta=.5,-.5")
    (run.folder / "right.json").write_text(json.dumps({"theta": [-7, -14]}))
    (run.folder / "wrong.json").write_text(json.dumps({"theta": [-7, 14]}))
    code, out, _ = run("check", file, *fed, "--against", "right.json", "--report", "out.html")
    assert code == 0 and "1 of 1 agree with yours" in out
    assert (run.folder / "out.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    code, out, _ = run("check", file, *fed, "--against", "wrong.json", "--report", "out.md")
    assert code == 1 and "the central difference is -14" in out
    assert "0 of 1 agree with yours" in (run.folder / "out.md").read_text(encoding="utf-8")
    code, _, _ = run("check", file, *fed, "--report", "out.pdf", "--timing")
    assert code == 0 and (run.folder / "out.pdf").read_bytes().startswith(b"%PDF")
    code, _, err = run("check", file, *fed, "--timing")
    assert code == 2 and "--report" in err
    code, _, err = run("check", file, *fed, "--report", "out.txt")
    assert code == 2 and ".html" in err
    code, _, err = run("check", file, *fed, "--against", "toch")
    assert code == 2 and "did you mean 'torch'" in err


def test_a_report_says_what_was_drawn_at_random(run):
    file = model(run, SPECIFIED)
    assert run("check", file, "--report", "out.md")[0] == 0
    first = (run.folder / "out.md").read_bytes()
    assert b"drawn at random, seed 0: " in first
    assert run("check", file, "--report", "out.md")[0] == 0
    assert (run.folder / "out.md").read_bytes() == first


def test_draw_marks_a_comparison_and_takes_many_examples(run):
    file = model(run, SPECIFIED)
    (run.folder / "wrong.json").write_text(json.dumps({"theta": [-7, 14]}))
    fed = ("--feed", "x=1,2", "--feed", "y=3", "--feed", "theta=.5,-.5")
    assert run("draw", file, *fed, "--show", "gradients,check", "--against", "wrong.json", "-o", "a.svg")[0] == 0
    assert r"\neq" in (run.folder / "a.svg").read_text(encoding="utf-8")
    many = ("--feed", "x=[[1,2],[3,4]]", "--feed", "y=[3,4]", "--feed", "theta=.5,-.5")
    assert run("draw", file, *many, "--batch", "x,y", "-o", "b.svg")[0] == 0
    assert r"means\ over\ 2\ examples" in (run.folder / "b.svg").read_text(encoding="utf-8")


def test_steps_are_drawn(run):
    file = model(run, SPECIFIED)
    feeds = ["--feed", "x=1,2", "--feed", "y=3", "--feed", "theta=0.5,-0.5"]
    options = ["--order", "both", *feeds, "--seconds", "2", "--title", "Both ways"]
    code, out, _ = run("steps", f"{file}:loss", *options, "-o", "build.svg", "-o", "build.tex")
    assert (code, out) == (0, "build.svg\nbuild.tex\n")
    assert "12s step-end" in (run.folder / "build.svg").read_text(encoding="utf-8")
    assert run("steps", f"{file}:loss")[:2] == (0, "loss.pdf\n")
    assert "did you mean 'backward'" in refused(run("steps", f"{file}:loss", "--order", "backwards"))
    assert "did you mean '.gif'" in refused(run("steps", f"{file}:loss", "-o", "a.giff"))
    assert "animations" in refused(run("steps", f"{file}:loss", "--seconds", "2", "-o", "a.pdf"))


TRAINED = """\
import graphviz_nn as gnn
from graphviz_nn import nn


def loss(x, y, W, b):
    return nn.cross_entropy(nn.softmax(nn.linear(x, W, b)), y)


graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)), b=gnn.parameter(2))
"""
POINTS = "a,b,colour\n" + "".join(f"{i},{-i},{'red' if i > 0 else 'blue'}\n" for i in range(-20, 20))


def test_train_prints_a_table_and_writes_what_draw_takes(run):
    name = model(run, TRAINED)
    code, out, err = run("train", name, "--data", "gaussians", "--steps", 60, "--save", "run.npz", "-o", "trained.json")
    assert (code, err) == (0, "")
    first, *rows, graph, parameters = out.splitlines()
    assert first.split() == ["step", "loss", "accuracy", "test", "loss", "test", "accuracy"]
    assert rows[-1].split()[0] == "→" and rows[-1].endswith("100.0%")
    assert (graph, parameters) == ("trained.json", "run.npz")
    assert run("draw", graph, "--view", "units", "-o", "units.svg")[0] == 0
    assert run("draw", name, "--feed", parameters, "--feed", "x=1,2", "--feed", "y=1,0", "-o", "values.svg")[0] == 0
    with np.load(run.folder / parameters) as arrays:
        np.testing.assert_array_equal(arrays["W"], gnn.load(run.folder / graph).variable("W").value)
    code, longer, err = run("train", name, "--data", "gaussians", "--steps", 90, "--resume", parameters)
    assert (code, err) == (0, "")
    assert longer.splitlines()[1].split() == rows[0].split()


def test_training_without_options_is_that_with_the_defaults_of_the_help(run):
    name = model(run, TRAINED)
    data = run("train", name, "--data", "gaussians", "--examples", 20)
    assert data[0] == 0
    for options in (("--steps", 500), ("--test", 0.5), ("--batch-size", 20), ("--seed", 0), ("--rate", 0.1)):
        assert run("train", name, "--data", "gaussians", "--examples", 20, *options) == data


def test_train_takes_a_file_and_names_its_columns(run):
    name = model(run, TRAINED)
    (run.folder / "points.csv").write_text(POINTS, encoding="utf-8")
    options = "--epochs", 20, "--batch-size", 5, "--optimizer", "adam", "--rate", "0.1,0.01", "--test", 0
    code, out, err = run("train", name, "--data", "points.csv:colour", "--columns", "a,b", *options)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1].endswith("100.0%")
    assert "column 'colour', row 1: 'blue' isn't a number" in refused(run("train", name, "--data", "points.csv:a"))
    assert "did you mean 'colour'" in refused(run("train", name, "--data", "points.csv:color"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--data", "xro"], "did you mean 'xor'"),
        (["--data", "nowhere.csv"], "can't read nowhere.csv"),
        (["--data", "bumps"], "needs classes"),
        (["--data", "xor", "--rate", "fast"], "write 0.1, or 1,0.1"),
        (["--data", "xor", "--rate", "1,2,3"], "write 0.1, or 1,0.1"),
        (["--data", "xor", "--columns", "a"], "--columns is for files"),
        (["--data", "points.csv", "--noise", "1"], "points.csv is a file"),
        (["--data", "iris", "--examples", "9"], "iris was measured"),
        (["--data", "xor", "--optimizer", "adm"], "did you mean 'adam'"),
        (["--data", "xor", "--save", "run.txt"], "write run.npz"),
        (["--data", "xor", "-o", "run.svg"], "write run.json"),
        ([], "--data"),
    ],
)
def test_train_refuses_in_one_line(run, arguments, said):
    assert said in refused(run("train", model(run, TRAINED), *arguments))


def test_train_says_what_ended_it_early(run):
    name = model(run, TRAINED)
    code, out, err = run("train", name, "--data", "xor", "--steps", 40, "--rate", "1e9")
    assert code == 0
    assert err.startswith("graphviz-nn: the loss never fell below that at the start")
    assert "→" in out.splitlines()[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--plot", "panel.bmp"], "a plot can't be written as '.bmp'"),
        (["--film", "xor.mp4"], "a film can't be written as '.mp4'"),
    ],
)
def test_a_plot_of_no_kind_is_refused_before_training(tmp_path, capsys, options, message):
    script = tmp_path / "model.py"
    script.write_text("raise SystemExit('it was run')", encoding="utf-8")
    assert main(["train", f"{script}:loss", "--data", "xor", *options]) == 2
    assert message in capsys.readouterr().err


def test_training_is_plotted_and_filmed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(
        "import graphviz_nn as gnn\n"
        "def loss(x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2))):\n"
        "    return gnn.nn.cross_entropy(gnn.nn.softmax(gnn.nn.linear(x, W)), y)\n",
        encoding="utf-8",
    )
    command = ["train", "model.py:loss", "--data", "xor", "--examples", "40", "--steps", "2"]
    assert main([*command, "--plot", "panel.svg", "--film", "xor.gif"]) == 0
    assert (tmp_path / "panel.svg").read_text(encoding="utf-8").count("<svg") == 1
    assert (tmp_path / "xor.gif").read_bytes().startswith(b"GIF89a")
    assert capsys.readouterr().out.splitlines()[-2:] == ["panel.svg", "xor.gif"]
