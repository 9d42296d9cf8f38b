"""The rule on randomness: random numbers that never change."""

from collections.abc import Iterator

from graphviz_nn.graph.ir import Graph
from graphviz_nn.linting.model import Model
from graphviz_nn.linting.report import Finding
from graphviz_nn.linting.rules import rule

REMEDY = "use graphviz_nn.random(shape) or nn.dropout(x, rate, training=True), which draw new numbers in each run"


def frozen(graph: Graph) -> Iterator[Finding]:
    """A finding for each source of random numbers that was used while the graph was traced."""
    for name, line in graph.graph.get("frozen", ()):
        yield Finding(
            "frozen_random",
            f"the traced function drew random numbers from {name}; the graph has the same ones in every run",
            REMEDY,
            line,
        )


@rule("frozen_random")
def _frozen_random(model: Model) -> Iterator[Finding]:
    """Random numbers drawn while a function was traced, such as noise or a mask."""
    yield from frozen(model.written)
