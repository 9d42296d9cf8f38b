"""Names of the entries of a variable."""

from collections.abc import Iterator

import numpy as np

from graphviz_nn.graph.ir import Shape


def entry_name(name: str, index: tuple[int, ...]) -> str:
    """The name of an entry of a variable; entries count from 1, as in formulas.

    >>> entry_name("theta", (0, 1))
    'theta_12'
    """
    separator = "" if all(i < 9 for i in index) else "_"
    return f"{name}_{separator.join(str(i + 1) for i in index)}" if index else name


def entry_names(name: str, shape: Shape) -> Iterator[tuple[tuple[int, ...], str]]:
    """The index and the name of every entry."""
    return ((index, entry_name(name, index)) for index in np.ndindex(*shape))
