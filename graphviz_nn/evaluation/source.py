"""Write a graph as a Python function, in this package's own words only."""

import re
from collections.abc import Callable, Mapping
from keyword import kwlist
from typing import Any
from unicodedata import normalize

import numpy as np

from graphviz_nn.graph.ir import Graph, Operation, Source
from graphviz_nn.graph.kinds import DTYPES
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.registry import Op, lookup
from graphviz_nn.transforms.contract import Unused

_RESERVED = (*kwlist, "__debug__", "np", "program")

LONGEST = 60
"""The longest attribute that is written out; a longer one is passed by name."""


def executed(graph: Graph) -> tuple[str, dict[str, Any]]:
    """The source of a function ``program`` of the leaves, and the objects that it refers to by name.

    No text of the graph enters the source: variables are numbered; their names, attributes and special numbers are
    passed as objects.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> source, space = executed(trace(lambda x: np.sum(x, axis=0) * 2, x=input(3)))
    >>> print(source.rstrip())
    def program(v0):
        v1 = np.sum(v0, axis=0)
        v2 = np.multiply(v1, 2)
        return {n0: v0, n1: v1, n2: v2}
    >>> space["n2"]
    'output'
    """
    unused = Unused(_RESERVED)
    words = {name: unused(f"v{number}") for number, name in enumerate(graph.variables)}
    keys = {name: unused(f"n{number}") for number, name in enumerate(words)}
    source, space = _write(graph, words, unused, keys.__getitem__, lambda operation: "")
    return source, {**space, **{key: name for name, key in keys.items()}}


def readable(graph: Graph) -> str:
    """The same function with the variables' names, and the user's lines as comments; it isn't executed."""
    unused = Unused(_RESERVED)
    words = {name: unused(_identifier(name)) for name in graph.variables}
    return _write(graph, words, unused, repr, _comment)[0]


def _write(
    graph: Graph,
    words: Mapping[str, str],
    unused: Unused,
    key: Callable[[str], str],
    comment: Callable[[Operation], str],
) -> tuple[str, dict[str, Any]]:
    wiring, functions = Wiring(graph), dict[str, str]()
    space: dict[str, Any] = {"np": np}

    def written(value: Any, wish: str) -> str:
        text = _literal(value)
        if text is None or len(text) > LONGEST:
            text = unused(wish)
            space[text] = value
        return text

    def called(op: Op) -> str:
        if getattr(np, op.name, None) is op.kernel:
            return f"np.{op.name}"
        if op.name not in functions:
            functions[op.name] = unused(_identifier(op.name))
            space[functions[op.name]] = op.kernel
        return functions[op.name]

    lines = []
    for name in wiring.order():
        operation = wiring.operations[name]
        op = lookup(operation.op)
        slots = {slot: words[variable] for slot, variable in wiring.arguments[name].items()}
        slots.update({slot: written(number, "number") for slot, number in operation.literals.items()})
        given = [slots[slot] for slot in sorted(slots)]
        # The keys are those of the operation's own signature.
        known = (each for each in op.signature.kinds if each in operation.attributes)
        given += [f"{each}={written(operation.attributes[each], each)}" for each in known]
        (result,) = wiring.results[name]
        lines.append(f"    {words[result]} = {called(op)}({', '.join(given)}){comment(operation)}")
    arguments = ", ".join(words[each] for each in graph.leaves)
    returned = ", ".join(f"{key(name)}: {word}" for name, word in words.items())
    return "\n".join([f"def program({arguments}):", *lines, f"    return {{{returned}}}", ""]), space


def _literal(value: Any) -> str | None:
    """Python code for a plain value; None for any other object, whatever its repr says."""
    kind = type(value)
    if value is None or value is Ellipsis or kind is bool:
        return repr(value)
    if kind is int:
        return repr(value) if abs(value) < 2**63 else None
    if kind is float:
        return repr(value) if np.isfinite(value) else "-np.inf" if value < 0 else "np.inf" if value > 0 else "np.nan"
    if kind is str:
        return f'"{value}"' if value in DTYPES or re.fullmatch("#[1-9][0-9]{0,3}", value) else None
    if kind is slice:
        parts = [_literal(each) for each in (value.start, value.stop, value.step)]
        return None if None in parts else f"slice({', '.join(map(str, parts))})"
    if kind is tuple:
        parts = [_literal(each) for each in value[:LONGEST]]
        text = f"({', '.join(map(str, parts))}{',' * (len(value) == 1)})"
        return None if None in parts or len(value) > LONGEST else text
    return None


def _identifier(name: str) -> str:
    """A word that resembles a name, in letters that Python leaves unchanged."""
    word = re.sub(r"[^A-Za-z0-9_Α-Ωα-ω]", "_", normalize("NFKC", name))
    return word if word.isidentifier() else f"_{word}"


def _comment(operation: Operation) -> str:
    match operation.source:
        case Source(file=str(file), line=int(line)) if re.fullmatch(r"[\w .<>+-]{1,80}", file):
            return f"  # {file}:{line:d}"
    return ""
