"""Figure 16: The playground.

The network of (e) with its trained weights. Then each network, its predictions and its training, by gradient descent on
the graph that is drawn: (a) logistic regression on separable data; (b) the same on xor; (c) with the feature x₁x₂; (d)
with a small hidden layer; (e) with a wider one.
"""

from contextlib import suppress
from functools import cache

import graphviz_nn as gnn
from graphviz_nn.nn import cross_entropy, features, linear, softmax, tanh

EXAMPLE = {"x": gnn.input(2), "y": gnn.target(2)}


def logistic(x, y, W, b):
    return cross_entropy(softmax(linear(x, W, b)), y)


def product(x, y, W, b):
    return cross_entropy(softmax(linear(features(x, "x1", "x2", "x1 x2"), W, b)), y)


def hidden(x, y, W1, b1, W2, b2):
    return cross_entropy(softmax(linear(tanh(linear(x, W1, b1)), W2, b2)), y)


def traced(loss, **shapes) -> gnn.Graph:
    return gnn.trace(loss, **EXAMPLE, **{name: gnn.parameter(shape) for name, shape in shapes.items()})


def network(units: int) -> gnn.Graph:
    return traced(hidden, W1=(units, 2), b1=units, W2=(2, units), b2=2)


# The graph, the data, and how it is trained.
RUNS = {
    "a separable": (traced(logistic, W=(2, 2), b=2), gnn.data.gaussians, {"steps": 300, "rate": 0.1}),
    "b xor": (traced(logistic, W=(2, 2), b=2), gnn.data.xor, {"steps": 300, "rate": 0.1}),
    "c feature": (traced(product, W=(2, 3), b=2), gnn.data.xor, {"steps": 300, "rate": 0.1}),
    "d 2 hidden units": (network(2), gnn.data.xor, {"steps": 1000, "rate": 0.3}),
    "e 8 hidden units": (network(8), gnn.data.xor, {"steps": 1000, "rate": 0.3}),
}


@cache
def trained(name: str) -> gnn.Training:
    graph, data, options = RUNS[name]
    return gnn.fit(graph, data(500, seed=0), test=data(500, seed=100), progress=False, **options)


def wrong(name: str) -> str:
    return f"{1 - trained(name).accuracy(trained(name).test):.1%}"


def figure() -> gnn.Picture:
    return gnn.draw(trained("e 8 hidden units").graph, view="units")


def plots():
    titles = {name: f"({name[0]}) {name[2:]}: {wrong(name)} wrong" for name in RUNS}
    return {name.replace(" ", "_"): gnn.plots.panel(trained(name), title=titles[name]) for name in RUNS}


def builds():
    return {"training": gnn.plots.film(trained("e 8 hidden units"), frames=16)}


def alive(name: str) -> gnn.Handout:
    """A page that trains this network in the reader's browser."""
    graph, data, options = RUNS[name]
    test = data(500, seed=100)
    return gnn.handout(
        graph, data(500, seed=0), test=test, name=f"({name[0]}) {name[2:]}", batch_size=500, rate=options["rate"]
    )


# Networks of the playground, and of measured data, which come with scikit-learn.
MORE = {
    "moons": {"data": "moons", "noise": 0.2, "hidden": (6, 4), "activation": "relu", "rate": 0.1},
    "bumps": {"data": "bumps", "hidden": (6, 4), "rate": 0.1, "regularisation": "l2", "regularisation_rate": 1e-4},
}
MEASURED = {
    "iris": {"hidden": (8, 6), "activation": "relu", "optimizer": "momentum", "rate": 0.01},
    "digits": {"hidden": (8,), "optimizer": "adam", "rate": 0.01, "batch_size": 50},
}


def pages() -> dict[str, gnn.Handout]:
    found = {name[0]: alive(name) for name in RUNS}
    found |= {name: gnn.handout(name=name, **options) for name, options in MORE.items()}
    for name, options in MEASURED.items():
        with suppress(gnn.errors.UsageError):
            found[name] = gnn.handout(data=getattr(gnn.data, name)(), name=name, **options)
    return found


def measured() -> str:
    return f"Of 500 other examples each gets wrong: {', '.join(f'({name[0]}) {wrong(name)}' for name in RUNS)}."


if __name__ == "__main__":
    figure().save("playground.svg")
    print(measured())
