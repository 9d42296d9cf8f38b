"""Fit a small network to the right-hand side of an ordinary differential equation, through its solver."""

from itertools import pairwise

from numpy.random import default_rng


def main(np, grad, steps):
    rng = default_rng(5)
    truth = np.array([[-0.1, 2.0], [-2.0, -0.1]])
    start, times = np.array([2.0, 0.0]), np.linspace(0.0, 1.0, 8)

    def solved(change, state):
        """The states at all times, by the classical method of Runge and Kutta."""
        states = [state]
        for now, after in pairwise(times):
            h = after - now
            k1 = change(state)
            k2 = change(state + h / 2 * k1)
            k3 = change(state + h / 2 * k2)
            k4 = change(state + h * k3)
            state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            states.append(state)
        return np.array(states)

    measured = solved(lambda y: np.dot(y**3, truth), start)
    parameters = [rng.normal(size=(2, 8)) * 0.3, np.zeros(8), rng.normal(size=(8, 2)) * 0.3, np.zeros(2)]

    def loss(parameters):
        first, shift, second, last = parameters
        found = solved(lambda y: np.dot(np.tanh(np.dot(y**3, first) + shift), second) + last, start)
        return np.mean(np.abs(found - measured))

    slope, losses = grad(loss), []
    for _ in range(steps):
        parameters = [value - 0.1 * change for value, change in zip(parameters, slope(parameters), strict=True)]
        losses.append(loss(parameters))
    return losses
