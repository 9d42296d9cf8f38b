"""How numba computes each operation: one row each."""

from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.evaluation.backends.calls import Call
from graphviz_nn.evaluation.backends.numba_entries import ENTRIES, converted, number
from graphviz_nn.evaluation.backends.numba_indexing import add_at, getitem, set_at
from graphviz_nn.evaluation.backends.numba_matrices import MATRICES, argsort, of_matrices
from graphviz_nn.evaluation.backends.numba_nests import Nest, aligned, flat
from graphviz_nn.evaluation.backends.numba_places import (
    Place,
    broadcast,
    long_axes,
    reshaped,
    same,
    transposed,
)
from graphviz_nn.evaluation.backends.numba_writer import Writer
from graphviz_nn.ops.rules import axes_numbers

Row: TypeAlias = Callable[[Writer, Call], None]

FEW, SMALL = 8, 64
"""Products of matrices with at most so many terms, or so many results, are loops; others are calls of BLAS."""

UPDATES = {
    "sum": ("{0} += {1}", 0),
    "prod": ("{0} *= {1}", 1),
    "any": ("{0} = {0} or {1}", 0),
    "all": ("{0} = {0} and {1}", 1),
    "max": ("{0} = {0} if {0} >= {1} or {0} != {0} else {1}", "-np.inf"),
    "min": ("{0} = {0} if {0} <= {1} or {0} != {0} else {1}", "np.inf"),
}
"""How a reduction takes the next entry, and what it starts with."""


def _first(word: Any, dtype: np.dtype[Any]) -> str:
    if not isinstance(word, str):
        return number(word, dtype)
    if dtype.kind in "iu":
        found = np.iinfo(dtype)
        return str(found.min if word.startswith("-") else found.max)
    return word if dtype == np.float64 else f"np.{dtype.name}({word})"


def _over(writer: Writer, call: Call, reduced: tuple[int, ...], kind: str) -> None:
    """Combine the entries of an argument along some axes."""
    name, shape = str(call.arguments[0]), call.shapes[0]
    update, first = UPDATES[kind]
    kept = tuple(axis for axis in range(len(shape)) if axis not in reduced)

    def term(nest: Nest) -> str:
        code = writer.entry(name, nest.index, nest)
        return code if call.dtypes[0] == call.dtype else converted(code, call.dtype)

    writer.gathered(call.result, shape, kept, term, [name], update, _first(first, call.dtype))


def _reduction(writer: Writer, call: Call) -> None:
    _over(writer, call, axes_numbers(call.attributes.get("axis"), len(call.shapes[0])), call.op.name)


def _sum_to(writer: Writer, call: Call) -> None:
    shape, wanted = call.shapes[0], tuple(call.attributes["shape"])
    lead = len(shape) - len(wanted)
    ones = (axis + lead for axis, length in enumerate(wanted) if length == 1)
    _over(writer, call, (*range(lead), *(axis for axis in ones if shape[axis] != 1)), "sum")


def _mean(writer: Writer, call: Call) -> None:
    axes = axes_numbers(call.attributes.get("axis"), len(call.shapes[0]))
    count = prod(call.shapes[0][axis] for axis in axes)
    total = writer.another(call.result)
    _over(writer, replace(call, result=total), axes, "sum")
    place, nest = writer.loops(call.shape, [total])
    code = f"{writer.entry(total, nest.index, nest)} / {number(count, call.dtype)}"
    writer.makes(call.result, place, nest, code)


def _search(writer: Writer, call: Call) -> None:
    name, shape = str(call.arguments[0]), call.shapes[0]
    reduced = axes_numbers(call.attributes.get("axis"), len(shape))
    kept = tuple(axis for axis in range(len(shape)) if axis not in reduced)
    order = (*kept, *reduced)
    loops, word = tuple(shape[axis] for axis in order), writer.words[call.result]
    place, nest = writer.new(loops, max(writer.ready([name]), len(writer.nests)))
    index = [nest.index[order.index(axis)] for axis in range(len(shape))]
    entry, where = writer.entry(name, index), flat(loops[len(kept) :], nest.index[len(kept) :])
    left = iter(nest.index[axis] for axis in range(len(kept)) if loops[axis] != 1)
    cell = writer.cell(call.result, ["0" if length == 1 else next(left) for length in call.shape])
    first = writer.entry(name, ["0" if axis in reduced else each for axis, each in enumerate(index)])
    nest.at(len(kept), f"t_{word}, best = 0, {first}", f"{cell} = t_{word}" if call.shape else "")
    better = ">" if call.op.name == "argmax" else "<"
    nest.add(f"here = {entry}")
    # The first NaN wins.
    nest.add(f"if here {better} best or (here != here and best == best):")
    nest.add(f"    t_{word}, best = {where}, here")
    writer.array(call.result, place)


def _running(writer: Writer, call: Call) -> None:
    """The results so far along an axis, which is the innermost loop."""
    name, shape, axis = str(call.arguments[0]), call.shapes[0], call.attributes["axis"] % len(call.shapes[0])
    order = (*(each for each in range(len(shape)) if each != axis), axis)
    place, nest = writer.loops(tuple(shape[each] for each in order), [], [name])
    index = [nest.index[order.index(each)] for each in range(len(shape))]
    update, first = UPDATES[call.op.name.removeprefix("cum")]
    word = writer.words[call.result]
    nest.at(len(shape) - 1, f"t_{word} = {number(first, call.dtype)}")
    nest.add(update.format(f"t_{word}", converted(writer.entry(name, index), call.dtype)))
    nest.add(f"{writer.cell(call.result, index)} = t_{word}")
    writer.array(call.result, place)


