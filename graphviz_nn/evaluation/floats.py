"""Programs of single numbers: straight-line Python on floats, many times as fast as NumPy on numbers."""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

import numpy as np

from graphviz_nn.transforms.passes.listing import Line, Listing

DEEPEST = 20
"""The most expressions inside each other; Python's parser takes 100."""

UNLIKE_NUMPY = (ArithmeticError, ValueError, TypeError)
"""What Python raises where NumPy has a value, such as an infinity."""


def power(a: float, b: float) -> float:
    """a to the power of b; of -inf it is left to NumPy, which takes some roots of it.

    >>> power(2.0, 0.5) == 2.0**0.5
    True
    """
    if a == -math.inf:
        raise ValueError("a power of -inf")
    return math.pow(a, b)


FUNCTIONS: dict[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in ("exp", "log", "log1p", "expm1", "sqrt", "erf", "sin", "cos", "tan")},
    **{name: getattr(math, name) for name in ("sinh", "cosh", "tanh")},
    **{f"arc{name}": getattr(math, f"a{name}") for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "power": power,
    "absolute": abs,
}
ARITHMETIC = {
    "add": "({0} + {1})",
    "subtract": "({0} - {1})",
    "multiply": "({0} * {1})",
    "divide": "({0} / {1})",
    "reciprocal": "(1.0 / {0})",
    "negative": "(-{0})",
    "positive": "{0}",
    "stop_gradient": "{0}",
    **{name: f"{name}({{0}})" for name in FUNCTIONS},
    "power": "power({0}, {1})",
}
COMPARISON = {
    "greater": "({0} > {1})",
    "greater_equal": "({0} >= {1})",
    "less": "({0} < {1})",
    "less_equal": "({0} <= {1})",
    "equal": "({0} == {1})",
    "not_equal": "({0} != {1})",
}
# These take an argument twice, so it must have a name.
TWICE = {
    "square": "({0} * {0})",
    "share": "({0} if {1} else {0} * 0.5 if {2} else 0.0)",
    "maximum": "({1} if {0} < {1} or {1} != {1} else {0})",
    "minimum": "({1} if {0} > {1} or {1} != {1} else {0})",
}
CODE = {**ARITHMETIC, **COMPARISON, **TWICE, "where": "({1} if {0} else {2})"}
"""How each operation is written, of numbers and with the same result as NumPy's."""
CONDITIONS = {"where": (0,), "share": (1, 2)}
"""The arguments that are conditions."""


def are_numbers(listing: Listing) -> bool:
    """Whether all values are single numbers of double precision, or conditions, with steps that Python has.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> are_numbers(Listing.of(trace(lambda x: np.exp(x) * 2, x=input(()))))
    True
    >>> are_numbers(Listing.of(trace(lambda x: np.exp(x) * 2, x=input(1))))
    False
    """
    variables = listing.variables
    if not listing.lines or any(variables[name].dtype != "float64" for name in chain(listing.leaves, listing.outputs)):
        return False
    return all(not each.shape for each in variables.values()) and all(
        _is_known(line, listing) for line in listing.lines
    )


def _is_known(line: Line, listing: Listing) -> bool:
    if line.op not in CODE:
        return False
    kinds = [listing.variables[each].dtype if isinstance(each, str) else type(each).__name__ for each in line.given]
    conditions = CONDITIONS.get(line.op, ())
    return all(kind in (("bool",) if i in conditions else ("float64", "float", "int")) for i, kind in enumerate(kinds))


def statements(
    listing: Listing, words: Mapping[str, str], number: Callable[[Any], str], remark: Callable[[Line], str]
) -> list[str]:
    """The steps; a value that is taken once is part of the expression that takes it."""
    uses = Counter(each for line in listing.lines for each in line.given if isinstance(each, str))
    named = {each for line in listing.lines if line.op in TWICE for each in line.given} | {*listing.outputs}
    code, deep, found = dict[Any, str](), dict[Any, int](), list[str]()
    for line in listing.lines:
        given = [code.get(each) or (words[each] if isinstance(each, str) else number(each)) for each in line.given]
        text = CODE[line.op].format(*given)
        depth = 1 + max((deep.get(each, 0) for each in line.given), default=0)
        if uses[line.result] == 1 and line.result not in named and depth < DEEPEST:
            code[line.result], deep[line.result] = text, depth
        else:
            found.append(f"{words[line.result]} = {text}{remark(line)}")
    return found


def steps(
    fast: Callable[..., Any], slow: Callable[[], Callable[..., tuple[Any, ...]]]
) -> Callable[..., tuple[Any, ...]]:
    """Run a function of floats; where Python's floats have no value, run one of arrays.

    >>> run = steps(lambda x: (1.0 / x,), lambda: lambda x: (np.divide(1.0, x),))
    >>> with np.errstate(all="ignore"):
    ...     run(np.float64(2.0)), run(np.float64(0.0))
    ((np.float64(0.5),), (np.float64(inf),))
    """
    number = np.float64

    def run(*given: Any) -> tuple[Any, ...]:
        try:
            return tuple(map(number, fast(*map(float, given))))
        except UNLIKE_NUMPY:
            return tuple(map(number, slow()(*given)))

    return run
