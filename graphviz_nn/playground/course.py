"""A training that goes forward and back, and is changed on the way."""

import re
from typing import Any

import numpy as np

from graphviz_nn.playground.changes import changes_for_fit, penalties
from graphviz_nn.playground.choices import StateError
from graphviz_nn.playground.past import Past
from graphviz_nn.playground.state import COURSE
from graphviz_nn.playground.state import State as Page
from graphviz_nn.playground.subject import Subject
from graphviz_nn.training.batches import batches, steps_of_a_pass
from graphviz_nn.training.changes import OPTIONS, Change, changes_of
from graphviz_nn.training.objective import Broken
from graphviz_nn.training.optimizers import OPTIMIZERS
from graphviz_nn.training.parameters import Penalty, State
from graphviz_nn.training.stepping import Stepper

FAR = 1e4
"""A step that makes the parameters this many times as large (1 added) is too long."""


class Stopped(Exception):
    """Training can't go on, or has gone astray.

    Parameters
    ----------
    step : int
        The step after which it stopped.
    what : str
        A sentence.
    operation : str
        The operation that gave the first value that isn't finite, or the parameter that grew.
    """

    def __init__(self, step: int, what: str, operation: str) -> None:
        super().__init__(what)
        self.step, self.operation = step, operation

    def said(self) -> dict[str, Any]:
        """The message to the page."""
        return {"what": str(self), "step": self.step, "operation": self.operation}


def broken(step: int, rate: float, error: Broken) -> Stopped:
    """A stop because of a value that isn't finite."""
    found = re.search(r": (?:the )?(.+?)(?: \(| gives|$)", str(error))
    return Stopped(step, f"step {step}: {error}; the rate is {rate:g}", found[1] if found else "")


class Course:
    """The steps of a training, at one of them; the same numbers as those of `fit`.

    Parameters
    ----------
    subject : Subject
        What is trained.
    page : State
        The options at step 0, and the changes.
    """

    def __init__(self, subject: Subject, page: Page) -> None:
        self.subject, self.page = subject, page
        self.together = subject.model.together
        self.changes = page.changes
        self.past = Past()
        vector = subject.layout.vector(subject.start(page.seed))
        rule = OPTIMIZERS[page.optimizer]
        self.good = 0
        self.stepper = self._stepper(State(0, vector, np.zeros((rule.memory, subject.layout.size))))
        self._plan()
        self._arrive()

    def _stepper(self, state: State) -> Stepper:
        page = self.page
        return Stepper(
            self.subject.objective,
            Penalty(**penalties(page.regularisation, page.regularisation_rate)),
            OPTIMIZERS[page.optimizer],
            lambda step: page.rate,
            batches(len(self.subject.train), self.size(page.batch_size), page.seed),
            state,
            page.seed,
        )

    def size(self, wanted: int) -> int:
        """The number of examples of a step: a multiple of those that the graph takes at once."""
        count = self.together.count
        return min(max(count, wanted // count * count), len(self.subject.train))

    def rest_of_the_pass(self) -> int:
        """The number of steps until every example has been seen as often as the others."""
        whole = steps_of_a_pass(len(self.subject.train), self.size(self.options["batch_size"]))
        return whole - self.step % whole

    def _plan(self) -> None:
        """Read the changes, by the step before which they happen."""
        page, count = self.page, self.together.count
        given = changes_for_fit(self.changes, page.regularisation, page.regularisation_rate)
        sizes = [(*row[:2], self.size(row[2])) if row[1] == "batch_size" and count > 1 else row for row in given]
        self.due: dict[int, list[Change]] = {}
        for change in changes_of(sizes, self.subject.layout.shapes, self.together):
            self.due.setdefault(change.step, []).append(change)

    @property
    def step(self) -> int:
        """The current step."""
        return self.stepper.state.step

    @property
    def options(self) -> dict[str, Any]:
        """The fields that can change while training, at the current step."""
        found = {name: getattr(self.page, name) for name in COURSE}
        found |= {what: value for step, what, value in self.changes if step <= self.step and what in found}
        if self.together.count > 1:
            found["batch_size"] = self.size(found["batch_size"])
        return found

    def forward(self) -> None:
        """Do a step, and the changes that come after it.

        Raises
        ------
        Stopped
            If a value isn't finite, where the state stays as it was; or if the step was far too long.
        """
        before, step = self.stepper.state.parameters, self.step
        size = float(before @ before)
        try:
            self.stepper.step()
        except Broken as error:
            raise broken(step, self.stepper.rate(step), error) from None
        after = self.stepper.state.parameters
        moved = float(after @ after)
        self._arrive()
        if not moved <= FAR**2 * (1 + size):
            raise self._far(step + 1)
        if self.good == step:
            self.good = step + 1

    def _arrive(self) -> None:
        for change in self.due.get(self.step, ()):
            self.stepper.change(change)
        self.past.keep(self.stepper.state)

    def _far(self, step: int) -> Stopped:
        """A stop because the parameters went too far."""
        found = {name: float(np.abs(each).max(initial=0.0)) for name, each in self.parameters().items()}
        name = max(found, key=lambda each: found[each])
        user = next(iter(self.subject.model.whole.successors(name)), name)
        rate = self.stepper.rate(step - 1)
        what = f"step {step} moved {name}, which {user} uses, to {found[name]:.3g}: the rate of {rate:g} is too large"
        return Stopped(step, what, user)

    def parameters(self) -> dict[str, Any]:
        """The parameters by name, as views."""
        return self.subject.layout.arrays(self.stepper.state.parameters)

    def seek(self, step: int) -> None:
        """Go to a step, back or forward, with the numbers of the first time.

        Raises
        ------
        Stopped
            If it can't be reached.
        """
        if step < self.step:
            self.stepper = self._stepper(self.past.before(step))
            self.good = min(self.good, self.step)
            for at in sorted(self.due):
                for change in self.due[at] if at <= self.step else ():
                    # Numbers of parameters are in the state.
                    if change.what in OPTIONS:
                        self.stepper.change(change)
        while (before := self.step) < step:
            try:
                self.forward()
            except Stopped:
                # A step that is only too long was told when it was first done.
                if self.step == before:
                    raise

    def last_good(self) -> None:
        """Go back to the last step where all numbers are finite, and none went too far."""
        step = min(self.good, self.step)
        while True:
            self.seek(step)
            try:
                self.stepper.measured()
                return
            except Broken:
                if not step:
                    return
                step -= 1

    def change(self, what: str, value: Any) -> None:
        """Change an option or a parameter from here on; what was to come is forgotten.

        Raises
        ------
        StateError
            If there is no such parameter or entry.
        """
        step = self.step
        before = [each for each in self.changes if each[0] <= step]
        given = value[:2] if what == "edit" else None
        # A later change at the same step replaces the earlier one.
        alike = [each for each in before if each[:2] == (step, what) and (given is None or each[2][:2] == given)]
        kept, self.changes = self.changes, (*(each for each in before if each not in alike), (step, what, value))
        try:
            self._plan()
        except Exception as error:
            self.changes = kept
            self._plan()
            raise StateError(what, str(error).partition(": ")[2] or str(error)) from None
        self.past.forget(step)
        for change in self.due[step]:
            self.stepper.change(change)
        self.past.keep(self.stepper.state)
        self.good = min(self.good, step)
