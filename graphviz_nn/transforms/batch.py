"""Turn a graph of one example into a graph of a whole data set."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from graphviz_nn.errors import FeedError, GradientError, UsageError, listed, refuse_unknown, suggest
from graphviz_nn.graph.arrays import numbers
from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.ops.many import Argument, rule
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.tracing.recording import Recording, Step
from graphviz_nn.tracing.tracer import Tracer, apply
from graphviz_nn.transforms.computable import computable

REDUCTIONS = ("mean", "sum")


def batch(
    graph: Traceable,
    over: str | Iterable[str] | Mapping[str, Any] | None = None,
    *,
    size: int | None = None,
    reduce: str | None = None,
    example: Any = (),
) -> Graph:
    """Make a graph that computes many examples at once from a graph of one.

    Parameters
    ----------
    graph : Graph or callable
        A model of one example; it stays unchanged.
    over : names, or dict of str to array, optional
        The variables that differ between examples; default all inputs and targets. A dict of arrays also gives the
        number of examples; the arrays aren't kept. Random leaves always differ. Everything else, such as parameters, is
        shared.
    size : int, optional
        The number of examples, unless `over` gives it.
    reduce : {"mean", "sum"}, optional
        Reduce each output to the mean or sum over the examples. It keeps the output's name, and the value of each
        example has the suffix ``_each``.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Returns
    -------
    Graph
        Everything that depends on the examples has a leading axis for them; names and scopes are kept. The gradients of
        ``batch(graph, reduce="mean")`` are the mean gradients; ``batch(gradient(graph))`` has the gradient of every
        example.

    Shapes
    ------
    (...) -> (size, ...), for variables that depend on the examples; outputs always do.

    Raises
    ------
    UsageError
        For an unknown name or reduction, and if the number of examples is unknown.
    FeedError
        If arrays in `over` don't fit, or have different numbers of examples.
    GradientError
        If an operation has no rule for many examples.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda x, theta: theta @ x, x=input(2), theta=parameter(2))
    >>> batch(graph, size=500).variable("output").shape
    (500,)
    >>> batch(graph, {"x": [[1, 2], [3, 4], [5, 6]]}, reduce="mean").variable("output_each").shape
    (3,)
    """
    graph = graph_of(graph, example)
    if reduce is not None:
        refuse_unknown("reduction", reduce, REDUCTIONS)
    names, size = _examples(graph, over, size)
    graph = computable(graph, names)
    recording = Recording(names_from_code=False)
    recording.remarks.extend(graph.remarks)
    tracers: dict[str, Tracer] = {}
    many: set[str] = set()
    for name, variable in graph.variables.items():
        if graph.producer(name) is None:
            if name in names:
                variable = replace(variable, shape=(size, *variable.shape), value=None)
                many.add(name)
            tracers[name] = Tracer(recording, recording.add(variable, name, fixed=True))
    for name in graph.computation_order():
        operation = graph.operation(name)
        (result,) = graph.results(name)
        if many.isdisjoint(graph.arguments(name).values()):
            tracers[result] = _same(graph, name, result, recording, tracers)
        else:
            recording.at(operation, operation.scope)
            tracers[result] = _each(graph, name, result, recording, tracers, many, size)
            many.add(result)
    recording.at(None)
    return _finished(graph, recording, tracers, many, size, reduce)


def _examples(graph: Graph, over: Any, size: int | None) -> tuple[tuple[str, ...], int]:
    """The variables that differ between examples, and the number of examples."""
    leaves, whole = graph.leaves, graph.graph.get("entries", {})
    given: Mapping[str, Any] = over if isinstance(over, Mapping) else {}
    if over is None:
        names = [name for name, v in leaves.items() if v.role in ("input", "target", "random")]
    else:
        # Random numbers differ between examples.
        random = [name for name, v in leaves.items() if v.role == "random"]
        names = list(dict.fromkeys([*listed("over", over), *random]))
    for name in names:
        if name in whole:
            raise UsageError(
                f"this graph has {name} as single numbers, like the view 'scalars'; batch the model, "
                "or draw it in another view"
            )
        if name not in leaves:
            known = [each for each, v in leaves.items() if v.role != "constant"]
            made = "is computed in the graph" if name in graph.variables else "isn't in the graph"
            raise UsageError(f"{name!r} {made}, so it can't have examples: {suggest(str(name), known)}")
    if not names:
        raise UsageError("the graph has no input or target; name variables: batch(graph, over=('x', 'y'), size=500)")
    for name, value in given.items():
        try:
            shape, wanted = numbers(value).shape, leaves[name].shape
        except ValueError as error:
            raise FeedError(f"{name} {error}") from None
        if len(shape) != len(wanted) + 1 or shape[1:] != wanted:
            raise FeedError(f"{name} has shape {shape}; many examples must have shape {('n', *wanted)}")
        if size is not None and shape[0] != size:
            raise FeedError(f"{name} has {shape[0]} examples, but others have {size}; give equal numbers")
        size = shape[0]
    if size is None:
        raise UsageError("the number of examples is unknown; write size=500, or batch(graph, {'x': array, 'y': array})")
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
        raise UsageError(f"size must be a whole number of at least 1, found {size!r}")
    return tuple(names), int(size)


def _same(graph: Graph, name: str, result: str, recording: Recording, tracers: Mapping[str, Tracer]) -> Tracer:
    """An operation that is the same for all examples."""
    number = recording.add(graph.variable(result), result, fixed=True)
    arguments = [tracers[each].number for each in graph.arguments(name).values()]
    recording.steps[-1] = Step(graph.operation(name), arguments, number, name)
    recording.values[number].anonymous = result in graph.graph.get("anonymous", ())
    return Tracer(recording, number)


def _each(
    graph: Graph,
    name: str,
    result: str,
    recording: Recording,
    tracers: Mapping[str, Tracer],
    many: set[str],
    size: int,
) -> Tracer:
    """An operation on each example; its last step gets the operation's name."""
    operation: Operation = graph.operation(name)
    slots = {slot: Argument(tracers[each], each in many) for slot, each in graph.arguments(name).items()}
    slots.update({slot: Argument(number, False) for slot, number in operation.literals.items()})
    try:
        found: Tracer = rule(operation.op)(size, *(slots[slot] for slot in sorted(slots)), **operation.attributes)
    except GradientError as error:
        raise GradientError(f"{operation}: {error}") from None
    value = recording.values[found.number]
    value.variable = replace(value.variable, label=graph.variable(result).label)
    value.name, value.fixed = result, True
    value.anonymous = result in graph.graph.get("anonymous", ())
    step = recording.steps[found.number]
    assert isinstance(step, Step)
    recording.steps[found.number] = step._replace(name=name)
    return found


