"""Layers as modules: their parameters, names in graphs, and sequences of them."""

import re
import subprocess
import sys

import numpy as np
import pytest
from frameworks import beside
from proofs import weights

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import ShapeError, UsageError
from graphviz_nn.transforms.fold import fold

MODULES = [
    (lambda: nn.Linear(2, 3), (2,), nn.linear),
    (lambda: nn.Linear(2, 3, bias=False), (4, 2), nn.linear),
    (nn.Sigmoid, (3,), nn.sigmoid),
    (nn.Tanh, (3,), nn.tanh),
    (nn.ReLU, (3,), nn.relu),
    (lambda: nn.LeakyReLU(0.2), (3,), lambda z: nn.leaky_relu(z, 0.2)),
    (lambda: nn.GELU("tanh"), (3,), lambda z: nn.gelu(z, "tanh")),
    (nn.SiLU, (3,), nn.silu),
    (nn.ReLU6, (3,), nn.relu6),
    (lambda: nn.ELU(0.5), (3,), lambda z: nn.elu(z, 0.5)),
    (nn.SELU, (3,), nn.selu),
    (nn.Softplus, (3,), nn.softplus),
    (lambda: nn.Softmax(0), (3, 2), lambda z: nn.softmax(z, 0)),
    (nn.LogSoftmax, (3, 2), nn.log_softmax),
    (lambda: nn.Convolution2d(1, 2, 2, padding=1), (1, 3, 3), lambda x, w, b: nn.convolution_2d(x, w, b, 1, 1)),
    (lambda: nn.Convolution1d(2, 3, 2, stride=2), (2, 5), lambda x, w, b: nn.convolution_1d(x, w, b, 2)),
    (lambda: nn.MaxPooling2d(2), (1, 4, 4), lambda x: nn.max_pooling_2d(x, 2)),
    (lambda: nn.AveragePooling2d((2, 1), 1), (1, 4, 4), lambda x: nn.average_pooling_2d(x, (2, 1), 1)),
    (nn.Flatten, (2, 3), nn.flatten),
    (lambda: nn.Dropout(0.25, training=True, seed=3), (9,), lambda x: nn.dropout(x, 0.25, True, 3)),
    (lambda: nn.LayerNorm(3), (2, 3), nn.layer_norm),
    (lambda: nn.RMSNorm(3), (2, 3), nn.rms_norm),
    (lambda: nn.BatchNorm(3), (2, 3), nn.batch_norm),
    (lambda: nn.GroupNorm(4, 2), (2, 4), lambda x, scale, shift: nn.group_norm(x, scale, shift, 2)),
    (lambda: nn.MultiHeadAttention(4, 2), (3, 4), lambda *arrays: nn.multi_head_attention(*arrays, heads=2)),
]


def classifier(**options):
    return nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 2), nn.Softmax(), **options)


def named(graph):
    return [name for name in graph.variables if name not in graph.graph["anonymous"]]


@pytest.mark.parametrize(("make", "shape", "function"), MODULES)
def test_a_module_is_its_function(make, shape, function):
    module, x = make(), np.random.default_rng(1).uniform(-1, 1, shape)
    expected = function(x, *module.parameters.values())
    np.testing.assert_array_equal(module(x), expected)
    np.testing.assert_array_equal(module(x.tolist()), expected)
    graph = gnn.trace(module, x=gnn.input(shape))
    # What is drawn anew at each run is fed as it is drawn for an array.
    random = [name for name, v in graph.leaves.items() if v.role == "random"]
    masks = {name: np.random.default_rng(module.seed).random(shape) >= module.rate for name in random}
    np.testing.assert_array_equal(gnn.evaluate(graph, masks, x=x, outputs=graph.outputs[0]), expected)
    parameters = {name: v for name, v in graph.leaves.items() if v.role == "parameter"}
    assert list(parameters) == list(module.parameters)
    for name, value in module.parameters.items():
        np.testing.assert_array_equal(parameters[name].value, value)
    assert len(fold(graph).operations) == 1


