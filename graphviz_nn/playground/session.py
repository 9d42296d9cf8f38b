"""A session: one page's model, trained and taken apart. It answers the page's messages; nothing here runs by itself."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.errors import Error, brief, suggest
from graphviz_nn.playground.changes import Changed
from graphviz_nn.playground.checking import check
from graphviz_nn.playground.choices import DATASETS, OWN, Refused, StateError, Whole
from graphviz_nn.playground.course import Course, Stopped
from graphviz_nn.playground.exports import exported
from graphviz_nn.playground.frames import NOTHING, Frames
from graphviz_nn.playground.history import History
from graphviz_nn.playground.shown import model_of
from graphviz_nn.playground.state import EFFECTS, KINDS, MODEL, State, described
from graphviz_nn.playground.subject import Subject, said, subject
from graphviz_nn.playground.sweep import sweep
from graphviz_nn.playground.thumbnails import thumbnails
from graphviz_nn.tracing.model import Traceable, graph_of

MEASURED = 100
"""The most points of the curve of a training that a link restores."""
MOST = 10_000
"""The most steps that one message can ask for."""
RATES, LONGEST = 5, 20_000
"""The most rates of a sweep, and its most steps."""


class Session:
    """A model in training, with everything that the page shows of it.

    Parameters
    ----------
    graph : Graph or callable, optional
        The user's model; default the classic network of the state.
    data : Data, optional
        The user's data.
    name : str
        What the page calls the model.

    Examples
    --------
    >>> session = Session()
    >>> answer = session.do({"do": "open", "state": {"hidden": [3]}})
    >>> answer["frame"]["step"], session.do({"do": "step", "count": 20})["frame"]["step"]
    (0, 20)
    """

    def __init__(self, graph: Traceable | None = None, data: Data | None = None, *, name: str = "") -> None:
        self.graph = None if graph is None else graph_of(graph)
        self.given, self.name = data, name
        self.stopped: Stopped | None = None
        self.say: Callable[[Mapping[str, Any]], None] = lambda partial: None
        self._number = self._revision = 0
        self.history = History()
        self._begin({})

    @property
    def state(self) -> State:
        """The state, with the step that training has reached."""
        return replace(self._page, step=self.course.step, changes=self.course.changes)

    def do(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a message of the page; see the table `ANSWERS`.

        Returns
        -------
        dict
            What the answer has, with arrays of NumPy (see `packing.packed`); or an "error" with a sentence, and the
            field that is wrong.
        """
        try:
            name = message.get("do")
            if not isinstance(name, str) or name not in ANSWERS:
                raise StateError("do", f"there is no {brief(name)}: {suggest(name, ANSWERS)}")
            # A frame says it again, if it still holds.
            self.stopped = None
            return ANSWERS[name](self, message)
        except Error as error:
            return {"error": said(error)}

    def advance(self, count: int) -> None:
        """Do steps; `stopped` says why training can't go on."""
        self.stopped = None
        try:
            with np.errstate(all="ignore"):
                for _ in range(count):
                    self.course.forward()
        except Stopped as stopped:
            self.stopped = stopped

    def ahead(self) -> int | None:
        """How many steps the next frame is away at the speed of the page; None if as many as there is time for."""
        return self.course.rest_of_the_pass() if self._page.speed == "epoch" else {"step": 1}.get(self._page.speed)

    def frame(self) -> dict[str, Any]:
        """What the page shows at the current step."""
        self._number += 1
        here = there = NOTHING
        with np.errstate(all="ignore"):
            try:
                here, there = self.frames.losses(self.course)
            except Stopped as stopped:
                self.stopped = stopped
            found = self.frames.frame(self.course, here, there, self._page)
        self.history.note(self.course.step, here, there)
        return {"number": self._number, **found, "curve": self.history.curve()}

    def _make(self, page: State, *, anew: bool) -> list[str]:
        """Make the course of a state, and, anew, what it trains. If that fails, all stays as it was.

        Returns
        -------
        list of str
            What doesn't hold of the state any more, in sentences.
        """
        remarks: list[str] = []
        found = self._subject(page) if anew else self.subject
        course = Course(found, page)
        if anew:
            self._revision += 1
            self.subject: Subject = found
            self.frames: Frames = Frames(found, self._revision, getattr(self, "frames", None))
        if page.example is not None:
            try:
                self.frames.examples.known(page.example)
            except StateError as error:
                remarks.append(f"{error}; none is picked")
                page = replace(page, example=None)
        if page.unit is not None:
            name, number = page.unit
            variable = found.graph.variables.get(name)
            if variable is None or number >= prod(variable.shape):
                remarks.append(f"unit: the network has no unit {number} of {brief(name)}; none is shown")
                page = replace(page, unit=None)
        if anew:
            page = self.frames.fitting(page)
        self._page, self.course, self.stopped, self.history = page, course, None, History()
        return remarks

    def _subject(self, page: State) -> Subject:
        return subject(page, self.graph, self.given)

    def _open(self, message: Mapping[str, Any]) -> dict[str, Any]:
        given = message.get("state") or {}
        try:
            remarks = self._begin(given)
        except Error as error:
            if not given:
                raise
            remarks = [f"{error}; the link can't be restored", *self._begin({})]
        self._restore(self._page.step)
        return self._all() | {"remarks": remarks}

    def _begin(self, given: Any) -> list[str]:
        """Make what a link describes; the sentences say what it has wrong."""
        remarks = []
        if isinstance(given, Mapping):
            given = {**({} if self.given is None else {"data": OWN}), **given}
            if self.graph is not None:
                remarks = [f"{name}: this model is your own, and has no such field" for name in MODEL if name in given]
                given = {name: value for name, value in given.items() if name not in MODEL}
            given |= self._problem(given.get("data"))
        page, more = State.opened(given)
        return [*remarks, *more, *self._make(page, anew=True)]

    def _problem(self, data: Any) -> dict[str, str]:
        """The problem that data are for, if it is known: that of the user's, or any of a model of one's own."""
        if data == OWN and self.given is not None:
            return {"problem": "classification" if self.given.classes else "regression"}
        sets = {} if self.graph is None else DATASETS
        return next(({"problem": name} for name, each in sets.items() if data in each), {})

    def _restore(self, step: int) -> None:
        """Go to the step of a link, and measure on the way."""
        every = -(-step // MEASURED) or 1
        with np.errstate(all="ignore"):
            try:
                while self.course.step < step:
                    self.say({"opening": {"done": self.course.step, "count": step}})
                    here, there = self.frames.losses(self.course)
                    self.history.note(self.course.step, here, there)
                    self.course.seek(min(step, self.course.step + every))
            except Stopped as stopped:
                self.stopped = stopped

    def _all(self) -> dict[str, Any]:
        return {"state": self._told(), "choices": self._choices(), **self._model(), **self._seen()}

    def _choices(self) -> dict[str, Any]:
        """The fields that this session has, with what they can be."""
        found: dict[str, Any] = described(self.graph is not None)
        if self.given is None:
            found["data"]["words"].remove(OWN)
        elif self.given.inputs.shape[1] != 2:
            # All columns are features.
            found.pop("features", None)
        return found if self.graph is not None else {**found, "thumbnails": thumbnails()}

    def _told(self) -> dict[str, Any]:
        found = self.state.json()
        return {name: value for name, value in found.items() if self.graph is None or name not in MODEL}

    def _seen(self) -> dict[str, Any]:
        frame = self.frame()
        stopped = {} if self.stopped is None else {"stopped": self.stopped.said()}
        return {"options": self.course.options, "frame": frame, **stopped}

    def _model(self) -> dict[str, Any]:
        return {"model": model_of(self.frames, self._page, self.name)}

    def _answer(self, *, model: bool = False) -> dict[str, Any]:
        return {"state": self._told(), **(self._model() if model else {}), **self._seen()}

    def _set(self, message: Mapping[str, Any]) -> dict[str, Any]:
        name, value = message.get("field"), message.get("value")
        if name in ("step", "changes") or (self.graph is not None and name in MODEL):
            raise StateError(str(name), "can't be set here")
        page = self._page.with_field(str(name), value)
        if name == "data":
            page = replace(page, problem=self._problem(page.data).get("problem", page.problem))
        effect = EFFECTS[str(name)]
        if effect == "view":
            return self._look(page, str(name))
        if effect == "course" and (self.course.step or self.course.changes):
            self.course.change(str(name), getattr(page, str(name)))
            return self._answer()
        self._make(self._anew(page, str(name)), anew=effect in ("data", "network"))
        return self._answer(model=effect in ("data", "network"))

    def _look(self, page: State, name: str) -> dict[str, Any]:
        """Show the same in another way."""
        if page.example is not None:
            self.frames.examples.known(page.example)
        before = self._page.view, self.frames.is_numbered(self._page)
        try:
            self.frames.picture(page)
        except Error as error:
            self.frames.why_not[page.view] = str(error)
            raise StateError(name, str(error)) from None
        self._page = page
        return self._answer(model=before != (page.view, self.frames.is_numbered(page)))

    def _anew(self, page: State, but: str = "") -> State:
        """A state at step 0 that starts with the current options."""
        options = {name: value for name, value in self.course.options.items() if name != but}
        return replace(page, step=0, changes=(), **options)

    def _step(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self.advance(_count(message))
        return self._answer()

    def _back(self, message: Mapping[str, Any]) -> dict[str, Any]:
        with np.errstate(all="ignore"):
            self.course.seek(max(0, self.course.step - _count(message)))
        return self._answer()

    def _reset(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self._make(self._anew(self._page), anew=False)
        return self._answer()

    def _regenerate(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return self._set({"field": "data_seed", "value": self._page.data_seed + 1})

    def _edit(self, message: Mapping[str, Any]) -> dict[str, Any]:
        given = [message.get("parameter"), message.get("index", []), message.get("value")]
        ((_, _, edit),) = _read("edit", Changed(), [[0, "edit", given]])
        self.course.change("edit", edit)
        return self._answer()

    def _example(self, message: Mapping[str, Any]) -> dict[str, Any]:
        of, examples = message.get("of", "train"), self.frames.examples
        if of not in ("train", "test"):
            raise StateError("of", f"must be train or test, found {brief(of)}")
        index = examples.nearest(message["point"], of) if "point" in message else message.get("index")
        page = self._page.with_field("example", None if index is None else [of, index])
        was_numbered = self.frames.is_numbered(self._page)
        picked = None if page.example is None else examples.known(page.example)
        self._page = page
        found = {} if picked is None else examples.numbers(self.course.parameters(), picked, page.view)
        return found if self.frames.is_numbered(page) == was_numbered else found | self._model()

    def _walk(self, message: Mapping[str, Any]) -> dict[str, Any]:
        if self._page.example is None:
            raise StateError("example", "no example is picked to walk through; click a data point")
        stations = self.frames.stations(self._page, self.course.parameters())
        at = _read("at", Whole(0, len(stations) - 1), message.get("at", 0))
        return self.frames.walk(self._page).message(stations, at, self.frames.picture(self._page))

    def _check(self, message: Mapping[str, Any]) -> dict[str, Any]:
        feeds = self.frames.examples.feeds(self._page.example or ("train", 0))
        return check(self.subject, feeds, self.course.parameters())

    def _sweep(self, message: Mapping[str, Any]) -> dict[str, Any]:
        given, most = message.get("rates"), KINDS["rate"]
        if not isinstance(given, list) or not 1 <= len(given) <= RATES:
            raise StateError("rates", f"must be a list of 1 to {RATES} rates, found {brief(given)}")
        rates = [_read("rates", most, rate) for rate in given]
        steps = _read("steps", Whole(1, LONGEST), message.get("steps", 500))
        return sweep(self.frames, self._anew(self._page), rates, steps, self.say)

    def _export(self, message: Mapping[str, Any]) -> dict[str, Any]:
        kind, of = str(message.get("as")), message.get("of", "picture")
        if of not in ("picture", "panel"):
            raise StateError("of", f"must be picture or panel, found {brief(of)}")
        if self.course.step not in self.history.points:
            self.frame()
        return exported(self.frames, self.course, self.state, self.given, self.history.columns(), kind, of)

    def _last_good(self, message: Mapping[str, Any]) -> dict[str, Any]:
        with np.errstate(all="ignore"):
            self.course.last_good()
        return self._answer()


def _read(name: str, kind: Any, value: Any) -> Any:
    try:
        return kind.read(value)
    except Refused as error:
        raise StateError(name, str(error)) from None


def _count(message: Mapping[str, Any]) -> int:
    return int(_read("count", Whole(1, MOST), message.get("count", 1)))


ANSWERS: dict[str, Callable[[Session, Mapping[str, Any]], dict[str, Any]]] = {
    "open": Session._open,
    "play": lambda session, _: session._answer(),
    "pause": lambda session, _: session._answer(),
    "set": Session._set,
    "step": Session._step,
    "back": Session._back,
    "reset": Session._reset,
    "regenerate": Session._regenerate,
    "edit": Session._edit,
    "example": Session._example,
    "walk": Session._walk,
    "check": Session._check,
    "sweep": Session._sweep,
    "export": Session._export,
    "last_good": Session._last_good,
}
"""What answers each message; frames, and when to train, are the server's."""
