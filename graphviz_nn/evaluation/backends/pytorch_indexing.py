"""NumPy's indexing with PyTorch, whose slices go forward and whose integers are no arrays."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from graphviz_nn.evaluation.backends.calls import Call, Kernel
from graphviz_nn.ops.indexing import resolved

FULL = slice(None)


def getitem(call: Call) -> Kernel:
    """What ``x[index]`` selects, as a function of ``x`` and the arrays of the index."""
    return _selection(call.attributes["index"], call.shapes[0], call.shape)


def add_at(call: Call) -> Kernel:
    """Zeros with ``g`` added at an index, as a function of ``g`` and the arrays of the index."""
    index, shape = call.attributes["index"], tuple(call.attributes["shape"])
    numbers = np.arange(int(np.prod(shape, dtype=int))).reshape(shape)
    if len(call.shapes) == 1:
        once = not any(isinstance(part, tuple) for part in index)
        if once and not any(isinstance(part, slice) and (part.step or 1) < 0 for part in index):

            def put(g: Any) -> Any:
                found = g.new_zeros(shape)
                found[index] = g
                return found

            return put
        constant = _kept(np.array(numbers[resolved(index, ())]))

        def places(g: Any, *arrays: Any) -> Any:
            return constant(g)
    else:
        broadcast = tuple(np.zeros(each, int) for each in call.shapes[1:])
        chosen = numbers[resolved(index, broadcast)].shape if numbers.size else call.shapes[0]
        where, all_places = _selection(index, shape, chosen), _kept(numbers)

        def places(g: Any, *arrays: Any) -> Any:
            return where(all_places(g), *arrays)

    def add(g: Any, *arrays: Any) -> Any:
        found = places(g, *arrays)
        flat = g.new_zeros(numbers.size)
        return flat.index_add(0, found.reshape(-1), g.expand(found.shape).reshape(-1)).reshape(shape)

    return add


def set_at(call: Call) -> Kernel:
    """An array with other entries at an index, as a function of it, the entries and the arrays of the index."""
    index, shape = call.attributes["index"], call.shapes[0]
    numbers = np.arange(int(np.prod(shape, dtype=int))).reshape(shape)
    arrays = tuple(np.zeros(each, int) for each in call.shapes[2:])
    chosen = numbers[resolved(index, arrays)].shape if numbers.size else (0,)
    where, all_places = _selection(index, shape, chosen), _kept(numbers)
    order = _kept(np.arange(int(np.prod(chosen, dtype=int))))

    def put(x: Any, value: Any, *arrays: Any) -> Any:
        if not x.numel():
            return x
        values = torch.as_tensor(value, dtype=x.dtype, device=x.device).expand(chosen).reshape(-1)
        places = where(all_places(x), *arrays).reshape(-1)
        # The value that stays at each entry: the last one.
        owner = torch.full((numbers.size,), -1, device=x.device).scatter_reduce(0, places, order(x), "amax")
        found = values[owner.clamp(min=0)] if len(values) else x.reshape(-1)
        return torch.where(owner >= 0, found, x.reshape(-1)).reshape(shape)

    return put


def _kept(array: Any) -> Callable[[Any], Any]:
    """An array as a tensor on the device of another one; it is moved once."""
    kept: dict[Any, Any] = {}

    def on(other: Any) -> Any:
        if other.device not in kept:
            kept[other.device] = torch.as_tensor(array, device=other.device)
        return kept[other.device]

    return on


def _selection(index: tuple[Any, ...], x: tuple[int, ...], shape: tuple[int, ...]) -> Kernel:
    forward, turned, index = _forward(index, x)
    if not any(isinstance(part, str | tuple) for part in index):
        if not turned:
            return lambda x: x[index]
        return lambda x: x[forward].flip(turned)[index]
    # An integer among arrays is an array too.
    parts = [_kept(np.array(part).reshape(-1)) if isinstance(part, int) else part for part in index]
    parts = [_kept(np.array(part, dtype=int)) if isinstance(part, tuple) else part for part in parts]

    def select(x: Any, *arrays: Any) -> Any:
        given = [each.to(torch.int64).reshape(each.shape or (1,)) for each in arrays]
        chosen = [
            given[int(part[1:]) - 1] if isinstance(part, str) else part(x) if callable(part) else part for part in parts
        ]
        x = x[forward].flip(turned) if turned else x
        return x[tuple(chosen)].reshape(shape)

    return select


def _forward(index: tuple[Any, ...], x: tuple[int, ...]) -> tuple[tuple[slice, ...], tuple[int, ...], tuple[Any, ...]]:
    """Slices that go forward, the axes to turn around after them, and the index of what is left."""
    taken = sum(part is not None and part is not Ellipsis for part in index)
    place = index.index(Ellipsis) if any(part is Ellipsis for part in index) else len(index)
    whole = (*index[:place], *(FULL,) * (len(x) - taken), *index[place + 1 :])
    slices, turned, left = list[slice](), list[int](), list[Any]()
    for part in whole:
        if part is not None:
            if isinstance(part, slice) and (part.step or 1) < 0:
                numbers = range(*part.indices(x[len(slices)]))[::-1]
                turned.append(len(slices))
                slices.append(slice(numbers.start, numbers.stop, numbers.step) if numbers else slice(0, 0))
                left.append(FULL)
                continue
            slices.append(FULL)
        left.append(part)
    return tuple(slices), tuple(turned), tuple(left) if turned else index
