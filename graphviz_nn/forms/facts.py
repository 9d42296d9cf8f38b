"""Facts about variables and operations that aren't drawn."""

from graphviz_nn.forms.diagram import Shown
from graphviz_nn.graph.ir import Graph
from graphviz_nn.style.labels import plain, spoken

Facts = tuple[tuple[str, str], ...]


def facts(graph: Graph, shown: Shown) -> dict[str, Facts]:
    """By name: kind, shape, value and gradient if known, and the line of the user's code.

    The facts of an operation are those of its result, if it has only one.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda x: x * 2, x=input(2))
    >>> facts(graph, Shown(values={"x": r"(1,\\\\ 2)"}))["x"]
    (('is', 'input'), ('shape', '2'), ('value', '(1, 2)'))
    """
    found = {name: _variable(graph, name, shown) for name in graph.variables}
    return found | {name: _operation(graph, name, found) for name in graph.operations}


def _variable(graph: Graph, name: str, shown: Shown) -> Facts:
    variable, producer = graph.variable(name), graph.producer(name)
    source = graph.operation(producer).source if producer else None
    rows = {
        "is": variable.role,
        "shape": "×".join(map(str, variable.shape)) or "a number",
        "value": numeral(shown.values.get(name, "")),
        "gradient": numeral(shown.gradients.get(name, "")),
        "line": str(source or ""),
    }
    return tuple((word, said) for word, said in rows.items() if said)


def numeral(tex: str) -> str:
    """A number as text, with a minus sign."""
    return plain(tex).replace("-", "\N{MINUS SIGN}")


def _operation(graph: Graph, name: str, known: dict[str, Facts]) -> Facts:
    operation, results = graph.operation(name), graph.results(name)
    inside = operation.body
    parts = len(inside.operations) if inside is not None else 0
    is_said = (
        f"{spoken(operation.op)}, a block of {parts} operation{'s' if parts != 1 else ''}" if parts else operation.op
    )
    rows = [("is", is_said), ("in", "/".join(operation.around)), ("gives", ", ".join(results))]
    if len(results) == 1:
        rows += [row for row in known[results[0]] if row[0] not in ("is", "line")]
    rows.append(("line", str(operation.source or "")))
    return tuple(row for row in rows if row[1])
