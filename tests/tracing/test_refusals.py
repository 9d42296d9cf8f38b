"""Errors for untraceable code name the line and a replacement."""

import math
from types import ModuleType

import numpy as np
import pytest
from frameworks import needs
from numpy import array

import graphviz_nn as gnn
from graphviz_nn.errors import Error, TracingError, UsageError
from graphviz_nn.tracing.foreign import framework_of

TABLE = np.arange(6.0).reshape(3, 2)


def store(x):
    z = np.zeros(3)
    z[0] = x[0]
    return z


def store_in_a_loop(x):
    z = np.zeros((2, 2))
    for i in range(2):
        z[i, :] += x * i
    return z


def store_all(x):
    z = np.zeros(2)
    z[:] = x
    return z


def store_in_objects(x):
    z = np.empty(2, dtype=object)
    z[0], z[1] = x[0], x[1]
    return x * z


def store_one_of_two(x):
    z = np.zeros(2)
    z[...], other = x, 1
    return z + other


def from_a_list(x):
    return [x, 2 * x][x.astype("int64")[0]]


def without_shape(x):
    x.shape = (2, 1)
    return x


# What is written, and words that the error has.
REFUSED = {
    "stored": (store, "graphviz_nn.zeros(shape)", "stored in a plain array"),
    "stored in a loop": (store_in_a_loop, "graphviz_nn.zeros(shape)", "stored in a plain array"),
    "stored whole": (store_all, "np.stack", "stored in a plain array"),
    "stored beside another": (store_one_of_two, "np.stack", "stored in a plain array"),
    "list reduced": (lambda x: np.add.reduce([x, x]), "np.array([a, b])", "np.add.reduce can't take"),
    "list of a ufunc": (lambda x: np.exp([x[0], 1.0]), "np.array([a, b])", "np.exp can't take"),
    "list beside an array": (lambda x: TABLE @ [x[0], 1.0], "np.array([a, b])", "NumPy array"),
    "ragged list": (lambda x: np.array([[x[0]], [x[1], 1.0]]), "equally long", "(1,) and (2,)"),
    "ragged numbers": (lambda x: x * [[1.0], [2.0, 3.0]], "equally long", "different lengths"),
    "objects": (lambda x: np.array([x[0], 1.0], dtype=object), "graphviz_nn.zeros", "array of objects"),
    "buffer of objects": (store_in_objects, "graphviz_nn.zeros", "array of objects"),
    "numbers as objects": (lambda x: x * np.array([1, 2], dtype=object), "astype(float)", "found object"),
    "table by index": (lambda x: TABLE[x.astype("int64")], "constant(table)", "indexed by a traced value"),
    "table by one index": (lambda x: TABLE[x[0].astype("int64")], "constant(table)", "indexed by a traced value"),
    "take of a table": (lambda x: np.take(TABLE, x.astype("int64"), axis=0), "constant(table)", "np.take"),
    "list by index": (from_a_list, "np.stack(arrays)[i]", "Python number"),
    "digits": (lambda x: f"{x[0]:.2f}", "gnn.evaluate", "'.2f'"),
    "r_ of words": (lambda x: np.r_["0,2", x, x], "np.concatenate or np.stack", "np.r_"),
    "nearest": (lambda x: np.polydiv(x, x), "nearest that can be: np.poly", "np.polydiv can't be traced"),
    "of unknown size": (lambda x: np.nonzero(x), "np.where(condition, x, 0)", "depends on the numbers"),
    "weights": (lambda x: np.quantile(x, 0.5, weights=x, method="inverted_cdf"), "leave it out", "weights="),
    "float": (lambda x: float(x[0]), "the traced value itself", "Python number"),
    "float32": (lambda x: np.float32(x), "x.astype('float32')", "np.float32"),
    "int16": (lambda x: np.int16(x), "x.astype('int16')", "np.int16"),
    "math": (lambda x: math.exp(x[0]), "write np.exp", "Python number"),
    "array by its name": (lambda x: array([x[0], 1.0]), "import numpy as np", "np.array"),
    "range": (lambda x: [0 for _ in range(x[0])], "isn't traced", "Python number"),
    "max": (lambda x: max(x), "np.max(x)", "truth value"),
    "if": (lambda x: x if x[0] > 0 else -x, "np.where", "truth value"),
    "in": (lambda x: x[0] in [1, 2], "np.where", "truth value"),
    "any": (lambda x: any(x > 0), "np.any(condition)", "truth value"),
    "allclose": (lambda x: 1 if np.allclose(x, 1) else x, "np.where", "truth value"),
    "unique": (lambda x: np.unique(x), "compute it before", "np.unique"),
    "method of arrays": (lambda x: x.byteswap(), "NumPy functions", "'byteswap'"),
    "misspelt": (lambda x: x.sume(), "did you mean 'sum'", "'sume'"),
    "of another library": (lambda x: x.numpy(), "There are|there are", "'numpy'"),
    "shape": (without_shape, "NumPy's functions", "no setter"),
    "word": (lambda x: "a" + x, "must hold numbers", "str"),
    "lstsq": (lambda x: np.linalg.lstsq(x, x), "np.linalg.pinv", "np.linalg.lstsq can't be traced"),
    "vectorize": (lambda x: np.vectorize(math.sin)(x), "write", "NumPy array"),
    "drawn": (lambda x: np.random.default_rng(0).normal(x), "write", "can't take a traced value"),
    "squeeze": (lambda x: np.squeeze(x, axis=0), "length 1", "squeeze"),
    "length": (lambda x: len(x[0]), "its shape is ()", "no length"),
    "loop over a number": (lambda x: list(x[0]), "its shape is ()", "iterated"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_where_and_what_instead(name):
    function, instead, what = REFUSED[name]
    with pytest.raises(TracingError) as caught:
        gnn.trace(function, x=gnn.input(2))
    text = str(caught.value)
    assert any(each in text for each in instead.split("|")), text
    assert what in text
    assert "test_refusals.py:" in text
    assert "\n" not in text


def test_no_name_is_suggested_because_it_is_spelt_alike():
    for name in sorted(set(dir(np.linalg)) & set(np.linalg.__all__)):
        function = getattr(np.linalg, name)
        if not callable(function) or isinstance(function, type):
            continue
        try:
            gnn.trace(lambda x, function=function: function(x), x=gnn.input((2, 2)))
        except Error as error:
            assert "did you mean" not in str(error), name
        except TypeError:
            # It needs more arguments.
            pass


def test_what_is_wrong_without_a_traced_value_is_the_authors_own():
    with pytest.raises(KeyError):
        gnn.trace(lambda x: {}["weights"] * 2, x=gnn.input(2))
    with pytest.raises(ZeroDivisionError):
        gnn.trace(lambda x: x * (1 / 0), x=gnn.input(2))
    with pytest.raises(AttributeError, match="did you mean 'convolution_2d'") as refused:
        gnn.trace(lambda x: gnn.nn.conv2d(x, x), x=gnn.input((1, 1, 3, 3)))
    assert "plain array" not in str(refused.value)


def test_what_code_asks_of_an_array_is_answered_as_python_expects():
    asked = []

    def model(x):
        asked.append((hasattr(x, "numpy"), hasattr(x, "sum"), isinstance(getattr(x[0], "shape", None), tuple)))
        try:
            len(x[0])
        except TypeError:
            asked.append("short")
        return x

    gnn.trace(model, x=gnn.input(2))
    assert asked == [(False, True, True), "short"]


def test_code_that_has_no_source_is_refused_too():
    space = {"np": np}
    exec("def model(x):\n    return np.float32(x)", space)
    with pytest.raises(TracingError, match="can't become a NumPy array"):
        gnn.trace(space["model"], x=gnn.input(2))


def test_a_model_of_a_framework_without_importer_is_called_one():
    module = ModuleType("tensorflow.keras")
    exec("class Module:\n    def __call__(self, x):\n        return x", vars(module))
    module.Module.__module__ = module.__name__
    network = type("Network", (module.Module,), {})()
    assert framework_of(network).name == "TensorFlow"
    for call in (gnn.draw, gnn.lint, lambda model: gnn.trace(model, x=gnn.input(2))):
        with pytest.raises(UsageError, match=r"is a TensorFlow model, .* NumPy"):
            call(network)


@needs("torch")
def test_a_step_of_torch_is_refused_by_its_line():
    import torch

    layers = {"first": torch.nn.Linear(2, 3)}
    with pytest.raises(TracingError, match=r"PyTorch can't take a traced value \(test_refusals"):
        gnn.trace(lambda x: layers["first"](x), x=gnn.input(2))
