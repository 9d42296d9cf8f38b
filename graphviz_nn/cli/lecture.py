"""Make the lecture's figures."""

import argparse
from pathlib import Path

from graphviz_nn.cli.commands import PASSED, Commands


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "lecture",
        help="make the lecture's figures",
        description="Make the lecture's figures and an index.html.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to; it is made if it isn't there")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    from graphviz_nn.cli.figures import write_lecture

    print(write_lecture(options.folder))
    return PASSED
