"""Rules of algebra that cost nothing to prove."""

from collections.abc import Sequence
from math import frexp
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Number
from graphviz_nn.ops.rules import axes_numbers
from graphviz_nn.transforms.passes.listing import Line, Listing, Pass, Slot
from graphviz_nn.transforms.passes.rewriting import Found, Rewriting, Rule, operation, rewritten
from graphviz_nn.transforms.passes.shift import adds_axes


def _with_numbers(at: Rewriting, line: Line) -> Found:
    """A constant with a single value, beside an array of its dtype: the number itself."""
    given = tuple(_number(at, each) for each in line.given)
    return line._replace(given=given) if given != line.given and any(isinstance(each, str) for each in given) else None


def _number(at: Rewriting, slot: Slot) -> Slot:
    if isinstance(slot, str) and at.is_float(slot):
        value = at.variables[slot].value
        if at.variables[slot].role == "constant" and value is not None and value.size and _is_uniform(value):
            return float(value.flat[0])
    return slot


def _is_uniform(value: Any) -> bool:
    return bool(value.size == 1 or (value.flat[0] == value.flat[-1] and (value == value.flat[0]).all()))


def _is(slot: Slot, number: Number) -> bool:
    return not isinstance(slot, str | bool) and slot == number


def _without(neutral: Number, *slots: int) -> Rule:
    """Without the argument in one of these slots, if it is this number."""

    def rule(at: Rewriting, line: Line) -> Found:
        return next((line.given[1 - slot] for slot in slots if _is(line.given[slot], neutral)), None)

    return rule


def _itself(at: Rewriting, line: Line) -> Found:
    """The argument, if the operation changes nothing."""
    return line.given[0]


def _through(*ops: str) -> Rule:
    """Of two such operations, one after another, the second alone."""

    def rule(at: Rewriting, line: Line) -> Found:
        inner = at.maker(line.given[0], *ops)
        return inner and line._replace(given=inner.given)

    return rule


def _transposed(at: Rewriting, line: Line) -> Found:
    axes: tuple[int, ...] = line.attributes["axes"]
    if axes == tuple(range(len(axes))):
        return line.given[0]
    inner = at.maker(line.given[0], "transpose")
    return inner and operation(line, "transpose", *inner.given, axes=tuple(inner.attributes["axes"][i] for i in axes))


def _negative(at: Rewriting, line: Line) -> Found:
    inner = at.maker(line.given[0], "negative")
    return inner and inner.given[0]


def _sum_of_negative(at: Rewriting, line: Line) -> Found:
    first, second = line.given
    if inner := at.maker(second, "negative"):
        return operation(line, "subtract" if line.op == "add" else "add", first, *inner.given)
    if line.op == "add" and (inner := at.maker(first, "negative")):
        return operation(line, "subtract", second, *inner.given)
    return None


def _negative_outside(at: Rewriting, line: Line) -> Found:
    """A product, quotient or sum of a negative value is negated afterwards, when it may be smaller."""
    for slot, each in enumerate(line.given):
        if inner := at.sole(each, "negative"):
            given = (*line.given[:slot], *inner.given, *line.given[slot + 1 :])
            other = line.given[1 - slot] if len(line.given) == 2 else ""
            if not isinstance(other, str):
                return line._replace(given=(given[0], -other) if slot == 0 else (-other, given[1]))
            return operation(line, "negative", at.add(line, line.op, *given, **line.attributes))
    return None


def _scaled_twice(at: Rewriting, line: Line) -> Found:
    """Two plain factors are one, if it is a number of the result's dtype with all of its digits."""
    limits = np.finfo(at.variables[line.result].dtype) if at.is_float(line.result) else None
    if limits is None:
        return None
    for slot, each in enumerate(line.given):
        outer, inner = line.given[1 - slot], at.sole(each, "multiply", "divide")
        if isinstance(outer, str) or inner is None or (line.op == "divide" and slot):
            continue
        for place, number in enumerate(inner.given):
            if isinstance(number, str) or not at.is_float(inner.given[1 - place]):
                continue
            if inner.op == "divide" and not place:
                continue
            factor = (float(number) if inner.op == "multiply" else 1 / number) if number else 0.0
            factor = factor * outer if line.op == "multiply" else factor / outer if outer else 0.0
            if float(limits.tiny) <= abs(factor) <= float(limits.max):
                return operation(line, "multiply", inner.given[1 - place], factor)
    return None


def _halved(at: Rewriting, line: Line) -> Found:
    """Divided by a power of two: multiplied by its exact inverse, which is faster."""
    first, second = line.given
    if isinstance(second, str | bool) or not second or not at.is_float(first):
        return None
    mantissa, exponent = frexp(second)
    return operation(line, "multiply", first, 1 / second) if abs(mantissa) == 0.5 and abs(exponent) < 100 else None


def _twice(at: Rewriting, line: Line) -> Found:
    first, second = line.given
    return operation(line, "multiply", first, 2.0) if first == second and at.is_float(first) else None


