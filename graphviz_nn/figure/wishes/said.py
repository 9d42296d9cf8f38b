"""What a picture is asked to say, or not to say, in words; what else is hidden goes by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.forms import SAID
from graphviz_nn.views import View

# What needs feeds to be said.
NUMBERS = ("values", "gradients", "check", "heatmaps")


@dataclass(frozen=True)
class Said:
    """Each word that was given with whether it is shown, the same for numbers, and the names that are hidden."""

    words: Mapping[str, bool]
    numbers: Mapping[str, bool]
    hidden: tuple[str, ...]


def said(show: str | Iterable[str], hide: str | Iterable[str], feeds: Any, views: Iterable[View]) -> Said:
    """What `show` and `hide` ask for; what is a word is read as that, though a node may be called the same.

    Raises
    ------
    UsageError
        For an unknown word to show, for one that is to be shown and hidden, and for numbers where there are none.

    Examples
    --------
    >>> said("shapes", ["loss", "z1"], None, [])
    Said(words={'loss': False, 'shapes': True}, numbers={...}, hidden=('z1',))
    """
    shown, unwanted = _listed("show", show), _listed("hide", hide)
    for word in shown:
        if word not in SAID:
            raise UsageError(f"there is no {word!r} to show or hide: {suggest(str(word), SAID)}")
    both = set(shown) & set(unwanted)
    if both:
        raise UsageError(f"{min(both)!r} is to be shown and hidden; leave one out")
    _check_numbers([word for word in shown if word in NUMBERS], feeds, views)
    words: dict[str, bool] = {**{word: False for word in unwanted if word in SAID}, **dict.fromkeys(shown, True)}
    numbers = {word: words.pop(word, word == "values") for word in NUMBERS}
    return Said(words, numbers, tuple(dict.fromkeys(word for word in unwanted if word not in SAID)))


def _listed(option: str, given: str | Iterable[str]) -> list[str]:
    words = [given] if isinstance(given, str) else list(given)
    for word in words:
        if not isinstance(word, str) or not word.strip():
            raise UsageError(f"{option}= needs words such as {SAID[0]!r}, found {word!r}")
    return words


def _check_numbers(asked: list[str], feeds: Any, views: Iterable[View]) -> None:
    if feeds is None and asked:
        raise UsageError(f"{asked[0]!r} needs numbers to show: give feeds={{'x': …}}, or --feed x=…")
    if "check" in asked and "gradients" not in asked:
        raise UsageError("'check' is of gradients; show=('gradients', 'check')")
    if feeds is not None and any(chosen.form == "units" for chosen in views):
        raise UsageError("feeds have no place in the view 'units'; view='scalars' writes every number")
