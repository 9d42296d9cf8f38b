"""Merge consecutive linear layers into one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphviz_nn.graph.ir import Graph, Shape, Variable
from graphviz_nn.graph.order import shared_start
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.tracing.recording import Recording
from graphviz_nn.tracing.tracer import Tracer
from graphviz_nn.transforms.computable import computable
from graphviz_nn.transforms.contract import Block, contract
from graphviz_nn.transforms.fold import unfold
from graphviz_nn.transforms.origin import made_of


@dataclass(frozen=True)
class Linear:
    """A matrix product with a parameter, and the parameter added to it.

    Parameters
    ----------
    step : str
        The multiplying operation.
    members : tuple of str
        All its operations.
    left : bool
        Whether the weight is the left factor.
    flipped : bool
        Whether the weight is transposed first.
    """

    step: str
    members: tuple[str, ...]
    x: str
    weight: str
    bias: str | None
    result: str
    left: bool
    flipped: bool

    @property
    def matrix_first(self) -> bool:
        """Whether it computes weight · x instead of x · weight."""
        return self.left != self.flipped


def collapsed(graph: Traceable, *, example: Any = ()) -> Graph:
    """Merge linear layers that follow each other directly.

    The graph computes the merged weight and bias from the existing parameters: its feeds are the same, and its outputs
    are equal up to rounding. A layer whose result is used elsewhere stays. Folded functions are opened.

    Parameters
    ----------
    graph : Graph or callable
        A model; it stays unchanged.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda x, V, W: W @ (V @ x), x=input(2), V=parameter((3, 2)), W=parameter((1, 3)))
    >>> found = collapsed(graph)
    >>> [found.variable(name).shape for name in ("M", *found.outputs)]
    [(1, 2), (1,)]
    """
    graph = unfold(graph_of(graph, example))
    blocks = [_block(graph, layers, number) for number, layers in enumerate(chains(graph), 1)]
    found = computable(contract(graph, blocks)) if blocks else graph
    named = {name for name in found.variables if name in graph or name.partition("_")[0] in ("M", "c")}
    known = set(graph.graph.get("anonymous", ()))
    found.graph["anonymous"] = tuple(name for name in found.variables if name not in named or name in known)
    found.graph["weights"] = tuple(name for name in found.variables if name in named and name not in graph)
    return found


def chains(graph: Graph) -> list[tuple[Linear, ...]]:
    """Chains of linear layers, each the only user of the one before."""
    layers = {layer.x: layer for layer in _layers(graph)}
    following: dict[str, Linear] = {}
    for layer in layers.values():
        after = layers.get(layer.result)
        if after is not None and _joins(graph, layer, after):
            following[layer.step] = after
    later = {layer.step for layer in following.values()}
    found = []
    for first in layers.values():
        if first.step in following and first.step not in later:
            chain = [first]
            while chain[-1].step in following:
                chain.append(following[chain[-1].step])
            found.append(tuple(chain))
    return found


def one_matrix(layers: Sequence[Linear], values: dict[str, Any]) -> tuple[Any, Any]:
    """The weight and the bias (or None) of the merged layer, from values or traced values.

    If every layer computes x · weight, so does the merged one; otherwise it computes weight · x.
    """
    weight: Any = None
    bias: Any = None
    for layer in layers:
        factor = values[layer.weight]
        if rows(layers):
            weight = factor if weight is None else weight @ factor
            bias = None if bias is None else bias @ factor
        else:
            factor = factor if layer.matrix_first else factor.T
            weight = factor if weight is None else factor @ weight
            bias = None if bias is None else factor @ bias
        if layer.bias is not None:
            bias = values[layer.bias] if bias is None else bias + values[layer.bias]
    return weight, bias


def rows(layers: Sequence[Linear]) -> bool:
    """Whether every layer computes x · weight."""
    return not any(layer.matrix_first for layer in layers)


def _layers(graph: Graph) -> Iterator[Linear]:
    # If several layers take a variable, none of them is its only user, so any may represent them.
    learned = made_of(graph, "parameter")
    for name, operation in graph.operations.items():
        slots = graph.arguments(name)
        if operation.op != "matmul" or len(slots) != 2:
            continue
        for left in (True, False):
            step, weight = _weight(graph, slots[0 if left else 1])
            x = slots[1 if left else 0]
            if weight is None or x in learned:
                continue
            yield _with_bias(graph, name, step, x, weight, left)


def _weight(graph: Graph, variable: str) -> tuple[str | None, str | None]:
    """The parameter behind a variable, and the operation that transposes it, if any."""
    if graph.variable(variable).role == "parameter":
        return None, variable
    step = graph.producer(variable)
    if step is None or graph.operation(step).op != "transpose" or len(graph.variable(variable).shape) != 2:
        return None, None
    (whole,) = graph.arguments(step).values()
    return (step, whole) if graph.variable(whole).role == "parameter" else (None, None)


def _with_bias(graph: Graph, name: str, transpose: str | None, x: str, weight: str, left: bool) -> Linear:
    (result,) = graph.results(name)
    alone = transpose is not None and len(list(graph.successors(graph.results(transpose)[0]))) == 1
    members = (transpose, name) if transpose is not None and alone else (name,)
    layer = Linear(name, members, x, weight, None, result, left, transpose is not None)
    user = _only_user(graph, result)
    if user is None or graph.operation(user).op != "add" or len(graph.arguments(user)) != 2:
        return layer
    added = [v for v in graph.arguments(user).values() if v != result]
    if len(added) != 1 or not _is_bias(graph, layer, graph.variable(added[0])):
        return layer
    return replace(layer, members=(*members, user), bias=added[0], result=graph.results(user)[0])


def _is_bias(graph: Graph, layer: Linear, variable: Variable) -> bool:
    weight = graph.variable(layer.weight).shape
    outputs: Shape = () if len(weight) == 1 else (weight[0 if layer.matrix_first else 1],)
    columns = layer.left and len(graph.variable(layer.x).shape) > 1
    return variable.role == "parameter" and variable.shape == ((*outputs, 1) if columns and outputs else outputs)


def _only_user(graph: Graph, variable: str) -> str | None:
    users = list(graph.out_edges(variable))
    return users[0][1] if len(users) == 1 and variable not in graph.outputs else None


def _joins(graph: Graph, layer: Linear, after: Linear) -> bool:
    """Whether the next layer is the only user of a layer's result, and multiplies along the same axis."""
    matrices = len(graph.variable(layer.weight).shape) == 2
    between = graph.variable(layer.result)
    same_side = layer.left == after.left or len(between.shape) == 1
    return matrices and same_side and _only_user(graph, layer.result) == after.step