@pytest.mark.parametrize(("against", "tolerance"), [(None, 1e-6), pytest.param("torch", 1e-10, marks=beside("torch"))])
@pytest.mark.parametrize(("make", "shape", "function"), MODULES)
def test_gradients_of_a_module(make, shape, function, against, tolerance):
    graph = gnn.trace(lambda x, module=make(): np.sum(weights(np.shape(module(x))) * module(x)), x=gnn.input(shape))
    x = np.random.default_rng(1).uniform(-1, 1, shape)
    assert gnn.check_gradients(graph, x=x, against=against, tolerance=tolerance)


def test_embedding():
    module = nn.Embedding(4, 2)
    np.testing.assert_array_equal(module([3, 0]), module.parameters["E"][[3, 0]])
    graph = gnn.trace(module, x=gnn.input(2, dtype="int64"))
    np.testing.assert_array_equal(gnn.evaluate(graph, x=[3, 0], outputs=graph.outputs[0]), module([3, 0]))


CELLS = [
    (lambda: nn.RNNCell(2, 3), nn.rnn_cell, 1),
    (lambda: nn.GRUCell(2, 3, bias=False), nn.gru_cell, 1),
    (lambda: nn.LSTMCell(2, 3), nn.lstm_cell, 2),
]


@pytest.mark.parametrize(("make", "function", "states"), CELLS)
def test_a_cell_is_its_function(make, function, states):
    cell, generator = make(), np.random.default_rng(1)
    given = [generator.uniform(-1, 1, size) for size in (2, *[3] * states)]
    expected = function(*given, *cell.parameters.values())
    np.testing.assert_array_equal(cell(*given), expected)
    names = ["x", "hidden", "cell"][: len(given)]
    graph = gnn.trace(cell, **{n: gnn.input(len(v)) for n, v in zip(names, given, strict=True)})
    found = [gnn.evaluate(graph, dict(zip(names, given, strict=True)), outputs=output) for output in graph.outputs]
    np.testing.assert_array_equal(found if states > 1 else found[0], expected)
    assert len(fold(graph).operations) == 1


def test_every_class_is_tested():
    classes = {name for name in nn.__all__ if name[0].isupper()}
    tested = {type(make()).__name__ for make, *_ in [*MODULES, *CELLS]}
    assert classes - tested == {"Embedding", "Module", "Sequential"}


def test_names_in_a_sequential():
    graph = gnn.trace(classifier(), x=gnn.input(2))
    assert named(graph) == ["x", "W1", "b1", "z1", "a1", "W2", "b2", "z2", "p"]
    assert graph.outputs == ("p",)
    assert [operation.op for operation in fold(graph).operations.values()] == ["linear", "sigmoid", "linear", "softmax"]


def test_one_layer_with_parameters_isnt_numbered():
    model = nn.Sequential(nn.Linear(2, 1), nn.Tanh())
    assert named(gnn.trace(model, x=gnn.input(2))) == ["x", "W", "b", "z", "a"]
    assert list(model.parameters) == ["W", "b"]


def test_the_last_result_takes_the_name_in_the_code():
    model = classifier()

    def loss(x, y):
        guess = model(x)
        return nn.cross_entropy(guess, y)

    graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2))
    assert named(graph) == ["x", "y", "W1", "b1", "z1", "a1", "W2", "b2", "z2", "guess", "loss"]


def test_a_loss_of_a_model():
    model = classifier()

    def loss(x, y):
        return nn.cross_entropy(model(x), y)

    graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2))
    feeds = {"x": [0.3, -0.4], "y": [1.0, 0.0]}
    assert named(graph)[-2:] == ["p", "loss"]
    assert gnn.evaluate(graph, feeds, outputs="loss") == pytest.approx(nn.cross_entropy(model([0.3, -0.4]), [1.0, 0.0]))
    assert gnn.check_gradients(graph, feeds)
    _, gradients = gnn.value_and_gradient(graph, feeds)
    assert list(gradients) == list(model.parameters)


