"""What was changed while training, as the state holds it, and as `fit` takes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from graphviz_nn.errors import brief
from graphviz_nn.playground.choices import LONGEST, PENALTIES, Choice, Kind, Number, Refused, Whole

OPTIONS: dict[str, Kind] = {
    "rate": Number(0.0, 1e12),
    "batch_size": Whole(1, 10_000),
    "regularisation": Choice(tuple(PENALTIES)),
    "regularisation_rate": Number(0.0, 100.0),
}
"""The fields that can change while training."""
MOST = 10_000
"""The most changes."""


@dataclass(frozen=True)
class Changed:
    """A list of steps, words and values: ``[120, "rate", 0.1]``, or ``[300, "edit", ["W1", [0, 1], 0.5]]``."""

    def read(self, value: Any) -> tuple[tuple[int, str, Any], ...]:
        """The changes, checked, in the order of their steps.

        Raises
        ------
        Refused
            If one isn't a change.

        Examples
        --------
        >>> Changed().read([[3, "edit", ["W1", [0, 1], 0.5]]])
        ((3, 'edit', ('W1', (0, 1), 0.5)),)
        """
        if not isinstance(value, list | tuple) or len(value) > MOST:
            raise Refused(f"must be a list of at most {MOST:,} changes, found {brief(value)}")
        found = [_change(each) for each in value]
        return tuple(sorted(found, key=lambda change: change[0]))

    def described(self) -> dict[str, Any]:
        """The kind, for the page."""
        return {"kind": "changes"}


def _change(given: Any) -> tuple[int, str, Any]:
    match given:
        case [int(step), "edit", [str(name), [*index], int() | float() as number]] if len(name) <= LONGEST:
            places = tuple(Whole(0, 2**31).read(i) for i in index)
            if isinstance(number, bool) or not isfinite(number) or len(places) > 32:
                raise Refused(f"has {brief(given)}; a weight is a finite number at an index")
            return Whole(0, 1_000_000).read(step), "edit", (name, places, float(number))
        case [int(step), str(what), value] if what in OPTIONS:
            return Whole(0, 1_000_000).read(step), what, OPTIONS[what].read(value)
    raise Refused(
        f"has {brief(given)}; a change is [step, field, value] with one of {', '.join(OPTIONS)}, "
        'or [step, "edit", [parameter, index, value]]'
    )


def penalties(regularisation: str, rate: float) -> dict[str, float]:
    """The options l1 and l2 of `fit`.

    >>> penalties("l2", 0.01)
    {'l1': 0.0, 'l2': 0.01}
    """
    return {name: share * rate for name, share in zip(("l1", "l2"), PENALTIES[regularisation], strict=True)}


def changes_for_fit(changes: Iterable[tuple[int, str, Any]], regularisation: str, rate: float) -> list[tuple[Any, ...]]:
    """The changes as `fit` takes them, from the regularisation at the start and its rate.

    >>> changes_for_fit([(3, "regularisation", "l2"), (4, "edit", ("b", (0,), 0.5))], "none", 0.1)
    [(3, 'l1', 0.0), (3, 'l2', 0.1), (4, 'b', (0,), 0.5)]
    """
    found: list[tuple[Any, ...]] = []
    for step, what, value in changes:
        if what == "edit":
            found.append((step, *value))
        elif what in ("regularisation", "regularisation_rate"):
            regularisation, rate = (value, rate) if what == "regularisation" else (regularisation, value)
            found += [(step, name, each) for name, each in penalties(regularisation, rate).items()]
        else:
            found.append((step, what, value))
    return found
