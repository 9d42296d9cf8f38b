"""Trace a Python function as a graph."""

import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from graphviz_nn.errors import Error, TracingError, suggest
from graphviz_nn.graph.check import recorded
from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.text import mathematics
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.chance import Watch
from graphviz_nn.tracing.foreign import imported
from graphviz_nn.tracing.memory import overwrite, viewed
from graphviz_nn.tracing.recording import Recording, opened
from graphviz_nn.tracing.refusals import of_objects, told
from graphviz_nn.tracing.specs import Spec
from graphviz_nn.tracing.structure import Path, leaves, names, replaced, spelled
from graphviz_nn.tracing.tracer import Incomplete, Tracer, apply, holds_tracer, recording_of

F = TypeVar("F", bound=Callable[..., Any])

SELF = "self"


def trace(function: Any, /, *examples: Any, **specs: Any) -> Graph:
    """Trace a function, and return the graph that it computes.

    Parameters
    ----------
    function : callable, module of PyTorch, or path
        Ordinary NumPy code; a model of another framework; or a file with a model.
    *examples
        The specs of a function's first arguments, in order. For a model of another framework, tensors like those that
        it takes, or their shapes as `input`.
    **specs
        For each argument an `input`, `target`, `parameter` or `constant`, or a list, tuple, dict, dataclass or object
        that contains specs, at any depth. The keys on the path to a spec name its variable, ``enc_w``. You can leave
        out an argument whose default is a spec. Arrays and numbers are passed unchanged. If you trace a method, its
        object's attributes can be specs too.

    Raises
    ------
    TracingError
        If the function can't be traced; the error says what to write instead.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, target
    >>> def loss(x, y, theta):
    ...     score = theta @ x
    ...     return (score - y) ** 2
    >>> graph = trace(loss, x=input(2), y=target(()), theta=parameter(2))
    >>> list(graph.operations)
    ['matmul', 'subtract', 'power']
    >>> graph.outputs
    ('loss',)
    """
    found = imported(function, examples, specs)
    if found is not None:
        return found
    recording = Recording()
    title = getattr(function, "__name__", type(function).__name__)
    owner, call = _owner(function)
    arguments = _arguments(function, title, examples, specs)
    whole = arguments if owner is None else {SELF: owner, **arguments}
    traced, structures = _entered(recording, whole)
    if not recording.values:
        raise TracingError(
            f"{title} has no traced argument; give each a spec: graphviz_nn.trace({title}, x=graphviz_nn.input(2))"
        )
    itself = [] if owner is None else [traced.pop(SELF)]
    line = frames.definition(function)
    if not frames.is_defined_here(function):
        recording.watch = Watch(function, arguments)
    with running(recording):
        returned = call(*itself, **traced)
    outputs = list(dict.fromkeys(_leave(recording, returned, None, title)))
    frozen = recording.watch.drawn(line) if recording.watch is not None else ()
    facts = {"source": line, "frozen": frozen}
    graph = recording.graph(
        outputs, {"name": title, **structures, **{key: each for key, each in facts.items() if each}}
    )
    if attributes := _attributes(function, recording, graph):
        graph.graph["attributes"] = attributes
    titled = [name for number, name in zip(outputs, graph.outputs, strict=True) if recording.values[number].titled]
    if titled:
        graph.graph["titled"] = tuple(titled)
    return recorded(graph)


@contextmanager
def running(recording: Recording) -> Iterator[None]:
    """Record while the author's code runs; what it does wrong with traced values is told with its line."""
    try:
        with opened(recording), recording.watch or nullcontext():
            yield
    except Error:
        raise
    except Exception as error:
        refused = told(error, lambda value: isinstance(value, Tracer))
        if refused is None:
            raise
        raise refused from error


def _arguments(
    function: Callable[..., Any], title: str, examples: Sequence[Any], specs: Mapping[str, Any]
) -> dict[str, Any]:
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError) as error:
        raise TracingError(f"{title} isn't a function that can be traced: {error}") from None
    positional = [name for name, each in parameters.items() if each.kind is each.POSITIONAL_OR_KEYWORD]
    if len(examples) > len(positional):
        raise TracingError(f"{title} takes {len(positional)} arguments in order, found {len(examples)} specs")
    for name in positional[: len(examples)]:
        if name in specs:
            raise TracingError(f"{title} has two specs for its argument {name!r}; leave one out")
    specs = {**dict(zip(positional, examples, strict=False)), **specs}
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    for name in specs:
        if name not in parameters and not takes_any:
            raise TracingError(f"{title} has no argument {name!r}: {suggest(name, parameters)}")
    found = {}
    for name, parameter in parameters.items():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if parameter.kind is parameter.POSITIONAL_ONLY:
            raise TracingError(f"{title} takes {name!r} by position only; drop the '/' from its signature")
        if name in specs:
            found[name] = specs[name]
        elif parameter.default is parameter.empty:
            raise TracingError(
                f"{title} needs its argument {name!r}; "
                f"add {name}=graphviz_nn.input(shape), target, parameter or constant"
            )
        elif has_spec(parameter.default):
            found[name] = parameter.default
    return {**found, **{name: spec for name, spec in specs.items() if name not in found}}


def has_spec(value: Any) -> bool:
    """Whether a value contains a spec, at any depth."""
    return any(isinstance(each, Spec) for _, each in leaves(value))


