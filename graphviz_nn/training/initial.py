"""Initial parameters, if the graph has no values."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graphviz_nn.data.seeds import seeded
from graphviz_nn.errors import FeedError, UsageError, suggest
from graphviz_nn.evaluation.feeds import fitted
from graphviz_nn.graph.ir import Array, Graph, Shape
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.transforms.fold import unfold

ADDING = frozenset(["add", "subtract"])
ARRANGING = frozenset(["reshape", "transpose", "broadcast_to", "astype"])
RECTIFYING = frozenset(["maximum", "relu", "leaky_relu", "relu6", "elu", "selu", "gelu", "silu"])
SCALING = frozenset(["layer_norm", "rms_norm", "group_norm", "batch_norm"])


def glorot(generator: np.random.Generator, shape: Shape) -> Array:
    """Entries drawn uniformly between ±√(6 / (inputs + outputs)).

    Source
    ------
    X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural networks,
    AISTATS 2010, equation (16).
    """
    inputs, outputs = _fans(shape)
    bound = np.sqrt(6 / (inputs + outputs))
    return generator.uniform(-bound, bound, shape)


def he(generator: np.random.Generator, shape: Shape) -> Array:
    """Entries drawn from the normal distribution of variance 2 / inputs.

    Source
    ------
    K. He et al., Delving deep into rectifiers, ICCV 2015, equation (10).
    """
    return generator.normal(0, np.sqrt(2 / _fans(shape)[0]), shape)


INITIALIZERS: dict[str, Callable[[np.random.Generator, Shape], Array]] = {"glorot": glorot, "he": he}
"""Ways to draw weights, by name."""


def _fans(shape: Shape) -> tuple[int, int]:
    """The number of inputs and outputs of a weight of shape (outputs, inputs, *window)."""
    if len(shape) < 2:
        return (shape[0] if shape else 1), 1
    window = int(np.prod(shape[2:]))
    return max(1, shape[1] * window), max(1, shape[0] * window)


def initial_parameters(
    graph: Traceable, initial: str | Mapping[str, Any] | None = None, seed: int = 0, *, example: Any = ()
) -> dict[str, Array]:
    """Make the parameters that training starts from.

    Parameters
    ----------
    initial : dict or str, optional
        Arrays by name, or how to draw weights: "glorot" or "he". By default, the graph's own values. Parameters without
        a value are drawn by "he" in a network of rectified units, otherwise by "glorot"; parameters that are only added
        start from 0, the scales of normalizations from 1.
    seed : int
        The same seed draws the same parameters.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Raises
    ------
    UsageError, FeedError
        For an unknown name, and for arrays that don't fit.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda x, W, b: W @ x + b, x=input(2), W=parameter((3, 2)), b=parameter(3))
    >>> initial_parameters(graph)["b"]
    array([0., 0., 0.])
    """
    graph = graph_of(graph, example)
    given: Mapping[str, Any] = initial if isinstance(initial, Mapping) else {}
    parameters = {name: each for name, each in graph.leaves.items() if each.role == "parameter"}
    for name in given:
        if name not in parameters:
            raise FeedError(f"initial= has {name!r}, which isn't a parameter: {suggest(str(name), parameters)}")
    for name, variable in parameters.items():
        if np.dtype(variable.dtype).kind == "c":
            raise UsageError(
                f"{name} is {variable.dtype}, but training moves real numbers; "
                f"make it of two real parameters: {name} = a + 1j * b"
            )
    graph = unfold(graph)
    called = {
        name
        for operation in graph.operations.values()
        for name in (operation.op, *(call.partition(":")[0] for call in operation.scope))
    }
    method = initial if isinstance(initial, str) else "he" if called & RECTIFYING else "glorot"
    if method not in INITIALIZERS:
        raise UsageError(f"initial= can't be {initial!r}: {suggest(method, INITIALIZERS)}; or give arrays by name")
    found = {}
    for number, (name, variable) in enumerate(parameters.items()):
        if name in given:
            found[name] = fitted(name, given[name], variable)
        elif variable.value is not None and not isinstance(initial, str):
            found[name] = variable.value.copy()
        elif _only_added(graph, name):
            found[name] = np.zeros(variable.shape)
        elif _scales(graph, name):
            found[name] = np.ones(variable.shape)
        else:
            found[name] = INITIALIZERS[method](seeded(seed, number), variable.shape)
    return found


def _only_added(graph: Graph, name: str) -> bool:
    """Whether a variable, possibly rearranged, is only added or subtracted."""
    for user in graph.successors(name):
        operation = graph.operation(user)
        arranged = operation.op in ARRANGING and all(_only_added(graph, each) for each in graph.results(user))
        if not arranged and operation.op not in ADDING:
            return False
    return True


def _scales(graph: Graph, name: str) -> bool:
    """Whether a variable is the scale of a normalization."""
    scopes = (call for user in graph.successors(name) for call in graph.operation(user).scope)
    return any(call.partition(":")[0] in SCALING for call in scopes)
