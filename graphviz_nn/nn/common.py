"""What all layers share: tracing as one operation, and checks of arguments."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, Never, TypeVar

import numpy as np

from graphviz_nn.errors import ShapeError, UsageError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.tracing import frames, function
from graphviz_nn.tracing.tracer import Tracer, recording_of

F = TypeVar("F", bound=Callable[..., Any])


def layer(wrapped: F) -> F:
    """Like `function`, for layers of this package: lists become arrays, and only the result gets the caller's name."""
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
    """`` (model.py:12)``, the running line of the user's code."""
    frame = frames.user_frame()
    # The initializers that `dataclass` generates have no file, but belong to this package.
    while frame is not None and frame.f_globals.get("__name__", "").startswith("graphviz_nn."):
        frame = frame.f_back
    source = frames.source(frame)
    return f" ({source})" if source else ""


def spelling(value: Any, number: float, text: str) -> AbstractContextManager[None]:
    """Let pictures show a number beside a traced value as it is spelled in a layer's formula, in this context."""
    recording = recording_of(value)
    return nullcontext() if recording is None else recording.spelling(number, text)


def mean(values: Any) -> Any:
    """The mean of several values; a single number as it is."""
    return np.mean(values) if np.ndim(values) else values


def is_whole(array: Any) -> bool:
    """Whether an array, traced or not, contains integers."""
    dtype = array.dtype if isinstance(array, Tracer) else np.asarray(array).dtype
    return bool(dtype.kind in "iu")


def refuse(name: str, problem: str) -> Never:
    """Raise a `ShapeError` with the layer and the user's line."""
    raise ShapeError(f"{name}{where()}: {problem}")


def expect(name: str, what: str, array: Any, wanted: Shape, beside: str) -> None:
    """Refuse an array whose shape isn't `wanted`; `beside` names the array that it must match."""
    if np.shape(array) != wanted:
        refuse(name, f"the {what} must have shape {wanted} to match {beside}, found {np.shape(array)}")


def whole(name: str, what: str, value: Any, least: int = 1) -> int:
    """Check a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise UsageError(f"{name}{where()}: {what} must be a whole number of at least {least}, found {value!r}")
    return int(value)


def per_axis(name: str, what: str, value: Any, axes: int, least: int = 1) -> tuple[int, ...]:
    """A whole number for each axis, from one number or a tuple."""
    values = tuple(value) if np.ndim(value) else (value,) * axes
    if len(values) != axes:
        raise UsageError(f"{name}{where()}: {what} must be one number or {axes}, found {value!r}")
    return tuple(whole(name, what, each, least) for each in values)
