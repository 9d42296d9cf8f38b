"""NaN and infinities."""

from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.ops.rules import broadcast
from graphviz_nn.tracing.registry import implements, op
from graphviz_nn.tracing.trace import function

for _ufunc in (np.isnan, np.isinf, np.isfinite):
    op(_ufunc.__name__, _ufunc, broadcast, None, glyph=rf"\mathrm{{{_ufunc.__name__}}}", category="comparison")


@implements(np.nan_to_num)
@function
def nan_to_num(x: Any, *, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Any:
    if np.dtype(x.dtype).kind == "c":
        raise ShapeError("it has no rule for complex numbers; take np.real(z) and np.imag(z)")
    if np.dtype(x.dtype).kind != "f":
        return x
    limits = np.finfo(x.dtype)
    x = np.where(np.isnan(x), nan, x)
    x = np.where(x == np.inf, float(limits.max) if posinf is None else posinf, x)
    return np.where(x == -np.inf, float(limits.min) if neginf is None else neginf, x)
