"""Combine pictures."""

from collections.abc import Iterable
from dataclasses import replace
from os import PathLike
from pathlib import Path

from graphviz_nn.errors import UsageError
from graphviz_nn.figure.picture import Picture
from graphviz_nn.scene import stacked as stacked_scenes
from graphviz_nn.storage import path_of, writable, write


def beside(*pictures: Picture) -> Picture:
    """Put pictures side by side, centred on one line.

    Examples
    --------
    >>> from graphviz_nn.figure.drawing import draw
    >>> from graphviz_nn.tracing import input, trace
    >>> one = draw(trace(lambda x: x**2, x=input(2)))
    >>> beside(one, one).scene.width == 2 * one.scene.width
    True
    """
    return _composed(pictures, downwards=False)


def stacked(*pictures: Picture) -> Picture:
    """Put pictures below each other, centred on one line.

    Examples
    --------
    >>> from graphviz_nn.figure.drawing import draw
    >>> from graphviz_nn.tracing import input, trace
    >>> one = draw(trace(lambda x: x**2, x=input(2)))
    >>> len(stacked(one, beside(one, one)).panels)
    3
    """
    return _composed(pictures, downwards=True)


def slides(pictures: Iterable[Picture], to: str | PathLike[str]) -> Path:
    """Write a PowerPoint presentation with one slide per picture; needs the extra ``graphviz_nn[pptx]``.

    Raises
    ------
    UsageError
        If the file isn't a .pptx, or python-pptx isn't installed.
    FileError
        If the file can't be written; the old file stays.

    Examples
    --------
    >>> slides([], "lecture.pdf")
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: slides are written to a .pptx file, found 'lecture.pdf'
    """
    path = path_of(to)
    if path.suffix.lower() != ".pptx":
        raise UsageError(f"slides must be a .pptx file, found {str(path)!r}")
    writable(path)
    from graphviz_nn.render.pptx import deck

    shown = tuple(pictures)
    _check(shown)
    return write(path, deck([picture.scene for picture in shown]))


def _composed(pictures: tuple[Picture, ...], *, downwards: bool) -> Picture:
    _check(pictures)
    # As views of one figure, pictures without margins keep the distance of nodes.
    gap = max(max(0.0, each.sheet.gap.node - 2 * each.sheet.page.margin) for each in pictures)
    scene = stacked_scenes([picture.scene for picture in pictures], downwards=downwards, centred=True, gap=gap)
    title = " and ".join(dict.fromkeys(picture.scene.title for picture in pictures))
    panels = tuple(panel for picture in pictures for panel in picture.panels)
    return replace(pictures[0], panels=panels, scene=replace(scene, title=title), again=None, painted=None, apart=None)


def _check(pictures: tuple[Picture, ...]) -> None:
    for picture in pictures:
        if not isinstance(picture, Picture):
            raise UsageError(f"only pictures can be combined, found {picture!r:.60}; draw(model) returns one")
    if not pictures:
        raise UsageError("nothing to combine: give pictures, such as draw(model)")
