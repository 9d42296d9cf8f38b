"""How JavaScript multiplies arrays and sums the products."""

from collections.abc import Iterator
from math import prod

import numpy as np

from graphviz_nn.errors import GraphError
from graphviz_nn.evaluation.backends.calls import Call
from graphviz_nn.evaluation.javascript.places import Place, address, nest, plus
from graphviz_nn.evaluation.javascript.writer import Writer

LARGE = 2**15
"""A factor of more entries is read row by row, in the order of memory."""
Starts = list[tuple[str, tuple[int, ...]]]
"""The result, and the two factors: where each begins, and its strides."""


def _entry(starts: Starts, which: int, *names: str) -> str:
    start, strides = starts[which]
    return f"a{which}[{plus(start, address(0, list(zip(names, strides, strict=True))))}]"


def _ranges(length: int, width: int) -> Iterator[tuple[int, int, int]]:
    """From, to and by how many: whole blocks, then what is left."""
    whole = length - length % width
    if whole:
        yield 0, whole, width
    if whole < length:
        yield whole, length, length - whole


def _block(starts: Starts, terms: int, rows: tuple[int, int, int], columns: tuple[int, int, int]) -> str:
    """A few sums at once, each in the order of its terms."""
    down, across = range(rows[2]), range(columns[2])
    cells = [(i, j) for i in down for j in across]

    def at(which: int, outer: tuple[str, int], inner: tuple[str, int]) -> str:
        start, strides = starts[which]
        shift = outer[1] * strides[0] + inner[1] * strides[1]
        known = address(shift, [(outer[0], strides[0]), (inner[0], strides[1])])
        return f"a{which}[{plus(start, known)}]"

    loops = f"for (let i = {rows[0]}; i < {rows[1]}; i += {rows[2]}) "
    loops += f"for (let j = {columns[0]}; j < {columns[1]}; j += {columns[2]}) "
    sums = ", ".join(f"t{i}{j} = 0" for i, j in cells)
    taken = [f"x{i} = {at(1, ('i', i), ('k', 0))}" for i in down] + [
        f"y{j} = {at(2, ('k', 0), ('j', j))}" for j in across
    ]
    added = " ".join(f"t{i}{j} += x{i} * y{j};" for i, j in cells)
    written = " ".join(f"{at(0, ('i', i), ('j', j))} = t{i}{j};" for i, j in cells)
    inner = f"for (let k = 0; k < {terms}; k++) {{ const {', '.join(taken)}; {added} }}"
    return f"{loops}{{ let {sums}; {inner} {written} }} "


def _by_rows(starts: Starts, rows: int, terms: int, columns: int) -> str:
    cell, first, second = _entry(starts, 0, "i", "j"), _entry(starts, 1, "i", "k"), _entry(starts, 2, "k", "j")
    start = starts[0][0]
    over = f"for (let i = 0; i < {rows}; i++) for (let k = 0; k < {terms}; k++) "
    inner = f"for (let j = 0; j < {columns}; j++) {cell} += t * {second};"
    return f"a0.fill(0, {start}, {plus(start, str(rows * columns))}); {over}{{ const t = {first}; {inner} }}"


def matmul(writer: Writer, call: Call) -> Place:
    """Rows times columns: each sum in the order of its terms."""
    a, b = (writer.place(call, slot) for slot in (0, 1))
    a = a.at((None,)) if len(a.shape) == 1 else a
    b = b.at((slice(None), None)) if len(b.shape) == 1 else b
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    (rows, terms), columns = a.shape[-2:], b.shape[-1]
    a, b = a.broadcast((*lead, rows, terms)), b.broadcast((*lead, terms, columns))
    whole = writer.new(call.dtype.name, (*lead, rows, columns))
    if 0 in whole.shape:
        return Place.whole(whole.word, whole.dtype, call.shape)
    loops = nest(lead, *((each.strides[:-2], each.offset) for each in (whole, a, b)))
    starts = [*zip(loops.addresses, ((columns, 1), a.strides[-2:], b.strides[-2:]), strict=True)]
    if columns == 1 or terms * columns <= LARGE:
        body = "".join(
            _block(starts, terms, rows_, columns_) for rows_ in _ranges(rows, 2) for columns_ in _ranges(columns, 4)
        )
    else:
        body = _by_rows(starts, rows, terms, columns)
    writer.call(loops.around(body), whole, a, b)
    return Place.whole(whole.word, whole.dtype, call.shape)


def einsum(writer: Writer, call: Call) -> Place:
    before, _, after = call.attributes["subscripts"].replace(" ", "").partition("->")
    terms = before.split(",")
    if "." in before:
        raise GraphError(f"JavaScript's einsum takes letters only, found {call.origin}")
    places = [writer.place(call, slot) for slot in range(len(terms))]
    lengths = dict[str, int]()
    for term, place in zip(terms, places, strict=True):
        for letter, length in zip(term, place.shape, strict=True):
            lengths[letter] = length if lengths.get(letter, 1) == 1 else lengths[letter]
    summed = [letter for letter in lengths if letter not in after]

    def strides(term: str, place: Place, letters: "list[str] | str") -> tuple[int, ...]:
        each = list(zip(term, place.shape, place.strides, strict=True))
        return tuple(sum(s for name, n, s in each if name == letter and n != 1) for letter in letters)

    found = writer.new(call.dtype.name, call.shape)
    if 0 in found.shape:
        return found
    pairs = list(zip(terms, places, strict=True))
    outer = nest(
        call.shape, (found.strides, 0), *((strides(term, place, after), place.offset) for term, place in pairs)
    )
    inner = nest(
        tuple(lengths[each] for each in summed), *((strides(t, place, summed), 0) for t, place in pairs), letter="j"
    )
    ends = zip(outer.addresses[1:], inner.addresses, strict=True)
    product = " * ".join(f"a{k}[{plus(a, b)}]" for k, (a, b) in enumerate(ends, 1))
    body = f"let t = 0; {inner.around(f't += {product};')} a0[{outer.addresses[0]}] = t;"
    if any(lengths[each] == 0 for each in summed):
        writer.filled(found, "0")
    else:
        writer.call(outer.around(body), found, *places)
    return found


def outer(writer: Writer, call: Call) -> Place:
    a, b = (writer.whole(writer.place(call, slot)) for slot in (0, 1))
    found = writer.new(call.dtype.name, call.shape)
    columns, rows = a.reshaped((prod(a.shape), 1)), b.reshaped((prod(b.shape),))
    writer.map(found, "{0} * {1}", columns or a, rows or b)
    return found
