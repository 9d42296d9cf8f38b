"""Functions of JAX that are one call in a jaxpr, one row each: they become layers, or random numbers."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.errors import TracingError
from graphviz_nn.importers.jax_functions.abstract import known
from graphviz_nn.importers.jax_functions.numbers import number
from graphviz_nn.importers.replay import NoRule
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.noise import random

LAYERS: dict[str, Callable[..., Any]] = {
    "gelu": lambda body, z, *_: nn.gelu(z, "none" if _has(body, ("erf", "erfc")) else "tanh"),
    "leaky_relu": lambda body, z, *slope: nn.leaky_relu(z, slope[0] if slope else _factor(body)),
    "log_softmax": lambda body, z, *_: nn.log_softmax(z, _axis(body, z)),
    "logaddexp": lambda body, x, y: np.logaddexp(x, y),
    "relu": lambda body, z: nn.relu(z),
    "relu6": lambda body, z: nn.relu6(z),
    "selu": lambda body, z: nn.selu(z),
    "sigmoid": lambda body, z: nn.sigmoid(z),
    "silu": lambda body, z: nn.silu(z),
    "softmax": lambda body, z, *_: nn.softmax(z, _axis(body, z)),
    "softplus": lambda body, z: nn.softplus(z),
    "swish": lambda body, z: nn.silu(z),
}

DRAWN = {"_normal": "normal", "_normal_real": "normal", "_uniform": "uniform", "_bernoulli": "bernoulli"}
"""The distributions of random functions."""

KEYS = frozenset(
    [
        "random_wrap",
        "random_unwrap",
        "random_split",
        "random_fold_in",
        "random_clone",
        "random_seed",
        "slice",
        "squeeze",
        "reshape",
        "gather",
        "dynamic_slice",
        "broadcast_in_dim",
        "convert_element_type",
        "copy",
        "threefry2x32",
        "concatenate",
        "select_n",
    ]
)
"""What makes keys of keys."""


def is_users(eqn: Any, body: Any) -> bool:
    """Whether a call runs a function of the user's."""
    made = str(getattr(body.debug_info, "func_src_info", None) or "")
    return bool(frames.is_users(made.partition(" at ")[2].rpartition(":")[0]))


def rule(eqn: Any, body: Any) -> Callable[..., Any] | None:
    """The layer that a call is, if it is a function of JAX's own with a row."""
    row = LAYERS.get(eqn.params.get("name", ""))
    if row is None or is_users(eqn, body) or len(eqn.outvars) != 1:
        return None
    return lambda *arguments: row(body, *arguments)


def _equations(body: Any) -> list[Any]:
    """All equations, with those inside."""
    found = []
    for eqn in body.eqns:
        found.append(eqn)
        for each in eqn.params.values():
            if hasattr(each, "eqns"):
                found += _equations(getattr(each, "jaxpr", each))
    return found


def _has(body: Any, names: tuple[str, ...]) -> bool:
    return any(eqn.primitive.name in names for eqn in _equations(body))


def _factor(body: Any) -> Any:
    for eqn in _equations(body):
        if eqn.primitive.name == "mul":
            for each in eqn.invars:
                if hasattr(each, "val"):
                    return number(np.asarray(each.val))
    raise NoRule("its slope isn't a number")


def _axis(body: Any, z: Any) -> int:
    axes: tuple[int, ...] = next(
        (eqn.params["axes"] for eqn in _equations(body) if eqn.primitive.name == "reduce_max"), ()
    )
    if len(axes) != 1 or any(len(eqn.invars) > 1 for eqn in _equations(body) if eqn.primitive.name == "select_n"):
        raise NoRule("it isn't along one axis")
    return -1 if axes[0] == np.ndim(z) - 1 else int(axes[0])


def draws(body: Any) -> bool:
    """Whether a body draws random bits."""
    return _has(body, ("random_bits",))


def draws_itself(eqn: Any) -> bool:
    """Whether an equation makes numbers of a key."""
    return bool(eqn.primitive.name == "random_bits")


def drawn(eqn: Any, body: Any, inputs: Sequence[Any], place: Callable[[], Any]) -> Any:
    """Random numbers of ours, which every run draws anew; None if the call isn't a distribution that we have."""
    distribution = DRAWN.get(eqn.params.get("name", ""))
    if distribution is None or is_users(eqn, body):
        return None
    aval = eqn.outvars[0].aval
    bounds = [number(each) for each in inputs[1:] if isinstance(each, np.ndarray) and each.size == 1]
    if distribution == "uniform" and len(bounds) != 2:
        return None
    if distribution == "bernoulli" and len(bounds) != 1:
        raise TracingError("jax.random.bernoulli can be drawn with a probability that depends on no argument")
    chance = float(bounds[0]) if distribution == "bernoulli" else 0.5
    dtype = "float32" if aval.dtype == bool else known(aval).dtype
    with place():
        found = random(tuple(aval.shape), distribution, dtype=dtype, probability=chance)
        if distribution == "uniform" and bounds != [0.0, 1.0]:
            found = found * (bounds[1] - bounds[0]) + bounds[0]
        return found > 0.5 if aval.dtype == bool else found
