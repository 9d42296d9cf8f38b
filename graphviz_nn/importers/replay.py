"""Replay the steps of another framework's model as operations of this package.

An importer reads the framework's graph, and gives each step to a `Replay`: its rule, which is a Python function of
arrays written with NumPy and `graphviz_nn.nn`, its arguments, and what the framework says of its results. The rule runs
on traced values. A step without a rule becomes an opaque operation, which is drawn but not computed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from graphviz_nn.errors import Error
from graphviz_nn.graph.ir import Array, Graph, ModuleCall, Role, Shape, Source, Variable
from graphviz_nn.importers.plumbing import join, leave_out, spread
from graphviz_nn.ops.opaque import OPAQUE
from graphviz_nn.style.labels import label
from graphviz_nn.tracing.recording import Recording, opened
from graphviz_nn.tracing.tracer import Tracer, apply

Rule = Callable[..., Any]


class NoRule(Exception):
    """A step that no rule was written for; the text is the reason why it is opaque."""


# What a rule raises becomes the reason, too, where it meets an argument that it wasn't written for.
UNFIT = (NoRule, Error, NotImplementedError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError)


SYMBOLS = {
    **{"weight": "W", "in_proj_weight": "W", "weight_ih": "W", "weight_hh": "U"},
    **{"bias": "b", "in_proj_bias": "b", "bias_ih": "b", "bias_hh": "c"},
}
"""The symbols of parameters, by the last part of their names; a layer's number may follow it."""


def symbol_of(name: str, shape: Shape) -> str:
    r"""The symbol of a parameter, from the last part of its name.

    >>> symbol_of("encoder.0.weight", (3, 2)), symbol_of("lstm.weight_hh_l0_reverse", (3, 2))
    ('W', 'U')
    >>> symbol_of("tokens.cls_token", (1, 2))
    '\\mathrm{cls\\ token}'
    """
    own = name.rpartition(".")[2]
    return SYMBOLS.get(re.sub(r"_l\d+(_reverse)?$", "", own)) or label(own, Variable(shape))


class Known(NamedTuple):
    """What a framework knows of a result before it is computed."""

    shape: Shape
    dtype: str


