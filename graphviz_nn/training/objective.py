"""The objective of training: the mean loss over examples, and its gradient."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.errors import FeedError, NonFiniteError
from graphviz_nn.evaluation import Program
from graphviz_nn.graph.draw import Moment, draws, means
from graphviz_nn.graph.ir import Array
from graphviz_nn.training.batches import Batch
from graphviz_nn.training.model import Model
from graphviz_nn.training.parameters import Layout
from graphviz_nn.training.targets import Encoding, encoding_of, examples


@dataclass(frozen=True)
class Measured:
    """Mean loss, accuracy (NaN without classes), the gradient of the loss as one vector, and the predicted classes."""

    loss: float
    accuracy: float
    gradient: Array
    classes: Array | None = None


class Broken(Exception):
    """A computed value isn't finite."""


@dataclass(frozen=True, eq=False)
class Objective:
    """The mean loss of a model over data, as a function of all parameters.

    Parameters
    ----------
    layout : Layout
        The position of each parameter in the vector.
    encoding : str, optional
        How classes become targets.
    differentiated : bool
        Whether the gradient is needed too.
    """

    model: Model
    data: Data
    layout: Layout
    encoding: str | None = None
    differentiated: bool = True

    @cached_property
    def _arrays(self) -> dict[str, Array]:
        return examples(self.model, self.data, self.encoding)

    @cached_property
    def encoded(self) -> Encoding | None:
        """How classes are written as targets; None if the targets are numbers."""
        return encoding_of(self.model, self.data, self.encoding)

    @cached_property
    def _is_one_hot(self) -> bool:
        """Whether each target selects one class, so that the logarithm of a mixture is that of a probability."""
        (target,) = (self._arrays[name] for name in self.model.targets)
        rows = target.reshape(len(target), -1)
        return bool(((rows == 0) | (rows == 1)).all() and (rows.sum(axis=1) == 1).all())

    @cached_property
    def _steps(self) -> dict[tuple[int, bool], "_Steps"]:
        return {}

    def _steps_of(self, size: int, *, measured: bool) -> "_Steps":
        key = size, measured
        if key not in self._steps:
            found = self.program(size, measured=measured)
            self._steps[key] = _Steps(found, self._arrays, self.layout.shapes, 2 if measured else 0)
        return self._steps[key]

    def program(self, size: int, *, measured: bool) -> Program:
        """The program of the loss and the prediction over groups of examples, or of the gradients."""
        return self.model.losses(size, differentiated=not measured, one_hot=self._is_one_hot)

    def compiled(self, *counts: int) -> None:
        """Compile the gradients for some numbers of examples; what devices can't divide is found before the first step.

        Raises
        ------
        UsageError
            If they can't.
        """
        for count in filter(None, counts):
            self._steps_of(self.model.together.groups(count), measured=False)

    def measured(self, parameters: Array, moment: Moment | None = None) -> Measured:
        """Measure at some parameters, over all examples.

        Parameters
        ----------
        moment : tuple of int, optional
            Selects the draw of random leaves; by default they are their means.

        Raises
        ------
        Broken
            If the loss or an entry of the gradient isn't finite, with the responsible operation.
        """
        together = self.model.together
        steps = self._steps_of(together.groups(len(self.data)), measured=True)
        (loss, prediction), gradient = self._run(steps, self._grouped, parameters, moment)
        if self.differentiated:
            # By the program of the steps: its last digits don't depend on where the records are.
            gradient = self.gradient(parameters, None, moment)
        accuracy, classes = np.nan, None
        if self.encoded is not None:
            classes = self.encoded.classes(together.apart(prediction))
            accuracy = float(np.mean(classes == self.data.targets))
        return Measured(float(np.asarray(loss).item()), accuracy, gradient, classes)

    def gradient(self, parameters: Array, batch: Batch | None, moment: Moment | None) -> Array:
        """The gradient at some parameters, over some examples or all, as one vector.

        Raises
        ------
        Broken
            As for `measured`.
        """
        if batch is None:
            steps, arrays = self._steps_of(self.model.together.groups(len(self.data)), measured=False), self._grouped
        else:
            part, grouped = slice(batch.start, batch.stop), self.model.together.grouped
            steps = self._steps_of(self.model.together.groups(batch.stop - batch.start), measured=False)
            arrays = {name: grouped(each[part]) for name, each in self._ordered(batch.order).items()}
        return self._run(steps, arrays, parameters, moment)[1]

    @cached_property
    def _grouped(self) -> dict[str, Array]:
        return {name: self.model.together.grouped(each) for name, each in self._arrays.items()}

    @cached_property
    def _order(self) -> list[tuple[Array, dict[str, Array]]]:
        return []

    def _ordered(self, order: Array) -> dict[str, Array]:
        """All examples in an order; the batches of a pass are parts of it."""
        if not self._order or self._order[0][0] is not order:
            self._order[:] = [(order, {name: each[order] for name, each in self._arrays.items()})]
        return self._order[0][1]

    def _run(
        self, steps: "_Steps", arrays: Mapping[str, Array], parameters: Array, moment: Moment | None
    ) -> tuple[Sequence[Array], Array]:
        """Loss and prediction, if the program returns them, and the gradient as one vector."""
        # Without the checks of a call, which would take as long as the step of a small network.
        values = steps.values(arrays, self._views(parameters), moment)
        found = steps.program.arrays(*values)
        measures, gradient = found[: steps.measures], _joined(found[steps.measures :])
        # A sum is finite only if every entry is.
        if not isfinite(gradient.sum() + (np.asarray(measures[0]).item() if measures else 0.0)):
            found = self._explained(steps.program, values, found)
            measures, gradient = found[: steps.measures], _joined(found[steps.measures :])
        return measures, gradient

    @cached_property
    def _seen(self) -> dict[int, tuple[Array, dict[str, Array]]]:
        return {}

    def _views(self, parameters: Array) -> dict[str, Array]:
        """The parameters by name; a run's steps take turns with two vectors."""
        known = self._seen.get(id(parameters))
        if known is None:
            if len(self._seen) > 2:
                self._seen.clear()
            # Keeping the vector keeps its id its own.
            known = self._seen[id(parameters)] = parameters, self.layout.arrays(parameters)
        return known[1]

    def _explained(self, program: Program, values: list[Array | None], found: Sequence[Array]) -> Sequence[Array]:
        """Raise with the operation that first gave a non-finite value; it may be only the sum that is too large."""
        if all(np.isfinite(each).all() for each in found):
            return found
        try:
            # Step by step, where a short form may round to infinity.
            again = program(dict(zip(program.leaves, values, strict=True)), finite=True)
        except (NonFiniteError, FeedError) as error:
            raise Broken(str(error)) from None
        return [again[name] for name in program.outputs]


class _Steps:
    """A program, the number of its outputs before the gradients, and the places of data and parameters in it."""

    def __init__(self, program: Program, data: Iterable[str], learned: Iterable[str], measures: int) -> None:
        self.program, self.measures = program, measures
        self.own: list[Array | None] = [each.value for each in program.leaves.values()]
        places = {name: place for place, name in enumerate(program.leaves)}
        self.data = [(places[name], name) for name in data if name in places]
        self.learned = [(places[name], name) for name in learned if name in places]
        self.drawn = {name: each for name, each in program.leaves.items() if each.draw is not None}
        self.places = places

    def values(
        self, data: Mapping[str, Array], learned: Mapping[str, Array], moment: Moment | None
    ) -> list[Array | None]:
        """The values of the leaves, in order."""
        found = self.own.copy()
        for place, name in self.data:
            found[place] = data[name]
        for place, name in self.learned:
            found[place] = learned[name]
        if self.drawn:
            chance = means(self.drawn) if moment is None else draws(self.drawn, moment)
            for name, value in chance.items():
                found[self.places[name]] = value
        return found


def _joined(gradients: Sequence[Array]) -> Array:
    return np.concatenate([each.ravel() for each in gradients]) if gradients else np.zeros(0)
