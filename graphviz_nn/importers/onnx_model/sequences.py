"""Sequences of arrays, as lists: they are known while a model is read, and no picture shows them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graphviz_nn.importers.onnx_model.table import axis_of, number, refuse, whole

MOST_PARTS = 10_000
"""An array isn't taken apart into more parts."""


def _place(position: Any, length: int) -> int:
    """A position that is known, counted from the front."""
    found = int(number(position, "position"))
    if not -length <= found < length:
        refuse(f"there is no entry {found} in a sequence of {length}")
    return found % length


def _at(sequence: list[Any], position: Any) -> Any:
    return sequence[_place(position, len(sequence))]


def _inserted(sequence: list[Any], array: Any, position: Any = None) -> list[Any]:
    place = int(len(sequence) if position is None else number(position, "position"))
    place = place + len(sequence) if place < 0 else place
    if not 0 <= place <= len(sequence):
        refuse(f"there is no place {place} in a sequence of {len(sequence)}")
    return [*sequence[:place], array, *sequence[place:]]


def _erased(sequence: list[Any], position: Any = None) -> list[Any]:
    place = _place(np.asarray(-1) if position is None else position, len(sequence))
    return sequence[:place] + sequence[place + 1 :]


def _joined(sequence: list[Any], *, axis: int, new_axis: int = 0) -> Any:
    if not sequence:
        refuse("its sequence is empty")
    if new_axis:
        return np.stack(sequence, axis=axis)
    return np.concatenate(sequence, axis=axis_of(axis, sequence[0]))


def _split(x: Any, split: Any = None, *, axis: int = 0, keepdims: int = 1) -> list[Any]:
    along = axis_of(axis, x)
    length = np.shape(x)[along]
    if length > MOST_PARTS and np.size(split) < 2:
        refuse(f"its {length:,} entries may be more than {MOST_PARTS:,} parts")
    if split is None:
        lengths = [1] * length
    elif np.ndim(split):
        lengths = whole(split, "lengths")
    else:
        (size,) = whole(split, "length")
        lengths = [min(size, length - start) for start in range(0, length, size)] if size > 0 else refuse("its length")
    if sum(lengths) != length or min(lengths, default=0) < 0:
        refuse(f"its lengths {lengths} aren't {length} together")
    before = (slice(None),) * along
    found, start = [], 0
    for each in lengths:
        found.append(x[(*before, slice(start, start + each))])
        start += each
    return [np.squeeze(each, along) for each in found] if split is None and not keepdims else found


SEQUENCES: Mapping[str, Callable[..., Any]] = {
    "ConcatFromSequence": _joined,
    "Identity": lambda sequence: sequence,
    "OptionalGetElement": lambda value: value,
    "OptionalHasElement": lambda value=None: np.asarray(value is not None),
    "SequenceAt": _at,
    "SequenceConstruct": lambda *arrays: list(arrays),
    "SequenceEmpty": lambda *, dtype=1: [],
    "SequenceErase": _erased,
    "SequenceInsert": _inserted,
    "SequenceLength": lambda sequence: np.asarray(len(sequence), "int64"),
    "SplitToSequence": _split,
}
"""The operators that make, change and read sequences."""
