"""Models as people write them with JAX: plain functions of parameters and inputs, with examples of both."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

numbers = np.random.default_rng(0)


class Model(NamedTuple):
    """A function and examples of its arguments; the first is its parameters."""

    function: object
    examples: tuple


def normal(*shape):
    return numbers.normal(size=shape) * 0.4


MODELS: dict[str, Model] = {}


def model(*examples):
    """Add a function to the models, with these examples."""

    def add(function):
        MODELS[function.__name__] = Model(function, examples)
        return function

    return add


@model([(normal(3, 4), normal(4)), (normal(4, 2), normal(2))], normal(6, 3))
def perceptron(params, x):
    for weight, bias in params[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = params[-1]
    return jax.nn.log_softmax(x @ weight + bias)


@model(
    {"first": normal(3, 3, 2, 4), "bias": normal(4), "second": normal(3, 3, 2, 6), "out": normal(6, 3)},
    normal(2, 8, 8, 2),
)
def images(params, x):
    def convolved(x, weight, stride, groups=1):
        order = ("NHWC", "HWIO", "NHWC")
        return lax.conv_general_dilated(
            x, weight, (stride, stride), "SAME", dimension_numbers=order, feature_group_count=groups
        )

    x = jax.nn.relu(convolved(x, params["first"], 1) + params["bias"])
    x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    x = jax.nn.silu(convolved(x, params["second"], 2, 2))
    return jax.nn.softmax(x.mean((1, 2)) @ params["out"])


def layer_norm(p, x):
    centred = x - x.mean(-1, keepdims=True)
    return centred / jnp.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * p["scale"] + p["shift"]


def attention(p, x, heads=2):
    tokens, width = x.shape
    query, key, value = (
        each.reshape(tokens, heads, width // heads).transpose(1, 0, 2) for each in jnp.split(x @ p["qkv"], 3, axis=-1)
    )
    scores = query @ key.swapaxes(-1, -2) / jnp.sqrt(width // heads)
    seen = jnp.tril(jnp.ones((tokens, tokens), bool))
    found = jax.nn.softmax(jnp.where(seen, scores, -1e9)) @ value
    return found.transpose(1, 0, 2).reshape(tokens, width) @ p["out"]


def block(p, x):
    x = x + attention(p["attention"], layer_norm(p["before"], x))
    return x + jax.nn.gelu(layer_norm(p["after"], x) @ p["up"] + p["bias"]) @ p["down"]


def _norm():
    return {"scale": normal(8), "shift": normal(8)}


def _block():
    return {
        "before": _norm(),
        "after": _norm(),
        "attention": {"qkv": normal(8, 24), "out": normal(8, 8)},
        "up": normal(8, 16),
        "bias": normal(16),
        "down": normal(16, 8),
    }


@model(
    {"tokens": normal(11, 8), "places": normal(5, 8), "blocks": [_block(), _block()], "last": _norm()},
    np.array([1, 3, 0, 9, 2]),
)
def gpt(params, x):
    x = params["tokens"][x] + params["places"][: len(x)]
    for each in params["blocks"]:
        x = block(each, x)
    return layer_norm(params["last"], x) @ params["tokens"].T


@model({"input": normal(3, 16), "state": normal(4, 16), "bias": normal(16)}, normal(4, 2, 3))
def lstm(params, x):
    def cell(carry, x):
        h, c = carry
        i, f, g, o = jnp.split(x @ params["input"] + h @ params["state"] + params["bias"], 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    start = (jnp.zeros((x.shape[1], 4), x.dtype),) * 2
    (last, _), each = lax.scan(cell, start, x)
    return {"each": each, "last": last}


@model({name: normal(3 if name[0] == "w" else 4, 4) for name in ("wz", "uz", "wr", "ur", "wn", "un")}, normal(3, 2, 3))
def gru(params, x):
    def step(h, x):
        z = jax.nn.sigmoid(x @ params["wz"] + h @ params["uz"])
        r = jax.nn.sigmoid(x @ params["wr"] + h @ params["ur"])
        return (1 - z) * jnp.tanh(x @ params["wn"] + (r * h) @ params["un"]) + z * h, None

    return lax.scan(step, jnp.zeros((x.shape[1], 4), x.dtype), x, reverse=True)[0]


@model(
    {
        "encoder": normal(4, 5),
        "mean": normal(5, 2),
        "spread": normal(5, 2),
        "decoder": [normal(2, 5), normal(5, 4)],
    },
    normal(3, 4),
    normal(3, 2),
)
def autoencoder_loss(params, x, noise):
    h = jax.nn.softplus(x @ params["encoder"])
    mean, log_variance = h @ params["mean"], h @ params["spread"]
    z = mean + jnp.exp(0.5 * log_variance) * noise
    found = jax.nn.sigmoid(jax.nn.elu(z @ params["decoder"][0]) @ params["decoder"][1])
    divergence = -0.5 * jnp.sum(1 + log_variance - mean**2 - jnp.exp(log_variance), -1)
    return jnp.mean(jnp.sum((x - found) ** 2, -1) + divergence)


@model({"q": normal(6, 2, 3), "k": normal(6, 2, 3), "v": normal(6, 2, 3), "o": normal(2, 3, 6)}, normal(2, 4, 6))
def heads(params, x):
    query, key, value = (jnp.einsum("btd,dhk->bthk", x, params[each]) for each in "qkv")
    shares = jax.nn.softmax(jnp.einsum("bthk,bshk->bhts", query, key) / jnp.sqrt(query.shape[-1]))
    return jnp.einsum("bhts,bshk,hkd->btd", shares, value, params["o"])


@model({"w": normal(3, 5)}, normal(4, 3), np.array([0, 4, 1, -1]))
def choices(params, x, y):
    scores = x @ params["w"]
    log_shares = jax.nn.log_softmax(scores)
    one = jnp.take_along_axis(log_shares, y[:, None], axis=1).mean() + log_shares[jnp.arange(4), y].mean()
    other = (jax.nn.one_hot(y, 5) * scores).sum() - jax.scipy.special.logsumexp(scores, axis=-1).sum()
    return one + other + jnp.take(scores, y, axis=1).sum() + lax.dynamic_slice(scores, (y[0], 1), (1, 2)).sum()


@model({"w": normal(3, 3)}, normal(3, 3))
def control(params, x):
    y = lax.cond(x[0, 0] > 0, lambda x: x @ params["w"], lambda x: -x @ params["w"], x)
    y = lax.fori_loop(0, 3, lambda i, c: jnp.sin(c) + i, y)
    rate = lax.while_loop(lambda c: c[0] < 3, lambda c: (c[0] + 1, c[1] * 1.5), (0, 1.0))[1]
    return jax.checkpoint(jnp.tanh)(y) * rate + jnp.var(y, axis=0) + jnp.std(y)


@model({"w": normal(3, 3)}, normal(4, 3))
def arranged(params, x):
    y = (x @ params["w"]).at[0].set(1.0).at[:, 1].add(x[:, 0])
    y = y + jnp.cumsum(y, 0) + jnp.sort(y, -1)[::-1] + jnp.roll(y, 1, 0)
    y = jnp.pad(y, ((1, 0), (0, 1))) ** 2 + lax.stop_gradient(y).sum()
    high, _ = lax.top_k(y, 2)
    y = lax.dynamic_update_slice(y, high * 2, (1, 0))
    return jnp.concatenate([jax.nn.leaky_relu(y - 1, 0.2), jax.nn.selu(y)], 1), jnp.clip(y, 0, 1)


@model({"w": normal(4, 3)}, normal(2, 3))
def activations(params, x):
    x = x @ params["w"].T
    every = jax.nn.relu6, jax.nn.swish, jax.nn.gelu, jax.nn.elu, jax.nn.hard_tanh, jax.nn.standardize, jnp.arctan
    exact = jax.nn.gelu(x, approximate=False)
    return sum(each(x) for each in every) + exact + jnp.abs(x) * jnp.sign(x) + jax.lax.rsqrt(x**2 + 1)
