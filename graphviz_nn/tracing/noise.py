"""Random numbers that every run of a graph draws anew."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from graphviz_nn.errors import TracingError, suggest
from graphviz_nn.graph.distribution import DISTRIBUTIONS, Draw
from graphviz_nn.graph.ir import Array
from graphviz_nn.tracing.frames import where
from graphviz_nn.tracing.recording import open_recording
from graphviz_nn.tracing.specs import Spec, spec
from graphviz_nn.tracing.tracer import Tracer


class Random(Spec, NDArrayOperatorsMixin):
    """A spec of random numbers; outside a trace, an array that draws them at each use."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        draw, shape = self.variable.draw, self.variable.shape
        assert draw is not None
        found = DISTRIBUTIONS[draw.distribution].sample(np.random.default_rng(), shape, draw.probability)
        return np.asarray(found, dtype or self.variable.dtype)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        plain = [np.asarray(each) if isinstance(each, Random) else each for each in inputs]
        return getattr(ufunc, method)(*plain, **keywords)


def random(
    shape: Any,
    distribution: str = "normal",
    *,
    probability: float = 0.5,
    seed: Any = 0,
    dtype: str | None = None,
    label: str | None = None,
) -> Any:
    """Random numbers, such as noise and masks, that every run of a graph draws anew.

    Call it in a function, or use it as the default of an argument. A run draws the numbers unless they are fed. They
    depend on the seed and the number of runs of a program; in training, on the training's seed and the step. So every
    result is reproducible. A gradient check keeps them fixed. Predictions of a training use their means.

    Parameters
    ----------
    shape : int or tuple of int
        As for `input`.
    distribution : {"normal", "uniform", "bernoulli"}
        Standard normal; uniform between 0 and 1; or 1 with a `probability` and otherwise 0.
    probability : float
        The probability of a 1.
    seed : int or sequence of int
        Random numbers in one graph differ even with equal seeds.
    dtype : str, optional
        Default float64.
    label : str, optional
        TeX for pictures, or words with TeX between dollars.

    Raises
    ------
    TracingError
        For an unknown distribution, a probability outside 0 to 1, or an invalid seed.

    Examples
    --------
    >>> import graphviz_nn as gnn
    >>> def sampled(mu, log_sigma):
    ...     return mu + np.exp(log_sigma) * gnn.random(2)
    >>> graph = gnn.trace(sampled, mu=gnn.parameter(2), log_sigma=gnn.parameter(2))
    >>> program = gnn.compile(graph)
    >>> one, two = (program(mu=[0.0, 1.0], log_sigma=[0.0, 0.0])["sampled"] for _ in range(2))
    >>> bool((one == two).any())
    False
    """
    if not isinstance(distribution, str) or distribution not in DISTRIBUTIONS:
        raise TracingError(
            f"there is no distribution {distribution!r}{where()}: {suggest(distribution, DISTRIBUTIONS)}"
        )
    if isinstance(probability, bool) or not isinstance(probability, int | float) or not 0 <= probability <= 1:
        raise TracingError(f"a probability must be a number from 0 to 1, found {probability!r}{where()}")
    seeds = tuple(np.ravel(seed).tolist()) if isinstance(seed, list | tuple | np.ndarray) else (seed,)
    if any(isinstance(each, bool) or not isinstance(each, int | np.integer) or each < 0 for each in seeds):
        raise TracingError(f"a seed must be a whole number of at least 0, found {seed!r}{where()}")
    like = spec("random", shape, dtype, label).variable
    found = replace(like, draw=Draw(distribution, tuple(map(int, seeds)), float(probability)))
    recording = open_recording()
    if recording is None:
        return Random(found)
    return Tracer(recording, recording.random(found))
