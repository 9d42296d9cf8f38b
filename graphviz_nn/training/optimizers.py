"""Optimizers: compute the direction of a step from the gradients so far."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.graph.ir import Array


@dataclass(frozen=True)
class Optimizer:
    """An optimizer; each step subtracts the learning rate times a direction from the parameters.

    Parameters
    ----------
    name : str
        The name of the optimizer.
    memory : int
        The number of state values per parameter, initially 0.
    direction : callable
        ``direction(gradient, memory, step)`` returns the direction and the next memory; steps count from 1.

    Shapes
    ------
    gradient, direction : (parameters,)
    memory : (memory, parameters)
    """

    name: str
    memory: int
    direction: Callable[[Array, Array, int], tuple[Array, Array]]


def gradient_descent() -> Optimizer:
    """The gradient itself.

    Source
    ------
    A.-L. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, 1847.
    """
    return Optimizer("gradient descent", 0, lambda gradient, memory, step: (gradient, memory))


def momentum(decay: float = 0.9) -> Optimizer:
    """The sum of all gradients, with weights that decay by `decay` per step.

    Source
    ------
    B. T. Polyak, Some methods of speeding up the convergence of iteration methods, 1964.
    """

    def direction(gradient: Array, memory: Array, step: int) -> tuple[Array, Array]:
        memory = decay * memory + gradient
        return memory[0], memory

    return Optimizer("momentum", 1, direction)


def nesterov(decay: float = 0.9) -> Optimizer:
    """Momentum, looking one step ahead.

    Source
    ------
    I. Sutskever et al., On the importance of initialization and momentum in deep learning, ICML 2013.
    """

    def direction(gradient: Array, memory: Array, step: int) -> tuple[Array, Array]:
        memory = decay * memory + gradient
        return gradient + decay * memory[0], memory

    return Optimizer("nesterov", 1, direction)


def adagrad(epsilon: float = 1e-10) -> Optimizer:
    """The gradient divided by the root of the sum of all squares so far.

    Source
    ------
    J. Duchi, E. Hazan and Y. Singer, Adaptive subgradient methods, JMLR 12, 2011.
    """

    def direction(gradient: Array, memory: Array, step: int) -> tuple[Array, Array]:
        memory = memory + gradient**2
        return gradient / (np.sqrt(memory[0]) + epsilon), memory

    return Optimizer("adagrad", 1, direction)


def rmsprop(decay: float = 0.99, epsilon: float = 1e-8) -> Optimizer:
    """The gradient divided by the root of the moving mean of its square.

    Source
    ------
    T. Tieleman and G. Hinton, Neural networks for machine learning, lecture 6.5, 2012.
    """

    def direction(gradient: Array, memory: Array, step: int) -> tuple[Array, Array]:
        memory = decay * memory + (1 - decay) * gradient**2
        return gradient / (np.sqrt(memory[0]) + epsilon), memory

    return Optimizer("rmsprop", 1, direction)


def adam(first: float = 0.9, second: float = 0.999, epsilon: float = 1e-8) -> Optimizer:
    """The moving mean of the gradient, divided by the root of that of its square, both corrected for the start at 0.

    Source
    ------
    D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, ICLR 2015, algorithm 1.
    """
    decay = np.array([[first], [second]])

    def direction(gradient: Array, memory: Array, step: int) -> tuple[Array, Array]:
        memory = decay * memory + (1 - decay) * np.stack([gradient, gradient**2])
        mean, square = memory / (1 - decay**step)
        return mean / (np.sqrt(square) + epsilon), memory

    return Optimizer("adam", 2, direction)


OPTIMIZERS = {each.name: each for each in (gradient_descent(), momentum(), nesterov(), adagrad(), rmsprop(), adam())}
"""Every optimizer by name, with its default options."""


def optimizer_of(wanted: str | Optimizer) -> Optimizer:
    """Return an optimizer, or the optimizer of this name.

    Raises
    ------
    UsageError
        If there is no such optimizer, with the nearest name.
    """
    if isinstance(wanted, Optimizer):
        return wanted
    name = str(wanted).replace("_", " ").lower()
    if name not in OPTIMIZERS:
        raise UsageError(f"there is no optimizer {wanted!r}: {suggest(name, OPTIMIZERS)}")
    return OPTIMIZERS[name]
