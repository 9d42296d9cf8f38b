"""Networks with hundreds of operations, of any size; their parameters have shapes, but no values."""

from typing import Any

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn

# The blocks of ResNet-50's four stages, and the channels between them.
STAGES = ((3, 64), (4, 128), (6, 256), (3, 512))


def resnet_50() -> gnn.Graph:
    """ResNet-50 for one image of 224 × 224.

    Source: K. He et al., Deep residual learning for image recognition, 2016, table 1.
    """

    def normed(inputs: int, outputs: int, size: int) -> dict[str, Any]:
        return {
            "W": gnn.parameter((outputs, inputs, size, size)),
            "scale": gnn.parameter(outputs),
            "shift": gnn.parameter(outputs),
        }

    blocks, inputs = [], 64
    for count, channels in STAGES:
        for number in range(count):
            block = {
                "a": normed(inputs, channels, 1),
                "b": normed(channels, channels, 3),
                "c": normed(channels, 4 * channels, 1),
            }
            if not number:
                block["skip"] = normed(inputs, 4 * channels, 1)
            blocks.append(block)
            inputs = 4 * channels
    weights = {
        "stem": normed(3, 64, 7),
        "blocks": blocks,
        "head": {"W": gnn.parameter((1000, inputs)), "b": gnn.parameter(1000)},
    }

    def convolved(x: Any, layer: dict[str, Any], stride: int = 1) -> Any:
        padding = layer["W"].shape[-1] // 2
        h = nn.convolution_2d(x, layer["W"], stride=stride, padding=padding)
        return nn.batch_norm(h, layer["scale"], layer["shift"])

    strides = [2 if number and not i else 1 for number, (count, _) in enumerate(STAGES) for i in range(count)]

    def loss(x: Any, y: Any, w: Any) -> Any:
        h = nn.max_pooling_2d(nn.relu(convolved(x, w["stem"], 2)), 2)
        for block, stride in zip(w["blocks"], strides, strict=True):
            inner = nn.relu(convolved(h, block["a"]))
            inner = nn.relu(convolved(inner, block["b"], stride))
            inner = convolved(inner, block["c"])
            h = nn.relu(inner + (convolved(h, block["skip"], stride) if "skip" in block else h))
        p = nn.softmax(nn.linear(np.mean(h, axis=(-2, -1)), w["head"]["W"], w["head"]["b"]))
        return nn.cross_entropy(p, y)

    return gnn.trace(loss, x=gnn.input((1, 3, 224, 224)), y=gnn.target((1, 1000)), w=weights)


def gpt(layers: int = 12, tokens: int = 8, width: int = 768, heads: int = 12) -> gnn.Graph:
    """A GPT-2 for a few tokens.

    Source: A. Radford et al., Language models are unsupervised multitask learners, 2019, section 2.3.
    """

    def norm() -> dict[str, Any]:
        return {"scale": gnn.parameter(width), "shift": gnn.parameter(width)}

    def linear(outputs: int, inputs: int) -> dict[str, Any]:
        return {"W": gnn.parameter((outputs, inputs)), "b": gnn.parameter(outputs)}

    blocks = [
        {
            "norm1": norm(),
            "attention": {name: gnn.parameter((width, width)) for name in ("Q", "K", "V", "O")},
            "norm2": norm(),
            "up": linear(4 * width, width),
            "down": linear(width, 4 * width),
        }
        for _ in range(layers)
    ]
    weights = {"blocks": blocks, "norm": norm(), "words": gnn.parameter((1000, width))}
    causal = np.tri(tokens, dtype=bool)

    def loss(x: Any, y: Any, w: Any) -> Any:
        for block in w["blocks"]:
            mixing = block["attention"]
            seen = nn.layer_norm(x, **block["norm1"])
            x = x + nn.multi_head_attention(
                seen, mixing["Q"], mixing["K"], mixing["V"], mixing["O"], heads=heads, mask=causal
            )
            h = nn.gelu(nn.linear(nn.layer_norm(x, **block["norm2"]), block["up"]["W"], block["up"]["b"]))
            x = x + nn.linear(h, block["down"]["W"], block["down"]["b"])
        p = nn.softmax(nn.layer_norm(x, **w["norm"]) @ w["words"].T)
        return nn.cross_entropy(p, y)

    return gnn.trace(loss, x=gnn.input((tokens, width)), y=gnn.target((tokens, 1000)), w=weights)


def mlp(operations: int) -> gnn.Graph:
    """Layers of three operations each: tanh(W a + b)."""
    layers = operations // 3
    weights = [{"W": gnn.parameter((3, 3)), "b": gnn.parameter(3)} for _ in range(layers)]

    def model(x: Any, w: Any) -> Any:
        for layer in w:
            x = np.tanh(layer["W"] @ x + layer["b"])
        return x

    return gnn.trace(model, x=gnn.input(3), w=weights)


def chain(operations: int) -> gnn.Graph:
    """Stages of five operations on single numbers, two of them side by side."""

    def model(x: Any, a: Any, b: Any) -> Any:
        for _ in range(operations // 5):
            x = np.sin(x * a) + np.tanh(x * b)
        return x

    return gnn.trace(model, x=gnn.input(()), a=gnn.parameter(()), b=gnn.parameter(()))


def gated(layers: int) -> gnn.Graph:
    """A residual network whose layers have a gate: x + σ(W x) tanh(V x)."""
    weights = [{"W": gnn.parameter((4, 4)), "V": gnn.parameter((4, 4))} for _ in range(layers)]

    def model(x: Any, w: Any) -> Any:
        for layer in w:
            x = x + nn.sigmoid(layer["W"] @ x) * np.tanh(layer["V"] @ x)
        return x

    return gnn.trace(model, x=gnn.input(4), w=weights)


def numbers() -> gnn.Graph:
    """Two layers and a loss on so few numbers that they can be drawn one by one: about 150 shapes."""

    def model(x: Any, y: Any, W: Any, V: Any) -> Any:
        p = nn.softmax(V @ np.tanh(W @ x))
        return -np.sum(y * np.log(p))

    return gnn.trace(model, x=gnn.input(4), y=gnn.target(4), W=gnn.parameter((5, 4)), V=gnn.parameter((4, 5)))