def test_a_model_called_twice_shares_its_parameters():
    model = classifier()
    graph = gnn.trace(lambda x, y: np.sum((model(x) - model(y)) ** 2), x=gnn.input(2), y=gnn.input(2))
    assert [n for n, v in graph.leaves.items() if v.role == "parameter"] == ["W1", "b1", "W2", "b2"]
    assert [name for name in named(graph) if name.startswith("z1")] == ["z1_1", "z1_2"]
    assert gnn.check_gradients(graph, x=[0.3, -0.4], y=[0.1, 0.2])


def test_two_models_have_their_own_parameters():
    first, second = nn.Linear(2, 2), nn.Linear(2, 2, seed=1)
    graph = gnn.trace(lambda x: second(first(x)), x=gnn.input(2))
    assert [n for n, v in graph.leaves.items() if v.role == "parameter"] == ["W1", "b1", "W2", "b2"]


def test_a_layer_that_comes_twice_is_one():
    layer = nn.Linear(2, 2)
    model = nn.Sequential(layer, nn.ReLU(), layer)
    assert list(model.parameters) == ["W", "b"]
    graph = gnn.trace(model, x=gnn.input(2))
    assert [v.role for v in graph.leaves.values()] == ["input", "parameter", "parameter"]


def test_seeds_choose_the_parameters():
    for one, other in ((classifier(), classifier()), (nn.Linear(2, 3), nn.Linear(2, 3, seed=0))):
        for name, value in one.parameters.items():
            np.testing.assert_array_equal(value, other.parameters[name])
    assert not np.array_equal(classifier().parameters["W1"], classifier(seed=1).parameters["W1"])
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    assert not np.array_equal(model.parameters["W1"], model.parameters["W2"])
    np.testing.assert_array_equal(model.parameters["W2"], nn.Linear(2, 2, seed=[0, 1]).parameters["W"])


def test_a_layer_keeps_what_it_has_learned():
    layer = nn.Linear(2, 2)
    layer.parameters["W"][:] = 7
    model = nn.Sequential(nn.Tanh(), layer)
    assert (model.parameters["W"] == 7).all()
    model.parameters["W"] -= 1
    assert (layer.parameters["W"] == 6).all()


def test_initial_values_lie_within_their_bounds():
    weight = nn.Linear(100, 50).parameters["W"]
    assert np.abs(weight).max() <= 0.1
    assert np.std(weight) == pytest.approx(0.1 / np.sqrt(3), rel=0.05)


def test_any_callable_is_a_layer():
    def double(x):
        return 2 * x

    model = nn.Sequential(nn.Linear(2, 2), double, lambda x: np.sum(x))
    graph = gnn.trace(model, x=gnn.input(2))
    assert named(graph)[:4] == ["x", "W", "b", "z"]
    assert gnn.evaluate(graph, x=[1.0, 2.0], outputs=graph.outputs[0]) == pytest.approx(model([1.0, 2.0]))


def test_a_module_of_ones_own():
    class Scale(nn.Module):
        symbol = "s{}"

        def initial(self, generator):
            return {"c": generator.uniform(size=())}

        def compute(self, x, factor):
            return factor * x

    model = nn.Sequential(Scale(), nn.Linear(2, 2))
    assert named(gnn.trace(model, x=gnn.input(2))) == ["x", "c1", "s1", "W2", "b2", "z2"]
    with pytest.raises(UsageError, match="Module has no method compute"):
        nn.Module()(1.0)


def test_a_sequential_is_a_sequence():
    model = classifier()
    assert len(model) == 4
    assert model[0] is model.layers[0]
    assert model[-1] is model.layers[-1]
    assert len(model[:2]) == 2
    np.testing.assert_array_equal(model[:2]([1.0, 2.0]), nn.sigmoid(model[0]([1.0, 2.0])))
    assert repr(nn.Sequential(nn.Linear(2, 3), nn.Softmax(), np.sum)) == (
        "Sequential(\n    Linear(inputs=2, outputs=3, bias=True),\n    Softmax(axis=-1),\n    sum,\n)"
    )


