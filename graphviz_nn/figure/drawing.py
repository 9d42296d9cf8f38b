"""The one function that does everything: from a model to a picture."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_nn.errors import PageWarning, UsageError
from graphviz_nn.figure.picture import Picture
from graphviz_nn.figure.pipeline import Plan, apart, drawn, painted, too_large
from graphviz_nn.figure.wishes import said, wishes
from graphviz_nn.render import renderer
from graphviz_nn.scene import page, remark_on_height, sizes
from graphviz_nn.storage import writable
from graphviz_nn.style.numbers import digits as written_with
from graphviz_nn.style.sheet import Style, load
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.views import view as named_view

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(
    model: Traceable | Sequence[Traceable],
    to: str | PathLike[str] | None = None,
    *,
    view: str | Sequence[str] = "operations",
    detail: str | None = None,
    expand: str | Iterable[str] = (),
    style: Style = "lecture",
    direction: str = "LR",
    show: str | Iterable[str] = (),
    hide: str | Iterable[str] = (),
    feeds: Mapping[str, Any] | None = None,
    batch: str | Iterable[str] = (),
    against: Any = None,
    digits: int | None = None,
    units: int | None = None,
    unit: str | tuple[str, int] | None = None,
    legend: bool = False,
    width: str | float | None = None,
    height: str | float | None = None,
    labels: str | PathLike[str] = "mathtext",
    title: str | None = None,
    caption: str | None = None,
    callouts: Mapping[str, str] | None = None,
    braces: Mapping[str, str | Iterable[str]] | None = None,
    highlight: str | Iterable[str] = (),
    rename: Mapping[str, str] | None = None,
    order: Iterable[str | Iterable[str]] = (),
    align: Iterable[str | Iterable[str]] = (),
    engine: str = "wasm",
    ax: "Axes | None" = None,
) -> Picture:
    """Draw a model.

    Parameters
    ----------
    model : Graph, callable, or sequence of them
        A traced graph, or a function whose arguments have specs as defaults; several are one figure.
    to : path, optional
        A file to write; its suffix says which kind.
    view : {"operations", "scalars", "compact", "layers", "arrows", "units"}
        What is a node: an operation on arrays, or one on single numbers; a layer in a chain, or between its
        variables; a variable, with layers as the arrows; each entry of a variable, with weights as the lines.
        Several of them are one figure, in which the same thing is in the same column (in the same row, for
        direction "TB").
    detail : {"scalars", "operations", "layers", "merged"}, optional
        How much is drawn as one, where it isn't the view's own; "merged" is a linear layer with its activation.
    expand : str or iterable of str
        Blocks to open in place, by their name or their function's; a frame is drawn around what is inside.
    style : str, path or dict
        The name of a style, a style sheet of your own, or its tables as a dict.
    direction : {"LR", "TB"}
        From left to right or from top to bottom.
    show, hide : str or iterable of str
        What is to be said, or not, other than by the view: "shapes" are sizes such as 2×1 (said by "layers" and
        "arrows"), "parameters" the names of those that their layer takes in (said by "layers"), "counts" the number
        of these, "formulas" what each layer computes, "curves" what functions of one number look like; "loss" (left out
        by "arrows") and "target" are drawn or not. "backward" is the backward pass, mirrored below the forward pass, or
        alone where "forward" is hidden. With feeds also "values" (said unasked), "gradients" of the first output by
        everything, and "check", whether these agree with central differences, or with `against`; "heatmaps" show the
        arrays among these by shades that are too large to be written out. `hide` takes names too: what led to what is
        hidden leads on past it.
    feeds : dict, optional
        Values by name, as for `evaluate`.
    batch : str or iterable of str
        What is fed with many examples, along a leading axis: the picture is of one example, its numbers are means.
    against : dict, callable, "torch" or "jax", optional
        What "check" compares gradients with, as for `check_gradients`; where they differ both numbers are written,
        and the first on the way back stands out.
    digits : int, optional
        With how many significant digits numbers are written, 3 where not given.
    units : int, optional
        The most units that the view "units" draws in a column, 8 where not given; in a longer one some are left out.
    unit : str or tuple of str and int, optional
        The one unit that the view "units" draws on its own: its label, such as "a^{(1)}_2", or the variable and the
        number, such as ("a1", 2).
    legend : bool
        Whether what shapes and lines are stands below the picture.
    width : {"column", "page", "slide"}, str or float, optional
        How wide the picture is to be: a column (3.25 in), a page (6.75 in), a slide of 16:9, a length such as "12 cm",
        or a number of pt. It gets smaller for that as long as no letters are smaller than the style's least; then it
        is broken into rows, and where that isn't enough set closer, turned to go down, or folded further, with a
        remark.
    height : {"column", "page", "slide"}, str or float, optional
        How high the picture may be, by the same names (a column and a page are 9 in high) and lengths; a `width` by
        name has its own. What goes from top to bottom is broken into columns for that.
    labels : {"mathtext", "latex"} or path
        What measures labels: "latex" is a LaTeX of your own, so that shapes of a .tex file fit what it will set; the
        path of a preamble is that with your own fonts and macros.
    title, caption : str, optional
        What is written above the picture and below it; ``$…$`` is mathematics, here and in all other text.
    callouts : dict of str to str, optional
        Remarks on what is named, beside it with a thin line to it: ``{"a1": "learned features"}``.
    braces : dict of str to names, optional
        Curly braces along what is named, with what is written at their tips: ``{"features": ("x", "a1")}``.
    highlight : str or iterable of str
        What stands out while all else is pale: names, or all that is on paths, ``"theta -> loss"``.
    rename : dict of str to str, optional
        Other symbols of variables and other titles of operations, by name: ``{"z1": "s", "linear": "encoder"}``.
    order, align : iterable of groups of names
        Shapes that are beside each other: in this order, the first above or left of the second; in one rank.
    engine : {"wasm", "dot"}
        The Graphviz that comes along, or your own.
    ax : matplotlib.axes.Axes, optional
        Where to put the picture, beside your own plots: at its size, or smaller where there is less room.

    Warns
    -----
    PageWarning
        Where a picture with a width and without a height is higher than a page.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda x, theta: theta @ x, x=input(2), theta=parameter(2))
    >>> draw(graph).svg.startswith("<svg")
    True
    """
    options = {name: given for name, given in locals().items() if name not in ("to", "ax")}
    models: Sequence[Any] = model if isinstance(model, list | tuple) else [model]
    graphs = [graph_of(each) for each in models]
    if to is not None:
        renderer(writable(Path(fspath(to))).suffix.lower())
    measured = None
    if labels != "mathtext":
        from graphviz_nn.render.labels import labels as measured_by

        measured = measured_by(labels)
    sheet = load(style)
    views = [named_view(name) for name in ([view] if isinstance(view, str) else view)]
    if (units is not None or unit is not None) and not any(chosen.form == "units" for chosen in views):
        option = "units" if unit is None else "unit"
        raise UsageError(f"{option}= belongs to the view 'units'; write view='units'")
    asked = said(show, hide, feeds, views)
    if against is not None and not asked.numbers["check"]:
        raise UsageError("against= is what gradients are checked with; write show=('gradients', 'check')")
    examples = (batch,) if isinstance(batch, str) else tuple(batch)
    if examples and feeds is None:
        raise UsageError(f"batch= says what is fed with many examples; give feeds={{{examples[0]!r}: …}}")
    told = {**asked.words, **{name: each for name, each in (("units", units), ("unit", unit)) if each is not None}}
    plan = Plan(
        tuple(graphs),
        tuple(views),
        detail,
        tuple([expand] if isinstance(expand, str) else expand),
        sheet,
        direction,
        engine,
        told,
        None if feeds is None else {"feeds": feeds, "batch": examples, "against": against, **asked.numbers},
        wishes(
            title=title,
            caption=caption,
            callouts=callouts,
            braces=braces,
            highlight=highlight,
            rename=rename,
            hide=asked.hidden,
            order=order,
            align=align,
        ),
        legend,
        None if width is None and height is None else page(width, height),
        measured,
    )
    with written_with(digits):
        found = drawn(plan)
    if found is None:
        raise UsageError(too_large(plan, sizes(width, height)))
    # Who asks for a width alone doesn't look for what is said of the height.
    if height is None and (remark := remark_on_height(found.scene)) in found.noticed:
        warnings.warn(PageWarning(remark), stacklevel=2)
    picture = Picture(
        found.panels,
        found.scene,
        sheet,
        direction if found.plan is None else found.plan.direction,
        partial(draw, **options),
        found.noticed,
        partial(painted, found),
        partial(apart, found),
    )
    if to is not None:
        picture.save(to)
    if ax is not None:
        from graphviz_nn.render.matplotlib import paint

        paint(picture.scene, ax)
    return picture
