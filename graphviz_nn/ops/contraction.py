"""Sums of products over named axes: einsum and functions built on it."""

import string
from collections import Counter
from typing import Any

import numpy as np

from graphviz_nn.errors import ShapeError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.many import Argument, batching
from graphviz_nn.ops.rules import axis_number
from graphviz_nn.tracing.memory import entry_by_entry, viewed
from graphviz_nn.tracing.registry import implements, op, promote
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import VIEWS, apply


def _terms(subscripts: str) -> tuple[list[str], str]:
    given, _, result = subscripts.partition("->")
    return given.split(","), result


def _contracted(*shapes: Shape, subscripts: str) -> Shape:
    given, result = _terms(subscripts)
    lengths: dict[str, int] = {}
    for term, shape in zip(given, shapes, strict=True):
        if len(term) != len(shape):
            raise ShapeError(f"einsum's {term!r} names {len(term)} axes, but the array has shape {shape}")
        for letter, length in zip(term, shape, strict=True):
            if lengths.setdefault(letter, length) != length:
                raise ShapeError(f"in einsum {subscripts!r} axis {letter} has {lengths[letter]} and {length} entries")
    return tuple(lengths[letter] for letter in result)


def _to_operand(g: Any, y: Any, *arrays: Any, slot: int, subscripts: str) -> Any:
    """The gradient is a sum of products too, with the result and the argument exchanged."""
    given, result = _terms(subscripts)
    others = [(term, array) for i, (term, array) in enumerate(zip(given, arrays, strict=True)) if i != slot]
    terms = ",".join([result, *(term for term, _ in others)])
    return apply("einsum", g, *(array for _, array in others), subscripts=f"{terms}->{given[slot]}")


op(
    "einsum",
    lambda *arrays, subscripts: np.einsum(subscripts, *arrays),
    _contracted,
    _to_operand,
    dtype=promote,
    glyph=r"\Sigma\!\times",
    category="linear algebra",
)


@implements(np.einsum)
def einsum(subscripts: Any, /, *operands: Any, optimize: Any = False) -> Any:
    if not isinstance(subscripts, str):
        raise ShapeError("einsum needs the axes as text to be traced, such as 'ij,jk->ik'")
    given, result = _spelled(subscripts.replace(" ", ""), [np.ndim(each) for each in operands])
    is_view = len(operands) == 1 and set(given[0]) == set(result)
    arrays = []
    for number, array in enumerate(operands):
        array, given[number] = _diagonal(array, given[number])
        elsewhere = {*result, *"".join(given[:number] + given[number + 1 :])}
        alone = tuple(i for i, letter in enumerate(given[number]) if letter not in elsewhere)
        # Axes of one array alone are summed first, so that the gradient is a sum of products.
        arrays.append(np.sum(array, axis=alone) if alone else array)
        given[number] = "".join(letter for letter in given[number] if letter in elsewhere)
    if len(set(result)) != len(result) or not set(result) <= set("".join(given)):
        raise ShapeError(f"the result of einsum {subscripts!r} names an axis twice, or an axis that no array has")
    arrays, given = _stretched(arrays, given)
    found = apply("einsum", *arrays, subscripts=f"{','.join(given)}->{result}")
    if is_view:
        # Where nothing is summed, NumPy gives a view.
        return viewed(found, operands[0], again := lambda p: np.einsum(subscripts, p), entry_by_entry(again))
    return found


def _spelled(subscripts: str, axes: list[int]) -> tuple[list[str], str]:
    """The letters of every array and of the result; ellipses and a missing result are filled in."""
    left, arrow, result = subscripts.partition("->")
    given = left.split(",")
    if len(given) != len(axes):
        raise ShapeError(f"einsum {subscripts!r} names {len(given)} arrays, but {len(axes)} are given")
    free = [letter for letter in string.ascii_letters if letter not in subscripts]
    widths = [count - len(term.replace("...", "")) for term, count in zip(given, axes, strict=True) if "..." in term]
    dots = "".join(free[: max(widths, default=0)])
    terms = [
        term.replace(
            "...", dots[len(dots) - (count - len(term.replace("...", ""))) :] if count >= len(term) - 3 else ""
        )
        for term, count in zip(given, axes, strict=True)
    ]
    for term, count in zip(terms, axes, strict=True):
        if len(term) != count or (not term.isalpha() and term):
            raise ShapeError(f"einsum {subscripts!r} doesn't fit an array of {count} axes")
    if arrow:
        return terms, result.replace("...", dots)
    once = [letter for letter, count in sorted(Counter("".join(terms)).items()) if count == 1 and letter not in dots]
    return terms, dots + "".join(once)


