"""Short forms of the gradients of layers: what the rules of their steps give, in as few steps as by hand."""

from typing import Any

from graphviz_nn.ops.rules import axes_numbers
from graphviz_nn.transforms.passes.listing import Line, Listing, Pass
from graphviz_nn.transforms.passes.rewriting import Found, Rewriting, operation, rewritten


def _divided_after_sum(at: Rewriting, line: Line) -> Found:
    """Σ (a / s) = (Σ a) / s, and Σ (a · s) = (Σ a) · s, for a number s per row."""
    inner = at.sole(line.given[0], "divide", "multiply")
    if inner is None or not at.is_float(line.result):
        return None
    axes = axes_numbers(line.attributes.get("axis"), len(at.shape(inner.result)))
    for slot in (1, 0) if inner.op == "multiply" else (1,):
        s, a = inner.given[slot], inner.given[1 - slot]
        if at.shape(a) == at.shape(inner.result) and _is_constant_along(at.shape(s), at.shape(a), axes):
            total = at.add(line, line.op, a, **line.attributes)
            if at.shape(s) and len(at.shape(s)) != len(at.shape(total)):
                return None
            return operation(line, inner.op, total, s)
    return None


def _is_constant_along(small: tuple[int, ...], large: tuple[int, ...], axes: tuple[int, ...]) -> bool:
    lead = len(large) - len(small)
    return small != large and all(i < lead or small[i - lead] == 1 for i in axes)


def _one_division(at: Rewriting, line: Line) -> Found:
    """a / s + b / s = (a + b) / s."""
    first, second = (at.sole(each, "divide") for each in line.given)
    if first is None or second is None or first.given[1] != second.given[1]:
        return None
    return operation(line, "divide", at.add(line, line.op, first.given[0], second.given[0]), first.given[1])


def _known_quotient(at: Rewriting, line: Line) -> Found:
    """(a / s) · e = a · y, if y = e / s is known."""
    for slot, each in enumerate(line.given):
        inner, other = at.sole(each, "divide"), line.given[1 - slot]
        if inner is not None and (known := at.found(line, "divide", other, inner.given[1])):
            return operation(line, "multiply", inner.given[0], known)
    return None


def _common_factor(at: Rewriting, line: Line) -> Found:
    """a · y + b · y = (a + b) · y, if one of a and b is a number per row."""
    first, second = (at.sole(each, "multiply") for each in line.given)
    if first is None or second is None:
        return None
    for slot in (0, 1):
        for place in (0, 1):
            y, a, b = first.given[slot], first.given[1 - slot], second.given[1 - place]
            if y == second.given[place] and isinstance(y, str) and at.size(a) != at.size(b):
                return operation(line, "multiply", at.add(line, line.op, a, b), y)
    return None


RULES: dict[str, Any] = {
    "sum": (_divided_after_sum,),
    "add": (_one_division, _common_factor),
    "subtract": (_one_division, _common_factor),
    "multiply": (_known_quotient,),
}


@Pass
def short(listing: Listing) -> Listing:
    """Shorten gradients: that of softmax y becomes y · (g - Σ g · y), with the layer by name or written out.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import parameter, trace
    >>> from graphviz_nn.transforms.gradient import gradient
    >>> from graphviz_nn.transforms.passes import algebra, live, shift
    >>> def model(z):
    ...     powers = np.exp(z - np.max(z, axis=1, keepdims=True))
    ...     return np.sum((powers / np.sum(powers, axis=1, keepdims=True)) ** 2)
    >>> both = short(algebra(live(shift(gradient(trace(model, z=parameter((2, 3))))))))
    >>> [each.op for each in both.operations.values() if each.scope]
    ['reshape', 'multiply', 'multiply', 'multiply', 'sum', 'subtract', 'multiply', 'positive']
    """
    return rewritten(listing, RULES)
