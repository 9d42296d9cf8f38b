"""What the page shows of a training at one step."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from graphviz_nn.errors import Error
from graphviz_nn.graph.ir import Array
from graphviz_nn.playground.choices import VIEWS
from graphviz_nn.playground.course import Course, broken
from graphviz_nn.playground.example import LARGEST, Examples
from graphviz_nn.playground.pictures import alive
from graphviz_nn.playground.responses import Responses
from graphviz_nn.playground.screen import NUMBERS
from graphviz_nn.playground.state import State
from graphviz_nn.playground.subject import Subject
from graphviz_nn.playground.walk import Station, Walk
from graphviz_nn.training.batches import steps_of_a_pass
from graphviz_nn.training.objective import Broken, Measured

NOTHING = Measured(np.nan, np.nan, np.zeros(0))


class Frames:
    """Frames of a subject.

    Parameters
    ----------
    revision : int
        Counts the networks of a session.
    before : Frames, optional
        Those of the last revision; the pictures of the same graph are kept.
    """

    def __init__(self, subject: Subject, revision: int, before: "Frames | None" = None) -> None:
        self.subject, self.revision = subject, revision
        self.responses, self.examples = Responses(subject), Examples(subject)
        self._walks: dict[str, Walk] = {}
        is_same = before is not None and before.subject.graph is subject.graph
        self._pictures: dict[tuple[str, bool], dict[str, Any]] = before._pictures if before and is_same else {}
        self.why_not: dict[str, str] = {"plane": why} if (why := self.responses.why_not) else {}

    def picture(self, page: State) -> dict[str, Any]:
        """The live picture of a view; where an example is picked, with room for its numbers.

        Raises
        ------
        Error
            If the view can't show the model.
        """
        key = page.view, self.is_numbered(page)
        if key not in self._pictures:
            self._pictures[key] = alive(self.subject.graph, page.view, show=NUMBERS if key[1] else ())
        return self._pictures[key]

    def is_numbered(self, page: State) -> bool:
        """Whether the picture has room for numbers."""
        return page.example is not None and page.view != "units"

    def fitting(self, page: State) -> State:
        """A state with the first view that can show the model; `why_not` says why others can't."""
        for view in dict.fromkeys([page.view, *VIEWS]):
            tried = replace(page, view=view)
            try:
                self.picture(tried)
            except Error as error:
                self.why_not[view] = str(error)
            else:
                return tried
        return page

    def walk(self, page: State) -> Walk:
        """The walk through an example in the view of a page."""
        if page.view not in self._walks:
            self._walks[page.view] = Walk(self.subject.graph, page.view, self.subject.model.loss)
        return self._walks[page.view]

    def stations(self, page: State, parameters: Mapping[str, Array]) -> list[Station]:
        """The steps of the walk through the picked example."""
        assert page.example is not None
        return self.walk(page).stations({**self.examples.feeds(page.example), **parameters})

    def _seen(self, page: State) -> list[str]:
        """The variables whose units the page shows; all of a classic network, which has few."""
        units = self.responses.units
        if not self.subject.own:
            return list(units)
        rows = [] if page.view in self.why_not else self.picture(page)["units"]
        shown = {row["variable"] for row in rows} | ({page.unit[0]} if page.unit else set())
        return [name for name in units if name in shown]

    def losses(self, course: Course) -> tuple[Measured, Measured]:
        """Measure on training and on test data.

        Raises
        ------
        Stopped
            If a value isn't finite.
        """
        subject, state = self.subject, course.stepper.state
        try:
            here = subject.watched.measured(state.parameters, (course.page.seed, state.step))
            there = NOTHING if subject.tested is None else subject.tested.measured(state.parameters)
            return here, there
        except Broken as error:
            raise broken(course.step, course.options["rate"], error) from None

    def frame(self, course: Course, here: Measured, there: Measured, page: State) -> dict[str, Any]:
        """Everything at the current step, from the measured losses."""
        subject, parameters = self.subject, course.parameters()
        found: dict[str, Any] = {
            "revision": self.revision,
            "step": course.step,
            "epoch": epoch(course),
            "loss": here.loss,
            "test_loss": there.loss,
            "accuracy": here.accuracy,
            "test_accuracy": there.accuracy,
            "parameters": {n: each.astype(np.float32) for n, each in parameters.items() if each.size <= LARGEST},
            "norms": norms(course),
        }
        if not self.responses.why_not:
            found["plane"] = self.responses.plane(parameters)
            found["units"] = self.responses.of_units(parameters, self._seen(page))
        judged, data = (here, subject.train) if subject.test is None else (there, subject.test)
        if judged.classes is not None:
            count = len(data.classes)
            table = np.bincount(data.targets * count + judged.classes, minlength=count * count)
            found["confusion"] = table.reshape(count, count).astype(np.float32)
        if page.example is not None:
            found |= self.examples.numbers(parameters, page.example, page.view)
        return found


def norms(course: Course) -> dict[str, float]:
    """The norm of the gradient by each parameter, over the examples of the next step."""
    try:
        gradient = course.stepper.gradient()
    except Broken:
        return dict.fromkeys(course.subject.layout.shapes, np.nan)
    return {name: float(np.linalg.norm(gradient[place])) for name, place in course.subject.layout.places.items()}


def epoch(course: Course) -> float:
    """The passes over the data so far, whatever the sizes of the batches were.

    A pass that a change of the batch size ended counts by its share.
    """
    count = len(course.subject.train)
    sizes: Mapping[int, int] = {0: course.page.batch_size} | {
        s: v for s, what, v in course.changes if what == "batch_size"
    }
    starts = [*(step for step in sorted(sizes) if step < course.step), course.step]
    passes = ((end - start) / steps_of_a_pass(count, course.size(sizes[start])) for start, end in pairwise(starts))
    return round(sum(passes), 3)
