"""How course code writes layers, and what only looks like it: a row each, for the tests and for `docs/spellings.md`.

A row is a function of arguments whose names say what they are: z, x, s and a come in (`p` and `q` are probabilities),
y is the target, `labels` are whole numbers, W, w, b, g and the rest are parameters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn

V, R, C, N = (4,), (6, 4), (4, 1), ()
"""A vector, rows of them, a column, a number."""
K = (3, 6)
"""Six examples in columns."""


@dataclass(frozen=True)
class Spelling:
    """One way to write a layer.

    Parameters
    ----------
    source : str
        The code: an expression in the names of `shapes`.
    layer : str
        What it folds to, or for a near miss what it must not be called.
    """

    source: str
    layer: str
    shapes: dict[str, tuple[int, ...]]
    why: str = ""

    @property
    def function(self) -> Callable[..., Any]:
        return eval(f"lambda {', '.join(self.shapes)}: {self.source}", {"np": np, "nn": nn, **NAMES})

    def graph(self) -> gnn.Graph:
        return gnn.trace(self.function, **{name: spec(name, shape) for name, shape in self.shapes.items()})


def spec(name: str, shape: tuple[int, ...]) -> Any:
    if name in ("y", "Y", "t"):
        return gnn.target(shape)
    if name == "labels":
        return gnn.target(shape, dtype="int64")
    return gnn.input(shape) if name in "zxsapqkvXAPZ" else gnn.parameter(shape)


NAMES = {
    "m": 6,
    "n": 6,
    "softmax": nn.softmax,
    "sigmoid": nn.sigmoid,
    "log_softmax": nn.log_softmax,
    "eps": 1e-8,
    "erf": nn.erf,
    "picked": np.array([0, 3, 1, 1, 2, 0]),
    "let": lambda value, body: body(value),
    "onehot": np.eye(4)[[0, 3, 1, 1, 2, 0]],
}


def rows(layer: str, shapes: dict[str, Any], *sources: str, why: str = "") -> list[Spelling]:
    return [Spelling(source, layer, shapes, why) for source in sources]


ACTIVATIONS = [
    *rows(
        "sigmoid",
        {"z": R},
        "1 / (1 + np.exp(-z))",
        "1.0 / (1.0 + np.exp(-1.0 * z))",
        "1 / (1 + np.e ** -z)",
        "1 / (1 + np.power(np.e, -z))",
        "np.exp(z) / (1 + np.exp(z))",
        "np.exp(z) / (np.exp(z) + 1.0)",
        "let(np.exp(z), lambda e: e / (e + 1))",
        "let(np.exp(-z), lambda e: 1 / (1 + e))",
        "np.reciprocal(1 + np.exp(-z))",
        "(1 + np.exp(-z)) ** -1",
        "np.divide(1, np.add(1, np.exp(np.negative(z))))",
        "np.power(1 + np.exp(-z), -1)",
        "0.5 * (1 + np.tanh(z / 2))",
        "0.5 * np.tanh(0.5 * z) + 0.5",
        "(np.tanh(z / 2) + 1) / 2",
        "1 - 1 / (1 + np.exp(z))",
        "1 / (1 + 1 / np.exp(z))",
        "np.exp(-np.logaddexp(0, -z))",
        "np.exp(-np.log(1 + np.exp(-z)))",
        "np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))",
        "np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), 1 - 1 / (1 + np.exp(-np.abs(z))))",
    ),
    *rows(
        "tanh",
        {"z": R},
        "np.tanh(z)",
        "(np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))",
        "(np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)",
        "(1 - np.exp(-2 * z)) / (1 + np.exp(-2 * z))",
        "2 / (1 + np.exp(-2 * z)) - 1",
        "np.sinh(z) / np.cosh(z)",
        "1 - 2 / (np.exp(2 * z) + 1)",
        "(np.power(np.e, z) - np.power(np.e, -z)) / (np.power(np.e, z) + np.power(np.e, -z))",
        "let(np.exp(z), lambda e: (e - 1 / e) / (e + 1 / e))",
        "let(np.exp(2 * z), lambda e: (e - 1) / (e + 1))",
    ),
    *rows(
        "relu",
        {"z": R},
        "np.maximum(0, z)",
        "np.maximum(z, 0.0)",
        "z * (z > 0)",
        "(z > 0) * z",
        "z * (z >= 0)",
        "z * (z > 0).astype(float)",
        "np.where(z > 0, z, 0)",
        "np.where(z < 0, 0, z)",
        "np.where(z > 0, z, np.zeros_like(z))",
        "(np.abs(z) + z) / 2",
        "0.5 * (z + np.abs(z))",
        "np.clip(z, 0, None)",
        "-np.minimum(-z, 0)",
        "np.multiply(z, z > 0)",
    ),
    *rows(
        "leaky_relu",
        {"z": R},
        "np.maximum(0.01 * z, z)",
        "np.maximum(z, z * 0.1)",
        "np.where(z > 0, z, 0.01 * z)",
        "np.where(z < 0, 0.2 * z, z)",
        "np.where(z > 0, z, z * 0.01)",
        "z * np.where(z > 0, 1.0, 0.01)",
        "np.maximum(0, z) + 0.01 * np.minimum(0, z)",
        "(z > 0) * z + (z <= 0) * 0.01 * z",
        "np.maximum(z, 0) - 0.1 * np.maximum(-z, 0)",
        "np.where(z > 0, 1, 0.01) * z",
    ),
    *rows(
        "elu",
        {"z": R},
        "np.where(z > 0, z, np.exp(z) - 1)",
        "np.where(z > 0, z, 0.5 * (np.exp(z) - 1))",
        "np.where(z >= 0, z, 1.5 * np.expm1(z))",
        "np.maximum(z, 0) + np.minimum(0, np.exp(z) - 1)",
        "np.where(z < 0, np.exp(np.minimum(z, 0)) - 1, z)",
    ),
    *rows("selu", {"z": R}, "1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * (np.exp(z) - 1))"),
    *rows(
        "gelu",
        {"z": R},
        "0.5 * z * (1 + erf(z / np.sqrt(2)))",
        "z * 0.5 * (1.0 + erf(z / 2 ** 0.5))",
        "z * (1 + erf(z / np.sqrt(2))) / 2",
        "0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z ** 3)))",
        "0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * np.power(z, 3))))",
        "0.5 * z * (1 + np.tanh((2 / np.pi) ** 0.5 * z * (1 + 0.044715 * z * z)))",
    ),
    *rows(
        "silu",
        {"z": R},
        "z / (1 + np.exp(-z))",
        "z * (1 / (1 + np.exp(-z)))",
        "z * nn.sigmoid(z)",
        "z * np.exp(z) / (1 + np.exp(z))",
    ),
    *rows(
        "softplus",
        {"z": R},
        "np.log(1 + np.exp(z))",
        "np.log1p(np.exp(z))",
        "np.logaddexp(0, z)",
        "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
        "np.maximum(z, 0) + np.log(1 + np.exp(-np.abs(z)))",
        "-np.log(1 / (1 + np.exp(z)))",
    ),
    *rows("relu6", {"z": R}, "np.clip(z, 0, 6)", "np.minimum(np.maximum(0, z), 6)"),
]

SOFTMAXES = [
    *rows(
        "softmax",
        {"z": V},
        "np.exp(z) / np.sum(np.exp(z))",
        "let(np.exp(z), lambda e: e / e.sum())",
        "let(np.exp(z), lambda e: e * (1 / e.sum()))",
        "let(np.exp(z - np.max(z)), lambda e: e / np.sum(e))",
        "let(z - z.max(), lambda s: np.exp(s) / np.exp(s).sum())",
        "let(np.exp(z - z.max()), lambda e: e / e.sum(axis=0))",
        "let(np.power(np.e, z), lambda e: e / np.sum(e))",
        "np.exp(z - np.log(np.sum(np.exp(z))))",
        "np.exp(z) / sum(np.exp(each) for each in z)",
    ),
    *rows(
        "softmax",
        {"z": R},
        "np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)",
        "let(np.exp(z), lambda e: e / e.sum(axis=1)[:, None])",
        "let(np.exp(z), lambda e: e / e.sum(1)[:, np.newaxis])",
        "let(np.exp(z), lambda e: e / e.sum(axis=1).reshape(-1, 1))",
        "let(np.exp(z), lambda e: e / np.sum(e, axis=1).reshape((-1, 1)))",
        "let(np.exp(z), lambda e: e / np.expand_dims(e.sum(axis=1), 1))",
        "let(np.exp(z), lambda e: (e.T / e.sum(axis=1)).T)",
        "let(np.exp(z.T), lambda e: (e / e.sum(axis=0)).T)",
        "let(np.exp(z - np.max(z, axis=1, keepdims=True)), lambda e: e / np.sum(e, axis=1, keepdims=True))",
        "let(np.exp(z - z.max(axis=1)[:, None]), lambda e: e / e.sum(axis=1)[:, None])",
        "let(np.exp((z.T - z.max(axis=1)).T), lambda e: (e.T / e.sum(axis=1)).T)",
        "let(z.T - np.max(z.T, axis=0), lambda s: (np.exp(s) / np.sum(np.exp(s), axis=0)).T)",
        "let(np.exp(z - z.max()), lambda e: e / e.sum(axis=1, keepdims=True))",
        "let(np.exp(z), lambda e: e * (1 / e.sum(axis=-1, keepdims=True)))",
        "let(np.exp(z), lambda e: e / (e @ np.ones((4, 1))))",
    ),
    *rows(
        "softmax",
        {"z": (3, 5)},
        "np.exp(z) / np.sum(np.exp(z), axis=0)",
        "let(np.exp(z - z.max(axis=0)), lambda e: e / e.sum(axis=0))",
        "let(np.exp(z - z.max(axis=0, keepdims=True)), lambda e: e / e.sum(axis=0, keepdims=True))",
    ),
    *rows("softmax", {"z": C}, "np.exp(z) / np.sum(np.exp(z))", "np.exp(z) / np.sum(np.exp(z), axis=0)"),
    *rows("softmax", {"z": (1, 4)}, "np.exp(z) / np.sum(np.exp(z))"),
    *rows("softmax", {"z": (2, 6, 4)}, "let(np.exp(z), lambda e: e / e.sum(axis=-1, keepdims=True))"),
    *rows("softmax", {"z": (2, 6, 4)}, "let(np.exp(z), lambda e: e / e.sum(axis=1, keepdims=True))"),
    *rows(
        "log_softmax",
        {"z": R},
        "z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))",
        "z - np.log(np.exp(z).sum(axis=1))[:, None]",
        "let(z - z.max(axis=1, keepdims=True), lambda s: s - np.log(np.sum(np.exp(s), axis=1, keepdims=True)))",
        "z - z.max(axis=1, keepdims=True) - np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(1, keepdims=True))",
        "np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))",
    ),
    *rows(
        "logsumexp",
        {"z": V},
        "np.log(np.sum(np.exp(z)))",
        "let(z.max(), lambda c: c + np.log(np.sum(np.exp(z - c))))",
    ),
    *rows("logsumexp", {"z": R}, "np.log(np.sum(np.exp(z), axis=1))", "np.log(np.sum(np.exp(z), 1, keepdims=True))"),
]

CLASSES = [
    *rows(
        "cross_entropy",
        {"p": V, "y": V},
        "-np.log(y @ p)",
        "-np.log(np.dot(p, y))",
        "-np.sum(y * np.log(p))",
        "-(y * np.log(p)).sum()",
        "np.sum(-y * np.log(p))",
        "-np.dot(y, np.log(p))",
        "-y.T @ np.log(p)",
        "-1 * np.sum(np.multiply(y, np.log(p)))",
        "-np.sum(y * np.log(p + 1e-8))",
        "-np.sum(y * np.log(np.clip(p, 1e-12, 1 - 1e-12)))",
        "-np.sum(y * np.log(np.maximum(p, 1e-15)))",
        "-np.sum(np.log(p) * y)",
        "np.sum(y * np.log(1 / p))",
        "-np.log(np.sum(y * p) + 1e-9)",
    ),
    *rows("cross_entropy", {"p": C, "y": C}, "-np.sum(y * np.log(p))", "-(y.T @ np.log(p))", "-np.log(y.T @ p)"),
    *rows(
        "cross_entropy",
        {"p": R, "y": R},
        "-np.mean(np.sum(y * np.log(p), axis=1))",
        "-np.sum(y * np.log(p)) / m",
        "-np.sum(y * np.log(p)) / p.shape[0]",
        "-1 / m * np.sum(y * np.log(p))",
        "-(1 / m) * np.sum(y * np.log(p + 1e-8))",
        "(-1.0 / m) * np.sum(np.multiply(y, np.log(p)))",
        "np.mean(-np.sum(y * np.log(p), axis=1, keepdims=True))",
        "-(y * np.log(p)).sum(axis=-1).mean()",
        "-(y * np.log(p)).sum(1).sum() / len(y)",
        "-np.mean(np.log(np.sum(p * y, axis=1)))",
        "-np.log((p * y).sum(axis=1)).sum() / m",
        "-np.mean(np.sum(y * np.log(np.clip(p, 1e-7, 1 - 1e-7)), axis=1))",
        "np.sum(-np.sum(y * np.log(p + 1e-9), axis=1)) / m",
        "-np.sum(np.log(p) * y, axis=(0, 1)) / m",
        "np.sum(np.sum(y * -np.log(p), axis=1), axis=0) * (1 / m)",
    ),
    *rows(
        "cross_entropy",
        {"p": K, "y": K},
        "-np.sum(y * np.log(p)) / m",
        "-np.mean(np.sum(y * np.log(p), axis=0))",
        "-1 / m * np.sum(y * np.log(p), keepdims=True)",
        "-np.sum(y * np.log(p)) / y.shape[1]",
        "-np.sum(y.T * np.log(p.T)) / m",
    ),
    *rows(
        "cross_entropy",
        {"p": R, "labels": (6,)},
        "-np.log(p[range(n), labels]).mean()",
        "-np.log(p[np.arange(n), labels]).sum() / n",
        "-np.mean(np.log(p[np.arange(len(p)), labels]))",
        "np.sum(-np.log(p[np.arange(n), labels])) / n",
        "-np.sum(np.log(p[range(n), labels])) / n",
        "-np.mean(np.log(p[np.arange(n), labels] + 1e-8))",
        "(1 / n) * np.sum(-np.log(p[np.arange(n), labels]))",
    ),
    *rows("cross_entropy", {"p": R}, "-np.log(p[range(n), picked]).mean()"),
    *rows("cross_entropy", {"p": V, "labels": N}, "-np.log(p[labels])", "-np.log(p)[labels]"),
    *rows("cross_entropy", {"p": K, "labels": (6,)}, "-np.log(p[labels, np.arange(m)]).mean()"),
    *rows(
        "summed_cross_entropy",
        {"p": R, "y": R},
        "-np.sum(y * np.log(p))",
        "np.sum(-y * np.log(p + 1e-8))",
        "-np.sum(np.log(np.sum(y * p, axis=1)))",
    ),
    *rows("summed_cross_entropy", {"p": R, "labels": (6,)}, "-np.log(p[range(n), labels]).sum()"),
    *rows(
        "cross_entropy",
        {"z": R, "y": R},
        "-np.mean(np.sum(y * (z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))), axis=1))",
        "np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.sum(y * z, axis=1))",
        "np.sum(np.log(np.sum(np.exp(z), axis=1)) - np.sum(y * z, axis=1)) / n",
        "-np.sum(y * log_softmax(z)) / n",
        "-(y * np.log(softmax(z))).sum() / n",
        "let(np.exp(z), lambda e: -np.sum(y * np.log(e / e.sum(axis=1, keepdims=True))) / n)",
    ),
    *rows(
        "cross_entropy",
        {"p": (3,)},
        "-np.sum(np.eye(3)[1] * np.log(p))",
        "-np.log(p) @ np.eye(3)[1]",
        "-np.dot(np.array([0.0, 1.0, 0.0]), np.log(p))",
    ),
    *rows("cross_entropy", {"p": R}, "-np.mean(np.sum(onehot * np.log(p), axis=1))"),
    *rows(
        "cross_entropy",
        {"z": R, "labels": (6,)},
        "-np.log(softmax(z)[np.arange(n), labels]).mean()",
        "-log_softmax(z)[np.arange(n), labels].mean()",
        "np.mean(np.log(np.sum(np.exp(z), axis=1)) - z[range(n), labels])",
        "(-z[range(n), labels] + np.log(np.sum(np.exp(z), axis=1))).sum() / n",
    ),
    *rows("cross_entropy", {"z": V, "y": V}, "np.log(np.sum(np.exp(z))) - y @ z", "-y @ np.log(softmax(z))"),
    *rows("cross_entropy", {"z": V, "labels": N}, "-z[labels] + np.log(np.sum(np.exp(z)))"),
]

BINARY = [
    *rows(
        "binary_cross_entropy",
        {"p": (6,), "y": (6,)},
        "-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))",
        "np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))",
        "-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()",
        "-1 / m * np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))",
        "-(1 / m) * (np.dot(y, np.log(p)) + np.dot(1 - y, np.log(1 - p)))",
        "(-1 / m) * np.sum(np.multiply(y, np.log(p)) + np.multiply(1 - y, np.log(1 - p)))",
        "-(y @ np.log(p) + (1 - y) @ np.log(1 - p)) / m",
        "(-y @ np.log(p) - (1 - y) @ np.log(1 - p)) / len(y)",
        "-np.sum(y * np.log(p + eps) + (1 - y) * np.log(1 - p + eps)) / m",
        "-np.mean(y * np.log(np.clip(p, eps, 1 - eps)) + (1 - y) * np.log(1 - np.clip(p, eps, 1 - eps)))",
        "let(np.clip(p, 1e-7, 1 - 1e-7), lambda q: -(y * np.log(q) + (1 - y) * np.log(1 - q)).mean())",
        "np.mean(-(np.log(p) * y + np.log(1 - p) * (1 - y)))",
        "(1 / m) * (-y.T @ np.log(p) - (1 - y).T @ np.log(1 - p))",
        "np.sum(-y * np.log(p) - (1 - y) * np.log(1 - p)) * (1 / m)",
    ),
    *rows(
        "binary_cross_entropy",
        {"p": (1, 6), "y": (1, 6)},
        "-1 / m * np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))",
        "-(1 / m) * (np.dot(y, np.log(p).T) + np.dot(1 - y, np.log(1 - p).T))",
        "np.squeeze(-(1 / m) * (np.dot(y, np.log(p).T) + np.dot(1 - y, np.log(1 - p).T)))",
        "-np.sum(np.multiply(np.log(p), y) + np.multiply(np.log(1 - p), 1 - y)) / m",
        "np.sum((-np.dot(y, np.log(p).T) - np.dot(1 - y, np.log(1 - p).T)) / m)",
        "-1 / m * (np.dot(np.log(p), y.T) + np.dot(np.log(1 - p), (1 - y).T))",
    ),
    *rows(
        "binary_cross_entropy",
        {"p": (6, 1), "y": (6, 1)},
        "-(y.T @ np.log(p) + (1 - y).T @ np.log(1 - p)) / m",
        "(1 / m) * ((-y).T @ np.log(p) - (1 - y).T @ np.log(1 - p))",
        "-(y.T.dot(np.log(p)) + (1 - y).T.dot(np.log(1 - p)))[0, 0] / m",
        "-1 * (1 / m) * (np.log(p).T.dot(y) + np.log(1 - p).T.dot(1 - y))",
    ),
    *rows("binary_cross_entropy", {"p": N, "y": N}, "-(y * np.log(p) + (1 - y) * np.log(1 - p))"),
    *rows(
        "summed_binary_cross_entropy",
        {"p": V, "y": V},
        "np.sum(-y * np.log(p) - (1 - y) * np.log(1 - p))",
        "-np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))",
        "-(y @ np.log(p) + (1 - y) @ np.log(1 - p))",
    ),
    *rows(
        "binary_cross_entropy",
        {"z": (6,), "y": (6,)},
        "np.mean(np.log(1 + np.exp(z)) - y * z)",
        "np.mean(np.maximum(z, 0) - z * y + np.log(1 + np.exp(-np.abs(z))))",
        "np.mean(np.logaddexp(0, z) - y * z)",
        "-np.mean(y * np.log(sigmoid(z)) + (1 - y) * np.log(1 - sigmoid(z)))",
        "let(1 / (1 + np.exp(-z)), lambda a: -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum() / m)",
    ),
    *rows(
        "hinge",
        {"s": V, "y": V},
        "np.mean(np.maximum(0, 1 - y * s))",
        "np.maximum(0, 1 - s * y).mean()",
        "np.sum(np.maximum(0, 1 - y * s)) / 4",
        "np.mean(np.where(y * s < 1, 1 - y * s, 0))",
        "np.mean((1 - y * s) * (y * s < 1))",
    ),
    *rows("summed_hinge", {"s": V, "y": V}, "np.sum(np.maximum(0, 1 - y * s))"),
    *rows(
        "kl_divergence",
        {"p": V, "q": V},
        "np.sum(p * np.log(p / q))",
        "np.sum(p * (np.log(p) - np.log(q)))",
        "np.sum(p * np.log(p)) - np.sum(p * np.log(q))",
        "-np.sum(p * np.log(q / p))",
    ),
]

DIFFERENCES = [
    *rows(
        "squared_error",
        {"a": V, "y": V},
        "np.sum((a - y) ** 2)",
        "((y - a) ** 2).sum()",
        "np.sum(np.square(a - y))",
        "(a - y) @ (a - y)",
        "np.dot(y - a, y - a)",
        "np.sum((a - y) * (a - y))",
        "np.sum(np.power(a - y, 2))",
        "np.sum(np.abs(a - y) ** 2)",
        "np.linalg.norm(a - y) ** 2",
        "0.5 * np.sum((a - y) ** 2)",
        "np.sum((a - y) ** 2) / 2",
        "np.sum(a ** 2 - 2 * a * y + y ** 2)",
    ),
    *rows("squared_error", {"a": C, "y": C}, "(a - y).T @ (a - y)", "np.sum((a - y) ** 2)"),
    *rows("half_squared_error", {"a": C, "y": C}, "0.5 * (a - y).T @ (a - y)", "np.sum((a - y) ** 2 / 2)"),
    *rows("half_mean_squared_error", {"a": (6, 1), "y": (6, 1)}, "1 / (2 * m) * (a - y).T @ (a - y)"),
    *rows("half_mean_squared_error", {"a": R, "y": R}, "np.mean(0.5 * (a - y) ** 2)"),
    *rows("squared_error", {"a": N, "y": N}, "(a - y) ** 2", "0.5 * (y - a) ** 2", "np.square(a - y)"),
    *rows(
        "mean_squared_error",
        {"a": R, "y": R},
        "np.mean((a - y) ** 2)",
        "((a - y) ** 2).mean()",
        "np.mean(np.square(a - y))",
        "np.square(y - a).mean()",
        "0.5 * ((a - y) ** 2).mean()",
        "np.mean((a - y) ** 2) / 2",
        "np.mean(np.power(a - y, 2))",
        "np.mean(np.mean((a - y) ** 2, axis=1))",
        "np.sum((a - y) ** 2) / a.size",
    ),
    *rows(
        "mean_squared_error",
        {"a": (6,), "y": (6,)},
        "1 / m * np.sum((a - y) ** 2)",
        "np.sum(np.square(a - y)) / m",
        "np.dot(a - y, a - y) / m",
        "((a - y) @ (a - y)) / len(y)",
        "np.sum((y - a) ** 2) * (1 / m)",
    ),
    *rows(
        "squared_error",
        {"a": (6,), "y": (6,)},
        "(1 / (2 * m)) * np.sum((a - y) ** 2)",
        "np.sum((a - y) ** 2) / (2 * m)",
        "1 / (2 * m) * np.dot((a - y).T, a - y)",
    ),
    *rows("mean_squared_error", {"a": (6, 1), "y": (6, 1)}, "(a - y).T @ (a - y) / m", "np.mean((a - y) ** 2, axis=0)"),
    *rows(
        "mean_absolute_error",
        {"a": R, "y": R},
        "np.mean(np.abs(a - y))",
        "np.abs(y - a).mean()",
        "np.sum(np.abs(a - y)) / a.size",
    ),
    *rows("absolute_error", {"a": V, "y": V}, "np.sum(np.abs(a - y))"),
    *rows("root_mean_squared_error", {"a": V, "y": V}, "np.sqrt(np.mean((a - y) ** 2))"),
    *rows(
        "huber",
        {"a": V, "y": V},
        "let(a - y, lambda d: np.mean(np.where(np.abs(d) < 1.0, 0.5 * d ** 2, 1.0 * (np.abs(d) - 0.5 * 1.0))))",
        "let(np.abs(a - y), lambda d: np.mean(np.where(d <= 2.0, 0.5 * d ** 2, 2.0 * d - 0.5 * 2.0 ** 2)))",
        "let(np.abs(a - y), lambda d: np.mean(np.where(d < 1, 0.5 * d * d, d - 0.5)))",
    ),
]

SCALED = {"x": R, "g": (4,), "b": (4,)}
NORMALIZATIONS = [
    *rows(
        "batch_norm",
        SCALED,
        "g * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5) + b",
        "let(x - np.mean(x, 0), lambda c: g * (c / np.sqrt(np.mean(c ** 2, 0) + 1e-5)) + b)",
        "let(x - x.mean(0), lambda c: c * (1 / np.sqrt((c ** 2).mean(0) + 1e-8)) * g + b)",
        "(x - x.mean(0, keepdims=True)) / np.sqrt(x.var(0, keepdims=True) + 1e-5) * g + b",
        "g * ((x - x.mean(0)) / np.sqrt(np.mean((x - x.mean(0)) ** 2, axis=0) + 1e-5)) + b",
        "(x - x.mean(0)) / (x.std(0) + 1e-8) * g + b",
        "let(1 / m * np.sum(x, axis=0), lambda mu: g * (x - mu) / np.sqrt(1 / m * np.sum((x - mu) ** 2, 0) + eps) + b)",
        "g * (x - x.mean(0)) * (x.var(0) + 1e-5) ** -0.5 + b",
    ),
    *rows(
        "batch_norm",
        {"x": (4, 6), "g": (4, 1), "b": (4, 1)},
        "g * (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-8) + b",
    ),
    *rows(
        "batch_norm",
        {"x": R, "g": (1, 4), "b": (1, 4)},
        "g * (x - x.mean(axis=0, keepdims=True)) / np.sqrt(x.var(axis=0, keepdims=True) + 1e-5) + b",
    ),
    *rows("batch_norm", {"x": R}, "(x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)"),
    *rows(
        "layer_norm",
        SCALED,
        "g * (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5) + b",
        "let(x - x.mean(-1, keepdims=True), lambda c: g * c / np.sqrt((c * c).mean(-1, keepdims=True) + 1e-6) + b)",
        "g * ((x - x.mean(1)[:, None]) / np.sqrt(x.var(1) + 1e-5)[:, None]) + b",
        "((x.T - x.mean(1)) / np.sqrt(x.var(1) + 1e-5)).T * g + b",
        "(x - x.mean(-1, keepdims=True)) / (x.std(-1, keepdims=True) + 1e-6) * g + b",
    ),
    *rows("layer_norm", {"x": R}, "(x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5)"),
    *rows("layer_norm", {"x": V, "g": V, "b": V}, "g * (x - x.mean()) / np.sqrt(x.var() + 1e-5) + b"),
    *rows(
        "rms_norm",
        {"x": R, "g": (4,)},
        "g * x / np.sqrt(np.mean(x ** 2, -1, keepdims=True) + 1e-5)",
        "x * (np.mean(x * x, axis=-1, keepdims=True) + 1e-6) ** -0.5 * g",
        "x / np.sqrt((x ** 2).mean(-1, keepdims=True) + 1e-8) * g",
    ),
]

LINEAR = [
    *rows("linear", {"x": V, "W": (3, 4), "b": (3,)}, "W @ x + b", "np.dot(W, x) + b", "b + x @ W.T"),
    *rows("linear", {"x": C, "W": (3, 4), "b": (3, 1)}, "W @ x + b", "np.dot(W, x) + b"),
    *rows("linear", {"x": (4, 6), "W": (3, 4), "b": (3, 1)}, "W @ x + b", "np.dot(W, x) + b"),
    *rows("linear", {"x": R, "W": (4, 3), "b": (1, 3)}, "x @ W + b", "np.dot(x, W) + b"),
    *rows("linear", {"x": R, "W": (4, 3), "b": (3,)}, "x @ W + b", "x.dot(W) + b"),
    *rows("linear", {"x": R, "W": (3, 4), "b": (3,)}, "x @ W.T + b"),
    *rows("linear", {"x": (4, 6), "w": (4, 1), "b": N}, "w.T @ x + b", "np.dot(w.T, x) + b"),
    *rows("linear", {"x": (4, 6), "w": (4, 3), "b": (3, 1)}, "w.T @ x + b"),
    *rows("linear", {"x": R, "w": (4,), "b": N}, "x @ w + b", "np.dot(x, w) + b", "np.sum(x * w, axis=1) + b"),
    *rows("linear", {"x": V, "w": V, "b": N}, "np.dot(w, x) + b", "np.sum(w * x) + b", "w.T @ x + b"),
    *rows("linear", {"x": (2, 6, 4), "W": (4, 3), "b": (3,)}, "x @ W + b"),
]

TOKENS = {"q": (5, 4), "k": (6, 4), "v": (6, 3)}
ATTENTIONS = [
    *rows(
        "attention",
        TOKENS,
        "softmax(q @ k.T / np.sqrt(4)) @ v",
        "softmax(np.dot(q, k.T) * (1 / np.sqrt(4))) @ v",
        "softmax((q / np.sqrt(4)) @ k.T) @ v",
        "let(np.exp(q @ k.T / 2), lambda e: (e / e.sum(1, keepdims=True)) @ v)",
        "let(np.exp(q @ k.T / 2), lambda e: (e / e.sum(1)[:, None]).dot(v))",
    ),
    *rows(
        "attention",
        {"q": (2, 5, 4), "k": (2, 6, 4), "v": (2, 6, 3)},
        "softmax(q @ k.transpose(0, 2, 1) / 2) @ v",
        "softmax(q @ np.swapaxes(k, -2, -1) / np.sqrt(q.shape[-1])) @ v",
    ),
]

SPELLINGS = [
    *ACTIVATIONS,
    *SOFTMAXES,
    *CLASSES,
    *BINARY,
    *DIFFERENCES,
    *NORMALIZATIONS,
    *LINEAR,
    *ATTENTIONS,
]

PAIR = {"p": V, "y": V}
MANY = {"p": R, "y": R}
BITS = {"p": (6,), "y": (6,)}
OTHER = {"p": V, "q": V, "y": V}
# The same as a layer on a part of what its arguments may be.
RESTRICTED = [
    *rows(
        "relu",
        {"z": R},
        "np.exp(np.log(z))",
        "np.sqrt(z) * np.sqrt(z)",
        "np.sqrt(z) ** 2",
        "z ** 1.5 / np.sqrt(z)",
        "np.log(np.exp(z))",
        "np.sqrt(z * z)",
        "np.abs(z * z)",
        "np.maximum(np.exp(z), -1)",
        "np.exp(z) * (np.exp(z) > -1)",
        "np.where(np.square(z) >= 0, z, 0)",
        why="the same at most where z is positive",
    ),
    *rows(
        "relu",
        {"z": R},
        "0.5 * (z + z * z / np.abs(z))",
        "np.maximum(z, 1e-12)",
        "z / (1 + np.exp(-1e5 * z))",
        "z * (z > 1e-3)",
        why="another value at 0 or close to it",
    ),
    *rows(
        "relu6",
        {"z": R},
        "np.clip(z, 0, 6.001)",
        "6 * sigmoid(z) * (z > 0)",
        "np.clip(np.exp(z), -1, 6)",
        "np.minimum(np.square(z), 6)",
        why="another bend, or one less",
    ),
    *rows("leaky_relu", {"z": R}, "np.where(np.exp(z) > 0, z, 0.01 * z)", why="only one branch is ever taken"),
    *rows("leaky_relu", {"z": N}, "np.maximum(z, 2 * z)", why="the slope is larger than 1"),
    *rows("leaky_relu", {"z": R, "x": R}, "np.maximum(z, x * z)", why="the slope may be larger than 1"),
    *rows("elu", {"z": R}, "np.maximum(z, 1e-12)", "np.maximum(z, np.exp(z) - 1)", why="another branch"),
    *rows(
        "tanh",
        {"z": R},
        "np.sqrt(1 - 1 / np.cosh(z) ** 2)",
        "np.abs(z) / z * np.sqrt(1 - 1 / np.cosh(z) ** 2)",
        why="the sign is lost, or there is no value at 0",
    ),
    *rows(
        "softmax",
        {"z": V},
        "np.abs(z) / np.sum(np.abs(z))",
        "np.square(z) / np.sum(np.square(z))",
        "sigmoid(z) / np.sum(sigmoid(z))",
        why="no exponential",
    ),
    *rows(
        "hinge",
        {"s": V, "y": V},
        "np.mean(1 - y * sigmoid(s))",
        "np.mean(1 - y * softmax(s))",
        "np.mean(1 - y * np.tanh(s))",
        "np.mean(np.abs(1 - y * sigmoid(s)))",
        "np.mean(np.maximum(-1, 1 - y * sigmoid(s)))",
        "np.mean(np.minimum(np.maximum(0, 1 - y * s), 500))",
        "np.mean(np.maximum(0, 1 - y * s) * (y > -1))",
        "np.mean(np.maximum(0, 1 - np.exp(s)))",
        why="the same at most where scores and targets are small",
    ),
    *rows(
        "huber",
        {"a": V, "y": V},
        "1000 * np.mean((a - y) ** 2) / 2000",
        "1e-3 * np.mean(np.abs(a - y) - 5e-4)",
        "np.mean(0.5 * (sigmoid(a) - y) ** 2)",
        "np.mean(np.abs(np.exp(a) - y) - 0.5)",
        why="one of its two branches",
    ),
    *rows(
        "mean_absolute_error",
        {"a": V, "y": V},
        "np.mean(np.exp(a) - y)",
        "np.mean(np.square(a) - y)",
        "np.mean(sigmoid(a) - y)",
        "np.mean(np.abs(a) - np.abs(y))",
        "np.mean(np.sqrt((a - y) ** 2 + 0.01))",
        "np.mean(np.abs(a - y) * np.where(y > -1, 1, 5))",
        why="the same at most on one side",
    ),
]
NEAR_MISSES = [
    *rows("linear", {"w": V}, "0.5 * w @ w", "np.sum(w * (w + 1))", why="a penalty: no data comes in"),
    *rows("sigmoid", {"z": R}, "1 / (1 + np.exp(z))", why="the sign is missing: this is sigmoid(-z)"),
    *rows(
        "sigmoid",
        {"z": R},
        "1 / (1 - np.exp(-z))",
        "1 / (2 + np.exp(-z))",
        "2 / (1 + np.exp(-z))",
        why="a number is wrong",
    ),
    *rows("sigmoid", {"z": R}, "1 / (1 + np.exp(-2 * z))", why="this is sigmoid(2 z)"),
    *rows("sigmoid", {"z": R}, "0.5 * (1 + np.tanh(z))", why="tanh takes half of z"),
    *rows("sigmoid", {"z": R}, "1 / (1 + 2 ** -z)", why="the base isn't e"),
    *rows("sigmoid", {"z": R, "x": R}, "np.exp(z) / (1 + np.exp(x))", why="two different arrays"),
    *rows("tanh", {"z": R}, "(np.exp(z) + np.exp(-z)) / (np.exp(z) - np.exp(-z))", why="upside down"),
    *rows("tanh", {"z": R}, "(np.exp(z) - 1) / (np.exp(z) + 1)", why="this is tanh(z / 2)"),
    *rows("tanh", {"z": R}, "2 / (1 + np.exp(-z)) - 1", why="this is tanh(z / 2)"),
    *rows("relu", {"z": R}, "np.minimum(z, 0)", "np.maximum(z, 1)", "np.abs(z)", "z * (z < 0)", why="another bend"),
    *rows("relu", {"z": R}, "(np.abs(z) - z) / 2", why="this is relu(-z)"),
    *rows("relu", {"z": R}, "np.maximum(z, 1e-8)", why="what is small isn't 0 here"),
    *rows("relu6", {"z": R}, "np.minimum(np.maximum(z, 0), 20)", why="it is cut at 20"),
    *rows("relu", {"z": R, "x": R}, "z * (x > 0)", "np.where(x > 0, z, 0)", why="a mask of another array"),
    *rows(
        "leaky_relu", {"z": R}, "np.maximum(z, 2 * z)", "np.minimum(z, 0.01 * z)", why="the slope is on the wrong side"
    ),
    *rows("leaky_relu", {"z": R}, "np.where(z > 0, z, -0.01)", why="a number for a slope"),
    *rows("elu", {"z": R}, "np.where(z > 0, z, np.exp(z))", why="1 isn't taken off"),
    *rows("gelu", {"z": R}, "0.5 * z * (1 + erf(z))", "z * (1 + erf(z / np.sqrt(2)))", why="a factor is missing"),
    *rows("silu", {"z": R}, "z / (1 + np.exp(z))", why="the sign is missing"),
    *rows("silu", {"z": R, "x": R}, "x / (1 + np.exp(-z))", why="a gate of another array"),
    *rows("softplus", {"z": R}, "np.log(2 + np.exp(z))", "np.log(1 - np.exp(z))", why="another number or sign"),
    *rows("softmax", {"z": R}, "np.exp(z) / np.sum(np.exp(z))", why="the sum is over all rows"),
    *rows(
        "softmax",
        {"z": (5, 5)},
        "np.exp(z) / np.sum(np.exp(z), axis=1)",
        why="keepdims is missing: rows are divided by other rows' sums",
    ),
    *rows("softmax", {"z": V}, "np.exp(z) / np.mean(np.exp(z))", why="the mean for the sum"),
    *rows(
        "softmax", {"z": V}, "np.exp(-z) / np.sum(np.exp(z))", "np.exp(z) / np.sum(np.exp(2 * z))", why="two exponents"
    ),
    *rows("softmax", {"z": V, "x": V}, "np.exp(z) / np.sum(np.exp(x))", why="two arrays"),
    *rows(
        "softmax", {"z": V}, "np.exp(z) / (1 + np.sum(np.exp(z)))", why="1 is added: probabilities don't add up to 1"
    ),
    *rows(
        "softmax",
        {"z": R},
        "np.exp(z - z.max(axis=1, keepdims=True)) / np.exp(z).sum(axis=1, keepdims=True)",
        why="the maximum is taken off above only",
    ),
    *rows("softmax", {"z": V}, "z / np.sum(z)", why="no exponential"),
    *rows("log_softmax", {"z": R}, "z - np.log(np.sum(np.exp(z)))", why="the sum is over all rows"),
    *rows("log_softmax", {"z": V}, "z + np.log(np.sum(np.exp(z)))", why="the sign is wrong"),
    *rows("logsumexp", {"z": V}, "np.log(np.mean(np.exp(z)))", why="the mean for the sum"),
    *rows(
        "cross_entropy",
        PAIR,
        "np.sum(y * np.log(p))",
        "-np.sum(np.log(p))",
        "-np.sum(p * np.log(y))",
        why="the sign or the target is missing",
    ),
    *rows("cross_entropy", PAIR, "-np.mean(y * np.log(p))", why="the mean over classes"),
    *rows("cross_entropy", PAIR, "-np.sum(y * np.log2(p))", why="another base"),
    *rows("cross_entropy", PAIR, "-np.sum(y * np.log(p + 0.1))", why="what is added isn't small"),
    *rows(
        "cross_entropy",
        MANY,
        "-np.mean(y * np.log(p))",
        "-np.sum(y * np.log(p)) / 5",
        why="divided by another number than that of the examples",
    ),
    *rows("cross_entropy", MANY, "-np.sum(y * np.log(p))", why="the sum over examples is called summed cross entropy"),
    *rows("cross_entropy", {"p": R, "labels": (6,)}, "np.log(p[range(n), labels]).mean()", why="the sign is missing"),
    *rows(
        "cross_entropy",
        {"p": (6, 6), "labels": (6,)},
        "-np.log(p[:, labels]).mean()",
        why="all rows' entries in these columns",
    ),
    *rows(
        "cross_entropy", {"p": V, "q": V}, "-np.log(p @ q)", "-np.sum(q * np.log(p))", why="nothing there is a target"
    ),
    *rows(
        "cross_entropy",
        {"x": V, "W": (3, 4), "V": (3, 4)},
        "-np.log(softmax(W @ x) @ np.exp(V @ x))",
        why="nothing there is a target",
    ),
    *rows(
        "cross_entropy",
        {"x": V, "W": (3, 4), "y": (3,)},
        "-np.sum(y * np.log(np.exp(W @ x)))",
        "-np.log(y @ np.exp(W @ x))",
        "-np.log(y @ (W @ x))",
        "-np.sum(y * np.log(np.maximum(W @ x, 0)))",
        why="no probabilities",
    ),
    *rows("cross_entropy", {"z": V, "y": V}, "-np.sum(y * np.log(np.tanh(z)))", why="no probabilities"),
    *rows("cross_entropy_with_logits", {"z": V, "x": V, "y": V}, "np.log(np.sum(np.exp(z))) - y @ x", why="two heads"),
    *rows(
        "cross_entropy",
        {"z": V, "y": V},
        "np.log(np.sum(np.exp(z))) + y @ z",
        "np.log(np.sum(np.exp(-z))) - y @ z",
        why="a wrong sign",
    ),
    *rows("cross_entropy", {"z": V, "x": V}, "np.log(np.sum(np.exp(z))) - x @ z", why="nothing there is a target"),
    *rows(
        "binary_cross_entropy",
        BITS,
        "-np.mean(y * np.log(p))",
        "-np.mean(y * np.log(p) + np.log(1 - p))",
        why="a term is missing",
    ),
    *rows("binary_cross_entropy", BITS, "-np.mean(y * np.log(p) - (1 - y) * np.log(1 - p))", why="a wrong sign"),
    *rows("binary_cross_entropy", BITS, "np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))", why="the sign is missing"),
    *rows(
        "binary_cross_entropy", BITS, "-np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / 5", why="there are 6 examples"
    ),
    *rows(
        "binary_cross_entropy",
        BITS,
        "-np.mean(y * np.log(1 - p) + (1 - y) * np.log(p))",
        why="p is the other probability",
    ),
    *rows(
        "binary_cross_entropy",
        BITS,
        "-(y @ np.log(p) + (1 - y) @ np.log(p)) / m",
        "-(y @ np.log(p) + y @ np.log(1 - p)) / m",
        why="one dot product is of the wrong parts",
    ),
    *rows("binary_cross_entropy", BITS, "-(y @ np.log(p) - (1 - y) @ np.log(1 - p)) / m", why="a wrong sign"),
    *rows(
        "binary_cross_entropy",
        {"p": (1, 6), "y": (1, 6)},
        "-np.sum(np.dot(y.T, np.log(p)) + np.dot((1 - y).T, np.log(1 - p))) / m",
        why="a product of every label with every prediction",
    ),
    *rows(
        "binary_cross_entropy",
        {"p": (6,), "q": (6,), "y": (6,)},
        "-np.mean(y * np.log(p) + (1 - y) * np.log(1 - q))",
        why="two heads",
    ),
    *rows(
        "binary_cross_entropy",
        {"p": (6,), "q": (6,)},
        "-np.mean(q * np.log(p) + (1 - q) * np.log(1 - p))",
        why="nothing there is a target",
    ),
    *rows(
        "binary_cross_entropy",
        {"p": V, "y": V},
        "-(y * np.log(p) + (1 - y) * np.log(1 - p))",
        why="one number for each example",
    ),
    *rows(
        "hinge",
        {"s": V, "y": V},
        "np.mean(np.maximum(0, 1 + y * s))",
        "np.mean(np.maximum(0, y * s))",
        "np.mean(np.maximum(0, 1 - s))",
        why="a sign or a term is missing",
    ),
    *rows(
        "hinge",
        {"s": N, "y": N},
        "-np.log(1 - sigmoid(s) * y)",
        "1 - y * s",
        "np.maximum(0, 1 + y * s)",
        why="no bend at 1",
    ),
    *rows("relu", {"z": N}, "np.abs(z)", "z * (z > -0.5)", "np.maximum(z, -0.1)", why="another bend, of one number"),
    *rows("hinge", {"s": V, "a": V}, "np.mean(np.maximum(0, 1 - a * s))", why="nothing there is a target"),
    *RESTRICTED,
    *rows(
        "kl_divergence",
        {"p": V, "q": V},
        "np.sum(p * np.log(p * q))",
        "np.mean(p * np.log(p / q))",
        why="a product or a mean",
    ),
    *rows(
        "squared_error",
        {"a": V, "y": V},
        "np.sum((a + y) ** 2)",
        "np.sum((a - y) ** 3)",
        "np.sum(a - y) ** 2",
        why="no square of the difference",
    ),
    *rows("squared_error", {"a": V, "x": V}, "np.sum((a - x) ** 2)", why="nothing there is a target"),
    *rows("squared_error", {"a": V, "x": V, "y": V}, "(a - y) @ (x - y)", why="two predictions"),
    *rows(
        "mean_squared_error",
        {"a": R, "y": R},
        "np.sum((a - y) ** 2) / 6",
        "np.mean((a - y) ** 2, axis=0)",
        why="not over all entries",
    ),
    *rows("mean_squared_error", {"z": R}, "np.mean((z - np.mean(z)) ** 2)", why="a variance has no target"),
    *rows(
        "mean_absolute_error",
        {"a": V, "y": V},
        "np.mean(a - y)",
        "np.abs(np.mean(a - y))",
        "np.sum(np.abs(a - y))",
        why="no mean of absolute differences",
    ),
    *rows(
        "huber",
        {"a": V, "y": V},
        "let(np.abs(a - y), lambda d: np.mean(np.where(d < 1, 0.5 * d * d, d)))",
        why="there is a jump at delta",
    ),
    *rows(
        "layer_norm",
        {"x": R, "g": (4,), "b": (4,)},
        "g * x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) + b",
        why="the mean isn't taken off",
    ),
    *rows(
        "layer_norm",
        {"x": R, "g": (4,), "b": (4,)},
        "g * (x - x.mean(-1, keepdims=True)) / (x.var(-1, keepdims=True) + 1e-5) + b",
        why="the root is missing",
    ),
    *rows(
        "layer_norm",
        {"x": R, "g": (4,), "b": (4,)},
        "g * (x - x.mean()) / np.sqrt(x.var() + 1e-5) + b",
        why="over all rows at once",
    ),
    *rows(
        "layer_norm",
        {"x": R, "a": R, "g": (4,), "b": (4,)},
        "g * (x - x.mean(1, keepdims=True)) / np.sqrt(a.var(1, keepdims=True) + 1e-5) + b",
        why="the variance of another array",
    ),
    *rows(
        "batch_norm",
        {"x": R, "g": (4,), "b": (4,)},
        "g * (x - x.mean(0)) / np.sqrt(x.var() + 1e-5) + b",
        why="the variance is over all entries",
    ),
    *rows(
        "rms_norm",
        {"x": R, "g": (4,)},
        "g * x / np.sqrt(np.sum(x ** 2, -1, keepdims=True) + 1e-5)",
        why="the sum for the mean",
    ),
    *rows("attention", TOKENS, "softmax(q @ k.T / 2 + 1e-3 * (q @ k.T) ** 2) @ v", why="the scores aren't products"),
    *rows(
        "attention",
        {"q": (5, 4), "k": (5, 4), "v": (5, 3)},
        "let(q @ k.T / 2, lambda s: softmax(s, 0) @ v)",
        why="the softmax runs along the queries",
    ),
]