def _finished(
    graph: Graph, recording: Recording, tracers: Mapping[str, Tracer], many: set[str], size: int, reduce: str | None
) -> Graph:
    """The outputs of all examples, or their reductions."""
    renamed: dict[str, str] = {}
    results = []
    taken = set(graph)
    for name in graph.outputs:
        found = tracers[name]
        if name not in many:
            found = apply("broadcast_to", found, shape=(size, *found.shape))
        if reduce:
            found = apply(reduce, found, axis=0)
        if found is not tracers[name]:
            leaf = graph.producer(name) is None
            # A leaf keeps its name, by which it is fed.
            spare = f"{name}_{reduce or 'each'}" if leaf else f"{name}_each"
            while spare in taken:
                spare += "_"
            taken.add(spare)
            renamed[name] = spare if leaf else name
            if not leaf:
                recording.values[tracers[name].number].name = spare
            value = recording.values[found.number]
            value.name, value.fixed = renamed[name], True
            value.variable = replace(value.variable, label=graph.variable(name).label)
        results.append(found.number)
    facts = {
        key: each for key, each in graph.graph.items() if key not in ("outputs", "remarks", "anonymous", "entries")
    }
    if "gradients" in facts:
        facts["gradients"] = {of: renamed.get(each, each) for of, each in facts["gradients"].items()}
    return recording.graph(results, facts)
