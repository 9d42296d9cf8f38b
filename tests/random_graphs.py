"""Graphs of plain operations in which every value has a name."""

import numpy as np

import graphviz_nn as gnn


def graph_of(steps):
    """A graph in which every value has a name, used once or often, or not at all."""

    def model(x, y, w):
        known = [x, y, w]
        for number, (kind, i, j) in enumerate(steps):
            a, b = known[i % len(known)], known[j % len(known)]
            value = np.exp(a) if kind == "e" else a + b if kind == "+" else a * b if kind == "*" else a - b
            known.append(gnn.label(value, f"h_{{{number}}}"))
        return known[-1] + known[-2]

    return gnn.trace(model, x=gnn.input(2), y=gnn.target(2), w=gnn.parameter(2))