def _block(graph: Graph, layers: Sequence[Linear], number: int) -> Block:
    members = tuple(name for layer in layers for name in layer.members)
    scopes = [graph.operation(name).scope for name in members]
    around = shared_start(scopes)
    given = (layers[0].x, *(v for layer in layers for v in (layer.weight, layer.bias) if v is not None))
    arguments = tuple(dict.fromkeys(given))
    body = _body(graph, layers, arguments, f"linear:{_calls(graph, around) + number}")
    return Block("linear", members, around, arguments, body)


def _calls(graph: Graph, around: tuple[str, ...]) -> int:
    """The highest number of a ``linear`` call in this scope."""
    depth = len(around)
    inside = (o.scope[depth] for o in graph.operations.values() if o.scope[:depth] == around and len(o.scope) > depth)
    calls = (call.rpartition(":") for call in inside)
    return max((int(n) for title, _, n in calls if title == "linear" and n.isdecimal()), default=0)


def _body(graph: Graph, layers: Sequence[Linear], arguments: tuple[str, ...], call: str) -> Graph:
    """The merged layer: it computes its parameters from the existing ones, then its result in one call."""
    recording = Recording(names_from_code=False)
    recording.source = graph.operation(layers[-1].members[-1]).source
    values: dict[str, Any] = {}
    for name in arguments:
        variable = replace(graph.variable(name), role="input", value=None, draw=None)
        values[name] = Tracer(recording, recording.add(variable, name, fixed=True))
    weight, bias = one_matrix(layers, values)
    for name, tracer in (("M", weight), ("c", bias)):
        if tracer is not None and not recording.values[tracer.number].fixed:
            recording.values[tracer.number].name = name
    recording.scope = (call,)
    x = values[layers[0].x]
    product = weight @ x if layers[0].left else x @ (weight if rows(layers) else weight.T)
    result = product if bias is None else product + bias
    body = recording.graph([result.number], {})
    body.graph["arguments"] = arguments
    return body
