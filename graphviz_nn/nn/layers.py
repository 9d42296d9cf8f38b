"""Basic layers."""

from typing import Any

import numpy as np

from graphviz_nn.data.seeds import seeded
from graphviz_nn.errors import UsageError
from graphviz_nn.nn.common import expect, is_whole, layer, refuse, where
from graphviz_nn.tracing.noise import random
from graphviz_nn.tracing.registry import inexact
from graphviz_nn.tracing.tracer import Tracer, call_function


@layer
def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """weight · x + bias, for one example or for each row.

    Shapes
    ------
    x : (inputs,) or (..., inputs)
    weight : (outputs, inputs)
    bias : (outputs,)
    result : (outputs,) or (..., outputs)

    Examples
    --------
    >>> linear([1.0, 2.0], [[3.0, 4.0]], [0.5])
    array([11.5])
    """
    if np.ndim(weight) != 2:
        refuse("linear", f"the weight must be a matrix, found {np.shape(weight)} beside x {np.shape(x)}")
    outputs, inputs = np.shape(weight)
    if not np.ndim(x) or np.shape(x)[-1] != inputs:
        refuse("linear", f"the weight {np.shape(weight)} takes {inputs} entries, but x has shape {np.shape(x)}")
    product = weight @ x if np.ndim(x) == 1 else x @ np.transpose(weight)
    if bias is None:
        return product
    expect("linear", "bias", bias, (outputs,), f"the weight {np.shape(weight)}")
    return product + bias


@layer
def embedding(indices: Any, table: Any) -> Any:
    """The rows of a table with these numbers, counted from 0.

    Shapes
    ------
    indices : any, whole numbers
    table : (rows, width)
    result : (\\*indices, width)

    Examples
    --------
    >>> embedding([1, 0], [[1.0, 2.0], [3.0, 4.0]])
    array([[3., 4.],
           [1., 2.]])
    """
    if np.ndim(table) != 2:
        refuse("embedding", f"the table must be a matrix, found shape {np.shape(table)}")
    if not is_whole(indices):
        refuse("embedding", f"the indices {np.shape(indices)} into the table {np.shape(table)} must be whole numbers")
    if isinstance(indices, Tracer):
        # NumPy checks only whether the table is traced.
        return call_function(np.take, (table, indices), {"axis": 0})
    return np.take(table, indices, axis=0)


@layer
def dropout(x: Any, rate: float = 0.5, training: bool = False, seed: Any = 0) -> Any:
    """x unchanged. In training, random entries become 0, and the others are scaled up to compensate.

    Parameters
    ----------
    rate : float
        The probability of dropping an entry, at least 0 and below 1.
    training : bool
        Whether to drop entries.
    seed : int or sequence of int
        The same seed drops the same entries of an array. In a trace, each run drops other entries, as with
        `graphviz_nn.random`.

    Shapes
    ------
    Any; the result has that of `x`.

    Source
    ------
    N. Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, JMLR 15, 2014;
    scaled in training, so that evaluation changes nothing.

    Examples
    --------
    >>> dropout([1.0, 2.0, 3.0, 4.0], training=True)
    array([2., 0., 0., 0.])
    """
    check_rate("dropout", rate)
    if not training:
        return x
    dtype = inexact(getattr(x, "dtype", float))
    if isinstance(x, Tracer):
        return x * random(x.shape, "bernoulli", probability=1 - rate, seed=seed, dtype=dtype.name) / (1 - rate)
    # Lists among a layer's arguments are arrays here.
    kept = seeded(seed.tolist() if isinstance(seed, np.ndarray) else seed).random(np.shape(x)) >= rate
    return x * kept.astype(dtype) / (1 - rate)


def check_rate(name: str, rate: float) -> None:
    """Refuse an invalid rate."""
    if not 0 <= rate < 1:
        raise UsageError(f"{name}{where()}: the rate must be at least 0 and below 1, found {rate!r}")


@layer
def flatten(x: Any, batch: bool = False) -> Any:
    """The entries of one example as a vector, or of each example as a row.

    Parameters
    ----------
    batch : bool
        Whether the first axis counts examples.

    Shapes
    ------
    x : any
    result : (entries,), with `batch` (examples, entries)

    Examples
    --------
    >>> flatten([[1.0, 2.0], [3.0, 4.0]])
    array([1., 2., 3., 4.])
    """
    if not batch:
        return np.ravel(x)
    if not np.ndim(x):
        refuse("flatten", "x of shape () has no axis that counts examples")
    examples, *others = np.shape(x)
    return np.reshape(x, (examples, int(np.prod(others, dtype=int))))
