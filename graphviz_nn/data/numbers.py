"""Points of a plane with a number between -1 and 1 at each; `noise` is the standard deviation of a random addend.

Source
------
D. Smilkov and S. Carter, A neural network playground, playground.tensorflow.org, dataset.ts.
"""

import numpy as np

from graphviz_nn.data.classes import SIDE
from graphviz_nn.data.data import Data
from graphviz_nn.data.seeds import seeded
from graphviz_nn.data.table import check_size, row

CENTRES = np.array([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5]])
HEIGHTS = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
REACH = 2.0


@row
def plane(n: int = 500, noise: float = 0.0, seed: int = 0) -> Data:
    """A plane that rises from one corner to the other: (x1 + x2) / 12.

    Examples
    --------
    >>> data = plane(100)
    >>> bool(np.allclose(data.inputs.sum(axis=1) / 12, data.targets))
    True
    """
    check_size(n, noise)
    generator = seeded(seed)
    points = generator.uniform(-SIDE, SIDE, (n, 2))
    return Data(points, points.sum(axis=1) / (2 * SIDE) + noise * generator.standard_normal(n))


@row
def bumps(n: int = 500, noise: float = 0.0, seed: int = 0) -> Data:
    """Six cones in two rows, alternately of height 1 and -1, and 0 elsewhere.

    Examples
    --------
    >>> data = bumps(100)
    >>> bool(abs(data.targets).max() <= 1)
    True
    """
    check_size(n, noise)
    generator = seeded(seed)
    points = generator.uniform(-SIDE, SIDE, (n, 2))
    distance = np.linalg.norm(points[:, None] - CENTRES, axis=2)
    heights = HEIGHTS * np.clip(1 - distance / REACH, 0, 1)
    return Data(points, heights.sum(axis=1) + noise * generator.standard_normal(n))
