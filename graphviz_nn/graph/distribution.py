"""The distributions of random leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np


class Distribution(NamedTuple):
    """How to draw entries.

    Parameters
    ----------
    sample : callable
        ``sample(generator, shape, probability)``.
    mean : callable
        ``mean(probability)``, of one entry.
    tex : str
        A template of its name, with the probability.
    symbol : str
        The name of its numbers, if the author gives none.
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
    """The source of a random leaf.

    Parameters
    ----------
    distribution : str
        One of `DISTRIBUTIONS`.
    seed : tuple of int
        Together with the moment, it determines the numbers.
    probability : float
        The probability of a 1, if the distribution has one.
    entry : tuple, optional
        The shape of a larger array and an index: draw only this entry of the array.
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
