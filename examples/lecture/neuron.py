"""Figure 17: A neuron, and the network of such units.

One unit multiplies its inputs by its weights, sums them, adds its bias and applies tanh. Beside it is its network, with
the trained weights of figure 16 (d). The width of a line is the size of its weight; blue and solid is positive, orange
and dashed is negative.
"""

from playground import trained

import graphviz_nn as gnn

training = trained("d 2 hidden units")


def figure() -> gnn.Picture:
    unit = gnn.draw(training.graph, view="units", unit="a^{(1)}_1")
    return gnn.beside(unit, gnn.draw(training.graph, view="units", callouts={"a^{(1)}_1": "the unit on the left"}))


def measured() -> str:
    (first, second), bias = training.parameters["W1"][0], training.parameters["b1"][0]
    return f"The first unit has the weights {first:.3g} and {second:.3g} and the bias {bias:.3g}."


if __name__ == "__main__":
    figure().save("neuron.svg")
    print(measured())
