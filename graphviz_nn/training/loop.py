"""The steps of training: parameters as one vector, and what a step does to it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.errors import NonFiniteError
from graphviz_nn.evaluation import Program
from graphviz_nn.graph.ir import Array
from graphviz_nn.training.model import Model
from graphviz_nn.training.optimizers import Optimizer
from graphviz_nn.training.result import read
from graphviz_nn.training.targets import Encoding, encoding_of, feeds


class State(NamedTuple):
    """Where training is: after so many steps these parameters, and what the optimizer keeps."""

    step: int
    parameters: Array
    memory: Array


@dataclass(frozen=True)
class Measured:
    """What was measured at a state: mean loss, and the gradient of the loss alone; accuracy where there are classes."""

    loss: float
    accuracy: float
    gradient: Array


class Broken(Exception):
    """A step gave what isn't finite."""


@dataclass(frozen=True, eq=False)
class Objective:
    """What is made small: mean loss over some examples, for parameters as one vector.

    Parameters
    ----------
    layout : Layout
        Where each parameter is in the vector.
    encoding : str, optional
        How classes are written.
    """

    model: Model
    data: Data
    layout: "Layout"
    encoding: str | None

    @cached_property
    def _arrays(self) -> dict[str, Array]:
        return feeds(self.model, self.data, self.encoding)

    @cached_property
    def _programs(self) -> dict[int, tuple[Program, list[tuple[int, str]], list[Array | None]]]:
        return {}

    def _ready(self, size: int) -> tuple[Program, list[tuple[int, str]], list[Array | None]]:
        """A program for so many examples, its leaves that change with their places, and the values of the others."""
        if size not in self._programs:
            program = self.model.steps(size)
            leaves = program.graph.leaves
            changing = [(place, name) for place, name in enumerate(leaves) if leaves[name].role != "constant"]
            self._programs[size] = program, changing, [variable.value for variable in leaves.values()]
        return self._programs[size]

    def measured(self, parameters: Array, rows: Array | None = None) -> Measured:
        """Loss, accuracy and gradient at some parameters, over all examples or some.

        Raises
        ------
        Broken
            Where the loss or an entry of the gradient isn't finite; it says by which operation.
        """
        size = len(self.data) if rows is None else len(rows)
        program, changing, constants = self._ready(size)
        arrays, values = self.layout.arrays(parameters), list(constants)
        for place, name in changing:
            if name in arrays:
                values[place] = arrays[name]
            else:
                values[place] = self._arrays[name] if rows is None else self._arrays[name][rows]
        found = program.steps(*values)
        loss, prediction, *gradients = (found[name] for name in program.outputs)
        gradient = np.concatenate([np.ravel(each) for each in gradients])
        # A sum is finite only where every entry is.
        if not np.isfinite(loss + gradient.sum()):
            self._explain(program, values, loss, gradient)
        accuracy = np.nan
        if rows is None and self._encoding is not None:
            accuracy = float(np.mean(read(self._encoding, prediction) == self.data.targets))
        return Measured(float(loss), accuracy, gradient)

    @cached_property
    def _encoding(self) -> Encoding | None:
        return encoding_of(self.model, self.data, self.encoding)

    def _explain(self, program: Program, values: list[Array | None], loss: Array, gradient: Array) -> None:
        try:
            program(dict(zip(program.graph.leaves, values, strict=True)), finite=True)
        except NonFiniteError as error:
            raise Broken(str(error)) from None
        if not np.isfinite(loss) or not np.isfinite(gradient).all():
            raise Broken("the gradient isn't finite")


class Layout:
    """Where each parameter is in one vector of all."""

    def __init__(self, parameters: dict[str, Array]) -> None:
        self.shapes = {name: value.shape for name, value in parameters.items()}
        ends = np.cumsum([value.size for value in parameters.values()]).tolist()
        starts = [0, *ends[:-1]]
        self.places = {name: slice(a, b) for name, a, b in zip(parameters, starts, ends, strict=True)}
        self.size = ends[-1]

    def vector(self, parameters: dict[str, Array]) -> Array:
        """All parameters behind each other."""
        return np.concatenate([np.ravel(parameters[name]) for name in self.shapes]).astype(float)

    def arrays(self, vector: Array) -> dict[str, Array]:
        """The parameters by name, as parts of the vector; further axes before it are kept."""
        return {
            name: vector[..., self.places[name]].reshape(*vector.shape[:-1], *shape)
            for name, shape in self.shapes.items()
        }


@dataclass(frozen=True)
class Penalty:
    """What large parameters cost: l1 times the sum of their sizes and l2 times that of their squares."""

    l1: float
    l2: float

    def value(self, parameters: Array) -> float:
        """How much these cost."""
        if not (self.l1 or self.l2):
            return 0.0
        return float(self.l1 * np.abs(parameters).sum() + self.l2 * np.sum(parameters**2))

    def added(self, gradient: Array, parameters: Array) -> Array:
        """A gradient with that of the penalty."""
        if self.l2:
            gradient = gradient + 2 * self.l2 * parameters
        return gradient + self.l1 * np.sign(parameters) if self.l1 else gradient


def stepped(state: State, gradient: Array, optimizer: Optimizer, rate: float) -> State:
    """The state after one more step."""
    direction, memory = optimizer.direction(gradient, state.memory, state.step + 1)
    return State(state.step + 1, state.parameters - rate * direction, memory)


def batches(count: int, size: int, seed: int) -> Callable[[int], Array | None]:
    """The examples of each step, counted from 0: all (None), or in each pass every one once, in random order.

    What is chosen depends on seed and step alone, so that training can go on anywhere.

    Examples
    --------
    >>> rows = batches(5, 2, seed=0)
    >>> [len(rows(step)) for step in range(3)], sorted(int(i) for step in range(3) for i in rows(step))
    ([2, 2, 1], [0, 1, 2, 3, 4])
    """
    if size >= count:
        return lambda step: None
    each = -(-count // size)
    order: tuple[int, Array] = -1, np.arange(0)

    def rows(step: int) -> Array:
        nonlocal order
        number, place = divmod(step, each)
        if order[0] != number:
            order = number, np.random.default_rng([seed, number]).permutation(count)
        return order[1][place * size : (place + 1) * size]

    return rows
