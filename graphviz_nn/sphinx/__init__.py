"""The former name of the Sphinx extension, which is ``graphviz_nn`` now; it goes with version 0.2."""

import warnings

from graphviz_nn.hosts.sphinx import setup

__all__ = ["setup"]

warnings.warn('write extensions = ["graphviz_nn"]; graphviz_nn.sphinx goes with 0.2', DeprecationWarning, stacklevel=2)
