"""A convolutional network that tells horizontal from vertical bars."""

from numpy.random import default_rng


def main(np, grad, steps):
    rng = default_rng(8)
    images = 0.1 * rng.normal(size=(12, 1, 8, 8))
    for place in range(6):
        images[place, 0, place + 1, :] += 1.0
        images[place + 6, 0, :, place + 1] += 1.0
    labels = np.repeat([0, 1], 6)

    class Convolution:
        def __init__(self, channels, kernels, size):
            self.start = [rng.normal(size=(kernels, channels, size, size)) * 0.3, np.zeros((1, kernels, 1, 1))]

        def __call__(self, parameters, x):
            kernel, bias = parameters
            n, high, wide = kernel.shape[-1], x.shape[2] - kernel.shape[2] + 1, x.shape[3] - kernel.shape[3] + 1
            shifted = [x[:, :, i : i + high, j : j + wide] for i in range(n) for j in range(n)]
            windows = np.stack(shifted, axis=-1)
            return np.einsum("bchwp,kcp->bkhw", windows, kernel.reshape((*kernel.shape[:2], n * n))) + bias

    class Pool:
        start = ()

        def __call__(self, parameters, x):
            batch, channels, high, wide = x.shape
            return np.max(np.max(x.reshape((batch, channels, high // 2, 2, wide // 2, 2)), axis=3), axis=4)

    class Tanh:
        start = ()

        def __call__(self, parameters, x):
            return np.tanh(x)

    class Full:
        def __init__(self, inputs, outputs):
            self.start = [rng.normal(size=(inputs, outputs)) * 0.2, np.zeros(outputs)]

        def __call__(self, parameters, x):
            weights, bias = parameters
            return np.dot(x.reshape((x.shape[0], -1)), weights) + bias

    layers = [Convolution(1, 4, 3), Tanh(), Pool(), Convolution(4, 3, 2), Tanh(), Full(12, 2)]

    def loss(parameters, images, labels):
        x = images
        for layer, own in zip(layers, parameters, strict=True):
            x = layer(own, x)
        log_probabilities = x - np.log(np.sum(np.exp(x), axis=1, keepdims=True))
        return -np.mean(log_probabilities[np.arange(len(labels)), labels])

    slope, losses = grad(loss), []
    parameters = [layer.start for layer in layers]
    for _ in range(steps):
        gradient = slope(parameters, images, labels)
        parameters = [
            [value - 0.5 * change for value, change in zip(own, changes, strict=True)]
            for own, changes in zip(parameters, gradient, strict=True)
        ]
        losses.append(loss(parameters, images, labels))
    return losses
