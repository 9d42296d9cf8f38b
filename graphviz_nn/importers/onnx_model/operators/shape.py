"""Shapes: other shapes of the same entries, joined and split arrays, padding."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from graphviz_nn.importers.onnx_model.table import axis_of, operator, refuse, small, whole
from graphviz_nn.tracing.tracer import Tracer


@operator("Identity")
def identity(x: Any) -> Any:
    return x


@operator("Reshape", static=(1,))
def reshape(x: Any, shape: Any, *, allowzero: int = 0, consumed_inputs: Any = None) -> Any:
    wanted = whole(shape, "shape")
    if not allowzero:
        kept = np.shape(x)
        if any(each == 0 and place >= len(kept) for place, each in enumerate(wanted)):
            refuse(f"its shape {wanted} keeps axes that {kept} hasn't")
        wanted = [each or kept[place] for place, each in enumerate(wanted)]
    return x if tuple(wanted) == np.shape(x) else np.reshape(x, tuple(wanted))


@operator("Flatten")
def flatten(x: Any, *, axis: int = 1) -> Any:
    shape = np.shape(x)
    if not -len(shape) <= axis <= len(shape):
        refuse(f"there is no axis {axis} in shape {shape}")
    axis = axis + len(shape) if axis < 0 else axis
    return np.reshape(x, (int(np.prod(shape[:axis], dtype=int)), int(np.prod(shape[axis:], dtype=int))))


@operator("Transpose")
def transpose(x: Any, *, perm: Sequence[int] | None = None) -> Any:
    return np.transpose(x, None if perm is None else tuple(perm))


@operator("Squeeze", static=(1,))
def squeeze(x: Any, axes: Any = None) -> Any:
    return np.squeeze(x, None if axes is None else tuple(whole(axes, "axes")))


@operator("Unsqueeze", static=(1,))
def unsqueeze(x: Any, axes: Any) -> Any:
    return np.expand_dims(x, tuple(whole(axes, "axes")))


@operator("Expand", static=(1,))
def expand(x: Any, shape: Any) -> Any:
    wanted = np.broadcast_shapes(np.shape(x), tuple(whole(shape, "shape")))
    return x if wanted == np.shape(x) else np.broadcast_to(x, wanted)


@operator("Concat")
def concat(*arrays: Any, axis: int = 1) -> Any:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=axis_of(axis, arrays[0]))


@operator("Split", static=(1,))
def split(x: Any, split: Any = None, *, axis: int = 0, num_outputs: int | None = None, results: int) -> Any:
    along = axis_of(axis, x)
    length = np.shape(x)[along]
    if split is None:
        size = -(-length // max(1, num_outputs or results))
        lengths = [max(0, min(size, length - size * place)) for place in range(results)]
    else:
        lengths = whole(split, "lengths")
    if sum(lengths) > length or min(lengths, default=0) < 0:
        refuse(f"its lengths {lengths} are more than {length}")
    parts = pairwise(accumulate(lengths, initial=0))
    return tuple(x[(*(slice(None),) * along, slice(start, stop))] for start, stop in parts)


@operator("Slice", static=(1, 2, 3, 4))
def slice_(x: Any, starts: Any, ends: Any, axes: Any = None, steps: Any = None) -> Any:
    begin, end = whole(starts, "starts"), whole(ends, "ends")
    along = list(range(len(begin))) if axes is None else [axis_of(each, x) for each in whole(axes, "axes")]
    by = [1] * len(begin) if steps is None else whole(steps, "steps")
    places: list[Any] = [slice(None)] * np.ndim(x)
    for axis, start, stop, step in zip(along, begin, end, by, strict=True):
        length = np.shape(x)[axis]
        # Backwards, the end before the first entry has no number.
        places[axis] = slice(start, None if step < 0 and stop < -length else stop, step)
        if step < 0 and start < -length:
            places[axis] = slice(0, 0)
    return x if all(each == slice(None) for each in places) else x[tuple(places)]


@operator("Tile", since=6, static=(1,))
def tile(x: Any, repeats: Any) -> Any:
    counts = whole(repeats, "repeats")
    small([n * count for n, count in zip(np.shape(x), counts, strict=True)])
    return np.tile(x, tuple(counts))


MODES = {"constant": "constant", "reflect": "reflect", "edge": "edge", "wrap": "wrap"}


@operator("Pad", static=(1, 3))
def pad(
    x: Any,
    pads: Any = None,
    constant_value: Any = None,
    axes: Any = None,
    *,
    mode: str = "constant",
    paddings: Any = None,
    value: float = 0.0,
) -> Any:
    widths = whole(paddings if pads is None else pads, "widths")
    along = list(range(np.ndim(x))) if axes is None else [axis_of(each, x) for each in whole(axes, "axes")]
    if len(widths) != 2 * len(along) or mode not in MODES:
        refuse(f"its widths {widths} aren't two for each axis, or its mode isn't one of {', '.join(MODES)}")
    both = [(0, 0)] * np.ndim(x)
    for axis, before, after in zip(along, widths[: len(along)], widths[len(along) :], strict=True):
        both[axis] = (before, after)
    # A negative width takes entries away.
    kept = zip(both, np.shape(x), strict=True)
    x = x[tuple(slice(max(0, -before), n - max(0, -after)) for (before, after), n in kept)]
    both = [(max(0, before), max(0, after)) for before, after in both]
    whole_shape = [n + sum(each) for n, each in zip(np.shape(x), both, strict=True)]
    if mode != "constant":
        small(whole_shape)
        return np.pad(x, both, mode=MODES[mode])  # type: ignore[call-overload]
    fill = value if constant_value is None else np.reshape(constant_value, ())
    if not isinstance(fill, Tracer):
        return np.pad(x, both, constant_values=fill if isinstance(fill, float) else fill.item())
    inside = np.zeros(small(whole_shape), bool)
    inside[tuple(slice(before, n - after) for (before, after), n in zip(both, whole_shape, strict=True))] = True
    return np.where(inside, np.pad(x, both), fill)


@operator("DepthToSpace", call="depth_to_space")
def depth_to_space(x: Any, *, blocksize: int, mode: str = "DCR") -> Any:
    batch, channels, height, width = np.shape(x)
    left = channels // blocksize**2
    if mode == "DCR":
        parts = np.reshape(x, (batch, blocksize, blocksize, left, height, width))
        moved = np.transpose(parts, (0, 3, 4, 1, 5, 2))
    else:
        parts = np.reshape(x, (batch, left, blocksize, blocksize, height, width))
        moved = np.transpose(parts, (0, 1, 4, 2, 5, 3))
    return np.reshape(moved, (batch, left, height * blocksize, width * blocksize))


@operator("SpaceToDepth", call="space_to_depth")
def space_to_depth(x: Any, *, blocksize: int, mode: str = "DCR") -> Any:
    batch, channels, height, width = np.shape(x)
    rows, columns = height // blocksize, width // blocksize
    parts = np.reshape(x, (batch, channels, rows, blocksize, columns, blocksize))
    moved = np.transpose(parts, (0, 3, 5, 1, 2, 4) if mode == "DCR" else (0, 1, 3, 5, 2, 4))
    return np.reshape(moved, (batch, channels * blocksize**2, rows, columns))
