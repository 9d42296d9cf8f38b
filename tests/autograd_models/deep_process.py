"""A deep Gaussian process: the hidden values of the first process are the inputs of the second one."""

from numpy.random import default_rng


def main(np, grad, steps):
    rng = default_rng(7)
    inputs = np.linspace(-2.0, 2.0, 12).reshape(-1, 1)
    targets = np.where(inputs[:, 0] > 0, 1.0, -1.0) + 0.1 * rng.normal(size=len(inputs))

    def covariance(settings, first, second):
        scale = np.exp(settings[1])
        away = (first[:, None, :] - second[None, :, :]) / np.exp(settings[2])
        return scale * np.exp(-0.5 * np.sum(away**2, axis=2))

    def log_density(settings, points, values):
        mean, noise = settings[0], np.exp(settings[3])
        whole = covariance(settings, points, points) + (noise + 1e-4) * np.eye(len(points))
        root = np.linalg.cholesky(whole)
        solved = np.linalg.solve(root, values - mean)
        size = np.sum(np.log(np.diag(root)))
        return -0.5 * np.dot(solved, solved) - size - 0.5 * len(points) * np.log(2 * np.pi)

    def loss(parameters):
        first, second = parameters["settings"]
        hidden = parameters["hidden"]
        inner = log_density(first, inputs, hidden)
        outer = log_density(second, hidden.reshape(-1, 1), targets)
        return -(inner + outer)

    parameters = {
        "settings": [np.array([0.0, 0.0, 0.0, -2.0]), np.array([0.0, 0.0, 0.0, -2.0])],
        "hidden": inputs[:, 0] + 0.1 * rng.normal(size=len(inputs)),
    }
    slope, losses = grad(loss), []
    for _ in range(steps):
        gradient = slope(parameters)
        settings = [s - 0.01 * g for s, g in zip(parameters["settings"], gradient["settings"], strict=True)]
        parameters = {"settings": settings, "hidden": parameters["hidden"] - 0.01 * gradient["hidden"]}
        losses.append(loss(parameters))
    return losses
