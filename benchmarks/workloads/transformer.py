"""A block of a transformer: layer norm, causal attention of several heads, and two dense layers with GELU."""

from math import sqrt
from typing import Any

import numpy as np

from workloads import Workload, uniform

HEADS, BATCH, TOKENS, WIDTH = 8, 4, 128, 256
C = sqrt(2 / np.pi)


def norm(np: Any, x: Any, scale: Any, shift: Any) -> Any:
    centred = x - np.mean(x, axis=-1, keepdims=True)
    return centred / np.sqrt(np.mean(centred * centred, axis=-1, keepdims=True) + 1e-5) * scale + shift


def softmax(np: Any, z: Any) -> Any:
    powers = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return powers / np.sum(powers, axis=-1, keepdims=True)


def gelu(np: Any, z: Any) -> Any:
    return 0.5 * z * (1 + np.tanh(C * (z + 0.044715 * z * z * z)))


def parted(np: Any, x: Any) -> Any:
    return np.transpose(np.reshape(x, (BATCH, TOKENS, HEADS, WIDTH // HEADS)), (0, 2, 1, 3))


def block(np: Any, x: Any, y: Any, mask: Any, **w: Any) -> Any:
    h = norm(np, x, w["s1"], w["t1"])
    query, key, value = (parted(np, h @ w[name]) for name in ("Q", "K", "V"))
    scores = query @ np.transpose(key, (0, 1, 3, 2)) / sqrt(WIDTH // HEADS) + mask
    mixed = np.reshape(np.transpose(softmax(np, scores) @ value, (0, 2, 1, 3)), (BATCH, TOKENS, WIDTH))
    x = x + mixed @ w["O"]
    h = norm(np, x, w["s2"], w["t2"])
    x = x + gelu(np, h @ w["W1"] + w["b1"]) @ w["W2"] + w["b2"]
    return np.mean((x - y) ** 2)


def norm_forth(x: Any, scale: Any, shift: Any) -> tuple[Any, Any, Any]:
    centred = x - x.mean(axis=-1, keepdims=True)
    root = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.asarray(1e-5, x.dtype))
    centred /= root
    return centred * scale + shift, centred, root


def norm_back(g: Any, normal: Any, root: Any, scale: Any) -> tuple[Any, Any, Any]:
    by_scale, by_shift = (g * normal).sum(axis=(0, 1)), g.sum(axis=(0, 1))
    g = g * scale
    found = g - g.mean(axis=-1, keepdims=True)
    found -= normal * (g * normal).mean(axis=-1, keepdims=True)
    found /= root
    return found, by_scale, by_shift


def rows(x: Any) -> Any:
    return x.reshape(-1, x.shape[-1])


def by_hand(x: Any, y: Any, mask: Any, **w: Any) -> tuple[Any, ...]:
    h1, normal1, root1 = norm_forth(x, w["s1"], w["t1"])
    query, key, value = (parted(np, h1 @ w[name]) for name in ("Q", "K", "V"))
    scores = query @ key.transpose(0, 1, 3, 2)
    scale = np.asarray(sqrt(WIDTH // HEADS), x.dtype)
    scores /= scale
    scores += mask
    scores -= scores.max(axis=-1, keepdims=True)
    p = np.exp(scores, out=scores)
    p /= p.sum(axis=-1, keepdims=True)
    mixed = (p @ value).transpose(0, 2, 1, 3).reshape(BATCH, TOKENS, WIDTH)
    x2 = x + mixed @ w["O"]
    h2, normal2, root2 = norm_forth(x2, w["s2"], w["t2"])
    z = h2 @ w["W1"] + w["b1"]
    square = z * z
    t = np.tanh(C * (z + 0.044715 * square * z))
    a = 0.5 * z * (1 + t)
    error = x2 + a @ w["W2"] + w["b2"] - y
    loss = (error * error).mean()
    g = error * (2 / error.size)
    gW2, gb2 = rows(a).T @ rows(g), g.sum(axis=(0, 1))
    ga = g @ w["W2"].T
    ga *= 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * (C * (1 + 3 * 0.044715 * square))
    gW1, gb1 = rows(h2).T @ rows(ga), ga.sum(axis=(0, 1))
    gx2, gs2, gt2 = norm_back(ga @ w["W1"].T, normal2, root2, w["s2"])
    gx2 += g
    gO = rows(mixed).T @ rows(gx2)
    gmixed = parted(np, gx2 @ w["O"].T)
    gvalue = p.transpose(0, 1, 3, 2) @ gmixed
    gp = gmixed @ value.transpose(0, 1, 3, 2)
    gp -= (gp * p).sum(axis=-1, keepdims=True)
    gp *= p
    gp /= scale
    gquery, gkey = gp @ key, gp.transpose(0, 1, 3, 2) @ query
    flat = [each.transpose(0, 2, 1, 3).reshape(-1, WIDTH) for each in (gquery, gkey, gvalue)]
    gQ, gK, gV = (rows(h1).T @ each for each in flat)
    gh1 = flat[0] @ w["Q"].T + flat[1] @ w["K"].T + flat[2] @ w["V"].T
    _, gs1, gt1 = norm_back(gh1.reshape(x.shape), normal1, root1, w["s1"])
    return loss, gs1, gt1, gQ, gK, gV, gO, gs2, gt2, gW1, gb1, gW2, gb2


def workload(name: str, dtype: str = "float32") -> Workload:
    mask = np.where(np.tri(TOKENS, dtype=bool), 0, -1e9).astype(dtype)
    data = {**uniform(0, dtype, x=(BATCH, TOKENS, WIDTH), y=(BATCH, TOKENS, WIDTH)), "mask": mask}
    square = (WIDTH, WIDTH)
    shapes = {"s1": (WIDTH,), "t1": (WIDTH,), "Q": square, "K": square, "V": square, "O": square, "s2": (WIDTH,)}
    more = {"t2": (WIDTH,), "W1": (WIDTH, 4 * WIDTH), "b1": (4 * WIDTH,), "W2": (4 * WIDTH, WIDTH), "b2": (WIDTH,)}
    return Workload(name, block, by_hand, data, uniform(2, dtype, **shapes, **more), 0.05)
