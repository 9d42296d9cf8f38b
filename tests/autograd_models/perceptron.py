"""A multilayer perceptron that tells three arms of a spiral apart, with mini-batches."""

from itertools import pairwise

from numpy.random import default_rng


def main(np, grad, steps):
    rng = default_rng(0)
    sizes, batch = (2, 12, 8, 3), 20
    labels = np.arange(60) % 3
    radius = np.linspace(0.1, 1.0, 60)
    angle = 4 * radius + labels * 2 * np.pi / 3
    inputs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    order = rng.permutation(60)
    inputs, targets = inputs[order], np.eye(3)[labels][order]
    parameters = [(rng.normal(size=(m, n)) / np.sqrt(m), np.zeros(n)) for m, n in pairwise(sizes)]

    def log_probabilities(parameters, inputs):
        for weights, bias in parameters:
            outputs = np.dot(inputs, weights) + bias
            inputs = np.tanh(outputs)
        return outputs - np.log(np.sum(np.exp(outputs), axis=1, keepdims=True))

    def loss(parameters, step):
        start = step % 3 * batch
        chosen = slice(start, start + batch)
        penalty = sum(np.sum(weights**2) for weights, _ in parameters)
        fit = -np.mean(np.sum(log_probabilities(parameters, inputs[chosen]) * targets[chosen], axis=1))
        return fit + 1e-3 * penalty

    slope, losses = grad(loss), []
    for step in range(steps):
        gradient = slope(parameters, step)
        parameters = [
            (weights - 0.2 * dw, bias - 0.2 * db)
            for (weights, bias), (dw, db) in zip(parameters, gradient, strict=True)
        ]
        losses.append(sum(loss(parameters, each) for each in range(3)))
    return losses
