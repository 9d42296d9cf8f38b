"""NumPy itself: the kernels with which operations are registered."""

from collections.abc import Mapping

from graphviz_nn.evaluation.backends.calls import Kernel
from graphviz_nn.evaluation.backends.engine import Engine, Where
from graphviz_nn.evaluation.source import executed, readable
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.passes import Listing


def kernels() -> dict[str, Kernel]:
    """All operations but steps of imported models that have no rule."""
    return {name: op.kernel for name, op in OPS.items() if op.category != "opaque"}


def engine(listing: Listing, gradients: Mapping[str, str], where: Where) -> Engine:
    """The steps as straight-line Python."""
    where.refuse("numpy", "device", "mesh", "shard")
    source, space = executed(listing)
    exec(compile(source, "<graphviz_nn program>", "exec"), space)
    return Engine(space["program"], lambda: readable(listing))
