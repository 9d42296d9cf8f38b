"""Small pictures of the data sets: a few of their points."""

from functools import cache
from typing import Any

from graphviz_nn.data import DATA
from graphviz_nn.playground.choices import DATASETS
from graphviz_nn.playground.subject import LEAST_NOISE

POINTS = 70
"""The points of each, enough to tell a spiral from a circle."""


@cache
def thumbnails() -> dict[str, dict[str, Any]]:
    """Points and targets of each generated data set, with its problem.

    Examples
    --------
    >>> found = thumbnails()["bumps"]
    >>> found["problem"], len(found["inputs"]), len(found["targets"])
    ('regression', 70, 70)
    """
    found: dict[str, dict[str, Any]] = {}
    for problem, names in DATASETS.items():
        for name in names:
            data = DATA[name](n=POINTS, noise=LEAST_NOISE.get(name, 0.0), seed=0)
            shown = {"inputs": data.inputs.round(2).tolist(), "targets": data.targets.astype(float).round(2).tolist()}
            found[name] = {"problem": problem, **shown}
    return found
