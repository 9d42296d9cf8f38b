"""Numbers for a picture: values, gradients, and marks of the gradient check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.errors import FeedError, UsageError, suggest
from graphviz_nn.evaluation import GradientReport, check_gradients
from graphviz_nn.evaluation.against import theirs
from graphviz_nn.evaluation.gradient_report import Row
from graphviz_nn.evaluation.program import compile
from graphviz_nn.figure.roundoff import scale, terms
from graphviz_nn.forms import Fed
from graphviz_nn.forms.steepness import MARKS
from graphviz_nn.graph import Graph
from graphviz_nn.graph.ir import Array
from graphviz_nn.graph.text import words
from graphviz_nn.ops.opaque import OPAQUE
from graphviz_nn.style.heat import KEY, UNITS, HeatMap, heat_map
from graphviz_nn.style.labels import label
from graphviz_nn.style.numbers import array, cleared, number
from graphviz_nn.transforms.batch import batch as batched
from graphviz_nn.transforms.gradient import gradient

# Of a complex variable; the gradient of one that doesn't affect the loss is 0.
NOT_COMPUTED = words("not computed")


@dataclass(frozen=True)
class Numbers:
    """The TeX and heat maps of variables, and the words below the picture, each with the kind that sets its colour.

    `wrong` is the first variable on the way back with a wrong gradient.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    gradients: Mapping[str, str] = field(default_factory=dict)
    footer: tuple[tuple[str, str], ...] = ()
    wrong: str | None = None
    value_heat: Mapping[str, HeatMap] = field(default_factory=dict)
    gradient_heat: Mapping[str, HeatMap] = field(default_factory=dict)


def numbers(
    graph: Graph,
    feeds: Mapping[str, Any],
    *,
    values: bool,
    gradients: bool,
    check: bool,
    heatmaps: bool = False,
    against: Any = None,
    batch: tuple[str, ...] = (),
    model: Graph | None = None,
) -> Numbers:
    """Compute the values of a graph, the gradients of its first output, and their check.

    Parameters
    ----------
    against : dict, callable or str, optional
        The gradients to compare with, as for `check_gradients`; default central differences.
    heatmaps : bool
        Whether arrays that are too large to write out become heat maps.
    batch : tuple of str
        The variables fed with many examples. Values and gradients are means over these.
    model : Graph, optional
        The original graph, if the graph is a view; `against` uses its names.

    Raises
    ------
    FeedError
        If a feed is missing or doesn't fit.
    UsageError
        If gradients are asked for, and the output isn't a single number.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda x, t: t**3 * x, x=input(()), t=parameter(()))
    >>> numbers(graph, {"x": 1.0, "t": 2.0}, values=True, gradients=True, check=True).gradients["t"]
    '12\\\\ \\\\checkmark'
    >>> found = numbers(graph, {"x": [1.0, 3.0], "t": 2.0}, values=True, gradients=True, check=False, batch=("x",))
    >>> found.values["x"], found.gradients["t"]
    ('2', '24')
    """
    examples = fed_examples(feeds, batch)
    footer = [(words("value"), "value")] if values and gradients else []
    if examples:
        count = len(next(iter(examples.values())))
        footer.append((words(f"means over {count:,} examples"), "value" if values else "gradient"))
    of = loss_of(graph) if gradients else ""
    # Steps on complex numbers of an imported model may have no rule.
    kinds = "f" if any(operation.op == OPAQUE for operation in graph.operations.values()) else "fc"
    names = [name for name, v in graph.variables.items() if name != of and np.dtype(v.dtype).kind in kinds]
    both = gradient(graph, of, names) if gradients else graph
    both = batched(both, examples) if examples else both
    results: Mapping[str, str] = both.graph.get("gradients", {}) if gradients else {}
    needed = {term for result in results.values() for term in terms(both, result)}
    found = compile(both, dict.fromkeys([*(graph.variables if values else ()), *results.values(), *sorted(needed)]))(
        feeds
    )
    own = {name: _mean(found[name], v.shape) for name, v in graph.variables.items()} if values else {}
    own = {name: cleared(value, scale(graph, name, own)) for name, value in own.items()}
    sums = {name: cleared(found[result], scale(both, result, found)) for name, result in results.items()}
    back = {name: _mean(each, graph.variable(name).shape) for name, each in sums.items()}
    value_heat, gradient_heat = (_heat_maps(each) if heatmaps else {} for each in (own, back))
    written = {name: array(value) for name, value in own.items()}
    slopes, wrong = dict[str, str](), None
    if gradients:
        known = {name: array(value) for name, value in back.items()} | {of: "1"}
        # An index or a mask has no gradient; to say so at each would read as a failure.
        whole = (name for name, v in graph.variables.items() if np.dtype(v.dtype).kind in "biu")
        slopes = dict.fromkeys(graph.variables, NOT_COMPUTED) | dict.fromkeys(whole, "") | known
        footer.append((derivative(graph, of, r"\,\cdot"), "gradient"))
    if gradients and check:
        report, here = _checked(graph, model or graph, feeds, examples, names, against)
        for row in here.rows if here is not None else ():
            slopes[row.name] += _mark(row)
        footer.append(summed_up(report))
        wrong = here.first if here is not None else None
    if value_heat or gradient_heat:
        footer.append((KEY, "note"))
    return Numbers(written, slopes, tuple(footer), wrong, value_heat, gradient_heat)


