"""A running training: steps and records, until the end."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from graphviz_nn.errors import NonFiniteError, ends_at_ctrl_c
from graphviz_nn.graph.ir import Array
from graphviz_nn.training.batches import Batch
from graphviz_nn.training.objective import Broken, Measured, Objective
from graphviz_nn.training.optimizers import Optimizer
from graphviz_nn.training.parameters import Penalty, State
from graphviz_nn.training.records import Record, Records


@dataclass(eq=False)
class Run:
    """A run: what each step does, and the current state.

    Parameters
    ----------
    objective : Objective
        The objective to minimize.
    tested : Objective, optional
        The same objective on test data.
    rate : callable
        The learning rate of each step, counted from 0.
    batch : callable
        The examples of each step; None for all.
    steps, every : int
        The number of steps, and the number between two records.
    seed : int
        Together with the step, it determines random leaves; tests use their means.
    stop_early : int, optional
        Stop after this many records without a lower test loss.
    """

    objective: Objective
    tested: Objective | None
    penalty: Penalty
    optimizer: Optimizer
    rate: Callable[[int], float]
    batch: Callable[[int], Batch | None]
    steps: int
    every: int
    stop_early: int | None
    state: State
    records: Records
    seed: int = 0
    remarks: list[str] = field(default_factory=list)
    _other: Array | None = None

    def to_the_end(self, recorded: Callable[[State, Records], None]) -> None:
        """Run until all steps are done, or an event ends the run early; a remark says which.

        Parameters
        ----------
        recorded : callable
            Called after each record.

        Raises
        ------
        NonFiniteError
            If there is no finite result.
        KeyboardInterrupt
            If there is no result, or Ctrl-C is to end everything.
        """
        try:
            while True:
                is_last = self.state.step >= self.steps
                here = self._record() if is_last or self.state.step % self.every == 0 else None
                if here is not None:
                    recorded(self.state, self.records)
                if is_last or self._has_waited():
                    break
                self._step(here)
        except Broken as error:
            if not self.records.kept:
                raise NonFiniteError(f"before the first step, {error}") from None
            rate = self.rate(max(0, self.state.step - 1))
            self._end(f"{error}; the rate was {rate:g}: try a smaller one")
        except KeyboardInterrupt:
            if ends_at_ctrl_c() or not self.records.kept:
                raise
            self._end("interrupted")
        best = self.records.best
        if not self.remarks and best.step == 0 and self.state.step:
            self.remarks.append(f"the loss never fell below that at the start, {best.loss:.4g}; try a smaller rate")

    def _end(self, reason: str) -> None:
        self.remarks.append(
            f"ended at step {self.state.step}: {reason}; the parameters are those of step {self.records.best.step}"
        )

    def _has_waited(self) -> bool:
        if self.stop_early is None or self.records.waited < self.stop_early:
            return False
        self._end(f"no lower test loss in {self.stop_early} records")
        return True

    def _record(self) -> Measured:
        state = self.state
        here = self.objective.measured(state.parameters, (self.seed, state.step))
        there = None if self.tested is None else self.tested.measured(state.parameters)
        objective = here.loss + self.penalty.value(state.parameters)
        if there is not None and self.stop_early is not None:
            objective = there.loss
        tests = (np.nan, np.nan) if there is None else (there.loss, there.accuracy)
        measures = (self.rate(state.step), here.loss, here.accuracy, *tests, objective)
        self.records.add(Record(state.step, *measures, here.gradient, state.parameters.copy()))
        return here

    def _step(self, measured: Measured | None) -> None:
        """Do a step; reuse a measured gradient if it is that of all examples."""
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
