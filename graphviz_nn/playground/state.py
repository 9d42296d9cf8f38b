"""The state of the playground: everything that a link restores, as one table of fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from graphviz_nn.errors import brief, suggest
from graphviz_nn.playground.changes import Changed
from graphviz_nn.playground.choices import (
    ACTIVATIONS,
    DATASETS,
    FEATURES,
    OWN,
    PENALTIES,
    SPEEDS,
    VIEWS,
    Choice,
    Flag,
    Kind,
    Number,
    Place,
    Refused,
    Several,
    Sizes,
    StateError,
    Whole,
)
from graphviz_nn.training.optimizers import OPTIMIZERS

VERSION = 1
MODEL = ("features", "hidden", "activation", "problem")
"""The fields that describe the classic model; a model of one's own has none of them."""
Effect = Literal["data", "network", "training", "course", "view"]
"""What a change of a field makes anew: data, network or training; or only the course from this step on, or the view."""


def row(default: Any, kind: "Kind | Changed", effect: Effect) -> Any:
    """A field of the state with its default, its kind and what its change makes anew."""
    return field(default=default, metadata={"kind": kind, "effect": effect})


@dataclass(frozen=True)
class State:
    """Everything that a link restores.

    Examples
    --------
    >>> State.read({"data": "circle", "hidden": [3]}).short()
    {'version': 1, 'data': 'circle', 'hidden': [3]}
    >>> State.read({"activation": "tan"})
    Traceback (most recent call last):
    graphviz_nn.playground.choices.StateError: activation: there is no 'tan': did you mean 'tanh'? ...
    """

    data: str = row("xor", Choice((*DATASETS["classification"], *DATASETS["regression"], OWN)), "data")
    n: int = row(500, Whole(10, 10_000), "data")
    noise: float = row(0.0, Number(0.0, 10.0), "data")
    data_seed: int = row(0, Whole(0, 2**31), "data")
    test: float = row(0.5, Number(0.0, 0.9), "data")
    features: tuple[str, ...] = row(("x1", "x2"), Several(FEATURES), "network")
    hidden: tuple[int, ...] = row((4, 2), Sizes(6, 8), "network")
    activation: str = row("tanh", Choice(ACTIVATIONS), "network")
    problem: str = row("classification", Choice(tuple(DATASETS)), "network")
    optimizer: str = row("gradient descent", Choice(tuple(OPTIMIZERS)), "training")
    rate: float = row(0.03, Number(0.0, 1e12), "course")
    batch_size: int = row(10, Whole(1, 10_000), "course")
    regularisation: str = row("none", Choice(tuple(PENALTIES)), "course")
    regularisation_rate: float = row(0.0, Number(0.0, 100.0), "course")
    seed: int = row(0, Whole(0, 2**31), "training")
    step: int = row(0, Whole(0, 1_000_000), "view")
    changes: tuple[tuple[int, str, Any], ...] = row((), Changed(), "view")
    speed: str = row("epoch", Choice(SPEEDS), "view")
    view: str = row("units", Choice(VIEWS), "view")
    discretise: bool = row(False, Flag(), "view")
    show_test: bool = row(False, Flag(), "view")
    example: tuple[str, int] | None = row(None, Place(("train", "test")), "view")
    unit: tuple[str, int] | None = row(None, Place(), "view")

    @classmethod
    def read(cls, given: Any) -> "State":
        """Read a state from what JSON holds; a missing field has its default.

        Raises
        ------
        StateError
            With the name of the field, and what would work.
        """
        found, errors = _read(given)
        if errors:
            raise errors[0]
        return found

    @classmethod
    def opened(cls, given: Any) -> "tuple[State, list[str]]":
        """Read a state from a link that may be wrong: each wrong field has its default, and a sentence says so.

        Examples
        --------
        >>> state, remarks = State.opened({"n": -5, "noise": 0.5})
        >>> state.n, state.noise, remarks
        (500, 0.5, ['n: must be a whole number from 10 to 10,000, found -5; 500 is used'])
        """
        found, errors = _read(given)
        used = {each.name: getattr(found, each.name) for each in fields(cls)}
        return found, [str(e) + (f"; {_shown(used[e.field])} is used" if e.field in used else "") for e in errors]

    def with_field(self, name: str, value: Any) -> "State":
        """A state with another value of one field, checked.

        Raises
        ------
        StateError
            As for `read`.
        """
        return _fitting(replace(self, **{name: _value(name, value)}), name)

    def json(self) -> dict[str, Any]:
        """All fields as JSON holds them."""
        return {"version": VERSION} | {each.name: _plain(getattr(self, each.name)) for each in fields(self)}

    def short(self) -> dict[str, Any]:
        """The fields that aren't at their defaults; `read` gives the same state."""
        default = State().json()
        return {name: value for name, value in self.json().items() if name == "version" or value != default[name]}


KINDS: "dict[str, Kind | Changed]" = {each.name: each.metadata["kind"] for each in fields(State)}
"""The kind of each field."""
EFFECTS: dict[str, Effect] = {each.name: each.metadata["effect"] for each in fields(State)}
"""What a change of each field makes anew."""
COURSE = tuple(name for name, effect in EFFECTS.items() if effect == "course")
"""The fields that can change while training."""


def described(own: bool = False) -> dict[str, dict[str, Any]]:
    """Each field with its kind, its limits, its default and what it makes anew, for the page."""
    return {
        each.name: {**KINDS[each.name].described(), "default": _plain(each.default), "effect": EFFECTS[each.name]}
        for each in fields(State)
        if not (own and each.name in MODEL)
    }


def _read(given: Any) -> tuple[State, list[StateError]]:
    if not isinstance(given, Mapping):
        return State(), [StateError("state", f"must be an object with fields, found {brief(given)}")]
    errors: list[StateError] = []
    found: dict[str, Any] = {}
    if given.get("version", VERSION) != VERSION:
        errors.append(StateError("version", f"must be {VERSION}, found {brief(given['version'])}"))
    for name, value in given.items():
        try:
            if name != "version":
                found[name] = _value(name, value)
        except StateError as error:
            errors.append(error)
    state = State(**found)
    for name in ("problem", "data"):
        try:
            _check_problem(state, name)
        except StateError as error:
            # The data say what the problem is.
            errors.append(error)
            state = _fitting(state, "data")
    return state, errors


def _value(name: Any, value: Any) -> Any:
    if name not in KINDS:
        raise StateError(str(name)[:60], f"there is no such field: {suggest(name, KINDS)}")
    try:
        return KINDS[name].read(value)
    except Refused as error:
        raise StateError(name, str(error)) from None


def _check_problem(state: State, name: str) -> None:
    if state.data != OWN and state.data not in DATASETS[state.problem]:
        fits = f"there are: {', '.join(DATASETS[state.problem])}"
        raise StateError(name, f"{state.data} isn't data for {state.problem}; {fits}")


def _fitting(state: State, changed: str) -> State:
    """A state whose data fit its problem; the changed field stays."""
    if state.data == OWN or state.data in DATASETS[state.problem]:
        return state
    if changed == "data":
        return replace(state, problem=next(name for name, sets in DATASETS.items() if state.data in sets))
    return replace(state, data=DATASETS[state.problem][0])


def _plain(value: Any) -> Any:
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _shown(value: Any) -> str:
    plain = _plain(value)
    return "none" if plain is None else brief(plain)
