"""Resizing: a choice of entries along each axis, or a product with a matrix of weights."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from graphviz_nn.graph.ir import Array
from graphviz_nn.importers.onnx_model.table import alike, axis_of, operator, refuse, small, whole
from graphviz_nn.importers.windows import called
from graphviz_nn.tracing.tracer import Tracer


class Axis(NamedTuple):
    """How one axis is resized.

    Parameters
    ----------
    axis, length, wanted : int
        Which, how long it is, and how long it becomes.
    scale : float
        How many entries one becomes.
    start, end : float
        The part of the axis that is kept, from 0 to 1.
    """

    axis: int
    length: int
    wanted: int
    scale: float
    start: float = 0.0
    end: float = 1.0

    @property
    def width(self) -> float:
        """The new length before it is cut to a whole number."""
        return self.length * self.scale


def _half_pixel(at: Array, axis: Axis) -> Array:
    return (at + 0.5) / axis.scale - 0.5


def _cropped(at: Array, axis: Axis) -> Array:
    kept = (axis.end - axis.start) * (axis.length - 1)
    inside = at * kept / (axis.width - 1) if axis.wanted > 1 else np.full(1, kept / 2)
    return axis.start * (axis.length - 1) + inside


PLACES: dict[str, Callable[[Array, Axis], Array]] = {
    "align_corners": lambda at, axis: at * ((axis.length - 1) / (axis.width - 1) if axis.wanted > 1 else 0.0),
    "asymmetric": lambda at, axis: at / axis.scale,
    "half_pixel": _half_pixel,
    "half_pixel_symmetric": lambda at, axis: _half_pixel(at, axis) + axis.length / 2 * (1 - axis.wanted / axis.width),
    "pytorch_half_pixel": lambda at, axis: _half_pixel(at, axis) if axis.wanted > 1 else np.zeros(1),
    "tf_crop_and_resize": _cropped,
}
"""Where the new entries lie among the old ones."""

NEAREST: dict[str, Callable[[Array], Array]] = {
    "ceil": np.ceil,
    "floor": np.floor,
    "round_prefer_ceil": lambda at: np.floor(at + 0.5),
    "round_prefer_floor": lambda at: np.ceil(at - 0.5),
}
"""Which old entry is nearest to a place."""


def _cubic(distance: Array, a: float) -> Array:
    x = np.abs(distance)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    return np.where(x <= 1, near, np.where(x < 2, ((a * x - 5 * a) * x + 8 * a) * x - 4 * a, 0))


KERNELS: dict[str, tuple[int, Callable[[Array, float], Array]]] = {
    "cubic": (2, _cubic),
    "linear": (1, lambda distance, a: np.clip(1 - np.abs(distance), 0, 1)),
}
"""How far an old entry reaches, and its weight at a distance."""


def _weights(at: Array, axis: Axis, mode: str, a: float, antialias: bool, exclude: bool) -> Array:
    """The weight of each old entry in each new one."""
    reach, kernel = KERNELS[mode]
    narrow = min(axis.scale, 1.0) if antialias else 1.0
    reach = int(np.ceil(reach / narrow))
    small([len(at), 2 * reach])
    places = np.floor(at)[:, None].astype(int) + np.arange(1 - reach, reach + 1)
    weights = kernel((places - at[:, None]) * narrow, a)
    if exclude:
        weights = np.where((places < 0) | (places >= axis.length), 0, weights)
    weights = weights / weights.sum(axis=1, keepdims=True)
    matrix = np.zeros(small([axis.length, axis.wanted]))
    np.add.at(matrix, (np.clip(places, 0, axis.length - 1), np.arange(axis.wanted)[:, None]), weights)
    return matrix


def _chosen(x: Any, axis: Axis, places: Array) -> Any:
    times = axis.wanted // axis.length if axis.length else 0
    if times * axis.length == axis.wanted and np.array_equal(places, np.repeat(np.arange(axis.length), times)):
        return np.repeat(x, times, axis=axis.axis)
    return x[(*(slice(None),) * axis.axis, places)]


def _resize(
    x: Any,
    axes: Sequence[Axis],
    mode: str,
    place: str,
    nearest: str = "round_prefer_floor",
    a: float = -0.75,
    antialias: bool = False,
    exclude: bool = False,
    beyond: float = 0.0,
) -> Any:
    known = (place, PLACES), (nearest, NEAREST), (mode, {**KERNELS, "nearest": None})
    unknown = [word for word, words in known if word not in words]
    if unknown:
        refuse(f"it has no mode {unknown[0]!r:.60}")
    for axis in axes:
        if axis.scale <= 0 or not axis.length:
            refuse(f"it can't resize {axis.length} entries by {axis.scale}")

    def inside(x: Any) -> Any:
        for axis in axes:
            at = PLACES[place](np.arange(*small([axis.wanted])), axis)
            if axis.wanted == axis.length and np.array_equal(at, np.arange(axis.length)):
                continue
            behind = (1,) * (np.ndim(x) - axis.axis - 1)
            if mode == "nearest":
                x = _chosen(x, axis, np.clip(NEAREST[nearest](at), 0, axis.length - 1).astype(int))
            else:
                matrix = _weights(at, axis, mode, a, antialias, exclude).astype(x.dtype)
                x = np.moveaxis(np.moveaxis(x, axis.axis, -1) @ matrix, -1, axis.axis) if behind else x @ matrix
            outside = np.reshape((at < 0) | (at > axis.length - 1), (-1, *behind))
            if place == "tf_crop_and_resize" and outside.any():
                x = np.where(outside, np.asarray(beyond, x.dtype), x)
        return x

    return alike(x, called("upsample" if mode == "nearest" else "interpolate", inside, x))


def _axes(x: Any, scales: Any, sizes: Any, axes: Sequence[int] | None, policy: str, roi: Any) -> list[Axis]:
    along = list(range(np.ndim(x))) if axes is None else [axis_of(each, x) for each in axes]
    lengths = [np.shape(x)[axis] for axis in along]
    if any(isinstance(each, Tracer) for each in (scales, sizes, roi)):
        refuse("its new size depends on the model's input")
    if sizes is not None and np.size(sizes):
        wanted = whole(sizes, "sizes")
        _alike(wanted, along)
        factors = [count / max(length, 1) for count, length in zip(wanted, lengths, strict=True)]
        if policy != "stretch":
            one = min(factors) if policy == "not_larger" else max(factors)
            factors = [one] * len(factors)
            wanted = [int(np.floor(one * length + 0.5)) for length in lengths]
    else:
        factors = [float(each) for each in np.ravel(scales)] if scales is not None else []
        _alike(factors, along)
        wanted = [int(np.floor(length * factor)) for length, factor in zip(lengths, factors, strict=True)]
    small([max(each, 1) for each in wanted])
    bounds = [0.0] * len(along) + [1.0] * len(along)
    if roi is not None and np.size(roi) == 2 * len(along):
        bounds = [float(each) for each in np.ravel(roi)]
    rows = zip(along, lengths, wanted, factors, bounds[: len(along)], bounds[len(along) :], strict=True)
    return [Axis(*row) for row in rows]


def _alike(numbers: Sequence[float], along: Sequence[int]) -> None:
    if len(numbers) != len(along):
        refuse(f"it needs a size for each of {len(along)} axes, found {len(numbers)}")


@operator("Resize", since=11, static=(1, 2, 3))
def resize(
    x: Any,
    roi: Any = None,
    scales: Any = None,
    sizes: Any = None,
    *,
    antialias: int = 0,
    axes: Sequence[int] | None = None,
    coordinate_transformation_mode: str = "half_pixel",
    cubic_coeff_a: float = -0.75,
    exclude_outside: int = 0,
    extrapolation_value: float = 0.0,
    keep_aspect_ratio_policy: str = "stretch",
    mode: str = "nearest",
    nearest_mode: str = "round_prefer_floor",
) -> Any:
    along = _axes(x, scales, sizes, axes, keep_aspect_ratio_policy, roi)
    place = coordinate_transformation_mode
    place = "half_pixel" if place == "tf_half_pixel_for_nn" else place
    smooth, exclude = bool(antialias), bool(exclude_outside)
    return _resize(x, along, mode, place, nearest_mode, cubic_coeff_a, smooth, exclude, extrapolation_value)


@operator("Resize", "Upsample", static=(1,))
def upsample(
    x: Any,
    scales: Any = None,
    *,
    mode: str = "nearest",
    height_scale: float | None = None,
    width_scale: float | None = None,
) -> Any:
    if height_scale is not None and width_scale is not None:
        scales = [1.0, 1.0, height_scale, width_scale]
    mode = "linear" if mode in ("bilinear", "trilinear") else mode
    return _resize(x, _axes(x, scales, None, None, "stretch", None), mode, "asymmetric", "floor")
