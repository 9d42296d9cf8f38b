"""Functions of a model that have a backward pass of their own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils.checkpoint import CheckpointFunction


@contextmanager
def own_backward(remarks: list[str]) -> Iterator[None]:
    """Remark on each `torch.autograd.Function` that runs here: the trace shows only what it computes forwards.

    A checkpoint runs its part of the model as if it were written there: its backward pass is the usual one.
    """
    before, here = torch.autograd.Function.__dict__["apply"], threading.get_ident()

    def apply(kind: Any, *arguments: Any, **keywords: Any) -> Any:
        if threading.get_ident() == here:
            if kind is CheckpointFunction:
                return arguments[0](*arguments[2:])
            remark = f"{kind.__name__} has a backward pass of its own; here, the gradient is that of its forward pass"
            if not kind.__module__.startswith("torch.") and remark not in remarks:
                remarks.append(remark)
        return before.__get__(None, kind)(*arguments, **keywords)

    torch.autograd.Function.apply = classmethod(apply)  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        torch.autograd.Function.apply = before  # type: ignore[method-assign]
