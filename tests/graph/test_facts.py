"""Every fact that the package reads has a type, which files can't violate."""

import ast
import importlib
from pathlib import Path

import graphviz_nn
from graphviz_nn.graph.facts import FACTS

PACKAGE = Path(graphviz_nn.__file__).parent


def keys(path):
    """What stands in ``graph.graph["…"]`` and ``graph.graph.get("…")``; constants by their values."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Subscript(value=ast.Attribute(attr="graph"), slice=key):
                pass
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="graph"), attr="get" | "pop"), args=[key, *_]):
                pass
            case _:
                continue
        if isinstance(key, ast.Constant):
            yield key.value
        elif isinstance(key, ast.Name) and key.id.isupper():
            name = ".".join(("graphviz_nn", *path.relative_to(PACKAGE).with_suffix("").parts))
            yield getattr(importlib.import_module(name), key.id)


def test_every_fact_that_is_read_has_its_kind():
    found = {key for path in PACKAGE.rglob("*.py") for key in keys(path)}
    assert {"name", "gradients", "titled", "lettered"} <= found
    assert found <= FACTS.keys()
