"""Convert values to arrays; every argument, spec, feed and data table passes here."""

import sys
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Array

# Subclasses that compute like arrays.
ALIKE = (np.ndarray, np.memmap)


def numbers(value: Any) -> Array:
    """A value as an array of numbers or booleans, in native byte order.

    Raises
    ------
    ValueError
        If it isn't one, or its class computes differently; the message continues a sentence about the value.

    Examples
    --------
    >>> numbers([1, 2.5])
    array([1. , 2.5])
    >>> numbers(np.ma.array([1.0, 2.0], mask=[0, 1]))
    Traceback (most recent call last):
    ValueError: is a masked array, ...
    """
    refuse_others(value)
    if "torch" in sys.modules:
        value = _without_tensors(value, sys.modules["torch"])
    try:
        array = np.asarray(value)
    except Exception as error:
        # Exceptions of foreign tensors have no common base class.
        if "inhomogeneous" in str(error):
            raise ValueError("has lists of different lengths, which make no array; make them equally long") from None
        raise ValueError(f"can't be converted to an array: {error}") from None
    if array.dtype.name == "bfloat16":
        # JAX's own dtype; NumPy has the next wider one.
        array = array.astype(np.float32)
    if array.dtype.kind in "biuf" or array.dtype.char in "FD":
        return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    if array.dtype.names:
        raise ValueError(f"is a structured array with the fields {', '.join(array.dtype.names)}; write array['name']")
    remedy = "; write .astype(float) if they are numbers" if array.dtype == object else ""
    raise ValueError(f"must hold numbers, found {array.dtype} ({' '.join(repr(value).split()):.40}){remedy}")


def cast(array: Array, dtype: "np.dtype[Any]") -> Array:
    """Convert an array to another dtype, keeping or rounding its numbers.

    Raises
    ------
    ValueError
        If the dtype can't represent a number; the message continues a sentence about the value.

    Examples
    --------
    >>> cast(np.array([1.0, 300.0]), np.dtype("int8"))
    Traceback (most recent call last):
    ValueError: is 300.0 at [1]; it must be int8, whole numbers from -128 to 127
    """
    if array.dtype.kind == "c" and dtype.kind != "c":
        raise ValueError(f"holds complex numbers; it must be {dtype}")
    with np.errstate(invalid="ignore", over="ignore"):
        found = array.astype(dtype)
    # Floating-point numbers may lose digits, but not become infinite.
    lost = found != array if dtype.kind in "iub" else np.isfinite(array) & ~np.isfinite(found)
    if not lost.any():
        return found
    place = tuple(int(i) for i in np.argwhere(lost)[0])
    where = f" at {list(place)}" if place else ""
    if dtype.kind in "iu" and np.isfinite(array[place]) and array[place] % 1:
        raise ValueError(f"must be {dtype}, found {array.dtype} values that aren't whole: {array[place]}{where}")
    raise ValueError(f"is {array[place]}{where}; {_holds(dtype)}")


def _holds(dtype: "np.dtype[Any]") -> str:
    """Describe the numbers that an array of a dtype can hold."""
    if dtype.kind == "b":
        return "it must be bool, True or False"
    if dtype.kind in "fc":
        return f"it is {dtype}, whose largest number is {float(np.finfo(dtype).max):.2g}"
    return f"it must be {dtype}, whole numbers from {np.iinfo(dtype).min} to {np.iinfo(dtype).max}"


def _without_tensors(value: Any, torch: Any) -> Any:
    """Tensors of PyTorch as arrays, also in lists: those that NumPy can't read itself, because they have gradients, are
    on another device, or have a dtype that it hasn't."""
    if isinstance(value, list | tuple):
        return [_without_tensors(each, torch) for each in value]
    if not isinstance(value, torch.Tensor):
        return value
    for problem, is_so, remedy in (
        ("nested", value.is_nested, "pad it: torch.nested.to_padded_tensor(x, 0.0)"),
        ("sparse", value.layout is not torch.strided, "give x.to_dense()"),
        ("quantised", value.is_quantized, "give x.dequantize()"),
        ("meta", value.device.type == "meta", "it has no numbers; give one that does"),
    ):
        if is_so:
            raise ValueError(f"is a {problem} tensor; {remedy}")
    found = value.detach().cpu().resolve_conj()
    return (found.float() if found.dtype == torch.bfloat16 else found).numpy()


def refuse_others(value: Any) -> None:
    """Raise a `ValueError` if an array, or one in a list, computes differently from arrays."""
    if isinstance(value, list | tuple):
        for each in value:
            refuse_others(each)
    elif isinstance(value, np.ndarray) and type(value) not in ALIKE:
        raise ValueError(f"is {_other(value)}")


def _other(value: Array) -> str:
    """What an array of another class is, and what to write."""
    if isinstance(value, np.ma.MaskedArray):
        return "a masked array, whose mask would be lost; write masked.filled(0) or np.where(mask, 0, values)"
    if isinstance(value, np.matrix):
        return "an np.matrix, whose * is the product of matrices; write np.asarray(matrix), and @ for the product"
    if isinstance(value, np.recarray):
        return "a record array; write np.asarray(records['name']) for each of its fields"
    return f"a {type(value).__name__}, an array class of its own; write np.asarray(...) around it"
