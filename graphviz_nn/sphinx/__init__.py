"""The former name of the Sphinx extension, which is ``graphviz_nn`` now; it goes with version 0.2."""

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: "Sphinx") -> dict[str, Any]:
    """Add the directive, and say what the extension is called now."""
    from graphviz_nn.hosts import sphinx

    warnings.warn('write extensions = ["graphviz_nn"]; graphviz_nn.sphinx goes with 0.2', FutureWarning, stacklevel=2)
    return sphinx.setup(app)
