"""A network, its predictions and its training in one figure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.figure.drawing import draw
from graphviz_nn.figure.picture import Picture
from graphviz_nn.forms.diagram import Part, Shape
from graphviz_nn.forms.emphasis import stressed
from graphviz_nn.graph.ir import Graph
from graphviz_nn.layout.measure import mathtext
from graphviz_nn.plots.activations import unit_over_plane
from graphviz_nn.plots.curves import curves
from graphviz_nn.plots.decision_boundary import decision_boundary
from graphviz_nn.plots.look import figure, lettered, sheet
from graphviz_nn.plots.plane import at
from graphviz_nn.style.labels import plain
from graphviz_nn.training import Training
from graphviz_nn.training.result import with_values

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

# The side of the plane in inches, the width of the curves in sides, and the space that labels take beside and below.
SIDE, LONG, BESIDE, BELOW, TITLE = 3.0, 1.15, 2.1, 1.25, 0.35
# The most space for a network, in inches; a larger one shrinks.
WIDEST, HIGHEST = 6.5, 4.5


def panel(
    training: Training,
    *,
    title: str | None = None,
    inputs: Sequence[str] | None = None,
    record: int | None = None,
    unit: str | tuple[str, int] | None = None,
    into: "Figure | SubFigure | None" = None,
    **options: Any,
) -> "Figure | SubFigure":
    """Plot the network, its decision boundary, and the curves of its training in one figure.

    The three are equally high, with letters of equal size, if the network isn't too large.

    Parameters
    ----------
    title : str, optional
        The title of the figure.
    inputs, record
        As for `decision_boundary`.
    unit : str, or tuple of a name and a number, optional
        A unit to show instead of the decision boundary, as shades over the plane; its circle is marked in the network.
    into : Figure or SubFigure of matplotlib, optional
        Where to draw; default a new figure.
    **options
        Options of the network's picture, as for `draw`; the default view is units if possible.

    Raises
    ------
    UsageError
        As for `decision_boundary` and `draw`, and if there is no such unit in the picture.
    """
    from graphviz_nn.render.matplotlib import paint

    graph = with_values(training.graph, at(training, record) or training.parameters)
    picture = _network(graph, options)
    picked = None if unit is None else _picked(picture, unit)
    if picked is not None:
        picture = _marked(picture, picked)
    wide, high = picture.scene.width / 72, picture.scene.height / 72
    share = min(1.0, WIDEST / wide, HIGHEST / high)
    with lettered():
        height = max(SIDE, high * share) + BELOW + (TITLE if title is not None else 0.0)
        whole = into or figure(wide * share + (1 + LONG) * SIDE + BESIDE, height)
        network, plane, course = whole.subplots(1, 3, width_ratios=[wide * share / SIDE, 1.0, LONG])
        paint(picture.scene, network)
        if picked is None:
            decision_boundary(training, plane, inputs=inputs, record=record)
        else:
            name, _, number = picked.name.rpartition("[")
            unit_over_plane(training, name, int(number[:-1]) - 1, plane, inputs=inputs, record=record)
            plane.set_title(mathtext(picked.label), fontsize=sheet().text.caption_size)
        curves(training, course, record=record)
        # Wide ratios are of the insides of Axes, so these shapes are equally high.
        low, up = (abs(float(end - start)) for start, end in (plane.get_xlim(), plane.get_ylim()))
        shape = up / low if plane.get_aspect() == 1.0 else 1.0
        plane.set_box_aspect(shape)
        course.set_box_aspect(shape / LONG)
        if title is not None:
            whole.suptitle(title)
    return whole


def _network(graph: Graph, options: dict[str, Any]) -> Picture:
    if "view" in options:
        return draw(graph, **options)
    try:
        return draw(graph, view="units", **options)
    except UsageError:
        # It isn't a chain of vectors.
        return draw(graph, view="arrows", **options)


def _picked(picture: Picture, unit: str | tuple[str, int]) -> Shape:
    """The circle of a unit, by its label or by its variable and its number."""
    circles = [shape for diagram in picture.diagrams for shape in diagram.shapes if shape.kind == "unit"]
    known = {shape.name: shape for shape in circles} | {_bare(shape.label): shape for shape in circles}
    wish = unit if isinstance(unit, str) else "{}[{}]".format(*unit) if len(unit) == 2 else str(unit)
    found = known.get(wish) or known.get(_bare(wish))
    if found is None:
        raise UsageError(f"there is no unit {unit!r} in the network's picture: {suggest(wish, known)}")
    return found


def _bare(tex: str) -> str:
    return plain(tex).replace(" ", "")


def _marked(picture: Picture, shape: Shape) -> Picture:
    """A picture of units with one of them, and its lines, emphasised."""
    assert picture.painted is not None
    diagrams = []
    for diagram in picture.diagrams:
        lines = tuple(number for number, link in enumerate(diagram.links) if link.head == shape.name)
        diagrams.append(stressed(diagram, [Part((shape.name,), lines)]))
    return replace(picture, scene=picture.painted(diagrams))
