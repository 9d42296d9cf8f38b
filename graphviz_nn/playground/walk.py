"""One example, step by step: forward by the operations, backward by the chain rule, with formulas and numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np

from graphviz_nn.errors import entry
from graphviz_nn.evaluation.feeds import checked
from graphviz_nn.evaluation.program import compile
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.playground.choices import StateError
from graphviz_nn.reporting.chain_rule import equations
from graphviz_nn.style.formula import inside, step
from graphviz_nn.style.labels import plain
from graphviz_nn.style.numbers import array
from graphviz_nn.style.slope import symbols_of
from graphviz_nn.style.symbols import distinct
from graphviz_nn.transforms.backward import backward
from graphviz_nn.views import VIEWS, detailed, named

FINER = {"merged": "layers", "arrows": "layers"}
"""Details whose steps are taken apart: a layer and its activation have a formula each."""
FEW = 2
"""The most operations of a layer that is written out."""
LONGEST, LARGEST = 2_000, 64
"""The most steps, and the most entries of an array whose numbers are sent."""


@dataclass(frozen=True)
class Station:
    """A step of the walk.

    Parameters
    ----------
    phase : {"forward", "backward"}
        Which way it goes.
    variable : str
        What is computed, or whose gradient is.
    operation : str
        The operation that computes it; backward, the one that the gradient comes through.
    formula : str
        The formula with its numbers, as plain text.
    numbers : dict of str to array
        The arguments and the result; backward, the value and the gradient.
    """

    phase: str
    variable: str
    operation: str
    formula: str
    numbers: dict[str, Array]


@dataclass(frozen=True)
class Stop:
    """A step of the walk, whatever the example.

    Parameters
    ----------
    phase, variable, operation : str
        As in `Station`.
    tex : str
        The formula without numbers.
    shown : tuple of str
        The variables whose numbers are shown.
    result : str
        The variable whose numbers the formula gives; "" if it has none.
    """

    phase: str
    variable: str
    operation: str
    tex: str
    shown: tuple[str, ...]
    result: str


class Walk:
    """The walk through a model, in the detail of a view; the formulas are made once.

    Parameters
    ----------
    of : str
        The loss.
    """

    def __init__(self, graph: Graph, view: str, of: str) -> None:
        detail = entry("view", view, VIEWS).detail
        self.seen = distinct(named(detailed(FINER.get(detail, detail), graph)))
        self.both = backward(self.seen, of)
        self.symbols = symbols_of(self.both)
        self.program = compile(self.both, list(self.both.variables))
        self.needed = nx.ancestors(self.seen, of)

    def stations(self, feeds: Mapping[str, Any]) -> list[Station]:
        """Every step for an example, forward and backward.

        Raises
        ------
        StateError
            If there are too many.
        """
        values = self.program.run(checked(self.both, dict(feeds)))
        return [self._station(stop, values) for stop in self.stops]

    @cached_property
    def stops(self) -> list[Stop]:
        """Every step, forward and backward."""
        count = len(self.needed)
        if count > 2 * LONGEST:
            raise StateError("view", f"there are {count:,} steps in this view; choose one with fewer")
        return [*self._forward(), *self._backward()]

    def _forward(self) -> Iterator[Stop]:
        graph = self.seen
        for operation in graph.computation_order():
            if operation not in self.needed:
                continue
            for result in graph.results(operation):
                tex = f"{self.symbols[result]} = {self._formula(operation, result)}"
                shown = (*dict.fromkeys(graph.arguments(operation).values()), result)
                yield Stop("forward", result, operation, tex, shown, result)

    def _formula(self, operation: str, result: str) -> str:
        """An operation of its arguments; a layer of few operations is written out."""
        body = self.seen.operation(operation).body
        if body is None or len(body.operations) > FEW or len(self.seen.results(operation)) > 1:
            return step(self.both, operation, result, self.symbols)
        return inside(self.seen, operation, self.symbols)

    def _backward(self) -> Iterator[Stop]:
        facts = self.both.graph["backward"]
        for variable, tex in equations(self.both, self.symbols, {}).items():
            users = [each for each in self.seen.successors(variable) if each in self.needed]
            operation = users[0] if users else self.seen.producer(variable) or ""
            cotangent = facts["cotangents"][variable]
            result = "" if variable == facts["of"] else cotangent
            yield Stop("backward", variable, operation, tex, (variable, cotangent), result)

    def _station(self, stop: Stop, values: Mapping[str, Array]) -> Station:
        tex = f"{stop.tex} = {array(np.asarray(values[stop.result]))}" if stop.result else stop.tex
        small = [name for name in stop.shown if np.size(values[name]) <= LARGEST]
        numbers = {text_of(self.symbols[name]): np.asarray(values[name]).astype(np.float64) for name in small}
        return Station(stop.phase, stop.variable, stop.operation, text_of(tex), numbers)

    def message(self, stations: list[Station], at: int, picture: Mapping[str, Any]) -> dict[str, Any]:
        """A station for the page, with the elements of the picture that it is about."""
        found = stations[at]
        return {
            "count": len(stations),
            "at": at,
            "phase": found.phase,
            "variable": found.variable,
            "operation": self.seen.operation(found.operation).op if found.operation else "",
            "elements": self.elements(found, picture),
            "formula": found.formula,
            "numbers": found.numbers,
        }

    def elements(self, station: Station | Stop, picture: Mapping[str, Any]) -> list[str]:
        """The parts of a picture that show a variable, its weights, or the operation; if a view shows neither, the next
        in the graph that it shows, or the last before."""
        rows = [*picture.get("parts", ()), *picture.get("units", ())]
        weights = [row["id"] for row in picture.get("lines", ()) if row["parameter"] == station.variable]
        ahead, back = (
            [name for _, name in nx.bfs_edges(self.seen, station.variable, reverse=way)] for way in (False, True)
        )
        for name in [station.variable, *ahead, *back]:
            own = [row["id"] for row in rows if row.get("variable") == name]
            if name == station.variable and station.operation:
                own += [row["id"] for row in rows if row.get("operation") == station.operation]
            if own or weights:
                return list(dict.fromkeys([*weights, *own]))
        return []


def text_of(tex: str) -> str:
    """A formula as plain text."""
    return " ".join(plain(tex).split())
