"""Symbols of the lecture for values that the author didn't name."""

from collections import Counter
from dataclasses import replace

from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.views.kinds import kinds

# For the results of operations, the first that nobody took.
PLAIN = ("u", "v", "w", "s", "t")
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


def named(graph: Graph) -> Graph:
    """The graph with a numbered letter on each unnamed result that something is computed from.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = named(trace(lambda x: -(x**2) + 1, x=input(())))
    >>> [variable.label for variable in graph.variables.values()]
    [None, 'u_{1}', 'u_{2}', None]
    """
    wiring, anonymous = Wiring(graph), set(graph.graph.get("anonymous", ()))
    taken = {(variable.label or name)[0] for name, variable in wiring.variables.items() if name not in anonymous}
    letter = next((each for each in PLAIN if each not in taken), PLAIN[0])
    found, count = graph.copy(), 0
    for name in wiring.order():
        for result in wiring.results[name]:
            variable = wiring.variables[result]
            if result in anonymous and variable.label is None and wiring.users[result]:
                count += 1
                found.add_variable(result, replace(variable, label=f"{letter}_{{{count}}}"))
    return found
