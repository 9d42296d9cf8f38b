"""Writes in place, in a graph of steps: a write gives the tensor a new value under its name."""

from typing import Any

import torch

# Steps whose result is a part or another shape of the same memory.
VIEWS = {
    *("view", "view_as", "reshape", "flatten", "unflatten", "ravel", "squeeze", "unsqueeze", "permute", "transpose"),
    *(
        "t",
        "numpy_T",
        "mT",
        "swapaxes",
        "movedim",
        "expand",
        "expand_as",
        "select",
        "slice",
        "narrow",
        "split",
        "chunk",
    ),
    *("split_with_sizes", "tensor_split", "unbind", "diagonal", "detach", "alias", "getitem", "contiguous", "to"),
    *("unsafe_chunk", "unsafe_split", "view_as_real", "real", "imag", "_unsafe_view", "dropout", "type_as"),
}


def called(node: Any) -> str:
    """A step's name without its variant."""
    return str(getattr(node.target, "__name__", node.target)).partition(".")[0]


def is_write(node: Any) -> bool:
    """Whether a step writes into its first argument."""
    return node.op == "call_function" and called(node).endswith("_") and not called(node).endswith("__")


def is_aliased(graph: Any) -> bool:
    """Whether a graph writes into memory that it also knows under another name."""
    if any("out" in node.kwargs for node in graph.nodes):
        return True
    place = {node: number for number, node in enumerate(graph.nodes)}
    writes = [node for node in graph.nodes if is_write(node)]
    return any(_is_shared(node, place) for node in writes)


def _is_shared(write: Any, place: dict[Any, int]) -> bool:
    target: Any = write.args[0] if write.args else None
    if not hasattr(target, "users"):
        return True
    roots: set[Any] = {target}
    while target.op == "call_function" and is_write(target):
        target = target.args[0]
        roots.add(target)
    if target.op == "call_function" and called(target) in VIEWS:
        return True
    users = [user for root in roots for user in root.users]
    return any(_is_seen(user, place[write], place) for user in users if user is not write)


def _is_seen(user: Any, after: int, place: dict[Any, int]) -> bool:
    """Whether a view, or a view of it, is used after the write."""
    if user.op != "call_function" or called(user) not in VIEWS:
        return False
    return any(place[each] > after or _is_seen(each, after, place) for each in user.users)


class Memory:
    """The values of steps; a tensor that was written to has its new value."""

    def __init__(self) -> None:
        self._values: dict[Any, Any] = {}
        self._written: dict[Any, Any] = {}

    def set(self, node: Any, value: Any) -> None:
        """Keep the value of a step."""
        if is_write(node) and isinstance(node.args[0], torch.fx.Node):
            root = self._root(node.args[0])
            self._written[node] = root
            self._values[root] = value
        else:
            self._values[node] = value

    def of(self, given: Any) -> Any:
        """What was given, with values in place of steps."""
        return torch.fx.node.map_arg(given, lambda node: self._values[self._root(node)])

    def _root(self, node: Any) -> Any:
        while node in self._written:
            node = self._written[node]
        return node
