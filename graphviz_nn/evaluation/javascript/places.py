"""Where the entries of a value are: a view of a typed array, with strides known when the program is written."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from graphviz_nn.graph.ir import Shape


def contiguous(shape: Shape) -> tuple[int, ...]:
    """The strides of an array in order, in entries.

    >>> contiguous((2, 3, 4))
    (12, 4, 1)
    """
    return tuple(accumulate((1, *shape[:0:-1]), lambda a, b: a * b))[::-1] if shape else ()


@dataclass(frozen=True)
class Place:
    """The entries of a value.

    Parameters
    ----------
    word : str
        The array that has them.
    dtype : str
        The dtype of the value.
    shape, strides : tuple of int
        Its axes; strides are in entries.
    offset : int
        Where its first entry is.
    """

    word: str
    dtype: str
    shape: Shape
    strides: tuple[int, ...]
    offset: int = 0

    @staticmethod
    def whole(word: str, dtype: str, shape: Shape) -> "Place":
        """All entries of an array, in order."""
        return Place(word, dtype, shape, contiguous(shape))

    @property
    def is_whole(self) -> bool:
        """Whether the entries follow each other, from the first entry of the array."""
        return not self.offset and self.in_order

    @property
    def in_order(self) -> bool:
        """Whether the entries follow each other."""
        pairs = zip(self.shape, self.strides, contiguous(self.shape), strict=True)
        return all(length == 1 or stride == due for length, stride, due in pairs) or 0 in self.shape

    def transposed(self, axes: tuple[int, ...]) -> "Place":
        """The axes in another order."""
        shape, strides = (tuple(each[axis] for axis in axes) for each in (self.shape, self.strides))
        return Place(self.word, self.dtype, shape, strides, self.offset)

    def broadcast(self, shape: Shape) -> "Place":
        """The entries repeated along more or longer axes."""
        lead = len(shape) - len(self.shape)
        strides = [
            0 if n == 1 != wide else s for n, s, wide in zip(self.shape, self.strides, shape[lead:], strict=True)
        ]
        return Place(self.word, self.dtype, shape, (0,) * lead + tuple(strides), self.offset)

    def reshaped(self, shape: Shape) -> "Place | None":
        """The entries with other axes; None if that takes a copy."""
        if self.in_order:
            return Place(self.word, self.dtype, shape, contiguous(shape), self.offset)
        long = [(n, s) for n, s in zip(self.shape, self.strides, strict=True) if n != 1]
        if [n for n, _ in long] != [n for n in shape if n != 1]:
            return None
        left = iter([s for _, s in long])
        return Place(self.word, self.dtype, shape, tuple(0 if n == 1 else next(left) for n in shape), self.offset)

    def at(self, index: tuple[Any, ...]) -> "Place":
        """The entries at an index of integers, slices and new axes, without an Ellipsis."""
        shape, strides, offset, axis = list[int](), list[int](), self.offset, 0
        for part in (*index, *(slice(None),) * (len(self.shape) - sum(part is not None for part in index))):
            if part is None:
                shape.append(1)
                strides.append(0)
                continue
            length, stride = self.shape[axis], self.strides[axis]
            axis += 1
            if isinstance(part, int):
                offset += part % max(1, length) * stride
            else:
                first, _, step = part.indices(length)
                shape.append(len(range(*part.indices(length))))
                strides.append(step * stride)
                offset += first * stride if shape[-1] else 0
        return Place(self.word, self.dtype, tuple(shape), tuple(strides), offset)


@dataclass(frozen=True)
class Nest:
    """Loops over the entries of several places with the same axes.

    Parameters
    ----------
    head, tail : str
        The code before and after what is done for each entry.
    addresses : tuple of str
        For each place, where its entry is.
    """

    head: str
    tail: str
    addresses: tuple[str, ...]

    def around(self, statement: str) -> str:
        return f"{self.head}{statement}{self.tail}"


def nest(shape: Shape, *given: tuple[tuple[int, ...], int], letter: str = "i") -> Nest:
    """Loops over a shape, with as few axes as the strides allow.

    Parameters
    ----------
    given : pair
        The strides and the offset of each place.

    Examples
    --------
    >>> nest((4, 3), ((3, 1), 0), ((0, 1), 2)).around("…")
    'for (let i0 = 0; i0 < 4; i0++) for (let i1 = 0; i1 < 3; i1++) {…}'
    >>> nest((4, 3), ((3, 1), 0)).addresses
    ('i0',)
    """
    axes = [(n, [strides[axis] for strides, _ in given]) for axis, n in enumerate(shape) if n != 1]
    merged = list[tuple[int, list[int]]]()
    for length, strides in axes:
        if merged and merged[-1][1] == [stride * length for stride in strides]:
            merged[-1] = merged[-1][0] * length, strides
        else:
            merged.append((length, strides))
    names = [f"{letter}{number}" for number in range(len(merged))]
    loops = [f"for (let {i} = 0; {i} < {n}; {i}++) " for i, (n, _) in zip(names, merged, strict=True)]
    found = list[str]()
    for number, (_, offset) in enumerate(given):
        terms = [(name, strides[number]) for name, (_, strides) in zip(names, merged, strict=True)]
        found.append(address(offset, terms))
    return Nest("".join(loops) + "{" if loops else "", "}" if loops else "", tuple(found))


def address(offset: int, terms: "list[tuple[str, int]]") -> str:
    """Code for a sum of names times numbers.

    >>> address(3, [("i", 1), ("j", -2), ("k", 0)])
    '3 + i - 2 * j'
    """
    found = str(offset) if offset else ""
    for name, stride in terms:
        if stride:
            term = name if abs(stride) == 1 else f"{abs(stride)} * {name}"
            sign = "-" if stride < 0 else "+"
            found = f"{found} {sign} {term}" if found else (f"-{term}" if stride < 0 else term)
    return found or "0"


def plus(a: str, b: str) -> str:
    """The sum of two addresses as code."""
    return f"{a} + {b}" if "0" not in (a, b) else (b if a == "0" else a)
