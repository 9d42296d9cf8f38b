"""The shapes that functions give, remembered by those of their arguments: models repeat their layers."""

from collections.abc import Callable
from typing import Any

import torch

from graphviz_nn.importers.pytorch.rehearsal.twins import META, without_numbers
from graphviz_nn.importers.pytorch.tensors import tensors_in, with_tensors


class Shapes:
    """What functions of tensors without numbers gave."""

    def __init__(self) -> None:
        self._found: dict[Any, Any] = {}
        one = torch.empty(1, device=META)
        self._sees_memory = one.view(1, 1).untyped_storage() is one.untyped_storage()

    def run(self, function: Callable[..., Any], arguments: Any, keywords: Any) -> Any:
        """What a function gives. One that only made tensors isn't run again with such arguments."""
        key = function, _described((arguments, keywords))
        if key in self._found:
            return with_tensors(self._found[key], without_numbers)
        given = list(tensors_in((arguments, keywords)))
        before = [each._version for each in given]
        found = function(*arguments, **keywords)
        memory, results = [each.untyped_storage() for each in given], list(tensors_in(found))
        is_shared = any(each.untyped_storage() is taken for each in results for taken in memory)
        if self._sees_memory and results and not is_shared and before == [each._version for each in given]:
            self._found[key] = with_tensors(found, without_numbers)
        return found


def _described(value: Any) -> Any:
    """What decides the shapes of results: those of tensors, and plain values."""
    if isinstance(value, torch.Tensor):
        return value.shape, value.stride(), value.dtype
    if isinstance(value, list | tuple):
        return (type(value), *map(_described, value))
    if isinstance(value, dict):
        return tuple((key, _described(each)) for key, each in value.items())
    return type(value), value
