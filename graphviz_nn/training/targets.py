"""Prepare data for a graph: assign columns to inputs, and encode classes as the loss expects."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.data.data import numbers_of
from graphviz_nn.errors import DataError, UsageError, entry
from graphviz_nn.evaluation.feeds import cast
from graphviz_nn.graph.ir import Array
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.training.model import Model


@dataclass(frozen=True)
class Encoding:
    """How to write classes as targets, and read them from predictions.

    Parameters
    ----------
    write : callable
        Maps class numbers and the number of classes to targets.
    read : callable
        Maps predictions to class numbers.
    ahead : callable
        Maps predictions and the number of classes to how far each class is ahead, above 0 for the predicted one.
    share : callable
        Maps predictions of one number to the share of the second class.
    """

    write: Callable[[Array, int], Array]
    read: Callable[[Array], Array]
    ahead: Callable[[Array, int], Array]
    share: Callable[[Array], Array] = lambda values: np.clip(values, 0, 1)

    def classes(self, predictions: Array) -> Array:
        """The predicted class numbers, for a leading axis of examples."""
        return self.read(_rows(predictions))

    def second(self, predictions: Array) -> Array:
        """The share of the second class of two, from 0 to 1; 0.5 on the boundary."""
        rows = _rows(predictions)
        if rows.ndim > 1:
            whole = rows.sum(axis=-1)
            is_share = bool((rows >= 0).all()) and np.allclose(whole, 1.0, atol=1e-4)
            return np.asarray(rows[:, 1] if is_share else _sigmoid(rows[:, 1] - rows[:, 0]))
        return self.share(rows)

    def margins(self, predictions: Array, count: int) -> Array:
        """How far each class is ahead of the others, for a leading axis of examples; above 0 for the predicted one."""
        with np.errstate(all="ignore"):
            return self.ahead(_rows(predictions), count)


def _rows(predictions: Array) -> Array:
    rows = predictions.reshape(len(predictions), -1)
    return rows if rows.shape[1] > 1 else rows[:, 0]


def _sigmoid(z: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-z)))


def _of_scores(scores: Array, count: int) -> Array:
    """The distance of each score to the greatest other one; that of probabilities is taken between logarithms."""
    if (scores >= 0).all() and np.allclose(scores.sum(axis=-1), 1.0):
        # Straight across a boundary, where probabilities are steps.
        scores = np.log(np.maximum(scores, np.finfo(float).tiny))
    second, first = np.sort(scores, axis=-1)[:, -2:].T
    is_first = np.arange(scores.shape[1]) == scores.argmax(axis=-1)[:, None]
    return np.asarray(scores - np.where(is_first, second[:, None], first[:, None]))


def _of_logits(z: Array, count: int) -> Array:
    return np.stack([-z, z], axis=-1)


def _of_probabilities(p: Array, count: int) -> Array:
    return _of_logits(_logit(p), count)


def _logit(p: Array) -> Array:
    tiny = np.finfo(float).tiny
    return np.asarray(np.log(np.maximum(p, tiny)) - np.log(np.maximum(1 - p, tiny)))


def _of_numbers(values: Array, count: int) -> Array:
    if values.ndim > 1:
        return _of_scores(values, count)
    return np.asarray(0.5 - np.abs(values[:, None] - np.arange(count)))


ENCODINGS = {
    "one-hot": Encoding(
        lambda classes, count: np.eye(count)[classes], lambda scores: scores.argmax(axis=-1), _of_scores
    ),
    "zero-one": Encoding(
        lambda classes, count: classes.astype(float), lambda p: (p > 0.5).astype(int), _of_probabilities
    ),
    "zero-one of logits": Encoding(
        lambda classes, count: classes.astype(float), lambda z: (z > 0).astype(int), _of_logits, _sigmoid
    ),
    "signs": Encoding(
        lambda classes, count: 2.0 * classes - 1,
        lambda scores: (scores > 0).astype(int),
        _of_logits,
        lambda scores: np.clip((1 + scores) / 2, 0, 1),
    ),
    "numbers": Encoding(
        lambda classes, count: classes,
        lambda scores: scores.argmax(axis=-1) if scores.ndim > 1 else np.rint(scores).astype(int),
        _of_numbers,
    ),
}
"""Encodings of classes: one-hot, 0 and 1, -1 and 1, or the class number."""

OF_LOSSES = {
    "binary_cross_entropy": "zero-one",
    "binary_cross_entropy_with_logits": "zero-one of logits",
    "hinge": "signs",
}
"""Losses with their own encoding of two classes."""

FOR_CLASSES = ("cross_entropy", "cross_entropy_with_logits", *OF_LOSSES)


def encoding_of(model: Model, data: Data, wanted: str | None = None) -> Encoding | None:
    """The encoding of classes for a model's loss; None if the targets are numbers.

    Raises
    ------
    DataError
        If the targets don't match the loss.
    """
    loss, (target, *more) = model.kind.replace("_", " "), model.targets
    shape = model.together.one(model.layers.variable(target).shape)
    if more:
        raise UsageError(f"the graph has {1 + len(more)} targets, {', '.join(model.targets)}, but data have one")
    if not data.classes:
        if model.kind in FOR_CLASSES:
            raise DataError(f"{loss} needs classes, but the targets are numbers; use a loss such as squared_error")
        if data.targets.shape[1:] != shape and data.targets[0].size != int(np.prod(shape)):
            raise DataError(f"the data's targets have shape {data.targets.shape[1:]}, but {target} takes {shape}")
        return None
    count, entries = len(data.classes), int(np.prod(shape))
    if wanted is not None:
        return entry("encoding", wanted, ENCODINGS)
    if np.dtype(model.layers.variable(target).dtype).kind in "iu" and entries == 1:
        return ENCODINGS["numbers"]
    if entries == count:
        if model.kind == "hinge":
            raise DataError(f"{loss} takes targets of 1 and -1, but {target} of shape {shape} has one per class")
        return ENCODINGS["one-hot"]
    if entries == 1 and count == 2:
        written = OF_LOSSES.get(model.kind, "signs" if model.is_margin else "zero-one")
        # If the loss takes logits, another prediction is their probability.
        return ENCODINGS["zero-one" if written == "zero-one of logits" and not model.is_compared else written]
    known = ", ".join(data.classes[:6]) + (", …" if count > 6 else "")
    takes = f"{shape}, for {entries} classes" if entries > 1 else "a single number, for two classes"
    raise DataError(
        f"the data have {count} classes ({known}), but the target {target} takes {takes}; trace it with target({count})"
    )


def feeds(graph: Traceable | Model, data: Data, encoding: str | None = None, *, example: Any = ()) -> dict[str, Array]:
    """The feeds of a graph for all examples at once, by the names of its inputs and its target.

    Parameters
    ----------
    graph : Graph or callable
        A model of one example, or of a batch.
    encoding : str, optional
        The encoding of classes, one of `ENCODINGS`; default by the loss.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Returns
    -------
    dict of str to array
        Each has a leading axis for the examples, as `graphviz_nn.batch` takes it; for a model of a batch, that axis
        counts groups of examples.

    Raises
    ------
    DataError
        If the columns don't fit the inputs, or the targets don't match the loss.

    Examples
    --------
    >>> from graphviz_nn.data import Data
    >>> from graphviz_nn.nn import cross_entropy, softmax
    >>> from graphviz_nn.tracing import input, parameter, target, trace
    >>> def loss(x, y, W):
    ...     return cross_entropy(softmax(W @ x), y)
    >>> graph = trace(loss, x=input(2), y=target(2), W=parameter((2, 2)))
    >>> feeds(graph, Data([[0.0, 1.0], [2.0, 3.0]], [0, 1], classes=("no", "yes")))["y"]
    array([[1., 0.],
           [0., 1.]])
    """
    model = graph if isinstance(graph, Model) else Model(graph_of(graph, example), columns=data.inputs.shape[1])
    model.together.groups(len(data))
    return {name: model.together.grouped(each) for name, each in examples(model, data, encoding).items()}


def examples(model: Model, data: Data, encoding: str | None = None) -> dict[str, Array]:
    """The feeds of a model by the names of its inputs and its target, with a leading axis of examples."""
    found = input_feeds(model, data.inputs, data.names)
    # Reading the loss raises an error if the graph has none.
    if model.loss:
        written = encoding_of(model, data, encoding)
        (target,) = model.targets
        variable = model.layers.variable(target)
        shape = model.together.one(variable.shape)
        values = data.targets if written is None else written.write(data.targets, len(data.classes))
        try:
            found[target] = cast(target, np.reshape(values, (len(data), *shape)), np.dtype(variable.dtype))
        except ValueError:
            raise DataError(f"targets encoded as {encoding!r} don't fit {target} of shape {shape}") from None
    return found


def input_feeds(model: Model, inputs: Any, names: tuple[str, ...] = ()) -> dict[str, Array]:
    """The columns of a table by the graph's inputs: by name if the inputs are single numbers with the names of columns,
    otherwise in order."""
    table = numbers_of("the table of inputs", inputs).astype(float)
    variables = {name: model.layers.variable(name) for name in model.inputs}
    shapes = {name: model.together.one(each.shape) for name, each in variables.items()}
    sizes = {name: prod(shape) for name, shape in shapes.items()}
    if table.ndim < 2 or int(np.prod(table.shape[1:])) != sum(sizes.values()):
        listed = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
        takes = ", ".join(f"{name} {each.shape}" for name, each in variables.items())
        raise DataError(
            f"the data have {int(np.prod(table.shape[1:]))} input columns{f' ({listed})' if names else ''}, but "
            f"the graph takes {sum(sizes.values())}: {takes}; choose columns, or trace the graph with as many"
        )
    table = table.reshape(len(table), -1)
    if set(names) == set(variables) and all(size == 1 for size in sizes.values()):
        table = table[:, [names.index(name) for name in variables]]
    found, start = {}, 0
    for name, variable in variables.items():
        columns = table[:, start : start + sizes[name]]
        found[name] = cast(name, columns.reshape(len(table), *shapes[name]), np.dtype(variable.dtype))
        start += sizes[name]
    return found
