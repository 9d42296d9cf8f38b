"""Measure the slope of a function of one number, and its uncertainty due to rounding."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from graphviz_nn.evaluation.gradient_report import Verdict
from graphviz_nn.graph.ir import Array

EPS = float(np.finfo(float).eps)
STEP = EPS ** (1 / 3)
# The shortest steps are smaller than the rounding; this many then share one rounding error.
SHORT = 8
# Longer and shorter steps, if the first isn't conclusive.
LADDER = STEP * 4.0 ** np.arange(-14, 7)
# A slope counts as measured if an error of 1e-3 would have been visible.
KNOWN = 5e-4
# A smaller change relative to the value may be rounding.
GRAIN = 1e-11
# A sum that is smaller than this share of its terms is 0.
NOTHING = 1e-9
# The errors of changes, step by step.
DIGITS = 1e-5
# If rounding changes a result by more than this share, the result is rounding.
NOISE = 1e-3


@dataclass(frozen=True)
class Judged:
    """A slope and its measurement.

    Parameters
    ----------
    slope, difference, error : float
        The judged slope, the measured one, and their relative distance.
    resolution : float
        The smallest distance that would have been visible.
    """

    slope: float
    difference: float
    error: float
    verdict: Verdict
    note: str = ""
    resolution: float = 0.0


@dataclass(frozen=True)
class Measured:
    """The measured slope of a function at 0.

    Parameters
    ----------
    error : float
        Its uncertainty.
    around : float
        The steepest slope from 0 to any of the points.
    left, right : float
        The slopes on both sides if the function is `bent`; none if it `jumps`.
    """

    slope: float
    error: float
    around: float
    left: float
    right: float
    bent: bool
    jumps: bool


def measured(f: Callable[[float], float], middle: float, scale: float) -> Measured:
    """Measure the slope of a function at 0 from its value `middle`, with steps of many lengths around `scale`.

    Source
    ------
    Extrapolation to steps of length 0, and its error: C. J. F. Ridders, Accurate computation of F'(x) and F'(x) F''(x),
    Advances in Engineering Software 4, 1982. Rounding, by differences of differences: J. J. Moré, S. M. Wild,
    Estimating computational noise, SIAM Journal on Scientific Computing 33, 2011.

    Examples
    --------
    >>> found = measured(lambda t: float(np.exp(t)), 1.0, 1.0)
    >>> abs(found.slope - 1) <= found.error < 1e-9
    True
    >>> measured(abs, 0.0, 1.0).bent
    True
    """
    steps = LADDER * scale
    ahead, behind = (np.array([f(side * float(h)) for h in steps]) for side in (1, -1))
    with np.errstate(all="ignore"):
        noise = _noise(middle, ahead, behind)
        central = (ahead - behind) / (2 * steps)
        left, right = (middle - behind) / steps, (ahead - middle) / steps
        # Adding a step to the value rounds the step itself.
        floor = noise / steps + EPS * scale / steps * np.abs(central)
        first = (16 * central[:-1] - central[1:]) / 15
        second = (256 * first[:-1] - first[1:]) / 255
        slopes = np.concatenate([first, second])
        errors = np.concatenate([_spread(first, central) + 1.2 * floor[:-1], _spread(second, first) + 1.2 * floor[:-2]])
        places = np.concatenate([np.arange(len(first)), np.arange(len(second))])
        errors = np.where(_believable(slopes, errors, places, central, floor), errors, np.inf)
        best = int(np.argmin(errors))
        around = np.abs(np.concatenate([left, right]))
        place = _constant(right - left, 5 * floor)
        sharp = _sharpest(right - left, floor, place or 0)
        jumps = any(_constant(each * steps, 5 * noise) == 0 for each in (left, right))
    return Measured(
        float(slopes[best]) if np.isfinite(errors[best]) else float(central[len(steps) // 2]),
        float(errors[best]),
        float(np.max(around, where=np.isfinite(around), initial=0.0)),
        float(left[sharp]),
        float(right[sharp]),
        place is not None,
        jumps,
    )


def _noise(middle: float, ahead: Array, behind: Array) -> Array:
    """The rounding error of values at steps up to each length: the part of four steps that isn't quadratic."""
    changes = np.abs(np.concatenate([ahead, behind]) - middle)
    # If steps change nothing, the smallest change shows the resolution of the values.
    least = float(np.min(changes, where=changes > 0, initial=np.inf))
    grain = least if not changes.all() and least <= GRAIN * abs(middle) else 0.0
    found = np.full(len(ahead), max(EPS * abs(middle), grain))
    for side in (ahead, behind):
        # The third divided difference at 1, 4, 16, 64, times 2160.
        rest = np.abs(np.convolve(side, [1 / 84, -0.25, 1.0, -16 / 21], "valid"))
        found[3:] = np.maximum(found[3:], np.where(np.isfinite(rest), rest, 0.0))
    known = int(np.argmax(np.isfinite(ahead - behind)))
    found[: known + SHORT] = np.max(found[: known + SHORT])
    # The visible error may be a few times smaller than the true one by chance.
    largest: Array = 4 * np.maximum.accumulate(found)
    return largest


def _spread(children: Array, parents: Array) -> Array:
    """The distance of extrapolated slopes from their sources; the longer step counts less."""
    found: Array = np.maximum(np.abs(children - parents[:-1]), np.abs(children - parents[1:]) / 16)
    return found


