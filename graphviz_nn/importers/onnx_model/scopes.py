"""Which module of the exported model a node belongs to, and its line: both of PyTorch's exporters write it."""

import ast
from collections.abc import Mapping
from typing import Any

from graphviz_nn.graph.ir import ModuleCall, Source
from graphviz_nn.importers.lines import own_lines

PREFIX = "pkg.torch.onnx."
LONGEST = 20_000
"""The longest text that is parsed."""


def modules_of(node: Any) -> tuple[ModuleCall, ...]:
    """The modules of a node, outermost first."""
    properties = {each.key: each.value for each in node.metadata_props}
    names = _texts(properties.get(f"{PREFIX}name_scopes", ""))
    kinds = _texts(properties.get(f"{PREFIX}class_hierarchy", ""))
    if names and len(names) == len(kinds):
        # The last of both is the node itself.
        pairs = list(zip(names, kinds, strict=True))[:-1]
        return tuple(_call(path, kind) for path, kind in pairs if path)
    if "namespace" in properties:
        return _from_namespace(properties["namespace"])
    return _from_name(node.name)


def _texts(written: str) -> list[str]:
    """A list of texts, as Python writes it."""
    if not written or len(written) > LONGEST:
        return []
    try:
        found = ast.literal_eval(written)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return []
    return list(found) if isinstance(found, list | tuple) and all(isinstance(each, str) for each in found) else []


def _call(path: str, kind: str) -> ModuleCall:
    path, _, again = path.partition("@")
    return ModuleCall(path, kind.rpartition(".")[2], int(again) + 1 if again.isdigit() and len(again) < 9 else 1)


def _from_namespace(written: str) -> tuple[ModuleCall, ...]:
    """From ``: Net/layer1: Sequential/layer1.0: BasicBlock``; the last part may be the node itself."""
    if len(written) > LONGEST:
        return ()
    parts = [part.partition(": ") for part in written.split("/")]
    return tuple(_call(path, kind) for path, _, kind in parts if path and kind and not kind.startswith("aten."))


def _from_name(name: str) -> tuple[ModuleCall, ...]:
    """From ``/layer1/layer1.0/conv1/Conv``: each part is the module's name in the one around it, or begins with its
    name."""
    if not name.startswith("/") or len(name) > LONGEST:
        return ()
    found: list[ModuleCall] = []
    path = last = ""
    for part in name.split("/")[1:-1]:
        inner = part.removeprefix(f"{last}.") if last else part
        path, last = f"{path}.{inner}" if path else inner, part
        found.append(ModuleCall(path, "Module"))
    return tuple(found)


def source_of(node: Any) -> Source | None:
    """The innermost line of the user's own code."""
    properties: Mapping[str, str] = {each.key: each.value for each in node.metadata_props}
    own = own_lines(properties.get(f"{PREFIX}stack_trace", ""))
    return own[-1][0] if own else None
