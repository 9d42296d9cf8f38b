"""Specs: the shapes, dtypes and roles of a function's arguments."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.arrays import cast, numbers
from graphviz_nn.graph.ir import Array, Role, Shape, Variable
from graphviz_nn.graph.text import mathematics


@dataclass(frozen=True, eq=False)
class Spec:
    """The spec of an argument; made by `input`, `target`, `parameter` and `constant`."""

    variable: Variable
    is_whole: ClassVar[bool] = True


def spec(role: Role, like: Any, dtype: str | None, label: str | None) -> Spec:
    """Make the spec of a role, from a shape or from an array that is the value."""
    value = None
    if isinstance(like, bool):
        raise TracingError(f"the shape of an {role} can't be {like}; give one such as 3 or (3, 2)")
    if isinstance(like, int | np.integer):
        shape: Shape = (int(like),)
    elif isinstance(like, tuple) and all(isinstance(n, int | np.integer) for n in like):
        shape = tuple(int(n) for n in like)
    else:
        value = _numbers(role, like)
        if role == "random":
            raise TracingError(f"random numbers take a shape such as 3 or (3, 2), found {value.tolist()!r:.60}")
        if dtype is None and role == "parameter" and value.dtype.kind in "biu":
            dtype = "float64"
        dtype = dtype or value.dtype.name
        shape = value.shape
    if any(n < 0 for n in shape):
        raise TracingError(f"the shape {shape} of a {role} has a negative length; use lengths of at least 0")
    try:
        name = np.dtype(dtype or "float64").name
    except TypeError:
        raise TracingError(f"{dtype!r} isn't a dtype; use one such as 'float64', 'float32' or 'int64'") from None
    kinds = "biuf" if role == "random" else "biufc"
    if np.dtype(name).kind not in kinds:
        raise TracingError(f"dtype {name} can't be traced; use one such as 'float64' or 'int64'")
    if value is not None:
        try:
            value = cast(value, np.dtype(name))
        except ValueError as error:
            article = "an" if role == "input" else "a"
            raise TracingError(f"the value of {article} {role} {error}; give other values, or another dtype") from None
    return Spec(Variable(shape, name, role, mathematics(label) if isinstance(label, str) else label, value))


def _numbers(role: Role, value: Any) -> Array:
    try:
        return numbers(value)
    except ValueError as error:
        article = "an" if role == "input" else "a"
        raise TracingError(
            f"can't make {article} {role} of {' '.join(repr(value).split()):.60}: it {error}; "
            "give a shape such as 3 or (3, 2), or an array of numbers"
        ) from None


def input(shape: Any, *, dtype: str | None = None, label: str | None = None) -> Spec:
    """An argument that holds data.

    Parameters
    ----------
    shape : int, tuple of int, or array
        ``3`` is a vector of three entries, ``()`` a single number. A list or an array gives its own shape, and the
        default value.
    dtype : str, optional
        Default float64.
    label : str, optional
        TeX for pictures, or words with TeX between dollars.

    Examples
    --------
    >>> input((3, 2)).variable.shape
    (3, 2)
    """
    return spec("input", shape, dtype, label)


def target(shape: Any, *, dtype: str | None = None, label: str | None = None) -> Spec:
    """An argument that holds the expected output; parameters as for `input`."""
    return spec("target", shape, dtype, label)


def parameter(shape: Any, *, dtype: str | None = None, label: str | None = None) -> Spec:
    """An argument that training learns; parameters as for `input`."""
    return spec("parameter", shape, dtype, label)


def constant(value: Any, *, dtype: str | None = None, label: str | None = None) -> Spec:
    """An argument that never changes; `value` is an array or a number."""
    return spec("constant", _numbers("constant", value), dtype, label)
