"""Other engines that compute a graph, with one table of kernels each.

A backend is a row of `BACKENDS` and a module with two functions: ``kernels()`` returns the operations that it computes,
``engine(listing, gradients, where)`` compiles the lines of a graph.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from graphviz_nn.errors import UsageError, entry
from graphviz_nn.evaluation.backends.engine import Engine, Where
from graphviz_nn.transforms.passes import Listing


@dataclass(frozen=True)
class Backend:
    """An engine.

    Parameters
    ----------
    module : str
        The module in this package that has its kernels.
    framework : str
        What it imports, which is also the extra that installs it.
    """

    module: str
    framework: str

    def kernels(self) -> Mapping[str, Any]:
        """The operations that it computes, by name."""
        found: Mapping[str, Any] = self._part("kernels")()
        return found

    def engine(self, listing: Listing, gradients: Mapping[str, str], where: Where) -> Engine:
        """Compile the lines of a graph.

        Parameters
        ----------
        gradients : dict of str to str
            The variables that some results are the gradients by.

        Raises
        ------
        UsageError
            If the framework isn't installed, or can't run there.
        GraphError
            If it has no counterpart of an operation.
        """
        found: Engine = self._part("engine")(listing, gradients, where)
        return found

    def _part(self, name: str) -> Any:
        imported(self.framework, f"backend={self.framework!r}")
        return getattr(import_module(f"{__name__}.{self.module}"), name)


BACKENDS = {
    "numpy": Backend("numpy_arrays", "numpy"),
    "torch": Backend("pytorch", "torch"),
    "jax": Backend("jax_arrays", "jax"),
    "numba": Backend("numba_loops", "numba"),
}


def backend_of(name: str) -> Backend:
    """A backend by name."""
    return entry("backend", name, BACKENDS)


def supported(backend: str) -> set[str]:
    """The operations that a backend computes.

    Raises
    ------
    UsageError
        If there is no such backend, or it isn't installed.

    Examples
    --------
    >>> "matmul" in supported("numpy"), "opaque" in supported("numpy")
    (True, False)
    """
    return set(backend_of(backend).kernels())


def imported(framework: str, option: str) -> Any:
    """Import a framework.

    Raises
    ------
    UsageError
        If it isn't installed; the error names the extra.
    """
    try:
        return import_module(framework)
    except ImportError as error:
        raise UsageError(
            f"{option} needs {framework}, which can't be imported ({error}); "
            f"install it with pip install 'graphviz_nn[{framework}]'"
        ) from None
