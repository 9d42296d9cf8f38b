"""Pages to fit a picture to: their sizes, and the picture's scale on them."""

import math
import re
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.scene.fit import fitted
from graphviz_nn.scene.primitives import Scene, Text

UNITS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}
# Rounding isn't a reason to refuse a picture.
ALMOST = 1e-6


class Extent(Protocol):
    """What has a size: a scene, or a layout."""

    @property
    def width(self) -> float: ...

    @property
    def height(self) -> float: ...


@dataclass(frozen=True)
class Page:
    """The width of a picture, and its greatest height; in pt, infinite if not given.

    Parameters
    ----------
    far : float
        The viewing distance, as a factor on the style's smallest text.
    filled : bool
        Whether a small picture grows, and the page has its full height.
    margin : float
        The margin around the picture.
    """

    width: float
    height: float
    far: float = 1.0
    filled: bool = False
    margin: float = 0.0

    def scale(self, scene: Extent) -> float:
        """The scale of a scene on this page."""
        across, down = (self.width - 2 * self.margin) / scene.width, (self.height - 2 * self.margin) / scene.height
        return min(across, down) if self.filled else min(1.0, across, down)

    def letters(self, scene: Scene) -> float:
        """The smallest font size of a scene on this page, in pt."""
        return self.scale(scene) * smallest(scene)

    def holds(self, scene: Scene, least: float) -> bool:
        """Whether a scene fits with no text below `least`, in pt."""
        wanted = min(least * self.far, smallest(scene)) if not self.filled else least * self.far
        return self.letters(scene) >= wanted - ALMOST

    def may_hold(self, content: Extent, letters: float, least: float) -> bool:
        """Whether what is at least as large as its content may fit with no text below `least`, in pt.

        Parameters
        ----------
        letters : float
            How large its smallest text is at most.
        """
        scale, wanted = self.scale(content), least * self.far - ALMOST
        return (scale >= 1.0 - ALMOST and not self.filled) or scale * letters >= wanted

    def room(self, letters: float, least: float) -> float:
        """The largest area of what fits with no text below `least`, at its own size, if all text is of one size.

        >>> PAGES["column"].room(14.0, 7.0) / PAGES["column"].room(7.0, 7.0), PAGES["column"].room(math.inf, 7.0)
        (4.0, inf)
        """
        scale = least * self.far / letters if self.filled else min(1.0, least * self.far / letters)
        area = (self.width - 2 * self.margin) * (self.height - 2 * self.margin)
        return area / scale**2 if scale else math.inf

    def scarce(self, scene: Scene) -> str:
        """The dimension that limits a scene: width or height."""
        across, down = self.width / scene.width, self.height / scene.height
        # It may be as wide as the page already.
        return "height" if down < across * (1 + ALMOST) else "width"

    def limit(self, scene: Scene, least: float, *, sideways: bool) -> float:
        """The greatest length of such a scene along the flow, at its own size, for this text size."""
        wanted = least * self.far / smallest(scene)
        room = (self.width if sideways else self.height) - 2 * self.margin
        return room / (wanted if self.filled else min(wanted, 1.0))

    def widened(self, scene: Scene) -> Scene:
        """Widen a scene to the width of the page before it shrinks, so that text around it has that space."""
        if math.isinf(self.width):
            return scene
        return fitted(scene, (self.width - 2 * self.margin) / self.scale(scene), scene.height, 1.0)

    def put(self, scene: Scene) -> Scene:
        """Put a scene in the middle of the page."""
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
"""A page has two columns, as in conference papers; a slide is PowerPoint's, 16:9."""


def page(width: str | float | None = None, height: str | float | None = None) -> Page:
    """The page of this width and height.

    A named width implies the height of its page, unless another is given. With a length, or without a width, the other
    dimension is unlimited.

    Parameters
    ----------
    width, height : str or float, optional
        "column", "page", "slide", a length such as "12 cm" (also mm, in, pt), or a number of pt.

    Raises
    ------
    UsageError
        If it is none of these, or too small for any picture.

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
    # A page with only the width or the height of a slide isn't filled, but has its viewing distance.
    return whole or Page(wide, high, far=max(each.far for each in (across, down) if each))


def sizes(width: object, height: object) -> str:
    """The sizes as errors name them.

    >>> sizes("column", None), sizes(None, "5 cm"), sizes("12 cm", "page")
    ('a width of column', 'a height of 5 cm', 'a width of 12 cm and a height of page')
    """
    sides = (("width", width), ("height", height))
    return " and ".join(f"a {name} of {given}" for name, given in sides if given is not None)


def _side(name: str, given: str | float | None) -> Page | None:
    """The page of this name, or a page of this width or height that is unlimited in the other direction."""
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
    """The remark on a picture that is higher than a page; "" for any other.

    >>> remark_on_height(Scene(100, 1296, "#FFFFFF", "t", "d", ()))
    "it is 1296 pt high (46 cm), 2 times a page's height; height='page' fits it, or names views that fit"
    """
    highest = PAGES["page"].height
    if scene.height <= highest + ALMOST:
        return ""
    share = scene.height / highest
    return (
        f"it is {scene.height:.0f} pt high ({scene.height / UNITS['cm']:.0f} cm), {share:.2g} times a page's height; "
        "height='page' fits it, or names views that fit"
    )


def smallest(scene: Scene) -> float:
    """The smallest visible font size in a scene, in pt."""
    items = (item for group in scene.groups for item in group.items)
    return min((item.size for item in items if isinstance(item, Text) and item.size > 0), default=1.0)
