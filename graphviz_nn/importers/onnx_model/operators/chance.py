"""Random numbers, which every run draws anew."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphviz_nn.importers.onnx_model.formats import dtype_of
from graphviz_nn.importers.onnx_model.table import operator, small
from graphviz_nn.tracing.noise import random


def _drawn(shape: Sequence[int], distribution: str, dtype: str, scale: float, shift: float, seed: float) -> Any:
    # A seed of ONNX is a real number.
    found = random(small(shape), distribution, seed=abs(hash(float(seed))), dtype=dtype)
    found = found if scale == 1 else found * np.asarray(scale, dtype)
    return found if shift == 0 else found + np.asarray(shift, dtype)


@operator("RandomNormal")
def random_normal(
    *, shape: Sequence[int], dtype: int = 1, mean: float = 0.0, scale: float = 1.0, seed: float = 0.0
) -> Any:
    return _drawn(shape, "normal", dtype_of(dtype), scale, mean, seed)


@operator("RandomNormalLike")
def random_normal_like(x: Any, *, dtype: int = 0, mean: float = 0.0, scale: float = 1.0, seed: float = 0.0) -> Any:
    return _drawn(np.shape(x), "normal", dtype_of(dtype) if dtype else x.dtype.name, scale, mean, seed)


@operator("RandomUniform")
def random_uniform(
    *, shape: Sequence[int], dtype: int = 1, high: float = 1.0, low: float = 0.0, seed: float = 0.0
) -> Any:
    return _drawn(shape, "uniform", dtype_of(dtype), high - low, low, seed)


@operator("RandomUniformLike")
def random_uniform_like(x: Any, *, dtype: int = 0, high: float = 1.0, low: float = 0.0, seed: float = 0.0) -> Any:
    return _drawn(np.shape(x), "uniform", dtype_of(dtype) if dtype else x.dtype.name, high - low, low, seed)
