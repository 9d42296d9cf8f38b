"""Draw the random leaves of a graph, or replace them by their means."""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from graphviz_nn.graph.distribution import DISTRIBUTIONS, Draw
from graphviz_nn.graph.ir import Array, Variable

Moment: TypeAlias = tuple[int, ...]
"""Selects a draw: the number of a run, or the seed and the step of a training."""


def drawn(variable: Variable, moment: Moment) -> Array:
    """The value of a random leaf at a moment, the same on every call.

    Examples
    --------
    >>> mask = Variable((4,), role="random", draw=Draw("bernoulli", (0,)))
    >>> drawn(mask, (0,)), drawn(mask, (1,))
    (array([0., 1., 1., 1.]), array([0., 0., 0., 0.]))
    """
    draw = _of(variable)
    known = DISTRIBUTIONS[draw.distribution]
    whole, index = draw.entry or ((), ())
    found = known.sample(np.random.default_rng([*draw.seed, *moment]), (*variable.shape, *whole), draw.probability)
    return np.asarray(found[(..., *index)] if index else found, variable.dtype)


def means(leaves: Mapping[str, Variable]) -> dict[str, Array]:
    """The means of all random leaves, for results without chance."""
    return {
        name: np.full(each.shape, DISTRIBUTIONS[each.draw.distribution].mean(each.draw.probability), each.dtype)
        for name, each in leaves.items()
        if each.draw is not None
    }


def draws(leaves: Mapping[str, Variable], moment: Moment) -> dict[str, Array]:
    """The values of all random leaves at a moment."""
    return {name: drawn(each, moment) for name, each in leaves.items() if each.draw is not None}


def _of(variable: Variable) -> Draw:
    assert variable.draw is not None
    return variable.draw