def _moved(make: Callable[[Call], Place]) -> Row:
    def row(writer: Writer, call: Call) -> None:
        writer.places[call.result] = make(call)

    return row


def _reshape(writer: Writer, call: Call) -> None:
    name = str(call.arguments[0])
    if name in writer.places and long_axes(call.shapes[0]) != long_axes(call.shape):
        writer.copied(name)
    writer.places[call.result] = reshaped(call)


def _joined(writer: Writer, call: Call) -> None:
    axis, start = call.attributes["axis"], 0
    places = list[int]()
    for argument, shape in zip(call.arguments, call.shapes, strict=True):
        place, nest = writer.loops(shape, [str(argument)])
        index = list(nest.index)
        if call.op.name == "stack":
            index.insert(axis, str(start))
        else:
            index[axis] = f"{start} + {index[axis]}"
        code = writer.entry(str(argument), nest.index, nest)
        nest.add(f"{writer.cell(call.result, index)} = {code}")
        start += 1 if call.op.name == "stack" else shape[axis]
        places.append(place)
    writer.array(call.result, min(places), max(places))


def _outer(writer: Writer, call: Call) -> None:
    rows, columns = (prod(shape) for shape in call.shapes)
    names = [str(each) for each in call.arguments]
    place, nest = writer.loops((rows, columns), [], names)
    codes = []
    for name, shape, index in zip(names, call.shapes, nest.index, strict=True):
        inner = [f"{index} // {prod(shape[axis + 1 :])} % {length}" for axis, length in enumerate(shape)]
        codes.append(converted(writer.entry(name, inner), call.dtype))
    writer.makes(call.result, place, nest, " * ".join(codes))


def _product(writer: Writer, call: Call, terms: list[str], result: str, letters: dict[str, int]) -> None:
    """Σ over letters that the result lacks, of the product of entries."""
    names = [str(each) for each in call.arguments]
    summed = [each for each in letters if each not in result]
    count, size = prod(letters[each] for each in summed), prod(letters[each] for each in result)
    order = [*result, *summed] if count <= SMALL or size > SMALL else [*summed, *result]
    shape = tuple(letters[each] for each in order)
    kept = tuple(order.index(each) for each in result)

    def term(nest: Nest) -> str:
        index = dict(zip(order, nest.index, strict=True))
        codes = [
            writer.entry(name, aligned(own, [index[letter] for letter in letters_of]))
            for name, own, letters_of in zip(names, call.shapes, terms, strict=True)
        ]
        pairs = zip(codes, call.dtypes, strict=True)
        return " * ".join(code if dtype == call.dtype else converted(code, call.dtype) for code, dtype in pairs)

    writer.gathered(call.result, shape, kept, term, [], UPDATES["sum"][0], number(0, call.dtype), names)


def _matmul(writer: Writer, call: Call) -> None:
    (*_, inner), second = call.shapes
    lead = "abcdefgh"[: len(call.shape) - (len(call.shapes[0]) > 1) - (len(second) > 1)]
    lengths = dict(zip(lead, call.shape, strict=False))
    terms, result = list[str](), lead
    for number_of, shape in enumerate(call.shapes):
        own = lead[len(lead) - max(0, len(shape) - 2) :]
        if len(shape) == 1:
            terms.append("k")
            continue
        letter = "ij"[number_of]
        lengths[letter] = shape[-2] if number_of == 0 else shape[-1]
        result += letter
        terms.append(own + (letter + "k" if number_of == 0 else "k" + letter))
    lengths["k"] = inner
    dense = call.dtype.kind == "f" and all(each == call.dtype for each in call.dtypes)
    is_large = inner > FEW and lengths.get("i", 1) * lengths.get("j", 1) > SMALL
    if dense and is_large and len(terms[0]) == len(terms[1]) == 2:
        _by_blas(writer, call)
    else:
        _product(writer, call, terms, result, lengths)


def _by_blas(writer: Writer, call: Call) -> None:
    names = [str(each) for each in call.arguments]
    codes = []
    for name in names:
        base, turned = name, False
        while (place := writer.places.get(base)) is not None and place.at(["i", "j"]) == ["j", "i"]:
            base, turned = place.base, not turned
        codes.append(writer.own(base) + (".T" if turned else ""))
    writer.alone(call.result, f"np.dot({codes[0]}, {codes[1]}, {writer.whole(call.result)})")


def _einsum(writer: Writer, call: Call) -> None:
    given, _, result = call.attributes["subscripts"].partition("->")
    terms = given.split(",")
    letters = dict[str, int]()
    for term, shape in zip(terms, call.shapes, strict=True):
        for letter, length in zip(term, shape, strict=True):
            letters[letter] = max(length, letters.get(letter, 1))
    _product(writer, call, terms, result, letters)


ROWS: dict[str, Row] = {
    **dict.fromkeys(ENTRIES, Writer.elementwise),
    **dict.fromkeys(("sum", "prod", "any", "all", "max", "min"), _reduction),
    **dict.fromkeys(("argmax", "argmin"), _search),
    **dict.fromkeys(("stack", "concatenate"), _joined),
    **dict.fromkeys(("cumsum", "cumprod"), _running),
    **dict.fromkeys(MATRICES, of_matrices),
    "argsort": argsort,
    "custom_gradient": _moved(same),
    "mean": _mean,
    "sum_to": _sum_to,
    "transpose": _moved(transposed),
    "broadcast_to": _moved(broadcast),
    "reshape": _reshape,
    "getitem": getitem,
    "add_at": add_at,
    "set_at": set_at,
    "matmul": _matmul,
    "outer": _outer,
    "einsum": _einsum,
}
