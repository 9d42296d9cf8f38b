"""The author's names are kept: of several results, of steps of a loop, of contents of objects."""

import numpy as np
import pytest

import graphviz_nn as gnn


def named(function, **specs):
    graph = gnn.trace(function, **specs)
    unnamed = set(graph.graph["anonymous"]) | set(graph.graph.get("titled", ())) | set(specs)
    return [name for name in graph.variables if name not in unnamed]


def pair(x, W):
    return W @ x, np.tanh(x)


@gnn.function
def block(x, W):
    total = W @ x
    bent = np.tanh(total)
    return total, bent


class Layer:
    def __init__(self, seed):
        self.W = np.full((3, 3), float(seed))
        self.parts = {"bias": [np.full(3, float(seed))]}


class Net:
    def __init__(self):
        self.layers = [Layer(1), Layer(2)]

    def forward(self, x):
        for layer in self.layers:
            x = np.tanh(layer.W @ x + layer.parts["bias"][0])
        return x


def several(x, W):
    mu, log_sigma = pair(x, W)
    return mu * log_sigma


def of_a_block(x, W):
    mu, log_sigma = block(x, W)
    return mu * log_sigma


def into_an_object(x, W):
    net = Net()
    net.mu, net.sigma = pair(x, W)
    return net.mu + net.sigma


def through_another(x, W):
    def again():
        return pair(x, W)

    first, second = again()
    return first * second


def in_pieces(x, W):
    q, k, _ = x
    return q * k * np.sum(W)


def appended(x, W):
    states = [x]
    for _ in range(2):
        states.append(np.tanh(W @ states[-1]))
    return np.sum(states[-1])


def at_places(x, W):
    hs = {0: x}
    for t in (1, 2):
        hs[t] = np.tanh(W @ hs[t - 1])
    return np.sum(hs[2])


def in_a_cache(x, W):
    cache = {}
    cache["Z"] = W @ x
    cache["A"] = np.tanh(cache["Z"])
    return np.sum(cache["A"])


def in_a_loop(x, W):
    h = x
    for _ in range(2):
        h = np.tanh(W @ h)
    return np.sum(h)


def at_once(x, W):
    z = also = W @ x
    if (a := np.tanh(z)) is None:
        return also
    return np.sum(a)


@pytest.mark.parametrize(
    "function, names",
    [
        (several, ["mu", "log_sigma"]),
        (of_a_block, ["mu", "log_sigma"]),
        (into_an_object, ["mu", "sigma"]),
        (through_another, ["first", "second"]),
        (in_pieces, ["q", "k"]),
        (appended, ["state1", "state2"]),
        (at_places, ["h1", "h2"]),
        (in_a_cache, ["Z", "A"]),
        (in_a_loop, ["h1", "h2"]),
        (at_once, ["z", "a"]),
    ],
)
def test_names_of_results_come_through(function, names):
    assert named(function, x=gnn.input(3), W=gnn.parameter((3, 3))) == names


def test_what_objects_hold_has_the_last_name_on_the_way():
    graph = gnn.trace(Net().forward, x=gnn.input(3))
    constants = [name for name, each in graph.variables.items() if each.role == "constant"]
    assert constants == ["W1", "bias1", "W2", "bias2"]


def test_two_results_are_drawn_by_their_symbols():
    text = gnn.draw(gnn.trace(of_a_block, x=gnn.input(3), W=gnn.parameter((3, 3))), view="compact").mermaid
    assert "μ" in text
    assert "log σ" in text or "logσ" in text
