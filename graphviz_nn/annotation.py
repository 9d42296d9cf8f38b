"""Numbers for a picture: what everything is, its gradient, and whether that was checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.evaluation import GradientReport, check_gradients, evaluate
from graphviz_nn.evaluation.program import compile
from graphviz_nn.graph import Graph
from graphviz_nn.style.labels import array, label, words
from graphviz_nn.transforms.gradient import gradient

# What stands behind a gradient that was compared with central differences.
MARKS = {"agrees": r"\ \checkmark", "kink": r"\ \sim", "differs": r"\ \times"}


@dataclass(frozen=True)
class Numbers:
    """TeX by variable, and the words of a line below the picture, each with the kind whose colour it has."""

    values: Mapping[str, str] = field(default_factory=dict)
    gradients: Mapping[str, str] = field(default_factory=dict)
    footer: tuple[tuple[str, str], ...] = ()


def numbers(graph: Graph, feeds: Mapping[str, Any], *, values: bool, gradients: bool, check: bool) -> Numbers:
    """What a graph's variables are at these feeds, the gradients of its first output, and whether they are right.

    Raises
    ------
    FeedError
        Where a feed is missing or doesn't fit.
    UsageError
        Where gradients are asked for and what comes out isn't one number.

    Examples
    --------
    >>> from graphviz_nn.tracing import parameter, trace
    >>> graph = trace(lambda t: t**3, t=parameter(()))
    >>> numbers(graph, {"t": 2.0}, values=True, gradients=True, check=True).gradients["t"]
    '12\\\\ \\\\checkmark'
    """
    written = {name: array(np.asarray(each)) for name, each in evaluate(graph, feeds).items()} if values else {}
    footer = [(words("value"), "value")] if values and gradients else []
    if not gradients:
        return Numbers(written)
    of = _loss(graph)
    names = [name for name, v in graph.variables.items() if name != of and np.dtype(v.dtype).kind == "f"]
    both = gradient(graph, of, names)
    results = both.graph["gradients"]
    found = compile(both, list(results.values()))(feeds)
    slopes = {name: array(np.asarray(found[result])) for name, result in results.items()} | {of: "1"}
    footer.append((rf"{words('gradient')}\ \ \partial {label(of, graph.variable(of))}/\partial\,\cdot", "gradient"))
    if check:
        report = check_gradients(graph, feeds, of=of, wrt=names)
        for row in report.rows:
            slopes[row.name] += MARKS[row.verdict]
            if row.verdict == "differs":
                slopes[row.name] += rf"\ {array(np.asarray(row.difference))}"
        footer.append((_summary(report), "gradient" if report.passed else "loss"))
    return Numbers(written, slopes, tuple(footer))


def _loss(graph: Graph) -> str:
    of = next(iter(graph.outputs), "")
    if not of or graph.variable(of).shape or np.dtype(graph.variable(of).dtype).kind != "f":
        found = f"{of} of shape {graph.variable(of).shape}" if of else "nothing"
        raise UsageError(f"gradients are of one number that comes out; here that is {found}: sum it, or add a loss")
    return of


def _summary(report: GradientReport) -> str:
    mark = r"\checkmark" if report.passed else r"\times"
    return rf"{mark}\ {words(report.summary)}"
