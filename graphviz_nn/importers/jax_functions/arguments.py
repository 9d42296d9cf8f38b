"""What a model is called with: its arguments, their parts with names and roles, and their abstract values."""

import functools
import inspect
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax import tree_util

from graphviz_nn.errors import TracingError, suggest
from graphviz_nn.graph.ir import Role, Shape
from graphviz_nn.importers.jax_functions.abstract import is_key
from graphviz_nn.tracing.specs import Spec

Path = tuple[Any, ...]

LEARNED = frozenset(
    ["params", "parameters", "weights", "weight", "theta", "w", "W", "b", "bias", "kernel", "variables"]
)
"""The arguments that a model learns, by their usual names."""
TARGETS = frozenset(["y", "target", "targets", "label", "labels"])
GIVEN = frozenset(["x", "batch", "data", "inputs", "input", "state", "states", "carry", "cache", "mask"])
"""Nested arguments that a model doesn't learn."""
COLLECTIONS = frozenset(["params", "batch_stats"])
"""How Flax sorts the variables of its modules."""
STATISTICS = frozenset(["mean", "var"])
"""Arrays of Flax's modules that they don't learn."""


@dataclass(frozen=True)
class Leaf:
    """An array among the arguments.

    Attributes
    ----------
    path : tuple
        The argument and the keys in it; without the argument for an array of the model itself.
    example : array, optional
        The numbers that the user gave.
    """

    path: Path
    role: Role
    abstract: Any
    value: Any = None
    label: str | None = None
    is_own: bool = False
    example: Any = None


@dataclass(frozen=True)
class Call:
    """A model and its arguments, of which the arrays are taken out.

    Attributes
    ----------
    function : callable
        Takes the arrays, in order.
    itself : callable
        What the user wrote.
    paths : mapping of int to str
        The paths of modules, by their ids, while the function runs.
    """

    title: str
    function: Callable[..., Any]
    itself: Any
    leaves: tuple[Leaf, ...]
    paths: dict[int, str]


def call_of(model: Any, examples: Sequence[Any], keywords: Mapping[str, Any]) -> Call:
    """The call of a model with examples.

    Raises
    ------
    TracingError
        If the examples don't fit the model's arguments, or hold no array.
    """
    title, function, owner = _opened(model)
    names, given = _bound(title, function, examples, keywords)
    trees = ([] if owner is None else [owner]) + given
    tops: list[Any] = ([] if owner is None else [None]) + names
    flat, structure = tree_util.tree_flatten_with_path(trees, is_leaf=lambda each: isinstance(each, Spec))
    kinds = [_leaf(tops[path[0].idx], _keys(path[1:]), value) for path, value in flat]
    leaves = tuple(each for each in kinds if each is not None)
    if not leaves:
        raise TracingError(
            f"{title} needs examples of its arguments: graphviz_nn.trace({title}, jax.ShapeDtypeStruct((2, 3), "
            "jax.numpy.float32)), or graphviz_nn.input((2, 3)); in other functions, example=…"
        )
    paths: dict[int, str] = {}

    def run(*arrays: Any) -> Any:
        rest = iter(arrays)
        values = [value if kind is None else next(rest) for kind, (_, value) in zip(kinds, flat, strict=True)]
        found = tree_util.tree_unflatten(structure, values)
        if owner is None:
            return _run(function, names, found)
        paths.update(_module_paths(found[0]))
        return _run(getattr(found[0], _method(model)), names, found[1:])

    return Call(title, run, _plain(function), leaves, paths)


def _opened(model: Any) -> tuple[str, Callable[..., Any], Any]:
    """The name of a model, its function, and the object whose arrays are its own."""
    if not inspect.ismethod(model):
        # What is jitted is what it is without.
        model = inspect.unwrap(model)
    if isinstance(model, functools.partial):
        title, function, owner = _opened(model.func)
        return title, functools.partial(function, *model.args, **model.keywords), owner
    if any(each.__module__ == "flax.linen.module" for each in type(model).__mro__):
        return type(model).__name__, _applied(model), None
    this = getattr(model, "__self__", model) if inspect.ismethod(model) else model
    is_tree = not isinstance(this, type) and not tree_util.all_leaves([this])
    title = getattr(model, "__name__", None) or type(model).__name__
    if is_tree and callable(model):
        return title, getattr(type(this), _method(model)).__get__(this), this
    return title, model, None


def _method(model: Any) -> str:
    return model.__name__ if inspect.ismethod(model) else "__call__"


