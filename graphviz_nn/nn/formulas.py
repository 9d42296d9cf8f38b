"""How layers are written by hand: each formula a function, so that it is a pattern too.

``@formula("softmax", z=[(5,), (7, 5)])`` adds a row; the keywords are example shapes, and what is computed at
one is looked for at every shape. A list of shapes is a list of alternatives, `Many` stands for any number of
arguments of a shape, `NUMBER` for a plain number. A formula that returns a tuple says after its result what
the layer is given.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Number, Shape, Variable
from graphviz_nn.nn.activations import log_softmax, sigmoid, softmax, softplus
from graphviz_nn.nn.logits import mixture_of_logs
from graphviz_nn.nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    cross_entropy_with_logits,
)
from graphviz_nn.tracing.trace import input

NUMBER = "a number"
PREDICTED = ("p", "z", "prediction")


@dataclass(frozen=True)
class Many:
    """Any number of arguments of one shape."""

    shape: Shape


@dataclass(frozen=True, eq=False)
class Formula:
    """One way to write a layer.

    Parameters
    ----------
    layer : str
        What the layer is called.
    function : callable
        The formula.
    examples : tuple of dict
        For each argument a shape, `NUMBER`, or a `Many`.
    parameters : tuple of str
        The arguments that must be parameters of the model.
    definition : callable, optional
        The layer's own definition, to be computed instead where the formula isn't stable.
    """

    layer: str
    function: Callable[..., Any]
    examples: tuple[Mapping[str, Any], ...]
    parameters: tuple[str, ...] = ()
    definition: Callable[..., Any] | None = None

    def shapes(self, count: int) -> Iterator[dict[str, Shape]]:
        """The example shapes by variable, with so many arguments where there may be any number."""
        for example in self.examples:
            found: dict[str, Shape] = {}
            for name, shape in example.items():
                if isinstance(shape, Many):
                    found.update({f"{name}_{i}": shape.shape for i in range(count)})
                else:
                    found[name] = () if shape is NUMBER else shape
            yield found

    def arguments(self, values: Mapping[str, Any], numbers: Mapping[str, Number]) -> dict[str, Any]:
        """What the function is called with, from a value for each name that `shapes` gives."""
        found: dict[str, Any] = {}
        for name, example in self.examples[0].items():
            if isinstance(example, Many):
                count = sum(1 for each in values if each.startswith(f"{name}_"))
                found[name] = [values[f"{name}_{i}"] for i in range(count)]
            else:
                found[name] = numbers[name] if name in numbers else values[name]
        return found

    def specs(self, shapes: Mapping[str, Shape], numbers: Mapping[str, Number]) -> dict[str, Any]:
        """What the formula is traced with."""
        return self.arguments({name: input(shape) for name, shape in shapes.items()}, numbers)

    def refuses(self, name: str, variable: Variable, compared: bool) -> str:
        """Why a variable can't be this argument; nothing where it can.

        Parameters
        ----------
        compared : bool
            Whether the variable is a target or computed from one.
        """
        if name in PREDICTED and variable.role == "target":
            return "is the target, where a prediction is expected"
        if self.layer == "linear" and name == "x" and variable.role == "parameter":
            return "is a parameter, where data is expected"
        if name == "target" and not compared:
            return "isn't a target, nor computed from one"
        if self.examples[0].get(name) == () and variable.shape:
            return f"has shape {variable.shape}, where a single number is expected"
        wanted = name in self.parameters or name.rpartition("_")[0] in self.parameters
        return "isn't a parameter of the model" if wanted and variable.role != "parameter" else ""


FORMULAS: list[Formula] = []
"""Every formula, in the order in which those of one size are tried."""


def formula(
    layer: str, *, parameters: tuple[str, ...] = (), definition: Callable[..., Any] | None = None, **shapes: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add a way to write a layer to the table; from then on it is recognised in every graph.

    Parameters
    ----------
    layer : str
        What the layer is called, in pictures too.
    parameters : tuple of str
        The arguments that must be parameters of the model.
    definition : callable, optional
        What is computed instead, where the formula isn't stable; it must give the same.
    **shapes
        For each argument an example shape, a list of alternatives, `NUMBER` or a `Many`.

    Examples
    --------
    >>> @formula("mish", z=(5,))
    ... def mish(z):
    ...     return z * np.tanh(np.log(1 + np.exp(z)))
    >>> FORMULAS.pop().layer
    'mish'
    """
    count = max(len(each) if isinstance(each, list) else 1 for each in shapes.values())
    examples = tuple(
        {name: each[i] if isinstance(each, list) else each for name, each in shapes.items()} for i in range(count)
    )

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        FORMULAS.append(Formula(layer, function, examples, parameters, definition))
        return function

    return register


