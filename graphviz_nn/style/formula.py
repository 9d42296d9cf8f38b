"""Write the computation of a graph as one line of TeX."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphviz_nn.errors import GraphError, UsageError, suggest
from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.graph.text import words
from graphviz_nn.ops.indexing import show
from graphviz_nn.style.labels import label, spoken
from graphviz_nn.style.literals import ATOM, DOT, POWER, PRODUCT, SUM, Bound, bracketed, literal
from graphviz_nn.style.numbers import digits as written_with
from graphviz_nn.style.symbols import symbols, unlike
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.transforms.expand import shown_inside
from graphviz_nn.views import detailed

# Functions with a symbol in formulas; any other has its name.
SYMBOLS = {"sigmoid": r"\sigma"}
# Longer formulas are illegible.
LONGEST = 2_000

# A symbol with a superscript, which can't have a second one.
INDEX = r"\{(?:[^{}]|\{[^{}]*\})*\}"
RAISED = re.compile(rf"(.*)\^\{{((?:[^{{}}]|{INDEX})*)\}}((?:_{INDEX})?)")


def formula(graph: Traceable, of: str | None = None, *, digits: int | None = None, example: Any = ()) -> str:
    r"""TeX for the computation of a graph from its leaves; functions without parameters appear by name.

    Parameters
    ----------
    of : str, optional
        The variable; default the first output.
    digits : int, optional
        The number of significant digits; default 3.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Raises
    ------
    UsageError
        If there is no such variable.
    GraphError
        If the formula would be longer than 2,000 characters.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, target, trace
    >>> def loss(x, y, theta):
    ...     return (theta @ x - y) ** 2
    >>> formula(trace(loss, x=input(2), y=target(()), theta=parameter(2)))
    '\\left(\\theta \\cdot x - y\\right)^{2}'
    """
    graph = graph_of(graph, example)
    seen = detailed("operations", graph)
    of = of or next(iter(seen.outputs), "")
    if not isinstance(of, str) or of not in seen.variables:
        raise UsageError(f"there is no variable {of!r}: {suggest(of, seen.variables)}")
    known = symbols(seen)
    labels = {name: (known.get(name) or label(name, variable), ATOM) for name, variable in seen.leaves.items()}
    with written_with(digits):
        return _written(seen, of, labels)


def inside(graph: Graph, operation: str, written: Mapping[str, str]) -> str:
    """TeX for a folded operation's computation from its arguments, by their symbols.

    It is empty if the operation has several results, or the TeX is too long.
    """
    body = shown_inside(graph, operation)
    if len(body.outputs) != 1:
        return ""
    given = graph.arguments(operation).values()
    labels = {name: (written[v], ATOM) for name, v in zip(body.graph["arguments"], given, strict=True)}
    for name, v in body.leaves.items():
        if name not in labels:
            labels[name] = unlike(label(name, v), [tex for tex, _ in labels.values()], is_array=bool(v.shape)), ATOM
    try:
        return _written(body, body.outputs[0], labels)
    except GraphError:
        return ""


def step(graph: Graph, operation: str, result: str, symbols: Mapping[str, str]) -> str:
    r"""TeX for one operation's computation from its arguments, by their symbols.

    >>> from graphviz_nn.tracing import input, trace
    >>> step(trace(lambda x: 2 * x + 1, x=input(())), "add", "output", {"v1": "u"})
    'u + 1'
    """
    data = graph.operation(operation)
    given: dict[int, Bound] = {slot: (symbols[v], ATOM) for slot, v in graph.arguments(operation).items()}
    given.update((slot, literal(data, slot)) for slot in data.literals)
    bound = applied(graph, operation, data, [given[slot] for slot in sorted(given)])
    results = graph.results(operation)
    return bound[0] if len(results) == 1 else indexed(bracketed(bound, ATOM), f"{results.index(result) + 1}")


def _written(graph: Graph, of: str, labels: Mapping[str, Bound]) -> str:
    known = dict(labels)
    for name in graph.computation_order():
        operation, results = graph.operation(name), graph.results(name)
        given: dict[int, Bound] = {slot: known[v] for slot, v in graph.arguments(name).items()}
        given.update((slot, literal(operation, slot)) for slot in operation.literals)
        bound = applied(graph, name, operation, [given[slot] for slot in sorted(given)])
        if len(bound[0]) > LONGEST:
            raise GraphError(
                f"the formula of {of} is longer than {LONGEST} characters; use that of an earlier variable, "
                f"such as {results[0]}"
            )
        for place, result in enumerate(results):
            known[result] = bound if len(results) == 1 else (indexed(bracketed(bound, ATOM), f"{place + 1}"), ATOM)
    return known[of][0]


def indexed(tex: str, index: str) -> str:
    """Add an index; a symbol with an index is grouped first."""
    return rf"{{{tex}}}_{{{index}}}" if "_" in tex else rf"{tex}_{{{index}}}"


def applied(graph: Graph, name: str, operation: Operation, given: list[Bound]) -> Bound:
    """An operation's template with its arguments, in brackets where they bind less tightly."""
    if operation.body is not None:
        function = SYMBOLS.get(operation.op) or words(spoken(operation.op))
        return rf"{function}\left({', '.join(each for each, _ in given)}\right)", ATOM
    if operation.op == "getitem":
        index = words(show(operation.attributes["index"]))
        return indexed(bracketed(given[0], ATOM), index), ATOM
    if operation.op == "set_at":
        index, value = words(show(operation.attributes["index"])), given[1][0]
        return rf"{bracketed(given[0], ATOM)}\left[{index} \leftarrow {value}\right]", ATOM
    template = lookup(operation.op).tex
    if operation.op == "matmul" and all(len(graph.variable(v).shape) == 1 for v in graph.arguments(name).values()):
        template = r"{0} \cdot {1}"
    return filled(template, operation.op, given)


