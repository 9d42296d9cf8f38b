"""One call of a function, traced with its numbers."""

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from graphviz_nn.errors import GradientError, TracingError, UsageError
from graphviz_nn.evaluation.calculus.arguments import put_together
from graphviz_nn.graph.arrays import numbers
from graphviz_nn.graph.check import valid
from graphviz_nn.graph.ir import Graph, Variable
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.chance import Watch
from graphviz_nn.tracing.known import Known, Read
from graphviz_nn.tracing.memory import version
from graphviz_nn.tracing.recording import Recording
from graphviz_nn.tracing.specs import Spec
from graphviz_nn.tracing.structure import Path, names, spelled
from graphviz_nn.tracing.trace import running
from graphviz_nn.tracing.tracer import Tracer, apply, here


class Called(NamedTuple):
    """A traced call.

    Parameters
    ----------
    title : str
        The function, with its line if it is the author's.
    graph : Graph
        What it computes.
    of : str
        The variable that it returns.
    leaves : tuple of str
        The variables of the arguments' numbers, in order.
    wrt : tuple of str
        Those of them that are differentiated by.
    lifted : dict of str to Tracer
        Leaves that are values of a trace around this one.
    reads : tuple
        What the code read of values: the variable, and what it gave.
    assigned : tuple of int
        The places, among the arguments' numbers, of arrays that the function assigned to.
    is_random : bool
        Whether the function drew random numbers, which another call would draw anew.
    """

    title: str
    graph: Graph
    of: str
    leaves: tuple[str, ...]
    wrt: tuple[str, ...]
    lifted: dict[str, Tracer]
    reads: tuple[tuple[str, Read], ...]
    assigned: tuple[int, ...]
    is_random: bool


def name_of(function: Any) -> str:
    """The name of a function, for pictures and errors."""
    name: str = getattr(function, "__name__", type(function).__name__)
    return name


def called(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    keywords: Mapping[str, Any],
    wrt: tuple[int, ...],
    outer: Recording | None,
    *,
    whole: bool = False,
) -> Called:
    """Trace a call of a function.

    Parameters
    ----------
    wrt : tuple of int
        The positions of the arguments to differentiate by.
    outer : Recording, optional
        The open trace around this call, whose values the function may use.
    whole : bool
        Whether Python's whole numbers are values of the graph; otherwise the graph is of these numbers.
    """
    title = _title(function)
    if missing := _described(function, len(arguments), keywords):
        raise UsageError(f"{title} needs a number for {missing}: its default only says what it is like")
    recording = Recording()
    recording.outer = outer
    recording.known = Known(recording, {}, ())
    enter = _Entry(recording, name_of(function), _float(arguments, keywords))
    given = _positions(function, len(arguments))
    traced = [
        put_together(each, enter.varied, (name,), enter.other)
        if place in wrt
        else put_together(each, enter.fixed, (name,), whole=whole)
        for place, (name, each) in enumerate(zip(given, arguments, strict=True))
    ]
    named = {name: put_together(each, enter.fixed, (name,), whole=whole) for name, each in keywords.items()}
    enter.name()
    if outer is None:
        recording.watch = Watch(function, (arguments, keywords))
    with running(recording):
        returned = function(*traced, **named)
        result = _result(recording, returned, title)
    if twice := one_array(assigned := enter.assigned(), enter.given):
        first, second = (enter.spelled(place) for place in twice)
        raise TracingError(
            f"{title} assigns to {first}, which shares its memory with {second}; "
            "give a copy of one of them, such as x.copy()"
        )
    drawn = recording.watch.drawn(None) if recording.watch is not None else ()
    # Made by rules that check each step.
    graph = valid(recording.graph([result], {"name": name_of(function)}))
    of = recording.names
    return Called(
        title,
        graph,
        of[result],
        tuple(of[each] for each in enter.numbers),
        tuple(of[each] for each in enter.moved),
        {of[leaf]: Tracer(around, number) for (around, number), leaf in recording.lifted.items()},
        tuple((of[each.number], each) for each in recording.known.reads.values()),
        assigned,
        bool(drawn),
    )


def one_array(assigned: Collection[int], leaves: Sequence[Any]) -> tuple[int, int] | None:
    """The places of one that is assigned to and of another that is, wholly or partly, the same array."""
    for one in assigned:
        for other, leaf in enumerate(leaves):
            if other != one and (leaf is leaves[one] or _overlap(leaf, leaves[one])):
                return one, other
    return None


def _overlap(one: Any, other: Any) -> bool:
    return isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and np.shares_memory(one, other)


