"""Buffers of zeros, to fill with traced values."""

from typing import Any

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.tracing.frames import where
from graphviz_nn.tracing.memory import buffer
from graphviz_nn.tracing.recording import holdable, open_recording


def zeros(shape: Any, dtype: Any = "float64") -> Any:
    """Zeros to assign traced values to, as `np.zeros` is for numbers.

    A plain array of NumPy can't hold traced values. Outside of a trace this is a plain array, so the function also runs
    on numbers. ``np.zeros_like(x)`` of a traced array is such a buffer too.

    Parameters
    ----------
    shape : int or tuple of int
        As for `np.zeros`.
    dtype : dtype, optional
        Real numbers or booleans; default float64.

    Raises
    ------
    TracingError
        If there is no such shape or dtype.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> def doubled(x):
    ...     h = zeros((2, 3))
    ...     for row in range(2):
    ...         h[row] = (row + 1) * x
    ...     return h
    >>> list(trace(doubled, x=input(3)).operations)
    ['multiply', 'multiply_2', 'stack']
    >>> doubled(np.ones(3))
    array([[1., 1., 1.],
           [2., 2., 2.]])
    """
    try:
        found = np.dtype(dtype)
        lengths = np.broadcast_shapes(shape)
    except (TypeError, ValueError) as error:
        raise TracingError(f"zeros{where()} of shape {shape!r:.60} and dtype {dtype!r:.60}: {error}") from None
    if found.kind not in "biuf":
        raise TracingError(f"zeros{where()} of dtype {found} can't be traced; use a real one such as 'float64'")
    return buffer(np.zeros(holdable(lengths), found), open_recording())
