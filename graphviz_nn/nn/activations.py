"""Activations; their values and gradients are right for large arguments."""

import math
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.nn.common import layer, refuse, where
from graphviz_nn.tracing.tracer import apply

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


def erf(x: Any) -> Any:
    """The error function of every entry.

    Shapes
    ------
    Any; the result has that of `x`.

    Examples
    --------
    >>> float(erf(0.0))
    0.0
    """
    return apply("erf", x)


@layer
def sigmoid(z: Any) -> Any:
    """1 / (1 + exp(-z)), without overflow.

    Shapes
    ------
    Any; the result has that of `z`.

    Examples
    --------
    >>> float(sigmoid(0.0))
    0.5
    """
    return np.exp(-np.logaddexp(0, -z))


@layer
def tanh(z: Any) -> Any:
    """The hyperbolic tangent of every entry.

    Shapes
    ------
    Any; the result has that of `z`.

    Examples
    --------
    >>> float(tanh(0.0))
    0.0
    """
    return np.tanh(z)


@layer
def relu(z: Any) -> Any:
    """The larger of z and 0; the gradient at 0 is a half, as for every maximum.

    Shapes
    ------
    Any; the result has that of `z`.

    Examples
    --------
    >>> relu([-2.0, 3.0])
    array([0., 3.])
    """
    return np.maximum(z, 0)


@layer
def leaky_relu(z: Any, slope: float = 0.01) -> Any:
    """z if it is positive, otherwise `slope` · z.

    Shapes
    ------
    Any; the result has that of `z`.

    Examples
    --------
    >>> leaky_relu([-2.0, 3.0], 0.5)
    array([-1.,  3.])
    """
    return np.where(z > 0, z, slope * z)


@layer
def elu(z: Any, alpha: float = 1.0) -> Any:
    """z if it is positive, otherwise `alpha` · (exp(z) - 1).

    Shapes
    ------
    Any; the result has that of `z`.

    Source
    ------
    D.-A. Clevert et al., Fast and accurate deep network learning by exponential linear units, ICLR 2016.

    Examples
    --------
    >>> elu([-1000.0, 3.0])
    array([-1.,  3.])
    """
    # The exponential of a large z would overflow, although it isn't selected.
    below = np.where(z > 0, 0.0, z)
    return np.where(z > 0, z, alpha * np.expm1(below))


@layer
def selu(z: Any) -> Any:
    """The scaled `elu` that preserves mean 0 and variance 1.

    Shapes
    ------
    Any; the result has that of `z`.

    Source
    ------
    G. Klambauer et al., Self-normalizing neural networks, NeurIPS 2017.

    Examples
    --------
    >>> selu([0.0, 1.0]).round(4)
    array([0.    , 1.0507])
    """
    return SELU_SCALE * elu(z, SELU_ALPHA)


@layer
def relu6(z: Any) -> Any:
    """z, clipped to the range from 0 to 6.

    Shapes
    ------
    Any; the result has that of `z`.

    Examples
    --------
    >>> relu6([-1.0, 3.0, 9.0])
    array([0., 3., 6.])
    """
    return np.minimum(np.maximum(z, 0), 6)


@layer
def gelu(z: Any, approximate: str = "none") -> Any:
    """z times the probability that a standard normal number is below z.

    Parameters
    ----------
    approximate : {"none", "tanh"}
        The exact probability by `erf`, or its approximation by tanh.

    Shapes
    ------
    Any; the result has that of `z`.

    Source
    ------
    D. Hendrycks and K. Gimpel, Gaussian error linear units, arXiv:1606.08415.

    Examples
    --------
    >>> gelu([-1000.0, 1000.0]).tolist()
    [-0.0, 1000.0]
    """
    if approximate not in ("none", "tanh"):
        problem = f"there is no approximation {approximate!r}: {suggest(str(approximate), ('none', 'tanh'))}"
        raise UsageError(f"gelu{where()}: {problem}")
    if approximate == "tanh":
        return 0.5 * z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
    return 0.5 * z * (1 + erf(z / math.sqrt(2)))


@layer
def silu(z: Any) -> Any:
    """z · sigmoid(z), also called swish.

    Shapes
    ------
    Any; the result has that of `z`.

    Source
    ------
    P. Ramachandran et al., Searching for activation functions, arXiv:1710.05941.

    Examples
    --------
    >>> silu([-1000.0, 0.0, 1000.0]).tolist()
    [-0.0, 0.0, 1000.0]
    """
    return z * sigmoid(z)


@layer
def softplus(z: Any) -> Any:
    """log(1 + exp(z)), without overflow.

    Shapes
    ------
    Any; the result has that of `z`.

    Examples
    --------
    >>> softplus([-1000.0, 1000.0])
    array([   0., 1000.])
    """
    return np.logaddexp(0, z)


@layer
def softmax(z: Any, axis: int = -1) -> Any:
    """exp(z) divided by its sum along an axis: probabilities.

    Shapes
    ------
    At least one axis; the result has that of `z`.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    _check_axis("softmax", z, axis)
    powers = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)


@layer
def log_softmax(z: Any, axis: int = -1) -> Any:
    """The logarithm of `softmax`, exact even if the softmax rounds to 0.

    Shapes
    ------
    At least one axis; the result has that of `z`.

    Examples
    --------
    >>> log_softmax([1000.0, -1000.0])
    array([    0., -2000.])
    """
    _check_axis("log_softmax", z, axis)
    shifted = z - np.max(z, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def _check_axis(name: str, z: Any, axis: int) -> None:
    if not -np.ndim(z) <= axis < np.ndim(z):
        refuse(name, f"there is no axis {axis} in z of shape {np.shape(z)}")
    if np.shape(z)[axis] == 0:
        refuse(name, f"there is nothing along axis {axis} of z of shape {np.shape(z)}")