class Replay:
    """A graph in the making.

    Attributes
    ----------
    opaque : dict of str to str
        The steps that became opaque, and why.
    """

    def __init__(self) -> None:
        self.recording = Recording(names_from_code=False)
        self.opaque: dict[str, str] = {}
        self._lettered: list[str] = []

    def leaf(self, name: str, role: Role, known: Known, value: Array | None = None, tex: str | None = None) -> Tracer:
        """Add an input, a parameter or a constant; its array isn't copied."""
        if tex is None and role == "parameter":
            tex = symbol_of(name, known.shape)
            self._lettered.append(name)
        variable = Variable(known.shape, known.dtype, role, tex, value)
        number = self.recording.add(variable, name, fixed=True)
        # The layer that reads a buffer takes it in, as it does a number.
        self.recording.values[number].anonymous = role == "constant"
        return Tracer(self.recording, number)

    @contextmanager
    def at(self, modules: Sequence[ModuleCall] = (), source: Source | None = None) -> Iterator[None]:
        """Record what follows as steps of these modules, written at this line."""
        before = self.recording.modules, self.recording.source
        self.recording.modules, self.recording.source = tuple(modules), source
        try:
            with opened(self.recording):
                yield
        finally:
            self.recording.modules, self.recording.source = before

    def step(
        self,
        called: str,
        rule: Rule | None,
        arguments: Sequence[Any],
        keywords: Mapping[str, Any],
        known: Sequence[Known] | Callable[[str], Sequence[Known]],
    ) -> Any:
        """Replay a step.

        Parameters
        ----------
        called : str
            The framework's name of the step.
        rule : callable, optional
            Computes its results from traced values; None if there is none.
        arguments, keywords : sequence, mapping
            The arguments of the rule: traced values, arrays, and plain values, also in lists.
        known : sequence of Known, or callable
            The shapes and dtypes of its results; or a function that finds them if no rule computes them, and that
            takes the reason.

        Returns
        -------
        Tracer, or tuple of them if there are several results.
        """
        reason = "graphviz_nn has no rule for it"
        if not callable(known) and _is_complex(arguments, known):
            rule, reason = None, "it computes with complex numbers"
        if rule is not None:
            mark = self.recording.mark()
            try:
                found = rule(*arguments, **keywords)
                if callable(known):
                    return found
                results = found if isinstance(found, tuple) else (found,)
                if [tuple(np.shape(each)) for each in results] == [each.shape for each in known]:
                    cast = tuple(_cast(each, wanted) for each, wanted in zip(results, known, strict=True))
                    return cast if isinstance(found, tuple) else cast[0]
                reason = f"its rule gives shapes {', '.join(str(np.shape(each)) for each in results)}"
            except UNFIT as error:
                reason = str(error)
            self.recording.back_to(mark)
        known = known(reason) if callable(known) else known
        return self._opaque(called, reason, [*arguments, *keywords.values()], known)

    def _opaque(self, called: str, reason: str, arguments: Sequence[Any], known: Sequence[Known]) -> Any:
        """One operation for each result, inside one call."""
        self.opaque.setdefault(called, reason)
        traced = [each.number for each in _tracers(arguments)]
        source = self.recording.source
        where = " ".join([*(each.path for each in self.recording.modules[-1:]), *([f"({source})"] if source else [])])
        with self.recording.inside(called):
            found = tuple(
                Tracer(
                    self.recording,
                    self.recording.apply(
                        OPAQUE,
                        list(traced),
                        [True] * len(traced),
                        {"called": called, "where": where, "number": number, "shape": each.shape, "dtype": each.dtype},
                    ),
                )
                for number, each in enumerate(known)
            )
        return found if len(found) != 1 else found[0]

    def graph(self, outputs: Mapping[str, Any], facts: Mapping[str, Any]) -> Graph:
        """The finished graph, whose outputs have these names."""
        numbers = []
        for name, value in outputs.items():
            with self.at():
                value = value if isinstance(value, Tracer) else self._constant(value)
            if self.recording.values[value.number].fixed or value.number in numbers:
                # An argument, or another output, that is returned as well.
                with self.at():
                    value = value.astype("bool") if value.dtype.kind == "b" else apply("positive", value)
            self.recording.values[value.number].name = name
            numbers.append(value.number)
        for number, value in enumerate(self.recording.values):
            if value.name in outputs and number not in numbers and not value.fixed:
                # A result has its name rather than a step on the way to it.
                value.name = None
        leave_out(self.recording, numbers)
        spread(self.recording, numbers)
        join(self.recording, numbers)
        for called, reason in self.opaque.items():
            self.recording.remarks.append(f"{called} is drawn, but can't be computed: {reason}")
        found = self.recording.graph(numbers, facts)
        found.graph["lettered"] = tuple(name for name in self._lettered if name in found)
        found.graph["anonymous"] = tuple(name for name in found.graph["anonymous"] if name in found)
        return found

    def _constant(self, value: Any) -> Tracer:
        return Tracer(self.recording, self.recording.constant(np.asarray(value)))


def needed(graph: Graph) -> Graph:
    """The part of a graph that its outputs depend on."""
    kept, waiting = set[str](), list(graph.outputs)
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            waiting += graph.predecessors(name)
            # An operation keeps all its results.
            waiting += [each for each in graph.successors(name) if name in graph.operations]
    return graph.part(kept)


def _cast(value: Any, known: Known) -> Any:
    if not isinstance(value, Tracer):
        return np.asarray(value).astype(known.dtype, copy=False)
    return value if value.dtype.name == known.dtype else value.astype(known.dtype)


def _is_complex(arguments: Sequence[Any], known: Sequence[Known]) -> bool:
    dtypes = [each.dtype for each in known] + [each.dtype.name for each in _tracers(arguments)]
    return any(each.startswith("complex") for each in dtypes)


def _tracers(value: Any) -> Iterable[Tracer]:
    if isinstance(value, Tracer):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _tracers(each)
