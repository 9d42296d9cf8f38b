"""The model of a command: from a file, from a function with given shapes, or a saved graph."""

import argparse
import re
from typing import TYPE_CHECKING, Any

from graphviz_nn.errors import UsageError
from graphviz_nn.importers import IMPORTERS, open_model

if TYPE_CHECKING:
    from pathlib import Path

    from graphviz_nn.graph import Graph


KINDS = f"{', '.join(row.what for row in IMPORTERS.values())}; file.py:name selects one of several in a file"
"""The files of models."""


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add the arguments for the model."""
    parser.add_argument("model", metavar="MODEL", help=KINDS)
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
            "x=3,2 or x=3x2 is 3×2, x= is a number, ids=1x64:int64 has a dtype; 1x3x224x224 is the next argument's",
        )


def opened(options: argparse.Namespace, files: "set[Path] | None" = None) -> "Graph":
    """Open the named graph; add the model's own files to `files`."""
    return open_model(options.model, given_specs(options), files)


def given_specs(options: argparse.Namespace) -> dict[Any, Any]:
    """Read the given roles and shapes of a function's arguments, by name, or by number if they have none."""
    from graphviz_nn import tracing

    specs: dict[Any, Any] = {}
    for role in ("input", "target", "parameter"):
        for text in getattr(options, role):
            found = re.fullmatch(r"(?:(\w+)=)?((?:[0-9]{1,18}(?:[,x][0-9]{1,18})*,?)?)(?::(\w+))?", text)
            if not text or found is None:
                raise UsageError(
                    f"--{role} {text}: write NAME=SHAPE, such as x=2 or W=3,2, or y= for a number; "
                    "or the shape alone, such as 1x3x224x224"
                )
            name = found[1] or sum(isinstance(each, int) for each in specs)
            if name in specs:
                raise UsageError(f"--{role} {text}: {name} is given twice; leave one out")
            shape = tuple(int(n) for n in re.split("[,x]", found[2]) if n)
            specs[name] = getattr(tracing, role)(shape, dtype=found[3])
    return specs
