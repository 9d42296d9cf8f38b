"""Make the lecture's figures and an index.html."""

import argparse
from pathlib import Path

from graphviz_nn.cli.commands import PASSED, Parser


def arguments(parser: Parser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to; it is made if it isn't there")


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.cli.figures import write_lecture

    print(write_lecture(options.folder))
    return PASSED
