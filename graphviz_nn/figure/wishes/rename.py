"""Set other symbols for variables; their names stay the same."""

import re
from collections.abc import Mapping
from dataclasses import replace

from graphviz_nn.errors import LabelError
from graphviz_nn.graph import Graph, Variable
from graphviz_nn.graph.text import words
from graphviz_nn.style.labels import label, plain
from graphviz_nn.style.prose import prose

# The fact of a graph that lists the author's own names of variables.
RENAMED = "renamed"


def renamed(graph: Graph, names: Mapping[str, str]) -> Graph:
    r"""Set the labels of named variables; formulas and gradients use them too.

    A variable without a name from the author goes by its symbol: "z1" is the one drawn as z^{(1)}.

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
    r"""Turn a symbol into TeX; it may be TeX, a name in code, or words.

    Raises
    ------
    LabelError
        If it has several lines.

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
