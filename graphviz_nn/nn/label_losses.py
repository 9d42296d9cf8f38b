"""Losses for classes that are named by their numbers."""

from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.nn.activations import log_softmax
from graphviz_nn.nn.common import expect, is_whole, layer, refuse, where

REDUCTIONS = ("mean", "sum", "none")


@layer
def negative_log_likelihood(
    log_p: Any, labels: Any, weight: Any = None, reduction: str = "mean", ignored: int = -100
) -> Any:
    """Minus the log-probability of the right class, or its mean over examples; parameters as for
    `cross_entropy_with_labels`.

    Shapes
    ------
    log_p : (classes,) or (examples, classes, ...)
    labels : () or (examples, ...), whole numbers
    weight : (classes,)
    result : (), or as `labels` without a reduction

    Examples
    --------
    >>> round(float(negative_log_likelihood(np.log([[0.25, 0.75]]), [0])), 4)
    1.3863
    """
    return _reduced("negative_log_likelihood", log_p, labels, weight, reduction, ignored, 0.0)


@layer
def cross_entropy_with_labels(
    z: Any,
    labels: Any,
    weight: Any = None,
    reduction: str = "mean",
    ignored: int = -100,
    smoothing: float = 0.0,
) -> Any:
    """Minus the log of the probability that softmax(z) gives the right class, or its mean over examples.

    Parameters
    ----------
    z : array
        The argument of the softmax.
    labels : array
        The number of the right class of each example, from 0. An example with another number doesn't count.
    weight : array, optional
        How much each class counts.
    reduction : {"mean", "sum", "none"}
        The mean over the examples that count, by their weights; their sum; or one number for each example.
    ignored : int
        A class whose examples don't count.
    smoothing : float
        The part of the probability that is spread over all classes.

    Shapes
    ------
    z : (classes,) or (examples, classes, ...)
    labels : () or (examples, ...), whole numbers
    weight : (classes,)
    result : (), or as `labels` without a reduction

    Source
    ------
    PyTorch, torch.nn.CrossEntropyLoss; the smoothing by C. Szegedy et al., Rethinking the inception architecture for
    computer vision, CVPR 2016.

    Examples
    --------
    >>> float(cross_entropy_with_labels([[1000.0, -1000.0]], [1]))
    2000.0
    """
    name = "cross_entropy_with_labels"
    if not np.ndim(z):
        refuse(name, "z of shape () has no classes")
    return _reduced(name, log_softmax(z, min(1, np.ndim(z) - 1)), labels, weight, reduction, ignored, smoothing)


def _reduced(name: str, log_p: Any, labels: Any, weight: Any, reduction: str, ignored: int, smoothing: float) -> Any:
    if reduction not in REDUCTIONS:
        raise UsageError(f"{name}{where()}: there is no reduction {reduction!r}: {suggest(str(reduction), REDUCTIONS)}")
    shape = np.shape(log_p)
    axis = min(1, len(shape) - 1)
    if not shape or (*shape[:axis], *shape[axis + 1 :]) != np.shape(labels):
        refuse(name, f"labels of shape {np.shape(labels)} don't name a class for each example of {shape}")
    if not is_whole(labels):
        refuse(name, f"the labels {np.shape(labels)} beside {shape} must be whole numbers")
    classes = shape[axis]
    column = (classes, *(1,) * (len(shape) - axis - 1))
    numbers = np.reshape(np.arange(classes), column)
    places = np.expand_dims(labels, axis)
    is_right = places == numbers
    if 0 <= ignored < classes:
        is_right = np.logical_and(is_right, places != ignored)
    counts = is_right.astype(log_p.dtype)
    terms = log_p
    if weight is not None:
        expect(name, "weight", weight, (classes,), f"the {classes} classes")
        weight = weight.astype(log_p.dtype)
        factors = np.reshape(weight, column)
        terms, counts = log_p * factors, counts * factors
    losses = -np.sum(np.where(is_right, terms, 0.0), axis=axis)
    if smoothing:
        is_counted = np.sum(is_right.astype(log_p.dtype), axis=axis)
        losses = (1 - smoothing) * losses - smoothing / classes * is_counted * np.sum(terms, axis=axis)
    if reduction == "none":
        return losses
    total = np.sum(losses) if np.ndim(losses) else losses
    return total if reduction == "sum" else total / np.sum(counts)
