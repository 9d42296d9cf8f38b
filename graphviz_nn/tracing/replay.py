"""Replay a graph into an open trace, to extend it."""

from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.recording import Recording
from graphviz_nn.tracing.tracer import Tracer


def replay(graph: Graph, recording: Recording, wiring: Wiring | None = None) -> dict[str, Tracer]:
    """Record everything that a graph computes under the same names; return its variables as tracers."""
    anonymous = set(graph.graph.get("anonymous", ()))
    tracers: dict[str, Tracer] = {}
    wiring = wiring or Wiring(graph)
    for name, variable in wiring.variables.items():
        if name not in wiring.producer:
            tracers[name] = Tracer(recording, recording.add(variable, name, fixed=True))
    for name in wiring.order():
        (result,) = wiring.results[name]
        arguments = [tracers[each].number for each in wiring.arguments[name].values()]
        number = recording.step(wiring.operations[name], arguments, wiring.variables[result], name)
        value = recording.values[number]
        value.name, value.fixed, value.anonymous = result, True, result in anonymous
        tracers[result] = Tracer(recording, number)
    recording.remarks.extend(graph.remarks)
    return tracers
