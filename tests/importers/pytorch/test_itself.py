"""A module beside its graph: its own backward pass, and the numbers of its examples."""

import numpy as np
import pytest
from frameworks import beside

import graphviz_nn as gnn
from graphviz_nn.errors import GradientError, NonFiniteError

pytestmark = list(beside("torch"))
torch = pytest.importorskip("torch")
nn = torch.nn
X = torch.linspace(-1, 1, 6).reshape(2, 3)


class Wrong(torch.autograd.Function):
    """A square whose author forgot the 2."""

    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(context, slope):
        (x,) = context.saved_tensors
        return slope * x


class Loss(nn.Module):
    def __init__(self, square):
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second, self.norm = nn.Linear(3, 3), nn.Linear(3, 3), nn.BatchNorm1d(3)
        self.second.weight = self.first.weight
        self.square = square

    def forward(self, pair, scale=2):
        h = self.norm(self.second(torch.tanh(self.first(pair["x"]))) * scale)
        return {"loss": self.square(h - pair["y"]).mean(), "h": h}


PAIR = {"x": X, "y": X.flip(0)}


def rows(report):
    return {row.name: row.verdict for row in report.rows}


def test_a_module_is_compared_with_its_own_backward_pass():
    model = Loss(lambda z: z**2)
    statistics = model.norm.running_mean.clone()
    report = gnn.check_gradients(model, example=(PAIR,), against="torch")
    assert report.passed and "torch differentiated Loss itself, not its graph" in report.notes
    # Tied weights are one, the statistics of a batch stay, and nothing else changes in the module.
    assert {"first.weight", "first.bias", "second.bias", "norm.weight"} < {*rows(report)}
    assert torch.equal(statistics, model.norm.running_mean) and torch.get_default_dtype() == torch.float32
    assert all(each.grad is None for each in model.parameters())


def test_a_wrong_backward_pass_of_a_module_is_found():
    graph = gnn.trace(Loss(Wrong.apply), PAIR)
    report = gnn.check_gradients(graph, pair_x=PAIR["x"], pair_y=PAIR["y"], against="torch", wrt=["first.weight"])
    assert rows(report) == {"first.weight": "differs"} and "2 times too small" in " ".join(report.hints)
    # What computes the same forwards, but isn't the module, has no such fault.
    assert gnn.check_gradients(graph, pair_x=X, pair_y=X, against="torch", of="loss", wrt=["h"]).passed
    copy = graph.copy()
    assert gnn.check_gradients(copy, pair_x=X, pair_y=PAIR["y"], against="torch", wrt=["first.weight"]).passed


def test_what_a_module_draws_itself_is_compared_by_its_graph():
    graph = gnn.trace(nn.Sequential(nn.Linear(3, 1), nn.Dropout(0.5)).train(), X[:1])
    noise = {name: np.ones(leaf.shape) for name, leaf in graph.leaves.items() if leaf.role == "random"}
    report = gnn.check_gradients(graph, {"input": X[:1], **noise}, against="torch")
    assert report.passed and not any("itself" in note for note in report.notes)


def test_a_module_that_needs_single_precision_says_so():
    class Single(nn.Module):
        def forward(self, x):
            return (torch.ones(3, dtype=torch.float32) @ x).sum()

    with pytest.raises(GradientError, match=r"Single itself can't be run in float64, .* \(RuntimeError: .*dtype"):
        gnn.check_gradients(Single(), example=X.T.contiguous(), against="torch")


class Head(nn.Module):
    def forward(self, x):
        return torch.log(x - 1).sum()


def test_the_first_step_that_is_not_finite_has_its_module_and_line():
    model = nn.Sequential(nn.Linear(3, 3), Head()).requires_grad_(False)
    with pytest.raises(NonFiniteError, match=r"is nan.*: log in 1 \(test_itself\.py:\d+\) gives nan of -1"):
        gnn.evaluate(nn.Sequential(nn.ReLU(), Head()), example=-X.abs(), finite=True)
    with pytest.warns(gnn.errors.NumericalWarning, match=r"log in 1 \(test_itself"):
        gnn.evaluate(model, example=-X * 1e3, outputs="output")


def test_an_example_elsewhere_comes_to_the_module():
    with torch.device("meta"):
        model = nn.Linear(3, 2)
    assert gnn.trace(model, X).variable("output").shape == (2, 2)
    assert gnn.evaluate(gnn.trace(model, X), input=X, weight=np.ones((2, 3)), bias=[0, 1])["output"].shape == (2, 2)
