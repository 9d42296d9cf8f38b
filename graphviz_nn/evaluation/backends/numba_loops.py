"""numba: a graph as nests of loops, compiled to machine code."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numba
import numpy as np

from graphviz_nn.errors import GraphError
from graphviz_nn.evaluation.backends import numba_numbers
from graphviz_nn.evaluation.backends.calls import calls
from graphviz_nn.evaluation.backends.engine import Engine, Where
from graphviz_nn.evaluation.backends.numba_entries import SPACE
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
    if numba_numbers.is_for(listing):
        numbers = numba_numbers.Numbers(listing)
        readable = numbers.rolled.source if numbers.rolled else partial(_readable, listing)
        return Engine(numbers.steps, readable, _entered, _left(listing))
    words = {name: str(number) for number, name in enumerate(listing.variables)}
    source, space = written(listing, words)
    exec(compile(source, "<graphviz_nn program for numba>", "exec"), space)
    leaves = {name: each for name, each in listing.leaves.items() if each.role != "constant"}
    kinds = [_type(np.dtype(each.dtype), len(each.shape)) for each in leaves.values()]
    steps = numba.njit(tuple(kinds), error_model="numpy")(space["program"])
    return Engine(steps, partial(_readable, listing), _entered, _left(listing))


def _entered(name: str, value: Any) -> Any:
    if not np.ndim(value):
        return value.item()
    shared = value.flags.writeable and value.flags.c_contiguous
    return value if shared else np.array(value, order="C")


def _left(listing: Listing) -> Callable[[Sequence[Any]], list[Array]]:
    dtypes = [np.dtype(listing.variables[name].dtype) for name in listing.outputs]
    return lambda found: [
        each if np.ndim(each) else dtype.type(each) for each, dtype in zip(found, dtypes, strict=True)
    ]


def _type(dtype: np.dtype[Any], axes: int) -> Any:
    kind = numba.from_dtype(dtype)
    return numba.types.Array(kind, axes, "C") if axes else kind


def written(listing: Listing, words: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The source of a function ``program`` of the leaves, and the arrays that it refers to."""
    writer = Writer(listing.variables, words, listing.outputs, listing.leaves)
    rows = kernels()
    for call in calls(listing):
        if call.op.name not in rows or call.dtype.kind == "c":
            complexes = ", whose result is complex" if call.op.name in rows else ""
            raise GraphError(f"numba has no counterpart of {call.origin}{complexes}; compute it with backend='numpy'")
        rows[call.op.name](writer, call)
    for name in listing.outputs:
        if name in writer.places:
            writer.copied(name)
    body = writer.body()
    returned, space = list[str](), dict[str, Any](writer.arrays)
    leaves = listing.leaves
    for name, each in leaves.items():
        if each.role == "constant":
            space[f"a_{words[name]}"] = None if each.value is None else np.array(each.value, order="C")
    for name in listing.outputs:
        shape, word = tuple(listing.variables[name].shape), words[name]
        copied = ".copy()" if name in leaves else ""
        returned.append(f"a_{word}{copied}" if shape else writer.entry(name, []))
    given = [(name, each) for name, each in leaves.items() if each.role != "constant"]
    arguments = ", ".join(f"{'a' if each.shape else 't'}_{words[name]}" for name, each in given)
    lines = [
        f"def program({arguments}):",
        *body,
        f"    return ({''.join(f'{each}, ' for each in returned)})",
        "",
    ]
    return "\n".join(lines), {**space, **SPACE}


def _readable(listing: Listing) -> str:
    """The same with the names of variables; it isn't executed."""
    unused = Unused(RESERVED)
    return written(listing, {name: unused(identifier(name)) for name in listing.variables})[0]
