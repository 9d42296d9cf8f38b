"""The objective of training: the mean loss over examples, and its gradient."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.errors import FeedError, NonFiniteError
from graphviz_nn.evaluation import Program
from graphviz_nn.graph.draw import Moment, draws, means
from graphviz_nn.graph.ir import Array
from graphviz_nn.training.model import Model
from graphviz_nn.training.parameters import Layout
from graphviz_nn.training.targets import Encoding, encoding_of, examples


@dataclass(frozen=True)
class Measured:
    """Mean loss, accuracy (NaN without classes), and the gradient of the loss as one vector."""

    loss: float
    accuracy: float
    gradient: Array


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
    def _encoding(self) -> Encoding | None:
        return encoding_of(self.model, self.data, self.encoding)

    @cached_property
    def _programs(self) -> dict[int, Program]:
        return {}

    def measured(self, parameters: Array, rows: Array | None = None, moment: Moment | None = None) -> Measured:
        """Measure at some parameters, over all examples or those with these numbers.

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
        size = together.groups(len(self.data) if rows is None else len(rows))
        program = self._programs.get(size)
        if program is None:
            program = self._programs[size] = self.model.losses(size, differentiated=self.differentiated)
        arrays = self._arrays if rows is None else {name: each[rows] for name, each in self._arrays.items()}
        known = {**{name: together.grouped(each) for name, each in arrays.items()}, **self.layout.arrays(parameters)}
        known |= means(program.leaves) if moment is None else draws(program.leaves, moment)
        # Without the checks of a call, which would take as long as the step of a small network.
        values = [known.get(name, each.value) for name, each in program.leaves.items()]
        loss, prediction, *gradients = program.steps(*values)
        gradient = np.concatenate([np.ravel(each) for each in gradients]) if gradients else np.zeros(0)
        # A sum is finite only if every entry is.
        if not np.isfinite(loss + gradient.sum()):
            self._explain(program, values, loss, gradient)
        accuracy = np.nan
        if rows is None and self._encoding is not None:
            accuracy = float(np.mean(self._encoding.classes(together.apart(prediction)) == self.data.targets))
        return Measured(float(np.asarray(loss).item()), accuracy, gradient)

    def _explain(self, program: Program, values: list[Array | None], loss: Array, gradient: Array) -> None:
        """Raise with the operation that first gave a non-finite value; it may be only the sum that is too large."""
        if np.isfinite(loss) and np.isfinite(gradient).all():
            return
        try:
            program(dict(zip(program.leaves, values, strict=True)), finite=True)
        except (NonFiniteError, FeedError) as error:
            raise Broken(str(error)) from None