def filled(template: str, op: str, given: list[Bound]) -> Bound:
    """A template with arguments; one for a single argument takes any number of them."""
    level, wanted = _level(template), wanting(template)
    if len(given) != len(wanted):
        return template.format(", ".join(each for each, _ in given)), level
    written = [bracketed(given[slot], wanted[slot]) for slot in range(len(given))]
    raised = RAISED.fullmatch(written[0]) if template.startswith("{0}^") else None
    if raised and op == "transpose":
        return rf"{raised[1]}^{{{raised[2]}\top}}{raised[3]}", level
    if raised:
        written[0] = rf"\left({written[0]}\right)"
    return template.format(*written), level


@lru_cache(maxsize=1024)
def _level(template: str) -> int:
    """How tightly a template binds, from its form."""
    bare = re.sub(r"\\left.*\\right.|\\sqrt.*", "", template)
    if re.search(r"[-+=<>] |\\(?:n?eq|[lg]eq|wedge|vee|sum|prod|mathrm\{\{if) ?|^-", bare):
        return SUM
    if template == r"{0} \cdot {1}":
        return DOT
    if re.search(r"/|\\times|\\cdot|\\otimes|\\,|\\neg", bare):
        return PRODUCT
    return POWER if "^" in bare else ATOM


@lru_cache(maxsize=1024)
def wanting(template: str) -> tuple[int, ...]:
    """How tightly each argument must bind to need no brackets."""
    level = _level(template)
    found: dict[int, int] = {}
    # Two braces stand for one.
    for place in re.finditer(r"(?<!\{)(?:\{\{)*\{(\d)\}", template):
        before, after = template[: place.start(1) - 1], template[place.end() :]
        if before.endswith(("(", "|", "{{", ", ")) and after.startswith((r"\right", ")", "}}", ",")):
            wanted = 0
        elif level == POWER:
            wanted = ATOM
        else:
            # a - (b - c), a / (b · c), the sum of (a + b), but a + b + c.
            wanted = level + (bool(re.search(r"(?:-|/|\\sum|\\prod) ?$", before)))
        found[int(place[1])] = wanted
    return tuple(found[slot] for slot in sorted(found))
