"""Gradients of every layer on drawn shapes: beside central differences, and PyTorch's layer of the same name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from frameworks import beside
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from proofs import assert_second_gradients, weights

import graphviz_nn as gnn
from graphviz_nn import nn

pytestmark = list(beside("torch"))
torch = pytest.importorskip("torch", reason="compares with torch: pip install -e '.[test,torch]'")
functional = torch.nn.functional

SIDES = st.integers(1, 3)
SHAPES = array_shapes(max_dims=3, max_side=3)


@dataclass(frozen=True)
class Layer:
    """Drawn shapes of arguments with options, PyTorch's function of them, and what is particular.

    `kinds` are of arguments that aren't any numbers; by those in `alone` PyTorch's function isn't differentiated, or is
    another function.
    """

    drawn: Any
    torch: Callable[..., Any] | None
    kinds: dict[str, str] = field(default_factory=dict)
    alone: tuple[str, ...] = ()
    own: Callable[..., Any] | None = None


def shaped(*names, **options):
    """Arguments of one shape."""
    chosen = st.fixed_dictionaries({name: st.sampled_from(each) for name, each in options.items()})
    return st.tuples(SHAPES.map(lambda shape: dict.fromkeys(names, shape)), chosen)


def classes(*names):
    shapes = array_shapes(min_dims=1, max_dims=2, max_side=3)
    return shapes.map(lambda shape: (dict.fromkeys(names, shape), {}))


@st.composite
def rows(draw, *columns):
    shape = draw(SHAPES.filter(lambda shape: shape[-1] > 1))
    return {"x": shape, **dict.fromkeys(columns, shape[-1:])}, {}


@st.composite
def channels(draw, **options):
    """At least two numbers to normalize over."""
    batch, count, length = draw(st.integers(2, 3)), draw(st.sampled_from([4, 6])), draw(SIDES)
    shape = draw(st.sampled_from([(batch, count), (batch, count, length)]))
    return {"x": shape, "scale": (count,), "shift": (count,)}, options


@st.composite
def linear(draw):
    shape, outputs = draw(SHAPES), draw(SIDES)
    bias = {"bias": (outputs,)} if draw(st.booleans()) else {}
    return {"x": shape, "weight": (outputs, shape[-1]), **bias}, {}


@st.composite
def convolution(draw, axes, transposed=False):
    groups, window = draw(st.integers(1, 2)), draw(st.tuples(*[st.integers(1, 2)] * axes))
    inputs, outputs = draw(SIDES), draw(SIDES)
    dilation = draw(st.integers(1, 2))
    space = tuple((side - 1) * dilation + 1 + draw(st.integers(0, 2)) for side in window)
    options = {"stride": draw(st.integers(1, 2)), "padding": draw(st.integers(0, 1)), "dilation": dilation}
    if transposed:
        weight, space, options["padding"] = (inputs * groups, outputs, *window), tuple(n + 1 for n in space), 0
    else:
        weight = (outputs * groups, inputs, *window)
    bias = {"bias": (outputs * groups,)} if draw(st.booleans()) else {}
    return {"x": (2, inputs * groups, *space), "weight": weight, **bias}, {**options, "groups": groups}


def torch_convolution(function):
    """PyTorch calls a bias its third argument, and the extra length of a transposed one output_padding."""

    def call(x, weight, bias=None, extra=0, **options):
        return function(x, weight, bias, **options, **({"output_padding": extra} if extra else {}))

    return call


@st.composite
def pooling(draw, axes=2, average=False):
    window = draw(st.integers(1, 3))
    space = tuple(window + draw(st.integers(0, 3)) for _ in range(axes))
    options = {"window": window, "stride": draw(st.integers(1, 2)), "padding": draw(st.integers(0, window // 2))}
    options |= {"ceil": draw(st.booleans())} | ({"count_padding": draw(st.booleans())} if average else {})
    return {"x": (1, draw(SIDES), *space)}, options


def torch_largest(function):
    return lambda x, window, stride, padding, ceil: function(x, window, stride, padding, ceil_mode=ceil)


def torch_average(function):
    return lambda x, window, stride, padding, ceil, count_padding: function(
        x, window, stride, padding, ceil, count_padding
    )


@st.composite
def adaptive(draw):
    space = (draw(st.integers(1, 5)), draw(st.integers(1, 5)))
    return {"x": (2, *space)}, {"size": (draw(st.integers(1, 3)), draw(st.integers(1, 3)))}


@st.composite
def attention(draw):
    tokens, others, width = draw(SIDES), draw(SIDES), draw(SIDES)
    mask = np.arange(others) <= np.arange(tokens)[:, None]
    options = draw(st.sampled_from([{}, {"mask": mask}, {"scale": 0.7}, {"causal": True}]))
    shapes = {"query": (tokens, width), "key": (others, width), "value": (others, draw(SIDES))}
    if options == {}:
        shapes |= draw(st.sampled_from([{}, {"mask": (tokens, others)}]))
    return shapes, options


def torch_attention(query, key, value, mask=None, scale=None, causal=False):
    mask = torch.tensor(mask) if isinstance(mask, np.ndarray) else mask
    return functional.scaled_dot_product_attention(query, key, value, mask, 0.0, causal, scale=scale)


@st.composite
def heads(draw):
    count, tokens = draw(st.integers(1, 2)), draw(SIDES)
    width = count * draw(st.integers(1, 2))
    weights = dict.fromkeys([f"{name}_weight" for name in ("query", "key", "value", "output")], (width, width))
    return {"x": (2, tokens, width), **weights}, {"heads": count}


@st.composite
def cell(draw, gates, *states):
    batch, inputs, units = draw(SIDES), draw(SIDES), draw(SIDES)
    size = gates * units
    shapes = {"x": (batch, inputs), **dict.fromkeys(states, (batch, units))}
    shapes |= {"input_weight": (size, inputs), "hidden_weight": (size, units)}
    return shapes | dict.fromkeys(("input_bias", "hidden_bias"), (size,)), {}


@st.composite
def sequence(draw, gates, states):
    layers, both, units = draw(st.integers(1, 2)), draw(st.booleans()), draw(SIDES)
    ways, inputs = 2 if both else 1, draw(SIDES)
    shapes = {"x": (draw(st.integers(1, 2)), 1, inputs)}
    shapes |= {f"state{i}": (layers * ways, 1, units) for i in range(states)}
    for number in range(layers * ways):
        wide = inputs if number < ways else units * ways
        shapes |= {f"w{number}": (gates * units, wide), f"u{number}": (gates * units, units)}
        shapes |= {f"b{number}": (gates * units,), f"c{number}": (gates * units,)}
    return shapes, {"bidirectional": both}


def torch_sequence(name, states):
    def run(x, *given, bidirectional):
        hidden, each = given[:states], list(given[states:])
        layers = len(each) // (8 if bidirectional else 4)
        state = list(hidden) if states == 2 else hidden[0]
        found = getattr(torch, name)(x, state, each, True, layers, 0.0, False, bidirectional, False)
        return torch.cat([part.reshape(-1) for part in found])

    return run


def own_sequence(function):
    return lambda *given, **options: np.concatenate([np.ravel(each) for each in function(*given, **options)])


@st.composite
def labelled(draw, name):
    examples, count = draw(SIDES), draw(st.integers(2, 3))
    labels = np.array(draw(st.lists(st.integers(0, count - 1), min_size=examples, max_size=examples)))
    options = {"labels": labels, "reduction": draw(st.sampled_from(["mean", "sum", "none"]))}
    weighted = draw(st.booleans())
    return {name: (examples, count)}, {**options, **({"weight": np.arange(1.0, count + 1)} if weighted else {})}


def torch_labelled(function):
    def loss(z, labels, reduction, weight=None, **more):
        weight = None if weight is None else torch.tensor(weight)
        return function(z, torch.tensor(labels), weight, reduction=reduction, **more)

    return loss


@st.composite
def indexed(draw):
    return {"table": (draw(SIDES), draw(SIDES))}, {"indices": draw(st.sampled_from([[0], [0, 0], [[0, 0], [0, 0]]]))}


def torch_heads(x, query, key, value, output, heads):
    width = x.shape[-1]
    found, _ = functional.multi_head_attention_forward(
        *[x.transpose(0, 1)] * 3, width, heads, torch.cat([query, key, value]), None, None, None, False, 0.0,
        output, None, training=False, need_weights=False,
    )  # fmt: skip
    return found.transpose(0, 1)


def torch_batch(x, scale, shift):
    return functional.batch_norm(x, None, None, scale, shift, training=True)


def torch_lstm(x, hidden, cell, *weights):
    return torch.cat(torch.lstm_cell(x, (hidden, cell), *weights), -1)


def joined_lstm(*given):
    return np.concatenate(nn.lstm_cell(*given), axis=-1)


def selected(p, y):
    """PyTorch has the loss of log-probabilities and the number of the right class."""
    return functional.nll_loss(torch.log(p), y.argmax(-1))


LAYERS = {
    "erf": Layer(shaped("x"), torch.erf),
    "sigmoid": Layer(shaped("z"), torch.sigmoid),
    "tanh": Layer(shaped("z"), torch.tanh),
    "relu": Layer(shaped("z"), functional.relu),
    "leaky_relu": Layer(shaped("z", slope=[0.01, 0.5]), lambda z, slope: functional.leaky_relu(z, slope)),
    "elu": Layer(shaped("z", alpha=[1.0, 0.3]), functional.elu),
    "selu": Layer(shaped("z"), functional.selu),
    "relu6": Layer(shaped("z"), functional.relu6),
    "gelu": Layer(shaped("z", approximate=["none", "tanh"]), functional.gelu),
    "silu": Layer(shaped("z"), functional.silu),
    "softplus": Layer(shaped("z"), lambda z: functional.softplus(z, threshold=100)),
    "softmax": Layer(shaped("z", axis=[0, -1]), lambda z, axis: functional.softmax(z, axis)),
    "log_softmax": Layer(shaped("z", axis=[0, -1]), lambda z, axis: functional.log_softmax(z, axis)),
    "linear": Layer(linear(), functional.linear),
    "embedding": Layer(
        indexed(),
        lambda table, indices: functional.embedding(torch.as_tensor(indices), table),
        own=lambda table, indices: nn.embedding(np.array(indices), table),
    ),
    # PyTorch draws other numbers.
    "dropout": Layer(shaped("x", rate=[0.25], training=[True, False], seed=[3]), None),
    "features": Layer(
        st.integers(2, 4).map(lambda count: ({"x": (count,)}, {})),
        lambda x: torch.stack([x[0], x[1] ** 2, x[0] * x[1], torch.sin(x[0])]),
        own=lambda x: nn.features(x, "x1", "x2^2", "x1 x2", "sin x1"),
    ),
    "flatten": Layer(
        shaped("x", batch=[True, False]), lambda x, batch: x.reshape(len(x), -1) if batch else x.reshape(-1)
    ),
    **{f"convolution_{n}d": Layer(convolution(n), getattr(functional, f"conv{n}d")) for n in (1, 2, 3)},
    **{
        f"transposed_convolution_{n}d": Layer(
            convolution(n, transposed=True), torch_convolution(getattr(functional, f"conv_transpose{n}d"))
        )
        for n in (1, 2, 3)
    },
    **{f"max_pooling_{n}d": Layer(pooling(n), torch_largest(getattr(functional, f"max_pool{n}d"))) for n in (1, 2, 3)},
    **{
        f"average_pooling_{n}d": Layer(pooling(n, average=True), torch_average(getattr(functional, f"avg_pool{n}d")))
        for n in (1, 2, 3)
    },
    "adaptive_average_pooling": Layer(adaptive(), lambda x, size: functional.adaptive_avg_pool2d(x, size)),
    "adaptive_max_pooling": Layer(adaptive(), lambda x, size: functional.adaptive_max_pool2d(x, size)),
    "batch_norm": Layer(channels(), torch_batch),
    "layer_norm": Layer(rows("scale", "shift"), lambda x, *given: functional.layer_norm(x, x.shape[-1:], *given)),
    "rms_norm": Layer(rows("scale"), lambda x, scale: functional.rms_norm(x, x.shape[-1:], scale, 1e-5)),
    "group_norm": Layer(
        channels(groups=2), lambda x, scale, shift, groups: functional.group_norm(x, groups, scale, shift)
    ),
    "attention": Layer(attention(), torch_attention),
    "multi_head_attention": Layer(heads(), torch_heads),
    "rnn_cell": Layer(cell(1, "hidden"), torch.rnn_tanh_cell),
    "gru_cell": Layer(cell(3, "hidden"), torch.gru_cell),
    "lstm_cell": Layer(
        cell(4, "hidden", "cell"), torch_lstm, own=lambda *given: np.concatenate(nn.lstm_cell(*given), axis=-1)
    ),
    "rnn": Layer(sequence(1, 1), torch_sequence("rnn_tanh", 1), own=own_sequence(nn.rnn)),
    "gru": Layer(sequence(3, 1), torch_sequence("gru", 1), own=own_sequence(nn.gru)),
    "lstm": Layer(sequence(4, 2), torch_sequence("lstm", 2), own=own_sequence(nn.lstm)),
    "negative_log_likelihood": Layer(labelled("log_p"), torch_labelled(functional.nll_loss)),
    "cross_entropy_with_labels": Layer(labelled("z"), torch_labelled(functional.cross_entropy)),
    "squared_error": Layer(shaped("prediction", "target"), lambda p, y: functional.mse_loss(p, y, reduction="sum")),
    "mean_squared_error": Layer(shaped("prediction", "target"), functional.mse_loss),
    "binary_cross_entropy": Layer(
        shaped("p", "y"), functional.binary_cross_entropy, {"p": "probability", "y": "probability"}
    ),
    "binary_cross_entropy_with_logits": Layer(
        shaped("z", "y"), functional.binary_cross_entropy_with_logits, {"y": "probability"}
    ),
    "cross_entropy": Layer(classes("p", "y"), selected, {"p": "probability", "y": "one-hot"}, alone=("y",)),
    "cross_entropy_with_logits": Layer(classes("z", "y"), functional.cross_entropy, {"y": "one-hot"}, alone=("y",)),
    "hinge": Layer(
        shaped("score", "y"),
        lambda score, y: functional.hinge_embedding_loss(y * score, -torch.ones_like(y)),
        {"y": "sign"},
    ),
    "huber": Layer(
        shaped("prediction", "target", delta=[1.0, 0.3]), lambda p, y, delta: functional.huber_loss(p, y, delta=delta)
    ),
    "kl_divergence": Layer(
        shaped("p", "q"),
        lambda p, q: functional.kl_div(torch.log(q), p, reduction="sum"),
        {"p": "probability", "q": "probability"},
    ),
}
every_layer = pytest.mark.parametrize("name", LAYERS)
some = settings(max_examples=8, deadline=None)


def test_every_function_is_here():
    assert LAYERS.keys() == {name for name in nn.__all__ if name[0].islower()} - {"formula"}


@dataclass(frozen=True)
class Drawn:
    """A layer at drawn shapes: the graph of a weighted sum of its result, feeds, options."""

    layer: Layer
    graph: gnn.Graph
    feeds: dict[str, Any]
    options: dict[str, Any]

    def by_torch(self, **feeds):
        """The same sum and its gradients, by PyTorch's function."""
        leaves = {name: torch.tensor(value, requires_grad=True) for name, value in feeds.items()}
        result = self.layer.torch(*leaves.values(), **self.options)
        value = (torch.as_tensor(weights(result.shape)) * result).sum()
        asked = {name: leaf for name, leaf in leaves.items() if name not in self.layer.alone}
        slopes = torch.autograd.grad(value, list(asked.values()))
        return value.item(), {name: slope.numpy() for name, slope in zip(asked, slopes, strict=True)}


