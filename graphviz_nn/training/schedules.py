"""Schedules: the course of the learning rate from its first value to its last."""

from collections.abc import Callable
from math import cos, isfinite, pi
from typing import TypeAlias

from graphviz_nn.errors import UsageError, refuse_unknown

Rate: TypeAlias = float | tuple[float, float] | Callable[[int], float]


def constant(share: float) -> float:
    """The first rate throughout."""
    return 0.0


def linear(share: float) -> float:
    """An equal decrease at each step."""
    return share


def cosine(share: float) -> float:
    """Slow at the start and the end, along half a cosine.

    Source
    ------
    I. Loshchilov and F. Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017, equation (5).
    """
    return (1 - cos(pi * share)) / 2


def step(share: float) -> float:
    """Half of the way after half of the training, and half of the rest after three quarters."""
    return 0.0 if share < 0.5 else 0.5 if share < 0.75 else 0.75


SCHEDULES: dict[str, Callable[[float], float]] = {each.__name__: each for each in (constant, linear, cosine, step)}
"""Every schedule by name: a function from the share of steps done to the share of the way, from 0 to 1."""


def rates(rate: Rate, schedule: str | None, steps: int) -> Callable[[int], float]:
    """The learning rate at each step, counted from 0.

    Parameters
    ----------
    rate : float, pair of float, or callable
        The first rate, the first and the last, or a function of the step; the last defaults to 0.
    schedule : str, optional
        One of `SCHEDULES`; default "constant" for one rate, "linear" for two.
    steps : int
        The number of steps until the last rate.

    Raises
    ------
    UsageError
        For an invalid rate, and for an unknown schedule.

    Examples
    --------
    >>> rate = rates((1.0, 0.1), "linear", 100)
    >>> rate(0), rate(50)
    (1.0, 0.55)
    """
    if callable(rate):
        if schedule is not None:
            raise UsageError("the rate is a function of the step already; leave out schedule=")
        return _checked(rate)
    pair = rate if isinstance(rate, tuple | list) else (rate, 0.0)
    if len(pair) != 2 or not all(isinstance(each, int | float) and isfinite(each) and each >= 0 for each in pair):
        raise UsageError(f"rate must be a number of at least 0, two of them or a function of the step, found {rate!r}")
    first, last = pair
    name = schedule or ("linear" if pair is rate else "constant")
    refuse_unknown("schedule", name, SCHEDULES)
    if name == "constant" and pair is rate:
        raise UsageError(f"a constant rate is a single number, found {rate!r}; give one, or schedule='linear'")
    return lambda k: first + (last - first) * SCHEDULES[name](k / steps)


def _checked(rate: Callable[[int], float]) -> Callable[[int], float]:
    def checked(step: int) -> float:
        value = rate(step)
        try:
            found = float(value)
        except (TypeError, ValueError):
            raise UsageError(f"the rate of step {step} is {value!r}; its function must return a number") from None
        if not isfinite(found):
            raise UsageError(f"the rate of step {step} is {value!r}; its function must return a finite number")
        return found

    return checked
