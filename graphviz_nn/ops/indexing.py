"""Indexing, by constant or traced indices.

The attribute ``index`` is a tuple: integers, slices, None and Ellipsis mean themselves, a tuple is an array of indices,
and the string ``"#1"`` is the array in that argument slot.
"""

from types import EllipsisType
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.graph.arrays import refuse_others
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.many import Argument, batching
from graphviz_nn.ops.rules import broadcast
from graphviz_nn.tracing.buffer import Memory
from graphviz_nn.tracing.frames import where
from graphviz_nn.tracing.memory import viewed
from graphviz_nn.tracing.places import in_full, is_basic, is_number
from graphviz_nn.tracing.registry import FUNCTIONS, implements, op
from graphviz_nn.tracing.tracer import METHODS, VIEWS, Tracer, apply

Part: TypeAlias = int | slice | EllipsisType | str | tuple[Any, ...] | None
Index: TypeAlias = tuple[Part, ...]


def resolved(index: tuple[Any, ...], arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    """An index as NumPy takes it, with arrays in place of their slots.

    >>> resolved((slice(None), "#1", (0, 2)), (np.array([1, 1]),))
    (slice(None, None, None), array([1, 1]), array([0, 2]))
    """
    return tuple(
        arrays[int(part[1:]) - 1]
        if isinstance(part, str)
        else np.array(part, dtype=int)
        if isinstance(part, tuple)
        else part
        for part in index
    )


def chosen(x: Shape, *arrays: Shape, index: Index) -> Shape:
    """The shape of what an index chooses."""
    slots = [part for part in index if isinstance(part, str)]
    if sorted(slots) != sorted(f"#{number}" for number in range(1, len(arrays) + 1)):
        raise ShapeError(f"the index {index!r:.60} doesn't take {len(arrays)} arrays, each once")
    for part in index:
        if isinstance(part, tuple) and not _is_whole(part):
            raise ShapeError(f"an index must hold whole numbers, found {part!r:.60}")
    each = (arrays[int(p[1:]) - 1] if isinstance(p, str) else np.shape(p) for p in index if isinstance(p, str | tuple))
    shapes = tuple(each)
    try:
        _check_bounds(x, index, arrays)
        return _shape_at(x, index, shapes)
    except (IndexError, ValueError) as error:
        raise ShapeError(f"[{show(index)}] doesn't fit shape {x}: {error}") from None


def _check_bounds(x: Shape, index: Index, arrays: tuple[Shape, ...]) -> None:
    """Let NumPy check an index, with empty arrays for slices and one entry for unknown arrays."""
    known = tuple(np.zeros(shape if 0 in shape else (1,) * len(shape), int) for shape in arrays)
    nothing = tuple(slice(0, 0) if isinstance(part, slice) else part for part in in_full(x, index)[0])
    np.broadcast_to(np.zeros(()), x)[resolved(nothing, known)]


def _shape_at(x: Shape, index: Index, shapes: tuple[Shape, ...]) -> Shape:
    """The shape of an indexing result, computed without an array."""
    whole, place = in_full(x, index)
    lengths, found = iter(x), list[int]()
    # The positions of integers and arrays, and the number of axes before each.
    places = list[tuple[int, int]]()
    for number, part in enumerate(whole):
        if part is None:
            found.append(1)
            continue
        length = next(lengths)
        if isinstance(part, slice):
            found.append(len(range(*part.indices(length))))
        else:
            # An Ellipsis separates its neighbours, even if it stands for no axis.
            places.append((number + (number >= place), len(found)))
    if not shapes:
        return tuple(found)
    together = places[-1][0] - places[0][0] == len(places) - 1
    at = places[0][1] if together else 0
    return (*found[:at], *np.broadcast_shapes(*shapes), *found[at:])


def _is_whole(part: Any) -> bool:
    """Whether nested tuples contain only integers."""
    return all(map(_is_whole, part)) if isinstance(part, tuple) else type(part) is int


def _added(g: Shape, *arrays: Shape, index: Index, shape: Shape) -> Shape:
    place = chosen(shape, *arrays, index=index)
    if broadcast(g, place) != place:
        raise ShapeError(f"shape {g} can't be added at [{show(index)}] of shape {shape}, which has shape {place}")
    return shape


def _dtype(x: Any, *arrays: Any, **_: Any) -> np.dtype[Any]:
    for each in arrays:
        if np.dtype(each).kind not in "iu":
            raise ShapeError(f"an index must hold whole numbers, found {np.dtype(each)}")
    found: np.dtype[Any] = np.dtype(x)
    return found


def _getitem(x: Any, *arrays: Any, index: tuple[Any, ...]) -> Any:
    return np.asarray(x)[resolved(index, arrays)]


def _add_at(g: Any, *arrays: Any, index: tuple[Any, ...], shape: Shape) -> Any:
    """Zeros of a shape, with `g` added at an index."""
    found = np.zeros(shape, np.asarray(g).dtype)
    if any(isinstance(part, str | tuple) for part in index):
        np.add.at(found, resolved(index, arrays), g)
    else:
        # Slices and integers name each entry once, which is much faster.
        found[index] = g
    return found


def _from_entries(g: Any, y: Any, x: Any, *arrays: Any, slot: int, index: tuple[Any, ...]) -> Any:
    if slot:
        return None
    return apply("add_at", g, *arrays, index=index, shape=np.shape(x))


def _to_entries(g: Any, y: Any, x: Any, *arrays: Any, slot: int, index: tuple[Any, ...], shape: Shape) -> Any:
    return None if slot else apply("getitem", g, *arrays, index=index)


op("getitem", _getitem, chosen, _from_entries, dtype=_dtype, tex=r"{0}", glyph=r"[\,]", category="indexing")
op("add_at", _add_at, _added, _to_entries, dtype=_dtype, glyph=r"\mathrm{scatter}", category="indexing")


# So many entries of an index are shown.
LISTED = 6


def show(index: tuple[Any, ...]) -> str:
    """An index as the author writes it."""

    def part(each: Any) -> str:
        match each:
            case slice():
                ends = ["" if end is None else str(end) for end in (each.start, each.stop, each.step)]
                return ":".join(ends if each.step is not None else ends[:2])
            case tuple():
                shown = [str(list(entry) if isinstance(entry, tuple) else entry) for entry in each[:LISTED]]
                return f"[{', '.join([*shown, '…'] if len(each) > LISTED else shown)}]"
            case str():
                return "·"
            case _:
                return "…" if each is Ellipsis else str(each)

    return ", ".join(part(each) for each in index)


def _nested(array: Any) -> Any:
    return tuple(_nested(each) for each in array) if np.ndim(array) else int(array)


def _check_mask(x: Shape, mask: Shape, before: list[Any], after: list[Any]) -> None:
    """Refuse a mask whose lengths aren't those of the axes that it stands for; like NumPy, take an empty one."""
    taken = [sum(part is not None and part is not Ellipsis for part in parts) for parts in (before, after)]
    axis = len(x) - len(mask) - taken[1] if any(part is Ellipsis for part in before) else taken[0]
    there = x[max(axis, 0) :][: len(mask)]
    if len(there) < len(mask) or any(a not in (0, b) for a, b in zip(mask, there, strict=True)):
        raise ShapeError(
            f"a mask of shape {mask}{where()} doesn't fit an array of shape {x}, whose axes there have shape {there}; "
            "a mask has a bool for each of their entries"
        )


def parts_of(x: Shape, index: Any) -> tuple[Index, tuple[Any, ...]]:
    """An index into a shape as the attribute of an operation, and the traced arrays in it."""
    parts: list[Any] = []
    arrays: list[Any] = []
    masks: list[tuple[int, Shape]] = []
    for part in index if isinstance(index, tuple) else (index,):
        if isinstance(part, Tracer):
            if part.dtype.kind not in "iu":
                raise ShapeError(
                    f"a traced index must hold whole numbers, found {part.dtype}; "
                    "for whole numbers give their argument a dtype, such as gnn.target(5, dtype='int64')"
                )
            arrays.append(part)
            parts.append(f"#{len(arrays)}")
            continue
        try:
            refuse_others(part)
        except ValueError as error:
            raise TracingError(f"an index{where()} {error}") from None
        if part is None or part is Ellipsis or isinstance(part, slice):
            parts.append(part)
        elif isinstance(part, bool | np.bool_) or (np.ndim(part) and np.asarray(part).dtype == bool):
            mask = np.asarray(part)
            if not mask.ndim:
                raise ShapeError(f"a single bool{where()} isn't an index; write np.where")
            masks.append((len(parts), mask.shape))
            parts.extend(_nested(each) for each in np.nonzero(mask))
        elif isinstance(part, int | np.integer):
            parts.append(int(part))
        else:
            array = np.asarray(part)
            if array.dtype.kind not in "iu" and array.size:
                raise ShapeError(f"an index{where()} must hold whole numbers, found {part!r:.60}")
            parts.append(_nested(array.astype(int)))
    for place, shape in masks:
        _check_mask(x, shape, parts[:place], parts[place + len(shape) :])
    return tuple(parts), tuple(arrays)


@implements("getitem")
def getitem(x: Any, index: Any) -> Any:
    if has_mask(index):
        return FUNCTIONS["selected"](x, index)
    parts, arrays = parts_of(np.shape(x), index)
    if not isinstance(x, Tracer) or not is_basic(parts):
        return apply("getitem", x, *arrays, index=parts)
    found = _read(x, parts)
    if is_number(x.shape, parts):
        return found
    view = viewed(found, x, lambda p: p[parts], lambda p, new: FUNCTIONS["store"](p, parts, (), new))
    view.place.index = parts
    return view


def _read(x: Tracer, index: Index) -> Any:
    """The entries at a basic index; plain numbers of a buffer are found without an operation."""
    if not isinstance(x.place, Memory):
        return apply("getitem", x, index=index)
    chosen(x.shape, index=index)
    found = x.place.read(index)
    if isinstance(found, Tracer):
        return Tracer(found.recording, found.number)
    found = np.asarray(found, x.dtype)
    return found[()] if not found.ndim else Tracer(x.recording, x.recording.constant(found.copy()))


def has_mask(index: Any) -> bool:
    """Whether an index contains a traced mask, so the number of entries isn't known."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(part, Tracer) and part.dtype == bool for part in parts)


def within(places: Any, length: int, mode: str) -> Any:
    """Places by the rule of a mode for those outside."""
    if mode not in ("raise", "wrap", "clip"):
        raise ShapeError(f"mode is 'raise', 'wrap' or 'clip', found {mode!r}")
    if mode == "raise":
        return places
    return np.remainder(places, length) if mode == "wrap" else np.clip(places, 0, length - 1)


@implements(np.take)
def take(a: Any, indices: Any, axis: int | None = None, *, mode: str = "raise") -> Any:
    a = np.ravel(a) if axis is None else a
    indices = within(indices, np.shape(a)[axis or 0], mode)
    if not isinstance(a, Tracer):
        # A plain array with a traced index becomes a constant.
        return apply("getitem", a, indices, index=(*([slice(None)] * (axis or 0)), "#1"))
    return a[(*([slice(None)] * ((axis or 0) % np.ndim(a))), indices)]


class Choice(NamedTuple):
    """An index for many examples, and the order of the axes of its result.

    Parameters
    ----------
    places : tuple
        Like the attribute `index` of `getitem`.
    arrays : tuple
        The arrays that the index refers to.
    order : tuple of int
        The order of the result's axes: the examples first, then the others as for a single example.
    """

    places: tuple[Any, ...]
    arrays: tuple[Any, ...]
    order: tuple[int, ...]


def choice(size: int, x: Shape, many: bool, arrays: tuple[Argument, ...], index: tuple[Any, ...], axes: int) -> Choice:
    """The index that selects for each example what `index` selects for one with `axes` axes."""
    fancy = [i for i, part in enumerate(index) if isinstance(part, str | tuple)]
    advanced = [i for i, part in enumerate(index) if isinstance(part, str | tuple | int)] if fancy else []
    joint = advanced == list(range(advanced[0], advanced[-1] + 1)) if advanced else True
    known = {f"#{number}": each.shape for number, each in enumerate(arrays, 1)}
    shapes = [
        known[part] if isinstance(part, str) else np.shape(part) for part in index if isinstance(part, str | tuple)
    ]
    common = len(np.broadcast_shapes(*shapes))
    values = tuple(each.padded(common) for each in arrays)
    if many and joint and not any(each.many for each in arrays):
        return Choice((slice(None), *index), values, tuple(range(axes + 1)))
    taken = sum(isinstance(part, str | tuple | int | slice) for part in index)
    widths = {slice: 1, type(None): 1, type(Ellipsis): len(x) - taken}
    before = sum(widths.get(type(part), 0) for part in index[: advanced[0]]) if joint else 0
    if many:
        # An index with the number of each example puts the examples first.
        numbers = np.arange(size).reshape(size, *(1,) * common)
        rest = range(1 + common, axes + 1)
        order = (0, *rest[:before], *range(1, 1 + common), *rest[before:])
        return Choice((f"#{len(arrays) + 1}", *index), (*values, numbers), order)
    order = (before, *(i for i in range(axes + 1) if i != before))
    return Choice(index, values, order)


def permuted(value: Any, order: tuple[int, ...]) -> Any:
    return value if order == tuple(range(len(order))) else apply("transpose", value, axes=order)


@batching("getitem")
def _getitem_of_many(size: int, x: Argument, *arrays: Argument, index: tuple[Any, ...]) -> Any:
    axes = len(chosen(x.shape, *(each.shape for each in arrays), index=index))
    found = choice(size, x.shape, x.many, arrays, index, axes)
    return permuted(apply("getitem", x.value, *found.arrays, index=found.places), found.order)


@batching("add_at")
def _add_at_of_many(size: int, g: Argument, *arrays: Argument, index: tuple[Any, ...], shape: Shape) -> Any:
    found = choice(size, shape, True, arrays, index, len(g.shape))
    back = tuple(int(i) for i in np.argsort(found.order))
    return apply("add_at", permuted(g.whole(size), back), *found.arrays, index=found.places, shape=(size, *shape))


METHODS["take"] = np.take
VIEWS.add("getitem")