def _believable(slopes: Array, errors: Array, places: Array, central: Array, floor: Array) -> Array:
    """The extrapolated slopes that may be right: no shorter step contradicts them, and longer ones differ more."""
    change, rounding = np.abs(np.diff(central)), floor[:-1] + floor[1:]
    orderly = change <= np.append(change[1:], 0.0) / 4 + 2 * rounding
    if not orderly[0] and change[0] > 100 * rounding[0]:
        return np.zeros(len(slopes), bool)
    off = np.abs(central[None, :] - slopes[:, None]) > floor[None, :] + 3 * errors[:, None]
    shorter = np.arange(len(central))[None, :] < places[:, None]
    orderly = np.concatenate([orderly, orderly[:-1] & orderly[1:]])
    found: Array = np.isfinite(errors) & orderly & ~np.any(off & shorter, axis=1)
    return found


def _constant(values: Array, seen: Array) -> int | None:
    """The first of three equal values in a row, from the first visible one on."""
    visible = np.flatnonzero(np.abs(values) > seen)
    if not len(visible) or visible[0] + 3 > len(values):
        return None
    place = int(visible[0])
    alike = np.abs(values[place : place + 3] - values[place]) < 0.2 * abs(values[place])
    return place if alike.all() else None


def _sharpest(values: Array, floor: Array, place: int) -> int:
    """Of equal values from a place on, the most precise one."""
    same = np.abs(values - values[place]) < 0.2 * abs(values[place])
    end = place + int(np.argmin(np.append(same[place:], False)))
    doubt = floor[place:end] + np.abs(np.diff(values, prepend=np.inf))[place:end]
    return place + int(np.argmin(doubt)) if end > place else place


def judged(
    f: Callable[[float], float],
    middle: float,
    slope: float,
    scale: float,
    tolerance: float,
    change: Callable[[float], float],
    may_bend: Callable[[], bool],
    rounding: Callable[[], float],
) -> Judged:
    """Judge a slope at 0, where f is `middle`.

    Parameters
    ----------
    change : callable
        f minus `middle`, unaffected by large addends; NaN if rounding hides it all the same.
    may_bend : callable
        Whether any part of f has kinks.
    rounding : callable
        The rounding error of the slope.
    """
    h = STEP * scale
    ahead, behind = f(h), f(-h)
    difference = (ahead - behind) / (2 * h)
    size = max(abs(slope), abs(difference))
    seen = 2 * max(tolerance * size, EPS * max(abs(ahead), abs(behind)) / h)
    if not np.isfinite(slope):
        return Judged(slope, difference, abs(slope - difference), "differs")
    plain = abs(slope - difference) <= tolerance * size and (
        size > 0 or ahead != middle or change(h) == change(-h) == 0
    )
    if plain and not (_parts(f, middle, ahead, behind, h) and may_bend()):
        return Judged(slope, difference, _relative(slope, difference), "agrees", "", seen)
    found = measured(f, middle, scale)
    if (found.bent or found.jumps) and may_bend():
        return _at_a_kink(slope, found, difference)
    if plain:
        return Judged(slope, difference, _relative(slope, difference), "agrees", "", seen)
    if 3 * found.error > KNOWN * max(abs(slope), abs(found.slope)):
        closer = measured(change, 0.0, scale)
        error = closer.error + DIGITS * abs(closer.slope)
        found = replace(closer, error=error) if error < found.error else found
    return _known(slope, found, middle, tolerance, rounding)


def _relative(slope: float, other: float) -> float:
    size = max(abs(slope), abs(other))
    return abs(slope - other) / size if size else 0.0


def _parts(f: Callable[[float], float], middle: float, ahead: float, behind: float, h: float) -> bool:
    """Whether the slopes on both sides stay apart in a shorter step; for a smooth f they converge."""
    left, right = (middle - behind) / h, (ahead - middle) / h
    gap = abs(right - left)
    if not gap > 1e-3 * max(abs(left), abs(right)):
        return False
    return abs(f(h / 16) + f(-h / 16) - 2 * middle) * 16 / h > 0.5 * gap


def _at_a_kink(slope: float, found: Measured, difference: float) -> Judged:
    if not found.bent:
        note = "the value jumps there, so it has no gradient"
        return Judged(slope, difference, 0.0, "kink", note)
    low, high = sorted((found.left, found.right))
    note = (
        f"the slope is {found.left:.4g} to its left and {found.right:.4g} to its right, the gradient {slope:.4g} lies"
    )
    error = _relative(slope, difference)
    slack = 1e-3 * max(abs(low), abs(high))
    if low - slack <= slope <= high + slack:
        return Judged(slope, difference, error, "kink", f"{note} between")
    return Judged(slope, difference, error, "differs", f"{note} outside")


def _known(slope: float, found: Measured, middle: float, tolerance: float, rounding: Callable[[], float]) -> Judged:
    """Judge a slope whose measurement has a known uncertainty."""
    distance, size = abs(slope - found.slope), max(abs(slope), abs(found.slope))
    bound = 3 * found.error
    result = Judged(slope, found.slope, _relative(slope, found.slope), "agrees", "", max(tolerance * size, bound))
    if bound <= KNOWN * size and distance <= max(tolerance * size, bound):
        return result
    # Rounding is as large as the terms of a sum that is 0; a missing term has none.
    left, parts = rounding(), rounding() / EPS
    if NOISE * distance < left and bound <= NOTHING * parts:
        return replace(result, error=distance / parts)
    if distance > max(tolerance * size, bound):
        return replace(result, verdict="differs")
    note = f"the value {middle:.6g} is rounded, which hides slopes below {bound:.1g}"
    if not np.isfinite(bound):
        note = "it changes within the shortest steps"
    return replace(result, verdict="not measurable", note=note)
