"""The data of a command: a generated set, or a file."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_nn.cli.commands import number, whole
from graphviz_nn.data import DATA
from graphviz_nn.errors import UsageError

if TYPE_CHECKING:
    from graphviz_nn.data import Data


def add_data(parser: argparse.ArgumentParser, required: bool) -> None:
    """Add the arguments for the data."""
    parser.add_argument(
        "--data",
        required=required,
        metavar="DATA",
        help=f"{', '.join(DATA)}, or a file: flowers.csv, or flowers.csv:species for the column to predict, if it "
        "isn't the last",
    )
    parser.add_argument("--columns", metavar="NAMES", help="the input columns of a file, separated by commas")
    parser.add_argument("--examples", type=whole(2), metavar="N", help="number of examples in a generated set")
    parser.add_argument("--noise", type=number, metavar="DEVIATION", help="standard deviation of generated noise")
    parser.add_argument(
        "--test", type=number, default=0.5, metavar="SHARE", help="share of test data (default: 0.5; 0: none)"
    )
    parser.add_argument("--seed", type=whole(0), default=0, help="seed of data, parameters and order (default: 0)")


def given_data(options: argparse.Namespace) -> "Data":
    """Make or read the named data."""
    from graphviz_nn.data import csv, data

    made = {"n": options.examples, "noise": options.noise}
    made = {name: value for name, value in made.items() if value is not None}
    name, _, target = options.data.partition(":")
    if name in DATA:
        if options.columns:
            raise UsageError(f"--columns is for files, but {name} is generated; leave it out")
        seed: dict[str, Any] = {} if name in ("iris", "digits") else {"seed": options.seed}
        if made and not seed:
            raise UsageError(f"--examples and --noise are for generated sets, but {name} was measured; leave them out")
        return data(name, **made, **seed)
    if Path(name).suffix in (".csv", ".tsv", ".txt"):
        if made:
            raise UsageError(f"--examples and --noise are for generated sets, but {name} is a file; leave them out")
        return csv(name, target or None, inputs=(options.columns or "").split(",") if options.columns else ())
    return data(name)
