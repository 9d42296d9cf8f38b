"""A compiled graph of a backend, and how values enter and leave it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.graph.ir import Array

REFUSALS = IndexError, np.linalg.LinAlgError


def _same(name: str, value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Engine:
    """A compiled graph.

    Parameters
    ----------
    steps : callable
        Maps the leaves, in order, to the outputs; all are of the backend's own type.
    source : callable
        Readable code of the steps.
    enter : callable
        Makes the backend's own value of a leaf, by name, from an array.
    leave : callable
        Makes arrays of the outputs.
    failures : tuple of type
        Its exceptions for values that NumPy refuses too.
    """

    steps: Callable[..., tuple[Any, ...]]
    source: Callable[[], str]
    enter: Callable[[str, Any], Any] = _same
    leave: Callable[[Sequence[Any]], list[Array]] = list
    failures: tuple[type[Exception], ...] = REFUSALS

    def run(self, values: Mapping[str, Any]) -> list[Array]:
        """The outputs as arrays, from arrays of the leaves, in order."""
        return self.leave(self.steps(*(self.enter(name, each) for name, each in values.items())))


@dataclass(frozen=True)
class Where:
    """Where a program runs.

    Parameters
    ----------
    device : str or object, optional
        A device of PyTorch or JAX.
    mesh : dict of str to int, or Mesh, optional
        The axes of JAX's devices.
    shard : dict of str to str or tuple, optional
        The axis of the mesh for each axis of a variable.
    """

    device: Any = None
    mesh: Any = None
    shard: Mapping[str, Any] | None = None

    def refuse(self, backend: str, *options: str) -> None:
        """Raise an error if one of these options is given, as this backend doesn't take it."""
        takers = {"device": "backend='torch' or 'jax'", "mesh": "backend='jax'", "shard": "backend='jax'"}
        for each in options:
            if getattr(self, each) is not None:
                raise UsageError(f"backend={backend!r} takes no {each}=; {takers[each]} does")


def missing_device(device: Any, known: Iterable[str]) -> UsageError:
    """The error for a device that isn't there."""
    return UsageError(f"device={str(device)!r} isn't there; there are: {', '.join(known)}")
