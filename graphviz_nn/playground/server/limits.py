"""The bounds of what a page may send and of what the playground serves, each with its reason."""

from math import prod

from graphviz_nn.data import Data
from graphviz_nn.errors import UsageError
from graphviz_nn.graph.ir import Graph

MESSAGE = 64 * 1024
"""Bytes of a message of the page: a state with hundreds of changes is a tenth of it."""
TABS = 32
"""Pages at once: each has a process."""
PENDING = 64
"""Messages of a page that wait for their turn: more than a hand can cause."""
BAD_AT_ONCE, BAD_PER_SECOND = 50, 5
"""Wrong messages that are answered at once, and then per second; the others are dropped."""
CONNECTIONS = 256
"""Connections at once, all pages together."""
FRAMES = 30
"""Frames per second."""
PATIENCE = 60.0
"""Seconds until a process that doesn't start is given up."""
FAREWELL = 0.2
"""Seconds in which pages are told that the server ends."""

OPERATIONS = 2_000
"""Operations of a model: beyond, nobody can read the picture."""
PARAMETERS = 2_000_000
"""Numbers in the parameters of a model: a frame has them all."""
NUMBERS = 20_000_000
"""Numbers in all inputs."""


def check_size(graph: Graph | None, data: Data | None) -> None:
    """Refuse a model or data that are too large to be shown alive.

    Raises
    ------
    UsageError
        With what was found, and what is possible.

    Examples
    --------
    >>> import numpy as np
    >>> check_size(None, Data(np.zeros((25, 1_000_000)), np.zeros(25)))
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: the playground takes up to 20,000,000 numbers in the inputs, found 25,000,000; ...
    """
    if graph is not None:
        numbers = sum(prod(variable.shape) for variable in graph.variables.values() if variable.role == "parameter")
        _check("operations in a model", len(graph.operations), OPERATIONS, "train it with gnn.fit")
        _check("numbers in the parameters of a model", numbers, PARAMETERS, "train it with gnn.fit")
    if data is not None:
        _check("numbers in the inputs", data.inputs.size, NUMBERS, "give a part of the data")


def _check(what: str, found: int, most: int, remedy: str) -> None:
    if found > most:
        raise UsageError(f"the playground takes up to {most:,} {what}, found {found:,}; {remedy}")
