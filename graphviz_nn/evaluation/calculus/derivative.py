"""Derivatives of Python functions as functions: traced at the first call, and run as a program at the next ones."""

import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache, update_wrapper
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from graphviz_nn.errors import BranchWarning, UsageError
from graphviz_nn.evaluation.calculus.arguments import filled, take_apart
from graphviz_nn.evaluation.calculus.called import Called, called, name_of
from graphviz_nn.evaluation.calculus.derived import Derived, Like, Rule
from graphviz_nn.evaluation.calculus.programs import BRANCHES, programs_of
from graphviz_nn.evaluation.calculus.surroundings import Surroundings
from graphviz_nn.evaluation.calculus.variant import Variant
from graphviz_nn.evaluation.calculus.whole import are_small, may_be_values
from graphviz_nn.tracing.recording import Recording, open_recording
from graphviz_nn.tracing.tracer import Tracer, here, recording_of
from graphviz_nn.transforms.splice import spliced

CACHED = type(lru_cache(len))


class Derivative:
    """A derivative of a function, with the function's arguments.

    Parameters
    ----------
    function : callable
        The function.
    argnum : int or tuple of int
        The positions of the arguments to differentiate by.
    rule : callable
        What is computed.
    give : callable
        ``give(results, arguments)`` returns it to the caller; the results are the value, if the rule has it, and the
        derivatives by each number of the arguments.
    through : callable, optional
        Makes of the function the one that is differentiated.
    name : str, optional
        What it is called, by default like the rule.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        argnum: Any,
        rule: Rule,
        give: Callable[..., Any],
        *,
        through: Callable[[Callable[..., Any]], Callable[..., Any]] = lambda function: function,
        name: str = "",
    ) -> None:
        self.kind = name or rule.__name__
        if not callable(function):
            raise UsageError(f"{self.kind} takes a function, found {function!r:.60}; write {self.kind}(f)(x)")
        # A cache would keep values of one trace for the next.
        function = function.__wrapped__ if type(function) is CACHED else function
        self.function, self.rule, self._give = function, rule, give
        self._argnum = argnum
        self._through = through
        self._wrt = positions(argnum)
        self._programs = programs_of(function, (self.kind, self._wrt))
        update_wrapper(self, function, ("__module__", "__doc__"), ())
        title = name_of(function)
        self.__name__ = f"{self.kind}_{title}" if title.isidentifier() else self.kind

    def __repr__(self) -> str:
        return f"<{self.kind} of {name_of(self.function)}>"

    def __reduce__(self) -> Any:
        return _made, (self.kind, self.function, self._argnum)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        programs = self._programs
        taken = _taken(arguments, keywords, programs.whole)
        if taken.whole and not are_small(taken.leaves):
            taken = _taken(arguments, keywords, False)
        found = programs.found(taken.key, taken.leaves, self.function)
        if found is None:
            self._check(arguments)
            found = self._again(arguments, keywords)
            found = self._traced(arguments, keywords, taken) if found is None else found
        return self._give(found, arguments)

    def _check(self, arguments: tuple[Any, ...]) -> None:
        for place in self._wrt:
            if not -len(arguments) <= place < len(arguments):
                raise UsageError(
                    f"{self!r} was called with {len(arguments)} arguments in order, so argnum={place} isn't among "
                    "them; give it by position"
                )

        if len({place % len(arguments) for place in self._wrt}) < len(self._wrt):
            raise UsageError(f"argnum={self._argnum} of {self!r} has the same argument twice; give each once")

    def _again(self, arguments: Any, keywords: Any) -> list[Any] | None:
        """The results with whole numbers as values, if only these changed, and if that can't make a difference."""
        programs, taken = self._programs, _taken(arguments, keywords, True)
        if not programs.is_again(taken.key, taken.leaves) or not are_small(taken.leaves):
            return None
        if _around(taken.leaves) is not None:
            return None
        surroundings = Surroundings(self.function, taken.held)
        if surroundings.tell_types:
            programs.settle(whole=False)
            return None
        try:
            call = self._called(arguments, keywords, taken, None)
        except Exception:
            # The function needs Python's numbers, such as for the keys of a dict.
            programs.settle(whole=False)
            return None
        names = [name for name, leaf in zip(call.leaves, taken.leaves, strict=True) if type(leaf) is int]
        programs.settle(whole=may_be_values(call.graph, names))
        return self._results(call, self.rule(call), taken, surroundings) if programs.whole else None

    def _called(self, arguments: Any, keywords: Any, taken: "Taken", outer: Recording | None) -> Called:
        wrt = tuple(place % len(arguments) for place in self._wrt)
        return called(self._through(self.function), arguments, keywords, wrt, outer, whole=taken.whole)

    def _traced(self, arguments: Any, keywords: Any, taken: "Taken") -> list[Any]:
        """The results of a call that no program is kept for."""
        taken = _taken(arguments, keywords, False) if taken.whole else taken
        outer, surroundings = _around(taken.leaves), Surroundings(self.function, taken.held)
        call = self._called(arguments, keywords, taken, outer)
        derived = self.rule(call)
        if outer is not None and (call.lifted or any(isinstance(each, Tracer) for each in taken.leaves)):
            return self._spliced(call, derived, outer, taken.leaves)
        return self._results(call, derived, taken, surroundings)

    def _results(self, call: Called, derived: Derived, taken: "Taken", surroundings: Surroundings) -> list[Any]:
        """The results on numbers, of a program that is kept if the next call may use it."""
        # Not kept, if the function draws numbers or changes what it sees.
        if not call.is_random and surroundings.are_same(self.function):
            variant = Variant(call, derived, surroundings)
            if not self._programs.keep(taken.key, variant, self.function):
                warnings.warn(
                    f"{call.title} took more than {BRANCHES} different branches or numbers read by Python, so it is "
                    "traced at each call; choose with np.where, or give what changes as an array",
                    BranchWarning,
                    stacklevel=5,
                )
            elif (found := variant(taken.leaves)) is not None:
                return found
        once = Variant(call, derived, None)(taken.leaves)
        assert once is not None
        return once

    def _spliced(self, call: Called, derived: Derived, outer: Recording, leaves: list[Any]) -> list[Any]:
        """The derivative as steps of the trace around this call."""
        given: dict[str, Any] = dict(zip(call.leaves, leaves, strict=True)) | call.lifted | dict(derived.own)
        given = {n: here(self.__name__, outer, each) if isinstance(each, Tracer) else each for n, each in given.items()}
        reads = call.reads if outer.known is not None else ()
        wanted = [each for each, _ in derived.results if each is not None] + [name for name, _ in reads]
        with outer.inside(self.__name__):
            found = spliced(derived.graph, outer, given, wanted, call.graph.variables)
            results = [_shaped(found.get(str(name)), like) for name, like in derived.results]
        for name, read in reads:
            assert outer.known is not None
            outer.known.keep(read._replace(number=found[name].number))
        return results


