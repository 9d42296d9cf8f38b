"""Symbols of the lecture for values that the author didn't name."""

from collections import Counter
from dataclasses import replace

from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.views.kinds import kinds

# The results of functions that have a symbol of their own.
SYMBOLS = {"softmax": "p", "features": r"\phi"}
LETTERS = {"layer": "z", "activation": "a", "function": "h"}


def with_symbols(graph: Graph) -> Graph:
    """The graph with a label on each unnamed result: z of a layer, a of an activation, p of a softmax, φ of
    features, h of any other function."""
    wiring, anonymous = Wiring(graph), set(graph.graph.get("anonymous", ()))
    taken = {v.label or name for name, v in wiring.variables.items() if v.label or name not in anonymous}
    count: Counter[str] = Counter()
    found = graph.copy()
    known = kinds(graph)
    for name in wiring.order():
        own = SYMBOLS.get(wiring.operations[name].op)
        letter = own or LETTERS.get(known[name], "")
        count[letter] += 1
        symbol = own or f"{letter}^{{({count[letter]})}}"
        result, *more = wiring.results[name]
        variable = wiring.variables[result]
        if letter and not more and result in anonymous and variable.label is None and symbol not in taken:
            found.add_variable(result, replace(variable, label=symbol))
            taken.add(symbol)
    return found
