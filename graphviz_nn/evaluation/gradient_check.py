"""Check gradients against central differences, or against other gradients."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import networkx as nx
import numpy as np

from graphviz_nn.data.seeds import seeded
from graphviz_nn.errors import FeedError, UsageError, listed, refuse_unknown
from graphviz_nn.evaluation import parts
from graphviz_nn.evaluation.against import Theirs, beside, theirs
from graphviz_nn.evaluation.differences import DATA_BLOCKS, Line, compared, holds_data
from graphviz_nn.evaluation.feeds import checked, fed
from graphviz_nn.evaluation.gradient_report import DIFFERENCES, GradientReport, Row
from graphviz_nn.evaluation.hypotheses import evidence, hints
from graphviz_nn.evaluation.interpreter import Interpreter
from graphviz_nn.evaluation.nonfinite import explained
from graphviz_nn.evaluation.own_rules import wrong_rules
from graphviz_nn.evaluation.prepared import prepared
from graphviz_nn.evaluation.program import compile
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.tracing.model import Traceable

MODES = ("auto", "entries", "directions")
# The size and number of perturbations that show the effect of rounding on a gradient; it may be 0 by chance.
NUDGE, NUDGES = 1e-12, 3


def check_gradients(
    graph: Traceable,
    feeds: Mapping[str, Any] | None = None,
    /,
    *,
    of: str | None = None,
    wrt: str | Iterable[str] | None = None,
    against: Any = None,
    mode: str = "auto",
    tolerance: float = 1e-6,
    seed: int = 0,
    backend: str = "numpy",
    device: Any = None,
    mesh: Any = None,
    shard: Mapping[str, Any] | None = None,
    example: Any = (),
    **keywords: Any,
) -> GradientReport:
    """Compare gradients, in float64, with central differences or with other gradients.

    Parameters
    ----------
    feeds : dict, optional
        Names and values; you can also pass them as keywords.
    of : str, optional
        The variable to differentiate; default the first output.
    wrt : str or iterable of str, optional
        The variables to differentiate by. For an inner variable, the computation continues from its value. By default
        every parameter, input and target, or the gradients in `against` if that is a dict or a function. Inputs and
        targets of more than 48 entries are then a data set, compared along 4 directions only.
    against : dict, callable, Graph, "torch" or "jax", optional
        Other gradients to compare with, instead of central differences: arrays by name, also of inner variables; a
        function that takes the feeds as keywords, and returns the arrays, or the value and the arrays; another graph,
        or a function whose arguments have specs, to compare the value and the gradients by all shared names; a
        framework that computes and differentiates the graph (needs the extra of its name).
    mode : {"auto", "entries", "directions"}
        With central differences: compare each entry, or the slopes along 48 directions, each of which moves an eighth
        of the entries up or down at random. "auto" uses directions for arrays of more than 1,000 entries, and in a
        large model for all of more than 48.
    tolerance : float
        The largest relative error that counts as agreement.
    seed : int
        The seed of the random directions.
    backend : str
        What computes the gradients to check, as for `compile`.
    device, mesh, shard : optional
        Where it computes, as for `compile`.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`; its numbers are fed, too.

    Raises
    ------
    FeedError
        If a feed doesn't fit, or the feed or the output isn't finite.
    GradientError
        If a gradient doesn't exist, or `against` doesn't return gradients.

    Source
    ------
    A central difference (f(x + h) - f(x - h)) / 2h with h = eps^(1/3) · max(1, \\|x\\|). If it isn't conclusive, longer
    and shorter steps are extrapolated: W. H. Press et al., Numerical Recipes, section 5.7. If rounding hides the slope,
    the change itself is propagated from operation to operation, so that adding a large number doesn't round it away. A
    slope that is still lost can't be measured.

    Examples
    --------
    >>> from graphviz_nn.tracing import parameter, trace
    >>> print(check_gradients(trace(lambda t: t**3, t=parameter(())), t=2.0).summary)
    1 of 1 agree with central differences
    >>> report = check_gradients(trace(lambda t: t**3, t=parameter(())), t=2.0, against={"t": 11.0})
    >>> print(report.rows[0].note)
    the central difference is 12
    """
    refuse_unknown("mode", mode, MODES)
    if not tolerance > 0:
        raise UsageError(f"the tolerance must be positive, found {tolerance}")
    asked = [] if wrt is None else listed("wrt", wrt)
    of = of if of is None else listed("of", [of])[0]
    graph, given = fed(graph, feeds, keywords, example)
    other = None if against is None else theirs(graph, given, against, of=of, wrt=asked)
    if other and other.gradients is not None:
        asked = asked or list(other.gradients)
    ready = prepared(graph, of, asked)
    # A leaf's default value may have changed in place.
    own = {name: variable.value for name, variable in graph.leaves.items() if variable.value is not None}
    if any(variable.dtype in ("float16", "float32", "complex64") for variable in graph.leaves.values()):
        # Values to check in double precision must also fit the traced dtypes.
        checked(graph, {**own, **given})
    values = checked(ready.graph, {**own, **given})
    graph, of, names, both, gradients = ready.graph, ready.of, ready.names, ready.both, ready.gradients
    interpreter = ready.interpreter
    found = interpreter.run(values)
    if sentence := explained(both, found, [of]):
        raise FeedError(f"{sentence}; a gradient can only be checked where the value is finite")
    found |= {name: np.asarray(found[name]) for name in (of, *names, *gradients.values())}
    split = [name for name in names if parts.is_complex(found[name])]
    slopes = parts.all_slopes({name: found[gradients[name]] for name in names})
    around = _steepest(slopes)
    rounding = _rounding(interpreter, values, gradients, slopes)
    computed = found[of]
    options = {"device": device, "mesh": mesh, "shard": shard}
    if backend != "numpy" or any(each is not None for each in options.values()):
        results = compile(both, [of, *gradients.values()], backend=backend, **options).run(values)
        slopes, computed = parts.all_slopes({name: results[gradients[name]] for name in names}), results[of]
    lines = {
        name: Line(
            found[name],
            interpreter.along(name, of, found),
            found[of].item(),
            interpreter.change(name, of, found),
            tolerance,
            around,
            cache(partial(interpreter.may_bend, name, of)),
            partial(rounding, name),
            partial(interpreter.cost, name, of, found),
        )
        for name in names
    }
    lines |= {name: parts.line(lines[name]) for name in split}
    right: dict[str, Array] = {}
    if other is not None:
        other = other.completed(graph, of, names, values)
        assert other.gradients is not None
        theirs_split = parts.all_slopes(other.gradients)
        other = replace(other, gradients=theirs_split)
        rows = [beside(graph.variable(name), name, slopes[name], lines[name], other) for name in names]
        rows = [*_values(of, found[of], other, tolerance), *rows]
        doubted, right = theirs_split, slopes
    else:
        _refuse_infinite(found, names)
        rng = seeded(seed)
        rows = []
        data = [] if asked or mode != "auto" else [name for name in names if holds_data(graph.variable(name))]
        for name in names:
            row, measured = compared(
                name, graph.variable(name), slopes[name], lines[name], mode, rng, is_data=name in data
            )
            rows.append(row)
            right |= {} if measured is None else {name: measured}
        doubted = slopes
    rows = [*_values(of, found[of], Theirs(backend, value=np.asarray(computed)), tolerance), *rows]
    first, step = _first(graph, of, rows)
    wrong = [row.name for row in rows if row.verdict == "differs" and row.name in right and row.name not in split]
    seen = evidence(graph, of, wrong, doubted, right, found, tolerance, other is not None) if wrong else ()
    said = tuple(hints(seen, sum(bool(np.any(each)) for each in right.values())))
    if any(row.verdict == "differs" for row in rows):
        said = (*wrong_rules(graph, found), *said)
    title = DIFFERENCES if other is None else other.title
    # Of the non-finite ones, the first on the way back: others may follow from it.
    sentence = explained(both, found, (gradients[name] for name in reversed(names)))
    remarks = (*both.remarks, sentence) if sentence else both.remarks
    for name in split:
        remarks = (f"{name} is complex: the last axis of its entries is the real and the imaginary part", *remarks)
    if other is None and data:
        remarks = (_said_of_data(data), *remarks)
    if other is not None and other.itself:
        name = graph.graph.get("name", "the model")
        remarks = (f"{title} differentiated {name} itself, not its graph", *remarks)
    return GradientReport(of, tuple(rows), tolerance, remarks, title, first, step, said)


def _said_of_data(names: Sequence[str]) -> str:
    """Say which variables were compared along directions because they hold data, and how to compare their entries."""
    asked = f"wrt={names[0]!r}" if len(names) == 1 else f"wrt=({', '.join(map(repr, names))})"
    holds = "holds" if len(names) == 1 else "hold"
    return (
        f"{' and '.join(names)} {holds} data, compared along {DATA_BLOCKS} directions; {asked} compares like parameters"
    )


def _steepest(slopes: Mapping[str, Array]) -> float:
    """The largest entry of all gradients."""
    finite = [np.abs(each[np.isfinite(each)]) for each in slopes.values()]
    return max((float(np.max(each, initial=0.0)) for each in finite), default=0.0)


def _rounding(
    interpreter: Interpreter, values: Mapping[str, Any], gradients: Mapping[str, str], slopes: Mapping[str, Array]
) -> Callable[[str], Array]:
    """How much a gradient changes if all numbers move slightly; a remainder of 0 changes completely."""

    @cache
    def moved() -> list[dict[str, Any]]:
        rng = seeded(0)
        return [interpreter.run({name: _nudged(value, rng) for name, value in values.items()}) for _ in range(NUDGES)]

    @cache
    def rounding(name: str) -> Array:
        found_again = (parts.all_slopes({name: np.asarray(each[gradients[name]])})[name] for each in moved())
        changes = [np.abs(each - slopes[name]) for each in found_again]
        found: Array = np.max(changes, axis=0)
        return found

    return rounding


def _nudged(value: Any, rng: np.random.Generator) -> Any:
    array = np.asarray(value)
    return array * (1 + NUDGE * rng.uniform(-1, 1, array.shape)) if array.dtype.kind in "fc" else value


def _refuse_infinite(values: Mapping[str, Array], names: Iterable[str]) -> None:
    for name in names:
        if not np.isfinite(values[name]).all():
            place = [int(i) for i in np.argwhere(~np.isfinite(values[name]))[0]]
            raise FeedError(
                f"{name} is {values[name][tuple(place)]}{f' at {place}' if place else ''}, "
                "so it has no differences; feed finite numbers, or leave it out with wrt=…"
            )


def _values(of: str, value: Any, other: Theirs, tolerance: float) -> list[Row]:
    """Compare the output with the other source's value, if it gives one."""
    if other.value is None:
        return []
    own, given = np.asarray(value).item(), np.asarray(other.value).item()
    error = abs(own - given) / (max(abs(own), abs(given)) or 1.0)
    if error <= tolerance:
        return []
    note = "the output itself differs, so these aren't its gradients"
    return [Row(of, "output", (), "value", 1, "", own, given, error, "differs", note)]


def _first(graph: Graph, of: str, rows: Sequence[Row]) -> tuple[str | None, str]:
    """The first variable on the way back that differs, and the step that leads to it if its other end agrees."""
    verdicts = {row.name: row.verdict for row in rows}
    differ = [name for name, verdict in verdicts.items() if verdict == "differs"]
    if not differ:
        return None, ""
    order = {name: number for number, name in enumerate(graph.computation_order())}
    above = nx.ancestors(graph, of)

    def steps(name: str) -> list[str]:
        return [each for each in graph.successors(name) if each in above]

    # A gradient is complete once the first operation that uses its variable has been passed.
    first = max(differ, key=lambda name: min((order[each] for each in steps(name)), default=len(order)))
    taken = steps(first)
    ends = {result for each in taken for result in graph.results(each)}
    known = bool(ends) and all(end == of or verdicts.get(end) == "agrees" for end in ends)
    return first, ", ".join(str(graph.operation(each)) for each in taken) if known else ""
