"""Blocks opened in place."""

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.transforms.expand import expanded
from graphviz_nn.views import detailed


def test_what_is_opened_is_on_the_line_of_its_block():
    """A formula traced only now mustn't say where that was."""
    seen = detailed("layers", gnn.trace(lambda z: nn.log_softmax(z), z=gnn.input(3)))
    (block,) = seen.operations.values()
    steps = expanded(seen, "log_softmax").operations
    assert len(steps) > 1
    assert {step.source for step in steps.values()} == {block.source}
