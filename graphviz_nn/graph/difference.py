"""How a model differs from another one, part by part."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

Kind: TypeAlias = Literal["same", "added", "removed", "changed", "weights changed"]
KINDS: tuple[Kind, ...] = get_args(Kind)[1:]
"""The kinds of differences, in the order of a legend."""


@dataclass(frozen=True)
class Change:
    """How a part differs from its counterpart.

    Parameters
    ----------
    kind : str
        Added and removed parts have no counterpart; those with changed weights compute the same with other numbers.
    what : str
        What changed, in words.
    distance, norm : float
        The squared distance of its numbers from those of its counterpart, and the sum of their squares there, as far as
        both are known.
    """

    kind: Kind = "same"
    what: str = ""
    distance: float = 0.0
    norm: float = 0.0

    @property
    def share(self) -> float:
        """The distance of its numbers from those of its counterpart, relative to their norm; from zeros, infinity."""
        if not self.distance or math.isnan(self.distance):
            return self.distance
        return math.sqrt(self.distance / self.norm) if self.norm else math.inf

    @property
    def said(self) -> str:
        """What changed, in words, with by how much weights did.

        >>> Change("weights changed", distance=1.0, norm=400.0).said
        'weights changed by 5 %'
        """
        percent = percentage(self.share)
        weights = f"weights changed {'by ' if percent[0].isdigit() else ''}{percent}" if self.distance else ""
        return "; ".join(filter(None, (self.what, weights)))


def percentage(share: float) -> str:
    """A relative change in words.

    >>> percentage(0.0312), percentage(1.234), percentage(1e-7), percentage(float("inf"))
    ('3.1 %', '123 %', '1e-05 %', 'from 0')
    """
    if math.isnan(share):
        return "to numbers that aren't finite"
    if math.isinf(share):
        return "from 0"
    return f"{100 * share:,.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def together(changes: Iterable[Change]) -> Change:
    """The change of what consists of parts; one that is listed several times counts once.

    >>> together([Change("added"), Change()]).kind, together([Change("weights changed"), Change()]).kind
    ('changed', 'weights changed')
    """
    parts = list({id(each): each for each in changes}.values())
    if len(parts) == 1:
        return parts[0]
    kinds = {each.kind for each in parts}
    told = list(dict.fromkeys(each.what for each in parts if each.what))
    mixed = len(kinds) > 1 and not kinds.isdisjoint(("added", "removed"))
    kind = "changed" if mixed else max(kinds, key=("same", "weights changed", "changed", "added", "removed").index)
    what = told[0] if len(told) == 1 and not mixed else ""
    return Change(kind, what, sum(each.distance for each in parts), sum(each.norm for each in parts))


@dataclass(frozen=True)
class Differences:
    """How a model differs from another one, by its variables, which every view keeps.

    Parameters
    ----------
    changes : mapping of str to Change
        The change of the layer that computes each variable, and of leaves.
    counterparts : mapping of str to str
        Each variable that has a counterpart, with a name that both share.
    opened : tuple of str
        The paths of modules that stay open, because their parts differ, or are elsewhere in the other model.
    apart : collection of str
        The results of layers that follow others here and not there, or there and not here.
    is_small : bool
        Whether pictures of both models show at a glance what they have.
    is_second : bool
        Whether it is the second model, whose picture says what changed.
    """

    changes: Mapping[str, Change] = field(default_factory=dict)
    counterparts: Mapping[str, str] = field(default_factory=dict)
    opened: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    is_small: bool = False
    is_second: bool = False
