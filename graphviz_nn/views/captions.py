"""Names of layers as papers write them, such as 3×3 conv, 64, /2."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from graphviz_nn.graph.ir import Graph, Operation, Shape

Caption = Callable[[Operation, list[Shape], Shape], str]


def captioned(graph: Graph) -> Graph:
    """Name layers by what a paper says of them, such as 3×3 conv, 64."""
    found = graph.copy()
    for name, operation in graph.operations.items():
        caption = CAPTIONS.get(operation.op) if operation.body is not None else None
        if caption is not None:
            given = [graph.variable(v).shape for v in graph.arguments(name).values()]
            made = graph.variable(graph.results(name)[0]).shape
            found.add_node(name, data=replace(operation, op=caption(operation, given, made)))
    return found


def _convolution(operation: Operation, given: list[Shape], made: Shape) -> str:
    image, filters = given[:2]
    groups = image[1 - len(filters)] // filters[1] if filters[1] else 1
    kind = "depthwise conv" if groups > 1 == filters[1] else "conv"
    parts = f", {groups} groups" if groups > 1 < filters[1] else ""
    return f"{_extent(filters[2:])} {kind}, {filters[0]}{_stride(operation)}{_dilation(operation)}{parts}"


def _extent(window: Shape) -> str:
    """The extent of a window; of signals in words, as a single number would say something else."""
    return "×".join(map(str, window)) if len(window) > 1 else f"{window[0]}-wide"


def _transposed(operation: Operation, given: list[Shape], made: Shape) -> str:
    filters = given[1]
    return f"{_extent(filters[2:])} up-conv, {made[-len(filters) + 1]}"


def _pooling(kind: str) -> Caption:
    return lambda operation, given, made: f"{_window(operation)} {kind} pool{_stride(operation)}".strip()


def _slices(operation: Operation) -> list[tuple[slice, ...]]:
    """The slices of an image that its windows consist of."""
    steps = operation.body.operations.values() if operation.body is not None else ()
    found = (step.attributes.get("index", ()) for step in steps if step.op == "getitem")
    return [each for index in found if (each := tuple(part for part in index if isinstance(part, slice)))]


def _stride(operation: Operation) -> str:
    """A stride, as papers write it."""
    found = max((part.step or 1 for each in _slices(operation) for part in each), default=1)
    return f", /{found}" if found > 1 else ""


def _dilation(operation: Operation) -> str:
    """How far apart the entries of a window are."""
    starts = (sorted({part.start or 0 for part in axis}) for axis in zip(*_slices(operation), strict=False))
    found = max((further - start for axis in starts for start, further in pairwise(axis)), default=1)
    return f", dilation {found}" if found > 1 else ""


def _window(operation: Operation) -> str:
    """The height and width of windows: how many places their entries begin at."""
    return "×".join(str(len({part.start or 0 for part in axis})) for axis in zip(*_slices(operation), strict=False))


CAPTIONS: Mapping[str, Caption] = {
    "convolution_1d": _convolution,
    "convolution_2d": _convolution,
    "convolution_3d": _convolution,
    "transposed_convolution_1d": _transposed,
    "transposed_convolution_2d": _transposed,
    "max_pooling_1d": _pooling("max"),
    "max_pooling_2d": _pooling("max"),
    "average_pooling_1d": _pooling("average"),
    "average_pooling_2d": _pooling("average"),
    "linear": lambda operation, given, made: f"linear, {made[-1] if made else 1}",
}
"""What a layer is called, by its function: from its definition, the shapes of its arguments and its result."""
