"""Compute what depends on constants alone before any run."""

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.passes.listing import Line, Listing, Pass

SMALL = 64
"""Results of so many entries are kept, even if they have more entries than what they are computed from."""


@Pass
def constants(listing: Listing) -> Listing:
    """Replace results of constants and numbers by their values.

    A result that takes more memory than its arguments, such as a number spread over a large array, is still computed at
    each run.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import constant, input, trace
    >>> graph = trace(lambda x, c: x * np.exp(c + 1), x=input(2), c=constant([0.0, 1.0]))
    >>> list(constants(graph).operations)
    ['multiply']
    """
    variables, wanted, lines = dict(listing.variables), set(listing.outputs), list[Line]()
    known = {name: each.value for name, each in variables.items() if each.role == "constant"}
    for line in listing.lines:
        if line.result not in wanted and all(not isinstance(each, str) or each in known for each in line.given):
            value = _computed(line, listing, known)
            if value is not None:
                known[line.result] = value
                variables[line.result] = replace(variables[line.result], role="constant", value=value)
                continue
        lines.append(line)
    return listing._replace(lines=lines, variables=variables)


def _computed(line: Line, listing: Listing, known: dict[str, Any]) -> Any:
    variable = listing.variables[line.result]
    given = [known[each] if isinstance(each, str) else each for each in line.given]
    if prod(variable.shape) > max(SMALL, *(np.size(each) for each in given), 0):
        return None
    try:
        with np.errstate(all="ignore"):
            value = np.array(OPS[line.op].kernel(*given, **line.attributes))
    except Exception:
        # It is said when it is run, with its line.
        return None
    return value if value.shape == variable.shape and value.dtype == variable.dtype else None
