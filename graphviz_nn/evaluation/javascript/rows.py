"""How JavaScript computes each operation that doesn't work entry by entry: one row each."""

from collections.abc import Callable
from math import prod
from typing import TypeAlias

from graphviz_nn.evaluation.backends.calls import Call
from graphviz_nn.evaluation.javascript.indexing import add_at, add_into, getitem, set_at
from graphviz_nn.evaluation.javascript.places import Place
from graphviz_nn.evaluation.javascript.products import einsum, matmul, outer
from graphviz_nn.evaluation.javascript.reductions import (
    reduction,
    reshaped,
    running,
    search,
    sorted_places,
    sum_to,
)
from graphviz_nn.evaluation.javascript.writer import Writer

Row: TypeAlias = Callable[[Writer, Call], Place]


def _joined(writer: Writer, call: Call) -> Place:
    """Copies side by side, along a new axis or one there is."""
    axis, found, start = call.attributes["axis"] % len(call.shape), writer.new(call.dtype.name, call.shape), 0
    for slot in range(len(call.arguments)):
        each = writer.place(call, slot)
        length = 1 if call.op.name == "stack" else each.shape[axis]
        part = found.at((*(slice(None),) * axis, slice(start, start + length)))
        if call.op.name == "stack":
            part = found.at((*(slice(None),) * axis, start))
        writer.copy(part, each)
        start += length
    return found


def _same(writer: Writer, call: Call) -> Place:
    x = writer.place(call, 0)
    if x.dtype == call.dtype.name:
        return x
    found = writer.new(call.dtype.name, call.shape)
    writer.copy(found, x)
    return found


def _of_matrix(writer: Writer, call: Call) -> Place:
    """A function of square matrices, one after another."""
    x, found = writer.whole(writer.place(call, 0), call.dtype.name), writer.new(call.dtype.name, call.shape)
    lead, n = x.shape[:-2], x.shape[-1]
    ends = f"a0, i * {prod(call.shape[len(lead) :])}, a1, i * {n * n}, {n}"
    writer.call(f"for (let i = 0; i < {prod(lead)}; i++) {call.op.name}({ends});", found, x)
    return found


def _solve(writer: Writer, call: Call) -> Place:
    a, b = (writer.place(call, slot) for slot in (0, 1))
    lead, (n, columns) = call.shape[:-2], call.shape[-2:]
    a, b = (writer.whole(each.broadcast((*lead, *each.shape[-2:])), call.dtype.name) for each in (a, b))
    found = writer.new(call.dtype.name, call.shape)
    ends = f"a0, i * {n * columns}, a1, i * {n * n}, a2, i * {n * columns}, {n}, {columns}"
    writer.call(f"for (let i = 0; i < {prod(lead)}; i++) solve({ends});", found, a, b)
    return found


ROWS: dict[str, Row] = {
    **dict.fromkeys(("sum", "mean", "prod", "max", "min", "any", "all"), reduction),
    "sum_to": sum_to,
    **dict.fromkeys(("argmax", "argmin"), search),
    **dict.fromkeys(("cumsum", "cumprod"), running),
    "argsort": sorted_places,
    "matmul": matmul,
    "einsum": einsum,
    "outer": outer,
    "reshape": lambda writer, call: reshaped(writer, writer.place(call, 0), call.shape),
    "transpose": lambda writer, call: writer.place(call, 0).transposed(call.attributes["axes"]),
    "broadcast_to": lambda writer, call: writer.place(call, 0).broadcast(call.shape),
    **dict.fromkeys(("stack", "concatenate"), _joined),
    **dict.fromkeys(("astype", "positive", "stop_gradient", "custom_gradient", "real", "conjugate"), _same),
    **dict.fromkeys(("inv", "det", "log_det", "det_sign", "cholesky"), _of_matrix),
    "solve": _solve,
    "getitem": getitem,
    "add_at": add_at,
    "add_into": add_into,
    "set_at": set_at,
}
"""The row of each operation; all others are computed entry by entry."""
