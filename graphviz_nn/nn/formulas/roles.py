"""Roles: conditions on the arguments of a layer, without which it doesn't get its name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """A condition on an argument.

    Parameters
    ----------
    name : str
        The name of the role in explanations.
    low, high : float
        The range of numbers to try.
    """

    name: str
    low: float = -2.0
    high: float = 2.0


ANYTHING = Role("anything")
VALUE = Role("a value")
DATA = Role("data")
LOGITS = Role("a prediction")
PREDICTION = Role("a prediction")
PROBABILITY = Role("a probability", 0.1, 0.9)
TARGET = Role("a target")
SHARES = Role("a target", 0.1, 0.9)
"""A target of probabilities."""
LABELS = Role("labels", 0, 0)
LEARNED = Role("a parameter")