def _applied(model: Any) -> Callable[..., Any]:
    """A module of Flax's linen as a function of its variables."""

    def apply(variables: Any, *arguments: Any, **keywords: Any) -> Any:
        return model.apply(variables, *arguments, **keywords)

    own = list(inspect.signature(type(model).__call__).parameters.values())[1:]
    first = inspect.Parameter("variables", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    apply.__signature__ = inspect.Signature([first, *own])  # type: ignore[attr-defined]
    return apply


def _plain(function: Any) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    return inspect.unwrap(function)


def _bound(
    title: str, function: Callable[..., Any], examples: Sequence[Any], keywords: Mapping[str, Any]
) -> tuple[list[str], list[Any]]:
    """The names of the arguments and their values, in order; those of a partial function too."""
    while isinstance(function, functools.partial):
        examples, keywords = (*function.args, *examples), {**function.keywords, **keywords}
        function = function.func
    signature = inspect.signature(function)
    unknown = [name for name in keywords if name not in signature.parameters]
    if unknown and not any(each.kind is each.VAR_KEYWORD for each in signature.parameters.values()):
        raise TracingError(f"{title} has no argument {unknown[0]!r}: {suggest(unknown[0], signature.parameters)}")
    defaults = {
        name: each.default
        for name, each in signature.parameters.items()
        if isinstance(each.default, Spec) and name not in keywords
    }
    positional = list(signature.parameters)[: len(examples)]
    defaults = {name: each for name, each in defaults.items() if name not in positional}
    try:
        bound = signature.bind(*examples, **keywords, **defaults)
    except TypeError as error:
        raise TracingError(f"{title}{signature} needs an example for each argument: {error}") from None
    names, values = [], []
    for name, value in bound.arguments.items():
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            names += [f"{name}{number}" for number in range(1, len(value) + 1)]
            values += value
        elif kind is inspect.Parameter.VAR_KEYWORD:
            names += [f"{each}=" for each in value]
            values += value.values()
        else:
            names.append(f"{name}=" if kind is inspect.Parameter.KEYWORD_ONLY else name)
            values.append(value)
    return names, values


def _run(function: Callable[..., Any], names: Sequence[str], values: Sequence[Any]) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    named = {name[:-1]: value for name, value in zip(names, values, strict=True) if name.endswith("=")}
    return function(*(value for name, value in zip(names, values, strict=True) if not name.endswith("=")), **named)


def _keys(path: Sequence[Any]) -> Path:
    """The keys on a way into a nested value; what holds a single value isn't named."""
    found = []
    for each in path:
        key = getattr(each, "name", getattr(each, "idx", getattr(each, "key", None)))
        found.append(key)
    if len(found) > 1 and found[-1] in ("value", "raw_value"):
        found.pop()
    return tuple(found)


def _leaf(top: str | None, keys: Path, value: Any) -> Leaf | None:
    """The leaf that an array is; None for what isn't one."""
    top = top.rstrip("=") if top is not None else None
    path = keys if top is None else (top, *keys)
    if isinstance(value, Spec):
        variable = value.variable
        dtype = jax.dtypes.canonicalize_dtype(variable.dtype)
        abstract = _abstract(variable.shape, dtype)
        return Leaf(path, variable.role, abstract, variable.value, variable.label)
    if not isinstance(value, jax.Array | np.ndarray | jax.ShapeDtypeStruct):
        return None
    dtype = value.dtype
    if not is_key(dtype):
        dtype = jax.dtypes.canonicalize_dtype(dtype)
    role = _role(top, keys, dtype)
    example = None if isinstance(value, jax.ShapeDtypeStruct) else value
    known = example if role in ("parameter", "constant") else None
    return Leaf(path, role, _abstract(value.shape, dtype), known, is_own=top is None, example=example)


def _abstract(shape: Shape, dtype: Any) -> Any:
    return jax.ShapeDtypeStruct(shape, dtype)  # type: ignore[no-untyped-call]


def _role(top: str | None, keys: Path, dtype: Any) -> Role:
    """A guess, from where an array is and what it is called."""
    floating = not is_key(dtype) and jax.numpy.issubdtype(dtype, np.floating)
    nested = top is None or bool(keys)
    if nested and top not in GIVEN and top not in TARGETS:
        still = not floating or "batch_stats" in keys or (top is None and keys[-1] in STATISTICS)
        return "constant" if still else "parameter"
    if top in TARGETS:
        return "target"
    return "parameter" if floating and top in LEARNED else "input"


def named(leaves: Sequence[Leaf]) -> list[str]:
    """Name arrays by the keys on their paths, with the argument only where it is needed."""
    short = [".".join(map(str, each.path if each.is_own else _shortened(each.path))) for each in leaves]
    count = Counter(short)
    return [
        ".".join(map(str, leaf.path)) if count[name] > 1 else name for name, leaf in zip(short, leaves, strict=True)
    ]


def _shortened(path: Path) -> Path:
    while len(path) > 1 and isinstance(path[1], str) and path[0] not in COLLECTIONS and path[1] in COLLECTIONS:
        path = path[1:]
    return path[1:] if len(path) > 1 and isinstance(path[1], str) else path


def _module_paths(root: Any) -> dict[int, str]:
    """The paths of the modules inside a module, by their ids."""
    found, waiting = {id(root): ""}, [(root, "")]
    while waiting:
        module, around = waiting.pop()
        parts = tree_util.tree_flatten_with_path(
            module, is_leaf=lambda each, module=module: each is not module and _is_module(each)
        )[0]
        for path, part in parts:
            if _is_module(part) and id(part) not in found:
                found[id(part)] = ".".join(filter(None, [around, *map(str, _keys(path))]))
                waiting.append((part, found[id(part)]))
    return found


def _is_module(value: Any) -> bool:
    return callable(value) and not tree_util.all_leaves([value])
