"""Indexing with brackets as steps of aten's."""

from collections.abc import Sequence
from typing import Any

import torch


def steps_of_index(shape: Sequence[int], index: Any) -> list[tuple[str, tuple[Any, ...]]]:
    """The steps that make a part of a tensor, each with its arguments after the tensor.

    Raises
    ------
    TypeError
        If the index is of a kind that isn't read, such as a list or an array.

    Examples
    --------
    >>> steps_of_index((2, 3, 4), (0, ..., None, slice(1, None)))
    [('select', (0, 0)), ('unsqueeze', (1,)), ('slice', (2, 1, 4, 1))]
    """
    keys = index if isinstance(index, tuple) else (index,)
    used = sum(each is not None and each is not Ellipsis and not isinstance(each, bool) for each in keys)
    steps, axis, chosen, lengths = list[tuple[str, tuple[Any, ...]]](), 0, dict[int, Any](), list(shape)
    for each in keys:
        if each is Ellipsis:
            axis += len(shape) - used
        elif each is None:
            steps.append(("unsqueeze", (axis,)))
            lengths.insert(axis, 1)
            axis += 1
        elif isinstance(each, int) and not isinstance(each, bool):
            steps.append(("select", (axis, each)))
            del lengths[axis]
        elif isinstance(each, slice):
            start, stop, step = each.indices(lengths[axis])
            if (start, stop, step) != (0, lengths[axis], 1):
                steps.append(("slice", (axis, start, stop, step)))
                lengths[axis] = len(range(start, stop, step))
            axis += 1
        elif isinstance(each, torch.Tensor) and each.dtype == torch.int64 and each.ndim:
            chosen[axis] = each
            axis += 1
        else:
            raise TypeError(f"an index by a {type(each).__name__} isn't read")
    if chosen:
        steps.append(("index", ([chosen.get(place) for place in range(max(chosen) + 1)],)))
    return steps or [("alias", ())]
