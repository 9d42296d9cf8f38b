"""Other symbols for what a graph computes; the names by which it is asked for stay."""

import re
from collections.abc import Mapping
from dataclasses import replace

from graphviz_nn.errors import LabelError
from graphviz_nn.graph import Graph, Variable
from graphviz_nn.graph.text import words
from graphviz_nn.style.labels import label, plain
from graphviz_nn.style.prose import prose

# The fact of a graph that says which of an author's names were of its variables.
RENAMED = "renamed"


def renamed(graph: Graph, names: Mapping[str, str]) -> Graph:
    r"""The graph with other labels on those of its variables that are named; formulas and gradients use these.

    A variable of which the author gave no name goes by its symbol: "z1" is the one that is written z^{(1)}.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda x: x**2, x=input(2))
    >>> renamed(graph, {"x": "y_hat"}).variable("x").label
    '\\hat{y}'
    """
    found = {name: each for each in names if (name := _variable(graph, each))}
    if not found:
        return graph
    graph = graph.copy()
    graph.graph[RENAMED] = tuple(found.values())
    for name, each in found.items():
        variable = graph.variable(name)
        graph.add_variable(name, replace(variable, label=symbol(names[each], variable)))
    return graph


def _variable(graph: Graph, name: str) -> str | None:
    variables = graph.variables
    if name in variables or name in graph:
        return name if name in variables else None
    wanted = {plain(name), *(plain(label(name, Variable(shape))) for shape in ((), (1,)))}
    found = [each for each, v in variables.items() if v.label is not None and plain(v.label) in wanted]
    return found[0] if len(found) == 1 else None


def symbol(text: str, variable: Variable = Variable(())) -> str:
    r"""TeX for a symbol as an author gives it: TeX, a name as in code, or words.

    Raises
    ------
    LabelError
        Where it isn't on one line.

    Examples
    --------
    >>> symbol("s"), symbol("y_hat"), symbol("W^{(1)}"), symbol("the encoder")
    ('s', '\\hat{y}', 'W^{(1)}', '\\mathrm{the\\ encoder}')
    """
    if re.search(r"[\x00-\x1f]", text):
        raise LabelError(f"the symbol {text!r} must be TeX on one line")
    if "$" in text:
        return r"\ ".join(word for paragraph in prose(text) for word in paragraph)
    if re.search(r"[\\^{}]", text):
        return text
    return label(text, replace(variable, label=None)) if text.isidentifier() else words(text)
