"""List the included styles, or draw them all in one picture."""

import argparse
from pathlib import Path

from graphviz_nn.cli.commands import PASSED, Parser
from graphviz_nn.style.sheet import names


def arguments(parser: Parser) -> None:
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a picture to write, such as styles.svg")


def run(options: argparse.Namespace) -> int:
    if options.file is None:
        print(*names(), sep="\n")
        return PASSED
    from graphviz_nn.cli.contact_sheet import contact_sheet
    from graphviz_nn.render import renderer
    from graphviz_nn.storage import writable

    renderer(writable(options.file).suffix.lower())
    print(contact_sheet().save(options.file))
    return PASSED