def draw(name, data, dtype="float64"):
    layer = LAYERS[name]
    shapes, options = data.draw(layer.drawn)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    feeds = {each: numbers(rng, layer.kinds.get(each), shape) for each, shape in shapes.items()}
    function = layer.own or getattr(nn, name)

    def model(**given):
        result = function(*given.values(), **options)
        return np.sum(weights(np.shape(result)).astype(dtype) * result)

    graph = gnn.trace(model, **{each: gnn.input(shape, dtype=dtype) for each, shape in shapes.items()})
    return Drawn(layer, graph, feeds, options)


def numbers(rng, kind, shape):
    match kind:
        case "one-hot":
            return np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]
        case "sign":
            return rng.choice([-1.0, 1.0], shape)
        case "probability":
            return rng.uniform(0.1, 0.9, shape)
    return rng.uniform(-2, 2, shape)


@every_layer
@some
@given(data=st.data())
def test_gradients(name, data):
    drawn = draw(name, data)
    others = [(None, 1e-6), ("torch", 1e-10)]
    if drawn.layer.torch:
        others.append((drawn.by_torch, 1e-10))
    for against, tolerance in others:
        report = gnn.check_gradients(drawn.graph, drawn.feeds, against=against, tolerance=tolerance)
        assert report and not any(row.verdict == "kink" for row in report.rows), report


@every_layer
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_second_gradients(name, data):
    drawn = draw(name, data)
    assert_second_gradients(drawn.graph, drawn.feeds)


@every_layer
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_single_precision_stays(name, data):
    drawn = draw(name, data, "float32")
    both = gnn.gradient(drawn.graph, wrt=list(drawn.feeds))
    wide = [each for each, variable in both.variables.items() if variable.dtype == "float64"]
    assert not wide, wide
