"""Compare two models: a picture of both side by side, their differences, and a table of these."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, Unpack

from graphviz_nn.errors import Error, UsageError, suggest
from graphviz_nn.figure.drawing import draw
from graphviz_nn.figure.options import Options
from graphviz_nn.figure.picture import Picture
from graphviz_nn.graph import Graph
from graphviz_nn.graph.difference import KINDS, percentage
from graphviz_nn.render import FORMATS as PICTURES
from graphviz_nn.render import renderer
from graphviz_nn.reporting.comparison.model import Pair, marked, paired
from graphviz_nn.reporting.comparison.rows import Difference, differences, total
from graphviz_nn.reporting.tables import FORMATS, Tabular
from graphviz_nn.storage import path_of, writable, write
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.views import VIEWS

# Views with a shape for each layer.
SHOWN = ("blocks", "layers", "compact", "functions", "operations")
# A table has these suffixes, where a picture has none.
TABLES = tuple(suffix for suffix in FORMATS if suffix not in PICTURES)


@dataclass(frozen=True, repr=False)
class Comparison(Tabular):
    """Two models side by side. It displays itself in a notebook, prints as a table and saves by suffix.

    Parameters
    ----------
    picture : Picture
        Both models, with what differs in colour.
    differences : tuple of Difference
        What differs, in the order of computation.
    names : tuple of two str
        What the models are called.
    equal : int
        How many layers are the same in both.
    parameters : tuple of two int
        How many numbers each model learns.
    share : float
        The distance of all weights that both have from those before, relative to their norm.
    """

    picture: Picture
    differences: tuple[Difference, ...]
    names: tuple[str, str]
    equal: int
    parameters: tuple[int, int]
    share: float

    texts: ClassVar[int] = 4

    def rows(self) -> Iterator[tuple[str, ...]]:
        yield "difference", *self.names, "what", "parameters", "weights"
        for each in self.differences:
            yield each.kind, each.before, each.after, each.what, *_numbers(each.parameters, each.share)
        counts = [f"{sum(each.kind == kind for each in self.differences)} {kind}" for kind in KINDS]
        told = ", ".join(
            [f"{self.equal} equal layers", *(each for each in counts if not each.startswith("0 "))]
            + ["no differences"] * (not self.differences)
        )
        before, after = (f"{count:,}" for count in self.parameters)
        yield "total", before, after, told, *_numbers(self.parameters, self.share)

    def records(self) -> Iterator[tuple[object, ...]]:
        yield "difference", "before", "after", "what", "parameters before", "parameters after", "relative change"
        for each in self.differences:
            yield each.kind, each.before, each.after, each.what, *each.parameters, each.share
        yield "total", *self.names, f"{self.equal} equal layers", *self.parameters, self.share

    def save(self, to: str | PathLike[str], **options: Any) -> Path:
        """Write the picture in a format of `Picture.save`, or the table as .txt, .md or .csv.

        Parameters
        ----------
        to : path
            The file.
        **options
            Those of `Picture.save`, for a picture.

        Raises
        ------
        UsageError
            For an unknown suffix.
        FileError
            If the file can't be written; the old file stays.
        """
        path = destined(to)
        if path.suffix.lower() not in TABLES:
            return self.picture.save(path, **options)
        if options:
            raise UsageError(f"{next(iter(options))}= is for pictures, found {path.name!r}")
        return write(path, FORMATS[path.suffix.lower()](self).encode())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        shown = self.picture._repr_mimebundle_()
        picture = shown.get("text/html") or shown["image/svg+xml"]
        return {"text/html": f"{picture}\n{self._repr_html_()}", "text/plain": str(self)}


def _numbers(parameters: tuple[int, int], share: float) -> tuple[str, str]:
    difference = parameters[1] - parameters[0]
    return f"{difference:+,}" if difference else "0", percentage(share) if share else ""


def destined(to: str | PathLike[str]) -> Path:
    """The path of a file for a picture or a table, if it can be written."""
    path = writable(path_of(to))
    suffix = path.suffix.lower()
    if suffix not in (*PICTURES, *TABLES):
        kinds = suggest(path.suffix, (*PICTURES, *TABLES))
        raise UsageError(f"a comparison can't be written as {path.suffix or path.name!r}: {kinds}")
    if suffix in PICTURES:
        renderer(suffix)
    return path


def compare(
    a: Traceable,
    b: Traceable,
    to: str | PathLike[str] | None = None,
    *,
    example: Any = (),
    **options: Unpack[Options],
) -> Comparison:
    """Compare two models: two sizes of one, or one before and after an optimizer, or before and after training.

    Layers correspond that compute the same in the same order, whatever they are called; of equal ones those with the
    same weights, or the same names. What is equal is gray, and closed as far as possible; what was added, removed or
    changed has a colour, a dash and a sign of its own. Of equal parts in a row, the picture says how many the models
    have: ×3 against ×2.

    Parameters
    ----------
    a, b : Graph, callable or path
        Two models, each as for `draw`.
    to : path, optional
        A file for the picture, in the format of its suffix, or for the table: .txt, .md or .csv.
    example : tensor, tuple of them, or mapping, optional
        What both models take, if they are of another framework; trace models that take different things one by one.
    **options
        The options of `draw`. By default, `view` is "blocks", the legend is shown, and the headings are the names of
        the models.

    Returns
    -------
    Comparison

    Raises
    ------
    UsageError
        For views without a shape for each layer, and models that are too large to be compared.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn import nn
    >>> from graphviz_nn.tracing import input, parameter
    >>> def small(x=input(2), W=parameter((3, 2))):
    ...     return np.tanh(W @ x)
    >>> def large(x=input(2), W=parameter((3, 2)), V=parameter((3, 3))):
    ...     return np.tanh(V @ np.tanh(W @ x))
    >>> print(compare(small, large))
    difference  small  large              what                     parameters  weights
    ──────────────────────────────────────────────────────────────────────────────────
    added              linear_2 … tanh_2  linear, tanh                     +9
    ──────────────────────────────────────────────────────────────────────────────────
    total       6      15                 2 equal layers, 1 added          +9
    """
    if to is not None:
        destined(to)
    pair = paired(_graph("first", a, example), _graph("second", b, example))
    names = _names(pair.one.graph, pair.other.graph)
    found = tuple(differences(pair))
    change, parameters = total(pair)
    comparison = Comparison(
        _picture(pair, names, options, are_equal=not found),
        found,
        names,
        sum(pair.changes[0][name].kind == "same" for name in pair.pairs),
        parameters,
        change.share,
    )
    if to is not None:
        comparison.save(to)
    return comparison


def _graph(which: str, model: Traceable, example: Any) -> Graph:
    try:
        return graph_of(model, example)
    except Error as error:
        raise type(error)(f"the {which} model: {error}") from error


def _names(one: Graph, other: Graph) -> tuple[str, str]:
    """What the models are called; those of one name are so before and after."""
    names = tuple(str(graph.graph.get("name", "model")) for graph in (one, other))
    return (names[0], names[1]) if names[0] != names[1] else (f"{names[0]} before", f"{names[1]} after")


def _picture(pair: Pair, names: tuple[str, str], options: Mapping[str, Any], *, are_equal: bool) -> Picture:
    """Both models side by side, or below each other if they run sideways."""
    view = options.get("view", "blocks")
    views = [view] if isinstance(view, str) else list(view)
    for each in views:
        if each in VIEWS and each not in SHOWN:
            raise UsageError(f"the view {each!r} has no shape for each layer; compare in {', '.join(SHOWN)}")
    show = options.get("show", ())
    if "backward" in ([show] if isinstance(show, str) else list(show)):
        raise UsageError("compare() shows no backward pass; draw each model with show='backward'")
    headings = options.get("headings") or [name.replace("$", r"\$") for name in names for _ in views]
    caption = options.get("caption") or ("There are no differences." if are_equal else None)
    given = {"view": "blocks", "legend": True, **options, "headings": headings, "caption": caption}
    return draw(list(marked(pair)), **given)
