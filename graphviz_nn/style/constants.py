"""Symbols of constants that everyone knows: zeros, ones, and the identity."""

import numpy as np

from graphviz_nn.graph.ir import Variable


def usual(variable: Variable) -> str:
    r"""TeX for a constant array of zeros or ones, or the identity matrix, with its size; otherwise "".

    >>> usual(Variable((3,), role="constant", value=np.ones(3)))
    '\\mathbf{1}_{3}'
    >>> usual(Variable((2, 2), role="constant", value=np.eye(2))), usual(Variable((2,), role="constant"))
    ('I_{2}', '')
    """
    value, shape = variable.value, variable.shape
    if variable.role != "constant" or value is None or not value.size or not shape or value.dtype.kind not in "iuf":
        return ""
    first = value.flat[0]
    extent = r"\times ".join(map(str, shape))
    if first in (0, 1) and np.all(value == first):
        return rf"\mathbf{{{int(first)}}}_{{{extent}}}"
    is_square = len(shape) == 2 and shape[0] == shape[1]
    return f"I_{{{shape[0]}}}" if is_square and np.array_equal(value, np.eye(shape[0])) else ""
