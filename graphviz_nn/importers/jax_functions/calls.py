"""Which of the user's functions and modules each equation belongs to.

While JAX traces a model, every function of the user's and every module that is entered opens one of JAX's own name
scopes. So each call is told apart from the others, also inside of transformations and of functions that JAX traces only
once.
"""

import inspect
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Any

import jax

from graphviz_nn.graph.ir import Graph, ModuleCall, Source
from graphviz_nn.tracing.frames import is_users

MARK = re.compile(r"gnn:(\d+):([^:/()]*):([^:/()]*)")
Chain = tuple[tuple[str, ...], ...]
"""The calls around an equation, outermost first: each with what tells it apart, its kind and its path."""

# What a function makes of functions has these names, or none of its own.
NOT_CALLS = ("<", "wrapper", "wrapped")


@contextmanager
def marked(itself: object, paths: Mapping[int, str]) -> Iterator[None]:
    """Open a name scope for each call, except of the model itself; `paths` are those of modules, by id."""
    own = getattr(inspect.unwrap(itself), "__code__", None)  # type: ignore[arg-type]
    open_scopes: list[tuple[FrameType, Any]] = []
    count = 0

    def look(frame: FrameType, event: str, _: Any) -> None:
        nonlocal count
        if event == "call":
            if frame.f_code is not own and (called := _called(frame, paths)) is not None:
                scope: Any = jax.named_scope(f"gnn:{count}:{called[0]}:{called[1]}")
                count += 1
                scope.__enter__()
                open_scopes.append((frame, scope))
        elif event == "return" and open_scopes and open_scopes[-1][0] is frame:
            open_scopes.pop()[1].__exit__(None, None, None)

    before = sys.getprofile()
    # A function that the user has already run was traced without scopes, and JAX keeps what it traced; but not across
    # precisions, which mean nothing here.
    with jax.default_matmul_precision("F64_F64_F64"):
        sys.setprofile(look)
        try:
            yield
        finally:
            sys.setprofile(before)


def _called(frame: FrameType, paths: Mapping[int, str]) -> tuple[str, str] | None:
    """The kind and the path of what a frame runs; None if it is neither a module nor a function of the user's."""
    code = frame.f_code
    if code.co_name == "__call__" and code.co_varnames:
        this = frame.f_locals.get(code.co_varnames[0])
        path = paths.get(id(this), _bound_path(this))
        if path is not None:
            return (_plain(type(this).__name__), _plain(path)) if path else None
    if code.co_name.startswith(NOT_CALLS) or not is_users(code.co_filename):
        return None
    name = type(frame.f_locals.get("self")).__name__ if code.co_name == "__call__" else code.co_name
    return (_plain(name), "") if not name.startswith("__") else None


def _bound_path(module: Any) -> str | None:
    """The path of a module of Flax's linen, which has it only while it runs."""
    if not any(each.__module__ == "flax.linen.module" for each in type(module).__mro__):
        return None
    return ".".join(module.path)


def _plain(text: str) -> str:
    return re.sub(r"[^\w.\-]", "_", text)


class Calls:
    """The module calls of equations, by their chains."""

    def __init__(self) -> None:
        self._known: dict[Chain, ModuleCall] = {}
        self._count: Counter[tuple[str, ...]] = Counter()

    def modules(self, chain: Chain) -> tuple[ModuleCall, ...]:
        """The calls around an equation."""
        found: list[ModuleCall] = []
        for length in range(1, len(chain) + 1):
            part = chain[:length]
            if len(part[-1]) == 1:
                continue
            _, kind, path = part[-1]
            around = found[-1].path if found else ""
            if path and path == around:
                # The method of a parent class is the same call.
                continue
            if part not in self._known:
                if path:
                    self._count[path,] += 1
                    self._known[part] = ModuleCall(path, kind, self._count[path,])
                else:
                    self._count[around, kind] += 1
                    number = self._count[around, kind] - 1
                    self._known[part] = ModuleCall(f"{around}.{kind}#{number}".lstrip("."), kind)
            if self._known[part] not in found:
                found.append(self._known[part])
        return tuple(found)


def marks(stack: str) -> Chain:
    """The calls that a name stack names."""
    return MARK.findall(stack)  # type: ignore[return-value]


def settled(graph: Graph) -> None:
    """Number the calls of a function that are several: block.0, block.1; a single one has its plain name."""
    paths = {each.path for operation in graph.operations.values() for each in operation.modules}
    for name, operation in graph.operations.items():
        if operation.modules:
            modules = tuple(replace(each, path=_settled(each.path, paths)) for each in operation.modules)
            graph.nodes[name]["data"] = replace(operation, modules=modules)


def _settled(path: str, paths: set[str]) -> str:
    parts = path.split(".")
    found = []
    for length, part in enumerate(parts, 1):
        name, several, number = part.partition("#")
        beside = ".".join([*parts[: length - 1], f"{name}#1"])
        found.append(f"{name}.{number}" if several and beside in paths else name)
    return ".".join(found)


def source_of(info: Any) -> Source | None:
    """The innermost line of the user's code."""
    frames = info.traceback.frames if info.traceback is not None else ()
    for frame in frames:
        if is_users(frame.file_name):
            return Source(frame.file_name.rpartition("/")[2].rpartition("\\")[2], frame.line_num)
    return None