def _small_first(at: Rewriting, line: Line) -> Found:
    """In a product of three, the two smaller ones first."""
    for slot, each in enumerate(line.given):
        other, inner = line.given[1 - slot], at.sole(each, "multiply")
        if inner is None or not at.is_float(each):
            continue
        for place in (0, 1):
            large, small = inner.given[place], inner.given[1 - place]
            if isinstance(large, str) and at.size(small, other) < at.size(large) and isinstance(small, str | float):
                return operation(line, "multiply", large, at.add(line, "multiply", small, other))
    return None


def _power(at: Rewriting, line: Line) -> Found:
    base, exponent = line.given
    if _is(exponent, 1):
        return base
    return operation(line, "square", base) if _is(exponent, 2) and at.is_float(base) else None


def _reduced(at: Rewriting, line: Line) -> Found:
    """A reduction of axes of one entry each is a change of shape."""
    shape = at.shape(line.given[0])
    if all(shape[i] == 1 for i in axes_numbers(line.attributes.get("axis"), len(shape))):
        return operation(line, "reshape", line.given[0], shape=at.shape(line.result))
    return None


def _summed_to(at: Rewriting, line: Line) -> Found:
    """A sum over axes by number, as NumPy does it."""
    x, shape = at.shape(line.given[0]), line.attributes["shape"]
    lead = len(x) - len(shape)
    short = tuple(i for i in range(len(shape)) if shape[i] == 1 != x[i + lead])
    if lead and short:
        partly = at.add(line, "sum", line.given[0], axis=tuple(range(lead)) if lead > 1 else 0)
        return operation(line, "sum", partly, axis=short if len(short) > 1 else short[0], keepdims=True)
    if lead:
        return operation(line, "sum", line.given[0], axis=tuple(range(lead)) if lead > 1 else 0)
    if short:
        return operation(line, "sum", line.given[0], axis=short if len(short) > 1 else short[0], keepdims=True)
    return line.given[0]


def _same_shape(at: Rewriting, line: Line) -> Found:
    return line.given[0] if at.shape(line.given[0]) == at.shape(line.result) else None


def _not_spread(at: Rewriting, line: Line) -> Found:
    """An operation that broadcasts takes its arguments as they are; what it doesn't need is spread afterwards."""
    spread = [at.maker(each, "broadcast_to") for each in line.given]
    if not any(spread):
        return None
    given = tuple(inner.given[0] if inner else each for inner, each in zip(spread, line.given, strict=True))
    if np.broadcast_shapes(*map(at.shape, given)) == at.shape(line.result):
        return line._replace(given=given)
    if not any(isinstance(each, str) for each in given):
        return None
    small = at.add(line, line.op, *given, **line.attributes)
    return operation(line, "broadcast_to", small, shape=at.shape(line.result))


def _more_axes(at: Rewriting, line: Line) -> Found:
    """An index that only adds axes changes the shape."""
    return operation(line, "reshape", line.given[0], shape=at.shape(line.result)) if adds_axes(line) else None


def _one_spread(at: Rewriting, line: Line) -> Found:
    """One number, spread and then rearranged, is spread over the other shape at once."""
    inner = at.maker(line.given[0], "broadcast_to")
    if inner is None or at.size(inner.given[0]) != 1:
        return None
    number = inner.given[0] if at.shape(inner.given[0]) == () else at.add(line, "reshape", inner.given[0], shape=())
    return operation(line, "broadcast_to", number, shape=at.shape(line.result))


def _chosen_of_equals(at: Rewriting, line: Line) -> Found:
    return line.given[1] if line.given[1] == line.given[2] else None


ELEMENTWISE: Sequence[Rule] = (_not_spread, _with_numbers)
RULES: dict[str, tuple[Rule, ...]] = {
    **{name: tuple(ELEMENTWISE) for name in ("exp", "log", "tanh", "sqrt", "square", "maximum", "minimum", "absolute")},
    "positive": (_itself,),
    "stop_gradient": (_itself,),
    "negative": (_negative, *ELEMENTWISE),
    "add": (*ELEMENTWISE, _without(0, 0, 1), _sum_of_negative, _twice),
    "subtract": (*ELEMENTWISE, _without(0, 1), _sum_of_negative),
    "multiply": (*ELEMENTWISE, _without(1, 0, 1), _negative_outside, _scaled_twice, _small_first),
    "divide": (*ELEMENTWISE, _without(1, 1), _negative_outside, _scaled_twice, _halved),
    "power": (*ELEMENTWISE, _power),
    "where": (_not_spread, _chosen_of_equals),
    "sum": (_reduced, _negative_outside),
    "mean": (_reduced, _negative_outside),
    "max": (_reduced,),
    "min": (_reduced,),
    "sum_to": (_summed_to,),
    "reshape": (_same_shape, _through("reshape"), _one_spread),
    "getitem": (_more_axes,),
    "broadcast_to": (_same_shape, _through("broadcast_to")),
    "transpose": (_transposed, _one_spread),
}


@Pass
def algebra(listing: Listing) -> Listing:
    """Simplify by rules that are rows of a table, such as x.T.T, x · 1, x + 0 or a mean of one entry.

    What is spread over an array only to meet it in an operation that broadcasts is left as it is.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda x: np.mean(-(-x.T.T / 1) + 0, axis=0), x=input((1, 3)))
    >>> list(algebra(graph).operations)
    ['mean']
    """
    return rewritten(listing, RULES)
