"""Turn a graph of arrays into a graph of single numbers."""

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.errors import GraphError
from graphviz_nn.graph.ir import Array, Graph, Operation, Variable
from graphviz_nn.ops.custom import CUSTOM
from graphviz_nn.ops.rules import axes_numbers
from graphviz_nn.tracing.recording import Recording
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.tracing.tracer import Tracer, apply
from graphviz_nn.transforms.entries import entry_names
from graphviz_nn.transforms.expand import by_formula
from graphviz_nn.transforms.number_by_number import NUMBER_BY_NUMBER, WHOLE, object_array

LIMIT = 20_000
SUMMED = ("sum", "mean", "prod", "sum_to", "cumsum", "cumprod")
"""Operations that add or multiply in the dtype of their result: a sum of truth values counts them."""


def scalars(graph: Graph) -> Graph:
    """Make a graph in which every variable is a single number.

    Kernels run on arrays of traced numbers: a matrix product becomes the sums and products that NumPy computes;
    indexing and reshaping become wiring. A layer whose definition is a stable variant appears as its textbook formula.
    You can feed the original variables; the graph splits them.

    Raises
    ------
    GraphError
        If there would be more than 20,000 numbers.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda x, theta: theta @ x, x=input(2), theta=parameter(2))
    >>> list(scalars(graph).operations)
    ['multiply', 'multiply_2', 'add']
    """
    graph = by_formula(graph)
    total = sum(prod(v.shape) for v in graph.variables.values())
    if total > LIMIT:
        raise GraphError(f"as single numbers, this graph has {total} nodes, but the most is {LIMIT}; use another view")
    recording = Recording(names_from_code=False)
    anonymous = set(graph.graph.get("anonymous", ()))
    entries: dict[str, Array] = {}
    feeds: dict[str, Any] = {}
    for name, variable in graph.leaves.items():
        entries[name] = _leaf(recording, name, variable)
        if variable.shape:
            feeds[name] = variable.shape
    for name in graph.computation_order():
        operation = graph.operation(name)
        recording.at(operation, operation.scope)
        (result,) = graph.results(name)
        arguments: dict[int, Any] = {slot: entries[v] for slot, v in graph.arguments(name).items()}
        arguments.update(operation.literals)
        if operation.op in SUMMED:
            arguments[0] = _of_dtype(arguments[0], graph.variable(result).dtype)
        found = object_array(_entrywise(operation, [arguments[i] for i in sorted(arguments)]))
        if result not in anonymous or graph.variable(result).label:
            _name(recording, result, graph.variable(result), found)
        entries[result] = found
    recording.at(None)
    recording.remarks.extend(graph.remarks)
    numbers = [_number(recording, each) for name in graph.outputs for each in entries[name].flat]
    facts = {key: value for key, value in graph.graph.items() if key not in ("outputs", "remarks", "anonymous")}
    # The symbol of an array is also that of its entries.
    arrays = {
        name: replace(v, value=None)
        for name, v in graph.variables.items()
        if v.shape and (name not in anonymous or v.label)
    }
    return recording.graph(numbers, {**facts, "entries": feeds, "arrays": arrays})


def _entry(variable: Variable, index: tuple[int, ...]) -> Variable:
    value = None if variable.value is None else np.asarray(variable.value[index])
    draw = variable.draw and replace(variable.draw, entry=(variable.shape, index))
    return replace(variable, shape=(), label=None if index else variable.label, value=value, draw=draw)


def _leaf(recording: Recording, name: str, variable: Variable) -> Array:
    found = np.empty(variable.shape, object)
    for index, entry in entry_names(name, variable.shape):
        found[index] = Tracer(recording, recording.add(_entry(variable, index), entry, fixed=True))
    return found


def _name(recording: Recording, name: str, variable: Variable, entries: Array) -> None:
    """Name the unnamed entries of a named variable."""
    for index, entry in entry_names(name, variable.shape):
        if isinstance(entries[index], Tracer):
            value = recording.values[entries[index].number]
            if value.name is None:
                value.name, value.fixed = entry, True
                value.variable = replace(value.variable, label=_entry(variable, index).label)


def _number(recording: Recording, entry: Any) -> int:
    if isinstance(entry, Tracer):
        return entry.number
    return recording.constant(np.array(entry))


def _entrywise(operation: Operation, arguments: list[Any]) -> Any:
    """Apply an operation to arrays of traced entries."""
    op = lookup(operation.op)
    if op.name == "positive":
        return arguments[0]
    if op.name == CUSTOM:
        if any(np.ndim(each) for each in arguments):
            raise GraphError(
                f"{operation} has a gradient rule of its own for whole arrays; use another view than 'scalars'"
            )
        return object_array(apply(CUSTOM, *(_single(each) for each in arguments), **operation.attributes))
    if (isinstance(op.kernel, np.ufunc) and op.kernel.signature is None) or op.name in ("where", "astype"):
        step = np.frompyfunc(lambda *each: apply(op.name, *each, **operation.attributes), len(arguments), 1)
        return step(*arguments)
    if op.name in PAIRWISE:
        return _extreme(op.name, arguments[0], **operation.attributes)
    if op.name == "mean":
        total = np.sum(arguments[0], **operation.attributes)
        return total / (np.size(arguments[0]) // max(np.size(total), 1))
    if op.name in NUMBER_BY_NUMBER:
        return NUMBER_BY_NUMBER[op.name](*arguments, **operation.attributes)
    if op.name in WHOLE:
        raise GraphError(f"{operation} doesn't consist of steps on single numbers; use another view than 'scalars'")
    if any(isinstance(part, str) for part in operation.attributes.get("index", ())) or op.name.startswith("arg"):
        raise GraphError(f"{operation} selects by a traced value; use another view than 'scalars'")
    return op.kernel(*arguments, **operation.attributes)


def _single(entry: Any) -> Any:
    return entry[()] if isinstance(entry, np.ndarray) else entry


# Reductions, by the operation that combines two entries.
PAIRWISE = {"max": "maximum", "min": "minimum", "any": "logical_or", "all": "logical_and"}


def _of_dtype(entries: Any, dtype: str) -> Any:
    """Entries in a dtype, the same where they have it."""

    def cast(each: Any) -> Any:
        # A number that isn't traced adapts.
        return apply("astype", each, dtype=dtype) if isinstance(each, Tracer) and each.dtype != dtype else each

    return np.frompyfunc(cast, 1, 1)(entries)


def _extreme(name: str, x: Array, axis: Any = None, keepdims: bool = False) -> Any:
    if name in ("any", "all"):
        x = object_array(np.frompyfunc(lambda each: apply("not_equal", each, 0), 1, 1)(x))
    pair = np.frompyfunc(lambda a, b: apply(PAIRWISE[name], a, b), 2, 1)
    for each in reversed(axes_numbers(axis, x.ndim)):
        x = object_array(pair.reduce(x, axis=each, keepdims=keepdims))
    return x
