"""Masks that are traced: ``x[mask]`` has as many entries as the mask is true, which isn't known while tracing.

It is kept as a `Selection`, the whole array beside its mask: it can be computed with entry by entry, be reduced, and be
assigned to where it came from. Everything else, which needs its shape, is refused by name.
"""

from collections.abc import Callable
from typing import Any, Never

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.assignment import cast, full
from graphviz_nn.ops.rules import fits
from graphviz_nn.tracing.frames import where as where_in_code
from graphviz_nn.tracing.memory import overwrite
from graphviz_nn.tracing.recording import Recording, Step
from graphviz_nn.tracing.registry import implements
from graphviz_nn.tracing.tracer import Incomplete, Tracer

# Steps whose gradient is finite whatever the entries are that a mask leaves out.
LINEAR = frozenset([np.add, np.subtract, np.negative, np.positive, np.maximum, np.minimum, np.absolute, np.sign])


class Selection(NDArrayOperatorsMixin, Incomplete):
    """The entries of an array at which a traced mask is true.

    Parameters
    ----------
    whole : Tracer
        All entries.
    mask : Tracer
        The mask, with axes of length 1 so that it can be broadcast to them.
    span, trailing : int
        The number of axes of the mask itself, and of those behind it.
    is_safe : bool
        Whether functions have a slope at the entries that aren't chosen.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, whole: Tracer, mask: Tracer, span: int, trailing: int, is_safe: bool = False) -> None:
        self.whole, self.mask, self.span, self.trailing, self.is_safe = whole, mask, span, trailing, is_safe

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.whole.dtype

    def safe(self) -> Any:
        """All entries, with other numbers where NumPy, which has only those that are chosen, computes nothing."""
        other = {"b": True, "f": 0.5}.get(self.dtype.kind, 1)
        return self.whole if self.is_safe else np.where(self.mask, self.whole, other)

    def fits(self, other: "Selection") -> bool:
        """Whether another selection has the same entries of an array of the same shape."""
        alike = self.whole.shape == other.whole.shape and self.mask.shape == other.mask.shape
        return alike and _is_same(self.mask.recording, self.mask.number, other.mask.number)

    def aligned(self, value: Any) -> Any:
        """A value that is broadcast with the selection, so that it is with all entries; it may not have its length."""
        if isinstance(value, Selection):
            if not self.fits(value):
                raise refused()
            return value
        shape = np.shape(value)
        place = len(shape) - 1 - self.trailing
        if place < 0:
            return value
        if shape[place] != 1:
            raise refused()
        return np.reshape(value, (*shape[:place], *(1,) * self.span, *shape[place + 1 :]))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **keywords: Any) -> Any:
        if method != "__call__" or keywords or (out is not None and not isinstance(out[0], Selection)):
            raise refused()
        given = [self.aligned(each) for each in inputs]
        chosen = [each for each in given if isinstance(each, Selection)]
        factors = sum(isinstance(each, Tracer | Selection) for each in given)
        is_linear = ufunc in LINEAR or (ufunc is np.multiply and factors < 2)
        whole = ufunc(*(_whole(each, is_linear) for each in given))
        if out is not None and not np.can_cast(whole.dtype, out[0].dtype, "same_kind"):
            raise TracingError(uncast(ufunc.__name__, whole.dtype, out[0].dtype))
        is_safe = not is_linear or all(each.is_safe for each in chosen)
        return Selection(whole, self.mask, self.span, self.trailing, is_safe)

    def __array_function__(self, function: Any, types: Any, inputs: Any, keywords: Any) -> Any:
        reduce = REDUCTIONS.get(function)
        if reduce is None or len(inputs) > 1 or any(each is not np._NoValue for each in keywords.values()):
            raise refused()
        return reduce(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        function = next((each for each in REDUCTIONS if each.__name__ == name), None)
        if function is None:
            raise refused()
        return lambda *arguments, **keywords: self.__array_function__(function, (), (self, *arguments), keywords)

    def astype(self, dtype: Any) -> "Selection":
        return Selection(self.whole.astype(dtype), self.mask, self.span, self.trailing, self.is_safe)

    def __repr__(self) -> str:
        return f"<traced selection from {self.whole!r}>"

    def refused(self) -> TracingError:
        return refused()

    def _refuse(self, *_: Any, **__: Any) -> Never:
        raise refused()

    __array__ = __bool__ = __float__ = __int__ = __index__ = __iter__ = __len__ = _refuse
    __getitem__ = __setitem__ = __contains__ = _refuse


def refused() -> TracingError:
    """The error for what needs the number of entries that a mask chooses."""
    return TracingError(
        f"x[mask] has as many entries as the mask is true{where_in_code()}, which isn't known while tracing; "
        "write np.where(mask, x, 0), assign to x[mask], or give a mask that isn't traced"
    )


def uncast(name: str, found: np.dtype[Any], wanted: np.dtype[Any]) -> str:
    """Why the result of a function can't be stored in an array, as NumPy says it."""
    return (
        f"cannot cast {name} output from {found} to {wanted} with casting rule 'same_kind'{where_in_code()}; "
        f"write x = x.astype({found.name!r}) before it"
    )


