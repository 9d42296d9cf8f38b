"""The model of a command: from a file, from a function with given shapes, or a saved graph."""

import argparse
import re
from typing import TYPE_CHECKING, Any

from graphviz_nn.errors import UsageError
from graphviz_nn.importers import IMPORTERS, open_model

if TYPE_CHECKING:
    from pathlib import Path

    from graphviz_nn.graph import Graph


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add the arguments for the model."""
    kinds = ", ".join(row.what for row in IMPORTERS.values())
    parser.add_argument("model", metavar="MODEL", help=f"{kinds}; file.py:name selects one of several in a file")
    add_specs(parser)


def add_specs(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that give the roles and shapes of a function's arguments."""
    for role in ("input", "target", "parameter"):
        parser.add_argument(
            f"--{role}",
            action="append",
            default=[],
            metavar="NAME=SHAPE",
            help=f"the shape of an argument that is {'an' if role == 'input' else 'a'} {role}: "
            "x=3,2 is 3×2, x= is a number",
        )


def opened(options: argparse.Namespace, files: "set[Path] | None" = None) -> "Graph":
    """Open the named graph; add the model's own files to `files`."""
    return open_model(options.model, given_specs(options), files)


def given_specs(options: argparse.Namespace) -> dict[str, Any]:
    """Read the given roles and shapes of a function's arguments."""
    from graphviz_nn import tracing

    specs: dict[str, Any] = {}
    for role in ("input", "target", "parameter"):
        for text in getattr(options, role):
            name, equals, shape = text.partition("=")
            if not equals or not re.fullmatch(r"([0-9]{1,18}(,[0-9]{1,18})*,?)?", shape):
                raise UsageError(f"--{role} {text}: write NAME=SHAPE, such as x=2 or W=3,2, or y= for a number")
            if name in specs:
                raise UsageError(f"--{role} {text}: {name} is given twice; leave one out")
            specs[name] = getattr(tracing, role)(tuple(int(n) for n in shape.split(",") if n))
    return specs
