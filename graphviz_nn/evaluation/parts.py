"""Complex variables as pairs of real numbers, along which slopes can be measured.

The gradient by z = x + iy is ∂loss/∂x − i ∂loss/∂y.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from graphviz_nn.evaluation.differences import Line
from graphviz_nn.graph.ir import Array


def is_complex(array: Array) -> bool:
    return bool(np.asarray(array).dtype.kind == "c")


def slopes(gradient: Array) -> Array:
    """The slopes by the real and by the imaginary parts, along a new last axis.

    >>> slopes(np.array([3.0 - 4.0j]))
    array([[3., 4.]])
    """
    return np.stack([np.real(gradient), -np.imag(gradient)], -1)


def all_slopes(gradients: Mapping[str, Array]) -> dict[str, Array]:
    """The gradients, those by complex variables as slopes by their parts."""
    return {name: slopes(each) if is_complex(each) else each for name, each in gradients.items()}


def line(whole: Line) -> Line:
    """The output as a function of the parts of a complex variable."""

    def joined(parts: Array) -> Array:
        found: Array = parts[..., 0] + 1j * parts[..., 1]
        return found

    return replace(
        whole,
        value=np.stack([np.real(whole.value), np.imag(whole.value)], -1),
        at=lambda parts: whole.at(joined(parts)),
        change=lambda moved: whole.change(joined(moved)),
    )
