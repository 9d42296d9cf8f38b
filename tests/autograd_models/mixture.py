"""A mixture of Gaussians with full covariances, fitted by maximum likelihood."""

from numpy.random import default_rng


def main(np, grad, steps):
    rng = default_rng(3)
    centres = np.array([[2.0, 0.0], [-1.0, 1.5], [-1.0, -1.5]])
    data = np.concatenate([centre + rng.normal(size=(15, 2)) * [0.6, 0.3] for centre in centres])
    parameters = {
        "shares": np.zeros(3),
        "means": rng.normal(size=(3, 2)),
        # Each covariance is a root times its transpose.
        "roots": np.stack([np.eye(2)] * 3),
    }

    def log_sum(values, axis):
        top = np.max(values, axis=axis, keepdims=True)
        return np.squeeze(top, axis) + np.log(np.sum(np.exp(values - top), axis=axis))

    def density(mean, root):
        covariance = np.dot(root, root.T) + 0.05 * np.eye(2)
        away = data - mean
        size = np.log(np.linalg.det(covariance))
        distance = np.sum(away * np.linalg.solve(covariance, away.T).T, axis=1)
        return -0.5 * (distance + size + 2 * np.log(2 * np.pi))

    def loss(parameters):
        shares = parameters["shares"] - log_sum(parameters["shares"], 0)
        each = [density(parameters["means"][k], parameters["roots"][k]) + shares[k] for k in range(3)]
        return -np.mean(log_sum(np.stack(each), 0))

    slope, losses = grad(loss), []
    for _ in range(steps):
        gradient = slope(parameters)
        parameters = {name: value - 0.4 * gradient[name] for name, value in parameters.items()}
        losses.append(loss(parameters))
    return losses
