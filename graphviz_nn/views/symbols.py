"""The lecture's symbols for unnamed values; `style.symbols` makes them distinct."""

import re
from collections.abc import Mapping
from dataclasses import replace

from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.nn import normalization
from graphviz_nn.views.kinds import Kind, kinds

# The fact of a graph that lists the labels proposed by this module.
LETTERED = "lettered"
# Letters for the results of operations, the first unused one.
PLAIN = ("u", "v", "w", "s", "t")
# Functions whose results have their own symbol.
SYMBOLS = {"softmax": "p", "features": r"\phi"}
LETTERS: Mapping[Kind, str] = {"layer": "z", "activation": "a", "function": "h"}
# The symbol of a loss that is only a part of the output, such as one with a penalty.
TERM = r"\ell"


def with_symbols(graph: Graph) -> Graph:
    """Label each unnamed result: z of a layer, a of an activation, p of a softmax, φ of features, h of any other
    function, ℓ of a loss that is only a part, and a tilde over normalized values.

    Layers are numbered along each branch, following the author's own numbers. Values after a layer have its number;
    values before the first have 0.
    """
    wiring = Wiring(graph)
    known = kinds(graph, wiring)
    unnamed = {*graph.graph.get("anonymous", ()), *graph.graph.get("titled", ())}
    shared: Mapping[str, str] = graph.graph.get("shared names", {})
    # Without layers, 0 would be the number of everything.
    layers = dict.fromkeys(wiring.variables, 0 if "layer" in known.values() else 1)
    proposed: dict[str, str] = {}
    for name in wiring.order():
        op, kind, is_norm = wiring.operations[name].op, known[name], _is_norm(wiring.operations[name])
        given = list(wiring.arguments[name].values())
        number = max((layers[v] for v in given), default=0)
        if kind == "layer" and not is_norm:
            number += 1
        letter = LETTERS.get(kind, "")
        symbol = SYMBOLS.get(op) or (letter and f"{letter}^{{({number})}}")
        if kind == "loss" and any(wiring.users[result] for result in wiring.results[name]):
            symbol = TERM
        if is_norm and given:
            symbol = _normalized(proposed.get(given[0]) or wiring.variables[given[0]].label or given[0])
        for result in wiring.results[name]:
            layers[result] = number
            if result not in unnamed and kind != "operation":
                layers[result] = int((re.fullmatch(r"[a-z]_?(\d{1,4})", shared.get(result, result)) or [0, number])[1])
            elif symbol and result in unnamed and wiring.variables[result].label is None:
                proposed[result] = symbol
    return _lettered(graph, proposed)


def with_symbols_of(graph: Graph, other: Graph) -> Graph:
    """Label the unnamed results of a graph as in a view of it."""
    unnamed = {*graph.graph.get("anonymous", ()), *graph.graph.get("titled", ())}
    here, there = graph.variables, other.variables
    shared = (name for name in unnamed if name in here and name in there and here[name].shape == there[name].shape)
    labels = {name: there[name].label for name in shared if here[name].label is None}
    return _lettered(graph, {name: each for name in here if (each := labels.get(name))})


def _is_norm(operation: Operation) -> bool:
    return operation.op in vars(normalization)


def _normalized(symbol: str) -> str:
    """A tilde over a letter and its indices; h with a tilde if there is no letter."""
    found = re.fullmatch(r"([A-Za-z])(?:_?(\d+)|([_^]\{.*\}))?", symbol)
    if found is None:
        return r"\tilde{h}"
    letter, number, rest = found.groups()
    return rf"\tilde{{{letter}}}" + (f"^{{({number})}}" if number else rest or "")


def _lettered(graph: Graph, proposed: Mapping[str, str]) -> Graph:
    found = graph.copy()
    found.graph[LETTERED] = (*graph.graph.get(LETTERED, ()), *proposed)
    for name, symbol in proposed.items():
        found.add_variable(name, replace(graph.variable(name), label=symbol))
    return found


def named(graph: Graph) -> Graph:
    """Give each unnamed result that is used further a numbered letter.

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
    results = (result for name in wiring.order() for result in wiring.results[name])
    bare = [v for v in results if v in anonymous and wiring.variables[v].label is None and wiring.users[v]]
    return _lettered(graph, {name: f"{letter}_{{{count}}}" for count, name in enumerate(bare, 1)})
