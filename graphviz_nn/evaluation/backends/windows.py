"""A pass for frameworks that have convolutions and pooling: windows that are stacked and multiplied become one step."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from graphviz_nn.graph.ir import Shape
from graphviz_nn.tracing.registry import Op
from graphviz_nn.transforms.passes.listing import Line, Listing, Pass
from graphviz_nn.transforms.passes.live import live

NAMES = ("convolution", "convolution_by_weight", "convolution_by_input", "average_pooling", "overlapped")
STEPS = {
    name: Op(name, lambda *_: None, lambda *shapes: (), None, lambda *dtypes: dtypes[0], "", "", "windows")
    for name in NAMES
}
"""The steps that this pass writes; backends have kernels of them, and NumPy doesn't need any."""


@dataclass(frozen=True)
class Windows:
    """All windows along the last axes of an array.

    Parameters
    ----------
    shape : tuple of int
        The shape of the array.
    size, stride, dilation : tuple of int
        The entries of a window, the distance between windows, and that between the entries.
    steps : tuple of int
        The number of windows along each axis.
    """

    shape: Shape
    size: Shape
    stride: Shape
    dilation: Shape
    steps: Shape

    @property
    def channels(self) -> int:
        return self.shape[-len(self.size) - 1]

    @property
    def places(self) -> list[tuple[slice, ...]]:
        """Where the first entries of all windows are, the second, and so on."""
        starts = product(*(range(0, n * d, d) for n, d in zip(self.size, self.dilation, strict=True)))
        return [
            tuple(slice(a, a + n * s, s) for a, n, s in zip(each, self.steps, self.stride, strict=True))
            for each in starts
        ]


@Pass
def windows(listing: Listing) -> Listing:
    """Join convolutions, their gradients and averages of windows.

    Examples
    --------
    >>> import graphviz_nn as gnn
    >>> from graphviz_nn.transforms.passes import listed_steps
    >>> f = gnn.nn.convolution_2d
    >>> graph = gnn.trace(lambda x, K: f(x, K), x=gnn.input((5, 3, 9, 9)), K=gnn.parameter((4, 3, 2, 2)))
    >>> [line.op for line in windows.rewrite(listed_steps(graph)).lines]
    ['reshape', 'convolution', 'reshape']
    """
    if not any(line.op in ("stack", "add_at") for line in listing.lines):
        return listing
    return _Joining(listing).run()


