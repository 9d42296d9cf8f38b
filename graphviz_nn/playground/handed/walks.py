"""The walks through one example that a page has: the formulas of each view, and where their numbers come from."""

from collections.abc import Mapping
from math import prod
from typing import Any

from graphviz_nn.errors import Error
from graphviz_nn.graph.ir import Graph
from graphviz_nn.playground.handed.programs import Programs
from graphviz_nn.playground.walk import LARGEST, Stop, Walk, text_of


def walks(graph: Graph, loss: str, pictures: Mapping[str, Any], programs: Programs) -> dict[str, Any]:
    """The walk of each view that has one."""
    found = dict[str, Any]()
    for view, picture in pictures.items():
        try:
            walk = Walk(graph, view, loss)
            program = programs.add(walk.program)
            found[view] = {"program": program, "stops": [_stop(walk, stop, picture) for stop in walk.stops]}
        except Error:
            # A view of too many steps is shown all the same.
            continue
    return found


def _stop(walk: Walk, stop: Stop, picture: Mapping[str, Any]) -> dict[str, Any]:
    places = {name: place for place, name in enumerate(walk.program.outputs)}
    small = [name for name in stop.shown if prod(walk.both.variable(name).shape) <= LARGEST]
    return {
        "phase": stop.phase,
        "variable": stop.variable,
        "operation": walk.seen.operation(stop.operation).op if stop.operation else "",
        "elements": walk.elements(stop, picture),
        "formula": text_of(stop.tex),
        "numbers": {text_of(walk.symbols[name]): places[name] for name in small},
        "result": places[stop.result] if stop.result in small else None,
    }