def _heat_maps(arrays: Mapping[str, Array]) -> dict[str, HeatMap]:
    found = ((name, heat_map(value)) for name, value in arrays.items())
    return {name: each for name, each in found if each is not None}


def given_back(
    both: Graph, known: Numbers, feeds: Mapping[str, Any], *, batch: tuple[str, ...] = (), heatmaps: bool = False
) -> Numbers:
    """Give the numbers of a backward pass the names that they have there, and add the terms of each.

    Parameters
    ----------
    both : Graph
        The graph with its backward pass, as from `backward`.
    known : Numbers
        Numbers of the forward pass, whose marks the gradients keep.
    """
    facts = both.graph["backward"]
    parts = list(facts["parts"].values())
    examples = fed_examples(feeds, batch)
    whole = batched(both, examples) if examples else both
    found = compile(whole, parts)(feeds) if parts else {}
    arrays = {name: _mean(found[name], both.variable(name).shape) for name in parts}
    written = {name: array(value) for name, value in arrays.items()}
    written |= {back: known.gradients[name] for name, back in facts["cotangents"].items()}
    heat = _heat_maps(arrays) if heatmaps else {}
    heat |= {
        back: known.gradient_heat[name] for name, back in facts["cotangents"].items() if name in known.gradient_heat
    }
    return Numbers(gradients=written, gradient_heat=heat)


def barred_footer(both: Graph, known: Numbers) -> tuple[tuple[str, str], ...]:
    """The line below a picture of a backward pass, with bars for gradients."""
    of = both.graph["backward"]["of"]
    plain, bar = derivative(both, of, r"\,\cdot"), derivative(both, of, " v", r"\bar{v}\ =\ ")
    pieces = known.footer or ((plain, "gradient"),)
    return tuple((bar if tex == plain else tex, kind) for tex, kind in pieces)


def shaded_footer(fed: Fed) -> tuple[tuple[str, str], ...]:
    """The words below a network of units that are filled with their values."""
    if not fed.filled:
        return ()
    count = [len(fed.feeds[name]) for name in fed.examples[:1] if name in fed.feeds]
    return *((words(f"means over {each:,} examples"), "note") for each in count), *((each, "note") for each in UNITS)


def derivative(graph: Graph, of: str, by: str, meant: str = "") -> str:
    return rf"{words('gradient')}\ \ {meant}\partial {label(of, graph.variable(of))}/\partial{by}"


def fed_examples(feeds: Mapping[str, Any], batch: tuple[str, ...]) -> dict[str, Any]:
    """The feeds that have many examples.

    >>> fed_examples({"x": [1.0, 2.0], "t": 3.0}, ("x",))
    {'x': [1.0, 2.0]}
    """
    for name in batch:
        if name not in feeds:
            raise FeedError(f"batch= names {name!r}, which has no value in feeds: {suggest(str(name), feeds)}")
    return {name: feeds[name] for name in batch}


def _mean(value: Any, shape: tuple[int, ...]) -> Array:
    """The value, or its mean over examples."""
    found: Array = np.asarray(value)
    with np.errstate(all="ignore"):
        return np.asarray(found.mean(axis=0)) if found.ndim > len(shape) else found


def _checked(
    graph: Graph,
    model: Graph,
    feeds: Mapping[str, Any],
    examples: Mapping[str, Any],
    names: list[str],
    against: Any,
) -> tuple[GradientReport, GradientReport | None]:
    """The result of the comparison, and its part in this view, if any."""

    def whole(one: Graph) -> Graph:
        return batched(one, examples, reduce="mean") if examples else one

    if against is None or isinstance(against, str):
        report = check_gradients(whole(graph), feeds, wrt=names, against=against)
        return report, report
    given = theirs(whole(model), feeds, against)
    report = check_gradients(whole(model), feeds, against=given)
    if graph is model:
        return report, report
    # A view may have folded a variable away, or draw its entries instead.
    drawn = {*graph.variables, *graph.graph.get("entries", ())}
    seen = {name: each for name, each in (given.gradients or {}).items() if name in drawn}
    return report, check_gradients(whole(graph), feeds, against=seen) if seen else None


def _mark(row: Row) -> str:
    if row.verdict != "differs":
        return MARKS[row.verdict]
    pairs = ([number(each, digits) for each in (row.gradient, row.difference)] for digits in range(3, 17))
    # As text, the hyphen would become a minus.
    own, other = (each.replace("-", "{-}") for each in next((pair for pair in pairs if pair[0] != pair[1]), ("", "")))
    # For an array, the entries that differ most; a single number is written already.
    return rf"{MARKS['differs']}\ {own} \neq {other}" if row.shape else rf" \neq {other}{MARKS['differs']}"


def loss_of(graph: Graph) -> str:
    """The first output, if it is a single number."""
    of = next(iter(graph.outputs), "")
    if not of or prod(graph.variable(of).shape) != 1 or np.dtype(graph.variable(of).dtype).kind != "f":
        found = f"{of} of shape {graph.variable(of).shape}" if of else "nothing"
        raise UsageError(
            f"gradients need a single number as the first output, found {found}: sum it, add a loss, "
            "or draw a function that ends in one, such as def loss(x, y): return cross_entropy(model(x), y)"
        )
    return of


def summed_up(report: GradientReport) -> tuple[str, str]:
    """The line of a check below a picture, with the kind that sets its colour."""
    mark = r"\boxtimes" if not report.passed else r"\checkmark" if report.measured else "?"
    kind = "loss" if not report.passed else "gradient" if report.measured else "note"
    return rf"{mark}\ {words(report.summary)}", kind
