"""Read the options `show` and `hide`: words, and names to hide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.forms import SAID
from graphviz_nn.views import View

# Words that need feeds, besides the values of weights.
NUMBERS = ("values", "gradients", "check", "heatmaps")
FED = (*NUMBERS, "weights", "cells")


@dataclass(frozen=True)
class Said:
    """The words with whether they are shown, the same for numbers, the names to hide, and whether remarks are shown."""

    words: Mapping[str, bool]
    numbers: Mapping[str, bool]
    hidden: tuple[str, ...]
    remarks: bool = False


FORMS_OF = {"biases": "units", "sheets": "volumes", "unnamed": "layers"}
"""Words that mean something in one view."""


def said(show: str | Iterable[str], hide: str | Iterable[str], feeds: Any, views: Iterable[View]) -> Said:
    """Read `show` and `hide`; a word comes before a node of the same name.

    Raises
    ------
    UsageError
        For an unknown word, a word in both options, and numbers without feeds.

    Examples
    --------
    >>> said("shapes", ["loss", "z1"], None, [])
    Said(words={'loss': False, 'shapes': True}, numbers={...}, hidden=('z1',), remarks=False)
    """
    shown, unwanted = _listed("show", show), _listed("hide", hide)
    for word in shown:
        if word not in SAID:
            raise UsageError(f"there is no {word!r} to show or hide: {suggest(str(word), SAID)}")
    chosen = list(views)
    for word, form in FORMS_OF.items():
        if word in (*shown, *unwanted) and not any(view.form == form for view in chosen):
            raise UsageError(f"{word!r} belongs to the view {form!r}; write view={form!r}, or leave it out")
    both = set(shown) & set(unwanted)
    if both:
        raise UsageError(f"{min(both)!r} is in show= and in hide=; leave one out")
    fed = [word for word in shown if word in FED]
    _check_numbers(fed, feeds, chosen, backward="backward" in shown)
    words: dict[str, bool] = {**{word: False for word in unwanted if word in SAID}, **dict.fromkeys(shown, True)}
    # Arrows between blocks carry too much to be written on them unless asked for.
    usual = not chosen or any(view.form != "blocks" for view in chosen)
    numbers = {word: words.pop(word, word == "values" and usual) for word in NUMBERS}
    remarks = words.pop("remarks", False)
    hidden = tuple(dict.fromkeys(word for word in unwanted if word not in SAID))
    return Said(words, numbers, hidden, remarks)


def _listed(option: str, given: str | Iterable[str]) -> list[str]:
    words = [given] if isinstance(given, str) else list(given)
    for word in words:
        if not isinstance(word, str) or not word.strip():
            raise UsageError(f"{option}= needs words such as {SAID[0]!r}, found {word!r}")
    return words


def _check_numbers(asked: list[str], feeds: Any, views: Iterable[View], *, backward: bool) -> None:
    # A backward pass has gradients without numbers.
    unfed = [word for word in asked if feeds is None and not (backward and word == "gradients")]
    if unfed:
        raise UsageError(f"{unfed[0]!r} needs values: give feeds={{'x': …}}, or --feed x=…")
    if "check" in asked and "gradients" not in asked:
        raise UsageError("'check' needs gradients; write show=('gradients', 'check')")
    if "gradients" in asked and all(chosen.form == "units" for chosen in views):
        raise UsageError("the view 'units' shows values, no gradients; view='scalars' writes both at every number")
