"""Record what a graph computes as a part of an open trace."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np

from graphviz_nn.graph.ir import Graph
from graphviz_nn.tracing.recording import Recording, Step
from graphviz_nn.tracing.tracer import Tracer


def spliced(
    graph: Graph,
    recording: Recording,
    given: Mapping[str, Any],
    wanted: Iterable[str],
    named: Container[str] | None = None,
) -> dict[str, Tracer]:
    """Record the computation of some variables of a graph, in the current scope; return every variable it takes.

    Parameters
    ----------
    given : dict of str to Tracer or array
        The leaves; others keep their own value.
    named : container of str, optional
        The leaves that keep their names, by default all.
    """
    wanted = list(wanted)
    needed = set(wanted).union(*(nx.ancestors(graph, each) for each in wanted))
    anonymous, leaves = set(graph.graph.get("anonymous", ())), graph.leaves
    found: dict[str, Tracer] = {}
    for name, variable in leaves.items():
        if name not in needed:
            continue
        value = given.get(name, variable.value)
        if isinstance(value, Tracer):
            found[name] = value
        elif variable.draw is not None:
            found[name] = Tracer(recording, recording.random(variable, name))
        elif variable.role == "parameter":
            found[name] = Tracer(recording, recording.parameter(value, name))
        else:
            wish = name if named is None or name in named else None
            found[name] = Tracer(recording, recording.constant(np.asarray(value, variable.dtype), wish, held=value))
    for name in graph.computation_order():
        if name not in needed:
            continue
        operation, (result,) = graph.operation(name), graph.results(name)
        arguments = [found[each].number for each in graph.arguments(name).values()]
        number = recording.add(graph.variable(result), None if result in anonymous else result)
        scope = (*recording.scope, *operation.scope)
        recording.steps[-1] = Step(replace(operation, scope=scope), arguments, number, name)
        found[result] = Tracer(recording, number)
    return found
