"""NumPy itself: the kernels with which operations are registered."""

from graphviz_nn.evaluation.backends.calls import Kernel
from graphviz_nn.tracing.registry import OPS


def kernels() -> dict[str, Kernel]:
    """All operations but steps of imported models that have no rule."""
    return {name: op.kernel for name, op in OPS.items() if op.category != "opaque"}
