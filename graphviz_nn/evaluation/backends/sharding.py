"""How variables are divided over a mesh of devices: what a user asks for, checked."""

from collections.abc import Mapping
from math import prod
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.errors import UsageError, brief, refuse_unknown, suggest
from graphviz_nn.graph.ir import Shape, Variable

Axes: TypeAlias = tuple[str | tuple[str, ...] | None, ...]
"""For each axis of a variable the axes of the mesh over which it is divided."""


def mesh_sizes(mesh: Any) -> dict[str, int]:
    """The size of each axis of a mesh, given as a dict or as JAX's own object.

    Raises
    ------
    UsageError
        If it is neither, or a size isn't a positive whole number.

    Examples
    --------
    >>> mesh_sizes({"data": 4, "model": 2})
    {'data': 4, 'model': 2}
    """
    sizes = mesh if isinstance(mesh, Mapping) else getattr(mesh, "shape", None)
    if not isinstance(sizes, Mapping) or not sizes:
        raise UsageError(f"mesh= takes the sizes of its axes, such as {{'data': 4}}, found {brief(mesh)}")
    for name, size in sizes.items():
        if not isinstance(name, str) or isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
            raise UsageError(
                f"mesh={brief(dict(sizes))} has {name!r}: {size!r}; a size is a whole number of at least 1"
            )
    return {name: int(size) for name, size in sizes.items()}


def divided(shard: Mapping[str, Any], sizes: Mapping[str, int], variables: Mapping[str, Variable]) -> dict[str, Axes]:
    """How each variable is divided over the axes of a mesh.

    Raises
    ------
    UsageError
        For an unknown variable or axis, and an axis of the mesh that doesn't divide that of a variable.

    Examples
    --------
    >>> divided({"x": "data"}, {"data": 4}, {"x": Variable((8, 2))})
    {'x': ('data', None)}
    >>> divided({"x": "data"}, {"data": 4}, {"x": Variable((6, 2))})
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: shard= divides axis 0 of x, 6 entries, over 4 devices of 'data': ...
    """
    if not isinstance(shard, Mapping):
        raise UsageError(f"shard= takes a dict of variables and axes, such as {{'x': 'data'}}, found {brief(shard)}")
    found = {}
    for name, wish in shard.items():
        refuse_unknown("variable", name, variables)
        found[name] = _axes(name, wish, sizes, variables[name].shape)
    return found


def _axes(name: str, wish: Any, sizes: Mapping[str, int], shape: Shape) -> Axes:
    axes = (wish,) if isinstance(wish, str) or wish is None else wish
    if not isinstance(axes, tuple | list) or not all(isinstance(each, str | tuple | list | None) for each in axes):
        raise UsageError(
            f"shard={{{name!r}: …}} takes a name for each axis, such as ('model', None), found {brief(wish)}"
        )
    if axes and not shape:
        raise UsageError(f"shard= divides {name}, which is a single number; leave it out")
    if len(axes) > len(shape):
        raise UsageError(f"shard= names {len(axes)} axes of {name}, which has shape {shape}; name at most {len(shape)}")
    used = list[str]()
    for number, axis in enumerate(axes):
        over = () if axis is None else (axis,) if isinstance(axis, str) else tuple(axis)
        for each in over:
            if each not in sizes:
                raise UsageError(
                    f"shard= divides {name} over {each!r}, but the mesh has no such axis: {suggest(each, sizes)}"
                )
        used += over
        count = prod(sizes[each] for each in over)
        if shape[number] % count:
            less = [n for n in range(1, count) if not shape[number] % n]
            raise UsageError(
                f"shard= divides axis {number} of {name}, {shape[number]} entries, over {count} devices of "
                f"{' × '.join(map(repr, over))}: pad it to {-(-shape[number] // count) * count} entries, "
                f"make the mesh {less[-1]} there, or write None for this axis"
            )
    twice = next((each for each in used if used.count(each) > 1), None)
    if twice is not None:
        raise UsageError(f"shard= divides two axes of {name} over {twice!r}; write None for one of them")
    return tuple(
        tuple(each) if isinstance(each, list) else each for each in (*axes, *(None,) * (len(shape) - len(axes)))
    )
