"""The entries of a traced array that is assigned to.

What is assigned to whole rows or single entries waits until the array is read as a whole. So a buffer that a loop fills
is one `stack` of what the loop computed, and a row that is read back is what was assigned.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from math import prod
from typing import Any, ClassVar

import numpy as np

from graphviz_nn.graph.ir import Array, Shape, Variable
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.places import Axes, Index, cells, plain
from graphviz_nn.tracing.recording import Place, Recording
from graphviz_nn.tracing.tracer import Tracer, apply


@dataclass(eq=False)
class Memory:
    """The entries of an array.

    Parameters
    ----------
    variable : Variable
        Its shape and dtype.
    before : int, optional
        The number of the value before what waits; None for the content.
    content : array, optional
        The entries, as long as all of them are plain numbers.
    name : str, optional
        The author's name for it.
    axes, waiting
        What was assigned since: the axes that it is about, and the values by their places along these.
    version : int
        How often it was assigned to.
    written_at : Place
        Where in the model it was last assigned to.
    """

    recording: Recording
    variable: Variable
    before: int | None = None
    content: Array | None = None
    name: str | None = None
    axes: Axes = ()
    waiting: dict[tuple[int, ...], Any] = field(default_factory=dict)
    version: int = 0
    written_at: Place = field(default_factory=Place)
    is_view: ClassVar[bool] = False

    def __post_init__(self) -> None:
        # The value that it began with tells how the entries lie.
        self.first = self.before

    def number(self, handle: Tracer) -> int:
        """The number of the present value."""
        handle.own = self.settled()
        return handle.own

    def settled(self) -> int:
        """Assign what waits, and return the number of the value."""
        self._assign()
        if self.before is None:
            assert self.content is not None
            kept = self.content.copy()
            self.before = self.recording.add(Variable(kept.shape, kept.dtype.name, "constant", value=kept), self.name)
        return self.before

    def _assign(self) -> None:
        if self.waiting:
            with self.recording.elsewhere(self.written_at):
                self._becomes(self._joined())

    def _becomes(self, result: Any) -> None:
        """Take a traced value for what the array is now."""
        value = self.recording.values[result.number]
        value.name = value.name or self.name
        self.before, self.content = result.number, None
        self.waiting.clear()

    def read(self, index: Index) -> Any:
        """The entries at an index of integers and slices: plain numbers if they are known, or a traced value."""
        place = cells(self.variable.shape, index)
        if place and place[0] == ("part", *self.axes):
            rows = [self.waiting.get((number,)) for number in range(*place[1])]
            if all(each is not None for each in rows) and any(isinstance(each, Tracer) for each in rows):
                rest = tuple(n for axis, n in enumerate(self.variable.shape) if axis != self.axes[0])
                return apply("stack", *(self._traced(each, rest) for each in rows), axis=self.axes[0])
        if self.waiting and (place is None or place[0] != self.axes or self._is_between(place[1])):
            self._assign()
        if self.waiting and place is not None and place[1] in self.waiting:
            return self.waiting[place[1]]
        if self.content is not None:
            return self.content[index]
        assert self.before is not None
        return apply("getitem", Tracer(self.recording, self.before), index=index)

    def _is_between(self, place: tuple[int, ...]) -> bool:
        """Whether the part between two ends is neither one that waits nor apart from all of these."""
        if self.axes[:1] != ("part",) or place in self.waiting:
            return False
        return any(place[0] < end and begin < place[1] for begin, end in self.waiting)

    def replace(self, value: Tracer) -> None:
        """Assign all entries."""
        self._changes()
        self._becomes(Tracer(self.recording, value.number))

    def write(self, index: Index, arrays: tuple[Any, ...], value: Any, shape: Shape) -> None:
        """Assign a value of the array's dtype to an index, whose entries have this shape."""
        self._changes()
        place = cells(self.variable.shape, index)
        is_plain = not isinstance(value, Tracer)
        if self.content is not None and is_plain and not self.waiting and not arrays:
            self.content[plain(index)] = value
            self.before = None
        elif place == ((), ()):
            self.waiting.clear()
            self._becomes(Tracer(self.recording, self._traced(value, shape).number))
        elif place and (not self.waiting or (place[0] == self.axes and not self._is_between(place[1]))):
            self.axes = place[0]
            self.waiting[place[1]] = value if is_plain and not shape else self._spread(value, shape)
        else:
            self._assign()
            self._becomes(self._changed(index, value, arrays, shape))

    def _changes(self) -> None:
        self.version += 1
        self.written_at = self.recording.place(frames.user_frame())

    def _spread(self, value: Any, shape: Shape) -> Any:
        """A value as it is now, in the shape of the entries that it is assigned to."""
        if not isinstance(value, Tracer):
            return np.broadcast_to(np.asarray(value, self.variable.dtype), shape)
        kept = Tracer(self.recording, value.number)
        return kept if kept.shape == shape else apply("broadcast_to", kept, shape=shape)

    def _traced(self, value: Any, shape: Shape) -> Tracer:
        found = self._spread(value, shape)
        return found if isinstance(found, Tracer) else Tracer(self.recording, self.recording.constant(np.array(found)))

    def _changed(self, index: Index, value: Any, arrays: tuple[Any, ...] = (), shape: Shape | None = None) -> Any:
        """The array with other entries at an index; zeros around what is assigned to a part are padding."""
        blank = self.content is not None and not self.content.any()
        if blank and shape is not None and isinstance(value, Tracer) and all(isinstance(each, slice) for each in index):
            return apply("add_at", self._spread(value, shape), index=index, shape=self.variable.shape)
        return apply("set_at", Tracer(self.recording, self.settled()), value, *arrays, index=index)

    def _joined(self) -> Any:
        """The array with everything that waits."""
        given = dict(sorted(self.waiting.items()))
        self.waiting.clear()
        if self.content is not None:
            for place in [each for each, value in given.items() if not isinstance(value, Tracer)]:
                self.content[self._index(place)] = given.pop(place)
                self.before = None
        if self.axes[:1] == ("part",):
            return self._of_parts(given)
        axes = [int(each) for each in self.axes]
        shape = self.variable.shape
        rest = tuple(n for axis, n in enumerate(shape) if axis not in axes)
        if len(given) == 1:
            ((place, value),) = given.items()
            return self._changed(self._index(place), value)
        rows = [self._traced(each, rest) for each in given.values()]
        if len(given) < prod(shape[axis] for axis in axes):
            together = axes == list(range(axes[0], axes[-1] + 1))
            places = iter(zip(*given, strict=True))
            index = tuple(tuple(next(places)) if axis in axes else slice(None) for axis in range(len(shape)))
            return self._changed(index, apply("stack", *rows, axis=axes[0] if together else 0))
        if len(axes) == 1:
            return apply("stack", *rows, axis=axes[0])
        found = apply("stack", *rows, axis=0)
        order = [*axes, *(axis for axis in range(len(shape)) if axis not in axes)]
        found = apply("reshape", found, shape=tuple(shape[axis] for axis in order))
        back = tuple(int(axis) for axis in np.argsort(order))
        return found if back == tuple(range(len(shape))) else apply("transpose", found, axes=back)

    def _of_parts(self, given: dict[tuple[int, ...], Any]) -> Any:
        """The parts of an axis, joined if there is no gap between them."""
        axis, ends = int(self.axes[1]), list(given)
        lengths = self.variable.shape
        if ends[0][0] == 0 and ends[-1][1] == lengths[axis] and all(a[1] == b[0] for a, b in pairwise(ends)):
            shapes = [(*lengths[:axis], stop - start, *lengths[axis + 1 :]) for start, stop in ends]
            parts = [self._traced(value, shape) for value, shape in zip(given.values(), shapes, strict=True)]
            return apply("concatenate", *parts, axis=axis) if len(parts) > 1 else parts[0]
        for place, value in given.items():
            self._becomes(self._changed(self._index(place), value, shape=np.shape(value)))
        return Tracer(self.recording, self.settled())

    def _index(self, place: tuple[int, ...]) -> Index:
        axes = self.axes
        if axes[0] == "part":
            return (*(slice(None),) * int(axes[1]), slice(*place))
        chosen = {int(axis): at for axis, at in zip(axes, place, strict=True)}
        return tuple(chosen.get(axis, slice(None)) for axis in range(max(chosen) + 1))
