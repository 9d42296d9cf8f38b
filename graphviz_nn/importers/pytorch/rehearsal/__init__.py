"""Run a module on tensors that have shapes and no numbers, and write down each step of aten's.

A run of Python is much faster than an export. It tells nothing of what it can't see; so it doubts a write through
another name, a question about values, a function that aten doesn't know, and is given up. Then the module is exported.
"""

from graphviz_nn.importers.pytorch.rehearsal.graph import graph_of_rehearsal
from graphviz_nn.importers.pytorch.rehearsal.stage import Rehearsal, rehearsed
from graphviz_nn.importers.pytorch.rehearsal.twins import Doubt

__all__ = ["Doubt", "Rehearsal", "graph_of_rehearsal", "rehearsed"]
