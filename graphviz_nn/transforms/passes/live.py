"""Compute only what is asked for."""

from graphviz_nn.transforms.passes.listing import Line, Listing, Pass


@Pass
def live(listing: Listing) -> Listing:
    """Remove lines whose result nothing that is asked for depends on; arguments of the model stay.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, trace
    >>> def model(x):
    ...     printed = np.tanh(x)
    ...     return x * 2
    >>> list(live(trace(model, x=input(2))).operations)
    ['multiply']
    """
    wanted, kept = set(listing.outputs), list[Line]()
    for line in reversed(listing.lines):
        if line.result in wanted:
            wanted.update(each for each in line.given if isinstance(each, str))
            kept.append(line)
    if len(kept) == len(listing.lines):
        return listing
    gone = {line.result for line in listing.lines} - {line.result for line in kept}
    variables = {name: variable for name, variable in listing.variables.items() if name not in gone}
    unread = {name for name, each in variables.items() if each.role == "constant" and name not in wanted}
    kept.reverse()
    return listing._replace(lines=kept, variables={n: v for n, v in variables.items() if n not in unread})
