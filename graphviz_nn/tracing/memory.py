"""What traced arrays that are assigned to share: a buffer and its views, as in NumPy.

A traced value never changes. An array that is assigned to, a `Tracer`, moves on to a new value; its place is then a
`Memory`. An array that NumPy would give as a view of another has a `View` as its place: it is taken again if the other
was assigned to, and what is assigned to it is assigned to the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import currentframe
from typing import Any, ClassVar

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Array, Shape, Variable
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.buffer import Memory
from graphviz_nn.tracing.places import Index, is_ordered, stand_in
from graphviz_nn.tracing.recording import Recording
from graphviz_nn.tracing.tracer import Tracer

Again = Callable[[Any], Any]
Put = Callable[[Tracer, Tracer], None]


@dataclass(eq=False)
class View:
    """How an array was taken from another.

    Parameters
    ----------
    parent, root : Tracer
        The array that it was taken from, and the one at the start, which isn't a view.
    again : callable
        Takes it again of the parent, or of a plain array.
    put : callable, optional
        ``put(parent, new)`` assigns new entries to the parent; None if it can't be written to.
    seen : int
        The root's version when it was taken.
    unclear : str
        Why it isn't known whether NumPy gives a view or a copy; "" if it is.
    index : tuple, optional
        The index that it was taken at, if it was.
    """

    parent: Tracer
    root: Tracer
    again: Again
    put: Put | None
    seen: int
    unclear: str = ""
    index: Index | None = None
    is_view: ClassVar[bool] = True

    def number(self, handle: Tracer) -> int:
        """The number of the view's present value."""
        if self.seen != version(self.root):
            _take_again(handle)
        return handle.own


def version(root: Tracer) -> int:
    """How often an array that isn't a view was assigned to."""
    return root.place.version if isinstance(root.place, Memory) else 0


def viewed(result: Any, parent: Any, again: Again, put: Put | None = None, unclear: str = "") -> Any:
    """A result, as a view of the array that it was taken from."""
    if isinstance(parent, Tracer) and result is not parent:
        outer: View | None = parent.place if parent.is_view else None
        root = outer.root if outer else parent
        unclear = outer.unclear if outer and outer.unclear else unclear
        result.place = View(parent, root, again, put, version(root), unclear)
    return result


def reshaped(result: Any, x: Any, shape: Shape) -> Any:
    """A reshaped array: in NumPy a view, unless that can't be without a copy."""
    if not isinstance(x, Tracer):
        return result
    like, unclear = _like(x), ""
    if like is None:
        unclear = f"whether the reshape{frames.where()} is a view or a copy depends on how NumPy stores the array"
    else:
        try:
            np.reshape(like, shape, copy=False)
        except ValueError:
            return result
    was = x.shape
    return viewed(
        result, x, lambda p: np.reshape(p, shape), lambda p, new: overwrite(p, np.reshape(new, was)), unclear=unclear
    )


def entry_by_entry(again: Again) -> Put:
    """How to assign to a view through the places of its entries in the array that it was taken of."""

    def put(parent: Tracer, new: Tracer) -> None:
        flat: Any = np.ravel(parent).copy()
        flat[again(np.arange(parent.size).reshape(parent.shape))] = new
        overwrite(parent, np.reshape(flat, parent.shape))

    return put


def _like(x: Tracer) -> Array | None:
    """A plain array whose entries lie as those of a traced one; None if it isn't known how they do."""
    steps, here = list[Again](), x
    while here.is_view:
        if here.place.unclear:
            return None
        steps.append(here.place.again)
        here = here.place.parent
    first = here.place.first if isinstance(here.place, Memory) else here.own
    if first is not None and not is_ordered(here.recording, first):
        return None
    found = stand_in(here.shape)
    try:
        for step in reversed(steps):
            found = step(found)
    except ValueError:
        # Its entries aren't in one place.
        return None
    return found


def _take_again(handle: Tracer) -> None:
    """Bring a view up to date, and those that it was taken from."""
    stale, root = [handle], handle.place.root
    while isinstance(outer := stale[-1].place.parent.place, View) and outer.seen != version(root):
        stale.append(stale[-1].place.parent)
    for each in reversed(stale):
        view = each.place
        if view.unclear:
            raise TracingError(
                f"an array was assigned to that this one was made of{frames.where()}: {view.unclear}; "
                "write .copy() after the reshape, or assign before it"
            )
        with each.recording.elsewhere(root.place.written_at):
            found = view.again(view.parent).number
        value = each.recording.values[found]
        value.name = value.name or each.recording.values[each.own].name
        each.own, view.seen = found, version(root)


def overwrite(x: Tracer, new: Any) -> None:
    """Assign all entries of an array; through a view, those of the array behind it."""
    number, view = new.number, x.place
    if not isinstance(view, View):
        memory_of(x).replace(new)
        return
    if view.unclear:
        raise TracingError(f"{view.unclear}{frames.where()}; write .copy() after the reshape, then assign")
    if view.put is None:
        raise TracingError(f"this view is read-only, as in NumPy{frames.where()}; write .copy() after it, then assign")
    view.put(view.parent, new)
    x.own, view.seen = number, version(view.root)


def memory_of(x: Tracer) -> Memory:
    """The memory of an array that isn't a view; from now on it counts what is assigned."""
    if x.place is None:
        x.place = Memory(x.recording, x.recording.values[x.own].variable, x.own, name=x.recording.values[x.own].name)
    memory: Memory = x.place
    return memory


def buffer(content: Array, recording: Recording | None) -> Any:
    """An array in a trace that can be assigned to; without a trace the plain array."""
    if recording is None:
        return content
    variable = Variable(content.shape, content.dtype.name, "intermediate")
    name = frames.assigned_name(currentframe())
    return Tracer(recording, -1, Memory(recording, variable, content=content, name=name))
