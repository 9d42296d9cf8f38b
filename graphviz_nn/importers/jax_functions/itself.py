"""A function itself behind its graph: the numbers of its examples, and its own gradients by JAX."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np
from jax import tree_util

from graphviz_nn.errors import GradientError
from graphviz_nn.graph.ir import Array
from graphviz_nn.importers.jax_functions.abstract import is_key
from graphviz_nn.importers.jax_functions.arguments import Call, named
from graphviz_nn.tracing.original import Original


def original(call: Call, names_of: Callable[[Sequence[Any]], list[str]]) -> Original:
    """The function of a graph; `names_of` names its results by their paths."""
    names = named(call.leaves)

    def gradients(values: Mapping[str, Array], of: str, wrt: Sequence[str]) -> tuple[Array, dict[str, Array]]:
        with jax.enable_x64(True):
            fed = {name: jax.numpy.asarray(value) for name, value in values.items()}

            def value(moved: Mapping[str, Any]) -> Any:
                taken = {**fed, **moved}
                found = call.function(
                    *(
                        taken[name] if name in taken else _held(leaf.example)
                        for name, leaf in zip(names, call.leaves, strict=True)
                    )
                )
                paths, results = zip(*tree_util.tree_flatten_with_path(found)[0], strict=True)
                return dict(zip(names_of(paths), results, strict=True))[of].reshape(())

            try:
                found, slopes = jax.value_and_grad(value)({name: fed[name] for name in wrt})
            except Exception as error:
                said = str(error).strip().partition("\n")[0]
                raise GradientError(
                    f"{call.title} itself can't be run in float64, to compare with its own gradients "
                    f"({type(error).__name__}: {said})"
                ) from error
            return np.asarray(found), {name: np.asarray(each) for name, each in slopes.items()}

    given = {
        name: leaf.example
        for name, leaf in zip(names, call.leaves, strict=True)
        if leaf.example is not None and leaf.role in ("input", "target") and not is_key(leaf.abstract.dtype)
    }
    return Original("jax", given, gradients)


def _held(value: Any) -> Any:
    """What the graph doesn't use, in float64 if it has a floating point."""
    if is_key(value.dtype) or not jax.numpy.issubdtype(value.dtype, np.floating):
        return value
    return jax.numpy.asarray(value, jax.numpy.float64)
