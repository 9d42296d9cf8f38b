"""Central differences along entries and directions, and what their distance from a slope means."""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.evaluation.gradient_report import Row, Verdict
from graphviz_nn.graph.ir import Array, Variable

LARGE = 1000
DIRECTIONS = 8
STEP = float(np.finfo(float).eps ** (1 / 3))


def compared(
    name: str,
    variable: Variable,
    value: Any,
    found: Array,
    at: Callable[[Array], Array],
    mode: str,
    tolerance: float,
    rng: "np.random.Generator",
) -> Row:
    """A gradient beside the central differences of all entries, or of some directions."""
    value = np.asarray(value)
    directions = mode == "directions" or (mode == "auto" and value.size > LARGE)
    probes = (_along_directions if directions else _along_entries)(value, rng)
    middle = float(at(value))
    judged = []
    for title, direction in probes:
        slope = float(np.sum(found * direction))
        judged.append((title, slope, *slope_judged(at, value, middle, direction, slope, tolerance)))
    order = {"differs": 2, "kink": 1, "agrees": 0}
    mode = "directions" if directions else "entries"
    if not judged:
        return Row(name, variable.role, variable.shape, mode, 0, "", 0.0, 0.0, 0.0, "agrees", "it has no entries")
    # NaN is worse than any number.
    worst = max(judged, key=lambda each: (order[each[4]], np.nan_to_num(each[3], nan=np.inf)))
    title, slope, difference, error, verdict, note = worst
    kinks = sum(each[4] == "kink" for each in judged)
    if kinks and verdict == "kink":
        note = f"{kinks} of {len(judged)} {mode} at a kink, {title or 'it'}: {note}"
    return Row(name, variable.role, variable.shape, mode, len(judged), title, slope, difference, error, verdict, note)


def slope_judged(
    at: Callable[[Array], Array], value: Array, middle: float, direction: Array, slope: float, tolerance: float
) -> tuple[float, float, Verdict, str]:
    """The central difference along a direction, its distance from a slope, and what that means."""
    scale = max(1.0, float(np.max(np.abs(value * (direction != 0)), initial=0.0)))
    return _judge(lambda h: float(at(value + h * direction)), middle, slope, scale, tolerance)


def _along_entries(value: Array, rng: "np.random.Generator") -> list[tuple[str, Array]]:
    return [(str(list(index)) if index else "", entry(value.shape, index)) for index in np.ndindex(value.shape)]


def entry(shape: tuple[int, ...], index: tuple[int, ...]) -> Array:
    """The direction in which one entry alone grows."""
    direction = np.zeros(shape)
    direction[index] = 1.0
    return direction


def _along_directions(value: Array, rng: "np.random.Generator") -> list[tuple[str, Array]]:
    drawn = [rng.standard_normal(value.shape) for _ in range(DIRECTIONS)]
    return [(f"direction {i}", each / np.linalg.norm(each)) for i, each in enumerate(drawn, 1)]


def _judge(
    f: Callable[[float], float], middle: float, slope: float, scale: float, tolerance: float
) -> tuple[float, float, Verdict, str]:
    """The central difference, its distance from a slope, and what that means."""
    h = STEP * scale
    left, right = (middle - f(-h)) / h, (f(h) - middle) / h
    difference = (left + right) / 2
    noise = 8 * np.finfo(float).eps * max(abs(middle), 1.0) / h
    size = max(abs(slope), abs(difference), noise / tolerance)
    error = abs(slope - difference) / size
    if abs(right - left) > 1e-3 * max(abs(left), abs(right), noise * 1e3) and (kink := _kink(f, middle, h)):
        low, high = min(kink), max(kink)
        note = f"the slope is {kink[0]:.4g} to its left and {kink[1]:.4g} to its right"
        slack = 1e-3 * max(abs(low), abs(high), 1e-9)
        if low - slack <= slope <= high + slack:
            return difference, error, "kink", f"{note}, the gradient {slope:.4g} lies between"
        return difference, error, "differs", f"{note}, the gradient {slope:.4g} lies outside"
    verdict: Verdict = "agrees" if error <= tolerance else "differs"
    return difference, error, verdict, ""


def _kink(f: Callable[[float], float], middle: float, h: float) -> tuple[float, float] | None:
    """The slopes on both sides, where they stay apart however small the step: where f is smooth, they meet."""
    gaps = []
    sides = (0.0, 0.0)
    for step in (h, h / 16):
        sides = ((middle - f(-step)) / step, (f(step) - middle) / step)
        gaps.append(abs(sides[1] - sides[0]))
    return sides if np.isfinite(gaps[1]) and gaps[1] > 0.5 * gaps[0] else None
