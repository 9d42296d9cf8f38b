"""Pages that a picture is made for: how wide they are, and how large it is on them."""

import re
from dataclasses import dataclass, replace

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.scene.fit import fitted
from graphviz_nn.scene.primitives import Scene, Text

UNITS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}
# Rounding is no reason to refuse a picture.
ALMOST = 1e-6


@dataclass(frozen=True)
class Page:
    """The width that a picture gets, and the height that it must not exceed; in pt.

    Parameters
    ----------
    far : float
        From how far it is read, and so by how much letters must be larger than a style's least.
    filled : bool
        Whether a small picture grows, and the page is as high as it may be.
    margin : float
        What stays free around the picture.
    """

    width: float
    height: float
    far: float = 1.0
    filled: bool = False
    margin: float = 0.0

    def scale(self, scene: Scene) -> float:
        """How much larger a scene is on this page, or smaller."""
        across, down = (self.width - 2 * self.margin) / scene.width, (self.height - 2 * self.margin) / scene.height
        return min(across, down) if self.filled else min(1.0, across, down)

    def letters(self, scene: Scene) -> float:
        """The size of the smallest letters of a scene on this page, in pt."""
        return self.scale(scene) * smallest(scene)

    def holds(self, scene: Scene, least: float) -> bool:
        """Whether a scene fits with no letters below `least`, in pt."""
        wanted = min(least * self.far, smallest(scene)) if not self.filled else least * self.far
        return self.letters(scene) >= wanted - ALMOST

    def limit(self, scene: Scene, least: float, *, sideways: bool) -> float:
        """How long a scene like this may be along the flow at its own size, so that letters are no smaller."""
        wanted = least * self.far / smallest(scene)
        room = (self.width if sideways else self.height) - 2 * self.margin
        return room / (wanted if self.filled else min(wanted, 1.0))

    def widened(self, scene: Scene) -> Scene:
        """A scene as wide as the page before it gets smaller, so that what is written around it has that room."""
        return fitted(scene, (self.width - 2 * self.margin) / self.scale(scene), scene.height, 1.0)

    def put(self, scene: Scene) -> Scene:
        """A scene in the middle of the page."""
        scale = self.scale(scene)
        height = self.height if self.filled else scale * scene.height
        return fitted(scene, self.width, height, scale)


PAGES = {
    "column": Page(3.25 * 72, 9 * 72),
    "page": Page(6.75 * 72, 9 * 72),
    "slide": Page(960.0, 540.0, far=2.0, filled=True, margin=24.0),
}
"""Columns of two make a page, as conferences have it; a slide is PowerPoint's, 16:9."""


def page(width: str | float) -> Page:
    """The page of this name, or of this width.

    Parameters
    ----------
    width : str or float
        "column", "page", "slide", a length such as "12 cm" (also mm, in, pt), or a number of pt.

    Raises
    ------
    UsageError
        Where it is none of these, or too small for any picture.

    Examples
    --------
    >>> page("2.54cm").width
    72.0
    >>> page("colum")
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: there is no width 'colum': did you mean 'column'? ...
    """
    if isinstance(width, str) and width in PAGES:
        return PAGES[width]
    found = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-z]*)\s*", str(width))
    if isinstance(width, bool) or found is None or found[2] not in ("", *UNITS):
        raise UsageError(f"there is no width {width!r}: {suggest(str(width), PAGES)}, or give a length such as '12 cm'")
    points = float(found[1]) * UNITS.get(found[2], 1.0)
    if not 10 <= points <= 14400:
        raise UsageError(f"a width of {width} is {points:g} pt; it must be from 10 to 14400 pt")
    return replace(PAGES["column"], width=points, height=float("inf"))


def smallest(scene: Scene) -> float:
    """The size of the smallest letters in a scene that can be seen, in pt."""
    items = (item for group in scene.groups for item in group.items)
    return min((item.size for item in items if isinstance(item, Text) and item.size > 0), default=1.0)
