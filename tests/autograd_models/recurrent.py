"""A recurrent network that predicts the next letter of a sentence."""

from itertools import pairwise

from numpy.random import default_rng

TEXT = "rain in the plain"


def main(np, grad, steps):
    rng = default_rng(1)
    letters = sorted(set(TEXT))
    codes = np.eye(len(letters))[[letters.index(each) for each in TEXT]]
    units = 10

    def matrix(*shape):
        return rng.normal(size=shape) * 0.3

    parameters = {
        "start": np.zeros(units),
        "change": matrix(len(letters) + units + 1, units),
        "predict": matrix(units + 1, len(letters)),
    }

    def affine(weights, *inputs):
        return np.dot(np.concatenate([*inputs, np.ones(1)]), weights)

    def loss(parameters):
        state, total = parameters["start"], 0.0
        for now, after in pairwise(codes):
            state = np.tanh(affine(parameters["change"], now, state))
            scores = affine(parameters["predict"], state)
            total = total - np.sum(after * (scores - np.log(np.sum(np.exp(scores)))))
        return total / (len(codes) - 1)

    slope, losses = grad(loss), []
    for _ in range(steps):
        gradient = slope(parameters)
        parameters = {name: value - 0.5 * gradient[name] for name, value in parameters.items()}
        losses.append(loss(parameters))
    return losses
