"""A long short-term memory on several lines of text at once, trained with momentum."""

from numpy.random import default_rng

LINES = ("one fish", "two fish", "red fish")


def main(np, grad, steps):
    rng = default_rng(2)
    letters = sorted(set("".join(LINES)))
    # Time, line, letter.
    codes = np.eye(len(letters))[np.array([[letters.index(each) for each in line] for line in LINES]).T]
    units, many = 8, len(letters)
    names = ("forget", "take", "offer", "show")
    parameters = {
        **{name: rng.normal(size=(many + units, units)) * 0.2 for name in names},
        **{f"{name} bias": np.zeros(units) for name in names},
        "output": rng.normal(size=(units, many)) * 0.2,
    }

    def sigmoid(x):
        return 0.5 * (np.tanh(x / 2) + 1)

    def scores(parameters):
        state = memory = np.zeros((len(LINES), units))
        for now in codes[:-1]:
            both = np.hstack([now, state])
            forget, take, offer, show = (np.dot(both, parameters[n]) + parameters[f"{n} bias"] for n in names)
            memory = sigmoid(forget + 1.0) * memory + sigmoid(take) * np.tanh(offer)
            state = sigmoid(show) * np.tanh(memory)
            yield np.dot(state, parameters["output"])

    def loss(parameters):
        total = 0.0
        for found, after in zip(scores(parameters), codes[1:], strict=True):
            top = np.max(found, axis=1, keepdims=True)
            normalizer = top + np.log(np.sum(np.exp(found - top), axis=1, keepdims=True))
            total = total - np.mean(np.sum(after * (found - normalizer), axis=1))
        return total / (len(codes) - 1)

    slope, losses = grad(loss), []
    speed = {name: np.zeros_like(value) for name, value in parameters.items()}
    for _ in range(steps):
        gradient = slope(parameters)
        speed = {name: 0.9 * value - 0.3 * gradient[name] for name, value in speed.items()}
        parameters = {name: value + speed[name] for name, value in parameters.items()}
        losses.append(loss(parameters))
    return losses
