"""Count what a model has: parameters, multiply-adds and memory, by module and layer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from os import PathLike
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.graph.ir import Graph, ModuleCall, Shape, Variable
from graphviz_nn.reporting.tables import FORMATS, Tabular
from graphviz_nn.storage import destination, write
from graphviz_nn.style.labels import spoken
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.transforms.origin import rearranged
from graphviz_nn.views.blocks import in_modules
from graphviz_nn.views.detail import layered

Calls = tuple[ModuleCall, ...]
HEAD = ("layer", "kind", "result", "parameters", "fixed", "multiply-adds", "memory")
UNNAMED = re.compile(r"v\d+(_\d+)?")
SUMMED = ("parameters", "fixed", "multiply_adds", "memory")


@dataclass(frozen=True)
class Count:
    """What a layer, or a module with all layers in it, has.

    Parameters
    ----------
    depth : int
        How many modules are around it.
    name, kind : str
        Its path in the model, and its class or function.
    shape : tuple of int
        The shape of its last result.
    parameters, fixed : int
        The entries of its parameters that are learned, and of its other named arrays, such as frozen weights and
        statistics.
        What several layers share counts in the first.
    multiply_adds : int
        The products in its matrix products and convolutions.
    memory : int
        The bytes of its layers' results.
    """

    depth: int
    name: str
    kind: str
    shape: Shape = ()
    parameters: int = 0
    fixed: int = 0
    multiply_adds: int = 0
    memory: int = 0

    @property
    def cells(self) -> tuple[str, ...]:
        """The row of a table, as in `HEAD`."""
        shape = "×".join(map(str, self.shape))
        numbers = (self.parameters, self.fixed, self.multiply_adds)
        return self.name, self.kind, shape, *(f"{each:,}" for each in numbers), _bytes(self.memory)


class Summary(Tabular, tuple[Count, ...]):
    """The counts of a model, module by module and layer by layer; prints as a table.

    Attributes
    ----------
    total : Count
        The whole model, also what is in no layer.
    """

    total: Count
    texts = 3

    def rows(self) -> Iterator[tuple[str, ...]]:
        yield HEAD
        for each in (*self, self.total):
            name, *cells = each.cells
            yield "  " * each.depth + name, *cells

    def records(self) -> Iterator[tuple[object, ...]]:
        yield "depth", *HEAD
        for each in (*self, self.total):
            numbers = each.parameters, each.fixed, each.multiply_adds, each.memory
            yield each.depth, each.name, each.kind, "x".join(map(str, each.shape)), *numbers


def summary(
    model: Traceable, to: str | PathLike[str] | None = None, *, example: Any = (), depth: int | None = None
) -> Summary:
    """Count a model's parameters, multiply-adds and memory, by module and layer.

    Parameters
    ----------
    model : Graph, callable or path
        A traced graph, a function whose arguments have specs, a model of another framework, or a file with a model.
    to : path, optional
        A file to write: .txt, .md, .csv, or .tex with a table in the style of booktabs.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes.
    depth : int, optional
        How deep modules open; default all.

    Returns
    -------
    Summary

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn import nn
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> def net(x, W, b):
    ...     return nn.relu(nn.linear(x, W, b))
    >>> print(summary(trace(net, x=input((8, 4)), W=parameter((3, 4)), b=parameter(3))))
    layer   kind    result  parameters  fixed  multiply-adds  memory
    ────────────────────────────────────────────────────────────────
    linear  linear  8×3             15      0             96   192 B
    relu    ReLU    8×3              0      0              0   192 B
    ────────────────────────────────────────────────────────────────
    total           8×3             15      0             96   384 B
    """
    if depth is not None and (isinstance(depth, bool) or not isinstance(depth, int) or depth < 0):
        raise UsageError(f"depth= must be a whole number of at least 0, found {depth!r}")
    path = None if to is None else destination(to, "a summary", FORMATS)
    graph = graph_of(model, example)
    found = _counted(graph, depth)
    if path is not None:
        write(path, FORMATS[path.suffix.lower()](found).encode())
    return found


def _counted(graph: Graph, deepest: int | None) -> Summary:
    seen = layered(in_modules(graph))
    met, places = set[str](), dict[tuple[Calls, str], list[Count]]()
    inside = dict[Calls, int]()
    for operation in seen.operations.values():
        for depth in range(1, len(operation.modules) + 1):
            calls = operation.modules[:depth]
            inside[calls] = inside.get(calls, 0) + 1
    whole = list[Count]()
    for name, operation in seen.operations.items():
        count = _count(seen, name, met)
        whole.append(count)
        for depth in range(1, len(operation.modules) + 1):
            places.setdefault((operation.modules[:depth], ""), []).append(count)
        alone = bool(operation.modules) and inside[operation.modules] == 1
        if not alone and (operation.body is not None or count.parameters or count.multiply_adds):
            places[operation.modules, name] = [count]
    found = Summary(
        _summed(
            each,
            len(calls) - (not own),
            own or calls[-1].path,
            spoken(seen.operation(own).op) if own else calls[-1].kind,
        )
        for (calls, own), each in places.items()
        if deepest is None or len(calls) - (not own) <= deepest
    )
    found.total = _summed(whole, 0, "total", "")
    return found


def _count(graph: Graph, name: str, met: set[str]) -> Count:
    """What an operation has; leaves that were met before count no more."""
    leaves = dict.fromkeys(rearranged(graph, v)[-1] for v in graph.arguments(name).values())
    own = {leaf: graph.variable(leaf) for leaf in leaves if leaf not in met and graph.producer(leaf) is None}
    met.update(own)
    body = graph.operation(name).body
    held = body.leaves.items() if body is not None else ()
    fixed = [v for v in own.values() if v.role == "constant"]
    # A layer's own numbers, such as the zeros of a padding, have no names.
    fixed += [v for leaf, v in held if v.role == "constant" and not UNNAMED.fullmatch(leaf)]
    made = [graph.variable(result) for result in graph.results(name)]
    return Count(
        0,
        name,
        "",
        made[0].shape,
        sum(prod(v.shape) for v in own.values() if v.role == "parameter"),
        sum(prod(v.shape) for v in fixed if v.shape),
        multiply_adds(graph, name),
        sum(map(_size, made)),
    )


def multiply_adds(graph: Graph, name: str) -> int:
    """The products of numbers in an operation's matrix products."""
    operation = graph.operation(name)
    if operation.body is not None:
        return sum(multiply_adds(operation.body, each) for each in operation.body.operations)
    if operation.op != "matmul":
        return 0
    first = graph.variable(graph.arguments(name)[0])
    return first.shape[-1] * prod(graph.variable(graph.results(name)[0]).shape)


def _summed(parts: Sequence[Count], depth: int, name: str, kind: str) -> Count:
    totals = (sum(getattr(each, field) for each in parts) for field in SUMMED)
    return Count(depth, name, kind, parts[-1].shape if parts else (), *totals)


def _size(variable: Variable) -> int:
    return prod(variable.shape) * np.dtype(variable.dtype).itemsize


def _bytes(count: int) -> str:
    """A number of bytes.

    >>> _bytes(192), _bytes(3_400_000)
    ('192 B', '3.4 MB')
    """
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"
