"""Names of layers as papers write them, such as 3×3 conv, 64, /2."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from graphviz_nn.graph.ir import Graph, Operation, Shape
from graphviz_nn.ops.opaque import OPAQUE

Caption = Callable[[Operation, list[Shape], Shape], str]


def captioned(graph: Graph) -> Graph:
    """Name layers by what a paper says of them, such as 3×3 conv, 64; the fact ``graph.graph["called"]`` has the
    functions that they are, by the names of the operations.
    """
    found, called = graph.copy(), dict[str, str]()
    for name, operation in graph.operations.items():
        caption = CAPTIONS.get(operation.op) if operation.body is not None and not _is_opaque(operation.body) else None
        if caption is not None:
            given = [graph.variable(v).shape for v in graph.arguments(name).values()]
            made = graph.variable(graph.results(name)[0]).shape
            found.add_node(name, data=replace(operation, op=caption(operation, given, made)))
            called[name] = operation.op
    found.graph["called"] = called
    return found


def _is_opaque(body: Graph) -> bool:
    return any(step.op == OPAQUE for step in body.operations.values())


@dataclass(frozen=True)
class Window:
    """What each entry of a feature map is computed from.

    Parameters
    ----------
    name : str
        What papers call the layer, such as 3×3 conv.
    extent : tuple of int
        The extents of the window, along the axes of the map.
    stride : int
        How far apart windows are.
    further : str
        What is said of it only where it isn't usual.
    widens : bool
        Whether each entry of the argument makes a window of the result.
    """

    name: str
    extent: Shape
    stride: int = 1
    further: str = ""
    widens: bool = False

    @property
    def step(self) -> str:
        """The stride, as papers write it."""
        return f"/{self.stride}" if self.stride > 1 else ""


def window(operation: Operation, given: list[Shape]) -> Window | None:
    """The window of a convolution or a pooling, from its definition and the shapes of its arguments."""
    found = WINDOWS.get(operation.op) if operation.body is not None else None
    return found(operation, given) if found else None


def _convolution(operation: Operation, given: list[Shape]) -> Window:
    image, filters = given[:2]
    groups = image[1 - len(filters)] // filters[1] if filters[1] else 1
    kind = "depthwise conv" if groups > 1 == filters[1] else "conv"
    parts = f", {groups} groups" if groups > 1 < filters[1] else ""
    name = f"{_extent(filters[2:])} {kind}"
    return Window(name, filters[2:], _stride(operation), _dilation(operation) + parts)


def _extent(window: Shape) -> str:
    """The extent of a window; of signals in words, as a single number would say something else."""
    return "×".join(map(str, window)) if len(window) > 1 else f"{window[0]}-wide"


def _transposed(operation: Operation, given: list[Shape]) -> Window:
    filters = given[1]
    return Window(f"{_extent(filters[2:])} up-conv", filters[2:], widens=True)


def _pooling(kind: str) -> Callable[[Operation, list[Shape]], Window]:
    def pooling(operation: Operation, given: list[Shape]) -> Window:
        extent = _window(operation)
        # A window of a single entry has no slices to tell it by.
        said = f"{_numbers(extent)} {kind} pool".strip()
        return Window(said, extent, _stride(operation))

    return pooling


def _numbers(extent: Shape) -> str:
    return "×".join(map(str, extent))


_KINDS: Mapping[str, Callable[[Operation, list[Shape]], Window]] = {
    "convolution": _convolution,
    "transposed_convolution": _transposed,
    "max_pooling": _pooling("max"),
    "average_pooling": _pooling("average"),
}
WINDOWS = {f"{name}_{axes}d": kind for name, kind in _KINDS.items() for axes in (1, 2, 3)}
"""The windows of layers of feature maps, by the function of the layer."""


def _slices(operation: Operation) -> list[tuple[slice, ...]]:
    """The slices of an image that its windows consist of."""
    steps = operation.body.operations.values() if operation.body is not None else ()
    found = (step.attributes.get("index", ()) for step in steps if step.op == "getitem")
    return [each for index in found if (each := tuple(part for part in index if isinstance(part, slice)))]


def _stride(operation: Operation) -> int:
    """How far apart windows are."""
    return max((part.step or 1 for each in _slices(operation) for part in each), default=1)


def _dilation(operation: Operation) -> str:
    """How far apart the entries of a window are."""
    starts = (sorted({part.start or 0 for part in axis}) for axis in zip(*_slices(operation), strict=False))
    found = max((further - start for axis in starts for start, further in pairwise(axis)), default=1)
    return f", dilation {found}" if found > 1 else ""


def _window(operation: Operation) -> Shape:
    """The height and width of windows: how many places their entries begin at."""
    return tuple(len({part.start or 0 for part in axis}) for axis in zip(*_slices(operation), strict=False))


def _linear(operation: Operation, given: list[Shape], made: Shape) -> str:
    return f"linear, {made[-1] if made else 1}"


def _said(operation: Operation, given: list[Shape], made: Shape) -> str:
    """The name of a window, the channels that it makes, its stride."""
    found = window(operation, given)
    assert found is not None
    channels = "" if "pooling" in operation.op else f", {made[-len(found.extent) - 1]}"
    return f"{found.name}{channels}{f', {found.step}' if found.step else ''}{found.further}"


CAPTIONS: Mapping[str, Caption] = {
    **dict.fromkeys(WINDOWS, _said),
    "linear": _linear,
}
"""What a layer is called, by its function: from its definition, the shapes of its arguments and its result."""
