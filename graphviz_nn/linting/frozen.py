"""The rule about chance: random numbers that a graph has for ever."""

from collections.abc import Iterator

from graphviz_nn.graph.ir import Graph
from graphviz_nn.linting.model import Model
from graphviz_nn.linting.report import Finding
from graphviz_nn.linting.rules import rule

REMEDY = "use graphviz_nn.random(shape) or nn.dropout(x, rate, training=True), which draw anew at each run"


def frozen(graph: Graph) -> Iterator[Finding]:
    """A finding for each source of random numbers that was drawn from while the graph was traced."""
    for name, line in graph.graph.get("frozen", ()):
        yield Finding(
            "frozen_random",
            f"random numbers were drawn from {name} while it was traced; the graph has the same ones at every run",
            REMEDY,
            line,
        )


@rule("frozen_random")
def _frozen_random(model: Model) -> Iterator[Finding]:
    """Random numbers drawn while a function was traced, such as noise or a mask."""
    yield from frozen(model.written)