def _whole(each: Any, is_linear: bool) -> Any:
    if not isinstance(each, Selection):
        return each
    return each.whole if is_linear else each.safe()


def _is_same(recording: Recording, one: int, other: int, deep: int = 8) -> bool:
    """Whether two values are computed in the same way from the same values."""
    if one == other or not deep:
        return one == other
    first, second = recording.steps[one], recording.steps[other]
    if not isinstance(first, Step) or not isinstance(second, Step):
        return False
    mine, theirs = first.operation, second.operation
    alike = (mine.op, mine.attributes, mine.literals) == (theirs.op, theirs.attributes, theirs.literals)
    pairs = zip(first.arguments, second.arguments, strict=False)
    return (
        alike
        and len(first.arguments) == len(second.arguments)
        and all(_is_same(recording, a, b, deep - 1) for a, b in pairs)
    )


def _extreme(function: Any, limit: Callable[[Any], Any], infinity: float) -> Callable[[Selection], Any]:
    def reduce(chosen: Selection) -> Any:
        other = infinity if chosen.dtype.kind == "f" else limit(np.iinfo(chosen.dtype))
        return function(np.where(chosen.mask, chosen.whole, other))

    return reduce


def _count(chosen: Selection) -> Any:
    return np.sum(np.broadcast_to(chosen.mask, chosen.whole.shape))


REDUCTIONS: dict[Any, Callable[[Selection], Any]] = {
    np.sum: lambda chosen: np.sum(np.where(chosen.mask, chosen.whole, 0)),
    np.prod: lambda chosen: np.prod(np.where(chosen.mask, chosen.whole, 1)),
    np.mean: lambda chosen: np.sum(np.where(chosen.mask, chosen.whole, 0)) / _count(chosen).astype("float64"),
    np.max: _extreme(np.max, lambda known: int(known.min), -np.inf),
    np.min: _extreme(np.min, lambda known: int(known.max), np.inf),
}
"""Reductions of all entries, whose result doesn't depend on their number."""


def _located(x: Tracer, index: Any) -> Selection:
    """The entries at an index with one traced mask; its whole array is `x`, or a view of it."""
    parts = index if isinstance(index, tuple) else (index,)
    place = next(n for n, part in enumerate(parts) if isinstance(part, Tracer | np.ndarray) and part.dtype == bool)
    mask, others = parts[place], (*parts[:place], *parts[place + 1 :])
    if any(not (part is None or part is Ellipsis or isinstance(part, int | slice)) for part in others) or not mask.ndim:
        raise refused()
    whole = (*parts[:place], *(slice(None),) * mask.ndim, *parts[place + 1 :])
    is_all = all(part is Ellipsis or (isinstance(part, slice) and part == slice(None)) for part in whole)
    kept = x if is_all else x[whole]
    behind = parts[place + 1 :]
    trailing = kept.ndim - mask.ndim if Ellipsis in parts[:place] or (not behind and place == 0) else None
    if Ellipsis in parts[:place]:
        trailing = sum(not isinstance(part, int) for part in behind)
    elif trailing is None:
        trailing = kept.ndim - mask.ndim - sum(not isinstance(part, int) for part in parts[:place])
    start = kept.ndim - trailing - mask.ndim
    apart = any(isinstance(part, int) for part in others) and any(not isinstance(part, int) for part in others)
    if apart or start < 0 or kept.shape[start : start + mask.ndim] != mask.shape:
        raise ShapeError(
            f"a mask of shape {mask.shape} doesn't fit an array of shape {x.shape} at its place{where_in_code()}"
        )
    broad: Any = np.reshape(mask, (*mask.shape, *(1,) * trailing)) if trailing else mask
    return Selection(kept, broad, mask.ndim, trailing)


@implements("selected")
def selected(x: Tracer, index: Any) -> Selection:
    found = _located(x, index)
    found.whole = Tracer(x.recording, found.whole.number)
    return found


@implements("store where")
def store_where(x: Tracer, index: Any, value: Any) -> None:
    place = _located(x, index)
    given = place.aligned(value)
    new = cast(given.whole if isinstance(given, Selection) else given, x.dtype)
    _check(np.shape(new), place.whole.shape)
    overwrite(place.whole, full(place.whole, np.where(place.mask, new, place.whole)))


def _check(shape: Shape, whole: Shape) -> None:
    if not fits(shape, whole):
        raise ShapeError(f"shape {shape} can't be assigned to entries of shape {whole}{where_in_code()}")
