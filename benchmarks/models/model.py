"""A model, and numbers to feed it."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

import graphviz_nn as gnn


@dataclass(frozen=True)
class Model:
    """A function whose arguments say what they are, and feeds of those that can't be any number.

    Parameters
    ----------
    function : callable
        With specs as defaults; its name is the model's.
    given : mapping of str to array
        Values such as a target that must be a class.
    """

    function: Callable[..., Any]
    given: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.function.__name__

    @cached_property
    def graph(self) -> gnn.Graph:
        return gnn.trace(self.function)

    @cached_property
    def feeds(self) -> dict[str, Any]:
        """Values for all leaves that have none: those that are given, others drawn at random, always the same."""
        rng = np.random.default_rng(zlib.crc32(self.name.encode()))
        drawn = {
            name: rng.standard_normal(leaf.shape)
            for name, leaf in self.graph.leaves.items()
            if leaf.value is None and leaf.draw is None
        }
        return {**drawn, **self.given}


def model(**given: Any) -> Callable[[Callable[..., Any]], Model]:
    """Make a function a model; the keywords are feeds of what can't be any number."""
    return lambda function: Model(function, given)


def one_hot(number: Any, classes: int) -> Any:
    """1 at a class, or for each of some classes, and 0 elsewhere.

    >>> one_hot(1, 3)
    array([0., 1., 0.])
    """
    return np.eye(classes)[number]
