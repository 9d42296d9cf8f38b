"""The numbers of a model's tensors: in the file, or elsewhere."""

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from graphviz_nn.graph.ir import Array, Shape
from graphviz_nn.importers.onnx_model.formats import dtype_of
from graphviz_nn.importers.onnx_model.table import refuse, small
from graphviz_nn.importers.replay import Known

MOST = 2**40
"""More entries than this are a mistake, or meant to hurt."""


@dataclass
class Held:
    """A tensor of the model; it enters the graph when a step needs it.

    Parameters
    ----------
    array : numpy.ndarray, optional
        Its numbers; None if they are in `file`.
    is_learned : bool
        Whether the model stores it, rather than computing it.
    """

    name: str
    known: Known
    array: Array | None = None
    file: str = ""
    is_learned: bool = False
    entered: Any = field(default=None, repr=False)

    @property
    def is_plain(self) -> bool:
        """Whether it is a setting rather than a weight: a single number, or whole numbers."""
        return self.array is not None and (not self.known.shape or np.dtype(self.known.dtype).kind != "f")


def shape_of(dims: Any) -> Shape:
    """Check the lengths of a tensor.

    Raises
    ------
    UsageError
        If one is negative, or the product absurd.
    """
    shape = tuple(int(each) for each in dims)
    if any(each < 0 for each in shape) or prod(shape) > MOST:
        refuse(f"its shape {shape} is absurd; the most is {MOST:,} entries")
    return shape


def held(name: str, tensor: Any) -> Held:
    """A tensor with its numbers, without a copy where NumPy has its type."""
    dtype, shape = dtype_of(tensor.data_type), shape_of(tensor.dims)
    known = Known(shape, dtype)
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        file = next((each.value for each in tensor.external_data if each.key == "location"), "another file")
        return Held(name, known, None, file)
    return Held(name, known, array_of(tensor))


def array_of(tensor: Any) -> Array:
    """The numbers of a tensor that are in the file.

    Raises
    ------
    UsageError
        If there are more or fewer than its shape says.
    """
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        refuse("its numbers are in another file")
    dtype = dtype_of(tensor.data_type)
    shape = shape_of(tensor.dims)
    try:
        array: Array = numpy_helper.to_array(tensor)
    except (ValueError, TypeError, KeyError, OverflowError):
        refuse(f"its numbers don't fill the shape {shape}")
    return array.astype(dtype, copy=False).reshape(shape)


def dense(sparse: Any) -> Held:
    """A sparse tensor with its zeros."""
    shape = small(shape_of(sparse.dims))
    values, places = array_of(sparse.values), array_of(sparse.indices)
    found = np.zeros(shape, values.dtype)
    try:
        if places.ndim == 1:
            found.reshape(-1)[places] = values
        else:
            found[tuple(places.T)] = values
    except (IndexError, ValueError):
        refuse(f"its entries aren't inside of the shape {shape}")
    return Held(sparse.values.name, Known(shape, found.dtype.name), found)
