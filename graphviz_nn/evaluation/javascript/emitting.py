"""Write the lines of a graph as a JavaScript function, in this package's own words only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple, cast

import numpy as np

from graphviz_nn.errors import GraphError
from graphviz_nn.evaluation.backends.calls import Call
from graphviz_nn.evaluation.javascript.entries import ARRAYS, ENTRIES, OWN, converted, formula
from graphviz_nn.evaluation.javascript.places import Place
from graphviz_nn.evaluation.javascript.rows import ROWS
from graphviz_nn.evaluation.javascript.writer import Writer, last_uses, stored
from graphviz_nn.evaluation.lowered import lowered
from graphviz_nn.graph.ir import Array, Graph, Operation, Variable
from graphviz_nn.tracing.registry import OPS, Op
from graphviz_nn.transforms.passes import Listing, listed_steps
from graphviz_nn.transforms.passes.listing import Line

FILES = ("functions.js", "special.js", "matrices.js")


@dataclass(frozen=True)
class Emitted:
    """A program in JavaScript.

    Parameters
    ----------
    source : str
        An expression: a function of the constants, a list of typed arrays, that returns the program. The program maps
        the arrays of the leaves, in order, to those of the outputs, which the next run overwrites; its optional second
        argument is called with the number of each line and its array.
    constants : tuple of array
        The arrays that the source takes beside it.
    leaves, outputs : dict of str to Variable
        What the program takes and returns, in order.
    lines : tuple of Operation
        The operation of each line by number, for errors.

    No name and no text of the graph is in the source. Values are arrays in order; a whole number of 64 bits is a
    double, exact up to 2⁵³. Sums in float32 are rounded once.
    """

    source: str
    constants: tuple[Array, ...]
    leaves: Mapping[str, Variable]
    outputs: Mapping[str, Variable]
    lines: tuple[Operation, ...]


def kernels() -> set[str]:
    """The operations that JavaScript computes.

    >>> "matmul" in kernels(), "fftn" in kernels()
    (True, False)
    """
    return {name for name in (*ROWS, *ENTRIES, *OWN) if name in OPS}


@cache
def runtime() -> str:
    """The functions that programs call."""
    return "".join((files(__package__) / name).read_text(encoding="utf-8") for name in FILES)


def emitted(graph: Graph, outputs: Iterable[str] | None = None) -> Emitted:
    """Write the program of a graph, after all passes of the compiler.

    Parameters
    ----------
    outputs : iterable of str, optional
        The variables that it returns; default the graph's outputs.

    Raises
    ------
    GraphError
        If JavaScript has no kernel of an operation, or no such numbers.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> print(emitted(trace(lambda x: np.sum(np.tanh(x)), x=input(3))).source)
    (...constants) => {
    const k0 = (a0, a1) => { for (let i0 = 0; i0 < 3; i0++) {a0[i0] = Math.tanh(a1[i0]);} };
    const k1 = (a0, a1) => { a0[0] = sum(a1, 0, 3, 1); };
    const b0 = new Float64Array(3), b1 = new Float64Array(1);
    return ([v0], seen) => {
    k0(b0, v0); if (seen) seen(0, b0);
    k1(b1, b0); if (seen) seen(1, b1);
    return [b1];
    };
    }
    """
    return written(listed_steps(graph, outputs))


def written(listing: Listing) -> Emitted:
    """Write the program of lines."""
    listing = lowered(listing)
    for name, variable in listing.variables.items():
        if variable.dtype not in ARRAYS:
            raise GraphError(
                f"{name} is {variable.dtype}, which JavaScript's arrays can't hold; "
                f"make it one of {', '.join(ARRAYS)}, such as x.astype('float64')"
            )
    writer = Writer(last_uses(((line.given, line.result) for line in listing.lines), listing.outputs))
    taken = {name: each for name, each in listing.leaves.items() if each.role != "constant"}
    for name, each in listing.leaves.items():
        word = f"v{list(taken).index(name)}" if name in taken else writer.constant(stored(each.value))
        writer.places[name] = Place.whole(word, each.dtype, each.shape)
    ends = list[int]()
    for number, line in enumerate(listing.lines):
        call = _call(line, listing)
        row = ROWS.get(line.op)
        place = row(writer, call) if row else _by_entries(writer, call)
        writer.show(line.result, place)
        if len(writer.steps) > (ends[-1] if ends else 0) and place.word.startswith("b"):
            writer.steps[-1] += f" if (seen) seen({number}, {place.word});"
        ends.append(len(writer.steps))
        writer.end(number)
    returned = list[str]()
    for name in listing.outputs:
        place = writer.places[name]
        if not writer.is_own(place) or place.word in returned:
            copy = writer.new(place.dtype, place.shape)
            writer.copy(copy, place)
            place = copy
        returned.append(place.word)
    return Emitted(
        _source(writer, [f"v{number}" for number in range(len(taken))], returned),
        tuple(writer.constants),
        taken,
        {name: listing.variables[name] for name in listing.outputs},
        tuple(line.origin for line in listing.lines),
    )


def _source(writer: Writer, leaves: list[str], returned: list[str]) -> str:
    functions = [f"const {word} = {code.partition(' // ')[0]};" for code, word in writer.functions.items()]
    buffers = ", ".join(f"{word} = new {kind}({size})" for word, (kind, size) in writer.buffers.items())
    lines = ["(...constants) => {"]
    if writer.constants:
        lines.append(f"const [{', '.join(f'c{k}' for k in range(len(writer.constants)))}] = constants;")
    lines += functions
    if buffers:
        lines.append(f"const {buffers};")
    lines.append(f"return ([{', '.join(leaves)}], seen) => {{")
    return "\n".join([*lines, *writer.steps, f"return [{', '.join(returned)}];", "};", "}"])


class _Lowered(NamedTuple):
    """A step of several operations, which is in no table of operations."""

    name: str
    kernel: None = None
    category: str = "indexing"


def _call(line: Line, listing: Listing) -> Call:
    known = [listing.variables[each] if isinstance(each, str) else None for each in line.given]
    made, op = listing.variables[line.result], cast(Op, OPS.get(line.op) or _Lowered(line.op))
    shapes = tuple(v.shape if v else () for v in known)
    dtypes = tuple(np.dtype(v.dtype) if v else type(each) for v, each in zip(known, line.given, strict=True))
    return Call(
        line.origin, op, line.given, line.attributes, shapes, dtypes, line.result, made.shape, np.dtype(made.dtype)
    )


def _by_entries(writer: Writer, call: Call) -> Place:
    template = formula(call.op.name, len(call.arguments), call.dtype.name)
    if template is None:
        raise GraphError(
            f"JavaScript has no kernel of {call.origin}; it has these operations: {', '.join(sorted(kernels()))}"
        )
    codes = [f"{{{slot}}}" for slot in range(len(call.arguments))]
    for slot, (before, needed) in enumerate(zip(call.dtypes, call.needed, strict=True)):
        if isinstance(before, np.dtype) and needed is not None:
            codes[slot] = converted(codes[slot], before.name, needed.name)
    found = writer.new(call.dtype.name, call.shape)
    writer.map(found, template.format(*codes), *(writer.argument(call, slot) for slot in range(len(call.arguments))))
    return found
