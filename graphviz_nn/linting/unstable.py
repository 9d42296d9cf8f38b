"""The rule on formulas that overflow or take the logarithm of 0, although their mathematical value is finite."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.linting.model import ARRANGING, Model, arranged, maker
from graphviz_nn.linting.report import Finding, Level
from graphviz_nn.linting.rules import rule
from graphviz_nn.transforms.fold import fold

# The formula, its failure, and what to write instead.
Trouble: TypeAlias = tuple[str, str, str, Level]
SQUASHING = ("softmax", "sigmoid")
ADDING = ARRANGING | {"add", "sum", "mean", "sum_to"}
WEIGHING = ADDING | {"subtract", "multiply", "matmul"}
MONOTONIC = frozenset(["add", "subtract", "multiply", "divide", "negative"])
BOUNDED_ABOVE = frozenset(["minimum", "min", "where", "tanh", "sin", "cos"])
BOUNDED_BELOW = frozenset(["maximum", "max", "where", "tanh", "sin", "cos", "absolute", "square", "exp"])
OVERFLOW = "exp overflows above 709.78"
SHIFT = "subtract the maximum before exp, np.exp(z - np.max(z))"


@rule("unstable")
def _unstable(model: Model) -> Iterator[Finding]:
    """A formula that is infinite or undefined for large numbers."""
    for graph, around in _levels(model.folded, ()):
        for name, operation in graph.operations.items():
            for what, happens, remedy, level in _troubles(graph, operation, graph.arguments(name)):
                yield Finding("unstable", f"{what}: {happens}", remedy, operation.source, around or (name,), level)


def _levels(graph: Graph, around: tuple[str, ...]) -> Iterator[tuple[Graph, tuple[str, ...]]]:
    """A graph and the bodies of its functions, with their steps."""
    yield graph, around
    for operation in graph.operations.values():
        if operation.body is not None:
            steps = around or tuple(operation.body.operations)
            yield from _levels(fold(operation.body), steps)


def _troubles(graph: Graph, operation: Operation, given: Mapping[int, str]) -> Iterator[Trouble]:
    if operation.body is not None:
        return
    if operation.op == "divide" and 1 in given:
        yield from _of_quotient(graph, given)
    elif operation.op == "log" and 0 in given:
        yield from _of_log(graph, given[0])
    elif operation.op == "log1p" and 0 in given and _bare(graph, given[0]):
        yield _softplus("log1p(exp(z))")


def _of_quotient(graph: Graph, given: Mapping[int, str]) -> Iterator[Trouble]:
    above, below = (_exponents(graph, given[slot], WEIGHING) if slot in given else set() for slot in (0, 1))
    if any(not _is_bounded(graph, v) for v in above & below):
        remedy = f"{SHIFT}, or use nn.softmax, nn.sigmoid or np.tanh"
        yield "a quotient of exp without a shift", f"{OVERFLOW}, and inf / inf is NaN", remedy, "warning"
    elif _bare(graph, given[1]):
        happens = f"{OVERFLOW}: the value stays right, but the gradient is NaN"
        yield "a quotient by exp", happens, "use nn.sigmoid or nn.silu, or np.exp(-np.logaddexp(0, -z))", "note"


def _of_log(graph: Graph, variable: str) -> Iterator[Trouble]:
    squashed = _squashed(graph, variable)
    if squashed == "softmax":
        happens = "softmax rounds to 0 from a difference of 745, and the logarithm of 0 is -inf"
        yield "log of a softmax", happens, "use nn.log_softmax, or nn.cross_entropy_with_logits of z", "warning"
    elif squashed == "sigmoid":
        happens = "sigmoid rounds to 0 below -745 and to 1 above 37, and the logarithm of 0 is -inf"
        remedy = "write -np.logaddexp(0, -z) for log(sigmoid(z)) and -np.logaddexp(0, z) for log(1 - sigmoid(z))"
        yield "log of a sigmoid", happens, remedy, "warning"
    elif _bare(graph, variable) and _adds_a_number(graph, variable):
        yield _softplus("log(1 + exp(z))")
    elif _bare(graph, variable):
        happens, remedy = f"{OVERFLOW}, and below -745 it is log(0)", f"{SHIFT}, and add it back after log"
        yield "log of a sum of exp without a shift", happens, remedy, "warning"


def _softplus(what: str) -> Trouble:
    return what, f"{OVERFLOW}, where the result is nearly z", "use nn.softplus, np.logaddexp(0, z)", "warning"


def _adds_a_number(graph: Graph, variable: str) -> bool:
    step = maker(graph, arranged(graph, variable))
    return step is not None and step.op == "add" and bool(step.literals)


def _exponents(graph: Graph, variable: str, through: frozenset[str]) -> set[str]:
    """The exponents in a variable, seen through these operations."""
    found: set[str] = set()
    waiting, met = [variable], {variable}
    while waiting:
        step = graph.producer(waiting.pop())
        if step is None:
            continue
        given = list(graph.arguments(step).values())
        operation = graph.operation(step)
        if operation.op == "exp" and operation.body is None:
            found.update(given)
        elif operation.op in through and operation.body is None:
            waiting += [v for v in given if v not in met]
            met.update(given)
    return found


def _bare(graph: Graph, variable: str) -> set[str]:
    """The exponents in a sum that may be large."""
    return {v for v in _exponents(graph, variable, ADDING) if not _is_bounded(graph, v)}


def _is_bounded(graph: Graph, variable: str) -> bool:
    """Whether something bounds an exponent: a subtracted maximum, or a limit.

    One bounded part of a sum or product is enough; it counts as the intended shift.
    """
    waiting, met = [(variable, True)], {(variable, True)}
    while waiting:
        part, above = waiting.pop()
        step = graph.producer(part)
        if step is None:
            continue
        operation = graph.operation(step)
        if _bounds(operation, above):
            return True
        if operation.body is None and operation.op in ARRANGING | MONOTONIC:
            turned = operation.op in ("multiply", "divide") and any(
                number < 0 for number in operation.literals.values()
            )
            for slot, v in graph.arguments(step).items():
                falls = turned or operation.op == "negative" or (operation.op == "subtract" and slot == 1)
                each = (v, above != falls)
                waiting += [each] if each not in met else []
                met.add(each)
    return False


def _bounds(operation: Operation, above: bool) -> bool:
    """Whether the result of an operation is bounded, above or below 0."""
    if operation.body is not None:
        return operation.op in SQUASHING or (above and operation.op == "log_softmax")
    if operation.op == "power":
        return not above and operation.literals.get(1, 1) % 2 == 0
    return operation.op in (BOUNDED_ABOVE if above else BOUNDED_BELOW)


def _squashed(graph: Graph, variable: str) -> str:
    """Whether a variable is a softmax or a sigmoid, an entry of one, or 1 minus one."""
    waiting, met = [variable], {variable}
    while waiting:
        step = graph.producer(waiting.pop())
        if step is None:
            continue
        operation, given = graph.operation(step), graph.arguments(step)
        found = _squashing(graph, operation, given)
        if found:
            return found
        chosen = operation.op in ("matmul", "multiply") and any(
            graph.variable(v).role == "target" for v in given.values()
        )
        remaining = operation.op == "subtract" and operation.literals == {0: 1}
        if operation.body is None and (operation.op in ARRANGING | {"sum"} or chosen or remaining):
            waiting += [v for v in given.values() if v not in met]
            met.update(given.values())
    return ""


def _squashing(graph: Graph, operation: Operation, given: Mapping[int, str]) -> str:
    """Whether an operation is a softmax or a sigmoid, or the last step of its formula."""
    if operation.body is not None:
        return operation.op if operation.op in SQUASHING else ""
    if operation.op != "divide" or 1 not in given:
        return ""
    below = _exponents(graph, given[1], ADDING)
    above = _exponents(graph, given[0], WEIGHING) if 0 in given else set()
    if _adds_a_number(graph, given[1]):
        return "sigmoid" if above & below or (below and operation.literals == {0: 1}) else ""
    return "softmax" if above & below else ""
