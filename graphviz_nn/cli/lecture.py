"""Draw the lecture's figures and write an index.html."""

import argparse
from pathlib import Path

from graphviz_nn.cli.commands import PASSED, Parser


def arguments(parser: Parser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder to write to; created if missing")


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.cli.figures import write_lecture

    print(write_lecture(options.folder))
    return PASSED
