"""Write out the chain rule, with symbols and with numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import networkx as nx
import numpy as np

from graphviz_nn.evaluation.feeds import checked, fed
from graphviz_nn.evaluation.program import compile
from graphviz_nn.graph import Graph, check
from graphviz_nn.style.formula import step
from graphviz_nn.style.labels import plain
from graphviz_nn.style.numbers import array, number
from graphviz_nn.style.numbers import digits as written_with
from graphviz_nn.style.slope import slope, symbols_of
from graphviz_nn.style.symbols import distinct
from graphviz_nn.tracing.model import Traceable
from graphviz_nn.transforms.backward import backward
from graphviz_nn.views import detailed, named
from graphviz_nn.views.symbols import LETTERED

# With more paths than this, the sum isn't written out.
WAYS = 4


@dataclass(frozen=True)
class ChainRule:
    """Equations that lead to a gradient, as TeX; one that continues the line before begins with its "=".

    Parameters
    ----------
    of : str
        The differentiated variable.
    by : tuple of str
        The variables to differentiate by.
    lines : tuple of str
        The lines, in order.
    """

    of: str
    by: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def tex(self) -> str:
        """A block for a LaTeX document with one equation per line; needs amsmath."""
        rows = (line.replace("=", "&=", 1) for line in self.lines)
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def __str__(self) -> str:
        rows = [" ".join(plain(line).split()) for line in self.lines]
        width = max(row.find("=") for row in rows)
        return "\n".join(" " * (width - row.find("=")) + row for row in rows)

    def _repr_latex_(self) -> str:
        return f"$$\n{self.tex}\n$$"


def chain_rule(
    graph: Traceable,
    by: str | None = None,
    feeds: Mapping[str, Any] | None = None,
    /,
    *,
    of: str | None = None,
    detail: str = "operations",
    digits: int | None = None,
    example: Any = (),
    **keywords: Any,
) -> ChainRule:
    r"""Write out the chain rule for the gradient by a variable, from the gradient rules.

    The first lines define letters for unnamed values. For single numbers, a product of local derivatives follows for
    each path from the variable to the differentiated one, and the sum of these. For arrays, the result of each backward
    step follows, in order; a bar over a symbol is the gradient with respect to it.

    Parameters
    ----------
    graph : Graph or callable
        A model.
    by : str, optional
        The variable, in a graph of this detail; default all parameters.
    feeds : dict, optional
        Values by name, which you can also pass as keywords; with them, the numbers are written too.
    of : str, optional
        The differentiated variable, a single number; default the first output.
    detail : {"scalars", "operations", "functions", "layers", "merged"}
        How much is one step.
    digits : int, optional
        The number of significant digits; default 3.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`; its numbers are fed, too.

    Raises
    ------
    GradientError
        If a gradient doesn't exist.
    FeedError
        If a feed is missing or doesn't fit.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda x, t: (t * x) ** 2, x=input(()), t=parameter(()))
    >>> print(chain_rule(graph, "t", x=3.0, t=2.0))
               u_1 = t × x
    ∂ output / ∂ t = ∂ output / ∂ u_1 · ∂ u_1 / ∂ t
                   = 2 u_1 · x
                   = 12 · 3 = 36
    """
    graph, given = fed(graph, feeds, keywords, example)
    check(graph)
    plain_names = detailed(detail, graph)
    seen = distinct(named(plain_names))
    both = backward(seen, of, by)
    symbols = symbols_of(both)
    values: Mapping[str, Any] = compile(both, list(both.variables))(checked(both, given)) if given else {}
    with written_with(digits):
        lines = by and _product(both, by, symbols, values)
        lines = lines or list(equations(both, symbols, values).values())
        lettered = [name for name in seen.graph[LETTERED] if plain_names.variable(name).label is None]
        lines = [*_meanings(both, lettered, symbols, lines), *lines]
    return ChainRule(both.graph["backward"]["of"], tuple(both.graph["gradients"]), tuple(lines))


def _meanings(both: Graph, lettered: list[str], symbols: Mapping[str, str], lines: list[str]) -> list[str]:
    """Define the letters in some lines by their formulas."""
    found: dict[str, str] = {}
    for name in reversed(lettered):
        if any(symbols[name] in line for line in (*lines, *found.values())):
            operation = both.producer(name) or ""
            found[name] = f"{symbols[name]} = {step(both, operation, name, symbols)}"
    return [found[name] for name in lettered if name in found]


def _product(both: Graph, by: str, symbols: Mapping[str, str], values: Mapping[str, Any]) -> list[str]:
    """The product of derivatives along each path; empty with arrays, or with too many paths."""
    facts = both.graph["backward"]
    ways = _ways(both)
    on, whole = _between(ways, by, facts["of"]), _ratio(symbols, by, facts["of"])
    if by not in on:
        return [f"{whole} = 0"]
    if any(both.variable(name).shape for name in on):
        return []
    found = list(islice(nx.all_simple_edge_paths(ways, by, facts["of"]), WAYS + 1))
    slopes = {(op, v): slope(both, op, v, symbols) for op, v in facts["parts"] if v in on}
    if len(found) > WAYS or not all(each.sign for each in slopes.values()):
        return []
    # From the loss back, in the order of computation.
    paths = [[(ways.edges[edge]["operation"], *edge[:2]) for edge in reversed(path)] for path in found]

    def total(factors: Any) -> str:
        return " + ".join(r" \cdot ".join(factors(*each) for each in path) for path in paths)

    lines = [f"{whole} = " + total(lambda operation, a, b: _ratio(symbols, a, b))] if sum(map(len, paths)) > 1 else []
    lines.append(("= " if lines else f"{whole} = ") + total(lambda operation, a, b: slopes[operation, a].tex))
    if values:
        counted = total(lambda operation, a, b: _signed(_local(both, operation, a, values)))
        value = number(float(values[facts["cotangents"][by]]))
        lines.append(f"= {counted}" + (f" = {value}" if counted != value else ""))
    return lines


def equations(both: Graph, symbols: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """The gradient by each variable as TeX, by the result of the backward step of each use; from the differentiated
    variable back.

    Parameters
    ----------
    both : Graph
        A graph with its backward pass.
    symbols : dict of str to str
        The symbol of each variable; see `style.slope.symbols_of`.
    values : dict of str to array
        The value of each variable; empty to write no numbers.
    """
    facts = both.graph["backward"]
    ways = _ways(both)
    on = set[str]().union(*(_between(ways, by, facts["of"]) for by in both.graph["gradients"]))
    uses: dict[str, list[str]] = {}
    for operation, variable in facts["parts"]:
        if variable in on and on.intersection(both.results(operation)):
            result = next(each for each in both.results(operation) if each in on)
            cotangent = symbols[facts["cotangents"][result]]
            uses.setdefault(variable, []).append(slope(both, operation, variable, symbols).of(cotangent))
    found = {}
    for variable, cotangent in facts["cotangents"].items():
        if variable not in on:
            continue
        terms = "1" if variable == facts["of"] else " + ".join(uses[variable])
        value = f" = {array(np.asarray(values[cotangent]))}" if values and variable in uses else ""
        found[variable] = f"{symbols[cotangent]} = {terms}{value}"
    return found


def _ways(both: Graph) -> "nx.MultiDiGraph[str]":
    """Edges from each variable to the results computed from it."""
    facts = both.graph["backward"]
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    found.add_nodes_from(facts["cotangents"])
    for operation, variable in facts["parts"]:
        for result in both.results(operation):
            if result in facts["cotangents"]:
                found.add_edge(variable, result, operation=operation)
    return found


def _between(ways: "nx.MultiDiGraph[str]", by: str, of: str) -> set[str]:
    return (nx.descendants(ways, by) | {by}) & (nx.ancestors(ways, of) | {of})


def _ratio(symbols: Mapping[str, str], below: str, above: str) -> str:
    return rf"\partial {symbols[above]} / \partial {symbols[below]}"


def _signed(value: float) -> str:
    return number(value) if value >= 0 else rf"({number(value)})"


def _local(both: Graph, operation: str, variable: str, values: Mapping[str, Any]) -> float:
    """The derivative of an operation by an argument, both single numbers: its result for a cotangent of 1."""
    facts = both.graph["backward"]
    step, part = facts["steps"][operation], facts["parts"][operation, variable]
    body = both.operation(step).body or Graph()
    of = body.outputs[both.results(step).index(part)]
    taken = zip(body.graph["arguments"], both.arguments(step).values(), strict=True)
    cotangents = set(facts["cotangents"].values())
    fed = {leaf: 1.0 if v in cotangents else values[v] for leaf, v in taken}
    return float(compile(body, [of])(fed)[of])
