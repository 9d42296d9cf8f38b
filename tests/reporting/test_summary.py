"""The counts of a model, and the files that they are written to."""

import csv
import re

import numpy as np
import pytest
from frameworks import needs

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.cli import main


@gnn.function
def block(x, W, b):
    return x + nn.relu(nn.linear(x, W, b))


def model(x, W, b, V):
    return nn.linear(block(block(x, W, b), W, b), V) / np.sqrt(3.0)


SPECS = {"x": gnn.input((8, 4)), "W": gnn.parameter((4, 4)), "b": gnn.parameter(4), "V": gnn.parameter((3, 4))}


@pytest.fixture
def graph():
    return gnn.trace(model, **SPECS)


def test_counts_are_those_by_hand(graph):
    total = gnn.summary(graph).total
    assert (total.parameters, total.multiply_adds) == (16 + 4 + 12, 2 * 8 * 4 * 4 + 8 * 3 * 4)
    # What a layer computes, the sums of the blocks, and the last division.
    assert total.memory == 8 * (2 * (32 + 32 + 32) + 24 + 24)


def test_shared_parameters_count_once(graph):
    rows = [each for each in gnn.summary(graph) if each.kind == "block"]
    assert [each.parameters for each in rows] == [20, 0]
    assert [each.multiply_adds for each in rows] == [128, 128]


def test_depth_closes_modules(graph):
    assert {each.depth for each in gnn.summary(graph)} == {0, 1}
    closed = gnn.summary(graph, depth=0)
    assert [each.kind for each in closed] == ["block", "block", "linear"]
    assert closed.total == gnn.summary(graph).total
    with pytest.raises(gnn.errors.UsageError, match="depth= must be"):
        gnn.summary(graph, depth=-1)


def test_formulas_written_out_are_layers():
    found = gnn.summary(gnn.trace(lambda x, W: 1 / (1 + np.exp(-(W @ x))), x=gnn.input(2), W=gnn.parameter((3, 2))))
    assert [each.kind for each in found] == ["linear", "sigmoid"]
    assert [each.parameters for each in found] == [6, 0]


def test_files_hold_every_row(graph, tmp_path):
    found = gnn.summary(graph)
    for suffix in (".txt", ".md", ".csv", ".tex"):
        gnn.summary(graph, tmp_path / f"s{suffix}")
    with (tmp_path / "s.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["parameters"]) for row in rows] == [each.parameters for each in (*found, found.total)]
    assert (tmp_path / "s.txt").read_text(encoding="utf-8") == f"{found}\n"
    tex = (tmp_path / "s.tex").read_text(encoding="utf-8")
    assert len(re.findall(r"\\\\$", tex, re.MULTILINE)) == len(found) + 2 and r"\toprule" in tex
    with pytest.raises(gnn.errors.UsageError, match=r"can't be written as '.docx'"):
        gnn.summary(graph, tmp_path / "s.docx")


def test_names_are_no_markup(tmp_path):
    def named(x, W):
        return np.tanh(nn.linear(x, W))

    named.__name__ = "a_<b>_$x$_|"
    graph = gnn.trace(lambda x, W: gnn.function(named)(x, W), x=gnn.input(2), W=gnn.parameter((2, 2)))
    found = gnn.summary(graph)
    assert "<b>" not in found._repr_html_()
    gnn.summary(graph, tmp_path / "s.tex")
    assert "$x$" not in (tmp_path / "s.tex").read_text(encoding="utf-8")
    gnn.summary(graph, tmp_path / "s.md")
    assert "<b>" not in (tmp_path / "s.md").read_text(encoding="utf-8").replace(r"\<b\>", "")


def test_the_command_prints_and_writes(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = ["import graphviz_nn as gnn", "def model(x=gnn.input(2), W=gnn.parameter((3, 2))):", "    return W @ x"]
    (tmp_path / "m.py").write_text("\n".join(lines), encoding="utf-8")
    assert main(["summary", "m.py"]) == 0
    assert "total" in capsys.readouterr().out
    assert main(["summary", "m.py", "s.csv", "--depth", "1"]) == 0
    assert "linear" in (tmp_path / "s.csv").read_text(encoding="utf-8")


@needs("torch")
def test_parameters_are_those_that_torch_counts():
    import torch

    layers = torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(), torch.nn.Linear(64, 5)
    net = torch.nn.Sequential(*layers).eval()
    for each in net[0].parameters():
        each.requires_grad_(False)
    found = gnn.summary(net, example=torch.zeros(1, 3, 6, 6))
    learned = sum(each.numel() for each in net.parameters() if each.requires_grad)
    frozen = sum(each.numel() for each in net.parameters() if not each.requires_grad)
    assert (found.total.parameters, found.total.fixed) == (learned, frozen + 4 + 4)
    assert found.total.multiply_adds == 4 * 4 * 4 * 27 + 64 * 5
    assert [each.kind for each in found][:2] == ["Conv2d", "BatchNorm2d"]
