"""Measured data sets, included in scikit-learn."""

from typing import Any

from graphviz_nn.data.data import Data
from graphviz_nn.data.table import row
from graphviz_nn.errors import UsageError


def _loaded(name: str) -> Any:
    try:
        from sklearn import datasets  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        raise UsageError(
            f"the data set {name} comes with scikit-learn; install it: pip install 'graphviz_nn[sklearn]'"
        ) from None
    return getattr(datasets, f"load_{name}")()


@row
def iris() -> Data:
    """150 iris flowers of three species: length and width of sepal and petal in cm.

    Raises
    ------
    UsageError
        If scikit-learn isn't installed.

    Source
    ------
    R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 1936.
    """
    found = _loaded("iris")
    names = tuple(name.removesuffix(" (cm)") for name in found.feature_names)
    return Data(found.data, found.target, names, tuple(map(str, found.target_names)))


@row
def digits() -> Data:
    """1,797 handwritten digits of 8 × 8 pixels, each between 0 and 1, row by row.

    Raises
    ------
    UsageError
        If scikit-learn isn't installed.

    Source
    ------
    E. Alpaydin and C. Kaynak, Optical recognition of handwritten digits, UCI Machine Learning Repository, 1998.
    """
    found = _loaded("digits")
    return Data(found.data / 16, found.target, tuple(found.feature_names), tuple(map(str, found.target_names)))
