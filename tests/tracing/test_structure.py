"""Weights in dicts, lists, tuples, dataclasses and objects: named by their paths, fed in the same structure."""

import logging
from collections import namedtuple
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import FeedError, TracingError
from graphviz_nn.tracing.structure import leaves, names, parts, replaced

Pair = namedtuple("Pair", ["w", "b"])


@dataclass(frozen=True)
class Frozen:
    w: object
    b: object


@dataclass(slots=True)
class Slotted:
    w: object
    b: object


class Plain:
    def __init__(self, w, b):
        self.w, self.b = w, b


class Attributes(dict):
    """As many write it: the keys as attributes."""

    __getattr__ = dict.__getitem__


HOLDERS = {
    "dict": (lambda w, b: {"w": w, "b": b}, lambda h: (h["w"], h["b"])),
    "list": (lambda w, b: [w, b], lambda h: (h[0], h[1])),
    "tuple": (lambda w, b: (w, b), lambda h: (h[0], h[1])),
    "named tuple": (Pair, lambda h: (h.w, h.b)),
    "frozen dataclass": (Frozen, lambda h: (h.w, h.b)),
    "dataclass with slots": (Slotted, lambda h: (h.w, h.b)),
    "object": (Plain, lambda h: (h.w, h.b)),
    "namespace": (lambda w, b: SimpleNamespace(w=w, b=b), lambda h: (h.w, h.b)),
    "dict with attributes": (lambda w, b: Attributes(w=w, b=b), lambda h: (h.w, h.b)),
}
W, B, X = np.arange(6.0).reshape(3, 2) / 7, np.array([0.1, -0.2, 0.3]), np.array([0.5, -1.0])


@pytest.mark.parametrize("name", HOLDERS)
@pytest.mark.parametrize("inner", ["", *HOLDERS])
def test_every_holder_is_traced_fed_and_checked(name, inner):
    make, read = HOLDERS[name]

    def held(w, b):
        return make(w, b) if not inner else HOLDERS[inner][0](make(w, b), [b, 3])

    def model(x, net):
        w, b = read(net if not inner else HOLDERS[inner][1](net)[0])
        return np.sum(np.tanh(w @ x + b) ** 2)

    spec = held(gnn.parameter((3, 2)), gnn.parameter(3))
    graph = gnn.trace(model, x=gnn.input(2), net=spec)
    feeds = {"x": X, "net": held(W, B)}
    np.testing.assert_allclose(gnn.evaluate(graph, feeds, outputs=graph.outputs[0]), model(X, held(W, B)))
    report = gnn.check_gradients(graph, feeds)
    assert report and {row.name for row in report.rows} == set(graph.leaves)
    assert gnn.draw(graph, feeds=feeds, view="layers").svg
    # What was given is as it was.
    assert not any(isinstance(each, np.ndarray) for _, each in leaves(spec))


@pytest.mark.parametrize("name", HOLDERS)
def test_a_form_that_is_held_twice_is_two_and_an_object_is_one(name):
    make, read = HOLDERS[name]

    def model(x, net):
        (w, b), (v, c) = map(read, net)
        return np.sum(np.tanh(w @ x + b) * (v @ x + c))

    held, values, others = make(gnn.parameter((3, 2)), gnn.parameter(3)), make(W, B), make(2 * W, -B)
    graph = gnn.trace(model, x=gnn.input(2), net=[held, held])
    is_form = isinstance(held, dict | list | tuple)
    assert len([each for each in graph.leaves.values() if each.role == "parameter"]) == (4 if is_form else 2)
    for net in ([values, values], *([[values, others]] if is_form else [])):
        np.testing.assert_allclose(gnn.evaluate(graph, x=X, net=net, outputs=graph.outputs[0]), model(X, net))


