"""When the values of a run are freed."""

from math import prod

from graphviz_nn.transforms.passes import Listing

SMALL = 1000
"""Values of fewer entries live until the end of a run."""


def freed_after(listing: Listing) -> dict[int, list[str]]:
    """For each line, by number, the large values that no later line takes.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, trace
    >>> freed_after(Listing.of(trace(lambda x: np.sum(np.tanh(np.exp(x))), x=input(5000))))
    {1: ['v1'], 2: ['v2']}
    """
    last = dict[str, int]()
    for number, line in enumerate(listing.lines):
        last[line.result] = number
        last.update((each, number) for each in line.given if isinstance(each, str) and each in last)
    found = dict[int, list[str]]()
    for name, number in last.items():
        if name not in listing.outputs and prod(listing.variables[name].shape) >= SMALL:
            found.setdefault(number, []).append(name)
    return found
