"""Functions with a gradient rule of the author's."""

from collections.abc import Callable
from functools import wraps
from inspect import Signature, signature
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from graphviz_nn.errors import GradientError, TracingError, UsageError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.many import Argument, batching
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.recording import Recording
from graphviz_nn.tracing.registry import op
from graphviz_nn.tracing.tracer import Tracer, apply, here, recording_of

F = TypeVar("F", bound=Callable[..., Any])

CUSTOM = "custom_gradient"
AGAIN = "#"


class Custom(NamedTuple):
    """A function and its gradient rule."""

    function: Callable[..., Any]
    rule: Callable[..., Any]

    @property
    def title(self) -> str:
        """The function, with its line."""
        line = frames.definition(self.function)
        return f"{self.function.__name__} ({line})" if line else self.function.__name__


RULES: dict[str, Custom] = {}
"""The functions by the name that graphs know them by."""


def custom_gradient(rule: Callable[..., Any]) -> Callable[[F], F]:
    """Give a function a gradient rule of its own, instead of the one that follows from its steps.

    The function still works on arrays. A trace records its steps as one call, like those of `function`; its gradient is
    that of the rule, which is differentiated for second derivatives. `check_gradients` compares the rule with the
    function, and names the function where they differ.

    Parameters
    ----------
    rule : callable
        ``rule(g, y, *arguments)``, ordinary NumPy code: `g` is the gradient by the result `y`. It returns the gradient
        by the argument, or with several arguments a tuple of one for each, None where there is none.

    Examples
    --------
    >>> def rule(g, y, x):
    ...     return g * y
    >>> @custom_gradient(rule)
    ... def exponential(x):
    ...     return np.exp(np.minimum(x, 700))
    >>> from graphviz_nn.tracing import parameter, trace
    >>> from graphviz_nn.transforms.gradient import gradient
    >>> graph = gradient(trace(lambda t: exponential(t), t=parameter(())))
    >>> [operation.op for operation in graph.operations.values()]
    ['minimum', 'exp', 'custom_gradient', 'multiply']
    """
    if not callable(rule):
        raise UsageError(f"custom_gradient takes a gradient rule, found {rule!r:.60}; write @custom_gradient(rule)")
    if _is_decorated(rule):
        raise UsageError(
            f"@custom_gradient goes before {rule.__name__}{frames.where()} without a gradient rule; write "
            "@custom_gradient(rule), where rule(g, y, *arguments) returns the gradient by each argument"
        )

    def decorate(wrapped: F) -> F:
        if not callable(wrapped):
            raise UsageError(f"@custom_gradient(rule) goes before a function, found {wrapped!r:.60}")
        _check_arguments(rule, wrapped)
        known = _registered(Custom(wrapped, rule))

        @wraps(wrapped)
        def call(*arguments: Any, **keywords: Any) -> Any:
            if keywords:
                raise TracingError(
                    f"{wrapped.__name__}{frames.where()} has its own gradient rule, which takes arguments in order; "
                    f"write them without {', '.join(f'{each}=' for each in keywords)}"
                )
            recording = recording_of(arguments)
            if recording is None:
                return wrapped(*arguments)
            recording.functions[wrapped.__name__] = None
            with recording.inside(wrapped.__name__):
                y = wrapped(*arguments)
                if not isinstance(y, Tracer):
                    raise TracingError(
                        f"{RULES[known].title} returned a {type(y).__name__}; a function with its own gradient rule "
                        "returns one array computed from its arguments"
                    )
                return apply(CUSTOM, here(CUSTOM, recording, y), *arguments, rule=known)

        return call  # type: ignore[return-value]

    return decorate


def _is_decorated(rule: Callable[..., Any]) -> bool:
    """Whether what should be a rule is the function after ``@custom_gradient``, which is running."""
    frame, code = frames.user_frame(), getattr(rule, "__code__", None)
    if frame is None or code is None or code.co_name == "<lambda>" or code.co_filename != frame.f_code.co_filename:
        return False
    first = code.co_firstlineno
    body = min((line for *_, line in code.co_lines() if line is not None and line > first), default=first + 1)
    return bool(first <= frame.f_lineno < body)


