"""A run on shapes gives the graph of an export, or doubts."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from frameworks import beside

import graphviz_nn as gnn
from graphviz_nn.importers.python_file import run

pytestmark = list(beside("torch"))
torch = pytest.importorskip("torch")
nn = torch.nn

from families import FAMILIES, family  # noqa: E402 (they need torch)
from zoo import Of, models  # noqa: E402

from graphviz_nn.importers.pytorch import model as importer  # noqa: E402
from graphviz_nn.importers.pytorch.rehearsal import Doubt, rehearsed  # noqa: E402

ZOO = models()
GALLERY = Path(__file__).parents[3] / "examples" / "gallery"
SMALL = ("graph_convolution", "inception", "mixture_of_experts", "siamese", "vae")
WRITING = {"attention by hand", "in place"}
X = torch.linspace(-1, 1, 6, dtype=torch.float64).reshape(2, 3)


def of_gallery(name, monkeypatch):
    """The model of a script, and its example."""
    found = []
    monkeypatch.setattr(gnn, "draw", lambda model, example, **_: found.append((model, example)))
    monkeypatch.syspath_prepend(str(GALLERY))
    run(GALLERY / f"{name}.py").picture()
    model, example = found[0]
    return model, example if isinstance(example, tuple) else (example,)


def by_export(model, *examples, monkeypatch):
    def doubted(*_):
        raise Doubt("always")

    with monkeypatch.context() as here:
        here.setattr(importer, "rehearsed", doubted)
        return gnn.trace(model, *examples)


def by_rehearsal(model, *examples, monkeypatch):
    def unneeded(*_, **__):
        raise AssertionError("exported")

    with monkeypatch.context() as here:
        here.setattr(torch.export, "export", unneeded)
        here.setattr(importer, "graph_of_run", unneeded)
        return gnn.trace(model, *examples)


def same(graph, other):
    """Equal in all but lines: an export knows only those within forward."""

    def facts(each):
        return {name: dataclasses.replace(operation, source=None) for name, operation in each.operations.items()}

    assert facts(graph) == facts(other)
    assert sorted(graph.edges) == sorted(other.edges)
    assert list(graph.variables.items()) == list(other.variables.items())
    assert {**graph.graph, "original": None} == {**other.graph, "original": None}
    for name, leaf in graph.leaves.items():
        if leaf.role == "parameter" and leaf.value is not None:
            assert np.shares_memory(leaf.value, other.variable(name).value)


@pytest.mark.parametrize("name", [each for each in ZOO if each not in WRITING])
def test_usual_models_have_the_graph_of_their_export(name, monkeypatch):
    model, examples = ZOO[name]
    kept = {key: each.clone() for key, each in model.state_dict().items()}
    same(by_rehearsal(model, *examples, monkeypatch=monkeypatch), by_export(model, *examples, monkeypatch=monkeypatch))
    assert all(torch.equal(kept[key], each) for key, each in model.state_dict().items())


@pytest.mark.parametrize("name", SMALL)
def test_models_of_the_gallery_have_the_graph_of_their_export(name, monkeypatch):
    model, examples = of_gallery(name, monkeypatch)
    same(by_rehearsal(model, *examples, monkeypatch=monkeypatch), by_export(model, *examples, monkeypatch=monkeypatch))


@pytest.mark.parametrize("name", [each for each in FAMILIES if each not in WRITING])
def test_every_family_of_operators_needs_no_export(name, monkeypatch):
    # Its values and gradients are compared in test_operators.
    module, examples = family(name)
    assert not by_rehearsal(module, *examples, monkeypatch=monkeypatch).remarks


def written_as_a_view(x):
    y = x * 2
    y.view(-1).mul_(3)
    return y


def written_behind(x):
    y = x * 2
    part = y[0]
    y.add_(1)
    return part + y[1]


def detached(x):
    y = x * 2
    y.detach().add_(1)
    return y


def put(x):
    y = x * 2
    y[0] = 1
    return y


def many(x):
    parts = [x * 2, x * 3]
    torch._foreach_add_(parts, 1.0)
    return parts[0] + parts[1]


def without_gradients(x):
    with torch.no_grad():
        y = x * 2
    return x * y


DOUBTED = {
    "a view": written_as_a_view,
    "behind a view": written_behind,
    "detached": detached,
    "part": put,
    "several at once": many,
    "out": lambda x: torch.add(x, 1, out=torch.empty_like(x)),
    "data": lambda x: x.data + 1,
    "numpy": lambda x: x + float(np.sum(x.detach().numpy())),
    "a number": lambda x: x * x.sum().item(),
    "a branch": lambda x: x if x.sum() > 0 else -x,
    "a mask": lambda x: x[x > 0],
    "gradients": without_gradients,
    "a strange module": lambda x, hidden=(nn.Linear(3, 3).double(),): hidden[0](x),
    "a strange tensor": lambda x, hidden=(X * 2,): x * hidden[0],
    "a function of functions": lambda x: torch.vmap(torch.sin)(x),
    "gradient": lambda x: torch.autograd.grad((x * x.new_ones(3).requires_grad_()).sum(), x, allow_unused=True)[0],
}


@pytest.mark.parametrize("name", DOUBTED)
def test_what_a_run_on_shapes_cant_see_is_doubted(name):
    with pytest.raises((Doubt, RuntimeError, TypeError, NotImplementedError)):
        rehearsed(Of(DOUBTED[name]), (X,), {})


@pytest.mark.parametrize("name", ["behind a view", "detached", "part", "gradients"])
def test_what_is_doubted_has_the_values_of_its_export(name):
    graph = gnn.trace(Of(DOUBTED[name]), X)
    found = gnn.evaluate(graph, arguments_0=X.numpy(), outputs=graph.outputs[0])
    np.testing.assert_array_equal(found, DOUBTED[name](X).numpy())


class Keeping(nn.Module):
    """Keeps what it computes, and moves a buffer on."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(3, dtype=torch.float64))
        self.kept, self.scale = None, torch.full((3,), 2.0, dtype=torch.float64)

    def forward(self, x):
        self.kept = x * self.scale
        self.mean = 0.9 * self.mean + 0.1 * self.kept.mean(0)
        return self.kept - self.mean + torch.tensor([1.0, 2.0, 3.0], device=x.device, dtype=x.dtype)


def test_a_module_keeps_nothing_of_a_run_on_shapes(monkeypatch):
    model = Keeping()
    before = model.mean
    graph = by_rehearsal(model, X, monkeypatch=monkeypatch)
    assert (model.kept, model.mean is before, before.tolist()) == (None, True, [0.0] * 3)
    assert {name: each.role for name, each in graph.leaves.items()} == {
        **dict.fromkeys(("mean", "scale", "lifted_tensor_0"), "constant"),
        "x": "input",
    }
    np.testing.assert_array_equal(gnn.evaluate(graph, x=X.numpy(), outputs="output"), model(X).numpy())


def test_lines_are_those_of_functions_within_forward(monkeypatch):
    def inner(x):
        return torch.sin(x)

    graph = by_rehearsal(Of(lambda x: inner(x) + 1), X, monkeypatch=monkeypatch)
    line = inner.__code__.co_firstlineno + 1
    assert graph.operation("sin").source == gnn.graph.ir.Source("test_rehearsal.py", line)


def test_a_result_has_its_name_rather_than_a_step_before_it():
    def model(x):
        found = torch.sin(x)
        return {"found": found + 1}

    assert gnn.trace(Of(model), X).outputs == ("found",)
