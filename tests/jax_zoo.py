"""The usual kinds of networks, written with JAX: functions of parameters and inputs, with examples of both."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax_models import MODELS as SMALL
from jax_models import Model

numbers = np.random.default_rng(1)
ORDER = ("NHWC", "HWIO", "NHWC")


def normal(*shape):
    return numbers.normal(size=shape) * 0.3


def convolved(x, weight, stride=1, groups=1):
    return lax.conv_general_dilated(
        x, weight, (stride, stride), "SAME", dimension_numbers=ORDER, feature_group_count=groups
    )


def halved(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def batch_norm(p, x):
    return (x - p["mean"]) / jnp.sqrt(p["variance"] + 1e-5) * p["scale"] + p["shift"]


def layer_norm(p, x):
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) / jnp.sqrt(variance + 1e-5) * p["scale"] + p["shift"]


def norm_of(width):
    return {"scale": 1 + normal(width), "shift": normal(width)}


def statistics_of(width):
    return {**norm_of(width), "mean": normal(width), "variance": 1 + normal(width) ** 2}


def lenet(params, x):
    x = halved(jnp.tanh(convolved(x, params["first"]) + params["b"]))
    x = halved(jax.nn.relu(convolved(x, params["second"])))
    return jax.nn.sigmoid(x.reshape(x.shape[0], -1) @ params["dense"]) @ params["out"]


def block_of(inputs, outputs):
    found = {"first": normal(3, 3, inputs, outputs), "second": normal(3, 3, outputs, outputs)}
    found |= {"norm1": statistics_of(outputs), "norm2": statistics_of(outputs)}
    return found if inputs == outputs else {**found, "side": normal(1, 1, inputs, outputs)}


def basic_block(p, x):
    stride = 2 if "side" in p else 1
    y = jax.nn.relu(batch_norm(p["norm1"], convolved(x, p["first"], stride)))
    y = batch_norm(p["norm2"], convolved(y, p["second"]))
    return jax.nn.relu(y + (convolved(x, p["side"], stride) if "side" in p else x))


def resnet18(params, x):
    x = jax.nn.relu(batch_norm(params["norm"], convolved(x, params["stem"], 2)))
    for each in params["blocks"]:
        x = basic_block(each, x)
    return x.mean((1, 2)) @ params["out"]


def mobilenet(params, x):
    for p in params["blocks"]:
        y = jax.nn.relu6(convolved(x, p["widen"]))
        y = jax.nn.relu6(batch_norm(p["norm"], convolved(y, p["depthwise"], groups=y.shape[-1])))
        x = x + convolved(y, p["narrow"])
    return x.mean((1, 2))


def u_net(params, x):
    skip = jax.nn.relu(convolved(x, params["down1"]))
    bottom = jax.nn.relu(convolved(halved(skip), params["down2"]))
    up = lax.conv_transpose(bottom, params["up"], (2, 2), "VALID", dimension_numbers=ORDER)
    return convolved(jax.nn.relu(convolved(jnp.concatenate([up, skip], -1), params["merge"])), params["head"])


def lstm(params, x):
    def step(state, x):
        h, c = state
        i, f, g, o = jnp.split(x @ params["w"] + h @ params["u"] + params["b"], 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    start = jnp.zeros((x.shape[1], params["u"].shape[0]), x.dtype)
    return lax.scan(step, (start, start), x)[1]


def attended(p, x, memory, causal=False):
    query, key, value = x @ p["q"], memory @ p["k"], memory @ p["v"]
    query, key, value = (each.reshape(*each.shape[:2], 2, -1) for each in (query, key, value))
    scores = jnp.einsum("bthd,bshd->bhts", query, key) / query.shape[-1] ** 0.5
    if causal:
        scores = jnp.where(jnp.tril(jnp.ones(scores.shape[-2:], bool)), scores, -1e9)
    found = jnp.einsum("bhts,bshd->bthd", jax.nn.softmax(scores, -1), value)
    return found.reshape(x.shape) @ p["o"]


def layer_of(width, crossed=False):
    heads = {name: normal(width, width) for name in "qkvo"}
    found = {"heads": heads, "norm1": norm_of(width), "norm2": norm_of(width)}
    found |= {"in": normal(width, 2 * width), "out": normal(2 * width, width)}
    return found if not crossed else {**found, "cross": {**heads, "q": normal(width, width)}, "norm3": norm_of(width)}


def fed_forward(p, x):
    return jax.nn.gelu(x @ p["in"]) @ p["out"]


def encoder(params, x):
    for p in params:
        x = layer_norm(p["norm1"], x + attended(p["heads"], x, x))
        x = layer_norm(p["norm2"], x + fed_forward(p, x))
    return x


def decoder(params, x, memory):
    x = layer_norm(params["norm1"], x + attended(params["heads"], x, x, causal=True))
    x = layer_norm(params["norm3"], x + attended(params["cross"], x, memory))
    return layer_norm(params["norm2"], x + fed_forward(params, x))


def vit(params, x):
    x = lax.conv_general_dilated(x, params["patch"], (2, 2), "VALID", dimension_numbers=ORDER)
    x = x.reshape(x.shape[0], -1, x.shape[-1])
    first = jnp.broadcast_to(params["cls"], (x.shape[0], 1, x.shape[-1]))
    x = jnp.concatenate([first, x], 1) + params["places"]
    return encoder(params["layers"], x)[:, 0] @ params["head"]


MODELS = {
    "MLP": SMALL["perceptron"],
    "LeNet": Model(
        lenet,
        (
            {"first": normal(5, 5, 1, 2), "b": normal(2), "second": normal(3, 3, 2, 3), "dense": normal(12, 5)}
            | {"out": normal(5, 4)},
            normal(2, 8, 8, 1),
        ),
    ),
    "ResNet-18": Model(
        resnet18,
        (
            {
                "stem": normal(7, 7, 3, 2),
                "norm": statistics_of(2),
                "blocks": [
                    block_of(*each) for each in ((2, 2), (2, 2), (2, 4), (4, 4), (4, 6), (6, 6), (6, 8), (8, 8))
                ],
                "out": normal(8, 3),
            },
            normal(1, 16, 16, 3),
        ),
    ),
    "MobileNet": Model(
        mobilenet,
        (
            {
                "blocks": [
                    {"widen": normal(1, 1, 2, 4), "depthwise": normal(3, 3, 1, 4), "narrow": normal(1, 1, 4, 2)}
                    | {"norm": statistics_of(4)}
                    for _ in range(2)
                ]
            },
            normal(1, 5, 5, 2),
        ),
    ),
    "U-Net": Model(
        u_net,
        (
            {"down1": normal(3, 3, 1, 2), "down2": normal(3, 3, 2, 4), "up": normal(2, 2, 4, 2)}
            | {"merge": normal(3, 3, 4, 2), "head": normal(1, 1, 2, 1)},
            normal(1, 6, 6, 1),
        ),
    ),
    "LSTM": Model(lstm, ({"w": normal(3, 16), "u": normal(4, 16), "b": normal(16)}, normal(3, 2, 3))),
    "GRU": SMALL["gru"],
    "transformer encoder": Model(encoder, ([layer_of(4), layer_of(4)], normal(1, 3, 4))),
    "transformer decoder": Model(decoder, (layer_of(4, crossed=True), normal(1, 3, 4), normal(1, 2, 4))),
    "GPT": SMALL["gpt"],
    "ViT": Model(
        vit,
        (
            {"patch": normal(2, 2, 1, 4), "cls": normal(1, 1, 4), "places": normal(1, 5, 4)}
            | {"layers": [layer_of(4)], "head": normal(4, 3)},
            normal(2, 4, 4, 1),
        ),
    ),
    "VAE": SMALL["autoencoder_loss"],
}
"""Every model by its usual name."""
