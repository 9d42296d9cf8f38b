"""Tensors as a graph knows them, and the lines of the user's code."""

import linecache
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import torch

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Array, Role, Source
from graphviz_nn.importers.lines import LIBRARIES, own_lines
from graphviz_nn.importers.pytorch.aten.table import dtype_name
from graphviz_nn.importers.replay import Known

HERE = str(Path(__file__).resolve().parents[2])


class AxisError(TracingError):
    """An axis has no fixed length."""


def known(value: Any) -> Known:
    """The shape and the dtype of a tensor, or of a number."""
    if not isinstance(value, torch.Tensor):
        kinds = {bool: "bool", int: "int64"}
        return Known((), kinds.get(type(value), "float64"))
    if any(isinstance(length, torch.SymInt) for length in value.shape):
        raise AxisError(
            f"an axis of shape {tuple(map(str, value.shape))} has no fixed length; "
            "export the program without dynamic_shapes"
        )
    return Known(tuple(int(length) for length in value.shape), dtype_name(value.dtype))


def array_of(tensor: torch.Tensor) -> Array | None:
    """The numbers of a tensor, without a copy where NumPy has its dtype; None if it has none."""
    if tensor.device.type == "meta":
        return None
    found: Array = tensor.detach().cpu().resolve_conj().to(getattr(torch, known(tensor).dtype)).numpy()
    return found


def as_written(path: str) -> str:
    """The path of a module or a tensor in the user's code, without what torch.compile wraps around a module.

    >>> as_written("body._orig_mod.0.weight"), as_written("_orig_mod.weight")
    ('body.0.weight', 'weight')
    """
    return ".".join(part for part in path.split(".") if part != "_orig_mod")


def role_of(tensor: torch.Tensor, array: Array | None) -> Role:
    """A parameter that is learned, otherwise a constant; without numbers nothing is constant."""
    is_learned = isinstance(tensor, torch.nn.Parameter) and tensor.requires_grad
    return "parameter" if is_learned or array is None else "constant"


class Line(NamedTuple):
    """A line of the user's code, with the lines that called it, outermost first, and its own as the last."""

    source: Source
    text: str
    way: tuple[Source, ...] = ()

    def goes_on(self, following: "Line | None") -> bool:
        """Whether the next step belongs to the same statement, perhaps within what it calls."""
        return following is not None and following.way[: len(self.way)] == self.way

    @property
    def name(self) -> str | None:
        """The name that the line gives its value, as in ``h = self.conv(x)``.

        >>> Line(Source("model.py", 3), "h: Tensor = self.conv(x)").name
        'h'
        """
        found = re.match(r"(?:self\.)?([A-Za-z_]\w*)\s*(?::[^=]+)?(?:[-+*/@]=|=(?!=))", self.text)
        return found[1] if found else None


def line_of(stack_trace: str | None) -> Line | None:
    """The innermost line of the user's own code."""
    own = own_lines(stack_trace or "")
    return Line(*own[-1], tuple(source for source, _ in own)) if own else None


def line_at(frame: FrameType | None, outermost: CodeType) -> Line | None:
    """The innermost line of the user's own code that is running, within a function."""
    way = list[tuple[FrameType, Source]]()
    while frame is not None and frame.f_code is not outermost:
        name = own_name(frame.f_code.co_filename)
        if name is not None:
            way.append((frame, Source(name, frame.f_lineno)))
        frame = frame.f_back
    if not way:
        return None
    inner, source = way[0]
    text = linecache.getline(inner.f_code.co_filename, source.line, inner.f_globals).strip()
    return Line(source, text, tuple(each for _, each in reversed(way)))


@cache
def own_name(file: str) -> str | None:
    """The name of a file of the user's own; None for one of a library."""
    is_own = not LIBRARIES & set(Path(file).parts) and not file.startswith((HERE, "<"))
    return Path(file).name if is_own else None


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in nested values."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from tensors_in(each)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from tensors_in(each)


def with_tensors(value: Any, change: Callable[[torch.Tensor], Any]) -> Any:
    """The same structure with other things in place of tensors."""
    if isinstance(value, torch.Tensor):
        return change(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(with_tensors(each, change) for each in value))
    if isinstance(value, list | tuple):
        kind = list if isinstance(value, list) else tuple
        return kind(with_tensors(each, change) for each in value)
    if isinstance(value, Mapping):
        return {key: with_tensors(each, change) for key, each in value.items()}
    return value
