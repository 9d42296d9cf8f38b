"""The computation graph: its types, invariants and file format."""

from graphviz_nn.graph import facts as _facts  # noqa: F401 (adds its invariants)
from graphviz_nn.graph import spelling as _spelling  # noqa: F401 (adds its invariant)
from graphviz_nn.graph.check import check
from graphviz_nn.graph.ir import Graph, Operation, Source, Variable

__all__ = ["Graph", "Operation", "Source", "Variable", "check"]
