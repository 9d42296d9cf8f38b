"""Views by name, each with a detail and a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from graphviz_nn.errors import entry
from graphviz_nn.views.repeats import RepeatsName

ViewName: TypeAlias = Literal[
    "operations", "scalars", "functions", "compact", "layers", "arrows", "units", "volumes", "blocks"
]


@dataclass(frozen=True)
class View:
    """A view: its detail, its form, its default words, the blocks that it opens, which equal parts it folds, where it
    runs if not asked, and how many steps further blocks are reduced."""

    detail: str
    form: str
    shown: Mapping[str, Any] = field(default_factory=dict)
    expand: tuple[str, ...] = ()
    repeats: RepeatsName = "show"
    direction: str = "LR"
    further: int = 0


VIEWS: dict[ViewName, View] = {
    "scalars": View("scalars", "operations"),
    "operations": View("operations", "operations"),
    "functions": View("functions", "operations"),
    "compact": View("layers", "compact"),
    "layers": View("layers", "layers", {"shapes": True, "parameters": True}),
    "arrows": View("layers", "arrows", {"shapes": True, "loss": False, "kept": ()}),
    "blocks": View("blocks", "blocks", direction="TB"),
    "units": View("layers", "units", {"parameters": True}),
    "volumes": View("layers", "volumes"),
}


def view(name: str) -> View:
    """The view of this name.

    Raises
    ------
    UsageError
        If there is no such view, with the nearest name.
    """
    return entry("view", name, VIEWS)
