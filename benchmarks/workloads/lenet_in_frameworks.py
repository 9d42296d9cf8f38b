"""LeNet-5 as users of PyTorch and of JAX write it."""

from typing import Any

import jax
import jax.numpy as jnp
import torch
from torch.nn import functional


def by_torch(x: Any, y: Any, K1: Any, c1: Any, K2: Any, c2: Any, **dense: Any) -> Any:
    h = functional.avg_pool2d(torch.tanh(functional.conv2d(x, K1, c1)), 2)
    h = functional.avg_pool2d(torch.tanh(functional.conv2d(h, K2, c2)), 2)
    h = torch.tanh(h.flatten(1) @ dense["W1"] + dense["b1"])
    h = torch.tanh(h @ dense["W2"] + dense["b2"])
    return functional.cross_entropy(h @ dense["W3"] + dense["b3"], y)


def by_jax(x: Any, y: Any, K1: Any, c1: Any, K2: Any, c2: Any, **dense: Any) -> Any:
    def convolution(x: Any, weight: Any, bias: Any) -> Any:
        return jax.lax.conv(x, weight, (1, 1), "VALID") + bias[:, None, None]

    def halved(x: Any) -> Any:
        return jax.lax.reduce_window(x, 0.0, jax.lax.add, (1, 1, 2, 2), (1, 1, 2, 2), "VALID") / 4

    h = halved(jnp.tanh(convolution(x, K1, c1)))
    h = halved(jnp.tanh(convolution(h, K2, c2)))
    h = jnp.tanh(h.reshape(len(x), -1) @ dense["W1"] + dense["b1"])
    h = jnp.tanh(h @ dense["W2"] + dense["b2"])
    z = jax.nn.log_softmax(h @ dense["W3"] + dense["b3"])
    return -jnp.mean(jnp.sum(y * z, axis=1))
