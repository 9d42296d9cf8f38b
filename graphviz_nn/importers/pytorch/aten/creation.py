"""Arrays that no argument is needed for; their numbers are constants."""

from typing import Any

import numpy as np

from graphviz_nn.importers.pytorch.aten.table import aten, dtype_name
from graphviz_nn.tracing.noise import random


def _dtype(dtype: Any, otherwise: str = "float32") -> str:
    return otherwise if dtype is None else dtype_name(dtype)


@aten("arange")
def arange(*ends: Any, dtype: Any = None, **_: Any) -> Any:
    is_whole = all(isinstance(each, int) for each in ends)
    return np.arange(*ends).astype(_dtype(dtype, "int64" if is_whole else "float32"))


@aten("linspace")
def linspace(start: float, end: float, steps: int, *, dtype: Any = None, **_: Any) -> Any:
    return np.linspace(start, end, steps).astype(_dtype(dtype))


@aten("zeros", "empty")
def zeros(size: Any, *, dtype: Any = None, **_: Any) -> Any:
    return np.zeros(tuple(size), _dtype(dtype))


@aten("ones")
def ones(size: Any, *, dtype: Any = None, **_: Any) -> Any:
    return np.ones(tuple(size), _dtype(dtype))


@aten("full")
def full(size: Any, value: Any, *, dtype: Any = None, **_: Any) -> Any:
    kinds = {bool: "bool", int: "int64"}
    return np.full(tuple(size), value, _dtype(dtype, kinds.get(type(value), "float32")))


@aten("zeros_like", "empty_like")
def zeros_like(x: Any, *, dtype: Any = None, **_: Any) -> Any:
    return np.zeros(np.shape(x), _dtype(dtype, x.dtype.name))


@aten("ones_like")
def ones_like(x: Any, *, dtype: Any = None, **_: Any) -> Any:
    return np.ones(np.shape(x), _dtype(dtype, x.dtype.name))


@aten("full_like")
def full_like(x: Any, value: Any, *, dtype: Any = None, **_: Any) -> Any:
    return np.full(np.shape(x), value, _dtype(dtype, x.dtype.name))


@aten("new_zeros", "new_empty")
def new_zeros(x: Any, size: Any, *, dtype: Any = None, **_: Any) -> Any:
    return np.zeros(tuple(size), _dtype(dtype, x.dtype.name))


@aten("new_ones")
def new_ones(x: Any, size: Any, *, dtype: Any = None, **_: Any) -> Any:
    return np.ones(tuple(size), _dtype(dtype, x.dtype.name))


@aten("new_full")
def new_full(x: Any, size: Any, value: Any, *, dtype: Any = None, **_: Any) -> Any:
    return np.full(tuple(size), value, _dtype(dtype, x.dtype.name))


@aten("randn")
def normal(size: Any, *, dtype: Any = None, **_: Any) -> Any:
    return random(tuple(size), dtype=_dtype(dtype))


@aten("rand")
def uniform(size: Any, *, dtype: Any = None, **_: Any) -> Any:
    return random(tuple(size), "uniform", dtype=_dtype(dtype))


@aten("randn_like")
def normal_like(x: Any, *, dtype: Any = None, **_: Any) -> Any:
    return random(np.shape(x), dtype=_dtype(dtype, x.dtype.name))


@aten("rand_like")
def uniform_like(x: Any, *, dtype: Any = None, **_: Any) -> Any:
    return random(np.shape(x), "uniform", dtype=_dtype(dtype, x.dtype.name))


@aten("eye")
def eye(rows: int, columns: int | None = None, *, dtype: Any = None, **_: Any) -> Any:
    return np.eye(rows, columns, dtype=_dtype(dtype))


@aten("scalar_tensor")
def scalar(value: Any, *, dtype: Any = None, **_: Any) -> Any:
    return np.asarray(value, _dtype(dtype))


@aten("fill", "fill_")
def fill(x: Any, value: Any) -> Any:
    return np.broadcast_to(value, np.shape(x)) if np.size(x) and hasattr(value, "shape") else full_like(x, value)


@aten("zero", "zero_")
def zero(x: Any) -> Any:
    return zeros_like(x)


@aten("meshgrid")
def meshgrid(tensors: Any, *, indexing: str = "ij") -> Any:
    lengths = [int(np.size(each)) for each in tensors]
    order = list(range(len(lengths)))
    if indexing == "xy" and len(order) > 1:
        order[:2] = [1, 0]
    found = []
    for number, each in enumerate(tensors):
        shape = [1] * len(lengths)
        shape[order[number]] = lengths[number]
        found.append(np.broadcast_to(np.reshape(each, shape), tuple(lengths[order[i]] for i in range(len(order)))))
    return tuple(found)


@aten("lift_fresh_copy", "lift_fresh")
def lifted(x: Any) -> Any:
    return x
