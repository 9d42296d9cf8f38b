"""Random numbers as leaves of a graph: how they are drawn, anew at each run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from graphviz_nn.graph.ir import Array, Variable

Moment: TypeAlias = tuple[int, ...]
"""Which draw of many: the number of a run, or the seed and the step of a training."""


@dataclass(frozen=True)
class Distribution:
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

    sample: Callable[[np.random.Generator, tuple[int, ...], float], Any]
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


def drawn(variable: "Variable", moment: Moment) -> "Array":
    """The value of a random leaf at a moment: the same one whenever it is asked for.

    Examples
    --------
    >>> from graphviz_nn.graph.ir import Variable
    >>> mask = Variable((4,), role="random", draw=Draw("bernoulli", (0,)))
    >>> drawn(mask, (0,)), drawn(mask, (1,))
    (array([0., 1., 1., 1.]), array([0., 0., 0., 0.]))
    """
    draw = _of(variable)
    known = DISTRIBUTIONS[draw.distribution]
    whole, index = draw.entry or ((), ())
    found = known.sample(np.random.default_rng([*draw.seed, *moment]), (*variable.shape, *whole), draw.probability)
    return np.asarray(found[(..., *index)] if index else found, variable.dtype)


def means(leaves: Mapping[str, "Variable"]) -> dict[str, "Array"]:
    """The means of all random leaves: what they are where nothing is to be left to chance."""
    return {
        name: np.full(each.shape, DISTRIBUTIONS[each.draw.distribution].mean(each.draw.probability), each.dtype)
        for name, each in leaves.items()
        if each.draw is not None
    }


def draws(leaves: Mapping[str, "Variable"], moment: Moment) -> dict[str, "Array"]:
    """The values of all random leaves at a moment."""
    return {name: drawn(each, moment) for name, each in leaves.items() if each.draw is not None}


def _of(variable: "Variable") -> Draw:
    assert variable.draw is not None
    return variable.draw