tree = st.recursive(
    st.just(None),
    lambda inside: st.one_of(
        st.dictionaries(st.sampled_from("abcd"), inside, min_size=1, max_size=3),
        st.lists(inside, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.lists(tree, min_size=1, max_size=3))
def test_names_are_given_once_or_refused_and_feeds_have_the_form_of_the_specs(trees):
    def filled(node, leaf):
        if node is None:
            return leaf()
        if isinstance(node, dict):
            return {key: filled(each, leaf) for key, each in node.items()}
        return [filled(each, leaf) for each in node]

    arguments = {f"p{i}": filled(each, lambda: gnn.parameter(())) for i, each in enumerate(trees)}
    count = sum(1 for name, each in arguments.items() for _ in leaves(each, (name,)))
    numbers = iter(range(1, count + 1))
    values = {f"p{i}": filled(each, lambda: float(next(numbers))) for i, each in enumerate(trees)}

    def total(**given):
        return sum(10.0**i * leaf for i, (_, leaf) in enumerate(leaves(given)))

    try:
        graph = gnn.trace(total, **arguments)
    except TracingError as error:
        assert "two arguments are called" in str(error)
        return
    assert len(graph.leaves) == count
    assert gnn.evaluate(graph, values, outputs=graph.outputs[0]) == total(**values)


def test_names_are_the_way_without_what_is_not_needed():
    assert names([("p", "W1"), ("p", "b1")]) == ["W1", "b1"]
    assert names([("net", "enc", "w"), ("net", "dec", "w")]) == ["enc_w", "dec_w"]
    assert names([("a", "w"), ("b", "w"), ("w",)]) == ["a_w", "b_w", "w"]
    assert names([("layers", 0, "w"), ("layers", 1, "w")]) == ["layers_0_w", "layers_1_w"]


class Network:
    """A network as courses write it."""

    def __init__(self, w, b):
        self.layer = Plain(w, b)
        self.layer.parent = self
        self.log = logging.getLogger(__name__)
        self.rate = 0.1

    def forward(self, x):
        return np.tanh(self.layer.w @ x + self.layer.b) + self.layer.parent.rate

    __call__ = forward


@pytest.mark.parametrize("way", ["method", "object"])
def test_specs_among_the_attributes_of_an_object(way):
    network = Network(gnn.parameter((3, 2)), gnn.parameter(3))
    graph = gnn.trace(network.forward if way == "method" else network, x=gnn.input(2))
    assert [name for name, each in graph.leaves.items() if each.role == "parameter"] == ["layer_w", "layer_b"]
    found = gnn.evaluate(graph, x=X, layer_w=W, layer_b=B, outputs=graph.outputs[0])
    np.testing.assert_allclose(found, Network(W, B).forward(X))
    assert network.layer.parent is network


def test_the_arrays_of_an_object_become_parameters():
    network = Network(W, B)
    graph = gnn.trace(gnn.parameters_of(network).forward, x=gnn.input(2))
    assert [name for name, each in graph.leaves.items() if each.role == "parameter"] == ["layer_w", "layer_b"]
    np.testing.assert_allclose(gnn.evaluate(graph, x=X, outputs=graph.outputs[0]), network.forward(X))
    assert network.layer.w is W
    indices = gnn.parameters_of({"table": W, "row": np.array([1])})
    assert isinstance(indices["row"], np.ndarray) and not isinstance(indices["table"], np.ndarray)
    with pytest.raises(TracingError, match="has no arrays"):
        gnn.parameters_of({"rate": 0.1})


def test_layers_of_this_package_own_their_parameters():
    class Holder:
        def __init__(self):
            self.first, self.scale = gnn.nn.Linear(2, 3), np.ones(3)

        def __call__(self, x):
            return self.scale * self.first(x)

    graph = gnn.trace(gnn.parameters_of(Holder()), x=gnn.input(2))
    assert {each.role for each in graph.leaves.values()} == {"input", "parameter"}
    assert "scale" in graph.leaves


def test_what_is_fed_in_another_form_is_refused_by_its_place():
    graph = gnn.trace(
        lambda net: net["enc"]["w"] * net["dec"][0], net={"enc": {"w": gnn.input(2)}, "dec": [gnn.input(2)]}
    )
    with pytest.raises(FeedError, match=r"net\['enc'\] has no 'w': did you"):
        gnn.evaluate(graph, net={"enc": {"W": [1, 2]}, "dec": [[1, 2]]})
    with pytest.raises(FeedError, match=r"net\['dec'\] has no 0: there are none"):
        gnn.evaluate(graph, net={"enc": {"w": [1, 2]}, "dec": []})
    with pytest.raises(FeedError, match="net has no 'enc'"):
        gnn.evaluate(graph, net=3)


def test_a_holder_that_holds_itself_is_gone_through_once():
    loop = {"w": gnn.parameter(())}
    loop["self"] = [loop]
    assert len(list(leaves(loop))) == 1
    assert parts(replaced(loop, type(loop["w"]), lambda path, leaf: 1.0))["w"] == 1.0


def test_the_same_parameter_object_in_two_places_of_an_object_is_one(tmp_path):
    shared = Plain(gnn.parameter((2, 2)), gnn.parameter(2))

    class Tied:
        def __init__(self):
            self.encoder = self.decoder = shared

        def __call__(self, x):
            return self.decoder.w @ np.tanh(self.encoder.w @ x + self.encoder.b)

    graph = gnn.trace(Tied(), x=gnn.input(2))
    assert list(graph.leaves) == ["encoder_w", "encoder_b", "x"]
    assert gnn.load(gnn.save(graph, tmp_path / "tied.json")).graph == graph.graph


@pytest.mark.parametrize("depth", [13, 200])
def test_weights_in_lists_however_deep(depth):
    def model(x, w):
        while True:
            x = np.tanh(x * w[0])
            if len(w) == 1:
                return np.sum(x)
            w = w[1]

    weights = [gnn.parameter(2)]
    for _ in range(depth):
        weights = [gnn.parameter(2), weights]
    graph = gnn.trace(model, x=gnn.input(2), w=weights)
    assert sum(variable.role == "parameter" for variable in graph.variables.values()) == depth + 1
