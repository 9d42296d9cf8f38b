"""How JavaScript reduces arrays along axes: sums, products, extremes and running ones, and the order of entries."""

from math import prod

from graphviz_nn.evaluation.backends.calls import Call
from graphviz_nn.evaluation.javascript.places import Nest, Place, address, nest, plus
from graphviz_nn.evaluation.javascript.writer import Writer
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.rules import axes_numbers

UPDATES = {
    "sum": ("{0} += {1};", "0"),
    "prod": ("{0} *= {1};", "1"),
    "any": ("if ({1} !== 0) {0} = 1;", "0"),
    "all": ("if ({1} === 0) {0} = 0;", "1"),
    "max": ("if ({1} > {0} || {1} !== {1}) {0} = {1};", "(-Infinity)"),
    "min": ("if ({1} < {0} || {1} !== {1}) {0} = {1};", "Infinity"),
}
"""How a reduction takes the next entry, and what it starts with."""


def _over(writer: Writer, x: Place, axes: tuple[int, ...], kind: str, dtype: str, count: int = 1) -> Place:
    """Combine the entries along some axes, whose lengths become 1; divide them by a count.

    Sums along the entries that follow each other are in pairs, as NumPy's.
    """
    update, first = UPDATES[kind]
    found = writer.new(dtype, tuple(1 if axis in axes else n for axis, n in enumerate(x.shape)))
    share = f" / {count}" if count != 1 else ""
    kept = tuple(axis for axis in range(len(x.shape)) if axis not in axes)
    outer = tuple(x.shape[axis] for axis in kept)
    inner = tuple(x.shape[axis] for axis in axes)
    if 0 in found.shape:
        return found
    if 0 in x.shape:
        writer.filled(found, first)
        return found
    steps = {side: min((x.strides[axis] for axis in side if x.shape[axis] != 1), default=0) for side in (kept, axes)}
    ends = [tuple(each.strides[axis] for axis in kept) for each in (found, x)]
    along = nest(inner, (tuple(x.strides[axis] for axis in axes), 0), letter="j")
    if not axes or prod(inner) == 1 or steps[axes] <= steps[kept] or prod(outer) == 1:
        # One result after another.
        loops = nest(outer, (ends[0], 0), (ends[1], x.offset))
        start = loops.addresses[1]
        one = along.head.count("for")
        if kind == "sum" and one == 1:
            stride = _stride(x, axes)
            body = f"a0[{loops.addresses[0]}] = sum(a1, {start}, {prod(inner)}, {stride}){share};"
        else:
            entry = f"a1[{plus(start, along.addresses[0])}]"
            body = f"let t = {first}; {along.around(update.format('t', entry))} a0[{loops.addresses[0]}] = t{share};"
        writer.call(loops.around(body), found, x)
        return found
    # All results together, entry by entry.
    loops = nest(outer, (ends[0], 0), (ends[1], 0))
    start = plus(along.addresses[0], address(x.offset, []))
    cells = f"a0[{loops.addresses[0]}]", f"a1[{plus(start, loops.addresses[1])}]"
    divided = f" for (let i = 0; i < {prod(outer)}; i++) a0[i] /= {count};" if share else ""
    writer.call(f"a0.fill({first}); {along.around(loops.around(update.format(*cells)))}{divided}", found, x)
    return found


def _stride(x: Place, axes: tuple[int, ...]) -> int:
    return next((x.strides[axis] for axis in reversed(axes) if x.shape[axis] != 1), 1)


def reshaped(writer: Writer, x: Place, shape: Shape) -> Place:
    return x.reshaped(shape) or writer.whole(x).reshaped(shape) or x


def reduction(writer: Writer, call: Call) -> Place:
    x = writer.place(call, 0)
    axes = axes_numbers(call.attributes.get("axis"), len(x.shape))
    kind = "sum" if call.op.name == "mean" else call.op.name
    count = prod(x.shape[axis] for axis in axes) if call.op.name == "mean" else 1
    return reshaped(writer, _over(writer, x, axes, kind, call.dtype.name, count), call.shape)


def sum_to(writer: Writer, call: Call) -> Place:
    x, lead = writer.place(call, 0), len(call.shapes[0]) - len(call.shape)
    longer = (axis + lead for axis, n in enumerate(call.shape) if n == 1 and x.shape[axis + lead] != 1)
    return reshaped(writer, _over(writer, x, (*range(lead), *longer), "sum", call.dtype.name), call.shape)


def _across(axis: int, *places: Place) -> Nest:
    """Loops over all axes but one."""
    kept = [each for each in range(len(places[0].shape)) if each != axis]
    ends = [(tuple(each.strides[k] for k in kept), each.offset) for each in places]
    return nest(tuple(places[0].shape[each] for each in kept), *ends)


def search(writer: Writer, call: Call) -> Place:
    """The number of the largest or smallest entry; the first NaN wins."""
    x, axis = writer.place(call, 0), call.attributes.get("axis")
    if axis is None:
        x = writer.whole(x).reshaped((prod(x.shape),)) or x
    axis = 0 if axis is None else axis % len(x.shape)
    found = writer.new(call.dtype.name, call.shape)
    kept = tuple(each for each in range(len(x.shape)) if each != axis)
    outer, strides = tuple(x.shape[each] for each in kept), tuple(x.strides[each] for each in kept)
    target = Place.whole(found.word, found.dtype, outer)
    loops = nest(outer, (target.strides, 0), (strides, x.offset))
    at = f"a1[{plus(loops.addresses[1], address(0, [('j', x.strides[axis])]))}]"
    better = ">" if call.op.name == "argmax" else "<"
    body = (
        f"let t = a1[{loops.addresses[1]}], k = 0; for (let j = 1; j < {x.shape[axis]}; j++) "
        f"if (t === t && ({at} {better} t || {at} !== {at})) {{ t = {at}; k = j; }} a0[{loops.addresses[0]}] = k;"
    )
    writer.call(loops.around(body), found, x)
    return found


def running(writer: Writer, call: Call) -> Place:
    """The results so far along an axis."""
    x, axis = writer.place(call, 0), call.attributes["axis"] % len(call.shape)
    found = writer.new(call.dtype.name, call.shape)
    if 0 in call.shape:
        return found
    update, first = UPDATES[call.op.name.removeprefix("cum")]
    loops = _across(axis, found, x)
    each = zip(loops.addresses, (found, x), strict=True)
    cells = [f"a{k}[{plus(at, address(0, [('j', place.strides[axis])]))}]" for k, (at, place) in enumerate(each)]
    body = (
        f"let t = {first}; for (let j = 0; j < {x.shape[axis]}; j++) {{{update.format('t', cells[1])} {cells[0]} = t;}}"
    )
    writer.call(loops.around(body), found, x)
    return found


def sorted_places(writer: Writer, call: Call) -> Place:
    """Where the entries in ascending order are; equal ones stay in order, NaN come last."""
    x, axis = writer.place(call, 0), call.attributes["axis"] % len(call.shape)
    found = writer.new(call.dtype.name, call.shape)
    loops = _across(axis, found, x)
    at = (
        f"a0, {loops.addresses[0]}, {found.strides[axis]}, a1, {loops.addresses[1]}, {x.strides[axis]}, {x.shape[axis]}"
    )
    if 0 not in call.shape:
        writer.call(loops.around(f"order({at});"), found, x)
    return found
