"""Extend a graph so that it also computes gradients."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.errors import GradientError, listed, refuse_unknown
from graphviz_nn.graph.arrays import cast, numbers
from graphviz_nn.graph.check import valid
from graphviz_nn.graph.ir import Graph, Variable
from graphviz_nn.graph.uncollected import uncollected
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.tracing.recording import Recording
from graphviz_nn.tracing.replay import replay
from graphviz_nn.tracing.tracer import Tracer, apply
from graphviz_nn.transforms.computable import computable
from graphviz_nn.transforms.contract import Unused
from graphviz_nn.transforms.fold import BACKWARD
from graphviz_nn.transforms.pullbacks import Pullbacks


@uncollected()
def gradient(
    graph: Traceable,
    of: str | None = None,
    wrt: str | Iterable[str] | None = None,
    *,
    cotangent: Any = None,
    example: Any = (),
) -> Graph:
    """Make a graph that computes a variable and its gradients, forward and backward in one.

    Parameters
    ----------
    graph : Graph or callable
        The model; it stays unchanged.
    of : str, optional
        The variable to differentiate, a single number; default the first output.
    wrt : str or iterable of str, optional
        The variables to differentiate by, including inner ones; default all parameters.
    cotangent : array, optional
        The weight of each entry of `of`; required if it isn't a single number.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Returns
    -------
    Graph
        The graph with a gradient for each of `wrt`, of the same shape, as additional outputs. The mapping
        ``graph.graph["gradients"]`` names them. The backward steps have scopes that start with "grad".

    Raises
    ------
    GradientError
        If a gradient doesn't exist.

    Examples
    --------
    >>> from graphviz_nn.tracing import parameter, trace
    >>> cube = trace(lambda t: t**3, t=parameter(()))
    >>> first = gradient(cube)
    >>> first.graph["gradients"]
    {'t': 'grad_t'}
    >>> second = gradient(first, of="grad_t", wrt="t")
    >>> second.graph["gradients"]
    {'t': 'grad_t_2'}
    """
    wrt = None if wrt is None else listed("wrt", wrt)
    graph = computable(graph_of(graph, example), wrt or ())
    of, names = ends(graph, of, wrt)
    recording = Recording(names_from_code=False)
    wiring = Wiring(graph)
    tracers = replay(graph, recording, wiring)
    start = _start(recording, graph, of, cotangent)
    cotangents = pulled_back(wiring, recording, tracers, {of: start}, names)
    found, unused = dict[str, str](), Unused(graph)
    results = {tracers[each].number: None for each in graph.outputs}
    for name in names:
        if name not in cotangents:
            recording.remarks.append(f"{of} doesn't depend on {name}: its gradient is 0")
        value = cotangents.get(name)
        if value is None:
            value = _nothing(recording, graph.variable(name))
        elif value.number in results:
            value = value + 0.0
        found[name] = unused(f"grad_{name}")
        kept = recording.values[value.number]
        kept.name, kept.fixed = found[name], True
        results[value.number] = None
    facts = {key: each for key, each in graph.graph.items() if key not in ("outputs", "remarks", "anonymous")}
    facts["differentiated"] = (*facts.get("differentiated", ()), of)
    both = recording.graph(results, {**facts, "gradients": found})
    # Made of a valid graph by rules that check each step.
    return both if any(isinstance(fact, Graph) for fact in facts.values()) else valid(both)


def ends(graph: Graph, of: str | None, wrt: str | Iterable[str] | None) -> tuple[str, list[str]]:
    """The variable to differentiate, and the variables to differentiate by.

    Raises
    ------
    GradientError
        If there is no such variable, or none with a gradient.
    """
    variables = graph.variables
    if of is None:
        if not graph.outputs:
            raise GradientError("the graph has no output; name a variable: gradient(graph, of=…)")
        of = graph.outputs[0]
    if wrt is None:
        names = [name for name, variable in graph.leaves.items() if variable.role == "parameter"]
        if not names:
            leaves = ", ".join(graph.leaves)
            raise GradientError(f"the graph has no parameter; name variables of {leaves}: gradient(graph, wrt=…)")
    else:
        names = list(dict.fromkeys(listed("wrt", wrt)))
    for name in (*listed("of", [of]), *names):
        refuse_unknown("variable", name, variables, GradientError)
        if np.dtype(variables[name].dtype).kind not in "fc":
            raise GradientError(
                f"{name} is {variables[name].dtype}; only floating-point variables have gradients; "
                "give its spec dtype='float64', or leave it out"
            )
    return of, names


def _nothing(recording: Recording, variable: Variable) -> Tracer:
    """A gradient of 0, without an array of zeros in the graph."""
    recording.scope = (BACKWARD,)
    zero = Tracer(recording, recording.constant(np.zeros((), variable.dtype)))
    found: Tracer = apply("broadcast_to", zero, shape=variable.shape) if variable.shape else zero
    recording.scope = ()
    return found


def _start(recording: Recording, graph: Graph, of: str, cotangent: Any) -> Tracer:
    """The cotangent of the differentiated variable: a constant, so that every backward step is in the graph."""
    variable = graph.variable(of)
    if cotangent is None:
        if prod(variable.shape) != 1:
            raise GradientError(
                f"{of} has shape {variable.shape}, but only a single number has gradients; "
                "sum it in the model, choose another with of=…, or weight its entries: gradient(graph, cotangent=…)"
            )
        if np.dtype(variable.dtype).kind == "c":
            raise GradientError(
                f"{of} is {variable.dtype}, but only a real number has gradients; "
                "take np.real(z) or np.abs(z) of it in the model, or choose another with of=…"
            )
        cotangent = np.ones(variable.shape)
    try:
        array = cast(numbers(cotangent), np.dtype(variable.dtype))
    except ValueError as error:
        raise GradientError(f"the cotangent of {of} {error}") from None
    if array.shape != variable.shape:
        raise GradientError(f"the cotangent has shape {array.shape}, but {of} has {variable.shape}")
    number = recording.constant(array, f"grad_{of}")
    recording.values[number].variable = replace(recording.values[number].variable, role="constant")
    return Tracer(recording, number)


def pulled_back(
    wiring: Wiring,
    recording: Recording,
    tracers: Mapping[str, Tracer],
    starts: Mapping[str, Tracer],
    names: Iterable[str],
) -> dict[str, Any]:
    """The cotangent of every variable between `names` and the variables with given cotangents."""
    pullbacks = Pullbacks(recording)
    between = before(wiring, starts) & after(wiring, names)
    cotangents: dict[str, Any] = {of: start for of, start in starts.items() if of in between}
    for name in reversed(wiring.order()):
        (result,) = wiring.results[name]
        cotangent = cotangents.get(result) if name in between else None
        if cotangent is None:
            continue
        operation = wiring.operations[name]
        recording.at(operation, (BACKWARD, *operation.scope, name))
        arguments = arguments_of(wiring, name, tracers)
        for slot, variable in wiring.arguments[name].items():
            if variable not in between:
                continue
            part = pullbacks.pulled(operation, slot, cotangent, tracers[result], arguments)
            if part is None:
                continue
            known = cotangents.get(variable)
            cotangents[variable] = part if known is None else pullbacks.added(known, part)
    recording.at(None)
    return cotangents


def before(wiring: Wiring, names: Iterable[str]) -> set[str]:
    """These variables, and all nodes that they depend on."""
    found = set(names)
    for operation in reversed(wiring.order()):
        if not found.isdisjoint(wiring.results[operation]):
            found.add(operation)
            found.update(wiring.arguments[operation].values())
    return found


def after(wiring: Wiring, names: Iterable[str]) -> set[str]:
    """These variables, and all nodes that depend on them."""
    found = set(names)
    for operation in wiring.order():
        if not found.isdisjoint(wiring.arguments[operation].values()):
            found.add(operation)
            found.update(wiring.results[operation])
    return found


def arguments_of(wiring: Wiring, name: str, values: Mapping[str, Any]) -> list[Any]:
    """The arguments of an operation, including its plain numbers."""
    slots: dict[int, Any] = {slot: values[v] for slot, v in wiring.arguments[name].items()}
    slots.update(wiring.operations[name].literals)
    return [slots[slot] for slot in sorted(slots)]
