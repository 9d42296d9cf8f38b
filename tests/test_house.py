"""The structure of the package: few subpackages, no import cycles."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest

import graphviz_nn as gnn

PACKAGE = Path(gnn.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def imports(code: str, known: "dict[str, Path]") -> set[str]:
    """The modules of the package that code imports anywhere: inside of functions and for type checkers too."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom):
            inside = {f"{node.module}.{each.name}" for each in node.names}
            found |= {each if each in known else str(node.module) for each in inside} & known.keys()
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names if each.name in known}
    return found


def circles(codes: "dict[str, str]") -> list[list[str]]:
    """The files that import each other, each group of them once."""
    files = nx.DiGraph()
    for name, code in codes.items():
        files.add_edges_from((name, other) for other in imports(code, dict.fromkeys(codes, PACKAGE)) if other != name)
    return [sorted(each) for each in nx.strongly_connected_components(files) if len(each) > 1]


def test_no_file_imports_one_that_imports_it():
    assert circles({name: path.read_text(encoding="utf-8") for name, path in MODULES.items()}) == []


def test_a_circle_is_found():
    late = "def f():\n    from graphviz_nn.a import x\n"
    assert circles({"graphviz_nn.a": "from graphviz_nn import b", "graphviz_nn.b": late}) == [
        ["graphviz_nn.a", "graphviz_nn.b"]
    ]


def test_the_package_is_seen_at_one_look():
    loose = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    # The former name of the Sphinx extension isn't a room, and goes in 0.2.
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - {"sphinx"}
    assert loose == {"errors", "storage"} and len(rooms) <= 22


def test_what_is_not_used_is_not_imported():
    code = (
        "import numpy, networkx, sys; before = set(sys.modules); import graphviz_nn; print(*set(sys.modules) - before)"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert {name.split(".")[1] for name in found if name.startswith("graphviz_nn.")} == {
        "errors",
        "graph",
        "ops",
        "tracing",
    }
    slow = {"numpy.random", "numpy.ma", "difflib", "graphviz", "json", "matplotlib", "rich", "wasmtime"}
    assert not slow.intersection(found)


# What adds to a table, in the files of a room.
TABLES = {
    "data": r"^@row",
    "linting": r"^@rule\(",
    "nn": r"^@layer",
    "nn.formulas": r"^formula\(|^_row\(|^_written\(|^_linear\(",
    "ops": r"^@implements\(|^_?op\(",
}


@pytest.mark.parametrize("room", TABLES)
def test_what_is_added_to_a_table_is_imported_with_its_room(room):
    code = f"import sys, graphviz_nn.{room}; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    inside = {name: path for name, path in MODULES.items() if name.rpartition(".")[0] == f"graphviz_nn.{room}"}
    adding = {name for name, path in inside.items() if re.search(TABLES[room], path.read_text("utf-8"), re.MULTILINE)}
    assert len(adding) > 2 and adding <= set(found)


def test_what_draws_knows_no_picture():
    for name, path in MODULES.items():
        if name.startswith("graphviz_nn.render"):
            assert not any("figure" in each for each in imports(path.read_text(encoding="utf-8"), MODULES)), name
