"""Training and evaluation mode of a whole network."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn


class Branches(nn.Module):
    """A layer with others as attributes, in a list, a tuple and a dict."""

    def __init__(self):
        super().__init__()
        self.first = nn.Dropout(0.5)
        self.steps = [nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5)), (nn.Dropout(0.25),)]
        self.heads = {"one": nn.Dropout(0.1), "more": [nn.Dropout(0.2)]}
        self.itself = self

    def compute(self, x):
        return self.heads["one"](self.steps[0](self.first(x)))

    def dropouts(self):
        return [self.first, self.steps[0][1], self.steps[1][0], self.heads["one"], self.heads["more"][0]]


@dataclass(eq=False)
class Chooses(nn.Module):
    """A custom layer that depends on the mode."""

    training: bool = False
    inner: Any = None

    def compute(self, x):
        return self.inner(x) * (2 if self.training else 1)


WAYS = {
    "train": lambda net: net.train(),
    "train(True)": lambda net: net.train(True),
    "training =": lambda net: setattr(net, "training", True),
}


@pytest.mark.parametrize("way", WAYS)
def test_all_layers_inside_are_reached(way):
    net = nn.Sequential(nn.Linear(4, 4), Branches(), nn.Dropout(0.5))
    inside = [net, net[1], *net[1].dropouts(), net[2]]
    assert not any(each.training for each in inside)
    WAYS[way](net)
    assert all(each.training for each in inside)
    assert net.eval() is net
    assert not any(each.training for each in inside)


def test_a_layer_of_ones_own_with_a_field_training():
    inner = nn.Dropout(0.5)
    layer = Chooses(inner=inner)
    assert layer.train() is layer
    assert layer.training
    assert inner.training
    assert layer.train(False).training is False
    assert not inner.training


def test_training_is_computed_and_drawn():
    net, x = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5)), np.ones(4)
    still = net(x)
    np.testing.assert_array_equal(net.eval()(x), still)
    dropped = net.train()(x)
    assert np.any(dropped == 0)
    np.testing.assert_allclose(dropped[dropped != 0], 2 * still[dropped != 0])
    for training in (True, False):
        net.training = training
        shapes = gnn.draw(gnn.trace(net, x=gnn.input(4)), view="layers").panels[0].diagram.shapes
        (drawn,) = [shape for shape in shapes if "dropout" in shape.label]
        assert drawn.emphasis == ("" if training else "pale")


def test_layers_beside_one_that_does_nothing_now_are_not_called_one():
    net = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Linear(4, 2))
    assert not [found for found in gnn.lint(gnn.trace(net, x=gnn.input(3))) if found.rule == "linear_collapse"]
    without = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    assert [found for found in gnn.lint(gnn.trace(without, x=gnn.input(3))) if found.rule == "linear_collapse"]
