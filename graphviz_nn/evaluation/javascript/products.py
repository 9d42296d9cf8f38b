"""How JavaScript multiplies arrays and sums the products."""

from math import prod

import numpy as np

from graphviz_nn.errors import GraphError
from graphviz_nn.evaluation.backends.calls import Call
from graphviz_nn.evaluation.javascript.places import Place, address, nest, plus
from graphviz_nn.evaluation.javascript.writer import Writer


def matmul(writer: Writer, call: Call) -> Place:
    """Rows times columns: sums in the order of the entries, with the shorter steps inside."""
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
    (p, q, r), (ai, ak), (bk, bj) = loops.addresses, a.strides[-2:], b.strides[-2:]
    cell = f"a0[{plus(p, address(0, [('i', columns), ('j', 1)]))}]"
    first, second = (
        f"a1[{plus(q, address(0, [('i', ai), ('k', ak)]))}]",
        f"a2[{plus(r, address(0, [('k', bk), ('j', bj)]))}]",
    )
    if columns == 1 or terms == 1 or (bk == 1 != bj):
        body = (
            f"for (let i = 0; i < {rows}; i++) for (let j = 0; j < {columns}; j++) {{ let t = 0; "
            f"for (let k = 0; k < {terms}; k++) t += {first} * {second}; {cell} = t; }}"
        )
    else:
        over = [f"for (let i = 0; i < {rows}; i++) ", f"for (let k = 0; k < {terms}; k++) "]
        if rows * columns < terms:
            over.reverse()
        body = (
            f"a0.fill(0, {p}, {plus(p, str(rows * columns))}); {''.join(over)}{{ const t = {first}; "
            f"for (let j = 0; j < {columns}; j++) {cell} += t * {second}; }}"
        )
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
