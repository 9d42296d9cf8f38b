"""Pages that a picture is made for: how wide and how high they are, and how large it is on them."""

import math
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.scene.fit import fitted
from graphviz_nn.scene.primitives import Scene, Text

UNITS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}
# Rounding is no reason to refuse a picture.
ALMOST = 1e-6


@dataclass(frozen=True)
class Page:
    """The width that a picture gets, and the height that it must not exceed; in pt, infinite where there is none.

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

    def scarce(self, scene: Scene) -> str:
        """Of what a scene needs more to be larger: width or height."""
        across, down = self.width / scene.width, self.height / scene.height
        # It may be as wide as the page already.
        return "height" if down < across * (1 + ALMOST) else "width"

    def limit(self, scene: Scene, least: float, *, sideways: bool) -> float:
        """How long a scene like this may be along the flow at its own size, so that letters are no smaller."""
        wanted = least * self.far / smallest(scene)
        room = (self.width if sideways else self.height) - 2 * self.margin
        return room / (wanted if self.filled else min(wanted, 1.0))

    def widened(self, scene: Scene) -> Scene:
        """A scene as wide as the page before it gets smaller, so that what is written around it has that room."""
        if math.isinf(self.width):
            return scene
        return fitted(scene, (self.width - 2 * self.margin) / self.scale(scene), scene.height, 1.0)

    def put(self, scene: Scene) -> Scene:
        """A scene in the middle of the page."""
        scale = self.scale(scene)
        width = scale * scene.width if math.isinf(self.width) else self.width
        height = self.height if self.filled else scale * scene.height
        return fitted(scene, width, height, scale)


PageName: TypeAlias = Literal["column", "page", "slide"]
PAGES: dict[PageName, Page] = {
    "column": Page(3.25 * 72, 9 * 72),
    "page": Page(6.75 * 72, 9 * 72),
    "slide": Page(960.0, 540.0, far=2.0, filled=True, margin=24.0),
}
"""Columns of two make a page, as conferences have it; a slide is PowerPoint's, 16:9."""


def page(width: str | float | None = None, height: str | float | None = None) -> Page:
    """The page of this width, and of this height.

    A width by name has the height of its page, where no other is given; with a length for a width, or none, a picture
    may be as high, or as wide, as it needs.

    Parameters
    ----------
    width, height : str or float, optional
        "column", "page", "slide", a length such as "12 cm" (also mm, in, pt), or a number of pt.

    Raises
    ------
    UsageError
        Where it is none of these, or too small for any picture.

    Examples
    --------
    >>> page("2.54cm").width, page("column", "2.54cm").height, page(height="page").height
    (72.0, 72.0, 648)
    >>> page("colum")
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: there is no width 'colum': did you mean 'column'? ...
    """
    across, down = _side("width", width), _side("height", height)
    if across is None and down is None:
        raise UsageError(f"a page has a width or a height: {', '.join(PAGES)}, or a length such as '12 cm'")
    wide = across.width if across else math.inf
    high = down.height if down else across.height if across else math.inf
    whole = next((each for each in PAGES.values() if (each.width, each.height) == (wide, high)), None)
    # What is only as wide or as high as a slide isn't filled, but is read from as far.
    return whole or Page(wide, high, far=max(each.far for each in (across, down) if each))


def sizes(width: object, height: object) -> str:
    """How an error speaks of a page.

    >>> sizes("column", None), sizes(None, "5 cm"), sizes("12 cm", "page")
    ('a width of column', 'a height of 5 cm', 'a width of 12 cm and a height of page')
    """
    sides = (("width", width), ("height", height))
    return " and ".join(f"a {name} of {given}" for name, given in sides if given is not None)


def _side(name: str, given: str | float | None) -> Page | None:
    """The page of this name, or one that is so wide or high, and as large as may be the other way."""
    if given is None:
        return None
    if isinstance(given, str) and given in PAGES:
        return PAGES[given]
    found = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-z]*)\s*", str(given))
    if isinstance(given, bool) or found is None or found[2] not in ("", *UNITS):
        raise UsageError(
            f"there is no {name} {given!r}: {suggest(str(given), PAGES)}, or give a length such as '12 cm'"
        )
    points = float(found[1]) * UNITS.get(found[2], 1.0)
    if not 10 <= points <= 14400:
        raise UsageError(f"a {name} of {given} is {points:g} pt; it must be from 10 to 14400 pt")
    return Page(points, math.inf) if name == "width" else Page(math.inf, points)


def remark_on_height(scene: Scene) -> str:
    """What to say of a picture that is higher than a page, or nothing.

    >>> remark_on_height(Scene(100, 1296, "#FFFFFF", "t", "d", ()))
    "it is 1296 pt high (46 cm), 2 times as high as a page; height='page' makes it fit, or says what would"
    """
    highest = PAGES["page"].height
    if scene.height <= highest + ALMOST:
        return ""
    share = scene.height / highest
    return (
        f"it is {scene.height:.0f} pt high ({scene.height / UNITS['cm']:.0f} cm), {share:.2g} times as high as a page; "
        "height='page' makes it fit, or says what would"
    )


def smallest(scene: Scene) -> float:
    """The size of the smallest letters in a scene that can be seen, in pt."""
    items = (item for group in scene.groups for item in group.items)
    return min((item.size for item in items if isinstance(item, Text) and item.size > 0), default=1.0)