def _check_arguments(rule: Callable[..., Any], function: Callable[..., Any]) -> None:
    """Raise if a rule can't take what it is called with, whatever number of arguments the function is given."""
    try:
        given, taken = signature(function).parameters.values(), signature(rule)
    except (TypeError, ValueError):
        return
    ordered = [each for each in given if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    if any(each.kind is each.VAR_POSITIONAL for each in given):
        return
    least = sum(each.default is each.empty for each in ordered)
    if any(_takes(taken, 2 + count) for count in range(least, len(ordered) + 1)):
        return
    names = ", ".join(["g", "y", *(each.name for each in ordered)])
    raise UsageError(
        f"the gradient rule {getattr(rule, '__name__', 'rule')}{taken} can't take the arguments of "
        f"{function.__name__}{frames.where()}; write it as rule({names})"
    )


def _takes(taken: Signature, count: int) -> bool:
    try:
        taken.bind(*[None] * count)
    except TypeError:
        return False
    return True


def _registered(custom: Custom) -> str:
    """The name of a function in graphs; functions that share a name are numbered."""
    name = f"{custom.function.__module__}.{custom.function.__qualname__}"
    found, count = name, 1
    while found in RULES:
        count += 1
        found = f"{name} {AGAIN}{count}"
    RULES[found] = custom
    return found


def custom_of(name: str) -> Custom:
    """The function of a name in a graph.

    Raises
    ------
    GradientError
        If it isn't known in this process.
    """
    if name not in RULES:
        raise GradientError(f"the gradient rule of {name} isn't known here; import the module that defines it")
    return RULES[name]


def pulled(custom: Custom, g: Any, y: Any, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """What a rule gives for each argument.

    Raises
    ------
    GradientError
        If it isn't one gradient for each argument, of its shape.
    """
    found = custom.rule(g, y, *arguments)
    each = tuple(found) if isinstance(found, list | tuple) else (found,)
    if len(each) != len(arguments):
        raise GradientError(
            f"the gradient rule of {custom.title} returned {len(each)} gradients for {len(arguments)} arguments; "
            "return a tuple of one for each, None where there is none"
        )
    for place, (part, argument) in enumerate(zip(each, arguments, strict=True)):
        if part is not None and np.shape(part) != np.shape(argument):
            raise GradientError(
                f"the gradient rule of {custom.title} returned shape {np.shape(part)} for argument {place}, "
                f"which has {np.shape(argument)}"
            )
    return each


# What rules gave in a trace: all arguments of a call are asked for one by one.
_GIVEN: "WeakKeyDictionary[Recording, dict[Any, tuple[Any, ...]]]" = WeakKeyDictionary()


def once(recording: Recording, key: Any, compute: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
    """The result of a computation, recorded once in a trace."""
    given = _GIVEN.setdefault(recording, {})
    if key not in given:
        given[key] = compute()
    return given[key]


def _pullback(g: Any, y: Any, value: Any, *arguments: Any, slot: int, rule: str, many: tuple[bool, ...] = ()) -> Any:
    if not slot:
        return None
    custom = custom_of(rule)
    if not isinstance(g, Tracer):
        return pulled(custom, g, y, arguments)[slot - 1]
    key = rule, g.number, y.number
    return once(g.recording, key, lambda: pulled(custom, g, y, arguments))[slot - 1]


def _shape(value: Shape, *arguments: Shape, rule: str, many: tuple[bool, ...] = ()) -> Shape:
    """`rule` names the function; `many` says which of the value and the arguments have an axis of examples."""
    return value


def _kernel(value: Any, *_: Any, rule: str, many: tuple[bool, ...] = ()) -> Any:
    return np.positive(value)


def _dtype(value: Any, *_: Any, **__: Any) -> "np.dtype[Any]":
    found: np.dtype[Any] = np.dtype(value)
    return found


op(CUSTOM, _kernel, _shape, _pullback, dtype=_dtype, tex="{0}", glyph=r"\partial", category="custom")


@batching(CUSTOM)
def _each(size: int, value: Argument, *arguments: Argument, rule: str, many: tuple[bool, ...] = ()) -> Any:
    if many:
        raise GradientError(f"{rule} has a gradient rule of its own, and its examples can't have examples again")
    flags = (True, *(each.many for each in arguments))
    return apply(CUSTOM, value.whole(size), *(each.value for each in arguments), rule=rule, many=flags)
