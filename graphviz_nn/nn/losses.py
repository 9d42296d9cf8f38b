"""Losses: a number for the distance between a prediction and its target."""

from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.nn.common import layer, mean, refuse, where


@layer
def squared_error(prediction: Any, target: Any) -> Any:
    """The sum of the squared differences.

    Shapes
    ------
    prediction, target : any, equal
    result : ()

    Examples
    --------
    >>> float(squared_error([1.0, 2.0], [0.0, 4.0]))
    5.0
    """
    _check("squared_error", prediction, target)
    squares = (prediction - target) ** 2
    return np.sum(squares) if np.ndim(squares) else squares


@layer
def mean_squared_error(prediction: Any, target: Any) -> Any:
    """The mean of the squared differences.

    Shapes
    ------
    prediction, target : any, equal
    result : ()

    Examples
    --------
    >>> float(mean_squared_error([1.0, 2.0], [0.0, 4.0]))
    2.5
    """
    _check("mean_squared_error", prediction, target)
    return mean((prediction - target) ** 2)


@layer
def binary_cross_entropy(p: Any, y: Any) -> Any:
    """The mean of -(y log p + (1 - y) log(1 - p)), with p strictly between 0 and 1.

    For a sigmoid that may round to 0 or 1, use `binary_cross_entropy_with_logits` instead.

    Shapes
    ------
    p, y : any, equal
    result : ()

    Examples
    --------
    >>> round(float(binary_cross_entropy([0.5, 0.5], [0.0, 1.0])), 4)
    0.6931
    """
    _check("binary_cross_entropy", p, y)
    return mean(-(y * np.log(p) + (1 - y) * np.log(1 - p)))


@layer
def binary_cross_entropy_with_logits(z: Any, y: Any) -> Any:
    """`binary_cross_entropy` of sigmoid(z), exact even if the sigmoid rounds to 0 or 1.

    Shapes
    ------
    z, y : any, equal
    result : ()

    Examples
    --------
    >>> float(binary_cross_entropy_with_logits([-1000.0, 1000.0], [0.0, 0.0]))
    500.0
    """
    _check("binary_cross_entropy_with_logits", z, y)
    return mean(y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z))


@layer
def cross_entropy(p: Any, y: Any) -> Any:
    """-log of the probability of the right class, or its mean over rows.

    For a softmax that may round to 0, use `cross_entropy_with_logits` instead.

    Parameters
    ----------
    p : array
        Probabilities.
    y : array
        One-hot: 1 at the right class, 0 elsewhere.

    Shapes
    ------
    p, y : (classes,) or (examples, classes), equal
    result : ()

    Examples
    --------
    >>> round(float(cross_entropy([0.25, 0.75], [1.0, 0.0])), 4)
    1.3863
    """
    _check_classes("cross_entropy", p, y)
    return -np.log(y @ p) if np.ndim(p) == 1 else np.mean(-np.log(np.sum(y * p, axis=-1)))


@layer
def cross_entropy_with_logits(z: Any, y: Any) -> Any:
    """log(sum(exp(z))) - y · z, the `cross_entropy` of softmax(z), or its mean over rows.

    Parameters
    ----------
    z : array
        The argument of the softmax.
    y : array
        The right probabilities, such as 1 for the right class and 0 for the others.

    Shapes
    ------
    z, y : (classes,) or (examples, classes), equal
    result : ()

    Examples
    --------
    >>> float(cross_entropy_with_logits([1000.0, -1000.0], [0.0, 1.0]))
    2000.0
    """
    _check_classes("cross_entropy_with_logits", z, y)
    top = np.max(z, axis=-1, keepdims=True)
    # Subtract large numbers from each other before adding small ones.
    gap = top - np.sum(y * z, axis=-1, keepdims=True)
    return np.mean(gap + np.log(np.sum(np.exp(z - top), axis=-1, keepdims=True)))


@layer
def hinge(score: Any, y: Any) -> Any:
    """The mean of max(0, 1 - y · score), with y = 1 or -1.

    Shapes
    ------
    score, y : any, equal
    result : ()

    Examples
    --------
    >>> float(hinge([0.5, 2.0], [1.0, 1.0]))
    0.25
    """
    _check("hinge", score, y)
    return mean(np.maximum(0, 1 - y * score))


@layer
def huber(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    """The mean of half the squared differences, continued linearly beyond `delta`.

    Shapes
    ------
    prediction, target : any, equal
    result : ()

    Source
    ------
    P. J. Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics 35, 1964.

    Examples
    --------
    >>> float(huber([1.0, 3.0], [0.0, 0.0]))
    1.5
    """
    _check("huber", prediction, target)
    if not delta > 0:
        raise UsageError(f"huber{where()}: delta must be positive, found {delta!r}")
    difference = prediction - target
    near = np.clip(difference, -delta, delta)
    return mean(near * (difference - near / 2))


@layer
def kl_divergence(p: Any, q: Any) -> Any:
    """The sum of p (log p - log q); all entries must be positive.

    Shapes
    ------
    p, q : any, equal
    result : ()

    Source
    ------
    S. Kullback and R. A. Leibler, On information and sufficiency, Annals of Mathematical Statistics 22, 1951.

    Examples
    --------
    >>> float(kl_divergence([0.5, 0.5], [0.5, 0.5]))
    0.0
    """
    _check("kl_divergence", p, q, "p", "q")
    terms = p * (np.log(p) - np.log(q))
    return np.sum(terms) if np.ndim(terms) else terms


def _check(name: str, prediction: Any, target: Any, first: str = "prediction", second: str = "target") -> None:
    found, wanted = np.shape(prediction), np.shape(target)
    if found != wanted:
        refuse(name, f"the {first} has shape {found}, but the {second} {wanted}")
    if 0 in found:
        refuse(name, f"the {first} and the {second} of shape {found} have no entries")


def _check_classes(name: str, prediction: Any, target: Any) -> None:
    _check(name, prediction, target)
    if np.ndim(prediction) not in (1, 2):
        refuse(name, f"the prediction must be (classes,) or (examples, classes), found {np.shape(prediction)}")
