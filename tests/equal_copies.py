"""Operations that a view may leave out because it shows an equal copy."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn.evaluation.interpreter import Interpreter
from graphviz_nn.transforms.computable import computable
from graphviz_nn.transforms.fold import fold, unfold
from graphviz_nn.transforms.live import live
from graphviz_nn.transforms.recognise import recognise

# So close are values in single precision, in whatever order they are computed.
CLOSE = 5e-4


def left_out(graph, seen, feeds):
    """The operations that a view lacks and no output depends on; for each other one the line of its copy, as what is
    computed there is computed in the view too; and those of formulas whose results are there."""
    left = unfold(seen)
    values = gnn.evaluate(graph, feeds)
    there = [
        *(values[name] for name in left.variables if name in values),
        *Interpreter(computable(seen)).run(feeds).values(),
    ]
    whole = recognise(fold(live(graph)))
    block = {step: name for name in whole.operations for step in _steps(whole, name)}
    dead, copies, formulas = [], {}, set()
    for name in graph.operations:
        if name in left:
            continue
        if name not in block:
            dead.append(name)
            continue
        # What is drawn with a layer behind it isn't told of step by step; its results are there.
        if all(result in left for result in whole.results(block[name])):
            formulas.add(name)
            continue
        copies[name] = whole.operation(block[name]).source
        for result in whole.results(block[name]):
            assert any(_is_equal(each, values[result]) for each in there)
    return dead, copies, formulas


def _steps(graph, name):
    operation = graph.operation(name)
    inside = operation.written if operation.written is not None else operation.body
    return [name] if inside is None else list(unfold(inside).operations)


def _is_equal(one, other):
    return np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=CLOSE)
