"""A variational autoencoder of small binary patterns."""

from numpy.random import default_rng


def main(np, grad, steps):
    rng = default_rng(4)
    patterns = np.array([[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1], [1, 0, 1, 0, 1, 0], [0, 1, 0, 1, 0, 1]], float)
    data = patterns[np.arange(24) % 4]
    hidden, latent = 8, 2

    def layer(m, n):
        return [rng.normal(size=(m, n)) * 0.3, np.zeros(n)]

    parameters = {
        "encoder": [layer(6, hidden), layer(hidden, 2 * latent)],
        "decoder": [layer(latent, hidden), layer(hidden, 6)],
    }

    def network(layers, inputs):
        *inner, (weights, bias) = layers
        for first, second in inner:
            inputs = np.tanh(inputs @ first + second)
        return inputs @ weights + bias

    def loss(parameters, noise):
        code = network(parameters["encoder"], data)
        mean, log_deviation = code[:, :latent], code[:, latent:]
        sample = mean + np.exp(log_deviation) * noise
        logits = network(parameters["decoder"], sample)
        # The logarithm of the probability of each pixel.
        fit = -np.logaddexp(0, np.where(data == 1, -logits, logits))
        divergence = 0.5 * np.sum(mean**2 + np.exp(2 * log_deviation) - 1 - 2 * log_deviation, axis=1)
        return np.mean(divergence - np.sum(fit, axis=1))

    slope, losses = grad(loss), []
    for _ in range(steps):
        noise = rng.normal(size=(len(data), latent))
        gradient = slope(parameters, noise)
        for part, layers in parameters.items():
            for place, arrays in enumerate(layers):
                parameters[part][place] = [a - 0.2 * g for a, g in zip(arrays, gradient[part][place], strict=True)]
        losses.append(loss(parameters, noise))
    return losses
