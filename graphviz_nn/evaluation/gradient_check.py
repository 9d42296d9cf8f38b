"""Gradients against central differences."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from graphviz_nn.errors import FeedError, GradientError, UsageError, suggest
from graphviz_nn.evaluation.feeds import checked, one_dict
from graphviz_nn.evaluation.program import Program, compile
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.transforms.cut import cut
from graphviz_nn.transforms.fold import computable
from graphviz_nn.transforms.gradient import gradient

Verdict = Literal["agrees", "kink", "differs"]
MODES = ("auto", "entries", "directions")
LARGE = 1000
DIRECTIONS = 8
STEP = float(np.finfo(float).eps ** (1 / 3))


@dataclass(frozen=True)
class Row:
    """What was found for one variable: its worst entry or direction."""

    name: str
    role: str
    shape: tuple[int, ...]
    mode: str
    compared: int
    worst: str
    gradient: float
    difference: float
    error: float
    verdict: Verdict
    note: str = ""


@dataclass(frozen=True)
class GradientReport:
    """Every gradient of a graph beside its central difference; prints as a table.

    Parameters
    ----------
    of : str
        The variable that was differentiated.
    rows : tuple of Row
        One for each parameter, input and target.
    tolerance : float
        The largest relative error that agrees.
    remarks : tuple of str
        What was noticed, a sentence each.
    """

    of: str
    rows: tuple[Row, ...]
    tolerance: float
    remarks: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no gradient differs; at a kink none can be told right or wrong, and none is."""
        return all(row.verdict != "differs" for row in self.rows)

    def __bool__(self) -> bool:
        return self.passed

    @property
    def summary(self) -> str:
        """One sentence."""
        agree = sum(row.verdict == "agrees" for row in self.rows)
        sentence = f"{agree} of {len(self.rows)} agree with central differences"
        kinks = [row.name for row in self.rows if row.verdict == "kink"]
        differ = [row for row in self.rows if row.verdict == "differs"]
        if kinks:
            sentence += f"; {', '.join(kinks)} at a kink"
        if differ:
            worst = max(differ, key=lambda row: row.error)
            sentence += f"; the worst is {worst.name} {worst.worst}".rstrip()
        return sentence

    def __str__(self) -> str:
        head = ("", "variable", "shape", "worst", "gradient", "difference", "error")
        marks = {"agrees": "✓", "kink": "~", "differs": "✗"}
        body = [
            (
                marks[row.verdict],
                row.name,
                "×".join(map(str, row.shape)) or "1",
                row.worst,
                f"{row.gradient:.6g}",
                f"{row.difference:.6g}",
                f"{row.error:.1e}",
            )
            for row in self.rows
        ]
        widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
        lines = ["  ".join(w.ljust(n) for w, n in zip(row, widths, strict=True)).rstrip() for row in (head, *body)]
        notes = [f"{row.name}: {row.note}" for row in self.rows if row.note]
        return "\n".join([*lines, *notes, *self.remarks, self.summary])

    __repr__ = __str__


def check_gradients(
    graph: Graph,
    feeds: Mapping[str, Any] | None = None,
    /,
    *,
    of: str | None = None,
    wrt: str | Iterable[str] | None = None,
    mode: str = "auto",
    tolerance: float = 1e-6,
    seed: int = 0,
    **keywords: Any,
) -> GradientReport:
    """Compare gradients with central differences, in float64: those by every parameter, input and target.

    Parameters
    ----------
    feeds : dict, optional
        Names and values; they may also be given as keywords.
    of : str, optional
        The variable to differentiate; the first output where not given.
    wrt : str or iterable of str, optional
        Other variables to differentiate by, also inner ones: what is computed from these goes on from their value.
    mode : {"auto", "entries", "directions"}
        Compare each entry, or the slopes along 8 random directions; "auto" takes directions for arrays of
        more than 1,000 entries.
    tolerance : float
        The largest error that agrees, relative to the larger of both and to the rounding of the values.
    seed : int
        Of the random directions.

    Raises
    ------
    FeedError
        Where a feed doesn't fit or the value at it isn't finite.

    Source
    ------
    A central difference (f(x + h) - f(x - h)) / 2h with h = eps^(1/3) · max(1, \\|x\\|): W. H. Press et al.,
    Numerical Recipes, section 5.7.

    Examples
    --------
    >>> from graphviz_nn.tracing import parameter, trace
    >>> print(check_gradients(trace(lambda t: t**3, t=parameter(())), t=2.0).summary)
    1 of 1 agree with central differences
    """
    if mode not in MODES:
        raise UsageError(f"there is no mode {mode!r}: {suggest(str(mode), MODES)}")
    if not tolerance > 0:
        raise UsageError(f"the tolerance must be positive, found {tolerance}")
    asked = [wrt] if isinstance(wrt, str) else list(wrt or ())
    graph = in_float64(computable(graph, asked))
    values = checked(graph, one_dict(feeds, keywords))
    names = asked or [n for n, v in graph.leaves.items() if v.role != "constant" and v.dtype == "float64"]
    if not names:
        raise GradientError("the graph has no floating-point argument to differentiate by")
    both = gradient(graph, of=of, wrt=names)
    of = of or graph.outputs[0]
    gradients = both.graph["gradients"]
    found = compile(both, list(dict.fromkeys([of, *names, *gradients.values()])))(values, finite=False)
    if not np.isfinite(found[of]).all():
        raise FeedError(f"{of} is {found[of]} at these feeds; a gradient can only be checked where it is finite")
    rng = np.random.default_rng(seed)
    leaves, whole = graph.leaves, compile(graph, of)
    rows = []
    for name in names:
        forward = whole if name in leaves else compile(cut(graph, name, of), of)
        at = _along(forward, name, of, values)
        rows.append(_row(graph, name, found[name], found[gradients[name]], at, mode, tolerance, rng))
    return GradientReport(of, tuple(rows), tolerance, both.remarks)


