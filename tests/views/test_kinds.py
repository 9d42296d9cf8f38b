"""One meaning per colour: losses look like losses in every view."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.style.symbols import symbols
from graphviz_nn.views import detailed
from graphviz_nn.views.kinds import LOSSES, kinds

DATA = {"x": gnn.input((6, 3)), "y": gnn.target((6, 2)), "W": gnn.parameter((3, 2))}


def cost(x, y, W):
    return nn.cross_entropy(nn.softmax(x @ W), y)


def by_hand(x, y, W):
    return -np.mean(np.sum(y * np.log(nn.softmax(x @ W)), axis=-1))


WITH_MORE = [
    lambda x, y, W: cost(x, y, W) + 0.1 * np.sum(W**2),
    lambda x, y, W: np.sum(np.abs(W)) / 12 + by_hand(x, y, W),
    lambda x, y, W: 0.5 * cost(x, y, W) - 0.1 * np.mean(np.log(nn.softmax(x @ W))),
    lambda x, y, W: np.reshape(cost(x, y, W), (1, 1)) + 0.1 * np.sum(W**2),
    lambda x, y, W: np.squeeze(np.reshape(by_hand(x, y, W), (1, 1))),
    lambda x, y, W: (cost(x, y, W) + cost(x - 1.0, y, W)) / 2,
    lambda x, y, W: np.mean(np.stack([cost(x, y, W), cost(-x, y, W)])),
]


@pytest.mark.parametrize("model", WITH_MORE)
@pytest.mark.parametrize("view", ["layers", "compact"])
def test_a_loss_with_a_penalty_is_a_loss(view, model):
    shapes = gnn.draw(gnn.trace(model, **DATA), view=view).panels[0].diagram.shapes
    found = {shape.name: shape.kind for shape in shapes}
    losses = [name for name in found if "cross_entropy" in name]
    assert losses
    assert {found[name] for name in losses} == {"loss"}
    assert "y" not in found


@pytest.mark.parametrize("model", WITH_MORE)
def test_without_the_loss_there_is_what_is_predicted(model):
    shapes = gnn.draw(gnn.trace(model, **DATA), view="arrows").panels[0].diagram.shapes
    assert "loss" not in {shape.kind for shape in shapes}
    assert shapes[0].name == "x"
    assert {shape.label for shape in shapes if shape.kind == "data"} >= {"x", "z^{(1)}", "p"}
    assert {shape.name.partition("_")[0] for shape in shapes if shape.kind == "operation"} <= {"negative", "subtract"}


@pytest.mark.parametrize(
    "model",
    [
        lambda x, y, W: x @ W - np.mean(cost(x, y, W)) * np.ones((6, 2)),
        lambda x, y, W: np.exp(cost(x, y, W)),
        lambda x, y, W: (x @ W) * cost(x, y, W),
    ],
)
def test_what_is_no_term_of_the_number_that_comes_out_is_no_loss(model):
    found = kinds(detailed("layers", gnn.trace(model, **DATA)))
    assert "loss" not in found.values()


def test_one_unit_is_no_loss_and_a_loss_of_one_entry_is():
    unit = gnn.trace(lambda x, W: nn.sigmoid(W @ x), x=gnn.input((3, 1)), W=gnn.parameter((1, 3)))
    logistic = gnn.trace(
        lambda x, y, W: -(y * np.log(nn.sigmoid(W @ x)) + (1 - y) * np.log(1 - nn.sigmoid(W @ x))),
        x=gnn.input((3, 1)),
        y=gnn.target((1, 1)),
        W=gnn.parameter((1, 3)),
    )
    for view in ("operations", "layers"):
        for graph, kind in ((unit, "data"), (logistic, "loss")):
            shapes = gnn.draw(graph, view=view).panels[0].diagram.shapes
            assert [shape.kind for shape in shapes if shape.name == graph.outputs[0]] == [kind]


def test_a_loss_by_name_needs_no_target():
    autoencoder = gnn.trace(lambda x, W: nn.squared_error(W.T @ (W @ x), x), x=gnn.input(3), W=gnn.parameter((2, 3)))
    assert kinds(detailed("layers", autoencoder))["squared_error"] == "loss"


def test_a_part_of_the_loss_is_told_from_the_whole():
    def total(x, y, W):
        loss = cost(x, y, W)
        return loss + 0.1 * np.sum(W**2)

    named = symbols(gnn.draw(gnn.trace(total, **DATA), view="layers").graph)
    unnamed = symbols(gnn.draw(gnn.trace(WITH_MORE[0], **DATA), view="layers").graph)
    assert list(named.values())[-1] == r"\mathrm{total\ loss}"
    assert r"\ell" in unnamed.values()
    assert list(unnamed.values())[-1] == r"\mathrm{loss}"


def test_a_sum_of_steps_that_a_loss_takes_too_is_no_loss():
    total = gnn.trace(lambda x, w: np.sum(np.where(x > 0, x * w, 0.0)), x=gnn.input(3), w=gnn.parameter(3))
    assert list(symbols(total).values())[-1] == r"\mathrm{output}"


@gnn.function
def scaled(z, scale):
    return np.tanh(z / scale)


@pytest.mark.parametrize("units", [1, 2, 3])
def test_data_of_the_script_make_no_loss_of_a_network_with_however_many_units(units):
    scale = np.arange(2.0, 2.0 + units)
    graph = gnn.trace(lambda x, W: scaled(W @ x, scale), x=gnn.input(3), W=gnn.parameter((units, 3)))
    assert kinds(detailed("layers", graph))["scaled"] == "function"
    for view in ("operations", "layers", "compact"):
        assert "loss" not in {shape.kind for shape in gnn.draw(graph, view=view).panels[0].diagram.shapes}


def test_noise_that_a_generator_begins_with_is_data_and_beside_data_it_is_hidden():
    def generator(W, b):
        return np.tanh(W @ gnn.random(3, label="noise") + b)

    def dropped(x, W, b):
        return nn.dropout(np.tanh(W @ x + b), 0.5)

    specs = {"W": gnn.parameter((4, 3)), "b": gnn.parameter(4)}
    made = gnn.trace(generator, **specs)
    assert drawn(made) == {"random", "linear", "tanh"}
    assert drawn(gnn.trace(dropped, x=gnn.input(3), **specs)) == {"x", "linear", "tanh", "dropout"}


def drawn(graph):
    """The operations and leaves of a compact picture."""
    seen = detailed("layers", graph)
    names = [shape.name for shape in FORMS["compact"](seen, Shown()).shapes]
    leaves = {name: variable.role if variable.role == "random" else name for name, variable in seen.leaves.items()}
    steps = {name: operation.op for name, operation in seen.operations.items()}
    return {{**leaves, **steps}[name] for name in names if name in {**leaves, **steps}}


def test_what_depends_on_parameters_is_no_target():
    """The weights of bells times how likely they make the target is no cross-entropy."""

    def bells(x, y, A, B):
        weights = nn.softmax(A @ x)
        likely = np.exp(-0.5 * (y - B @ x) ** 2)
        return -np.log(weights @ likely)

    graph = gnn.trace(bells, x=gnn.input(2), y=gnn.target(()), A=gnn.parameter((3, 2)), B=gnn.parameter((3, 2)))
    assert "cross_entropy" not in [operation.op for operation in detailed("layers", graph).operations.values()]


def test_helpers_of_losses_are_no_losses():
    assert "cross_entropy" in LOSSES
    assert not [name for name in LOSSES if name.startswith("_") or name not in nn.__all__]
