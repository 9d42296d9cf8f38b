"""A model drawn in a view and a direction, and what is measured of that."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from time import process_time
from typing import Any

from models import Model

from graphviz_nn.errors import Error
from graphviz_nn.figure.options import checked
from graphviz_nn.figure.pipeline import Drawn, drawn
from graphviz_nn.figure.plan import planned
from graphviz_nn.layout.result import DIRECTIONS, is_sideways
from graphviz_nn.scene import PAGES, Scene
from graphviz_nn.scene.page import UNITS
from yardstick.faults import dangling, touching
from yardstick.flat import Flat, flat
from yardstick.lines import bends, crossings
from yardstick.main_line import main_line
from yardstick.rows import inside, lettered, stranded, two_headed

NUMBERS = {"show": ("values", "gradients", "check")}
WAYS: dict[str, dict[str, Any]] = {
    "operations": {"view": "operations"},
    "functions": {"view": "functions"},
    "layers": {"view": "layers"},
    "compact": {"view": "compact"},
    "arrows": {"view": "arrows"},
    "units": {"view": "units"},
    "operations+gradients": {"view": "operations", **NUMBERS},
    "layers+gradients": {"view": "layers", **NUMBERS},
}
"""What is drawn of each model, by name."""


@dataclass(frozen=True)
class Fit:
    """What became of a picture that must fit a width.

    Parameters
    ----------
    refused : bool
        Whether it is said to be too large.
    changed : str
        What was changed so that it fits, or why it can't be drawn.
    type : float
        The smallest letters, in pt.
    faults : tuple of str
        What is wrong with it, a sentence each.
    """

    refused: bool
    changed: str = ""
    type: float = math.nan
    faults: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Row:
    """What is measured of one picture: lengths in cm, letters and gaps in pt.

    Parameters
    ----------
    refused : str
        Why it can't be drawn, if it can't: not every model is a network of units.
    types : mapping of str to float
        The smallest letters when it is scaled to each page.
    gaps : tuple of two floats
        The smallest and the largest along the main line.
    share, straight, aside
        As in `main_line.MainLine`.
    touched, dangling : tuple of str
        What is wrong, a sentence each.
    inside, lettered, two_headed : int
        As in `rows`.
    stranded : tuple of str
        Leaves without a user in their row.
    seconds : float
        CPU time, from the graph to the scene.
    fits : mapping of str to Fit
        By width.
    """

    model: str
    way: str
    direction: str
    refused: str = ""
    width: float = math.nan
    height: float = math.nan
    types: Mapping[str, float] = field(default_factory=dict)
    crossings: int = 0
    bends: int = 0
    gaps: tuple[float, float] = (math.nan, math.nan)
    share: float = math.nan
    straight: bool | None = None
    aside: float = math.nan
    touched: tuple[str, ...] = ()
    dangling: tuple[str, ...] = ()
    inside: int = 0
    lettered: int = 0
    stranded: tuple[str, ...] = ()
    two_headed: int = 0
    seconds: float = 0.0
    fits: Mapping[str, Fit] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.model, self.way, self.direction

    def as_dict(self) -> dict[str, Any]:
        """What JSON holds of it."""
        return asdict(self)


def row(model: Model, way: str, direction: str, **options: Any) -> tuple[Row, Scene | None]:
    """A picture in its natural size, measured, and its scene; none where the view doesn't fit the model."""
    start = process_time()
    try:
        found = attempt(model, way, direction, **options)
    except Error as error:
        return Row(model.name, way, direction, refused=str(error)), None
    seconds = process_time() - start
    assert found is not None
    scene = found.scene
    picture, (panel,), (layout,) = flat(scene), found.panels, found.layouts
    line = main_line(picture, panel.diagram, sideways=is_sideways(direction))
    gaps = line.gaps if line and line.gaps else (math.nan,)
    return Row(
        model.name,
        way,
        direction,
        width=scene.width / UNITS["cm"],
        height=scene.height / UNITS["cm"],
        types={name: page.letters(scene) for name, page in PAGES.items()},
        crossings=crossings(picture),
        bends=bends(picture.lines),
        gaps=(min(gaps), max(gaps)),
        share=line.share if line else math.nan,
        straight=line.straight if line else None,
        aside=line.aside if line else math.nan,
        touched=tuple(touching(picture)),
        dangling=tuple(dangling(picture)),
        inside=inside(layout, panel.diagram),
        lettered=lettered(layout, panel.diagram),
        stranded=tuple(stranded(layout, panel.diagram)),
        two_headed=two_headed(picture),
        seconds=seconds,
    ), scene


def fit(model: Model, way: str, direction: str, width: str, **options: Any) -> tuple[Fit, Scene | None]:
    """The same for a width."""
    start = process_time()
    try:
        found = attempt(model, way, direction, width=width, **options)
    except Error as error:
        return Fit(True, str(error)), None
    seconds = process_time() - start
    if found is None:
        return Fit(True, seconds=seconds), None
    scene = found.scene
    changed = next((each.split(", so that")[0] for each in found.noticed if "so that it fits" in each), "")
    return Fit(False, changed, PAGES[width].letters(scene), wrong(flat(scene)), seconds), scene


def wrong(picture: Flat) -> tuple[str, ...]:
    """All that is wrong with a picture."""
    return (*touching(picture), *dangling(picture))


def attempt(model: Model, way: str, direction: str, **options: Any) -> Drawn | None:
    """The picture before it is one; none where it is too large for its width, without the search for what fits."""
    asked = {**WAYS[way], "direction": direction, **options}
    if "show" in asked:
        asked["feeds"] = model.feeds
    return drawn(planned([model.graph], checked(asked)))


__all__ = ["DIRECTIONS", "WAYS", "Fit", "Row", "attempt", "fit", "row", "wrong"]
