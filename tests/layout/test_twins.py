"""Equal branches are drawn the same way, wherever they join."""

import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.figure.options import checked
from graphviz_nn.figure.pipeline import drawn, in_one_line
from graphviz_nn.figure.plan import planned


def mixture(experts, gated):
    """Experts of two layers; their answers are weighed by a gate, or else only summed."""
    gate = nn.Linear(4, experts)
    towers = [nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 2)) for _ in range(experts)]

    def model(x):
        g = nn.softmax(gate(x))
        return sum((g[i] * tower(x) if gated else tower(x)) for i, tower in enumerate(towers))

    return gnn.trace(model, x=gnn.input(4))


@pytest.mark.parametrize(
    ("experts", "gated", "view", "direction"),
    [(3, True, "layers", "LR"), (3, True, "compact", "TB"), (3, False, "functions", "LR"), (4, True, "compact", "LR")],
)
def test_experts_are_in_line(experts, gated, view, direction):
    with in_one_line():
        found = drawn(planned([mixture(experts, gated)], checked({"view": view, "direction": direction})))
    (layout,) = found.layouts
    places = {name: box.x if direction == "LR" else box.y for name, box in layout.boxes.items()}
    steps = [name for name in places if name == "relu" or name.startswith("relu_")]
    assert len(steps) == experts
    assert max(places[name] for name in steps) - min(places[name] for name in steps) < 0.2