class _Entry:
    """The numbers of arguments on their way into a trace."""

    def __init__(self, recording: Recording, title: str, plain: "np.dtype[Any]") -> None:
        self.recording, self.title, self.plain = recording, title, plain
        self.numbers: list[int] = []
        self.moved: list[int] = []
        self.given: list[Any] = []
        self._paths: list[Path] = []
        self._handles: list[Tracer] = []

    def fixed(self, path: Path, leaf: Any) -> Tracer:
        """Something that isn't differentiated by."""
        return self._enter(path, leaf, "input")

    def varied(self, path: Path, leaf: Any) -> Tracer:
        """Something to differentiate by."""
        found = self._enter(path, leaf, "parameter")
        if found.dtype.kind not in "fc":
            what = f"an array of {found.dtype}" if found.shape else f"a {found.dtype}"
            raise self._no_number(path, what, "convert it with .astype(float)")
        self.moved.append(found.number)
        assert self.recording.known is not None
        self.recording.known.varied[found.number] = True
        return found

    def other(self, path: Path, value: Any) -> None:
        """Refuse what isn't a number among what is differentiated by."""
        if isinstance(value, int):
            raise self._no_number(path, f"the whole number {value!r}", f"write {float(value)!r}")
        if value is None and len(path) == 1:
            raise self._no_number(path, "None", "give a float or an array")
        if value is not None:
            raise self._no_number(path, f"a {type(value).__name__}", "give floats, arrays, or lists and dicts of them")

    def name(self) -> None:
        """Give the leaves their names."""
        for number, name in zip(self.numbers, names(self._paths), strict=True):
            self.recording.values[number].name = name

    def _no_number(self, path: Path, what: str, remedy: str) -> GradientError:
        return GradientError(
            f"{spelled(path)} of {self.title} is {what}{frames.where()}, which has no gradient; {remedy}"
        )

    def _enter(self, path: Path, leaf: Any, role: Any) -> Tracer:
        known: Any
        if isinstance(leaf, Tracer):
            shape, dtype, known = leaf.shape, leaf.dtype.name, (leaf.recording, leaf.number)
        else:
            try:
                known = numbers(leaf)
            except ValueError as error:
                raise TracingError(f"{spelled(path)} of {self.title}{frames.where()} {error}") from None
            known = known.astype(self.plain) if type(leaf) is float else known
            shape, dtype = known.shape, known.dtype.name
        number = self.recording.add(Variable(shape, dtype, role))
        assert self.recording.known is not None
        self.recording.known.leaves[number] = known
        self.numbers.append(number)
        self._paths.append(path)
        self.given.append(leaf)
        self._handles.append(Tracer(self.recording, number))
        return self._handles[-1]

    def assigned(self) -> tuple[int, ...]:
        """The places of what the function assigned to."""
        return tuple(place for place, handle in enumerate(self._handles) if version(handle))

    def spelled(self, place: int) -> str:
        return spelled(self._paths[place])


def _float(arguments: Any, keywords: Any) -> "np.dtype[Any]":
    """The dtype of Python's floats in a call: they adapt to the arrays beside them."""
    found: list[Any] = []

    def see(_: Path, leaf: Any) -> Any:
        if hasattr(leaf, "dtype"):
            found.append(leaf.dtype)
        return leaf

    put_together((arguments, dict(keywords)), see)
    floating = [each for each in found if each.kind == "f"]
    return np.result_type(*floating) if floating else np.dtype(float)


def _positions(function: Any, count: int) -> list[str]:
    """The names of the arguments in order; those without one are numbered."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        parameters = ()  # type: ignore[assignment]
    found = [each.name for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    return [*found, *(f"x{place}" for place in range(len(found), count))][:count]


def _described(function: Any, count: int, keywords: Collection[str]) -> str:
    """The first argument that isn't given, and whose default is a spec; "" if there is none."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return ""
    left = (each for each in parameters[count:] if each.name not in keywords)
    return next((each.name for each in left if isinstance(each.default, Spec)), "")


def _title(function: Any) -> str:
    line = frames.definition(function)
    return f"{name_of(function)} ({line})" if line else name_of(function)


def _result(recording: Recording, returned: Any, title: str) -> int:
    """The number of what a function returned."""
    if isinstance(returned, list | tuple | dict) or returned is None:
        what = "None; end it with 'return' and the result" if returned is None else f"a {type(returned).__name__}; "
        remedy = "" if returned is None else "return one number or array, such as np.stack([a, b]) for [a, b]"
        raise TracingError(f"{title} returned {what}{remedy}")
    if isinstance(returned, Tracer):
        found = here(title, recording, returned)
    else:
        try:
            value = numbers(returned)
        except ValueError as error:
            raise TracingError(f"what {title} returned {error}") from None
        found = Tracer(recording, recording.constant(value))
    if found.dtype.kind != "f":
        remedy = "np.real(z) or np.abs(z) of it" if found.dtype.kind == "c" else "a floating-point number or array"
        raise GradientError(f"{title} returned {found.dtype}, which has no gradient; return {remedy}")
    if recording.values[found.number].variable.role == "constant" or found.number in recording.lifted.values():
        found = apply("positive", found)
    return found.number