def _diagonal(array: Any, term: str) -> tuple[Any, str]:
    """Take the diagonal of axes with the same letter, so that each axis has its own."""
    for letter, count in Counter(term).items():
        for _ in range(count - 1):
            first, second = (i for i, each in enumerate(term) if each == letter)
            array = np.diagonal(array, 0, first, second)
            term = term.replace(letter, "") + letter
    return array, term


def _stretched(arrays: list[Any], given: list[str]) -> tuple[list[Any], list[str]]:
    """Drop axes of length 1 that meet longer ones, which determine the number of repetitions."""
    lengths: dict[str, int] = {}
    for term, array in zip(given, arrays, strict=True):
        for letter, length in zip(term, np.shape(array), strict=True):
            lengths[letter] = max(length, lengths.get(letter, 1))
    found, terms = [], []
    for term, array in zip(given, arrays, strict=True):
        short = [i for i, (letter, n) in enumerate(zip(term, np.shape(array), strict=True)) if n == 1 < lengths[letter]]
        kept = [i for i in range(len(term)) if i not in short]
        found.append(np.reshape(array, tuple(np.shape(array)[i] for i in kept)) if short else array)
        terms.append("".join(term[i] for i in kept))
    return found, terms


@implements(np.tensordot, np.linalg.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    if isinstance(axes, int | np.integer):
        first, second = list(range(np.ndim(a) - int(axes), np.ndim(a))), list(range(int(axes)))
    else:
        first, second = ([int(i) for i in np.atleast_1d(each)] for each in axes)
    first = [axis_number(i, np.ndim(a)) for i in first]
    second = [axis_number(i, np.ndim(b)) for i in second]
    if len(first) != len(second):
        raise ShapeError(f"tensordot needs pairs of axes, found {len(first)} of one array and {len(second)}")
    one, other = list(string.ascii_lowercase[: np.ndim(a)]), list(string.ascii_uppercase[: np.ndim(b)])
    for i, j in zip(first, second, strict=True):
        other[j] = one[i]
    kept = [
        *(each for i, each in enumerate(one) if i not in first),
        *(e for j, e in enumerate(other) if j not in second),
    ]
    return einsum(f"{''.join(one)},{''.join(other)}->{''.join(kept)}", a, b)


@implements(np.kron)
@function
def kron(a: Any, b: Any) -> Any:
    axes = max(np.ndim(a), np.ndim(b))
    shapes = [(1,) * (axes - np.ndim(each)) + tuple(np.shape(each)) for each in (a, b)]
    first = np.reshape(a, tuple(n for length in shapes[0] for n in (length, 1)))
    second = np.reshape(b, tuple(n for length in shapes[1] for n in (1, length)))
    return np.reshape(first * second, tuple(m * n for m, n in zip(*shapes, strict=True)))


@implements(np.cross)
@function
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    if np.shape(a)[-1] != 3 or np.shape(b)[-1] != 3:
        raise ShapeError(f"cross takes vectors of 3 entries, found shapes {np.shape(a)} and {np.shape(b)}")
    later, earlier = (..., [1, 2, 0]), (..., [2, 0, 1])
    return np.moveaxis(a[later] * b[earlier] - a[earlier] * b[later], -1, axisc)


implements(np.linalg.cross)(lambda x1, x2, /, *, axis=-1: np.cross(x1, x2, axis=axis))


@implements(np.matvec)
def matvec(x1: Any, x2: Any, /) -> Any:
    return np.matmul(x1, np.expand_dims(x2, -1))[..., 0]


@implements(np.vecmat)
def vecmat(x1: Any, x2: Any, /) -> Any:
    return np.matmul(np.expand_dims(x1, -2), x2)[..., 0, :]


@implements(np.vecdot)
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    first, second = np.broadcast_arrays(*(np.moveaxis(each, axis, -1) for each in (x1, x2)))
    return np.matmul(np.expand_dims(first, -2), np.expand_dims(second, -1))[..., 0, 0]


@batching("einsum")
def _einsum(size: int, *arrays: Argument, subscripts: str) -> Any:
    given, _, result = subscripts.partition("->")
    free = next(letter for letter in string.ascii_letters if letter not in subscripts)
    terms = [free * each.many + term for each, term in zip(arrays, given.split(","), strict=True)]
    return apply("einsum", *(each.value for each in arrays), subscripts=f"{','.join(terms)}->{free}{result}")


VIEWS.add(np.einsum)
