"""Points of a plane in two classes.

All except the moons are those of the playground, between -6 and 6. `noise` is the standard deviation of a number added
to each coordinate after the class is determined.

Source
------
D. Smilkov and S. Carter, A neural network playground, playground.tensorflow.org, dataset.ts.
"""

import numpy as np

from graphviz_nn.data.data import Data
from graphviz_nn.data.seeds import seeded
from graphviz_nn.data.table import check_size, row
from graphviz_nn.errors import DataError
from graphviz_nn.graph.ir import Array

RADIUS = 5.0
"""The largest distance of points in a circle or a spiral from the origin."""
SIDE = 6.0
"""Half the side of the square of points."""


def _labelled(points: Array, positive: Array, noise: float, generator: np.random.Generator) -> Data:
    moved = points + noise * generator.standard_normal(points.shape)
    return Data(moved, np.asarray(positive, int), classes=("negative", "positive"))


@row
def gaussians(n: int = 500, noise: float = 0.5, seed: int = 0) -> Data:
    """Two clouds around (2, 2) and (-2, -2) with the standard deviation `noise`, separable by a straight line.

    Examples
    --------
    >>> gaussians(100).inputs.shape
    (100, 2)
    """
    check_size(n, noise)
    positive = np.arange(n) % 2
    centres = np.where(positive, 2.0, -2.0)
    return _labelled(np.stack([centres, centres], axis=1), positive, noise, seeded(seed))


@row
def circle(n: int = 500, noise: float = 0.0, seed: int = 0) -> Data:
    """A disc, and a ring around it.

    Examples
    --------
    >>> circle(100).classes
    ('negative', 'positive')
    """
    check_size(n, noise)
    generator = seeded(seed)
    positive = np.arange(n) % 2
    least, most = np.where(positive, 0.0, 0.7) * RADIUS, np.where(positive, 0.5, 1.0) * RADIUS
    radius, angle = generator.uniform(least, most), generator.uniform(0, 2 * np.pi, n)
    points = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    return _labelled(points, positive, noise, generator)


@row
def xor(n: int = 500, noise: float = 0.0, seed: int = 0) -> Data:
    """Four squares with equally many points. Opposite squares are of one class: the sign of x1 x2 decides.

    Examples
    --------
    >>> data = xor(100)
    >>> bool(((data.inputs.prod(axis=1) > 0) == data.targets).all())
    True
    """
    check_size(n, noise)
    generator = seeded(seed)
    quarter = np.arange(n) % 4
    signs = np.stack([np.where(quarter < 2, 1.0, -1.0), np.where(quarter % 2, 1.0, -1.0)], axis=1)
    # There is a gap between the squares.
    points = signs * generator.uniform(0.3, RADIUS + 0.3, (n, 2))
    return _labelled(points, points.prod(axis=1) > 0, noise, generator)


@row
def checkerboard(n: int = 500, noise: float = 0.0, seed: int = 0, cells: int = 4) -> Data:
    """A board of `cells` × `cells` squares, with neighbours of different classes.

    Examples
    --------
    >>> len(checkerboard(100, cells=3))
    100
    """
    check_size(n, noise)
    if isinstance(cells, bool) or not isinstance(cells, int) or cells < 2:
        raise DataError(f"cells must be a whole number of at least 2, found {cells!r}")
    generator = seeded(seed)
    points = generator.uniform(-SIDE, SIDE, (n, 2))
    place = np.floor((points + SIDE) * cells / (2 * SIDE)).astype(int)
    return _labelled(points, place.sum(axis=1) % 2 == 0, noise, generator)


@row
def spiral(n: int = 500, noise: float = 0.0, seed: int = 0) -> Data:
    """Two arms that wind around the origin, 1.75 times.

    Examples
    --------
    >>> spiral(100).targets[:4]
    array([0, 1, 0, 1])
    """
    check_size(n, noise)
    positive = np.arange(n) % 2
    along = (np.arange(n) // 2) / (n / 2)
    angle = 1.75 * 2 * np.pi * along + np.where(positive, 0.0, np.pi)
    points = RADIUS * np.stack([along * np.sin(angle), along * np.cos(angle)], axis=1)
    return _labelled(points, positive, noise, seeded(seed))


@row
def moons(n: int = 100, noise: float = 0.1, seed: int = 0) -> Data:
    """Two interlocking half circles of radius 1.

    Source
    ------
    F. Pedregosa et al., Scikit-learn: machine learning in Python, JMLR 12, 2011, make_moons.

    Examples
    --------
    >>> moons(100).inputs.shape
    (100, 2)
    """
    check_size(n, noise)
    positive = np.arange(n) % 2
    angle = np.pi * (np.arange(n) // 2) / max(1, n // 2 - 1)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    return _labelled(np.where(positive[:, None], lower, upper), positive, noise, seeded(seed))