def _along(forward: Program, name: str, of: str, values: Mapping[str, Array]) -> Callable[[Array], float]:
    """What comes out, by the value of one variable."""
    leaves = forward.graph.leaves
    given = {leaf: value for leaf, value in values.items() if leaf in leaves}

    def at(value: Array) -> float:
        with np.errstate(all="ignore"):
            return float(forward({**given, name: value} if name in leaves else given)[of])

    return at


def in_float64(graph: Graph) -> Graph:
    """The graph with every floating-point variable in double precision."""
    found = graph.copy()
    for name, variable in graph.variables.items():
        if np.dtype(variable.dtype).kind == "f":
            value = None if variable.value is None else variable.value.astype("float64")
            found.add_variable(name, replace(variable, dtype="float64", value=value))
    for name, operation in graph.operations.items():
        if operation.op == "astype" and np.dtype(operation.attributes["dtype"]).kind == "f":
            found.add_node(name, data=replace(operation, attributes={"dtype": "float64"}))
    return found


def _along_entries(value: Array, rng: "np.random.Generator") -> list[tuple[str, Array]]:
    found = []
    for index in np.ndindex(value.shape):
        direction = np.zeros(value.shape)
        direction[index] = 1.0
        found.append((str(list(index)) if index else "", direction))
    return found


def _along_directions(value: Array, rng: "np.random.Generator") -> list[tuple[str, Array]]:
    drawn = [rng.standard_normal(value.shape) for _ in range(DIRECTIONS)]
    return [(f"direction {i}", each / np.linalg.norm(each)) for i, each in enumerate(drawn, 1)]


def _row(
    graph: Graph,
    name: str,
    value: Array,
    found: Array,
    at: Callable[[Array], float],
    mode: str,
    tolerance: float,
    rng: "np.random.Generator",
) -> Row:
    value = np.asarray(value)
    directions = mode == "directions" or (mode == "auto" and value.size > LARGE)
    probes = (_along_directions if directions else _along_entries)(value, rng)
    variable = graph.variable(name)
    judged = []
    for title, direction in probes:
        slope = float(np.sum(found * direction))

        def along(h: float, direction: Array = direction) -> float:
            return at(value + h * direction)

        judged.append((title, slope, *_judge(along, slope, _scale(value, direction), tolerance)))
    order = {"differs": 2, "kink": 1, "agrees": 0}
    mode = "directions" if directions else "entries"
    if not judged:
        return Row(name, variable.role, variable.shape, mode, 0, "", 0.0, 0.0, 0.0, "agrees", "it has no entries")
    # NaN is worse than any number.
    worst = max(judged, key=lambda each: (order[each[4]], np.nan_to_num(each[3], nan=np.inf)))
    title, slope, difference, error, verdict, note = worst
    kinks = sum(each[4] == "kink" for each in judged)
    if kinks and verdict == "kink":
        note = f"{kinks} of {len(judged)} {mode} at a kink, {title or 'it'}: {note}"
    return Row(name, variable.role, variable.shape, mode, len(judged), title, slope, difference, error, verdict, note)


def _scale(value: Array, direction: Array) -> float:
    return max(1.0, float(np.max(np.abs(value * (direction != 0)), initial=0.0)))


def _judge(
    f: Callable[[float], float], slope: float, scale: float, tolerance: float
) -> tuple[float, float, Verdict, str]:
    """The central difference, its distance from a slope, and what that means."""
    h = STEP * scale
    middle = f(0.0)
    left, right = (middle - f(-h)) / h, (f(h) - middle) / h
    difference = (left + right) / 2
    noise = 8 * np.finfo(float).eps * max(abs(middle), 1.0) / h
    size = max(abs(slope), abs(difference), noise / tolerance)
    error = abs(slope - difference) / size
    if abs(right - left) > 1e-3 * max(abs(left), abs(right), noise * 1e3) and (kink := _kink(f, middle, h)):
        low, high = min(kink), max(kink)
        note = f"the slope is {kink[0]:.4g} to its left and {kink[1]:.4g} to its right"
        slack = 1e-3 * max(abs(low), abs(high), 1e-9)
        if low - slack <= slope <= high + slack:
            return difference, error, "kink", f"{note}, the gradient {slope:.4g} lies between"
        return difference, error, "differs", f"{note}, the gradient {slope:.4g} lies outside"
    verdict: Verdict = "agrees" if error <= tolerance else "differs"
    return difference, error, verdict, ""


def _kink(f: Callable[[float], float], middle: float, h: float) -> tuple[float, float] | None:
    """The slopes on both sides, where they stay apart however small the step: where f is smooth, they meet."""
    gaps = []
    sides = (0.0, 0.0)
    for step in (h, h / 16):
        sides = ((middle - f(-step)) / step, (f(step) - middle) / step)
        gaps.append(abs(sides[1] - sides[0]))
    return sides if np.isfinite(gaps[1]) and gaps[1] > 0.5 * gaps[0] else None