def _owner(function: Callable[..., Any]) -> tuple[Any, Callable[..., Any]]:
    """The object of a traced method whose attributes contain specs, and the method as a function."""
    if inspect.ismethod(function):
        owner, plain = function.__self__, function.__func__
    else:
        owner, plain = function, type(function).__call__
    return (owner, plain) if has_spec(owner) else (None, function)


def _attributes(function: Callable[..., Any], recording: Recording, graph: Graph) -> tuple[tuple[str, str], ...]:
    """The constants that are arrays of the object of a traced method, with their paths."""
    owner = function.__self__ if inspect.ismethod(function) else function
    ways = {
        id(kept): f"self.{'.'.join(map(str, path))}"
        for path, leaf in leaves(owner)
        if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f"
        for kept in recording.held(leaf)
    }
    constants = ((name, ways.get(id(variable.value))) for name, variable in graph.leaves.items())
    return tuple((name, way) for name, way in constants if way)


def _entered(recording: Recording, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The traced arguments; the structure of nested ones becomes a fact of the graph."""
    found = [(path, spec) for name, value in arguments.items() for path, spec in leaves(value, (name,))]
    paths = [path for path, spec in found if isinstance(spec, Spec)]
    called = dict(zip(paths, names(paths), strict=True))
    for name, count in Counter(called.values()).items():
        if count > 1:
            ways = " and ".join(spelled(path) for path, each in called.items() if each == name)
            raise TracingError(f"two arguments are called {name!r}, {ways}; rename one")

    def enter(path: Path, leaf: Spec) -> Tracer:
        add = recording.random if leaf.variable.role == "random" else recording.add
        return Tracer(recording, add(leaf.variable, called[path], fixed=True))

    traced = {name: replaced(value, Spec, enter, (name,)) for name, value in arguments.items()}
    structures: dict[Any, Any] = {}
    for path, name in called.items():
        if len(path) > 1 and path[0] != SELF:
            inner = structures
            for key in path[:-1]:
                inner = inner.setdefault(key, {})
            inner[path[-1]] = name
    return traced, {"structures": structures} if structures else {}


def _leave(recording: Recording, returned: Any, name: str | None, title: str) -> list[int]:
    """The numbers of a function's results; a result without a name gets that of the function."""
    if isinstance(returned, Tracer):
        if returned.recording is not recording:
            raise TracingError(f"{title} returned a value of another trace; pass it as an argument")
        value = recording.values[returned.number]
        if value.name is None:
            value.name = name or (title if title.isidentifier() else "output")
            value.titled = name is None
        return [returned.number]
    if isinstance(returned, Mapping) and returned:
        return [n for key, each in returned.items() for n in _leave(recording, each, str(key), title)]
    if isinstance(returned, list | tuple) and returned:
        return [n for each in returned for n in _leave(recording, each, name, title)]
    if isinstance(returned, np.ndarray) and returned.dtype == object and holds_tracer(returned.ravel().tolist()):
        raise of_objects()
    if isinstance(returned, Incomplete):
        raise returned.refused()
    if returned is None:
        raise TracingError(f"{title} returned None; end it with 'return' and the result")
    raise TracingError(
        f"{title} returned a {type(returned).__name__} that depends on no traced argument "
        f"({str(returned)[:60]}); "
        "return an array computed from the arguments, or a tuple or dict of such"
    )


def label(value: Any, tex: str) -> Any:
    """Return the same value with TeX (with or without dollars) as its label in pictures; arrays pass unchanged.

    Examples
    --------
    >>> from graphviz_nn.tracing import parameter
    >>> graph = trace(lambda t: label(t**2, "L"), t=parameter(()))
    >>> graph.variable("output").label
    'L'
    """
    if isinstance(value, Tracer):
        known = value.recording.values[value.number]
        known.variable = replace(known.variable, label=mathematics(tex) if isinstance(tex, str) else tex)
    return value


def passed(recording: Recording, before: int, result: Any) -> Any:
    """The result of a call; if it existed before, an identity step makes the call visible."""
    if isinstance(result, Tracer) and result.number < before and result.dtype.kind != "b":
        # It stays the array that it was, also if one of both is assigned to.
        return viewed(apply("positive", result), result, lambda p: p, overwrite)
    return result


def function(wrapped: F) -> F:
    """Make a Python function one operation in pictures.

    The function still works on arrays. A trace records its steps as one call. The view "operations" folds the call into
    one node, and the view "scalars" opens it.

    Examples
    --------
    >>> from graphviz_nn.tracing import input
    >>> @function
    ... def swish(z):
    ...     return z / (1 + np.exp(-z))
    >>> graph = trace(lambda x: swish(x), x=input(3))
    >>> {operation.scope for operation in graph.operations.values()}
    {('swish:1',)}
    """

    @wraps(wrapped)
    def call(*arguments: Any, **keywords: Any) -> Any:
        recording = recording_of((arguments, keywords))
        if recording is None:
            return wrapped(*arguments, **keywords)
        before = len(recording.values)
        if not frames.is_defined_here(wrapped):
            recording.functions[wrapped.__name__] = None
        with recording.inside(wrapped.__name__):
            found = passed(recording, before, wrapped(*arguments, **keywords))
        if isinstance(found, list | tuple):
            for place, each in enumerate(found):
                if isinstance(each, Tracer) and each.number >= before:
                    recording.name_parts([each], place)
        return found

    return call  # type: ignore[return-value]
