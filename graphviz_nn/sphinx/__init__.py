"""The former name of the Sphinx extension, now ``graphviz_nn``; removed in version 0.2."""

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: "Sphinx") -> dict[str, Any]:
    """Add the directive, and warn about the old name."""
    from graphviz_nn.hosts import sphinx

    warnings.warn('write extensions = ["graphviz_nn"]; 0.2 removes graphviz_nn.sphinx', FutureWarning, stacklevel=2)
    return sphinx.setup(app)
