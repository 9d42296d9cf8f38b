"""Compute only what is asked for."""

from graphviz_nn.transforms.passes.listing import Line, Listing, Pass, Slot


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
    wanted, kept = set[Slot](listing.outputs), list[Line]()
    for line in reversed(listing.lines):
        if line.result in wanted:
            wanted.update(line.given)
            kept.append(line)
    if len(kept) == len(listing.lines):
        return listing
    kept.reverse()
    gone = {line.result for line in listing.lines}.difference(wanted)
    gone.update(name for name, each in listing.variables.items() if each.role == "constant" and name not in wanted)
    return listing._replace(lines=kept, variables={n: v for n, v in listing.variables.items() if n not in gone})