VECTOR, ROWS = (5,), (7, 5)


# Linear layers: nothing is gained by another definition, what is written is kept.


@formula("linear", x=VECTOR, weight=(3, 5), parameters=("weight",))
@formula("linear", x=VECTOR, weight=VECTOR, parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return weight @ x


@formula("linear", x=[ROWS, VECTOR], weight=[(5, 3), (5, 3)], parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return x @ weight


@formula("linear", x=[ROWS, VECTOR], weight=[(3, 5), (3, 5)], parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return x @ weight.T


@formula("linear", x=VECTOR, weight=VECTOR, parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return np.sum(weight * x)


@formula("linear", x=VECTOR, weight=(3, 5), bias=(3,), parameters=("weight", "bias"))
@formula("linear", x=VECTOR, weight=VECTOR, bias=(), parameters=("weight", "bias"))
def _(x: Any, weight: Any, bias: Any) -> Any:
    return weight @ x + bias


@formula("linear", x=[ROWS, VECTOR], weight=[(5, 3), (5, 3)], bias=[(3,), (3,)], parameters=("weight", "bias"))
def _(x: Any, weight: Any, bias: Any) -> Any:
    return x @ weight + bias


@formula("linear", x=[ROWS, VECTOR], weight=[(3, 5), (3, 5)], bias=[(3,), (3,)], parameters=("weight", "bias"))
def _(x: Any, weight: Any, bias: Any) -> Any:
    return x @ weight.T + bias


@formula("linear", x=VECTOR, weight=VECTOR, bias=(), parameters=("weight", "bias"))
def _(x: Any, weight: Any, bias: Any) -> Any:
    return np.sum(weight * x) + bias


@formula("linear", x=VECTOR, rows=Many(VECTOR), parameters=("rows",))
def _(x: Any, rows: Any) -> Any:
    return np.stack([row @ x for row in rows])


@formula("linear", x=VECTOR, rows=Many(VECTOR), parameters=("rows",))
def _(x: Any, rows: Any) -> Any:
    return np.stack([np.sum(row * x) for row in rows])


# Activations.


@formula("sigmoid", z=VECTOR, definition=sigmoid)
def _(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


@formula("sigmoid", z=VECTOR, definition=sigmoid)
def _(z: Any) -> Any:
    exponential = np.exp(z)
    return exponential / (1 + exponential)


@formula("sigmoid", z=VECTOR, definition=sigmoid)
def _(z: Any) -> Any:
    return np.exp(-np.logaddexp(0, -z))


@formula("sigmoid", z=VECTOR)
def _(z: Any) -> Any:
    return 0.5 * (1 + np.tanh(z / 2))


@formula("tanh", z=VECTOR)
def _(z: Any) -> Any:
    return np.tanh(z)


@formula("relu", z=VECTOR)
def _(z: Any) -> Any:
    return np.maximum(z, 0)


@formula("relu", z=VECTOR)
def _(z: Any) -> Any:
    return np.where(z > 0, z, 0)


@formula("relu", z=VECTOR)
def _(z: Any) -> Any:
    return z * (z > 0)


@formula("leaky_relu", z=VECTOR, slope=NUMBER)
def _(z: Any, slope: Any) -> Any:
    return np.maximum(z, slope * z)


@formula("leaky_relu", z=VECTOR, slope=NUMBER)
def _(z: Any, slope: Any) -> Any:
    return np.where(z > 0, z, slope * z)


@formula("silu", z=VECTOR, definition=lambda z: z * sigmoid(z))
def _(z: Any) -> Any:
    return z / (1 + np.exp(-z))


@formula("softplus", z=VECTOR, definition=softplus)
def _(z: Any) -> Any:
    return np.log(1 + np.exp(z))


@formula("softplus", z=VECTOR, definition=softplus)
def _(z: Any) -> Any:
    return np.log1p(np.exp(z))


def _reductions() -> Iterator[tuple[Any, Any]]:
    """The last axis summed and its maximum, as it is written for one example and for rows of them."""

    def all_of(z: Any) -> Any:
        return np.sum(z)

    def greatest(z: Any) -> Any:
        return np.max(z)

    def last(z: Any) -> Any:
        return np.sum(z, axis=-1, keepdims=True)

    def greatest_of_last(z: Any) -> Any:
        return np.max(z, axis=-1, keepdims=True)

    yield (all_of, greatest), VECTOR
    yield (last, greatest_of_last), [VECTOR, ROWS]


for (_total, _greatest), _shapes in _reductions():

    @formula("softmax", z=_shapes, definition=softmax)
    def _(z: Any, total: Any = _total) -> Any:
        exponentials = np.exp(z)
        return exponentials / total(exponentials)

    @formula("softmax", z=_shapes)
    def _(z: Any, total: Any = _total, greatest: Any = _greatest) -> Any:
        exponentials = np.exp(z - greatest(z))
        return exponentials / total(exponentials)

    @formula("log_softmax", z=_shapes, definition=log_softmax)
    def _(z: Any, total: Any = _total) -> Any:
        return z - np.log(total(np.exp(z)))

    @formula("log_softmax", z=_shapes)
    def _(z: Any, total: Any = _total, greatest: Any = _greatest) -> Any:
        shifted = z - greatest(z)
        return shifted - np.log(total(np.exp(shifted)))


# Losses. From probabilities, for one example:


@formula("cross_entropy", p=VECTOR, y=VECTOR, definition=cross_entropy)
def _(p: Any, y: Any) -> Any:
    return -np.log(p @ y)


@formula("cross_entropy", p=VECTOR, y=VECTOR, definition=cross_entropy)
def _(p: Any, y: Any) -> Any:
    return -np.log(np.sum(p * y))


@formula("cross_entropy", p=ROWS, y=ROWS, definition=cross_entropy)
def _(p: Any, y: Any) -> Any:
    return -np.mean(np.log(np.sum(y * p, axis=-1)))


@formula("cross_entropy", p=VECTOR, y=VECTOR, definition=mixture_of_logs)
def _(p: Any, y: Any) -> Any:
    return -(y @ np.log(p))


@formula("cross_entropy", p=VECTOR, y=VECTOR, definition=mixture_of_logs)
def _(p: Any, y: Any) -> Any:
    return -np.sum(y * np.log(p))


@formula("cross_entropy", p=VECTOR, y=VECTOR, definition=mixture_of_logs)
def _(p: Any, y: Any) -> Any:
    return np.sum(-y * np.log(p))


@formula("cross_entropy", p=ROWS, y=ROWS, definition=mixture_of_logs)
def _(p: Any, y: Any) -> Any:
    return -np.mean(np.sum(y * np.log(p), axis=-1))


@formula("cross_entropy", p=ROWS, y=ROWS, definition=mixture_of_logs)
def _(p: Any, y: Any) -> Any:
    return np.mean(-np.sum(y * np.log(p), axis=-1))


@formula("binary_cross_entropy", p=(), y=(), definition=binary_cross_entropy)
def _(p: Any, y: Any) -> Any:
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


@formula("binary_cross_entropy", p=(), y=(), definition=binary_cross_entropy)
def _(p: Any, y: Any) -> Any:
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


@formula("binary_cross_entropy", p=VECTOR, y=VECTOR, definition=binary_cross_entropy)
def _(p: Any, y: Any) -> Any:
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


# From logits; the parts are told apart in the view.


@formula("cross_entropy_with_logits", z=VECTOR, y=VECTOR, definition=cross_entropy_with_logits)
def _(z: Any, y: Any) -> Any:
    return np.log(np.sum(np.exp(z))) - y @ z


@formula("cross_entropy_with_logits", z=VECTOR, y=VECTOR, definition=cross_entropy_with_logits)
def _(z: Any, y: Any) -> Any:
    return np.log(np.sum(np.exp(z))) - np.sum(y * z)


@formula("cross_entropy_with_logits", z=VECTOR, y=VECTOR)
def _(z: Any, y: Any) -> Any:
    greatest = np.max(z)
    return greatest + np.log(np.sum(np.exp(z - greatest))) - y @ z


def _added(scores: Any) -> Any:
    return reduce(lambda a, b: a + b, map(np.exp, scores))


def _added_to_zero(scores: Any) -> Any:
    return sum(map(np.exp, scores))


def _of_stack(scores: Any) -> Any:
    return np.sum(np.exp(np.stack(scores)))


def _per_class(classes: int, add: Any) -> None:
    scores: dict[str, Any] = {f"score_{i}": () for i in range(classes)}

    @formula(
        "cross_entropy_with_logits", y=(classes,), definition=lambda z, y: cross_entropy_with_logits(z, y), **scores
    )
    def negative_log_likelihood(y: Any, **each: Any) -> Any:
        z = np.stack([each[name] for name in scores])
        return np.log(add([each[name] for name in scores])) - y @ z, z, y


for _classes, _add in chain.from_iterable(((n, _added), (n, _added_to_zero)) for n in range(2, 11)):
    _per_class(_classes, _add)


@formula("binary_cross_entropy_with_logits", z=(), y=(), definition=binary_cross_entropy_with_logits)
def _(z: Any, y: Any) -> Any:
    return np.log(1 + np.exp(z)) - y * z


@formula("squared_error", prediction=VECTOR, target=VECTOR)
def _(prediction: Any, target: Any) -> Any:
    return np.sum((prediction - target) ** 2)


@formula("squared_error", prediction=(), target=())
def _(prediction: Any, target: Any) -> Any:
    return (prediction - target) ** 2


@formula("squared_error", prediction=VECTOR, target=VECTOR)
def _(prediction: Any, target: Any) -> Any:
    return np.sum((target - prediction) ** 2)


@formula("squared_error", prediction=(), target=())
def _(prediction: Any, target: Any) -> Any:
    return (target - prediction) ** 2


@formula("mean_squared_error", prediction=VECTOR, target=VECTOR)
def _(prediction: Any, target: Any) -> Any:
    return np.mean((target - prediction) ** 2)


@formula("mean_squared_error", prediction=VECTOR, target=VECTOR)
def _(prediction: Any, target: Any) -> Any:
    return np.mean((prediction - target) ** 2)


# Normalisation and attention; inside, softmax is already found when they are looked for.


@formula("layer_norm", x=[VECTOR], scale=VECTOR, shift=VECTOR, epsilon=NUMBER, parameters=("scale", "shift"))
def _(x: Any, scale: Any, shift: Any, epsilon: Any) -> Any:
    return (x - np.mean(x)) / np.sqrt(np.var(x) + epsilon) * scale + shift


@formula("layer_norm", x=[VECTOR, ROWS], scale=VECTOR, shift=VECTOR, epsilon=NUMBER, parameters=("scale", "shift"))
def _(x: Any, scale: Any, shift: Any, epsilon: Any) -> Any:
    centred = x - np.mean(x, axis=-1, keepdims=True)
    return centred / np.sqrt(np.var(x, axis=-1, keepdims=True) + epsilon) * scale + shift


@formula("attention", query=ROWS, key=(6, 5), value=(6, 4))
def _(query: Any, key: Any, value: Any) -> Any:
    return softmax(query @ key.T / np.sqrt(np.shape(query)[-1])) @ value


@formula("attention", query=ROWS, key=(6, 5), value=(6, 4), scale=NUMBER)
def _(query: Any, key: Any, value: Any, scale: Any) -> Any:
    return softmax(query @ key.T * scale) @ value
