"""Invariants of graphs that depend on the table of operations."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError, suggest
from graphviz_nn.graph.check import invariant
from graphviz_nn.graph.ir import Graph, Operation, Shape, Variable
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.literals import misfit
from graphviz_nn.tracing.registry import OPS, Op, infer

Known = list[tuple[Shape, str]]
"""The shape and the dtype of each result of an operation."""


@invariant
def operations_keep_their_rules(graph: Graph) -> Iterator[str]:
    """Each operation takes what its signature says, and gives the shape and dtype of its rules."""
    wiring = Wiring(graph)
    for name, operation in wiring.operations.items():
        given = {slot: wiring.variables[v] for slot, v in wiring.arguments[name].items()}
        try:
            due = _computed(operation, given) if operation.body is None else _folded(operation, operation.body, given)
        except ShapeError as error:
            yield str(error)
            continue
        results = wiring.results[name]
        if len(due) != len(results):
            yield f"{name} has {len(results)} results, but operation {operation.op} gives {len(due)}"
            continue
        for result, (shape, dtype) in zip(results, due, strict=True):
            found = wiring.variables[result]
            if found.shape != shape:
                yield f"{result} has shape {found.shape}, but {operation} gives {shape}"
            if found.dtype != dtype:
                yield f"{result} has dtype {found.dtype}, but {operation} gives {dtype}"


def _computed(operation: Operation, given: Mapping[int, Variable]) -> Known:
    """The result of an operation."""
    if operation.op not in OPS:
        raise ShapeError(f"{operation} is an unknown operation; {suggest(operation.op, OPS)}")
    op, literals = OPS[operation.op], operation.literals
    count = len(given) + len(literals)
    if unfit := op.signature.misfit(count, operation.attributes):
        raise ShapeError(f"{operation}: {unfit}")
    shapes = [() if slot in literals else given[slot].shape for slot in range(count)]
    dtypes = [_dtype(literals[slot]) if slot in literals else np.dtype(given[slot].dtype) for slot in range(count)]
    try:
        shape, dtype = _inferred(op, shapes, dtypes, operation.attributes)
        wrong = misfit(operation, shapes, dtypes)
    except ShapeError as error:
        raise ShapeError(f"{operation}: {error}") from error
    except (TypeError, ValueError, LookupError, OverflowError) as error:
        raise ShapeError(f"{operation}: its arguments or attributes don't fit ({error})") from error
    if wrong:
        raise ShapeError(f"{operation}: {wrong}")
    return [(shape, dtype)]


# What rules said of arguments; large models ask the same again and again. It is forgotten when it is this long.
_SAID: dict[Any, tuple[Op, tuple[Shape, str]]] = {}
MOST = 10_000


def _inferred(op: Op, shapes: list[Shape], dtypes: list[Any], attributes: Mapping[str, Any]) -> tuple[Shape, str]:
    """The shape and the name of the dtype of a result."""
    try:
        key = id(op), tuple(shapes), tuple(dtypes), tuple((name, _frozen(each)) for name, each in attributes.items())
        said = _SAID.get(key)
    except TypeError:
        # An array as an attribute.
        return _named(*infer(op, shapes, dtypes, attributes))
    if said is None:
        if len(_SAID) >= MOST:
            _SAID.clear()
        # The operation is kept too, so that no other one has its identity.
        said = _SAID[key] = op, _named(*infer(op, shapes, dtypes, attributes))
    return said[1]


def _frozen(attribute: Any) -> Any:
    """An attribute as a key, with its types: 1, 1.0 and True are equal."""
    if isinstance(attribute, tuple):
        return tuple(map(_frozen, attribute))
    if isinstance(attribute, slice):
        return slice, _frozen(attribute.start), _frozen(attribute.stop), _frozen(attribute.step)
    return type(attribute), attribute


def _named(shape: Shape, dtype: Any) -> tuple[Shape, str]:
    return shape, np.dtype(dtype).name


def _dtype(literal: Any) -> Any:
    """The dtype of a number: NumPy's types keep theirs, Python's numbers adapt."""
    return literal.dtype if isinstance(literal, np.generic) else type(literal)


def _folded(operation: Operation, body: Graph, given: Mapping[int, Variable]) -> Known:
    """The results of a folded operation with a valid body."""
    if operation.attributes or operation.literals:
        raise ShapeError(f"{operation} has a body, so it can't have attributes or numbers as arguments")
    arguments, leaves = _arguments(body), body.leaves
    if len(arguments) != len(given):
        raise ShapeError(f"{operation} takes {len(given)} arguments, but its body {len(arguments)}")
    for each in (body, operation.written or body):
        for leaf, variable in each.leaves.items():
            if variable.role != "constant" and leaf not in _arguments(each):
                raise ShapeError(f"{operation}: the {variable.role} {leaf} of its body isn't among its arguments")
    for slot, name in enumerate(arguments):
        if leaves[name].shape != given[slot].shape:
            raise ShapeError(
                f"{operation}: its argument {slot} has shape {given[slot].shape}, not {leaves[name].shape}"
            )
    return [(v.shape, v.dtype) for v in map(body.variable, body.outputs)]


def _arguments(body: Graph) -> tuple[str, ...]:
    found: tuple[str, ...] = body.graph.get("arguments", ())
    return found
