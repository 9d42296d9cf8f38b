"""Attention: each token collects the values of the tokens that match its query."""

import math
from typing import Any

import numpy as np

from graphviz_nn.nn.activations import softmax
from graphviz_nn.nn.common import expect, layer, refuse, spelling, whole
from graphviz_nn.nn.layers import dropout, linear
from graphviz_nn.tracing.tracer import Tracer

# Its exponential is 0; an infinity would turn a completely masked row into NaN.
HIDDEN = -1e9


@layer
def attention(
    query: Any,
    key: Any,
    value: Any,
    mask: Any = None,
    scale: float | None = None,
    causal: bool = False,
    rate: float = 0.0,
) -> Any:
    """softmax(query · keyᵀ / √width) · value, with the softmax along each row.

    Parameters
    ----------
    mask : array, optional
        Booleans, True where a query may see a key; or numbers that are added to the products.
    scale : float, optional
        The factor of the products; default 1 / √width.
    causal : bool
        Whether each query sees only the keys up to its own number.
    rate : float
        The probability that a query misses a key, in training; as in `dropout`.

    Shapes
    ------
    query : (..., queries, width)
    key : (..., keys, width)
    value : (..., keys, outputs)
    mask : any that broadcasts to (..., queries, keys)
    result : (..., queries, outputs)

    Source
    ------
    A. Vaswani et al., Attention is all you need, NeurIPS 2017, equation (1).

    Examples
    --------
    >>> attention([[0.0]], [[1.0], [1.0]], [[2.0], [4.0]])
    array([[3.]])
    """
    shapes = np.shape(query), np.shape(key), np.shape(value)
    if min(map(len, shapes)) < 2:
        refuse("attention", f"query {shapes[0]}, key {shapes[1]} and value {shapes[2]} must have one row per token")
    if shapes[0][-1] != shapes[1][-1]:
        refuse("attention", f"query {shapes[0]} and key {shapes[1]} must have the same width")
    if shapes[1][-2] != shapes[2][-2]:
        refuse("attention", f"key {shapes[1]} and value {shapes[2]} must have the same number of rows")
    products = query @ np.swapaxes(key, -1, -2)
    root = math.sqrt(shapes[0][-1])
    with spelling(products, root, "sqrt(d_k)"):
        scores = products / root if scale is None else products * scale
    if causal:
        rows, columns = np.shape(scores)[-2:]
        scores = np.where(np.tri(rows, columns, dtype=bool), scores, HIDDEN)
    if mask is not None:
        try:
            fits = np.broadcast_shapes(np.shape(mask), np.shape(scores)) == np.shape(scores)
        except ValueError:
            fits = False
        if not fits:
            refuse("attention", f"the mask {np.shape(mask)} doesn't broadcast to the scores {np.shape(scores)}")
        is_hiding = (mask.dtype if isinstance(mask, Tracer) else np.asarray(mask).dtype).kind != "f"
        scores = np.where(mask, scores, HIDDEN) if is_hiding else scores + mask
    return dropout(softmax(scores), rate, training=rate > 0) @ value


@layer
def multi_head_attention(
    x: Any,
    query_weight: Any,
    key_weight: Any,
    value_weight: Any,
    output_weight: Any,
    heads: int,
    mask: Any = None,
) -> Any:
    """Attention of tokens to each other by several heads, whose results are joined and mixed.

    Parameters
    ----------
    query_weight, key_weight, value_weight, output_weight : array
        As in `linear`, one row per output. The rows are grouped by head.
    heads : int
        The number of heads, a divisor of the width.
    mask : array of bool, optional
        As in `attention`, for every head.

    Shapes
    ------
    x : (tokens, width) or (batch, tokens, width)
    all weights : (width, width)
    mask : any that broadcasts to (tokens, tokens)
    result : as `x`

    Source
    ------
    A. Vaswani et al., Attention is all you need, NeurIPS 2017, section 3.2.2.

    Examples
    --------
    >>> unit = np.eye(2)
    >>> multi_head_attention([[1.0, 2.0], [1.0, 2.0]], unit, unit, unit, unit, heads=2)
    array([[1., 2.],
           [1., 2.]])
    """
    name, shape = "multi_head_attention", np.shape(x)
    heads = whole(name, "the number of heads", heads)
    if len(shape) not in (2, 3):
        refuse(name, f"x must be (tokens, width) or (batch, tokens, width), found {shape}")
    width = shape[-1]
    weights = {"query": query_weight, "key": key_weight, "value": value_weight, "output": output_weight}
    for what, weight in weights.items():
        expect(name, f"{what} weight", weight, (width, width), f"x {shape}")
    if not width or width % heads:
        refuse(name, f"{heads} heads don't divide the {width} columns of x {shape}")

    def parted(weight: Any) -> Any:
        columns = np.reshape(linear(x, weight), (*shape[:-1], heads, width // heads))
        return np.swapaxes(columns, -3, -2)

    found = attention(parted(query_weight), parted(key_weight), parted(value_weight), mask)
    return linear(np.reshape(np.swapaxes(found, -3, -2), shape), output_weight)
