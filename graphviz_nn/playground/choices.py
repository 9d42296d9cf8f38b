"""What a field of the state can be: each kind checks a value from JSON, and describes itself to the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from graphviz_nn.errors import UsageError, brief, suggest

DATASETS = {
    "classification": ("circle", "xor", "gaussians", "spiral", "moons", "checkerboard"),
    "regression": ("plane", "bumps"),
}
"""The generated data sets by problem; the first is taken where the problem changes."""
OWN = "own"
"""The data of the user."""
FEATURES = ("x1", "x2", "x1^2", "x2^2", "x1 x2", "sin x1", "sin x2")
ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")
PENALTIES = {"none": (0.0, 0.0), "l1": (1.0, 0.0), "l2": (0.0, 1.0)}
"""The shares of l1 and l2 in the rate of the regularisation."""
SPEEDS = ("step", "epoch", "fast")
"""What is done in each frame while playing: a step, the rest of an epoch, or as many steps as there is time for."""
VIEWS = ("units", "layers", "arrows", "compact", "operations", "scalars")


class StateError(UsageError):
    """A field of the state has an impossible value.

    Parameters
    ----------
    field : str
        The name of the field.
    what : str
        The sentence.
    """

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}")
        self.field = field


class Refused(Exception):
    """A value is of another kind; the sentence lacks the name of the field."""


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    least: int
    most: int

    def read(self, value: Any) -> int:
        """The value, checked.

        Raises
        ------
        Refused
            If it isn't such a number.
        """
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            raise Refused(f"must be a whole number from {self.least:,} to {self.most:,}, found {brief(value)}")
        return value

    def described(self) -> dict[str, Any]:
        """The kind and its limits, for the page."""
        return {"kind": "whole", "least": self.least, "most": self.most}


@dataclass(frozen=True)
class Number:
    """A finite number."""

    least: float
    most: float

    def read(self, value: Any) -> float:
        """The value, checked; as for `Whole`."""
        right = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        if not right or not self.least <= value <= self.most:
            raise Refused(f"must be a number from {self.least:g} to {self.most:g}, found {brief(value)}")
        return float(value)

    def described(self) -> dict[str, Any]:
        """The kind and its limits, for the page."""
        return {"kind": "number", "least": self.least, "most": self.most}


@dataclass(frozen=True)
class Choice:
    """One of several words."""

    words: tuple[str, ...]

    def read(self, value: Any) -> str:
        """The value, checked; as for `Whole`."""
        if not isinstance(value, str) or value not in self.words:
            raise Refused(f"there is no {brief(value)}: {suggest(value, self.words)}")
        return value

    def described(self) -> dict[str, Any]:
        """The kind and its words, for the page."""
        return {"kind": "choice", "words": list(self.words)}


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    def read(self, value: Any) -> bool:
        """The value, checked; as for `Whole`."""
        if not isinstance(value, bool):
            raise Refused(f"must be true or false, found {brief(value)}")
        return value

    def described(self) -> dict[str, Any]:
        """The kind, for the page."""
        return {"kind": "flag"}


@dataclass(frozen=True)
class Several:
    """Some of several words, at least one, in their order."""

    words: tuple[str, ...]

    def read(self, value: Any) -> tuple[str, ...]:
        """The value, checked; as for `Whole`."""
        given = _list(value)
        for word in given:
            if not isinstance(word, str) or word not in self.words:
                raise Refused(f"there is no {brief(word)}: {suggest(word, self.words)}")
        if not given:
            raise Refused(f"needs at least one of {', '.join(self.words)}")
        return tuple(word for word in self.words if word in given)

    def described(self) -> dict[str, Any]:
        """The kind and its words, for the page."""
        return {"kind": "several", "words": list(self.words)}


@dataclass(frozen=True)
class Sizes:
    """The sizes of hidden layers."""

    layers: int
    units: int

    def read(self, value: Any) -> tuple[int, ...]:
        """The value, checked; as for `Whole`."""
        given = _list(value)
        if len(given) > self.layers:
            raise Refused(f"at most {self.layers} layers, found {len(given)}")
        try:
            return tuple(map(Whole(1, self.units).read, given))
        except Refused as error:
            raise Refused(f"the number of units {error}") from None

    def described(self) -> dict[str, Any]:
        """The kind and its limits, for the page."""
        return {"kind": "sizes", "layers": self.layers, "units": self.units}


@dataclass(frozen=True)
class Place:
    """Nothing, or a word and a number: an example of the training or test data, or a unit of a variable."""

    words: tuple[str, ...] = ()

    def read(self, value: Any) -> tuple[str, int] | None:
        """The value, checked; as for `Whole`."""
        if value is None:
            return None
        known = f"one of {', '.join(self.words)}" if self.words else "a name"
        match value:
            case [str(word), int(number)] if not isinstance(number, bool) and 0 <= number < 2**31:
                if len(word) <= LONGEST and (not self.words or word in self.words):
                    return word, number
        raise Refused(f"must be null, or {known} and a number, such as [{(self.words or ('a1',))[0]!r}, 0]")

    def described(self) -> dict[str, Any]:
        """The kind and its words, for the page."""
        return {"kind": "place", "words": list(self.words)}


LONGEST = 200
"""The most letters of a name."""


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise Refused(f"must be a list, found {brief(value)}")
    return value


Kind = Whole | Number | Choice | Flag | Several | Sizes | Place
