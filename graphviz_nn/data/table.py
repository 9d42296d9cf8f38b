"""The table of data sets by name."""

from collections.abc import Callable
from typing import Any, TypeVar

from graphviz_nn.data.data import Data
from graphviz_nn.errors import DataError, brief, entry

F = TypeVar("F", bound=Callable[..., Data])

# The most generated examples, and the largest noise.
MOST, LARGEST = 10_000_000, 1e6
DATA: dict[str, Callable[..., Data]] = {}
"""Every data set by name."""


def row(function: F) -> F:
    """Add a data set to the table."""
    DATA[function.__name__] = function
    return function


def data(name: str, **options: Any) -> Data:
    """Make the data set with this name.

    Raises
    ------
    UsageError
        If there is no such data set, with the nearest name.

    Examples
    --------
    >>> len(data("xor", n=100))
    100
    """
    return entry("data set", name, DATA)(**options)


def check_size(n: int, noise: float) -> None:
    """Refuse invalid numbers of examples and amounts of noise."""
    if isinstance(n, bool) or not isinstance(n, int) or not 2 <= n <= MOST:
        raise DataError(f"n must be a whole number of examples from 2 to {MOST:,}, found {brief(n)}")
    if not 0 <= noise <= LARGEST:
        raise DataError(f"noise must be a standard deviation from 0 to {LARGEST:g}, found {noise!r}")
