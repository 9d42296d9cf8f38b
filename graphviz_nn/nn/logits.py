"""Losses on probabilities, computed from logits: exact even if the probabilities round to 0."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphviz_nn.nn.activations import sigmoid, softmax
from graphviz_nn.nn.common import mean
from graphviz_nn.nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    cross_entropy_with_logits,
)

LIMIT = 700.0


def _total(z: Any) -> Any:
    """log(sum(exp(z))) along the last axis."""
    top = np.max(z, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(z - top), axis=-1)) + np.max(z, axis=-1)


def _log_of_mixture(z: Any, y: Any) -> Any:
    """-log(y · softmax(z))."""
    chosen = np.where(y != 0, z, np.min(z, axis=-1, keepdims=True))
    top = np.max(chosen, axis=-1, keepdims=True)
    # Only entries with y = 0 lie beyond the limit; an infinity there would give 0 · inf.
    selected = np.log(np.sum(y * np.exp(np.minimum(z - top, LIMIT)), axis=-1))
    return mean(_total(z) - np.max(chosen, axis=-1) - selected)


def mixture_of_logs(p: Any, y: Any) -> Any:
    """-(y · log(p)), or its mean over rows.

    Examples
    --------
    >>> round(float(mixture_of_logs(np.array([0.25, 0.75]), np.array([1.0, 0.0]))), 4)
    1.3863
    """
    return mean(-np.sum(y * np.log(p), axis=-1))


def mixture_of_logs_of_softmax(z: Any, y: Any) -> Any:
    """-(y · log(softmax(z)))."""
    top = np.max(z, axis=-1, keepdims=True)
    total = np.log(np.sum(np.exp(z - top), axis=-1, keepdims=True))
    return mean(np.sum(y * (total + (top - z)), axis=-1))


def picked_in_rows(p: Any, labels: Any) -> Any:
    """The mean over examples of -log of the probability of the label.

    Examples
    --------
    >>> round(float(picked_in_rows(np.array([[0.25, 0.75]]), np.array([0]))), 4)
    1.3863
    """
    chosen = p[np.arange(len(p)), labels] if np.ndim(p) > 1 else p[labels]
    return mean(-np.log(chosen))


def picked_in_columns(p: Any, labels: Any) -> Any:
    """`picked_in_rows` for examples in columns."""
    return mean(-np.log(p[labels, np.arange(np.shape(p)[1])]))


@dataclass(frozen=True)
class Composite:
    """A loss on probabilities, the layer that makes these, and both combined, for any target or one-hot ones."""

    activation: Callable[..., Any]
    loss: Callable[..., Any]
    both: Callable[..., Any]
    of_one_hot: Callable[..., Any]


COMPOSITES = (
    Composite(softmax, cross_entropy, _log_of_mixture, cross_entropy_with_logits),
    Composite(softmax, mixture_of_logs, mixture_of_logs_of_softmax, cross_entropy_with_logits),
    Composite(sigmoid, binary_cross_entropy, *[binary_cross_entropy_with_logits] * 2),
)

# The parts that a loss on logits is drawn as.
WHOLES = {
    cross_entropy_with_logits.__name__: (softmax, cross_entropy),
    binary_cross_entropy_with_logits.__name__: (sigmoid, binary_cross_entropy),
}
