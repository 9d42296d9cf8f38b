"""A graph as a JavaScript program on typed arrays, which runs wherever the script does: in a browser without a server.

`emitted` writes the program; `KERNELS` has a row for each operation.
"""

from graphviz_nn.evaluation.javascript.emitting import Emitted, emitted, kernels, runtime

__all__ = ["Emitted", "emitted", "kernels", "runtime"]