def test_a_sequential_in_another_gives_its_layers():
    inner = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), seed=5)
    model = nn.Sequential(inner, nn.Linear(3, 1))
    assert list(model.parameters) == ["W1", "b1", "W2", "b2"]
    assert model.parameters["W1"] is inner.parameters["W"]


def test_batch_norm_takes_what_was_measured():
    layer = nn.BatchNorm(2, mean=np.zeros(2), variance=np.ones(2))
    np.testing.assert_allclose(layer([1.0, 2.0]), np.array([1.0, 2.0]) / np.sqrt(1 + 1e-5))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: nn.Linear(-1, 2), "Linear (test_modules.py:%d): inputs must be a whole number of at least 1, found"),
        (lambda: nn.Linear(2, 1.5), "Linear (test_modules.py:%d): outputs must be a whole number of at least 1"),
        (lambda: nn.Linear(2, True), "outputs must be a whole number of at least 1, found True"),
        (lambda: nn.Embedding(0, 2), "rows must be a whole number of at least 1, found 0"),
        (lambda: nn.Convolution2d(1, 2, (2, 0)), "window must be a whole number of at least 1, found 0"),
        (lambda: nn.Convolution2d(1, 2, 2, padding=-1), "padding must be a whole number of at least 0, found -1"),
        (lambda: nn.MaxPooling2d("2"), "window must be a whole number of at least 1, found '2'"),
        (lambda: nn.AveragePooling2d(2, 0), "stride must be a whole number of at least 1, found 0"),
        (lambda: nn.Dropout(1.5), "the rate must be at least 0 and below 1, found 1.5"),
        (lambda: nn.MultiHeadAttention(3, 2), "2 heads don't divide a width of 3"),
        (lambda: nn.Sequential(), "has no layers"),
        (lambda: nn.Sequential(nn.Linear(2, 3), nn.Sigmoid), "layer 1 is the class Sigmoid; write Sigmoid(…)"),
        (lambda: nn.Sequential([nn.Sigmoid()]), "layer 0 can't be called"),
        (lambda: nn.Sequential(nn.Sigmoid(), seed=0.5), "seed must be a whole number of at least 0, found 0.5"),
    ],
)
def test_bad_sizes_are_refused(make, says):
    line = make.__code__.co_firstlineno
    with pytest.raises(UsageError, match=re.escape(says.replace("%d", str(line)))):
        make()


def test_a_wrong_input_names_the_layer_and_the_line():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(2, 1))
    says = r"linear \(test_modules.py:\d+\): the weight \(1, 2\) takes 2 entries, but x has shape \(3,\)"
    with pytest.raises(ShapeError, match=says):
        model([1.0, 2.0])
    with pytest.raises(ShapeError, match=says):
        gnn.trace(model, x=gnn.input(2))


def test_the_package_is_imported_when_it_is_used():
    code = (
        "import sys, graphviz_nn as g; assert 'graphviz_nn.nn' not in sys.modules; "
        "g.nn.linear; from graphviz_nn import nn; assert nn is g.nn"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_module_of_plain_arrays_learns_while_a_function_is_traced():
    positions = nn.Embedding(5, 3)
    graph = gnn.trace(lambda x: x + positions(np.arange(5)), x=gnn.input((5, 3)))
    assert {name: v.role for name, v in graph.leaves.items()} == {"x": "input", "E": "parameter"}
    loss = gnn.trace(lambda x: np.sum(x + positions(np.arange(5))), x=gnn.input((5, 3)))
    np.testing.assert_array_equal(
        gnn.evaluate(gnn.gradient(loss), x=np.zeros((5, 3)), outputs="grad_E"), np.ones((5, 3))
    )
    assert isinstance(positions(np.arange(5)), np.ndarray)
