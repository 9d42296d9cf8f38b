"""The table of data sets that can be had by name."""

from collections.abc import Callable
from typing import Any, TypeVar

from graphviz_nn.data.data import Data
from graphviz_nn.errors import DataError, brief, entry

F = TypeVar("F", bound=Callable[..., Data])

# Examples that are made, and the deviation of what is added to them.
MOST, LARGEST = 10_000_000, 1e6
DATA: dict[str, Callable[..., Data]] = {}
"""Every data set by name."""


def row(function: F) -> F:
    """Add a data set to the table."""
    DATA[function.__name__] = function
    return function


def data(name: str, **options: Any) -> Data:
    """The data set of this name.

    Raises
    ------
    UsageError
        With the nearest name, where there is no such data set.

    Examples
    --------
    >>> len(data("xor", n=100))
    100
    """
    return entry("data set", name, DATA)(**options)


def check_size(n: int, noise: float) -> None:
    """Refuse numbers of examples and amounts of noise that there can't be."""
    if isinstance(n, bool) or not isinstance(n, int) or not 2 <= n <= MOST:
        raise DataError(f"n must be a whole number of examples from 2 on, found {brief(n)}; {MOST:,} at most")
    if not 0 <= noise <= LARGEST:
        raise DataError(f"noise must be a standard deviation of at least 0, found {noise!r}; {LARGEST:g} at most")
