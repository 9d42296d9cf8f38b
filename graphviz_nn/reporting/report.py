"""Write a gradient check as a report."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from os import PathLike
from typing import Any

from graphviz_nn.errors import GradientError, GraphError, UsageError, listed
from graphviz_nn.evaluation import GradientReport, check_gradients
from graphviz_nn.evaluation.against import theirs
from graphviz_nn.evaluation.feeds import fed
from graphviz_nn.figure.annotation import fed_examples, numbers
from graphviz_nn.figure.drawing import draw
from graphviz_nn.figure.picture import Picture
from graphviz_nn.forms.facts import numeral
from graphviz_nn.graph import Graph, check
from graphviz_nn.render.svg import svg
from graphviz_nn.reporting.chain_rule import chain_rule
from graphviz_nn.reporting.html import html
from graphviz_nn.reporting.markdown import markdown
from graphviz_nn.reporting.page import Page, Rows
from graphviz_nn.reporting.pdf import pdf
from graphviz_nn.reporting.timing import timing as timed
from graphviz_nn.scene.page import PAGES
from graphviz_nn.storage import beside as companion
from graphviz_nn.storage import destination, writable, write
from graphviz_nn.style.formula import formula
from graphviz_nn.style.labels import plain
from graphviz_nn.style.numbers import digits as written_with
from graphviz_nn.style.sheet import Style
from graphviz_nn.style.symbols import symbols, unlike
from graphviz_nn.tracing.model import Traceable
from graphviz_nn.transforms.batch import batch as batched

# Longer formulas are left out.
EQUATIONS = 40
SUFFIXES = (".html", ".md", ".pdf")


def gradient_report(
    graph: Traceable,
    feeds: Mapping[str, Any],
    to: str | PathLike[str],
    *,
    against: Any = None,
    batch: str | Iterable[str] = (),
    view: str = "operations",
    style: Style = "lecture",
    remarks: Iterable[str] = (),
    timing: bool = False,
    digits: int | None = None,
    example: Any = (),
) -> GradientReport:
    """Check a graph's gradients, and write a page with its picture, its formula, all numbers and the check.

    The same graph and feeds give the same bytes: the page has no date, and no times unless requested.

    Parameters
    ----------
    feeds : dict
        Names and values, as for `evaluate`.
    to : path
        The file to write: .html is a single page, .md has its picture in an .svg file of the same name, .pdf has A4
        pages.
    against : dict, callable, "torch" or "jax", optional
        The gradients to compare with, as for `check_gradients`.
    batch : str or iterable of str
        The variables fed with many examples, as for `draw`; numbers are means.
    view, style : str
        Options of the picture, as for `draw`.
    remarks : iterable of str
        Sentences to add below, such as the origin of the values.
    timing : bool
        Whether to measure the forward pass, the backward pass and the check: medians of several runs, which differ from
        report to report.
    digits : int, optional
        The number of significant digits; default 3.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`; its numbers are fed, too.

    Returns
    -------
    GradientReport
        True if all gradients agree.

    Raises
    ------
    UsageError
        For a suffix without a report format.
    FileError
        If a file can't be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from graphviz_nn.tracing import parameter, trace
    >>> cube = trace(lambda t: t**3, t=parameter(()))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = gradient_report(cube, {"t": 2.0}, Path(folder, "cube.html"))
    >>> report.passed
    True
    """
    path = destination(to, "a report", SUFFIXES)
    beside = writable(companion(path, ".svg")) if path.suffix.lower() == ".md" else None
    graph, feeds = fed(graph, feeds, {}, example)
    check(graph)
    names = tuple(listed("batch", batch))
    examples = fed_examples(feeds, names)
    whole = batched(graph, examples, reduce="mean") if examples else graph
    # The function is traced once.
    given = None if against is None else theirs(whole, feeds, against)
    shown = ("gradients", "check")
    with written_with(digits):
        picture = _drawn(graph, view=view, style=style, show=shown, feeds=feeds, batch=names, against=given)
        known = _known(graph, picture.graph)
        numbered, formulas = _numbers(graph, feeds, names, known), _formulas(graph)
    report = check_gradients(whole, feeds, against=given)
    checked = report.table if digits is None else report.written(digits)
    tables = {"Values and gradients": numbered, "Check of the gradients": _signed(_renamed(checked, known))}
    if timing:
        tables["Timing"] = timed(whole, feeds)
    count = f"Values are means over {len(feeds[names[0]]):,} examples." if names else ""
    page = Page(
        str(graph.graph.get("name") or "graph"),
        report.summary,
        report.passed if report.measured or not report.passed else None,
        picture.scene,
        formulas,
        tables,
        tuple(sentence for sentence in (*report.notes, *picture.noticed, *remarks, count) if sentence),
    )
    if beside is not None:
        write(beside, svg(page.picture))
        write(path, markdown(page, beside.name))
    else:
        write(path, (html if path.suffix.lower() == ".html" else pdf)(page))
    return report


def _drawn(graph: Graph, **options: Any) -> Picture:
    """The picture, in rows or folded to the width of the text if that keeps it on one page."""
    picture = draw(graph, **options)
    page, scene = PAGES["page"], picture.scene
    if scene.width <= page.width or scene.width / page.width * scene.height > page.height:
        return picture
    try:
        return draw(graph, width="page", **options)
    except UsageError:
        return picture


def _signed(table: Rows) -> Rows:
    """A table with minus signs in its numbers."""
    return tuple(tuple(re.sub(r"^-(?=[\d.]|inf)", "\N{MINUS SIGN}", cell) for cell in row) for row in table)


def _formulas(graph: Graph) -> dict[str, tuple[str, ...]]:
    """The formulas of the computation, and of the gradients of the parameters, unless they are too long."""
    found: dict[str, tuple[str, ...]] = {}
    with suppress(GraphError):
        found["Formula"] = (formula(graph),)
    with suppress(GradientError):
        lines = chain_rule(graph).lines
        if len(lines) <= EQUATIONS:
            found["Backward pass"] = lines
    return found


def _known(graph: Graph, seen: Graph) -> dict[str, str]:
    """The names of variables in tables: the picture's symbol, and the name if that differs.

    Variables outside the picture get unused symbols.
    """
    shown = symbols(seen)
    written = {name: tex for name, tex in shown.items() if name in graph}
    for name, tex in symbols(graph).items():
        if name not in written:
            taken = {**shown, **written}.values()
            written[name] = unlike(tex, taken, is_array=bool(graph.variable(name).shape))
    found = {name: plain(tex) for name, tex in written.items()}
    return {name: symbol if symbol == name else f"{symbol} ({name})" for name, symbol in found.items()}


def _renamed(table: Rows, known: Mapping[str, str]) -> Rows:
    head, *rows = table
    place = head.index("variable")
    return (head, *((*row[:place], known.get(row[place], row[place]), *row[place + 1 :]) for row in rows))


def _numbers(graph: Graph, feeds: Mapping[str, Any], batch: tuple[str, ...], known: Mapping[str, str]) -> Rows:
    """The value and the gradient of every variable that the author named."""
    found = numbers(graph, feeds, values=True, gradients=True, check=False, batch=batch)
    unnamed = set(graph.graph.get("anonymous", ()))
    rows = [
        (
            known.get(name, name),
            variable.role,
            "×".join(map(str, variable.shape)) or "1",
            numeral(found.values[name]),
            numeral(found.gradients[name]),
        )
        for name, variable in graph.variables.items()
        if name not in unnamed
    ]
    return (("variable", "role", "shape", "value", "gradient"), *rows)
