"""Functions whose result has a size that depends on its numbers, which aren't known while tracing."""

from typing import Any

from graphviz_nn.errors import TracingError
from graphviz_nn.tracing.frames import where

MASKED = "keep every entry and write np.where(condition, x, 0), or pass a mask that isn't traced"
COUNTED = "compute it beforehand, and pass the result as an argument"

UNSIZED = {
    "argwhere": MASKED,
    "bincount": "write np.sum(weights * (x[:, None] == np.arange(n)).T, axis=1) for n bins",
    "compress": MASKED,
    "extract": MASKED,
    "flatnonzero": MASKED,
    "histogram": "write np.sum((x[:, None] >= edges[:-1]) * (x[:, None] < edges[1:]), axis=0)",
    "histogram2d": COUNTED,
    "histogram_bin_edges": COUNTED,
    "histogramdd": COUNTED,
    "intersect1d": COUNTED,
    "nonzero": MASKED,
    "roots": "write np.polyval(p, x), and look for its zeros",
    "setdiff1d": COUNTED,
    "setxor1d": COUNTED,
    "trim_zeros": "write x[first:last], with ends that aren't traced",
    "union1d": COUNTED,
    "unique": COUNTED,
    "unique_all": COUNTED,
    "unique_counts": COUNTED,
    "unique_inverse": COUNTED,
    "unique_values": COUNTED,
}
"""What to write in place of each."""


def unsized(function: Any) -> TracingError:
    """The error for such a function."""
    name = getattr(function, "__name__", str(function))
    return TracingError(
        f"np.{name} can't be traced{where()}, since the size of its result depends on the numbers; {UNSIZED[name]}"
    )
