"""Which variables are feature maps, and their extents."""

from graphviz_nn.graph.ir import Shape
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.views.captions import WINDOWS

# Steps after which an axis may be another one.
MOVING = frozenset(["transpose", "swapaxes", "moveaxis", "reshape"])


def spatial_axes(wiring: Wiring) -> dict[str, int]:
    """The number of axes besides the channels of those variables that are feature maps.

    Windows tell it, and what doesn't move axes passes it on, forwards and backwards.
    """
    found = dict[str, int]()
    for name, operation in wiring.operations.items():
        if operation.op in WINDOWS and operation.body is not None:
            axes = int(operation.op[-2])
            for variable in (wiring.arguments[name][0], *wiring.results[name]):
                if len(wiring.variables[variable].shape) >= axes:
                    found[variable] = axes
    for order, is_forwards in ((wiring.order(), True), (wiring.order()[::-1], False)):
        for name in order:
            if wiring.operations[name].op not in (*WINDOWS, *MOVING):
                given = [v for v in wiring.arguments[name].values() if wiring.variables[v].role != "parameter"]
                made = list(wiring.results[name])
                _hand_on(wiring, found, *((given, made) if is_forwards else (made, given)))
    return found


def _hand_on(wiring: Wiring, found: dict[str, int], sources: list[str], goals: list[str]) -> None:
    """Give variables the axes of others with as many."""
    for source in sources:
        for goal in goals:
            counts = {len(wiring.variables[v].shape) for v in (source, goal)}
            if source in found and len(counts) == 1:
                found.setdefault(goal, found[source])


def extent(shape: Shape, axes: int) -> tuple[Shape, int]:
    """The extents of a map with so many axes, and its channels; without axes the entries of a vector.

    >>> extent((1, 6, 28, 28), 2), extent((28, 28), 2), extent((1, 120), 0), extent((1, 196, 768), 0)
    (((28, 28), 6), ((28, 28), 1), ((), 120), ((196,), 768))
    """
    if not axes and len(shape) > 2:
        # A sequence of vectors.
        return shape[-2:-1], shape[-1]
    if not axes:
        return (), shape[-1] if shape else 1
    return shape[-axes:], shape[-axes - 1] if len(shape) > axes else 1
