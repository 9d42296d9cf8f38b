"""The lecture's demo: the results of each model over ten seeds."""

import numpy as np
import pytest

import graphviz_nn as gnn
from training.models import logistic_regression, network, perceptron, with_product

SEEDS = range(10)
GENTLE, LONG = {"steps": 300}, {"steps": 1000, "rate": 0.3}


def errors(graph, data, **options):
    """The share of wrong predictions for each seed, on the training data and on others, in percent."""
    found = []
    for seed in SEEDS:
        training = gnn.fit(graph, data(seed=seed), seed=seed, every=options["steps"], progress=False, **options)
        found.append([100 * (1 - training.accuracy(each)) for each in (None, data(seed=seed + 100))])
    return np.array(found)


@pytest.fixture(scope="module")
def table():
    """Every row of the figure: errors by seed."""
    gaussians, xor = gnn.data.gaussians, gnn.data.xor
    return {
        "separable": errors(logistic_regression(), gaussians, **GENTLE),
        "xor": errors(logistic_regression(), xor, **GENTLE),
        "xor, feature x1 x2": errors(with_product(), xor, **GENTLE),
        "xor, 2 hidden units": errors(network(2), xor, **LONG),
        "xor, 8 hidden units": errors(network(8), xor, **LONG),
    }


def test_the_playground_holds_for_every_seed(table, capsys):
    with capsys.disabled():
        for name, found in table.items():
            print(f"\n{name:20}", *(f"{train:5.1f}/{test:4.1f}" for train, test in found), "% wrong", end="")
        print()
    assert (table["separable"] == 0).all()
    assert (table["xor"] >= 40).all() and (table["xor"] <= 60).all()
    assert (table["xor, feature x1 x2"] <= 2).all()
    assert (table["xor, 8 hidden units"] <= 3).all()
    small = table["xor, 2 hidden units"]
    assert (small > table["xor, 8 hidden units"]).all()
    assert (small < table["xor"]).all()


def uniform(graph, seed):
    """Weights drawn evenly between -1 and 1, biases 0, as in the reference from elsewhere."""
    generator = np.random.default_rng(seed)
    parameters = {name: each for name, each in graph.leaves.items() if each.role == "parameter"}
    return {
        name: generator.uniform(-1, 1, each.shape) if name[0] in "Ww" else np.zeros(each.shape)
        for name, each in parameters.items()
    }


def test_two_moons_are_told_apart_in_a_hundred_steps():
    graph = perceptron()
    parameters = [each for each in graph.leaves.values() if each.role == "parameter"]
    assert sum(int(np.prod(each.shape)) for each in parameters) == 337
    options = {"steps": 100, "rate": lambda k: 1.0 - 0.9 * k / 100, "l2": 1e-4, "every": 1, "progress": False}
    reached = [
        gnn.fit(graph, gnn.data.moons(100, seed=seed), initial=uniform(graph, seed), **options)
        .history["accuracy"]
        .max()
        for seed in SEEDS
    ]
    assert reached[0] == 1
    assert sum(accuracy == 1 for accuracy in reached) >= 8
    assert min(reached) >= 0.97
