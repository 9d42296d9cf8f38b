"""Pictures of pictures."""

from dataclasses import replace

from graphviz_nn.drawing import Picture
from graphviz_nn.errors import UsageError
from graphviz_nn.scene import stacked as stacked_scenes


def beside(*pictures: Picture) -> Picture:
    """The pictures side by side, their middles on one line.

    Examples
    --------
    >>> from graphviz_nn.drawing import draw
    >>> from graphviz_nn.tracing import input, trace
    >>> one = draw(trace(lambda x: x**2, x=input(2)))
    >>> beside(one, one).scene.width == 2 * one.scene.width
    True
    """
    return _composed(pictures, downwards=False)


def stacked(*pictures: Picture) -> Picture:
    """The pictures below each other, their middles on one line.

    Examples
    --------
    >>> from graphviz_nn.drawing import draw
    >>> from graphviz_nn.tracing import input, trace
    >>> one = draw(trace(lambda x: x**2, x=input(2)))
    >>> len(stacked(one, beside(one, one)).panels)
    3
    """
    return _composed(pictures, downwards=True)


def _composed(pictures: tuple[Picture, ...], *, downwards: bool) -> Picture:
    for picture in pictures:
        if not isinstance(picture, Picture):
            raise UsageError(f"only pictures can be put together, found {picture!r:.60}; draw(model) gives one")
    if not pictures:
        raise UsageError("nothing to put together: give pictures, such as draw(model)")
    scene = stacked_scenes([picture.scene for picture in pictures], downwards=downwards, centred=True)
    title = " and ".join(dict.fromkeys(picture.scene.title for picture in pictures))
    panels = tuple(panel for picture in pictures for panel in picture.panels)
    return replace(pictures[0], panels=panels, scene=replace(scene, title=title))
