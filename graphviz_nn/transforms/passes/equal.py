"""Compute equal expressions once."""

from collections.abc import Mapping
from typing import Any

from graphviz_nn.graph.ir import Variable
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.passes.listing import Line, Listing, Pass, Slot


@Pass
def equal(listing: Listing) -> Listing:
    """Merge lines that compute the same from the same arguments, and equal constants.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, trace
    >>> found = equal(trace(lambda x: np.tanh(x) * (1 - np.tanh(x)), x=input(2)))
    >>> list(found.operations)
    ['tanh', 'subtract', 'multiply']
    """
    wanted = set(listing.outputs)
    known: dict[Any, str] = {}
    standing: dict[str, str] = {}
    for name, variable in listing.variables.items():
        if variable.role == "constant" and variable.value is not None and variable.value.nbytes <= COMPARED:
            first = known.setdefault(_content(variable), name)
            if first != name:
                standing[name] = first
    lines = list[Line]()
    for line in listing.lines:
        if standing and any(each in standing for each in line.given):
            line = line._replace(given=tuple(standing.get(each, each) for each in line.given))  # type: ignore[arg-type]
        first = known.setdefault(key_of(line), line.result)
        if first == line.result or line.result in wanted:
            lines.append(line)
        else:
            standing[line.result] = first
    if not standing:
        return listing
    variables = {name: each for name, each in listing.variables.items() if name not in standing or name in wanted}
    return listing._replace(lines=lines, variables=variables)


COMPARED = 10_000
"""The largest constants that are compared, in bytes."""


def _content(variable: Variable) -> tuple[Any, ...]:
    assert variable.value is not None
    return "constant", variable.shape, variable.dtype, variable.value.tobytes()


def key_of(line: Line) -> tuple[Any, ...]:
    """A key for what a line computes, equal for equal computations."""
    given: tuple[Any, ...] = line.given
    for each in given:
        if type(each) is not str:
            given = tuple(map(_slot, given))
            break
    if len(given) == 2 and line.op in OPS and OPS[line.op].commutative and given[0] > given[1]:
        given = given[::-1]
    return line.op, given, _attributes(line.attributes)


def _slot(each: Slot) -> str:
    # Numbers of another type, or of another sign of zero, compute something else; no name starts like them.
    return each if isinstance(each, str) else f"\0{type(each).__name__} {each!r}"


def _attributes(attributes: Mapping[str, Any]) -> str:
    return repr(sorted(attributes.items())) if attributes else ""
