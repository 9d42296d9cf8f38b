"""What random leaves of a graph are drawn from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np


class Distribution(NamedTuple):
    """How entries are drawn.

    Parameters
    ----------
    sample : callable
        ``sample(generator, shape, probability)``.
    mean : callable
        ``mean(probability)``, of one entry.
    tex : str
        A template that names it, with the probability.
    symbol : str
        What its numbers are called where the author gives them no name.
    """

    sample: "Callable[[np.random.Generator, tuple[int, ...], float], Any]"
    mean: Callable[[float], float]
    tex: str
    symbol: str


DISTRIBUTIONS = {
    "normal": Distribution(
        lambda generator, shape, _: generator.standard_normal(shape), lambda _: 0.0, r"\mathcal{{N}}(0, 1)", "epsilon"
    ),
    "uniform": Distribution(
        lambda generator, shape, _: generator.random(shape), lambda _: 0.5, r"\mathcal{{U}}(0, 1)", "u"
    ),
    "bernoulli": Distribution(
        lambda generator, shape, p: (generator.random(shape) < p).astype(float),
        lambda p: p,
        r"\mathrm{{Bernoulli}}({p:g})",
        "m",
    ),
}


@dataclass(frozen=True)
class Draw:
    """What a random leaf is drawn from.

    Parameters
    ----------
    distribution : str
        One of `DISTRIBUTIONS`.
    seed : tuple of int
        With the moment it decides what is drawn.
    probability : float
        Of a 1, where that is drawn.
    entry : tuple, optional
        The shape of an array and an index into it: of an array that is drawn, this entry alone.
    """

    distribution: str
    seed: tuple[int, ...]
    probability: float = 0.5
    entry: tuple[tuple[int, ...], tuple[int, ...]] | None = None

    @property
    def tex(self) -> str:
        r"""TeX for the distribution.

        >>> Draw("normal", (0,)).tex
        '\\mathcal{N}(0, 1)'
        """
        return DISTRIBUTIONS[self.distribution].tex.format(p=self.probability)
