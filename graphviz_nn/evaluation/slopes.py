"""The slope of a function of one number, and how far rounding lets it be known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graphviz_nn.evaluation.gradient_report import Verdict
from graphviz_nn.graph.ir import Array

EPS = float(np.finfo(float).eps)
STEP = EPS ** (1 / 3)
# Longer and shorter steps for what isn't plain at the first.
LADDER = STEP * 4.0 ** np.arange(-8, 7)
# A slope counts as measured where an error of 1e-3 would have been seen.
KNOWN = 5e-4
# What is so much smaller than the slopes around it is 0.
NOTHING = 1e-9


@dataclass(frozen=True)
class Judged:
    """A slope beside the measured one.

    Parameters
    ----------
    slope, difference, error : float
        The one that is judged, the measured one, their relative distance.
    resolution : float
        The smallest distance that would have been seen.
    """

    slope: float
    difference: float
    error: float
    verdict: Verdict
    note: str = ""
    resolution: float = 0.0


@dataclass(frozen=True)
class Measured:
    """The slope of a function at 0.

    Parameters
    ----------
    error : float
        How far it may be off.
    around : float
        The steepest slope from 0 to any of the points.
    left, right : float
        The slopes on both sides, where `bent`; where the function `jumps` there are none.
    """

    slope: float
    error: float
    around: float
    left: float
    right: float
    bent: bool
    jumps: bool


def measured(f: Callable[[float], float], middle: float, scale: float) -> Measured:
    """The slope of a function at 0, where its value is `middle`, by steps of many lengths around `scale`.

    Source
    ------
    Extrapolation to steps of length 0, and its error: C. J. F. Ridders, Accurate computation of F'(x) and F'(x) F''(x),
    Advances in Engineering Software 4, 1982. Rounding, by differences of differences: J. J. Moré, S. M. Wild,
    Estimating computational noise, SIAM Journal on Scientific Computing 33, 2011.

    Examples
    --------
    >>> found = measured(lambda t: float(np.exp(t)), 1.0, 1.0)
    >>> abs(found.slope - 1) <= found.error < 1e-11
    True
    >>> measured(abs, 0.0, 1.0).bent
    True
    """
    steps = LADDER * scale
    ahead, behind = (np.array([f(side * float(h)) for h in steps]) for side in (1, -1))
    with np.errstate(all="ignore"):
        noise = _noise(f, middle, float(steps[0]), ahead, behind)
        central = (ahead - behind) / (2 * steps)
        left, right = (middle - behind) / steps, (ahead - middle) / steps
        # A step itself is rounded where it is added to the value.
        floor = noise / steps + EPS * scale / steps * np.abs(central)
        first = (16 * central[:-1] - central[1:]) / 15
        second = (256 * first[:-1] - first[1:]) / 255
        slopes = np.concatenate([first, second])
        errors = np.concatenate(
            [np.abs(first - central[:-1]) + 1.2 * floor[:-1], np.abs(second - first[:-1]) + 1.2 * floor[:-2]]
        )
        errors = np.where(np.isfinite(errors), errors, np.inf)
        best = int(np.argmin(errors))
        around = np.abs(np.concatenate([left, right]))
        place = _constant(right - left, 20 * floor)
        jumps = any(_constant(each * steps, np.full(len(steps), 20 * noise)) == 0 for each in (left, right))
    return Measured(
        float(slopes[best]) if np.isfinite(errors[best]) else float(central[len(steps) // 2]),
        float(errors[best]),
        float(np.max(around, where=np.isfinite(around), initial=0.0)),
        float(left[place or 0]),
        float(right[place or 0]),
        place is not None,
        jumps,
    )


def _noise(f: Callable[[float], float], middle: float, h: float, ahead: Array, behind: Array) -> float:
    """How far values are off by rounding: what bends even within the smallest steps, to either side."""
    values = np.abs([middle, ahead[0], behind[0]])
    found = [EPS * float(np.max(values, where=np.isfinite(values), initial=0.0))]
    for step in (h, -h, 1.7 * h, -1.7 * h):
        bend = abs(f(step) - 2 * f(2 * step) + f(3 * step)) / 2
        found += [bend] if np.isfinite(bend) else []
    return max(found)


def _constant(values: Array, seen: Array) -> int | None:
    """The first of three in a row that are the same, beginning with the first that can be seen."""
    visible = np.flatnonzero(np.abs(values) > seen)
    if not len(visible) or visible[0] + 3 > len(values):
        return None
    place = int(visible[0])
    return place if np.all(np.abs(values[place : place + 3] - values[place]) < 0.2 * abs(values[place])) else None


def judged(
    f: Callable[[float], float],
    middle: float,
    slope: float,
    scale: float,
    tolerance: float,
    around: float,
    may_bend: Callable[[], bool],
) -> Judged:
    """What a slope is worth at 0, where f is `middle`.

    Parameters
    ----------
    around : float
        How steep f is elsewhere: what is next to nothing beside that is 0.
    may_bend : callable
        Whether there is anything in f that has kinks.
    """
    h = STEP * scale
    ahead, behind = f(h), f(-h)
    difference = (ahead - behind) / (2 * h)
    size = max(abs(slope), abs(difference))
    seen = 2 * max(tolerance * size, EPS * max(abs(ahead), abs(behind)) / h)
    if not np.isfinite(slope):
        return Judged(slope, difference, abs(slope - difference), "differs")
    if abs(slope - difference) <= tolerance * size and (size or not _hidden(f, middle, ahead, scale)):
        return Judged(slope, difference, abs(slope - difference) / size if size else 0.0, "agrees", "", seen)
    found = measured(f, middle, scale)
    if (found.bent or found.jumps) and may_bend():
        return _at_a_kink(slope, found, difference)
    return _known(slope, found, middle, tolerance, around)


def _hidden(f: Callable[[float], float], middle: float, ahead: float, scale: float) -> bool:
    """Whether a function that seems to be flat may have a slope that is rounded away."""
    if ahead != middle:
        return False
    h = float(LADDER[-1]) * scale
    rise = max(abs(f(h) - middle), abs(f(-h) - middle))
    return 0 < rise * STEP * scale / h < 8 * EPS * abs(middle)


def _at_a_kink(slope: float, found: Measured, difference: float) -> Judged:
    if not found.bent:
        note = "the value jumps there, no gradient says how"
        return Judged(slope, difference, 0.0, "kink", note)
    low, high = sorted((found.left, found.right))
    note = f"the slope is {found.left:.4g} to its left and {found.right:.4g} to its right, the gradient {slope:.4g} lies"
    error = abs(slope - difference) / max(abs(slope), abs(difference))
    slack = 1e-3 * max(abs(low), abs(high))
    if low - slack <= slope <= high + slack:
        return Judged(slope, difference, error, "kink", f"{note} between")
    return Judged(slope, difference, error, "differs", f"{note} outside")


def _known(slope: float, found: Measured, middle: float, tolerance: float, around: float) -> Judged:
    """A slope beside one that is known only so far."""
    distance, size = abs(slope - found.slope), max(abs(slope), abs(found.slope))
    bound = 3 * found.error
    error = distance / size if size else 0.0
    result = Judged(slope, found.slope, error, "agrees", "", max(tolerance * size, bound))
    if bound <= KNOWN * size:
        return result if distance <= max(tolerance * size, bound) else Judged(slope, found.slope, error, "differs")
    if distance > max(tolerance * size, bound):
        return Judged(slope, found.slope, error, "differs")
    if abs(slope) <= found.error <= NOTHING * max(around, found.around):
        return result
    if not np.isfinite(bound):
        return Judged(slope, found.slope, error, "not measurable", "the value isn't finite around it", bound)
    note = f"the value {middle:.6g} is rounded, slopes below {bound:.1g} drown in that"
    return Judged(slope, found.slope, error, "not measurable", note, bound)
