"""What every layer does: be one operation in pictures, and say what doesn't fit."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Never, TypeVar

import numpy as np

from graphviz_nn.errors import ShapeError, UsageError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.tracing import frames, function
from graphviz_nn.tracing.tracer import Tracer, recording_of

F = TypeVar("F", bound=Callable[..., Any])


def layer(wrapped: F) -> F:
    """A `function` of this package: it takes lists for arrays, and only its result is named by the caller."""
    recorded = function(wrapped)

    @wraps(wrapped)
    def call(*arguments: Any, **keywords: Any) -> Any:
        arguments = tuple(_array(each) for each in arguments)
        keywords = {name: _array(each) for name, each in keywords.items()}
        recording = recording_of((arguments, keywords))
        if recording is None:
            return wrapped(*arguments, **keywords)
        before = len(recording.values)
        results = recorded(*arguments, **keywords)
        named = results.number if isinstance(results, Tracer) else None
        for number, value in enumerate(recording.values[before:], before):
            if value.variable.role == "intermediate" and number != named:
                value.name = None
        return results

    return call  # type: ignore[return-value]


def _array(value: Any) -> Any:
    return np.asarray(value) if isinstance(value, list) else value


def where() -> str:
    """`` (model.py:12)`` for the line of the user's code that is running."""
    frame = frames.user_frame()
    # The initializers that `dataclass` writes belong to no file, but to this package.
    while frame is not None and frame.f_globals.get("__name__", "").startswith("graphviz_nn."):
        frame = frame.f_back
    source = frames.source(frame)
    return f" ({source})" if source else ""


def is_whole(array: Any) -> bool:
    """Whether an array, traced or not, holds whole numbers."""
    dtype = array.dtype if isinstance(array, Tracer) else np.asarray(array).dtype
    return bool(dtype.kind in "iu")


def refuse(name: str, problem: str) -> Never:
    """Raise a `ShapeError` that names the layer and the user's line."""
    raise ShapeError(f"{name}{where()}: {problem}")


def expect(name: str, what: str, array: Any, wanted: Shape, beside: str) -> None:
    """Refuse an array of another shape than `wanted`; `beside` says what it must go with."""
    if np.shape(array) != wanted:
        refuse(name, f"the {what} must have shape {wanted} to go with {beside}, found {np.shape(array)}")


def whole(name: str, what: str, value: Any, least: int = 1) -> int:
    """A whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise UsageError(f"{name}{where()}: {what} must be a whole number from {least} on, found {value!r}")
    return int(value)


def per_axis(name: str, what: str, value: Any, axes: int, least: int = 1) -> tuple[int, ...]:
    """A whole number for each axis, from one for all or a tuple."""
    values = tuple(value) if np.ndim(value) else (value,) * axes
    if len(values) != axes:
        raise UsageError(f"{name}{where()}: {what} must be one number or {axes}, found {value!r}")
    return tuple(whole(name, what, each, least) for each in values)
