"""Outlines of shapes, as paths."""

from collections.abc import Callable

from graphviz_nn.scene.primitives import Command

# The handle length for which four cubic pieces are nearest to a circle.
ROUND = 0.5522847498


def _rounded(x: float, y: float, width: float, height: float, radius: float) -> tuple[Command, ...]:
    left, right, top, bottom = x - width / 2, x + width / 2, y - height / 2, y + height / 2
    r, k = radius, radius * (1 - ROUND)
    return (
        ("M", (left + r, top)),
        ("L", (right - r, top)),
        ("C", (right - k, top, right, top + k, right, top + r)),
        ("L", (right, bottom - r)),
        ("C", (right, bottom - k, right - k, bottom, right - r, bottom)),
        ("L", (left + r, bottom)),
        ("C", (left + k, bottom, left, bottom - k, left, bottom - r)),
        ("L", (left, top + r)),
        ("C", (left, top + k, left + k, top, left + r, top)),
        ("Z", ()),
    )


def _box(x: float, y: float, width: float, height: float) -> tuple[Command, ...]:
    left, right, top, bottom = x - width / 2, x + width / 2, y - height / 2, y + height / 2
    return ("M", (left, top)), ("L", (right, top)), ("L", (right, bottom)), ("L", (left, bottom)), ("Z", ())


def _octagon(x: float, y: float, width: float, height: float) -> tuple[Command, ...]:
    a, b = width / 2, height / 2
    cut = min(width / 4, height / 4, 7.0)
    corners = [(cut - a, -b), (a - cut, -b), (a, cut - b), (a, b - cut)]
    start, *rest = [(x + s * dx, y + s * dy) for s in (1, -1) for dx, dy in corners]
    return ("M", start), *(("L", corner) for corner in rest), ("Z", ())


def _full(x: float, y: float, width: float, height: float) -> tuple[Command, ...]:
    return _rounded(x, y, width, height, min(width, height) / 2)


def trapezoid(
    x: float, y: float, width: float, height: float, ends: tuple[float, float], sideways: bool
) -> tuple[Command, ...]:
    """A trapezoid with these lengths at its ends: left and right if `sideways`, otherwise top and bottom."""
    first, last = (length / 2 for length in ends)
    a, b = width / 2, height / 2
    corners = (
        [(-a, -first), (a, -last), (a, last), (-a, first)]
        if sideways
        else [(-first, -b), (first, -b), (last, b), (-last, b)]
    )
    start, *rest = [(x + dx, y + dy) for dx, dy in corners]
    return ("M", start), *(("L", corner) for corner in rest), ("Z", ())


OUTLINES: dict[str, Callable[[float, float, float, float], tuple[Command, ...]]] = {
    "box": _box,
    "rounded": lambda x, y, width, height: _rounded(x, y, width, height, 4.0),
    "pill": _full,
    "circle": _full,
    "octagon": _octagon,
    "trapezoid": _box,
}
"""Outlines by name: functions of ``(x, y, width, height)``, with the centre first; a trapezoid has equal ends here."""
