"""numba: a graph as nests of loops, compiled to machine code."""

import math
from collections.abc import Mapping
from typing import Any

import numba
import numpy as np

from graphviz_nn.errors import GraphError
from graphviz_nn.evaluation.backends.calls import calls
from graphviz_nn.evaluation.backends.engine import Engine, Where
from graphviz_nn.evaluation.backends.numba_rows import ROWS, Row
from graphviz_nn.evaluation.backends.numba_writer import Writer
from graphviz_nn.evaluation.source import RESERVED, identifier
from graphviz_nn.graph.ir import Array
from graphviz_nn.transforms.contract import Unused
from graphviz_nn.transforms.passes.listing import Listing


def kernels() -> dict[str, Row]:
    """How each operation becomes loops."""
    return ROWS


def engine(listing: Listing, gradients: Mapping[str, str], where: Where) -> Engine:
    """The steps compiled by numba.

    Raises
    ------
    GraphError
        If an operation can't be written as loops.
    """
    where.refuse("numba", "device", "mesh", "shard")
    words = {name: str(number) for number, name in enumerate(listing.variables)}
    source, space = written(listing, words)
    exec(compile(source, "<graphviz_nn program for numba>", "exec"), space)
    leaves = {name: each for name, each in listing.leaves.items() if each.role != "constant"}
    kinds = [_type(np.dtype(each.dtype), len(each.shape)) for each in leaves.values()]
    steps = numba.njit(tuple(kinds), error_model="numpy")(space["program"])
    dtypes = [np.dtype(listing.variables[name].dtype) for name in listing.outputs]

    def enter(name: str, value: Any) -> Any:
        if not np.ndim(value):
            return value.item()
        shared = value.flags.writeable and value.flags.c_contiguous
        return value if shared else np.array(value, order="C")

    def leave(found: Any) -> list[Array]:
        return [each if np.ndim(each) else dtype.type(each) for each, dtype in zip(found, dtypes, strict=True)]

    return Engine(steps, lambda: _readable(listing), enter, leave)


def _type(dtype: np.dtype[Any], axes: int) -> Any:
    kind = numba.from_dtype(dtype)
    return numba.types.Array(kind, axes, "C") if axes else kind


def written(listing: Listing, words: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The source of a function ``program`` of the leaves, and the arrays that it refers to."""
    writer = Writer(listing.variables, words)
    rows = kernels()
    for call in calls(listing):
        if call.op.name not in rows or call.dtype.kind == "c":
            raise GraphError(f"numba has no counterpart of {call.origin}; compute it with backend='numpy'")
        rows[call.op.name](writer, call)
    for name in listing.outputs:
        if name in writer.places:
            writer.copied(name)
    body = writer.body(listing.outputs)
    head, returned, space = list[str](), list[str](), dict[str, Any](writer.arrays)
    leaves = listing.leaves
    for name, each in leaves.items():
        if each.role == "constant":
            space[f"a_{words[name]}"] = None if each.value is None else np.array(each.value).reshape(-1)
        elif each.shape and name in writer.read:
            head.append(f"    a_{words[name]} = v_{words[name]}.reshape(-1)")
    for name in listing.outputs:
        shape, word = tuple(listing.variables[name].shape), words[name]
        copied = ".copy()" if name in leaves else ""
        returned.append(f"a_{word}{copied}.reshape({shape})" if shape else writer.entry(name, []))
    given = [(name, each) for name, each in leaves.items() if each.role != "constant"]
    arguments = ", ".join(f"{'v' if each.shape else 't'}_{words[name]}" for name, each in given)
    lines = [
        f"def program({arguments}):",
        *head,
        *body,
        f"    return ({''.join(f'{each}, ' for each in returned)})",
        "",
    ]
    return "\n".join(lines), {**space, "np": np, "math": math}


def _readable(listing: Listing) -> str:
    """The same with the names of variables; it isn't executed."""
    unused = Unused(RESERVED)
    return written(listing, {name: unused(identifier(name)) for name in listing.variables})[0]
