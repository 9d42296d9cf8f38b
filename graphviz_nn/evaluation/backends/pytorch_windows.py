"""PyTorch's own convolutions and pooling, on the lines that the pass of `windows` writes."""

from typing import Any

import torch
from torch.nn import functional, grad

from graphviz_nn.evaluation.backends.calls import Call, Kernel, Prepared
from graphviz_nn.evaluation.backends.windows import Windows


def _named(module: Any, name: str, found: Windows) -> Any:
    return getattr(module, name.format(len(found.size)))


def _weight(rows: Any, found: Windows) -> Any:
    return rows.reshape(-1, found.channels, *found.size)


def _images(columns: Any, found: Windows) -> Any:
    return columns.reshape(*columns.shape[:-1], *found.steps)


def _convolution(call: Call) -> Kernel:
    found = call.attributes["windows"]
    function = _named(functional, "conv{}d", found)
    return lambda x, rows: function(x, _weight(rows, found), stride=found.stride, dilation=found.dilation).flatten(
        -len(found.size)
    )


def _by_weight(call: Call) -> Kernel:
    found = call.attributes["windows"]
    function, shape = _named(grad, "conv{}d_weight", found), (call.shape[0], found.channels, *found.size)
    return lambda x, g: function(x, shape, _images(g, found), found.stride, 0, found.dilation).reshape(call.shape)


def _by_input(call: Call) -> Kernel:
    found = call.attributes["windows"]
    function = _named(grad, "conv{}d_input", found)
    return lambda turned, g: function(
        found.shape, _weight(turned.mT, found), _images(g, found), found.stride, 0, found.dilation
    )


def _average_pooling(call: Call) -> Kernel:
    found = call.attributes["windows"]
    function = _named(functional, "avg_pool{}d", found)
    return lambda x: function(x, found.size, found.stride)


def _overlapped(call: Call) -> Kernel:
    found, axis = call.attributes["windows"], len(call.shape) - len(call.attributes["windows"].size)
    places = [(..., *each) for each in found.places]
    # Windows that don't overlap are copied.
    is_apart = all(s >= d * (n - 1) + 1 for n, s, d in zip(found.size, found.stride, found.dilation, strict=True))
    put = torch.Tensor.copy_ if is_apart else torch.Tensor.add_

    def kernel(x: Any) -> Any:
        result = torch.zeros(call.shape, dtype=x.dtype, device=x.device)
        for place, part in zip(places, x.unbind(axis), strict=True):
            put(result[place], part)
        return result

    return kernel


KERNELS = {
    "convolution": Prepared(_convolution),
    "convolution_by_weight": Prepared(_by_weight),
    "convolution_by_input": Prepared(_by_input),
    "average_pooling": Prepared(_average_pooling),
    "overlapped": Prepared(_overlapped),
}
