"""A Bayesian neural network: the posterior of its weights is approximated by a Gaussian, fitted by its samples."""

from numpy.random import default_rng


def main(np, grad, steps):
    rng = default_rng(6)
    inputs = np.concatenate([np.linspace(0, 2, 15), np.linspace(5, 6, 10)]).reshape(-1, 1) - 3
    targets = np.cos(inputs) + rng.normal(size=inputs.shape) * 0.1
    shapes, samples = [(1, 6), (6,), (6, 1), (1,)], 4
    sizes = [int(np.prod(np.array(shape))) for shape in shapes]
    ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
    total = ends[-1]

    def unpacked(weights):
        """The arrays of each sample, from rows of numbers."""
        for shape, size, end in zip(shapes, sizes, ends, strict=True):
            yield weights[:, end - size : end].reshape((samples, *shape))

    def predicted(weights):
        first, shift, second, last = unpacked(weights)
        hidden = np.tanh(np.einsum("ni,sij->snj", inputs, first) + shift[:, None])
        return np.einsum("snj,sjk->snk", hidden, second) + last[:, None]

    def loss(parameters, noise):
        mean, log_deviation = parameters[:total], parameters[total:]
        weights = mean + np.exp(log_deviation) * noise
        prior = -0.5 * np.sum(weights**2, axis=1)
        fit = -0.5 * np.sum((predicted(weights) - targets) ** 2, axis=(1, 2)) / 0.1**2
        entropy = np.sum(log_deviation)
        return -(np.mean(prior + fit) + entropy) / len(inputs)

    slope, losses = grad(loss), []
    parameters = np.concatenate([rng.normal(size=total) * 0.5, -3.0 * np.ones(total)])
    mean, square = np.zeros_like(parameters), np.zeros_like(parameters)
    for step in range(steps):
        noise = rng.normal(size=(samples, total))
        gradient = slope(parameters, noise)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        corrected = mean / (1 - 0.9 ** (step + 1)), square / (1 - 0.999 ** (step + 1))
        parameters = parameters - 0.05 * corrected[0] / (np.sqrt(corrected[1]) + 1e-8)
        losses.append(loss(parameters, noise))
    return losses
