"""Steps of an imported model that no operation here computes: they are drawn by name, with their shapes."""

from typing import Any, Never

import numpy as np

from graphviz_nn.errors import GradientError, UsageError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.many import batching
from graphviz_nn.tracing.registry import op

OPAQUE = "opaque"


def _shape(*shapes: Shape, called: str, where: str, number: int, shape: Shape, dtype: str) -> Shape:
    """What the framework says; `number` tells the results of one step apart, `where` is its place in the model."""
    return shape


def _refuse(*_: Any, called: str, where: str, **__: Any) -> Never:
    raise UsageError(
        f"{called}{f' in {where}' if where else ''} can be drawn, but not computed: graphviz_nn has no rule for it; "
        "ask for values that don't depend on it"
    )


def _no_gradient(*_: Any, called: str, where: str, **__: Any) -> Never:
    raise GradientError(f"{called}{f' in {where}' if where else ''} has no gradient: graphviz_nn has no rule for it")


def _dtype(*_: Any, dtype: str, **__: Any) -> np.dtype[Any]:
    return np.dtype(dtype)


op(OPAQUE, _refuse, _shape, _no_gradient, dtype=_dtype, category=OPAQUE)


@batching(OPAQUE)
def _no_batch(size: int, *_: Any, called: str, where: str, **__: Any) -> Never:
    raise GradientError(f"{called}{f' in {where}' if where else ''} has no rule for many examples")
