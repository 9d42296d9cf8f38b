"""Random numbers that are the same for the same seed."""

from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError, brief


def seeded(seed: Any, *more: int) -> np.random.Generator:
    """The random numbers of a seed; of each of several series with a number of its own.

    Raises
    ------
    UsageError
        Where the seed isn't a whole number from 0 to 2⁶³ - 1, or several of them.

    Examples
    --------
    >>> int(seeded(0).integers(100)), int(seeded(0, 1).integers(100))
    (85, 52)
    """
    several = isinstance(seed, list | tuple) and bool(seed)
    for each in seed if several else [seed]:
        if isinstance(each, bool) or not isinstance(each, int | np.integer) or not 0 <= each < 2**63:
            raise UsageError(f"seed must be a whole number from 0 on, below 2**63, found {brief(each)}")
    return np.random.default_rng([*seed, *more] if several else [seed, *more] if more else seed)
