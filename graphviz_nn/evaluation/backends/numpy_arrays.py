"""NumPy itself: the kernels with which operations are registered."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from graphviz_nn.evaluation.backends.calls import Kernel
from graphviz_nn.evaluation.backends.engine import Engine, Where
from graphviz_nn.evaluation.floats import are_numbers, steps
from graphviz_nn.evaluation.lowered import lowered
from graphviz_nn.evaluation.source import executed, readable
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.passes import Listing


def kernels() -> dict[str, Kernel]:
    """All operations but steps of imported models that have no rule."""
    return {name: op.kernel for name, op in OPS.items() if op.category != "opaque"}


def engine(listing: Listing, gradients: Mapping[str, str], where: Where) -> Engine:
    """The steps as straight-line Python, of arrays or, if all are single numbers, of floats."""
    where.refuse("numpy", "device", "mesh", "shard")
    listing = lowered(listing)
    of_floats = are_numbers(listing)
    run = _function(listing, of_floats=of_floats)
    if of_floats:
        run = steps(run, cache(partial(_function, listing, of_floats=False)))
    return Engine(run, partial(readable, listing, of_floats=of_floats))


def _function(listing: Listing, *, of_floats: bool) -> Callable[..., Any]:
    source, space = executed(listing, of_floats=of_floats)
    exec(compile(source, "<graphviz_nn program>", "exec"), space)
    found: Callable[..., Any] = space["program"]
    return found