def _shaped(value: Any, like: Like | None) -> Any:
    """A result of its shape; 0 if it is None."""
    if value is None and like is not None:
        return np.zeros(*like)
    return value if like is None or value.shape == like[0] else np.reshape(value, like[0])


class Taken(NamedTuple):
    """Arguments taken apart."""

    leaves: list[Any]
    key: tuple[Any, ...]
    held: list[Any]
    whole: bool


def _taken(arguments: tuple[Any, ...], keywords: dict[str, Any], whole: bool) -> Taken:
    leaves: list[Any] = []
    key: list[Any] = []
    held: list[Any] = []
    try:
        for each in arguments:
            take_apart(each, leaves, key, held, whole=whole)
        if keywords:
            take_apart(keywords, leaves, key, held, whole=whole)
    except RecursionError:
        raise UsageError("an argument contains itself; give lists and dicts that don't") from None
    return Taken(leaves, tuple(key), held, whole)


def _made(kind: str, function: Callable[..., Any], argnum: Any) -> Any:
    """A derivative as it is written."""
    return getattr(import_module("graphviz_nn.evaluation.calculus"), kind)(function, argnum)


def positions(argnum: Any) -> tuple[int, ...]:
    """The positions of arguments to differentiate by.

    >>> positions(1), positions((0, 2))
    ((1,), (0, 2))
    """
    found = argnum if isinstance(argnum, tuple | list) else (argnum,)
    for each in found:
        if isinstance(each, bool) or not isinstance(each, int):
            raise UsageError(f"argnum is the position of an argument, such as 0 or (0, 1), found {argnum!r:.60}")
    return tuple(found)


def _around(leaves: list[Any]) -> Recording | None:
    """The open trace around a call, or the one that its arguments belong to."""
    opened, own = open_recording(), recording_of(leaves)
    if own is None or (opened is not None and (opened is own or opened.is_inside(own))):
        return opened
    return own


def with_value(give: Callable[..., Any]) -> Callable[..., Any]:
    """Return the value, too."""
    return lambda found, arguments: (found[0], give(found[1:], arguments))


def by_arguments(argnum: Any) -> Callable[[list[Any], tuple[Any, ...]], Any]:
    """Return derivatives in the structure of the arguments."""

    def give(found: list[Any], arguments: tuple[Any, ...]) -> Any:
        if type(argnum) is int and len(found) == 1 and not isinstance(arguments[argnum], list | tuple | Mapping):
            return found[0]
        leaves = iter(found)
        each = [filled(arguments[place], leaves) for place in positions(argnum)]
        return each[0] if isinstance(argnum, int) else tuple(each)

    return give