class _Joining:
    """Reads lines in order and keeps what each variable is."""

    def __init__(self, listing: Listing) -> None:
        self.listing, self.variables = listing, listing.variables
        self.made = {line.result: line for line in listing.lines}
        self.uses = Counter(each for line in listing.lines for each in line.given if isinstance(each, str))
        self.uses.update(listing.outputs)
        # Stacks of windows: the array and the windows. Sums of some entries of windows at their places: where each is.
        self.stacks = dict[str, tuple[str, Windows]]()
        self.sums = dict[str, dict[int, str]]()

    def run(self) -> Listing:
        lines = [self._joined(line) or line for line in self.listing.lines]
        return live.rewrite(self.listing._replace(lines=lines))

    def _joined(self, line: Line) -> Line | None:
        match line.op:
            case "stack":
                self._stack(line)
            case "matmul":
                return self._convolution(line)
            case "sum":
                return self._by_weight(line)
            case "mean":
                return self._average(line)
            case "add" | "add_at":
                return self._overlapped(line)
        return None

    def _maker(self, slot: Any, op: str) -> Line | None:
        found = self.made.get(slot) if isinstance(slot, str) else None
        return found if found and found.op == op else None

    def _shape(self, slot: Any) -> Shape:
        return tuple(self.variables[slot].shape) if isinstance(slot, str) else ()

    def _stack(self, line: Line) -> None:
        parts = [self._maker(each, "getitem") for each in line.given]
        first = parts[0]
        if first is None or not isinstance(first.given[0], str):
            return
        shape = self._shape(first.given[0])
        slices = [_slices(each.attributes["index"], shape) for each in parts if each and each.given == first.given]
        if len(slices) != len(parts) or not (found := _windows(slices, shape)):
            return
        if line.attributes["axis"] == len(shape) - len(found.size):
            self.stacks[line.result] = first.given[0], found

    def _columns(self, slot: Any) -> tuple[str, Windows] | None:
        """The array and the windows of which an argument has one in each column, for several examples."""
        reshape = self._maker(slot, "reshape")
        known = self.stacks.get(str(reshape.given[0])) if reshape else None
        if known is None or len(known[1].shape) != len(known[1].size) + 2:
            return None
        wanted = known[1].shape[0], known[1].channels * prod(known[1].size), prod(known[1].steps)
        return known if self._shape(slot) == wanted else None

    def _convolution(self, line: Line) -> Line | None:
        found = self._columns(line.given[1])
        if found is None or len(self._shape(line.given[0])) != 2:
            return None
        return _written(line, "convolution", found[1], found[0], line.given[0])

    def _by_weight(self, line: Line) -> Line | None:
        product_of = self._maker(line.given[0], "matmul")
        turned = self._maker(product_of.given[1], "transpose") if product_of else None
        found = self._columns(turned.given[0]) if turned and turned.attributes["axes"] == (0, 2, 1) else None
        if not found or not product_of or len(self._shape(product_of.given[0])) != 3:
            return None
        if line.attributes.get("keepdims") or line.attributes.get("axis") not in (0, (0,)):
            return None
        return _written(line, "convolution_by_weight", found[1], found[0], product_of.given[0])

    def _average(self, line: Line) -> Line | None:
        found = self.stacks.get(str(line.given[0]))
        if (
            found is None
            or any(each != 1 for each in found[1].dilation)
            or len(found[1].shape) > len(found[1].size) + 2
        ):
            return None
        axis = len(found[1].shape) - len(found[1].size)
        if line.attributes.get("keepdims") or line.attributes.get("axis") not in (axis, (axis,)) or axis < 1:
            return None
        return _written(line, "average_pooling", found[1], found[0])

    def _overlapped(self, line: Line) -> Line | None:
        """All entries of windows, each added at its place."""
        if line.op == "add_at":
            part = self._maker(line.given[0], "getitem") if len(line.given) == 1 else None
            number = part.attributes["index"][-1] if part and len(part.given) == 1 else None
            if type(number) is int and self.uses[line.result] == 1:
                self.sums[line.result] = {number: line.result}
            return None
        known = [self.sums.pop(each, None) if isinstance(each, str) else None for each in line.given]
        if not known[0] or not known[1] or known[0].keys() & known[1].keys():
            return None
        terms = {**known[0], **known[1]}
        if found := self._whole(terms):
            base, all_windows = found
            return self._by_input(line, base, all_windows) or _written(line, "overlapped", all_windows, base)
        if self.uses[line.result] == 1:
            self.sums[line.result] = terms
        return None

    def _whole(self, terms: dict[int, str]) -> tuple[str, Windows] | None:
        """The array of all windows whose entries these are."""
        adds = [self.made[terms[number]] for number in sorted(terms)]
        parts = [self.made[str(each.given[0])] for each in adds]
        base, shape = str(parts[0].given[0]), tuple(adds[0].attributes["shape"])
        slices = [_slices(each.attributes["index"], shape) for each in adds]
        found = _windows(slices, shape) if all(part.given[0] == base for part in parts) else None
        if not found:
            return None
        axis = len(shape) - len(found.size)
        whole = (slice(None),) * axis
        is_all = self._shape(base) == (*shape[:axis], prod(found.size), *found.steps)
        if not is_all or any(part.attributes["index"] != (*whole, n) for n, part in enumerate(parts)):
            return None
        return base, found

    def _by_input(self, line: Line, base: str, found: Windows) -> Line | None:
        reshape = self._maker(base, "reshape")
        product_of = self._maker(reshape.given[0], "matmul") if reshape else None
        if product_of is None or len(found.shape) != len(found.size) + 2:
            return None
        left, right = map(self._shape, product_of.given)
        entries = found.channels * prod(found.size)
        if len(left) != 2 or left[0] != entries or right != (found.shape[0], left[1], prod(found.steps)):
            return None
        return _written(line, "convolution_by_input", found, *product_of.given)


def _slices(index: Sequence[Any], shape: Shape) -> tuple[tuple[int, int, int], ...]:
    """The first entry, the number of entries and the step along each of the last axes; empty for another index."""
    parts = list(index[1:] if index and index[0] is Ellipsis else index)
    if index and index[0] is not Ellipsis and len(parts) != len(shape):
        return ()
    while parts and parts[0] == slice(None):
        del parts[0]
    if not parts or not all(isinstance(each, slice) for each in parts):
        return ()
    ranges = [range(*each.indices(n)) for each, n in zip(parts, shape[len(shape) - len(parts) :], strict=True)]
    return tuple((each.start, len(each), each.step) for each in ranges)


def _windows(slices: list[tuple[tuple[int, int, int], ...]], shape: Shape) -> Windows | None:
    """The windows whose first entries, second and so on are at these slices of an array."""
    axes = len(slices[0])
    if not 1 <= axes <= 3 or any(len(each) != axes for each in slices):
        return None
    starts = [sorted({each[axis][0] for each in slices}) for axis in range(axes)]
    size = tuple(map(len, starts))
    dilation = tuple(each[1] if len(each) > 1 else 1 for each in starts)
    steps, stride = (tuple(part[which] for part in slices[0]) for which in (1, 2))
    wanted = product(*(range(0, n * d, d) for n, d in zip(size, dilation, strict=True)))
    expected = [tuple(zip(each, steps, stride, strict=True)) for each in wanted]
    # A framework takes as many windows as there are.
    spans = zip(shape[-axes:], size, dilation, stride, strict=True)
    most = tuple((n - d * (k - 1) - 1) // s + 1 for n, k, d, s in spans)
    return Windows(shape, size, stride, dilation, steps) if slices == expected and steps == most else None


def _written(line: Line, op: str, found: Windows, *given: Any) -> Line:
    return line._replace(op=op, given=given, attributes={"windows": found})
