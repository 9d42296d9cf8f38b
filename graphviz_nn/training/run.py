"""A running training: steps and records, until the end."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from graphviz_nn.errors import NonFiniteError, ends_at_ctrl_c
from graphviz_nn.training.changes import OPTIONS, Change
from graphviz_nn.training.objective import Broken, Measured, Objective
from graphviz_nn.training.parameters import State
from graphviz_nn.training.records import Record, Records
from graphviz_nn.training.stepping import Stepper


@dataclass(eq=False)
class Run:
    """A run of steps and records.

    Parameters
    ----------
    stepper : Stepper
        What each step does, and the current state.
    tested : Objective, optional
        The same objective on test data; random leaves are at their means.
    steps, every : int
        The number of steps, and the number between two records.
    stop_early : int, optional
        Stop after this many records without a lower test loss.
    changes : list of Change
        The changes to come, in order.
    """

    stepper: Stepper
    tested: Objective | None
    steps: int
    every: int
    stop_early: int | None
    records: Records
    changes: list[Change] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def state(self) -> State:
        """The current state."""
        return self.stepper.state

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
        stepper, waits = self.stepper, self.stop_early is not None
        try:
            while True:
                if self.changes:
                    self._change()
                step = stepper.state.step
                is_last = step >= self.steps
                here = self._record() if is_last or step % self.every == 0 else None
                if here is not None:
                    recorded(self.state, self.records)
                if is_last or (waits and self._has_waited()):
                    break
                stepper.step(here)
        except Broken as error:
            if not self.records.kept:
                raise NonFiniteError(f"before the first step, {error}") from None
            rate = self.stepper.rate(max(0, self.state.step - 1))
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

    def _change(self) -> None:
        """Do the changes that are due; earlier ones of options too, if the run was resumed."""
        step = self.state.step
        while self.changes and self.changes[0].step <= step:
            change = self.changes.pop(0)
            if change.what in OPTIONS or change.step == step:
                self.stepper.change(change)

    def _record(self) -> Measured:
        state, penalty = self.state, self.stepper.penalty
        here = self.stepper.measured()
        there = None if self.tested is None else self.tested.measured(state.parameters)
        objective = here.loss + penalty.value(state.parameters)
        if there is not None and self.stop_early is not None:
            objective = there.loss
        tests = (np.nan, np.nan) if there is None else (there.loss, there.accuracy)
        measures = (self.stepper.rate(state.step), here.loss, here.accuracy, *tests, objective)
        self.records.add(Record(state.step, *measures, here.gradient, state.parameters.copy()))
        return here
