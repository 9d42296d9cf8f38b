"""Random numbers determined by a seed."""

from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError, brief


def seeded(seed: Any, *more: int) -> np.random.Generator:
    """The random numbers of a seed; `more` numbers distinguish several series.

    Raises
    ------
    UsageError
        If the seed isn't an integer from 0 to 2⁶³ - 1, or several of them.

    Examples
    --------
    >>> int(seeded(0).integers(100)), int(seeded(0, 1).integers(100))
    (85, 52)
    """
    several = isinstance(seed, list | tuple) and bool(seed)
    for each in seed if several else [seed]:
        if isinstance(each, bool) or not isinstance(each, int | np.integer) or not 0 <= each < 2**63:
            raise UsageError(f"seed must be a whole number of at least 0, below 2**63, found {brief(each)}")
    return np.random.default_rng([*seed, *more] if several else [seed, *more] if more else seed)
