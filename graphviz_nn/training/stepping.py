"""A step of training: what it does, and the state that it moves. `fit` and the playground step by it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from graphviz_nn.graph.ir import Array
from graphviz_nn.training.batches import Batch, batches
from graphviz_nn.training.changes import Change
from graphviz_nn.training.objective import Measured, Objective
from graphviz_nn.training.optimizers import Optimizer
from graphviz_nn.training.parameters import Penalty, State


@dataclass(eq=False)
class Stepper:
    """What each step does, and the current state.

    Parameters
    ----------
    objective : Objective
        The objective to minimize.
    rate : callable
        The learning rate of each step, counted from 0.
    batch : callable
        The examples of each step; None for all.
    seed : int
        Together with the step, it determines random leaves, and the order of the examples.
    """

    objective: Objective
    penalty: Penalty
    optimizer: Optimizer
    rate: Callable[[int], float]
    batch: Callable[[int], Batch | None]
    state: State
    seed: int = 0
    _other: Array | None = None

    def measured(self) -> Measured:
        """Measure the current parameters over all examples.

        Raises
        ------
        Broken
            If a value isn't finite.
        """
        return self.objective.measured(self.state.parameters, (self.seed, self.state.step))

    def gradient(self) -> Array:
        """The gradient that the next step takes, without the penalty.

        Raises
        ------
        Broken
            If an entry isn't finite.
        """
        step, parameters, _ = self.state
        return self.objective.gradient(parameters, self.batch(step), (self.seed, step))

    def step(self, measured: Measured | None = None) -> None:
        """Do a step; reuse a measured gradient if it is that of all examples.

        Raises
        ------
        Broken
            If an entry of the gradient isn't finite; the state stays as it was.
        """
        step, parameters, memory = self.state
        batch = self.batch(step)
        if measured is None or batch is not None:
            gradient = self.objective.gradient(parameters, batch, (self.seed, step))
        else:
            gradient = measured.gradient
        gradient = self.penalty.added(gradient, parameters)
        direction, memory = self.optimizer.direction(gradient, memory, step + 1)
        # The parameters move to and fro between two arrays, so that an interruption leaves a consistent state.
        found = np.empty_like(parameters) if self._other is None or self._other is parameters else self._other
        np.multiply(direction, self.rate(step), found)
        np.subtract(parameters, found, found)
        self._other = parameters
        self.state = State(step + 1, found, memory)

    def change(self, change: Change) -> None:
        """Change an option from the current step on, or an entry of a parameter."""
        what, value = change.what, change.value
        if what == "rate":
            self.rate = lambda step: value
        elif what == "batch_size":
            self.batch = batches(len(self.objective.data), int(value), self.seed)
        elif what in ("l1", "l2"):
            self.penalty = replace(self.penalty, **{what: value})
        else:
            # Kept states share the array.
            vector = self.state.parameters.copy()
            self.objective.layout.arrays(vector)[what][change.index] = value
            self.state = self.state._replace(parameters=vector)
